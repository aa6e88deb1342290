"""What every stored lesson must be, and what its own code must agree with."""

import ast
import itertools
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lesson
from helpers import activations, network, optimizers
from helpers.data import diabetes

run = lesson.run
TAUGHT = [name for name in lesson.LESSONS if not name.startswith("00")]


def read(name):
    return nbformat.read(lesson.NOTEBOOKS / f"{name}.ipynb", as_version=4)


def outputs(name):
    return [output for cell in read(name).cells for output in cell.get("outputs", [])]


# The stored form


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_cells_were_run_in_order_from_a_fresh_kernel(name):
    counts = [cell.execution_count for cell in read(name).cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_nothing_is_stored_that_changes_from_run_to_run(name):
    notebook = read(name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all("execution" not in cell.metadata for cell in notebook.cells)
    for output in outputs(name):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
        assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
        text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
        assert not re.search(r"(?<![\w.])/(root|home|tmp|Users|opt|usr)/|0x[0-9a-f]{6,}", text), (
            text
        )


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_size(name):
    assert (lesson.NOTEBOOKS / f"{name}.ipynb").stat().st_size <= 500_000


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_every_picture_is_described(name):
    for output in outputs(name):
        if "image/png" in output.get("data", {}):
            alt = output.metadata["image/png"]["alt"]
            assert len(alt.split()) >= 6
            assert output.data["text/plain"] == alt


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_cells_fit_on_a_screen(name):
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert cell.source.count("\n") < 40, cell.id


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_cells_that_only_draw_are_folded(name):
    for cell in read(name).cells:
        draws = cell.source.startswith("# drawing")
        assert ("drawing" in cell.metadata.get("tags", [])) == draws, cell.id
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == draws, cell.id


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_headings_are_in_order(name):
    text = "\n".join(lesson.cells(name, "markdown").values())
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_links_lead_somewhere(name):
    text = "\n".join(lesson.cells(name, "markdown").values())
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (lesson.NOTEBOOKS / target).exists(), target


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_answers_are_folded_and_close(name):
    for key, text in lesson.cells(name, "markdown").items():
        assert text.count("<details>") == text.count("</details>"), key


@pytest.mark.parametrize("name", TAUGHT)
def test_anatomy(name):
    text = "\n".join(lesson.cells(name, "markdown").values())
    for part in (
        "After this lesson you can",
        "You will be able to",
        "minutes",
        "## Where this breaks",
    ):
        assert part in text, part
    for part in ("## What you have seen", "### Sources"):
        assert part in text, part
    assert text.count("**Predict") >= 6
    _, figures, _ = run(name)
    assert len(figures) >= 2
    assert text.count("**Drag until**") >= len(figures), "each live figure has a task"


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_a_section_opens_its_cell(name):
    for key, text in lesson.cells(name, "markdown").items():
        assert not re.search(r"\n## (?!What you have)", text), (
            f"{key}: a section needs its own cell"
        )


@pytest.mark.parametrize("name", TAUGHT)
def test_what_moves_to_helpers_is_announced_before_it_is_compared(name):
    ids = [cell.id for cell in read(name).cells]
    if "shared-check" in ids:
        announced = read(name).cells[ids.index("shared-check") - 1].source
        assert "**From here on**" in announced


@pytest.mark.parametrize("name", lesson.LESSONS)
@pytest.mark.parametrize(
    ("variant", "instead"),
    [
        (r"\\mathsf|\^T\b", r"^\\top"),
        (r"<summary>Answers", "<summary>Answer"),
        (r"\d %", "no space before %"),
        (r"\b\d{5,}\b", "a comma between thousands"),
        (r"single sample", "single example"),
    ],
)
def test_one_notation(name, variant, instead):
    for key, text in lesson.cells(name, "markdown").items():
        assert not re.search(variant, text), f"{key}: {instead}"


def test_symbols_occur_in_the_lesson_that_their_table_names():
    table = lesson.cells("00_start_here", "markdown")["symbols"]
    rows = re.findall(r"^\| (\$.+) \| .+ \| ([\d, ]+) \|$", table, flags=re.MULTILINE)
    assert len(rows) > 20
    formulas = {}
    for name in TAUGHT:
        text = "\n".join(lesson.cells(name, "markdown").values())
        formulas[name[:2]] = " ".join(re.findall(r"\$+(.+?)\$+", text, flags=re.DOTALL))
    for symbols, first in rows:
        for symbol in re.findall(r"\$(.+?)\$", symbols):
            if "frac" in symbol:
                symbol = "dJ" if "dJ" in symbol else r"\partial"
            core = symbol.removeprefix("^").removesuffix(r"\cdot\rVert").removesuffix("_k")
            # a letter by itself: not a part of \log or of another word
            alone = rf"(?<![\\a-zA-Z]){re.escape(core)}(?![a-zA-Z])"
            assert re.search(alone, formulas[first[-2:]]), f"{symbol} is not in lesson {first}"


@pytest.mark.parametrize("name", lesson.LESSONS)
def test_live_figures_keep_to_their_budget_of_frames(name):
    for (picture,), options in run(name)[1]:
        sliders = [value for key, value in options.items() if key not in ("panels", "size")]
        assert np.prod([len(s.values) for s in sliders]) <= 60, f"{picture.__name__} takes too long"
        assert picture.__doc__, f"{picture.__name__} has no description"


# The lessons' own code against the helpers


def test_lesson_01_writes_the_optimizers_of_helpers():
    names = run("01_gradient_descent")[0]
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


def test_lesson_01_writes_each_optimizer_in_eight_lines_at_most():
    code = lesson.cells("01_gradient_descent")
    for name in ("sgd", "adagrad", "rmsprop", "adadelta", "adam", "nadam"):
        assert len(code[f"{name}-code"].splitlines()) <= 8


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("01_gradient_descent", None),
        ("02_relu_derivative", "tensorflow-check"),
        ("03_backpropagation_by_hand", "tensorflow-check"),
    ],
)
def test_tensorflow_comes_last_or_not_at_all(name, first):
    """A reader would wait ten seconds for it before the first figure."""
    code = lesson.cells(name)
    before = list(itertools.takewhile(lambda key: key != first, code))
    assert len(before) == len(code) - (first is not None), "it is the last cell with code"
    script = (
        "import sys; sys.path.insert(0, 'tests'); import lesson; "
        f"code = lesson.cells({name!r}); lesson.execute({{key: code[key] for key in {before}}}); "
        "sys.exit('tensorflow' in sys.modules)"
    )
    root = lesson.NOTEBOOKS.parent
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0


numbers = hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(allow_nan=False))


@given(x=numbers, slope=st.floats(0.001, 0.9), at_zero=st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_lesson_02_writes_the_activations_of_helpers(x, slope, at_zero):
    names = run("02_relu_derivative")[0]
    same = np.testing.assert_array_equal
    same(names["my_relu"](x), activations.relu(x))
    same(names["my_relu_derivative"](x, at_zero), activations.relu_derivative(x, at_zero))
    same(names["my_leaky_relu"](x, slope), activations.leaky_relu(x, slope))
    same(names["my_leaky_relu_derivative"](x, slope), activations.leaky_relu_derivative(x, slope))


LESSON_03 = "03_backpropagation_by_hand"


def test_lesson_03_takes_four_lines_forward_and_five_back():
    functions = {
        node.name: node
        for node in ast.parse(lesson.cells(LESSON_03)["xor-code"]).body
        if isinstance(node, ast.FunctionDef)
    }
    for name, lines in (("forward", 4), ("backward", 5)):
        *body, last = functions[name].body
        assert isinstance(last, ast.Return)
        assert len(body) == lines
        assert all(isinstance(line, ast.Assign) for line in body)


def test_lesson_03_trains_the_network_of_its_source():
    """Another size, seed, rate or number of steps than the text says; the stack of 200 networks."""
    names = run(LESSON_03)[0]
    assert [w.shape for w in names["start"](0)] == [(2, 30), (30, 1)]
    for seed in (0, 41, names["slow"]):
        net = network.Network(2, 30, 1, scale=1.0, seed=int(seed))
        losses = net.train(names["xor_x"], names["xor_y"], learning_rate=0.002, steps=2000)
        np.testing.assert_allclose(losses, names["seed_losses"][:, seed], rtol=1e-6, atol=1e-25)
    assert len(names["at_200"]) == 200


sizes = st.tuples(*[st.integers(1, 5)] * 4, st.integers(0, 1000))


@given(sizes)
@settings(deadline=None, max_examples=50)
def test_lesson_03_writes_the_network_of_helpers(sizes):
    names = run(LESSON_03)[0]
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
    names = run(LESSON_03)[0]
    n, inputs, hidden, _, seed = sizes
    rng = np.random.default_rng(seed)
    x, labels = rng.normal(size=(n, inputs)), rng.integers(0, 10, size=n)
    net = network.Network(inputs, hidden, 10, head="softmax_cross_entropy", biases=True, seed=seed)
    net.weights |= {"b_1": rng.normal(size=hidden), "b_2": rng.normal(size=10)}
    expected_loss, expected = net.loss_and_gradients(x, labels)
    np.testing.assert_allclose(names["digits_loss"](net.weights, x, labels), expected_loss)
    gradients = names["digits_gradients"](net.weights, x, labels)
    assert gradients.keys() == expected.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, expected[name], atol=1e-12)
    np.testing.assert_allclose(names["classify"](net.weights, x)[-1], net.predict(x))


@given(x=hnp.arrays(np.float64, (3, 4), elements=st.floats(-1e5, 1e5)))
@settings(deadline=None, max_examples=50)
def test_lesson_03_writes_the_functions_of_helpers(x):
    names = run(LESSON_03)[0]
    np.testing.assert_allclose(names["my_softmax"](x), network.softmax(x), atol=1e-15)
    f, at = np.linalg.norm, x / 1e4 + 20
    inline = names["my_numerical_gradient"](f, at, epsilon=1e-5)
    np.testing.assert_array_equal(inline, network.numerical_gradient(f, at, epsilon=1e-5))


@pytest.fixture(scope="module")
def losses():
    from helpers import losses

    return losses


@pytest.mark.parametrize(
    "name", ["04_loss_functions", "05_wrapper_and_class", "06_siamese_contrastive_loss"]
)
def test_tensorflow_warns_of_nothing(name):
    """Its warnings differ from machine to machine; a lesson makes many small models on purpose."""
    code = "\n".join(lesson.cells(name).values())
    assert code.index("with quiet():") < code.index("import tensorflow as tf")
    assert 'tf.get_logger().setLevel("ERROR")' in code


def test_lesson_04_shows_figures_before_it_imports_tensorflow():
    code = list(lesson.cells("04_loss_functions").values())
    first = next(k for k, source in enumerate(code) if "import tensorflow as tf" in source)
    assert sum("live(" in source for source in code[:first]) == 3


pair = hnp.arrays(np.float32, (2, 4, 3), elements=st.floats(-100, 100, width=32))


@given(pair=pair, threshold=st.floats(0.1, 10))
@settings(deadline=None, max_examples=30)
def test_lessons_04_and_05_write_the_losses_of_helpers(losses, pair, threshold):
    def same(inline, shared):
        np.testing.assert_allclose(inline(*pair), shared(*pair), rtol=1e-4, atol=1e-5)

    fourth, fifth = run("04_loss_functions")[0], run("05_wrapper_and_class")[0]
    same(fourth["my_safe_rmse"], losses.rmse)
    same(fourth["my_huber_loss"], losses.huber)
    same(
        lambda y, p: fourth["huber"](y - p, threshold).mean(-1),
        losses.huber_with_threshold(threshold),
    )
    same(fifth["my_huber_loss_with_threshold"](threshold), losses.huber_with_threshold(threshold))
    same(fifth["MyHuberLoss"](threshold), losses.HuberLoss(threshold))
    same(fifth["MyRepairedHuberLoss"](threshold), losses.HuberLoss(threshold))


@pytest.mark.parametrize("delta", [0.3, 1.0, 5.0, np.inf])
def test_lesson_04_fits_the_line_with_the_smallest_loss(delta):
    """Weights that are not those of the Huber loss; too few rounds."""
    names = run("04_loss_functions")[0]
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
    names = run(LESSON_06)[0]
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
    names = run(LESSON_06)[0]
    parts, sets, labels = names["parts"], names["sets"], names["labels"]
    together = np.concatenate(list(parts.values()))
    assert len(np.unique(together)) == len(together) == len(labels)
    for name, (first, second, same) in sets.items():
        assert set(first) | set(second) <= set(parts[name])
        np.testing.assert_array_equal(labels[first] == labels[second], same == 1)
        digits = set(labels[np.r_[first, second]])
        assert digits == ({7, 8, 9} if name == "never seen" else set(range(7)))


# Lesson 00's check of what is installed


def test_every_lesson_is_on_the_map():
    readme = (lesson.NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if re.match(r"\| \d\d \|", line)]
    assert [re.search(r"notebooks/(\w+)\.ipynb", row)[1] for row in rows] == lesson.LESSONS
    shown = lesson.cells("00_start_here", "markdown")["map"]
    for row in rows[1:]:
        assert row.replace("(notebooks/", "(") in shown, "make notebooks writes it"


def test_lesson_00_names_what_is_missing_and_how_to_install_it(monkeypatch, capsys):
    import importlib.util

    found = importlib.util.find_spec
    absent = {"sklearn", "helpers"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in absent else found(name)
    )
    exec(lesson.cells("00_start_here")["check-run"], {})
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "scikit-learn" in said
    assert "helpers" in said
    assert "numpy" not in said
    assert "pip install -r requirements.txt" in said


def test_lesson_00_asks_for_every_pinned_package():
    pins = (lesson.NOTEBOOKS.parent / "requirements.txt").read_text()
    pinned = set(re.findall(r"^([a-z-]+)==", pins, flags=re.MULTILINE))
    asked = set(re.findall(r'": "([a-z-]+)"', lesson.cells("00_start_here")["check-run"]))
    assert pinned - asked == {"jupyterlab"}, "JupyterLab may run from elsewhere"
    assert asked <= pinned
