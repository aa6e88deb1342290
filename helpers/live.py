"""A figure with sliders that answers at once: every picture is drawn before the hand moves.

Python draws one picture for each value of the sliders. The front end (`live.js`) keeps them all and
only chooses which one to show, so that a slider never waits for the kernel.
"""

import inspect
import itertools
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anywidget
import matplotlib
import numpy as np
import traitlets
from IPython.display import display

from helpers import plotting
from helpers.frames import Sheet, encode
from helpers.sliders import MOST_VALUES, Slider, slider, symbol

__all__ = ["live", "slider"]


class FlipBook(anywidget.AnyWidget):
    """The front end's half of a live figure: its pictures and its sliders."""

    _esm = Path(__file__).with_name("live.js")
    _css = Path(__file__).with_name("live.css")
    # A picture in its own pixels, and how many of them make one pixel on the page.
    width = traitlets.Int().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    sharpness = traitlets.Float().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    # Of each slider: its label, the texts of its values, and where it stands. Only the front end
    # moves it.
    sliders = traitlets.List().tag(sync=True)
    position = traitlets.List().tag(sync=True)
    # The starting picture, the number of pictures drawn so far, and all of them once they are
    # drawn: the last slider changes fastest.
    first = traitlets.Bytes().tag(sync=True)
    drawn = traitlets.Int().tag(sync=True)
    frames = traitlets.List().tag(sync=True)


def live(picture, *, panels=1, size=None, **sliders):
    """Show a figure with one or two sliders.

    Parameters
    ----------
    picture : callable
        `picture(ax, name=value, …)` draws on empty axes with plain matplotlib. It is called for
        every value (with two sliders: every pair of values), with plain numbers. Its docstring
        says what the figure shows, for a reader who does not see it.
    panels : int
        How many axes stand side by side; with more than one, `picture` gets an array of axes.
    size : tuple of float, optional
        Width and height in inches, 100 pixels on the page each; (6, 3.5) when left out.
    **sliders : Slider
        One `slider` for each argument of `picture` after the first.

    Raises
    ------
    TypeError, ValueError
        Before anything is drawn, if the sliders do not fit `picture` or make more than 250 frames.
    RuntimeError
        If `picture` raises; the message names the values of the sliders.
    """
    size = plotting.STYLE["figure.figsize"] if size is None else size
    _check(picture, panels, size, sliders)
    grid = [
        dict(zip(sliders, values, strict=True))
        for values in itertools.product(*(s.values for s in sliders.values()))
    ]
    start = 0
    for s in sliders.values():
        start = start * len(s.values) + s.start

    with matplotlib.rc_context(plotting.STYLE):
        sheet = Sheet(picture, panels, size, grid[start])
        rgb = sheet.draw(grid[start])

        alt = inspect.getdoc(picture) or sheet.figure.axes[0].get_title(loc="left")
        alt = " ".join(alt.split())
        book = FlipBook(
            width=rgb.shape[1],
            height=rgb.shape[0],
            sharpness=plotting.SHARPNESS,
            alt=alt,
            sliders=[
                {"label": s.label or symbol(name), "texts": list(s.texts)}
                for name, s in sliders.items()
            ],
            position=[s.start for s in sliders.values()],
            first=encode(rgb),
            drawn=1,
        )
        data, metadata = plotting.picture_bundle(rgb, alt)
        view, _ = book._repr_mimebundle_()
        display({**view, **data}, metadata=metadata, raw=True)

        try:
            said, packed = time.monotonic(), []
            with ThreadPoolExecutor(1) as packer:  # packs a frame while the next one is drawn
                for k, settings in enumerate(grid):
                    frame = rgb if k == start else sheet.draw(settings)
                    packed.append(packer.submit(encode, frame))
                    if time.monotonic() - said > 0.1:
                        said, book.drawn = time.monotonic(), k + 1
            book.frames = [frame.result() for frame in packed]
        except BaseException:
            book.close()
            raise


def _check(picture, panels, size, sliders):
    if not callable(picture):
        raise TypeError(f"`picture` must be a function that draws. Received: picture={picture!r}")
    if isinstance(panels, bool) or not isinstance(panels, int) or panels < 1:
        raise ValueError(f"`panels` must be a positive whole number. Received: panels={panels!r}")
    if np.shape(size) != (2,) or not all(0 < side < math.inf for side in size):
        raise ValueError(f"`size` must be two positive numbers, in inches. Received: size={size!r}")
    for name, s in sliders.items():
        if not isinstance(s, Slider):
            raise TypeError(f"`{name}` must be made by `slider(…)`. Received: {name}={s!r}")
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
