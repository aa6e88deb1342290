"""A process that has imported what is slow once, and is copied for each submission.

It runs no student's code. Each copy gets namespaces, file systems and limits of its own before it
becomes the process that `session` describes: what `bwrap` does for a new program, done for a copy,
because a new program would have to import again. Linux only.
"""

import ctypes
import fcntl
import gc
import inspect
import os
import random
import signal
import socket
import struct
import sys
from importlib import import_module

from grading.inside import names
from grading.inside.session import page, serve

LIBC = ctypes.CDLL(None, use_errno=True)
NAMESPACES = 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000 | 0x02000000
# of mounts, processes, network, messages, the host's name, control groups
READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096
RECURSIVE, PRIVATE = 1 << 14, 1 << 18
SET_FLAGS, UP = 0x8914, 1  # of a network device
PARENT_DIES, SECCOMP, DROP_BOUND, NO_NEW_RIGHTS = 1, 22, 24, 38
NEEDED = (  # by a session and its first cell; each copy would load them anew
    *("numpy", "numpy.random", "numpy.testing", "IPython.core.interactiveshell"),
    *("IPython.core.application", "IPython.core.completerlib", "IPython.core.magics"),
    *("IPython.core.oinspect", "bdb"),
)
READ = (  # one cell of each kind; what reads it gets its tables ready
    {"kind": "code", "source": "def f(x):\n    return x  # x", "grade_id": "f", "locked": False},
    {"kind": "markdown", "source": "$x$, *x*", "grade_id": "", "locked": False, "pictures": {}},
)


def must(call, *arguments):
    """Call the C library; what fails ends this copy before it runs anything."""
    if getattr(LIBC, call)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")


def mount(kind, folder, flags, options=""):
    must("mount", kind.encode(), folder.encode(), kind.encode(), flags, options.encode())


class Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def confine(sizes, shown, filtered, processors):
    """Leave everything that is shared, then give up the right to do so.

    Parameters
    ----------
    sizes : dict of str to int
        Folders that can be written, each a new file system in memory, and bytes.
    shown : list of str
        Files and folders that stay readable where they lie in one of these folders.
    filtered : bytes
        The filter of system calls; empty: none.
    processors : list of int
        Those it may use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:  # 127.0.0.1, as `bwrap` has it
        fcntl.ioctl(one, SET_FLAGS, struct.pack("16sH22x", b"lo", UP))
    must("mount", None, b"/", None, PRIVATE | RECURSIVE, None)
    mount("proc", "/proc", NOSUID | NODEV | NOEXEC)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")  # in a namespace of its own, a process could mount without a size
    # without any rights left, the administrator could still write the files there that are his
    must("mount", None, b"/proc", None, REMOUNT | BIND | READ_ONLY | NOSUID | NODEV | NOEXEC, None)
    hidden = [path for path in shown if path.startswith(tuple(f"{f}/" for f in sizes))]
    held = {path: os.open(path, os.O_PATH) for path in hidden if os.path.exists(path)}
    for folder, size in sizes.items():
        mount("tmpfs", folder, NOSUID | NODEV, f"size={size},mode=755")
    for path, number in held.items():
        show(path, number)
    mount("devpts", "/dev/pts", NOSUID | NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    os.chdir("/home")
    os.sched_setaffinity(0, processors)
    must("prctl", NO_NEW_RIGHTS, 1, 0, 0, 0)
    with open("/proc/sys/kernel/cap_last_cap") as file:
        last = int(file.read())
    for right in range(last + 1):
        must("prctl", DROP_BOUND, right, 0, 0, 0)
    must("capset", ctypes.byref(Header(0x20080522, 0)), (ctypes.c_uint32 * 6)())
    if filtered:
        program = Program(len(filtered) // 8, filtered)
        must("prctl", SECCOMP, 2, ctypes.byref(program), 0, 0)


def show(path, number):
    """Put a file or folder, held open, back to its place; it stays as read-only as it was."""
    if os.path.isdir(f"/proc/self/fd/{number}"):
        os.makedirs(path, exist_ok=True)
    elif not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    source = f"/proc/self/fd/{number}".encode()
    must("mount", source, path.encode(), None, BIND | RECURSIVE, None)
    os.close(number)


def outside_waits():
    """Go on in a new process; the old one only waits for it, and buries what ends meanwhile."""
    child = os.fork()
    if child:
        os.close(0)
        os.close(1)
        while True:
            try:
                if os.wait()[0] == child:
                    break
            except ChildProcessError:
                break
        os._exit(0)


def copy(streams, request):
    """Become the process of one submission; never returns."""
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.closerange(3, 4096)
        os.setsid()
        must("unshare", NAMESPACES)
        outside_waits()
        must("prctl", PARENT_DIES, signal.SIGKILL, 0, 0, 0)
        confine(**request)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        outside_waits()  # the first process of the namespace buries all that end
        random.seed()
        sys.modules["numpy"].random.seed()
        sys.path.insert(0, "")
        os.write(1, b"ready\n")
        serve()
    finally:
        os._exit(1)


def main(modules):
    """Import, then make a copy for each request that comes by the socket on stdin."""
    gc.disable()  # imports leave little garbage, and looking for it takes a fifth of their time
    for name in (*NEEDED, *modules):
        import_module(name)
    names.forbidden(READ, ["f"], {"f": ["g"]})
    for cell in READ:
        page(cell)
    inspect.getmodule(main.__code__)  # so that an error finds the files of all modules looked up
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
    gc.freeze()
    gc.enable()
    with socket.socket(fileno=os.dup(0)) as requests:
        requests.send(b"ready")
        while True:
            message, streams, _, _ = socket.recv_fds(requests, 65536, 2)
            if not message:
                return
            child = os.fork()
            if child == 0:
                copy(streams, eval(message, {"__builtins__": {}}))  # from `sandbox` only
            for stream in streams:
                os.close(stream)
            requests.send(str(child).encode())
