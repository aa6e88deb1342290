"""The process that runs a notebook: a student's cells, then the hidden tests.

Nothing here knows a right answer. A hidden test only calls the student's functions and reports
the values; `judge` compares them outside, so patching NumPy or `assert` in here gains nothing.
The hidden tests are received when the last cell has run: no cell can read or print them.

`run` asks and this process answers, one JSON document a line. Each question has a random number,
which its answer repeats.
"""

import io
import json
import os
import signal
import sys
import threading
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import ModuleType

from grading.inside import markup, names
from grading.inside.hidden import hidden_tests

WATCHED = {
    "open": "opened",
    "os.listdir": "listed",
    "socket.connect": "connected to",
    "subprocess.Popen": "started",
    "os.system": "started",
    "os.fork": "forked",
}


class TimeUp(KeyboardInterrupt):
    """A cell or a hidden test takes too long."""


@contextmanager
def alarm(seconds):
    """Interrupt what runs for more than `seconds`. What takes no notice is ended from outside."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def up(*_):
        raise TimeUp(f"more than {seconds:g} seconds")

    signal.signal(signal.SIGALRM, up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Text(io.StringIO):
    """Keeps the start of what is printed and forgets the rest."""

    def __init__(self, most):
        super().__init__()
        self.most, self.cut = most, False

    def write(self, text):
        room = self.most - self.tell()
        if len(text) > room:
            self.cut = True
        super().write(text[: max(room, 0)])
        return len(text)


class Session:
    """One notebook: its cells run in order in one namespace, as in JupyterLab.

    Parameters
    ----------
    limits : dict
        The fields of `Limits`.
    """

    def __init__(self, limits):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        self.limits = limits
        # where Python and the student's own files lie; what is opened elsewhere is worth a line
        self.homes = (os.getcwd(), sys.prefix, sys.base_prefix, "/usr/", "/tmp/", "/dev/", "/proc/")
        quiet = Config()
        quiet.HistoryManager.enabled = False
        quiet.InteractiveShell.colors = "nocolor"
        InteractiveShell.clear_instance()
        module = ModuleType("__main__")
        self.shell = InteractiveShell.instance(config=quiet, user_module=module)
        self.shell.enable_gui = lambda gui=None: None  # `%matplotlib inline` asks for none
        self.shell.display_trap.hook = self.show
        self.notes, self.errors, self.last, self.late, self.tests = [], [], [], False, None
        self.shell._showtraceback = self.failed

    def failed(self, kind, error, lines):
        """Keep an error as the notebook format wants it."""
        most = self.limits["printed"]
        self.late = self.late or issubclass(kind, TimeUp)
        self.errors.append(
            {
                "output_type": "error",
                "ename": kind.__name__,
                "evalue": str(error)[:most],
                "traceback": [str(line)[:most] for line in lines][-20:],
            }
        )

    def show(self, value):
        """Keep the value of a cell's last line, as JupyterLab shows it."""
        if value is not None:
            self.last = [self.shell.display_formatter.format(value)[0]]

    def run(self, source):
        """Run one cell; give its outputs in the notebook format: text and PNG pictures only."""
        from IPython.utils.capture import capture_output

        self.errors, self.last, self.notes, self.late = [], [], [], False
        before = contents()
        printed = Text(self.limits["printed"])
        with (
            capture_output(stdout=False, stderr=False) as shown,
            redirect_stdout(printed),
            redirect_stderr(printed),
        ):
            try:
                with alarm(self.limits["seconds"]):
                    self.shell.run_cell(source)
            except TimeUp:  # between two lines of IPython's own
                self.late = True
        after = contents()
        changed = sorted(
            f"{module}.{name}"
            for module, offered in before.items()
            for name, value in offered.items()
            if after[module].get(name) is not value and callable(value)
        )
        if changed:
            self.notes.append(f"replaced {', '.join(changed[:5])}")
        if printed.cut:
            self.notes.append("printed more than is kept")
        outputs = []
        if printed.getvalue():
            text = printed.getvalue() + ("\n… (the rest was cut)\n" if printed.cut else "")
            outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        pictures = [output.data for output in shown.outputs[: self.limits["outputs"]]]
        for rich in [*pictures, *self.last]:
            text = rich.get("text/plain", "")[: self.limits["printed"]]
            data = {"text/plain": text}
            if "image/png" in rich and len(rich["image/png"]) < self.limits["pictures"]:
                data["image/png"] = rich["image/png"]
            outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
        return outputs + self.errors[:5]

    def watch(self, event, arguments):
        """Note what a cell asks of the system beyond its own folder."""
        kind = WATCHED.get(event)
        if kind is None or len(self.notes) >= self.limits["notes"]:
            return
        subject = str(arguments[-1 if kind == "connected to" else 0]) if arguments else ""
        if kind in ("opened", "listed"):
            subject = os.path.abspath(subject)
            if subject.startswith(self.homes) or isinstance(arguments[0], int):
                return
        frame = sys._getframe(1)
        while frame and "importlib" not in frame.f_code.co_filename:
            if "ipython-input" in frame.f_code.co_filename:
                self.notes.append(f"{kind} {subject[:80]}".strip())
                return
            frame = frame.f_back

    def ask(self, part):
        """Call one hidden test; give the values it reports, or the name of the error."""
        most = self.limits["printed"]
        with redirect_stdout(Text(most)), redirect_stderr(Text(most)):
            try:
                with alarm(self.limits["seconds"]):
                    return {"value": plain(part(Answers(self.shell.user_ns)))}
            except TimeUp:
                return {"late": True}
            except BaseException as error:  # sys.exit() in a student's function is one of them
                return {"error": type(error).__name__}

    def answer(self, question):
        """What `run` wants to know."""
        kind = question["ask"]
        if kind == "read":
            return read(**question["about"], limits=self.limits)
        if kind == "cell":
            outputs = self.run(question["source"])
            return {"outputs": outputs, "notes": self.notes, "late": self.late}
        if kind == "tests":
            self.tests = hidden_tests(question["source"])
            return {}
        return self.ask(self.tests.parts[question["part"]])


def read(cells, tasks, without, limits):
    """Read a notebook before it runs: names its code uses, and each cell as HTML."""
    try:
        with alarm(limits["seconds"]):
            looked = names.forbidden(cells, tasks, without)
            pages = shortened([page(cell) for cell in cells], limits["message"] * 3 // 4)
    except (TimeUp, RecursionError, MemoryError):
        return {"late": True}
    return {**looked, "pages": pages}


def shortened(pages, most):
    """Pages that fit into one answer; what does not is said instead."""
    for index, one in enumerate(pages):
        if len(one) > most:
            pages[index] = "<p>This cell is too long to be shown here.</p>"
        most -= len(pages[index])
    return pages


def page(cell):
    """A cell as HTML; what is the teacher's is the same for all and has been made before."""
    if cell["locked"]:
        return ""
    if cell["kind"] == "code":
        return markup.code(cell["source"])
    return markup.words(cell["source"], cell["pictures"])


def contents():
    """What Python and NumPy offer, by module and name: a cell should not replace any of it."""
    import builtins

    import numpy as np

    modules = {"builtins": builtins, "numpy": np}  # by names of ours: a cell can change theirs
    modules |= {f"numpy.{name}": getattr(np, name) for name in ("linalg", "random", "testing")}
    return {name: dict(vars(module)) for name, module in modules.items()}


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


def limit(limits):
    """Take away what the limits forbid; a process cannot give it back to itself."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in {
        "RLIMIT_AS": limits["addresses"],
        "RLIMIT_FSIZE": limits["written"],
        "RLIMIT_NOFILE": limits["opened"],
        "RLIMIT_CPU": int(limits["processor"]) + 1,
        "RLIMIT_CORE": 0,
    }.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            if hard != resource.RLIM_INFINITY:
                most = min(most, hard)
            resource.setrlimit(kind, (most, most))


def serve():
    """Answer questions: in on the old stdin, out on the old stdout."""
    inbox, outbox = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    limits = json.loads(inbox.readline())
    limit(limits)
    sys.path[0] = ""  # as in a notebook: the working folder
    session = Session(limits)
    sys.addaudithook(session.watch)
    for line in inbox:
        question = json.loads(line)
        answer = session.answer(question)
        told = json.dumps({"to": question["number"], **answer})
        if len(told) > limits["message"]:
            told = json.dumps({"to": question["number"], "error": "too long", "outputs": []})
        outbox.write(told + "\n")
        outbox.flush()
    os._exit(0)  # threads a student left behind would keep the process alive
