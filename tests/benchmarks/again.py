"""Re-executes every lesson many times, and says which stored outputs came out otherwise.

    python tests/benchmarks/again.py 50 [05 …]

With one thread and with several, alone and two at a time, in turn. Of a live figure only the first
frame is drawn, which is all that a lesson stores; every fifth run draws the others too. A line for
each run, and at the end, or when it is stopped, a table of all. It is not part of `make bench`:
fifty runs take two to four hours on two cores.
"""

import concurrent.futures
import itertools
import os
import sys
from collections import Counter

import nbformat
from nbformat.v4 import new_code_cell
from report import table

from notebooks import execute

FIRST_FRAME = "import helpers.live; helpers.live._fill = lambda *arguments: None"
SEVERAL = dict.fromkeys(execute.ONE_THREAD, str(os.cpu_count()))


def outputs(notebook):
    """The outputs of each code cell, as they are stored, by the cell's id."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for output in itertools.chain(*(cell.outputs for cell in cells)):
        output.pop("execution_count", None)  # one cell more has run
    return {cell.id: cell.outputs for cell in cells}


def differing(path, whole):
    """The ids of the cells whose outputs are not those that are stored."""
    stored = nbformat.read(path, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    if not whole:
        notebook.cells.insert(0, new_code_cell(FIRST_FRAME, id="first-frame"))
    made = outputs(execute.normalise(execute.run(notebook, store_widget_state=False)))
    return [key for key, told in outputs(stored).items() if told != made[key]]


def main():
    count, *chosen = sys.argv[1:] or ["50"]
    runs, differences = Counter(), Counter()
    try:
        for number, (threads, at_once) in zip(
            range(int(count)), itertools.cycle(itertools.product((1, 0), (2, 1))), strict=False
        ):
            os.environ.update(execute.ONE_THREAD if threads else SEVERAL)
            setting = f"{'one thread' if threads else 'several'}, {at_once} at a time"
            paths = execute.lessons(chosen)
            with concurrent.futures.ThreadPoolExecutor(at_once) as kernels:
                found = kernels.map(differing, paths, [number % 5 == 0] * len(paths))
                for path, cells in zip(paths, found, strict=True):
                    runs[path.stem, setting] += 1
                    differences[path.stem, setting] += bool(cells)
                    told = f"differs in {', '.join(cells)}" if cells else "the same"
                    print(f"run {number + 1}, {setting}: {path.stem} {told}", flush=True)
    except KeyboardInterrupt:
        print()
    settings = list(dict.fromkeys(setting for _, setting in runs))
    rows = [
        [name, *(f"{differences[name, one]} of {runs[name, one]}" for one in settings)]
        for name in dict.fromkeys(name for name, _ in runs)
    ]
    table("Re-executions whose outputs differ from those stored", ["lesson", *settings], rows)


if __name__ == "__main__":
    main()
