"""Which values a slider takes, what the reader sees of them, and how wrong use is answered."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.sliders import choice, slider, symbol


def test_values_are_the_numbers_a_reader_would_write():
    """Repeated addition would give 0.30000000000000004."""
    assert slider(0.1, 0.5, step=0.1).values == (0.1, 0.2, 0.3, 0.4, 0.5)


def test_integers_stay_integers_and_floats_stay_floats():
    assert [type(v) for v in slider(0, 3, step=1).values] == [int] * 4
    assert [type(v) for v in slider(0, 1, step=0.5).values] == [float] * 3
    assert [type(v) for v in slider(np.int64(0), np.int64(2), step=np.int64(1)).values] == [int] * 3


@pytest.mark.parametrize(
    ("made", "texts"),
    [
        (slider(0.1, 0.3, step=0.1), ("0.1", "0.2", "0.3")),
        (slider(0, 1, step=0.25), ("0.00", "0.25", "0.50", "0.75", "1.00")),
        (slider(-1, 1, step=1), ("−1", "0", "1")),
        (slider(values=[1e-5, 0.1234567, 2.5e7]), ("0.00001", "0.123457", "2.5e+07")),
        (slider(values=[0, 1e-5], text=".0e"), ("0e+00", "1e−05")),
        (slider(values=[1000, 20000], text=",d"), ("1,000", "20,000")),
        (slider(0.1, 0.3, step=0.1, text=".3f"), ("0.100", "0.200", "0.300")),
        (slider(0, 3e-5, step=1e-5), ("0.00000", "0.00001", "0.00002", "0.00003")),
        (slider(values=[0.001, 0.1, 10, 1e6]), ("0.001", "0.1", "10", "1000000")),
    ],
)
def test_texts(made, texts):
    assert made.texts == texts


@pytest.mark.parametrize(
    ("value", "position"), [(None, 0), (0.1, 0), (0.3, 2), (0.1 + 0.2, 2), (0.5, 4)]
)
def test_start(value, position):
    assert slider(0.1, 0.5, step=0.1, value=value).start == position


def test_symbol_is_the_greek_letter_of_that_name():
    assert symbol("delta") == "δ"
    assert symbol("eta") == "η"
    assert symbol("learning_rate") == "learning rate"


@given(
    st.integers(-50, 50), st.integers(1, 249), st.sampled_from([1, 0.5, 0.1, 0.05, 0.025, 0.001])
)
def test_both_ends_are_values_and_the_steps_are_even(start, steps, step):
    values = slider(start, start + steps * step, step=step).values
    assert len(values) == steps + 1
    assert values[0] == start
    assert math.isclose(values[-1], start + steps * step)
    np.testing.assert_allclose(np.diff(values), step, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"start": 1, "stop": 1, "step": 1}, "`stop` must be above `start`.*start=1, stop=1"),
        ({"start": 2, "stop": 1, "step": 1}, "`stop` must be above `start`"),
        ({"start": 0, "stop": 1, "step": 0}, "`step` must be positive. Received: step=0"),
        ({"start": 0, "stop": 1, "step": -0.1}, "`step` must be positive"),
        ({"start": 0, "stop": 1, "step": 0.3}, "whole number of steps"),
        ({"start": 0, "stop": 1, "step": 3}, "whole number of steps"),
        ({"start": 0, "stop": 1, "step": 0.1, "value": 0.55}, "`value` must be one of.*value=0.55"),
        ({"start": 0, "stop": 1, "step": 0.1, "value": 2}, "the nearest is 1"),
        ({"start": 0, "stop": math.inf, "step": 1}, "`stop` must be a finite number"),
        ({"start": math.nan, "stop": 1, "step": 1}, "`start` must be a finite number"),
        (
            {"start": 0, "stop": "1", "step": 1},
            "`stop` must be a finite number. Received: stop='1'",
        ),
        ({"start": 0, "stop": 1, "step": True}, "`step` must be a finite number"),
        ({"start": 0, "stop": 250, "step": 1}, "at most 250 values. Received: 251"),
        ({"values": range(251)}, "at most 250 values. Received: 251"),
        ({"values": [1]}, "two or more increasing"),
        ({"values": [1, 3, 2]}, "two or more increasing"),
        ({"values": [1, 1]}, "two or more increasing"),
        ({"values": [1, None]}, "`values` must be a finite number"),
    ],
)
def test_wrong_values_are_named(arguments, says):
    with pytest.raises(ValueError, match=says):
        slider(**arguments)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "needs start, stop and step"),
        ({"start": 0, "stop": 1}, "needs start, stop and step.*step=None"),
        ({"start": 0, "stop": 1, "step": 1, "values": [1, 2]}, "Received both"),
        ({"values": [1, 2], "label": 3}, "`label` must be text"),
    ],
)
def test_wrong_use_is_named(arguments, says):
    with pytest.raises(TypeError, match=says):
        slider(**arguments)


def test_a_huge_range_is_refused_before_it_is_built():
    began = time.monotonic()
    with pytest.raises(ValueError, match="at most 250"):
        slider(0, 1e12, step=1)
    assert time.monotonic() - began < 5, "a list of that length would take minutes"


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({"per_decade": 1}, (0.01, 0.1, 1, 10)),
        ({"per_decade": 2}, (0.01, 0.03, 0.1, 0.3, 1, 3, 10)),
        ({"per_decade": 3}, (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)),
        ({"per_decade": 1, "zero": True}, (0, 0.01, 0.1, 1, 10)),
    ],
)
def test_a_logarithmic_scale(options, values):
    assert slider(0.01, 10, **options).values == values


def test_a_logarithmic_scale_may_begin_and_end_within_a_decade():
    assert slider(2e-5, 5e-4, per_decade=3).texts == (
        "0.00002", "0.00005", "0.0001", "0.0002", "0.0005",
    )  # fmt: skip
    assert slider(0.01, 1, per_decade=1, zero=True, value=0).start == 0


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"start": 0.015, "stop": 1, "per_decade": 3}, ValueError, "`start`.*nearest value is 0.0"),
        ({"start": 0.01, "stop": 4, "per_decade": 3}, ValueError, "`stop`.*nearest value is 5"),
        ({"start": 0, "stop": 1, "per_decade": 3}, ValueError, "`start` must be a positive"),
        ({"start": 1, "stop": 1, "per_decade": 3}, ValueError, "`stop` must be.*above start=1"),
        ({"start": 1, "stop": 10, "per_decade": 4}, ValueError, "`per_decade` must be 1, 2 or 3"),
        ({"start": 1, "stop": 10, "per_decade": 1, "step": 1}, TypeError, "without step"),
        ({"values": [1, 2], "per_decade": 1}, TypeError, "Received both"),
        ({"start": 0, "stop": 1, "step": 1, "zero": True}, TypeError, "goes with `per_decade`"),
        ({"start": 0, "stop": 1, "step": 1, "zero": 1}, ValueError, "`zero` must be True or False"),
        ({"start": 0, "stop": 1, "step": 1, "play": 1}, ValueError, "`play` must be True or False"),
        ({"values": [0.5, 1], "text": "d"}, ValueError, "`text` must be a format.*text='d'"),
        ({"values": [1, 2], "text": 3}, ValueError, "`text` must be a format.*text=3"),
        ({"values": [1.1, 1.2], "text": ".0f"}, ValueError, "`text` must tell all values apart"),
    ],
)
def test_wrong_scales_and_texts(arguments, error, says):
    with pytest.raises(error, match=says):
        slider(**arguments)


def test_a_choice_keeps_its_values_and_says_what_a_reader_reads():
    made = choice("none", "weight decay", "dropout", value="dropout", label="cure")
    assert made.values == made.texts == ("none", "weight decay", "dropout")
    assert (made.start, made.label, made.kind, made.play) == (2, "cure", "choice", False)
    made = choice(False, True)
    assert made.values[0] is False
    assert made.values[1] is True
    assert (made.texts, made.start) == (("off", "on"), 0)
    made = choice(np.int64(1), 0.00001)
    assert made.texts == ("1", "0.00001")
    assert [type(v) for v in made.values] == [int, float]


@pytest.mark.parametrize(
    ("values", "options", "error", "says"),
    [
        ((), {}, ValueError, "two or more different values. Received: none"),
        (("one",), {}, ValueError, "two or more different values. Received: one"),
        (("a", "b", "a"), {}, ValueError, "two or more different values"),
        ((1, True), {}, ValueError, "two or more different values"),
        ((1, "1"), {}, ValueError, "two or more different values"),
        (("on", True), {}, ValueError, "two or more different values"),
        (("a", ""), {}, ValueError, "`values` must be texts, True, False or finite numbers"),
        (("a", None), {}, ValueError, "`values` must be texts"),
        (("a", math.nan), {}, ValueError, "`values` must be texts"),
        (("a", ["b"]), {}, ValueError, "`values` must be texts"),
        (("a", "b"), {"value": "c"}, ValueError, "`value` must be one of 'a', 'b'"),
        (("a", "b"), {"label": 3}, TypeError, "`label` must be text"),
    ],
)
def test_wrong_choices(values, options, error, says):
    with pytest.raises(error, match=says):
        choice(*values, **options)


def test_names_that_python_reserves():
    assert symbol("lambda_") == "λ"
    assert symbol("class_") == "class"
