"""The frames of a live figure: drawn in turn on one sheet, and packed for the browser."""

import io
import itertools

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from helpers import plotting
from helpers.checks import number


class Sheet:
    """The figure on which every frame is drawn in turn, with the margins of the first one."""

    def __init__(self, picture, panels, size, settings):
        self.picture, self.panels = picture, len(widths(panels))
        self.margins = {"width_ratios": widths(panels)}
        self.cuts = None  # where the panels begin and the last one ends; the first frame tells
        self.figure = Figure(figsize=size)
        self._draw(settings)
        self.figure.tight_layout()
        fitted = self.figure.subplotpars
        for side in ("left", "right", "bottom", "top", "wspace"):
            self.margins[side] = getattr(fitted, side)

    def draw(self, settings):
        """Draw the frame for these values of the sliders; gives its pixels."""
        self._draw(settings)
        rgb = plotting.pixels(self.figure)
        self.cuts = self.cuts or _cuts(self.figure, self.panels)
        if cut := _cut_off(self.figure, rgb, self.cuts):
            raise RuntimeError(f"{cut} at {_said(settings)}: make it shorter, or `size` larger")
        return rgb

    def _draw(self, settings):
        # New axes each time: nothing of one frame can stay for the next. Away with the old ones
        # first, for `clear` would prepare them to be drawn on once more.
        for ax in self.figure.axes:
            ax.remove()
        self.figure.clear()
        axes = self.figure.subplots(1, self.panels, gridspec_kw=self.margins)
        try:
            self.picture(axes, **settings)
        except Exception as error:
            raise RuntimeError(
                f"`picture` raised {type(error).__name__} at {_said(settings)}: {error}"
            ) from error


def _said(settings):
    """The values of the sliders, as an error names them."""
    return ", ".join(
        f"{name}={value!r}" if isinstance(value, str | bool) else f"{name}={value:g}"
        for name, value in settings.items()
    )


def _cuts(figure, panels):
    """Where one panel ends and the next begins, in pixels from the left, with both ends."""
    boxes = [ax.get_tightbbox() for ax in figure.axes[:panels]]
    between = [round((a.x1 + b.x0) / 2) for a, b in itertools.pairwise(boxes)]
    return [0, *between, figure.canvas.get_width_height()[0]]


def _cut_off(figure, rgb, cuts):
    """What of a figure that has been drawn reaches beyond its panel, in words; "" if nothing."""
    height = len(rgb)
    for ax, left, right in zip(figure.axes, cuts, cuts[1:], strict=False):
        labels = [ax.xaxis.label, ax.yaxis.label]
        texts = [part for part in ax.get_children() if isinstance(part, Text)]
        for text in (*labels, *texts):
            if not text.get_text() or not text.get_visible():
                continue
            box = text.get_window_extent()
            if box.x0 < left or box.x1 > right or box.y0 < 0 or box.y1 > height:
                return f"{text.get_text()!r} leaves its panel"
    edges = [rgb[[0, -1]], rgb[:, [0, *cuts[1:-1], -1]]]
    clear = all(np.all(edge == 255) for edge in edges)
    return "" if clear else "something is cut off at the edge of its panel"


def widths(panels):
    """Give the ratios of the widths of `panels`, a count or these ratios; ValueError if neither."""
    if isinstance(panels, int) and not isinstance(panels, bool) and panels >= 1:
        return (1,) * panels
    try:
        good = len(panels) >= 2 and all(0 < number("panels", share) for share in panels)
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(
            "`panels` must be a positive whole number, or two or more positive numbers: the ratios "
            f"of their widths. Received: panels={panels!r}"
        )
    return tuple(panels)


def encode(rgb):
    """Give pixels, uint8, shape (height, width, 3), as the bytes of a WebP file, without loss."""
    file = io.BytesIO()
    # Lossless, at the setting that is both quick to write (4 ms) and small (10 KB).
    Image.fromarray(rgb).save(file, format="WEBP", lossless=True, method=1, quality=20)
    return file.getvalue()


def coarse_to_fine(lengths, start):
    """Number the frames of a grid in the order in which they are to be drawn.

    The starting frame comes first, then ends and middles, then what lies halfway between, and so
    on; of equals the nearest to the start.

    Parameters
    ----------
    lengths : list of int
        How many values each slider has. The frames are numbered with the last slider fastest.
    start : list of int
        Where each slider stands.

    Returns
    -------
    list of int
        Every frame number once.
    """
    depths = []
    for length in lengths:
        depth, of = 0, {}
        while len(of) < length:
            for k in range(2**depth + 1):
                of.setdefault(round(k * (length - 1) / 2**depth), depth)
            depth += 1
        depths.append(of)

    def urgency(numbered):
        place = numbered[1]
        away = [abs(p - s) / n for p, s, n in zip(place, start, lengths, strict=True)]
        deepest = max(of[p] for of, p in zip(depths, place, strict=True))
        return (sum(away) > 0, deepest, sum(away))

    places = itertools.product(*map(range, lengths))
    return [number for number, _ in sorted(enumerate(places), key=urgency)]
