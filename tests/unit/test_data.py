import inspect
import socket

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from helpers.data import diabetes, pairs


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


LABELS = np.array([0, 1, 1, 2, 0, 2, 1, 1, 0, 2, 2, 2, 2])


@pytest.mark.parametrize("labels", [LABELS, list("abcabcab"), LABELS.astype(float)])
def test_pairs_are_what_they_say(labels):
    """An image paired with itself; a label that is wrong; a set that is not balanced."""
    labels = np.asarray(labels)
    first, second, same = pairs(labels, 400)
    assert first.shape == second.shape == same.shape == (400,)
    assert np.all(first != second)
    np.testing.assert_array_equal(labels[first] == labels[second], same == 1)
    assert same.sum() == 200
    assert 0 < same[:200].sum() < 200, "the order is random"


def test_pairs_draw_every_class_alike_and_every_example():
    """Large classes that crowd out small ones; examples that never come up."""
    first, second, same = pairs(LABELS, 6000)
    for chosen in (first[same == 1], first[same == 0], second[same == 0]):
        shares = np.bincount(LABELS[chosen]) / len(chosen)
        np.testing.assert_allclose(shares, 1 / 3, atol=0.04)
    assert set(first) == set(second) == set(range(len(LABELS)))


def test_pairs_depend_on_the_seed_alone():
    """A global random state that another cell has moved."""
    same = np.testing.assert_array_equal
    same(pairs(LABELS, 20, seed=3), pairs(LABELS, 20, seed=3))
    assert not np.array_equal(pairs(LABELS, 20, seed=3), pairs(LABELS, 20, seed=4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((2, 2)), 4), r"`labels` must have shape \(n,\). Received: shape \(2, 2\)"),
        (([1, 1, 1], 4), r"`labels` must have two classes or more.*Received: \{1: 3\}"),
        (([1, 1, 2], 4), r"`labels` must have two classes or more.*\{1: 2, 2: 1\}"),
        (([], 4), r"`labels` must have two classes or more.*\{\}"),
        ((LABELS, 3), r"`count` must be an even whole number, 2 or more. Received: count=3"),
        ((LABELS, 0), r"`count` must be an even whole number"),
        ((LABELS, 4.0), r"`count` must be an even whole number"),
        ((LABELS, True), r"`count` must be an even whole number"),
        ((LABELS, 4, -1), r"`seed` must be a whole number, 0 or more. Received: seed=-1"),
        ((LABELS, 4, None), r"`seed` must be a whole number"),
    ],
)
def test_pairs_that_cannot_be_drawn(arguments, message):
    """An endless search for a partner; a message that does not say what is wrong."""
    with pytest.raises(ValueError, match=message):
        pairs(*arguments)
