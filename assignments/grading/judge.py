"""Turns what the hidden tests reported into points. Runs outside the sandbox."""

import ast
import builtins
from dataclasses import dataclass

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

ERRORS = {
    "NotImplementedError": "not answered",
    "NameError": "stopped with NameError: is everything defined?",
}


@dataclass
class Verdict:
    """What one part of a task earned, and the line that says so."""

    task: str
    points: float
    of: float
    line: str


def verdicts(tests, expected, given, cells, lost=()):
    """Judge every part.

    Parameters
    ----------
    tests : session.Tests
        The hidden tests, each with its `task`, `points`, `says` and `tolerance`; and for a task,
        the names whose use in the notebook earns it no points.
    expected, given : dict of str to dict
        What each part reported for the reference solution and for the student:
        {"value": …} or {"error": name}.
    cells : list of str
        The student's code cells, to look for the names of `without`.
    lost : dict of str to str
        Parts that gave no report, and why.

    Returns
    -------
    list of Verdict
    """
    used = names_used(cells)
    found = []
    for name, part in tests.parts.items():
        forbidden = sorted(used & set(tests.without.get(part.task, ())))
        answer = given.get(name)
        if forbidden:
            reason = f"the task asks for your own code, without {' and '.join(forbidden)}"
        elif answer is None:
            reason = dict(lost).get(name, "it gave no result")
        elif "error" in answer:
            reason = ERRORS.get(answer["error"], f"stopped with {error_name(answer['error'])}")
        elif not same(expected[name]["value"], answer.get("value"), part.tolerance):
            reason = "not yet right"
        else:
            reason = None
        points = 0 if reason else part.points
        line = f"{points:g} of {part.points:g}   {part.says}: {reason or 'right'}"
        found.append(Verdict(part.task, points, part.points, line))
    return found


def same(expected, given, tolerance):
    """Whether two reported values agree: same structure, same shapes, numbers within tolerance.

    Numbers agree when |given − expected| ≤ tolerance · (1 + |expected|); nan agrees with nan.
    """
    if isinstance(expected, dict):
        return (
            isinstance(given, dict)
            and expected.keys() == given.keys()
            and all(same(expected[key], given[key], tolerance) for key in expected)
        )
    if expected is None or isinstance(expected, str):
        return type(given) is type(expected) and given == expected
    if isinstance(expected, list) and any(isinstance(item, list | dict | str) for item in expected):
        return (
            isinstance(given, list)
            and len(given) == len(expected)
            and all(same(a, b, tolerance) for a, b in zip(expected, given, strict=True))
        )
    try:
        given = np.asarray(given, dtype=float)
    except (
        TypeError,
        ValueError,
        OverflowError,
    ):  # a text or a ragged list where numbers are expected
        return False
    return np.shape(expected) == given.shape and bool(
        np.allclose(given, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
    )


def names_used(cells):
    """Every attribute, imported name and text constant in the cells."""
    used = set()
    for source in cells:
        try:
            tree = ast.parse(TransformerManager().transform_cell(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it cannot run either
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                used.add(node.attr)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                used.update(alias.name.rpartition(".")[2] for alias in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            elif isinstance(node, ast.Call) and "run_" in ast.unparse(node.func):  # a magic
                used |= names_used([a.value for a in node.args[1:] if isinstance(a, ast.Constant)])
    return used


def error_name(name):
    """The name of an error, if Python knows it: a student's own name could carry a secret out."""
    known = getattr(builtins, str(name), None)
    return name if isinstance(known, type) and issubclass(known, BaseException) else "an error"
