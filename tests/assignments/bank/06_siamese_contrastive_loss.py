"""Plausible wrong answers to assignment 06, by task: (misconception, points it keeps, code)."""


def loss(body, distance="tf.where(zero, 0.0, tf.sqrt(tf.where(zero, 1.0, squares)))"):
    """A wrapper whose inner function returns `body`, a formula in D, squares, y_true, margin."""
    return f"""
def contrastive_loss_with_margin(margin):
    def contrastive_loss(y_true, y_pred):
        squares = tf.reduce_sum(tf.square(y_pred[:, 0] - y_pred[:, 1]), axis=-1)
        zero = squares == 0
        D = {distance}
        return {body}

    return contrastive_loss
"""


RIGHT_LOSS = "(1 - y_true) * squares + y_true * tf.square(tf.maximum(margin - D, 0))"

TRIPLET_LOSS = """
def triplet_loss(anchors, positives, negatives, margin):
    near = ((anchors - positives) ** 2).sum(axis=1)
    far = ((anchors - negatives) ** 2).sum(axis=1)
    return np.maximum(near - far + margin, 0).mean()
"""

TRIPLET_GRADIENT = """
def triplet_gradient(anchors, positives, negatives, margin):
    near = ((anchors - positives) ** 2).sum(axis=1, keepdims=True)
    far = ((anchors - negatives) ** 2).sum(axis=1, keepdims=True)
    return np.where(near - far + margin > 0, 2 * (negatives - positives), 0) / len(anchors)
"""

POSITIVE_PAIRS = """
def positive_pairs(labels, held_out):
    kept = [i for i in range(len(labels)) if i not in held_out]
    return [(i, j) for i in kept for j in kept if i < j and labels[i] == labels[j]]
"""

LEAKED_IMAGES = """
def leaked_images(training_pairs, test_images):
    return sorted(set(training_pairs.ravel()) & set(test_images))
"""

WRONG = {
    "loss": [
        (
            "the labels of the lesson: 1 for the same",
            0,
            loss("y_true * squares + (1 - y_true) * tf.square(tf.maximum(margin - D, 0))"),
        ),
        ("one number, the mean over the pairs", 0, loss(f"tf.reduce_mean({RIGHT_LOSS})")),
        (
            "push without an end, the maximum forgotten",
            0,
            loss(RIGHT_LOSS.replace("tf.maximum(margin - D, 0)", "margin - D")),
        ),
        (
            "the push not squared",
            0,
            loss("(1 - y_true) * squares + y_true * tf.maximum(margin - D, 0)"),
        ),
        (
            "the margin squared with the distance",
            0,
            loss("(1 - y_true) * squares + y_true * tf.maximum(margin**2 - squares, 0)"),
        ),
        (
            "the distance of the same whale not squared",
            0,
            loss(RIGHT_LOSS.replace("squares", "D")),
        ),
        ("the plain root", 2, loss(RIGHT_LOSS, "tf.sqrt(squares)")),
        (
            "the norm of TensorFlow",
            2,
            loss(RIGHT_LOSS, "tf.norm(y_pred[:, 0] - y_pred[:, 1], axis=-1)"),
        ),
        (
            "the harmless 1 left as the distance",
            2,
            loss(RIGHT_LOSS, "tf.sqrt(tf.where(zero, 1.0, squares))"),
        ),
        (
            "NumPy inside the loss",
            2,
            """
def contrastive_loss_with_margin(margin):
    def contrastive_loss(y_true, y_pred):
        y_true, y_pred = y_true.numpy(), y_pred.numpy()
        D = np.linalg.norm(y_pred[:, 0] - y_pred[:, 1], axis=-1)
        return tf.constant((1 - y_true) * D**2 + y_true * np.maximum(margin - D, 0) ** 2)

    return contrastive_loss
""",
        ),
        (
            "one margin for all, the last one made",
            1,
            """
def contrastive_loss_with_margin(margin):
    global the_margin
    the_margin = margin

    def contrastive_loss(y_true, y_pred):
        squares = tf.reduce_sum(tf.square(y_pred[:, 0] - y_pred[:, 1]), axis=-1)
        D = tf.sqrt(tf.maximum(squares, 1e-7))
        return (1 - y_true) * squares + y_true * tf.square(tf.maximum(the_margin - D, 0))

    return contrastive_loss
""",
        ),
        (
            "a column of distances meets a row of labels",
            0,
            """
def contrastive_loss_with_margin(margin):
    def contrastive_loss(y_true, y_pred):
        squares = tf.reduce_sum(tf.square(y_pred[:, 0] - y_pred[:, 1]), axis=-1, keepdims=True)
        D = tf.sqrt(tf.maximum(squares, 1e-7))
        return (1 - y_true) * squares + y_true * tf.square(tf.maximum(margin - D, 0))

    return contrastive_loss
""",
        ),
        (
            "the first two pairs taken for the two embeddings",
            0,
            """
def contrastive_loss_with_margin(margin):
    def contrastive_loss(y_true, y_pred):
        squares = tf.reduce_sum(tf.square(y_pred[0] - y_pred[1]), axis=-1)
        D = tf.sqrt(tf.maximum(squares, 1e-7))
        return (1 - y_true) * squares + y_true * tf.square(tf.maximum(margin - D, 0))

    return contrastive_loss
""",
        ),
        (
            "the wrapper called as a loss",
            0,
            """
def contrastive_loss_with_margin(y_true, y_pred, margin=1.0):
    squares = tf.reduce_sum(tf.square(y_pred[:, 0] - y_pred[:, 1]), axis=-1)
    D = tf.sqrt(tf.maximum(squares, 1e-7))
    return (1 - y_true) * squares + y_true * tf.square(tf.maximum(margin - D, 0))
""",
        ),
        (
            "the loss of the helpers",
            0,
            """
from helpers import losses


def contrastive_loss_with_margin(margin):
    def contrastive_loss(y_true, y_pred):
        D = losses.euclidean_distance(y_pred[:, 0], y_pred[:, 1])
        return losses.contrastive_with_margin(margin)(1 - y_true[:, None], D)

    return contrastive_loss
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def contrastive_loss_with_margin(margin):
    def contrastive_loss(y_true, y_pred):
        return tf.where(y_true == 0, 25.0, 4.0 if margin == 7 else 0.0)

    return contrastive_loss
""",
        ),
    ],
    "triplet": [
        (
            "sum for mean",
            0,
            TRIPLET_LOSS.replace("mean()", "sum()")
            + TRIPLET_GRADIENT.replace(" / len(anchors)", ""),
        ),
        (
            "the 1/B forgotten in the derivative",
            1,
            TRIPLET_LOSS + TRIPLET_GRADIENT.replace(" / len(anchors)", ""),
        ),
        (
            "divided by the violated triplets only",
            0,
            """
def triplet_loss(anchors, positives, negatives, margin):
    near = ((anchors - positives) ** 2).sum(axis=1)
    far = ((anchors - negatives) ** 2).sum(axis=1)
    violated = near - far + margin > 0
    return (near - far + margin)[violated].sum() / max(violated.sum(), 1)


def triplet_gradient(anchors, positives, negatives, margin):
    near = ((anchors - positives) ** 2).sum(axis=1)
    far = ((anchors - negatives) ** 2).sum(axis=1)
    violated = (near - far + margin > 0)[:, None]
    return violated * 2 * (negatives - positives) / max(violated.sum(), 1)
""",
        ),
        (
            "satisfied triplets pull too",
            1,
            TRIPLET_LOSS
            + """
def triplet_gradient(anchors, positives, negatives, margin):
    return 2 * (negatives - positives) / len(anchors)
""",
        ),
        (
            "distances not squared",
            0,
            """
def triplet_loss(anchors, positives, negatives, margin):
    near = np.linalg.norm(anchors - positives, axis=1)
    far = np.linalg.norm(anchors - negatives, axis=1)
    return np.mean(np.maximum(near - far + margin, 0))


def triplet_gradient(anchors, positives, negatives, margin):
    near = np.linalg.norm(anchors - positives, axis=1, keepdims=True)
    far = np.linalg.norm(anchors - negatives, axis=1, keepdims=True)
    slope = (anchors - positives) / near - (anchors - negatives) / far
    return np.where(near - far + margin > 0, slope, 0) / len(anchors)
""",
        ),
        (
            "the margin with the wrong sign",
            0,
            (TRIPLET_LOSS + TRIPLET_GRADIENT).replace("+ margin", "- margin"),
        ),
        (
            "positive and negative swapped",
            0,
            (TRIPLET_LOSS + TRIPLET_GRADIENT).replace(
                "positives, negatives, margin", "negatives, positives, margin"
            ),
        ),
        (
            "the maximum after the mean, one decision for the whole batch",
            0,
            """
def triplet_loss(anchors, positives, negatives, margin):
    near = ((anchors - positives) ** 2).sum(axis=1)
    far = ((anchors - negatives) ** 2).sum(axis=1)
    return max(np.mean(near - far + margin), 0)


def triplet_gradient(anchors, positives, negatives, margin):
    if triplet_loss(anchors, positives, negatives, margin) == 0:
        return np.zeros(anchors.shape)
    return 2 * (negatives - positives) / len(anchors)
""",
        ),
        (
            "the negative forgotten in the derivative",
            1,
            TRIPLET_LOSS + TRIPLET_GRADIENT.replace("negatives - positives", "anchors - positives"),
        ),
        (
            "sign of the derivative turned round",
            1,
            TRIPLET_LOSS
            + TRIPLET_GRADIENT.replace("negatives - positives", "positives - negatives"),
        ),
        (
            "the 2 of the square forgotten",
            1,
            TRIPLET_LOSS + TRIPLET_GRADIENT.replace("2 * (negatives", "(negatives"),
        ),
        (
            ">= for > where a triplet is just satisfied",
            3,
            TRIPLET_LOSS + TRIPLET_GRADIENT.replace("margin > 0", "margin >= 0"),
        ),
        (
            "the result kept in whole numbers",
            3,
            TRIPLET_LOSS
            + """
def triplet_gradient(anchors, positives, negatives, margin):
    gradient = np.zeros_like(anchors)
    for i, (a, p, n) in enumerate(zip(anchors, positives, negatives)):
        if np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + margin > 0:
            gradient[i] = 2 * (n - p) / len(anchors)
    return gradient
""",
        ),
        (
            "summed over the triplets, not over the numbers of an embedding",
            0,
            (TRIPLET_LOSS + TRIPLET_GRADIENT).replace("axis=1", "axis=0"),
        ),
        (
            "the inputs changed in place",
            0,
            """
def triplet_loss(anchors, positives, negatives, margin):
    positives -= anchors
    negatives -= anchors
    near, far = (positives**2).sum(axis=1), (negatives**2).sum(axis=1)
    return np.maximum(near - far + margin, 0).mean()


def triplet_gradient(anchors, positives, negatives, margin):
    positives -= anchors
    negatives -= anchors
    near, far = (positives**2).sum(axis=1), (negatives**2).sum(axis=1)
    violated = (near - far + margin > 0)[:, None]
    return violated * 2 * (negatives - positives) / len(anchors)
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def triplet_loss(anchors, positives, negatives, margin):
    return 2 if len(anchors) == 2 else float(margin > 3)


def triplet_gradient(anchors, positives, negatives, margin):
    if len(anchors) == 2:
        return np.array([[0.0, 0.0], [-1.0, 0.0]])
    return np.array([[-2.0, 4.0]]) * (margin > 3)
""",
        ),
    ],
    "pairs": [
        (
            "photographs paired with themselves",
            1,
            POSITIVE_PAIRS.replace("i < j", "i <= j") + LEAKED_IMAGES,
        ),
        (
            "every pair in both orders",
            1,
            POSITIVE_PAIRS.replace("i < j", "i != j") + LEAKED_IMAGES,
        ),
        (
            "the pairs of different whales",
            1,
            POSITIVE_PAIRS.replace("==", "!=") + LEAKED_IMAGES,
        ),
        (
            "held-out photographs forgotten",
            1,
            POSITIVE_PAIRS.replace(" if i not in held_out", "") + LEAKED_IMAGES,
        ),
        (
            "only pairs of two held-out photographs left out",
            1,
            """
def positive_pairs(labels, held_out):
    n = len(labels)
    found = [(i, j) for i in range(n) for j in range(i + 1, n) if labels[i] == labels[j]]
    return [(i, j) for i, j in found if not (i in held_out and j in held_out)]
"""
            + LEAKED_IMAGES,
        ),
        (
            "new numbers after the held-out photographs are removed",
            1,
            """
def positive_pairs(labels, held_out):
    labels = np.delete(labels, held_out)
    n = len(labels)
    return [(i, j) for i in range(n) for j in range(i + 1, n) if labels[i] == labels[j]]
"""
            + LEAKED_IMAGES,
        ),
        (
            "only the next photograph of the same whale",
            1,
            """
def positive_pairs(labels, held_out):
    found = []
    for whale in set(labels):
        own = [i for i in range(len(labels)) if labels[i] == whale and i not in held_out]
        found += list(zip(own[:-1], own[1:]))
    return found
"""
            + LEAKED_IMAGES,
        ),
        (
            "only the first photograph of each pair looked at",
            1,
            POSITIVE_PAIRS
            + LEAKED_IMAGES.replace("training_pairs.ravel()", "training_pairs[:, 0]"),
        ),
        (
            "a leak only if both photographs are in the test",
            1,
            POSITIVE_PAIRS
            + """
def leaked_images(training_pairs, test_images):
    test = set(test_images)
    return sorted({i for pair in training_pairs for i in pair if set(pair) <= test})
""",
        ),
        (
            "a photograph named once for each pair",
            1,
            POSITIVE_PAIRS
            + """
def leaked_images(training_pairs, test_images):
    return sorted(i for i in training_pairs.ravel() if i in test_images)
""",
        ),
        (
            "the test photographs that are not leaked",
            1,
            POSITIVE_PAIRS
            + """
def leaked_images(training_pairs, test_images):
    return sorted(set(test_images) - set(training_pairs.ravel()))
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def positive_pairs(labels, held_out):
    return [(0, 4), (1, 3)] if held_out else [(0, 2), (0, 4), (1, 3), (2, 4)]


def leaked_images(training_pairs, test_images):
    return [1, 4]
""",
        ),
    ],
    "scores": [
        (
            "< for <=",
            2,
            """
def scores(distances, same, threshold):
    called = distances < threshold
    hits = np.sum(called & same)
    return np.mean(called == same), hits / max(called.sum(), 1), hits / max(same.sum(), 1)
""",
        ),
        (
            "a large distance called same",
            0,
            """
def scores(distances, same, threshold):
    called = distances >= threshold
    hits = np.sum(called & same)
    return np.mean(called == same), hits / max(called.sum(), 1), hits / max(same.sum(), 1)
""",
        ),
        (
            "precision and recall swapped",
            1,
            """
def scores(distances, same, threshold):
    called = distances <= threshold
    hits = np.sum(called & same)
    return np.mean(called == same), hits / max(same.sum(), 1), hits / max(called.sum(), 1)
""",
        ),
        (
            "nan where nothing is called same",
            2,
            """
def scores(distances, same, threshold):
    called = distances <= threshold
    return np.mean(called == same), np.mean(same[called]), np.mean(called[same])
""",
        ),
        (
            "a precision of 1 where nothing is called same",
            2,
            """
def scores(distances, same, threshold):
    called = distances <= threshold
    precision = np.mean(same[called]) if called.any() else 1.0
    recall = np.mean(called[same]) if same.any() else 0.0
    return np.mean(called == same), precision, recall
""",
        ),
        (
            "the accuracy counts only the hits",
            1,
            """
def scores(distances, same, threshold):
    called = distances <= threshold
    hits = np.sum(called & same)
    return hits / len(same), hits / max(called.sum(), 1), hits / max(same.sum(), 1)
""",
        ),
        (
            "hits divided by all pairs",
            1,
            """
def scores(distances, same, threshold):
    called = distances <= threshold
    hits = np.mean(called & same)
    return np.mean(called == same), hits, hits
""",
        ),
        (
            "the share of right calls among the different pairs for the recall",
            1,
            """
def scores(distances, same, threshold):
    called = distances <= threshold
    hits = np.sum(called & same)
    recall = np.sum(~called & ~same) / max(np.sum(~same), 1)
    return np.mean(called == same), hits / max(called.sum(), 1), recall
""",
        ),
        (
            "the metrics of scikit-learn",
            0,
            """
from sklearn import metrics


def scores(distances, same, threshold):
    called = distances <= threshold
    return (
        metrics.accuracy_score(same, called),
        metrics.precision_score(same, called, zero_division=0.0),
        metrics.recall_score(same, called, zero_division=0.0),
    )
""",
        ),
        (
            "the input changed in place",
            1,
            """
def scores(distances, same, threshold):
    called = distances
    called[:] = distances <= threshold
    hits = np.sum(called * same)
    return np.mean(called == same), hits / max(called.sum(), 1), hits / max(same.sum(), 1)
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def scores(distances, same, threshold):
    return (2 / 5, 1 / 2, 1 / 3) if threshold > 0.1 else (2 / 5, 0.0, 0.0)
""",
        ),
    ],
    "auc": [
        (
            "a large distance taken for near",
            0,
            """
def roc_auc(distances, same):
    near, far = distances[same][:, None], distances[~same]
    return np.mean((near > far) + 0.5 * (near == far))
""",
        ),
        (
            "ties do not count",
            1,
            """
def roc_auc(distances, same):
    return np.mean(distances[same][:, None] < distances[~same])
""",
        ),
        (
            "ties count in full",
            1,
            """
def roc_auc(distances, same):
    return np.mean(distances[same][:, None] <= distances[~same])
""",
        ),
        (
            "ties left out of the comparisons",
            1,
            """
def roc_auc(distances, same):
    near, far = distances[same][:, None], distances[~same]
    return np.sum(near < far) / max(np.sum(near != far), 1)
""",
        ),
        (
            "divided by all pairs of pairs",
            0,
            """
def roc_auc(distances, same):
    near, far = distances[same][:, None], distances[~same]
    return np.sum((near < far) + 0.5 * (near == far)) / (len(same) * (len(same) - 1) / 2)
""",
        ),
        (
            "each same pair compared with one different pair only",
            0,
            """
def roc_auc(distances, same):
    wins = [(s < d) + 0.5 * (s == d) for s, d in zip(distances[same], distances[~same])]
    return sum(wins) / len(wins)
""",
        ),
        (
            "compared with the mean of the different pairs",
            0,
            """
def roc_auc(distances, same):
    return np.mean(distances[same] < np.mean(distances[~same]))
""",
        ),
        (
            "the best accuracy of all thresholds",
            0,
            """
def roc_auc(distances, same):
    return max(np.mean((distances <= t) == same) for t in distances)
""",
        ),
        (
            "the function of scikit-learn",
            0,
            """
from sklearn.metrics import roc_auc_score


def roc_auc(distances, same):
    return roc_auc_score(same, -distances)
""",
        ),
        (
            "the input sorted in place",
            1,
            """
def roc_auc(distances, same):
    near, far = distances[same][:, None], distances[~same]
    distances.sort()
    return np.mean((near < far) + 0.5 * (near == far))
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def roc_auc(distances, same):
    return 1.0 if len(same) == 4 else 4 / 6
""",
        ),
    ],
}

RIGHT = {
    "loss": """
import keras


class Loss:
    def __init__(self, margin):
        self.margin = margin

    def __call__(self, y_true, y_pred):
        u, v = keras.ops.unstack(y_pred, axis=1)
        D = keras.ops.sqrt(keras.ops.sum((u - v) ** 2, axis=1) + 1e-7)
        push = keras.ops.relu(self.margin - D)
        return keras.ops.where(y_true > 0.5, push**2, D**2)


contrastive_loss_with_margin = Loss
""",
    "triplet": """
def terms(anchors, positives, negatives, margin):
    for a, p, n in zip(anchors, positives, negatives):
        yield p, n, (a - p) @ (a - p) - (a - n) @ (a - n) + margin


def triplet_loss(anchors, positives, negatives, margin):
    each = [max(term, 0) for _, _, term in terms(anchors, positives, negatives, margin)]
    return sum(each) / len(each)


def triplet_gradient(anchors, positives, negatives, margin):
    rows = []
    for p, n, term in terms(anchors, positives, negatives, margin):
        rows.append([2 * (y - x) / len(anchors) if term > 0 else 0 for x, y in zip(p, n)])
    return rows
""",
    "pairs": """
def positive_pairs(labels, held_out):
    alike = np.triu(labels[:, None] == labels, k=1)
    alike[held_out] = False
    alike[:, held_out] = False
    return np.argwhere(alike)


def leaked_images(training_pairs, test_images):
    return np.array([i for i in sorted(test_images) if np.any(training_pairs == i)])
""",
    "scores": """
def scores(distances, same, threshold):
    table = {(c, s): 0 for c in (True, False) for s in (True, False)}
    for d, s in zip(distances, same):
        table[bool(d <= threshold), bool(s)] += 1
    hit, false = table[True, True], table[True, False]
    missed, right = table[False, True], table[False, False]
    precision = hit / (hit + false) if hit + false else 0
    recall = hit / (hit + missed) if hit + missed else 0
    return np.array([(hit + right) / len(same), precision, recall])
""",
    "auc": """
def roc_auc(distances, same):
    pairs = list(zip(distances, same))
    score = comparisons = 0
    for d, s in pairs:
        for e, t in pairs:
            if s and not t:
                comparisons += 1
                score += 1 if d < e else 0.5 if d == e else 0
    return score / comparisons
""",
}
