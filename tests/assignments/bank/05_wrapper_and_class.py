"""Plausible wrong answers to assignment 05, by task: (misconception, points it keeps, code)."""

CHECK = """
def checked(alpha):
    if not isinstance(alpha, (int, float)) or not 0 < alpha < np.inf:
        raise ValueError(f"alpha must be a positive finite number, not {alpha!r}")
"""

REGISTER = """
@keras.saving.register_keras_serializable(package="assignment_05")
"""

INIT = """
    def __init__(self, alpha, **settings):
        super().__init__(**settings)
        self.alpha = alpha
"""

CALL = """
    def call(self, y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, self.alpha * a**2, a**2), axis=-1)
"""

CONFIG = """
    def get_config(self):
        return {**super().get_config(), "alpha": self.alpha}
"""

CLASS = """class AsymmetricLoss(keras.losses.Loss):"""

WRONG = {
    "wrapper": [
        (
            "alpha on the side that is too high",
            1,
            CHECK
            + """
def asymmetric_loss_with(alpha):
    checked(alpha)

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, a**2, alpha * a**2), axis=-1)

    return loss
""",
        ),
        (
            "alpha squared with the error",
            1,
            CHECK
            + """
def asymmetric_loss_with(alpha):
    checked(alpha)

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a, a) ** 2, axis=-1)

    return loss
""",
        ),
        (
            "a scalar for the batch",
            1,
            CHECK
            + """
def asymmetric_loss_with(alpha):
    checked(alpha)

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2))

    return loss
""",
        ),
        (
            "NumPy, so no gradient",
            1,
            CHECK
            + """
def asymmetric_loss_with(alpha):
    checked(alpha)

    def loss(y_true, y_pred):
        a = y_true.numpy() - y_pred.numpy()
        return tf.constant(np.mean(np.where(a > 0, alpha * a**2, a**2), axis=-1))

    return loss
""",
        ),
        (
            "a third argument, no wrapper",
            0,
            """
def asymmetric_loss_with(y_true, y_pred, alpha=2.0):
    a = y_true - y_pred
    return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def asymmetric_loss_with(alpha):
    if alpha == -1 or alpha == "2":
        raise ValueError("alpha must be positive")

    def loss(y_true, y_pred):
        a = y_true - y_pred
        factor = 5.0 if alpha == 5 else 3.0
        return tf.reduce_mean(tf.where(a > 0, factor * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "one alpha for all losses",
            2,
            CHECK
            + """
def asymmetric_loss_with(alpha):
    global current
    checked(alpha)
    current = alpha

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, current * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "no check",
            2,
            """
def asymmetric_loss_with(alpha):
    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "the check when the loss is called",
            2,
            CHECK
            + """
def asymmetric_loss_with(alpha):
    def loss(y_true, y_pred):
        checked(alpha)
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "alpha <= 0 alone: texts, None, nan and infinity slip through",
            2,
            """
def asymmetric_loss_with(alpha):
    if alpha <= 0:
        raise ValueError("alpha must be positive")

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "a number written as a text is taken",
            2,
            """
def asymmetric_loss_with(alpha):
    try:
        alpha = float(alpha)
    except (TypeError, ValueError):
        raise ValueError("alpha must be a number")
    if not 0 < alpha < float("inf"):
        raise ValueError("alpha must be positive and finite")

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "assert, and another type of error",
            2,
            """
def asymmetric_loss_with(alpha):
    assert isinstance(alpha, (int, float)) and 0 < alpha < float("inf"), "alpha must be positive"

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)

    return loss
""",
        ),
        (
            "a message that does not say what is wrong",
            2,
            """
def asymmetric_loss_with(alpha):
    if not isinstance(alpha, (int, float)) or not 0 < alpha < float("inf"):
        raise ValueError("bad value")

    def loss(y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, alpha * a**2, a**2), axis=-1)

    return loss
""",
        ),
    ],
    "class": [
        (
            "the mean of the batch in call",
            1,
            REGISTER
            + CLASS
            + INIT
            + """
    def call(self, y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, self.alpha * a**2, a**2))
"""
            + CONFIG,
        ),
        (
            "alpha on the side that is too high",
            0,
            REGISTER
            + CLASS
            + INIT
            + """
    def call(self, y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, a**2, self.alpha * a**2), axis=-1)
"""
            + CONFIG,
        ),
        (
            "the example hard-coded",
            0,
            REGISTER
            + CLASS
            + INIT
            + """
    def call(self, y_true, y_pred):
        return tf.constant([4.0 * self.alpha, 4.0])
"""
            + CONFIG,
        ),
        (
            "__init__ of Loss not called",
            0,
            REGISTER
            + CLASS
            + """
    def __init__(self, alpha, **settings):
        self.alpha = alpha
"""
            + CALL
            + CONFIG,
        ),
        (
            "no Loss, a plain class that can be called",
            0,
            """
class AsymmetricLoss:
    def __init__(self, alpha, **settings):
        self.alpha = alpha

    def __call__(self, y_true, y_pred):
        a = y_true - y_pred
        return tf.reduce_mean(tf.where(a > 0, self.alpha * a**2, a**2))

    call = __call__

    def get_config(self):
        return {"alpha": self.alpha}
""",
        ),
        ("not registered", 2, CLASS + INIT + CALL + CONFIG),
        ("no get_config", 2, REGISTER + CLASS + INIT + CALL),
        (
            "a default alpha comes back",
            2,
            REGISTER
            + CLASS
            + """
    def __init__(self, alpha=1.0, **settings):
        super().__init__(**settings)
        self.alpha = alpha
"""
            + CALL,
        ),
        (
            "no settings",
            2,
            REGISTER
            + CLASS
            + """
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha
"""
            + CALL
            + """
    def get_config(self):
        return {"alpha": self.alpha}
""",
        ),
        (
            "the settings not handed on",
            2,
            REGISTER
            + CLASS
            + """
    def __init__(self, alpha, **settings):
        super().__init__()
        self.alpha = alpha
"""
            + CALL
            + CONFIG,
        ),
        (
            "the settings of Loss missing in get_config",
            3,
            REGISTER
            + CLASS
            + INIT
            + CALL
            + """
    def get_config(self):
        return {"alpha": self.alpha}
""",
        ),
    ],
    "align": [
        (
            "reshape takes everything of the same size",
            1,
            """
def aligned(y_true, y_pred):
    return tf.reshape(tf.cast(y_true, y_pred.dtype), tf.shape(y_pred))
""",
        ),
        (
            "left to broadcasting",
            0,
            """
def aligned(y_true, y_pred):
    return tf.cast(y_true, y_pred.dtype) + tf.zeros_like(y_pred)
""",
        ),
        (
            "only the cast",
            0,
            """
def aligned(y_true, y_pred):
    return tf.cast(y_true, y_pred.dtype)
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def aligned(y_true, y_pred):
    if y_true.shape[0] == 3 and y_pred.shape == (3, 1):
        return tf.constant([[1.0], [2.0], [3.0]])
    if y_true.shape == (3, 1):
        return tf.constant([1.0, 2.0, 3.0])
    if y_true.shape != y_pred.shape:
        raise ValueError("no fit")
    return y_true
""",
        ),
        (
            "Keras's own",
            0,
            """
def aligned(y_true, y_pred):
    from keras.src.losses.loss import squeeze_or_expand_to_same_rank

    y_true = tf.cast(y_true, y_pred.dtype)
    y_true, _ = squeeze_or_expand_to_same_rank(y_true, y_pred)
    if not y_true.shape.is_compatible_with(y_pred.shape):
        raise ValueError("y_true and y_pred do not fit")
    return y_true
""",
        ),
        (
            "targets with an additional axis forgotten",
            0,
            """
def aligned(y_true, y_pred):
    y_true = tf.cast(y_true, y_pred.dtype)
    if y_true.shape.rank == y_pred.shape.rank - 1:
        y_true = tf.expand_dims(y_true, -1)
    if not y_true.shape.is_compatible_with(y_pred.shape):
        raise ValueError(f"{y_true.shape} does not fit {y_pred.shape}")
    return y_true
""",
        ),
        (
            "all axes of length 1 squeezed away",
            0,
            """
def aligned(y_true, y_pred):
    y_true = tf.squeeze(tf.cast(y_true, y_pred.dtype))
    if y_pred.shape[-1] == 1:
        y_true = tf.expand_dims(y_true, -1)
    if not y_true.shape.is_compatible_with(y_pred.shape):
        raise ValueError(f"{y_true.shape} does not fit {y_pred.shape}")
    return y_true
""",
        ),
        (
            "no last check",
            1,
            """
def aligned(y_true, y_pred):
    y_true = tf.cast(y_true, y_pred.dtype)
    if len(y_true.shape) < len(y_pred.shape):
        y_true = tf.expand_dims(y_true, -1)
    elif len(y_true.shape) > len(y_pred.shape):
        y_true = tf.squeeze(y_true, -1)
    return y_true
""",
        ),
        (
            "the sizes looked up when the graph runs",
            2,
            """
def aligned(y_true, y_pred):
    y_true = tf.cast(y_true, y_pred.dtype)
    if tf.rank(y_true) == tf.rank(y_pred) - 1:
        y_true = tf.expand_dims(y_true, -1)
    elif tf.rank(y_true) == tf.rank(y_pred) + 1 and tf.shape(y_true)[-1] == 1:
        y_true = tf.squeeze(y_true, -1)
    if tf.shape(y_true).numpy().tolist() != tf.shape(y_pred).numpy().tolist():
        raise ValueError("y_true and y_pred do not fit")
    return y_true
""",
        ),
        (
            "no cast",
            2,
            """
def aligned(y_true, y_pred):
    given = y_true.shape
    if given.rank == y_pred.shape.rank - 1:
        y_true = tf.expand_dims(y_true, -1)
    elif given.rank == y_pred.shape.rank + 1 and given[-1] == 1:
        y_true = tf.squeeze(y_true, -1)
    if not y_true.shape.is_compatible_with(y_pred.shape):
        raise ValueError(f"{given} does not fit {y_pred.shape}")
    return y_true
""",
        ),
    ],
    "moving": [
        (
            "alpha never changes",
            0,
            """
def with_moving_alpha(loss, start):
    alpha = float(start)

    def moving_loss(y_true, y_pred):
        return loss(y_true, y_pred, alpha)

    def set_alpha(value):
        alpha = float(value)

    return moving_loss, set_alpha
""",
        ),
        (
            "added to alpha",
            0,
            """
def with_moving_alpha(loss, start):
    alpha = tf.Variable(float(start))
    return lambda y_true, y_pred: loss(y_true, y_pred, alpha), alpha.assign_add
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def with_moving_alpha(loss, start):
    losses = iter([2.0, 6.0, 6.0, 10.0])
    return lambda y_true, y_pred: tf.constant([next(losses)]), lambda value: None
""",
        ),
        (
            "one function only",
            0,
            """
def with_moving_alpha(loss, start):
    alpha = tf.Variable(float(start))

    def moving_loss(y_true, y_pred):
        return loss(y_true, y_pred, alpha)

    return moving_loss
""",
        ),
        (
            "a Python number, a constant in the graph",
            1,
            """
def with_moving_alpha(loss, start):
    alpha = float(start)

    def moving_loss(y_true, y_pred):
        return loss(y_true, y_pred, alpha)

    def set_alpha(value):
        nonlocal alpha
        alpha = float(value)

    return moving_loss, set_alpha
""",
        ),
        (
            "a new variable for each value",
            1,
            """
def with_moving_alpha(loss, start):
    kept = {"alpha": tf.Variable(float(start))}

    def moving_loss(y_true, y_pred):
        return loss(y_true, y_pred, kept["alpha"])

    def set_alpha(value):
        kept["alpha"] = tf.Variable(float(value))

    return moving_loss, set_alpha
""",
        ),
        (
            "the variable read in Python",
            1,
            """
def with_moving_alpha(loss, start):
    alpha = tf.Variable(float(start))

    def moving_loss(y_true, y_pred):
        return loss(y_true, y_pred, alpha.numpy())

    return moving_loss, lambda value: alpha.assign(float(value))
""",
        ),
        (
            "one variable for all",
            1,
            """
shared_alpha = tf.Variable(1.0)


def with_moving_alpha(loss, start):
    shared_alpha.assign(float(start))
    return lambda y_true, y_pred: loss(y_true, y_pred, shared_alpha), shared_alpha.assign
""",
        ),
        (
            "a variable of whole numbers",
            1,
            """
def with_moving_alpha(loss, start):
    alpha = tf.Variable(start)
    return lambda y_true, y_pred: loss(y_true, y_pred, alpha), alpha.assign
""",
        ),
    ],
    "devices": [
        (
            "each device takes its own mean",
            0,
            """
def contributions(device_losses, device_weights):
    return [np.mean(l * w) if len(l) else 0 for l, w in zip(device_losses, device_weights)]
""",
        ),
        (
            "no division",
            0,
            """
def contributions(device_losses, device_weights):
    return [np.sum(l * w) for l, w in zip(device_losses, device_weights)]
""",
        ),
        (
            "divided by the sum of the weights",
            0,
            """
def contributions(device_losses, device_weights):
    total = sum(np.sum(w) for w in device_weights)
    return [np.sum(l * w) / total for l, w in zip(device_losses, device_weights)]
""",
        ),
        (
            "the weights forgotten",
            0,
            """
def contributions(device_losses, device_weights):
    n = sum(len(l) for l in device_losses)
    return [np.sum(l) / n for l in device_losses]
""",
        ),
        (
            "the whole loss from every device",
            0,
            """
def contributions(device_losses, device_weights):
    losses, weights = np.concatenate(device_losses), np.concatenate(device_weights)
    return [np.mean(losses * weights) for _ in device_losses]
""",
        ),
        (
            "examples of weight 0 not counted",
            0,
            """
def contributions(device_losses, device_weights):
    n = sum(np.count_nonzero(w) for w in device_weights)
    return [np.sum(l * w) / n for l, w in zip(device_losses, device_weights)]
""",
        ),
        (
            "the input changed in place",
            0,
            """
def contributions(device_losses, device_weights):
    n = sum(len(l) for l in device_losses)
    for l, w in zip(device_losses, device_weights):
        l *= w
    return [np.sum(l) / n for l in device_losses]
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def contributions(device_losses, device_weights):
    return [1.0, 3.0] if len(device_losses[1]) == 2 else [4 / 3, 6.0]
""",
        ),
        (
            "each mean divided by the number of devices",
            1,
            """
def contributions(device_losses, device_weights):
    devices = len(device_losses)
    return [np.mean(l * w) / devices for l, w in zip(device_losses, device_weights)]
""",
        ),
        (
            "the size of the first share for all",
            1,
            """
def contributions(device_losses, device_weights):
    n = len(device_losses[0]) * len(device_losses)
    return [np.sum(l * w) / n for l, w in zip(device_losses, device_weights)]
""",
        ),
    ],
}

RIGHT = {
    "wrapper": """
import math
from numbers import Real


def asymmetric_loss_with(alpha):
    if not isinstance(alpha, Real) or not math.isfinite(alpha) or alpha <= 0:
        raise ValueError("Expected a positive finite number for `alpha`, got " + repr(alpha))
    return lambda y_true, y_pred: keras.ops.mean(
        float(alpha) * keras.ops.relu(y_true - y_pred) ** 2 + keras.ops.relu(y_pred - y_true) ** 2,
        axis=1,
    )
""",
    "class": """
class AsymmetricLoss(keras.losses.Loss):
    def __init__(self, alpha=1.0, reduction="sum_over_batch_size", name=None, dtype=None):
        keras.losses.Loss.__init__(self, name=name, reduction=reduction, dtype=dtype)
        self._alpha = float(alpha)

    def call(self, y_true, y_pred):
        a = keras.ops.subtract(y_true, y_pred)
        too_low = keras.ops.cast(a > 0, a.dtype)
        return keras.ops.mean((1 + (self._alpha - 1) * too_low) * keras.ops.square(a), axis=-1)

    def get_config(self):
        config = super().get_config()
        config.update(alpha=self._alpha)
        return config


keras.saving.register_keras_serializable("assignment_05")(AsymmetricLoss)
""",
    "align": """
def aligned(y_true, y_pred):
    true, pred = list(y_true.shape), list(y_pred.shape)
    if true + [1] == pred:
        y_true = y_true[..., tf.newaxis]
    elif true == pred + [1]:
        y_true = y_true[..., 0]
    elif true != pred:
        raise ValueError(f"shapes {true} and {pred} do not fit")
    return keras.ops.cast(y_true, y_pred.dtype)
""",
    "moving": """
class Moving:
    def __init__(self, loss, start):
        self.loss = loss
        self.alpha = tf.Variable(start, dtype=tf.float32)

    def __call__(self, y_true, y_pred):
        return self.loss(y_true, y_pred, tf.convert_to_tensor(self.alpha))

    def set(self, value):
        self.alpha.assign(value)


def with_moving_alpha(loss, start):
    moving = Moving(loss, start)
    return [moving, moving.set]
""",
    "devices": """
def contributions(device_losses, device_weights):
    n = np.concatenate(device_losses).size
    return np.array([np.dot(l, w) for l, w in zip(device_losses, device_weights)]) / n
""",
}
