"""The hand-written network against automatic differentiation: training steps a second on XOR.

All train the same network (2 inputs, 30 ReLU units, 1 output, sum of squared errors, float64, all
four examples in each step) from the same weights, in turns, and must end with the same weights.
"""

import importlib.util
import random
import statistics
import time

import numpy as np

from helpers.network import Network
from helpers.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf

if importlib.util.find_spec("torch"):
    import torch
else:
    torch = None

from report import table

ROUNDS, STEPS, RATE = 7, 500, 0.002
X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0.0], [1], [1], [0]])
START = tuple(Network(2, 30, 1, scale=1).weights.values())


def by_hand():
    network = Network(2, 30, 1, scale=1)
    network.train(X, Y, RATE, STEPS)
    return network.weights.values()


def taped(compiled):
    """Give a function that trains with `tf.GradientTape`, in a `tf.function` or eagerly."""
    weights = [tf.Variable(start) for start in START]

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((tf.nn.relu(X @ weights[0]) @ weights[1] - Y) ** 2)
        for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
            weight.assign_sub(RATE * gradient)

    step = tf.function(step) if compiled else step

    def train():
        for weight, start in zip(weights, START, strict=True):
            weight.assign(start)
        for _ in range(STEPS):
            step()
        return [weight.numpy() for weight in weights]

    return train


def fitter(**options):
    """Give a function that trains with Keras's `fit`, a batch of all four examples a step."""
    dense = {"use_bias": False, "dtype": "float64"}
    layers = [
        keras.Input((2,), dtype="float64"),
        keras.layers.Dense(30, activation="relu", **dense),
        keras.layers.Dense(1, **dense),
    ]
    model = keras.Sequential(layers)
    loss, optimizer = keras.losses.MeanSquaredError("sum"), keras.optimizers.SGD(RATE)
    model.compile(loss=loss, optimizer=optimizer, **options)
    x, y = np.tile(X, (STEPS, 1)), np.tile(Y, (STEPS, 1))

    def train():
        model.set_weights(START)
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
        return model.get_weights()

    return train


def with_torch():
    x, y = torch.tensor(X), torch.tensor(Y)
    w_1, w_2 = (torch.tensor(start, requires_grad=True) for start in START)
    optimizer = torch.optim.SGD([w_1, w_2], lr=RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        ((torch.relu(x @ w_1) @ w_2 - y) ** 2).sum().backward()
        optimizer.step()
    return w_1.detach().numpy(), w_2.detach().numpy()


def main():
    ways = {
        "helpers.network, by hand": by_hand,
        "tf.GradientTape, eager": taped(compiled=False),
        "tf.GradientTape in tf.function": taped(compiled=True),
        "Keras fit": fitter(),
        "Keras fit, all steps in one call": fitter(steps_per_execution=STEPS),
    }
    if torch:
        torch.set_num_threads(1)  # four examples: more threads only wait for each other
        ways["PyTorch, eager"] = with_torch
    times = {name: [] for name in ways}
    for name, train in ways.items():
        for given, expected in zip(train(), by_hand(), strict=True):  # this also warms up
            np.testing.assert_allclose(given, expected, rtol=1e-4, err_msg=name)
    for k in range(ROUNDS):
        for name in random.Random(k).sample(list(ways), len(ways)):
            started = time.perf_counter()
            ways[name]()
            times[name].append(time.perf_counter() - started)
    median = {name: statistics.median(values) for name, values in times.items()}
    hand = median["helpers.network, by hand"]
    rows = [
        [name, f"{STEPS / seconds:,.0f}", f"{seconds / hand:.2f} ×"]
        for name, seconds in median.items()
    ]
    if not torch:
        rows.append(["PyTorch", "not installed", "–"])
    table(
        "The hand-written network",
        ["XOR, 30 units, float64", "steps a second", "time to by hand"],
        rows,
        f"Median of {ROUNDS} rounds of {STEPS} steps; all end with the same weights.",
    )


if __name__ == "__main__":
    main()
