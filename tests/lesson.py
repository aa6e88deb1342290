"""The lessons as they are stored and as they run: each runs once, for all tests together."""

import functools
import os
import pickle
import re
import runpy
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
WRONG = Path(execute.__file__).with_name("turns")


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
    told: dict  # by turn and answer: what a reader is told


def folded(cell, part="outputs"):
    """Whether the outputs or the source of a code cell are stored folded."""
    return cell.metadata.get("jupyter", {}).get(f"{part}_hidden", False)


def protected(name):
    """How many outputs are stored folded, for they answer a prediction."""
    return sum(map(folded, stored(name).cells))


def turns(name):
    """The names of the reader's turns of a lesson: *Your turn* stands in the cell `name-turn`."""
    return [key.removesuffix("-turn") for key in cells(name, "markdown") if key.endswith("-turn")]


def solution(name, turn):
    """The folded solution of a turn, as code."""
    return re.search("```python\n(.*?)```", cells(name, "markdown")[f"{turn}-solution"], re.S)[1]


def wrong_answers(name):
    """Typical wrong answers to each turn of a lesson; none if nobody has collected any."""
    path = WRONG / f"{name}.py"
    return runpy.run_path(str(path))["WRONG"] if path.exists() else {}


def _answers(name):
    """All answers to try, by the source of the cell that checks them."""
    wrong, code = wrong_answers(name), cells(name)
    return {
        code[f"{turn}-tried"]: [solution(name, turn), *wrong.get(turn, [])] for turn in turns(name)
    }


def _run(name, folder):
    folder.mkdir()
    kept, keep = folder / "kept.pickle", f"__import__('runpy').run_path({str(KEEP)!r})"
    notebook = stored(name)
    begin = f"__keep['begin'](get_ipython(), {_answers(name)!r})"
    first = new_code_cell(f"__keep = {keep}; {begin}")
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
    sources = {cell.source: cell.id.removesuffix("-tried") for cell in notebook.cells}
    told = {(sources[source], answer): said for (source, answer), said in kept["told"].items()}
    return Run(notebook, Names(kept["names"]), pickle.loads(kept["figures"]), loaded, told)
