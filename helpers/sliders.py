"""The values a slider of a live figure can take, and how the reader sees them."""

import itertools
import math
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral

from helpers.checks import flag, number

MOST_VALUES = 250


@dataclass(frozen=True)
class Slider:
    """The values a slider or a row of buttons can take, as `slider` and `choice` make them."""

    values: tuple
    start: int  # position of the first value shown
    label: str | None
    texts: tuple  # each value as the reader sees it
    kind: str = "range"  # or "choice": a row of buttons
    play: bool = False  # whether a button moves it by itself


def slider(
    start=None,
    stop=None,
    *,
    step=None,
    per_decade=None,
    zero=False,
    values=None,
    value=None,
    label=None,
    text=None,
    play=False,
):
    """Describe a slider for `live`.

    Give `start` and `stop` with `step` or `per_decade`, or the `values` themselves.

    Parameters
    ----------
    start, stop : number
        The first and the last value.
    step : number
        The distance between neighbours, positive; `stop` is a whole number of steps away.
    per_decade : int
        For a logarithmic scale: 1 for the powers of ten, 2 for 1 and 3 times them, 3 for 1, 2 and 5
        times them; `start` and `stop` are two of these values.
    zero : bool
        Whether a logarithmic scale has 0 as its first value.
    values : sequence of number
        Increasing values, for any other scale.
    value : number, optional
        The value shown first: one of the slider's values. The first one when left out.
    label : str, optional
        The symbol or word shown before the value. By default the name of the argument, or its Greek
        letter where it is the name of one (`delta` is shown as δ, and `lambda_` as λ).
    text : str, optional
        How a value is written, as a format specification: ".3f", ".0e", ",d".
    play : bool
        Whether a button beside the slider moves it at a steady pace: for steps and epochs.

    Raises
    ------
    TypeError
        If none or several ways of giving the values are used.
    ValueError
        If a number is not finite, the range is empty or reversed, the step is not positive, the
        grid misses `start`, `stop` or `value`, there are more than 250 values, or `text` does not
        fit a value or writes two alike.
    """
    flag("zero", zero)
    if values is not None:
        if not all(other is None for other in (start, stop, step, per_decade)):
            raise TypeError(
                "`slider` takes either start, stop and step, or `values`. Received both"
            )
    elif per_decade is not None:
        values = _logarithmic_values(start, stop, step, per_decade)
    else:
        values = _even_values(start, stop, step)
    if zero:
        if per_decade is None:
            raise TypeError("`zero` goes with `per_decade`. Received: per_decade=None")
        values = [0, *values]
    values = tuple(_number("values", v) for v in values)
    if len(values) > MOST_VALUES:
        raise ValueError(f"a slider has at most {MOST_VALUES} values. Received: {len(values)}")
    if len(values) < 2 or any(a >= b for a, b in itertools.pairwise(values)):
        raise ValueError(
            f"`values` must be two or more increasing numbers. Received: values={values}"
        )
    if label is not None and not isinstance(label, str):
        raise TypeError(f"`label` must be text. Received: label={label!r}")
    value = values[0] if value is None else _number("value", value)
    position = min(range(len(values)), key=lambda k: abs(values[k] - value))
    if not math.isclose(values[position], value, rel_tol=1e-9, abs_tol=1e-12):
        raise ValueError(
            f"`value` must be one of the slider's values; the nearest is {values[position]:g}. "
            f"Received: value={value:g}"
        )
    texts = _texts(values, step, text)
    return Slider(values, position, label, texts, play=flag("play", play))


def choice(*values, value=None, label=None):
    """Describe a row of buttons for `live`: named values instead of a scale.

    Parameters
    ----------
    *values : str, bool or number
        Two or more, all different. True and False are shown as "on" and "off".
    value : optional
        The value shown first: one of the values. The first one when left out.
    label : str, optional
        As for `slider`.

    Raises
    ------
    ValueError
        If there are fewer than two values, two that read alike, one of another kind, or `value` is
        none of them.
    """
    expected = "texts, True, False or finite numbers"
    values = tuple(
        v if isinstance(v, bool) or (isinstance(v, str) and v) else _number("values", v, expected)
        for v in values
    )
    texts = tuple(
        v if isinstance(v, str) else ("off", "on")[v] if isinstance(v, bool) else _plain(v)
        for v in values
    )
    if len(values) < 2 or len(set(texts)) < len(texts) or len(set(values)) < len(values):
        raise ValueError(
            f"`choice` takes two or more different values. Received: {', '.join(texts) or 'none'}"
        )
    if label is not None and not isinstance(label, str):
        raise TypeError(f"`label` must be text. Received: label={label!r}")
    if value is not None and value not in values:
        raise ValueError(
            f"`value` must be one of {', '.join(map(repr, values))}. Received: value={value!r}"
        )
    start = 0 if value is None else values.index(value)
    return Slider(values, start, label, texts, kind="choice")


def _texts(values, step, text):
    """Each value as the reader sees it."""
    if text is not None:
        try:
            texts = [format(v, text) for v in values]
        except (TypeError, ValueError) as error:
            raise ValueError(
                "`text` must be a format that fits every value, such as '.3f' "
                f"({error}). Received: text={text!r}"
            ) from None
        if len(set(texts)) < len(texts):
            raise ValueError(
                f"`text` must tell all values apart. Received: text={text!r}, "
                f"which gives {', '.join(texts)}"
            )
    elif step is None:
        texts = [_plain(v) for v in values]
    else:  # as many decimals as the finest value needs
        decimals = max(len(f"{v:.12f}".rstrip("0").partition(".")[2]) for v in values)
        texts = [f"{v:.{decimals}f}" for v in values]
    return tuple(text.replace("-", "−") for text in texts)


def _plain(value):
    """A number as a reader writes it: 0.00001, and not 1e-05."""
    text = f"{value:g}"
    return format(Decimal(text), "f") if "e" in text and 1e-6 <= abs(value) < 1e7 else text


def _logarithmic_values(start, stop, step, per_decade):
    if start is None or stop is None or step is not None:
        raise TypeError(
            "`slider` needs start, stop and per_decade, without step. "
            f"Received: start={start}, stop={stop}, step={step}"
        )
    times = {1: (1,), 2: (1, 3), 3: (1, 2, 5)}
    number("per_decade", per_decade, "1, 2 or 3", lambda n: n in times)
    number("start", start, "a positive finite number", lambda v: 0 < v < math.inf)
    number("stop", stop, f"a finite number above start={start:g}", lambda v: start < v < math.inf)
    decades = range(math.floor(math.log10(start)) - 1, math.ceil(math.log10(stop)) + 1)
    scale = [float(f"{m}e{decade}") for decade in decades for m in times[per_decade]]
    for name, end in (("start", start), ("stop", stop)):
        nearest = min(scale, key=lambda v: abs(math.log(v / end)))
        if not math.isclose(nearest, end, rel_tol=1e-9):
            raise ValueError(
                f"`{name}` must be on the scale; the nearest value is {_plain(nearest)}. "
                f"Received: {name}={end:g}"
            )
    return [v for v in scale if start * 0.999 < v < stop * 1.001]


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
    if steps >= MOST_VALUES:
        raise ValueError(f"a slider has at most {MOST_VALUES} values. Received: {steps + 1}")
    if steps == 0 or not math.isclose(start + steps * step, stop, abs_tol=1e-9 * step):
        raise ValueError(
            "`stop` must be a whole number of steps from `start`. "
            f"Received: start={start:g}, stop={stop:g}, step={step:g}"
        )
    if isinstance(start, int) and isinstance(step, int):
        return [start + k * step for k in range(steps + 1)]
    # Rounding gives 0.3 where repeated addition gives 0.30000000000000004.
    return [round(start + k * step, 12) for k in range(steps + 1)]


def _number(name, value, expected="a finite number"):
    return int(value) if isinstance(number(name, value, expected), Integral) else float(value)


def symbol(name):
    """The Greek letter of that name, or the name itself in words; `lambda_` is λ."""
    name = name.removesuffix("_")
    try:
        # Unicode spells this one letter in its own way
        return unicodedata.lookup(f"GREEK SMALL LETTER {name.replace('lambda', 'lamda')}")
    except KeyError:
        return name.replace("_", " ")
