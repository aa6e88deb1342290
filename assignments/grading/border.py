"""The border: whatever arrives from students becomes a small, plain, bounded record here.

Two things arrive: notebook files, and answers from the process that runs a notebook. Nobody may
trust either. What leaves this module is text without control characters, of known places, in
known amounts; so nothing behind it has to be careful.
"""

import base64
import io
import json
import re
import warnings
from dataclasses import dataclass, field

PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
# colours of a terminal; then everything that is not printed, and what turns the direction of text
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Unusable(Exception):
    """There is nothing to grade; the text says why."""


@dataclass(frozen=True)
class Cell:
    """What grading knows of a cell."""

    kind: str  # "code" or "markdown"
    source: str
    grade_id: str | None = None
    pictures: dict = field(default_factory=dict)  # name to address with the picture inside
    locked: bool = False  # it is the teacher's


@dataclass(frozen=True)
class Found:
    """What reading a notebook, without running it, has found."""

    used: dict = field(default_factory=dict)  # task to names its code uses and should not
    unsure: dict = field(default_factory=dict)  # task to what a teacher should look at
    unread: list = field(default_factory=list)  # places of cells whose code could not be read
    pages: list = field(default_factory=list)  # a piece of HTML for each cell


def text(value, most):
    """A text that can be stored, shown and encoded; at most `most` characters of it."""
    value = value if isinstance(value, str) else ""
    value = ESCAPES.sub("", value[: 2 * most]).replace("\r\n", "\n").replace("\r", "\n")
    value = value.encode("utf-8", "replace").decode("utf-8")
    return UNPRINTED.sub("", value)[:most]


def line(value, most):
    """The same on one line."""
    return " ".join(text(value, most).split())


def picture(value, limits):
    """A picture that is sent as base64, as an address that holds it; or None."""
    from PIL import Image

    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is below
    try:
        value = value if isinstance(value, str) else "".join(value)
        if len(value) > 2 * limits.pictures:
            return None
        content = base64.b64decode(value.encode("ascii"), validate=False)
        if len(content) > limits.pictures:
            return None
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as image:
            width, height = image.size
            kind = PICTURES[image.format]
    except Exception:  # whatever Pillow makes of a file that was made to confuse it
        return None
    if width * height > limits.pixels:
        return None
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


# --- files -----------------------------------------------------------------------------------


def notebook(raw, limits):
    """The cells of a notebook file.

    Parameters
    ----------
    raw : bytes
        The file: JSON in UTF-8 or UTF-16, of the notebook formats 3 and 4.
    limits : Limits

    Returns
    -------
    list of Cell, list of str
        And what the teacher should know.

    Raises
    ------
    Unusable
        If it is not a notebook, or has more cells or text than the limits allow.
    """
    if len(raw) > limits.file:
        raise Unusable(f"the file is larger than {limits.file / 10**6:g} MB")
    notes = []
    if not raw.strip():
        raise Unusable("the file is empty")
    try:
        content = json.loads(decoded(raw, notes))
        if isinstance(content, dict) and "worksheets" in content:
            notes.append("the file has the old notebook format 3: it was read all the same")
            found = [cell for sheet in content["worksheets"] for cell in sheet["cells"]]
        else:
            found = content["cells"]
        if not isinstance(found, list):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError):
        raise Unusable("the file is not a notebook that can be read") from None
    if len(found) > limits.cells:
        raise Unusable(f"the notebook has {len(found)} cells; {limits.cells} are read at most")
    room = Room(limits.pictures)
    cells = [cell(entry, limits, room, notes) for entry in found]
    if sum(len(one.source) for one in cells) > limits.sources:
        raise Unusable(f"the notebook has more than {limits.sources:,} characters of text")
    return cells, list(dict.fromkeys(notes))


def decoded(raw, notes):
    """The text of a file; a byte order mark and UTF-16 are worth a note."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            notes.append(f"the file is stored as {encoding.upper()}: it was read all the same")
            return raw.decode(encoding)
    if raw[:2] in (b"{\0", b"\0{"):
        notes.append("the file is stored as UTF-16: it was read all the same")
        return raw.decode("utf-16-le" if raw[1] == 0 else "utf-16-be")
    return raw.decode("utf-8")


@dataclass
class Room:
    """How many bytes still fit."""

    left: int


def cell(entry, limits, room, notes):
    """One cell of a file. What makes no sense is left out, never guessed."""
    if not isinstance(entry, dict):
        notes.append("a cell could not be read: it was left out")
        entry = {}
    metadata = entry.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if not (isinstance(grade_id, str) and GRADE_ID.fullmatch(grade_id)):
        grade_id = None
    kind = "code" if entry.get("cell_type") == "code" else "markdown"
    source = entry.get("source", entry.get("input", ""))  # format 3 calls it input
    if isinstance(source, list):
        source = "".join(piece for piece in source if isinstance(piece, str))
    most = limits.source if kind == "code" else limits.words
    if isinstance(source, str) and len(source) > most:
        notes.append(f"a cell has more than {most:,} characters: the rest was cut")
    pictures = {}
    if kind == "markdown" and isinstance(entry.get("attachments"), dict):
        for name, kinds in list(entry["attachments"].items())[:20]:
            content = next(iter(kinds.values()), None) if isinstance(kinds, dict) else None
            address = picture(content, limits)
            if address is None or len(address) > room.left:
                notes.append("something pasted into a text is no picture, or too large: left out")
                continue
            room.left -= len(address)
            pictures[line(name, 100)] = address
    return Cell(kind, text(source, most), grade_id, pictures)


# --- answers of the process that runs a notebook ---------------------------------------------


def message(raw):
    """One line from the process, as a dictionary."""
    content = json.loads(raw)
    if not isinstance(content, dict):
        raise ValueError("not a dictionary")
    return content


def found(answer, cells, tasks, limits):
    """What was found by reading: names of known tasks only, a page for each cell."""

    def by_task(value):
        value = value if isinstance(value, dict) else {}
        return {
            task: [line(name, limits.note) for name in value[task][: limits.notes]]
            for task in tasks
            if isinstance(value.get(task), list)
        }

    pages = answer.get("pages")
    if not isinstance(pages, list) or len(pages) != len(cells):
        raise ValueError("not a page for each cell")
    return Found(
        by_task(answer.get("used")),
        by_task(answer.get("unsure")),
        [n for n in entries(answer.get("unread"), len(cells)) if type(n) is int],
        [text(page, limits.message) for page in pages],
    )


def outputs(answer, limits):
    """The outputs of a cell in the notebook format: texts, pictures and an error."""
    kept = []
    for output in entries(answer.get("outputs"), limits.outputs):
        kind = output.get("output_type") if isinstance(output, dict) else None
        if kind == "stream":
            told = text(output.get("text"), limits.printed + 100)
            kept.append({"output_type": kind, "name": "stdout", "text": told})
        elif kind == "display_data":
            data = output["data"] if isinstance(output.get("data"), dict) else {}
            clean = {"text/plain": text(data.get("text/plain"), limits.printed)}
            address = picture(data.get("image/png"), limits)
            if address and address.startswith("data:image/png"):
                clean["image/png"] = address.partition(",")[2]
            kept.append({"output_type": kind, "data": clean, "metadata": {}})
        elif kind == "error":
            trace = text("\n".join(map(str, entries(output.get("traceback"), 20))), limits.printed)
            kept.append(
                {
                    "output_type": kind,
                    "ename": line(output.get("ename"), limits.note),
                    "evalue": text(output.get("evalue"), limits.printed),
                    "traceback": trace.split("\n"),
                }
            )
    return kept


def notes(answer, limits):
    """What the process says it has noticed in a cell."""
    return [line(note, limits.note) for note in entries(answer.get("notes"), limits.notes)]


def entries(value, most):
    """The first entries of a list, or none."""
    return value[:most] if isinstance(value, list) else []


def answer(told):
    """The answer to a hidden test: a value, or the name of an error."""
    if "value" in told:
        return {"value": told["value"]}
    return {"error": line(told.get("error"), 50)}
