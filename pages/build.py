"""`make site`: the lessons as web pages, with sliders that need no kernel.

Each lesson is run once to draw the frames of its live figures (kept in pages/build until lesson or
helpers change). All else on a page is the stored notebook. Sphinx makes the pages.

    python pages/build.py [folder] [--lesson 09]

With --lesson only that one is run; where the frames of another one are not at hand, its page has
still pictures.

Beside the pages lie an archive, with all that a reader needs, and the helpers as a package.
"""

import argparse
import base64
import concurrent.futures
import hashlib
import html
import io
import itertools
import json
import math
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image
from sphinx.cmd.build import main as sphinx

sys.path.insert(0, str(Path(__file__).parents[1] / "assignments"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from grading import course
from helpers.frames import encode
from notebooks import execute

PAGES = Path(__file__).parent
ROOT = PAGES.parent
LESSONS = execute.lessons()
# What teachers read, and as which page.
FOR_TEACHERS = {"assignments/README.md": "teachers.md", "hub/README.md": "hub.md"}
# What a reader needs without the rest: no solutions, no tests.
ARCHIVE = [
    *("README.md", "LICENSE", "requirements.txt", "environment.yml", "pyproject.toml"),
    *("helpers/*.*", "notebooks/*.ipynb"),
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WHEEL = f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}-py3-none-any.whl"
SHOWN = "06_siamese_contrastive_loss", 1  # the figure of the landing page and of the README


def live_figures(lesson, run):
    """The live figures of a lesson by the number of their cell: lists of the widgets' states.

    Parameters
    ----------
    lesson : path
        The stored notebook.
    run : bool
        False: no figures rather than to run the lesson.
    """
    cache = PAGES / "build" / "frames"
    sources = [lesson, *sorted((ROOT / "helpers").glob("*.*")), ROOT / "requirements.txt"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    kept = cache / f"{lesson.stem}-{digest[:16]}.json"
    if not kept.exists():
        if not run:
            return {}
        notebook = execute.run(nbformat.read(lesson, as_version=4), store_widget_state=True)
        print(execute.pace(lesson.stem, execute.seconds(notebook)), flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        for old in cache.glob(f"{lesson.stem}-*.json"):
            old.unlink()
        kept.write_text(json.dumps(widget_states(notebook)))
    return {int(place): figures for place, figures in json.loads(kept.read_text()).items()}


def widget_states(notebook):
    """The live figures of a notebook that has run, by the number of their cell."""
    states = notebook.metadata.get("widgets", {}).get(
        "application/vnd.jupyter.widget-state+json", {"state": {}}
    )["state"]
    found = {
        place: [
            widget_state(states[output.data[execute.WIDGET]["model_id"]])
            for output in cell.get("outputs", [])
            if execute.WIDGET in output.get("data", {})
        ]
        for place, cell in enumerate(notebook.cells)
    }
    return {place: figures for place, figures in found.items() if figures}


def widget_state(model):
    """What `live.js` reads of a figure: numbers and texts, and the frames in base64."""
    state = {
        name: model["state"][name]
        for name in ("width", "height", "sharpness", "cuts", "alt", "sliders", "position")
    }
    buffers = {tuple(buffer["path"]): buffer["data"] for buffer in model["buffers"]}
    count = math.prod(len(slider["texts"]) for slider in state["sliders"])
    return {**state, "frames": [buffers[f"frame{n}",] for n in range(count)]}


def placeholder(name, state):
    """What stands on the page before the frames have come: the same boxes, the starting picture."""
    wide = round(state["width"] / state["sharpness"])
    rows = ""
    for slider, start in zip(state["sliders"], state["position"], strict=True):
        label, texts = html.escape(slider["label"]), list(map(html.escape, slider["texts"]))
        if slider["kind"] == "choice":
            inputs = (
                f'<label><input type="radio" disabled{" checked" * (text == texts[start])}>'
                f"<span>{text}</span></label>"
                for text in texts
            )
            rows += f"<fieldset><legend>{label}</legend>{''.join(inputs)}</fieldset>"
        else:
            rows += (
                f"<label><span>{label} = {texts[start]}</span>"
                f'<input type="range" disabled max="{len(texts) - 1}" value="{start}" '
                f'aria-label="{label}"></label>'
            )
    alt, height = html.escape(state["alt"]), state["height"]
    images = "".join(
        f'<img src="_static/live/{name}-{k}.webp" width="{panel}" height="{height}" '
        f'style="--full: {round(panel / state["sharpness"])}px; flex: {panel}" '
        f'alt="{f"Its panel {k + 1}." if k else alt}">'
        for k, panel in enumerate(np.diff(state["cuts"]))
    )
    return (
        f'<div class="live-here" data-name="{name}"><div class="live-figure" '
        f'style="max-width: {wide}px">{rows}<div class="live-still">{images}</div></div></div>'
    )


def stills(state):
    """The starting picture of a live figure, panel by panel: bytes of WebP files."""
    start = np.ravel_multi_index(state["position"], [len(s["texts"]) for s in state["sliders"]])
    rgb = np.asarray(Image.open(io.BytesIO(base64.b64decode(state["frames"][start]))))
    return [encode(rgb[:, a:b]) for a, b in itertools.pairwise(state["cuts"])]


def page(lesson, figures, static):
    """The notebook of a lesson as Sphinx reads it, and the boxes of its live figures.

    Their frames are written to `static`.
    """
    notebook, boxes, section = nbformat.read(lesson, as_version=4), [], ""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            section = [section, *re.findall(r"^#+ (.*)", cell.source, flags=re.MULTILINE)][-1]
        # a sentence for JupyterLab; here the figures are alive from the start
        cell.source = re.sub(r" \*\*Run → Run All Cells\*\* brings [^.]*\.", "", cell.source)
        if cell.id == "promise":
            cell.source += "\n\n" + only_in_jupyterlab(lesson, "To run and change cells")
        if cell.id.endswith("-turn"):
            number = notebook.cells[place + 1].execution_count
            write = "Here: write it on paper, then open the solution. To try it"
            cell.source += "\n\n" + only_in_jupyterlab(lesson, write, f", cell [{number}]")
        if cell.cell_type == "code":  # every code cell can be folded; drawing code is, at first
            cell.metadata.setdefault("tags", []).append("hide-input")
            code = "drawing code" if "drawing" in cell.metadata.tags else "code"
            if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
                cell.metadata.tags.append("hide-output")  # it answers a question
            cell.metadata.mystnb = {
                "code_prompt_show": f"Show the {code}",
                "code_prompt_hide": f"Hide the {code}",
            }
        waiting = list(figures.get(place, []))
        for output in cell.get("outputs", []):
            picture = output.get("metadata", {}).get("image/png")
            if picture and waiting:
                state = waiting.pop(0)
                name = f"{lesson.stem}-{place}-{len(waiting)}"
                boxes.append(placeholder(name, state))
                output.data = {"text/html": boxes[-1] + in_notebook(lesson, cell, section)}
                output.metadata = {}
                for k, still in enumerate(stills(state)):
                    (static / f"{name}-{k}.webp").write_bytes(still)
                (static / f"{name}.js").write_text(f"liveFrames({json.dumps(state)})")
            elif picture:
                cell.metadata.mystnb["image"] = {"alt": picture.alt, "width": picture.width}
    return notebook, boxes


def download(lesson):
    return f'<a href="_sources/{lesson.name}" download>{lesson.name}</a>'


def only_in_jupyterlab(lesson, what, where=""):
    """A line on what a page cannot do."""
    return f'<p class="in-notebook">{what}, open {download(lesson)} in JupyterLab{where}.</p>'


def in_notebook(lesson, cell, section):
    """The line below a live figure: where it is in the notebook."""
    return (
        f'<p class="in-notebook">In JupyterLab: cell [{cell.execution_count}] of '
        f"{download(lesson)}, under “{html.escape(section)}”</p>"
    )


def landing(figure):
    """The first page: the README's beginning, its moving picture alive, and its map."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    start, _, rest = readme.partition("## Begin")
    lessons = rest.partition("## The lessons")[2].partition("\n## ")[0]
    lessons = lessons.replace("(notebooks/", "(")
    start = re.sub(r"!\[.*\]\(pages/slider\.webp\)", lambda _: figure, start)
    work = "\n".join(
        f"- [{first_heading(course.source(name))}](path:assignments/{name}.ipynb)"
        for name in course.names()
    )
    hidden = "\n".join(path.stem for path in LESSONS)
    archive, wheel = (
        f'<a href="{name}" download>{name}</a>' for name in (f"{PROJECT['name']}.zip", WHEEL)
    )
    return (
        f"{start.strip()}\n\nEvery slider on these pages answers without installing anything. To "
        f"run and change the code on your machine, unpack {archive} and do what its `README.md` "
        "says. On a hosted notebook service nothing has to be installed on "
        f"your machine: upload a lesson and {wheel}, and run `%pip install {WHEEL}` in a cell."
        f"\n\n## The lessons\n{lessons}\n## The assignments\n\nNotebooks to download, for "
        "JupyterLab with the lessons. For teachers: [how they are graded](teachers.md)."
        f"\n\n{work}\n\n"
        f"```{{toctree}}\n:hidden:\n:caption: Lessons\n\n{hidden}\n```\n\n"
        "```{toctree}\n:hidden:\n:caption: Assignments\n\nteachers\nhub\n```\n"
    )


def first_heading(notebook):
    return re.match(r"# (.*)", notebook.cells[0].source)[1]


def build(folder, chosen=(), executed=None):
    """Write the whole site to `folder`, in place of an earlier one.

    Parameters
    ----------
    folder : path
    chosen : list of str
        The lessons to run if their frames are not at hand; empty: all of them.
    executed : path, optional
        A folder with lessons that have run already; others have still pictures.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "objects.inv").exists():
        raise SystemExit(f"{folder} is not empty and holds no earlier site: nothing was changed.")
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        prepare(Path(temporary), execute.lessons(chosen), executed)
        settings = ["-c", str(PAGES), "-D", f"html_static_path={temporary}/static"]
        settings += ["-d", f"{temporary}/doctrees", f"{temporary}/source"]
        made = Path(temporary) / "site"  # beside it Sphinx leaves things that nobody needs
        if sphinx(["-q", "-W", "--keep-going", *settings, str(made)]):
            raise SystemExit("Sphinx has found something wrong, see above.")
        shutil.copytree(made, folder)
    downloads(folder)
    slim_icons(folder)
    for lesson in LESSONS:  # what a reader downloads is the lesson itself
        shutil.copy(lesson, folder / "_sources" / lesson.name)


def prepare(temporary, chosen, executed=None):
    """Write what Sphinx reads: pages into source, and pictures, frames and scripts into static."""
    source, static = temporary / "source", temporary / "static"
    (static / "live").mkdir(parents=True)
    (source / "assignments").mkdir(parents=True)

    def figures(lesson):
        if not executed:
            return live_figures(lesson, run=lesson in chosen)
        done = executed / lesson.name  # run, with the states of its widgets
        return widget_states(nbformat.read(done, as_version=4)) if done.exists() else {}

    alive = {}
    with concurrent.futures.ThreadPoolExecutor(2) as two:  # each runs a kernel
        for lesson, found in zip(LESSONS, two.map(figures, LESSONS), strict=True):
            notebook, alive[lesson.stem] = page(lesson, found, static / "live")
            nbformat.write(notebook, source / lesson.name)
    for name in course.names():
        nbformat.write(course.student_version(name), source / "assignments" / f"{name}.ipynb")
    shown, figure = SHOWN
    first = alive[shown][figure] if alive[shown] else ""
    (source / "index.md").write_text(landing(first), encoding="utf-8")
    for name in FOR_TEACHERS:
        text = (ROOT / name).read_text(encoding="utf-8")
        for other, place in FOR_TEACHERS.items():
            text = text.replace(f"](../{other})", f"]({place})")
        (source / FOR_TEACHERS[name]).write_text(text, encoding="utf-8")
    for path in (PAGES / "static").iterdir():
        shutil.copy(path, static)
    shutil.copy(ROOT / "helpers" / "live.css", static)
    # A page opened as a file may not load modules: the front end becomes a plain script.
    front_end = (ROOT / "helpers" / "live.js").read_text(encoding="utf-8")
    plain, count = re.subn(r"export default", "window.live =", front_end)
    assert count == 1, "live.js has to export once"
    (static / "live.js").write_text(f"(() => {{\n{plain}}})();\n", encoding="utf-8")


def downloads(folder):
    """Write an archive of what a reader needs, and from it a wheel, which holds the helpers."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / PROJECT["name"]
        for path in itertools.chain(*map(ROOT.glob, ARCHIVE)):
            place = root / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        shutil.make_archive(folder / root.name, "zip", temporary, root.name)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        command += ["--no-build-isolation", "--wheel-dir", folder, root]
        subprocess.run(command, check=True)  # without a network


def slim_icons(folder):
    """Leave out of the theme's two thousand icons those that no page shows: 1.4 MB a reader."""
    used = {
        name
        for path in folder.glob("*.html")
        for name in re.findall(r"fa-([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    one = r'"?([a-z0-9-]+)"?:\[\d+,\d+,\[[^\]]*\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?'
    path = folder / "_static" / "scripts" / "fontawesome.js"
    icons = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(one, lambda icon: icon[0] if icon[1] in used else "", icons), encoding="utf-8"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The lessons as web pages.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("--lesson", action="append", default=[], help="run only this one, as 08")
    parser.add_argument("--executed", type=Path, help="a folder of lessons that have run already")
    options = parser.parse_args()
    build(options.folder.resolve(), options.lesson, options.executed)
    print(f"Open {options.folder / 'index.html'}")
