"""Pictures keep white white, carry their description, and leave nothing open."""

import base64
import io

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from helpers import plotting


@pytest.fixture
def shown(monkeypatch):
    shown = []
    monkeypatch.setattr(plotting, "display", lambda data, **options: shown.append((data, options)))
    return shown


def test_pixels_are_sharp_and_keep_black_and_white():
    with plt.rc_context(plotting.STYLE):
        figure = plt.figure(figsize=(2, 1))
        figure.add_artist(plt.Rectangle((0, 0), 0.5, 1, color="black"))
        rgb = plotting.pixels(figure)
        plt.close(figure)
    assert rgb.shape == (150, 300, 3)
    assert (rgb[75, 50] == 0).all()
    assert (rgb[75, 250] == 255).all()


def test_show_gives_picture_and_description_and_closes_the_figure(shown):
    with plt.rc_context(plotting.STYLE):
        figure, ax = plt.subplots()
        ax.plot([1, 2])
        plotting.show(figure, "A line that rises from one to two.")
    ((data, options),) = shown
    size = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size
    assert size == (900, 525)
    assert data["text/plain"] == "A line that rises from one to two."
    metadata = {"width": 600, "height": 350, "alt": "A line that rises from one to two."}
    assert options["metadata"]["image/png"] == metadata
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize("alt", ["", "  ", None, 3])
def test_a_figure_without_description_is_an_error(shown, alt):
    figure = plt.figure()
    with pytest.raises(ValueError, match="`alt` must be a description"):
        plotting.show(figure, alt)
    plt.close(figure)
    assert shown == []


def test_roles_have_colours_of_their_own():
    roles = {
        plotting.TRUTH,
        plotting.PREDICTION,
        plotting.ERROR,
        plotting.GRADIENT,
        plotting.NEUTRAL,
    }
    assert len(roles) == 5
    assert not roles & set(plotting.CATEGORIES)


@pytest.mark.parametrize(
    ("colour", "share", "mixed"),
    [
        (plotting.TRUTH, 1, "#0072B2"),
        (plotting.TRUTH, 0.5, "#80B8D8"),
        (plotting.ERROR, 0.5, "#D4A2CC"),
        ("black", 0.2, "#CCCCCC"),
        ("white", 0.3, "#FFFFFF"),
    ],
)
def test_a_tint_is_a_mixture_with_white(colour, share, mixed):
    assert plotting.tint(colour, share) == mixed


@pytest.mark.parametrize("share", [0, -0.1, 1.1, float("nan"), "half", True])
def test_a_tint_keeps_some_of_its_colour(share):
    with pytest.raises(ValueError, match="`share` must be a number in"):
        plotting.tint("black", share)
