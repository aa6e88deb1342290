"""Time to grade a submission: this course in its sandbox, and nbgrader's own unprotected way.

Both grade the same notebook, the solution; both in one run, so that the ratio means something.
"""

import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[2] / "assignments"))

from report import table

from grading import course, grade, sandbox


def handed_in(folder, name, count):
    for number in range(count):
        place = folder / f"student{number}"
        place.mkdir(parents=True)
        nbformat.write(course.source(name), place / f"{name}.ipynb")


def measure(name, count):
    """Seconds for each of `count` submissions: ours, and nbgrader's own `Execute`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(course.ROOT / "source" / name, root / "source" / name)
        nbgrader = course.api(root)
        course.checked(nbgrader.generate_assignment(name, force=True, create=True))
        handed_in(root / "in", name, count)
        start = time.perf_counter()
        failed = grade.grade(name, root / "in", root, say=lambda line: None)
        ours = (time.perf_counter() - start) / count
        assert not failed, failed

        plain = course.api(root)
        del plain.config.Autograde.autograde_preprocessors  # then it takes its own
        times = []
        for number in range(count):
            start = time.perf_counter()
            course.checked(plain.autograde(name, f"student{number}", force=True, create=True))
            course.checked(plain.generate_feedback(name, f"student{number}", force=True))
            times.append(time.perf_counter() - start)
        return ours, statistics.mean(times)


def main():
    logging.disable(logging.CRITICAL)
    # kernels of nbgrader's own way warn there, each of them
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if sandbox.missing():
        print(f"## Grading\n\nNot measured: {sandbox.missing()}.\n")
        return
    rows = []
    for name, count in [(course.names()[0], n) for n in (1, 10, 50)] + [(course.names()[4], 5)]:
        ours, plain = measure(name, count)
        rows.append([name, count, f"{ours:.2f}", f"{plain:.2f}", f"{ours / plain:.2f} ×"])
    table(
        "Grading",
        ["assignment", "submissions", "in the sandbox", "nbgrader's own way", "ratio"],
        rows,
        "Seconds a submission, with its feedback page. The last row imports TensorFlow.",
    )


if __name__ == "__main__":
    main()
