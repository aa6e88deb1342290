"""The hidden tests of assignment 03. They report values; the reference solution says which."""

import numpy as np

# the lesson and the section to read again, for each task
AGAIN = {
    "forward": ("03", "3 · All units and all examples at once"),
    "backward": ("03", "4 · XOR: four lines forward, five lines back"),
    "loss": ("03", "The stable softmax"),
    "check": ("03", "5 · Checking a gradient"),
    "words": ("03", "A check that fails though the gradient is right"),
}

WITHOUT = {
    "backward": ("GradientTape",),
    "loss": ("softmax", "log_softmax", "logsumexp", "GradientTape"),
    "check": ("numerical_gradient", "check_grad", "approx_fprime"),
}


def forward_passes(answer, *names):
    found = []
    for seed, (n, d, h_1, h_2) in enumerate([(5, 3, 4, 2), (1, 2, 3, 5), (7, 1, 2, 3)]):
        rng = np.random.default_rng(seed)
        weights = {
            "w_1": rng.normal(size=(d, h_1)),
            "b_1": rng.normal(size=h_1),
            "w_2": rng.normal(size=(h_1, h_2)),
            "b_2": rng.normal(size=h_2),
            "w_3": rng.normal(size=(h_2, 1)),
            "b_3": rng.normal(size=1),
        }
        values = answer.forward(weights, rng.normal(size=(n, d)), rng.normal(size=(n, 1)))
        found.append([values[name] for name in names])
    return found


@part("forward", 1, "the sums and outputs of the first layer")
def forward_first(answer):
    return forward_passes(answer, "z_1", "a_1")


@part("forward", 1, "the sums and outputs of the second layer")
def forward_second(answer):
    return forward_passes(answer, "z_2", "a_2")


@part("forward", 1, "the prediction and the loss")
def forward_loss(answer):
    return forward_passes(answer, "y_pred", "J")


OFF_THE_KINKS = {
    "w_1": [[1.0, 2.0, -1.5], [-0.5, 2.0, 1.0]],
    "b_1": [2.0, 0.5, 2.0],
    "w_2": [[-1.5, -0.5], [1.0, -1.0], [2.0, 1.5]],
    "b_2": [-1.0, 2.0],
    "w_3": [[1.0], [-0.5]],
    "b_3": [1.0],
    "x": [[-2.0, -2.0], [1.5, 1.0], [-1.5, 2.0], [0.5, -1.5]],
    "y": [[2.0], [-1.5], [2.0], [2.0]],
    "z_1": [[1.0, -7.5, 3.0], [3.0, 5.5, 0.75], [-0.5, 1.5, 6.25], [3.25, -1.5, -0.25]],
    "a_1": [[1.0, 0.0, 3.0], [3.0, 5.5, 0.75], [0.0, 1.5, 6.25], [3.25, 0.0, 0.0]],
    "z_2": [[3.5, 6.0], [1.5, -3.875], [13.0, 9.875], [-5.875, 0.375]],
    "a_2": [[3.5, 6.0], [1.5, 0.0], [13.0, 9.875], [0.0, 0.375]],
    "y_pred": [[1.5], [2.5], [9.0625], [0.8125]],
}
ON_SOME_KINKS = {
    "w_1": [[-2.0, 0.5, -2.0], [1.0, -1.0, 1.5]],
    "b_1": [1.5, 2.0, 1.5],
    "w_2": [[-2.0, 2.0], [-1.0, -0.5], [2.0, -0.5]],
    "b_2": [2.0, -2.0],
    "w_3": [[-0.5], [-1.5]],
    "b_3": [-0.5],
    "x": [[2.0, 1.0], [1.5, 1.5], [-0.5, 2.0], [0.5, -1.5]],
    "y": [[2.0], [1.0], [-1.5], [-2.0]],
    "z_1": [[-1.5, 2.0, -1.0], [0.0, 1.25, 0.75], [4.5, -0.25, 5.5], [-1.0, 3.75, -1.75]],
    "a_1": [[0.0, 2.0, 0.0], [0.0, 1.25, 0.75], [4.5, 0.0, 5.5], [0.0, 3.75, 0.0]],
    "z_2": [[0.0, -3.0], [2.25, -3.0], [4.0, 4.25], [-1.75, -3.875]],
    "a_2": [[0.0, 0.0], [2.25, 0.0], [4.0, 4.25], [0.0, 0.0]],
    "y_pred": [[-0.5], [-1.625], [-8.875], [-0.5]],
}


def backward_pass(answer, case, names, rows=slice(None)):
    arrays = {name: np.array(numbers) for name, numbers in case.items()}
    weights = {name: arrays[name] for name in ("w_1", "b_1", "w_2", "b_2", "w_3", "b_3")}
    x, y = arrays["x"][rows], arrays["y"][rows]
    values = {name: arrays[name][rows] for name in ("z_1", "a_1", "z_2", "a_2", "y_pred")}
    values["J"] = float(np.mean((values["y_pred"] - y) ** 2))
    gradients = answer.backward(weights, x, y, values)
    return [[gradients[name] for name in names], weights, x, y, values]


def gradients_off_the_kinks(answer, name):
    batches = [slice(None), slice(1), slice(1, 4)]
    return [backward_pass(answer, OFF_THE_KINKS, [name], rows)[0] for rows in batches]


@part("backward", 1, "the gradient of the weights of the last layer")
def backward_w3(answer):
    return gradients_off_the_kinks(answer, "w_3")


@part("backward", 1, "the gradient of the weights of the second layer")
def backward_w2(answer):
    return gradients_off_the_kinks(answer, "w_2")


@part("backward", 1, "the gradient of the weights of the first layer")
def backward_w1(answer):
    return gradients_off_the_kinks(answer, "w_1")


@part("backward", 1, "the gradients of all biases, also at the kinks; nothing given is changed")
def backward_biases(answer):
    biases = ["b_1", "b_2", "b_3"]
    return [backward_pass(answer, case, biases) for case in (OFF_THE_KINKS, ON_SOME_KINKS)]


def batches_of_logits():
    rng = np.random.default_rng(3)
    for n, k, temperature in ((1, 3, 1.0), (4, 3, 0.5), (6, 2, 2.5), (3, 5, 8.0)):
        yield 3 * rng.normal(size=(n, k)), rng.integers(k, size=n), temperature


@part("loss", 1, "the loss, for several batches and temperatures")
def loss_value(answer):
    return [answer.softmax_loss(*batch)[0] for batch in batches_of_logits()]


@part("loss", 2, "the gradient, for several batches and temperatures")
def loss_gradient(answer):
    return [answer.softmax_loss(*batch)[1] for batch in batches_of_logits()]


@part(
    "loss", 1, "very large and very small logits, whole numbers, and the logits left as they were"
)
def loss_extreme(answer):
    logits = np.array([[3000.0, 2998.0, 0.0], [-9000.0, -9001.0, -9000.0], [0.5, 1.0, -4000.0]])
    whole, labels = np.array([[1, 4, 2], [20000, -20000, 20001]]), np.array([2, 1, 0])
    return [
        *answer.softmax_loss(logits, labels, 2.0),
        *answer.softmax_loss(logits, labels[::-1], 0.25),
        *answer.softmax_loss(whole, labels[:2], 0.5),
        logits,
        whole,
        labels,
    ]


def cubes_and_product(x):
    return np.sum(x**3) + np.prod(x)


def checked(answer):
    rng = np.random.default_rng(4)
    matrix, row = rng.normal(size=(3, 4)), np.array([0.5, 0.0, -2.0, 1.5, 3.0])
    off = np.zeros((3, 4))
    off[2, 1], off[0, 3] = -0.75, 0.5
    large = np.array([4.0, 0.0, 40.0, 0.0, -1.0])  # the largest difference, not the largest error
    cube = np.arange(-6.0, 6.0).reshape(2, 3, 2) / 4
    near = 3 * cube**2 + 0.25
    near[1, 0, 1] -= 0.25
    four = np.array([0.5, 1.0, -2.0, 1.5])
    last = np.array([-1.9375, 1.5625, 12.8125, 5.8125])
    return [
        answer.largest_error(lambda x: np.sum(np.sin(x)), matrix, np.cos(matrix) + off),
        answer.largest_error(lambda x: np.sum(10 * x**3), row, 30 * row**2 + large, 1e-4),
        answer.largest_error(lambda x: np.sum(x**3), cube, near, 0.5),
        answer.largest_error(cubes_and_product, four, last, 0.25),
    ]


@part("check", 1, "the largest error, for several shapes and steps")
def check_error(answer):
    return [error for error, _ in checked(answer)]


@part("check", 1, "the index of the largest error")
def check_index(answer):
    return [np.ravel(index) for _, index in checked(answer)]


@part("check", 1, "an array of whole numbers, and the array left as it was")
def check_whole(answer):
    whole, real = np.array([[3, -1], [0, 2]]), np.array([[3.0, -1.0], [0.0, 2.0]])
    gradient = np.array([[6.0, -2.0], [0.125, 3.0]])

    def f(x):
        return np.sum(x**2)

    return [
        answer.largest_error(f, whole, gradient)[0],
        answer.largest_error(f, real, gradient)[0],
        whole,
        real,
        gradient,
    ]
