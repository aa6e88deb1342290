"""A network with one hidden layer, written by hand: forward, backward, and a check of gradients.

    z = x @ w_1 + b_1,  a = max(z, negative_slope * z),  output = a @ w_2 + b_2

Everything is float64.
"""

import numpy as np

from helpers.activations import leaky_relu, relu_derivative
from helpers.checks import finite, flag, number, whole

HEADS = ("sum_of_squares", "softmax_cross_entropy")


def softmax(logits):
    """Turn the last axis of finite logits into probabilities that sum to 1.

    Anything else, an empty axis included, is a ValueError. No exponential overflows.
    """
    logits = finite("logits", logits)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"`logits` must hold one or more a row. Received shape {logits.shape}")
    return np.exp(_log_softmax(logits))


def _log_softmax(logits):
    with np.errstate(over="ignore"):  # of a difference, to -inf, whose exponential is 0
        logits = logits - logits.max(axis=-1, keepdims=True)  # no change to the result
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


class Network:
    """One hidden layer of ReLU or leaky ReLU units, and one of two heads.

    Parameters
    ----------
    inputs, hidden, outputs : int
        Numbers of inputs, hidden units, and outputs or classes; 1 or more.
    head : str
        "sum_of_squares": the outputs are the predictions; the loss sums (prediction - y)² over
        outputs and examples. "softmax_cross_entropy": the outputs are logits; the loss is
        -log(probability of the right class), the mean over the examples.
    negative_slope : float
        In [0, 1); 0 is ReLU.
    at_zero : float
        Slope of the activation at exactly 0, in [0, 1], but never below `negative_slope`.
    biases : bool
        Whether the units have biases. They start at 0.
    scale : float or None
        Standard deviation of the normal starting weights, positive. None: √(2 / n) for a unit
        with n inputs.
    seed : int
        Of the starting weights, 0 or more.

    Attributes
    ----------
    weights : dict of numpy.ndarray
        "w_1", shape (inputs, hidden), and "w_2", shape (hidden, outputs); with biases also "b_1",
        shape (hidden,), and "b_2", shape (outputs,).

    Raises
    ------
    ValueError
        If an argument is not as above.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors,
    Nature 323; He, Zhang, Ren & Sun (2015), Delving Deep into Rectifiers, ICCV (for √(2 / n)).
    """

    def __init__(
        self,
        inputs,
        hidden,
        outputs,
        *,
        head="sum_of_squares",
        negative_slope=0.0,
        at_zero=0.0,
        biases=False,
        scale=None,
        seed=0,
    ):
        for name, size in (("inputs", inputs), ("hidden", hidden), ("outputs", outputs)):
            whole(name, size, least=1)
        if head not in HEADS:
            raise ValueError(f"`head` must be one of {', '.join(HEADS)}. Received: head={head!r}")
        number("negative_slope", negative_slope, "a number in [0, 1)", lambda v: 0 <= v < 1)
        number("at_zero", at_zero, "a number in [0, 1]", lambda v: 0 <= v <= 1)
        if scale is not None:
            number("scale", scale, "a positive number or None", lambda v: 0 < v < np.inf)
        self.head, self.negative_slope, self.at_zero = head, float(negative_slope), float(at_zero)
        self._sizes = inputs, outputs
        rng = np.random.default_rng(whole("seed", seed))
        self.weights = {
            f"w_{layer}": rng.normal(size=shape) * float(scale or np.sqrt(2 / shape[0]))
            for layer, shape in ((1, (inputs, hidden)), (2, (hidden, outputs)))
        }
        if flag("biases", biases):
            self.weights |= {"b_1": np.zeros(hidden), "b_2": np.zeros(outputs)}

    def forward(self, x):
        """Give `z`, `a` and the outputs for `x`, shape (n, inputs): an array each, n rows."""
        x = _batch("x", x, self._sizes[0])
        z = x @ self.weights["w_1"] + self.weights.get("b_1", 0)
        a = leaky_relu(z, self.negative_slope)
        return z, a, a @ self.weights["w_2"] + self.weights.get("b_2", 0)

    def predict(self, x):
        """Give the predictions, or with softmax the probabilities: shape (n, outputs)."""
        output = self.forward(x)[-1]
        return output if self.head == "sum_of_squares" else softmax(output)

    def loss_and_gradients(self, x, y):
        """Give the loss, and its gradients as a dictionary with the names and shapes of `weights`.

        `x` is finite numbers of shape (n, inputs), n at least 1. `y` is finite numbers of shape
        (n, outputs) or, with softmax, whole numbers of shape (n,), the classes from 0 to
        outputs - 1. Anything else is a ValueError.
        """
        x = _batch("x", x, self._sizes[0])
        z, a, output = self.forward(x)
        if self.head == "sum_of_squares":
            y = _batch("y", y, self._sizes[1], rows=len(x))
            loss = np.sum((output - y) ** 2)
            grad_output = 2 * (output - y)
        else:
            rows = np.arange(len(x)), _classes(y, len(x), self._sizes[1])
            log_p = _log_softmax(output)
            loss = 0.0 - np.mean(log_p[rows])  # 0.0, not -0.0
            grad_output = np.exp(log_p)
            grad_output[rows] -= 1
            grad_output /= len(x)
        grad_a = grad_output @ self.weights["w_2"].T
        grad_z = grad_a * np.maximum(relu_derivative(z, self.at_zero), self.negative_slope)
        gradients = {"w_1": x.T @ grad_z, "w_2": a.T @ grad_output}
        if "b_1" in self.weights:
            gradients |= {"b_1": grad_z.sum(axis=0), "b_2": grad_output.sum(axis=0)}
        return loss, gradients

    def train(self, x, y, learning_rate, steps):
        """Take `steps` steps of gradient descent on all of `x` and `y`.

        Returns the losses before each step and after the last, shape (steps + 1,).
        """
        number("learning_rate", learning_rate, "a positive number", lambda v: 0 < v < np.inf)
        losses = np.empty(int(whole("steps", steps)) + 1)
        for step in range(steps):
            losses[step], gradients = self.loss_and_gradients(x, y)
            for name, gradient in gradients.items():
                self.weights[name] = self.weights[name] - float(learning_rate) * gradient
        losses[-1], _ = self.loss_and_gradients(x, y)
        return losses


def numerical_gradient(f, x, epsilon=1e-6):
    """Give the gradient of a function by central differences: two calls of `f` for each number.

    Parameters
    ----------
    f : callable
        Takes an array with the shape of `x`, gives one number. It may keep or change the array.
    x : array-like
        Finite numbers of any shape. They stay as they are.
    epsilon : float
        Half the distance between the two calls, positive.

    Returns
    -------
    numpy.ndarray
        (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon) for each number of `x`; its shape.

    Raises
    ------
    ValueError
        If an argument is not as above, or `f` does not give one number.
    """
    x = finite("x", x)
    number("epsilon", epsilon, "a positive number", lambda v: 0 < v < np.inf)
    gradient = np.empty_like(x)
    for k in np.ndindex(x.shape):
        values = []
        for step in (epsilon, -epsilon):
            moved = x.copy()
            moved[k] += step
            value = np.asarray(f(moved))
            if value.size != 1 or value.dtype.kind not in "iuf":
                raise ValueError(f"`f` must give one number. Received: {value!r}")
            values.append(value.item())
        gradient[k] = (values[0] - values[1]) / (2 * epsilon)
    return gradient


def _batch(name, value, columns, rows=None):
    value = finite(name, value)
    if value.ndim != 2 or value.shape[1] != columns or rows not in (None, len(value)):
        expected = f"({'n' if rows is None else rows}, {columns})"
        raise ValueError(f"`{name}` must have shape {expected}. Received: shape {value.shape}")
    if len(value) == 0:
        raise ValueError(f"`{name}` must hold one example or more. Received: shape {value.shape}")
    return value


def _classes(y, rows, count):
    y = np.asarray(y)
    if y.shape != (rows,):
        raise ValueError(f"`y` must have shape ({rows},). Received: shape {y.shape}")
    if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= count:
        raise ValueError(f"`y` must be whole numbers from 0 to {count - 1}. Received: y={y!r}")
    return y
