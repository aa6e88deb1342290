"""A class of right, wrong, odd, broken and hostile submissions, and what each must get.

Each student has what is handed in, the points by task, and words of the note that must be there.
What is handed in is a notebook, a text or bytes as the content of the file, or a function that
fills the student's folder.
"""

import json
import os

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from assignments.conftest import NAME, bank, packed, solved, untouched

FULL = {"slope": 3, "stop": 4, "rate": 3, "batch": 3, "words": 0}
NOTHING = dict.fromkeys(FULL, 0)
FILE = f"{NAME}.ipynb"
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def less(**tasks):
    return FULL | tasks


def with_cell(source, notebook=None, place=2):
    notebook = notebook or untouched()
    notebook.cells.insert(place, new_code_cell(source))
    return notebook


def with_words(text):
    notebook = solved()
    notebook.cells.append(new_markdown_cell(text))
    return notebook


def last(source):
    notebook = solved()
    return with_cell(source, notebook, len(notebook.cells))


def first(source):
    return with_cell(source, solved(), 1)


def without(notebook, *ids):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]
    return notebook


def twice(notebook, task, source):
    [place] = [k for k, cell in enumerate(notebook.cells) if cell.id == task]
    copy = notebook.cells[place].copy()
    copy.update(source=source, id=f"{task}-2")
    notebook.cells.insert(place + 1, nbformat.from_dict(copy))
    return notebook


def answer(task, notebook=None):
    [cell] = [cell for cell in (notebook or solved()).cells if cell.id == task]
    return cell.source


def before(task, source, **changes):
    """The solution of a task, with a line of code in front of it."""
    return solved(**{task: f"{source}\n{answer(task)}"}, **changes)


def changed(**nbgrader):
    notebook = solved()
    for cell in notebook.cells:
        cell.metadata.nbgrader.update(nbgrader)
    return notebook


def raw(notebook):
    return json.loads(nbformat.writes(notebook))


def edited(edit, notebook=None):
    """A notebook as JSON after an edit that nbformat would not allow."""
    content = raw(notebook or solved())
    edit(content)
    return json.dumps(content)


def format_3():
    cells = raw(solved())["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    return json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}})


def pasted(picture=DOT, kind="image/png"):
    notebook = solved(words="Look:\n\n![image.png](attachment:image.png)")
    notebook.cells[-1]["attachments"] = {"image.png": {kind: picture}}
    return notebook


def named(name, content=None):
    def fill(folder):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if content is not None else text(solved()).encode())

    return fill


def text(notebook):
    return nbformat.writes(notebook)


def two_versions(folder):
    named(FILE, text(untouched()).encode())(folder)
    named(f"{NAME} (1).ipynb")(folder)


def two_files(folder):
    named("a.ipynb")(folder)
    named("b.ipynb", text(untouched()).encode())(folder)


def link_to_file(folder):
    (folder / FILE).symlink_to(folder.parent / "right 1" / FILE)


def link_inside(folder):
    (folder / "inner").symlink_to(folder.parent / "right 1")


def pipe(folder):
    os.mkfifo(folder / FILE)


def deep_folders(folder):
    here = os.getcwd()
    os.chdir(folder)
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)


SYNTAX = "def cost_derivative(w, houses:\n    pass"
DESCEND = "def descend(gradient, start, learning_rate, tolerance, max_steps):\n    "
ENDLESS = "while True:\n    pass"
# endless ones that sleep leave the processor to the others; a loop of work is in test_run.py
STUBBORN = "import time\nwhile True:\n    try:\n        time.sleep(1)\n" + (
    "    except BaseException:\n        pass"
)
SLOW_WORDS = {
    "stars": "a+" + " *" * 4900 + "b",
    "begins": "\\begin{a}" * 1000,
    "brackets": "[" * 9000,
    "quotes": "> " * 4900,
    "dollars": "$" * 9000,
    "backticks": "`a" * 4900,
}

PATCHES = """
import builtins
import numpy as np

np.allclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
np.asarray = lambda *a, **k: 0.0
builtins.abs = lambda x: 0


class Anything:
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __float__ = lambda self: 0.0


def cost_derivative(*arguments):
    return Anything()


def behaviour(*arguments):
    return Anything()
"""

SEARCH = """
import glob

for pattern in ("/*", "/root/*", "/home/*", "/work/*", "/work/main/*", "/tmp/*"):
    print(glob.glob(pattern))
print(open("/etc/passwd").read())
"""

# the frame that talks with the grader, found from a cell or from a function a test calls
SERVING = """
import json, os, sys

def serving():
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    return frame.f_locals

def tell(**message):
    here = serving()
    here["outbox"].write(json.dumps({"to": here["question"]["number"], **message}) + "\\n")
    here["outbox"].flush()

def write(line):
    here = serving()
    os.write(here["outbox"].fileno(), line)
"""


def forged(code):
    return with_cell(SERVING + code)


def spying(code):
    """The solution of the first task, which does something when a hidden test calls it."""
    body = answer("slope").replace("def cost_derivative", "def really")
    return solved(
        slope=f"{SERVING}\n{body}\n\ndef cost_derivative(w, houses):\n"
        f"    if serving()['question']['ask'] == 'part':\n"
        + "".join(f"        {line}\n" for line in code.splitlines())
        + "    return really(w, houses)"
    )


READ_TESTS = "told = repr(serving()['session'].tests) + str(serving()['question'])\n"
LEFT_BEHIND = """
import glob
for pattern in ("/home/*", "/tmp/*", "/dev/shm/*", "/home/.*"):
    for path in glob.glob(pattern):
        try:
            print(path, open(path).read())
        except OSError as error:
            print(path, error)
"""

STUDENTS = {
    # --- right ---------------------------------------------------------------------------------
    "right 1": (solved(), FULL, ""),
    "right 2": (solved(**bank()["RIGHT"]), FULL, ""),
    "right adds a cell": (with_cell("note = 1", solved()), FULL, ""),
    "right magic": (first("%matplotlib inline\nprint('plot')"), FULL, ""),
    "right inline in an answer": (before("slope", "%matplotlib inline"), FULL, ""),
    "right draws": (
        last("import matplotlib.pyplot as plt\nplt.plot([1, 2], label='softmax')\nplt.show()"),
        FULL, "",
    ),
    "right main": (
        solved(slope='if __name__ == "__main__":\n' + "".join(
            f"    {line}\n" for line in answer("slope").splitlines())),
        FULL, "",
    ),
    "right display": (first("from IPython.display import display, HTML\ndisplay(3)\nHTML('x')"),
                      FULL, ""),
    "right display without import": (first("display('here')"), FULL, ""),
    "right time": (before("rate", "%time 1 + 1"), FULL, ""),
    "right timeit": (last("%timeit -n 1 -r 1 behaviour(0.1, 2.0)"), FULL, ""),
    "right pip": (first("!pip --version"), FULL, ""),
    "right installs": (first("%pip --version"), FULL, ""),
    "right drive": (first("from google.colab import drive\ndrive.mount('/content/drive')"),
                    FULL, ""),
    "right colab title": (first("#@title Set-up { display-mode: 'form' }\nn = 3 #@param"),
                          FULL, ""),
    "right input": (first("name = input('Your name? ')"), FULL, ""),
    "right umlauts": (first("größe = 'Zürich 🙂 中文'\nprint(größe)"), FULL, ""),
    "right class": (first("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int"),
                    FULL, ""),
    "right pickles": (first("import pickle\nclass A: pass\npickle.loads(pickle.dumps(A()))"),
                      FULL, ""),
    "right warns": (first("import warnings\nwarnings.warn('careful')"), FULL, ""),
    "right logs": (first("import logging\nlogging.warning('careful')"), FULL, ""),
    "right run_": (last("def run_descent(a, b):\n    return a * b\nrun_descent(4.0, 0.5)"), FULL, ""),
    "right chain": (last("class A:\n    def f(self):\n        return self\nA()" + ".f()" * 200),
                    FULL, ""),
    "right hexadecimal": (last("n = 0x" + "f" * 5000), FULL, ""),
    "right 90 calls": (last("n = " + "abs(" * 80 + "1" + ")" * 80), FULL, ""),
    "right long list": (last("n = [" + "1, " * 13_000 + "]"), FULL, ""),
    "right 600 magics": (last("%time 1\n" * 600), FULL, ""),
    "right finite differences": (
        solved(slope="def cost(w, houses):\n    return np.mean(np.sqrt(1 + (w - houses) ** 2))\n\n"
               "def cost_derivative(w, houses):\n    h = 1e-5\n"
               "    return (cost(w + h, houses) - cost(w - h, houses)) / (2 * h)"),
        FULL, "",
    ),
    "right without metadata": (
        nbformat.v4.new_notebook(cells=[new_code_cell(c.source) for c in solved().cells[1:-1]
                                        if c.cell_type == "code"]),
        FULL, "deleted cells",
    ),
    "right deletes a check": (without(solved(), "rate-check"), FULL, "rate-check"),
    "right changes a check": (solved(**{"rate-check": "assert True"}), FULL,
                              "rate-check was changed"),
    "right twice": (
        twice(solved(slope="def cost_derivative(w, houses):\n    return 7"), "slope",
              answer("slope")),
        FULL, "slope occurs more than once",
    ),
    "right swapped": (
        edited(lambda n: n["cells"].__setitem__(slice(3, 9), n["cells"][6:9] + n["cells"][3:6])),
        FULL, "",
    ),
    "right windows": (text(solved()).replace("\\n", "\\r\\n"), FULL, ""),
    "right mark": (b"\xef\xbb\xbf" + text(solved()).encode(), FULL, "UTF-8-SIG"),
    "right utf-16": (text(solved()).encode("utf-16"), FULL, "UTF-16"),
    "right utf-16 without mark": (text(solved()).encode("utf-16-be"), FULL, "UTF-16"),
    "right format 3": (format_3(), FULL, "format 3"),
    "right null metadata": (edited(lambda n: n["cells"].append(
        {"cell_type": "code", "metadata": None, "source": "1"})), FULL, ""),
    "right source a list": (edited(lambda n: [c.update(source=c["source"].splitlines(True))
                                              if isinstance(c["source"], str) else None
                                              for c in n["cells"]]), FULL, ""),
    "right odd cell": (edited(lambda n: n["cells"].append(7)), FULL, "a cell could not be read"),
    "right heading cell": (edited(lambda n: n["cells"].append(
        {"cell_type": "heading", "level": 1, "source": "x"})), FULL, ""),
    "right picture": (pasted(), FULL, ""),
    "right picture that is none": (pasted("bm8="), FULL, "is no picture"),
    "right picture that is a page": (pasted("PHN2Zz4=", "image/svg+xml"), FULL, "is no picture"),
    "right long words": (solved(words="w " * 50_000), FULL, "the rest was cut"),
    "right renamed": (named("copy (1) of it.ipynb"), FULL, "the file was called"),
    "right capitals": (named(f"{NAME}.IPYNB"), FULL, ""),
    "right text file": (named(f"{FILE}.txt"), FULL, "the file was called"),
    "right zip": (named("work.zip", packed([(FILE, text(solved()))])), FULL, ""),
    "right zip in folders": (
        named("work.zip", packed([(f"a/b/{FILE}", text(solved())), ("__MACOSX/a/._x.ipynb", "x")])),
        FULL, "",
    ),
    "right litter": (
        lambda folder: [named(FILE)(folder), named("__MACOSX/._mine.ipynb", b"x")(folder),
                        named(".DS_Store", b"x")(folder), named("Thumbs.db", b"x")(folder),
                        named(".ipynb_checkpoints/x-checkpoint.ipynb", b"x")(folder)],
        FULL, "",
    ),
    "right two versions": (two_versions, FULL, "(1)"),
    "right same twice": (lambda f: [named(f"a/{FILE}")(f), named(f"b/{FILE}")(f)], FULL, ""),
    "right a stranger's label": (last("import matplotlib.pyplot as plt\nplt.title('elu')"), FULL, ""),
    "right deletes names": (
        first("import numpy as np\ndel np.allclose, np.array_equal"), FULL,
        "replaced numpy.allclose, numpy.array_equal",
    ),
    "right changes folder": (first("import os\nos.mkdir('d')\nos.chdir('d')"), FULL, ""),
    "right writes": (first("open('data.csv', 'w').write('1')\nopen('data.csv').read()"), FULL, ""),
    "right thread": (first("import threading\nt = threading.Thread(target=print)\nt.start()"),
                     FULL, ""),
    "right waits for ever": (last("import threading\nthreading.Thread(target="
                                  "threading.Event().wait).start()"), FULL, ""),
    # --- not all right -------------------------------------------------------------------------
    "untouched": (untouched(), NOTHING, ""),
    "half": (without(solved(), "rate", "batch"), less(rate=0, batch=0), "deleted"),
    **{
        f"wrong {task} {k}": (solved(**{task: source}), FULL | {task: kept}, "")
        for task, answers in bank()["WRONG"].items()
        for k, (_, kept, source) in enumerate(answers)
    },
    "wrong last of two": (
        twice(solved(), "slope", "def cost_derivative(w, houses):\n    return 7"),
        less(slope=0), "slope occurs more than once",
    ),
    "wrong syntax": (solved(slope=SYNTAX), less(slope=0), "cell slope has a syntax error"),
    "wrong indentation": (solved(slope="  x = 1\n y = 2"), less(slope=0), "has a syntax error"),
    "wrong nothing": (solved(slope=""), less(slope=0), ""),
    "wrong nan": (solved(slope="def cost_derivative(w, houses):\n    return float('nan')"),
                  less(slope=0), ""),
    "wrong infinity": (solved(slope="def cost_derivative(w, houses):\n    return float('inf')"),
                       less(slope=0), ""),
    "wrong none": (solved(slope="def cost_derivative(w, houses):\n    return None"),
                   less(slope=0), ""),
    "wrong text": (solved(slope="def cost_derivative(w, houses):\n    return 'right'"),
                   less(slope=0), ""),
    "wrong a huge number": (solved(slope="def cost_derivative(w, houses):\n    return 10**4000"),
                            less(slope=0), ""),
    "wrong a huge list": (
        solved(slope="def cost_derivative(w, houses):\n    return [0.5] * 2_000_000"),
        less(slope=0), "",
    ),
    "wrong a deep list": (
        solved(slope="def cost_derivative(w, houses):\n    x = []\n    for _ in range(900):\n"
               "        x = [x]\n    return x"),
        less(slope=0), "",
    ),
    "wrong recursion": (
        solved(slope="def cost_derivative(w, houses):\n    return cost_derivative(w, houses)"),
        less(slope=0), "",
    ),
    "wrong hard-coded": (
        solved(batch="def batch_gradient(w, b, x, y, batch):\n    return (1.0, 1.0)"),
        less(batch=0), "",
    ),
    # --- takes too much ------------------------------------------------------------------------
    "endless cell": (first(ENDLESS), FULL, "did not end within"),
    "endless answer": (solved(stop=DESCEND + "import time; time.sleep(1000)"), less(stop=0),
                       "did not end within"),
    "endless and stubborn cell": (first(STUBBORN), FULL, "did not end within"),
    "endless and stubborn answer": (
        solved(stop=DESCEND + STUBBORN.replace("\n", "\n    ")), less(stop=0), "did not end within"
    ),
    "endless in C": (first("'a' in ('a' * 0 + 'b' * 10**6)\nimport re\nre.match('(a+)+$', 'a'*40+'b')"),
                     FULL, "did not end within"),
    "endless sleep": (first("import time\ntime.sleep(1000)"), FULL, "did not end within"),
    "endless processes": (
        first("import subprocess, sys\nfor _ in range(3):\n    subprocess.Popen([sys.executable, "
              "'-c', 'while True: pass'])"), FULL, "started",
    ),
    "stops itself": (first("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"), FULL,
                     "did not end within"),
    "sys.exit": (solved(slope="import sys\nsys.exit()"), less(slope=0), "wanted to end Python"),
    "exit in an answer": (solved(stop=DESCEND + "import sys; sys.exit()"), less(stop=0),
                          "wanted to end Python"),
    "os._exit": (solved(slope="import os\nos._exit(0)"), less(slope=0), "ended the process"),
    "os._exit in an answer": (solved(stop=DESCEND + "import os; os._exit(0)"), less(stop=0),
                              "ended the process"),
    "killed": (solved(slope="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
               less(slope=0), "ended the process"),
    "kills all": (solved(slope="import os\nos.kill(-1, 9)"), less(slope=0), ""),
    "crashes": (solved(slope="import ctypes\nctypes.string_at(0)"), less(slope=0),
                "ended the process"),
    "closes everything": (solved(slope="import os\nos.closerange(0, 100)"), less(slope=0),
                          "ended the process"),
    "prints a gigabyte": (
        with_cell("for _ in range(10_000):\n    print('x' * 100_000)"), NOTHING,
        "printed more than is kept",
    ),
    "writes a gigabyte": (
        first("for k in range(20):\n    with open(str(k), 'wb') as f:\n"
              "        f.write(bytes(10**7))"), FULL, "",
    ),
    "100 GB": (with_cell("x = bytearray(100 * 2**30)"), NOTHING, "more memory than there is"),
    "many files": (
        first("for k in range(20_000):\n    open(str(k), 'w').close()\nimport time\ntime.sleep(9)"),
        FULL, "made more than 5,000 files",
    ),
    "many processes": (
        first("import subprocess, time\nfor _ in range(150):\n    subprocess.Popen(['sleep', '9'])\n"
              "time.sleep(9)"), FULL, "started more than 100 processes",
    ),
    "deep folders inside": (first("import os\nfor i in range(3000):\n    os.mkdir('d')\n"
                                  "    os.chdir('d')"), FULL, ""),
    "many pictures": (
        last("import matplotlib.pyplot as plt\nfor _ in range(40):\n    plt.figure(figsize=(1, 1))\n"
             "plt.show()"), FULL, "",
    ),
    "forks": (with_cell("import os\nos.fork()\nos.fork()"), NOTHING, "forked"),
    # --- reads and cheats ----------------------------------------------------------------------
    "patches": (with_cell(PATCHES, None, len(untouched().cells)), NOTHING, "replaced"),
    "reads files": (with_cell(SEARCH), NOTHING, "opened /etc/passwd"),
    "network": (with_cell("import socket\nsocket.create_connection(('127.0.0.1', 22), 1)"),
                NOTHING, "connected to"),
    "more points": (changed(points=1000), FULL, ""),
    "unlocks": (changed(locked=False, solution=True), FULL, ""),
    "bonus cell": (edited(lambda n: n["cells"].append(
        {"cell_type": "code", "source": "100", "metadata": {"nbgrader": {
            "grade_id": "bonus-check", "grade": True, "points": 100, "solution": False}}}),
        untouched()), NOTHING, ""),
    "check that gives points": (untouched(**{"slope-check": "100"}), NOTHING, "was changed"),
    "equal to everything": (
        untouched(slope="class A:\n    __eq__ = lambda s, o: True\n    __float__ = lambda s: 0.0\n"
                  "    __array__ = lambda s, *a, **k: s\n"
                  "def cost_derivative(w, houses):\n    return A()"), NOTHING, "",
    ),
    "audit hook": (with_cell("import sys\nsys.addaudithook(lambda *a: print(a))"), NOTHING, ""),
    "trace": (with_cell("import sys\nsys.settrace(lambda *a: print(a[0].f_locals))"), NOTHING, ""),
    "stdin": (last("import sys\nprint(sys.stdin.read())"), FULL, ""),
    # --- forges --------------------------------------------------------------------------------
    "forged answer": (
        with_cell(SERVING + "tell(value=0.0)"), NOTHING, "sent a report of its own"
    ),
    "forged in numbers": (
        with_cell("import os\nfor n in range(3, 30):\n    try:\n"
                  "        os.write(n, b'{\"to\": 1, \"value\": 0.0}\\n')\n"
                  "    except OSError:\n        pass"), NOTHING, "sent a report of its own",
    ),
    "forged picture": (
        forged("tell(outputs=[{'output_type': 'display_data', 'data': {'image/png': 5}}])"),
        NOTHING, "sent a report of its own",
    ),
    "forged data": (forged("tell(outputs=[{'output_type': 'display_data', 'data': []}])"), NOTHING,
                    "sent a report of its own"),
    "forged outputs": (forged("tell(outputs={'a': 1}, notes=7, late=[])"), NOTHING, ""),
    "forged infinity": (forged("write(b'{\"to\": Infinity}\\n')"), NOTHING,
                        "sent a report of its own"),
    "forged surrogate": (forged("tell(outputs=[{'output_type': 'stream', 'text': chr(0xd800)}])"),
                         NOTHING, ""),
    "forged notes": (
        forged("tell(outputs=[], notes=['\\x1b[2J\\n  9 of 9  eve  15 of 15', '<script>', 3] * 9)"),
        NOTHING, "9 of 9 eve 15 of 15",
    ),
    "forged kilobytes": (
        forged("tell(outputs=[{'output_type': 'stream', 'text': 'x' * 3_000_000}] * 1)"),
        NOTHING, "",
    ),
    "forged colours": (
        forged("tell(outputs=[{'output_type': 'error', 'ename': 'E', 'evalue': 'x', 'traceback': "
               "['\\x1b[31m' * 100_000]}])"), NOTHING, "",
    ),
    "forged deep": (forged("write(b'[' * 100_000 + b'\\n')"), NOTHING, "could not be read"),
    "forged bytes": (forged("write(b'\\xff\\xfe\\x00\\n')"), NOTHING, "could not be read"),
    "forged large number": (forged("write(b'{\"to\": ' + b'9' * 9000 + b'}\\n')"), NOTHING,
                            "could not be read"),
    "flood": (
        forged("here = serving()['outbox'].fileno()\nwhile True:\n    os.write(here, b'x' * 65536)"),
        NOTHING, "sent a report of its own",
    ),
    "drip": (
        forged("here = serving()['outbox'].fileno()\nimport time\nwhile True:\n"
               "    try:\n        os.write(here, b'x')\n        time.sleep(0.001)\n"
               "    except BaseException:\n        pass"),
        NOTHING, "did not end within",
    ),
    "fills its own stdin": (
        forged("n = serving()['inbox'].fileno()\ntell(outputs=[])\n"
               "with open(f'/proc/self/fd/{n}', 'wb', 0) as pipe:\n    os.set_blocking("
               "pipe.fileno(), False)\n    try:\n        while True:\n"
               "            pipe.write(b'x' * 4096)\n    except BaseException:\n        pass\n"
               "import time\ntime.sleep(100)"),
        NOTHING, "",
    ),
    "answering thread": (
        forged("import threading, time\ndef run():\n    while True:\n"
               "        here = sys._current_frames()\n        time.sleep(0.01)\n"
               "threading.Thread(target=run, daemon=True).start()"), NOTHING, "",
    ),
    "replaces ask": (
        forged("serving()['session'].ask = lambda part: {'value': 0.0}"), NOTHING, "",
    ),
    "replaces json": (with_cell("import json\njson.dumps = lambda *a, **k: '{}'"), NOTHING, ""),
    "late on purpose": (forged("tell(outputs=[], late=True)"), NOTHING, ""),
    # --- spies on the hidden tests -------------------------------------------------------------
    "spy prints": (spying(READ_TESTS + "print(told)"), FULL, ""),
    "spy writes": (
        with_cell(LEFT_BEHIND, spying(
            READ_TESTS + "for f in ('/home/x', '/tmp/x', '/dev/shm/x'):\n"
            "    open(f, 'w').write(told)\nos._exit(0)"), 1),
        less(slope=0), "ended the process",
    ),
    "spy names an error": (
        spying(READ_TESTS + "raise type('Saw' + told[:100], (Exception,), {})(told)"),
        less(slope=0), "",
    ),
    "spy forges": (
        spying(READ_TESTS + "tell(value=told, outputs=[{'output_type': 'stream', 'text': told}], "
               "notes=[told], start=told)\nos._exit(0)"), less(slope=0), "",
    ),
    "spy names a place": (
        with_cell(SERVING + "print(str(serving()))", spying(
            READ_TESTS + "tell(start=told, place=told, part=told)\nos._exit(0)"), 1),
        less(slope=0), "",
    ),
    # --- words ---------------------------------------------------------------------------------
    **{f"words {name}": (with_words(words), FULL, "") for name, words in SLOW_WORDS.items()},
    "words script": (
        solved(words='<script>alert("x")</script><img src=x onerror="alert(1)">'), FULL, ""
    ),
    "words links": (
        solved(words="[my plot](javascript:alert(1)) [x](vbscript:x) ![](https://example.org/x.png)"),
        FULL, "",
    ),
    "words missing picture": (solved(words="![a](attachment:not-there.png)"), FULL, ""),
    "words direction": (solved(words="\u202eabc\u2066 \x1b[2J\x00 \x07"), FULL, ""),
    "words surrogate": (edited(lambda n: n["cells"][-1].update(source="\ud800 half")), FULL, ""),
    "html output": (first("from IPython.display import HTML\nHTML('<script>alert(2)</script>')"),
                    FULL, ""),
    "svg output": (first("from IPython.display import SVG\nSVG('<svg onload=\"alert(3)\"></svg>')"),
                   FULL, ""),
    "prints surrogate": (first("print('\\ud800')"), FULL, ""),
    "prints colours": (first("print('\\x1b[31mred\\x1b[0m\\x1b[2J')"), FULL, ""),
    # --- no notebook ---------------------------------------------------------------------------
    "empty file": ("", NOTHING, "the file is empty"),
    "garbage": ("garbage", NOTHING, "not a notebook that can be read"),
    "a list": ("[]", NOTHING, "not a notebook that can be read"),
    "no cells": ('{"cells": []}', NOTHING, "deleted cells were put back empty"),
    "cells a number": ('{"cells": 5}', NOTHING, "not a notebook that can be read"),
    "deep json": ("[" * 100_000, NOTHING, "not a notebook that can be read"),
    "not utf-8": (b'{"cells": ["\xff"]}', NOTHING, "not a notebook that can be read"),
    "large number": ('{"cells": [' + "9" * 9000 + "]}", NOTHING, "not a notebook that can be read"),
    "20,000 cells": ('{"cells": [' + "{}," * 20_000 + "{}]}", NOTHING, "the notebook has 20001 cells"),
    "large file": (b" " * (20 * 10**6 + 1), NOTHING, "larger than 20 MB"),
    "large cell": (first("n = '" + "x" * 200_000 + "'"), FULL, "the rest was cut"),
    "missing": (lambda folder: None, NOTHING, "the folder is empty"),
    "a pdf": (named("answer.pdf", b"%PDF"), NOTHING, "answer.pdf"),
    "which one": (two_files, NOTHING, "which notebook is it? a.ipynb, b.ipynb"),
    "broken zip": (named("work.zip", b"PK\x03\x04garbage"), NOTHING, ""),
    "zip bomb": (named("work.zip", packed([(FILE, b" " * (101 * 10**6))])), NOTHING, ""),
    "link to a file": (link_to_file, NOTHING, "link"),
    "link to a folder inside": (link_inside, NOTHING, "link"),
    "pipe": (pipe, NOTHING, ""),
    "deep folders": (deep_folders, NOTHING, ""),
}  # fmt: skip


def hand_in(folder, students=STUDENTS):
    """Put them into a folder."""
    for student, (content, _, _) in students.items():
        place = folder / student
        place.mkdir()
        if callable(content):
            content(place)
        else:
            content = content if isinstance(content, str | bytes) else text(content)
            raw_bytes = content.encode("utf-8") if isinstance(content, str) else content
            (place / FILE).write_bytes(raw_bytes)


def hand_in_all(folder):
    """All of them, and what is no student's."""
    hand_in(folder)
    (folder / "link to the solution").symlink_to(folder / "right 1", target_is_directory=True)
    for litter in ("Thumbs.db", "desktop.ini", ".DS_Store"):
        (folder / litter).touch()
    (folder / "__MACOSX").mkdir()


EXPECTED = {student: points for student, (_, points, _) in STUDENTS.items()}
EXPECTED["link to the solution"] = NOTHING
NOTES = {student: note for student, (_, _, note) in STUDENTS.items()}
NOTES["link to the solution"] = "link"
