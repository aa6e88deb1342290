"""Re-execute the lessons and store their outputs in a normal form.

    python tests/notebooks/execute.py [notebook …]

Two runs give the same files, byte for byte, unless a lesson, a helper or a pinned version changed.
"""

import concurrent.futures
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"


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


def with_map(notebook):
    """Put the map of the README, the only one to be edited, into the first lesson."""
    readme = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    table = re.search(r"(?:^\|.*\n)+", readme.partition("## The lessons")[2], re.MULTILINE)[0]
    rows = [row for row in table.splitlines() if "00_start_here" not in row]
    for cell in notebook.cells:
        if cell.id == "map":
            cell.source = re.sub(
                r"(?:^\|.*\n)+",
                "\n".join(rows).replace("(notebooks/", "(") + "\n",
                cell.source,
                flags=re.MULTILINE,
            )
    return notebook


def execute(path):
    """Run one notebook from its first cell to its last, and store it."""
    notebook = with_map(nbformat.read(path, as_version=4))
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # else what was printed is cut wherever the kernel took a breath
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    nbformat.write(normalise(client.execute()), path)


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb"))
    with concurrent.futures.ThreadPoolExecutor(2) as two:  # each waits for a kernel
        for path, _ in zip(paths, two.map(execute, paths), strict=True):
            print(path.name, flush=True)
