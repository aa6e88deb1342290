"""Brings a student's file into the form of the assignment, whatever it looks like."""

import hashlib
import json
import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

MOST_BYTES = 20 * 2**20


class Unusable(Exception):
    """There is no notebook to grade; the text says why."""


def find(place, name):
    """The file a student handed in: `place` itself, or a file in that folder.

    Returns
    -------
    path, list of str
        The notebook, and what the teacher should know about it.
    """
    if place.is_file():
        return place, []
    found = sorted(
        path
        for path in place.rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and path.is_file()
    )
    exact = [path for path in found if path.name == f"{name}.ipynb"]
    if len(exact) == 1:
        return exact[0], []
    if len(found) == 1:
        return found[0], [f"the file was called {found[0].name}; it was graded as {name}.ipynb"]
    if not found:
        others = [path.name for path in place.rglob("*") if path.is_file()]
        raise Unusable(f"no notebook found; files: {', '.join(sorted(others)[:5]) or 'none'}")
    raise Unusable(f"which notebook is it? {', '.join(p.name for p in found[:5])}")


def read(path):
    """The cells of a notebook file as plain dictionaries, and the digest of the file."""
    if path.is_symlink():
        raise Unusable("the file is a link to another file")
    if path.stat().st_size > MOST_BYTES:
        raise Unusable(f"the file is larger than {MOST_BYTES // 2**20} MB")
    raw = path.read_bytes()
    try:
        cells = json.loads(raw.decode("utf-8"))["cells"]
        if not isinstance(cells, list):
            raise TypeError
        return [tidy(cell) for cell in cells], hashlib.sha256(raw).hexdigest()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unusable(f"{path.name} is not a notebook that can be read") from None


def tidy(cell):
    """Kind, source and grade id of a cell; outputs and everything else are left behind."""
    source = cell.get("source", "")
    grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return {
        "kind": "code" if cell.get("cell_type") == "code" else "markdown",
        "source": source if isinstance(source, str) else "".join(source),
        "grade_id": grade_id if isinstance(grade_id, str) else None,
    }


def restore(cells, release):
    """The assignment with a student's answers and additional cells.

    Locked cells come from `release`, missing cells are put back, and of a cell that occurs twice
    the last one counts; the others stay as additional cells, or go if they are locked.

    Parameters
    ----------
    cells : list of dict
        From `read`.
    release : notebook
        The student version.

    Returns
    -------
    notebook, list of str
        And what the teacher should know about it.
    """
    notes = []
    known = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells}
    last = {cell["grade_id"]: index for index, cell in enumerate(cells)}
    made, order = [], []  # the cells, and their grade ids or None
    for index, cell in enumerate(cells):
        grade_id = cell["grade_id"]
        original = known.get(grade_id)
        if original is None:
            made.append(addition(cell))
            order.append(None)
            continue
        locked = not original.metadata.nbgrader.solution
        if index != last[grade_id]:
            notes.append(f"cell {grade_id} occurs more than once: the last one counts")
            if not locked:
                made.append(addition(cell))
                order.append(None)
            continue
        copy = NotebookNode(original.copy())
        if not locked:
            text = original.cell_type == "markdown"
            copy.source = harmless(cell["source"]) if text else cell["source"]
        elif cell["source"].strip() != original.source.strip():
            notes.append(f"cell {grade_id} was changed: the original was used")
        if cell["kind"] != original.cell_type:
            notes.append(f"cell {grade_id} had another type: it was set back")
        made.append(copy)
        order.append(grade_id)

    absent = [grade_id for grade_id in known if grade_id not in order]
    if absent:
        notes.append(f"deleted cells were put back empty: {', '.join(absent)}")
    place = 0
    for grade_id, cell in known.items():
        if grade_id in order:
            place = order.index(grade_id) + 1
        else:
            made.insert(place, NotebookNode(cell.copy()))
            order.insert(place, grade_id)
            place += 1
    notebook = NotebookNode(release.copy())
    notebook.cells = made
    return notebook, list(dict.fromkeys(notes))


def addition(cell):
    """A cell that a student has added."""
    if cell["kind"] == "code":
        return new_code_cell(cell["source"])
    return new_markdown_cell(harmless(cell["source"]))


def harmless(text):
    """Markdown without HTML: what looks like a tag becomes a smaller-than sign and a word.

    The teacher's browser shows it in the formgrader, where a script could change grades.
    """
    return re.sub(r"<(?=[A-Za-z/!?])", "< ", text)
