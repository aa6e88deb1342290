"""Brings a student's cells into the form of the assignment."""

import re
from dataclasses import replace
from urllib.parse import unquote


def restore(cells, release):
    """The assignment with a student's answers and additional cells.

    Locked cells come from `release`, missing cells are put back, and of a cell that occurs twice
    the last one counts; the others stay as additional cells, or go if they are locked.

    Parameters
    ----------
    cells : list of Cell
        What the student has handed in.
    release : list of Cell
        The student version, each cell with its grade id.

    Returns
    -------
    list of Cell, list of str
        And what the teacher should know about it.
    """
    notes = []
    known = {cell.grade_id: cell for cell in release}
    last = {cell.grade_id: index for index, cell in enumerate(cells)}
    made = []
    for index, cell in enumerate(cells):
        original = known.get(cell.grade_id)
        if original is None:
            made.append(replace(cell, grade_id=None))
            continue
        if index != last[cell.grade_id]:
            notes.append(f"cell {cell.grade_id} occurs more than once: the last one counts")
            if not original.locked:
                made.append(replace(cell, grade_id=None))
            continue
        if cell.kind != original.kind:
            notes.append(f"cell {cell.grade_id} had another type: it was set back")
        if original.locked:
            if cell.source.strip() != original.source.strip():
                notes.append(f"cell {cell.grade_id} was changed: the original was used")
            made.append(original)
        else:
            made.append(replace(cell, kind=original.kind))

    order = [cell.grade_id for cell in made]
    absent = [grade_id for grade_id in known if grade_id not in order]
    if absent:
        notes.append(f"deleted cells were put back empty: {', '.join(absent)}")
    place = 0
    for grade_id, cell in known.items():
        if grade_id in order:
            place = order.index(grade_id) + 1
        else:
            made.insert(place, cell)
            order.insert(place, grade_id)
            place += 1
    return made, list(dict.fromkeys(notes))


PASTED = re.compile(r"!\[([^\[\]]*)\]\(attachment:([^()\s]+)\)")


def harmless(words, pictures=()):
    """Markdown that runs and fetches nothing where the formgrader shows it.

    What looks like a tag becomes a smaller-than sign and a word; of a link or a picture, its text
    and its address stay to be read. Pictures that are pasted in, by name in `pictures`, stay
    under names of our own, `picture-0`, `picture-1`, … in the order of `pictures`.
    """
    made, place, names = [], 0, list(pictures)
    for found in PASTED.finditer(words):
        if unquote(found[2]) in names:
            number = names.index(unquote(found[2]))
            made.append(plain(f"{words[place : found.start()]} {found[1]} "))
            made.append(f"![picture](attachment:picture-{number})")
            place = found.end()
    return "".join([*made, plain(words[place:])])


def plain(words):
    """Markdown without tags, links and pictures."""
    words = re.sub(r"<(?=[A-Za-z/!?])", "< ", words)
    words = re.sub(r"\](?=\(|\[)", "] ", words)  # [text](address), [text][name]
    words = re.sub(r"\](?=\s*:)", "] \\\\", words)  # [name]: address
    return re.sub(r"(?i)\b(javascript|vbscript|data|file|https?|ftp):", r"\1\\:", words)
