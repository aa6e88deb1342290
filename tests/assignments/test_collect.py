"""Whatever a student hands in is brought into the form of the assignment, or refused clearly."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from assignments.conftest import NAME, solved, untouched
from grading import collect


def cells(notebook, tmp_path):
    path = tmp_path / f"{NAME}.ipynb"
    path.write_text(json.dumps(notebook))
    return collect.read(path)[0]


def sources(notebook):
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells}


@pytest.fixture
def restore(tmp_path):
    return lambda notebook: collect.restore(cells(notebook, tmp_path), untouched())


def test_a_plain_submission_stays_as_it_is(restore):
    notebook, notes = restore(solved())
    assert sources(notebook) == sources(solved())
    assert notes == []


def test_a_changed_locked_cell_is_set_back_and_reported(restore):
    changed = solved(**{"rate-check": "print('all right')"})
    notebook, notes = restore(changed)
    assert sources(notebook) == sources(solved())
    assert notes == ["cell rate-check was changed: the original was used"]


def test_changed_points_and_rights_are_ignored(restore):
    changed = solved()
    for cell in changed.cells:
        cell.metadata.nbgrader.update(points=1000, locked=False, solution=True)
    notebook, _ = restore(changed)
    assert [c.metadata for c in notebook.cells] == [c.metadata for c in untouched().cells]


def test_deleted_cells_come_back_empty_in_their_places(restore):
    changed = solved()
    changed.cells = [c for c in changed.cells if c.id not in ("about", "stop", "stop-check")]
    notebook, notes = restore(changed)
    assert list(sources(notebook)) == list(sources(untouched()))
    assert sources(notebook)["stop"] == sources(untouched())["stop"]
    assert notes == ["deleted cells were put back empty: about, stop, stop-check"]


def test_an_empty_notebook_becomes_the_untouched_one(restore):
    changed = solved()
    changed.cells = []
    assert sources(restore(changed)[0]) == sources(untouched())


def test_of_a_duplicated_answer_the_last_one_counts(restore):
    changed = solved()
    [first] = [c for c in changed.cells if c.id == "rate"]
    second = new_code_cell("behaviour = 'second'", metadata=dict(first.metadata))
    changed.cells.append(second)
    notebook, notes = restore(changed)
    graded = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "rate"]
    assert [c.source for c in graded] == ["behaviour = 'second'"]
    assert first.source in [c.source for c in notebook.cells]
    assert notes == ["cell rate occurs more than once: the last one counts"]


def test_added_cells_stay_where_they_were(restore):
    changed = solved()
    changed.cells.insert(4, new_code_cell("helper = 1"))
    assert restore(changed)[0].cells[4].source == "helper = 1"


def test_answers_copied_into_a_new_notebook_still_run_after_the_given_cells(restore):
    changed = solved()
    for cell in changed.cells:
        cell.metadata = {}
    notebook, _ = restore(changed)
    order = [c.source for c in notebook.cells]
    [answer] = [c.source for c in changed.cells if c.id == "rate"]
    assert order.index(answer) > order.index(sources(untouched())["rate"])


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "a <img src=x onerror=y>", "</div>", "<!--"]
)
def test_html_in_a_written_answer_is_text(restore, text):
    changed = solved(words=text)
    changed.cells.append(new_markdown_cell(text))
    for cell in restore(changed)[0].cells[-2:]:
        assert text not in cell.source
        assert "< " in cell.source


def test_mathematics_in_a_written_answer_stays(restore):
    text = "$a < b$, 3 <4 and x<=y"
    assert sources(restore(solved(words=text))[0])["words"] == text


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not a notebook",
        "[]",
        "{}",
        '{"cells": 5}',
        '{"cells": [7]}',
        '{"cells": [{"source": 3}]}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_what_is_not_a_notebook_is_refused(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(collect.Unusable, match=r"x\.ipynb is not a notebook that can be read"):
        collect.read(path)


def test_a_link_to_another_file_is_refused(tmp_path):
    (tmp_path / "other").write_text(json.dumps(solved()))
    (tmp_path / "x.ipynb").symlink_to(tmp_path / "other")
    with pytest.raises(collect.Unusable, match="link"):
        collect.read(tmp_path / "x.ipynb")


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "x.ipynb"
    with open(path, "wb") as file:
        file.truncate(collect.MOST_BYTES + 1)
    with pytest.raises(collect.Unusable, match="larger than 20 MB"):
        collect.read(path)


class TestFind:
    def test_the_named_file_is_taken(self, tmp_path):
        for name in (f"{NAME}.ipynb", "scratch.ipynb"):
            (tmp_path / name).touch()
        assert collect.find(tmp_path, NAME) == (tmp_path / f"{NAME}.ipynb", [])

    def test_a_single_renamed_file_is_taken_and_reported(self, tmp_path):
        (tmp_path / "copy (1).ipynb").touch()
        path, [note] = collect.find(tmp_path, NAME)
        assert path.name == "copy (1).ipynb"
        assert "copy (1).ipynb" in note

    def test_checkpoints_do_not_count(self, tmp_path):
        (tmp_path / ".ipynb_checkpoints").mkdir()
        (tmp_path / ".ipynb_checkpoints" / f"{NAME}.ipynb").touch()
        with pytest.raises(collect.Unusable, match="no notebook found"):
            collect.find(tmp_path, NAME)

    def test_two_candidates_are_a_question(self, tmp_path):
        for name in ("a.ipynb", "b.ipynb"):
            (tmp_path / name).touch()
        with pytest.raises(collect.Unusable, match=r"which notebook is it\? a\.ipynb, b\.ipynb"):
            collect.find(tmp_path, NAME)

    def test_another_kind_of_file_is_named(self, tmp_path):
        (tmp_path / "answer.pdf").touch()
        with pytest.raises(collect.Unusable, match=r"no notebook found; files: answer\.pdf"):
            collect.find(tmp_path, NAME)
