"""Whether a forbidden function is used: by what the code of a task calls, not by equal text."""

import functools
import time

import pytest

from assignments.conftest import bank, solved
from grading import course
from grading.inside import names
from grading.inside.hidden import hidden_tests

ELU = ["elu", "ELU", "GradientTape"]
LOSSES = ["LogCosh", "log_cosh", "logcosh", "mape", "softmax"]
OWN = "def my_loss(a, b):\n    return {}\n"


def code(source, grade_id=None, locked=False):
    return {"kind": "code", "source": source, "grade_id": grade_id, "locked": locked}


IMPORTS = code("import numpy as np\nimport tensorflow as tf\nimport keras", "imports", True)


def looked(answer, *others):
    cells = [IMPORTS, code(answer, "task"), *map(code, others)]
    return names.forbidden(cells, ["task", "free"], {"task": LOSSES})


def used(*sources):
    return looked(*sources)["used"].get("task", [])


def unsure(*sources):
    return looked(*sources)["unsure"].get("task", [])


USED = [
    "f = keras.losses.LogCosh()",
    OWN.format("keras.losses.LogCosh()(a, b)"),
    OWN.format("tf.keras.losses.LogCosh()(a, b)"),
    "from keras.losses import LogCosh as mine\n" + OWN.format("mine()(a, b)"),
    "import keras.losses as K\n" + OWN.format("K.LogCosh()(a, b)"),
    "K = keras.losses\nL = K.LogCosh\n" + OWN.format("L()(a, b)"),
    "from keras.losses import *\n" + OWN.format("log_cosh(a, b)"),
    "from tensorflow import *\n" + OWN.format("keras.losses.LogCosh()(a, b)"),
    "def f(a):\n    from keras.losses import LogCosh\n    return LogCosh()(a)",
    "def f(a):\n    import keras as k\n    return k.losses.LogCosh()(a)",
    OWN.format("getattr(keras.losses, 'LogCosh')()(a, b)"),
    OWN.format("vars(keras.losses)['LogCosh']()(a, b)"),
    OWN.format("keras.losses.__dict__['LogCosh']()(a, b)"),
    OWN.format("keras.losses.get('log_cosh')(a, b)"),
    "g = keras.losses.get('log_cosh')\n" + OWN.format("g(a, b)"),
    "%time f = keras.losses.LogCosh()",
    "f = %timeit -n 3 -o keras.losses.LogCosh()",
    "%%time\nf = keras.losses.LogCosh()",
    "\n%%capture out --no-stderr\n%%time\n!ls\nf = keras.losses.LogCosh()",
    "%%timeit -n 3 f = keras.losses.LogCosh()\npass",
    "%matplotlib inline\n!pip install x\nf = keras.losses.LogCosh()",
    "def f():\n    %time g = keras.losses.LogCosh()\n    return g",
    ">>> f = keras.losses.LogCosh()",
    "def wrap(f):\n    return keras.losses.LogCosh()\n\n\n@wrap\ndef g(a):\n    return a",
    "f = lambda a, b: keras.losses.log_cosh(a, b)",
    "f = [l(1, 2) for l in [keras.losses.log_cosh]]",
    "def f(a):\n    def g(b):\n        return keras.losses.log_cosh(a, b)\n\n    return g",
    "def f(a):\n    return (g := keras.losses.log_cosh)(a)",
    "def f(a, b, g=keras.losses.log_cosh):\n    return g(a, b)",
    "def f():\n    global g\n    g = keras.losses.log_cosh",
    "from functools import partial\nf = partial(keras.losses.log_cosh, 1)",
    "class A:\n    def go(self, a):\n        return keras.losses.log_cosh(a, a)",
    "class A(keras.losses.LogCosh):\n    pass",
    "from scipy.special import softmax\n\n\nclass A:\n"
    "    def softmax(self, z):\n        return softmax(z)",
    "try:\n    from keras.losses import log_cosh\nexcept ImportError:\n    log_cosh = None\n"
    + OWN.format("log_cosh(a, b)"),
    "if True:\n    with open('f') as g:\n        f = keras.losses.log_cosh",
    "match 1:\n    case x:\n        f = keras.losses.log_cosh",
    "from keras.losses import log_cosh\nf = [log_cosh for log_cosh in [log_cosh]][0]",
]


@pytest.mark.parametrize("answer", USED)
def test_a_forbidden_function_is_found(answer):
    assert used(answer) != []
    assert names.forbidden([IMPORTS, code(answer, "task")], ["task"], {"task": ["elu"]}) == {
        "used": {},
        "unsure": {},
        "unread": [],
    }


@pytest.mark.parametrize(
    ("answer", "other"),
    [
        (OWN.format("helper(a, b)"), "def helper(a, b):\n    return keras.losses.log_cosh(a, b)"),
        (OWN.format("one(a)"), "def one(a):\n    return two(a)\n\n\ntwo = keras.losses.log_cosh"),
        ("table = {}\n" + OWN.format("table['f'](a, b)"), "table['f'] = keras.losses.log_cosh"),
        ("table = {}\n" + OWN.format("table['f'](a, b)"), "table.update(f=keras.losses.log_cosh)"),
        ("table = {}\n" + OWN.format("table['f'](a)"), "setattr(table, 'f', keras.losses.mape)"),
        (OWN.format("a"), "my_loss = keras.losses.log_cosh"),
        (OWN.format("a"), "for my_loss in [keras.losses.log_cosh]:\n    pass"),
        (OWN.format("K.log_cosh(a, b)"), "with open('f'):\n    K = keras.losses"),
        (OWN.format("f(a)"), "def set_up():\n    global f\n    f = keras.losses.log_cosh"),
    ],
)
def test_it_is_followed_through_other_cells(answer, other):
    assert used(answer, other) != []
    assert used(answer, "f = 1") == []


NOT_USED = [
    "plt.plot(1, label='softmax')",
    "import matplotlib.pyplot as plt\n\n\ndef f(z):\n    plt.title('softmax')\n    return z",
    "from keras.losses import LogCosh\n" + OWN.format("a"),
    "def softmax(z):\n    return np.exp(z)\n\n\np = softmax(1)",
    "class A:\n    def softmax(self, z):\n        return self.softmax(z)",
    "class A:\n    def softmax(self):\n        pass\n\n\nanswer = A()\np = answer.softmax()",
    "softmax = np.exp(3)\np = softmax + 1",
    "def f(softmax):\n    return softmax * 2",
    "from keras.losses import *\n\n\ndef softmax(z):\n    return z\n\n\np = softmax(1)",
    "def f(z):\n    'softmax'\n    print('softmax')\n    raise ValueError('softmax')",
    "p = {'softmax': 1}['softmax']",
    "def run_descent(a, b):\n    return a\n\n\nrun_descent(4.0, 0.5)",
    "def f(tape: tf.softmax) -> tf.softmax:\n    return tape",
    "x: int = 3\ny: int",
    "def f(a, K=1):\n    K = np\n    return K.exp(a)",
    "%matplotlib inline\n%load_ext autoreload\n!ls\nf = !ls\nf?\nx = 1",
    "from . import mine\nf = mine.g",
    "del np",
]


@pytest.mark.parametrize("answer", NOT_USED)
def test_equal_text_is_no_use(answer):
    tests = "import keras\nprint(keras.losses.log_cosh(1, 2), my_loss(1, 2))\nmetrics = ['mape']"
    assert looked(answer, tests) == {"used": {}, "unsure": {}, "unread": []}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (OWN.format("eval('a')"), "calls eval"),
        (OWN.format("__import__('ke' + 'ras')"), "calls __import__"),
        ("import builtins as B\n" + OWN.format("B.exec('a')"), "calls exec"),
        ("import importlib\n" + OWN.format("importlib.import_module(a)"), "calls import_module"),
        ("from operator import attrgetter as g\n" + OWN.format("g(a)(b)"), "calls attrgetter"),
        (OWN.format("getattr(keras.losses, 'Log' + 'Cosh')"), "calls getattr"),
        ("g = getattr\n" + OWN.format("g(keras.losses, a)"), "calls getattr"),
        (OWN.format("vars(keras.losses)[a]"), "calls vars"),
        (OWN.format("globals()[a]"), "calls globals"),
        (OWN.format("keras.losses.__getattribute__('log' + '_cosh')"), "calls __getattribute__"),
        ("import inspect\n" + OWN.format("inspect.getattr_static(keras, a)"), "getattr_static"),
        ("import pkgutil\n" + OWN.format("pkgutil.resolve_name(a)"), "calls resolve_name"),
        ("import pickle\n" + OWN.format("pickle.loads(a)"), "calls loads"),
        (
            "def f(a, b):\n    match keras.losses:\n        case object(log_cosh=g):\n"
            "            return g(a, b)",
            "match",
        ),
        (OWN.format("keras.losses.__dict__[a]"), "calls __dict__"),
        (OWN.format("get_ipython().run_cell(a)"), "calls run_cell"),
        (OWN.format("get_ipython().run_line_magic('time', a)"), "calls run_line_magic"),
        ("get_ipython().run_cell('def my_loss')", "calls run_cell"),
        ("exec('def my_loss')", "calls exec"),
        (
            OWN.format("keras.activations.get('softmax')"),
            "names 'softmax' in a call of keras.activations.get",
        ),
        (
            "layer = keras.layers.Dense(3, activation='softmax')",
            "names 'softmax' in a call of keras.layers.Dense",
        ),
        (
            "m = keras.Sequential()\ng = m.compile(metrics=['mape'])",
            "names 'mape' in a call of keras.Sequential().compile",
        ),
        (OWN.format("a.softmax(b)"), "uses softmax of something that was not followed"),
        (OWN.format("getattr(a, 'softmax')"), "uses softmax of something that was not followed"),
        (
            "from scipy.special import softmax\n\n\ndef softmax(z):\n    return z\n\n\n"
            + OWN.format("softmax(a)"),
            "uses softmax, which the notebook imports and also defines",
        ),
        (
            OWN.format("keras.losses.get('log_' + 'cosh')(a, b)"),
            "calls keras.losses.get with a name that is made while it runs",
        ),
        ("import sys\nf = sys.modules['keras.losses'].LogCosh", "uses LogCosh of something"),
        ("f = keras" + ".f" * 150 + ".softmax", "uses softmax of something"),
        ("f = f2.LogCosh\nf2 = f", "uses LogCosh of something"),
    ],
)
def test_what_stays_undecided_is_a_note(answer, words):
    told = looked(answer)
    assert told["used"] == {}
    assert [note for note in told["unsure"]["task"] if words in note] != []


@pytest.mark.parametrize(
    "other",
    [
        "np.exp = keras.losses.log_cosh",
        "setattr(np, 'exp', keras.losses.log_cosh)",
        "globals()['my_loss'] = keras.losses.log_cosh",
    ],
)
def test_a_replaced_function_is_a_note(other):
    told = looked(OWN.format("np.exp(a)"), other)
    assert told["used"] == {}
    assert told["unsure"]["task"] == ["puts log_cosh in the place of another function"]


def test_cells_that_run_text_are_a_note_wherever_they_are():
    assert unsure(OWN.format("a"), "exec('my_loss = 3')") == ["calls exec"]
    assert unsure(OWN.format("a"), "%run mine.py") == ["calls run_line_magic"]
    assert unsure(OWN.format("a"), "def other():\n    exec('3')") == []
    assert unsure(OWN.format("a"), "print(eval('3'))") == []


def test_the_checks_say_which_names_a_task_asks_for():
    check = code("_y = my_elu(1)\nassert _y", "task-check", locked=True)
    plot = "fig, ax = axes()\nax.plot(tf.nn.elu(1))\nexpected = tf.nn.elu(2)"
    own = "def my_elu(z):\n    return np.exp(z)\n\n\n"
    without = {"task": ELU}
    told = names.forbidden([IMPORTS, code(own + plot, "task"), check], ["task"], without)
    assert told["used"] == {}
    # an answer in a cell of one's own
    moved = [code("", "task"), code("my_elu = tf.nn.elu"), check]
    assert names.forbidden([IMPORTS, *moved], ["task"], without)["used"] == {"task": ["elu"]}
    # without a call in the checks, the names of the answer
    silent = [code("my_elu = tf.nn.elu", "task"), code("assert 1", "task-check", locked=True)]
    assert names.forbidden([IMPORTS, *silent], ["task"], without)["used"] == {"task": ["elu"]}


def test_a_task_is_not_charged_with_another():
    cells = [IMPORTS, code("def f():\n    return 1", "one"), code("g = tf.nn.elu", "two")]
    without = {"one": ["elu"], "two": ["elu", "mape"]}
    assert names.forbidden(cells, ["one", "two"], without)["used"] == {"two": ["elu"]}
    assert names.forbidden(cells, ["one"], without)["used"] == {}


@pytest.mark.parametrize(
    "source",
    [
        "def (",
        "x = 0x" + "f" * 5000 + "\nx = " + "9" * 5000,
        "(" * 300 + ")" * 300,
        "x = " + "-" * 20_000 + "1",
        "x" + "()" * 20_000,
        "if 1:\n" + "".join(" " * k + "if 1:\n" for k in range(1, 150)),
        "x = '\ud800'",
        "x = 1\0",
        ">>> %x\n" * 600,
        ">>> ,x 3\n" * 600,
        ">>> %x\n" * 200,
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_the_others_are_read(source):
    told = looked(OWN.format("keras.losses.mape"), source)
    assert told == {"used": {"task": ["mape"]}, "unsure": {}, "unread": [2]}


def test_text_is_not_read():
    text = {"kind": "markdown", "source": "def (", "grade_id": "task", "locked": False}
    assert names.forbidden([text], ["task"], {"task": ELU})["unread"] == []


LONG = {
    "calls inside calls": "x = " + "f(" * 90 + str(list(range(8000))) + ")" * 90,
    "a chain of calls": "x = np" + ".f()" * 200,
    "magics": "\n".join(f"%time x{k} = np.f({k})" for k in range(200)),
    "other magics": "\n".join(f"%matplotlib inline{k}" for k in range(200)),
    "magics in a long cell": "%matplotlib inline\n" * 200 + "x = 1\n" * 15_000,
    "magics that mean nothing": "%matplotlib inline\n" * 200 + "x = (1\n" * 10_000,
    "a name bound often": "x = f(x)\n" * 10_000,
    "names of names": "\n".join(f"x{k} = x{k + 1}" for k in range(5000)),
    "two for each": "x0 = np\n"
    + "\n".join(f"x{k + 1} = x{k}.a\nx{k + 1} = x{k}.b" for k in range(18)),
    "attributes": "x = np" + ".f" * 900,
    "functions in functions": "".join(" " * k + f"def f{k}(x):\n" for k in range(90))
    + (" " * 90 + "f0(x)\n") * 300,
    "many options": "%time " + "-a 1 " * 5000 + "!",
    "words": "x" * 50_000 + " " * 50_000 + "\n%x",
    "commas": "%x\n" + "a, " * 30_000 + "\n",
}


def took(function):
    """Processor seconds of a call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def some_work():
    """What tells how fast this machine is now: a tenth of a second, or two."""
    table = {}
    for number in range(1_000_000):
        table[number % 1000] = str(number)


@functools.cache
def pace(attempt):
    """Processor seconds of some work, measured once for all attempts of that number."""
    return min(took(some_work) for _ in range(3))


@pytest.mark.parametrize("source", LONG.values(), ids=LONG)
def test_long_cells_take_no_longer_than_they_must(source):
    looked("x = 1")  # IPython is imported
    for attempt in range(3):  # a moment in which the machine is slow passes, a fault stays
        seconds = took(lambda: looked(source, source.replace("x", "y"), "print(3)"))
        most = 30 * pace(attempt)
        if seconds < most:
            break
    assert seconds < most


# --- every answer of the bank ----------------------------------------------------------------

FORBIDDEN = {
    ("02_relu_derivative", "kinks", "calls the built-in"): ["hardtanh"],
    ("02_relu_derivative", "elu", "calls the built-in"): ["elu"],
    ("03_backpropagation_by_hand", "loss", "calls the built-in"): ["log_softmax"],
    ("03_backpropagation_by_hand", "check", "calls the built-in"): ["numerical_gradient"],
    ("04_loss_functions", "logcosh", "the built-in"): ["log_cosh"],
    ("04_loss_functions", "logcosh", "the built-in by its string"): ["log_cosh"],
    ("04_loss_functions", "percent", "the built-in"): ["mean_absolute_percentage_error"],
    ("05_wrapper_and_class", "align", "Keras's own"): ["squeeze_or_expand_to_same_rank"],
    ("06_siamese_contrastive_loss", "loss", "the loss of the helpers"): [
        "euclidean_distance",
        "contrastive_with_margin",
    ],
    ("06_siamese_contrastive_loss", "scores", "the metrics of scikit-learn"): [
        "accuracy_score",
        "precision_score",
        "recall_score",
    ],
    ("06_siamese_contrastive_loss", "auc", "the function of scikit-learn"): ["roc_auc_score"],
}


def notebook(name, **changes):
    """What is found in a notebook of solutions, some replaced; and its tasks."""
    cells = [
        {
            "kind": cell.cell_type,
            "source": cell.source,
            "grade_id": cell.metadata.nbgrader.grade_id,
            "locked": cell.metadata.nbgrader.locked,
        }
        for cell in solved(name, **changes).cells
    ]
    tests = hidden_tests(course.tests(name))
    tasks = list(dict.fromkeys(part.task for part in tests.parts.values()))
    return names.forbidden(cells, tasks, tests.without)


@pytest.mark.parametrize("name", course.names())
def test_every_answer_of_the_bank_is_judged(name):
    nothing = {"used": {}, "unsure": {}, "unread": []}
    answers = bank(name)
    assert notebook(name) == nothing
    assert notebook(name, **answers["RIGHT"]) == nothing
    for task, wrong in answers["WRONG"].items():
        for misconception, kept, source in wrong:
            expected = FORBIDDEN.get((name, task, misconception))
            told = notebook(name, **{task: source})
            assert told["used"] == ({task: expected} if expected else {}), misconception
            assert told["unread"] == []
            if expected:
                assert kept == 0
            else:
                assert told["unsure"] == {}, misconception


def test_the_bank_has_all_of_them():
    found = {
        (name, task, misconception)
        for name in course.names()
        for task, wrong in bank(name)["WRONG"].items()
        for misconception, _, _ in wrong
    }
    assert FORBIDDEN.keys() <= found
