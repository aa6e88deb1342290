"""Run a lesson's cells in this process, and keep its names and live figures for a test to use."""

import contextlib
import functools
import io
from pathlib import Path
from unittest import mock

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def cells(name, kind="code"):
    """The source of each cell of a lesson, by the cell's id."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return {cell.id: cell.source for cell in notebook.cells if cell.cell_type == kind}


def execute(sources):
    """Execute cells in order, without drawing their live figures.

    Returns the names they define, the list of their live figures as (arguments, keyword arguments)
    of `live`, and what they printed.
    """
    from helpers import live, plotting

    figures = []

    def remember(*args, **kwargs):
        figures.append((args, kwargs))

    names, printed = {"__name__": "__main__"}, io.StringIO()
    with (
        mock.patch.object(live, "live", remember),
        mock.patch.object(plotting, "display"),
        contextlib.redirect_stdout(printed),
    ):
        for key, source in sources.items():
            exec(compile(source, key, "exec"), names)
    return names, figures, printed.getvalue()


@functools.cache
def run(name):
    """Execute a lesson from its first cell to its last, once for all tests of a process."""
    return execute(cells(name))
