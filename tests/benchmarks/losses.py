"""Measure a training step with the losses of `helpers.losses` beside Keras's own Huber loss.

Each round times all of them in turn, in one process. Prints a table of ratios to the built-in; only
these are worth comparing, and on a noisy machine those of a step near 1 mean "no difference".
"""

import random
import statistics
import time

import numpy as np

from helpers.losses import HuberLoss, huber, huber_with_threshold
from helpers.quiet import quiet

with quiet():
    import keras

ROUNDS, STEPS = 15, 40
LOSSES = {
    "built-in": lambda: keras.losses.Huber(delta=1.0),
    "function": lambda: huber,
    "wrapper": lambda: huber_with_threshold(1.0),
    "class": lambda: HuberLoss(1.0),
}
MODES = {
    "eager": {"run_eagerly": True},
    "tf.function": {},
    "XLA": {"jit_compile": True},
}
SIZES = {"small (64 × 8, 16 units)": (64, 8, 16), "larger (256 × 64, 256 units)": (256, 64, 256)}


def trainer(loss, mode, size):
    """Give a function that trains for some steps, and has done so once."""
    examples, inputs, units = size
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(loss=loss, optimizer="sgd", **mode)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(STEPS * examples, inputs)).astype("float32")
    y = rng.normal(size=(STEPS * examples, 1)).astype("float32")

    def train():
        model.fit(x, y, batch_size=examples, shuffle=False, verbose=0)

    train()
    return train


def main():
    print(f"training step, median of {ROUNDS} rounds of {STEPS} steps, ratio to the built-in")
    print(f"{'':30s} {'':12s} built-in " + "".join(f"{name:>10s}" for name in list(LOSSES)[1:]))
    for size_name, size in SIZES.items():
        for mode_name, mode in MODES.items():
            trainers = {name: trainer(make(), mode, size) for name, make in LOSSES.items()}
            times = {name: [] for name in trainers}
            for k in range(ROUNDS):
                for name in random.Random(k).sample(list(trainers), len(trainers)):
                    started = time.perf_counter()
                    trainers[name]()
                    times[name].append((time.perf_counter() - started) / STEPS)
            median = {name: statistics.median(values) for name, values in times.items()}
            ratios = [f"{median[name] / median['built-in']:10.2f}" for name in list(LOSSES)[1:]]
            print(
                f"{size_name:30s} {mode_name:12s} {1e3 * median['built-in']:5.2f} ms"
                + "".join(ratios)
            )


if __name__ == "__main__":
    main()
