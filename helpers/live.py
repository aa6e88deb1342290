"""A figure with sliders that answers at once: every picture is drawn before the hand moves.

Python draws one picture for each value of the sliders. The front end (`live.js`) keeps them all and
only chooses which one to show, so that a slider never waits for the kernel.
"""

import inspect
import io
import itertools
import math
import numbers
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import anywidget
import matplotlib
import numpy as np
import traitlets
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from helpers import plotting

MOST_FRAMES = 250


@dataclass(frozen=True)
class Slider:
    """The values a slider can take, as `slider` makes it."""

    values: tuple
    start: int  # position of the first value shown
    label: str | None
    texts: tuple  # each value as the reader sees it


def slider(start=None, stop=None, *, step=None, values=None, value=None, label=None):
    """Describe a slider for `live`.

    Give either `start`, `stop` and `step`, or the `values` themselves.

    Parameters
    ----------
    start, stop : number
        The first and the last value.
    step : number
        The distance between neighbours, positive; `stop` must be a whole number of steps from `start`.
    values : sequence of number
        Increasing values, for a scale that is not even.
    value : number, optional
        The value shown first: one of the slider's values. The first one when left out.
    label : str, optional
        The symbol or word shown before the value. By default the name of the argument, or its Greek
        letter where it is the name of one (`delta` is shown as δ).

    Raises
    ------
    TypeError
        If a number is something else, or if neither or both ways of giving the values are used.
    ValueError
        If the range is empty or reversed, the step is not positive, or the grid misses `stop` or `value`.
    """
    if values is None:
        values = _even_values(start, stop, step)
    elif not (start is None and stop is None and step is None):
        raise TypeError("`slider` takes either start, stop and step, or `values`. Received both")
    values = tuple(_number("values", v) for v in values)
    if len(values) < 2 or any(a >= b for a, b in itertools.pairwise(values)):
        raise ValueError(f"`values` must be two or more increasing numbers. Received: values={values}")
    if label is not None and not isinstance(label, str):
        raise TypeError(f"`label` must be text. Received: label={label!r}")
    value = values[0] if value is None else _number("value", value)
    position = min(range(len(values)), key=lambda k: abs(values[k] - value))
    if not math.isclose(values[position], value, rel_tol=1e-9, abs_tol=1e-12):
        raise ValueError(
            f"`value` must be one of the slider's values; the nearest is {values[position]:g}. "
            f"Received: value={value:g}"
        )
    if step is None:
        texts = (f"{v:g}" for v in values)
    else:  # as many decimals as the finest value needs
        decimals = max(len(f"{v:.12f}".rstrip("0").partition(".")[2]) for v in values)
        texts = (f"{v:.{decimals}f}" for v in values)
    return Slider(values, position, label, tuple(text.replace("-", "−") for text in texts))


def _even_values(start, stop, step):
    if start is None or stop is None or step is None:
        raise TypeError(
            "`slider` needs start, stop and step, or `values`. "
            f"Received: start={start}, stop={stop}, step={step}"
        )
    start, stop, step = _number("start", start), _number("stop", stop), _number("step", step)
    if step <= 0:
        raise ValueError(f"`step` must be positive. Received: step={step:g}")
    if stop <= start:
        raise ValueError(f"`stop` must be above `start`. Received: start={start:g}, stop={stop:g}")
    steps = round((stop - start) / step)
    if steps == 0 or not math.isclose(start + steps * step, stop, rel_tol=1e-9, abs_tol=1e-9 * step):
        raise ValueError(
            "`stop` must be a whole number of steps from `start`. "
            f"Received: start={start:g}, stop={stop:g}, step={step:g}"
        )
    if steps >= MOST_FRAMES:
        raise ValueError(f"a slider can have at most {MOST_FRAMES} values. Received: {steps + 1}")
    if all(isinstance(number, int) for number in (start, step)):
        return [start + k * step for k in range(steps + 1)]
    # Rounding gives 0.3 where repeated addition gives 0.30000000000000004.
    return [round(start + k * step, 12) for k in range(steps + 1)]


def _number(name, number):
    if isinstance(number, bool) or not isinstance(number, numbers.Real) or not math.isfinite(number):
        raise TypeError(f"`{name}` must be a finite number. Received: {name}={number!r}")
    return int(number) if isinstance(number, numbers.Integral) else float(number)


class FlipBook(anywidget.AnyWidget):
    """The front end's half of a live figure: its pictures and its sliders."""

    _esm = Path(__file__).with_name("live.js")
    _css = Path(__file__).with_name("live.css")
    width = traitlets.Int().tag(sync=True)  # of a picture, in its own pixels
    height = traitlets.Int().tag(sync=True)
    sharpness = traitlets.Float().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    sliders = traitlets.List().tag(sync=True)  # a label and the texts of the values, for each slider
    position = traitlets.List().tag(sync=True)  # of each slider; moved by the front end alone
    first = traitlets.Bytes().tag(sync=True)  # the starting picture, there while the others are drawn
    drawn = traitlets.Int().tag(sync=True)  # how many pictures are drawn
    frames = traitlets.List().tag(sync=True)  # all of them once drawn; the last slider changes fastest


def live(picture, *, panels=1, size=None, **sliders):
    """Show a figure with one or two sliders.

    Parameters
    ----------
    picture : callable
        `picture(ax, name=value, …)` draws on empty axes with plain matplotlib. It is called once for
        every value (with two sliders: every pair of values), with plain numbers. Its docstring says
        what the figure shows, for a reader who does not see it.
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
    _check(picture, panels, sliders)
    size = plotting.STYLE["figure.figsize"] if size is None else size
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
        frames = [b""] * len(grid)
        frames[start] = _encode(rgb)

        alt = " ".join((inspect.getdoc(picture) or sheet.figure.axes[0].get_title(loc="left")).split())
        book = FlipBook(
            width=rgb.shape[1],
            height=rgb.shape[0],
            sharpness=plotting.SHARPNESS,
            alt=alt,
            sliders=[
                {"label": s.label or _symbol(name), "texts": list(s.texts)}
                for name, s in sliders.items()
            ],
            position=[s.start for s in sliders.values()],
            first=frames[start],
            drawn=1,
        )
        data, metadata = plotting.picture_bundle(rgb, alt)
        view = book._repr_mimebundle_()
        display({**(view[0] if isinstance(view, tuple) else view), **data}, metadata=metadata, raw=True)

        try:
            said = time.monotonic()
            for k, settings in enumerate(grid):
                if k != start:
                    frames[k] = _encode(sheet.draw(settings))
                if time.monotonic() - said > 0.1:
                    said, book.drawn = time.monotonic(), k + 1
        except BaseException:
            book.close()
            raise
    book.frames = frames


def _check(picture, panels, sliders):
    if not callable(picture):
        raise TypeError(f"`picture` must be a function that draws. Received: picture={picture!r}")
    if isinstance(panels, bool) or not isinstance(panels, int) or panels < 1:
        raise ValueError(f"`panels` must be a positive whole number. Received: panels={panels!r}")
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
    if count > MOST_FRAMES:
        counts = " × ".join(str(len(s.values)) for s in sliders.values())
        raise ValueError(f"`live` draws at most {MOST_FRAMES} frames. Received: {counts} = {count}")


class Sheet:
    """The figure on which every frame is drawn in turn, always with the margins of the first one."""

    def __init__(self, picture, panels, size, settings):
        self.picture, self.panels, self.margins = picture, panels, {}
        self.figure = Figure(figsize=size)
        self.draw(settings)
        self.figure.tight_layout()
        fitted = self.figure.subplotpars
        self.margins = {
            side: getattr(fitted, side) for side in ("left", "right", "bottom", "top", "wspace")
        }

    def draw(self, settings):
        """Draw the frame for these values of the sliders; gives its pixels."""
        try:
            self.picture(self.empty_axes(), **settings)
        except Exception as error:
            values = ", ".join(f"{name}={value:g}" for name, value in settings.items())
            raise RuntimeError(
                f"`picture` raised {type(error).__name__} at {values}: {error}"
            ) from error
        return plotting.pixels(self.figure)

    def empty_axes(self):
        figure, panels = self.figure, self.panels
        if len(figure.axes) != panels:  # the first frame, or the one before has added axes of its own
            figure.clear()
            return figure.subplots(1, panels, gridspec_kw=self.margins)
        for ax in figure.axes:
            ticks = [(axis, axis.majorTicks, axis.minorTicks) for axis in (ax.xaxis, ax.yaxis)]
            ax.clear()
            for axis, major, minor in ticks:  # new ones would take a third of the drawing time
                axis.majorTicks, axis.minorTicks = major, minor
        return figure.axes[0] if panels == 1 else np.array(figure.axes)


def _encode(rgb):
    file = io.BytesIO()
    # Lossless, at the setting that is both quick to write (4 ms) and small (10 KB).
    Image.fromarray(rgb).save(file, format="WEBP", lossless=True, method=1, quality=20)
    return file.getvalue()


def _symbol(name):
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
    except KeyError:
        return name.replace("_", " ")
