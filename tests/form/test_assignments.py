"""The stored form of every assignment: what a student gets, and what a screen can show."""

import itertools
import re

import nbformat
import pytest

from grading import course
from grading.inside.hidden import hidden_tests
from grading.limits import LIMITS

COLUMNS = 80  # of code
every_assignment = pytest.mark.parametrize("name", course.names())


@every_assignment
def test_code_is_not_too_wide(name):
    for cell in course.source(name).cells:
        if cell.cell_type == "code":
            for line in cell.source.splitlines():
                assert len(line) <= COLUMNS, (
                    f"write cell {cell.id} in {COLUMNS} columns or fewer: {line}"
                )


@every_assignment
def test_nothing_is_stored_but_the_source(name):
    for cell in course.source(name).cells:
        assert cell.metadata.nbgrader.grade_id == cell.id, f"give cell {cell.id} its id as grade_id"
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, (  # noqa: PT018
                f"clear the outputs of cell {cell.id}"
            )


@every_assignment
def test_a_student_gets_a_gap_for_each_solution_and_no_solution(name):
    solved, handed_out = course.source(name), course.student_version(name)
    for cell, gap in zip(solved.cells, handed_out.cells, strict=True):
        if cell.metadata.nbgrader.solution:
            stub = "NotImplementedError" if cell.cell_type == "code" else "*Your answer here.*"
            assert stub in gap.source, f"mark the solution in cell {cell.id}"
            for mark in ("### BEGIN SOLUTION", "### END SOLUTION"):
                assert mark in cell.source, f"write `{mark}` in cell {cell.id}"
        assert "SOLUTION" not in gap.source


@every_assignment
def test_a_task_is_followed_by_its_folded_check(name):
    cells = course.source(name).cells
    for task, check in itertools.pairwise(cells):
        if task.cell_type == "code" and task.metadata.nbgrader.solution:
            assert check.id == f"{task.id}-check", f"put a cell {task.id}-check behind {task.id}"
            assert check.metadata.jupyter.source_hidden, f"fold the code of cell {check.id}"
            assert check.metadata.nbgrader.points > 0, f"give cell {check.id} points"


def test_the_teachers_page_lists_every_assignment_with_its_points():
    page = (course.ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\d) \| (.+?) \| (\d+) \| (\d+) \+ (\d+) \|$", page, re.MULTILINE)
    assert [row[0] for row in rows] == [name[:2] for name in course.names()]
    for name, (_, _, minutes, code, words) in zip(course.names(), rows, strict=True):
        points = {"code": 0, "markdown": 0}
        for cell in course.source(name).cells:
            points[cell.cell_type] += cell.metadata.nbgrader.get("points", 0)
        assert (int(code), int(words)) == (points["code"], points["markdown"]), name
        first = course.source(name).cells[0].source
        assert f"about {minutes} minutes" in first, f"state the same minutes for {name}"


@every_assignment
def test_each_task_names_a_section_of_its_lesson_to_read_again(name):
    graded = [
        c.id.removesuffix("-check") for c in course.source(name).cells if c.metadata.nbgrader.grade
    ]
    again = hidden_tests(course.tests(name)).again
    assert list(again) == graded, f"give AGAIN in hidden_tests/{name}.py an entry for each task"
    for lesson, heading in again.values():
        [path] = (course.ROOT.parent / "notebooks").glob(f"{lesson}_*.ipynb")
        lines = [
            line
            for cell in nbformat.read(path, as_version=4).cells
            for line in cell.source.split("\n")
        ]
        assert {f"## {heading}", f"### {heading}"} & set(lines), (
            f"name a heading of lesson {lesson} in place of {heading!r}"
        )


def test_the_teachers_page_states_every_limit():
    page = (course.ROOT / "README.md").read_text(encoding="utf-8")
    table = page[page.index("| what | at most |") : page.index("The kernel keeps")]
    slow = LIMITS.for_seconds(60)

    def of(number, unit):
        return f"{number / {'MB': 10**6, 'GB': 10**9}.get(unit, 1):,.10g} {unit}".strip()

    stated = [
        of(LIMITS.file, "MB"),
        of(LIMITS.files, ""),
        of(LIMITS.depth, ""),
        of(LIMITS.unpacked, "MB"),
        of(LIMITS.students * LIMITS.files, ""),
        of(LIMITS.longest, "characters"),
        of(LIMITS.name, "characters"),
        of(LIMITS.cells, ""),
        of(LIMITS.source, "characters"),
        of(LIMITS.words, "characters"),
        of(LIMITS.sources, "characters"),
        of(LIMITS.pictures, "MB"),
        of(LIMITS.pixels, "pixels"),
        f"{LIMITS.seconds} s ({slow.seconds} s in 04 to 06)",
        f"{LIMITS.altogether:g} s ({slow.altogether:g} s)",
        f"{LIMITS.processor:g} s ({slow.processor:g} s)",
        "2",
        of(LIMITS.memory, "GB"),
        of(LIMITS.addresses, "GB"),
        of(LIMITS.disk, "MB"),
        of(LIMITS.disk // 2, "MB"),
        of(LIMITS.entries, ""),
        of(LIMITS.written, "MB"),
        of(LIMITS.opened, ""),
        of(LIMITS.descriptors, ""),
        of(LIMITS.processes, ""),
        of(LIMITS.threads, ""),
        of(LIMITS.attempts, ""),
        of(LIMITS.message, "MB"),
        of(LIMITS.report, "MB"),
        of(LIMITS.printed, "characters"),
        of(LIMITS.outputs, ""),
        of(LIMITS.notes, ""),
        of(LIMITS.note, "characters"),
        of(LIMITS.overtime, "s"),
    ]
    amounts = [row.split(" | ")[1] for row in table.splitlines()[2:] if row]
    assert amounts == stated
    assert f"more than {LIMITS.patience} s ({slow.patience:g} s in 04 to 06)" in page
