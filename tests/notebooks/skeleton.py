"""`make lesson NAME=09_your_lesson`: a lesson to fill in, which passes every test from the start.

    python tests/notebooks/skeleton.py 09_your_lesson

Writes the notebook, adds its line to the map in README.md, and runs it.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

sys.path.insert(0, str(Path(__file__).parents[1]))

from notebooks import execute

OPENING = """# {number} · {title}

**After this lesson you can say in one sentence what the reader can do then: the promise.**

You will be able to

- name a first thing, in a line that begins with a verb;
- name a second one;
- name a third one.

About 30 minutes. You need: name the earlier lessons, and what of them. **Run → Run All Cells** brings all figures to life."""

FIRST = """## 1 · A section opens its own cell

Say in a few sentences what this section is about. Then ask, before the cell that answers. A question can be answered from what came before.

**Predict:** what does a larger slope do to the line?"""

IDEA = """from importlib.util import find_spec

if not find_spec("helpers"):
    raise ImportError(
        "The helpers are missing. Start JupyterLab as README.md says, or "
        "upload them from the lessons' web page and run "
        "%pip install losses_by_hand-2-py3-none-any.whl"
    )
from helpers.turn import compare


def height(x, slope):
    return slope * x


print("three slopes, at the same x")
for slope in (0.5, 1.0, 2.0):
    print(f"slope {slope}: at x = 2 the height is {height(2, slope)}")"""

ANSWER = """<details><summary>Answer</summary>

It turns the line about zero: at twice the slope every point is twice as high.
</details>

**Predict:** and a slope below zero? **Predict:** for which slope is the height at 2 exactly 3?"""

FIGURE = '''# drawing: say in a few words what it shows
from helpers import plotting
from helpers.live import live, slider


def line_picture(ax, slope):
    """A straight line through zero whose slope follows the slider."""
    ax.plot([-2, 2], [height(-2, slope), height(2, slope)])
    ax.plot(2, height(2, slope), "o", color=plotting.PREDICTION)
    ax.set(xlabel="x", ylabel="height", ylim=(-5, 5))
    ax.set_title(f"at x = 2 the height is {height(2, slope):g}")


live(line_picture, slope=slider(-2.0, 2.0, step=0.5, value=1.0))'''

TASK = """**Drag until** the title says that the height at 2 is 3. The end of such a task can be seen in the figure.

<details><summary>Answer</summary>

At 1.5, for 2 times 1.5 is 3. Below zero the line falls.
</details>

**Say it.** Why do all these lines meet at zero?

<details><summary>Answer</summary>

The height there is the slope times 0, and that is 0 for every slope.
</details>"""

TURN = """**Your turn.** {task}"""

YOURS = '''def {name}(slope, other):
    """{does}"""'''

TRIED = """compare({name}, ((1.0, 2.0), {first}), ((0.5, -2.0), {second}))"""

SOLUTION = """<details><summary>Solution</summary>

```python
def {name}(slope, other):
    return {code}
```

</details>"""

SECOND = """## 2 · The next idea builds on the first

A lesson goes in rounds: predict, run, drag, explain. **Predict:** two lines are added; what is the slope of the sum?

**Say it.** Why is the sum of two lines a line?

<details><summary>Answer</summary>

Both heights grow in proportion to x, and so does their sum.
</details>"""

SUM = '''# drawing: two lines and their sum
def sum_picture(ax, slope):
    """A fixed line, one whose slope follows the slider, and their sum."""
    for share, name in ((1.0, "fixed"), (slope, "yours"), (1.0 + slope, "sum")):
        ax.plot([-2, 2], [height(-2, share), height(2, share)], label=name)
    ax.set(xlabel="x", ylabel="height", ylim=(-5, 5))
    ax.set_title("two lines and their sum")
    ax.legend(loc="upper left")


live(sum_picture, slope=slider(-2.0, 1.0, step=0.5, value=0.5))'''

BREAKS = """## Where this breaks

**Drag until** the sum lies flat. Then reproduce here what goes wrong when a reader does this for real, and repair it.

**Predict:** which line has no slope at all? **Predict:** which number would be printed for it?"""

ENDING = """## What you have seen

- Sum up in three to six lines what the reader has seen, and nothing else.

This is the last lesson. The line before *Sources* says where the lesson leads; `make notebooks` writes it.

### Sources

- Name what the lesson teaches and where it comes from. A link is written in full: [JupyterLab](https://jupyter.org)."""


def turn(key, **words):
    """The four cells in which the reader writes a function."""
    kinds = {
        "turn": (new_markdown_cell, TURN),
        "yours": (new_code_cell, YOURS),
        "tried": (new_code_cell, TRIED),
        "solution": (new_markdown_cell, SOLUTION),
    }
    return {f"{key}-{part}": make(text.format(**words)) for part, (make, text) in kinds.items()}


def notebook(name):
    """The skeleton of a lesson of that name."""
    number, _, rest = name.partition("_")
    drawing = {"tags": ["drawing"], "jupyter": {"source_hidden": True}}
    cells = {
        "promise": new_markdown_cell(
            OPENING.format(number=number, title=rest.replace("_", " ").capitalize())
        ),
        "first": new_markdown_cell(FIRST),
        "first-code": new_code_cell(IDEA, metadata={"jupyter": {"outputs_hidden": True}}),
        "first-answer": new_markdown_cell(ANSWER),
        "first-figure": new_code_cell(FIGURE, metadata=drawing),
        "first-task": new_markdown_cell(TASK),
        **turn(
            "between",
            name="height_between",
            task="How far apart are two lines at x = 1?",
            does="How far apart the heights of two lines are at x = 1.",
            code="abs(slope - other)",
            first=1.0,
            second=2.5,
        ),
        "second": new_markdown_cell(SECOND),
        "second-figure": new_code_cell(SUM, metadata=drawing),
        **turn(
            "flat",
            name="height_of_sum",
            task="Write the height of the sum of two lines at x = 2.",
            does="The height at x = 2 of the sum of two lines.",
            code="2 * (slope + other)",
            first=6.0,
            second=-3.0,
        ),
        "breaks": new_markdown_cell(BREAKS),
        "seen": new_markdown_cell(ENDING),
    }
    for key, cell in cells.items():
        cell.id = key
    return new_notebook(cells=list(cells.values()))


def main(name):
    if not re.fullmatch(r"\d\d(_[a-z0-9]+)+", name):
        raise SystemExit(f"Name it like 09_your_lesson: make lesson NAME=… Received: {name!r}")
    path, number = execute.NOTEBOOKS / f"{name}.ipynb", name[:2]
    taken = [other.stem for other in execute.lessons() if other.name.startswith(number)]
    if taken:
        raise SystemExit(f"The number {number} is taken by {taken[0]}. Nothing was changed.")
    free = int(execute.lessons()[-1].name[:2]) + 1
    if int(number) > free:
        raise SystemExit(f"The next free number is {free:02d}. Nothing was changed.")
    lesson = notebook(name)
    title = lesson.cells[0].source.partition("\n")[0].partition(" · ")[2]
    readme = execute.NOTEBOOKS.parent / "README.md"
    rows = [*execute.table()]
    new = f"| {number} | [{title}](notebooks/{name}.ipynb) | what you drag | what you can do |"
    place = next((k for k, row in enumerate(rows) if row[:4] > new[:4] and k > 1), len(rows))
    text = readme.read_text(encoding="utf-8")
    text = text.replace("\n".join(rows), "\n".join([*rows[:place], new, *rows[place:]]))
    readme.write_text(text, encoding="utf-8")
    nbformat.write(lesson, path)
    execute.link()
    print(execute.execute(path))
    print(f"Written: notebooks/{name}.ipynb, and its line in the table of README.md: fill in both.")
    print("The map in lesson 00 and the last line of the lesson before follow from that table.")


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
