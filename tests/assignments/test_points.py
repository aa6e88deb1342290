"""Right, wrong and untouched answers, run through the hidden tests in this process."""

import atexit
import functools
import json
from dataclasses import asdict

import pytest

from assignments.conftest import bank, solved, untouched
from grading import border, course, judge
from grading.inside import names
from grading.inside.hidden import hidden_tests
from grading.inside.session import Session
from grading.limits import LIMITS
from grading.run import Record

NAMES = course.names()
WRONG = [
    pytest.param(name, task, *answer, id=f"{name[:2]}-{task}-{answer[0]}")
    for name in NAMES
    for task, answers in bank(name)["WRONG"].items()
    for answer in answers
]


@functools.cache
def max_points(name):
    """Points of every task that the hidden tests decide."""
    return {
        cell.metadata.nbgrader.grade_id.removesuffix("-check"): cell.metadata.nbgrader.points
        for cell in course.source(name).cells
        if cell.metadata.nbgrader.grade and cell.cell_type == "code"
    }


def session():
    here = Session(asdict(LIMITS.for_seconds(600)))
    here.shell.InteractiveTB.set_mode("Minimal")  # nobody reads these errors, and they take long
    atexit.unregister(here.shell.atexit_operations)  # else all of them stay until the end
    return here


def report(name, changed):
    here = session()
    for cell in changed.cells:
        if cell.cell_type == "code":
            here.run(cell.source)
    tests = hidden_tests(course.tests(name))
    # through JSON, as between the process inside and the one outside
    given = {name: json.loads(json.dumps(here.ask(part))) for name, part in tests.parts.items()}
    cells = [asdict(cell) for cell in course.cells(changed)]
    used = names.forbidden(cells, list(max_points(name)), tests.without)["used"]
    return tests, Record(answers=given, found=border.Found(used=used))


@pytest.fixture(scope="session")
def reference():
    kept = {}

    def of(name):
        if name not in kept:
            kept[name] = report(name, solved(name))[1].answers
        return kept[name]

    return of


@pytest.fixture
def points(reference):
    def of(name, changed):
        tests, record = report(name, changed)
        earned = dict.fromkeys(max_points(name), 0)
        for verdict in judge.verdicts(tests, reference(name), record):
            earned[verdict.task] += verdict.points
        return earned

    return of


@pytest.mark.parametrize("name", NAMES)
class TestAssignment:
    def test_hidden_tests_share_out_exactly_the_points_shown(self, name):
        tests = hidden_tests(course.tests(name))
        shared = dict.fromkeys(max_points(name), 0)
        for part in tests.parts.values():
            shared[part.task] += part.points
        assert shared == max_points(name)

    @pytest.mark.parametrize("style", ["the reference", "another"])
    def test_right_answers_pass_the_visible_checks(self, name, style):
        here = session()
        for cell in solved(name, **(bank(name)["RIGHT"] if style == "another" else {})).cells:
            if cell.cell_type == "code":
                outputs = here.run(cell.source)
                assert not [o for o in outputs if o["output_type"] == "error"], cell.source

    def test_the_reference_gets_full_marks(self, name, points):
        assert points(name, solved(name)) == max_points(name)

    def test_the_untouched_version_gets_nothing(self, name, points):
        assert set(points(name, untouched(name)).values()) == {0}

    def test_right_answers_in_another_style_get_full_marks(self, name, points):
        right = bank(name)["RIGHT"]
        assert right.keys() == max_points(name).keys()
        assert points(name, solved(name, **right)) == max_points(name)

    def test_one_right_answer_alone_earns_its_points_alone(self, name, points):
        for task in max_points(name):
            [cell] = [c for c in solved(name).cells if c.id == task]
            alone = untouched(name, **{task: cell.source})
            assert points(name, alone) == dict.fromkeys(max_points(name), 0) | {
                task: max_points(name)[task]
            }

    def test_the_bank_has_four_misconceptions_for_every_task(self, name):
        wrong = bank(name)["WRONG"]
        assert wrong.keys() == max_points(name).keys()
        assert min(len(answers) for answers in wrong.values()) >= 4


@pytest.mark.parametrize(("name", "task", "misconception", "kept", "source"), WRONG)
def test_a_wrong_answer_loses_its_task_and_only_that(
    name, task, misconception, kept, source, points
):
    assert kept < max_points(name)[task], "a wrong answer has to cost something"
    assert points(name, solved(name, **{task: source})) == max_points(name) | {task: kept}
