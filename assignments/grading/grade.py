"""`make grade`: along the line, from what was handed in to points, tables and pages."""

import argparse
import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from tqdm import tqdm

from grading import border, course, engine, exchange, give_back, judge, record, sandbox
from grading.collect import ORIGIN, collect
from grading.limits import LIMITS
from grading.restore import restore
from grading.run import Record, run

EXCHANGE = "exchange"  # as SUBMISSIONS, and as FORMAT: that of nbgrader
PUT_OFF = (
    "its code takes long, and others before it have taken the time that a class may take; run the "
    "same command again"
)


@dataclass(frozen=True)
class Graded:
    """What came of one submission."""

    name: str  # of the assignment
    student: str
    lms_id: str = ""
    lms: str = ""  # whose number that is
    submitted: str = ""  # when, in UTC, to the exchange
    secret: str = ""  # of the exchange
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
        "digest": handed_in.digest,
        **{key: getattr(handed_in, key) for key in ORIGIN},
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
        if assignment.hurried and any("did not end" in why for why in done.lost.values()):
            return Graded(**about, problem=PUT_OFF)
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
        return Graded(**about, problem=cause(problem))


def cause(problem):
    """An error in one line that begins with what matters, without the teacher's folders."""
    if isinstance(problem, NotGraded):
        return str(problem)
    told = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    return border.line(f"{type(problem).__name__}: {told}", 300)


def grade(name, place=None, root=course.ROOT, *, again=False, lms=None, say=print, **how):
    """Grade what is new among the submissions; write the pages and tables.

    Parameters
    ----------
    name : str
        The assignment.
    place : path, optional
        The submissions: a folder or a zip, or "exchange" for that of nbgrader. None: only write
        the pages and tables anew, after written answers were graded by hand.
    root : path
        Where submissions, gradebook and feedback are kept.
    again : bool
        Grade also what has not changed. Points given by hand stay.
    lms : str, optional
        "moodle" or "canvas": write the points as that one imports them, too. "exchange": give
        the pages to students through that of nbgrader.
    say : callable
        Takes each line of progress.
    **how
        The arguments of `grade_new`.

    Returns
    -------
    dict of str to str
        What failed, by student, and why.
    """
    nbgrader = course.api(root)
    release = course.released(nbgrader, name, root)
    failed = grade_new(nbgrader, name, place, root, release, again, say, **how) if place else {}
    rows = record.rows(nbgrader, root)
    mine = [row for row in rows if row["assignment"] == name]
    if not place:
        say(f"Nothing was run, for SUBMISSIONS was not given. Submissions graded: {len(mine)}")
    nothing = [row["student"] for row in mine if row["unusable"]]
    if nothing:
        say(f"0 points, for there was no notebook to grade: {', '.join(nothing)}")
    unread = [row["student"] for row in mine if row["to_read"]]
    if unread:
        names = ", ".join(unread[:10] + ["…"] * (len(unread) > 10))
        say(f"Answers still to be read, which make formgrader shows: {len(unread)} ({names})")
    failed |= give_back.pages(mine, root)
    give_back.tables(rows, root)
    if lms == EXCHANGE:
        unknown = exchange.give_back(nbgrader, name, mine, root)
        if unknown:
            say(f"Not given back, for they did not submit to the exchange: {', '.join(unknown)}")
    elif lms:
        unknown = give_back.table_for(lms, mine, name, root)
        if unknown:
            what = "Not in" if lms == "moodle" else "With their names as logins in"
            say(f"{what} {lms}-{name}.csv, for they have no number of it: {', '.join(unknown)}")
    return failed


def grade_new(
    nbgrader, name, place, root, release, again, say, *,
    sandboxed=True, limits=LIMITS, workers=None, address=None,
):  # fmt: skip
    """Grade what is new, on this machine or on a cluster, and keep each result when it is ready.

    Parameters
    ----------
    sandboxed : bool
        False runs students' code with the rights of whoever calls.
    limits : Limits
    workers, address
        Of `engine`.
    """
    if place == EXCHANGE:
        handed_in, refused = exchange.collect(nbgrader, name, limits)
        for line in refused:
            say(line)
    else:
        handed_in = collect(place, name, limits)
    number, failed, overtime = 0, {}, 0.0

    def told(student, what):
        nonlocal number
        number += 1
        say(f"{number:3d} of {len(handed_in)}  {student:24s} {what}".rstrip())
        bar.update()

    with (
        engine.engine(workers, address) as (pool, ahead),
        nbgrader.gradebook as gradebook,
        tqdm(total=len(handed_in), unit="submission", disable=None, leave=False) as bar,
    ):
        assignment = course.assignment(name, release, limits, sandboxed)

        def calls():
            """What is new, with less patience when endless submissions have taken their time."""
            for one in handed_in:
                before = record.kept(root, name, one.student)
                if before is not None and not again and same(before, one):
                    record.forget_note(root, name, one.student)
                    told(one.student, f"{points(before)} by the tests   unchanged, kept")
                    continue
                late = overtime > limits.overtime
                yield graded, hurried(assignment) if late else assignment, one

        for (_, one), future in engine.results(pool, ahead, calls()):
            done = result(future, name, one)
            overtime += done.record.overtime
            before = record.kept(root, name, done.student)
            if done.unusable and before is not None and not before.metadata.grading.unusable:
                stays = "; ".join([*done.notes, "the earlier submission stays as graded"])
                record.keep_note(root, name, done.student, stays)
                told(done.student, f"{points(before)}   {stays}")
                continue
            try:
                if done.problem:
                    raise NotGraded(done.problem)
                record.keep(nbgrader, gradebook, root, done, release)
            except Exception as problem:  # one student must never stop the others
                failed[done.student] = f"not graded: {cause(problem)}"
                record.keep_note(root, name, done.student, failed[done.student])
                told(done.student, failed[done.student])
            else:
                kept = record.kept(root, name, done.student)
                told(done.student, f"{points(kept)}   {'; '.join(done.notes)}")
    return failed


def result(future, name, one):
    """What a worker has made of a submission, or that it has not."""
    try:
        return future.result()
    except Exception as problem:  # it has died too often, or is not like the others
        return Graded(name, one.student, problem=cause(problem))


class NotGraded(Exception):
    """A worker could not grade a submission; the text says why."""


def same(before, one):
    """Whether what was handed in is what was graded."""
    about = before.metadata.grading
    again = about.digest == one.digest and about.get("submitted", "") == one.submitted
    return again and not one.problem


def points(notebook):
    """The points that the hidden tests gave, as in the lines of progress."""
    lines = [line.split("   ")[0] for _, line in notebook.metadata.grading.lines]
    pairs = [line.split(" of ") for line in lines]
    return f"{sum(float(a) for a, _ in pairs):5g} of {sum(float(b) for _, b in pairs):g}"


def hurried(assignment):
    """The assignment with little patience: what would need more is graded another time."""
    limits = replace(assignment.limits, seconds=assignment.limits.patience)
    return replace(assignment, limits=limits, hurried=True)


def there(given):
    """The place of submissions; None if none was given."""
    if not given or given == EXCHANGE:
        return given
    place = Path(given).expanduser()
    if not place.exists():
        raise SystemExit(f"{place} is not there. Give the folder or the zip of submissions.")
    return place


def main():
    parser = argparse.ArgumentParser(description="Grade the submissions of one assignment.")
    parser.add_argument("assignment", metavar="ASSIGNMENT")
    parser.add_argument("submissions", nargs="?", metavar="SUBMISSIONS")
    parser.add_argument("--again", action="store_true", help="grade what has not changed, too")
    parser.add_argument(
        "--format",
        choices=[*give_back.FORMATS, EXCHANGE],
        help="the LMS to import points, or the exchange to give back pages",
    )
    parser.add_argument(
        "--without-sandbox", action="store_true", help="run students' code with your own rights"
    )
    parser.add_argument("--workers", type=int, help="how many submissions at once")
    parser.add_argument("--engine", help="a Dask scheduler, as tcp://host:8786")
    options = parser.parse_args()
    if options.assignment not in course.names():
        names = ", ".join(course.names())
        raise SystemExit(f"There is no assignment {options.assignment}. There are {names}.")
    place = there(options.submissions)
    if place and sandbox.missing():
        if not options.without_sandbox:
            raise SystemExit(
                f"Nothing was run: {sandbox.missing()}.\nStudents' code could read and change "
                "your files. To run it all the same, with your rights and with limits on time "
                "and memory only: make grade … SANDBOX=no"
            )
        print("Without a sandbox: students' code runs with your rights.", file=sys.stderr)
    try:
        failed = grade(
            options.assignment,
            place,
            again=options.again,
            lms=options.format,
            say=tqdm.write,
            sandboxed=not options.without_sandbox,
            workers=options.workers,
            address=options.engine,
        )
    except KeyboardInterrupt:
        print("Stopped. What was graded is kept: the same command goes on from there.")
        sys.stdout.flush()
        os._exit(130)  # the sandboxes that still run end with this process
    written = "grades.csv, report.csv"
    if options.format in give_back.FORMATS:
        written += f", {options.format}-{options.assignment}.csv"
    print(f"Written to {course.ROOT}: {written} and the pages in feedback/")
    if failed:
        raise SystemExit("\n".join(f"{student}: {why}" for student, why in failed.items()))


if __name__ == "__main__":
    main()
