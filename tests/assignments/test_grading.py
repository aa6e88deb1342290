"""Grading from end to end: what is kept, what is put off, what comes back."""

import csv
import re
import shutil
import subprocess
import sys
from html import unescape

import nbformat
import pytest

from assignments import hostile
from assignments.conftest import NAME, QUICK, packed, solved, untouched
from grading import border, course, give_back, grade, move, record
from grading.inside.hidden import hidden_tests
from grading.run import run

FULL = hostile.FULL


def test_a_printing_answer_shows_no_hidden_values(school):
    spy = (
        "def cost_derivative(w, houses):\n"
        "    print('called with', w, houses)\n"
        "    open('seen', 'a').write(str(houses))\n"
        "    raise type('Saw' + str(len(houses)), (Exception,), {})(str(houses))"
    )
    last = "import threading, time, sys\nprint('stdin', sys.stdin.read())"
    notebook = solved(slope=spy)
    school.hand_in("spy", hostile.with_cell(last, notebook, len(notebook.cells)))
    school.grade()
    page = unescape(re.sub("<[^>]*>", "", school.page("spy")))
    assert "called with 0.0 [0.]" in page  # from the visible check
    assert page.count("called with") == 2  # that line and the code itself: no hidden test
    assert "Saw5" not in page
    assert "stopped with an error" in page
    assert school.tasks("spy") == FULL | {"slope": 0}


def test_a_submission_that_breaks_grading_costs_nobody_else(school, monkeypatch):
    def fail(raw, limits):
        if b"MARK" in raw:
            raise RuntimeError("a fault of ours" + "x" * 5000)
        return notebook(raw, limits)

    notebook = border.notebook
    monkeypatch.setattr(border, "notebook", fail)
    school.hand_in("ada", solved(words="MARK"))
    school.hand_in("bob", solved())
    failed = school.grade()
    assert failed["ada"].startswith("not graded: RuntimeError: a fault of ours")
    assert school.tasks("bob") == FULL
    row = school.rows()["ada"]
    assert row["score"] == ""  # which is not 0
    assert "a fault of ours" in row["notes"]
    # the step that only writes pages keeps saying so
    grade.grade(NAME, None, school.root)
    assert school.rows()["ada"] == row
    # and once it is mended, it is graded as any other
    monkeypatch.setattr(border, "notebook", notebook)
    assert school.grade() == {}
    assert school.tasks("ada") == FULL
    assert school.rows()["ada"]["notes"] == ""


def test_a_submission_that_cannot_be_kept_costs_nobody_else(school, monkeypatch):
    def fail(graded, release):
        if graded.student == "ada":
            raise OSError(28, "No space left on device")
        return as_notebook(graded, release)

    as_notebook = record.as_notebook
    monkeypatch.setattr(record, "as_notebook", fail)
    for student in ("ada", "bob"):
        school.hand_in(student, solved())
    failed = school.grade(workers=1)
    assert failed == {"ada": "not graded: OSError: No space left on device"}
    assert school.tasks("bob") == FULL
    assert "No space left" in school.rows()["ada"]["notes"]


def test_a_page_that_fails_costs_no_points_and_is_made_up_for(school, monkeypatch):
    def fail(row, notebook):
        if row["student"] == "ada":
            raise ValueError("no page")
        return page(row, notebook)

    page = give_back.page
    for student in ("ada", "bob"):
        school.hand_in(student, solved())
    with monkeypatch.context() as broken:
        broken.setattr(give_back, "page", fail)
        assert school.grade() == {"ada": "graded, but no page was written: ValueError: no page"}
    assert school.rows()["ada"]["score"] == school.rows()["bob"]["score"] == "13"
    assert school.page("bob")
    assert school.grade() == {}  # nothing new to grade, but the page
    assert school.page("ada")


def test_a_run_has_a_limit_too(school):
    """Endless submissions are put off once they have taken their time; others are graded."""
    from dataclasses import replace

    for student in ("a", "b", "d"):
        school.hand_in(student, hostile.first(hostile.ENDLESS))
    school.hand_in("c", solved())
    limits = replace(QUICK, seconds=1.5, overtime=2, patience=0.5)
    failed = school.grade(limits=limits)
    assert list(failed) == ["d"]
    assert "run the same command again" in failed["d"]
    assert school.tasks("c") == school.tasks("b") == FULL
    assert school.rows()["d"]["score"] == ""
    assert school.grade(limits=limits) == {}
    assert school.tasks("d") == FULL


class TestAgain:
    """Grading again is safe: what a teacher wrote by hand stays."""

    @pytest.fixture
    def graded(self, school):
        school.hand_in("ada", solved(words="my answer"))
        school.hand_in("bob", untouched())
        school.grade()
        with school.gradebook() as gradebook:
            gradebook.find_grade("words", NAME, NAME, "ada").manual_score = 1.5
            gradebook.find_grade("rate-check", NAME, NAME, "bob").manual_score = 1
            gradebook.find_comment("words", NAME, NAME, "ada").manual_comment = "well said"
            gradebook.db.commit()
        return school

    def hand_grades(self, school):
        return school.tasks("ada")["words"], school.tasks("bob")["rate"]

    def test_unchanged_submissions_are_not_run(self, graded, monkeypatch):
        monkeypatch.setattr(grade, "graded", None)
        graded.grade()
        assert self.hand_grades(graded) == (1.5, 1)
        assert sum("unchanged, kept" in line for line in graded.said) == 2

    def test_pages_and_tables_take_up_grades_given_by_hand(self, graded):
        grade.grade(NAME, None, graded.root)
        assert "well said" in graded.page("ada")
        lines = (graded.root / "grades.csv").read_text().split()
        assert lines == [f"student,{NAME}", "ada,14.5", "bob,1"]

    def test_grading_everything_again_keeps_them(self, graded):
        graded.grade(again=True)
        assert self.hand_grades(graded) == (1.5, 1)
        grade.grade(NAME, None, graded.root)
        assert "well said" in graded.page("ada")

    def test_a_new_submission_is_graded_and_keeps_them(self, graded):
        graded.hand_in("bob", solved(rate="behaviour = None"))
        graded.grade()
        assert self.hand_grades(graded) == (1.5, 1)
        assert graded.tasks("bob") == FULL | {"rate": 1}

    def test_a_grading_that_was_cut_off_is_made_up_for(self, graded, monkeypatch):
        def cut(*given, **options):
            raise KeyboardInterrupt

        graded.hand_in("bob", solved())
        with monkeypatch.context() as power:
            power.setattr(record, "enter", cut)  # taken over, but not graded
            with pytest.raises(KeyboardInterrupt):
                graded.grade()
        assert graded.tasks("bob")["stop"] == 0
        graded.grade()
        assert graded.tasks("bob")["stop"] == 4

    def test_an_unusable_new_file_does_not_cost_the_old_grade(self, graded):
        graded.hand_in("ada", "garbage")
        graded.grade()
        assert graded.tasks("ada") == FULL | {"words": 1.5}
        assert any("the earlier submission stays" in line for line in graded.said)

    def test_students_who_are_not_in_the_folder_keep_their_grades(self, graded):
        for path in (graded.folder / "ada").iterdir():
            path.unlink()
        (graded.folder / "ada").rmdir()
        graded.grade()
        assert graded.tasks("ada") == FULL | {"words": 1.5}

    def test_building_the_student_versions_again_keeps_them(self, graded):
        course.checked(course.api(graded.root).generate_assignment(NAME, force=True, create=True))
        graded.grade(again=True)
        assert self.hand_grades(graded) == (1.5, 1)


class TestFolder:
    def test_a_zip_of_an_lms_is_graded_and_its_points_go_back(self, school):
        """As Moodle packs a class; the table is the grading worksheet that it reads."""
        entries = [
            (f"Ada Lovelace_{n}_assignsubmission_file_/{NAME}.ipynb", hostile.text(solved()))
            for n in (12345, 12346)
        ]
        (school.root / "class.zip").write_bytes(packed(entries))
        assert school.grade(school.root / "class.zip", lms="moodle") == {}
        assert set(school.rows()) == {"Ada Lovelace (12345)", "Ada Lovelace (12346)"}
        with open(school.root / f"moodle-{NAME}.csv", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        assert [row["Identifier"] for row in table] == ["Participant 12345", "Participant 12346"]
        assert {row["Grade"] for row in table} == {"13"}
        assert "Last modified (grade)" in table[0]  # Moodle refuses a file without

    def test_canvas_gets_its_own_first_columns(self, school):
        entries = [(f"lovelaceada_123_67890_{NAME}.ipynb", hostile.text(solved()))]
        (school.root / "class.zip").write_bytes(packed(entries))
        school.grade(school.root / "class.zip", lms="canvas")
        with open(school.root / f"canvas-{NAME}.csv", encoding="utf-8") as file:
            header, points, row = csv.reader(file)
        assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        assert points == ["Points Possible", "", "", "", "", "15"]
        assert row == ["lovelaceada", "123", "", "", "", "13"]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "grading.grade", *arguments],
        env={"PYTHONPATH": str(course.ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )


def test_without_a_sandbox_nothing_runs_unless_told(tmp_path):
    (tmp_path / "ada").mkdir()
    answer = command(NAME, str(tmp_path))  # PATH is empty: no bwrap
    assert answer.returncode == 1
    assert "Nothing was run: " in answer.stderr
    assert "SANDBOX=no" in answer.stderr


def test_an_unknown_assignment_is_named():
    answer = command("07", "nowhere")
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"There is no assignment 07. There are {NAME}, ")


def test_every_way_hands_out_the_same_notebook(tmp_path):
    shutil.copytree(course.ROOT / "source", tmp_path / "source")
    for name in course.names():
        course.checked(course.api(tmp_path).generate_assignment(name, force=True, create=True))
        built = nbformat.read(tmp_path / "release" / name / f"{name}.ipynb", as_version=4)
        assert [c.source for c in built.cells] == [c.source for c in untouched(name).cells], name


def test_grading_itself_does_not_import_tensorflow():
    code = "import grading.grade, grading.build, sys; assert 'tensorflow' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(course.ROOT), "PATH": ""}
    )


@pytest.mark.parametrize("name", [name for name in course.names() if name < "04"])
def test_assignments_on_numpy_do_not_import_tensorflow(name, jailed):
    asked = "\n\n@part('x', 1, 'x')\ndef loaded(answer):\n    import sys\n" + (
        "    return 'tensorflow' in sys.modules or 'keras' in sys.modules\n"
    )
    done = run(course.cells(course.source(name)), course.tests(name) + asked)
    assert done.answers["loaded"] == {"value": 0.0}
    assert len(done.answers) == len(hidden_tests(course.tests(name)).parts) + 1


class TestMove:
    """Another database gets everything or nothing."""

    def test_the_copy_has_every_grade_and_goes_on_working(self, school, monkeypatch):
        school.hand_in("ada", solved(words="my answer"))
        school.grade()
        with school.gradebook() as gradebook:
            gradebook.find_grade("words", NAME, NAME, "ada").manual_score = 1.5
            gradebook.db.commit()
        old = f"sqlite:///{school.root / 'gradebook.db'}"
        assert move.move(old, f"sqlite:///{school.root / 'new.db'}") > 30
        (school.root / "new.db").replace(school.root / "gradebook.db")
        school.grade(again=True)
        assert school.tasks("ada") == FULL | {"words": 1.5}

    def test_a_gradebook_in_use_is_not_overwritten(self, school):
        old = f"sqlite:///{school.root / 'gradebook.db'}"
        before = (school.root / "gradebook.db").read_bytes()
        with pytest.raises(ValueError, match="has rows in assignment already"):
            move.move(old, old)
        assert (school.root / "gradebook.db").read_bytes() == before
