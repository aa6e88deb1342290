import re
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import special, stats
from sklearn.metrics import log_loss

from helpers.network import HEADS, Network, numerical_gradient, softmax
from helpers.quiet import quiet

with quiet():
    import tensorflow as tf

SQUARES, SOFTMAX = HEADS

steady = settings(deadline=None, derandomize=True)  # the same examples at every run
more = settings(steady, max_examples=300)

both_heads = pytest.mark.parametrize("head", HEADS)
both_biases = pytest.mark.parametrize("biases", [False, True])


def problem(inputs, hidden, outputs, n, head, seed=1, **arguments):
    """A network with random weights, biases too, and random examples for it."""
    rng = np.random.default_rng(seed)
    network = Network(inputs, hidden, outputs, head=head, **arguments)
    for name, weights in network.weights.items():
        network.weights[name] = rng.normal(size=weights.shape)
    x = rng.normal(size=(n, inputs))
    y = rng.normal(size=(n, outputs)) if head == SQUARES else rng.integers(outputs, size=n)
    return network, x, y


@st.composite
def problems(draw):
    """Problems of many shapes, with all that a network can be."""
    inputs, hidden, outputs, n = (draw(st.integers(1, 6)) for _ in range(4))
    return problem(
        inputs,
        hidden,
        outputs,
        n,
        draw(st.sampled_from(HEADS)),
        draw(st.integers(0, 10**6)),
        negative_slope=draw(st.sampled_from([0, 0.01, 0.125, 0.5, 0.9])),
        biases=draw(st.booleans()),
    )


def tape_gradients(network, x, y, activation):
    """The loss and its gradients by TensorFlow, with nothing of the module but the weights."""
    weights = {name: tf.constant(w, tf.float64) for name, w in network.weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(weights)
        z = tf.constant(x, tf.float64) @ weights["w_1"]
        z = z + weights["b_1"] if "b_1" in weights else z
        output = activation(z) @ weights["w_2"]
        output = output + weights["b_2"] if "b_2" in weights else output
        if network.head == SQUARES:
            loss = tf.reduce_sum(tf.square(output - y))
        else:
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=output)
            )
    gradients = tape.gradient(loss, weights)
    return loss.numpy(), {name: gradient.numpy() for name, gradient in gradients.items()}


def central_differences(network, x, y, epsilon):
    def loss_with(name):
        def loss(weights):
            kept, network.weights[name] = network.weights[name], weights
            try:
                return network.loss_and_gradients(x, y)[0]
            finally:
                network.weights[name] = kept

        return loss

    return {
        name: numerical_gradient(loss_with(name), weights, epsilon)
        for name, weights in network.weights.items()
    }


def assert_close(gradients, expected, relative):
    """Each gradient by itself: the norm of the difference over the norm of what is expected.

    Where a gradient is 0 throughout, as with all units dead, 0 exactly is expected.
    """
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        assert gradient.dtype == np.float64
        assert gradient.shape == expected[name].shape
        difference = np.linalg.norm(gradient - expected[name])
        assert difference <= relative * np.linalg.norm(expected[name]), name


def unchanged(network, before):
    return network.weights.keys() == before.keys() and all(
        np.array_equal(network.weights[name], weights) for name, weights in before.items()
    )


def copies(network):
    return {name: weights.copy() for name, weights in network.weights.items()}


# Gradients


@more
@given(problem=problems())
def test_gradients_are_those_of_tensorflow(problem):
    """Any wrong factor, sign, sum, mask or transpose on the way back; a loss that is another."""
    network, x, y = problem

    def activation(z):
        return tf.where(z > 0, z, network.negative_slope * z)

    loss, gradients = network.loss_and_gradients(x, y)
    their_loss, theirs = tape_gradients(network, x, y, activation)
    np.testing.assert_allclose(loss, their_loss, rtol=1e-12, atol=1e-14)
    for name, gradient in gradients.items():
        assert gradient.shape == network.weights[name].shape
        np.testing.assert_allclose(gradient, theirs[name], rtol=1e-9, atol=1e-12)


EPSILON = 1e-5  # near the cube root of the rounding error, where central differences err least


@more
@given(problem=problems())
def test_gradients_are_those_of_central_differences(problem):
    """A backward pass that is not the slope of this forward pass.

    Two kinds of examples are left out, because there the differences cannot tell. One more weight
    of epsilon moves z by epsilon times an input at most; a kink as near as that counts as crossed.
    And losses are rounded to some 1e-16 of their size, which is 1e-11 of it in a slope, so that
    a gradient must be 0, or 1e-4 of the loss at least, for seven digits.
    """
    network, x, y = problem
    z, _, _ = network.forward(x)
    assume(np.abs(z).min() > 10 * EPSILON * max(1, np.abs(x).max()))
    loss, gradients = network.loss_and_gradients(x, y)
    norms = [np.linalg.norm(gradient) for gradient in gradients.values()]
    assume(all(norm == 0 or norm > 1e-4 * loss for norm in norms))
    assert_close(central_differences(network, x, y, EPSILON), gradients, 1e-6)


def zeros_by_weights(biases):
    x = [[1, 2], [-3, 1], [2, -2]]
    w_1 = [[0, 2, 1], [0, 1, -3]]  # the first unit sees nothing
    return x, w_1, [0, 1, -1] if biases else None, 3


def zeros_by_cancelling(biases):
    x = [[2, 1], [4, 2], [1, 5]]
    w_1 = [[1, 3, -1], [-2, 2, 1]]  # 2 * 1 - 1 * 2 = 4 * 1 - 2 * 2 = 0
    return x, w_1, [0, -8, 1] if biases else None, 4 if biases else 2


def zeros_by_an_input(biases):
    x = [[0, 0], [1, 2], [3, -1]]  # z of the first row is the bias
    w_1 = [[1, 2, -1], [1, -3, 2]]
    return x, w_1, [0, 0, 0] if biases else None, 3


def kinks(case, head, biases, negative_slope, at_zero):
    """A network that has z = 0 exactly for some units and rows; the expected number of them."""
    x, w_1, b_1, count = case(biases)
    network = Network(
        2, 3, 2, head=head, negative_slope=negative_slope, at_zero=at_zero, biases=biases
    )
    network.weights["w_1"] = np.array(w_1, float)
    network.weights["w_2"] = np.array([[0.1, -0.2], [-0.05, 0.15], [0.2, 0.025]])
    if biases:
        network.weights |= {"b_1": np.array(b_1, float), "b_2": np.array([0.5, -1.0])}
    x = np.array(x, float)
    y = np.array([[1, 0], [0, 2], [-1, 1]]) if head == SQUARES else np.array([1, 0, 1])
    z, _, _ = network.forward(x)
    assert (z == 0).sum() == count
    return network, x, y


three_kinds_of_kinks = pytest.mark.parametrize(
    "case", [zeros_by_weights, zeros_by_cancelling, zeros_by_an_input]
)
# Slopes that are the same in float32, in which TensorFlow keeps alpha.
several_slopes = pytest.mark.parametrize("negative_slope", [0.0, 0.125, 0.5])


@three_kinds_of_kinks
@both_heads
@both_biases
@several_slopes
def test_both_conventions_at_exact_zeros_are_those_of_tensorflow(
    case, head, biases, negative_slope
):
    """`at_zero` that is ignored, or taken for the slope on one whole side; ReLU in place of leaky.

    tf.nn.relu and tf.nn.leaky_relu have the slope from the left at 0, the maximum that from the
    right. An input of zeros hides the choice from w_1, whose gradient has that input as a factor.
    """

    def left(z):
        return tf.nn.leaky_relu(z, negative_slope) if negative_slope else tf.nn.relu(z)

    def right(z):
        return tf.maximum(z, negative_slope * z) if negative_slope else tf.maximum(z, 0)

    gradients = []
    for at_zero, activation in ((0, left), (1, right)):
        network, x, y = kinks(case, head, biases, negative_slope, at_zero)
        gradients.append(network.loss_and_gradients(x, y)[1])
        assert_close(gradients[-1], tape_gradients(network, x, y, activation)[1], 1e-12)
    differs = {name for name in gradients[0] if np.any(gradients[0][name] != gradients[1][name])}
    assert differs == ({"w_1"} if case is not zeros_by_an_input else set()) | (
        {"b_1"} if biases else set()
    )


@three_kinds_of_kinks
@both_heads
@both_biases
@several_slopes
def test_at_exact_zeros_central_differences_give_the_mean_of_both_slopes(
    case, head, biases, negative_slope
):
    """A check by central differences that is believed at a kink, where it agrees with no framework.

    Half of what it sees is on the left of the kink and half on the right: it lies between the
    conventions, in the middle. An epsilon of 1e-7 leaves an error of that size: the curvatures of
    the two sides differ, so they do not cancel as elsewhere.
    """
    gradients = {}
    for at_zero in (negative_slope, (1 + negative_slope) / 2, 1):
        network, x, y = kinks(case, head, biases, negative_slope, at_zero)
        gradients[at_zero] = network.loss_and_gradients(x, y)[1]
    left, middle, right = gradients.values()
    differences = central_differences(network, x, y, 1e-7)
    assert_close(differences, middle, 1e-6)
    for name, difference in differences.items():
        low, high = np.minimum(left[name], right[name]), np.maximum(left[name], right[name])
        inside = low < high
        assert np.all((low < difference)[inside])
        assert np.all((difference < high)[inside])


@steady
@given(
    x=arrays(np.int64, (4, 3), elements=st.integers(-2, 2)),
    w_1=arrays(np.int64, (3, 5), elements=st.integers(-2, 2)),
    at_zero=st.floats(0, 1),
    negative_slope=st.sampled_from([0.0, 0.01, 0.7]),
    head=st.sampled_from(HEADS),
)
def test_every_slope_at_zero_is_between_the_two_conventions(x, w_1, at_zero, negative_slope, head):
    """An `at_zero` rounded to 0 or 1, or one that pulls the slope below that of the left side."""

    def gradient(at_zero):
        network, _, y = problem(3, 5, 2, 4, head, negative_slope=negative_slope, at_zero=at_zero)
        network.weights["w_1"] = w_1
        return network.loss_and_gradients(x, y)[1]["w_1"]

    weight = max(0, (at_zero - negative_slope) / (1 - negative_slope))
    expected = (1 - weight) * gradient(0) + weight * gradient(1)
    np.testing.assert_allclose(gradient(at_zero), expected, rtol=1e-9, atol=1e-12)


# Loss, forward pass and predictions


@steady
@given(problem=problems())
def test_forward_pass_is_that_of_the_formula(problem):
    """Biases left out or added twice, units that are linear, an `a` from before the kink."""
    network, x, _ = problem
    weights = network.weights
    hidden, outputs = weights["w_2"].shape
    b_1, b_2 = weights.get("b_1", [0] * hidden), weights.get("b_2", [0] * outputs)
    z, a, output = network.forward(x)
    for i, row in enumerate(x):
        for j in range(hidden):
            one = sum(row * weights["w_1"][:, j]) + b_1[j]
            np.testing.assert_allclose(z[i, j], one, rtol=1e-9, atol=1e-12)
            slope = 1 if z[i, j] > 0 else network.negative_slope
            np.testing.assert_allclose(a[i, j], slope * z[i, j], rtol=1e-15)
        for k in range(outputs):
            one = sum(a[i] * weights["w_2"][:, k]) + b_2[k]
            np.testing.assert_allclose(output[i, k], one, rtol=1e-9, atol=1e-12)
    assert z.shape == a.shape == (len(x), hidden)
    assert output.shape == (len(x), outputs)


@steady
@given(problem=problems())
def test_loss_and_predictions_are_those_of_the_head(problem):
    """Half of the squares, a mean for a sum or a sum for a mean, logits given as probabilities."""
    network, x, y = problem
    loss, _ = network.loss_and_gradients(x, y)
    output, prediction = network.forward(x)[-1], network.predict(x)
    assert loss.dtype == prediction.dtype == np.float64
    if network.head == SQUARES:
        np.testing.assert_array_equal(prediction, output)
        expected = sum((p - t) ** 2 for p, t in zip(prediction.flat, y.flat, strict=True))
    else:
        np.testing.assert_allclose(prediction, special.softmax(output, axis=1), rtol=1e-12)
        np.testing.assert_allclose(prediction.sum(axis=1), 1, rtol=1e-12)
        if output.shape[1] == 1:
            expected = 0  # scikit-learn wants two classes
        else:
            expected = log_loss(y, prediction, labels=range(output.shape[1]))
    np.testing.assert_allclose(loss, expected, rtol=1e-9)


@both_heads
@both_biases
def test_twice_the_examples_double_the_sum_and_leave_the_mean(head, biases):
    """A loss that is a sum with gradients of a mean, or the other way round."""
    network, x, y = problem(3, 4, 2, 5, head, biases=biases)
    loss, gradients = network.loss_and_gradients(x, y)
    twice = np.concatenate([x, x]), np.concatenate([y, y])
    loss_of_twice, gradients_of_twice = network.loss_and_gradients(*twice)
    factor = 2 if head == SQUARES else 1
    np.testing.assert_allclose(loss_of_twice, factor * loss)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradients_of_twice[name], factor * gradient)


def test_logits_of_a_thousand_give_a_finite_loss_and_gradients():
    """Exponentials that overflow, and the logarithm of a probability rounded to 0."""
    network = Network(1, 1, 3, head=SOFTMAX, biases=True)
    network.weights["w_1"] = np.ones((1, 1))
    network.weights["w_2"] = np.array([[1000.0, -1000.0, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(network.predict([[1.0]]), [[1, 0, 0]])
        for label, expected, grad_output in (
            (0, 0, [0, 0, 0]),
            (1, 2000, [1, -1, 0]),
            (2, 1000, [1, 0, -1]),
        ):
            loss, gradients = network.loss_and_gradients([[1.0]], [label])
            assert loss == expected
            np.testing.assert_array_equal(gradients["b_2"], grad_output)
            np.testing.assert_array_equal(gradients["w_2"], [grad_output])
            slope = np.dot(grad_output, [1000, -1000, 0])
            np.testing.assert_array_equal(gradients["w_1"], [[slope]])


@steady
@given(
    logits=arrays(
        st.sampled_from([np.float64, np.float32]),
        array_shapes(max_dims=3, max_side=4),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_softmax_of_any_finite_logits(logits):
    """Overflow, NaN, another axis, or rows that do not sum to 1; logits that are written into."""
    before = logits.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probabilities = softmax(logits)
    assert probabilities.shape == logits.shape
    assert probabilities.dtype == np.float64
    with np.errstate(over="ignore"):
        expected = special.softmax(logits.astype(float), axis=-1)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_array_equal(logits, before)


def test_softmax_of_logits_further_apart_than_any_float():
    """A warning from the difference of the two, which is minus infinity."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(softmax([1.7e308, -1.7e308]), [1, 0])


def test_softmax_of_no_rows_is_no_rows():
    """An error where there is nothing to do."""
    assert softmax(np.zeros((0, 3))).shape == (0, 3)


# Starting weights


@both_biases
@pytest.mark.parametrize("scale", [None, 0.02, 3])
def test_starting_weights_are_normal_with_the_scale_asked_for(scale, biases):
    """The square root left out, outputs counted for inputs, uniform weights, biases not at 0."""
    network = Network(300, 200, 250, scale=scale, biases=biases)
    shapes = {"w_1": (300, 200), "w_2": (200, 250)}
    if biases:
        shapes |= {"b_1": (200,), "b_2": (250,)}
    assert {name: w.shape for name, w in network.weights.items()} == shapes
    assert all(w.dtype == np.float64 for w in network.weights.values())
    for name, n in (("w_1", 300), ("w_2", 200)):
        sample = network.weights[name].ravel()
        expected = np.sqrt(2 / n) if scale is None else scale
        # Of 50 000 numbers the deviation is known to 0.3 % and the mean to 0.5 % of it.
        np.testing.assert_allclose(sample.std(), expected, rtol=0.015)
        assert abs(sample.mean()) < 0.02 * expected
        assert stats.kstest(sample / expected, "norm").pvalue > 1e-4
    for name in shapes.keys() - {"w_1", "w_2"}:
        np.testing.assert_array_equal(network.weights[name], 0)


@both_biases
def test_a_seed_settles_the_weights(biases):
    """Weights that differ from run to run; a seed that is not used; two layers that are alike."""
    first, again, other = (Network(3, 3, 3, biases=biases, seed=seed) for seed in (5, 5, 6))
    assert unchanged(again, first.weights)
    for name in ("w_1", "w_2"):
        assert not np.any(first.weights[name] == other.weights[name])
        assert first.weights[name] is not again.weights[name]
    assert not np.any(first.weights["w_1"] == first.weights["w_2"])
    default, zero = Network(3, 3, 3, biases=biases), Network(3, 3, 3, biases=biases, seed=0)
    assert unchanged(default, zero.weights)


def test_defaults_are_those_of_the_signature():
    """A network that is leaky, has biases or another head, when nothing was asked."""
    network = Network(2, 3, 1)
    assert (network.head, network.negative_slope, network.at_zero) == (SQUARES, 0, 0)
    assert network.weights.keys() == {"w_1", "w_2"}


# Training


@steady
@given(
    problem=problems(), learning_rate=st.sampled_from([1e-4, 0.001, 0.003]), steps=st.integers(0, 6)
)
def test_training_is_a_plain_loop(problem, learning_rate, steps):
    """A step up, one of another length, weights of the wrong gradient, losses one step late."""
    network, x, y = problem
    weights = copies(network)
    losses = network.train(x, y, learning_rate, steps)

    plain = Network(*x.shape[1:], *weights["w_2"].shape, head=network.head, biases="b_1" in weights)
    plain.negative_slope = network.negative_slope
    expected = []
    for _ in range(steps):
        plain.weights = dict(weights)
        loss, gradients = plain.loss_and_gradients(x, y)
        expected.append(loss)
        weights = {name: w - learning_rate * gradients[name] for name, w in weights.items()}
    plain.weights = weights
    expected.append(plain.loss_and_gradients(x, y)[0])

    assert losses.shape == (steps + 1,)
    np.testing.assert_array_equal(losses, expected)
    assert unchanged(network, weights)


@both_heads
@both_biases
def test_one_step_is_the_learning_rate_times_the_gradient_of_tensorflow(head, biases):
    """All of training wrong in the same way as the loop it is compared with."""
    network, x, y = problem(3, 4, 2, 5, head, biases=biases, negative_slope=0.125)
    before = copies(network)
    loss, gradients = tape_gradients(network, x, y, lambda z: tf.nn.leaky_relu(z, 0.125))
    losses = network.train(x, y, 0.01, 1)
    np.testing.assert_allclose(losses[0], loss)
    for name, weights in network.weights.items():
        np.testing.assert_allclose(weights - before[name], -0.01 * gradients[name], rtol=1e-9)
    loss, _ = tape_gradients(network, x, y, lambda z: tf.nn.leaky_relu(z, 0.125))
    np.testing.assert_allclose(losses[1], loss)


@both_heads
def test_training_lowers_the_loss_and_goes_on_where_it_stopped(head):
    """A second call that starts again from the first weights."""
    at_once, x, y = problem(2, 5, 2, 6, head)
    in_two, _, _ = problem(2, 5, 2, 6, head)
    losses = at_once.train(x, y, 0.002, 10)
    first, second = in_two.train(x, y, 0.002, 4), in_two.train(x, y, 0.002, 6)
    assert first[-1] == second[0]
    np.testing.assert_array_equal(losses, [*first, *second[1:]])
    assert unchanged(in_two, at_once.weights)
    assert np.all(np.diff(losses) < 0)


@both_heads
def test_no_steps_give_the_loss_and_leave_the_weights(head):
    """A loop that takes a step before it counts; an empty array of losses."""
    network, x, y = problem(2, 3, 2, 4, head, biases=True)
    before = copies(network)
    loss, _ = network.loss_and_gradients(x, y)
    np.testing.assert_array_equal(network.train(x, y, 0.1, 0), [loss])
    assert unchanged(network, before)


@both_heads
def test_nothing_that_was_handed_out_or_in_is_written_into(head):
    """Weights updated in place, so that what a lesson keeps of step 0 becomes that of the last."""
    network, x, y = problem(2, 3, 2, 4, head, biases=True)
    x_before, y_before = x.copy(), y.copy()
    for kept in (x, y):
        kept.setflags(write=False)
    handed_out, before = dict(network.weights), copies(network)
    forward = network.forward(x)
    forward_before = [array.copy() for array in forward]
    _, gradients = network.loss_and_gradients(x, y)
    gradients_before = {name: gradient.copy() for name, gradient in gradients.items()}
    assert unchanged(network, before)
    network.predict(x)
    network.train(x, y, 0.01, 3)
    for name in before:
        np.testing.assert_array_equal(handed_out[name], before[name])
        np.testing.assert_array_equal(gradients[name], gradients_before[name])
        assert not np.array_equal(network.weights[name], before[name])
    for array, array_before in zip(forward, forward_before, strict=True):
        np.testing.assert_array_equal(array, array_before)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(y, y_before)


@both_heads
def test_lists_integers_and_float32_are_as_good_as_float64(head):
    """Integer examples with rounded results; labels of a type that cannot be an index."""
    network, _, _ = problem(2, 3, 2, 2, head)
    x, y = [[1, 2], [-3, 1]], [[1, 0], [2, 1]] if head == SQUARES else [1, 0]
    before = copies(network)
    expected = network.train(np.array(x, float), np.array(y), 0.01, 2)
    for dtype in (list, np.int8, np.uint64, np.float32):
        kind = np.int64 if dtype is list else dtype
        x_kind = np.int8 if dtype is np.uint64 else kind
        y_kind = np.uint8 if dtype is np.float32 and head == SOFTMAX else kind
        network.weights = dict(before)
        inputs = (x, y) if dtype is list else (np.array(x, x_kind), np.array(y, y_kind))
        losses = network.train(*inputs, 0.01, np.uint8(2))
        assert losses.dtype == np.float64
        np.testing.assert_array_equal(losses, expected)


@pytest.mark.parametrize("kind", [Fraction, np.float32, np.longdouble])
def test_settings_of_another_kind_leave_all_in_float64(kind):
    """Fractions that turn the weights into arrays of objects; a long double that spreads."""
    slope, rate = kind(1) / 4, kind(1) / 128
    network = Network(2, 3, 1, negative_slope=slope, at_zero=slope, scale=kind(1) / 2)
    exact = Network(2, 3, 1, negative_slope=0.25, at_zero=0.25, scale=0.5)
    x, y = [[1.0, 2.0], [-1.0, 0.5]], [[1.0], [-1.0]]
    _, gradients = network.loss_and_gradients(x, y)
    losses = network.train(x, y, rate, 3)
    np.testing.assert_array_equal(losses, exact.train(x, y, 1 / 128, 3))
    assert unchanged(exact, network.weights)
    for array in (losses, *gradients.values(), *network.weights.values()):
        assert array.dtype == np.float64


def test_steps_of_a_small_integer_type_do_not_wrap_around():
    """255 + 1 losses, which are 0 in uint8."""
    network, x, y = problem(1, 1, 1, 1, SQUARES)
    assert network.train(x, y, 1e-6, np.uint8(255)).shape == (256,)


# Central differences


small = st.floats(-10, 10)
some_shapes = st.one_of(st.just(()), array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=3))


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda x: np.sum(3 * x**2 - x), lambda x: 6 * x - 1),
        (lambda x: np.sum(np.sin(x)), np.cos),
        (lambda x: np.sum(x) ** 2, lambda x: np.full_like(x, 2 * np.sum(x))),
        (lambda x: float(np.sum(x**3)) / 8, lambda x: 3 * x**2 / 8),
        (lambda x: np.reshape(np.sum(-x), (1, 1)), lambda x: np.full_like(x, -1)),
        (lambda x: 5, np.zeros_like),
    ],
)
@steady
@given(x=some_shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=small)))
def test_central_differences_of_known_functions(f, gradient, x):
    """Half or twice the slope, the wrong sign, a gradient without the shape of x.

    The functions reach about 1e5, rounded to 1e-11; over 2e-6 that is an error of 1e-5.
    """
    result = numerical_gradient(f, x)
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.float64
    assert result.shape == x.shape
    np.testing.assert_allclose(result, gradient(x), rtol=1e-6, atol=2e-5)


@pytest.mark.parametrize("epsilon", [1e-6, 0.5, 2, Fraction(1, 2)])
def test_differences_are_central_and_epsilon_wide(epsilon):
    """A step to one side only, an epsilon that is not used, and twice as many calls as needed."""
    seen = []

    def cube(x):
        seen.append(x.item())
        return x[0] ** 3

    result = numerical_gradient(cube, [2.0], epsilon)
    assert sorted(seen) == [2 - epsilon, 2 + epsilon]
    np.testing.assert_allclose(result, [12 + float(epsilon) ** 2], rtol=1e-8)


def test_epsilon_is_a_millionth_unless_told_otherwise():
    """A default that is not the documented one."""
    seen = []
    numerical_gradient(lambda x: seen.append(x.item()) or 0, 0.0)
    assert sorted(seen) == [-1e-6, 1e-6]


def test_x_stays_as_it_is_even_if_f_writes_into_its_argument():
    """A copy that is made once for all calls, or never; a gradient at another point."""

    def spoils(x):
        value = np.sum(x**2)
        x[...] = 99
        return value

    x = np.array([[1.0, -2.0], [3.0, 0.0]])
    np.testing.assert_allclose(numerical_gradient(spoils, x), 2 * x, atol=1e-8)
    np.testing.assert_array_equal(x, [[1, -2], [3, 0]])

    kept = []
    numerical_gradient(lambda x: kept.append(x) or 0, x, 0.5)
    for k, array in enumerate(kept):  # each moves one number, and shares no memory
        assert np.count_nonzero(array - x) == 1
        assert array.flat[k // 2] - x.flat[k // 2] == (0.5 if k % 2 == 0 else -0.5)


def test_integers_are_moved_by_a_millionth_too():
    """An epsilon that an array of integers rounds to 0."""
    for x in (3, [3, -1], np.array([[3], [-1]], np.int8)):
        np.testing.assert_allclose(
            numerical_gradient(lambda x: np.sum(x**2), x), 2.0 * np.asarray(x)
        )


def test_whole_numbers_of_f_do_not_wrap_around():
    """Unsigned integers, for which 2 - 3 is 255."""
    assert numerical_gradient(lambda x: np.uint8(3 - (x > 0)), 0.0, 0.5) == -1


# Errors


@pytest.mark.parametrize(
    "value",
    [np.zeros(2), np.zeros((2, 1)), [], "1", None, True, np.array([False]), 1j, [1 + 0j], {}],
)
def test_f_that_does_not_give_one_number_is_an_error(value):
    """A loss of each example instead of one, of which the first would be taken."""
    message = r"^`f` must give one number\. Received: " + re.escape(repr(np.asarray(value)))
    with pytest.raises(ValueError, match=message):
        numerical_gradient(lambda x: value, [1.0])


NOT_NUMBERS = ["0.1", None, True, False, np.True_, 0.1j, [0.1], np.array([0.1]), float("nan")]
NOT_POSITIVE = [*NOT_NUMBERS, 0, 0.0, -1, -1e-9, float("inf"), -float("inf")]
NOT_A_FRACTION = [*NOT_NUMBERS, -0.001, 1.001, float("inf"), -float("inf")]
NOT_WHOLE = [*NOT_NUMBERS, 2.0, 1.5, np.float64(3), Fraction(2), -1, float("inf")]


@pytest.mark.parametrize("epsilon", NOT_POSITIVE)
def test_bad_epsilon_is_an_error(epsilon):
    """A division by 0; a negative epsilon that works by chance."""
    message = r"^`epsilon` must be a positive number\. Received: epsilon="
    with pytest.raises(ValueError, match=message + re.escape(repr(epsilon))):
        numerical_gradient(np.sum, [1.0], epsilon)


NOT_FINITE = [np.nan, [1.0, np.inf], [[-np.inf]], "1", ["a"], None, True, [True], 1j, {}]


@pytest.mark.parametrize("value", NOT_FINITE)
@pytest.mark.parametrize(
    ("function", "name"),
    [(lambda x: numerical_gradient(np.sum, x), "x"), (softmax, "logits")],
    ids=["numerical_gradient", "softmax"],
)
def test_anything_but_finite_numbers_is_an_error(function, name, value):
    """Differences of NaN, or probabilities that are NaN, in silence."""
    message = rf"^`{name}` must hold only finite numbers\. Received: {name}="
    with pytest.raises(ValueError, match=message + re.escape(repr(value))):
        function(value)


@pytest.mark.parametrize("logits", [1.0, [], np.zeros((2, 0))])
def test_softmax_of_no_logits_is_an_error(logits):
    """The maximum of nothing, an error of NumPy that names no argument."""
    shape = re.escape(f"Received shape {np.shape(logits)}")
    with pytest.raises(ValueError, match=rf"^`logits` must hold one or more a row\. {shape}$"):
        softmax(logits)


def bad_arguments():
    ranges = {
        "inputs": ("a whole number, 1 or more", [*NOT_WHOLE, 0]),
        "hidden": ("a whole number, 1 or more", [*NOT_WHOLE, 0]),
        "outputs": ("a whole number, 1 or more", [*NOT_WHOLE, 0]),
        "seed": ("a whole number, 0 or more", NOT_WHOLE),
        "negative_slope": ("a number in [0, 1)", [*NOT_A_FRACTION, 1, 1.0]),
        "at_zero": ("a number in [0, 1]", NOT_A_FRACTION),
        "scale": ("a positive number or None", [v for v in NOT_POSITIVE if v is not None]),
        "biases": ("True or False", [1, 0, None, "yes", np.True_, [True]]),
        "head": (f"one of {SQUARES}, {SOFTMAX}", ["", "softmax", None, 1, True, HEADS, [SQUARES]]),
    }
    for name, (expected, values) in ranges.items():
        for value in values:
            yield pytest.param(name, expected, value, id=f"{name}-{value!r}")


@pytest.mark.parametrize(("name", "expected", "value"), list(bad_arguments()))
def test_bad_argument_is_an_error(name, expected, value):
    """An argument that is not checked, or is checked against the range of another."""
    arguments = {"inputs": 2, "hidden": 3, "outputs": 1, name: value}
    message = f"`{name}` must be {expected}. Received: {name}={value!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Network(**arguments)


@pytest.mark.parametrize(
    "argument",
    [
        {"negative_slope": 0},
        {"negative_slope": 0.999},
        {"at_zero": 1},
        {"at_zero": 0},
        {"scale": 1e-300},
        {"seed": 0},
        {"inputs": 1, "hidden": 1, "outputs": 1},
        {"inputs": np.int64(2), "hidden": np.uint8(3), "seed": np.int32(7)},
    ],
    ids=str,
)
def test_the_ends_of_each_range_are_good(argument):
    """A range that is open where it should be closed, or only knows Python's own numbers."""
    Network(**({"inputs": 2, "hidden": 3, "outputs": 1} | argument))


def assert_an_error_that_loses_nothing(network, x, y, message, calls):
    before, arrays_before = copies(network), dict(network.weights)
    for call in calls:
        with pytest.raises(ValueError, match="^" + re.escape(message)):
            call(x, y)
        assert unchanged(network, before)
        assert all(network.weights[name] is array for name, array in arrays_before.items())


@both_heads
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(2), "`x` must have shape (n, 2). Received: shape (2,)"),
        (1.0, "`x` must have shape (n, 2). Received: shape ()"),
        (np.zeros((4, 3)), "`x` must have shape (n, 2). Received: shape (4, 3)"),
        (np.zeros((4, 1)), "`x` must have shape (n, 2). Received: shape (4, 1)"),
        (np.zeros((2, 4)), "`x` must have shape (n, 2). Received: shape (2, 4)"),
        (np.zeros((1, 4, 2)), "`x` must have shape (n, 2). Received: shape (1, 4, 2)"),
        ([], "`x` must have shape (n, 2). Received: shape (0,)"),
        (np.zeros((0, 2)), "`x` must hold one example or more. Received: shape (0, 2)"),
        *(
            (value, f"`x` must hold only finite numbers. Received: x={value!r}")
            for value in (
                [[0.0, np.nan]] * 4,
                [[0.0, 1.0], [np.inf, 0.0]],
                [[-np.inf, 0.0]],
                [["1", "2"]],
                np.array([["1", "2"]]),
                [[True, False]],
                [[1j, 0]],
                [[None, 1.0]],
                None,
                "x",
            )
        ),
    ],
)
def test_bad_x_is_an_error(head, x, message):
    """One example without its axis, rows and columns exchanged, NaN that spreads in silence."""
    network, _, y = problem(2, 3, 2, 4, head, biases=True)
    calls = [
        network.loss_and_gradients,
        lambda x, y: network.train(x, y, 0.1, 2),
        lambda x, y: network.train(x, y, 0.1, 0),
        lambda x, y: network.forward(x),
        lambda x, y: network.predict(x),
    ]
    assert_an_error_that_loses_nothing(network, x, y, message, calls)


def bad_targets():
    for y in (np.zeros(4), np.zeros((4, 1)), np.zeros((3, 2)), np.zeros((2, 4)), np.zeros((1, 2))):
        yield SQUARES, y, f"`y` must have shape (4, 2). Received: shape {y.shape}"
    for y in (0.0, [], np.zeros((0, 2)), np.zeros((4, 2, 1))):
        yield SQUARES, y, f"`y` must have shape (4, 2). Received: shape {np.shape(y)}"
    for y in (
        [[0.0, np.nan]] * 4,
        [[0.0, np.inf]] * 4,
        [["0", "1"]] * 4,
        [[True, False]] * 4,
        [[1j, 0]] * 4,
        None,
    ):
        yield SQUARES, y, f"`y` must hold only finite numbers. Received: y={y!r}"
    for y in (0, [], [1], [0, 1, 0], [0] * 5, np.zeros((4, 1), int), np.eye(2, dtype=int), None):
        yield SOFTMAX, y, f"`y` must have shape (4,). Received: shape {np.shape(y)}"
    for y in (
        [0, 1, 0, 2],
        [0, 1, 0, -1],
        [2, 0, 0, 0],
        [0, 0, 0, 10**6],
        [0.0, 1.0, 0.0, 1.0],
        [0, 1, 0, 0.5],
        [0, 1, 0, np.nan],
        [True, False, True, False],
        ["0", "1", "0", "1"],
        [0, 1, 0, None],
        [0, 1, 0, 1j],
        np.array([0, 1, 255, 0], np.uint8),
    ):
        message = f"`y` must be whole numbers from 0 to 1. Received: y={np.asarray(y)!r}"
        yield SOFTMAX, y, message


@pytest.mark.parametrize(("head", "y", "message"), list(bad_targets()))
def test_bad_y_is_an_error(head, y, message):
    """Targets that broadcast to a matrix of differences; a label of -1 for the last class."""
    network, x, _ = problem(2, 3, 2, 4, head, biases=True)
    calls = [
        network.loss_and_gradients,
        lambda x, y: network.train(x, y, 0.1, 2),
        lambda x, y: network.train(x, y, 0.1, 0),
    ]
    assert_an_error_that_loses_nothing(network, x, y, message, calls)


@pytest.mark.parametrize("outputs", [1, 2, 5])
def test_the_first_and_the_last_class_are_good(outputs):
    """A check that counts the classes from 1."""
    network, x, _ = problem(2, 3, outputs, 2, SOFTMAX)
    network.loss_and_gradients(x, [0, outputs - 1])
    message = rf"^`y` must be whole numbers from 0 to {outputs - 1}\. Received: "
    with pytest.raises(ValueError, match=message):
        network.loss_and_gradients(x, [0, outputs])


@both_heads
@pytest.mark.parametrize(
    ("learning_rate", "steps", "message"),
    [
        *(
            (v, 2, f"`learning_rate` must be a positive number. Received: learning_rate={v!r}")
            for v in NOT_POSITIVE
        ),
        *(
            (0.1, v, f"`steps` must be a whole number, 0 or more. Received: steps={v!r}")
            for v in NOT_WHOLE
        ),
    ],
)
def test_bad_training_is_an_error(head, learning_rate, steps, message):
    """A step up the slope, an infinite one, or `range` that takes True for one step."""
    network, x, y = problem(2, 3, 2, 4, head, biases=True)
    calls = [lambda x, y: network.train(x, y, learning_rate, steps)]
    assert_an_error_that_loses_nothing(network, x, y, message, calls)
