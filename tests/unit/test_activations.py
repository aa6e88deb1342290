import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from helpers.activations import leaky_relu, leaky_relu_derivative, relu, relu_derivative

ALL = (relu, relu_derivative, leaky_relu, leaky_relu_derivative)
FLOATS = (np.float16, np.float32, np.float64)

steady = settings(deadline=None, derandomize=True)  # the same examples at every run

slopes = st.floats(0, 1, exclude_max=True)
shapes = st.one_of(st.just(()), array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4))


def float_arrays(dtypes=FLOATS, **elements):
    """Arrays of any shape, with NaN, infinities and both zeros unless told otherwise."""
    return st.sampled_from(dtypes).flatmap(lambda dtype: arrays(dtype, shapes, elements=elements))


# What each function is, one number at a time, in words of Python.
def relu_of(x, slope):
    return x if x > 0 or x != x else 0.0


def relu_derivative_of(x, slope):
    return x if x != x else 1.0 if x > 0 else 0.0 if x < 0 else slope


def leaky_relu_of(x, slope):
    return x if x > 0 or x != x or x == 0 else slope * x if slope > 0 else 0.0


def leaky_relu_derivative_of(x, slope):
    return x if x != x else 1.0 if x > 0 else slope


def call(function, x, slope):
    return function(x) if function is relu else function(x, slope)


@pytest.mark.parametrize(
    ("function", "definition"),
    [
        (relu, relu_of),
        (relu_derivative, relu_derivative_of),
        (leaky_relu, leaky_relu_of),
        (leaky_relu_derivative, leaky_relu_derivative_of),
    ],
)
@steady
@given(x=float_arrays(), slope=slopes)
def test_every_number_is_that_of_the_definition(function, definition, x, slope):
    """A wrong branch; NaN that turns into 0; 0 times infinity; a warning; another type or shape.

    And an `x` that is written into.
    """
    before = x.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = call(function, x, slope)
    slope = x.dtype.type(slope)
    with np.errstate(under="ignore"):
        expected = np.array([definition(one, slope) for one in x.ravel()], x.dtype)
    assert y.dtype == x.dtype
    assert y.shape == x.shape
    np.testing.assert_array_equal(np.ravel(y), expected)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("function", ALL)
@steady
@given(x=arrays(st.sampled_from([np.int8, np.uint8, np.int32, np.int64]), shapes))
def test_integers_become_float64(function, x):
    """Slopes of 0.01 rounded to 0, or unsigned integers that wrap around."""
    y = function(x)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, function(x.astype(float)))


@pytest.mark.parametrize("function", ALL)
@steady
@given(x=arrays(np.float64, array_shapes(max_dims=2, max_side=4)))
def test_lists_and_numbers_are_arrays(function, x):
    """An operator that repeats a list; a number that comes back as an array with an axis."""
    np.testing.assert_array_equal(function(x.tolist()), function(x))
    one = function(x.flat[0].item())
    assert np.ndim(one) == 0
    np.testing.assert_array_equal(one, function(x).flat[0])


@steady
@given(
    x=arrays(np.float64, shapes, elements={"min_value": 0.001, "max_value": 1000}),
    sign=st.sampled_from([-1, 1]),
    slope=slopes,
)
def test_derivatives_agree_with_central_differences(x, sign, slope):
    """A derivative of another function: the slope on the wrong side, or not the slope asked for."""
    x, h = sign * x, 1e-4
    np.testing.assert_allclose(
        relu_derivative(x, slope), (relu(x + h) - relu(x - h)) / (2 * h), atol=1e-8
    )
    np.testing.assert_allclose(
        leaky_relu_derivative(x, slope),
        (leaky_relu(x + h, slope) - leaky_relu(x - h, slope)) / (2 * h),
        atol=1e-8,
    )


def test_the_derivative_at_the_kink():
    """A default that is not that of the frameworks; a -0.0 that is taken for a negative number."""
    for zero in (0, 0.0, -0.0):
        assert relu_derivative(zero) == 0.0
        assert relu_derivative(zero, at_zero=0.5) == 0.5
        assert relu_derivative(zero, at_zero=1) == 1.0
        assert leaky_relu_derivative(zero) == 0.01
        assert leaky_relu_derivative(zero, negative_slope=0.3) == 0.3


def test_infinity_without_a_leak():
    """0 times infinity, which is NaN; in float16 a leak of 1e-10 is 0 as well."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert leaky_relu(-np.inf, 0) == 0.0
        assert leaky_relu(np.inf, 0) == np.inf
        assert leaky_relu(np.float16(-np.inf), 1e-10) == 0.0
        assert leaky_relu(-np.inf, 1e-10) == -np.inf


@pytest.mark.parametrize("function", [relu, relu_derivative])
def test_zero_has_no_sign(function):
    """A printed `-0.` on some processors and `0.` on others."""
    for dtype in FLOATS:
        assert not np.signbit(function(np.full(9, -0.0, dtype))).any()


@pytest.fixture(scope="module")
def tf():
    import tensorflow

    return tensorflow


# TensorFlow keeps alpha as a float32, also for float64, so only slopes that fit are compared.
float16_slopes = st.floats(0, 1, exclude_max=True, width=16)
numbers = {"allow_nan": False, "allow_infinity": False, "allow_subnormal": False}


@steady
@given(x=float_arrays(**numbers), slope=float16_slopes)
def test_values_and_slopes_are_those_of_tensorflow(tf, x, slope):
    """A framework that does something else than the lessons say, at exactly 0 above all."""
    x = np.append(x, np.zeros(2, x.dtype))
    rtol = 2 * np.finfo(x.dtype).eps
    for ours, slope_of_ours, theirs in (
        (relu, relu_derivative, tf.nn.relu),
        (
            lambda x: leaky_relu(x, slope),
            lambda x: leaky_relu_derivative(x, slope),
            lambda x: tf.nn.leaky_relu(x, alpha=slope),
        ),
    ):
        tensor = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            y = theirs(tensor)
        tiny = np.finfo(x.dtype).tiny  # TensorFlow takes smaller numbers for 0
        np.testing.assert_allclose(ours(x), y, rtol=rtol, atol=tiny)
        np.testing.assert_allclose(slope_of_ours(x), tape.gradient(y, tensor), rtol=rtol, atol=tiny)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    "x",
    ["1", ["a", "b"], 1j, [1.0, 2j], None, True, [True], [[1.0], [1.0, 2.0]], object(), [10**30]],
)
def test_anything_but_real_numbers_is_an_error(function, x):
    """A ComplexWarning, an array of objects, or an error that does not name the argument."""
    with pytest.raises(ValueError, match=r"^`x` must be real numbers, .* Received: x="):
        function(x)


NOT_NUMBERS = ["0.1", None, True, 0.1j, [0.1], np.array([0.1]), float("nan"), float("inf"), -0.001]


@pytest.mark.parametrize("at_zero", [*NOT_NUMBERS, 1.001])
def test_slope_at_zero_outside_the_subgradients_is_an_error(at_zero):
    """A number that is the slope of no line under the kink."""
    message = r"^`at_zero` must be a number in \[0, 1\]\. Received: at_zero="
    with pytest.raises(ValueError, match=message):
        relu_derivative(0.0, at_zero)


@pytest.mark.parametrize("function", [leaky_relu, leaky_relu_derivative])
@pytest.mark.parametrize("negative_slope", [*NOT_NUMBERS, 1, 1.001])
def test_negative_slope_outside_its_range_is_an_error(function, negative_slope):
    """A slope of 1 or more, for which max(x, slope * x) is another function."""
    message = r"^`negative_slope` must be a number in \[0, 1\)\. Received: negative_slope="
    with pytest.raises(ValueError, match=message):
        function(0.0, negative_slope)
