"""ReLU, leaky ReLU and their derivatives in NumPy.

All four work element by element on a number, a list or an array of any shape, even an empty one,
and return that shape: float16, float32 and float64 stay what they are, integers become float64.
NaN stays NaN. Anything else, booleans included, is a ValueError.
"""

import numpy as np

from helpers.checks import number


def _floats(x):
    try:
        array = np.asarray(x)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"`x` must be real numbers, one or an array of them. Received: x={x!r}")
    return array if array.dtype.kind == "f" else array.astype(float)


def _slope(negative_slope):
    return number("negative_slope", negative_slope, "a number in [0, 1)", lambda v: 0 <= v < 1)


def relu(x):
    """Rectified linear unit: x where x > 0, otherwise 0.

    Parameters
    ----------
    x : array-like
        Real numbers of any shape.

    Returns
    -------
    numpy.ndarray or numpy.floating
        max(x, 0), the shape of `x`.

    Raises
    ------
    ValueError
        If `x` is not real numbers.

    References
    ----------
    Nair & Hinton (2010), Rectified Linear Units Improve Restricted Boltzmann Machines, ICML.
    """
    return np.maximum(_floats(x), 0) + 0.0  # so that -0.0 is 0.0 on every processor


def relu_derivative(x, at_zero=0.0):
    """Slope of ReLU: 1 where x > 0, 0 where x < 0, and `at_zero` at the kink.

    Parameters
    ----------
    x : array-like
        Real numbers of any shape.
    at_zero : float
        Slope at exactly 0, in [0, 1]: every number there is a subgradient. TensorFlow and PyTorch
        choose 0.

    Returns
    -------
    numpy.ndarray or numpy.floating
        The slopes, the shape of `x`.

    Raises
    ------
    ValueError
        If `x` is not real numbers, or `at_zero` not a number in [0, 1].

    References
    ----------
    Bertoin, Bolte, Gerchinovitz & Pauwels (2021), Numerical influence of ReLU'(0) on
    backpropagation, NeurIPS.
    """
    x = _floats(x)
    number("at_zero", at_zero, "a number in [0, 1]", lambda v: 0 <= v <= 1)
    return np.heaviside(x, x.dtype.type(at_zero))


def leaky_relu(x, negative_slope=0.01):
    """Leaky ReLU: x where x > 0, otherwise negative_slope * x.

    Parameters
    ----------
    x : array-like
        Real numbers of any shape.
    negative_slope : float
        In [0, 1). With 0 this is ReLU, at minus infinity too.

    Returns
    -------
    numpy.ndarray or numpy.floating
        max(x, negative_slope * x), the shape of `x`.

    Raises
    ------
    ValueError
        If `x` is not real numbers, or `negative_slope` not a number in [0, 1).

    References
    ----------
    Maas, Hannun & Ng (2013), Rectifier Nonlinearities Improve Neural Network Acoustic Models, ICML.
    """
    x = _floats(x)
    slope = x.dtype.type(_slope(negative_slope))
    return np.maximum(x, slope * x) if slope > 0 else relu(x)  # 0 * -inf would be NaN


def leaky_relu_derivative(x, negative_slope=0.01):
    """Slope of leaky ReLU: 1 where x > 0, otherwise `negative_slope`, at exactly 0 too.

    Parameters
    ----------
    x : array-like
        Real numbers of any shape.
    negative_slope : float
        In [0, 1). At 0 every number from here to 1 is a subgradient; TensorFlow, PyTorch and Caffe
        choose this end, because they ask for x > 0.

    Returns
    -------
    numpy.ndarray or numpy.floating
        The slopes, the shape of `x`.

    Raises
    ------
    ValueError
        If `x` is not real numbers, or `negative_slope` not a number in [0, 1).

    References
    ----------
    Maas, Hannun & Ng (2013), Rectifier Nonlinearities Improve Neural Network Acoustic Models, ICML.
    """
    return np.maximum(relu_derivative(x), float(_slope(negative_slope)))
