"""Run every benchmark and write what they print to benchmarks.md.

python tests/benchmarks             all
python tests/benchmarks losses …    only these, printed and not written
"""

import os
import platform
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAMES = ("live_figures", "growth", "losses", "networks", "lessons", "grading", "classroom", "pages")
PACKAGES = (
    *("jupyterlab", "ipywidgets", "anywidget", "matplotlib", "ipympl", "mpl-interactions"),
    *("numpy", "tensorflow", "keras", "torch", "nbgrader"),
)
HEAD = """# Benchmarks

Written by `make bench`: every row of a table was measured in the same run. Machines differ and are
noisy; the ratios are what to compare.

"""


def machine():
    """A line on the machine and one on the versions."""
    sys.path.insert(0, str(HERE.parent))
    from browser.lab import CHROMIUM

    said = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True).stdout
    versions = [f"Python {platform.python_version()}", " ".join(said.split()[:2])]
    for name in PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"{name} not installed")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} cores, {platform.system()} on {platform.machine()}, no GPU used.\n"
        f"{', '.join(versions)}.\n"
    )


def main():
    chosen = sys.argv[1:] or NAMES
    if unknown := set(chosen) - set(NAMES):
        sys.exit(f"No benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    text = HEAD + machine() + "\n"
    print(text, flush=True)
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="")
    for name in chosen:
        command = [sys.executable, HERE / f"{name}.py"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
        if done.returncode:
            sys.exit(f"{name}.py failed")
        print(done.stdout, flush=True)
        text += done.stdout
    if not sys.argv[1:]:
        text = re.sub("\n{3,}", "\n\n", text).rstrip() + "\n"
        (ROOT / "benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
