"""Where submissions are graded: on this machine or on a cluster, behind one interface."""

import hashlib
import os
import platform
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grading import sandbox

PATIENCE = 10  # seconds until a scheduler answers, and until it has a worker
MATTERS = ("numpy", "tensorflow", "keras", "ipython")  # another version could give other points


def cores():
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


@contextmanager
def engine(workers=None, address=None):
    """An executor that grades submissions, and how many it can take at once.

    Parameters
    ----------
    workers : int, optional
        How many submissions at once on this machine; None: as many as it has processors. Each
        runs in processes of its own, so threads are enough to wait for them.
    address : str, optional
        Of a Dask scheduler, as `tcp://host:8786`: its workers grade.

    Yields
    ------
    concurrent.futures.Executor, int

    Raises
    ------
    SystemExit
        With one sentence, if nothing can be graded there.
    """
    if not address:
        if workers is not None and workers < 1:
            raise SystemExit(f"WORKERS must be 1 or more. Received: WORKERS={workers}")
        workers = workers or cores()
        pool = ThreadPoolExecutor(workers)
        try:
            yield pool, workers
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return
    with cluster(address) as client:
        yield client.get_executor(pure=False), sum(client.nthreads().values())


@contextmanager
def cluster(address):
    """A client of a Dask cluster whose workers can grade."""
    try:
        from distributed import Client
    except ImportError:
        raise SystemExit(
            "ENGINE needs Dask: .venv/bin/pip install --editable '.[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:
        raise SystemExit(f"No Dask scheduler answers at ENGINE={address}: {problem}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
            told = client.run(about, on_error="return")
        except TimeoutError:
            raise SystemExit(f"The Dask scheduler at ENGINE={address} has no workers.") from None
        told = {f"worker {worker}": there for worker, there in told.items()}
        try:  # it passes on what it can read itself, but needs no sandbox
            there = client.run_on_scheduler(about)
            told["scheduler"] = {**there, "missing": sandbox.missing()}
        except Exception as problem:
            told["scheduler"] = problem
        for who, there in told.items():
            if isinstance(there, Exception):
                raise SystemExit(
                    f"The {who} cannot grade: {type(there).__name__}: {there}. Start it in a copy "
                    "of this project, with PYTHONPATH=assignments and its environment."
                )
            problem = differs(there)
            if problem:
                raise SystemExit(f"The {who} cannot grade: {problem}")
        yield client


@cache
def about():
    """What has to be the same wherever submissions of one class are graded."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        code.update(path.read_bytes())
    versions = {"python": platform.python_version()}
    for name in MATTERS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "none"
    return {"code": code.hexdigest(), "versions": versions, "missing": sandbox.missing()}


def differs(there):
    """Why a worker cannot grade for us, or None."""
    here = about()
    for name, ours in here["versions"].items():
        theirs = there["versions"].get(name)
        if theirs != ours:
            return f"it has {name} {theirs}, and here it is {ours}."
    if there["code"] != here["code"]:
        return "it has another version of this project."
    if there["missing"] != here["missing"]:
        return f"{there['missing'] or 'it has a sandbox, and here there is none'}."
    return None


class Different(Exception):
    """A worker that joined later is not like the others."""


def checked(here, function, *arguments):
    """Call a function on a worker, if it is like the others."""
    if about() != here:
        raise Different("a worker that has joined has other versions: see ENGINE in README.md")
    return function(*arguments)


def results(pool, ahead, calls):
    """What becomes of calls, as they are ready.

    Parameters
    ----------
    pool : concurrent.futures.Executor
    ahead : int
        How many calls may wait or run at once.
    calls : iterable of tuple
        A function and its arguments, each made when there is room for it.

    Yields
    ------
    arguments, concurrent.futures.Future
        Its result is there, or its error.
    """
    here, waiting = about(), {}

    def ready():
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            yield waiting.pop(future), future

    for function, *arguments in calls:
        waiting[pool.submit(checked, here, function, *arguments)] = arguments
        if len(waiting) >= ahead:
            yield from ready()
    while waiting:
        yield from ready()
