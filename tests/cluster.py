"""A Dask cluster on this machine, each worker a process: for tests and benchmarks of grading."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

from grading import course


@contextmanager
def cluster(workers, scheduler_knows=True):
    """Start a scheduler, which finds the grading code or not, and so many workers, which do.

    Yields
    ------
    str, list of subprocess.Popen
        The scheduler's address; itself, then the workers.
    """
    from distributed import Client

    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    module = [sys.executable, "-m"]
    worker = [*module, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    commands = [
        [*module, "distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"],
        *[[*worker, "--no-dashboard"]] * workers,
    ]
    environment = {**os.environ, "PYTHONPATH": str(course.ROOT)}
    running = []
    for command in commands:
        known = environment if running or scheduler_knows else {**os.environ, "PYTHONPATH": ""}
        running.append(subprocess.Popen(command, env=known, cwd="/", stderr=subprocess.DEVNULL))
    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, running
    finally:
        for process in running:
            process.kill()
            process.wait()
