"""Measure a training step with the losses of `helpers.losses` beside Keras's own Huber loss.

Each round times all of them in turn, in one process.
"""

import random
import statistics
import time

import numpy as np

from helpers.losses import HuberLoss, huber, huber_with_threshold
from helpers.quiet import quiet

with quiet():
    import keras

from report import table

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
    rows = []
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
            built_in = median.pop("built-in")
            rows.append([f"{size_name}, {mode_name}", f"{1e3 * built_in:.2f}"])
            rows[-1] += [f"{seconds / built_in:.2f} ×" for seconds in median.values()]
    table(
        "Custom losses",
        ["Huber loss, a training step", "built-in ms", *list(LOSSES)[1:]],
        rows,
        f"Median of {ROUNDS} rounds of {STEPS} steps of Keras's `fit`; the losses of "
        "`helpers.losses` as ratios to `keras.losses.Huber`, where within a few hundredths of 1 "
        "means no difference.",
    )


if __name__ == "__main__":
    main()
