"""The frames of a live figure: drawn in turn on one sheet, and packed for the browser."""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from helpers import plotting


class Sheet:
    """The figure on which every frame is drawn in turn, with the margins of the first one."""

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
        """Give axes as new ones would be."""
        figure, panels = self.figure, self.panels
        if len(figure.axes) != panels:  # the first frame, or the last one has added axes
            figure.clear()
            return figure.subplots(1, panels, gridspec_kw=self.margins)
        for ax in figure.axes:
            ticks = [(axis, axis.majorTicks, axis.minorTicks) for axis in (ax.xaxis, ax.yaxis)]
            ax.clear()
            for axis, major, minor in ticks:  # new ones would take a third of the drawing time
                axis.majorTicks, axis.minorTicks = major, minor
        return figure.axes[0] if panels == 1 else np.array(figure.axes)


def encode(rgb):
    """Give pixels, uint8, shape (height, width, 3), as the bytes of a WebP file, without loss."""
    file = io.BytesIO()
    # Lossless, at the setting that is both quick to write (4 ms) and small (10 KB).
    Image.fromarray(rgb).save(file, format="WEBP", lossless=True, method=1, quality=20)
    return file.getvalue()
