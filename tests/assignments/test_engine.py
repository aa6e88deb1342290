"""One class, graded by one worker, by several and on a cluster: the same to the byte."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assignments import hostile
from assignments.conftest import QUICK, solved
from cluster import cluster
from grading import engine

SOME = [
    "right 1", "right draws", "right picture", "untouched", "wrong rate 1", "wrong syntax",
    "endless sleep", "os._exit in an answer", "patches", "spy prints", "garbage", "words links",
]  # fmt: skip


@pytest.fixture
def two(jailed):
    """Two workers of Dask on this machine: the address, and the processes."""
    with cluster(2) as (address, running):
        yield address, running


def results(school, **how):
    """Every file that grading this class writes, by its place."""
    assert school.grade(**how) == {}
    kept = {}
    for folder in ("autograded", "submitted", "feedback"):
        for path in sorted((school.root / folder).rglob("*")):
            if path.is_file():
                kept[str(path.relative_to(school.root))] = path.read_bytes()
    for name in ("report.csv", "grades.csv"):
        kept[name] = (school.root / name).read_bytes()
    return kept


def some(school):
    hostile.hand_in(school.folder, {student: hostile.STUDENTS[student] for student in SOME})


def test_one_worker_several_and_a_cluster_give_the_same(school, two, tmp_path):
    some(school)
    # four that draw at once on a busy machine may each need some seconds
    limits = replace(QUICK, seconds=6)
    serial = results(school, workers=1, limits=limits)
    assert len(serial) == 3 * len(SOME) + 2
    # an interrupted or another run begins from what is kept: so every run needs a new course
    for how in ({"workers": 4}, {"address": two[0]}):
        for folder in ("autograded", "submitted", "feedback"):
            (school.root / folder).rename(tmp_path / f"{folder}-{len(how)}-{next(iter(how))}")
        (school.root / "gradebook.db").unlink()
        (school.root / "release").rename(tmp_path / f"release-{next(iter(how))}")
        assert results(school, limits=limits, **how) == serial, how


def test_a_worker_that_dies_takes_nothing_with_it(school, two):
    address, running = two
    for number in range(8):
        school.hand_in(f"s{number}", solved())

    def say(line):
        school.said.append(line)
        if len(school.said) == 2:
            running[1].send_signal(signal.SIGKILL)

    assert school.grade(address=address, say=say) == {}
    assert running[1].wait(5) == -signal.SIGKILL
    assert {student: sum(school.tasks(student).values()) for student in school.rows()} == {
        f"s{number}": 13 for number in range(8)
    }


def test_a_run_that_was_interrupted_goes_on_where_it_was(school):
    for number in range(5):
        school.hand_in(f"s{number}", solved())

    def stop(line):
        school.said.append(line)
        if len(school.said) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        school.grade(say=stop, workers=1)
    school.grade(workers=1)
    assert sum("unchanged, kept" in line for line in school.said) == 3
    assert len(school.rows()) == 5


class TestBadInput:
    """One clear sentence, and nothing half done."""

    def refused(self, school, **how):
        school.hand_in("ada", solved())
        with pytest.raises(SystemExit) as told:
            school.grade(**how)
        assert not (school.root / "autograded").exists()
        return str(told.value)

    def test_no_workers(self, school):
        assert self.refused(school, workers=0) == "WORKERS must be 1 or more. Received: WORKERS=0"

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://"])
    def test_an_engine_that_does_not_answer(self, school, monkeypatch, address):
        monkeypatch.setattr(engine, "PATIENCE", 1)
        told = self.refused(school, address=address)
        assert told.startswith(f"No Dask scheduler answers at ENGINE={address}")

    def test_a_cluster_without_workers(self, school, jailed, monkeypatch):
        monkeypatch.setattr(engine, "PATIENCE", 1)
        with cluster(1) as (address, (_, worker)):
            worker.kill()
            worker.wait()
            time.sleep(1)
            assert "has no workers" in self.refused(school, address=address)

    def test_a_scheduler_that_does_not_know_the_code(self, school, jailed):
        with cluster(1, scheduler_knows=False) as (address, _):
            told = self.refused(school, address=address)
        assert told.startswith("The scheduler cannot grade: ModuleNotFoundError: No module named")

    def test_a_worker_with_another_version(self, school, jailed, monkeypatch, request):
        engine.about.cache_clear()
        with monkeypatch.context() as here:
            here.setattr(engine, "version", lambda name: "1.0")
            engine.about()
        request.addfinalizer(engine.about.cache_clear)
        with cluster(1) as (address, _):
            assert "cannot grade: it has numpy" in self.refused(school, address=address)

    def test_a_worker_with_another_version_of_the_project(self):
        assert engine.differs({**engine.about(), "code": "x"}) == (
            "it has another version of this project."
        )

    def test_a_worker_without_a_sandbox(self, jailed):
        assert "install" in engine.differs({**engine.about(), "missing": "install bubblewrap"})

    def test_a_worker_that_joins_later_is_looked_at_too(self):
        with ThreadPoolExecutor(1) as pool, pytest.raises(engine.Different):
            pool.submit(engine.checked, {"code": "x"}, print).result()


def test_no_more_calls_are_made_than_there_is_room_for():
    """A class of thousands is not in memory at once."""
    made, most = [], []

    def calls():
        for number in range(20):
            made.append(number)
            yield abs, -number

    with ThreadPoolExecutor(2) as pool:
        taken = 0
        for _ in engine.results(pool, 3, calls()):
            most.append(len(made) - taken)
            taken += 1
    assert taken == 20
    assert max(most) <= 4
