"""Pages that stand alone, and tables that a spreadsheet and an LMS take as they are."""

import csv

import nbformat
import pytest

from assignments.conftest import NAME, solved, untouched
from assignments.hostile import DOT, answer, pasted
from grading import give_back


@pytest.fixture
def graded(school):
    school.hand_in("ada", pasted())
    school.hand_in(
        "bob", solved(rate=answer("rate", untouched()), words="$x^2$ and [a](https://example.org)")
    )
    school.grade()
    return school


def test_a_page_needs_nothing_but_itself(graded):
    page = graded.page("ada")
    assert f'src="data:image/png;base64,{DOT}"' in page  # pasted into the answer
    assert "<math" in page
    assert "default-src 'none'" in page
    for student in ("ada", "bob"):
        assert "href" not in graded.page(student)
        assert "<script" not in graded.page(student)
    assert "example.org" in graded.page("bob")  # the address can still be read


def test_a_lost_point_says_what_to_read_again(graded):
    wanted = "Read again: lesson 01, “2 · The learning rate: converge, oscillate, diverge”."
    assert wanted in graded.page("bob")
    assert "Read again" not in graded.page("ada")  # words are not yet read
    assert "1 answer still to be read" in graded.page("ada")


def read_words(gradebook, comment):
    """Half a point and a comment for what ada says in words, as the formgrader keeps them."""
    grade = gradebook.find_grade("words", NAME, NAME, "ada")
    grade.manual_score, grade.needs_manual_grade = 0.5, False
    gradebook.find_comment("words", NAME, NAME, "ada").manual_comment = comment


def test_points_and_comments_by_hand_are_on_the_page(graded):
    with graded.gradebook() as gradebook:
        read_words(gradebook, "see <b>there</b>")
        gradebook.find_grade("rate-check", NAME, NAME, "bob").manual_score = 2
        gradebook.db.commit()
    graded.grade()
    page = graded.page("ada")
    assert "13.5 of 15 points" in page
    assert "see &lt;b&gt;there&lt;/b&gt;" in page
    assert "lesson 01, “3 · When the start decides”" in page
    assert "Your teacher has set the points of this task." in graded.page("bob")


def test_the_formgrader_can_show_what_was_handed_in(graded):
    """It converts this notebook with nbconvert, which stops at an attachment that is missing."""
    from nbconvert import HTMLExporter

    for student in ("ada", "bob"):
        notebook = nbformat.read(
            graded.root / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4
        )
        nbformat.validate(notebook)
        shown, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
        assert ("example.org" in shown) == (student == "bob")
        assert 'href="https://example.org' not in shown
        assert (f"base64,{DOT}" in shown) == (student == "ada")


def row(student, score=3.5, lms_id="", notes=(), lms="moodle"):
    return {
        "assignment": NAME, "student": student, "score": score, "max_score": 15,
        "lms_id": lms_id, "lms": lms * bool(lms_id),
        "to_read": 0, "tasks": [{"task": "rate", "points": 3.5, "of": 4, "comment": "=1+1"}],
        "notes": list(notes), "unusable": False,
    }  # fmt: skip


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_row_that_was_never_graded_has_no_points(tmp_path):
    give_back.tables([row("ada", None), row("bob", 0)], tmp_path)
    assert table(tmp_path / "grades.csv")[1:] == [["ada", ""], ["bob", "0"]]


def test_nothing_in_a_table_is_a_formula(tmp_path):
    give_back.tables([row("ada", notes=["=HYPERLINK(1)"])], tmp_path)
    assert table(tmp_path / "report.csv")[1][-1] == "'=HYPERLINK(1)"
    unusable = row("ada", lms_id="7", notes=["=1+1"]) | {"unusable": True}
    give_back.table_for("moodle", [unusable], NAME, tmp_path)
    assert table(tmp_path / f"moodle-{NAME}.csv")[1] == [
        "Participant 7", "ada", "3.5", "15", "-", "'=1+1"
    ]  # fmt: skip


def test_moodle_gets_each_comment_with_its_task_or_why_there_are_no_points(tmp_path):
    ada, bob = row("ada", lms_id="7"), row("bob", 0, "8", ["the file is empty"])
    ada["tasks"].append({"task": "words", "points": 1, "of": 2, "comment": "look again"})
    give_back.table_for("moodle", [ada, bob | {"unusable": True}], NAME, tmp_path)
    told = [line[-1] for line in table(tmp_path / f"moodle-{NAME}.csv")[1:]]
    assert told == ["rate: =1+1 | words: look again", "the file is empty"]


def test_an_answer_that_was_changed_after_it_was_read_is_to_be_read_again(graded):
    with graded.gradebook() as gradebook:
        read_words(gradebook, "a sentence, please")
        gradebook.db.commit()
    graded.hand_in("ada", solved(words="The gradient is 0 there."))
    graded.grade()
    earlier = "Until then the points and the comment are those of your earlier one."
    assert earlier in graded.page("ada")
    assert "1 answer still to be read" in graded.page("ada")
    assert earlier not in graded.page("bob")
    told = "Answers still to be read, which make formgrader shows: 2 (ada, bob)"
    assert told in graded.said


def test_moodle_leaves_out_whom_it_does_not_know_and_canvas_takes_the_login(tmp_path):
    rows = [row("ada", lms_id="7"), row("bob"), row("cem", None)]
    assert give_back.table_for("moodle", rows, NAME, tmp_path) == ["bob"]
    assert [line[1] for line in table(tmp_path / f"moodle-{NAME}.csv")] == ["Full name", "ada"]
    rows[0] = row("ada", lms_id="7", lms="canvas")
    assert give_back.table_for("canvas", rows, NAME, tmp_path) == ["bob"]
    assert table(tmp_path / f"canvas-{NAME}.csv")[2:] == [
        ["ada", "7", "", "", "", "3.5"],
        ["bob", "", "", "bob", "", "3.5"],
    ]


def test_a_number_of_another_lms_is_not_used(tmp_path):
    rows = [row("ada", lms_id="7", lms="canvas"), row("bob", lms_id="7")]
    assert give_back.table_for("moodle", rows, NAME, tmp_path) == ["ada"]
    give_back.table_for("canvas", rows, NAME, tmp_path)
    assert [line[1] for line in table(tmp_path / f"canvas-{NAME}.csv")[2:]] == ["7", ""]


def test_a_file_that_is_none_is_said_first_and_nothing_else(school):
    school.hand_in("eve", "garbage")
    school.grade()
    page = school.page("eve")
    assert "could not be graded: the file is not a notebook that can be read" in page
    assert "What you handed in" not in page
    assert "Read again" not in page
    assert school.said[-1] == "0 points, for there was no notebook to grade: eve"


def test_what_a_visible_check_said_is_beside_the_points(school):
    school.hand_in("ada", solved(slope="def cost_derivative(w, houses):\n    return 7"))
    school.grade()
    assert "The visible check of this task stopped: " in school.page("ada")
    assert school.page("ada").count("The visible check") == 1


def test_what_was_read_stays_read_when_the_same_is_graded_again(graded):
    with graded.gradebook() as gradebook:
        for task, points in (("words", 1.5), ("slope-check", 2)):
            grade = gradebook.find_grade(task, NAME, NAME, "ada")
            grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()
    graded.grade(again=True)
    assert graded.rows()["ada"]["to_read"] == "0"
    assert "not yet read" not in graded.page("ada")
    assert "2 of 3" in graded.page("ada")
    # another file has to be looked at again
    graded.hand_in("ada", solved(words="something else"))
    graded.grade()
    assert graded.rows()["ada"]["to_read"] == "2"
