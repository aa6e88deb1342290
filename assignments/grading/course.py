"""Where everything lies, and nbgrader with the settings of this course."""

import logging
import os
import sys
import warnings
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import ClearSolutions
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

from grading.border import Cell
from grading.inside.hidden import Tests, hidden_tests
from grading.limits import LIMITS, Limits
from grading.run import run

ROOT = Path(__file__).parents[1]

# nbgrader calls `alembic` by its name; it lies beside this Python, which need not be on the path.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's, harmless, three a student


@dataclass(frozen=True)
class Assignment:
    """All that grading a submission needs; it can be sent to another process."""

    name: str
    release: list  # the cells that students get
    tests: str  # source of the hidden tests
    expected: dict  # what they report for the solution
    pages: dict  # its locked cells as HTML, by grade id
    limits: Limits
    sandboxed: bool = True
    hurried: bool = False  # what needs patience is put off

    @property
    def hidden(self) -> Tests:
        return hidden_tests(self.tests)


def api(root=ROOT):
    """nbgrader with this course's settings; source, submissions and gradebook lie in `root`."""
    config = settings()
    if root != ROOT:
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    return NbGraderAPI(config=config)


def settings():
    """What nbgrader_config.py says."""
    return PyFileConfigLoader("nbgrader_config.py", str(ROOT)).load_config()


def names():
    """The assignments, in order."""
    return sorted(path.parent.name for path in (ROOT / "source").glob("*/*.ipynb"))


def tests(name):
    """The source of an assignment's hidden tests."""
    return (ROOT / "hidden_tests" / f"{name}.py").read_text(encoding="utf-8")


def source(name):
    """An assignment with its solutions."""
    return nbformat.read(ROOT / "source" / name / f"{name}.ipynb", as_version=4)


def student_version(name):
    """An assignment without its solutions, as students get it."""
    return ClearSolutions(config=settings()).preprocess(source(name), {})[0]


def released(nbgrader, name, root=ROOT):
    """The student version as nbgrader has built it and keeps it in its gradebook."""
    path = root / "release" / name / f"{name}.ipynb"
    with nbgrader.gradebook as gradebook:
        known = any(assignment.name == name for assignment in gradebook.assignments)
    if not (known and path.exists()):
        checked(nbgrader.generate_assignment(name, force=True, create=True))
    return nbformat.read(path, as_version=4)


def cells(notebook):
    """The cells of a notebook of the course, as grading knows them."""
    return [
        Cell(
            cell.cell_type,
            cell.source,
            cell.metadata.nbgrader.grade_id,
            locked=not cell.metadata.nbgrader.solution,
        )
        for cell in notebook.cells
    ]


def assignment(name, release, limits=LIMITS, sandboxed=True):
    """All that grading a submission needs.

    Raises
    ------
    RuntimeError
        If the solution does not give a value to every hidden test.
    """
    hidden = tests(name)
    seconds = hidden_tests(hidden).seconds
    if seconds:
        limits = limits.for_seconds(seconds)
    expected, found = reference(name, limits, sandboxed)
    given = cells(release)
    pages = {cell.grade_id: page for cell, page in zip(given, found, strict=True)}
    return Assignment(name, given, hidden, expected, pages, limits, sandboxed)


@cache
def reference(name, limits, sandboxed):
    """What the hidden tests report for the solution, and its cells as HTML."""
    solved = [replace(cell, locked=False) for cell in cells(source(name))]
    record = run(solved, tests(name), limits, sandboxed)
    if any("value" not in record.answers.get(part, {}) for part in hidden_tests(tests(name)).parts):
        raise RuntimeError(f"The solution of {name} fails: {record.answers}, {record.lost}")
    return record.answers, record.found.pages


def checked(answer):
    """The result of a call of nbgrader, or its error."""
    if not answer["success"]:
        raise RuntimeError(f"nbgrader: {answer.get('log')}\n{answer.get('error')}")
    return answer
