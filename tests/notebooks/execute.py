"""Re-execute the lessons and store their outputs in a normal form.

    python tests/notebooks/execute.py [08 …]

Two runs give the same files, byte for byte, unless a lesson, a helper or a pinned version changed.
What follows from the map of the README, the only one to be edited, is written anew as well: the map
of the first lesson, and where each lesson leads.
"""

import concurrent.futures
import datetime
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
# Of NumPy and TensorFlow: on matrices as small as the lessons', several wait for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}


def lessons(chosen=()):
    """The notebooks of all lessons, or of the chosen ones: 09, 09_your_lesson, or the file."""
    paths, chosen = sorted(NOTEBOOKS.glob("*.ipynb")), [Path(one).name for one in chosen]
    for start in chosen:
        if not any(path.name.startswith(start) for path in paths):
            names = ", ".join(path.stem for path in paths)
            raise SystemExit(f"There is no lesson {start}. There are {names}.")
    return [path for path in paths if not chosen or path.name.startswith(tuple(chosen))]


def run(notebook, **settings):
    """Run a notebook from its first cell to its last, in a kernel of its own.

    Its outputs, the states of its widgets and the times of its cells are stored in it.
    """
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        coalesce_streams=True,  # else what was printed is cut wherever the kernel took a breath
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        extra_arguments=["--IPKernelApp.log_level=40"],  # its warnings are not the lesson's
        **settings,
    )
    return client.execute(env={**ONE_THREAD, **os.environ})


def seconds(notebook):
    """How long each cell ran, by its id."""
    told = {}
    for cell in notebook.cells:
        times = cell.metadata.get("execution", {})
        ends = [times.get(key) for key in ("iopub.execute_input", "shell.execute_reply")]
        if all(ends):
            start, end = map(datetime.datetime.fromisoformat, ends)
            told[cell.id] = (end - start).total_seconds()
    return told


def pace(name, told):
    """A line on the time of a lesson and of its slowest cells."""
    slowest = sorted(told, key=told.get, reverse=True)[:3]
    cells = ", ".join(f"{key} {told[key]:.1f}" for key in slowest)
    return f"{name}  {sum(told.values()):.1f} s; slowest cells: {cells}"


def normalise(notebook):
    """Keep of an executed notebook only what is the same in every run.

    A live figure keeps its starting picture. Its widget would refer to a kernel that has gone, and
    JupyterLab would show an error in its place until the cell is run.
    """
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return notebook


def table():
    """The rows of the README's map, its two rows of head included."""
    readme = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    [rows] = re.findall(r"(?:^\|.*\n)+", readme.partition("## The lessons")[2], re.MULTILINE)[:1]
    return rows.splitlines()


def linked(notebook, name, rows):
    """Write what follows from the map into a notebook: the map of lesson 00, and what comes next.

    What a lesson says itself of the next one stays as it is.
    """
    links = dict(re.findall(r"\| (\d\d) \| \[(.+?)\]\(notebooks/\w+\.ipynb\)", "\n".join(rows)))
    files = re.findall(r"\(notebooks/(\w+\.ipynb)\)", "\n".join(rows))
    place = files.index(f"{name}.ipynb") + 1 if f"{name}.ipynb" in files else len(files)
    onward = "This is the last lesson. Back to the [map](00_start_here.ipynb)."
    if place < len(files):
        number = files[place][:2]
        onward = f"**Next:** [{number} · {links[number]}]({files[place]})"
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        cell.source = re.sub(
            r"^(\*\*Next:\*\* \[.*?\]\(.*?\)|This is the last lesson\. .*)", onward, cell.source,
            flags=re.MULTILINE,
        )  # fmt: skip
        if cell.id == "map":
            shown = [row for row in rows if "00_start_here" not in row]
            cell.source = re.sub(
                r"(?:^\|.*\n)+",
                lambda _: "\n".join(shown).replace("(notebooks/", "(") + "\n",  # noqa: B023
                cell.source,
                flags=re.MULTILINE,
            )
    return notebook


def link():
    """Write what follows from the map into all lessons."""
    rows = table()
    for path in lessons():
        notebook = nbformat.read(path, as_version=4)
        before = nbformat.writes(notebook)
        if nbformat.writes(linked(notebook, path.stem, rows)) != before:
            nbformat.write(notebook, path)


def execute(path):
    """Run one lesson and store it; gives a line on its time."""
    notebook = run(nbformat.read(path, as_version=4), store_widget_state=False)
    told = seconds(notebook)
    nbformat.write(normalise(notebook), path)
    return pace(path.stem, told)


if __name__ == "__main__":
    paths = lessons(sys.argv[1:])
    link()
    with concurrent.futures.ThreadPoolExecutor(2) as two:  # each waits for a kernel
        for line in two.map(execute, paths):
            print(line, flush=True)
