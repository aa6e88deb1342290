"""A figure with sliders that answers at once: its pictures are drawn before the hand needs them.

Python draws one picture for each value of the sliders, the starting one first. The front end
(`live.js`) keeps them all and only chooses which one to show, so that a slider never waits for the
kernel; until a picture is drawn, the nearest one stands in.
"""

import contextlib
import gc
import inspect
import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anywidget
import matplotlib
import numpy as np
import traitlets
from IPython.display import display

from helpers import plotting
from helpers.frames import Sheet, coarse_to_fine, encode, widths
from helpers.sliders import MOST_VALUES, Slider, choice, slider, symbol

__all__ = ["choice", "live", "slider"]


class FlipBook(anywidget.AnyWidget):
    """The front end's half of a live figure: its pictures and its sliders."""

    _esm = Path(__file__).with_name("live.js")
    _css = Path(__file__).with_name("live.css")
    # A picture in its own pixels, and how many of them make one pixel on the page.
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    sharpness = traitlets.Float().tag(sync=True)
    # Where its panels begin and the last one ends: where there is little room they stand one
    # above the other.
    cuts = traitlets.List().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    # Of each slider: its label, the texts of its values, its kind, and where it stands. Only the
    # front end moves it.
    sliders = traitlets.List().tag(sync=True)
    position = traitlets.List().tag(sync=True)
    # How many pictures are drawn, and whether more are to come. The pictures themselves are traits
    # frame0, frame1, … (see `flip_book`), empty until they are drawn: each is sent once.
    drawn = traitlets.Int().tag(sync=True)
    drawing = traitlets.Bool(True).tag(sync=True)


def flip_book(frames, **state):
    """Make a FlipBook that has room for so many pictures."""
    room = {f"frame{n}": traitlets.Bytes().tag(sync=True) for n in range(frames)}
    return type("FlipBook", (FlipBook,), room)(**state)


def live(picture, *, panels=1, size=None, **sliders):
    """Show a figure with one or two sliders or rows of buttons.

    Parameters
    ----------
    picture : callable
        `picture(ax, name=value, …)` draws on empty axes with plain matplotlib. It is called for
        every value (with two sliders: every pair of values), with plain values. Its docstring
        says what the figure shows, for a reader who does not see it.
    panels : int or tuple of float
        How many axes stand side by side, or the ratios of their widths; with more than one,
        `picture` gets an array of axes.
    size : tuple of float, optional
        Width and height in inches, 100 pixels on the page each; (6, 3.5) when left out.
    **sliders : Slider
        One `slider` or `choice` for each argument of `picture` after the first.

    Raises
    ------
    TypeError, ValueError
        Before anything is drawn, if the sliders do not fit `picture` or make more than 250 frames.
    RuntimeError
        If `picture` raises, or a text or number leaves its panel; the message names the values of
        the sliders. What was drawn before stays usable.
    """
    size = plotting.STYLE["figure.figsize"] if size is None else size
    _check(picture, panels, size, sliders)
    grid = [
        dict(zip(sliders, values, strict=True))
        for values in itertools.product(*(s.values for s in sliders.values()))
    ]
    lengths = [len(s.values) for s in sliders.values()]
    position = [s.start for s in sliders.values()]
    start, *rest = coarse_to_fine(lengths, position)

    with matplotlib.rc_context(plotting.STYLE), _garbage_collected_seldom():
        sheet = Sheet(picture, panels, size, grid[start])
        rgb = sheet.draw(grid[start])

        alt = inspect.getdoc(picture) or sheet.figure.axes[0].get_title(loc="left")
        alt = " ".join(alt.split())
        book = flip_book(
            len(grid),
            width=rgb.shape[1],
            height=rgb.shape[0],
            sharpness=plotting.SHARPNESS,
            cuts=sheet.cuts,
            alt=alt,
            sliders=[
                {
                    "label": s.label or symbol(name),
                    "texts": list(s.texts),
                    "kind": s.kind,
                    "play": s.play,
                }
                for name, s in sliders.items()
            ],
            position=position,
            drawn=1,
            **{f"frame{start}": encode(rgb)},
        )
        data, metadata = plotting.picture_bundle(rgb, alt)
        view, _ = book._repr_mimebundle_()
        display({**view, **data}, metadata=metadata, raw=True)

        try:
            _fill(book, sheet, grid, rest)
        finally:  # what is drawn stays usable, also after an error
            book.drawing = False


@contextlib.contextmanager
def _garbage_collected_seldom():
    """Python looks for garbage after some hundred objects. A frame makes many thousands: looking
    after each 10,000 saves a sixth of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(before[0] and max(before[0], 10_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _fill(book, sheet, grid, rest):
    """Draw the other frames, and send each as soon as it is packed."""
    # The kernel hears what the hand waits for only when the cell has ended: the order has to do.

    def send(n, packed):
        with book.hold_sync():  # in one message
            setattr(book, f"frame{n}", packed.result())
            book.drawn += 1

    packing = None
    with ThreadPoolExecutor(1) as packer:  # packs a frame while the next one is drawn
        try:
            for n in rest:
                frame = sheet.draw(grid[n])
                if packing:
                    send(*packing)
                packing = n, packer.submit(encode, frame)
        finally:
            if packing:
                send(*packing)


def _check(picture, panels, size, sliders):
    if not callable(picture):
        raise TypeError(f"`picture` must be a function that draws. Received: picture={picture!r}")
    widths(panels)
    if np.shape(size) != (2,) or not all(0 < side < math.inf for side in size):
        raise ValueError(f"`size` must be two positive numbers, in inches. Received: size={size!r}")
    for name, s in sliders.items():
        if not isinstance(s, Slider):
            raise TypeError(
                f"`{name}` must be made by `slider(…)` or `choice(…)`. Received: {name}={s!r}"
            )
    if not 1 <= len(sliders) <= 2:
        raise TypeError(f"`live` takes one slider or two. Received: {len(sliders)}")
    takes = inspect.signature(picture)
    try:
        takes.bind(None, **sliders)
    except TypeError as error:
        raise TypeError(
            f"`picture` must take the axes and then its sliders by name ({error}). "
            f"Received: picture{takes} and the sliders {', '.join(sliders)}"
        ) from None
    count = math.prod(len(s.values) for s in sliders.values())
    if count > MOST_VALUES:
        counts = " × ".join(str(len(s.values)) for s in sliders.values())
        raise ValueError(f"`live` draws at most {MOST_VALUES} frames. Received: {counts} = {count}")
