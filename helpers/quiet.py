"""Import TensorFlow without the notes its compiled parts write to the screen."""

import contextlib
import gc
import os


@contextlib.contextmanager
def quiet():
    """Drop what compiled code writes to standard error, for the length of a `with` block.

    TensorFlow's notes on processors and graphics cards differ from machine to machine and from run
    to run, and say nothing about a lesson. Python's own errors still arrive.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # for its notes after the import
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what was imported stays: nobody need look for garbage in it, over and over
        if collecting:
            gc.enable()
        os.dup2(kept, 2)
        os.close(kept)
