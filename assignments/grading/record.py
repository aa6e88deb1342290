"""Keeps what grading has found: points in nbgrader's gradebook, the notebook beside it.

nbgrader is only asked to keep results that are there. For the formgrader, `submitted/` and
`autograded/` hold each student's notebook; the latter is written last, so that a submission whose
notebook is there has its points in the gradebook too.
"""

import json
import math
import os
from copy import deepcopy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade

from grading.collect import ORIGIN
from grading.restore import harmless


class OnlyMakeGrade(NbGraderPreprocessor):
    """In the place of nbgrader's own autograding, which would run students' code unprotected."""

    def preprocess(self, nb, resources):
        raise RuntimeError("Grade with `make grade`: it runs students' code in a sandbox.")


def places(root, name, student):
    """The notebook as it was handed in, as it was graded, and the note that it was not."""
    submitted = root / "submitted" / student / name
    return (
        submitted / f"{name}.ipynb",
        root / "autograded" / student / name / f"{name}.ipynb",
        submitted / "not_graded.json",
    )


def kept(root, name, student):
    """The graded notebook of a student, or None; what grading knows of it is its metadata."""
    _, graded, _ = places(root, name, student)
    return nbformat.read(graded, as_version=4) if graded.exists() else None


def keep(nbgrader, gradebook, root, graded, release):
    """Keep a graded submission. Points and comments given by hand stay.

    Parameters
    ----------
    nbgrader : NbGraderAPI
    gradebook : Gradebook
        Open: a class is entered through one connection.
    root : path
        Of the course.
    graded : Graded
        From `grade.graded`.
    release : notebook
        The student version.
    """
    name, student = graded.name, graded.student
    before = kept(root, name, student)
    again = before is not None and before.metadata.grading.digest == graded.digest
    notebook = as_notebook(graded, release)
    submitted, autograded, _ = places(root, name, student)
    bare = deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    write(submitted, nbformat.writes(bare))
    try:
        gradebook.update_or_create_student(student)
        when = {"timestamp": graded.submitted} if graded.submitted else {}
        submission = gradebook.update_or_create_submission(name, student, **when)
        enter(submission, notebook, again)
        gradebook.db.commit()
        late = submission.total_seconds_late > 0
    finally:
        gradebook.db.remove()
    if late:
        about = {"notebook": name, "assignment": name, "student": student}
        resources = {"nbgrader": {**about, "db_url": nbgrader.coursedir.db_url}}
        AssignLatePenalties(parent=nbgrader).preprocess(notebook, resources)
    write(autograded, nbformat.writes(notebook))
    forget_note(root, name, student)


def enter(submission, notebook, again):
    """Enter points into the gradebook, as nbgrader's `SaveAutoGrades` does.

    Parameters
    ----------
    submission : SubmittedAssignment
    notebook : notebook
    again : bool
        The same file was graded before: what a teacher has read stays read.
    """
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    [entered] = submission.notebooks
    entered.late_submission_penalty = None
    for grade in entered.grades:
        by_hand = grade.manual_score is not None
        read = again and by_hand and not grade.needs_manual_grade
        grade.auto_score, _ = determine_grade(cells[grade.name])
        grade.needs_manual_grade = (by_hand or grade.auto_score is None) and not read
    for comment in entered.comments:
        cell = cells[comment.name]
        untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
        comment.auto_comment = "No response." if untouched else None


def checks(graded):
    """What the visible check of a task said, if it stopped."""
    said = {}
    for index, cell in enumerate(graded.cells):
        for output in graded.record.outputs.get(index, []):
            if cell.locked and cell.kind == "code" and output["output_type"] == "error":
                task = cell.grade_id.removesuffix("-check")
                said[task] = output["evalue"] or output["ename"]
    return said


def keep_note(root, name, student, note):
    """Keep why what was handed in last was not graded, for the tables; an earlier grade stays."""
    write(places(root, name, student)[2], json.dumps({"note": note}))


def forget_note(root, name, student):
    """An earlier grade is what counts again."""
    places(root, name, student)[2].unlink(missing_ok=True)


def write(path, content):
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_text(content, encoding="utf-8")
    os.replace(half, path)


def as_notebook(graded, release):
    """A graded submission as a notebook: for the formgrader, and for the page of feedback."""
    known = {cell.metadata.nbgrader.grade_id: cell.metadata for cell in release.cells}
    record, cells = graded.record, []
    for index, cell in enumerate(graded.cells):
        metadata = deepcopy(known.get(cell.grade_id, {}))
        about = {"metadata": metadata, "id": f"cell-{index}"}
        if cell.kind == "markdown":
            source = cell.source if cell.locked else harmless(cell.source, cell.pictures)
            pasted = {
                f"picture-{k}": dict([address.removeprefix("data:").split(";base64,", 1)])
                for k, address in enumerate(cell.pictures.values())
            }
            made = new_markdown_cell(source, **about, **({"attachments": pasted} if pasted else {}))
        else:
            made = new_code_cell(cell.source, **about)
            made.outputs = [nbformat.from_dict(o) for o in record.outputs.get(index, [])]
            if index in record.lost:
                made.outputs.append(new_output("stream", text=f"This cell {record.lost[index]}.\n"))
            if metadata.get("nbgrader", {}).get("grade"):
                made.outputs = points(made, graded.verdicts)
        if index < len(record.found.pages):
            made.metadata["page"] = record.found.pages[index]
        cells.append(made)
    if graded.notes:
        lines = "\n".join(f"- {harmless(note)}" for note in graded.notes)
        notes = new_markdown_cell(f"**Notes from grading**\n\n{lines}", id="notes")
        cells.insert(0, notes)
    about = {
        "digest": graded.digest,
        "unusable": graded.unusable,
        "notes": graded.notes,
        **{key: getattr(graded, key) for key in ORIGIN},
        "checks": checks(graded),
        "lines": [[verdict.task, verdict.line] for verdict in graded.verdicts],
    }
    return new_notebook(cells=cells, metadata={**release.metadata, "grading": about})


def points(cell, verdicts):
    """The outputs of a check cell: what its visible checks said, each part, and the points."""
    task = cell.metadata.nbgrader.grade_id.removesuffix("-check")
    printed = [output for output in cell.outputs if output.output_type == "stream"]
    raised = [output for output in cell.outputs if output.output_type == "error"]
    first = f"Visible checks: {raised[0].ename}: {raised[0].evalue}\n" if raised else ""
    mine = [verdict for verdict in verdicts if verdict.task == task]
    text = first + "".join(f"{verdict.line}\n" for verdict in mine)
    total = f"{sum(verdict.points for verdict in mine):g}"
    return [
        *printed,
        new_output("stream", text=text),
        new_output("execute_result", data={"text/plain": total}, execution_count=None),
    ]


def rows(nbgrader, root):
    """A row for each submission of each assignment.

    Returns
    -------
    list of dict
        assignment, student, lms_id, score (None: never graded), max_score, to_read, tasks (each
        with task, points, of, comment), notes.
    """
    found = {}
    with nbgrader.gradebook as gradebook:
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                row = entry(submission, assignment)
                found[row["assignment"], row["student"]] = row
    for row in found.values():
        notebook = kept(root, row["assignment"], row["student"])
        about = notebook.metadata.get("grading", {}) if notebook else {}
        late = [row.pop("late")] if row["late"] else []
        row["notes"] = [*late, *about.get("notes", [])]
        row["unusable"] = about.get("unusable", False)
        row |= {key: about.get(key, "") for key in ORIGIN}
        cells = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells] if notebook else []
        order = [cell.get("grade_id", "").removesuffix("-check") for cell in cells]
        row["tasks"].sort(key=lambda task, order=order: [*order, task["task"]].index(task["task"]))
    for path in sorted((root / "submitted").glob("*/*/not_graded.json")):
        name, student = path.parts[-2], path.parts[-3]
        told = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault((name, student), empty(name, student))["notes"].append(told["note"])
    return [found[key] for key in sorted(found)]


def entry(submission, assignment):
    """What the gradebook knows of a submission."""
    [notebook] = submission.notebooks
    tasks = {}
    for grade in notebook.grades:
        task = grade.name.removesuffix("-check")
        tasks[task] = {
            "task": task,
            "points": grade.score,
            "of": grade.max_score,
            "to_read": bool(grade.needs_manual_grade),
            "by_hand": grade.manual_score is not None,
            "comment": "",
        }
    for comment in notebook.comments:
        task = comment.name.removesuffix("-check")
        if task in tasks:
            tasks[task]["comment"] = comment.manual_comment or ""
    late = notebook.late_submission_penalty or 0
    return {
        "assignment": assignment.name,
        "student": submission.student.id,
        "score": max(0, submission.score - late),
        "max_score": submission.max_score,
        "to_read": sum(task["to_read"] for task in tasks.values()),
        "tasks": list(tasks.values()),
        "late": lateness(submission.total_seconds_late, late),
    }


def lateness(seconds, points):
    """How late it was, and what that costs, in words; nothing if it was not."""
    if seconds <= 0:
        return ""
    days, minutes = divmod(math.ceil(seconds / 60), 24 * 60)
    parts = [(days, "d"), (minutes // 60, "h"), (minutes % 60, "min")]
    told = " ".join(f"{n} {unit}" for n, unit in parts if n)
    return f"handed in {told} late" + (f": {points:g} points off" if points else "")


def empty(name, student):
    """The row of a submission that was never graded: no points, which is not 0 points."""
    return {
        "assignment": name,
        "student": student,
        **dict.fromkeys(ORIGIN, ""),
        "unusable": False,
        "score": None,
        "max_score": None,
        "to_read": 0,
        "tasks": [],
        "notes": [],
    }
