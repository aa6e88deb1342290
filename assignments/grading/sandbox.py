"""Runs a student's code where it can do no harm: no network, few files, little of everything.

On Linux bubblewrap (`bwrap`) makes the sandbox. What comes out of it is data that nobody trusts.
"""

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nbformat.v4 import new_output

SESSION = Path(__file__).with_name("session.py")
HELPERS = Path(__file__).parents[2] / "helpers"

GIGABYTE = 2**30
LIMITS = {  # of the process that runs the student's code
    "RLIMIT_AS": 8 * GIGABYTE,  # addresses: TensorFlow alone takes more than 2 GB of them
    "RLIMIT_FSIZE": 50 * 2**20,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_NPROC": 1000,
    "RLIMIT_CORE": 0,
}
ALTOGETHER = 240  # for one submission, in all its attempts
ATTEMPTS = 6
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
REPORT_BYTES = 20 * 2**20  # that one attempt may send


@cache
def missing():
    """Why there is no sandbox on this machine, or None if there is one."""
    if sys.platform != "linux":
        return "the sandbox (bubblewrap) exists only on Linux"
    if not shutil.which("bwrap"):
        return "the sandbox is missing: install the package `bubblewrap`"
    with tempfile.TemporaryDirectory() as folder:
        trial = subprocess.run([*jail(folder), "true"], capture_output=True, text=True)
    return f"bubblewrap cannot start: {trial.stderr.strip()}" if trial.returncode else None


def jail(folder):
    """The command that starts a program inside: system and Python to read, `folder` to write."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for name in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            command += ["--ro-bind", name, name]
    readable = ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"]
    readable += [sys.base_prefix, sys.prefix, str(HELPERS), str(SESSION)]
    for name in readable:
        command += ["--ro-bind-try", name, name]
    return [*command, "--bind", str(folder), "/home", "--chdir", "/home"]


@dataclass
class Record:
    """What a notebook did: outputs of its cells, answers to the hidden tests, what went wrong."""

    outputs: dict[int, list] = field(default_factory=dict)
    notes: dict[int, list] = field(default_factory=dict)
    answers: dict[str, dict] = field(default_factory=dict)
    lost: dict[int | str, str] = field(default_factory=dict)  # cells and parts, with the reason


def run(cells, hidden_tests="", sandboxed=True, seconds=20):
    """Run the cells of a notebook and then the hidden tests.

    A cell or a test that does not end, or ends the process, is left out, and the rest is run
    again in a new process: it takes nothing else with it.

    Parameters
    ----------
    cells : list of str
        Sources of the code cells, in order.
    hidden_tests : str
        Source of a file of hidden tests, sent when the cells have run.
    sandboxed : bool
        False: without bubblewrap, with the rights of whoever calls. Time, memory and output
        stay limited.
    seconds : float
        For one cell or one test.

    Returns
    -------
    Record
    """
    record = Record()
    end = time.monotonic() + max(ALTOGETHER, 3 * seconds)
    for _ in range(ATTEMPTS):
        record.outputs, record.notes, record.answers = {}, {}, {}
        stopped = attempt(cells, hidden_tests, sandboxed, seconds, end, record)
        if stopped is None:
            return record
        place, reason = stopped
        record.lost[place] = reason
        if place == "notebook" or time.monotonic() > end:
            return record
    record.lost["notebook"] = "given up: too many cells end or block the process"
    return record


def attempt(cells, hidden_tests, sandboxed, seconds, end, record):
    """Run once. Returns None, or the cell or test at which the process ended, and why."""
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        home = "/home" if sandboxed else folder
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": home,
            "IPYTHONDIR": f"{home}/.ipython",
            "LANG": "C.UTF-8",
            "MPLBACKEND": "Agg",
            "CUDA_VISIBLE_DEVICES": "",
            "OMP_NUM_THREADS": "1",  # on small matrices several threads wait for each other
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        process = subprocess.Popen(
            [*(jail(folder) if sandboxed else []), sys.executable, "-I", str(SESSION)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            return converse(process, cells, hidden_tests, seconds, end, record)
        finally:
            # the whole group; in the sandbox everything dies with its first process
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            process.stdin.close()
            process.stdout.close()


def converse(process, cells, hidden_tests, seconds, end, record):
    """Send the cells, read their outputs; then send the tests, read their answers.

    Outputs that come after the tests were sent are ignored: they could show the tests.
    """

    def send(message):
        try:
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; reading will tell

    place = "notebook"
    sent = False
    send({"cells": cells, "skip": list(record.lost), "limits": LIMITS})
    messages = lines(process.stdout, lambda: min(time.monotonic() + seconds, end))
    try:
        for message in messages:
            if "start" in message:
                place = message["start"]
            elif "ready" in message and not sent:
                if set(range(len(cells))) - set(record.outputs) - set(record.lost):
                    return "notebook", "sent a report of its own"
                sent, place = True, "notebook"
                send(hidden_tests)
            elif "cell" in message and not sent:
                record.outputs[int(message["cell"])] = clean(message["outputs"])
                record.notes[int(message["cell"])] = [str(n)[:200] for n in message["notes"][:6]]
            elif "part" in message and sent:
                record.answers[str(message["part"])] = dict(json.loads(message["answer"]))
            elif "end" in message and sent:
                return None
    except TimeoutError:
        return known(place, cells, record), f"did not end within {seconds:g} seconds"
    except (ValueError, TypeError, KeyError, RecursionError):
        return known(place, cells, record), "sent what could not be read"
    return known(place, cells, record), "ended the process that runs the notebook"


def clean(outputs):
    """Outputs as the notebook format wants them: a student's code can send anything."""
    kept = []
    for output in outputs[:30]:
        kind = output["output_type"]
        if kind == "stream":
            kept.append(new_output(kind, name="stdout", text=str(output["text"])))
        elif kind == "display_data":
            data = {"text/plain": str(output["data"].get("text/plain", ""))}
            if BASE64.fullmatch(str(output["data"].get("image/png", ""))):
                data["image/png"] = output["data"]["image/png"]
            kept.append(new_output(kind, data=data))
        elif kind == "error":
            texts = {name: str(output[name]) for name in ("ename", "evalue")}
            kept.append(new_output(kind, traceback=[*map(str, output["traceback"])], **texts))
    return kept


def known(place, cells, record):
    """The place at which a process stopped, if it can be one: the process itself has named it."""
    if isinstance(place, str) and place not in record.lost:
        return place
    if isinstance(place, int) and 0 <= place < len(cells) and place not in record.lost:
        return place
    return "notebook"


def lines(stream, deadline):
    """The JSON documents that arrive, one a line. Raises TimeoutError when none comes in time."""
    os.set_blocking(stream.fileno(), False)
    waiting, seen, until = b"", 0, deadline()
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0, until - time.monotonic())):
                raise TimeoutError
            piece = stream.read(2**20)
            if not piece:
                return
            seen += len(piece)
            if seen > REPORT_BYTES:
                raise ValueError("too much")
            *documents, waiting = (waiting + piece).split(b"\n")
            for document in documents:
                message = json.loads(document)
                if not isinstance(message, dict):
                    raise TypeError("not a message")
                yield message
                until = deadline()
