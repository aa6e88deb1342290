"""The lessons as they are stored and as they run: each runs once, for all tests together."""

import functools
import os
import pickle
import shutil
from pathlib import Path
from typing import NamedTuple

import nbformat
from filelock import FileLock
from nbformat.v4 import new_code_cell

from notebooks import execute

NOTEBOOKS = execute.NOTEBOOKS
LESSONS = [path.stem for path in execute.lessons()]
KEEP = Path(execute.__file__).with_name("keep.py")


def stored(name):
    """A lesson as it lies in the repository."""
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def cells(name, kind="code"):
    """The source of each cell of a lesson, by the cell's id."""
    return {cell.id: cell.source for cell in stored(name).cells if cell.cell_type == kind}


def text(name):
    """All that a lesson says in words."""
    return "\n".join(cells(name, "markdown").values())


def shared():
    """The folder of this run of the tests; conftest.py makes it and removes it."""
    return Path(os.environ["SHARED_BY_TESTS"])


def once(name, make):
    """Have `make(path)` write a file or folder of that name, once in a run; gives its path."""
    path = shared() / name
    with FileLock(f"{path}.lock"):
        if not path.exists():
            making = path.with_name(f"making-{name}")
            shutil.rmtree(making, ignore_errors=True)  # of an attempt that failed
            make(making)
            making.rename(path)
    return path


class Names(dict):
    """What a lesson's cells have defined; each comes from the lesson's kernel when asked for."""

    def __getitem__(self, name):
        if isinstance(value := super().__getitem__(name), bytes):
            self[name] = value = pickle.loads(value)
        return value


class Run(NamedTuple):
    """What came of a lesson that was run from its first cell to its last."""

    notebook: nbformat.NotebookNode  # with outputs, the states of the widgets, and times
    names: Names  # what its cells have defined
    figures: list  # of each live figure: arguments and keyword arguments of `live`
    tensorflow: dict  # by the id of a code cell: whether TensorFlow was loaded after it


def _run(name, folder):
    folder.mkdir()
    kept, keep = folder / "kept.pickle", f"__import__('runpy').run_path({str(KEEP)!r})"
    notebook = stored(name)
    first = new_code_cell(f"__keep = {keep}; __keep['begin'](get_ipython())")
    last = new_code_cell(f"__keep['end'](get_ipython(), {str(kept)!r})")
    notebook.cells = [first, *notebook.cells, last]
    notebook = execute.run(notebook, store_widget_state=True, allow_errors=True)
    wrong = [one for cell in (first, last) for one in cell.outputs if one.output_type == "error"]
    assert not wrong, wrong
    notebook.cells = notebook.cells[1:-1]
    nbformat.write(notebook, folder / f"{name}.ipynb")


def executed(name):
    """The notebook file of a lesson that was run, with the states of its widgets."""
    return once(f"lesson-{name}", lambda folder: _run(name, folder)) / f"{name}.ipynb"


@functools.cache
def run(name):
    """A lesson that was run once for all tests."""
    path = executed(name)
    kept = pickle.loads(path.with_name("kept.pickle").read_bytes())
    notebook = nbformat.read(path, as_version=4)
    code = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    # the first entry, if any, is that of the cell that began to keep
    loaded = dict(zip(code, kept["tensorflow"][-len(code) :], strict=True))
    return Run(notebook, Names(kept["names"]), pickle.loads(kept["figures"]), loaded)
