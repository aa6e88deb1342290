"""A whole class hands in: right, wrong and misbehaving. Nobody stops or changes another's grade."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from html import unescape

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from assignments.conftest import NAME, bank, solved, untouched
from grading import course, grade, move, sandbox
from grading.session import hidden_tests

FULL = {"slope": 3, "stop": 4, "rate": 3, "batch": 3, "words": 0}
NOTHING = dict.fromkeys(FULL, 0)


def with_cell(notebook, source, place=2):
    notebook.cells.insert(place, new_code_cell(source))
    return notebook


def without(notebook, *ids):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]
    return notebook


def twice(notebook, task, source):
    [place] = [k for k, cell in enumerate(notebook.cells) if cell.id == task]
    copy = notebook.cells[place].copy()
    copy.update(source=source, id=f"{task}-2")
    notebook.cells.insert(place + 1, nbformat.from_dict(copy))
    return notebook


def more_points(notebook):
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade:
            cell.metadata.nbgrader.points = 100
            cell.source = "100"
    return notebook


PATCHES = """
import builtins
import numpy as np

np.allclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
np.asarray = lambda *a, **k: 0.0
builtins.abs = lambda x: 0


class Anything:
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __float__ = lambda self: 0.0


def cost_derivative(*arguments):
    return Anything()


def behaviour(*arguments):
    return Anything()
"""

SEARCH = """
import glob

for pattern in ("/*", "/root/*", "/home/*", "/work/*", "/work/main/*", "/tmp/*"):
    print(glob.glob(pattern))
print(open("/etc/passwd").read())
"""

FORGED = r"""
import os

message = '{"ready": true}\n{"part": "slope_values", "answer": "{\\"value\\": 0.0}"}\n'
for number in range(3, 30):
    try:
        os.write(number, message.encode() + b'{"end": true}\n')
    except OSError:
        pass
"""

BEFORE_THE_STOP = "def descend(gradient, start, learning_rate, tolerance, max_steps):\n    "

# student: (what is handed in, points by task, words of the report's note)
CLASS = {
    "right-1": (solved(), FULL, ""),
    "right-2": (solved(**bank()["RIGHT"]), FULL, ""),
    "right-3 adds cells": (with_cell(solved(), "note = 1"), FULL, ""),
    "right-4 magic": (with_cell(solved(), "%matplotlib inline\nprint('plot')"), FULL, ""),
    "right-5 no metadata": (
        nbformat.v4.new_notebook(cells=[new_code_cell(c.source) for c in solved().cells[1:-1]
                                        if c.cell_type == "code"]),
        FULL,
        "deleted cells",
    ),
    "right-6 deletes a check": (without(solved(), "rate-check"), FULL, "rate-check"),
    "right-7 changes a check": (
        solved(**{"rate-check": "assert True"}), FULL, "rate-check was changed"
    ),
    "right-8 twice, last right": (
        twice(solved(slope="def cost_derivative(w, houses):\n    return 7"),
              "slope", "".join(c.source for c in solved().cells if c.id == "slope")),
        FULL, "slope occurs more than once",
    ),
    "untouched": (untouched(), NOTHING, ""),
    "half": (without(solved(), "rate", "batch"), FULL | {"rate": 0, "batch": 0}, "deleted"),
    **{
        f"wrong-{task}-{k}": (solved(**{task: source}), FULL | {task: kept}, "")
        for task, answers in bank()["WRONG"].items()
        for k, (_, kept, source) in enumerate(answers[:2])
    },
    "twice, last wrong": (
        twice(solved(), "slope", "def cost_derivative(w, houses):\n    return 7"),
        FULL | {"slope": 0}, "slope occurs more than once",
    ),
    "syntax error": (
        solved(slope="def cost_derivative(w, houses:\n    pass"), FULL | {"slope": 0},
        "cell slope has a syntax error",
    ),
    "endless loop": (
        with_cell(untouched(), "while True:\n    try:\n        1 / 0\n    except BaseException:\n"
                  "        pass"), NOTHING, "did not end within 4 seconds",
    ),
    "endless answer": (
        solved(stop=BEFORE_THE_STOP + "while True: pass"), FULL | {"stop": 0},
        "did not end within 4 seconds",
    ),
    "sys.exit": (
        solved(slope="import sys\nsys.exit()"), FULL | {"slope": 0}, "wanted to end Python"
    ),
    "exit in an answer": (
        solved(stop=BEFORE_THE_STOP + "import sys; sys.exit()"), FULL | {"stop": 0},
        "wanted to end Python",
    ),
    "kernel killed": (
        solved(slope="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
        FULL | {"slope": 0}, "ended the process",
    ),
    "prints a gigabyte": (
        with_cell(untouched(), "for _ in range(10_000):\n    print('x' * 100_000)"), NOTHING,
        "printed more than is kept",
    ),
    "100 GB": (
        with_cell(untouched(), "x = bytearray(100 * 2**30)"), NOTHING, "more memory than there is"
    ),
    "patches": (with_cell(untouched(), PATCHES, len(untouched().cells)), NOTHING, "replaced"),
    "deletes names": (
        with_cell(solved(), "import numpy as np\ndel np.allclose, np.array_equal"), FULL,
        "replaced numpy.allclose, numpy.array_equal",
    ),
    "reads files": (with_cell(untouched(), SEARCH), NOTHING, "opened /etc/passwd"),
    "network": (
        with_cell(untouched(), "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)"),
        NOTHING, "connected to",
    ),
    "forged": (with_cell(untouched(), FORGED), NOTHING, "sent a report of its own"),
    "forks": (with_cell(untouched(), "import os\nos.fork()\nos.fork()"), NOTHING, "forked"),
    "more points": (more_points(untouched()), NOTHING, "was changed"),
    "not a notebook": ("%PDF-1.7", NOTHING, "is not a notebook that can be read"),
    "deep": ("[" * 100_000, NOTHING, "is not a notebook that can be read"),
    "no cells": ('{"cells": []}', NOTHING, "deleted cells were put back empty"),
}  # fmt: skip


def fill(school):
    for student, (content, _, _) in CLASS.items():
        school.hand_in(student, content)
    (school.folder / "missing").mkdir()
    school.hand_in("renamed", solved(), "copy (1).ipynb")
    (school.folder / "link").mkdir()
    (school.folder / "link" / f"{NAME}.ipynb").symlink_to(
        school.folder / "right-1" / f"{NAME}.ipynb"
    )


EXPECTED = {student: points for student, (_, points, _) in CLASS.items()} | {
    "missing": NOTHING,
    "renamed": FULL,
    "link": NOTHING,
}
NOTES = {student: note for student, (_, _, note) in CLASS.items()} | {
    "missing": "no notebook found; files: none",
    "renamed": "the file was called copy (1).ipynb",
    "link": "a link to another file",
}


def test_a_class_gets_what_it_has_earned(school):
    fill(school)
    failed = school.grade()
    given = {student: school.tasks(student) for student in school.rows()}
    print(f"{'student':26s} expected given  note")
    for student, row in school.rows().items():
        expected, got = sum(EXPECTED[student].values()), sum(given[student].values())
        print(f"{student:26s} {expected:8g} {got:5g}  {row['notes']}")
    assert failed == {}
    assert given == EXPECTED
    notes = {student: row["notes"] for student, row in school.rows().items()}
    assert {s: notes[s] for s in NOTES if NOTES[s] not in notes[s] or "\n" in notes[s]} == {}
    # progress: one line a student, in order
    count = len(EXPECTED)
    assert [line.strip().split("  ")[0] for line in school.said] == [
        f"{number} of {count}" for number in range(1, count + 1)
    ]
    assert len(school.page("prints a gigabyte")) < 2_000_000  # of what it prints, the start is kept
    # nothing of the hidden tests or the solutions reaches a student who has not written it
    secrets = [
        line.strip()
        for text in (course.hidden_tests(NAME), *(c.source for c in solved().cells))
        for line in text.splitlines()
        if len(line.strip()) > 30 and "@part" not in line and '"""' not in line
    ]
    shown = "".join(cell.source for cell in untouched().cells)
    secrets = [line for line in secrets if line not in shown]
    assert len(secrets) > 15
    for student in ("untouched", "reads files", "forged", "patches", "forks"):
        page = unescape(school.page(student))
        assert [line for line in secrets if line in page] == []


def test_a_printing_answer_shows_no_hidden_values(school):
    spy = (
        "def cost_derivative(w, houses):\n"
        "    print('called with', w, houses)\n"
        "    open('seen', 'a').write(str(houses))\n"
        "    raise type('Saw' + str(len(houses)), (Exception,), {})(str(houses))"
    )
    last = "import threading, time, sys\nprint('stdin', sys.stdin.read())"
    school.hand_in("spy", with_cell(solved(slope=spy), last, len(solved().cells)))
    school.grade()
    page = unescape(school.page("spy"))
    assert "called with 0.0 [0.]" in page  # from the visible check
    assert page.count("called with") == 2  # that line and the code itself: no hidden test
    assert "Saw5" not in page
    assert "stopped with an error" in page
    assert school.tasks("spy") == FULL | {"slope": 0}


def test_a_written_answer_cannot_run_a_script(school):
    school.hand_in("eve", solved(words='<script>alert("x")</script><img src=x onerror="alert(1)">'))
    school.hand_in(
        "zoe", solved(slope="from IPython.display import HTML\nHTML('<script>alert(2)')")
    )
    school.grade()
    assert 'alert("x")' in unescape(school.page("eve"))
    for student in ("eve", "zoe"):
        assert "<script>alert" not in school.page(student)
        assert "<img src=x" not in school.page(student)


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
        monkeypatch.setattr(sandbox, "run", None)
        graded.grade()
        assert self.hand_grades(graded) == (1.5, 1)
        assert all("unchanged, kept" in line for line in graded.said)

    def test_pages_and_tables_take_up_grades_given_by_hand(self, graded):
        grade.grade(NAME, None, graded.root)
        assert "well said" in graded.page("ada")
        lines = (graded.root / "grades.csv").read_text().split()
        assert lines == [f"student,{NAME}", "ada,14.5", "bob,1.0"]

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
            power.setattr(course.NbGraderAPI, "autograde", cut)  # taken over, but not graded
            with pytest.raises(KeyboardInterrupt):
                graded.grade()
        assert graded.tasks("bob")["stop"] == 0
        graded.grade()
        assert graded.tasks("bob")["stop"] == 4

    def test_an_unusable_new_file_does_not_cost_the_old_grade(self, graded):
        graded.hand_in("ada", "garbage")
        graded.grade()
        assert graded.tasks("ada") == FULL | {"words": 1.5}
        assert "the earlier submission stays" in graded.said[0]

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
    def test_files_named_by_student_are_taken_too(self, school):
        (school.folder / "ada.ipynb").write_text(nbformat.writes(solved()))
        school.grade()
        assert school.tasks("ada") == FULL

    @pytest.mark.parametrize("name", ["a[b]", "=1+2", "a*", "a\\b", " a"])
    def test_a_name_that_cannot_be_one_is_refused_before_anything_runs(self, school, name):
        school.hand_in("ada", solved())
        (school.folder / name).mkdir()
        with pytest.raises(SystemExit, match="cannot be the name of a student"):
            school.grade()
        assert (
            not (school.root / "gradebook.db").exists() or not (school.root / "submitted").exists()
        )

    def test_an_empty_folder_is_an_error(self, school):
        with pytest.raises(SystemExit, match="No submissions"):
            school.grade()

    def test_two_submissions_of_one_student_are_an_error(self, school):
        school.hand_in("ada", solved())
        (school.folder / "ada.ipynb").touch()
        with pytest.raises(SystemExit, match="Two submissions of 'ada'"):
            school.grade()


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
    assert answer.returncode == 2
    assert NAME in answer.stderr


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
    cells = [cell.source for cell in course.source(name).cells if cell.cell_type == "code"]
    asked = "\n\n@part('x', 1, 'x')\ndef loaded(answer):\n    import sys\n" + (
        "    return 'tensorflow' in sys.modules or 'keras' in sys.modules\n"
    )
    record = sandbox.run(cells, course.hidden_tests(name) + asked)
    assert record.answers["loaded"] == {"value": 0.0}
    assert len(record.answers) == len(hidden_tests(course.hidden_tests(name)).parts) + 1


class TestSandbox:
    """Each limit by itself, and what a cell can see."""

    def seen(self, source, **options):
        [output] = sandbox.run([source], **options).outputs[0]
        return output["data"]["text/plain"] if "data" in output else output.get("ename")

    def test_no_network(self, jailed):
        with socket.create_server(("127.0.0.1", 0)) as server:  # which does answer outside
            here = server.getsockname()
            socket.create_connection(here).close()
            seen = self.seen(f"import socket; socket.create_connection({here})")
        assert seen == "ConnectionRefusedError"

    def test_only_its_own_folder_can_be_written(self, jailed):
        assert self.seen("open('here', 'w').write('x')") == "1"
        for place in ("/usr/x", sys.prefix + "/x", str(course.ROOT.parent / "helpers" / "x")):
            assert self.seen(f"open({place!r}, 'w')") == "OSError"

    def test_the_course_cannot_be_read(self, jailed):
        for place in ("source", "hidden_tests", "gradebook.db", "submitted"):
            assert self.seen(f"open({str(course.ROOT / place)!r})") == "FileNotFoundError"

    def test_other_processes_cannot_be_seen(self, jailed):
        assert int(self.seen("import os; len([p for p in os.listdir('/proc') if p.isdigit()])")) < 5

    def test_memory_and_files_are_limited(self, jailed):
        assert self.seen("len(bytearray(20 * 2**30))") == "MemoryError"
        assert self.seen("open('big', 'wb').write(bytes(100 * 2**20))") == "OSError"

    def test_the_helpers_of_the_lessons_are_there(self, jailed):
        assert self.seen("from helpers.activations import relu; float(relu(-1))") == "0.0"

    def test_nothing_is_left_behind(self, jailed, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        record = sandbox.run(["open('x', 'w').write('x')", "import os; os.listdir()"])
        assert "'x'" in record.outputs[1][0]["data"]["text/plain"]
        assert os.listdir(tmp_path) == []

    def test_without_it_time_and_memory_are_still_limited(self):
        record = sandbox.run(
            ["while True: pass", "x = bytearray(20 * 2**30)"], sandboxed=False, seconds=2
        )
        assert record.lost == {0: "did not end within 2 seconds"}
        assert record.outputs[1][0]["ename"] == "MemoryError"

    def test_many_endless_cells_are_given_up(self):
        record = sandbox.run(["while True: pass"] * 9, sandboxed=False, seconds=0.7)
        assert len(record.lost) == sandbox.ATTEMPTS + 1
        assert "given up" in record.lost["notebook"]


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
