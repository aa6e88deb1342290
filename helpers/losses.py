"""Losses for Keras: root mean squared error, Huber and contrastive loss, and a distance.

All losses take `y_true` and `y_pred` and give one loss for each example: the mean over the last
axis, as Keras's own losses do. `y_pred` is floating point, and the loss has its type; `y_true` is
cast to it, integers too. The shapes are the same, or one of the two has an additional last axis of
length 1, as when targets of shape (N,) meet predictions of shape (N, 1). Other shapes are a
ValueError.

The gradient is finite wherever the error is, and 0 where the error is 0. NaN stays NaN. A number
given as threshold or margin cannot be changed after a loss is made: a training step that Keras has
compiled would not notice. It does notice a variable; see `huber_with_threshold`.

All is written with `keras.ops`, for any backend of Keras. What is registered is saved with
"helpers>" before its name, and so never taken for a loss of Keras: where this module has not been
imported, `load_model` fails and says so.
"""

import math

import numpy as np

from helpers.checks import number
from helpers.quiet import quiet

with quiet():
    import keras
    from keras import ops


def _aligned(y_true, y_pred):
    """Bring both to one type and one shape, as Keras does."""
    y_pred = ops.convert_to_tensor(y_pred)
    if not keras.backend.is_float_dtype(y_pred.dtype):
        y_pred = ops.cast(y_pred, keras.config.floatx())
    y_true = ops.cast(y_true, y_pred.dtype)
    given = tuple(y_true.shape), tuple(y_pred.shape)
    if len(given[0]) == len(given[1]) + 1:
        y_true, y_pred = _same_rank(y_true, y_pred)
    elif len(given[1]) == len(given[0]) + 1:
        y_pred, y_true = _same_rank(y_pred, y_true)
    if len(y_pred.shape) == 0 or not _same_shape(y_true, y_pred):
        raise ValueError(
            "`y_true` and `y_pred` must have the same shape, but for a last axis of length 1. "
            f"Received: y_true of shape {given[0]}, y_pred of shape {given[1]}"
        )
    return y_true, y_pred


def _same_rank(longer, shorter):
    if longer.shape[-1] != 1:
        return longer, shorter
    if len(shorter.shape) == 1:
        return longer, ops.expand_dims(shorter, -1)
    return ops.squeeze(longer, -1), shorter


def _same_shape(a, b):
    """Whether the shapes agree, as far as they are known: None stands for any length."""
    a, b = np.shape(a), np.shape(b)
    return len(a) == len(b) and all(m == n or None in (m, n) for m, n in zip(a, b, strict=True))


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
    tensor
        One loss for each example, the shape of `y_pred` without its last axis.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    y_true, y_pred = _aligned(y_true, y_pred)
    outputs = ops.cast(ops.shape(y_pred)[-1], y_pred.dtype)
    return _length(y_true - y_pred) / ops.sqrt(outputs)


def _length(vectors):
    """Root of the sum of squares over the last axis. Works on Keras's symbolic tensors too."""
    # Divided by the largest entry first, no square is too large or too small for its type.
    largest = ops.stop_gradient(ops.max(ops.abs(vectors), axis=-1, keepdims=True))
    usual = ops.logical_and(largest > 0, ops.isfinite(largest))
    scale = ops.where(usual, largest, ops.ones_like(largest))
    squares = ops.sum(ops.square(vectors / scale), axis=-1)
    zero = ops.equal(squares, 0)  # where the root has no finite slope
    root = ops.sqrt(ops.where(zero, ops.ones_like(squares), squares))
    return ops.where(zero, ops.zeros_like(root), root * ops.squeeze(scale, -1))


def _huber(y_true, y_pred, threshold):
    y_true, y_pred = _aligned(y_true, y_pred)
    a = ops.abs(y_true - y_pred)
    near = ops.minimum(a, ops.convert_to_tensor(threshold, a.dtype))
    # a²/2 up to the threshold, and no square that overflows beyond it
    return ops.mean(near * (a - near / 2), axis=-1)


def _positive(name, value):
    return float(number(name, value, "a positive finite number", lambda v: 0 < v < math.inf))


def _cannot_change(loss, name, value):
    raise AttributeError(
        f"`{name}` cannot be changed, because a compiled training step would not notice. "
        f"Compile the model again, with {type(loss).__name__}({name}={value!r})"
    )


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
    threshold : float, or scalar variable
        Positive and finite, in the unit of the targets. In Keras it is called `delta`. A variable
        (`tf.Variable`, `keras.Variable`) is read whenever the loss is computed, with TensorFlow in
        compiled training steps too: a threshold that moves. Only its first value is checked.

    Returns
    -------
    callable
        The loss, a function of `y_true` and `y_pred`; see the top of this module.

    Raises
    ------
    ValueError
        If `threshold` is not a positive finite number, or a variable that holds one; from the
        loss, if the shapes do not fit.

    References
    ----------
    Huber (1964), Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35.
    """
    if hasattr(threshold, "assign"):  # a variable
        _positive("threshold", np.asarray(threshold).tolist())
    else:
        threshold = _positive("threshold", threshold)

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
        As for `huber_with_threshold`, but no variable: the object is saved with a number.
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
        self._threshold = _positive("threshold", threshold)

    @property
    def threshold(self):
        """Where the loss turns into a straight line."""
        return self._threshold

    @threshold.setter
    def threshold(self, value):
        _cannot_change(self, "threshold", value)

    def call(self, y_true, y_pred):
        """Give one loss for each example."""
        return _huber(y_true, y_pred, self._threshold)

    def get_config(self):
        """Give the settings with which the same loss can be made again."""
        return {**super().get_config(), "threshold": self._threshold, "dtype": self.dtype}


def euclidean_distance(a, b):
    """Distance of each pair of embeddings, with a gradient of 0 where the two are equal.

    Parameters
    ----------
    a, b : tensor, symbolic tensor of Keras, or array-like
        Embeddings of one shape, (..., d), floating point.

    Returns
    -------
    tensor
        The distances, shape (..., 1), so that they can be the output of a model.

    Raises
    ------
    ValueError
        If the shapes are not the same.
    """
    if len(np.shape(a)) == 0 or not _same_shape(a, b):
        raise ValueError(
            "`a` and `b` must have the same shape, (..., d). "
            f"Received: a of shape {tuple(np.shape(a))}, b of shape {tuple(np.shape(b))}"
        )
    return ops.expand_dims(_length(ops.subtract(a, b)), -1)


def _values(tensor):
    """Give the numbers of a tensor; None where it has none yet, in a step that is compiled."""
    try:
        return np.asarray(ops.stop_gradient(tensor))
    except (NotImplementedError, TypeError):  # of TensorFlow, of JAX
        return None


def _contrastive(y_true, y_pred, margin):
    y_true, y_pred = _aligned(y_true, y_pred)
    labels, distances = _values(y_true), _values(y_pred)
    if labels is not None and not np.isin(labels, (0, 1)).all():
        raise ValueError(
            "`y_true` must be 1 (a similar pair) or 0 (a different one). "
            f"Received: y_true={np.unique(labels)}"
        )
    if distances is not None and np.any(distances < 0):
        raise ValueError(
            f"`y_pred` must be distances, 0 or more. Received: y_pred from {np.nanmin(distances):g}"
        )
    attract = y_true * ops.square(y_pred)
    repel = (1 - y_true) * ops.square(ops.maximum(margin - y_pred, 0))
    return ops.mean(attract + repel, axis=-1)


def contrastive_with_margin(margin=1.0):
    """Make a contrastive loss: similar pairs attract, different ones repel up to the margin.

    With Y = y_true and D = y_pred, Y·D² + (1 - Y)·max(margin - D, 0)²; the mean over the last axis.
    Here Y = 1 says "similar". Others, the paper among them, write 1 for "different".

    Parameters
    ----------
    margin : float
        Positive and finite, in the unit of the distances.

    Returns
    -------
    callable
        The loss, a function of `y_true`, 1 or 0, and `y_pred`, distances; see the top of this
        module. It raises a ValueError for other labels and for negative distances where it can
        see them, which is not inside a compiled training step.

    Raises
    ------
    ValueError
        If `margin` is not a positive finite number; from the loss, if shapes or values do not fit.

    References
    ----------
    Hadsell, Chopra & LeCun (2006), Dimensionality Reduction by Learning an Invariant Mapping, CVPR.
    """
    margin = _positive("margin", margin)

    def contrastive_loss(y_true, y_pred):
        return _contrastive(y_true, y_pred, margin)

    return contrastive_loss


@keras.saving.register_keras_serializable(package="helpers")
class ContrastiveLoss(keras.losses.Loss):
    """The loss of `contrastive_with_margin` as an object: it is saved and loaded with its margin.

    Parameters
    ----------
    margin : float
        As for `contrastive_with_margin`.
    reduction, name, dtype
        As for `HuberLoss`.

    Raises
    ------
    ValueError
        If `margin` is not a positive finite number, or Keras refuses a setting.
    AttributeError
        If `margin` is changed.
    """

    def __init__(
        self, margin=1.0, reduction="sum_over_batch_size", name="contrastive_loss", dtype=None
    ):
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self._margin = _positive("margin", margin)

    @property
    def margin(self):
        """The distance from which different pairs no longer repel."""
        return self._margin

    @margin.setter
    def margin(self, value):
        _cannot_change(self, "margin", value)

    def call(self, y_true, y_pred):
        """Give one loss for each example."""
        return _contrastive(y_true, y_pred, self._margin)

    def get_config(self):
        """Give the settings with which the same loss can be made again."""
        return {**super().get_config(), "margin": self._margin, "dtype": self.dtype}
