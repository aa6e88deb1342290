"""One form for what is wrong with an argument: its name, what was expected, and what came."""

import math
from numbers import Integral, Real

import numpy as np


def number(name, value, expected="a finite number", fits=math.isfinite):
    """Give a number back if it is what was expected.

    Parameters
    ----------
    name : str
        The argument, as the caller wrote it.
    value : object
        What came.
    expected : str
        What should have come, for the message.
    fits : callable
        Takes a real number, says whether it is that.

    Raises
    ------
    ValueError
        If `value` is not a real number (booleans are not), or does not fit.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not fits(value):
        raise ValueError(f"`{name}` must be {expected}. Received: {name}={value!r}")
    return value


def whole(name, value, least=0):
    """Give a whole number back if it is `least` or more, or raise a ValueError."""
    expected = f"a whole number, {least} or more"
    return number(name, value, expected, lambda v: isinstance(v, Integral) and v >= least)


def flag(name, value):
    """Give True or False back, or raise a ValueError."""
    if not isinstance(value, bool):
        raise ValueError(f"`{name}` must be True or False. Received: {name}={value!r}")
    return value


def finite(name, value, when="", shape=None):
    """Give numbers as a new float64 array, of the given shape if there is one."""
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        expected = f"only finite numbers{when}"
        raise ValueError(f"`{name}` must hold {expected}. Received: {name}={value!r}")
    if shape not in (None, array.shape):
        raise ValueError(
            f"`{name}` must have shape {shape}{when}, like the weights before it. "
            f"Received: {name} of shape {array.shape}"
        )
    return array.astype(float)
