import inspect
import socket

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from helpers.data import diabetes


def test_original_units_are_those_of_scikit_learn():
    """A column left out, moved or scaled; targets of other patients."""
    theirs = load_diabetes(scaled=False)
    x, y, feature_names = diabetes(standardized=False)
    np.testing.assert_array_equal(x, theirs.data)
    np.testing.assert_array_equal(y, theirs.target)
    assert feature_names == tuple(theirs.feature_names)


def test_standardized_is_the_default_and_has_mean_0_and_deviation_1():
    """The scale of scikit-learn's own option, with a standard deviation of 1 / sqrt(442)."""
    x = diabetes().x
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(x, load_diabetes(scaled=True).data * np.sqrt(len(x)), atol=1e-12)


@pytest.mark.parametrize("standardized", [True, False])
def test_shapes_types_and_targets(standardized):
    """Targets that are scaled along with the inputs; a list where a tuple is promised."""
    x, y, feature_names = diabetes(standardized)
    assert (x.shape, x.dtype) == ((442, 10), np.float64)
    assert (y.shape, y.dtype) == ((442,), np.float64)
    assert (y.min(), y.max()) == (25, 346)
    assert feature_names == ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    assert type(feature_names) is tuple


@pytest.mark.parametrize("standardized", [True, False])
def test_arrays_are_new_at_every_call(standardized):
    """A cache: what one cell writes into the data, the next would read."""
    first = diabetes(standardized)
    x, y = first.x.copy(), first.y.copy()
    first.x[:] = 0
    first.y[:] = 0
    np.testing.assert_array_equal(diabetes(standardized).x, x)
    np.testing.assert_array_equal(diabetes(standardized).y, y)


def test_needs_no_network(monkeypatch):
    """A loader that downloads."""

    def no_network(*args, **kwargs):
        raise AssertionError("the network was asked")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, no_network)
    assert len(diabetes().y) == 442


@pytest.mark.parametrize("standardized", [None, 1, 0, "False", np.array([True])])
def test_anything_but_true_or_false_is_an_error(standardized):
    """The text "False", which is true."""
    message = r"^`standardized` must be True or False\. Received: standardized="
    with pytest.raises(ValueError, match=message):
        diabetes(standardized)


def test_docstring_tells_every_column():
    """A column of which a reader cannot learn the meaning."""
    text = inspect.getdoc(diabetes)
    for name in diabetes().feature_names:
        assert f"{name} (" in text
