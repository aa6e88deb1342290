import os
import re
import socket
from functools import cache
from itertools import combinations
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont

from helpers import characters
from helpers.characters import FONTS, SCRIPTS, SIZE, Images, drawn, from_folder

EVERY = "".join(SCRIPTS.values())
TRAINING = "".join(SCRIPTS[script] for script in ("Latin", "Greek", "Cyrillic", "Armenian"))


@cache
def font(name):
    """A font, and the characters that it has."""
    path = str(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"))
    return ImageFont.truetype(path, 72), {chr(code) for code in FT2Font(path).get_charmap()}


def picture(character, size=(96, 96), name="DejaVuSans"):
    """Black on white, 72 pixels high, not changed in any way."""
    image = Image.new("L", size, 255)
    middle = (size[0] / 2, size[1] / 2)
    ImageDraw.Draw(image).text(middle, character, fill=0, font=font(name)[0], anchor="mm")
    return image


def bar(size, *box):
    """A black rectangle on white."""
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).rectangle(box, fill=0)
    return image


def inverted(image):
    return Image.eval(image, lambda v: 255 - v)


def write(folder, images):
    """Write each image, or bytes, under its path."""
    for path, content in images.items():
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            content.save(file)
    return folder


def four(*classes):
    """Two images of each of two classes."""
    a, b = classes or ("A", "B")
    return {f"{c}/{i}.png": picture(c[-1]) for c in (a, b) for i in (1, 2)}


def box(image, ink=0.1):
    """The first and the last row, the first and the last column with ink."""
    there = image > ink * image.max()
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return rows[0], rows[-1], columns[0], columns[-1]


def centred(image):
    """The ink of a large image, 0 to 1, in the middle, its longer side 11 of 16 pixels."""
    top, bottom, left, right = box(image, 0.5)
    pixel = max(bottom - top, right - left) / (4 * 11)
    places = pixel * (np.arange(4 * SIZE) - 2 * SIZE + 0.5)
    for middle in ((top + bottom) / 2, (left + right) / 2):
        grid = np.arange(len(image))
        image = np.array([np.interp(places + middle, grid, row, 0, 0) for row in image.T])
    return image.reshape(SIZE, 4, SIZE, 4).mean(axis=(1, 3))


def alike(first, second):
    return np.corrcoef(np.ravel(first), np.ravel(second))[0, 1]


def assert_form(images, labels, names):
    x = images.x
    assert isinstance(images, Images)
    assert (x.shape, x.dtype) == ((len(labels), SIZE, SIZE), np.float32)
    assert (x >= 0).all()
    assert (x <= 1).all()
    assert (x.max(axis=(1, 2)) > 0.3).all(), "ink in every image"
    assert images.labels.dtype == np.int64
    np.testing.assert_array_equal(images.labels, labels)
    assert images.names == names
    assert type(images.names) is tuple


# Drawn


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(EVERY), min_size=2, max_size=5, unique=True),
    st.integers(1, 4),
    st.integers(0, 2**64),
)
def test_drawn_images_are_what_is_promised(chosen, each, seed):
    """Sorted characters; labels beside the images; another type; ink 0 and paper 1."""
    assert_form(drawn("".join(chosen), each, seed), np.repeat(range(len(chosen)), each), (*chosen,))


def test_ink_is_1_and_stands_in_the_middle():
    """Paper and ink exchanged; a character in a corner."""
    x = drawn(EVERY, 4).x
    assert x[:, [0, 0, -1, -1], [0, -1, 0, -1]].mean() < 0.01
    assert x.max() > 0.99
    mean = x.mean(axis=0)
    middle = [mean.sum(axis=axis) @ range(SIZE) / mean.sum() for axis in (0, 1)]
    np.testing.assert_allclose(middle, (SIZE - 1) / 2, atol=0.3)


def test_an_image_shows_its_character():
    """Labels of the order of another loop; images that are mirrored or lie on their side."""
    chosen = "AFgβЖԺש"
    x, labels, _ = drawn(chosen, 40)
    plain = [centred(1 - np.asarray(picture(c)) / 255) for c in chosen]
    shown = np.argmax([[alike(image, one) for one in plain] for image in x], axis=1)
    assert (shown == labels).mean() > 0.5
    for one in plain:
        assert max(alike(image, one) for image in x) > 0.7


def test_images_depend_on_the_seed_alone(tmp_path):
    """A global random state that is read or moved, also by Keras; the same images for any seed."""
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()  # noqa: NPY002
    first = drawn("ABC", 3, seed=5)
    from_folder(write(tmp_path, four()))
    for old, new in zip(before, np.random.get_state(), strict=True):  # noqa: NPY002
        np.testing.assert_array_equal(old, new)
    np.random.seed(2)  # noqa: NPY002
    np.testing.assert_array_equal(first.x, drawn("ABC", 3, seed=5).x)
    assert not np.array_equal(first.x, drawn("ABC", 3, seed=6).x)
    np.testing.assert_array_equal(drawn("AB", 2).x, drawn("AB", 2, seed=0).x)
    first.x[:] = 0
    assert drawn("ABC", 3, seed=5).x.any(), "new at every call"


@pytest.mark.parametrize("script", SCRIPTS)
def test_fonts_have_every_character(script):
    """An empty box in place of a character; a script that is drawn in one font alone."""
    for character in SCRIPTS[script]:
        assert sum(character in font(name)[1] for name in FONTS) >= 3, character


@pytest.mark.parametrize("character", "Aגბ")
def test_every_font_that_has_a_character_is_used(character, monkeypatch):
    """The first font at every draw: nothing to learn but one drawing."""
    taken = []

    class Fonts(list):
        def __getitem__(self, place):
            taken.append(super().__getitem__(place).path)
            return super().__getitem__(place)

    fonts = Fonts(characters._fonts(character))
    monkeypatch.setattr(characters, "_fonts", lambda c: fonts)
    drawn(character + "x", 100)
    assert {Path(path).stem for path in taken} == {n for n in FONTS if character in font(n)[1]}


def test_scripts_have_no_character_in_common():
    """A character that is trained with, and tested as one never seen."""
    assert set(SCRIPTS) == {
        *("Latin", "Greek", "Cyrillic", "Armenian", "Hebrew", "Georgian", "digits")
    }
    assert len(EVERY) == len(set(EVERY)) == 195
    assert len(TRAINING) == 130


def test_no_two_characters_are_drawn_nearly_alike():
    """Two classes with one shape: A of Latin and А of Cyrillic, Ս and U, հ and h.

    One shape gives more than 0.997. The most alike are A and Λ with 0.970 where an encoder is
    trained, and ט and ס of Hebrew with 0.978.
    """
    for name in FONTS:
        chosen = [c for c in EVERY if c in font(name)[1]]
        shapes = []
        for character in chosen:
            image = inverted(picture(character, (192, 192), name))
            image = image.crop(image.getbbox())
            longer = max(image.size)
            image = image.resize([max(1, round(24 * side / longer)) for side in image.size])
            paper = Image.new("L", (24, 24))
            paper.paste(image, ((24 - image.width) // 2, (24 - image.height) // 2))
            shapes.append(np.ravel(paper) / np.linalg.norm(paper))
        cosines = np.triu(np.array(shapes) @ np.transpose(shapes), 1)
        found = [(chosen[i], chosen[j]) for i, j in np.argwhere(cosines > 0.979)]
        assert found == [], name


def resize(monkeypatch, **sizes):
    """Have characters drawn in other sizes, and nothing kept of either."""
    for name in ("_drawn", "_upright"):
        kept = getattr(characters, name)
        monkeypatch.setattr(characters, name, getattr(kept, "__wrapped__", kept))
    for name, size in sizes.items():
        monkeypatch.setattr(characters, name, size)


def test_a_character_is_turned_sheared_stretched_resized_and_shifted(monkeypatch):
    """One of the changes left out. The two strokes of a cross show each of them."""
    resize(monkeypatch, SIZE=characters.PAPER)  # sharp
    measures = []
    for image in drawn("+×", 60).x[:60]:
        top, bottom, left, right = box(image, 0.5)
        slopes = []
        for strokes in (image, image.T):
            place = np.arange(len(strokes))
            with np.errstate(invalid="ignore"):
                middles = place @ strokes / strokes.sum(axis=0)
            first, last = (left, right) if strokes is image else (top, bottom)
            third = (last - first) // 3
            outside = np.r_[first + 1 : first + third, last - third + 1 : last]
            slopes.append(np.arctan(np.polyfit(outside, middles[outside], 1)[0]))
        width, height = right - left, bottom - top
        shift = (left + right) / 2, (top + bottom) / 2
        measures.append(
            [
                slopes[0],
                sum(slopes),
                np.log(width / height),
                np.log(width * height),
                *shift,
            ]
        )
    spread = dict(zip("turn shear stretch size x y".split(), np.std(measures, axis=0), strict=True))
    least = {"turn": 0.08, "shear": 0.07, "stretch": 0.12, "size": 0.15, "x": 1.5, "y": 1.5}
    assert {name: v for name, v in spread.items() if v < least[name]} == {}
    assert spread["turn"] < 0.2
    x = drawn("+×", 60).x
    assert not any(np.array_equal(a, b) for a, b in combinations(x, 2))


def test_a_character_stays_on_the_paper(monkeypatch):
    """A shift or a size that cuts off what tells E from F. A larger paper shows what is cut."""
    x = drawn(EVERY, 5, seed=3).x
    resize(monkeypatch, PAPER=2 * characters.PAPER, SIZE=2 * SIZE)
    whole = drawn(EVERY, 5, seed=3).x
    half = SIZE // 2
    np.testing.assert_array_equal(whole[:, half:-half, half:-half], x)
    lost = 1 - x.sum(axis=(1, 2)) / whole.sum(axis=(1, 2))
    assert lost.max() < 0.08
    assert lost.mean() < 0.001


def test_needs_no_network(monkeypatch, tmp_path):
    """A font or a data set that is downloaded."""

    def no_network(*args, **kwargs):
        raise AssertionError("the network was asked")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, no_network)
    characters._fonts.cache_clear()
    characters._loaded.cache_clear()
    assert len(drawn("AB", 2).x) == 4
    assert len(from_folder(write(tmp_path, four())).x) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", 1), "`characters` must be a text of two or more different characters. Received: "),
        (("A", 1), "`characters` must be a text of two or more .* Received: characters='A'"),
        (("ABA", 1), "`characters` must be a text of two or more .* Received: characters='ABA'"),
        ((["A", "B"], 1), "`characters` must be a text of two .* Received: characters=\\['A', 'B'"),
        ((None, 1), "`characters` must be a text .* Received: characters=None"),
        (("A B", 1), "`characters` must be drawn by one of the fonts. Received: \\[' '\\]"),
        (("A漢B字", 1), "`characters` must be drawn by .* Received: \\['漢', '字'\\]"),
        (("A\u200b", 1), "`characters` must be drawn by .* Received: \\['\\\\u200b'\\]"),
        (("AB", 0), "`each` must be a whole number, 1 or more. Received: each=0"),
        (("AB", 2.0), "`each` must be a whole number, 1 or more. Received: each=2.0"),
        (("AB", True), "`each` must be a whole number, 1 or more. Received: each=True"),
        (("AB", "2"), "`each` must be a whole number, 1 or more. Received: each='2'"),
        (("AB", 1, -1), "`seed` must be a whole number, 0 or more. Received: seed=-1"),
        (("AB", 1, None), "`seed` must be a whole number, 0 or more. Received: seed=None"),
        (("AB", 1, 0.5), "`seed` must be a whole number, 0 or more. Received: seed=0.5"),
    ],
)
def test_what_cannot_be_drawn(arguments, message):
    """A message that does not say what is wrong; a class that comes twice; an image drawn of air;
    other images at every call."""
    with pytest.raises(ValueError, match="^" + message):
        drawn(*arguments)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("".join(sorted(font("DejaVuSans")[1]))) | st.characters(), max_size=4)
)
@example("\ufeff\u2800")
@example("\u2028\u2029")
@example("\ud800A")
def test_any_text_is_drawn_or_refused(text):
    """A character that a font has and draws without ink, and half a character."""
    try:
        images = drawn(text, 1)
    except ValueError as error:
        assert re.match("`characters` must be .* Received: ", str(error))  # noqa: PT017
    else:
        assert (images.x.max(axis=(1, 2)) > 0).all()
        assert images.names == tuple(text)


# From a folder


def test_one_subfolder_a_class(tmp_path):
    """Labels in the order of the disk; names that lose a blank or a letter; files out of order."""
    names = ("B", "b c", "Ä", "été", "ש")
    bars = {f"{i}.png": bar((64, 64), 8, 8, 8 + 6 * i, 56) for i in range(1, 5)}
    write(
        tmp_path, {f"{name}/{file}": image for name in names[::-1] for file, image in bars.items()}
    )
    images = from_folder(tmp_path)
    assert_form(images, np.repeat(range(5), 4), names)
    wide = images.x.sum(axis=(1, 2)).reshape(5, 4)
    assert (np.diff(wide) > 0).all()
    np.testing.assert_array_equal(images.x, from_folder(str(tmp_path)).x)


def test_the_layout_of_omniglot(tmp_path, monkeypatch):
    """Characters of two alphabets that share a name made one class; PNG in capital letters."""
    names = ("Early Aramaic/01", "Early Aramaic/02", "Greek/01")
    write(
        tmp_path,
        {f"{name}/{i}.PNG": picture("ABΓ"[k]) for k, name in enumerate(names) for i in "12"},
    )
    images = from_folder(tmp_path)
    assert_form(images, [0, 0, 1, 1, 2, 2], names)
    monkeypatch.chdir(tmp_path / "Early Aramaic")
    for folder in (".", "../Early Aramaic", Path("../Greek/../Early Aramaic")):
        inner = from_folder(folder)
        assert_form(inner, [0, 0, 1, 1], ("01", "02"))
        np.testing.assert_array_equal(inner.x, images.x[:4])


def test_white_on_black_is_black_on_white(tmp_path):
    """Paper that stays 1; grey that stays grey."""
    image = picture("R")
    same = {
        "black on white": image,
        "white on black": inverted(image),
        "grey on grey": Image.eval(image, lambda v: 90 + v // 4),
        "turned round": Image.eval(image, lambda v: 150 - v // 4),
    }
    write(tmp_path, {f"{c}/{n}.png": i for c in "AB" for n, i in same.items()})
    x = from_folder(tmp_path).x
    np.testing.assert_allclose(x, np.broadcast_to(x[:1], x.shape), atol=0.03)
    assert x.max() > 0.9
    assert x[:, 0].max() == 0


def test_an_image_that_is_not_square_keeps_its_shape(tmp_path):
    """A square made of every image; width and height exchanged; a place that counts."""
    sizes = {"square": (120, 120), "wide": (300, 100), "high": (100, 260), "aside": (240, 200)}
    images = {}
    for name, (width, height) in sizes.items():
        left, top = (5, 30) if name == "aside" else (width // 2 - 30, height // 2 - 10)
        images[f"flat/{name}.png"] = bar((width, height), left, top, left + 59, top + 19)
        images[f"upright/{name}.png"] = bar((width, height), left, top, left + 19, top + 59)
    x = from_folder(write(tmp_path, images)).x
    for image in (*x[:4], *x[4:].transpose(0, 2, 1)):
        np.testing.assert_allclose(box(image, 0.5), (6, 9, 2.5, 12.5), atol=0.5)
        np.testing.assert_allclose(image, x[:4].mean(axis=0), atol=0.25)
        assert alike(image, x[:4].mean(axis=0)) > 0.98
        assert image.sum() == pytest.approx(11 * 11 / 3, rel=0.08)


def test_size_of_an_image_does_not_matter(tmp_path):
    """Large photographs read in part; thin strokes lost; tiny images that end as nothing."""
    letter = picture("G")
    sizes = {"tiny": 32, "same": 96, "large": 2400}
    images = {f"{c}/{n}.png": letter.resize((s, s)) for c in "AB" for n, s in sizes.items()}
    images["long/a.png"] = bar((2000, 100), 200, 50, 1800, 52)
    images["long/b.png"] = bar((3, 400), 1, 40, 1, 360)
    x = from_folder(write(tmp_path, images)).x
    large, same, tiny = x[:3]
    assert alike(large, same) > 0.995
    assert alike(tiny, same) > 0.9
    assert box(x[6])[2:] == (2, 13)
    assert box(x[7])[:2] == (2, 13)


def transparent(image, ink, paper):
    """Ink on nothing; `paper` is the colour that nobody sees."""
    seen = Image.new("RGBA", image.size, (*paper, 0))
    seen.paste((*ink, 255), mask=inverted(image))
    return seen


def test_every_format(tmp_path):
    """GIF and BMP, which Keras reads in colour only; palettes; transparent paper that turns black;
    capital letters at the end of a name."""
    image = picture("F", (90, 110))
    colours = Image.merge("RGB", [image.point(lambda v, c=c: v * c // 255) for c in (255, 200, 90)])
    black, white = (0, 0, 0), (255, 255, 255)
    nothing = colours.quantize(16)
    files = {
        "grey.png": image,
        "grey.jpg": image,
        "grey.JPEG": image,
        "grey.BMP": image,
        "grey.gif": image,
        "colours.PNG": colours,
        "colours.Jpg": colours,
        "colours.bmp": colours,
        "colours.GIF": colours.quantize(64),
        "palette.png": colours.quantize(64),
        "two.png": image.convert("1"),
        "two.gif": image.convert("1"),
        "deep.png": Image.fromarray(np.uint16(image) * 257),
        "opaque.png": image.convert("LA"),
        "opaque2.png": colours.convert("RGBA"),
        "opaque.bmp": image.convert("RGBA"),
        "black.png": transparent(image, black, black),
        "black2.png": transparent(image, black, white),
        "blue.png": transparent(image, (0, 0, 200), black),
        "four.jpg": image.convert("CMYK"),
    }
    write(tmp_path, {f"{c}/{name}": content for c in "AB" for name, content in files.items()})
    hole = nothing.getpixel((0, 0))
    for c in "AB":
        nothing.save(tmp_path / c / "hole.gif", transparency=hole)
        nothing.save(tmp_path / c / "hole.png", transparency=hole)
        rest = [inverted(image).rotate(90)]
        image.save(tmp_path / c / "moving.gif", save_all=True, append_images=rest)
    x = from_folder(tmp_path).x
    names = sorted([*files, "hole.gif", "hole.png", "moving.gif"])
    assert len(x) == 2 * len(names)
    right = x[names.index("grey.png")]
    wrong = {name: alike(i, right) for name, i in zip(names, x, strict=False)}
    assert {name: value for name, value in wrong.items() if value < 0.98} == {}


def test_what_is_hidden_or_no_image_is_left_out(tmp_path):
    """Previews that an operating system leaves behind, broken or not; notes beside the images; a
    class whose name ends like that of an image."""
    broken = b"no image"
    rest = {
        ".thumbs/1.png": picture("X"),
        ".thumbs/deep/er/1.png": broken,
        ".DS_Store": broken,
        "._A.png": broken,
        "A/._1.png": broken,
        "A/.0.png": picture("X"),
        "A/.png": broken,
        "A/.thumbs/1.png": broken,
        "A/.thumbs/2.png": picture("X"),
        "A/notes.txt": broken,
        "A/notes.png.txt": broken,
        "A/1.tif": picture("X"),
        "B.png/Thumbs.db": broken,
        "README.md": broken,
    }
    write(tmp_path / "clean", four("A", "B.png"))
    write(tmp_path / "cluttered", {**four("A", "B.png"), **rest})
    (tmp_path / "cluttered/A/.png/").rename(tmp_path / "cluttered/A/.gif")
    images = from_folder(tmp_path / "cluttered")
    assert_form(images, [0, 0, 1, 1], ("A", "B.png"))
    np.testing.assert_array_equal(images.x, from_folder(tmp_path / "clean").x)


def test_a_hidden_folder_can_hold_them_all(tmp_path):
    """A dot in the path above the folder."""
    assert len(from_folder(write(tmp_path / ".cache/x.png", four())).x) == 4


ONE = picture("A")
LAYOUT = "`folder` must hold class/image, or everywhere alphabet/class/image. Received: "
COUNT = (
    "`folder` must have two classes or more, each with two images or more "
    "(.png, .jpg, .jpeg, .bmp, .gif). Received: "
)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ({}, COUNT + "{}"),
        ({"notes.txt": b""}, COUNT + "{}"),
        ({"A/1.png": ONE, "A/2.png": ONE}, COUNT + "{'A': 2}"),
        ({"A/1.tif": ONE, "B/1.txt": b""}, COUNT + "{'A': 0, 'B': 0}"),
        ({**four(), "C/1.png": ONE}, COUNT + "{'C': 1}"),
        ({**four(), "C/1.tif": ONE}, COUNT + "{'C': 0}"),
        ({**four("x/A", "x/B"), "y/C/.1.png": ONE}, COUNT + "{'y/C': 0}"),
        ({"1.png": ONE, "2.png": ONE}, LAYOUT + "['2.png']"),
        ({**four(), "1.png": ONE}, LAYOUT + "['1.png', 'B/2.png']"),
        ({**four(), "x/C/1.png": ONE}, LAYOUT + "['B/2.png', 'x/C/1.png']"),
        ({**four("a/A", "a/B"), "a/stray.png": ONE}, LAYOUT + "['a/B/2.png', 'a/stray.png']"),
        (four("x/y/A", "x/y/B"), LAYOUT + "['x/y/B/2.png']"),
    ],
)
def test_a_folder_that_is_not_laid_out_so(images, message, tmp_path):
    """A class that is left out without a word; the files that are right named instead of the one
    that is not."""
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        from_folder(write(tmp_path, images))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read as an image"),
        (b"no image", "cannot be read as an image"),
        (Path(matplotlib.get_data_path(), "images/matplotlib.png").read_bytes()[:600], "cannot be"),
        (Image.new("L", (50, 50), 130), "shows no character: all of it is of nearly one grey"),
        (Image.fromarray(np.uint8(np.indices((9, 9)).sum(axis=0) % 2 * 15)), "shows no character"),
        (Image.new("RGBA", (50, 50)), "shows no character"),
        (Image.new("L", (1, 1)), "shows no character"),
    ],
)
def test_a_file_without_a_character_is_named(content, message, tmp_path):
    """An empty image, which would be divided by 0; an error that does not name the file."""
    folder = write(tmp_path, {**four(), "B/3 ü.png": content})
    with pytest.raises(
        ValueError, match="^" + re.escape(str(folder / "B/3 ü.png")) + " " + message
    ):
        from_folder(folder)


@pytest.mark.parametrize("path", ["A/1.png", "nowhere"])
def test_what_is_not_a_folder(path, tmp_path):
    """A file; a name that is not there, which has no classes either."""
    write(tmp_path, four())
    message = f"`folder` must be a folder. Received: folder={str(tmp_path / path)!r}"
    with pytest.raises(FileNotFoundError, match="^" + re.escape(message) + "$"):
        from_folder(tmp_path / path)


def test_links(tmp_path):
    """A walk in a circle; a class behind a link left out without a word; a link to nowhere."""
    folder = write(tmp_path / "folder", four())
    (folder / "A/circle").symlink_to(folder)
    (folder / "A/3.png").symlink_to(folder / "A/1.png")
    assert_form(from_folder(folder), [0, 0, 0, 1, 1], ("A", "B"))
    (tmp_path / "short").symlink_to(folder)
    assert len(from_folder(tmp_path / "short").x) == 5
    (folder / "C").symlink_to(write(tmp_path / "elsewhere", four()) / "A")
    with pytest.raises(ValueError, match=re.escape(COUNT + "{'C': 0}")):
        from_folder(folder)
    (folder / "C").unlink()
    (folder / "B/3.png").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"B/3\.png cannot be read as an image"):
        from_folder(folder)


def test_reading_leaves_nothing_behind(tmp_path, monkeypatch, capfd):
    """A cache beside the images, or where the reader stands; words on the screen."""
    folder = write(tmp_path / "images", four())
    monkeypatch.chdir(tmp_path)

    def state():
        return {p: (p.stat().st_mtime_ns, p.is_file() and p.read_bytes()) for p in everything}

    everything = [tmp_path, *tmp_path.rglob("*")]
    before = state()
    for path in everything:
        os.chmod(path, 0o555 if path.is_dir() else 0o444)
    try:
        from_folder(folder)
        everything = [tmp_path, *tmp_path.rglob("*")]
        assert state() == before
    finally:
        for path in everything:
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
    assert capfd.readouterr() == ("", "")


def test_drawn_images_come_back_from_a_folder_centred(tmp_path):
    """Another size or place than that of the drawn images with which an encoder was trained; an
    image that is mirrored or lies on its side."""
    chosen = "ABFgβЖԺת"
    images = drawn(chosen, 3, seed=4)
    sharp = []
    for i, (image, label) in enumerate(zip(images.x, images.labels, strict=True)):
        large = Image.fromarray(np.uint8(255 - 255 * image)).resize((160, 160), Image.BICUBIC)
        sharp.append(1 - np.asarray(large) / 255)
        write(tmp_path, {f"{label}/{i:03}.png": large})
    x, labels, names = from_folder(tmp_path)
    np.testing.assert_array_equal(labels, images.labels)
    assert names == (*"01234567",)
    for image, large in zip(x, sharp, strict=True):
        assert alike(image, centred(large)) > 0.97
        top, bottom, left, right = box(image, 0.25)
        assert max(bottom - top, right - left) + 1 in (11, 12, 13)
        assert abs(top + bottom - SIZE + 1) <= 1
        assert abs(left + right - SIZE + 1) <= 1


def test_the_size_of_the_ink_is_that_of_drawn_images(tmp_path, monkeypatch):
    """One size for training and another for the reader's own images."""
    monkeypatch.setattr(characters, "SIZE", characters.PAPER)  # sharp
    chosen = SCRIPTS["digits"]
    write(tmp_path, {f"{c}/{i}.png": picture(c) for c in chosen for i in "12"})

    def longer(images):
        boxes = np.array([box(image, 0.5) for image in images.x])
        return np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]).mean() + 1

    assert longer(from_folder(tmp_path)) == pytest.approx(characters.INK, abs=1)
    assert longer(drawn(chosen, 40)) == pytest.approx(characters.INK, abs=2)
