"""Data for the lessons, from files that scikit-learn brings along: nothing is downloaded."""

from numbers import Integral
from typing import NamedTuple

import numpy as np

from helpers.checks import flag, number, whole


class Regression(NamedTuple):
    """Inputs `x`, shape (n, d), targets `y`, shape (n,), and the names of the d columns of `x`."""

    x: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]


def diabetes(standardized=True):
    """Load the diabetes data: 442 patients, ten measurements each, and how the disease went on.

    Parameters
    ----------
    standardized : bool
        True: every column of `x` is shifted and scaled to mean 0 and standard deviation 1, over
        all 442 patients. False: the original units.

    Returns
    -------
    Regression
        x : float64, shape (442, 10)
            Measured at baseline: age (years), sex (coded 1 and 2), bmi (body mass index, kg/m²),
            bp (mean blood pressure, mm Hg) and six blood serum values: s1 (total cholesterol),
            s2 (LDL), s3 (HDL), s4 (total cholesterol / HDL), s5 (probably the logarithm of the
            triglycerides) and s6 (blood sugar).
        y : float64, shape (442,)
            Disease progression one year after baseline, an index without unit, 25 to 346.
            Never scaled.
        feature_names : tuple of str
            The ten names above, in the order of the columns.

        The arrays are new at every call.

    Raises
    ------
    ValueError
        If `standardized` is neither True nor False.

    References
    ----------
    Efron, Hastie, Johnstone & Tibshirani (2004), Least Angle Regression, Annals of Statistics
    32(2), 407-499.
    """
    flag("standardized", standardized)
    from sklearn.datasets import load_diabetes  # takes a second, so only when data are wanted

    data = load_diabetes(scaled=False)
    x = data.data
    if standardized:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    return Regression(x, data.target, tuple(data.feature_names))


class Pairs(NamedTuple):
    """Positions `first` and `second`, and `same`: 1 where both are of one class, else 0."""

    first: np.ndarray
    second: np.ndarray
    same: np.ndarray


def pairs(labels, count, seed=0):
    """Draw pairs of examples, half of them of the same class and half of different classes.

    Classes are drawn with equal chances, then examples within them; no example is paired with
    itself. The order is random.

    Parameters
    ----------
    labels : array-like
        The class of each example, shape (n,): at least two classes, each with two examples or more.
    count : int
        How many pairs, even and positive.
    seed : int
        Of the random choice, 0 or more.

    Returns
    -------
    Pairs
        Three int64 arrays of shape (count,). `first` and `second` are positions in `labels`.

    Raises
    ------
    ValueError
        If an argument is not as above.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"`labels` must have shape (n,). Received: shape {labels.shape}")
    classes, sizes = np.unique(labels, return_counts=True)
    if len(classes) < 2 or min(sizes) < 2:
        raise ValueError(
            "`labels` must have two classes or more, each with two examples or more. "
            f"Received: {dict(zip(classes.tolist(), sizes.tolist(), strict=True))}"
        )
    even = "an even whole number, 2 or more"
    number("count", count, even, lambda v: isinstance(v, Integral) and v >= 2 and v % 2 == 0)
    whole("seed", seed)

    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(labels == c) for c in classes]
    drawn = []
    for k in range(int(count)):
        if k % 2:
            chosen = rng.choice(members[rng.integers(len(classes))], 2, replace=False)
        else:
            two = rng.choice(len(classes), 2, replace=False)
            chosen = [rng.choice(members[c]) for c in two]
        drawn.append((*chosen, k % 2))
    return Pairs(*rng.permutation(np.array(drawn, dtype=np.int64)).T)
