"""The house style: one colour for each role, quiet axes, pictures that describe themselves."""

import base64
import io

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from helpers.checks import number

# A role keeps its colour in every lesson. The colours are those of Okabe and Ito (2008), chosen to
# stay apart for readers with any of the common kinds of colour blindness.
TRUTH = "#0072B2"  # data and targets
PREDICTION = "#D55E00"  # what the model says; where its weights are
ERROR = "#AA4499"  # loss, and the distance between truth and prediction
GRADIENT = "#007A5E"  # slopes and gradients
NEUTRAL = "#6B6B6B"  # reference lines and everything that only helps to see the rest
CATEGORIES = ("#000000", "#E69F00", "#56B4E9", "#332288", "#999933", "#8C8C8C")  # no role

PIXELS_PER_INCH = 100  # on the page
SHARPNESS = 1.5  # picture pixels for one pixel on the page

STYLE = {
    "figure.figsize": (6.0, 3.5),
    "figure.dpi": PIXELS_PER_INCH * SHARPNESS,
    "figure.facecolor": "white",
    "font.size": 10.0,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # a fixed place, where finding one takes half the drawing time
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": NEUTRAL,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "axes.prop_cycle": matplotlib.cycler(color=CATEGORIES),
}


def tint(colour, share=0.5):
    """Mix a colour with white.

    Parameters
    ----------
    colour : str
        A colour as matplotlib knows it, such as `TRUTH`.
    share : float
        How much of the colour stays, in (0, 1].

    Returns
    -------
    str
        The mixture as "#RRGGBB".

    Raises
    ------
    ValueError
        If `colour` is no colour, or `share` is not in (0, 1].
    """
    number("share", share, "a number in (0, 1]", lambda v: 0 < v <= 1)
    rgb = matplotlib.colors.to_rgb(colour)
    return matplotlib.colors.to_hex([1 - share * (1 - part) for part in rgb]).upper()


def use_style():
    """Give every figure drawn after this call the house style."""
    matplotlib.rcParams.update(STYLE)


def pixels(figure):
    """Draw a figure.

    Returns
    -------
    numpy.ndarray
        Red, green and blue of each pixel, uint8, shape (height, width, 3), rounded to 32 levels a
        channel: the eye sees no difference, and the picture takes half the bytes.
    """
    if not isinstance(figure.canvas, FigureCanvasAgg):
        FigureCanvasAgg(figure)  # once: a new canvas would parse every label anew
    figure.canvas.draw()
    rgba = Image.fromarray(np.asarray(figure.canvas.buffer_rgba()))
    rgb = np.asarray(rgba.convert("RGB"))  # four times as fast as a slice
    return rgb & 0xF8 | rgb >> 5


def picture_bundle(rgb, alt):
    """Give what a notebook needs to show pixels as a picture.

    Parameters
    ----------
    rgb : numpy.ndarray
        Pixels, uint8, shape (height, width, 3).
    alt : str
        What the picture shows, for a reader who does not see it.

    Returns
    -------
    tuple of dict
        The data and the metadata of a notebook output.
    """
    file = io.BytesIO()
    image = Image.fromarray(rgb)
    if image.getcolors(256):  # few enough for a palette: the same picture in half the bytes
        image = image.quantize(256, dither=Image.Dither.NONE)
    image.save(file, format="PNG", optimize=True)
    data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": alt}
    height, width = (round(side / SHARPNESS) for side in rgb.shape[:2])
    return data, {"image/png": {"width": width, "height": height, "alt": alt}}


def show(figure, alt):
    """Show a figure in the notebook, with its description.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to show. It is closed afterwards.
    alt : str
        What the figure shows, in a sentence or two, for a reader who does not see it.

    Raises
    ------
    ValueError
        If `alt` is empty.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"`alt` must be a description of the figure. Received: alt={alt!r}")
    figure.tight_layout()
    data, metadata = picture_bundle(pixels(figure), alt)
    display(data, metadata=metadata, raw=True)
    plt.close(figure)
