"""Time and memory to re-execute each lesson, and the share of it that importing TensorFlow takes.

Each lesson in a kernel of its own, one after the other; then all as `make notebooks` does it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import ROOT, table

NOTEBOOKS = ROOT / "notebooks"
MINUTE = 60
RUN = """
import resource, sys
import nbformat
sys.path.insert(0, sys.argv[2])
import execute
execute.run(nbformat.read(sys.argv[1], 4))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def timed(*command):
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def main():
    timed("-c", "import tensorflow")  # the first import also reads the disk
    tensorflow, _ = timed("-c", "import tensorflow")
    rows, slow, total, shares = [], [], 0, 0
    for lesson in sorted(NOTEBOOKS.glob("*.ipynb")):
        seconds, out = timed("-c", RUN, str(lesson), str(ROOT / "tests" / "notebooks"))
        imports = re.search(r"import (tensorflow|keras)", lesson.read_text(encoding="utf-8"))
        share = tensorflow / seconds if imports else 0
        rows.append([lesson.stem, f"{seconds:.1f}", f"{share:.0%}", f"{int(out) / 1024:.0f}"])
        total, shares = total + seconds, shares + share * seconds
        if seconds > MINUTE:
            slow.append(lesson.stem)
    rows.append(["all, one by one", f"{total:.1f}", f"{shares / total:.0%}", ""])
    with tempfile.TemporaryDirectory() as folder:
        for part in ("notebooks", "helpers", "tests", "README.md"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, Path(folder) / part)
        seconds, _ = timed(str(Path(folder) / "tests" / "notebooks" / "execute.py"))
    rows.append(["all, as `make notebooks` does", f"{seconds:.1f}", "", ""])
    table(
        "Re-execution",
        ["lesson", "seconds", "TensorFlow's import", "peak MB"],
        rows,
        "Each lesson in a kernel of its own, with one thread for matrices; `make notebooks` runs "
        f"two at a time. Longer than a minute: {', '.join(slow) or 'none'}.",
    )


if __name__ == "__main__":
    main()
