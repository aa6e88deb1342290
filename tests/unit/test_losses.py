import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from helpers.losses import (
    ContrastiveLoss,
    HuberLoss,
    contrastive_with_margin,
    euclidean_distance,
    huber,
    huber_with_threshold,
    rmse,
)
from helpers.network import numerical_gradient
from helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf

slow = pytest.mark.slow
XLA = {"jit_compile": True}
OPTIONS = [{}, pytest.param(XLA, marks=slow), pytest.param({"run_eagerly": True}, marks=slow)]

steady = settings(deadline=None, derandomize=True, max_examples=40)

thresholds = st.floats(1e-2, 1e2)
numbers = st.floats(-1e3, 1e3)


@st.composite
def pairs(draw, dtype=np.float64):
    """Targets and predictions of one random shape of one to three axes."""
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
    return tuple(draw(arrays(np.float64, shape, elements=numbers)).astype(dtype) for _ in range(2))


def value_and_gradient(loss, y_true, y_pred):
    prediction = tf.Variable(y_pred)
    with tf.GradientTape() as tape:
        value = loss(y_true, prediction)
    return value.numpy(), tape.gradient(value, prediction).numpy()


def huber_forms(threshold, dtype=None):
    """The forms that can have this threshold; an object reduces, so it is asked not to."""
    forms = [
        huber_with_threshold(threshold),
        HuberLoss(threshold, reduction=None, dtype=dtype),
    ]
    return [*forms, huber] if threshold == 1 else forms


def huber_in_numpy(y_true, y_pred, threshold):
    a = np.abs(y_true - y_pred)
    near = np.minimum(a, threshold)
    return np.mean(near * (a - near / 2), axis=-1)


# Values and gradients


@steady
@given(pair=pairs(), threshold=st.one_of(st.just(1.0), thresholds))
def test_huber_is_that_of_keras_and_of_its_formula(pair, threshold):
    """A wrong half, side, threshold, mean or type, in the value or in the gradient."""
    y_true, y_pred = pair
    built_in = keras.losses.Huber(threshold, reduction=None, dtype="float64")
    expected, slope = value_and_gradient(built_in, y_true, y_pred)
    np.testing.assert_allclose(huber_in_numpy(*pair, threshold), expected, rtol=1e-12, atol=1e-12)
    for loss in huber_forms(threshold, "float64"):
        value, gradient = value_and_gradient(loss, y_true, y_pred)
        assert value.dtype == gradient.dtype == np.float64
        np.testing.assert_allclose(value, expected, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(gradient, slope, rtol=1e-6, atol=1e-12)


@steady
@given(pair=pairs(np.float32), threshold=thresholds)
def test_huber_in_32_bits(pair, threshold):
    """A constant of 64 bits that changes the type, or loses the last digits."""
    y_true, y_pred = pair
    expected, slope = value_and_gradient(
        keras.losses.Huber(threshold, reduction=None), y_true, y_pred
    )
    for loss in huber_forms(threshold):
        value, gradient = value_and_gradient(loss, y_true, y_pred)
        assert value.dtype == gradient.dtype == np.float32
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(gradient, slope, rtol=1e-5, atol=1e-6)


@steady
@given(pair=pairs())
def test_rmse_is_its_formula(pair):
    """The mean over another axis, or over all; a root forgotten; the scale not taken back."""
    value, _ = value_and_gradient(rmse, *pair)
    np.testing.assert_allclose(
        value, np.sqrt(np.mean((pair[0] - pair[1]) ** 2, axis=-1)), rtol=1e-12, atol=1e-200
    )


@pytest.mark.parametrize("loss", [rmse, huber, huber_with_threshold(0.3)])
def test_gradients_are_those_of_central_differences(loss):
    """A gradient that is lost on the way, as behind `stop_gradient`, or counted twice."""
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=(2, 5, 3))
    _, gradient = value_and_gradient(lambda y, p: tf.reduce_sum(loss(y, p)), y_true, y_pred)
    expected = numerical_gradient(lambda p: np.sum(loss(y_true, p)), y_pred)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("loss", [rmse, huber, huber_with_threshold(1e-3), HuberLoss(2.0)])
@pytest.mark.parametrize("shape", [(3,), (4, 1), (4, 3)])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_no_error_no_loss_and_no_gradient(loss, shape, jit_compile):
    """NaN from a root at 0: one perfect batch would destroy the weights.

    XLA shows what TensorFlow hides: its own root answers a gradient of 0 with 0.
    """
    y = tf.constant(np.random.default_rng(0).normal(size=shape).astype("float32"))

    @tf.function(jit_compile=jit_compile)
    def both(y_pred):
        with tf.GradientTape() as tape:
            tape.watch(y_pred)
            value = loss(y, y_pred)
        return value, tape.gradient(value, y_pred)

    for result in both(y):
        assert not np.any(result)
        assert np.all(np.isfinite(result))


def test_a_perfect_row_among_others_has_no_gradient():
    """A guard for the whole batch where each row needs one."""
    _, gradient = value_and_gradient(rmse, [[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [1.0, 5.0]])
    np.testing.assert_allclose(gradient, [[0, 0], [0, 0.5**0.5]], rtol=1e-6)


@pytest.mark.parametrize("size", [1e-30, 1e-10, 1e10, 1e30])
def test_rmse_of_tiny_and_huge_errors(size):
    """A square that leaves the range of 32 bits: from 1e-23 down and from 1e19 up."""
    y_pred = np.array([[3 * size, 4 * size]], np.float32)
    value, gradient = value_and_gradient(rmse, np.zeros((1, 2), np.float32), y_pred)
    np.testing.assert_allclose(value, [size * 12.5**0.5], rtol=1e-5)
    np.testing.assert_allclose(gradient, [[3 / 50**0.5, 4 / 50**0.5]], rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("threshold", [1e6, 1e300])
def test_huber_with_a_threshold_beyond_the_type(dtype, threshold):
    """Infinity times 0 in the half that is not chosen."""
    y_pred = np.array([[0.0, 2.0, -8.0]], dtype)
    value, gradient = value_and_gradient(
        huber_with_threshold(threshold), np.zeros_like(y_pred), y_pred
    )
    np.testing.assert_allclose(value, [34 / 3], rtol=1e-3)
    np.testing.assert_allclose(gradient, y_pred / 3, rtol=1e-3)


@pytest.mark.parametrize("error", [1e25, -1e38])
def test_huber_of_huge_errors(error):
    """A square that overflows and reaches the gradient."""
    y_pred = np.array([[error]], np.float32)
    value, gradient = value_and_gradient(huber, np.zeros_like(y_pred), y_pred)
    np.testing.assert_allclose(value, [abs(error)], rtol=1e-6)
    np.testing.assert_array_equal(gradient, np.sign(y_pred))


@pytest.mark.parametrize("loss", [rmse, huber, HuberLoss()])
def test_nan_stays_nan(loss):
    """A guard that takes NaN for 0, and hides that the training has failed."""
    assert np.all(np.isnan(loss(np.array([[1.0]]), np.array([[np.nan]]))))


# Types and shapes


@pytest.mark.parametrize("loss", [rmse, huber, huber_with_threshold(2)])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("target", ["int32", "int64", "float16", "float64"])
def test_the_type_of_the_predictions_is_kept(loss, dtype, target):
    """Integer targets that cannot be subtracted; a loss in another type than the model."""
    y_true = tf.cast([[1], [2]], target)
    value = loss(y_true, tf.cast([[1.5], [4.0]], dtype))
    assert value.dtype == dtype
    np.testing.assert_allclose(tf.cast(value, "float64"), loss([[1.0], [2.0]], [[1.5], [4.0]]))


def test_lists_and_integer_predictions():
    """Only tensors accepted, or integer predictions rounded."""
    for loss in (rmse, huber):
        value = loss([[1], [2]], [[2], [5]])
        assert value.dtype == keras.config.floatx()
        np.testing.assert_allclose(value, [1, 3] if loss is rmse else [0.5, 2.5])


@pytest.mark.parametrize(
    ("true_shape", "pred_shape"),
    [((5,), (5, 1)), ((5, 1), (5,)), ((5, 3), (5, 3, 1)), ((5, 3, 1), (5, 3)), ((5,), (5,))],
)
def test_all_forms_align_shapes_as_keras_does(true_shape, pred_shape):
    """(N,) against (N, 1) broadcast to (N, N): another loss, and no error."""
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=true_shape), rng.normal(size=pred_shape)
    expected = keras.losses.Huber(0.5, reduction=None, dtype="float64")(y_true, y_pred)
    for loss in huber_forms(0.5, "float64"):
        np.testing.assert_allclose(loss(y_true, y_pred), expected, rtol=1e-6)
    squared = keras.losses.MeanSquaredError(reduction=None, dtype="float64")(y_true, y_pred)
    np.testing.assert_allclose(rmse(y_true, y_pred), np.sqrt(squared), rtol=1e-6)


@pytest.mark.parametrize(
    ("true_shape", "pred_shape"),
    [
        ((5, 1), (5, 2)),
        ((5, 2), (5, 1)),
        ((4,), (5, 1)),
        ((5,), (5, 3)),
        ((5, 2), (5, 2, 2)),
        ((), ()),
    ],
)
@pytest.mark.parametrize("loss", [rmse, huber, huber_with_threshold(2.0), HuberLoss(2.0)])
def test_shapes_that_do_not_fit(loss, true_shape, pred_shape):
    """Silent broadcasting; a message that does not name both shapes."""
    with pytest.raises(ValueError, match="same shape") as caught:
        loss(np.zeros(true_shape), np.zeros(pred_shape))
    assert f"y_true of shape {tf.TensorShape(true_shape)}" in str(caught.value)
    assert f"y_pred of shape {tf.TensorShape(pred_shape)}" in str(caught.value)


@pytest.mark.parametrize("loss", [rmse, huber, huber_with_threshold(2.0), HuberLoss(2.0)])
@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("targets", [None, 2])
def test_graphs_with_a_batch_of_unknown_size(loss, jit_compile, targets):
    """A shape asked for that a graph does not know; an operation that XLA cannot compile."""
    signature = [tf.TensorSpec([targets]), tf.TensorSpec([None, 1])]
    graph = tf.function(loss, input_signature=signature, jit_compile=jit_compile)
    y_true, y_pred = tf.constant([1.0, 2.0]), tf.constant([[3.0], [9.0]])
    np.testing.assert_allclose(graph(y_true, y_pred), loss(y_true, y_pred), rtol=1e-6)


# In a model


def model_with(loss, outputs=1, **options):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(outputs)])
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(0.05), **options)
    return model


X = np.random.default_rng(1).normal(size=(12, 2)).astype("float32")
Y = (3 * X[:, 0] + 5).astype("float32")


@pytest.fixture
def mixed_precision():
    keras.mixed_precision.set_global_policy("mixed_float16")
    yield
    keras.mixed_precision.set_global_policy("float32")


def losses_of_training(loss, y, **options):
    fit = {key: options.pop(key) for key in list(options) if key == "sample_weight"}
    model = model_with(loss, **options)
    return model.fit(X, y, batch_size=6, epochs=4, shuffle=False, verbose=0, **fit).history["loss"]


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(Y, id="flat", marks=slow),
        pytest.param(Y[:, None], id="column"),
        pytest.param(Y.astype(int), id="integers", marks=slow),
    ],
)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_training_is_that_with_the_built_in(y, options):
    """A form that Keras calls in another way than the built-in: it would learn another model."""
    expected = losses_of_training(keras.losses.Huber(2.0), y, **options)
    for loss in (huber_with_threshold(2.0), HuberLoss(2.0)):
        np.testing.assert_allclose(losses_of_training(loss, y, **options), expected, rtol=1e-5)


@slow
def test_training_in_mixed_precision(mixed_precision):
    """32-bit targets against 16-bit predictions."""
    expected = losses_of_training(keras.losses.Huber(2.0), Y)
    for loss in (huber_with_threshold(2.0), HuberLoss(2.0)):
        np.testing.assert_allclose(losses_of_training(loss, Y), expected, rtol=1e-3)


def test_sample_weights():
    """A mean taken before the weights: they could no longer choose."""
    weights = np.where(np.arange(12) % 3 == 0, 2.0, 0.5)
    expected = losses_of_training(keras.losses.Huber(2.0), Y, sample_weight=weights)
    for loss in (huber_with_threshold(2.0), HuberLoss(2.0)):
        given_ = losses_of_training(loss, Y, sample_weight=weights)
        np.testing.assert_allclose(given_, expected, rtol=1e-5)


@pytest.mark.parametrize(
    "reduction", ["sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none", None]
)
@pytest.mark.parametrize("masked", [False, True])
def test_reductions_weights_and_masks(reduction, masked):
    """A reduction of our own beside the one asked for; masked steps that count."""
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=(2, 3, 4, 2)).astype("float32")
    weights = rng.uniform(size=(3, 4)).astype("float32")
    results = []
    for loss in (keras.losses.Huber, HuberLoss):
        prediction = tf.constant(y_pred)
        if masked:
            prediction._keras_mask = tf.constant([[True, True, False, False]] * 3)
        results.append(loss(0.5, reduction=reduction)(y_true, prediction, sample_weight=weights))
    np.testing.assert_allclose(results[1], results[0], rtol=1e-6)


def test_two_outputs():
    """A loss that needs to be the only one."""
    values = []
    for loss in (keras.losses.Huber(2.0), HuberLoss(2.0), huber_with_threshold(2.0)):
        keras.utils.set_random_seed(0)
        entry = keras.Input((2,))
        exits = {name: keras.layers.Dense(1, name=name)(entry) for name in "ab"}
        model = keras.Model(entry, exits)
        model.compile(loss={"a": loss, "b": "mse"})
        values.append(model.evaluate(X, {"a": Y, "b": Y}, verbose=0)[0])
    np.testing.assert_allclose(values, values[0], rtol=1e-6)


KERAS_OWN = """{
    "huber": keras.losses.huber,
    "rmse": keras.losses.mean_squared_error,
    "HuberLoss": keras.losses.Huber,
}"""
LOAD = f"""
import sys
import numpy as np
import keras
from helpers import losses
x = np.load(sys.argv[1])
for path in sys.argv[2:]:
    for custom_objects in (None, {KERAS_OWN}):
        model = keras.models.load_model(path, custom_objects=custom_objects)
        loss, value = model.loss, model.evaluate(x, 3 * x[:, 0] + 5, verbose=0)
        ours = loss in (losses.huber, losses.rmse) or type(loss) is losses.HuberLoss
        print(value, ours, getattr(loss, "threshold", None), getattr(loss, "dtype", None))
"""
LOAD_WITHOUT_HELPERS = f"""
import sys
import keras
for path in sys.argv[1:]:
    for custom_objects in (None, {KERAS_OWN}):
        try:
            print("loaded as", keras.models.load_model(path, custom_objects=custom_objects).loss)
        except TypeError as error:
            print(error)
"""


def lines_of(code, *arguments, **environment):
    """What a new process prints that runs this code."""
    # nobody looks for garbage, above all not at its end, where TensorFlow has much to look through
    code = f"import gc\ngc.disable()\n{code}\ngc.freeze()"
    command = [sys.executable, "-c", code, *arguments]
    environment = os.environ | environment
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


SAVED = {"class": HuberLoss(2.5, dtype="float64"), "huber": huber, "rmse": rmse}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """What one new process says of all saved models: by suffix and name, what is expected first."""
    folder = tmp_path_factory.mktemp("saved")
    np.save(folder / "x.npy", X)
    expected = {}
    for suffix in ("keras", "h5"):
        for name, loss in SAVED.items():
            model = model_with(loss)
            model.save(folder / f"{name}.{suffix}")
            expected[suffix, name] = model.evaluate(X, Y, verbose=0)
    paths = [folder / f"{name}.{suffix}" for suffix, name in expected]
    said = lines_of(LOAD, folder / "x.npy", *paths)[-2 * len(paths) :]
    twos = zip(said[::2], said[1::2], strict=True)
    return {key: (value, two) for (key, value), two in zip(expected.items(), twos, strict=True)}


@slow
@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_saved_models_load_in_a_new_process(loaded, suffix):
    """A loss that is not registered, or becomes Keras's own; a threshold or a type not saved."""
    for name in SAVED:
        expected, two = loaded[suffix, name]
        for line in two:
            value, *rest = line.split()
            np.testing.assert_allclose(float(value), expected, rtol=1e-5, err_msg=name)
            settings = ["2.5", "float64"] if name == "class" else ["None", "None"]
            assert rest == ["True", *settings], name


@slow
def test_without_helpers_no_model_loads_with_another_loss(tmp_path):
    """A name that Keras takes for its own: another loss, without a word."""
    losses = {"huber": huber, "rmse": rmse, "HuberLoss": HuberLoss(2.5)}
    paths = [tmp_path / f"{name}.keras" for name in losses]
    for loss, path in zip(losses.values(), paths, strict=True):
        model_with(loss).save(path)
    said = "\n".join(lines_of(LOAD_WITHOUT_HELPERS, *paths))
    assert "loaded as" not in said
    assert said.count("Could not locate") == 2 * len(losses)


@pytest.mark.parametrize("make", [HuberLoss, ContrastiveLoss])
@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        (None, "float32"),
        ("float64", "float64"),
        ("bfloat16", "bfloat16"),
        (keras.DTypePolicy("mixed_float16"), "float16"),
    ],
    ids=str,
)
def test_config_makes_the_same_loss_again(make, given, dtype):
    """A setting that `get_config` forgets, or gives in a form that no file can hold."""
    parameter = "threshold" if make is HuberLoss else "margin"
    loss = make(2.5, reduction="sum", name="mine", dtype=given)
    config = json.loads(json.dumps(loss.get_config()))
    assert config == {parameter: 2.5, "reduction": "sum", "name": "mine", "dtype": dtype}
    again = make.from_config(config)
    assert (again.reduction, again.name, again.dtype) == ("sum", "mine", dtype)
    assert getattr(again, parameter) == 2.5
    y_pred = np.array([[0.1]])
    assert again(np.ones((1, 1)), y_pred) == loss(np.ones((1, 1)), y_pred)
    assert again(np.ones((1, 1)), y_pred).dtype == dtype


# Parameters


@pytest.mark.parametrize("make", [huber_with_threshold, HuberLoss])
@pytest.mark.parametrize(
    "threshold", [0, -1.0, np.nan, np.inf, True, "1", None, np.ones(1)], ids=repr
)
def test_thresholds_that_are_none(make, threshold):
    """A threshold that is found out, or not, in the middle of training."""
    with pytest.raises(ValueError, match=r"`threshold` must be a positive finite number. Received"):
        make(threshold)


@pytest.mark.parametrize("kind", [tf.Variable, keras.Variable])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_threshold_that_moves(kind, options):
    """A variable that is read once, when the step is compiled."""
    threshold = kind(1.0)
    model = model_with(huber_with_threshold(threshold), **options)
    model.optimizer.learning_rate = 0.0
    weights = model.get_weights()
    for value in (1.0, 3.0, 0.5):
        threshold.assign(value)
        expected = np.mean(huber_in_numpy(Y[:, None], X @ weights[0] + weights[1], value))
        curve = model.fit(X, Y, batch_size=12, verbose=0).history["loss"]
        np.testing.assert_allclose(curve, [expected], rtol=1e-5)


@pytest.mark.parametrize("kind", [tf.Variable, keras.Variable])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_variable_of_another_type(kind, dtype):
    """A loss of the type of its threshold, not of the predictions."""
    threshold = kind(0.5, dtype=dtype)
    value = huber_with_threshold(threshold)(tf.constant([[0.0]]), tf.constant([[3.0]]))
    assert value.dtype == tf.float32
    np.testing.assert_array_equal(value, [1.375])


@pytest.mark.parametrize("start", [0.0, -1.0, np.nan, np.inf, [1.0], [[2.0, 3.0]]], ids=repr)
def test_variables_that_are_no_threshold(start):
    """A variable is not looked at: it could hold anything."""
    with pytest.raises(ValueError, match=r"`threshold` must be a positive finite number. Received"):
        huber_with_threshold(tf.Variable(start))


@pytest.mark.parametrize("make", [HuberLoss, ContrastiveLoss, contrastive_with_margin])
def test_variables_where_a_number_is_wanted(make):
    """A variable that is read once, without a word, and saved as a number."""
    with pytest.raises(ValueError, match=r"must be a positive finite number. Received"):
        make(tf.Variable(1.0))


@pytest.mark.parametrize("threshold", [2, 2.0, np.float32(2), np.int64(2)])
def test_thresholds_of_every_type(threshold):
    """A NumPy threshold that turns 32-bit losses into 64 bits, or cannot be saved."""
    for loss in (huber_with_threshold(threshold), HuberLoss(threshold, reduction=None)):
        value = loss(tf.constant([[0.0]]), tf.constant([[3.0]]))
        assert value.dtype == tf.float32
        np.testing.assert_array_equal(value, [4.0])
    assert type(HuberLoss(threshold).get_config()["threshold"]) is float


def test_the_threshold_cannot_be_changed():
    """A change without effect: the training step was compiled with the old number."""
    loss = HuberLoss(1.0)
    with pytest.raises(AttributeError, match=r"Compile the model again, with HuberLoss"):
        loss.threshold = 3.0
    assert loss.threshold == 1.0


def test_reductions_that_are_none():
    """A misspelled reduction that is found out at the first batch."""
    with pytest.raises(ValueError, match="reduction"):
        HuberLoss(reduction="average")


# Distance and contrastive loss


@st.composite
def labelled_distances(draw):
    n = draw(st.integers(1, 6))
    labels = draw(arrays(np.int64, (n, 1), elements=st.integers(0, 1)))
    return labels, draw(arrays(np.float64, (n, 1), elements=st.floats(0, 10)))


def contrastive_forms(margin):
    return contrastive_with_margin(margin), ContrastiveLoss(margin, reduction=None, dtype="float64")


@steady
@given(data=labelled_distances(), margin=st.floats(0.1, 5))
def test_contrastive_loss_is_its_formula(data, margin):
    """The two labels exchanged; a square or a limit forgotten; a margin that is ignored."""
    labels, distances = data
    expected = [
        d**2 if y == 1 else (margin - d) ** 2 if d < margin else 0.0
        for y, d in zip(labels[:, 0], distances[:, 0], strict=True)
    ]
    slopes = [
        [2 * d if y == 1 else -2 * (margin - d) if d < margin else 0.0]
        for y, d in zip(labels[:, 0], distances[:, 0], strict=True)
    ]
    for loss in contrastive_forms(margin):
        value, gradient = value_and_gradient(loss, labels, distances)
        np.testing.assert_allclose(value, expected, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-12)


def test_contrastive_gradient_is_that_of_central_differences():
    """The same, through the distance and down to the embeddings."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 6, 3))
    labels, loss = np.arange(6)[:, None] % 2, contrastive_with_margin(3.0)

    def total(a):
        return tf.reduce_sum(loss(labels, euclidean_distance(a, b)))

    _, gradient = value_and_gradient(lambda _, a: total(a), None, a)
    expected = numerical_gradient(lambda a: float(total(a)), a)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("label", [0, 1])
def test_equal_embeddings_have_a_finite_gradient(label):
    """NaN from a norm at 0: one pair of equal images would destroy the encoder."""
    loss = contrastive_with_margin(1.0)
    value, gradient = value_and_gradient(
        lambda y, a: loss(y, euclidean_distance(a, [[1.0, 2.0]])), [[label]], [[1.0, 2.0]]
    )
    np.testing.assert_array_equal(value, [1 - label])
    np.testing.assert_array_equal(gradient, [[0, 0]])


@pytest.mark.parametrize("label", [0, 1])
def test_at_the_margin_the_push_has_stopped(label):
    """A slope at the limit that is not 0."""
    for loss in contrastive_forms(1.5):
        value, gradient = value_and_gradient(loss, np.array([[label]]), np.array([[1.5]]))
        np.testing.assert_array_equal(value, [2.25 * label])
        np.testing.assert_array_equal(gradient, [[3.0 * label]])


@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
def test_distances_of_every_size(size):
    """A square that leaves the range of 32 bits; an axis lost."""
    a, b = (
        np.array([[3 * size, 0], [0, 0]], "float32"),
        np.array([[0, 4 * size], [0, 0]], "float32"),
    )
    value, gradient = value_and_gradient(lambda _, a: euclidean_distance(a, b), None, a)
    np.testing.assert_allclose(value, [[5 * size], [0]], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0.6, -0.8], [0, 0]], rtol=1e-6)


def siamese(loss):
    keras.utils.set_random_seed(0)
    entries = keras.Input((2,)), keras.Input((2,))
    encoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    distance = euclidean_distance(*(encoder(entry) for entry in entries))
    model = keras.Model(entries, distance)
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(0.05))
    return model


@slow
def test_a_siamese_model_trains_the_same_with_both_forms_and_with_flat_labels():
    """A distance that cannot be part of a model; (N,) labels against (N, 1) distances."""
    data, labels = [X, X[::-1].copy()], np.arange(12) % 2
    curves = [
        siamese(make(0.7)).fit(data, y, epochs=4, shuffle=False, verbose=0).history["loss"]
        for make in (contrastive_with_margin, ContrastiveLoss)
        for y in (labels, labels[:, None])
    ]
    for curve in curves:
        np.testing.assert_allclose(curve, curves[0], rtol=1e-6)
    assert curves[0][-1] < curves[0][0]


def test_a_saved_siamese_model_loads(tmp_path):
    """A distance or a margin that is not saved."""
    model = siamese(ContrastiveLoss(0.7))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.loss.margin == 0.7
    np.testing.assert_allclose(
        loaded.predict([X, X[::-1]], verbose=0), model.predict([X, X[::-1]], verbose=0)
    )


@pytest.mark.parametrize("bad", [2, -1, 0.5])
def test_labels_other_than_0_and_1(bad):
    """Labels −1 and 1, or classes in place of pairs: they train something else."""
    for loss in contrastive_forms(1.0):
        with pytest.raises(ValueError, match=r"`y_true` must be 1 .* or 0 .* Received: y_true="):
            loss(np.array([[1.0], [bad]]), np.array([[0.2], [0.3]]))


def test_negative_distances():
    """A similarity, or a network's output, taken for a distance."""
    for loss in contrastive_forms(1.0):
        with pytest.raises(
            ValueError, match=r"`y_pred` must be distances, 0 or more. Received: y_pred from -0.3"
        ):
            loss(np.array([[1.0], [0.0]]), np.array([[0.2], [-0.3]]))


@pytest.mark.parametrize("make", [contrastive_with_margin, ContrastiveLoss])
@pytest.mark.parametrize("margin", [0, -1.0, np.nan, np.inf, True, "1", None], ids=repr)
def test_margins_that_are_none(make, margin):
    """A margin that switches the push off, or on for ever."""
    with pytest.raises(ValueError, match=r"`margin` must be a positive finite number. Received"):
        make(margin)


def test_the_margin_cannot_be_changed():
    """A change without effect: the training step was compiled with the old number."""
    loss = ContrastiveLoss(2.5)
    with pytest.raises(AttributeError, match=r"with ContrastiveLoss\(margin=3.0\)"):
        loss.margin = 3.0
    assert loss.margin == 2.5


@pytest.mark.parametrize(("a", "b"), [((3, 2), (3, 4)), ((3, 2), (1, 2)), ((3,), (3, 1)), ((), ())])
def test_embeddings_of_different_shapes(a, b):
    """Silent broadcasting: the distance of everything to everything."""
    with pytest.raises(ValueError, match="`a` and `b` must have the same shape"):
        euclidean_distance(np.zeros(a), np.zeros(b))


# Other backends

ON_ONE_BACKEND = """
import json
import sys
import numpy as np
import keras
from helpers import losses

y_true, y_pred, labels = (np.array(a, "float32") for a in json.loads(sys.argv[1]))
backend = keras.backend.backend()


def gradient(loss, target, at):
    def total(at):
        return keras.ops.sum(loss(target, at))

    if backend == "tensorflow":
        import tensorflow as tf

        at = tf.Variable(at)
        with tf.GradientTape() as tape:
            value = total(at)
        return tape.gradient(value, at).numpy()
    if backend == "jax":
        import jax

        return np.asarray(jax.jit(jax.grad(total))(at))
    if backend == "torch":
        import torch

        at = torch.tensor(at, requires_grad=True)
        total(at).backward()
        return at.grad.numpy()
    return None  # NumPy has no gradients


def distance(a, b):
    return losses.euclidean_distance(a, b)


cases = {
    "huber": (losses.huber, y_true, y_pred),
    "wrapper": (losses.huber_with_threshold(0.7), y_true, y_pred),
    "variable": (losses.huber_with_threshold(keras.Variable(0.7)), y_true, y_pred),
    "class": (losses.HuberLoss(0.7, reduction=None), y_true, y_pred),
    "rmse": (losses.rmse, y_true, y_pred),
    "flat": (losses.huber, y_true[:, 0], y_pred[:, :1]),
    "contrastive": (losses.contrastive_with_margin(1.5), labels, np.abs(y_pred[:, :1])),
    "distance": (distance, y_true, y_pred),
}
print("on", backend)
for name, (loss, target, at) in cases.items():
    value, slope = keras.ops.convert_to_numpy(loss(target, at)), gradient(loss, target, at)
    print(json.dumps([name, value.tolist(), None if slope is None else slope.tolist()]))
for broken in ((labels[:2], y_pred), (labels + 0.5, labels)):
    try:
        losses.contrastive_with_margin(1.0)(*broken)
    except ValueError as error:
        print(str(error).partition(" must ")[0])
if backend != "numpy":
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.1), losses.HuberLoss(2.0))
    print(model.fit(y_pred, y_true[:, 0], verbose=0).history["loss"][0])
"""
# What each needs; Keras 3.15 takes parts of its NumPy backend from JAX.
BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch", "numpy": "jax"}


@slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_same_values_and_gradients_on_every_backend_that_is_installed(backend):
    """An operation that only TensorFlow has; a gradient that is another one elsewhere."""
    if importlib.util.find_spec(BACKENDS[backend]) is None:
        pytest.skip(f"not run on {backend}: {BACKENDS[backend]} is not installed")
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=(2, 5, 3)).astype("float32")
    y_pred[0] = y_true[0]  # no error, and a distance of 0
    labels = np.arange(5)[:, None] % 2
    arguments = json.dumps([a.tolist() for a in (y_true, y_pred, labels)])
    said = lines_of(ON_ONE_BACKEND, arguments, KERAS_BACKEND=backend)
    said = said[said.index(f"on {backend}") + 1 :]

    error = y_pred - y_true
    length = np.sqrt(np.sum(error**2, axis=-1, keepdims=True))
    unit = error / np.where(length == 0, 1, length)
    d = np.abs(y_pred[:, :1])
    push = np.maximum(1.5 - d, 0)
    expected = {
        "huber": (huber_in_numpy(y_true, y_pred, 1.0), np.clip(error, -1, 1) / 3),
        "wrapper": (huber_in_numpy(y_true, y_pred, 0.7), np.clip(error, -0.7, 0.7) / 3),
        "flat": (huber_in_numpy(y_true[:, :1], y_pred[:, :1], 1.0), np.clip(error[:, :1], -1, 1)),
        "rmse": (length[:, 0] / np.sqrt(3), unit / np.sqrt(3)),
        "distance": (length, unit),
        "contrastive": (
            np.mean(labels * d**2 + (1 - labels) * push**2, axis=-1),
            2 * labels * d - 2 * (1 - labels) * push,
        ),
    }
    expected["variable"] = expected["class"] = expected["wrapper"]
    for line in said[: len(expected)]:
        name, value, gradient = json.loads(line)
        np.testing.assert_allclose(value, expected[name][0], rtol=1e-5, atol=1e-6, err_msg=name)
        if backend != "numpy":
            close = {"rtol": 1e-5, "atol": 1e-6, "err_msg": name}
            np.testing.assert_allclose(gradient, expected[name][1], **close)
    broken = said[len(expected) : len(expected) + 2]
    assert broken == ["`y_true` and `y_pred`", "`y_true`"]
    if backend != "numpy":
        first = np.mean(huber_in_numpy(y_true[:, :1], y_pred.sum(-1, keepdims=True), 2.0))
        np.testing.assert_allclose(float(said[-1]), first, rtol=1e-5)
