"""A student's cells are brought into the form of the assignment."""

import json
import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from assignments.conftest import solved, untouched
from assignments.hostile import DOT, pasted
from grading import border, course
from grading.limits import LIMITS
from grading.restore import harmless, restore

RELEASE = course.cells(untouched())


def restored(notebook):
    """The cells of a notebook as they are graded, and the notes."""
    cells, notes = border.notebook(json.dumps(notebook).encode(), LIMITS)
    assert notes == []
    return restore(cells, RELEASE)


def sources(cells):
    return {cell.grade_id: cell.source for cell in cells if cell.grade_id}


def test_a_plain_submission_stays_as_it_is():
    assert restored(solved()) == (course.cells(solved(about=untouched().cells[0].source)), [])


def test_a_changed_locked_cell_is_set_back_and_reported():
    cells, notes = restored(solved(**{"rate-check": "print('all right')"}))
    assert cells == course.cells(solved())
    assert notes == ["cell rate-check was changed: the original was used"]


def test_line_ends_of_another_system_are_no_change():
    changed = solved()
    for cell in changed.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    assert restored(changed) == (course.cells(solved()), [])


def test_changed_points_and_rights_are_ignored():
    changed = solved()
    for cell in changed.cells:
        cell.metadata.nbgrader.update(points=1000, locked=False, solution=True)
    assert restored(changed)[0] == course.cells(solved())


def test_deleted_cells_come_back_empty_in_their_places():
    changed = solved()
    changed.cells = [c for c in changed.cells if c.id not in ("about", "stop", "stop-check")]
    cells, notes = restored(changed)
    assert list(sources(cells)) == list(sources(RELEASE))
    assert sources(cells)["stop"] == sources(RELEASE)["stop"]
    assert notes == ["deleted cells were put back empty: about, stop, stop-check"]


def test_an_empty_notebook_becomes_the_untouched_one():
    changed = solved()
    changed.cells = []
    assert restored(changed)[0] == RELEASE


def test_of_a_duplicated_answer_the_last_one_counts():
    changed = solved()
    [first] = [c for c in changed.cells if c.id == "rate"]
    changed.cells.append(new_code_cell("behaviour = 'second'", metadata=dict(first.metadata)))
    cells, notes = restored(changed)
    assert [c.source for c in cells if c.grade_id == "rate"] == ["behaviour = 'second'"]
    assert first.source in [c.source for c in cells]
    assert notes == ["cell rate occurs more than once: the last one counts"]


def test_a_duplicated_check_goes():
    changed = solved()
    [check] = [c for c in changed.cells if c.id == "rate-check"]
    changed.cells.insert(0, new_code_cell("print(1)", metadata=dict(check.metadata)))
    assert restored(changed)[0] == course.cells(solved())


def test_added_cells_stay_where_they_were():
    changed = solved()
    changed.cells.insert(4, new_code_cell("helper = 1"))
    assert restored(changed)[0][4].source == "helper = 1"


def test_a_grade_id_of_ones_own_is_an_additional_cell():
    changed = solved()
    bonus = {"nbgrader": {"grade_id": "bonus", "grade": True, "points": 100, "solution": False}}
    changed.cells.append(new_code_cell("100", metadata=bonus))
    assert restored(changed)[0][-1] == border.Cell("code", "100")


def test_answers_copied_into_a_new_notebook_still_run_after_the_given_cells():
    changed = solved()
    for cell in changed.cells:
        cell.metadata = {}
    order = [c.source for c in restored(changed)[0]]
    [answer] = [c.source for c in changed.cells if c.id == "rate"]
    assert order.index(answer) > order.index(sources(RELEASE)["rate"])


def test_a_picture_that_is_pasted_in_stays():
    address = f"data:image/png;base64,{DOT}"
    assert restored(pasted())[0][-1].pictures == {"image.png": address}


class TestHarmless:
    """What the formgrader shows runs nothing and fetches nothing."""

    @pytest.mark.parametrize(
        "text", ["<script>x</script>", "a <img src=x onerror=y>", "</div>", "<!--"]
    )
    def test_html_is_text(self, text):
        assert "< " in harmless(text)
        assert not re.search(r"<[a-z/!]", harmless(text))

    @pytest.mark.parametrize(
        "text", ["$a < b$, 3 <4 and x<=y", "A plain answer: w[0] (see above)."]
    )
    def test_mathematics_and_plain_words_stay(self, text):
        assert harmless(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "[my plot](javascript:alert(1))",
            "[x](  vbscript:x)",
            "![](https://example.org/seen.png)",
            "![a](//example.org/seen.png)",
            "[a][b]\n\n[b]: https://example.org",
            "[a]\n\n[a]: javascript:alert(1)",
            "![a][b]\n\n[b]: https://example.org/x.png",
            "[![a](attachment:a.png)](javascript:alert(1))",
            "https://example.org",
            "[a\\]](javascript:x)",
            "[a](<javascript:x>)",
            "[a](&#106;avascript:alert(1))",
        ],
    )
    def test_nothing_can_be_clicked_or_fetched(self, text):
        """As nbconvert shows it, which is what the formgrader uses."""
        from nbconvert.filters.markdown_mistune import markdown2html_mistune

        shown = markdown2html_mistune(harmless(text))
        assert "href" not in shown
        assert not re.search(r"src=.(?!attachment)", shown)

    @pytest.mark.parametrize(
        "text",
        [
            "\\![<img src=//example.org/x onerror=alert(1)>](attachment:image.png)",
            "![\n\n<script>alert(1)</script>\n\n](attachment:image.png)",
            "`![a](attachment:image.png)`<b>",
            "![x](attachment:im%61ge.png)",
            "![x](attachment:my%20plot.png)",
        ],
    )
    def test_nothing_beside_a_pasted_picture_runs(self, text):
        """As the formgrader converts it: with nbconvert, from a whole notebook."""
        import nbformat
        from nbconvert import HTMLExporter

        pictures = ["image.png", "my plot.png"]
        pasted = {f"picture-{k}": {"image/png": DOT} for k in range(2)}
        cell = new_markdown_cell(harmless(text, pictures), attachments=pasted)
        notebook = nbformat.v4.new_notebook(cells=[cell])
        shown, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
        assert not re.search(r"<(script|b|img(?! (alt=.picture. )?src=.data:))", shown)
        assert "onerror=" not in re.sub("<[^>]*>", "", shown) or "<img src=//" not in shown

    def test_a_picture_that_is_pasted_in_is_still_shown(self):
        text = "<b>see</b> ![image.png](attachment:my%20image.png), ![](attachment:other.png)"
        assert "![picture](attachment:picture-0)" in harmless(text, ["my image.png"])
        assert "![](" not in harmless(text, ["my image.png"])
