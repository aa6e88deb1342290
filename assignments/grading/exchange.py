"""nbgrader's exchange, where students fetch, submit and get feedback in the browser.

Every student can write into its folder of submissions, under any name. So what lies there is read
as files from anywhere else are (`collect`): no link is followed, and whose a submission is, the
owner of its folder says. nbgrader's own collecting follows links and only warns of a false name.
"""

import argparse
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from grading import border, course, record
from grading.collect import Owner, Top, content_of, entry, walk

# `nbgrader submit` names a folder so; a student's name may hold a +.
SUBMITTED = re.compile(
    r"(?P<student>.+)\+(?P<name>\w+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,6} [\w+-]{1,9})"
    r"(\+[\w-]+)?"
)
SECRET = re.compile(rb"[0-9a-f]{32,128}")  # names the page in the folder of feedback
DELAY = 600  # seconds that a submission may be written after the time that it says


def collect(nbgrader, name, limits):
    """The newest submission of each student in the exchange.

    Parameters
    ----------
    nbgrader : NbGraderAPI
    name : str
        The assignment.
    limits : Limits

    Returns
    -------
    list of HandedIn
        With the time and the secret of each, sorted by student.
    list of str
        What was not taken, and why.

    Raises
    ------
    SystemExit
        If the exchange or its folder of submissions is not there, or nothing was submitted.
    """
    inbound = place(nbgrader) / "inbound"
    if not inbound.is_dir():
        raise SystemExit(f"Nothing was released to {inbound.parents[1]}: make release ASSIGNMENT=…")
    newest, refused = {}, []
    with os.scandir(inbound) as entries:
        for folder in entries:
            found = SUBMITTED.fullmatch(folder.name)
            if not found or found["name"] != name:
                continue
            told, owned = border.line(found["student"], limits.name), owner(folder)
            if owned != found["student"]:
                refused.append(f"A submission says it is of {told}, and belongs to {owned}.")
                continue
            try:
                time = parse_utc(found["time"]).replace(tzinfo=UTC)
            except (ValueError, OverflowError):
                refused.append(f"A submission of {told} has no time that can be read.")
                continue
            newest[owned] = max(newest.get(owned, (time, "")), (time, folder.name))
    if not newest:
        raise SystemExit("\n".join([*refused, f"Nobody has submitted {name} to {inbound}."]))
    handed_in = [one(inbound, *newest[who], who, name, limits) for who in sorted(newest)]
    return handed_in, sorted(refused)


def place(nbgrader):
    """The folder of this course in the exchange."""
    return Path(nbgrader.exchange_root) / nbgrader.coursedir.course_id


def owner(folder):
    """The user of the system that a folder belongs to; a link is nobody's submission."""
    import pwd  # not on Windows, where there is no exchange

    if not folder.is_dir(follow_symlinks=False):
        return "nobody: it is no folder"
    number = folder.stat(follow_symlinks=False).st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the unknown user {number}"


def one(inbound, time, raw, student, name, limits):
    """What one student submitted."""
    top = Top(student, folder=True)
    walk(inbound, raw, top, limits)
    handed_in = entry([(top, Owner(student))], name, limits, (student, ""), student, [])
    try:
        secret = SECRET.fullmatch(content_of(inbound, (raw, "submission_secret.txt"), 129).strip())
    except (OSError, border.Unusable):
        secret = None
    notes = list(handed_in.notes)
    written = datetime.fromtimestamp((inbound / raw).lstat().st_ctime, UTC)
    if (written - time).total_seconds() > DELAY:
        notes.append(f"submitted {time:%F %H:%M} UTC as it says, but changed {written:%F %H:%M}")
    return replace(
        handed_in,
        notes=notes,
        submitted=f"{time:%Y-%m-%d %H:%M:%S.%f} UTC",
        secret=secret[0].decode() if secret else "",
    )


def give_back(nbgrader, name, rows, root):
    """Put the pages of an assignment where *Assignment List* finds them.

    Returns
    -------
    list of str
        Students whose submission is not from the exchange.
    """
    left_out = []
    for row in rows:
        if not row["secret"]:
            left_out.append(row["student"])
            continue
        folder = root / "feedback" / row["student"] / name
        record.write(folder / "timestamp.txt", row["submitted"])
        record.write(folder / "submission_secret.txt", row["secret"])
        course.checked(nbgrader.release_feedback(name, row["student"]))
    return left_out


def release(name, root=course.ROOT):
    """Put the student version of an assignment where students fetch it; gives the folder."""
    nbgrader = course.api(root)
    course.checked(nbgrader.generate_assignment(name, force=True, create=True))
    course.checked(nbgrader.release_assignment(name))
    return place(nbgrader) / "outbound" / name


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Release an assignment to nbgrader's exchange.")
    parser.add_argument("assignment", choices=course.names(), metavar="ASSIGNMENT")
    print("Released:", release(parser.parse_args().assignment))
