"""Time to grade a class: on this machine, on Dask, and nbgrader's own unprotected way.

Everything grades answers of the bank, each submission another one, pages included; all in one run,
so that ratios mean something. Each measurement is a process of its own.
"""

import itertools
import json
import os
import resource
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from report import table

from cluster import cluster
from grading import course, grade, record, sandbox

ROOT = course.ROOT.parent
NUMPY, SLOW = "01_gradient_descent", "05_wrapper_and_class"


def hand_in(folder, name, count):
    """So many submissions: the solution, each with another answer of the bank."""
    bank = runpy.run_path(str(ROOT / "tests" / "assignments" / "bank" / f"{name}.py"))
    answers = [(task, a[-1]) for task, found in bank["WRONG"].items() for a in found]
    solved = course.source(name)
    originals = {cell.id: cell.source for cell in solved.cells}
    for number, (task, answer) in zip(range(count), itertools.cycle(answers), strict=False):
        for cell in solved.cells:
            cell.source = answer if cell.id == task else originals[cell.id]
        place = folder / f"student{number:04d}" / f"{name}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(solved, place)


def ours(name, count, root, kill=0, **how):
    """Grade them as `make grade` does; `kill` is a process to end when a third is done."""
    done = 0

    def say(line):
        nonlocal done
        done += 1
        if kill and done == count // 3:
            os.kill(kill, signal.SIGKILL)

    failed = grade.grade(name, root / "in", root, say=say, **how)
    assert not failed, failed


def nbgraders(name, count, root):
    """Grade them as nbgrader does, without a sandbox: one after the other, each in a kernel."""
    nbgrader = course.api(root)
    del nbgrader.config.Autograde.autograde_preprocessors
    for place in sorted((root / "in").iterdir()):
        shutil.copytree(place, root / "submitted" / place.name / name)
        for step in (nbgrader.autograde, nbgrader.generate_feedback):
            more = {"create": True} if step == nbgrader.autograde else {}
            course.checked(step(name, place.name, force=True, **more))


def timed(function):
    """The same function, and a list of the seconds that its calls take."""
    times = []

    def call(*arguments):
        start = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            times.append(time.perf_counter() - start)

    return call, times


def one(task):
    """What a process of its own measures: seconds, those of keeping results, and its memory."""
    name, count, own = task.pop("name"), task.pop("count"), task.pop("own", False)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(course.ROOT / "source" / name, root / "source" / name)
        course.released(course.api(root), name, root)
        hand_in(root / "in", name, count)
        record.keep, keeping = timed(record.keep)
        start = time.perf_counter()
        (nbgraders if own else ours)(name, count, root, **task)
        seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"seconds": seconds, "keeping": sum(keeping), "memory": memory}))


def measured(**task):
    """Seconds, of these spent on keeping results, and megabytes."""
    told = subprocess.run(
        [sys.executable, __file__, json.dumps(task)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    ).stdout
    found = json.loads(told.splitlines()[-1])
    return found["seconds"], found["keeping"], found["memory"]


def main():
    if sandbox.missing():
        print(f"## Grading\n\nNot measured: {sandbox.missing()}.\n")
        return
    engines, count, alone = [], {NUMPY: 60, SLOW: 20}, {}
    for name in (NUMPY, SLOW):
        own = measured(name=name, count=5, own=True)[0] / 5
        rows = [["nbgrader's own way", 5, own]]
        for workers in (1, 2, 4):
            seconds, keeping, _ = measured(name=name, count=count[name], workers=workers)
            if workers == 1:
                alone[name] = (seconds - keeping) / count[name]
            rows.append([f"{workers} at once", count[name], seconds / count[name]])
        for workers in (2, 4):
            with cluster(workers) as (address, _):
                seconds, *_ = measured(name=name, count=count[name], address=address)
            rows.append([f"Dask, {workers} workers", count[name], seconds / count[name]])
        engines += [
            [f"{name[:2]}, {how}", n, f"{each:.2f}", f"{60 / each:.0f}", f"{each / own:.2f} ×"]
            for how, n, each in rows
        ]
    table(
        "Grading",
        ["assignment, engine", "submissions", "s each", "a minute", "nbgrader's own way"],
        engines,
        "Start, solution and pages included. 01 needs NumPy, 05 TensorFlow.",
    )
    rows = []
    for name, size in ((SLOW, 300), (NUMPY, 10), (NUMPY, 100), (NUMPY, 1000)):
        seconds, keeping, memory = measured(name=name, count=size)
        each = keeping / size
        row = [f"{size} of {name[:2]}", f"{seconds:.1f}", f"{seconds / size:.3f}"]
        rows.append([*row, f"{each:.3f}", f"{memory:.0f}"])
    table(
        "Grading: how it grows",
        ["submissions", "s", "s each", "of it keeping", "MB of the process that grades"],
        rows,
        "One process keeps the results, one after the other. However many workers a cluster has, "
        f"it takes no more than {1 / each:.0f} submissions a second, 10,000 in "
        f"{10_000 * each / 60:.0f} minutes. By the rows *1 at once* above it is busy all the time "
        f"from {alone[NUMPY] / each:.0f} workers on with 01, and from {alone[SLOW] / each:.0f} "
        "with 05: more are of no use.",
    )
    with cluster(2) as (address, _):
        whole, *_ = measured(name=NUMPY, count=60, address=address)
    with cluster(2) as (address, running):
        lost, *_ = measured(name=NUMPY, count=60, address=address, kill=running[1].pid)
    table(
        "Grading: a worker is lost",
        ["Dask, 2 workers, 60 submissions of 01", "s"],
        [["none is lost", f"{whole:.1f}"], ["one, when a third is done", f"{lost:.1f}"]],
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(json.loads(sys.argv[1]))
    else:
        main()
