"""Small images of characters: drawn from the fonts that matplotlib brings along, or read from a
folder. Nothing is downloaded.
"""

from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np

from helpers.checks import whole

# Capital and small letters that differ in size only are one shape here, and stand once; so do
# letters of two scripts that look alike (O and 0, U and Ս).
SCRIPTS = {
    "Latin": "ABCDEFGHJKLMNPQRTUVWXYZabdefghimqrty",
    "Greek": "ΓΔΛΞΣΦΨΩαβγδεζηλμξπσφψω",
    "Cyrillic": "БДЖИЛЦЧШЩЪЫЭЮЯЂЊЋ",
    "Armenian": "ԱԲԳԴԵԶԷԸԹԺԻԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՎՏՐՔագեէթիլխծկձմնչպջռվտրփքբ",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "Georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "digits": "0123456789",
}
FONTS = tuple(
    "DejaVuSans DejaVuSans-Bold DejaVuSans-Oblique DejaVuSerif DejaVuSerif-Bold "
    "DejaVuSerif-Italic DejaVuSansMono DejaVuSansMono-Bold STIXGeneral STIXGeneralBol "
    "STIXGeneralItalic".split()
)
FORMATS = (".png", ".jpg", ".jpeg", ".bmp", ".gif")
SIZE = 16  # pixels of a side
PAPER = 64  # pixels of a side, before it is made small
INK = 44  # how much of the paper the longer side of a character takes, on average


class Images(NamedTuple):
    """Images `x`, shape (n, 16, 16), float32, 0 (paper) to 1 (ink), `labels`, shape (n,), int64,
    and the names of the classes, a tuple of str; `labels` are positions in `names`."""

    x: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]


@cache
def _loaded():
    """Every font, ready to draw, and the numbers of the characters that it has."""
    from matplotlib.ft2font import FT2Font
    from PIL import ImageFont

    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    paths = [str(folder / f"{name}.ttf") for name in FONTS]
    return [(ImageFont.truetype(p, 40), set(FT2Font(p).get_charmap())) for p in paths]


@cache
def _fonts(character):
    """The fonts that draw a character; what is in a font may still leave no ink."""
    having = [font for font, numbers in _loaded() if ord(character) in numbers]
    return [font for font in having if font.getmask(character).getbbox()]


@cache
def _upright(character, font):
    from PIL import Image, ImageDraw

    paper = Image.new("L", (PAPER, PAPER))
    place = PAPER / 2, PAPER / 2
    ImageDraw.Draw(paper).text(place, character, fill=255, font=font, anchor="mm")
    return paper, paper.getbbox()


def _draw(character, rng):
    from PIL import Image

    fonts = _fonts(character)
    paper, (left, top, right, bottom) = _upright(character, fonts[rng.integers(len(fonts))])
    middle = PAPER / 2

    turn, shear = rng.uniform(-0.2, 0.2, 2)  # radians; share of the height
    stretch = rng.uniform(0.85, 1.18)
    size = max(right - left, bottom - top) / INK * rng.uniform(0.85, 1.25)
    rotation = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    matrix = rotation @ np.array([[1, shear], [0, 1]]) * [size * stretch, size / stretch]
    shift = [(left + right) / 2, (top + bottom) / 2] - matrix @ (middle + rng.uniform(-4, 4, 2))
    # From a place of the new picture to the place of the old one that it shows.
    numbers = np.column_stack([matrix, shift]).ravel()
    moved = paper.transform(paper.size, Image.AFFINE, numbers, Image.BILINEAR)
    return np.asarray(moved.resize((SIZE, SIZE), Image.BOX), dtype="float32") / 255


@lru_cache(16)  # a lesson trains several encoders on the same images
def _drawn(characters, each, seed):
    rng = np.random.default_rng(seed)
    return np.array([_draw(c, rng) for c in characters for _ in range(each)])


def drawn(characters, each, seed=0):
    """Draw characters, every image a little turned, sheared, stretched and shifted.

    The font is drawn by lot among those of `FONTS` that have the character.

    Parameters
    ----------
    characters : str
        The classes: two or more different characters, each in one of the fonts.
    each : int
        How many images of each character, positive.
    seed : int
        Of the random choices, 0 or more.

    Returns
    -------
    Images
        The images of the first character, then those of the second, and so on.

    Raises
    ------
    ValueError
        If an argument is not as above.
    """
    if not isinstance(characters, str) or not 2 <= len(set(characters)) == len(characters):
        raise ValueError(
            "`characters` must be a text of two or more different characters. "
            f"Received: characters={characters!r}"
        )
    unknown = [c for c in characters if not c.strip() or not _fonts(c)]
    if unknown:
        raise ValueError(f"`characters` must be drawn by one of the fonts. Received: {unknown}")
    whole("each", each, least=1)
    whole("seed", seed)

    x = _drawn(characters, int(each), int(seed)).copy()
    return Images(x, np.repeat(np.arange(len(characters)), each), tuple(characters))


def _fitted(image, width, height):
    """Ink 1 on paper 0, in the middle, in the size of `drawn`; None for an even surface.

    image: shape (n, n), float32, grey values 0 to 255, read from a file of that width and height.
    """
    from PIL import Image

    side = len(image)  # Keras has made every image a square
    size = [max(1, round(side * s / max(width, height))) for s in (width, height)]
    grey = np.asarray(Image.fromarray(image).resize(size, Image.BILINEAR))
    low, high = grey.min(), grey.max()
    if high - low < 16:
        return None
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper, ink = (high, low) if np.median(border) > (low + high) / 2 else (low, high)
    grey = Image.fromarray(np.uint8(np.round(255 * (grey - paper) / (ink - paper))))
    left, top, right, bottom = grey.point(lambda v: 255 * (v > 127)).getbbox()
    half = max(right - left, bottom - top) * PAPER / INK / 2
    x, y = side + (left + right) / 2, side + (top + bottom) / 2
    wide = grey.crop((-side, -side, 2 * side, 2 * side))  # with paper all around
    # Resized, not moved as in `drawn`: so a thin stroke becomes faint, and is not stepped over.
    part = wide.resize((PAPER, PAPER), Image.BILINEAR, (x - half, y - half, x + half, y + half))
    return np.asarray(part.resize((SIZE, SIZE), Image.BOX), dtype="float32") / 255


def from_folder(folder):
    """Read images of characters from a folder.

    Keras's `image_dataset_from_directory` reads the files. Then paper becomes 0 and ink 1,
    whichever of them is darker (the border of an image shows mostly paper; what is transparent is
    white), and the ink is put into the middle, in the size that `drawn` gives it on average.

    Parameters
    ----------
    folder : str or path
        One subfolder a class, `folder/class/image`, or the form of Omniglot,
        `folder/alphabet/class/image`. Two classes or more, each with two images or more: PNG, JPEG,
        GIF or BMP files (BMP without a palette). Folders and files whose names begin with a dot are
        left out; links to folders are not followed.

    Returns
    -------
    Images
        Sorted by class and file; `names` are the classes, as paths within `folder`.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If there are too few classes or images, a file lies elsewhere, or a file cannot be read as
        an image or shows an even surface; the message names it.

    References
    ----------
    Lake, Salakhutdinov & Tenenbaum (2015), Human-level concept learning through probabilistic
    program induction, Science 350 (Omniglot).
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"`folder` must be a folder. Received: folder={str(folder)!r}")
    inside = (p.relative_to(folder) for p in sorted(folder.rglob("*")))
    inside = [p for p in inside if not any(part.startswith(".") for part in p.parts)]
    files = [p for p in inside if p.suffix.lower() in FORMATS and (folder / p).is_file()]
    examples = {len(p.parts): p.as_posix() for p in files}
    if len(examples) > 1 or not examples.keys() <= {2, 3}:
        raise ValueError(
            "`folder` must hold class/image, or everywhere alphabet/class/image. "
            f"Received: {list(examples.values())}"
        )
    depth = next(iter(examples), 2)
    classes = {p.as_posix(): 0 for p in inside if len(p.parts) == depth - 1}
    classes = {name: 0 for name in classes if (folder / name).is_dir()}
    classes |= Counter(p.parent.as_posix() for p in files)
    few = {name: count for name, count in classes.items() if count < 2}
    if len(classes) < 2 or few:
        raise ValueError(
            "`folder` must have two classes or more, each with two images or more "
            f"({', '.join(FORMATS)}). Received: {few or classes}"
        )
    return _read(folder, sorted(classes))


def _read(folder, names):
    from PIL import Image

    from helpers.quiet import quiet

    with quiet():
        from keras.utils import image_dataset_from_directory

    # Keras reads GIF and BMP files in colour only; without a seed it takes one from NumPy's state.
    rest = {"color_mode": "rgb", "batch_size": None, "shuffle": False, "seed": 0, "verbose": False}
    side = (2 * PAPER, 2 * PAPER)
    dataset = image_dataset_from_directory(
        folder, labels=None, image_size=side, interpolation="area", **rest
    )
    x, labels = [], []
    images = iter(dataset)
    for path in map(Path, dataset.file_paths):
        name = path.parent.relative_to(folder).as_posix()
        hidden = name not in names or path.name.startswith(".")
        try:
            image = next(images).numpy() @ np.float32([0.299, 0.587, 0.114])
            with Image.open(path) as file:
                width, height = file.size
                if file.has_transparency_data:  # which Keras does not see: on white paper
                    opaque = file.convert("RGBA").getchannel("A").resize(side, Image.BOX)
                    image = 255 - np.float32(opaque) / 255 * (255 - image)
        except Exception as error:
            if hidden:
                continue
            raise ValueError(f"{path} cannot be read as an image") from error
        if hidden:
            continue
        x.append(_fitted(image, width, height))
        if x[-1] is None:
            raise ValueError(f"{path} shows no character: all of it is of nearly one grey")
        labels.append(names.index(name))
    order = np.argsort(labels, kind="stable")
    return Images(np.array(x)[order], np.array(labels)[order], tuple(names))
