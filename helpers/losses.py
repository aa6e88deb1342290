"""Losses for Keras: the root mean squared error and the Huber loss, as function, wrapper and class.

All take `y_true` and `y_pred` and give one loss for each example: the mean over the last axis, as
Keras's own losses do. `y_pred` is floating point, and the loss has its type; `y_true` is cast to
it, integers too. The shapes are the same, or one of the two has an additional last axis of length
1, as when targets of shape (N,) meet predictions of shape (N, 1). Other shapes are a ValueError.

The gradient is finite wherever the error is, and 0 where the error is 0. NaN stays NaN.
"""

import math

from helpers.checks import number
from helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf


def _error(y_true, y_pred):
    """Bring both to one type and one shape, as Keras does, and give `y_true - y_pred`."""
    y_pred = tf.convert_to_tensor(y_pred)
    if not y_pred.dtype.is_floating:
        y_pred = tf.cast(y_pred, keras.config.floatx())
    y_true = tf.cast(y_true, y_pred.dtype)
    given = y_true.shape, y_pred.shape
    if y_true.shape.rank == y_pred.shape.rank + 1:
        y_true, y_pred = _same_rank(y_true, y_pred)
    elif y_pred.shape.rank == y_true.shape.rank + 1:
        y_pred, y_true = _same_rank(y_pred, y_true)
    if y_pred.shape.rank == 0 or not y_true.shape.is_compatible_with(y_pred.shape):
        raise ValueError(
            "`y_true` and `y_pred` must have the same shape, but for a last axis of length 1. "
            f"Received: y_true of shape {given[0]}, y_pred of shape {given[1]}"
        )
    return y_true - y_pred


def _same_rank(longer, shorter):
    if longer.shape[-1] != 1:
        return longer, shorter
    if shorter.shape.rank == 1:
        return longer, tf.expand_dims(shorter, -1)
    return tf.squeeze(longer, -1), shorter


@keras.saving.register_keras_serializable(package="helpers")
def rmse(y_true, y_pred):
    """Root mean squared error of each example: the root of the mean over its outputs.

    With one output it is the absolute error. For the root mean squared error over examples use the
    metric `keras.metrics.RootMeanSquaredError`: it is not a mean of what single examples give.

    Parameters
    ----------
    y_true, y_pred : tensor or array-like
        Targets and predictions; see the top of this module.

    Returns
    -------
    tf.Tensor
        One loss for each example, the shape of `y_pred` without its last axis.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    error = _error(y_true, y_pred)
    # Divided by the largest error first, no square is too large or too small for its type.
    largest = tf.stop_gradient(tf.reduce_max(tf.abs(error), axis=-1, keepdims=True))
    usual = (largest > 0) & (largest <= largest.dtype.max)  # not 0, infinity or NaN
    scale = tf.where(usual, largest, tf.ones_like(largest))
    mean_squared_error = tf.reduce_mean(tf.square(error / scale), axis=-1)
    zero = tf.equal(mean_squared_error, 0)  # where the root has no finite slope
    root = tf.sqrt(tf.where(zero, tf.ones_like(mean_squared_error), mean_squared_error))
    return tf.where(zero, tf.zeros_like(root), root * tf.squeeze(scale, -1))


def _huber(y_true, y_pred, threshold):
    error = _error(y_true, y_pred)
    threshold = min(threshold, float(error.dtype.max))  # infinity times 0 would be NaN
    is_small_error = tf.abs(error) <= threshold
    small_error_loss = tf.square(error) / 2
    big_error_loss = threshold * (tf.abs(error) - threshold / 2)
    return tf.reduce_mean(tf.where(is_small_error, small_error_loss, big_error_loss), axis=-1)


def _threshold(threshold):
    expected = "a positive finite number"
    return float(number("threshold", threshold, expected, lambda v: 0 < v < math.inf))


@keras.saving.register_keras_serializable(package="helpers")
def huber(y_true, y_pred):
    """Huber loss with the threshold 1; see `huber_with_threshold`."""
    return _huber(y_true, y_pred, 1.0)


def huber_with_threshold(threshold=1.0):
    """Make a Huber loss: half the squared error up to the threshold, a straight line beyond it.

    With a = y_true - y_pred, a²/2 where |a| <= threshold, otherwise
    threshold * (|a| - threshold/2); the mean over the last axis.

    Parameters
    ----------
    threshold : float
        Positive and finite, in the unit of the targets. In Keras it is called `delta`.

    Returns
    -------
    callable
        The loss, a function of `y_true` and `y_pred`; see the top of this module.

    Raises
    ------
    ValueError
        If `threshold` is not a positive finite number; from the loss, if the shapes do not fit.

    References
    ----------
    Huber (1964), Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35.
    """
    threshold = _threshold(threshold)

    def huber_loss(y_true, y_pred):
        return _huber(y_true, y_pred, threshold)

    return huber_loss


@keras.saving.register_keras_serializable(package="helpers")
class HuberLoss(keras.losses.Loss):
    """The Huber loss as an object: with its threshold it is saved, and loaded again.

    Where `helpers.losses` is imported, a model compiled with it loads without `custom_objects`.

    Parameters
    ----------
    threshold : float
        As for `huber_with_threshold`. It cannot be changed later: a training step that Keras has
        compiled would not notice.
    reduction, name, dtype
        As for every loss of Keras: how the examples become one number ("sum_over_batch_size" is
        their mean), and the type to which targets and predictions are cast (None: float32).

    Raises
    ------
    ValueError
        If `threshold` is not a positive finite number, or Keras refuses a setting.
    AttributeError
        If `threshold` is changed.
    """

    def __init__(
        self, threshold=1.0, reduction="sum_over_batch_size", name="huber_loss", dtype=None
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self._threshold = _threshold(threshold)

    @property
    def threshold(self):
        """Where the loss turns into a straight line."""
        return self._threshold

    @threshold.setter
    def threshold(self, value):
        raise AttributeError(
            "`threshold` cannot be changed, because a compiled training step would not notice. "
            f"Compile the model again, with HuberLoss(threshold={value!r})"
        )

    def call(self, y_true, y_pred):
        """Give one loss for each example."""
        return _huber(y_true, y_pred, self._threshold)

    def get_config(self):
        """Give the settings with which the same loss can be made again."""
        return {**super().get_config(), "threshold": self._threshold}
