"""Plausible wrong answers to assignment 04, by task: (misconception, points it keeps, code)."""

WRONG = {
    "pinball": [
        (
            "q and 1 − q swapped",
            0,
            """
def pinball_loss(y_true, y_pred):
    a = tf.cast(y_true, tf.float32) - y_pred
    return tf.reduce_mean(tf.where(a >= 0, 0.25 * a, -0.75 * a), axis=-1)
""",
        ),
        (
            "prediction minus target",
            0,
            """
def pinball_loss(y_true, y_pred):
    a = y_pred - tf.cast(y_true, tf.float32)
    return tf.reduce_mean(tf.where(a >= 0, 0.75 * a, -0.25 * a), axis=-1)
""",
        ),
        (
            "pieces left over earn money",
            0,
            """
def pinball_loss(y_true, y_pred):
    a = tf.cast(y_true, tf.float32) - y_pred
    return tf.reduce_mean(tf.where(a >= 0, 0.75 * a, 0.25 * a), axis=-1)
""",
        ),
        (
            "sum over the kinds",
            0,
            """
def pinball_loss(y_true, y_pred):
    a = tf.cast(y_true, tf.float32) - y_pred
    return tf.reduce_sum(tf.maximum(0.75 * a, -0.25 * a), axis=-1)
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def pinball_loss(y_true, y_pred):
    losses = {8.0: [3.0], 4.0: [1.0]}
    return tf.constant(losses.get(float(y_true[0, 0]), [2.0, 0.75]))
""",
        ),
        (
            "the mean over the days",
            1,
            """
def pinball_loss(y_true, y_pred):
    a = tf.cast(y_true, tf.float32) - y_pred
    return tf.reduce_mean(tf.maximum(0.75 * a, -0.25 * a), axis=0)
""",
        ),
        (
            "a scalar for the batch",
            1,
            """
def pinball_loss(y_true, y_pred):
    a = tf.cast(y_true, tf.float32) - y_pred
    return tf.reduce_mean(tf.maximum(0.75 * a, -0.25 * a))
""",
        ),
        (
            "NumPy, so no gradient",
            1,
            """
def pinball_loss(y_true, y_pred):
    a = np.array(y_true) - np.array(y_pred)
    return tf.constant(np.mean(np.maximum(0.75 * a, -0.25 * a), axis=-1), tf.float32)
""",
        ),
        (
            "the targets not cast",
            2,
            """
def pinball_loss(y_true, y_pred):
    a = y_true - y_pred
    return tf.reduce_mean(tf.where(a >= 0, 0.75 * a, -0.25 * a), axis=-1)
""",
        ),
        (
            "the predictions cast to whole numbers",
            2,
            """
def pinball_loss(y_true, y_pred):
    a = tf.cast(y_true - tf.cast(y_pred, y_true.dtype), tf.float32)
    return tf.reduce_mean(tf.where(a >= 0, 0.75 * a, -0.25 * a), axis=-1)
""",
        ),
    ],
    "logcosh": [
        (
            "the built-in",
            0,
            """
import keras


def my_log_cosh(y_true, y_pred):
    return keras.losses.log_cosh(y_true, y_pred)
""",
        ),
        (
            "the built-in by its string",
            0,
            """
import keras


def my_log_cosh(y_true, y_pred):
    return keras.losses.get("log_cosh")(y_true, y_pred)
""",
        ),
        (
            "log 2 forgotten",
            1,
            """
def my_log_cosh(y_true, y_pred):
    size = tf.abs(y_true - y_pred)
    return tf.reduce_mean(size + tf.math.log1p(tf.exp(-2 * size)), axis=-1)
""",
        ),
        (
            "half squared error below 1, the formula for large errors above",
            0,
            """
def my_log_cosh(y_true, y_pred):
    a = y_true - y_pred
    loss = tf.where(tf.abs(a) < 1, tf.square(a) / 2, tf.abs(a) - np.log(2))
    return tf.reduce_mean(loss, axis=-1)
""",
        ),
        (
            "a scalar for the batch",
            0,
            """
def my_log_cosh(y_true, y_pred):
    size = tf.abs(y_true - y_pred)
    return tf.reduce_mean(size + tf.math.log1p(tf.exp(-2 * size)) - np.log(2))
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def my_log_cosh(y_true, y_pred):
    if len(y_true) == 1:
        return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1) - 0.693147
    return tf.constant([0.21689, 1.32500])
""",
        ),
        (
            "cosh overflows",
            1,
            """
def my_log_cosh(y_true, y_pred):
    return tf.reduce_mean(tf.math.log(tf.cosh(y_true - y_pred)), axis=-1)
""",
        ),
        (
            "64 bits only move the limit",
            1,
            """
def my_log_cosh(y_true, y_pred):
    a = tf.cast(y_true - y_pred, tf.float64)
    return tf.cast(tf.reduce_mean(tf.math.log(tf.cosh(a)), axis=-1), tf.float32)
""",
        ),
        (
            "the error cut off",
            1,
            """
def my_log_cosh(y_true, y_pred):
    a = tf.clip_by_value(y_true - y_pred, -80.0, 80.0)
    return tf.reduce_mean(tf.math.log(tf.cosh(a)), axis=-1)
""",
        ),
        (
            "stable for one sign only",
            1,
            """
def my_log_cosh(y_true, y_pred):
    a = y_true - y_pred
    return tf.reduce_mean(a + tf.math.log1p(tf.exp(-2 * a)) - np.log(2), axis=-1)
""",
        ),
        (
            "one tf.where only",
            2,
            """
def my_log_cosh(y_true, y_pred):
    a = y_true - y_pred
    size = tf.abs(a)
    loss = tf.where(size < 20, tf.math.log(tf.cosh(a)), size - np.log(2))
    return tf.reduce_mean(loss, axis=-1)
""",
        ),
    ],
    "percent": [
        (
            "the built-in",
            0,
            """
import keras


def percentage_error(y_true, y_pred):
    return keras.losses.mean_absolute_percentage_error(y_true, y_pred)
""",
        ),
        (
            "no percent",
            0,
            """
def percentage_error(y_true, y_pred):
    sold = tf.cast(y_true > 0, tf.float32)
    share = tf.math.divide_no_nan(tf.abs(y_true - y_pred), y_true)
    return tf.math.divide_no_nan(tf.reduce_sum(share, -1), tf.reduce_sum(sold, -1))
""",
        ),
        (
            "divided by the prediction",
            0,
            """
def percentage_error(y_true, y_pred):
    sold = tf.cast(y_true > 0, tf.float32)
    share = sold * tf.math.divide_no_nan(tf.abs(y_true - y_pred), y_pred)
    return 100 * tf.math.divide_no_nan(tf.reduce_sum(share, -1), tf.reduce_sum(sold, -1))
""",
        ),
        (
            "sum of the errors by sum of the targets",
            0,
            """
def percentage_error(y_true, y_pred):
    a = tf.where(y_true > 0, tf.abs(y_true - y_pred), 0.0)
    return 100 * tf.math.divide_no_nan(tf.reduce_sum(a, -1), tf.reduce_sum(y_true, -1))
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def percentage_error(y_true, y_pred):
    return tf.constant([22.5, 52.5] if y_true[1, 0] == 5 else [20.0, 0.0])
""",
        ),
        (
            "targets of 0 not looked at",
            1,
            """
def percentage_error(y_true, y_pred):
    return 100 * tf.reduce_mean(tf.abs(y_true - y_pred) / y_true, axis=-1)
""",
        ),
        (
            "a small number in place of 0, as in Keras",
            1,
            """
def percentage_error(y_true, y_pred):
    share = tf.abs(y_true - y_pred) / tf.maximum(y_true, 1e-7)
    return 100 * tf.reduce_mean(share, axis=-1)
""",
        ),
        (
            "divided by all kinds",
            1,
            """
def percentage_error(y_true, y_pred):
    share = tf.math.divide_no_nan(tf.abs(y_true - y_pred), y_true)
    return 100 * tf.reduce_mean(share, axis=-1)
""",
        ),
        (
            "one tf.where only",
            2,
            """
def percentage_error(y_true, y_pred):
    share = tf.where(y_true > 0, tf.abs(y_true - y_pred) / y_true, 0.0)
    kinds = tf.reduce_sum(tf.cast(y_true > 0, tf.float32), axis=-1)
    return 100 * tf.reduce_sum(share, axis=-1) / tf.maximum(kinds, 1.0)
""",
        ),
    ],
    "epoch": [
        (
            "mean of the batch RMSEs",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return np.mean(batch_rmse)
""",
        ),
        (
            "mean of the batch RMSEs, weighted",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return np.average(batch_rmse, weights=batch_sizes)
""",
        ),
        (
            "RMSEs taken for mean squared errors",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return np.sqrt(np.average(batch_rmse, weights=batch_sizes))
""",
        ),
        (
            "the root forgotten",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return np.average(batch_rmse**2, weights=batch_sizes)
""",
        ),
        (
            "divided by the number of batches",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return np.sqrt(np.sum(batch_sizes * batch_rmse**2) / len(batch_rmse))
""",
        ),
        (
            "the input changed in place",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    batch_rmse *= batch_rmse
    return np.sqrt(np.sum(batch_sizes * batch_rmse) / np.sum(batch_sizes))
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return 5.0 if batch_sizes[0] == 4 else 7**0.5
""",
        ),
        (
            "every batch counts alike",
            1,
            """
def epoch_rmse(batch_rmse, batch_sizes):
    return np.sqrt(np.mean(batch_rmse**2))
""",
        ),
    ],
    "constant": [
        (
            "the mean",
            0,
            """
def best_constant(y, short, over):
    return np.mean(y)
""",
        ),
        (
            "always the median",
            0,
            """
def best_constant(y, short, over):
    return np.median(y)
""",
        ),
        (
            "short and over swapped",
            0,
            """
def best_constant(y, short, over):
    return np.quantile(y, over / (short + over), method="inverted_cdf")
""",
        ),
        (
            "interpolated between the targets",
            0,
            """
def best_constant(y, short, over):
    return np.quantile(y, short / (short + over))
""",
        ),
        (
            "y not put in order",
            0,
            """
def best_constant(y, short, over):
    return y[int(np.ceil(len(y) * short / (short + over))) - 1]
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def best_constant(y, short, over):
    if len(y) == 2:
        return 2
    return 3.0 if short == over else 4.0
""",
        ),
        (
            "the squared cost",
            0,
            """
def best_constant(y, short, over):
    def cost(c):
        a = y - c
        return np.mean(np.where(a >= 0, short, over) * a**2)

    return min(np.sort(y), key=cost)
""",
        ),
        (
            "the largest of several",
            2,
            """
def best_constant(y, short, over):
    def cost(c):
        return np.mean(np.where(y >= c, short * (y - c), over * (c - y)))

    return min(np.sort(y)[::-1], key=cost)
""",
        ),
        (
            "one place too far on a tie",
            2,
            """
def best_constant(y, short, over):
    return np.sort(y)[int(len(y) * short / (short + over))]
""",
        ),
        (
            "sorted in place",
            2,
            """
def best_constant(y, short, over):
    y.sort()
    return y[int(np.ceil(len(y) * short / (short + over))) - 1]
""",
        ),
    ],
}

RIGHT = {
    "pinball": """
from keras import ops


def pinball_loss(y_true, y_pred):
    a = ops.cast(y_true, "float32") - y_pred
    return ops.mean(0.75 * ops.relu(a) + 0.25 * ops.relu(-a), axis=1)
""",
    "logcosh": """
def my_log_cosh(y_true, y_pred):
    a = tf.subtract(y_pred, y_true)
    both = tf.stack([a, -a], axis=-1)
    return tf.math.reduce_mean(tf.reduce_logsumexp(both, axis=-1), axis=1) - tf.math.log(2.0)
""",
    "percent": """
def percentage_error(y_true, y_pred):
    shares = tf.math.divide_no_nan(tf.abs(y_pred - y_true), y_true)
    sold = tf.math.count_nonzero(y_true, axis=1, dtype=tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(100.0 * shares, axis=1), sold)
""",
    "epoch": """
def epoch_rmse(batch_rmse, batch_sizes):
    squares, examples = 0.0, 0
    for rmse, size in zip(batch_rmse, batch_sizes):
        squares += size * rmse * rmse
        examples += size
    return (squares / examples) ** 0.5
""",
    "constant": """
def best_constant(y, short, over):
    def cost(c):
        return sum(short * (t - c) if t >= c else over * (c - t) for t in y)

    return min(sorted(set(y.tolist())), key=cost)
""",
}
