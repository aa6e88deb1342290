"""What a live figure must show, drawn again by the test and compared pixel by pixel."""

import functools
import itertools

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from browser.lab import shows
from helpers import plotting
from helpers.frames import Sheet, widths


class Expected:
    """A live figure drawn again in this process, value by value, each time on a new figure."""

    def __init__(self, picture, panels=1, size=None, **sliders):
        self.picture, self.panels, self.sliders = picture, len(widths(panels)), sliders
        self.size = size or plotting.STYLE["figure.figsize"]
        start = {name: s.values[s.start] for name, s in sliders.items()}
        with matplotlib.rc_context(plotting.STYLE):
            self.sheet = Sheet(picture, panels, self.size, start)
        self.start, self.margins, self.drawn = start, self.sheet.margins, {}

    @functools.cached_property
    def cuts(self):
        """Where the panels begin and the last one ends, which a sheet knows once it is drawn."""
        with matplotlib.rc_context(plotting.STYLE):
            self.sheet.draw(self.start)
        return self.sheet.cuts

    def draw(self, texts):
        """The pixels for the values that the sliders say they show."""
        if tuple(texts) not in self.drawn:
            self.drawn[tuple(texts)] = self.draw_anew(texts)
        return self.drawn[tuple(texts)]

    def draw_anew(self, texts):
        values = {
            name: s.values[s.texts.index(text)]
            for (name, s), text in zip(self.sliders.items(), texts, strict=True)
        }
        with matplotlib.rc_context(plotting.STYLE):
            figure = Figure(figsize=self.size)
            self.picture(figure.subplots(1, self.panels, gridspec_kw=self.margins), **values)
            return plotting.pixels(figure)


def stacked(rgb, cuts):
    """The panels of a frame one above the other, on white, as a narrow page shows them."""
    wide = max(b - a for a, b in itertools.pairwise(cuts))
    panels = [rgb[:, a:b] for a, b in itertools.pairwise(cuts)]
    fill = [((0, 0), (0, wide - panel.shape[1]), (0, 0)) for panel in panels]
    return np.concatenate(
        [np.pad(panel, room, constant_values=255) for panel, room in zip(panels, fill, strict=True)]
    )


def shown(figure):
    """What the reader reads of each slider, without its symbol."""
    return figure.locator("[data-text]").evaluate_all("rows => rows.map(row => row.dataset.text)")


def check(figure, expected):
    """The canvas must hold exactly the frame of the values that the reader is told."""
    texts = shown(figure)
    if not shows(figure, expected.draw(texts)):  # a far jump decodes its frame first
        pytest.fail(f"{expected.picture.__name__}: the picture is not the one for {texts}")
    label = figure.locator("canvas").get_attribute("aria-label")
    assert [text for text in texts if f"= {text}" not in label] == []
