"""Collects what students handed in: whatever a folder or a zip holds becomes one entry a student.

A class is a folder, or a zip, with one folder or one file for each student, named by student, or
what an LMS exports:

- Moodle, "Download all submissions": `Ada Lovelace_12345_assignsubmission_file/x.ipynb`, in older
  versions with `_` at the end of the folder's name, or without folders
  `Ada Lovelace_12345_assignsubmission_file_x.ipynb`. Followed: `mod/assign/classes/downloader.php`
  of Moodle. The number is the one of the grading worksheet, and differs between assignments.
- Canvas, "Download Submissions": `lovelaceada_12345_67890_x.ipynb` with the numbers of user and
  file, `_LATE` after the name when late, `anon_aB3dE` for both when names are hidden. Followed:
  `lib/content_zipper.rb` and `make_unique_filename` of Canvas, which adds `-1` to a later upload.

What systems leave behind (`__MACOSX`, `Thumbs.db`, names that start with a dot, …) is passed over.
A file in the class's folder that is no notebook or zip makes a row with a problem if it may be a
student's document (`ada.pdf`), and none otherwise (`grades.xlsx`, `notes.txt`).

No link is followed, nothing is written to the disk, and of one student no more is read than the
limits allow.
"""

import hashlib
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

from grading import border
from grading.limits import LIMITS

LITTER = {"__macosx", "__pycache__", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin"}
DOCUMENTS = "pdf doc docx odt rtf htm html py txt md rar 7z tar gz tgz".split()
TEACHERS = {"readme", "notes", "grades", "report", "index", "todo"}  # files with these names

NOTEBOOK = re.compile(r"(?P<stem>.+)\.ipynb(\.txt|\.json)?", re.I | re.S)
ZIP = re.compile(r"(?P<stem>.+)\.zip", re.I | re.S)
DOCUMENT = re.compile(rf"(?P<stem>.+?)(\.ipynb)?(\.tar)?\.({'|'.join(DOCUMENTS)})", re.I | re.S)
VERSION = re.compile(
    r"(?P<base>.+?)(?: ?\((?P<copy>[0-9]{1,4})\)|[ _-]v(?P<v>[0-9]{1,4})|-(?P<dash>[0-9]{1,4}))",
    re.I | re.S,
)
MOODLE = re.compile(
    r"(?P<student>.+?)(?:_(?P<id>[0-9]{1,20}))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?",
    re.S,
)
CANVAS = re.compile(
    r"(?:(?P<anonymous>(?P<late2>LATE_)?anon_(?P<id2>[A-Za-z0-9]{1,20}))"
    r"|(?P<student>.+?)(?P<late>_LATE)?_(?P<id>[0-9]{1,20}))"
    r"_(?:[0-9]{1,20}_(?P<file>.+)|(?P<typed>text|link)\.html)",
    re.S,
)
UNSAFE = re.compile(r'[/\\*?\[\]{}+:"<>|]')
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CLOCK\$|(COM|LPT)[0-9¹²³])(\..*)?", re.I)
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, ValueError, OverflowError, RuntimeError),
)


# Where a submission comes from: what its points and page need to find their way back.
ORIGIN = ("lms_id", "lms", "submitted", "secret")


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in, or why there is nothing to grade."""

    student: str  # the name for tables, files and folders
    content: bytes | None  # the notebook file
    digest: str  # SHA-256 of it, or empty
    notes: list[str]  # for the teacher
    problem: str | None  # why there is nothing to grade
    lms_id: str = ""  # the number of Moodle or Canvas
    lms: str = ""  # "moodle" or "canvas"
    submitted: str = ""  # when, in UTC, to the exchange of nbgrader
    secret: str = ""  # of nbgrader, under which the student finds the page of feedback


@dataclass(frozen=True)
class Item:
    """A file that was found, not yet read; all names are readable text."""

    parts: tuple  # the folders above it and its name
    read: Callable  # takes the most bytes to read

    @property
    def name(self):
        return self.parts[-1]


@dataclass
class Top:
    """What lies directly in the class's folder: all or a part of what a student handed in."""

    name: str
    folder: bool
    guessed: bool = False  # the name was not stored as UTF-8
    items: list = field(default_factory=list)
    troubles: list = field(default_factory=list)  # what could not be read, and why


@dataclass(frozen=True)
class Owner:
    """Whose it is, as the name says."""

    student: str
    lms_id: str = ""
    lms: str = ""  # "Moodle" or "Canvas"
    late: bool = False
    typed: bool = False  # text that was typed into the LMS, no file
    file: str | None = None  # how the student had called the file


def collect(place, name, limits):
    """What each student of a class handed in.

    Parameters
    ----------
    place : Path
        A folder or a zip file.
    name : str
        The assignment.
    limits : Limits

    Returns
    -------
    list of HandedIn
        Sorted by student; students with nothing to grade have a problem.

    Raises
    ------
    SystemExit
        If `place` is neither folder nor zip, or holds nothing of any student.
    """
    place = Path(place)
    with ExitStack() as stack:
        try:
            if place.is_dir():
                tops = folder_tops(place, limits)
            elif place.is_file():
                tops = zip_tops(stack.enter_context(zipfile.ZipFile(place)), name, limits)
            else:
                raise SystemExit(f"{place} is neither a folder nor a file.")
        except OSError as problem:
            raise SystemExit(f"{place} cannot be read: {problem.strerror}.") from None
        except BROKEN:
            raise SystemExit(f"{place} is not a zip file that can be read.") from None
        groups = {}
        for top in tops:
            owner = owned(top)
            if owner:
                groups.setdefault((owner.student, owner.lms_id), []).append((top, owner))
        if not groups:
            raise SystemExit(f"No submissions in {place}. One folder, notebook or zip a student.")
        names = named(groups)
        entries = [
            entry(parts, name, limits, key, *names[key]) for key, parts in sorted(groups.items())
        ]
    return sorted(entries, key=lambda one: one.student)


def owned(top):
    """Whose a thing in the class's folder is; None if it is nobody's."""
    found = MOODLE.fullmatch(top.name)
    if found:
        typed = found["kind"] != "file"
        return Owner(found["student"], found["id"] or "", "Moodle", False, typed, found["file"])
    found = None if top.folder else CANVAS.fullmatch(top.name)
    if found:
        late = bool(found["late"] or found["late2"])
        student = found["student"] or f"anon_{found['id2']}"
        lms_id = found["id"] or found["id2"]
        return Owner(student, lms_id, "Canvas", late, bool(found["typed"]), found["file"])
    if top.folder:
        return Owner(top.name)
    for pattern in (NOTEBOOK, ZIP, DOCUMENT):
        found = pattern.fullmatch(top.name)
        if found:
            teachers = pattern is DOCUMENT and found["stem"].casefold() in TEACHERS
            return None if teachers else Owner(found["stem"])
    # a link may stand for a folder, and so for a student
    return Owner(top.name) if top.troubles else None


def entry(parts, name, limits, key, student, notes):
    """The entry of one student. Whatever goes wrong, goes wrong for this one only."""
    content, problem = None, None
    if any(owner.late for _, owner in parts):
        notes = [*notes, "handed in late"]
    try:
        if len(parts) > 1 and not all(owner.lms for _, owner in parts):
            both = ", ".join(shown(top.name) for top, _ in parts)
            raise border.Unusable(f"two submissions: {both}; keep one")
        content, more = notebook(parts, name, limits)
        notes = [*notes, *more]
    except border.Unusable as reason:
        problem = str(reason)
    except OSError as reason:  # its text would hold a path of the teacher's machine
        problem = f"cannot be read: {reason.strerror}"
    except Exception as reason:
        problem = f"cannot be read: {type(reason).__name__}"
    notes = list(dict.fromkeys(border.line(note, limits.note) for note in notes))
    if len(notes) > limits.notes:
        left = len(notes) - limits.notes + 1
        notes[limits.notes - 1 :] = [f"and {left} more notes"]
    return HandedIn(
        student,
        content,
        "" if content is None else hashlib.sha256(content).hexdigest(),
        notes,
        border.line(problem, limits.note) if problem else None,
        key[1],
        parts[0][1].lms.lower(),
    )


# --- which notebook --------------------------------------------------------------------------


def notebook(parts, name, limits):
    """The content of a student's notebook, and notes."""
    room = border.Room(limits.unpacked)
    items = sorted((one for part in parts for one in files(*part, name)), key=lambda one: one.parts)
    troubles = [trouble for top, owner in parts if not owner.typed for trouble in top.troubles]
    found = [item for item in items if NOTEBOOK.fullmatch(item.name)]
    if not found:  # a zip beside a notebook holds something else
        for item in items:
            if ZIP.fullmatch(item.name):
                inside, more = unpacked(item, limits, room)
                found += [one for one in inside if NOTEBOOK.fullmatch(one.name)]
                troubles += more
    if not found:
        reasons = troubles or [shown(item.name) for item in items]
        if not reasons and any(owner.typed for _, owner in parts):
            reasons = [f"only what was typed into {parts[0][1].lms}"]
        raise border.Unusable(f"no notebook: {', '.join(reasons[:5]) or 'the folder is empty'}")
    item, content, notes = chosen(found, name, limits, room)
    if len(content) > limits.file:
        raise border.Unusable(f"the file is larger than {limits.file / 10**6:g} MB")
    if not notes and item.name != f"{name}.ipynb":
        notes = [f"the file was called {shown(item.name)}; it was graded as {name}.ipynb"]
    return content, [*notes, *troubles]


def files(top, owner, name):
    """The files of one part, with the names the student gave them."""
    if owner.typed:
        return []
    if owner.file:
        return [Item((owner.file,), item.read) for item in top.items]
    if not top.folder and top.name.endswith(".ipynb"):  # it is called as the student is
        return [Item((f"{name}.ipynb",), item.read) for item in top.items]
    return top.items


def chosen(found, name, limits, room):
    """The one of several notebooks that counts, its content, and notes."""
    known = {stem(item).casefold() for item in found} | {name.casefold()}
    versions = {item.parts: version(stem(item), known) for item in found}
    own = [item for item in found if versions[item.parts][0] == name.casefold()] or found
    contents = [(item, taken(item, limits, room)) for item in own]
    exact = [pair for pair in contents if pair[0].name == f"{name}.ipynb"]
    if len({content for _, content in contents}) == 1:
        return *(exact or contents)[0], []
    if len({versions[item.parts][0] for item in own}) == 1:
        highest = max(versions[item.parts][1] for item in own)
        last = [pair for pair in contents if versions[pair[0].parts][1] == highest]
        if len({content for _, content in last}) > 1:
            last = [pair for pair in last if pair in exact]
        if len(last) == 1 or len({content for _, content in last}) == 1:
            item, content = last[0]
            others = [shown(one.name) for one in own if one.parts != item.parts]
            return item, content, [f"{shown(item.name)} was graded, not {', '.join(others[:5])}"]
    if any(MOODLE.fullmatch(stem(item)) or CANVAS.fullmatch(item.name) for item in own):
        raise border.Unusable("this looks like the zip of a whole class: give it as SUBMISSIONS")
    names = Counter(item.name for item in own)
    told = [item.name if names[item.name] == 1 else "/".join(item.parts) for item in own]
    raise border.Unusable(f"which notebook is it? {', '.join(map(shown, told[:5]))}")


def stem(item):
    """A notebook's name without its ending."""
    return NOTEBOOK.fullmatch(item.name)["stem"].strip()


def version(text, known):
    """What a name is a version of, and the number: `x (2)` is the version 2 of `x`.

    `x-2` may be the second homework as well: it is a version only if there is an `x`.
    """
    found = VERSION.fullmatch(text)
    if found:
        base = found["base"].casefold()
        if found["dash"] is None or base in known:
            return base, int(found["copy"] or found["v"] or found["dash"])
    return text.casefold(), 0


def taken(item, limits, room):
    """The content of a file, at most one byte more than is allowed."""
    content = item.read(min(limits.file, room.left) + 1)
    room.left -= len(content)
    if room.left < 0:
        raise border.Unusable(f"there is more than {limits.unpacked / 10**6:g} MB to read")
    return content


# --- names -----------------------------------------------------------------------------------


def shown(text):
    """A name as it may stand in a sentence."""
    return border.line(text, LIMITS.name + 20)


def readable(raw):
    """A name as text, and whether its encoding had to be guessed."""
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8")), False
    except UnicodeDecodeError:
        pass
    # letters of one code page are lines and quotes in the other
    guesses = [raw.decode(encoding, "replace") for encoding in ("cp1252", "cp437")]
    best = max(guesses, key=lambda text: sum(map(str.isalpha, text)))
    return unicodedata.normalize("NFC", best), True


def hashed(text):
    """Six characters that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


def ended(text, end):
    """A name with something added, not longer than names may be."""
    return text[: LIMITS.name - len(end)].rstrip(" =-@.+") + end


def safe(text):
    """A name for nbgrader, spreadsheets, terminals and files of every system."""
    name = border.line(text, 100 * LIMITS.name)
    name = "".join(one for one in name if unicodedata.category(one)[0] != "C")
    name = UNSAFE.sub("_", unicodedata.normalize("NFC", " ".join(name.split()))).strip(" =-@.+")
    if not name:
        return f"student-{hashed(text)}"
    if RESERVED.fullmatch(name):
        return ended(name.replace(".", "_"), f"-{hashed(text)}")
    return ended(name, f"-{hashed(text)}") if len(name) > LIMITS.name else name


def named(groups):
    """For each key of `groups` a name that no other has, in any case of letters, and notes."""
    names = {key: safe(key[0]) for key in sorted(groups)}
    often = Counter(one.casefold() for one in names.values())
    result, used = {}, set()
    for key, name in names.items():
        notes = []
        if name != key[0]:
            notes.append(f"the name {shown(key[0])} was changed to {name}")
        if any(top.guessed for top, _ in groups[key]):
            notes.append(f"the name is not stored as UTF-8: it was read as {name}")
        unique = ended(name, f" ({key[1]})") if key[1] and often[name.casefold()] > 1 else name
        while unique.casefold() in used:
            unique = ended(name, f"-{hashed(f'{unique} {key}')}")
        if unique != name:
            notes.append(f"another student has the name {name}: this one is {unique}")
        used.add(unique.casefold())
        result[key] = (unique, notes)
    return result


def litter(name):
    """Whether a file or folder was left by a system or a program."""
    return name.startswith((".", "~$")) or name.strip().casefold() in LITTER


# --- folders ---------------------------------------------------------------------------------


def folder_tops(place, limits):
    """What lies in the class's folder."""
    tops = []
    with listed(place, ()) as entries:
        found = sorted((entry.name, kind(entry)) for entry in entries)
    for raw, what in found:
        name, guessed = readable(os.fsencode(raw))
        if litter(name):
            continue
        top = Top(name, what == "folder", guessed)
        if what == "folder":
            walk(place, raw, top, limits)
        elif what == "file":
            top.items.append(file_item(place, (raw,), (name,)))
        else:
            top.troubles.append(refused(name, what))
        tops.append(top)
    # an export that was unpacked into a folder of its own; a folder with folders of other names
    # may be one student's
    if len(tops) == 1 and exported((item.parts[0], item.parts[1:]) for item in tops[0].items):
        [raw] = [raw for raw, what in found if what == "folder"]
        return folder_tops(place / raw, limits)
    return tops


def exported(names):
    """Whether there are names of an LMS among those of files, and of folders with a rest."""
    return any(MOODLE.fullmatch(one) or (not rest and CANVAS.fullmatch(one)) for one, rest in names)


def walk(place, raw, top, limits):
    """Find the files of a student's folder, level by level."""
    folders = [((raw,), ())]
    left = limits.files
    for raws, names in folders:  # it grows
        try:
            with listed(place, raws) as entries:
                found = sorted((one.name, kind(one)) for one in islice(entries, left + 1))
        except OSError as problem:
            where = shown("/".join(names)) or "the folder"
            top.troubles.append(f"{where} cannot be read: {problem.strerror}")
            continue
        if len(found) > left:
            top.troubles.append(f"only {limits.files:,} files and folders were looked at")
        for one, what in found[:left]:
            name = readable(os.fsencode(one))[0]
            inner = ((*raws, one), (*names, name))
            if litter(name):
                continue
            if what == "file":
                top.items.append(file_item(place, *inner))
            elif what == "folder" and len(names) < LIMITS.depth:
                folders.append(inner)
            elif what == "folder":
                top.troubles.append(
                    f"folders lie more than {LIMITS.depth} deep: the rest was left out"
                )
            else:
                top.troubles.append(refused(name, what))
        left -= len(found)
        if left < 0:
            return


def kind(entry):
    """What an entry of a folder is; a link is a link, wherever it leads."""
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        return "unreadable"
    junction = getattr(info, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 1)
    return "link" if junction else kind_of(info.st_mode)


def kind_of(mode):
    """The same from the mode of a file."""
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) or not stat.S_IFMT(mode) else "other"


def refused(name, what):
    """Why something is not read."""
    if what == "link":
        return f"{shown(name)} is a link: links are not followed"
    return f"{shown(name)} is no ordinary file"


def file_item(place, raws, names):
    """A file below the class's folder."""
    return Item(names, lambda most: content_of(place, raws, most))


def opened(place, raws):
    """A file or folder below `place` as a descriptor; no part of the path may be a link."""
    flags = os.O_RDONLY
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # not every system has all
        flags |= getattr(os, flag, 0)
    if os.open not in os.supports_dir_fd:
        return os.open(place.joinpath(*raws), flags)
    descriptor = os.open(place, os.O_RDONLY)
    for raw in raws:
        above = descriptor
        try:
            descriptor = os.open(raw, flags, dir_fd=above)
        finally:
            os.close(above)
    return descriptor


@contextmanager
def listed(place, raws):
    """The entries of a folder below `place`."""
    if os.scandir not in os.supports_fd:
        with os.scandir(place.joinpath(*raws)) as entries:
            yield entries
        return
    descriptor = opened(place, raws)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def content_of(place, raws, most):
    """The first bytes of a file, if it is one: reading a pipe or device could wait for ever."""
    with open(opened(place, raws), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise border.Unusable("it is no ordinary file")
        return file.read(most)


# --- zips ------------------------------------------------------------------------------------


def unpacked(item, limits, room):
    """The files in a student's zip, and what could not be read."""
    name = shown(item.name)
    raw = taken(item, limits, room)
    if len(raw) > limits.file:
        return [], [f"{name} is larger than {limits.file / 10**6:g} MB"]
    # counted before it is opened, which makes an object of each entry
    if raw.count(zipfile.stringCentralDir) > limits.files:
        return [], [f"{name} holds more than {limits.files:,} files"]
    try:
        items, troubles = sorted_out(zip_entries(zipfile.ZipFile(io.BytesIO(raw))))
    except (*BROKEN, OSError):
        return [], [f"{name} is not a zip file that can be read"]
    if not any(NOTEBOOK.fullmatch(one.name) for one in items):
        inside = ", ".join(shown(one.name) for one in items[:5])
        troubles.append(f"{name} holds {inside or 'no file'}")
    return items, troubles


def zip_tops(archive, name, limits):
    """What lies in the zip of a class."""
    if len(archive.filelist) > LIMITS.students * limits.files:
        raise SystemExit(
            f"{archive.filename} holds more than {LIMITS.students * limits.files:,} files."
        )
    found = list(zip_entries(archive))
    if wrapped(found, name):
        found = [(names[1:], *rest) for names, *rest in found if len(names) > 1]
    found.sort(key=lambda one: one[0][0])
    tops = []
    for first, group in groupby(found, key=lambda one: one[0][0]):
        group = list(group)
        deeper = any(len(names) > 1 or what == "folder" for names, what, *_ in group)
        top = Top(first, deeper, any(guessed for *_, guessed in group))
        below = [(names[1:] if deeper else names, *rest) for names, *rest in group]
        top.items, top.troubles = sorted_out(below[: limits.files])
        if len(below) > limits.files:
            top.troubles.append(f"only {limits.files:,} files and folders were looked at")
        tops.append(top)
    return tops


def wrapped(found, name):
    """Whether all of a zip lies in one folder that is no student's."""
    inside = {(names[1], names[2:]) for names, *_ in found if len(names) > 1}
    if len({names[0] for names, *_ in found}) != 1 or MOODLE.fullmatch(found[0][0][0]):
        return False
    loose = [one for one, rest in inside if not rest]
    stems = [match["stem"] for match in map(NOTEBOOK.fullmatch, loose) if match]
    if any(version(one, {name.casefold()})[0] == name.casefold() for one in stems):
        return False
    students = len(stems) + sum(bool(ZIP.fullmatch(one)) for one in loose)
    return exported(inside) or students > 1 or (not students and any(rest for _, rest in inside))


def sorted_out(entries):
    """The files among the entries of a zip, and why others are none."""
    items, troubles = {}, []
    for names, what, read, _ in entries:
        if what == "file" and len(names) > LIMITS.depth + 1:
            troubles.append(f"folders lie more than {LIMITS.depth} deep: the rest was left out")
        elif what == "file":
            items[names] = Item(names, read)  # the later one of two with the same name
        elif what != "folder":
            troubles.append(refused(names[-1] if names else "it", what))
    return list(items.values()), troubles


def zip_entries(archive):
    """Names, kind, a function that reads, and whether the name was guessed, of each entry."""
    for info in archive.filelist:
        if len(info.orig_filename) > LIMITS.longest:
            continue
        text, guessed = info.orig_filename, False
        if not info.flag_bits & 0x800:  # the name is not marked as UTF-8: zipfile took it for cp437
            text, guessed = readable(text.encode("cp437", "replace"))
        text = unicodedata.normalize("NFC", text).replace("\\", "/")
        # the way up and the root are names that lead nowhere here
        names = tuple(part for part in text.split("/") if part not in ("", ".", ".."))
        if not names or any(map(litter, names)):
            continue
        what = "folder" if text.endswith("/") else kind_of(info.external_attr >> 16)
        yield names, what, reader(archive, info), guessed


def reader(archive, info):
    """A function that reads an entry; what its header says about its size does not count."""

    def read(most):
        name = shown(info.filename.rpartition("/")[2])
        if info.flag_bits & 0x1:
            raise border.Unusable(f"{name} is locked with a password")
        # other methods need memory as a file pleases
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise border.Unusable(f"{name} is packed in a way that is not read here")
        try:
            with archive.open(info) as file:
                return file.read(most)
        except BROKEN:
            raise border.Unusable(f"{name} is damaged in the zip file") from None

    return read
