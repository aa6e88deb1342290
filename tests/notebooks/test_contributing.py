"""The way of CONTRIBUTING.md, walked: a seventh lesson in a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
NAME = "07_a_minimal_lesson"
LINE = f"| 07 | [A minimal lesson](notebooks/{NAME}.ipynb) | a slope | draw a line |\n"

OPENING = """# 07 · A minimal lesson

**After this lesson you can draw a line.**

You will be able to

- one;
- two;
- three.

About 5 minutes.
"""
ROUND = """## Round {number}

**Predict:** what does a larger slope do?
"""
FIGURE = '''# drawing: a line through 0
from helpers.live import live, slider


def line{number}(ax, slope):
    """A straight line through 0 with the chosen slope, from minus one to one."""
    ax.plot([-1, 1], [-slope, slope])
    ax.set(title=f"slope {{slope:g}}", xlabel="x", ylabel="y", ylim=(-2, 2))


live(line{number}, slope=slider(-2, 2, step=1, value=0))'''
TASK = "**Drag until** the line rises by one."
ENDING = """## Where this breaks

Nowhere. **Predict:** is that so? **Predict:** and here? **Predict:** and there?
**Predict:** and then? **Drag until** it falls.

## What you have seen

A line.

### Sources

None.
"""


def minimal():
    cells = [new_markdown_cell(OPENING)]
    for number in (1, 2):
        drawing = {"tags": ["drawing"], "jupyter": {"source_hidden": True}}
        cells += [
            new_markdown_cell(ROUND.format(number=number)),
            new_code_cell(FIGURE.format(number=number), metadata=drawing),
        ]
    cells += [new_markdown_cell(text) for text in (TASK, ENDING)]
    cells += [new_code_cell("print(1 + 1)")]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells)


@pytest.fixture
def copy(tmp_path):
    """The project, as a contributor has it."""
    for name in ("notebooks", "tests", "helpers"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("README.md", "pyproject.toml", "requirements.txt", "environment.yml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(copy, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, capture_output=True, text=True, timeout=300
    )


def checks(copy):
    return run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/notebooks", "-k",
               "(07 or map) and not contributing")  # fmt: skip


def test_a_seventh_lesson_needs_one_new_file_and_one_line(copy):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    nbformat.write(minimal(), copy / "notebooks" / f"{NAME}.ipynb")
    readme = copy / "README.md"
    table_end = re.search(r"^\| 06 .*\n", readme.read_text(), re.MULTILINE).end()
    readme.write_text(readme.read_text()[:table_end] + LINE + readme.read_text()[table_end:])

    lessons = [f"notebooks/{name}.ipynb" for name in ("00_start_here", NAME)]
    done = run(copy, "tests/notebooks/execute.py", *lessons)
    assert done.returncode == 0, done.stderr
    done = checks(copy)
    assert done.returncode == 0, done.stdout
    assert re.search(r"1\d passed", done.stdout), done.stdout
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", lessons[1])
    assert done.returncode == 0, done.stdout

    touched = {
        path.relative_to(copy).as_posix() for path in before if path.read_bytes() != before[path]
    }
    assert touched == {"README.md", "notebooks/00_start_here.ipynb"}  # the second is generated


def test_a_lesson_that_is_not_on_the_map_is_noticed(copy):
    nbformat.write(minimal(), copy / "notebooks" / f"{NAME}.ipynb")
    done = run(copy, "tests/notebooks/execute.py", f"notebooks/{NAME}.ipynb")
    assert done.returncode == 0, done.stderr
    done = checks(copy)
    assert done.returncode == 1
    assert "test_every_lesson_is_on_the_map" in done.stdout
