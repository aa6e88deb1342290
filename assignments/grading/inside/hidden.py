"""A file of hidden tests, read."""

from typing import NamedTuple


class Tests(NamedTuple):
    """Its functions by name, and what it says about the assignment."""

    parts: dict  # name to function, with its task, points, says and tolerance
    without: dict  # task to the names its code may not use
    again: dict  # task to (lesson, heading): what to read again
    seconds: float | None  # for a cell or a part, if not the usual
    imports: tuple  # what the first cell imports and is slow


def hidden_tests(source):
    """Read a file of hidden tests.

    Every function under `@part(task, points, says)` is one; it earns all its points or none.
    """
    parts = {}

    def part(task, points, says, tolerance=1e-6):
        def keep(function):
            function.task, function.points, function.says = task, points, says
            function.tolerance = tolerance
            parts[function.__name__] = function
            return function

        return keep

    names = {"part": part, "__name__": "hidden_tests"}
    exec(compile(source, "hidden tests", "exec"), names)
    return Tests(
        parts,
        names.get("WITHOUT", {}),
        names.get("AGAIN", {}),
        names.get("SECONDS"),
        names.get("IMPORTS", ()),
    )
