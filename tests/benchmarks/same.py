"""Whether the hostile class of the tests gets the same wherever it is graded; and how long that is.

    python tests/benchmarks/same.py

It is not part of `make bench`: it takes a quarter of an hour. `tests/assignments/test_engine.py`
compares twelve of its students to the byte in every run of the tests.
"""

import csv
import shutil
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from report import table

from assignments import hostile
from cluster import cluster
from grading import course, grade, sandbox

NAME = "01_gradient_descent"


def no_copies(modules):
    raise OSError("each in a process of its own")


def graded(workers=None, copies=True, dask=0):
    """Seconds, and by student what grading gives: points, row of the report, page, notebook."""
    without = nullcontext() if copies else mock.patch.object(sandbox, "copies", no_copies)
    engine = cluster(dask) if dask else nullcontext((None, None))
    with tempfile.TemporaryDirectory() as temporary, engine as (address, _), without:
        root = Path(temporary)
        shutil.copytree(course.ROOT / "source" / NAME, root / "source" / NAME)
        (root / "in").mkdir()
        hostile.hand_in_all(root / "in")
        start = time.perf_counter()
        failed = grade.grade(
            NAME, root / "in", root, say=lambda line: None, workers=workers, address=address
        )
        seconds = time.perf_counter() - start
        assert not failed, failed
        with open(root / "report.csv", encoding="utf-8", newline="") as file:
            rows = {row["student"]: row for row in csv.DictReader(file)}
        given = {
            student: {
                "points": (row["score"], row["tasks"]),
                "notes": row["notes"],
                "page": (root / "feedback" / student / NAME / f"{NAME}.html").read_bytes(),
                "notebook": (root / "autograded" / student / NAME / f"{NAME}.ipynb").read_bytes(),
            }
            for student, row in rows.items()
        }
    return seconds, given


def main():
    ways = {
        "1 at once": {"workers": 1},
        "1 at once, again": {"workers": 1},
        "4 at once": {"workers": 4},
        "4 at once, each in a process of its own": {"workers": 4, "copies": False},
        "Dask, 2 workers": {"dask": 2},
    }
    first, rows, differs = None, [], {}
    for way, how in ways.items():
        seconds, given = graded(**how)
        first = first or given
        assert given.keys() == first.keys() == hostile.EXPECTED.keys()
        same = {part: 0 for part in ("points", "notes", "page", "notebook")}
        for student, parts in given.items():
            for part, value in parts.items():
                if value == first[student][part]:
                    same[part] += 1
                else:
                    differs.setdefault(student, set()).add(f"{part} ({way})")
        rows.append([way, f"{seconds:.0f}", *same.values()])
        print(way, f"{seconds:.0f} s", same, file=sys.stderr, flush=True)
    table(
        f"Grading: the {len(first)} students of the hostile class",
        ["engine", "s", "same points", "same notes", "same page", "same notebook"],
        rows,
        "Compared with the first run.",
    )
    for student, parts in sorted(differs.items()):
        print(f"- {student}: {', '.join(sorted(parts))}")


if __name__ == "__main__":
    main()
