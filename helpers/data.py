"""Data for the lessons, from files that scikit-learn brings along: nothing is downloaded."""

from typing import NamedTuple

import numpy as np

from helpers.checks import flag


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
