"""A course with the first assignment in a temporary folder, and submissions to it."""

import csv
import io
import os
import runpy
import shutil
import sys
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

import lesson
from grading import course, grade, sandbox
from grading.limits import LIMITS

NAME = "01_gradient_descent"
QUICK = replace(LIMITS, seconds=3)  # what does not end is waited for


@pytest.fixture(scope="session")
def jailed():
    """The tests that need the sandbox; with CI=true a missing one is a failure on Linux."""
    if sandbox.missing():
        if os.environ.get("CI") == "true" and sys.platform == "linux":
            pytest.fail(f"no sandbox: {sandbox.missing()}")
        pytest.skip(sandbox.missing())


class Class:
    """Students who hand in, and what grading makes of it."""

    def __init__(self, root):
        self.root = root
        self.folder = root / "handed in"
        self.folder.mkdir()
        self.said = []

    def hand_in(self, student, content, file=f"{NAME}.ipynb"):
        place = self.folder / student / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content if isinstance(content, str) else nbformat.writes(content))
        return place

    def grade(self, place=None, **options):
        self.said = []
        options = {"limits": QUICK, "say": self.said.append, **options}
        return grade.grade(NAME, place or self.folder, self.root, **options)

    def rows(self):
        """report.csv by student."""
        with open(self.root / "report.csv", newline="", encoding="utf-8") as file:
            return {row["student"]: row for row in csv.DictReader(file)}

    def tasks(self, student):
        """Points by task."""
        pairs = (entry.split() for entry in self.rows()[student]["tasks"].split("; "))
        return {task: float(points.partition("/")[0]) for task, points in pairs}

    def page(self, student):
        return (self.root / "feedback" / student / NAME / f"{NAME}.html").read_text("utf-8")

    def gradebook(self):
        return course.api(self.root).gradebook


@pytest.fixture(scope="session")
def built():
    """A course in which the student version is built; made once for all tests."""

    def make(root):
        shutil.copytree(course.ROOT / "source" / NAME, root / "source" / NAME)
        course.checked(course.api(root).generate_assignment(NAME, force=True, create=True))

    return lesson.once("course", make)


@pytest.fixture
def school(tmp_path, built, jailed):
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return Class(tmp_path)


def solved(name=NAME, /, **changes):
    """An assignment with its solutions, some cells replaced: `slope="…"`."""
    return change(course.source(name), changes)


def untouched(name=NAME, /, **changes):
    """An assignment as students get it, some cells replaced."""
    return change(course.student_version(name), changes)


def change(notebook, changes):
    for task, source in changes.items():
        [cell] = [cell for cell in notebook.cells if cell.id == task]
        cell.source = source
    return notebook


def bank(name=NAME):
    """WRONG and RIGHT answers to an assignment."""
    return runpy.run_path(str(Path(__file__).parent / "bank" / f"{name}.py"))


def packed(files, method=zipfile.ZIP_DEFLATED):
    """A zip as bytes, from names and contents."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as archive:
        warnings.simplefilter("ignore")  # of names that occur twice
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()
