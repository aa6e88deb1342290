"""The house in CONTRIBUTING.md: which folder and which module imports which."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The house")[2]
# folders whose modules are imported by their own name, without that of the folder
BARE = ("assignments", "hub", "tests")


def source(path):
    """The Python in a module or a notebook."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def imported(path):
    """The names of all modules that a file may import, in full."""
    for node in ast.walk(ast.parse(source(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(folder):
    return [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.ipynb")]


def places(path):
    """The files of this project that a file imports."""
    for name in imported(path):
        for start in (".", *BARE, path.parent.relative_to(ROOT)):
            place = ROOT / start / name.replace(".", "/")
            yield from filter(Path.exists, (place.with_suffix(".py"), place / "__init__.py"))


def between(folders):
    """By folder, the other folders that its files import."""
    used = {one: {place for path in files(one) for place in places(path)} for one in folders}
    return {
        one: {other for other in folders if other != one and used[one] & set(files(other))}
        for one in folders
    }


def within(folder):
    """By module of a folder, the other modules of it that it imports."""
    left_out = {"__init__", "checks", "limits", "border"}
    modules = {path: path.stem for path in files(folder) if path.stem not in left_out}
    return {
        stem: {modules[place] for place in places(path) if place in modules and place != path}
        for path, stem in modules.items()
    }


def drawn(folder):
    """What the figure says of a folder, as `within` gives it."""
    figure = re.search(rf"^    {folder}\n(?: {{8}}.*\n|\n|    {folder}/.*\n)+", GUIDE, re.M)[0]
    told = {}
    for line in re.sub(r"\n {20,}", " ", figure).splitlines():
        names, _, uses = line.strip().partition(" " * 3)
        if line.startswith(" " * 8):
            uses = re.findall(r"\w+", uses.replace(", in this order;", ""))
            told |= {name: set(uses) for name in names.split()}
    return told


def test_a_folder_imports_what_the_table_says():
    rows = dict(re.findall(r"^\| `(\S+)` \|.*\| (.*)\|$", GUIDE, re.M))
    told = {folder: set(re.findall(r"`(\S+)`", uses)) for folder, uses in rows.items()}
    assert len(told) == 8
    assert told == between(list(told)), "mend the table of folders in CONTRIBUTING.md"


@pytest.mark.parametrize("folder", ["helpers", "assignments/grading"])
def test_a_module_imports_what_the_figure_says(folder):
    assert drawn(folder) == within(folder), "mend the figure of modules in CONTRIBUTING.md"
