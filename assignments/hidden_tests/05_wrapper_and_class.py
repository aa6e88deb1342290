"""The hidden tests of assignment 05. They report values; the reference solution says which."""

import numpy as np

SECONDS = 60  # the first cell imports TensorFlow
IMPORTS = ("tensorflow", "keras")

# the lesson and the section to read again, for each task
AGAIN = {
    "wrapper": ("05", "1 · A threshold that is locked in"),
    "class": ("05", "6 · The class, repaired"),
    "align": ("05", "3 · Flat targets"),
    "moving": ("05", "Further · 64 bits, and a threshold that moves"),
    "devices": ("05", "7 · The same loss on several devices"),
    "words": ("05", "5 · What a saved model knows of its loss"),
}

WITHOUT = {
    "align": ("squeeze_or_expand_to_same_rank", "_aligned"),
}


def levels(seed, *shape):
    """Targets and predictions, too low here and too high there."""
    return np.random.default_rng(seed).normal(scale=2, size=(2, *shape)).astype("float32")


def loss_and_gradient(loss, y_true, y_pred):
    """The losses, and the derivative of their sum by y_pred (None if there is none)."""
    import tensorflow as tf

    y_pred = tf.Variable(y_pred)
    with tf.GradientTape() as tape:
        losses = loss(tf.constant(y_true), y_pred)
    return [losses, tape.gradient(losses, y_pred)]


def error_of(action, names=()):
    """The type of the error, and whether its message holds the names."""
    try:
        action()
    except Exception as error:
        return [type(error).__name__, all(name in str(error) for name in names)]
    return ["none", False]


@part("wrapper", 1, "one loss for each day, and its gradient", tolerance=1e-5)
def wrapper_values(answer):
    reported = []
    for alpha, shape in ((2.5, (5, 1)), (0.25, (3, 4)), (7, (1, 2))):
        reported.append(loss_and_gradient(answer.asymmetric_loss_with(alpha), *levels(51, *shape)))
    return reported


@part("wrapper", 1, "several losses side by side", tolerance=1e-5)
def wrapper_side_by_side(answer):
    losses = [answer.asymmetric_loss_with(alpha) for alpha in (0.5, 4, 9.0)]
    return [loss_and_gradient(loss, *levels(52, 4, 3)) for loss in losses]


@part("wrapper", 1, "an alpha that makes no sense, and one that does")
def wrapper_errors(answer):
    def made_with(alpha):
        return error_of(lambda: answer.asymmetric_loss_with(alpha), ["alpha"])

    bad = [0, 0.0, -3, -0.5, float("nan"), float("inf"), -float("inf"), None, "1.5", "high"]
    good = [0.001, 1, 250.0]
    return [made_with(alpha) for alpha in bad + good]


@part("class", 1, "call, and the object with its default reduction", tolerance=1e-5)
def class_values(answer):
    import tensorflow as tf

    reported = []
    for alpha, shape in ((2.5, (5, 1)), (0.5, (3, 4))):
        y_true, y_pred = (tf.constant(values) for values in levels(53, *shape))
        loss = answer.AsymmetricLoss(alpha)
        reported += [loss.call(y_true, y_pred), loss(y_true, y_pred)]
        reported += loss_and_gradient(loss, y_true, y_pred)
    return reported


@part("class", 1, "sample weights and the other reductions", tolerance=1e-5)
def class_reductions(answer):
    y_true, y_pred = levels(54, 4, 2)
    weights = np.array([1.0, 0.0, 2.0, 0.5], "float32")
    reported = []
    for reduction in ("sum", None, "sum_over_batch_size"):
        loss = answer.AsymmetricLoss(alpha=6.0, reduction=reduction)
        reported += [loss(y_true, y_pred), loss(y_true, y_pred, sample_weight=weights)]
    return reported


def saved_and_loaded(loss):
    """The loss of a model that was compiled with this one, saved and loaded."""
    import tempfile

    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer="sgd", loss=loss)
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.keras")
        return keras.models.load_model(f"{folder}/model.keras").loss


@part("class", 1, "alpha after saving and loading", tolerance=1e-5)
def class_saved(answer):
    loss = saved_and_loaded(answer.AsymmetricLoss(2.75))
    return [loss(*levels(55, 5, 1)), loss.get_config()["alpha"]]


@part("class", 1, "name and reduction after saving and loading", tolerance=1e-5)
def class_settings_saved(answer):
    loss = saved_and_loaded(answer.AsymmetricLoss(1.5, name="river", reduction="sum"))
    config = loss.get_config()
    return [loss(*levels(56, 3, 2)), config["name"], config["reduction"]]


@part("align", 1, "shapes that fit, and the type")
def align_fits(answer):
    import tensorflow as tf

    pairs = [
        ((4,), (4, 1)),
        ((5, 1), (5,)),
        ((2, 3), (2, 3)),
        ((2, 3), (2, 3, 1)),
        ((3, 2, 1), (3, 2)),
        ((1,), (1, 1)),
        ((6,), (6,)),
    ]
    reported = []
    for shape, wanted in pairs:
        for kind in (tf.int32, tf.float32, tf.float64):
            numbers = tf.cast(tf.reshape(tf.range(np.prod(shape)), shape), kind)
            found = answer.aligned(numbers, tf.zeros(wanted))
            reported.append([found, found.dtype.name])
    half = answer.aligned(tf.constant([1, 2]), tf.zeros((2, 1), tf.float16))
    return [*reported, [half, half.dtype.name]]


@part("align", 1, "shapes that do not fit")
def align_refuses(answer):
    import tensorflow as tf

    pairs = [
        ((3,), (3, 3)),
        ((1,), (4, 1)),
        ((6,), (2, 3)),
        ((3, 2), (2, 3)),
        ((4, 2), (4,)),
        ((4, 1), (4, 2)),
        ((1, 4), (4, 1)),
        ((4,), (5,)),
        ((4,), (4, 1, 1)),
    ]
    good = [((5,), (5, 1)), ((6, 1), (6,)), ((2, 4), (2, 4))]
    return [
        error_of(lambda a=a, b=b: answer.aligned(tf.zeros(a), tf.zeros(b)))[0]
        for a, b in pairs + good
    ]


@part("align", 1, "inside a graph, for any number of examples")
def align_graph(answer):
    import tensorflow as tf

    def graph(*shapes):
        signature = [tf.TensorSpec(shape, tf.float32) for shape in shapes]
        return tf.function(answer.aligned, input_signature=signature, autograph=False)

    longer, shorter = graph([None], [None, 1]), graph([None, 1], [None])
    pairs = [(longer, (4,), (4, 1)), (longer, (7,), (7, 1)), (shorter, (3, 1), (3,))]
    pairs.append((graph([None, 2], [None, 2]), (3, 2), (3, 2)))
    found = []
    for function, shape, wanted in pairs:
        numbers = tf.reshape(tf.range(float(np.prod(shape))), shape)
        found.append(function(numbers, tf.zeros(wanted)))
    refused = graph([None], [None, 3])
    return [found, error_of(lambda: refused(tf.zeros(3), tf.zeros((3, 3))))[0]]


def power_loss(y_true, y_pred, alpha):
    import tensorflow as tf

    return tf.reduce_mean(tf.abs(y_true - y_pred) ** alpha + alpha, axis=-1)


@part("moving", 1, "a change that a graph built before has to see", tolerance=1e-5)
def moving_graph(answer):
    import tensorflow as tf

    y_true, y_pred = levels(57, 4, 2)
    loss, set_alpha = answer.with_moving_alpha(power_loss, 1.5)
    graph = tf.function(loss, autograph=False)
    reported = [graph(y_true, y_pred)]
    for alpha in (2.0, 0.5, 3.25):
        set_alpha(alpha)
        reported.append(graph(y_true, y_pred))
    return reported


@part("moving", 1, "two alphas side by side, whole numbers among them", tolerance=1e-5)
def moving_side_by_side(answer):
    y_true, y_pred = levels(58, 3, 2)
    first, set_first = answer.with_moving_alpha(power_loss, 2)
    second, set_second = answer.with_moving_alpha(power_loss, 0.75)
    reported = [first(y_true, y_pred), second(y_true, y_pred)]
    set_first(1.5)
    reported += [first(y_true, y_pred), second(y_true, y_pred)]
    set_second(3)
    return [*reported, first(y_true, y_pred), second(y_true, y_pred)]


def shares(seed, sizes):
    rng = np.random.default_rng(seed)
    losses = [rng.uniform(0, 9, size=n) for n in sizes]
    weights = [rng.uniform(0, 3, size=n).round() for n in sizes]
    return losses, weights


def contributions_and_inputs(answer, seed, sizes):
    losses, weights = shares(seed, sizes)
    found = answer.contributions(losses, weights)
    return [[float(number) for number in found], losses, weights]


@part("devices", 1, "shares of one size")
def devices_equal(answer):
    return [
        contributions_and_inputs(answer, 60 + n, sizes) for n, sizes in enumerate([[4, 4], [3] * 5])
    ]


@part("devices", 1, "shares of several sizes, an empty one too")
def devices_unequal(answer):
    cases = [[6, 2], [5, 1, 3], [4, 0, 7]]
    return [contributions_and_inputs(answer, 70 + n, sizes) for n, sizes in enumerate(cases)]
