"""Every slider of every lesson, moved by key and by drag in a real JupyterLab."""

import functools
import shutil

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import lesson
from browser.lab import Lab, jupyterlab, painted
from helpers import plotting
from helpers.live import Sheet

run = functools.cache(lesson.run)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    for name in lesson.LESSONS:
        shutil.copy(lesson.NOTEBOOKS / f"{name}.ipynb", folder)
    with jupyterlab(folder) as server:
        yield server


class Expected:
    """A live figure drawn again in this process, value by value, each time on a new figure."""

    def __init__(self, picture, panels=1, size=None, **sliders):
        self.picture, self.panels, self.sliders = picture, panels, sliders
        self.size = size or plotting.STYLE["figure.figsize"]
        start = {name: s.values[s.start] for name, s in sliders.items()}
        with matplotlib.rc_context(plotting.STYLE):
            self.margins = Sheet(picture, panels, self.size, start).margins

    def draw(self, texts):
        """The pixels for the values that the sliders say they show."""
        values = {
            name: s.values[s.texts.index(text)]
            for (name, s), text in zip(self.sliders.items(), texts, strict=True)
        }
        with matplotlib.rc_context(plotting.STYLE):
            figure = Figure(figsize=self.size)
            self.picture(figure.subplots(1, self.panels, gridspec_kw=self.margins), **values)
            return plotting.pixels(figure)


def shown(figure):
    """What the reader reads beside each slider, without its symbol."""
    return [text.partition(" = ")[2] for text in figure.locator("label").all_inner_texts()]


def drag(page, slider, to):
    """Drag the handle of a slider to a share of its way, as a hand does."""
    box = slider.bounding_box()
    thumb = 16  # the handle's middle runs from half its width to half its width before the end
    now = float(slider.input_value()) / float(slider.get_attribute("max"))
    x = [box["x"] + thumb / 2 + share * (box["width"] - thumb) for share in (now, to)]
    y = box["y"] + box["height"] / 2
    page.mouse.move(x[0], y)
    page.mouse.down()
    page.mouse.move(x[1], y, steps=12)
    page.mouse.up()


def check(page, figure, expected):
    """The canvas must hold exactly the frame of the values that the reader is told."""
    texts = shown(figure)
    want = expected.draw(texts)
    for _ in range(20):  # a far jump decodes its frame first
        got = painted(figure)
        if got.shape == want.shape and np.array_equal(got, want):
            break
        page.wait_for_timeout(50)
    else:
        pytest.fail(f"{expected.picture.__name__}: the picture is not the one for {texts}")
    for text in texts:
        assert f"= {text}" in figure.locator("canvas").get_attribute("aria-label")


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_every_slider_shows_the_frame_of_its_value(name, server, browser):
    _, figures, _ = run(name)
    lab = Lab(browser, server, f"{name}.ipynb")
    assert lab.run_all(), "a cell failed"
    lab.wait_for_figures(len(figures))
    assert len(lab.figures()) == len(figures)
    for figure, ((picture,), options) in zip(lab.figures(), figures, strict=True):
        figure.scroll_into_view_if_needed()
        expected = Expected(picture, **options)
        check(lab.page, figure, expected)
        height = figure.bounding_box()["height"]
        for slider in figure.locator("input").all():
            before, seen = shown(figure), {painted(figure).tobytes()}
            forward = slider.input_value() != slider.get_attribute("max")
            there, back = ("ArrowRight", "ArrowLeft") if forward else ("ArrowLeft", "ArrowRight")
            slider.press(there)
            assert shown(figure) != before
            check(lab.page, figure, expected)
            slider.press(back)
            assert shown(figure) == before
            check(lab.page, figure, expected)
            for to in (0.9, 0.2):
                before = shown(figure)
                drag(lab.page, slider, to)
                assert shown(figure) != before
                check(lab.page, figure, expected)
                seen.add(painted(figure).tobytes())
            assert len(seen) > 1, "the slider moves nothing"
            slider.press("End")
            check(lab.page, figure, expected)
        assert figure.bounding_box()["height"] == height
    assert not lab.problems
    lab.close()
