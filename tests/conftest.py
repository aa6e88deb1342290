"""What all tests share: quiet, one thread, and one execution of each lesson."""

import gc
import os
import shutil
import tempfile

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from notebooks import execute

# Before NumPy or TensorFlow is imported: the same quiet as in a lesson, and the same one thread.
os.environ.update({"TF_CPP_MIN_LOG_LEVEL": "3", **execute.ONE_THREAD, **os.environ})

import lesson
from browser.lab import CHROMIUM, chromium


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright, which a process can start only once."""
    if CHROMIUM is None:
        why = "no browser: install Chromium or Google Chrome to run the tests of the live figures"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with chromium() as browser:
        yield browser


def pytest_configure(config):
    gc.set_threshold(10_000, 10, 10)  # as while frames are drawn: looking for garbage takes long
    if not hasattr(config, "workerinput"):  # workers inherit it
        os.environ["SHARED_BY_TESTS"] = tempfile.mkdtemp(prefix="tests-")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["SHARED_BY_TESTS"], ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep on one worker what shares a lesson, a class or a module; begin with what takes longest.

    The pages come last: they need every lesson.
    """
    order = ["notebooks", "browser", "hub", "assignments", "unit", "form", "site"]

    def group(item):
        """Its part of the tests, and what it shares with others."""
        path = item.path.relative_to(item.config.rootpath)
        name = getattr(item, "callspec", None) and item.callspec.params.get("name")
        part = "site" if path.stem == "test_site" else path.parts[-2]
        if part == "notebooks" and path.suffix == ".ipynb":
            return part, path.stem
        if part in ("browser", "site") and name:
            return part if path.stem != "test_lessons" else "notebooks", name
        return part, item.nodeid.rpartition("::")[0]

    def rank(found):
        """Where it comes; of the lessons the later ones take longest."""
        part, name = found
        number = int(name[:2]) if part == "notebooks" and name[:2].isdigit() else 0
        return order.index(part), -number, first[found]

    groups = {item: group(item) for item in items}
    first = {found: place for place, found in enumerate(dict.fromkeys(groups.values()))}
    items.sort(key=lambda item: rank(groups[item]))
    for item in items:
        item.add_marker(pytest.mark.xdist_group("-".join(groups[item])))


def pytest_terminal_summary(terminalreporter):
    """A line for each lesson that has run: its seconds and its slowest cells."""
    folders = sorted(lesson.shared().glob("lesson-*/"))
    if folders:
        terminalreporter.section("lessons")
    for folder in folders:
        [path] = folder.glob("*.ipynb")
        terminalreporter.line(execute.pace(path.stem, execute.seconds(nbformat.read(path, 4))))


class Recorded:
    """A kernel, as nbval asks one, that tells what the one execution of a lesson gave."""

    def __init__(self, notebook):
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        self.messages = []

    def execute_cell_input(self, source, allow_stdin):
        while (cell := self.cells.pop(0)).source != source:
            pass  # a cell that nbval was not asked to compare
        told = [(output.output_type, output) for output in cell.outputs]
        self.messages = [*told, ("status", {"execution_state": "idle"})]
        return "asked"

    def get_message(self, stream, timeout):
        kind, content = self.messages.pop(0)
        return {"msg_type": kind, "content": content, "parent_header": {"msg_id": "asked"}}

    def is_alive(self):
        return True

    def await_reply(self, asked, timeout):
        pass

    await_idle = await_reply

    def stop(self):
        pass


def setup(file):
    file.kernel = Recorded(nbformat.read(lesson.executed(file.path.stem), as_version=4))
    file.setup_sanitize_files()


IPyNbFile.setup = setup  # nbval compares as always; only the execution is shared


def what_to_do(item, excinfo, shown=IPyNbCell.repr_failure):
    number = item.path.stem[:2]
    return (
        f"run `make notebooks LESSON={number}` and look at `git diff`: cell {item.cell.id} gives "
        f"other outputs than those that are stored, or none\n{shown(item, excinfo)}"
    )


IPyNbCell.repr_failure = what_to_do
