"""*Your turn*: says in one line what is right about a function that the reader has written."""

import copy

import numpy as np

from helpers.checks import number


def compare(function, *cases, tolerance=1e-6):
    """Print in one line how far a function gives what it should.

    Parameters
    ----------
    function : callable
        The reader's. One with nothing but a docstring in its body is said to be not written yet.
    *cases : tuple
        One or more of (arguments, expected): `arguments` is a tuple, `expected` a number, a text,
        None, True or False, an array or a list of numbers, or a tuple of such.
    tolerance : float
        How far numbers may be from those expected, absolute and relative; 0 or more.

    Raises
    ------
    ValueError
        If an argument is not as above. What is wrong with the function is printed, not raised.
    """
    number("tolerance", tolerance, "a number, 0 or more", lambda v: 0 <= v < np.inf)
    if not callable(function):
        raise ValueError(f"`function` must be a function. Received: function={function!r}")
    if not cases or not all(_is_case(case) for case in cases):
        raise ValueError(
            "`cases` must be one or more pairs (arguments, expected), the arguments a tuple. "
            f"Received: cases={cases!r}"
        )
    print(_verdict(function, cases, tolerance))


def _is_case(case):
    return isinstance(case, tuple) and len(case) == 2 and isinstance(case[0], tuple)


def _empty():
    """Nothing but a docstring."""


def _code(function):
    """What a function does; its docstring, the first constant, does nothing."""
    code = getattr(function, "__code__", None)
    return code and (code.co_code, code.co_consts[1:])


def _verdict(function, cases, tolerance):
    name = getattr(function, "__name__", "your function")
    if _code(function) == _code(_empty):
        return f"{name}: not written yet."
    said = [_difference(function, *case, tolerance) for case in cases]
    wrong = [(case, says) for case, says in zip(cases, said, strict=True) if says]
    if not wrong:
        return f"{name}: right for {_count(len(cases), 'input')}."
    (arguments, _), says = wrong[0]
    right = len(cases) - len(wrong)
    begin = f"right for {right} of {_count(len(cases), 'input')}" if right else "not right yet"
    return f"{name}: {begin}. {name}({', '.join(map(_short, arguments))}) {says}."


def _difference(function, arguments, expected, tolerance):
    """What the function does instead of giving what is expected; an empty text if nothing."""
    given = copy.deepcopy(arguments)
    try:
        with np.errstate(all="ignore"):
            value = function(*given)
    except Exception as error:
        first = (str(error).strip() or "no message").splitlines()[0]
        return f"raises {type(error).__name__} ({first}), expected {_short(expected)}"
    if value is None and expected is not None:
        return f"gives None (is a `return` missing?), expected {_short(expected)}"
    if not _same(value, expected, tolerance):
        shapes = np.shape(_plain(value)), np.shape(_plain(expected))
        if shapes[0] != shapes[1]:
            return f"gives shape {shapes[0]}, expected shape {shapes[1]}: {_short(expected)}"
        digits = 4 if _short(value) != _short(expected) else 12
        return f"gives {_short(value, digits)}, expected {_short(expected, digits)}"
    if not _same(given, arguments, 0):
        return "gives what is expected, but it changes its arguments"
    return ""


def _same(value, expected, tolerance):
    if isinstance(expected, tuple):
        return (
            isinstance(value, tuple | list)
            and len(value) == len(expected)
            and all(_same(*pair, tolerance) for pair in zip(value, expected, strict=True))
        )
    value, expected = _plain(value), _plain(expected)
    if "numeric" in (kinds := {_kind(value), _kind(expected)}) and len(kinds) == 1:
        return value.shape == expected.shape and np.allclose(
            value, expected, rtol=tolerance, atol=tolerance, equal_nan=True
        )
    return len(kinds) == 1 and np.array_equal(value, expected)


def _plain(value):
    """As a NumPy array; what cannot be one, as an object."""
    try:
        return np.asarray(value)
    except Exception:
        return np.asarray(None)


def _kind(array):
    return "numeric" if array.dtype.kind in "biuf" else array.dtype.kind


def _short(value, digits=4):
    """A value on one line; arrays with up to that many digits behind the point."""
    if isinstance(value, tuple):
        return f"({', '.join(_short(one, digits) for one in value)})"
    if _kind(array := _plain(value)) != "numeric":
        return getattr(value, "__name__", repr(value))
    if array.ndim == 0:
        return f"{array.item():.{digits + 2}g}"
    return " ".join(np.array2string(array, precision=digits, separator=", ", threshold=20).split())


def _count(many, noun):
    return f"{many} {noun}" + "s" * (many != 1)
