"""What a live figure must do in JupyterLab whatever it shows, and what it must not need."""

import inspect

import nbformat
import pytest

from browser.expected import Expected, check, shown, stacked
from browser.lab import Lab, notebook, painted, shows
from helpers import live


def bar(ax, delta):
    """A bar as high as delta."""
    ax.bar([0], [delta])
    ax.set(ylim=(0, 3), title=f"{delta:.2f}")


def cell(picture, sliders):
    """A cell that shows a live figure."""
    source = inspect.getsource(picture)
    return f"from helpers.live import *\n{source}\nlive({picture.__name__}, {sliders})"


BAR = "delta=slider(0.1, 3.0, step=0.1, value=1.0)"
FIGURE = cell(bar, BAR)
MANY = "delta=slider(0.1, 3.0, step=0.05, value=1.0)"


def two(ax, delta, margin):
    """Two bars, as high as delta and margin."""
    ax.bar([0, 1], [delta, margin])
    ax.set(ylim=(0, 3), title=f"{delta:.2f} {margin:.2f}")


SLIDERS = "delta=slider(0.5, 3.0, step=0.5, value=1.0), margin=slider(0, 2, step=1, value=1)"
TWO = cell(two, SLIDERS)


def bars(axes, delta):
    """A bar as high as delta, and one as high as its square."""
    axes[0].bar([0], [delta])
    axes[0].set(ylim=(0, 3), title=f"{delta:.2f}")
    axes[1].bar([0], [delta**2])
    axes[1].set(ylim=(0, 9), title=f"{delta**2:.2f}")


BARS = "panels=(2, 1), size=(8, 3), delta=slider(0.5, 3.0, step=0.5, value=1.0)"
SLOW = cell(bar, MANY).replace("    ax.bar", "    import time; time.sleep(0.08)\n    ax.bar")
SLEEP = "import time; time.sleep(30)"


@pytest.fixture
def open_notebook(folder, server, browser):
    """Open a new notebook with these cells; every tab is closed after the test."""
    tabs = []

    def open_notebook(name, *cells, **options):
        if cells:
            notebook(folder, name, *cells)
        tabs.append(Lab(browser, server, name, **options))
        return tabs[-1]

    yield open_notebook
    for tab in tabs:
        tab.close()


def assert_moves(lab, figure):
    """Each key press on the slider brings up a picture that was not there before."""
    slider = figure.locator("input").first
    slider.focus()
    seen = {painted(figure)}
    for count in range(2, 6):
        lab.page.keyboard.press("ArrowRight")
        for _ in range(20):
            seen.add(painted(figure))
            if len(seen) == count:
                break
            lab.page.wait_for_timeout(50)
        assert len(seen) == count


def test_answers_while_it_is_drawn_with_the_nearest_picture_there_is(open_notebook):
    lab = open_notebook("slow.ipynb", SLOW)
    lab.page.evaluate(
        """() => {
        jupyterapp.commands.execute('notebook:run-all-cells');
        window.seen = {heights: new Set(), blank: 0};
        (function sample() {
            const figure = document.querySelector('.live-figure');
            if (figure) seen.heights.add(figure.getBoundingClientRect().height);
            if (!panel.isDisposed) requestAnimationFrame(sample);
        })();
    }"""
    )
    lab.page.wait_for_selector(".live-figure canvas")
    (figure,) = lab.figures()
    expected = Expected(bar, **eval(f"dict({MANY})", vars(live)))
    slider, progress = figure.locator("input"), figure.locator(".live-progress")
    assert slider.is_enabled()
    check(figure, expected)  # the first picture is there
    for key, text in (("ArrowRight", "1.05"), ("ArrowRight", "1.10"), ("End", "3.00")):
        slider.press(key)
        assert shown(figure) == [text]
    lab.page.wait_for_function(
        "() => parseInt(document.querySelector('.live-progress').innerText.match(/\\d+ of/)) > 3"
    )
    assert "of 59 drawn" in progress.inner_text()
    for text in ("2.95", "2.90", "2.85", "2.80", "2.75"):
        slider.press("ArrowLeft")
        label, said = figure.evaluate(
            "f => ['canvas', '.live-progress'].map(name => f.querySelector(name))"
            ".map(node => node.ariaLabel ?? node.innerText)"
        )
        stands_in = label.partition("Shown for δ = ")[2].rstrip(".")
        texts = expected.sliders["delta"].texts
        assert abs(texts.index(stands_in) - texts.index(text)) < 30, "ends and middle come first"
        assert (f"shown: δ = {stands_in}" in said) == (stands_in != text)
    lab.wait_for_figures(1)
    assert shown(figure) == ["2.75"]
    check(figure, expected)
    assert len(lab.page.evaluate("[...seen.heights]")) == 1


def test_a_value_that_is_set_without_focus_or_pointer_counts(open_notebook):
    """As assistive technology does; the figure has never been touched before."""
    lab = open_notebook("set.ipynb", FIGURE)
    assert lab.run_all()
    (figure,) = lab.figures()
    expected = Expected(bar, **eval(f"dict({BAR})", vars(live)))
    for value, text in ((20, "2.1"), (3, "0.4")):
        figure.locator("input").evaluate(
            """(input, value) => {
                input.value = value;
                input.dispatchEvent(new Event('input', { bubbles: true }));
            }""",
            value,
        )
        assert shown(figure) == [text]
        check(figure, expected)


def test_what_was_drawn_before_an_error_stays_usable(open_notebook):
    wrong = FIGURE.replace("    ax.bar", "    1 / (delta != 0.4)\n    ax.bar")
    lab = open_notebook("wrong.ipynb", wrong)
    assert not lab.run_all()
    (figure,) = lab.figures()
    assert "ZeroDivisionError at delta=0.4" in lab.page.locator(".jp-OutputArea").inner_text()
    figure.locator("input").press("End")
    assert shown(figure) == ["3.0"]
    check(figure, Expected(bar, **eval(f"dict({BAR})", vars(live))))
    figure.locator("input").press("ArrowLeft")
    assert shown(figure) == ["2.9"]
    assert figure.locator(".live-progress").inner_text().startswith("shown: δ = ")


def test_works_while_the_kernel_is_busy_and_after_it_has_gone(open_notebook):
    lab = open_notebook("busy.ipynb", FIGURE, SLEEP)
    lab.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells') }")
    lab.wait_for_figures(1)
    (figure,) = lab.figures()
    status = "() => panel.sessionContext.session?.kernel?.status"
    assert_moves(lab, figure)
    assert lab.page.evaluate(status) == "busy", "the kernel should still be asleep"
    lab.page.evaluate("() => panel.sessionContext.shutdown()")
    lab.page.wait_for_function(f"({status})() === undefined")
    assert_moves(lab, figure)


def test_works_in_a_saved_notebook_before_any_cell_has_run(open_notebook, folder):
    lab = open_notebook("saved.ipynb", FIGURE)
    assert lab.run_all()
    (figure,) = lab.figures()
    first = painted(figure)
    lab.command("docmanager:save")
    lab.page.evaluate("() => panel.sessionContext.shutdown()")
    stored = nbformat.read(folder / "saved.ipynb", as_version=4)
    assert "widgets" in stored.metadata, "JupyterLab should have saved the widgets"

    again = open_notebook("saved.ipynb")
    again.wait_for_stored_figures(1)
    (figure,) = again.figures()
    again.page.wait_for_timeout(500)
    assert painted(figure) == first
    assert_moves(again, figure)


def test_keys_belong_to_the_slider_and_not_to_jupyterlab(open_notebook):
    lab = open_notebook("keys.ipynb", "1", FIGURE, "2")
    assert lab.run_all()
    (figure,) = lab.figures()
    slider = figure.locator("input")
    slider.focus()
    for key in ("ArrowUp", "ArrowRight", "PageUp", "End", "ArrowDown", "ArrowLeft", "Home"):
        before = slider.input_value()
        lab.page.keyboard.press(key)
        assert slider.input_value() != before, key
    assert lab.page.evaluate("() => document.activeElement.type") == "range"
    for key in ("d", "d", "x", "a", "b"):  # in command mode these delete, cut and add cells
        lab.page.keyboard.press(key)
    assert lab.page.locator(".jp-Cell").count() == 3


def test_two_sliders_choose_from_a_grid(open_notebook):
    lab = open_notebook("two.ipynb", TWO)
    assert lab.run_all()
    (figure,) = lab.figures()
    expected = Expected(two, **eval(f"dict({SLIDERS})", vars(live)))
    delta, margin = figure.locator("input").all()
    for row in range(int(delta.get_attribute("max")) + 1):
        delta.fill(str(row))
        for column in range(int(margin.get_attribute("max")) + 1):
            margin.fill(str(column))
            assert shown(figure) == [f"{0.5 + row / 2:.1f}", f"{column}"]
            check(figure, expected)


def cures(ax, cure, epoch):
    """A bar for the cure, as high as the epoch."""
    ax.bar([cure], [epoch])
    ax.set(ylim=(0, 3), title=f"{cure} {epoch}")


CURES = "cure=choice('none', 'weight decay', 'dropout'), epoch=slider(0, 3, step=1, play=True)"


def test_named_values_are_buttons_for_hand_and_keyboard(open_notebook):
    lab = open_notebook("choice.ipynb", cell(cures, CURES))
    assert lab.run_all()
    (figure,) = lab.figures()
    expected = Expected(cures, **eval(f"dict({CURES})", vars(live)))
    group = figure.get_by_role("group", name="cure")
    assert group.get_by_role("radio").count() == 3
    check(figure, expected)
    group.get_by_role("radio", name="dropout").click()
    assert shown(figure) == ["dropout", "0"]
    check(figure, expected)
    lab.page.keyboard.press("ArrowLeft")
    assert shown(figure) == ["weight decay", "0"]
    check(figure, expected)
    assert group.get_by_role("radio", name="weight decay").is_checked()
    figure.get_by_role("slider", name="epoch").press("End")
    assert shown(figure) == ["weight decay", "3"]
    check(figure, expected)
    assert lab.page.locator(".jp-Cell").count() == 1


def test_a_figure_of_time_plays_and_stops_at_a_touch(open_notebook):
    lab = open_notebook("play.ipynb", cell(cures, CURES.replace("0, 3,", "0, 20,")))
    assert lab.run_all()
    (figure,) = lab.figures()
    figure.get_by_role("button", name="play epoch").click()
    lab.page.wait_for_function("document.querySelectorAll('[data-text]')[1].dataset.text > 2")
    figure.get_by_role("slider").press("ArrowRight")
    stopped = shown(figure)
    lab.page.wait_for_timeout(600)
    assert shown(figure) == stopped
    button = figure.get_by_role("button", name="play epoch")
    button.click()
    lab.page.wait_for_function(
        "from => document.querySelectorAll('[data-text]')[1].dataset.text > from",
        arg=int(stopped[1]) + 1,
    )
    figure.get_by_role("button", name="pause epoch").click()
    stopped = shown(figure)
    lab.page.wait_for_timeout(600)
    assert shown(figure) == stopped
    figure.get_by_role("slider").press("End")
    button.click()  # from the end it begins again
    lab.page.wait_for_function("document.querySelectorAll('[data-text]')[1].dataset.text < 5")


def test_the_height_of_the_output_never_changes_and_the_canvas_is_never_blank(open_notebook):
    lab = open_notebook("height.ipynb", FIGURE)
    assert lab.run_all()
    (figure,) = lab.figures()
    lab.page.evaluate(
        """() => {
        const area = document.querySelector('.jp-Cell-outputArea');
        const canvas = area.querySelector('canvas');
        window.seen = {heights: new Set(), blank: 0, frames: 0};
        (function sample() {
            seen.heights.add(area.getBoundingClientRect().height);
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            seen.blank += data.every(value => value === 255);
            seen.frames += 1;
            if (!panel.isDisposed) requestAnimationFrame(sample);
        })();
    }"""
    )
    box = figure.locator("input").bounding_box()
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.page.mouse.down()
    for k in range(60):
        along = abs((k / 30 + 0.5) % 2 - 1)
        lab.page.mouse.move(box["x"] + 10 + (box["width"] - 20) * along, box["y"] + 16)
        lab.page.wait_for_timeout(10)
    lab.page.mouse.up()
    seen = lab.page.evaluate("() => ({...seen, heights: [...seen.heights]})")
    assert seen["frames"] > 20
    assert len(seen["heights"]) == 1
    assert seen["blank"] == 0


def test_five_figures_hold_less_than_150_mb_of_decoded_frames(open_notebook):
    # large frames that are quickly drawn: those of the first figure alone would be 160 MB
    large = FIGURE.replace("live(bar,", "live(bar, size=(10, 6),")
    large = large.replace("    ax.set(", "    ax.axis('off')\n    ax.set(")
    fewer = large.replace("slider(0.1, 3.0,", "slider(0.7, 1.5,")  # 50 MB each
    lab = open_notebook("five.ipynb", large, *[fewer] * 4)
    assert lab.run_all()
    lab.wait_for_figures(5)
    for figure in lab.figures():
        figure.scroll_into_view_if_needed()
        figure.hover()
        for key in ("End", "PageDown", "Home"):
            figure.locator("input").press(key)
            lab.page.wait_for_timeout(400)
    assert 0 < lab.page.evaluate("() => account.most") < 150e6


def test_fits_a_narrow_window_and_the_dark_theme(open_notebook):
    lab = open_notebook("narrow.ipynb", FIGURE, width=480, dark=True)
    assert lab.run_all()
    (figure,) = lab.figures()
    area = lab.page.locator(".jp-Cell-outputArea").bounding_box()
    box = figure.bounding_box()
    assert box["x"] + box["width"] <= area["x"] + area["width"] + 1
    canvas = figure.locator("canvas").bounding_box()
    assert canvas["width"] >= 389, "its words are to be legible: it scrolls"
    text, ground = lab.page.evaluate(
        """() => ['.live-figure label', '.jp-Notebook'].map(
            (name, k) => getComputedStyle(document.querySelector(name))
                [k ? 'backgroundColor' : 'color'].match(/[0-9.]+/g).slice(0, 3).map(Number))"""
    )
    assert abs(sum(text) - sum(ground)) > 300, "the readout must stand out from the page"
    assert_moves(lab, figure)


def test_panels_stand_one_above_the_other_where_there_is_little_room(open_notebook):
    lab = open_notebook("panels.ipynb", cell(bars, BARS), width=1100)
    assert lab.run_all()
    (figure,) = lab.figures()
    expected = Expected(
        bars, panels=(2, 1), size=(8, 3), delta=live.slider(0.5, 3, step=0.5, value=1)
    )
    check(figure, expected)
    lab.page.set_viewport_size({"width": 480, "height": 900})
    for key in ("ArrowRight", "End"):
        figure.locator("input").press(key)
        assert shows(figure, stacked(expected.draw(shown(figure)), expected.cuts))
    box = figure.locator("canvas").bounding_box()
    assert box["height"] > box["width"] / 2  # and not one wide picture
    lab.page.set_viewport_size({"width": 1100, "height": 900})
    figure.locator("input").press("Home")
    check(figure, expected)
