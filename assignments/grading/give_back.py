"""Gives back what was found: a page for each student, and tables for the teacher and the LMS.

The pages stand alone: no script, no link, no network; formulas are MathML, pictures are inside.
"""

import csv
import re
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from grading import border, course, record
from grading.inside.hidden import hidden_tests
from grading.inside.markup import STYLE
from grading.limits import LIMITS

# A table that each of them takes as it is. Moodle: the assignment's own grading worksheet, as
# `mod/assign/feedback/offline/importgradeslib.php` reads it. Canvas: its gradebook, as
# `lib/gradebook_importer.rb` reads it.
FORMATS = ("moodle", "canvas")


@cache
def template():
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True).get_template("feedback.html.j2")


@cache
def again(name):
    """For each task: the lesson and the section of it to read again."""
    return hidden_tests(course.tests(name)).again


def pages(rows, root):
    """Write the page of each row. A page that fails costs neither points nor another page.

    Returns
    -------
    dict of str to str
        Students without a page, and why.
    """
    failed = {}
    for row in rows:
        name, student = row["assignment"], row["student"]
        notebook = record.kept(root, name, student)
        if notebook is None:
            continue
        try:
            record.write(root / "feedback" / student / name / f"{name}.html", page(row, notebook))
        except Exception as problem:
            told = border.line(f"{type(problem).__name__}: {problem}", 300)
            failed[student] = f"graded, but no page was written: {told}"
    return failed


def page(row, notebook):
    """The page of feedback, as HTML.

    Parameters
    ----------
    row : dict
        From `record.rows`.
    notebook : notebook
        From `record.kept`.
    """
    lines = {}
    about = notebook.metadata.get("grading", {})
    for task, line in about.get("lines", []):
        lines.setdefault(task, []).append(line)
    titles = {
        cell.metadata.nbgrader.grade_id.removesuffix("-text"): heading[1]
        for cell in notebook.cells
        if (heading := re.match(r"## (.*?)( \(\d+ points?\))?$", cell.source, re.MULTILINE))
        and "nbgrader" in cell.metadata
    }
    tasks = [
        {
            **task,
            "title": titles.get(task["task"], task["task"]),
            "lines": lines.get(task["task"], []),
            "lost": task["points"] < task["of"] and not (task["to_read"] and not task["by_hand"]),
            "unread": task["to_read"] and not task["by_hand"],
            "earlier": task["to_read"] and task["by_hand"],
            "again": again(row["assignment"]).get(task["task"]),
            "answered": any("not answered" not in line for line in lines.get(task["task"], ["-"])),
            "check": about.get("checks", {}).get(task["task"]),
        }
        for task in row["tasks"]
    ]
    cells = [shown(cell) for cell in notebook.cells if cell.id != "notes"]
    title = next((c.source[2:].split("\n")[0] for c in notebook.cells if c.source[:2] == "# "), "")
    return template().render(
        row=row,
        tasks=tasks,
        cells=cells,
        title=title or row["assignment"],
        style=STYLE,
    )


def shown(cell):
    """What a cell puts on the page: its text or code as HTML, and its outputs."""
    told = cell.metadata.get("nbgrader", {})
    kind = "pre" if cell.cell_type == "code" else "div"
    made = {
        "kind": cell.cell_type,
        "page": cell.metadata.get("page") or f"<{kind}>{escape(cell.source)}</{kind}>",
        "check": bool(told.get("grade")) and cell.cell_type == "code",
        "outputs": [],
    }
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            made["outputs"].append({"text": output.text})
        elif output.output_type == "error":
            made["outputs"].append({"text": border.text("\n".join(output.traceback), 20_000)})
        elif output.output_type == "display_data":
            picture = output.data.get("image/png")
            made["outputs"].append({"picture": picture, "text": output.data.get("text/plain", "")})
    return made


def safe(value):
    """A text that a spreadsheet does not take for a formula."""
    return f"'{value}" if str(value)[:1] in tuple("=+-@\t") else value


def tables(rows, root):
    """Write grades.csv (a row a student) and report.csv (a row a submission)."""
    report = []
    for row in rows:
        tasks = "; ".join(f"{t['task']} {t['points']:g}/{t['of']:g}" for t in row["tasks"])
        notes = safe("; ".join(row["notes"]))
        report.append({**row, "score": number(row["score"]), "max_score": number(row["max_score"])}
                      | {"tasks": tasks, "notes": notes})  # fmt: skip
    columns = ["assignment", "student", "score", "max_score", "to_read", "tasks", "notes"]
    write(root / "report.csv", columns, [[line[column] for column in columns] for line in report])

    names = sorted({row["assignment"] for row in rows})
    scores = {(row["student"], row["assignment"]): number(row["score"]) for row in rows}
    lines = [
        [student, *(scores.get((student, name), "") for name in names)]
        for student in sorted({row["student"] for row in rows})
    ]
    write(root / "grades.csv", ["student", *names], lines)


def number(score):
    """Points as text; nothing where nothing was graded, which is not 0."""
    return "" if score is None else f"{score:g}"


def table_for(lms, rows, name, root):
    """Write the points of one assignment as an LMS imports them.

    Moodle knows students by the number in the names of the files that it hands out, Canvas also
    by the login; a row without that number is left out for Moodle, and has the student's name as
    its login for Canvas.

    Returns
    -------
    list of str
        Students without that number.
    """
    rows = [row for row in rows if row["score"] is not None]
    if lms == "moodle":
        columns = ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]
        columns.append("Feedback comments")
        lines = [
            (
                f"Participant {row['lms_id']}",
                row["student"],
                number(row["score"]),
                number(row["max_score"]),
                "-",
                comments(row),
            )
            for row in rows
            if row["lms"] == lms
        ]
    else:
        columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", name]
        most = max((row["max_score"] for row in rows), default=0)
        lines = [["Points Possible", "", "", "", "", number(most)]]
        for row in rows:
            known = row["lms_id"] if row["lms"] == lms else ""
            login = "" if known else row["student"]
            lines.append([row["student"], known, "", login, "", number(row["score"])])
    write(root / f"{lms}-{name}.csv", columns, lines)
    return [row["student"] for row in rows if row["lms"] != lms]


def comments(row):
    """The teacher's comments on one line, or why there was nothing to grade."""
    told = [f"{task['task']}: {task['comment']}" for task in row["tasks"] if task["comment"]]
    if row["unusable"]:
        told = row["notes"]
    return safe(border.line(" | ".join(told), 50 * LIMITS.note))


def write(path, columns, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(lines)
