"""`make hub` says in one sentence what is missing, and makes nothing before all is there."""

import getpass
import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import start

ME = getpass.getuser()


@pytest.fixture
def refused(monkeypatch, tmp_path):
    """What `check` says, for some settings."""

    def say(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as told:
            start.check()
        assert str(told.value).count("\n") == 0
        return str(told.value)

    monkeypatch.setattr(start, "HOME", tmp_path)
    monkeypatch.setattr(start, "ports", lambda: (0, 0, 0, 0))  # any that are free
    monkeypatch.setattr(start, "trial", lambda: False)
    for name in ("HUB_TEACHERS", "HUB_STUDENTS", "HUB_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    return say


def some_users(count):
    names = [one.pw_name for one in pwd.getpwall() if one.pw_uid != 0]
    return names[:count]


def test_a_trial_is_for_one_person_only(refused, monkeypatch):
    monkeypatch.setattr(start, "trial", lambda: True)
    assert "could read each other's work" in refused(HUB_STUDENTS="ada bob")
    monkeypatch.setenv("HUB_STUDENTS", "")
    assert start.students() == start.teachers() == [ME]


def test_a_missing_program(refused, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused() == "JupyterHub needs node: install the packages nodejs, npm, git."


def test_a_port_that_is_taken(refused, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(start, "ports", lambda: (port, 0, 0, 0))
        told = refused()
    assert told.startswith(f"Port {port} cannot be used (Address already in use)")
    assert "HUB_PORT=… chooses others" in told


@pytest.mark.parametrize("given", ["", "80a", "-1", "0", "65001", "9" * 99])
def test_a_port_that_is_none(monkeypatch, given):
    monkeypatch.setenv("HUB_PORT", given)
    start.ports.cache_clear()
    with pytest.raises(SystemExit, match=f"HUB_PORT must be .* Received: {given}$"):
        start.ports()


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("HUB_CPUS", "two"), ("HUB_CPUS", "0"), ("HUB_CPUS", "-1"), ("HUB_CPUS", ""),
        ("HUB_MEMORY", "2 GB"), ("HUB_MEMORY", "lots"), ("HUB_IDLE", "an hour"), ("HUB_IDLE", "0"),
    ],
)  # fmt: skip
def test_an_amount_that_is_none(refused, variable, given):
    told = refused(**{variable: given})
    assert told.startswith(f"{variable} must be a")
    assert told.endswith(f"Received: {given}")


@pytest.mark.parametrize("cpus", ["2", "0.5", "10"])
def test_an_amount_that_is_one(refused, cpus):
    assert "HUB_TEACHERS" in refused(HUB_CPUS=cpus, HUB_MEMORY="1.5G", HUB_IDLE="60")


def test_nobody_named(refused):
    assert 'HUB_TEACHERS="ada"' in refused()


def test_a_teacher_who_is_a_student(refused):
    one, two = some_users(2)
    told = refused(HUB_TEACHERS=f"{one} {two}", HUB_STUDENTS=two)
    assert told == f"{two}: a teacher cannot be a student as well."


def test_a_user_or_group_that_does_not_exist(refused):
    [one] = some_users(1)
    assert "adduser nobody-here" in refused(HUB_TEACHERS=one, HUB_STUDENTS="nobody-here")
    assert "there is none" in refused(HUB_TEACHERS=one, HUB_STUDENTS="@no-such-group")


def test_the_administrator_is_no_student(refused):
    [one] = some_users(1)
    assert "must not run" in refused(HUB_TEACHERS=one, HUB_STUDENTS="root")


def test_a_python_that_others_cannot_run(refused, tmp_path):
    one, two = some_users(2)
    (tmp_path / "bin").mkdir(mode=0o700)
    (tmp_path / "bin/python3").touch(mode=0o755)
    told = refused(HUB_TEACHERS=one, HUB_STUDENTS=two, HUB_PYTHON=str(tmp_path / "bin/python3"))
    assert told.startswith(f"Other users cannot run {tmp_path}/bin/python3: ")
    assert "HUB_PYTHON=/usr/bin/python3" in told


def test_a_project_that_students_can_read(refused, monkeypatch):
    one, two = some_users(2)
    monkeypatch.setattr(start, "closed", lambda path: None)
    told = refused(HUB_TEACHERS=one, HUB_STUDENTS=two)
    assert told == (
        f"Students could read the solutions in {start.PROJECT}/assignments: "
        f"chmod 700 {start.PROJECT}"
    )


def test_homes_that_other_students_can_read(tmp_path):
    tmp_path.chmod(0o755)
    homes = [tmp_path / "ada", tmp_path / "bob"]
    with pytest.MonkeyPatch.context() as here:
        here.setattr(start, "closed", lambda path: None if path.stat().st_mode & 1 else path)
        for home in homes:
            home.mkdir(mode=0o700)
        start.check_homes([*map(str, homes), "/nobody/has/this"])
        homes[1].chmod(0o755)
        with pytest.raises(SystemExit) as told:
            start.check_homes(list(map(str, homes)))
    assert str(told.value) == f"Students could read each other's work: chmod 700 {homes[1]}"


def test_nothing_is_made_when_something_is_missing(tmp_path):
    settings = {"HUB_HOME": str(tmp_path / "made"), "HUB_STUDENTS": "x y"}
    settings["PYTHONPATH"] = f"{start.HUB}:{start.PROJECT}/assignments"
    done = subprocess.run(
        [sys.executable, Path(start.__file__)],
        env={**os.environ, **settings}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_lessons_are_renewed_and_what_a_student_has_changed_stays(monkeypatch, tmp_path):
    """As `gitpuller` on a student's server does it, without a network."""
    monkeypatch.setattr(start, "HOME", tmp_path)
    monkeypatch.setattr(start, "PROJECT", tmp_path)
    (tmp_path / "notebooks").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"notebooks/{name}.ipynb").write_text('{"v": 1}\n')
    start.lessons()

    def pull():
        command = [sys.executable, "-m", "nbgitpuller.pull", f"file://{tmp_path}/lessons.git"]
        subprocess.run([*command, "main", "lessons"], cwd=tmp_path, check=True, capture_output=True)
        return {path.name: path.read_text() for path in (tmp_path / "lessons").glob("*.ipynb")}

    assert pull() == {"a.ipynb": '{"v": 1}\n', "b.ipynb": '{"v": 1}\n'}
    (tmp_path / "lessons/a.ipynb").write_text('{"mine": 1}\n')
    for name in ("a", "b", "c"):
        (tmp_path / f"notebooks/{name}.ipynb").write_text('{"v": 2}\n')
    start.lessons()
    assert pull() == {
        "a.ipynb": '{"mine": 1}\n', "b.ipynb": '{"v": 2}\n', "c.ipynb": '{"v": 2}\n'
    }  # fmt: skip
    start.lessons()  # nothing has changed: no commit, no error
