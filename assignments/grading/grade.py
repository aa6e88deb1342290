"""`make grade`: along the line, from what was handed in to points, tables and pages."""

import argparse
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from grading import border, course, give_back, judge, record, sandbox
from grading.collect import collect
from grading.limits import LIMITS
from grading.restore import restore
from grading.run import Record, run


@dataclass(frozen=True)
class Graded:
    """What came of one submission."""

    name: str  # of the assignment
    student: str
    lms_id: str = ""
    digest: str = ""
    notes: list = field(default_factory=list)  # what the teacher should know
    cells: list = field(default_factory=list)
    record: Record = field(default_factory=Record)
    verdicts: list = field(default_factory=list)
    unusable: bool = False  # there was no notebook: the untouched one was graded
    problem: str | None = None  # why it was not graded


def graded(assignment, handed_in):
    """Grade one submission. Never raises: what goes wrong is in the result.

    Parameters
    ----------
    assignment : Assignment
    handed_in : HandedIn

    Returns
    -------
    Graded
    """
    about = {
        "name": assignment.name,
        "student": handed_in.student,
        "lms_id": handed_in.lms_id,
        "digest": handed_in.digest,
    }
    try:
        cells, notes = assignment.release, list(handed_in.notes)
        if handed_in.problem:
            notes.append(handed_in.problem)
        else:
            cells, more = border.notebook(handed_in.content, assignment.limits)
            notes += more
            cells, more = restore(cells, assignment.release)
            notes += more
        done = run(cells, assignment.tests, assignment.limits, assignment.sandboxed)
        pages = zip(cells, done.found.pages, strict=False)
        done.found.pages[:] = [assignment.pages[c.grade_id] if c.locked else p for c, p in pages]
        hidden = assignment.hidden
        notes += judge.remarks(hidden, cells, done)
        verdicts = judge.verdicts(hidden, assignment.expected, done)
        return Graded(
            **about,
            notes=notes,
            cells=cells,
            record=done,
            verdicts=verdicts,
            unusable=bool(handed_in.problem),
        )
    except border.Unusable as unusable:
        problem = border.line(str(unusable), assignment.limits.note)
        return graded(assignment, replace(handed_in, content=None, problem=problem))
    except Exception as problem:  # one student's file must never stop the others
        return Graded(**about, problem=f"not graded: {cause(problem)}")


def cause(problem):
    """An error in one line that begins with what matters, without the teacher's folders."""
    told = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return border.line(f"{type(problem).__name__}: {told}", 300)


def grade(
    name, place=None, root=course.ROOT, *, sandboxed=True, again=False, limits=LIMITS, lms=None,
    say=print,
):  # fmt: skip
    """Grade what is new among the submissions; write the pages and tables.

    Parameters
    ----------
    name : str
        The assignment.
    place : path, optional
        The submissions: a folder or a zip. None: only write the pages and tables anew, after
        written answers were graded by hand.
    root : path
        Where submissions, gradebook and feedback are kept.
    sandboxed : bool
        False runs students' code with the rights of whoever calls.
    again : bool
        Grade also what has not changed. Points given by hand stay.
    limits : Limits
    lms : str, optional
        "moodle" or "canvas": write the points as that one imports them, too.
    say : callable
        Takes each line of progress.

    Returns
    -------
    dict of str to str
        What failed, by student, and why.
    """
    failed = {}
    nbgrader = course.api(root)
    release = course.released(nbgrader, name, root)
    if place:
        handed_in = collect(place, name, limits)
        assignment = course.assignment(name, release, limits, sandboxed)
        overtime = 0
        for number, one in enumerate(handed_in, start=1):
            before = record.kept(root, name, one.student)
            told = f"{number:3d} of {len(handed_in)}  {one.student:24s}"
            if before is not None and not again and same(before, one):
                say(f"{told} {points(before)}   unchanged, kept")
                record.places(root, name, one.student)[2].unlink(missing_ok=True)
                continue
            done = graded(hurried(assignment, overtime > limits.overtime), one)
            done = put_off(done, overtime > limits.overtime)
            overtime += done.record.overtime
            if done.unusable and before is not None and not before.metadata.grading.unusable:
                notes = [
                    *done.notes[: LIMITS.notes],
                    "the earlier submission stays as it was graded",
                ]
                say(f"{told} {points(before)}   {'; '.join(notes)}")
                continue
            if not done.problem:
                try:
                    record.keep(nbgrader, root, done, release)
                except Exception as problem:
                    done = replace(done, problem=f"not graded: {cause(problem)}")
            if done.problem:
                failed[one.student] = done.problem
                record.keep_failure(root, name, one.student, done.problem, one.lms_id)
                say(f"{told} {done.problem}")
            else:
                kept = record.kept(root, name, one.student)
                say(f"{told} {points(kept)}   {'; '.join(done.notes)}".rstrip())
    rows = record.rows(nbgrader, root)
    failed |= give_back.pages([row for row in rows if row["assignment"] == name], root)
    give_back.tables(rows, root)
    if lms:
        give_back.table_for(lms, [row for row in rows if row["assignment"] == name], name, root)
    return failed


def same(before, one):
    """Whether what was handed in is what was graded."""
    return before.metadata.grading.digest == one.digest and not one.problem


def points(notebook):
    """The points that the hidden tests gave, as in the lines of progress."""
    lines = [line.split("   ")[0] for _, line in notebook.metadata.grading.lines]
    pairs = [line.split(" of ") for line in lines]
    return f"{sum(float(a) for a, _ in pairs):5g} of {sum(float(b) for _, b in pairs):g}"


def hurried(assignment, late):
    """The assignment with less patience, when endless submissions have taken their time."""
    if not late:
        return assignment
    limits = replace(assignment.limits, seconds=assignment.limits.patience)
    return replace(assignment, limits=limits)


def put_off(done, late):
    """A submission that would need more patience than is left is graded another time."""
    if late and any("did not end" in reason for reason in done.record.lost.values()):
        problem = (
            "not graded yet: its code takes long, and others before it have taken the time that "
            "a class may take; run the same command again"
        )
        return replace(done, problem=problem)
    return done


def main():
    parser = argparse.ArgumentParser(description="Grade the submissions of one assignment.")
    parser.add_argument("assignment", choices=course.names(), metavar="ASSIGNMENT")
    parser.add_argument("submissions", nargs="?", type=Path, metavar="SUBMISSIONS")
    parser.add_argument("--again", action="store_true", help="grade what has not changed, too")
    parser.add_argument("--format", choices=give_back.FORMATS, help="the LMS to import points")
    parser.add_argument(
        "--without-sandbox", action="store_true", help="run students' code with your own rights"
    )
    options = parser.parse_args()
    place = options.submissions.expanduser() if options.submissions else None
    if place and not place.exists():
        raise SystemExit(f"{place} is not there. Give the folder or the zip of submissions.")
    if place and sandbox.missing():
        if not options.without_sandbox:
            raise SystemExit(
                f"Nothing was run: {sandbox.missing()}.\nStudents' code could read and change "
                "your files. To run it all the same, with your rights and with limits on time "
                "and memory only: make grade … SANDBOX=no"
            )
        print("Without a sandbox: students' code runs with your rights.", file=sys.stderr)
    failed = grade(
        options.assignment,
        place,
        sandboxed=not options.without_sandbox,
        again=options.again,
        lms=options.format,
    )
    written = "grades.csv, report.csv"
    if options.format:
        written += f", {options.format}-{options.assignment}.csv"
    print(f"Written to {course.ROOT}: {written} and the pages in feedback/")
    if failed:
        raise SystemExit("\n".join(f"{student}: {why}" for student, why in failed.items()))


if __name__ == "__main__":
    main()
