"""The way of CONTRIBUTING.md, walked: a further lesson in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import lesson
from notebooks import execute, skeleton

ROOT = Path(__file__).parents[2]
NUMBER = f"{int(lesson.LESSONS[-1][:2]) + 1:02d}"
NAME = f"{NUMBER}_a_further_lesson"


@pytest.fixture
def copy(tmp_path):
    """The project, as a contributor has it."""
    return copied(ROOT, tmp_path / "project")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The project with a further lesson, as `make lesson` writes it."""
    copy = copied(ROOT, tmp_path_factory.mktemp("begun") / "project")
    done = run(copy, "tests/notebooks/skeleton.py", NAME)
    assert done.returncode == 0, done.stderr
    return copy


def copied(project, to):
    away = shutil.ignore_patterns("build", "release", "submitted", "autograded", "feedback")
    to.mkdir()
    for name in ("notebooks", "tests", "helpers", "pages", "assignments", "hub"):
        shutil.copytree(project / name, to / name, ignore=away)
    for path in project.glob("*.*"):
        if path.is_file():
            shutil.copy(path, to)
    return to


def run(copy, *arguments):
    """What a command of the Makefile starts, in the copy."""
    environment = {k: v for k, v in os.environ.items() if "XDIST" not in k and "PYTEST" not in k}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=300
    )


def check(copy, *chosen):
    """Run tests in the copy; gives whether they passed, and what pytest said."""
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen)
    return done.returncode == 0, done.stdout


def files(copy):
    return {
        path.relative_to(copy).as_posix(): path.read_bytes()
        for path in copy.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def change(path, id, old, new):
    """Change a cell of a notebook, as an author does."""
    notebook = nbformat.read(path, as_version=4)
    [cell] = [cell for cell in notebook.cells if cell.id == id]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, path)


def test_a_further_lesson_is_one_new_file_and_one_line(begun, copy):
    before = files(copy)
    copy = copied(begun, copy.with_name("with a lesson"))
    after = files(copy)
    last = f"notebooks/{lesson.LESSONS[-1]}.ipynb"
    assert after.keys() - before.keys() == {f"notebooks/{NAME}.ipynb"}
    # the map in lesson 00 and where the last lesson leads follow from the line in README.md
    assert {path for path in before if before[path] != after[path]} == {
        "README.md", "notebooks/00_start_here.ipynb", last,
    }  # fmt: skip
    assert f"**Next:** [{NUMBER} · A further lesson]({NAME}.ipynb)" in after[last].decode()

    for style in (("check",), ("format", "--check")):
        done = run(copy, "-m", "ruff", *style, f"notebooks/{NAME}.ipynb")
        assert done.returncode == 0, done.stdout
    chosen = f"{NUMBER}_ or form"
    passed, said = check(copy, "-vv", "tests/form", "tests/notebooks", "notebooks", "-k", chosen)
    assert passed, said
    for ran in ("form/test_lessons.*", "notebooks/test_lessons.*", "notebooks/"):
        assert re.search(rf"{ran}{NAME}.* PASSED", said), ran
    assert NAME in said  # its seconds and its slowest cells
    done = run(copy, "pages/build.py", "site", "--lesson", NUMBER)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (copy / "site" / f"{NAME}.html").read_text()
    assert page.count('class="live-here"') == 2
    assert f"{NAME}.html" in (copy / "site" / "index.html").read_text()

    # and out again
    (copy / "notebooks" / f"{NAME}.ipynb").unlink()
    readme = copy / "README.md"
    readme.write_text(re.sub(rf"^\| {NUMBER} .*\n", "", readme.read_text(), flags=re.MULTILINE))
    run(copy, "-c", "import sys; sys.path.insert(0, 'tests'); from notebooks import execute; "
        "execute.link()")  # fmt: skip
    assert before.items() <= files(copy).items()


def test_a_number_that_is_taken_and_a_name_that_is_none_change_nothing(copy, monkeypatch):
    before = files(copy)
    monkeypatch.setattr(execute, "NOTEBOOKS", copy / "notebooks")
    for name, says in [
        (f"{lesson.LESSONS[-1][:2]}_again", f"is taken by {lesson.LESSONS[-1]}"),
        (f"{int(NUMBER) + 1:02d}_gap", f"The next free number is {NUMBER}"),
        ("my lesson", "Name it like 09_your_lesson"),
        ("", "Name it like 09_your_lesson"),
    ]:
        with pytest.raises(SystemExit, match=says):
            skeleton.main(name)
    assert files(copy) == before


def test_a_broken_rule_says_what_to_do(begun, tmp_path):
    """Each is a mistake an author makes; the sentence is what the author reads."""
    copy = copied(begun, tmp_path / "project")
    path = copy / "notebooks" / f"{NAME}.ipynb"
    for id, old, new in [
        ("promise", f"# {NUMBER} · A", f"# {NUMBER}: A"),
        ("promise", "- name a third one.\n", ""),
        ("first", "**Predict:**", "Predict:"),
        ("first-code", "print(f", "a_rather_long_name = 1\n    print(f" + "'{slope}' " * 9 + " f"),
        ("first-figure", "# drawing:", "# drawn:"),
        ("first-task", "**Drag until**", "Drag until"),
        ("first-task", "**Say it.**", "Say it."),
        ("between-yours", 'at x = 1."""', 'at x = 1."""\n    return 0'),
        ("promise", "About 30 minutes", "About 10 minutes"),
        ("second", "**Say it.**", "Say it."),
        ("second", "## 2 ·", "#### 2 ·"),
        ("seen", "This is the last lesson.", "The end."),
        ("seen", "https://jupyter.org", "jupyter.org"),
        ("seen", "in three", "to 50 % in three"),
    ]:
        change(path, id, old, new)
    readme = copy / "README.md"
    readme.write_text(readme.read_text().replace("[A further lesson]", "[Another title]"))
    passed, said = check(copy, "tests/form", "-k", f"{NUMBER}_ or map")
    assert not passed
    for sentence in [
        f"begin the title with the number of the file, `# {NUMBER} · …`",
        "write 3 lines, each with `- `, under *You will be able to*",
        "ask 6 questions or more",
        "unfold the output of cell first-code",
        "ask **Say it** in '1 · A section opens its own cell'",
        "leave nothing but the docstring in the function of between-yours",
        "minutes` into the first cell: as CONTRIBUTING.md counts, it takes",
        "80 columns or fewer",
        "begin cell first-figure with `# drawing`",
        "give each live figure a task",
        "no level is left out",
        "write the line `This is the last lesson. `",
        "write the address in *Sources* in full",
        "write `50%`, without a space",
        "write number and title of",
    ]:
        assert sentence in said, sentence
