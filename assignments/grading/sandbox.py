"""Processes that can do no harm: no network, few files, little of everything.

On Linux bubblewrap (`bwrap`) makes the sandbox: namespaces of its own, system and Python to read,
three small file systems in memory to write, which vanish with it. The kernel keeps the limits of
one process. An ordinary user cannot limit all processes of a tree together (control groups belong
to the administrator), so `exceeded` looks at the tree several times a second.
"""

import os
import platform
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil

from grading.limits import LIMITS

GRADING = Path(__file__).parent
HELPERS = GRADING.parents[1] / "helpers"
BEGIN = f"import sys; sys.path.insert(0, {str(GRADING.parent)!r}); from grading.inside."
# System calls that are refused, and their numbers by machine. The first word is the architecture.
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
REFUSED = {
    # memory that nobody counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    # what stays in the kernel, for another submission to find
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # what shows that another submission uses the same file
    "flock": (73, 32),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # more processors than are given
    "sched_setaffinity": (203, 122),
}
# The same for one kind of argument: number, which argument, bits to look at, values
REFUSED_WITH = {
    "mmap": ((9, 222), 3, 0x21, (0x21,)),  # memory that is shared and has no file
    "fcntl": ((72, 25), 1, 0xFFFFFFFF, (6, 7, 37, 38, 1024, 1026)),  # locks and leases
}
NO_SUCH_CALL = ("flock", "fcntl")  # libraries go on without locks where there are none


@cache
def missing():
    """Why there is no sandbox on this machine, or None if there is one."""
    if sys.platform != "linux":
        return "the sandbox (bubblewrap) exists only on Linux"
    if not shutil.which("bwrap"):
        return "the sandbox is missing: install the package `bubblewrap`"
    trial = subprocess.run([*jail(LIMITS), "true"], capture_output=True, text=True)
    if "nknown option" in trial.stderr:
        return "this bubblewrap is too old: version 0.8 or newer is needed"
    return f"bubblewrap cannot start: {trial.stderr.strip()}" if trial.returncode else None


def sizes(limits):
    """The folders that can be written, and bytes."""
    return {"/home": limits.disk, "/tmp": limits.disk // 2, "/dev/shm": limits.disk // 2}


def readable():
    """What code needs of this project and its environment, wherever they lie."""
    places = [sys.base_prefix, sys.prefix, HELPERS, GRADING / "__init__.py", GRADING / "inside"]
    return [str(place) for place in places]


def fonts():
    """Matplotlib's list of fonts, which is slow to make anew: where it is, and where inside."""
    found = Path.home().glob(".cache/matplotlib/fontlist*.json")
    return {str(path): f"/home/.cache/matplotlib/{path.name}" for path in found}


def jail(limits, rights=("--disable-userns", "--cap-drop", "ALL")):
    """The command that starts a program inside."""
    command = ["bwrap", "--unshare-all", "--unshare-user", *rights, "--die-with-parent"]
    command += ["--new-session", "--proc", "/proc", "--dev", "/dev"]
    command += ["--dev-bind", "/dev/null", "/dev/zero"]  # shared, it is memory nobody counts
    for folder, size in sizes(limits).items():
        command += ["--size", str(size), "--tmpfs", folder]
    for name in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            command += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", *readable()):
        command += ["--ro-bind-try", name, name]
    for outside, inside in fonts().items():
        command += ["--ro-bind", outside, inside]
    # in /proc/sys the administrator could write, with no rights left, what counts outside too
    for folder in ("/proc", "/dev", "/"):
        command += ["--remount-ro", folder]
    return [*command, "--chdir", "/home"]


def seccomp():
    """A filter of system calls, as a program for the kernel; empty on an unknown machine."""
    machine = platform.machine()
    if machine not in MACHINES:
        return b""
    which = list(MACHINES).index(machine)
    load, equal, at_least, mask, end = 0x20, 0x15, 0x35, 0x54, 0x06
    allow, denied, no_such_call = 0x7FFF0000, 0x00050001, 0x00050026
    lines = [(load, 0, 0, 4), (equal, 1, 0, MACHINES[machine]), (end, 0, 0, denied)]
    # calls above this number are those of the x32 machine: the same under other numbers
    lines += [(load, 0, 0, 0), (at_least, 0, 1, 0x40000000), (end, 0, 0, denied)]
    for name, numbers in REFUSED.items():
        if numbers[which] is not None:
            answer = no_such_call if name in NO_SUCH_CALL else denied
            lines += [(equal, 0, 1, numbers[which]), (end, 0, 0, answer)]
    for name, (numbers, argument, bits, values) in REFUSED_WITH.items():
        answer = no_such_call if name in NO_SUCH_CALL else denied
        inside = [(load, 0, 0, 16 + 8 * argument), (mask, 0, 0, bits)]
        for value in values:
            inside += [(equal, 0, 1, value), (end, 0, 0, answer)]
        lines += [(equal, 0, len(inside) + 1, numbers[which]), *inside, (end, 0, 0, allow)]
    lines.append((end, 0, 0, allow))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def processors():
    """Two of the processors: what a submission may use, so that time limits processor time."""
    try:
        all_of_them = sorted(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return None
    return random.sample(all_of_them, min(2, len(all_of_them)))


@contextmanager
def on_two_processors():
    """What this thread starts meanwhile stays on two processors."""
    chosen = processors()
    if chosen is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


SHARED = "the copy could not leave what is shared"


class Copies:
    """A process that has imported `modules`, and its copies, one for each submission.

    It starts when the first copy is wanted, and again when it has ended.
    """

    def __init__(self, modules):
        self.modules, self.started, self.starts, self.lock = modules, None, 0, threading.Lock()

    def start(self):
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.requests.settimeout(120)
        code = f"{BEGIN}warm import main; main({self.modules!r})"
        self.started = subprocess.Popen(
            [*jail(LIMITS, ("--cap-add", "ALL")), sys.executable, "-I", "-c", code],
            stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd="/", env=environment("/home"), start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self.answer()

    def answer(self):
        told = self.requests.recv(100)
        if not told:
            raise OSError("the process to copy has ended")
        return told

    def make(self, limits):
        """A copy, as an object like `subprocess.Popen`.

        Raises
        ------
        OSError
            If none can be made.
        """
        with self.lock:
            if self.started is None or self.started.poll() is not None:
                if self.starts >= 3:
                    raise OSError("it has ended too often")
                self.starts += 1
                self.start()
            inside, outside = zip(os.pipe(), os.pipe()[::-1], strict=True)
            try:
                about = {
                    "sizes": sizes(limits),
                    "shown": [*readable(), *fonts().values()],
                    "filtered": seccomp(),
                    "processors": processors(),
                }
                socket.send_fds(self.requests, [repr(about).encode()], inside)
                copy = Copy(self.outer(int(self.answer())), *outside)
            except OSError:
                for number in outside:
                    os.close(number)
                raise
            finally:
                for number in inside:
                    os.close(number)
        ready, _, _ = select.select([copy.stdout], [], [], 20)
        if not ready or os.read(copy.stdout.fileno(), 6) != b"ready\n":
            end(copy)
            raise OSError(SHARED)
        return copy

    def outer(self, number):
        """The number that a copy has out here, from the one it has inside."""
        for one in psutil.Process(self.started.pid).children(recursive=True):
            try:
                with open(f"/proc/{one.pid}/status", errors="replace") as status:
                    numbers = re.search(r"^NSpid:(.*)$", status.read(), re.M)[1].split()
            except OSError:
                continue
            if len(numbers) == 2 and int(numbers[1]) == number:
                return one.pid
        raise OSError(SHARED)  # it has ended already


class Copy:
    """A copy of a process that is not our child, with what is used of `subprocess.Popen`."""

    def __init__(self, pid, stdin, stdout):
        self.pid = pid
        self.stdin, self.stdout = os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0)

    def kill(self):
        try:
            psutil.Process(self.pid).kill()
        except psutil.Error:
            pass

    def wait(self):
        try:
            psutil.Process(self.pid).wait(10)
        except psutil.Error:
            pass


@cache
def copies(modules):
    return Copies(modules)


@contextmanager
def process(limits, sandboxed=True, modules=()):
    """A process that answers as `inside.session` does; at the end nothing of it is left.

    Parameters
    ----------
    limits : Limits
    sandboxed : bool
        False: with the rights of whoever calls, in a folder of its own that is deleted.
    modules : tuple of str
        What it should have imported already. It is a copy of one that has, where that works.

    Yields
    ------
    subprocess.Popen
        With pipes as its input and output.
    """
    if sandboxed:
        try:
            copy = copies(tuple(modules)).make(limits)
        except (OSError, ValueError):
            pass  # a new process does the same, slower
        else:
            try:
                yield copy
            finally:
                end(copy)
            return
    command, handed_on = [sys.executable, "-I", "-c", f"{BEGIN}session import serve; serve()"], ()
    folder = None if sandboxed else tempfile.mkdtemp(prefix="grading-")
    if sandboxed:
        filtered = []
        if seccomp():
            inside, outside = os.pipe()
            os.write(outside, seccomp())
            os.close(outside)
            handed_on, filtered = (inside,), ["--seccomp", str(inside)]
        command = [*jail(limits), *filtered, *command]
    with on_two_processors():
        started = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder or "/",
            env=environment("/home" if sandboxed else folder),
            start_new_session=True,
            pass_fds=handed_on,
            bufsize=0,
        )
    for number in handed_on:
        os.close(number)
    try:
        yield started
    finally:
        end(started)
        if folder:
            delete(folder)


def environment(home):
    """The variables of a process inside; none of the caller's own."""
    mine = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows
    return mine | {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": "1",  # on small matrices several threads wait for each other
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def tree(started):
    """All processes that a process has started, and itself."""
    try:
        first = psutil.Process(started.pid)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []


def exceeded(started, limits):
    """Which limit all processes together have passed, in words; or None."""
    family = tree(started)
    if len(family) > limits.processes:
        return f"started more than {limits.processes} processes"
    processor = memory = shared = threads = opened = 0
    for one in family:
        try:
            with one.oneshot():
                processor += sum(one.cpu_times()[:4])  # with the children that have ended
                memory += one.memory_info().rss
                threads += one.num_threads()
                opened += one.num_fds() if hasattr(one, "num_fds") else 0
        except psutil.Error:
            continue
    if processor > limits.processor:
        return f"took more than {limits.processor:g} seconds of processor time"
    if threads > limits.threads:
        return f"started more than {limits.threads} threads"
    if opened > limits.descriptors:
        return f"opened more than {limits.descriptors:,} files"
    if memory > limits.memory:  # what processes share is counted once for each: look closer
        for one in family:
            try:
                shared += getattr(one.memory_full_info(), "pss", one.memory_info().rss)
            except psutil.Error:
                continue
        if shared > limits.memory:
            return f"took more than {limits.memory / 10**9:g} GB of memory"
    if max((entries(one.pid) for one in family), default=0) > limits.entries:
        return f"made more than {limits.entries:,} files"
    return None


def entries(pid):
    """How many files and folders are in the three places that a process inside can write."""
    count = 0
    for folder in ("home", "tmp", "dev/shm"):
        inside = f"/proc/{pid}/root/{folder}"
        try:
            if os.stat(inside).st_dev != os.stat(f"/{folder}").st_dev:
                system = os.statvfs(inside)
                count += system.f_files - system.f_ffree
        except (OSError, AttributeError):  # it has just ended; or this is not Linux
            continue
    return count


def end(started):
    """End a process and all it has started, and wait until they are gone."""
    family = tree(started)
    for one in reversed(family):
        try:
            one.kill()
        except psutil.Error:
            pass
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError, AttributeError):
        pass
    started.kill()
    started.wait()
    until = time.monotonic() + 5
    while not all(map(over, family)) and time.monotonic() < until:
        time.sleep(0.01)
    for stream in (started.stdin, started.stdout):
        if stream:
            stream.close()


def over(process):
    """Whether a process runs no more. A zombie does not; the first process of a container may take
    it away late, or never.
    """
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def delete(folder):
    """Delete a folder, however deep it is."""
    if shutil.which("rm"):  # Python's own way gives up at a depth of 1,000
        subprocess.run(["rm", "-rf", folder], stderr=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)
