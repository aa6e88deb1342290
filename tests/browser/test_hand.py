"""What the reader does in JupyterLab besides dragging: unfold an answer, write a function."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from browser.lab import Lab

PRINTED = new_output("stream", text="stored\n")
YOURS = '''def double(x):
    """Twice x."""'''


@pytest.fixture
def lab(folder, server, browser):
    """A notebook with a protected answer, a turn, and a folded further part."""
    cells = [
        new_code_cell("from helpers.turn import compare"),
        new_code_cell(
            "print('run')", outputs=[PRINTED], metadata={"jupyter": {"outputs_hidden": True}}
        ),
        new_code_cell(YOURS),
        new_code_cell("compare(double, ((1.0,), 2.0), ((3.0,), 6.0))"),
        new_markdown_cell("### Further · More", metadata={"jp-MarkdownHeadingCollapsed": True}),
        new_code_cell("further = 1"),
        new_markdown_cell("## After"),
        new_code_cell("print('further is', further)"),
    ]
    book = new_notebook(cells=cells)
    book.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(book, folder / "hand.ipynb")
    lab = Lab(browser, server, "hand.ipynb")
    yield lab
    assert not lab.problems
    lab.close()


def cell(lab, place):
    return lab.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{place}']")


def says(lab, place):
    """What a cell has printed; waits for it."""
    output = cell(lab, place).locator(".jp-OutputArea-output").first
    output.wait_for()
    return output.inner_text().strip()


def run(lab, place):
    lab.page.evaluate("place => { panel.content.activeCellIndex = place; }", place)
    lab.command("notebook:run-cell")


def test_an_answer_is_folded_until_its_cell_is_run(lab):
    assert cell(lab, 1).locator(".jp-OutputArea-output").count() == 0
    cell(lab, 1).locator(".jp-Placeholder, .jp-OutputPlaceholder").first.wait_for()
    run(lab, 1)
    assert says(lab, 1) == "run"


def test_a_function_is_written_wrongly_and_then_rightly(lab):
    for place in (0, 2, 3):
        run(lab, place)
    assert says(lab, 3) == "double: not written yet."
    editor = cell(lab, 2).locator(".cm-content")
    for body, verdict in [
        ("x + 1", "double: right for 1 of 2 inputs. double(3) gives 4, expected 6."),
        ("2 * x", "double: right for 2 inputs."),
    ]:
        editor.fill(f"def double(x):\n    return {body}")
        for place in (2, 3):
            run(lab, place)
        assert says(lab, 3) == verdict


def test_a_further_part_is_folded_and_runs_all_the_same(lab):
    assert cell(lab, 6).is_visible()
    assert not cell(lab, 5).is_visible()
    assert lab.run_all()
    assert says(lab, 7) == "further is 1"
