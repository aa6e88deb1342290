"""Time and memory to re-execute each lesson, and the share of it that importing TensorFlow takes.

Each lesson in a kernel of its own, one after the other. Prints a table; the last line is the sum.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RUN = """
import resource, sys
import nbformat
from nbclient import NotebookClient
notebook, place = nbformat.read(sys.argv[1], 4), {"metadata": {"path": sys.argv[2]}}
NotebookClient(notebook, kernel_name="python3", timeout=600, resources=place).execute()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def timed(*command):
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def main():
    timed("-c", "import tensorflow")  # the first import also reads the disk
    tensorflow, _ = timed("-c", "import tensorflow")
    print(f"{'lesson':32s} {'seconds':>8s} {'TensorFlow':>11s} {'peak MB':>8s}")
    total = 0
    for lesson in sorted(NOTEBOOKS.glob("*.ipynb")):
        seconds, out = timed("-c", RUN, str(lesson), str(lesson.parent))
        imports = re.search(r"import (tensorflow|keras)", lesson.read_text(encoding="utf-8"))
        share = f"{tensorflow / seconds:.0%}" if imports else "–"
        print(f"{lesson.stem:32s} {seconds:8.1f} {share:>11s} {int(out) / 1024:8.0f}")
        total += seconds
    print(f"{'all':32s} {total:8.1f}")


if __name__ == "__main__":
    main()
