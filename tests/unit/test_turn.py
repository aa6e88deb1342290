"""What the reader is told about a function of their own: one line that helps."""

import numpy as np
import pytest

from helpers.turn import compare


def said(capsys, function, *cases, **options):
    compare(function, *cases, **options)
    line, end, rest = capsys.readouterr().out.partition("\n")
    assert (end, rest) == ("\n", "")
    return line


def untouched(w, learning_rate):
    """The weight after one step of gradient descent on (w − 3)²."""


def step(w, learning_rate):
    return w - learning_rate * 2 * (w - 3)


def uphill(w, learning_rate):
    return w + learning_rate * 2 * (w - 3)


CASES = ((3.0, 0.1), 3.0), ((0.0, 0.1), 0.6)


def test_an_empty_function_is_not_called():
    class NeverCompared:
        def __eq__(self, other):
            raise AssertionError

    compare(untouched, ((NeverCompared(),), 1.0))


def test_the_four_states(capsys):
    assert said(capsys, untouched, *CASES) == "untouched: not written yet."
    assert said(capsys, step, *CASES) == "step: right for 2 inputs."
    assert said(capsys, step, CASES[0]) == "step: right for 1 input."
    assert said(capsys, uphill, *CASES) == (
        "uphill: right for 1 of 2 inputs. uphill(0, 0.1) gives -0.6, expected 0.6."
    )
    assert said(capsys, uphill, CASES[1]) == (
        "uphill: not right yet. uphill(0, 0.1) gives -0.6, expected 0.6."
    )


def test_a_body_of_pass_or_dots_is_not_written_yet_either(capsys):
    def dots(x):
        """With a docstring."""
        ...

    def passes(x):
        """With a docstring."""
        pass

    for function in (dots, passes):
        assert said(capsys, function, ((1,), 1)) == f"{function.__name__}: not written yet."


def missing_return(x):
    x + 1


def raises(x):
    return x[5]


def raises_in_silence(x):
    raise ValueError


def flattens(x):
    return x.sum()


def changes(x):
    x *= 2
    return x


def nearly(x):
    return x + 1e-5


@pytest.mark.parametrize(
    ("function", "expected", "words"),
    [
        (missing_return, 1.0, "gives None (is a `return` missing?), expected 1."),
        (raises, 1.0, "raises IndexError (index 5 is out of bounds for axis 0 with size 2), exp"),
        (raises_in_silence, 1.0, "raises ValueError (no message), expected 1."),
        (flattens, np.array([1.0, 2.0]), "gives shape (), expected shape (2,): [1., 2.]."),
        (changes, np.array([2.0, 4.0]), "gives what is expected, but it changes its arguments."),
        (nearly, np.array([1.0, 2.0]), "gives [1.00001, 2.00001], expected [1., 2.]."),
        (lambda x: np.nan, 1.0, "gives nan, expected 1."),
        (lambda x: "no", 1.0, "gives 'no', expected 1."),
        (lambda x: (1, 2), (1, 3), "gives (1, 2), expected (1, 3)."),
        (lambda x: (1,), (1, 3), "gives shape (1,), expected shape (2,): (1, 3)."),
        (lambda x: 3, [3], "gives shape (), expected shape (1,): [3]."),
        (lambda x: print, 1.0, "gives print, expected 1."),
    ],
)
def test_what_is_wrong_is_said_with_the_input_and_both_values(capsys, function, expected, words):
    line = said(capsys, function, ((np.array([1.0, 2.0]),), expected))
    name = function.__name__
    assert line.startswith(f"{name}: not right yet. {name}([1., 2.]) {words[:60]}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, 0.3),
        (np.float32(0.3), 0.3),
        (np.array([[1]]), np.array([[1.0]])),
        (np.nan, np.nan),
        (np.inf, np.inf),
        (True, True),
        (None, None),
        ("same", "same"),
        ((1, np.zeros(2)), (1, [0, 0])),
        (np.array([1.0, 2.0]), [1, 2]),
    ],
)
def test_what_is_right(capsys, value, expected):
    def given():
        return value

    assert said(capsys, given, ((), expected)) == "given: right for 1 input."


def test_no_warning_reaches_the_reader(capsys):
    with np.errstate(all="warn"):
        line = said(capsys, lambda x: np.log(x), ((np.array([0.0]),), np.array([-np.inf])))
    assert line == "<lambda>: right for 1 input."


def test_the_cases_stay_as_they_are():
    given = np.array([1.0, 2.0])
    compare(changes, ((given,), given), ((given,), given))
    np.testing.assert_array_equal(given, [1.0, 2.0])


def test_tolerance(capsys):
    case = (np.array([1.0]),), np.array([1.0])
    assert said(capsys, nearly, case, tolerance=1e-4) == "nearly: right for 1 input."
    assert "not right yet" in said(capsys, nearly, case)


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((3, ((1,), 1)), {}, "`function` must be a function. Received: function=3"),
        ((step,), {}, r"`cases` must be one or more pairs \(arguments, expected\)"),
        ((step, (0.0, 0.1, 0.6)), {}, r"the arguments a tuple. Received: cases=\(\(0.0, 0.1, 0.6"),
        ((step, (0.0, 0.6)), {}, "the arguments a tuple"),
        ((step, *CASES), {"tolerance": -1}, "`tolerance` must be a number, 0 or more"),
        ((step, *CASES), {"tolerance": np.inf}, "`tolerance` must be a number, 0 or more"),
    ],
)
def test_wrong_use(arguments, options, words):
    with pytest.raises(ValueError, match=words):
        compare(*arguments, **options)
