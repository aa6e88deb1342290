"""What Python hands to the front end: each frame in its place, and errors before that."""

import base64
import gc
import io
import math
import os

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from helpers import live as module
from helpers import plotting
from helpers.frames import Sheet, coarse_to_fine
from helpers.live import choice, live, slider
from helpers.quiet import quiet


def line(ax, slope):
    """A straight line through zero."""
    ax.plot([0, 1], [0, slope])
    ax.set(xlabel="x", ylabel="y", ylim=(-5, 5), title=f"{slope:.1f}")


@pytest.fixture
def made(monkeypatch):
    """What `live` shows and sends: a list of displays and a list of flip-books."""
    shown, books = [], []
    monkeypatch.setattr(module, "display", lambda data, **options: shown.append((data, options)))

    class FlipBook(module.FlipBook):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.closed, self.history = False, []
            self.observe(lambda change: self.history.append((change.name, change.new)))
            books.append(self)

        def close(self):
            self.closed = True
            super().close()

    monkeypatch.setattr(module, "FlipBook", FlipBook)
    return shown, books


def frames(book):
    """The frames of a flip-book in order; empty where none is drawn."""
    numbers = range(sum(name.startswith("frame") for name in book.trait_names()))
    return [getattr(book, f"frame{n}") for n in numbers]


def decoded(frame):
    return np.asarray(Image.open(io.BytesIO(frame)).convert("RGB"))


def fresh(picture, start, panels=1, size=(6, 3.5), **values):
    """The frame as a figure of its own would have it, with the margins of the starting frame."""
    with matplotlib.rc_context(plotting.STYLE):
        margins = Sheet(picture, panels, size, start).margins
        figure = Figure(figsize=size)
        picture(figure.subplots(1, panels, gridspec_kw=margins), **values)
        return plotting.pixels(figure)


def same(a, b):
    np.testing.assert_array_equal(a, b)


def test_one_slider_has_a_frame_for_each_value_in_order(made):
    live(line, slope=slider(-2, 2, step=0.5, value=1))
    ((book,), s) = made[1], slider(-2, 2, step=0.5, value=1)
    assert len(frames(book)) == 9
    for value, frame in zip(s.values, frames(book), strict=True):
        same(decoded(frame), fresh(line, {"slope": 1.0}, slope=value))
    assert book.position == [6]
    assert book.sliders == [
        {"label": "slope", "texts": list(s.texts), "kind": "range", "play": False}
    ]


def test_two_sliders_have_a_grid_of_frames_the_last_fastest(made):
    def two(ax, a, b):
        """Two bars."""
        ax.bar([0, 1], [a, b])
        ax.set_ylim(0, 5)

    live(two, a=slider(1, 3, step=1, value=2), b=slider(1, 2, step=1, value=2))
    (book,) = made[1]
    pairs = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]
    for (a, b), frame in zip(pairs, frames(book), strict=True):
        same(decoded(frame), fresh(two, {"a": 2, "b": 2}, a=a, b=b))
    assert book.position == [1, 1]


def test_the_starting_frame_comes_first_and_is_the_picture_of_the_output(made):
    live(line, slope=slider(-2, 2, step=0.5, value=1))
    ((data, options),), (book,) = made
    png = np.asarray(Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB"))
    same(png, decoded(frames(book)[6]))
    assert data["text/plain"] == "A straight line through zero."
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == book.model_id
    assert options["raw"] is True
    expected = {"width": 600, "height": 350, "alt": "A straight line through zero."}
    assert options["metadata"]["image/png"] == expected


def test_each_frame_is_sent_once_as_soon_as_it_is_drawn_coarse_to_fine(made):
    """The slider answers from the first picture on; what is far apart comes first."""
    live(line, slope=slider(0, 8, step=1, value=1))
    (book,) = made[1]
    sent = [name for name, _ in book.history if name.startswith("frame")]
    assert sent == [f"frame{n}" for n in (0, 8, 4, 2, 6, 3, 5, 7)]  # frame 1 was there at first
    assert [value for name, value in book.history if name == "drawn"] == list(range(2, 10))
    assert book.history[-1] == ("drawing", False)


@pytest.mark.parametrize(
    ("lengths", "start", "order"),
    [
        ([2], [0], [0, 1]),
        ([5], [2], [2, 0, 4, 1, 3]),
        ([6], [5], [5, 0, 2, 4, 1, 3]),
        ([3, 2], [1, 0], [2, 0, 4, 1, 5, 3]),
    ],
)
def test_coarse_to_fine(lengths, start, order):
    assert coarse_to_fine(lengths, start) == order


@given(st.lists(st.integers(2, 20), min_size=1, max_size=2), st.data())
def test_coarse_to_fine_has_every_frame_once_and_begins_at_the_start(lengths, data):
    start = [data.draw(st.integers(0, n - 1)) for n in lengths]
    order = coarse_to_fine(lengths, start)
    assert sorted(order) == list(range(math.prod(lengths)))
    assert order[0] == np.ravel_multi_index(start, lengths)


def test_the_drawing_function_gets_plain_numbers(made):
    got = []

    def picture(ax, steps, rate):
        """Nothing."""
        got.append((type(steps), type(rate)))

    live(picture, steps=slider(values=np.array([1, 2])), rate=slider(0, np.float32(1), step=0.5))
    assert set(got) == {(int, float)}


def grows(ax, k):
    """Tick labels of very different width."""
    ax.plot([0, 10 ** (3 * k)])


def leaves_things_behind(ax, k):
    """Frame 1 changes everything that could stay for the next."""
    ax.plot([1, 10, 100], label="line")
    if k == 1:
        ax.set_yscale("log")
        ax.grid(False)
        ax.legend()
        ax.tick_params(axis="x", colors="red", length=10)
        ax.set_xticks([0, 2], ["a", "b"])
        ax.spines["left"].set_visible(False)
        ax.set_facecolor("yellow")
        ax.set_aspect(0.1)


def adds_axes(ax, k):
    """Frame 1 has a second axis and a colour bar."""
    ax.plot([1, 2, 3])
    if k == 1:
        ax.twinx().plot([3, 1, 2])
        ax.figure.colorbar(ax.scatter([1], [1], c=[1]))


@pytest.mark.parametrize("picture", [grows, leaves_things_behind, adds_axes])
def test_no_frame_shows_what_another_one_drew(made, picture):
    live(picture, k=slider(0, 3, step=1))
    (book,) = made[1]
    for k in (0, 2, 3):
        same(decoded(frames(book)[k]), fresh(picture, {"k": 0}, k=k))


def test_panels(made):
    def pair(axes, k):
        """Two panels."""
        assert axes.shape == (2,)
        axes[0].plot([0, k])
        axes[1].plot([k, 0])

    live(pair, panels=2, size=(8, 3), k=slider(1, 2, step=1))
    (book,) = made[1]
    assert (book.width, book.height) == (1200, 450)
    same(decoded(frames(book)[1]), fresh(pair, {"k": 1}, 2, (8, 3), k=2))


def test_a_choice_gives_its_values_and_goes_with_a_slider(made):
    got = []

    def picture(ax, cure, on, rate=1):
        """Nothing."""
        got.append((cure, on))

    live(picture, cure=choice("none", "dropout", value="dropout"), on=choice(False, True))
    (book,) = made[1]
    assert set(got) == {(cure, on) for cure in ("none", "dropout") for on in (False, True)}
    assert book.position == [1, 0]
    assert [(s["kind"], s["texts"]) for s in book.sliders] == [
        ("choice", ["none", "dropout"]),
        ("choice", ["off", "on"]),
    ]
    got.clear()
    live(picture, cure=choice("none", "dropout"), on=slider(0, 1, step=0.5, play=True))
    assert len(set(got)) == 6
    assert [(s["kind"], s["play"]) for s in made[1][1].sliders] == [
        ("choice", False),
        ("range", True),
    ]


def test_panels_may_have_ratios_of_widths(made):
    widths = []

    def picture(axes, k):
        """Two panels."""
        widths.append([ax.get_position().width for ax in axes])

    live(picture, panels=(2, 1), size=(8, 3), k=slider(1, 2, step=1))
    for wide, narrow in widths[1:]:
        assert wide == pytest.approx(2 * narrow)


def test_an_error_names_values_of_every_kind(made):
    def fails(ax, cure, on):
        """Fails."""
        raise KeyError("no")

    with pytest.raises(RuntimeError, match=r"raised KeyError at cure='none', on=False: "):
        live(fails, cure=choice("none", "dropout"), on=choice(False, True))


def test_an_error_while_drawing_names_the_values_and_keeps_what_was_drawn(made):
    def fails(ax, delta):
        """Fails at 3."""
        1 / (delta - 3)

    with pytest.raises(RuntimeError, match=r"raised ZeroDivisionError at delta=3: ") as caught:
        live(fails, delta=slider(1, 5, step=1))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    (book,) = made[1]
    assert [bool(frame) for frame in frames(book)] == [True, False, False, False, True]
    assert not book.closed
    assert book.drawing is False


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (lambda axes, k: axes[0].set_title("W" * k), "'WWWWWWWWWWWWWWWWWWWW' leaves its panel"),
        (lambda axes, k: axes[1].set_title("W" * k), "'WWWWWWWWWWWWWWWWWWWW' leaves its panel"),
        (lambda axes, k: axes[1].text(0.9, 0.5, "W" * k), "'WWWWWWWWWWWWWWWWWWWW' leaves"),
        (lambda axes, k: axes[0].set_ylabel("W" * 3 * k), "'WWWWWWWW.*' leaves its panel"),
        (
            lambda axes, k: axes[0].set(ylim=(0, 10.0 ** (k - 5)), yticks=[10.0 ** (k - 5)]),
            "something is",
        ),
        (
            lambda axes, k: axes[1].set(ylim=(0, 10.0 ** (k - 5)), yticks=[10.0 ** (k - 5)]),
            "something is",
        ),
    ],
)
def test_a_word_that_leaves_its_panel_is_an_error_that_names_the_values(made, words, what):
    def picture(axes, k):
        """Words."""
        for ax in axes:
            ax.ticklabel_format(style="plain")
        words(axes, k)

    with pytest.raises(RuntimeError, match=f"{what}.* at k=20: make it shorter, or `size` larger"):
        live(picture, panels=2, size=(5, 3), k=slider(values=[4, 20]))
    (book,) = made[1]
    assert [bool(frame) for frame in frames(book)] == [True, False]


def test_the_panels_of_a_frame_can_be_cut_apart(made):
    """No pixel of a panel lies beyond the cut, in any frame."""

    def pair(axes, k):
        """Two panels with long titles."""
        axes[0].set(title="W" * k, ylabel="left")
        axes[1].set(title="W" * k, ylabel="right")

    live(pair, panels=(2, 1), size=(8, 3), k=slider(1, 8, step=1))
    (book,) = made[1]
    first, cut, last = book.cuts
    assert (first, last) == (0, 1200)
    assert 600 < cut < 900
    for frame in frames(book):
        assert (decoded(frame)[:, cut] == 255).all()
    live(line, slope=slider(0, 1, step=1))
    assert made[1][1].cuts == [0, 900]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"picture": 3, "k": slider(0, 1, step=1)}, TypeError, "`picture` must be a function"),
        ({}, TypeError, "one slider or two. Received: 0"),
        ({"slope": (0, 1)}, TypeError, "`slope` must be made by `slider"),
        ({"slop": slider(0, 1, step=1)}, TypeError, "`picture` must take the axes.*slop"),
        ({"slope": slider(0, 1, step=1), "b": slider(0, 1, step=1)}, TypeError, "sliders slope, b"),
        (
            {"slope": slider(0, 15, step=1), "b": slider(0, 15, step=1)},
            ValueError,
            r"at most 250 frames. Received: 16 × 16 = 256",
        ),
        ({"slope": slider(0, 1, step=1), "panels": 0}, ValueError, "`panels` must be"),
        ({"slope": slider(0, 1, step=1), "panels": 1.5}, ValueError, "`panels` must be"),
        ({"slope": slider(0, 1, step=1), "panels": True}, ValueError, "`panels` must be"),
        ({"slope": slider(0, 1, step=1), "panels": (2,)}, ValueError, "`panels` must be"),
        ({"slope": slider(0, 1, step=1), "panels": (2, 0)}, ValueError, "`panels` must be"),
        ({"slope": slider(0, 1, step=1), "panels": (2, "1")}, ValueError, "`panels` must be"),
        ({"slope": slider(0, 1, step=1), "size": 6}, ValueError, "`size` must be.*size=6"),
        ({"slope": slider(0, 1, step=1), "size": (6, 0)}, ValueError, "`size` must be"),
        ({"slope": slider(0, 1, step=1), "size": (6, np.nan)}, ValueError, "`size` must be"),
    ],
)
def test_wrong_use_is_an_error_before_anything_is_drawn(made, arguments, error, says):
    calls = []

    def picture(ax, slope):
        calls.append(slope)

    def takes_two(ax, slope, b):
        calls.append(slope)

    drawing = takes_two if "256" in says else picture
    with pytest.raises(error, match=says):
        live(**{"picture": drawing, **arguments})
    assert calls == []
    assert made == ([], [])


def test_three_sliders_are_too_many(made):
    with pytest.raises(TypeError, match="Received: 3"):
        live(lambda ax, a, b, c: None, **dict.fromkeys("abc", slider(0, 1, step=1)))


@pytest.mark.slow
def test_a_plain_figure_of_59_frames_is_well_under_a_megabyte(made):
    live(line, slope=slider(0.1, 3.0, step=0.05))
    (book,) = made[1]
    assert len(frames(book)) == 59
    assert sum(map(len, frames(book))) < 800_000


@pytest.mark.parametrize("objects", [0, 700, 90_000])
def test_garbage_is_looked_for_seldom_and_afterwards_as_before(made, objects):
    seen, before = set(), gc.get_threshold()
    gc.set_threshold(objects, *before[1:])
    try:
        live(lambda ax, slope: seen.add(gc.get_threshold()[0]), slope=slider(0, 2, step=1))
        assert gc.get_threshold() == (objects, *before[1:])
    finally:
        gc.set_threshold(*before)
    assert seen == {objects and max(objects, 10_000)}


def test_an_import_is_quiet_and_leaves_no_garbage_uncollected(capfd):
    for collecting in (gc.disable, gc.enable):
        collecting()
        before = gc.isenabled()
        with quiet():
            os.write(2, b"a note of compiled code")
            assert not gc.isenabled()
        assert gc.isenabled() == before
    assert capfd.readouterr().err == ""


def test_the_callers_matplotlib_is_left_alone(made):
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        before, figures = dict(matplotlib.rcParams), plt.get_fignums()
        live(line, slope=slider(0, 2, step=1))
        assert dict(matplotlib.rcParams) == before
        assert plt.get_fignums() == figures
