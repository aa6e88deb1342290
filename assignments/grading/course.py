"""Where everything lies, and nbgrader with the settings of this course."""

import logging
import os
import sys
import warnings
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import ClearSolutions
from sqlalchemy.exc import SAWarning
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[1]
COURSE = "losses_by_hand"

# nbgrader calls `alembic` by its name; it lies beside this Python, which need not be on the path.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's, harmless, three a student


def api(root=ROOT, sandboxed=True):
    """nbgrader with this course's settings; source, submissions and gradebook lie in `root`."""
    config = settings()
    if root != ROOT:
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    config.RunAndJudge.sandboxed = sandboxed
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    return NbGraderAPI(config=config)


def settings():
    """What nbgrader_config.py says."""
    return PyFileConfigLoader("nbgrader_config.py", str(ROOT)).load_config()


def names():
    """The assignments, in order."""
    return sorted(path.parent.name for path in (ROOT / "source").glob("*/*.ipynb"))


def hidden_tests(name):
    """The source of an assignment's hidden tests."""
    return (ROOT / "hidden_tests" / f"{name}.py").read_text(encoding="utf-8")


def source(name):
    """An assignment with its solutions."""
    return nbformat.read(ROOT / "source" / name / f"{name}.ipynb", as_version=4)


def student_version(name):
    """An assignment without its solutions, as students get it."""
    return ClearSolutions(config=settings()).preprocess(source(name), {})[0]


def checked(answer):
    """The result of a call of nbgrader, or its error."""
    if not answer["success"]:
        raise RuntimeError(f"nbgrader: {answer.get('log')}\n{answer.get('error')}")
    return answer
