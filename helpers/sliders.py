"""The values a slider of a live figure can take, and how the reader sees them."""

import itertools
import math
import unicodedata
from dataclasses import dataclass
from numbers import Integral

from helpers.checks import number

MOST_VALUES = 250


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
        The distance between neighbours, positive; `stop` is a whole number of steps away.
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
        If neither or both ways of giving the values are used.
    ValueError
        If a number is not finite, the range is empty or reversed, the step is not positive, the
        grid misses `stop` or `value`, or there are more than 250 values.
    """
    if values is None:
        values = _even_values(start, stop, step)
    elif not (start is None and stop is None and step is None):
        raise TypeError("`slider` takes either start, stop and step, or `values`. Received both")
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


def _number(name, value):
    return int(value) if isinstance(number(name, value), Integral) else float(value)


def symbol(name):
    """The Greek letter of that name, or the name itself in words."""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
    except KeyError:
        return name.replace("_", " ")
