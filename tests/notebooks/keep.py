"""Runs in the kernel of a lesson, before its first cell and after its last one.

Keeps what the tests ask of a lesson that has run: what its names mean, the arguments of its live
figures, after which cell TensorFlow was loaded, and what a reader is told of answers to its turns.
"""

import contextlib
import functools
import io
import pickle
import sys

import cloudpickle

from helpers import live

FIGURES, TENSORFLOW, TOLD = [], [], {}


def begin(shell, answers):
    """Keep the arguments of every call of `live`, and what is loaded after each cell.

    Where a cell with one of the sources in `answers` has run, it is run again in a copy of the
    names, once for each answer there, as if the reader had written it.
    """
    real = live.live

    @functools.wraps(real)
    def remembered(*arguments, **options):
        FIGURES.append((arguments, options))
        real(*arguments, **options)

    def after(result):
        TENSORFLOW.append("tensorflow" in sys.modules)
        source = result.info.raw_cell
        TOLD.update(
            {(source, given): told(shell, source, given) for given in answers.get(source, ())}
        )

    live.live = remembered
    shell.events.register("post_run_cell", after)


def told(shell, source, answer):
    """What a cell prints after an answer of the reader's."""
    names, said = dict(shell.user_ns), io.StringIO()
    exec(answer, names)
    with contextlib.redirect_stdout(said):
        exec(source, names)
    return said.getvalue()


def end(shell, path):
    """Write all that was kept to a file; each name by itself, for not all can travel."""
    names = {}
    for name, value in shell.user_ns.items():
        if not name.startswith("_"):
            with contextlib.suppress(Exception):
                names[name] = cloudpickle.dumps(value)
    kept = {"names": names, "figures": cloudpickle.dumps(FIGURES), "tensorflow": TENSORFLOW}
    with open(path, "wb") as file:
        pickle.dump(kept | {"told": TOLD}, file)
