"""The hidden tests of assignment 06. They report values; the reference solution says which."""

import numpy as np

SECONDS = 60  # the first cell imports TensorFlow
IMPORTS = ("tensorflow", "keras")

# the lesson and the section to read again, for each task
AGAIN = {
    "loss": ("06", 'Which label means "same"?'),
    "triplet": ("06", '1 · From "are these two the same?" to a distance'),
    "pairs": ("06", "Pairs from few images"),
    "scores": ("06", "5 · The decision threshold"),
    "auc": ("06", "5 · The decision threshold"),
    "words": ("06", "Further · A dead encoder"),
}

WITHOUT = {
    "loss": ("ContrastiveLoss", "contrastive_with_margin", "euclidean_distance"),
    "scores": (
        "accuracy_score",
        "precision_score",
        "recall_score",
        "precision_recall_fscore_support",
        "confusion_matrix",
        "classification_report",
        "BinaryAccuracy",
    ),
    "auc": ("roc_auc_score", "roc_curve", "mannwhitneyu"),
}


@part("loss", 2, "the loss of each pair, for several margins and sizes", tolerance=1e-5)
def loss_values(answer):
    import tensorflow as tf

    functions = [answer.contrastive_loss_with_margin(margin) for margin in (0.75, 2.0, 4.5)]
    rng = np.random.default_rng(6)
    reported = []
    for y_true, k in (([1.0], 3), ([0.0, 1.0, 1.0, 0.0], 2), ([1.0, 0.0, 1.0, 1.0, 0.0], 1)):
        y_pred = tf.constant(2 * rng.normal(size=(len(y_true), 2, k)), tf.float32)
        reported += [function(tf.constant(y_true), y_pred) for function in functions]
    return reported


@part("loss", 1, "the gradient, also for two equal embeddings", tolerance=2e-3)
def loss_gradient(answer):
    import tensorflow as tf

    y_true = tf.constant([0.0, 1.0, 0.0, 1.0, 1.0])
    pairs = [
        [[1.0, -2.0, 0.5], [1.0, -2.0, 0.5]],
        [[0.5, 3.0, 1.0], [0.5, 3.0, 1.0]],
        [[1.0, 0.0, -1.0], [2.0, 2.0, 1.0]],
        [[0.5, 0.0, 1.0], [0.5, 1.0, 1.0]],
        [[0.0, 0.0, 0.0], [2.0, 6.0, 3.0]],
    ]
    y_pred = tf.Variable(pairs)
    function = answer.contrastive_loss_with_margin(1.5)
    with tf.GradientTape() as tape:
        losses = function(y_true, y_pred)
    return [losses, tape.gradient(losses, y_pred)]


def triplets(seed, *shape):
    """Three arrays in which some triplets are satisfied and some are not."""
    return list(np.random.default_rng(seed).normal(size=(3, *shape)))


@part("triplet", 1, "the loss, for batches of several sizes")
def triplet_values(answer):
    batches = [triplets(1, 8, 3), triplets(2, 5, 1), triplets(3, 1, 4)]
    return [answer.triplet_loss(*batch, m) for batch in batches for m in (0.25, 1.0, 20.0)]


@part("triplet", 2, "the derivative with respect to the anchors, satisfied triplets among them")
def triplet_derivative(answer):
    batches = [triplets(4, 8, 3), triplets(5, 5, 1), triplets(6, 2, 4)]
    return [answer.triplet_gradient(*batch, m) for batch in batches for m in (0.25, 1.0, 20.0)]


@part("triplet", 1, "triplets just satisfied, whole numbers, and the arrays left as they were")
def triplet_limits(answer):
    anchors = np.array([[0, 0], [1, 1], [2, 0]])
    positives = np.array([[1, 0], [1, 3], [0, 1]])
    negatives = np.array([[0, 2], [3, 2], [2, 1]])
    batch = anchors, positives, negatives
    return [
        [answer.triplet_loss(*batch, margin) for margin in (1, 3)],
        [answer.triplet_gradient(*batch, margin) for margin in (1, 3)],
        list(batch),
    ]


@part("pairs", 1, "the pairs of the same whale, with and without photographs held out")
def pairs_positive(answer):
    numbers = np.array([2, 0, 2, 2, 1, 0, 2, 1])
    names = np.array(["Salt", "Crystal", "Salt", "Pepper", "Crystal"])
    asked = [
        (numbers, []),
        (numbers, [3, 4]),
        (numbers, [0, 2, 7]),
        (names, [4]),
        (names, [0, 1]),
    ]
    return [sorted(tuple(pair) for pair in answer.positive_pairs(*one)) for one in asked]


@part("pairs", 1, "the test photographs that occur in training pairs")
def pairs_leaked(answer):
    training = np.array([[6, 2], [0, 9], [9, 3], [2, 6], [11, 12]])
    tests = [[9, 2, 5], [7, 8], [12, 11, 3, 9], [6]]
    return [sorted(answer.leaked_images(training, np.array(images))) for images in tests]


DISTANCES = np.array([0.25, 1.5, 0.5, 2.0, 0.75, 0.125, 3.0, 1.25, 0.375])
SAME = np.array([True, False, True, True, False, True, False, True, False])
THRESHOLDS = (0.3, 0.6, 1.0, 1.3, 2.5)


@part("scores", 1, "the accuracy at several thresholds, and the arrays left as they were")
def scores_accuracy(answer):
    distances, same = DISTANCES.copy(), SAME.copy()
    found = [answer.scores(distances, same, threshold)[0] for threshold in THRESHOLDS]
    return [found, distances, same]


@part("scores", 1, "precision and recall at several thresholds")
def scores_precision_and_recall(answer):
    distances, same = DISTANCES.copy(), SAME.copy()
    found = [answer.scores(distances, same, threshold) for threshold in THRESHOLDS]
    return [[precision, recall] for _, precision, recall in found]


@part("scores", 1, "distances exactly at the threshold, and nothing to divide by")
def scores_limits(answer):
    return [
        answer.scores(DISTANCES.copy(), SAME.copy(), 0.5),
        answer.scores(DISTANCES.copy(), SAME.copy(), 0.75),
        answer.scores(DISTANCES.copy(), SAME.copy(), 0.0625),
        answer.scores(DISTANCES[:4].copy(), np.zeros(4, bool), 1.0),
        answer.scores(np.array([1, 2, 3]), np.array([True, True, False]), 2),
    ]


@part("auc", 1, "distances without ties, left as they were")
def auc_values(answer):
    rng = np.random.default_rng(60)
    same = rng.random(40) < 0.3
    distances = rng.random(40) + 0.4 * ~same
    few = DISTANCES.copy()
    found = [
        answer.roc_auc(distances, same),
        answer.roc_auc(distances, ~same),
        answer.roc_auc(few, SAME.copy()),
        answer.roc_auc(np.array([2.0, 1.0]), np.array([True, False])),
    ]
    return [found, distances, few]


@part("auc", 1, "distances with ties")
def auc_ties(answer):
    return [
        answer.roc_auc(np.array([1, 2, 2, 3, 2, 0]), np.array([1, 1, 0, 0, 1, 0], bool)),
        answer.roc_auc(np.full(5, 0.5), np.array([1, 0, 0, 1, 1], bool)),
        answer.roc_auc(np.array([0.0, 0.25, 0.25, 0.0]), np.array([1, 1, 0, 0], bool)),
    ]
