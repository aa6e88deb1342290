"""nbgrader's exchange: what students submit there is graded, the newest, and pages go back."""

import getpass
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.exchange import ExchangeFactory
from nbgrader.plugins import LateSubmissionPlugin

from assignments.conftest import NAME, solved, untouched
from grading import COURSE, course, exchange, grade

ME = getpass.getuser()


@pytest.fixture
def shared(school, monkeypatch, tmp_path):
    """An exchange to which the assignment was released, and a student's own folder."""
    for folder in ("exchange", "home"):
        (tmp_path / folder).mkdir()
    (tmp_path / "exchange").chmod(0o777)
    monkeypatch.setenv("EXCHANGE", str(tmp_path / "exchange"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("JUPYTERHUB_USER", ME)
    released = exchange.release(NAME, school.root)
    assert [path.name for path in released.iterdir()] == [f"{NAME}.ipynb"]
    text = (released / f"{NAME}.ipynb").read_text("utf-8")
    assert "BEGIN SOLUTION" not in text
    assert "BEGIN HIDDEN" not in text
    return tmp_path / "exchange" / COURSE


def submit(school, notebook):
    """Submit as a student does, with nbgrader's own code."""
    folder = school.root / "home" / NAME
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    nbgrader = course.api(school.root)
    nbgrader.coursedir.assignment_id = NAME
    factory = ExchangeFactory(config=nbgrader.config)
    app = factory.Submit(
        coursedir=nbgrader.coursedir, authenticator=nbgrader.authenticator, config=nbgrader.config
    )
    app.assignment_dir = str(folder.parent)
    app.start()


def give_back(school):
    """`make grade ASSIGNMENT=… FORMAT=exchange`."""
    return grade.grade(NAME, None, school.root, lms="exchange", say=school.said.append)


def forged(shared, student, *, time=None, content="{}"):
    """A folder in the exchange as anybody can make one."""
    time = f"{time or datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
    folder = shared / "inbound" / f"{student}+{NAME}+{time}+abc"
    folder.mkdir()
    (folder / f"{NAME}.ipynb").write_text(content)
    return folder


def test_the_newest_submission_is_graded_and_its_page_goes_back(school, shared, monkeypatch):
    submit(school, untouched())
    submit(school, solved())
    assert school.grade("exchange") == {}
    assert sum(school.tasks(ME).values()) == 13
    assert give_back(school) == {}
    [page] = (shared / "feedback").iterdir()
    assert page.read_text("utf-8") == school.page(ME)
    nbgrader = course.api(school.root)
    monkeypatch.chdir(school.root / "home")
    course.checked(nbgrader.fetch_feedback(NAME, ME))
    fetched = list((school.root / "home").rglob("feedback/**/*.html"))
    assert [path.read_text("utf-8") for path in fetched] == [school.page(ME)]
    school.grade("exchange")
    assert any("unchanged, kept" in line for line in school.said)


def test_a_submission_under_another_name_is_not_taken(school, shared):
    """Everybody can write there: bob would replace, or spoil, the work of ada."""
    submit(school, solved())
    forged(shared, "ada")
    forged(shared, f"{ME}+{NAME}+x")
    school.grade("exchange")
    assert list(school.rows()) == [ME]
    assert f"A submission says it is of ada, and belongs to {ME}." in school.said


def test_links_are_not_followed(school, shared, tmp_path):
    secret = tmp_path / "secret.ipynb"
    nbformat.write(solved(), secret)
    folder = forged(shared, ME)
    (folder / f"{NAME}.ipynb").unlink()
    (folder / f"{NAME}.ipynb").symlink_to(secret)
    (shared / "inbound" / f"{ME}+{NAME}+2030-01-01 00:00:00.0 UTC").symlink_to(tmp_path)
    school.grade("exchange")
    assert "is a link" in school.rows()[ME]["notes"]
    assert sum(school.tasks(ME).values()) == 0


@pytest.mark.parametrize(
    "secret", ["", "../../../x", "a" * 500, "link"], ids=["none", "way up", "long", "link"]
)
def test_a_secret_that_makes_no_sense_gives_no_page_back(school, shared, tmp_path, secret):
    submit(school, solved())
    [folder] = (shared / "inbound").iterdir()
    (folder / "submission_secret.txt").unlink()
    if secret == "link":
        (tmp_path / "x").write_text("a" * 64)
        (folder / "submission_secret.txt").symlink_to(tmp_path / "x")
    else:
        (folder / "submission_secret.txt").write_text(secret)
    school.grade("exchange")
    give_back(school)
    assert school.said[-1].endswith(f"did not submit to the exchange: {ME}")
    assert not (shared / "feedback").exists()


class Hourly(LateSubmissionPlugin):
    """A point for each hour."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 3600


def test_a_late_submission_is_marked_and_loses_what_the_teacher_has_set(
    school, shared, monkeypatch
):
    settings = course.settings

    def strict():
        config = settings()
        config.AssignLatePenalties.plugin_class = Hourly
        return config

    monkeypatch.setattr(course, "settings", strict)
    submit(school, solved())
    with school.gradebook() as gradebook:
        due = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=2, minutes=10, seconds=-30)
        gradebook.find_assignment(NAME).duedate = due
        gradebook.db.commit()
    school.grade("exchange")
    row = school.rows()[ME]
    assert row["notes"].startswith("handed in 2 h 10 min late: 2 points off")
    assert float(row["score"]) == 11
    assert "2 h 10 min late" in school.page(ME)


def test_a_time_that_was_made_up_is_told(school, shared):
    forged(
        shared, ME, time=datetime.now(UTC) - timedelta(days=1), content=nbformat.writes(solved())
    )
    school.grade("exchange")
    assert "as it says, but changed" in school.rows()[ME]["notes"]


def test_nothing_released_or_submitted_is_one_sentence(school, shared):
    with pytest.raises(SystemExit, match="Nobody has submitted"):
        school.grade("exchange")
    shutil.rmtree(shared)
    with pytest.raises(SystemExit, match="Nothing was released"):
        school.grade("exchange")
    assert os.listdir(Path(school.root) / "exchange") == []
