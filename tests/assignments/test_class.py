"""A whole class hands in: right, wrong and hostile. Nobody stops or changes another's grade."""

import os
import re
import tempfile
from html import unescape
from html.parser import HTMLParser

import psutil

from assignments import hostile
from assignments.conftest import NAME, solved, untouched
from grading import course


class Tags(HTMLParser):
    """Every tag of a page, and its attributes."""

    def __init__(self, page):
        super().__init__()
        self.names, self.attributes = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes |= {(name, (value or "")[:5]) for name, value in attributes}


def left():
    """Processes of submissions that still run, here."""
    running = []
    for one in psutil.Process().children():
        command = " ".join(one.cmdline())
        if "serve()" in command:
            running.append(one)
        elif "warm import main" in command:  # it stays, with bubblewrap; its copies go
            running += one.children(recursive=True)[2:]
    return running


def test_a_class_gets_what_it_has_earned(school, tmp_path, monkeypatch, capsys):
    hostile.hand_in_all(school.folder)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    failed = school.grade(workers=3)  # some of them sleep
    rows = school.rows()
    given = {student: school.tasks(student) for student in rows}
    with capsys.disabled():
        print(f"\n{'student':34s} expected given  note")
        for student, row in rows.items():
            wanted, got = sum(hostile.EXPECTED[student].values()), sum(given[student].values())
            print(f"{student:34s} {wanted:8g} {got:5g}  {row['notes'][:120]}")
    assert len(hostile.EXPECTED) >= 150
    assert failed == {}
    assert given == hostile.EXPECTED
    notes = {student: row["notes"] for student, row in rows.items()}
    assert {s: notes[s] for s, note in hostile.NOTES.items() if note not in notes[s]} == {}
    # nothing that a terminal or a spreadsheet could take for something else
    for said in [*school.said, *notes.values()]:
        assert said.isprintable()
        assert len(said) < 3000
    # progress: one line a student, in order
    count = len(hostile.EXPECTED)
    assert [line.strip().split("  ")[0] for line in school.said[:-2]] == [
        f"{number} of {count}" for number in range(1, count + 1)
    ]
    assert school.said[-2].startswith("0 points, for there was no notebook to grade: 20,000 cells")
    assert school.said[-1].endswith(", …)")  # a class of them is to be read
    # nothing of the hidden tests or the solutions reaches a student who has not written it
    secrets = [
        line.strip()
        for text in (course.tests(NAME), *(c.source for c in solved().cells))
        for line in text.splitlines()
        if len(line.strip()) > 30 and "@part" not in line and '"""' not in line
    ]
    shown = "".join(cell.source for cell in untouched().cells)
    hidden = [line for line in secrets if line not in shown and line in course.tests(NAME)]
    hidden = [line for line in hidden if "AGAIN" not in line and '("01",' not in line]
    assert len(hidden) > 15
    for student in rows:
        page = unescape(unescape(re.sub("<[^>]*>", "", school.page(student))))
        notebook = (tmp_path / "autograded" / student / NAME / f"{NAME}.ipynb").read_text("utf-8")
        assert [line for line in hidden if line in page or line in notebook] == [], student
        assert "BATCHES" not in page + notebook, student
        # and no page runs, loads or links anything, or is too long to open
        tags = Tags(school.page(student))
        assert not tags.names & {"script", "a", "iframe", "object", "form", "link", "svg"}, student
        assert {v for name, v in tags.attributes if name in ("src", "href")} <= {"data:"}, student
        assert not [name for name, _ in tags.attributes if name.startswith("on")], student
        assert len(school.page(student)) < 2_000_000, student
    # nothing to clean up
    assert os.listdir(tmp_path / "temporary") == []
    assert left() == []
