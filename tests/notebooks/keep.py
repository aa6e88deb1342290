"""Runs in the kernel of a lesson, before its first cell and after its last one.

Keeps what the tests ask of a lesson that has run: what its names mean, the arguments of its live
figures, and after which cell TensorFlow was loaded.
"""

import contextlib
import functools
import pickle
import sys

import cloudpickle

from helpers import live

FIGURES, TENSORFLOW = [], []


def begin(shell):
    """Keep the arguments of every call of `live`, and what is loaded after each cell."""
    real = live.live

    @functools.wraps(real)
    def remembered(*arguments, **options):
        FIGURES.append((arguments, options))
        real(*arguments, **options)

    live.live = remembered
    shell.events.register("post_run_cell", lambda _: TENSORFLOW.append("tensorflow" in sys.modules))


def end(shell, path):
    """Write all that was kept to a file; each name by itself, for not all can travel."""
    names = {}
    for name, value in shell.user_ns.items():
        if not name.startswith("_"):
            with contextlib.suppress(Exception):
                names[name] = cloudpickle.dumps(value)
    figures = cloudpickle.dumps(FIGURES)
    with open(path, "wb") as file:
        pickle.dump({"names": names, "figures": figures, "tensorflow": TENSORFLOW}, file)
