import inspect
import re

import numpy as np
import pytest

from helpers import data
from helpers.optimizers import SGD, AdaDelta, AdaGrad, Adam, Nadam, RMSProp, descend

OPTIMIZERS = (SGD, AdaGrad, AdaDelta, RMSProp, Adam, Nadam)
KERAS_NAMES = {AdaGrad: "Adagrad", AdaDelta: "Adadelta", RMSProp: "RMSprop"}
STEPS = 200

# Epsilon is large in many of these, so that its place, inside the root or outside, shows.
SETTINGS = [
    (SGD, {}),
    (SGD, {"nesterov": True}),
    (SGD, {"learning_rate": 0.001, "momentum": 0.9}),
    (SGD, {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True}),
    (AdaGrad, {}),
    (AdaGrad, {"learning_rate": 0.5, "initial_accumulator_value": 0.0, "epsilon": 0.01}),
    (AdaGrad, {"learning_rate": 0.1, "initial_accumulator_value": 2.0}),
    (AdaDelta, {}),
    (AdaDelta, {"learning_rate": 0.5, "rho": 0.5, "epsilon": 0.01}),
    (RMSProp, {}),
    (RMSProp, {"learning_rate": 0.01, "rho": 0.5, "epsilon": 0.01}),
    (RMSProp, {"learning_rate": 0.01, "rho": 0.5, "momentum": 0.8, "epsilon": 0.01}),
    (Adam, {}),
    (Adam, {"learning_rate": 0.01, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}),
    (Adam, {"learning_rate": 0.01, "beta_1": 0.0, "beta_2": 0.9, "epsilon": 0.1}),
    (Nadam, {}),
    (Nadam, {"learning_rate": 0.01, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}),
    (Nadam, {"learning_rate": 0.01, "beta_1": 0.0, "beta_2": 0.9, "epsilon": 0.1}),
]


def name_or_text(value):
    return getattr(value, "__name__", str(value))


def long_valley():
    """Badly scaled: one direction is a hundred times as steep as the other."""
    return lambda w: np.array([100.0, 1.0]) * w, np.array([1.0, -2.0])


def diabetes_regression():
    """Full-batch mean squared error of a linear model, its bias last."""
    x, y, _ = data.diabetes()
    X = np.column_stack([x, np.ones(len(x))])
    return lambda w: 2 / len(y) * X.T @ (X @ w - y), np.zeros(X.shape[1])


@pytest.fixture(scope="module")
def keras():
    import keras

    floatx = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield keras
    keras.config.set_floatx(floatx)


def keras_class(keras, ours):
    return getattr(keras.optimizers, KERAS_NAMES.get(ours, ours.__name__))


def keras_path(keras, gradient, start, optimizer):
    import tensorflow as tf

    variable = keras.Variable(start, dtype="float64")
    optimizer.build([variable])
    if isinstance(optimizer, keras.optimizers.Adadelta):  # a NumPy number would take the variable
        optimizer.rho = tf.constant(optimizer.rho)  # for an array, which a graph does not have

    @tf.function  # traced once for all steps
    def step(slope):
        optimizer.apply([slope], [variable])

    path = [start]
    for _ in range(STEPS):
        step(tf.constant(gradient(path[-1])))
        path.append(variable.numpy())
    return np.array(path)


@pytest.mark.parametrize("problem", [long_valley, diabetes_regression])
@pytest.mark.parametrize(("ours", "settings"), SETTINGS, ids=name_or_text)
def test_path_is_that_of_keras(keras, ours, settings, problem):
    """A wrong sign, power, order of two updates, place of epsilon, or count of the steps.

    The way from the start is compared, not the weights: with its defaults AdaDelta moves them by
    less than a thousandth in all, so nearly any path would agree to six digits. The settings reach
    Keras as NumPy numbers, because it rounds the betas of Adam and Nadam to float32 when they are
    Python numbers.
    """
    gradient, start = problem()
    optimizer = ours(**settings)
    exact = {
        name: value if isinstance(value, bool) else np.float64(value)
        for name, value in vars(optimizer).items()
    }
    theirs = keras_path(keras, gradient, start, keras_class(keras, ours)(**exact))
    path = descend(gradient, start, optimizer, STEPS)
    np.testing.assert_allclose(path - start, theirs - start, rtol=1e-6, atol=0)


@pytest.mark.parametrize("ours", OPTIMIZERS)
def test_names_and_defaults_are_those_of_keras(keras, ours):
    """A renamed argument, or a default that Keras does not have."""
    theirs = inspect.signature(keras_class(keras, ours)).parameters
    for name, parameter in inspect.signature(ours).parameters.items():
        assert theirs[name].default == parameter.default


@pytest.mark.parametrize("learning_rate", [0.001, 0.015, 0.02, 0.021])
def test_sgd_on_a_quadratic_has_a_closed_form(learning_rate):
    """A step of the wrong length or sign: slow, oscillating, at the bound 2/L, and diverging."""
    L, start = np.array([100.0, 1.0]), np.array([1.0, -2.0])
    path = descend(lambda w: L * w, start, SGD(learning_rate), 50)
    k = np.arange(51)[:, None]
    np.testing.assert_allclose(path, (1 - learning_rate * L) ** k * start, rtol=1e-12)


def test_momentum_on_a_constant_slope_has_a_closed_form():
    """Momentum that forgets: the velocity tends to learning_rate * g / (1 - momentum)."""
    path = descend(np.ones_like, 0.0, SGD(0.1, momentum=0.5), 60)
    k = np.arange(60)
    np.testing.assert_allclose(-np.diff(path[:, 0]), 0.1 * (1 - 0.5 ** (k + 1)) / 0.5)


@pytest.mark.parametrize("g", [-3.0, 1e-3, 50.0])
def test_first_step_of_adam_is_the_learning_rate(g):
    """A missing correction of the bias, which makes the first steps far too short or too long."""
    w = Adam(0.1, epsilon=1e-12).update([0.0], [g])
    np.testing.assert_allclose(w, -0.1 * np.sign(g), rtol=1e-6)


@pytest.mark.parametrize("ours", OPTIMIZERS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_update_keeps_shape_and_inputs(ours, shape):
    """An update in place, which would change the weights of the caller; a flattened matrix."""
    weights, gradient = np.full(shape, 2.0), np.full(shape, 3.0)
    optimizer = ours()
    first = optimizer.update(weights, gradient)
    kept = first.copy()
    optimizer.update(first, gradient)
    assert first.shape == shape
    assert np.all(weights == 2.0)
    assert np.all(gradient == 3.0)
    assert np.all(first == kept)
    assert np.all(first < weights)


@pytest.mark.parametrize("ours", OPTIMIZERS)
def test_integer_weights_become_floats(ours):
    """Steps rounded to whole numbers."""
    np.testing.assert_array_equal(ours().update([1, 2], [3, 4]), ours().update([1.0, 2], [3.0, 4]))


@pytest.mark.parametrize(("ours", "settings"), SETTINGS, ids=name_or_text)
def test_reset_forgets_every_step(ours, settings):
    """State that survives a reset, or a setting that does not."""

    def walk(optimizer):
        w = np.array([1.0, -2.0])
        for _ in range(5):
            w = optimizer.update(w, [100.0, 1.0] * w)
        return w

    optimizer = ours(**settings)
    first = walk(optimizer)
    optimizer.reset()
    np.testing.assert_array_equal(walk(optimizer), first)
    optimizer.reset()
    optimizer.update(np.zeros((2, 2)), np.zeros((2, 2)))  # a reset frees the shape as well
    assert repr(optimizer) == repr(ours(**settings))


@pytest.mark.parametrize("ours", OPTIMIZERS)
def test_two_optimizers_share_no_state(ours):
    """State that belongs to the class."""
    used, fresh = ours(), ours()
    used.update([1.0], [5.0])
    np.testing.assert_array_equal(fresh.update([1.0], [2.0]), ours().update([1.0], [2.0]))


@pytest.mark.parametrize(("ours", "settings"), SETTINGS, ids=name_or_text)
def test_descend_starts_fresh_and_leaves_the_optimizer_alone(ours, settings):
    """A second path that continues the state of the first, or of earlier steps."""
    gradient, start = long_valley()
    optimizer, untouched = ours(**settings), ours(**settings)
    for one in (optimizer, untouched):
        one.update([1.0, 1.0], [2.0, 3.0])
    first = descend(gradient, start, optimizer, 5)
    np.testing.assert_array_equal(descend(gradient, start, optimizer, 5), first)
    np.testing.assert_array_equal(descend(gradient, start, ours(**settings), 5), first)
    np.testing.assert_array_equal(
        optimizer.update([1.0, 1.0], [2.0, 3.0]), untouched.update([1.0, 1.0], [2.0, 3.0])
    )


@pytest.mark.parametrize("start", [3, 3.0, [3], np.array([3.0], np.float32), np.array(3)])
def test_descend_takes_a_number_as_start(start):
    """A path without its second axis, or without its first point."""
    path = descend(lambda w: 2 * w, start, SGD(0.25), 2)
    np.testing.assert_array_equal(path, [[3.0], [1.5], [0.75]])
    assert path.dtype == np.float64


def test_descend_of_no_steps_is_the_start():
    """An off-by-one in the number of rows."""
    np.testing.assert_array_equal(descend(lambda w: w, [1.0, 2.0], Adam(), 0), [[1.0, 2.0]])


class InPlace:
    """An optimizer as a reader might write it."""

    def update(self, weights, gradient):
        weights -= 0.5 * gradient
        return weights

    def reset(self):
        pass


def test_descend_survives_functions_that_write_into_the_weights():
    """A path whose earlier points move when a later step is taken."""
    start = np.array([8.0])

    def gradient(w):
        w *= 1.0
        return w

    path = descend(gradient, start, InPlace(), 3)
    np.testing.assert_array_equal(path, [[8.0], [4.0], [2.0], [1.0]])

    def doubles_its_argument(w):
        w *= 2
        return np.array([1.0])

    path = descend(doubles_its_argument, start, SGD(1.0), 2)
    np.testing.assert_array_equal(path, [[8.0], [7.0], [6.0]])
    path[0] = 0.0
    assert start == 8.0


NOT_POSITIVE = [0, -1, 0.0, float("nan"), float("inf"), -float("inf"), "0.1", None, True, [0.1], 1j]
NOT_A_DECAY = [-0.1, 1, 1.5, float("nan"), float("inf"), "0.9", None, True, [0.9]]


def bad_settings():
    for ours in OPTIMIZERS:
        for name in inspect.signature(ours).parameters:
            if name in ("learning_rate", "epsilon"):
                expected, values = "a positive finite number", NOT_POSITIVE
            elif name == "initial_accumulator_value":
                expected, values = "a finite number, 0 or more", NOT_POSITIVE
                values = [value for value in values if value != 0]
            elif name == "nesterov":
                expected, values = "True or False", [1, 0, None, "yes"]
            else:
                expected, values = r"a number in \[0, 1\)", NOT_A_DECAY
            for value in values:
                yield pytest.param(
                    ours, name, value, expected, id=f"{ours.__name__}-{name}-{value}"
                )


@pytest.mark.parametrize(("ours", "name", "value", "expected"), list(bad_settings()))
def test_bad_setting_is_an_error(ours, name, value, expected):
    """A setting that is not checked, or is checked against the range of another."""
    with pytest.raises(ValueError, match=rf"^`{name}` must be {expected}\. Received: {name}=") as e:
        ours(**{name: value})
    assert str(e.value).endswith(f"={value!r}")


@pytest.mark.parametrize("one", [1, np.float32(0.5), np.float64(0.5), np.int64(1)])
def test_any_real_number_is_a_learning_rate(one):
    """A range check that only knows Python's float; a NumPy number that spoils the printed form."""
    assert repr(SGD(one)) == f"SGD(learning_rate={float(one)}, momentum=0.0, nesterov=False)"


@pytest.mark.parametrize("ours", OPTIMIZERS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_gradient_that_is_not_finite_is_an_error(ours, bad):
    """A NaN that spreads through state and weights in silence; state spoilt by the failed step."""
    optimizer = ours()
    with pytest.raises(ValueError, match=r"^`gradient` must hold only finite numbers\. Received: "):
        optimizer.update([1.0, 2.0], [1.0, bad])
    with pytest.raises(ValueError, match=r"^`weights` must hold only finite numbers\. Received: "):
        optimizer.update([1.0, bad], [1.0, 2.0])
    np.testing.assert_array_equal(
        optimizer.update([1.0, 2.0], [3.0, 4.0]), ours().update([1.0, 2.0], [3.0, 4.0])
    )


@pytest.mark.parametrize("ours", OPTIMIZERS)
@pytest.mark.parametrize("gradient", [1.0, [1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]]])
def test_gradient_of_another_shape_is_an_error(ours, gradient):
    """Broadcasting: a gradient of one number would move every weight, or make a matrix of them."""
    expected = re.escape(f"Received: gradient of shape {np.shape(gradient)}")
    with pytest.raises(ValueError, match=rf"^`gradient` must have shape \(2,\).* {expected}$"):
        ours().update([1.0, 2.0], gradient)


@pytest.mark.parametrize("ours", OPTIMIZERS)
def test_weights_of_another_shape_need_a_reset(ours):
    """State of one set of weights that is broadcast to another."""
    optimizer = ours()
    optimizer.update([1.0], [1.0])
    message = r"^`weights` must have shape \(1,\).* Received: weights of shape \(2,\)"
    with pytest.raises(ValueError, match=message):
        optimizer.update([1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_descend_says_at_which_step_the_gradient_broke(bad):
    """A step counted from 0; a path that goes on with NaN."""
    message = r"^`gradient` must hold only finite numbers at step 3\. Received: gradient="
    with pytest.raises(ValueError, match=message):
        descend(lambda w: np.where(w > 2.5, 1.0, bad), 4.0, SGD(1.0), 10)


def test_descend_says_after_which_step_the_weights_overflowed():
    """An infinite last point: no later gradient would report it."""
    message = r"^`weights` must hold only finite numbers after step 2\. Received: weights="
    with pytest.raises(ValueError, match=message):
        descend(lambda w: -w, 1.0, SGD(1e200), 2)


def test_descend_says_at_which_step_the_shape_was_wrong():
    """A gradient of one number that moves all the weights."""
    message = (
        r"^`gradient` must have shape \(2,\) at step 1, like the weights before it\. "
        r"Received: gradient of shape \(\)"
    )
    with pytest.raises(ValueError, match=message):
        descend(np.sum, [1.0, 2.0], SGD(), 3)


@pytest.mark.parametrize("steps", [-1, 2.0, "3", None, True, np.nan])
def test_bad_steps_is_an_error(steps):
    """`range` would accept True, turn -1 into no steps, and complain about 2.0 without a name."""
    says = r"^`steps` must be a whole number, 0 or more\. Received: "
    with pytest.raises(ValueError, match=says):
        descend(lambda w: w, 1.0, SGD(), steps)


def test_steps_may_be_a_numpy_integer():
    """A check for `int` alone."""
    assert descend(lambda w: w, 1.0, SGD(), np.int64(2)).shape == (3, 1)


@pytest.mark.parametrize("start", [[], [[1.0, 2.0]], np.zeros((0, 2))])
def test_start_of_a_bad_shape_is_an_error(start):
    """A path without columns, or with a matrix in each row."""
    with pytest.raises(ValueError, match=r"^`start` must be a number or a list of numbers\. Rec"):
        descend(lambda w: w, start, SGD(), 1)


@pytest.mark.parametrize("start", [np.nan, [1.0, np.inf], "1", None, [True], 1j])
def test_start_that_is_not_finite_is_an_error(start):
    """A path that is NaN from its first point."""
    with pytest.raises(ValueError, match=r"^`start` must hold only finite numbers\. Received: sta"):
        descend(lambda w: w, start, SGD(), 1)


@pytest.mark.parametrize("optimizer", [None, "SGD", SGD, {}, lambda w, g: w - g])
def test_bad_optimizer_is_an_error(optimizer):
    """The class in place of an object of it; a dictionary, which has an `update` too."""
    with pytest.raises(ValueError, match=r"^`optimizer` must be an object with `update\(weights, "):
        descend(lambda w: w, 1.0, optimizer, 1)
