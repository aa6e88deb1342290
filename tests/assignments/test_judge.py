"""Values become points outside the sandbox: what agrees, what does not, what is never said."""

import math

import pytest

from grading import judge


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (1.0, 1),
        (1.0, 1 + 1e-8),
        ([1.0, 2.0], [1, 2]),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]]),
        (math.nan, math.nan),
        (math.inf, math.inf),
        ("zigzag", "zigzag"),
        ({"a": [1.0], "b": None}, {"a": [1.0], "b": None}),
        ([], []),
    ],
)
def test_the_same(expected, given):
    assert judge.same(expected, given, 1e-6)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        (1.0, 1.00001),
        (1.0, None),
        (1.0, "1.0x"),
        (1.0, [1.0]),
        ([1.0], 1.0),
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        ([1.0, 2.0], [[1.0, 2.0]]),
        ([[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.1]]),
        ([[1.0], [2.0, 3.0]], [1.0, 2.0, 3.0]),
        (1.0, math.nan),
        (math.nan, 1.0),
        (math.inf, 1e308),
        ("zigzag", "direct"),
        ("zigzag", 1.0),
        (None, 0.0),
        ({"a": 1.0}, {"b": 1.0}),
        ({"a": 1.0}, {"a": 1.0, "b": 1.0}),
        ({"a": 1.0}, [1.0]),
        (1.0, {"a": 1.0}),
        (1.0, 10**400),
    ],
)
def test_not_the_same(expected, given):
    assert not judge.same(expected, given, 1e-6)


@pytest.mark.parametrize(
    "source",
    [
        "keras.losses.LogCosh()",
        "from keras.losses import LogCosh as mine",
        "getattr(keras.losses, 'LogCosh')",
        "%time keras.losses.LogCosh()",
        "def f():\n    return keras.losses.LogCosh",
    ],
)
def test_a_name_is_found_wherever_it_is_used(source):
    assert "LogCosh" in judge.names_used(["def (", source])


def test_only_known_errors_are_named():
    assert judge.error_name("ZeroDivisionError") == "ZeroDivisionError"
    assert judge.error_name("TheHiddenInputIs42") == "an error"
    assert judge.error_name("print") == "an error"
