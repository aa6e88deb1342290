"""The pages before Sphinx makes them: nothing is lost on the way, and nothing is forgotten."""

import base64
import re

import nbformat
import numpy as np
import pytest
from PIL import Image

import lesson
from grading import course
from helpers.frames import encode
from pages import build

FRAMES = np.random.default_rng(0).integers(0, 255, (4, 6, 9, 3), np.uint8)
STATE = {
    "width": 9,
    "height": 6,
    "sharpness": 1.5,
    "alt": "A <line>.",
    "sliders": [
        {"label": "δ", "texts": ["0.5", "1.0"], "kind": "range"},
        {"label": "cure", "texts": ["none", "a < b"], "kind": "choice"},
    ],
    "position": [1, 0],
    "cuts": [0, 4, 9],
    "frames": [base64.b64encode(encode(frame)).decode() for frame in FRAMES],
}


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_a_page_has_every_cell_and_every_picture_of_the_lesson(name, tmp_path):
    path = lesson.NOTEBOOKS / f"{name}.ipynb"
    page, boxes = build.page(path, {}, tmp_path)
    assert boxes == []
    for cell, shown in zip(lesson.stored(name).cells, page.cells, strict=True):
        if cell.cell_type == "code":
            assert shown.source == cell.source
            assert shown.outputs == cell.outputs
            draws = "drawing" in cell.metadata.get("tags", [])
            assert shown.metadata.mystnb.code_prompt_show.endswith("drawing code") == draws
            for output in cell.outputs:
                if picture := output.get("metadata", {}).get("image/png"):
                    assert shown.metadata.mystnb.image.alt == picture.alt
    text = "\n".join(cell.source for cell in page.cells if cell.cell_type == "markdown")
    assert "figures to life" not in text.partition("##")[0]


def test_a_live_figure_becomes_a_box_with_its_first_picture_and_a_script_with_its_frames(tmp_path):
    name = "00_start_here"
    path = lesson.NOTEBOOKS / f"{name}.ipynb"
    [place] = [
        k
        for k, cell in enumerate(lesson.stored(name).cells)
        if cell.cell_type == "code" and "\nlive(" in cell.source
    ]
    page, [box] = build.page(path, {place: [dict(STATE)]}, tmp_path)
    shown = page.cells[place].outputs[0].data["text/html"]
    assert shown.startswith(box)
    cell = page.cells[place].execution_count
    assert f'cell [{cell}] of <a href="_sources/{name}.ipynb" download>{name}.ipynb</a>' in shown
    heading = re.findall(r"^#+ (.*)", "\n".join(c.source for c in page.cells[:place]), re.MULTILINE)
    assert f"under “{heading[-1]}”" in shown
    assert 'aria-label="δ"' in box
    assert "δ = 1.0" in box
    assert "<legend>cure</legend>" in box
    assert '<input type="radio" disabled checked><span>none</span>' in box
    assert '<input type="radio" disabled><span>a &lt; b</span>' in box
    assert 'alt="A &lt;line&gt;."' in box
    stem = re.search(r'data-name="(.+?)"', box)[1]
    for k, columns in enumerate((slice(0, 4), slice(4, 9))):  # panel by panel
        still = np.asarray(Image.open(tmp_path / f"{stem}-{k}.webp"))
        np.testing.assert_array_equal(still, FRAMES[2][:, columns])
    assert (tmp_path / f"{stem}.js").read_text().startswith("liveFrames({")


def test_the_landing_page_leads_everywhere():
    text = build.landing("THE FIGURE")
    assert "THE FIGURE" in text
    for name in lesson.LESSONS:
        assert f"]({name}.ipynb)" in text
    for name in course.names():
        assert f"(path:assignments/{name}.ipynb)" in text
    for word in ("Six", "six lessons", "One for each lesson"):
        assert word not in text


@pytest.mark.parametrize("name", course.names())
def test_a_student_version_can_be_written(name):
    nbformat.validate(course.student_version(name))
