"""`make grade`: from a folder of submissions to points, grades.csv and feedback pages."""

import argparse
import csv
import sys
from copy import deepcopy
from pathlib import Path

import nbformat

from grading import collect, course, sandbox

FORBIDDEN = set('/\\*?[]{}+:"<>|')


def students(folder):
    """The submissions in a folder by student: one folder or one file each, named by student."""
    found = {}
    for place in sorted(folder.iterdir()):
        if place.name.startswith("."):
            continue
        student = place.name if place.is_dir() else place.stem
        if student in found:
            raise SystemExit(f"Two submissions of {student!r} in {folder}: keep one.")
        # a spreadsheet takes a name that starts with = or @ for a formula
        if FORBIDDEN & set(student) or student != student.strip(" =-@."):
            raise SystemExit(f"{student!r} cannot be the name of a student: rename {place}.")
        found[student] = place
    if not found:
        raise SystemExit(f"No submissions in {folder}. One folder or notebook a student.")
    return found


def take(place, name, release, target, graded):
    """Put a student's notebook where nbgrader looks for it, unless `graded` is that one already.

    Returns
    -------
    bool
        Whether there is something new to grade.
    list of str
        What the teacher should know.
    """
    known, digest = None, "nothing"
    if graded.exists():
        known = nbformat.read(graded, as_version=4).metadata.get("grading", {}).get("digest", "")
    try:
        path, notes = collect.find(place, name)
        cells, digest = collect.read(path)
        notebook, more = collect.restore(cells, release)
        notes = notes + more
    except (collect.Unusable, OSError) as problem:
        notes = [str(problem)]
        if known not in (None, "nothing"):
            return False, [*notes, "the earlier submission stays as it was graded"]
        notebook = deepcopy(release)
    if known == digest:
        return False, []
    notebook.metadata["grading"] = {"digest": digest, "notes": notes}
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    return True, notes


def grade(name, folder=None, root=course.ROOT, sandboxed=True, again=False, say=print):
    """Grade what is new in a folder of submissions; write feedback, grades.csv and report.csv.

    Parameters
    ----------
    name : str
        The assignment.
    folder : path, optional
        The submissions, one folder or file a student. None: only write the pages and tables
        anew, after written answers were graded by hand.
    root : path
        Where submissions, gradebook and feedback are kept.
    sandboxed : bool
        False runs students' code with the rights of whoever calls.
    again : bool
        Grade also what has not changed. Points given by hand stay.
    say : callable
        Takes each line of progress.

    Returns
    -------
    dict of str to str
        Students whose submission could not be graded, and why.
    """
    nbgrader = course.api(root, sandboxed)
    released = root / "release" / name / f"{name}.ipynb"
    if not released.exists():
        course.checked(nbgrader.generate_assignment(name, force=True, create=True))
    release = nbformat.read(released, as_version=4)
    failed, touched = {}, []
    submissions = students(folder) if folder else {}
    for number, (student, place) in enumerate(submissions.items(), start=1):
        target = root / "submitted" / student / name / f"{name}.ipynb"
        autograded = root / "autograded" / student / name / f"{name}.ipynb"
        start = f"{number:3d} of {len(submissions)}  {student:24s}"
        try:
            new, notes = take(place, name, release, target, autograded)
            if new or again:
                course.checked(nbgrader.autograde(name, student, force=True, create=True))
                result = row(nbgrader, name, student, root)
                notes = result["notes"]
                touched.append(student)
            else:
                result = row(nbgrader, name, student, root)
                notes = ["unchanged, kept", *notes]
        except Exception as problem:  # one student's file must never stop the others
            failed[student] = f"not graded: {type(problem).__name__}: {str(problem)[-300:]}"
            say(f"{start} {failed[student]}")
            continue
        say(
            f"{start} {result['score']:5g} of {result['max_score']:g}   {'; '.join(notes)}".rstrip()
        )
    feedback(nbgrader, name, root, touched if folder else None)
    tables(nbgrader, root, failed, name)
    return failed


def row(nbgrader, name, student, root):
    """Points, tasks and notes of one submission."""
    with nbgrader.gradebook as gradebook:
        submission = gradebook.find_submission(name, student)
        [notebook] = submission.notebooks
        grades = {grade.name: grade for grade in notebook.grades}
        order = [c.metadata.nbgrader.grade_id for c in course.source(name).cells]
        tasks = [grades[grade_id] for grade_id in order if grade_id in grades]
        result = {
            "student": student,
            "assignment": name,
            "score": submission.score,
            "max_score": submission.max_score,
            "to_read": sum(grade.needs_manual_grade for grade in tasks),
            "tasks": "; ".join(
                f"{grade.name.removesuffix('-check')} {grade.score:g}/{grade.max_score:g}"
                for grade in tasks
            ),
        }
    path = root / "autograded" / student / name / f"{name}.ipynb"
    result["notes"] = (
        nbformat.read(path, as_version=4).metadata.get("grading", {}).get("notes", [])
        if path.exists()
        else []
    )
    return result


def feedback(nbgrader, name, root, touched):
    """Write the feedback pages of some students, or of all."""
    if touched is None:
        touched = nbgrader.get_autograded_students(name)
    for student in sorted(touched):
        course.checked(nbgrader.generate_feedback(name, student, force=True))


def tables(nbgrader, root, failed, name):
    """Write grades.csv (a row a student, for an LMS) and report.csv (a row a submission)."""
    with nbgrader.gradebook as gradebook:
        pairs = sorted(
            (assignment.name, submission.student.id)
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        )
    rows = [row(nbgrader, assignment, student, root) for assignment, student in pairs]
    for student, problem in failed.items():
        [entry] = [r for r in rows if (r["student"], r["assignment"]) == (student, name)] or [{}]
        if not entry:
            entry.update(student=student, assignment=name, score=0, notes=[])
            rows.append(entry)
        entry["notes"] = [*entry["notes"], problem]
    with open(root / "report.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(
            file, ["assignment", "student", "score", "max_score", "to_read", "tasks", "notes"]
        )
        table.writeheader()
        for entry in rows:
            table.writerow({**entry, "notes": "; ".join(entry["notes"])})
    columns = sorted({entry["assignment"] for entry in rows})
    scores = {(entry["student"], entry["assignment"]): entry["score"] for entry in rows}
    with open(root / "grades.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", *columns])
        for student in sorted({entry["student"] for entry in rows}):
            table.writerow([student, *(scores.get((student, column), "") for column in columns)])


def main():
    parser = argparse.ArgumentParser(description="Grade the submissions of one assignment.")
    parser.add_argument("assignment", choices=course.names(), metavar="ASSIGNMENT")
    parser.add_argument("submissions", nargs="?", type=Path, metavar="SUBMISSIONS")
    parser.add_argument("--again", action="store_true", help="grade what has not changed, too")
    parser.add_argument(
        "--without-sandbox", action="store_true", help="run students' code with your own rights"
    )
    options = parser.parse_args()
    folder = options.submissions.expanduser() if options.submissions else None
    if folder and not folder.is_dir():
        raise SystemExit(f"{folder} is not a folder. Give the folder of submissions.")
    if folder and sandbox.missing():
        if not options.without_sandbox:
            raise SystemExit(
                f"Nothing was run: {sandbox.missing()}.\nStudents' code could read and change "
                "your files. To run it all the same, with your rights and with limits on time "
                "and memory only: make grade … SANDBOX=no"
            )
        print("Without a sandbox: students' code runs with your rights.", file=sys.stderr)
    failed = grade(
        options.assignment,
        folder,
        sandboxed=not options.without_sandbox,
        again=options.again,
    )
    print(f"Written: {course.ROOT / 'grades.csv'}, report.csv and the pages in feedback/")
    if failed:
        raise SystemExit(f"Not graded: {', '.join(failed)}")


if __name__ == "__main__":
    main()
