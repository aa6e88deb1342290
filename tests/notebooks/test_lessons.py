"""What lessons compute when they run must agree with the helpers and with independent results."""

import itertools

import numpy as np
import pytest
import scipy.optimize
import scipy.spatial
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lesson
from helpers import activations, network, optimizers
from helpers.data import diabetes

run = lesson.run

FRAMES = 60  # of a live figure; also in CONTRIBUTING.md


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_live_figures_keep_to_their_budget_of_frames(name):
    for (picture,), options in run(name).figures:
        sliders = [value for key, value in options.items() if key not in ("panels", "size")]
        frames = np.prod([len(s.values) for s in sliders])
        assert frames <= FRAMES, (
            f"give the sliders of {picture.__name__} fewer values: a live figure has {FRAMES} "
            f"frames or fewer; it has {frames}"
        )
        assert picture.__doc__, f"describe what {picture.__name__} shows, in its docstring"


# The lessons' own code against the helpers


def test_lesson_01_writes_the_optimizers_of_helpers():
    names = run("01_gradient_descent").names
    x, y, _ = diabetes()

    def gradient(w):
        return 2 / len(y) * x.T @ (x @ w - y)

    pairs = {
        "sgd": (optimizers.SGD, {"learning_rate": 0.01, "momentum": 0.7}),
        "adagrad": (optimizers.AdaGrad, {"learning_rate": 2.0, "epsilon": 1e-3}),
        "rmsprop": (optimizers.RMSProp, {"learning_rate": 0.5, "rho": 0.8}),
        "adadelta": (optimizers.AdaDelta, {"learning_rate": 1.0, "rho": 0.9}),
        "adam": (optimizers.Adam, {"learning_rate": 0.5, "beta_1": 0.8, "beta_2": 0.99}),
        "nadam": (optimizers.Nadam, {"learning_rate": 0.5, "beta_1": 0.8, "beta_2": 0.99}),
    }
    for name, (optimizer, options) in pairs.items():
        inline = names["run"](names[name], np.zeros(10), 100, gradient=gradient, **options)
        shared = optimizers.descend(gradient, np.zeros(10), optimizer(**options), 100)
        np.testing.assert_allclose(inline, shared, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("00_start_here", None),
        ("01_gradient_descent", None),
        ("02_relu_derivative", "tensorflow-check"),
        ("03_backpropagation_by_hand", "tensorflow-check"),
    ],
)
def test_tensorflow_comes_last_or_not_at_all(name, first):
    """A reader would wait ten seconds for it before the first figure."""
    loaded = run(name).tensorflow
    before = list(itertools.takewhile(lambda key: key != first, loaded))
    assert len(before) == len(loaded) - (first is not None), "it is the last cell with code"
    assert not any(loaded[key] for key in before)


numbers = hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(allow_nan=False))


@given(x=numbers, slope=st.floats(0.001, 0.9), at_zero=st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_lesson_02_writes_the_activations_of_helpers(x, slope, at_zero):
    names = run("02_relu_derivative").names
    same = np.testing.assert_array_equal
    same(names["my_relu"](x), activations.relu(x))
    same(names["my_relu_derivative"](x, at_zero), activations.relu_derivative(x, at_zero))
    same(names["my_leaky_relu"](x, slope), activations.leaky_relu(x, slope))
    same(names["my_leaky_relu_derivative"](x, slope), activations.leaky_relu_derivative(x, slope))


LESSON_03 = "03_backpropagation_by_hand"


def test_lesson_03_trains_the_network_of_its_source():
    """Another size, seed, rate or number of steps than the text says."""
    names = run(LESSON_03).names
    assert [w.shape for w in names["start"](0)] == [(2, 30), (30, 1)]
    net = network.Network(2, 30, 1, scale=1.0, seed=0)
    losses = net.train(names["xor_x"], names["xor_y"], learning_rate=0.002, steps=200)
    np.testing.assert_allclose(losses, names["losses"], rtol=1e-6, atol=1e-25)


sizes = st.tuples(*[st.integers(1, 5)] * 4, st.integers(0, 1000))


@given(sizes)
@settings(deadline=None, max_examples=50)
def test_lesson_03_writes_the_network_of_helpers(sizes):
    names = run(LESSON_03).names
    n, inputs, hidden, outputs, seed = sizes
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, inputs)), rng.normal(size=(n, outputs))
    net = network.Network(inputs, hidden, outputs, scale=1.0, seed=seed)
    w_1, w_2 = net.weights["w_1"], net.weights["w_2"]
    z, a, y_pred, loss = names["forward"](w_1, w_2, x, y)
    gradients = names["backward"](w_2, x, y, z, a, y_pred)
    expected_loss, expected = net.loss_and_gradients(x, y)
    np.testing.assert_allclose(loss, expected_loss)
    for gradient, name in zip(gradients, ("w_1", "w_2"), strict=True):
        np.testing.assert_allclose(gradient, expected[name], atol=1e-12)


@given(sizes)
@settings(deadline=None, max_examples=50)
def test_lesson_03_writes_the_classifier_of_helpers(sizes):
    names = run(LESSON_03).names
    n, inputs, hidden, _, seed = sizes
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=(n, inputs)), rng.integers(0, 10, size=n)
    net = network.Network(inputs, hidden, 10, head="softmax_cross_entropy", biases=True, seed=seed)
    net.weights |= {"b_1": rng.normal(size=hidden), "b_2": rng.normal(size=10)}
    _, expected = net.loss_and_gradients(x, labels)
    gradients = names["digits_gradients"](net.weights, x, labels)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, expected[name], atol=1e-12)
    np.testing.assert_allclose(names["classify"](net.weights, x)[-1], net.predict(x))


@given(x=hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e5, 1e5)))
@settings(deadline=None, max_examples=50)
def test_lesson_03_writes_the_functions_of_helpers(x):
    names = run(LESSON_03).names
    np.testing.assert_allclose(names["my_softmax"](x), network.softmax(x), atol=1e-15)
    f, at = np.linalg.norm, x / 1e4 + 20
    inline = names["my_numerical_gradient"](f, at, epsilon=1e-5)
    np.testing.assert_array_equal(inline, network.numerical_gradient(f, at, epsilon=1e-5))


@pytest.fixture(scope="module")
def losses():
    from helpers import losses

    return losses


pair = hnp.arrays(np.float32, (2, 4, 3), elements=st.floats(-100, 100, width=32))


@given(pair=pair, threshold=st.floats(0.1, 10))
@settings(deadline=None, max_examples=30)
def test_lessons_04_and_05_write_the_losses_of_helpers(losses, pair, threshold):
    def same(inline, shared):
        np.testing.assert_allclose(inline(*pair), shared(*pair), rtol=1e-4, atol=1e-5)

    fourth, fifth = run("04_loss_functions").names, run("05_wrapper_and_class").names
    same(fourth["my_safe_rmse"], losses.rmse)
    same(fourth["my_huber_loss"], losses.huber)
    same(
        lambda y, p: fourth["huber"](y - p, threshold).mean(-1),
        losses.huber_with_threshold(threshold),
    )
    same(fifth["my_huber_loss_with_threshold"](threshold), losses.huber_with_threshold(threshold))
    same(fifth["MyHuberLoss"](threshold), losses.HuberLoss(threshold))
    same(fifth["MyRepairedHuberLoss"](threshold), losses.HuberLoss(threshold))


@given(pair=pair, threshold=st.floats(0.1, 10))
@settings(deadline=None, max_examples=30)
def test_lesson_05_writes_the_same_loss_for_every_backend(losses, pair, threshold):
    inline = run("05_wrapper_and_class").names["huber_in_ops"](*pair, threshold)
    shared = losses.huber_with_threshold(threshold)(*pair)
    np.testing.assert_allclose(inline, shared, rtol=1e-5, atol=1e-6)


def test_lesson_05_needs_every_line_of_its_step(monkeypatch):
    """A table that is right for one set of examples only."""
    names = run("05_wrapper_and_class").names
    for name in ("train_x", "train_y", "new_x", "new_y", "rng"):
        monkeypatch.setitem(names, name, names[name])
    monkeypatch.setitem(names, "rng", np.random.default_rng(1))
    names["train_x"], names["train_y"] = names["examples"](40)
    names["new_x"], names["new_y"] = names["examples"](1000)

    def error(*arguments):
        said = names["error_on_new"](*arguments)
        return np.inf if said == "diverges" else float(said)

    usual = error(names["keras"].Sequential)
    assert error(names["OwnStep"]) == usual
    assert all(error(names["OwnStep"], line) > 1.2 * usual for line in names["step_lines"])


@pytest.mark.parametrize("delta", [0.3, 1.0, 5.0, np.inf])
def test_lesson_04_fits_the_line_with_the_smallest_loss(delta):
    """Weights that are not those of the Huber loss; too few rounds."""
    names = run("04_loss_functions").names
    x, y = names["line_x"], names["with_outlier"](-5.0)

    def loss(w):
        a = y - w[0] - w[1] * x
        return np.sum(names["huber"](a, delta) if delta < np.inf else a**2 / 2)

    best = scipy.optimize.minimize(
        loss, [1, 1], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12}
    )
    np.testing.assert_allclose(names["fit_by_hand"](x, y, delta), best.x, atol=1e-5)


LESSON_06 = "06_siamese_contrastive_loss"


@given(distances=hnp.arrays(np.float32, (6, 1), elements=st.floats(0, 5, width=32)))
@settings(deadline=None, max_examples=20)
def test_lesson_06_writes_the_losses_of_helpers(losses, distances):
    names = run(LESSON_06).names
    labels = np.array([[1], [0]] * 3, "float32")
    for margin in (0.5, 2.0):
        expected = losses.contrastive_with_margin(margin)(labels, distances)
        inline = names["contrastive"](distances, labels, margin)[:, 0]
        np.testing.assert_allclose(inline, expected, rtol=1e-5, atol=1e-6)
        inline = names["contrastive_loss_with_margin"](margin)(labels, distances)
        np.testing.assert_allclose(inline, expected, rtol=1e-5, atol=1e-6)
        both = [make(margin) for make in (names["MyContrastiveLoss"], losses.ContrastiveLoss)]
        values = [loss(labels[:, 0], distances) for loss in both]
        np.testing.assert_allclose(values[0], values[1], rtol=1e-5, atol=1e-6)


def test_lesson_06_has_no_image_in_two_parts_and_no_unseen_digit_in_training():
    """A leak: the result would be too good to be true."""
    names = run(LESSON_06).names
    parts, sets, labels = names["parts"], names["sets"], names["labels"]
    together = np.concatenate(list(parts.values()))
    assert len(np.unique(together)) == len(together) == len(labels)
    for name, (first, second, same) in sets.items():
        assert set(first) | set(second) <= set(parts[name])
        np.testing.assert_array_equal(labels[first] == labels[second], same == 1)
        digits = set(labels[np.r_[first, second]])
        assert digits == ({7, 8, 9} if name == "never seen" else set(range(7)))


def test_lesson_06_starts_a_network_afresh():
    """Weights, or a memory of Adam, that is left from the training before."""
    names = run(LESSON_06).names
    again, first_time = names["by_margin"][1][0], names["embeddings"][6]
    np.testing.assert_allclose(again, first_time, rtol=1e-9, atol=1e-12)


def test_lesson_06_shows_its_worst_mistakes():
    """Pairs that are no mistakes, or not the worst; an image that is shown twice."""
    names = run(LESSON_06).names
    D, same, cut = names["all_D"], names["all_same"], names["threshold"]
    accepts, rejects = (np.array(chosen) for chosen in names["mistakes"].values())
    assert not same[accepts].any()
    assert same[rejects].all()
    assert D[accepts[0]] == D[~same].min()
    assert D[rejects[0]] == D[same].max()
    assert D[accepts].max() < cut < D[rejects].min()
    first, second, _ = names["sets"]["validation"]
    for chosen in (accepts, rejects):
        assert len({*first[chosen], *second[chosen]}) == 2 * len(chosen)


def test_lesson_06_says_what_it_measures():
    """Prose that is no longer true of what the cells give."""
    names = run(LESSON_06).names
    seen, held_out, new = names["curves"].values()
    assert seen[-1] < held_out[-1] < 0.01 < 0.1 < new[-1]
    images, decay, *others = (
        np.mean(names["results"][name], axis=0)
        for name in ("700 images", "weight decay", "nothing", "early stopping", "16 hidden units")
    )
    for other in others:  # loss and AUC
        assert images[0] < decay[0] < other[0]
        assert images[1] > decay[1] > other[1]
    assert names["stuck"][-1] == 0.5
    raw, *trained = np.transpose(names["runs_of"])
    assert (np.array(trained) < raw).all()


def test_lesson_06_knows_how_far_apart_seven_vectors_can_be():
    """A wrong formula for evenly spread points on a circle, or for all equally far apart."""
    names = run(LESSON_06).names
    angles = 2 * np.pi * np.arange(7) / 7
    circle = np.transpose([np.cos(angles), np.sin(angles)])
    assert np.isclose(names["around"], scipy.spatial.distance.pdist(circle).min())
    simplex = np.eye(7) - 1 / 7
    simplex /= np.linalg.norm(simplex, axis=1, keepdims=True)
    np.testing.assert_allclose(scipy.spatial.distance.pdist(simplex), names["apart"])


LESSON_07 = "07_when_training_gets_stuck"


@pytest.mark.parametrize(("seed", "leak"), [(0, 0.0), (41, 0.0), (195, 0.0), (7, 0.2)])
def test_lesson_07_trains_the_networks_of_helpers(seed, leak):
    """Another size or start than lesson 03's; a mistake in the stack of 200 networks."""
    names = run(LESSON_07).names
    w_1, w_2 = names["starts"]
    assert w_1.shape == (200, 2, 30)
    net = network.Network(2, 30, 1, scale=1.0, seed=seed, negative_slope=leak)
    np.testing.assert_array_equal(net.weights["w_1"], w_1[seed])
    losses = net.train(names["xor_x"], names["xor_y"], learning_rate=0.002, steps=200)
    trained = names["train"](w_1, w_2, 200, leak=leak)
    inline = names["forward"](*trained, leak)[-1][seed]
    np.testing.assert_allclose(inline, losses[-1], rtol=1e-6, atol=1e-25)


def test_lesson_07_sends_the_right_gradients_back():
    """A slope of another activation; a bias forgotten; the mean of the cross-entropy."""
    names = run(LESSON_07).names
    rng = np.random.default_rng(0)
    w_1, w_2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
    f, _ = names["bent"]
    x, y = names["xor_x"], names["xor_y"]

    def after_a_step(w_1, w_2, b_1, b_2):
        def loss(w_1, w_2, b_1, b_2):
            logit = f(x @ w_1 + b_1) @ w_2 + b_2
            return np.mean(np.logaddexp(0, logit) - y * logit)

        weights = [w_1, w_2, b_1, b_2]
        gradients = [
            network.numerical_gradient(
                lambda v, k=k: loss(*[v if i == k else w for i, w in enumerate(weights)]), w
            )
            for k, w in enumerate(weights)
        ]
        return loss(*[w - g for w, g in zip(weights, gradients, strict=True)])

    losses, _ = names["train_sigmoid"](w_1, w_2, 2)
    expected = after_a_step(w_1, w_2, np.zeros((1, 3)), np.zeros((1, 1)))
    np.testing.assert_allclose(losses[1], expected, rtol=1e-6)


@pytest.mark.parametrize("most", [0.5, 30.0])
def test_lesson_07_clips_as_its_turn_asks(most):
    """Each matrix of the stack by itself, not by the norm of the network."""
    names = run(LESSON_07).names
    gradients = names["backward"](*names["starts"])
    clipped = names["clipped"](most)(*gradients)
    for seed in (0, 195):
        one = [gradient[seed] for gradient in gradients]
        norm = np.sqrt(sum(np.sum(gradient**2) for gradient in one))
        for inline, gradient in zip(clipped, one, strict=True):
            np.testing.assert_allclose(inline[seed], gradient * min(1, most / norm))


LESSON_08 = "08_never_seen_before"


def distances_of_some_points():
    """Points of three classes, and their distances."""
    points = np.random.default_rng(0).normal(scale=0.6, size=(9, 2))
    labels = np.repeat([4, 0, 7], 3)
    return points, labels, np.linalg.norm(points[:, None] - points, axis=2)


def test_lesson_08_loses_what_is_written():
    """Pairs of an image with itself; one mean over all; a margin that is not used; labels in
    another shape than those of Keras."""
    points, labels, D = distances_of_some_points()
    names = run(LESSON_08).names
    expected = [
        np.mean([D[n, k] ** 2 for k in range(9) if labels[k] == labels[n] and k != n])
        + np.mean([max(0.8 - D[n, k], 0) ** 2 for k in range(9) if labels[k] != labels[n]])
        for n in range(9)
    ]
    for targets in (labels, labels[:, None]):
        loss = names["AllPairs"](0.8, reduction=None, dtype="float64")(targets, points)
        np.testing.assert_allclose(loss, expected, rtol=1e-9)


def test_lesson_08_loses_by_triplets_what_is_written():
    """Triplets with an image twice; the sign of the margin."""
    points, labels, D = distances_of_some_points()
    expected = [
        np.mean(
            [
                max(D[n, same] - D[n, other] + 0.3, 0)
                for same, other in itertools.product(range(9), repeat=2)
                if labels[same] == labels[n] != labels[other] and same != n
            ]
        )
        for n in range(9)
    ]
    loss = run(LESSON_08).names["Triplets"](0.3, reduction=None, dtype="float64")(labels, points)
    np.testing.assert_allclose(loss, expected, rtol=1e-9)


def test_lesson_08_has_a_finite_slope_where_embeddings_are_equal():
    """A bare root: one nan, and the network is lost. Elsewhere: central differences."""
    import tensorflow as tf

    points, labels, _ = distances_of_some_points()
    loss = run(LESSON_08).names["AllPairs"](1.0, dtype="float64")

    def slopes(points):
        v = tf.Variable(points)
        with tf.GradientTape() as tape:
            J = loss(labels, v)
        return tape.gradient(J, v).numpy()

    assert np.all(np.isfinite(slopes(np.ones((9, 2)))))
    numerical = network.numerical_gradient(lambda p: float(loss(labels, p)), points)
    np.testing.assert_allclose(slopes(points), numerical, rtol=1e-5, atol=1e-7)


def test_lesson_08_tests_with_classes_that_no_training_saw():
    names = run(LESSON_08).names
    for name in ("Hebrew", "digits", "Georgian"):
        part = names["sets"][name]
        assert not set(part.names) & set(names["TRAINING"])
        first, second, same = names["questions"][name]
        np.testing.assert_array_equal(part.labels[first] == part.labels[second], same == 1)


@pytest.mark.parametrize(("classes", "at_once", "each"), [(7, 7, 9), (128, 16, 4)])
def test_lesson_08_draws_batches_by_classes(classes, at_once, each):
    """An image twice in a batch; classes that never come; batches cut at the wrong place."""
    labels = np.repeat(np.arange(classes), 20)
    order, size = run(LESSON_08).names["batches"](labels, 40, seed=1)
    assert len(order) == 40 * size
    assert set(labels[order]) == set(range(classes))
    for batch in order.reshape(40, size):
        assert len(set(batch)) == size
        assert np.unique(labels[batch], return_counts=True)[1].tolist() == [each] * at_once


def test_lesson_08_centres_the_ink():
    """Rows and columns exchanged: the baseline would be too easy to beat."""
    image = np.zeros((16, 16))
    image[2:5, 9:15] = 1
    moved = run(LESSON_08).names["centred"](image[None]).reshape(16, 16)
    rows, columns = np.nonzero(moved)
    assert abs(rows.mean() - 7.5) <= 0.5
    assert abs(columns.mean() - 7.5) <= 0.5
    assert moved.sum() == image.sum()


def test_lesson_08_names_by_the_nearest_of_ten_examples():
    """The example itself as new image; labels that do not fit; another axis."""
    names = run(LESSON_08).names
    labels = names["sets"]["Georgian"].labels
    vectors = np.eye(33)[labels]  # an embedding that knows
    for examples, new in names["tasks"](labels, 20):
        np.testing.assert_array_equal(labels[examples], labels[new])
        assert len(set(labels[examples])) == 10
        assert not set(examples) & set(new)
        np.testing.assert_array_equal(names["named"](vectors, examples, new), np.arange(10))
