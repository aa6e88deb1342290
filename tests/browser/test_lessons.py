"""Every slider of every lesson, moved by key and by drag in a real JupyterLab."""

import shutil

import pytest

import lesson
from browser.expected import Expected, check, shown
from browser.lab import Lab, painted, trust


def drag(page, slider, to):
    """Drag the handle of a slider to a share of its way, as a hand does."""
    box = slider.bounding_box()
    thumb = 16  # the handle's middle runs from half its width to half its width before the end
    now = float(slider.input_value()) / float(slider.get_attribute("max"))
    x = [box["x"] + thumb / 2 + share * (box["width"] - thumb) for share in (now, to)]
    y = box["y"] + box["height"] / 2
    page.mouse.move(x[0], y)
    page.mouse.down()
    page.mouse.move(x[1], y, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_every_slider_shows_the_frame_of_its_value(name, folder, server, browser):
    figures = lesson.run(name).figures
    if name == lesson.LESSONS[0]:  # this one runs here, the others have run already
        shutil.copy(lesson.NOTEBOOKS / f"{name}.ipynb", folder)
    else:
        shutil.copy(lesson.executed(name), folder)
        trust(folder, f"{name}.ipynb")
    lab = Lab(browser, server, f"{name}.ipynb")
    if name == lesson.LESSONS[0]:
        assert lab.run_all(), "a cell failed"
    else:
        lab.wait_for_stored_figures(len(figures))
    assert len(lab.figures()) == len(figures)
    folded = "() => panel.content.widgets.filter(cell => cell.outputHidden).length"
    assert lab.page.evaluate(folded) == lesson.protected(name)
    for figure, ((picture,), options) in zip(lab.figures(), figures, strict=True):
        figure.scroll_into_view_if_needed()
        expected = Expected(picture, **options)
        check(figure, expected)
        height = figure.bounding_box()["height"]
        for button in figure.locator("fieldset label").all():
            button.click()
            check(figure, expected)
        for slider in figure.locator("input[type=range]").all():
            before, seen = shown(figure), {painted(figure)}
            forward = slider.input_value() != slider.get_attribute("max")
            there, back = ("ArrowRight", "ArrowLeft") if forward else ("ArrowLeft", "ArrowRight")
            slider.press(there)
            assert shown(figure) != before
            check(figure, expected)
            slider.press(back)
            assert shown(figure) == before
            check(figure, expected)
            for to in (0.9, 0.2):
                before = shown(figure)
                now = float(slider.input_value()) / float(slider.get_attribute("max"))
                to = to if abs(to - now) > 0.2 else 0.55  # the hand goes somewhere else
                drag(lab.page, slider, to)
                assert shown(figure) != before
                check(figure, expected)
                seen.add(painted(figure))
            assert len(seen) > 1, "the slider moves nothing"
            slider.press("End")
            check(figure, expected)
        assert figure.bounding_box()["height"] == height
    assert not lab.problems
    lab.close()
