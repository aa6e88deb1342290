"""What runs inside the sandbox: a student's cells, then the hidden tests.

Nothing here knows a right answer. A hidden test only calls the student's functions and reports
the values; `judge` compares them outside, so patching NumPy or `assert` in here gains nothing.
The hidden tests are received after the last cell has run: no cell can read or print them.
"""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from typing import NamedTuple

OUTPUT_CHARACTERS = 10_000  # kept of what one cell prints
SECONDS = 20  # for one cell or one hidden test, unless the hidden tests name another number
VALUE_CHARACTERS = 2_000_000  # of one reported value

# where Python and the student's own files lie; what is opened elsewhere is worth a line
HOMES = (os.getcwd(), sys.prefix, sys.base_prefix, "/usr/", "/tmp/", "/dev/", "/proc/", "/sys/")

WATCHED = {
    "open": "opened",
    "os.listdir": "listed",
    "socket.connect": "connected to",
    "subprocess.Popen": "started",
    "os.system": "started",
    "os.fork": "forked",
}


class Text(io.StringIO):
    """Keeps the start of what is printed and forgets the rest."""

    cut = False

    def write(self, text):
        room = OUTPUT_CHARACTERS - self.tell()
        if len(text) > room:
            self.cut = True
        super().write(text[: max(room, 0)])
        return len(text)


class Session:
    """One notebook: its cells run in order in one namespace, as in JupyterLab."""

    def __init__(self):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        quiet = Config()
        quiet.HistoryManager.enabled = False
        InteractiveShell.clear_instance()
        self.shell = InteractiveShell.instance(config=quiet, user_module=ModuleType("student"))
        self.shell.display_trap.hook = self.show
        self.notes = []
        self.shell._showtraceback = lambda kind, error, lines: self.errors.append(
            {
                "output_type": "error",
                "ename": kind.__name__,
                "evalue": str(error)[:OUTPUT_CHARACTERS],
                "traceback": [str(line)[:OUTPUT_CHARACTERS] for line in lines][-20:],
            }
        )

    def show(self, value):
        """Keep the value of a cell's last line, as JupyterLab shows it."""
        if value is not None:
            self.last = [self.shell.display_formatter.format(value)[0]]

    def run(self, source):
        """Run one cell; give its outputs in the notebook format: text and PNG pictures only."""
        from IPython.utils.capture import capture_output

        self.errors, self.last, self.notes = [], [], []
        before = contents()
        printed = Text()
        with (
            capture_output(stdout=False, stderr=False) as shown,
            redirect_stdout(printed),
            redirect_stderr(printed),
        ):
            self.shell.run_cell(source)
        after = contents()
        changed = sorted(name for name, value in before.items() if after.get(name) is not value)
        if changed:
            self.notes.append(f"replaced {', '.join(changed[:5])}")
        if printed.cut:
            self.notes.append("printed more than is kept")
        outputs = []
        if printed.getvalue():
            text = printed.getvalue() + ("\n… (the rest was cut)\n" if printed.cut else "")
            outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        for rich in [*(output.data for output in shown.outputs[:20]), *self.last]:
            data = {
                kind: content[:VALUE_CHARACTERS]
                for kind, content in rich.items()
                if kind in ("text/plain", "image/png")
            }
            outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
        return outputs + self.errors

    def watch(self, event, arguments):
        """Note what a cell asks of the system beyond its own folder."""
        kind = WATCHED.get(event)
        if kind is None or len(self.notes) >= 5:
            return
        subject = str(arguments[-1 if kind == "connected to" else 0]) if arguments else ""
        if kind in ("opened", "listed"):
            subject = os.path.abspath(subject)
            if subject.startswith(HOMES) or isinstance(arguments[0], int):
                return
        frame = sys._getframe(1)
        while frame and "importlib" not in frame.f_code.co_filename:
            if "ipython-input" in frame.f_code.co_filename:
                self.notes.append(f"{kind} {subject[:80]}".strip())
                return
            frame = frame.f_back

    def ask(self, part):
        """Call one hidden test; give the values it reports, or the name of the error."""
        with redirect_stdout(Text()), redirect_stderr(Text()):
            try:
                return {"value": plain(part(Answers(self.shell.user_ns)))}
            except BaseException as error:  # sys.exit() in a student's function is one of them
                return {"error": type(error).__name__}


def contents():
    """What Python and NumPy offer under which name: a cell should not replace any of it."""
    import builtins

    import numpy as np

    return {
        f"{module.__name__}.{name}": value
        for module in (builtins, np, np.linalg, np.random, np.testing)
        for name, value in vars(module).items()
        if callable(value)
    }


class Answers:
    """The names that the student's cells have defined, as attributes."""

    def __init__(self, names):
        self.__dict__ = names

    def __getattr__(self, name):
        raise NameError(name)


def plain(value):
    """A value as numbers, texts, lists and dictionaries that JSON can hold."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    import numpy as np

    return np.asarray(value).astype(float).tolist()


class Tests(NamedTuple):
    """A file of hidden tests: its functions by name, names not to be used, seconds for a cell."""

    parts: dict
    without: dict
    seconds: float


def hidden_tests(source):
    """Read a file of hidden tests.

    Every function under `@part(task, points, says)` is one; it earns all its points or none.
    """
    parts = {}

    def part(task, points, says, tolerance=1e-6):
        def keep(function):
            function.task, function.points, function.says = task, points, says
            function.tolerance = tolerance
            parts[function.__name__] = function
            return function

        return keep

    names = {"part": part, "__name__": "hidden_tests"}
    exec(compile(source, "hidden tests", "exec"), names)
    return Tests(parts, names.get("WITHOUT", {}), names.get("SECONDS", SECONDS))


def limit(limits):
    """Take away what the limits forbid; a process cannot give it back to itself."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            if hard != resource.RLIM_INFINITY:
                most = min(most, hard)
            resource.setrlimit(kind, (most, most))


def main():
    """Talk with `sandbox`: one JSON document a line, in on the old stdin, out on the old stdout."""
    inbox, outbox = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)

    def say(**message):
        outbox.write(json.dumps(message) + "\n")
        outbox.flush()

    task = json.loads(inbox.readline())
    limit(task["limits"])
    sys.path.insert(0, "")  # as in a notebook: the working folder, not the folder of this file
    session = Session()
    sys.addaudithook(session.watch)
    for index, source in enumerate(task["cells"]):
        if index not in task["skip"]:
            say(start=index)
            say(cell=index, outputs=session.run(source), notes=session.notes)
    say(ready=True)

    source = json.loads(inbox.readline())
    for name, part in hidden_tests(source).parts.items():
        if name not in task["skip"]:
            say(start=name)
            answer = json.dumps(session.ask(part))
            say(part=name, answer=answer if len(answer) < VALUE_CHARACTERS else '{"error": "long"}')
    say(end=True)
    os._exit(0)  # threads a student left behind would keep the process alive


if __name__ == "__main__":
    main()
