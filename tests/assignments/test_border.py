"""Whatever arrives becomes a small, plain record at the border, or is refused with a sentence."""

import base64
import io
import json
from dataclasses import replace

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from assignments.hostile import DOT
from grading import border
from grading.limits import LIMITS

SMALL = replace(LIMITS, file=5000, cells=5, source=100, words=50, sources=300, pictures=2000)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def read(content, limits=SMALL):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return border.notebook(raw, limits)


def cell(**fields):
    return {"cells": [{"cell_type": "code", "source": "1", "metadata": {}, **fields}]}


def picture(width, height, kind="PNG"):
    made = io.BytesIO()
    Image.new("1", (width, height)).save(made, kind)
    return base64.b64encode(made.getvalue()).decode()


class TestText:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("a\r\nb\rc", "a\nb\nc"),
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b[2J\x07\x00\x9b1m", "1m"),
            ("abc\u202edef\u2066", "abcdef"),
            ("\ud800", "?"),
            ("größe 🙂\t中文", "größe 🙂\t中文"),
            (5, ""),
            ("x" * 20, "x" * 10),
        ],
    )
    def test_only_what_can_be_shown_is_kept(self, given, kept):
        assert border.text(given, 10) == kept[:10]

    def test_a_line_is_one_line(self):
        assert border.line("a\n 1 of 9\r\x0b b", 50) == "a 1 of 9 b"

    @given(st.text())
    def test_any_text_can_be_stored_and_printed(self, text):
        kept = border.line(text, 40)
        assert len(kept) <= 40
        kept.encode("utf-8")
        assert "\x1b" not in kept
        assert "\n" not in kept


class TestPicture:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
    def test_a_picture_is_kept_with_the_kind_it_really_is(self, kind):
        assert border.picture(picture(3, 3, kind), LIMITS).startswith(
            f"data:image/{kind.lower()};base64,"
        )

    @pytest.mark.parametrize(
        "given", ["", "bm8=", "%%%", 5, None, ["a", 5], "PHN2Zy8+", "x" * 10**5]
    )
    def test_what_is_none_is_left_out(self, given):
        assert border.picture(given, LIMITS) is None

    def test_a_small_file_with_a_huge_picture_is_left_out(self):
        assert border.picture(picture(100, 100), replace(LIMITS, pixels=10_000)) is not None
        assert border.picture(picture(100, 101), replace(LIMITS, pixels=10_000)) is None
        assert border.picture(picture(8_000, 8_000), LIMITS) is None


class TestNotebook:
    def test_a_cell_is_kind_source_and_grade_id(self):
        content = cell(metadata={"nbgrader": {"grade_id": "rate", "points": 9}}, outputs=[1])
        assert read(content) == ([border.Cell("code", "1", "rate")], [])

    @pytest.mark.parametrize(
        "metadata",
        [None, 5, [], {"nbgrader": 5}, {"nbgrader": {"grade_id": 5}},
         {"nbgrader": {"grade_id": "../x"}}, {"nbgrader": {"grade_id": "x" * 99}}],
    )  # fmt: skip
    def test_metadata_that_makes_no_sense_is_passed_over(self, metadata):
        assert read(cell(metadata=metadata)) == ([border.Cell("code", "1")], [])

    def test_a_source_in_pieces_is_put_together(self):
        assert read(cell(source=["a\n", 5, "b"]))[0][0].source == "a\nb"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "the file is empty"),
            (b" \n", "the file is empty"),
            (b"x", "not a notebook that can be read"),
            (b"\xff\xfe\xff", "not a notebook that can be read"),
            ([], "not a notebook that can be read"),
            ({}, "not a notebook that can be read"),
            ({"cells": {}}, "not a notebook that can be read"),
            ({"worksheets": [5]}, "not a notebook that can be read"),
            (b"[" * 4000, "not a notebook that can be read"),
            (b'{"cells": [' + b"9" * 4500 + b"]}", "not a notebook that can be read"),
            (b" " * 5001, "the file is larger than 0.005 MB"),
            ({"cells": [{}] * 6}, "the notebook has 6 cells; 5 are read at most"),
            ({"cells": [{"cell_type": "code", "source": "x" * 99}] * 4},
             "the notebook has more than 300 characters of text"),
        ],
    )  # fmt: skip
    def test_what_is_none_is_refused_with_a_sentence(self, content, reason):
        with pytest.raises(border.Unusable, match=reason):
            read(content)

    def test_a_long_cell_is_cut_with_a_note(self):
        [made], [note] = read(cell(source="x" * 101))
        assert made.source == "x" * 100
        assert note == "a cell has more than 100 characters: the rest was cut"

    def test_pictures_are_kept_while_there_is_room(self):
        pasted = {f"{k}.png": {"image/png": DOT} for k in range(30)}
        [made], notes = read(cell(cell_type="markdown", attachments=pasted), LIMITS)
        assert len(made.pictures) == 20
        [made], notes = read(cell(cell_type="markdown", attachments=pasted), SMALL)
        assert 1 < len(made.pictures) < 20
        assert sum(map(len, made.pictures.values())) <= SMALL.pictures
        assert "too large" in notes[0]

    @given(anything)
    def test_any_json_is_read_or_refused(self, content):
        for one in (content, {"cells": content}, {"cells": [content]}, cell(metadata=content),
                    cell(source=content),
                    cell(cell_type="markdown", attachments=content)):  # fmt: skip
            try:
                cells, notes = read(json.dumps(one).encode())
            except border.Unusable:
                continue
            assert all(isinstance(made.source, str) for made in cells)
            assert all(isinstance(note, str) for note in notes)

    @given(st.binary())
    def test_any_bytes_are_read_or_refused(self, raw):
        with pytest.raises(border.Unusable):
            read(raw)


class TestAnswers:
    """What the process inside says."""

    @given(anything)
    def test_any_outputs_become_those_of_a_notebook(self, content):
        told = {"outputs": content}
        for one in (told, {"outputs": [content]}, {"outputs": [{"output_type": "error",
                    "traceback": content}]}, {"outputs": [{"output_type": "display_data",
                    "data": content}]}, {"outputs": [{"output_type": "stream",
                    "text": content}]}):  # fmt: skip
            for output in border.outputs(one, LIMITS):
                made = nbformat.v4.new_code_cell(outputs=[nbformat.from_dict(output)])
                nbformat.validate(nbformat.v4.new_notebook(cells=[made]))

    def test_amounts_are_bounded(self):
        few = replace(LIMITS, outputs=2, printed=10, notes=2, note=5)
        stream = {"output_type": "stream", "text": "x" * 500}
        kept = border.outputs({"outputs": [stream] * 9}, few)
        assert [len(output["text"]) for output in kept] == [110, 110]
        assert border.notes({"notes": ["y" * 9] * 9}, few) == ["y" * 5] * 2

    def test_a_picture_that_is_no_png_is_left_out(self):
        for sent in (picture(2, 2, "GIF"), "PHN2Zy8+", 5, [], None):
            shown = {"output_type": "display_data", "data": {"image/png": sent}}
            [output] = border.outputs({"outputs": [shown]}, LIMITS)
            assert output["data"] == {"text/plain": ""}

    @pytest.mark.parametrize("told", [{}, {"error": 5}, {"error": None}, {"errors": []}])
    def test_an_answer_without_a_value_is_an_error(self, told):
        assert border.answer(told) == {"error": ""}

    @given(anything)
    def test_what_reading_has_found_is_of_known_tasks(self, content):
        cells = [border.Cell("code", "1")]
        for told in ({"pages": [content], "used": content, "unsure": {"slope": content}},
                     {"pages": ["x"], "used": {"slope": content}, "unread": content}):  # fmt: skip
            found = border.found(told, cells, ["slope"], LIMITS)
            assert set(found.used) | set(found.unsure) <= {"slope"}
            assert len(found.pages) == 1

    @pytest.mark.parametrize("pages", [None, 5, [], ["x", "y", "z"], "xy"])
    def test_there_is_a_page_for_each_cell_or_none_counts(self, pages):
        with pytest.raises(ValueError, match="not a page for each cell"):
            border.found({"pages": pages}, [border.Cell("code", "1")] * 2, ["slope"], LIMITS)
