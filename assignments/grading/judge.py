"""Turns what a notebook reported into points, and into the lines that say so."""

from dataclasses import dataclass

import numpy as np

from grading.run import NOT_TRIED

# Only these are told to the student: the name of an error could carry a hidden value out.
ERRORS = {
    "NotImplementedError": "not answered",
    "NameError": "stopped with NameError: is everything defined?",
    **{
        name: f"stopped with {name}"
        for name in (
            "TypeError",
            "ValueError",
            "IndexError",
            "KeyError",
            "AttributeError",
            "ZeroDivisionError",
            "AssertionError",
        )
    },
}
REMARKABLE = {
    "SyntaxError": "has a syntax error",
    "IndentationError": "has a syntax error",
    "SystemExit": "wanted to end Python",
    "MemoryError": "asked for more memory than there is",
}


@dataclass(frozen=True)
class Verdict:
    """What one part of a task earned, and the line that says so."""

    task: str
    points: float
    of: float
    line: str


def verdicts(tests, expected, record):
    """Judge every part.

    Parameters
    ----------
    tests : Tests
        The hidden tests, each with its `task`, `points`, `says` and `tolerance`.
    expected : dict of str to dict
        What each part reported for the solution: {"value": …}.
    record : Record
        What the student's notebook did.

    Returns
    -------
    list of Verdict
    """
    made = []
    for name, part in tests.parts.items():
        forbidden = record.found.used.get(part.task)
        answer = record.answers.get(name)
        if forbidden:
            reason = f"the task asks for your own code, without {' and '.join(forbidden)}"
        elif answer is None:
            reason = record.lost.get(name, "it gave no result")
        elif "error" in answer:
            reason = ERRORS.get(answer["error"], "stopped with an error")
        elif not same(expected[name]["value"], answer["value"], part.tolerance):
            reason = "not yet right"
        else:
            reason = None
        points = 0 if reason else part.points
        line = f"{points:g} of {part.points:g}   {part.says}: {reason or 'right'}"
        made.append(Verdict(part.task, points, part.points, line))
    return made


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
    except (TypeError, ValueError, OverflowError):  # a text or a ragged list, not numbers
        return False
    return np.shape(expected) == given.shape and bool(
        np.allclose(given, expected, rtol=tolerance, atol=tolerance, equal_nan=True)
    )


def broken(outputs):
    """Whether a cell is no Python at all."""
    return any(output.get("ename") in ("SyntaxError", "IndentationError") for output in outputs)


def remarks(tests, cells, record):
    """What a teacher should know about the run, a line for each cell or task."""
    said = {}

    def say(where, reason):
        if reason and reason not in said.setdefault(where, []):
            said[where].append(reason)

    number = 0
    for index, cell in enumerate(cells):
        if cell.kind != "code":
            continue
        number += 1
        where = f"cell {cell.grade_id}" if cell.grade_id else f"code cell {number}"
        for note in record.notes.get(index, []):
            say(where, note)
        if index in record.found.unread and not broken(record.outputs.get(index, [])):
            say(where, "could not be read for names that should not be used")
        for output in record.outputs.get(index, []):
            say(where, REMARKABLE.get(output.get("ename")))
        say(where, record.lost.get(index))
    for name, part in tests.parts.items():
        where = f"task {part.task}, when its code is called,"
        say(where, REMARKABLE.get(record.answers.get(name, {}).get("error")))
        if record.lost.get(name) != NOT_TRIED:
            say(where, record.lost.get(name))
    for task, doubts in record.found.unsure.items():
        for doubt in doubts:
            say(f"task {task}: please look, its code", doubt)
    say("reading the code for names that should not be used", record.lost.get("reading"))
    say("the notebook", record.lost.get("notebook"))
    return [f"{where} {', '.join(reasons)}" for where, reasons in said.items() if reasons]
