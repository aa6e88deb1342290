"""The hidden tests of assignment 04. They report values; the reference solution says which."""

import numpy as np

SECONDS = 60  # the first cell imports TensorFlow
IMPORTS = ("tensorflow", "keras")

# the lesson and the section to read again, for each task
AGAIN = {
    "pinball": ("04", "5 · The contract: (y_true, y_pred) → loss"),
    "logcosh": ("04", "7 · my_huber_loss"),
    "percent": ("04", "tf.where computes both sides"),
    "epoch": ("04", "6 · my_rmse, step by step"),
    "constant": ("04", "1 · A loss says how much each error hurts"),
    "words": ("04", "2 · One outlier under your hand"),
}

WITHOUT = {
    "logcosh": ("LogCosh", "log_cosh", "logcosh", "LogCoshError"),
    "percent": (
        "MeanAbsolutePercentageError",
        "mean_absolute_percentage_error",
        "MAPE",
        "mape",
    ),
}


def loss_and_gradient(loss, y_true, y_pred):
    """The losses, and the derivative of their sum by y_pred (None if there is none)."""
    import tensorflow as tf

    y_pred = tf.Variable(y_pred, dtype=tf.float32)
    with tf.GradientTape() as tape:
        losses = loss(tf.constant(y_true, tf.float32), y_pred)
    return [losses, tape.gradient(losses, y_pred)]


def loss_only(loss, y_true, y_pred):
    return loss_and_gradient(loss, y_true, y_pred)[0]


def gradient_only(loss, y_true, y_pred):
    return loss_and_gradient(loss, y_true, y_pred)[1]


@part("pinball", 2, "one loss for each day, and its gradient", tolerance=1e-5)
def pinball_values(answer):
    rng = np.random.default_rng(41)
    reported = []
    for shape in ((6, 1), (3, 4), (1, 5)):
        y_true, y_pred = rng.normal(scale=3, size=(2, *shape))
        reported.append(loss_and_gradient(answer.pinball_loss, y_true, y_pred))
    # a perfect day: its gradient is a matter of taste
    perfect = [[2.0, 3.0], [5.0, 0.5]]
    return [*reported, loss_only(answer.pinball_loss, perfect, perfect)]


@part("pinball", 1, "whole numbers as targets", tolerance=1e-5)
def pinball_integers(answer):
    import tensorflow as tf

    y_true = tf.constant([[3, 0], [1, 7], [12, 4]])
    y_pred = tf.constant([[1.25, 0.75], [2.5, 2.25], [15.75, 3.5]])
    return np.mean(answer.pinball_loss(y_true, y_pred))


ORDINARY = [[0.5, -1.5, 0.0], [3.0, -0.25, 2.0], [-4.0, 1.0, 6.0], [0.0, 0.0, -0.125]]
LARGE = [[1000.0, 1.0], [-1000.0, -1.0], [0.5, -9999.0], [300.0, -300.0], [95.0, 0.0]]


@part("logcosh", 1, "loss and gradient of ordinary errors", tolerance=1e-5)
def logcosh_ordinary(answer):
    y_pred = np.array([[1.0, -2.0, 0.5]]) + np.zeros((4, 3))
    column = np.array([[-0.75], [2.5]])
    return [
        loss_and_gradient(answer.my_log_cosh, y_pred + ORDINARY, y_pred),
        loss_and_gradient(answer.my_log_cosh, column, 0 * column),
    ]


@part("logcosh", 1, "the loss of very large errors", tolerance=1e-5)
def logcosh_large(answer):
    return loss_only(answer.my_log_cosh, LARGE, np.zeros((5, 2)))


@part("logcosh", 1, "the gradient of very large errors", tolerance=1e-5)
def logcosh_large_gradient(answer):
    return gradient_only(answer.my_log_cosh, LARGE, np.zeros((5, 2)))


SOLD = [
    [20.0, 0.0, 50.0, 0.0],
    [0.0, 0.0, 0.0, 0.0],
    [0.0, 4.0, 0.0, 0.0],
    [8.0, 2.0, 1.0, 0.5],
]
BAKED = [
    [25.0, 3.0, 30.0, 0.0],
    [1.0, 0.0, 7.0, -2.0],
    [0.0, 1.0, 5.0, 0.0],
    [4.0, 3.0, 4.0, 0.25],
]


@part("percent", 1, "loss and gradient when every kind is sold", tolerance=1e-5)
def percent_values(answer):
    rng = np.random.default_rng(43)
    reported = []
    for shape in ((5, 1), (2, 3), (1, 6)):
        y_true = rng.uniform(1, 30, size=shape)
        y_pred = y_true * rng.uniform(0.3, 1.9, size=shape)
        reported.append(loss_and_gradient(answer.percentage_error, y_true, y_pred))
    return reported


@part("percent", 1, "the loss when some kinds, or all, are not sold", tolerance=1e-5)
def percent_zeros(answer):
    column = [[0.0], [4.0], [0.0]]
    return [
        loss_only(answer.percentage_error, SOLD, BAKED),
        loss_only(answer.percentage_error, column, [[1.0], [1.0], [0.0]]),
    ]


@part("percent", 1, "the gradient when some kinds, or all, are not sold", tolerance=1e-5)
def percent_gradient(answer):
    return gradient_only(answer.percentage_error, SOLD, BAKED)


def rmse_and_inputs(answer, batch_rmse, batch_sizes):
    batch_rmse, batch_sizes = np.array(batch_rmse), np.array(batch_sizes)
    return [answer.epoch_rmse(batch_rmse, batch_sizes), batch_rmse, batch_sizes]


@part("epoch", 1, "batches of one size")
def epoch_equal(answer):
    return [
        rmse_and_inputs(answer, [0.5, 3.0, 1.25], [8, 8, 8]),
        rmse_and_inputs(answer, [2.0, 0.0, 9.0, 4.0], [1, 1, 1, 1]),
        rmse_and_inputs(answer, [6.5], [32]),
    ]


@part("epoch", 1, "batches of several sizes")
def epoch_unequal(answer):
    return [
        rmse_and_inputs(answer, [1.5, 2.5, 8.0], [32, 32, 5]),
        rmse_and_inputs(answer, [10.0, 0.25], [1, 60]),
        rmse_and_inputs(answer, [3.0, 1.0, 0.0, 7.0], [2, 9, 4, 3]),
    ]


@part("constant", 2, "the best number, for several costs")
def constant_values(answer):
    y = [31.0, 7.5, 12.0, 90.0, 18.0, 4.0, 22.5]
    costs = [(1, 1), (3, 1), (1, 3), (7.5, 0.5), (0.5, 15.5), (2, 3)]
    found = [answer.best_constant(np.array(y), *pair) for pair in costs]
    counts = [5, 9, 5, 14, 5, 2, 40, 9, 11, 13, 8]
    return found + [answer.best_constant(np.array(counts), *pair) for pair in costs]


@part("constant", 1, "where several numbers are equally good; and y left as it was")
def constant_ties(answer):
    y = np.array([40, 10, 25, 70])
    costs = [(1.0, 1.0), (3.0, 1.0), (1.0, 3.0)]
    eight = np.array([0.5, 6.0, 3.0, -2.0, 8.0, 11.0, 9.5, 4.0])
    return [
        [answer.best_constant(y, *pair) for pair in costs],
        [answer.best_constant(eight, *pair) for pair in [*costs, (7.0, 1.0), (1.0, 7.0)]],
        y,
        eight,
    ]
