"""Values become points outside the sandbox: what agrees, what does not, what is never said."""

import math

import pytest

from grading import judge
from grading.border import Found
from grading.inside.hidden import hidden_tests
from grading.run import Record


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


@pytest.mark.parametrize("name", ["NameError", "ZeroDivisionError"])
def test_a_common_error_is_named(name):
    assert name in judge.ERRORS[name]


def test_the_name_of_another_error_tells_nothing():
    tests = hidden_tests("@part('t', 1, 'x')\ndef one(answer):\n    pass")
    lines = [
        judge.verdicts(tests, {}, Record(answers={"one": {"error": name}}))[0].line
        for name in ("TheHiddenInputIs42", "UnicodeTranslateError", "print")
    ]
    assert set(lines) == {"0 of 1   x: stopped with an error"}


def test_a_function_that_should_not_be_used_costs_its_task_only():
    source = "\n\n".join(
        f"@part('{task}', 1, '{says}')\ndef {name}(answer):\n    pass"
        for task, says, name in (("t", "x", "one"), ("u", "y", "two"))
    )
    right = {"one": {"value": 1.0}, "two": {"value": 2.0}}
    record = Record(answers=right, found=Found(used={"t": ["elu"]}))
    lines = [verdict.line for verdict in judge.verdicts(hidden_tests(source), right, record)]
    assert lines == [
        "0 of 1   x: the task asks for your own code, without elu",
        "1 of 1   y: right",
    ]
