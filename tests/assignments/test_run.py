"""Running a notebook: what it can see, and each limit by itself, with small amounts."""

import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from assignments.hostile import SERVING
from grading import course, sandbox
from grading.border import Cell
from grading.limits import LIMITS
from grading.run import NOT_TRIED, run

TESTS = "\n\n".join(
    f"@part('{name[0]}', 1, '{name}')\ndef {name}(answer):\n    return answer.{name[0]}('{name}')"
    for name in ("a1", "a2", "b1")
)


def ran(*sources, tests="", sandboxed=True, **limits):
    cells = [Cell("code", source) for source in sources]
    return run(cells, tests, replace(LIMITS, **limits), sandboxed)


def seen(source, **limits):
    """What the last line of a cell gives, or the name of its error."""
    return all_seen([source], **limits)[0]


def all_seen(sources, **limits):
    """The same of each cell, one after the other in one process."""
    told = ran(*sources, **limits).outputs
    outputs = [output for index in range(len(sources)) for output in told[index]]
    assert len(outputs) == len(sources)
    return [o["data"]["text/plain"] if "data" in o else o.get("ename") for o in outputs]


@pytest.fixture(params=["copy", "new"])
def either(request, jailed, monkeypatch):
    """A process is a copy of one that has imported, or, where that does not work, a new one."""
    if request.param == "new":
        monkeypatch.setattr(sandbox, "copies", no_copies)


def no_copies(modules):
    raise OSError("none today")


@pytest.mark.usefixtures("either")
class TestView:
    """What code can see and reach."""

    def test_no_network(self):
        with socket.create_server(("127.0.0.1", 0)) as server:  # which does answer outside
            here = server.getsockname()
            socket.create_connection(here).close()
            told = seen(f"import socket; socket.create_connection({here})")
            assert told == "ConnectionRefusedError"
        assert seen("import socket; socket.create_connection(('192.0.2.1', 80), 1)") == "OSError"

    def test_a_network_of_its_own(self):
        """What works in JupyterLab: a server and a client in one notebook."""
        own = "server = socket.create_server(('127.0.0.1', 0))"
        assert (
            seen(
                f"import socket; {own}\n"
                "client = socket.create_connection(server.getsockname())\n"
                "server.accept()[0].send(b'here') and client.recv(4)"
            )
            == "b'here'"
        )

    def test_only_its_own_folders_can_be_written(self):
        assert seen("open('here', 'w').write('x')") == "1"
        places = ["/x", "/dev/x", "/usr/x", "/etc/x", f"{sys.prefix}/x", f"{sandbox.HELPERS}/x"]
        places.append(str(course.ROOT / "grading" / "inside" / "x"))
        told = all_seen([f"open({place!r}, 'w')" for place in places])
        assert dict(zip(places, told, strict=True)) == dict.fromkeys(places, "OSError")

    def test_the_course_cannot_be_read(self):
        places = ("source", "hidden_tests", "gradebook.db", "submitted", "grading/judge.py")
        told = all_seen([f"open({str(course.ROOT / place)!r})" for place in places])
        assert told == ["FileNotFoundError"] * len(places)

    def test_other_processes_cannot_be_seen(self):
        assert int(seen("import os; len([p for p in os.listdir('/proc') if p.isdigit()])")) < 5

    def test_the_helpers_of_the_lessons_are_there(self):
        assert seen("from helpers.activations import relu; float(relu(-1))") == "0.0"

    @pytest.mark.parametrize("name", ["kernel/hostname", "kernel/core_pattern", "vm/swappiness"])
    def test_the_settings_of_the_kernel_cannot_be_written(self, name):
        assert seen(f"open('/proc/sys/{name}', 'w')") in ("OSError", "PermissionError")

    def test_the_project_may_lie_in_a_folder_that_can_be_written(self, tmp_path, monkeypatch):
        """As most do, somewhere in /home; here it is /tmp."""
        (tmp_path / "package").mkdir()
        (tmp_path / "package" / "needed.py").write_text("value = 7")
        (tmp_path / "one.txt").write_text("x")
        places = [*sandbox.readable(), str(tmp_path / "package"), str(tmp_path / "one.txt")]
        monkeypatch.setattr(sandbox, "readable", lambda: places)
        if sandbox.copies is not no_copies:
            made = sandbox.Copies(())
            monkeypatch.setattr(sandbox, "copies", lambda modules: made)
        path = f"import sys; sys.path.insert(0, {str(tmp_path / 'package')!r}); "
        read = [path + "import needed; needed.value", f"open({str(tmp_path / 'one.txt')!r}).read()"]
        here = [tmp_path / place for place in ("package/new", "package/needed.py", "one.txt")]
        written = [f"open({str(place)!r}, 'w')" for place in here]
        assert all_seen([*read, *written, "open('/tmp/mine', 'w').write('x')"]) == [
            *("7", "'x'"), *("OSError", "OSError", "OSError"), "1"
        ]  # fmt: skip
        if sandbox.copies is not no_copies:
            sandbox.end(made.started)

    def test_the_list_of_fonts_is_there(self):
        """Matplotlib takes seconds to make it."""
        found = [path.rpartition("/")[2] for path in sandbox.fonts()]
        path = "/home/.cache/matplotlib"
        there = seen(f"import os; os.listdir({path!r}) if os.path.isdir({path!r}) else []")
        assert sorted(eval(there)) == sorted(found)

    def test_the_environment_is_its_own(self, monkeypatch):
        monkeypatch.setenv("GRADEBOOK", "postgresql://user:password@host/grades")
        assert seen("import os; 'GRADEBOOK' in os.environ") == "False"

    def test_no_other_namespace_can_be_made(self):
        """In one of its own, a process could mount a file system without a size."""
        assert seen("import os; os.system('unshare --user true') != 0") == "True"

    def test_nothing_is_left_behind(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        record = ran("open('x', 'w').write('x')", "import os; os.listdir()")
        assert "'x'" in record.outputs[1][0]["data"]["text/plain"]
        assert os.listdir(tmp_path) == []


FILL = """
from pathlib import Path
try:
    for k in range(40):
        Path('{}', str(k)).write_bytes(bytes(10**6))
except OSError as error:
    print(error.strerror)
"""
SLEEP = "\nimport time\ntime.sleep(20)"


@pytest.mark.usefixtures("either")
class TestLimits:
    """Each of them, with a small amount."""

    def told(self, source, **limits):
        """What ended the first cell; the second one is run all the same."""
        record = ran(source, "1 + 1", **limits)
        assert record.outputs[1][0]["data"]["text/plain"] == "2"
        return record.lost[0]

    def test_time_of_a_cell(self):
        assert self.told("while True: pass", seconds=1) == "did not end within 1 seconds"

    def test_time_of_a_cell_that_takes_no_notice(self):
        source = "while True:\n    try:\n        while True: 1\n    except BaseException: pass"
        assert self.told(source, seconds=1) == "did not end within 1 seconds"

    def test_time_altogether(self):
        start = time.monotonic()
        record = ran(*["import time; time.sleep(0.5)"] * 9, altogether=1)
        assert record.lost["notebook"] == "took more than 1 seconds altogether"
        assert time.monotonic() - start < 6

    def test_time_altogether_while_bytes_keep_coming(self):
        source = SERVING + (
            "import time\nout = serving()['outbox'].fileno()\n"
            "while True:\n    try:\n        os.write(out, b'x')\n        time.sleep(0.001)\n"
            "    except BaseException:\n        pass"
        )
        start = time.monotonic()
        record = ran(source, altogether=1)
        assert record.lost["notebook"] == "took more than 1 seconds altogether"
        assert time.monotonic() - start < 6

    def test_time_of_sending(self):
        """A process that reads nothing keeps nobody waiting."""
        stop = "import os, signal, threading\nthreading.Timer(0.2, lambda: os.kill(os.getpid(), "
        start = time.monotonic()
        ran(stop + "signal.SIGSTOP)).start()", "1" * 10**6, seconds=1.5, altogether=6)
        assert time.monotonic() - start < 9

    def test_processor_time(self):
        source = (
            "import subprocess, sys\nfor _ in range(4):\n"
            "    subprocess.Popen([sys.executable, '-c', 'while True: pass'])" + SLEEP
        )
        record = ran(source, processor=2)
        assert record.lost["notebook"] == "took more than 2 seconds of processor time"

    def test_memory_of_all_processes(self):
        source = (
            "import subprocess, sys\nfor _ in range(4):\n"
            "    subprocess.Popen([sys.executable, '-c', 'import time\\n"
            'x = bytes(10**8).replace(bytes(1), b"1")\\ntime.sleep(20)\'])' + SLEEP
        )
        assert self.told(source, memory=4 * 10**8) == "took more than 0.4 GB of memory"

    def test_memory_that_hides(self):
        assert seen("import os; os.memfd_create('x')") == "PermissionError"

    @pytest.mark.parametrize(
        "source",
        [
            "import mmap; mmap.mmap(-1, 4096)",
            "import os, fcntl; fcntl.flock(os.open('/usr/bin/env', 0), fcntl.LOCK_EX)",
            "import fcntl; fcntl.lockf(open('mine', 'w'), fcntl.LOCK_EX)",
            "import os; os.sched_setaffinity(0, {0})",
        ],
    )
    def test_what_hides_memory_or_is_seen_by_others_is_refused(self, source):
        assert seen(source) in ("PermissionError", "OSError")

    @pytest.mark.parametrize(
        "call", ["shmget(0, 4096, 0o1600)", "semget(0, 9, 0o600)", "msgget(0, 0o600)"]
    )
    def test_other_memory_that_hides(self, call):
        assert seen(f"import ctypes; ctypes.CDLL(None).{call}") == "-1"

    def test_memory_that_belongs_to_the_process_alone_is_given(self):
        assert seen("import mmap; len(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE))") == "4096"

    def test_threads(self):
        source = "import threading, time\nfor _ in range(50):\n" + (
            "    threading.Thread(target=time.sleep, args=(20,), daemon=True).start()"
        )
        assert self.told(source + SLEEP, threads=30) == "started more than 30 threads"

    def test_open_files_of_all_processes(self):
        source = "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        break\n" + (
            "kept = [os.open('/dev/null', 0) for _ in range(50)]"
        )
        assert self.told(source + SLEEP, descriptors=150) == "opened more than 150 files"

    def test_files_are_counted_beside_a_process_that_has_ended(self):
        source = "import os\nif os.fork() == 0:\n    os._exit(0)\n" + (
            "for k in range(900):\n    open(str(k), 'w').close()"
        )
        assert self.told(source + SLEEP, entries=500) == "made more than 500 files"

    def test_processors(self):
        assert int(seen("import os; len(os.sched_getaffinity(0))")) <= 2

    def test_keys_that_stay_in_the_kernel(self):
        if platform.machine() != "x86_64":
            pytest.skip("the call has another number here")
        assert seen("import ctypes; ctypes.CDLL(None).syscall(250, 0, -4, 1)") == "-1"  # keyctl

    def test_addresses_of_one_process(self):
        assert seen("len(bytearray(20 * 2**30))") == "MemoryError"

    @pytest.mark.parametrize(
        ("folder", "share"), [("/home", 1), ("/tmp", 2), ("/dev/shm", 2)], ids=str
    )
    def test_disk(self, folder, share):
        [output] = ran(FILL.format(folder) + f"\nprint(len(list(Path('{folder}').iterdir())))",
                       disk=2 * 10**7).outputs[0]  # fmt: skip
        told, count = output["text"].split("\n")[:2]
        assert told == "No space left on device"
        assert int(count) <= 20 / share + 3

    def test_one_file(self):
        assert seen("open('big', 'wb').write(bytes(10**7))", written=10**6) == "OSError"

    def test_number_of_files(self):
        source = "for k in range(900):\n    open(str(k), 'w').close()" + SLEEP
        assert self.told(source, entries=500) == "made more than 500 files"

    def test_open_files(self):
        assert seen("[open('/dev/null') for _ in range(90)]", opened=64) == "OSError"

    def test_processes(self):
        source = "import subprocess\nfor _ in range(20):\n    subprocess.Popen(['sleep', '20'])"
        assert self.told(source + SLEEP, processes=10) == "started more than 10 processes"

    def test_attempts(self):
        record = ran(*["import os; os._exit(0)"] * 4, attempts=2)
        assert sorted(map(str, record.lost)) == ["0", "1", "notebook"]
        assert "given up" in record.lost["notebook"]

    def test_what_is_printed(self):
        [output] = ran("print('x' * 5000)", printed=100).outputs[0]
        assert len(output["text"]) < 150
        assert "the rest was cut" in output["text"]

    def test_outputs_of_a_cell(self):
        assert len(ran("for k in range(9):\n    display(k)", outputs=3).outputs[0]) == 3

    def test_notes_on_a_cell(self):
        source = "\n".join(f"try:\n    open('/etc/{k}')\nexcept OSError: pass" for k in range(9))
        assert len(ran(source, notes=2).notes[0]) == 2

    def test_length_of_a_note(self):
        source = "try:\n    open('/etc/' + 'x' * 99)\nexcept OSError: pass"
        assert {len(note) for note in ran(source, note=30).notes[0]} == {30}

    def test_one_answer(self):
        record = ran(
            "def a(name):\n    return 'x' * 9000\ndef b(name):\n    return 1",
            tests=TESTS, message=5000,
        )  # fmt: skip
        assert record.answers["a1"] == {"error": "too long"}
        assert record.answers["b1"] == {"value": 1.0}

    def test_everything_that_is_sent(self):
        record = ran(*["print('x' * 3000)"] * 9, report=10_000)
        assert record.lost["notebook"] == "sent more than 0.01 MB"


@pytest.mark.usefixtures("either")
class TestTasks:
    """What one task does costs no other one."""

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [
            ("while True: pass", "did not end within 1 seconds"),
            ("import os; os._exit(0)", "ended the process that runs the notebook"),
        ],
    )
    def test_a_task_that_does_not_answer_costs_itself(self, fault, reason):
        start = time.monotonic()
        record = ran(f"def a(name):\n    {fault}\ndef b(name): return name", tests=TESTS, seconds=1)
        assert record.lost["a1"] == reason
        assert record.answers == {"b1": {"value": "b1"}}
        assert time.monotonic() - start < 8

    def test_of_an_endless_task_only_one_test_is_waited_for(self):
        record = ran("def a(name):\n    while True: pass\ndef b(name): 1", tests=TESTS, seconds=1)
        assert record.lost["a2"] == NOT_TRIED
        assert record.overtime < 2.5

    def test_what_is_printed_after_the_tests_were_sent_does_not_count(self):
        """A second process runs the cells again; what the first has printed stays."""
        record = ran(
            "import time; print(time.time_ns())",
            "def a(name):\n    import os; os._exit(0)\ndef b(name): return 1",
            tests=TESTS,
        )
        again = ran("import time; print(time.time_ns())")
        assert len(record.outputs[0]) == 1
        assert int(record.outputs[0][0]["text"]) < int(again.outputs[0][0]["text"])
        assert record.answers["b1"] == {"value": 1.0}

    def test_a_module_under_another_name_costs_nothing(self):
        record = ran("import numpy as np\nnp.__name__ = 'mine'", "1 + 1")
        assert record.lost == {}
        assert record.outputs[1][0]["data"]["text/plain"] == "2"

    def test_a_second_process_finds_nothing_of_the_first(self):
        left = "for f in ('/home/x', '/tmp/x', '/dev/shm/x'):\n        open(f, 'w').write('told')"
        record = ran(
            "import glob\n"
            "found = [*glob.glob('/home/x'), *glob.glob('/tmp/x'), *glob.glob('/dev/*/x')]",
            f"def a(name):\n    {left}\n    import os; os._exit(0)\n"
            "def b(name): return len(found)",
            tests=TESTS,
        )  # fmt: skip
        assert record.lost.keys() == {"a1", "a2"}
        assert record.answers == {"b1": {"value": 0.0}}


FOUND = """
import os, sys
found = {
    "files": [f for d in ("/home", "/tmp", "/dev/shm") for f in os.listdir(d) if f == "mine"],
    "processes": len([p for p in os.listdir("/proc") if p.isdigit()]),
    "module": hasattr(np, "mine"),
    "environment": "MINE" in os.environ,
    "modules": "mine" in sys.modules,
    "builtin": abs(-1),
    "descriptors": sorted(os.listdir("/proc/self/fd"))[:-1],
}
"""
LEAVE = """
import builtins, os, sys, numpy as np
for d in ("/home", "/tmp", "/dev/shm"):
    open(f"{d}/mine", "w").close()
np.mine = 1
os.environ["MINE"] = "1"
sys.modules["mine"] = sys
builtins.abs = lambda x: "mine"
"""


@pytest.mark.usefixtures("jailed")
class TestCopies:
    """No copy sees another one's files, processes, memory, modules or environment."""

    def found(self):
        return eval(ran("import numpy as np" + FOUND + "found").outputs[0][0]["data"]["text/plain"])

    def test_a_copy_finds_nothing_of_the_ones_before_and_beside_it(self):
        before = self.found()
        with ThreadPoolExecutor(1) as beside:
            other = beside.submit(ran, LEAVE + "import time; time.sleep(1)")
            time.sleep(0.5)
            assert self.found() == before
            assert other.result().lost == {}
        assert self.found() == before
        assert before["files"] == []
        assert before["processes"] == 2
        assert before["builtin"] == 1

    def test_a_copy_cannot_reach_what_it_was_copied_from(self):
        made = sandbox.copies(())
        source = "import os, signal\nfor n in range(1, 400):\n    try:\n        os.kill(n, 9)\n" + (
            "    except OSError: pass"
        )
        ran(source)
        assert made.started.poll() is None
        first = "[os.readlink(f'/proc/1/fd/{n}') for n in os.listdir('/proc/1/fd')]"
        assert "socket" not in seen(f"import os; {first}")  # by which copies are asked for
        status = "open('/proc/self/status').read().split('{}:')[1].split()[0]"
        asked = {
            "open('/proc/sys/kernel/hostname', 'w')": "OSError",
            "open('/proc/sys/user/max_user_namespaces').read()": r"'0\n'",
            status.format("CapEff"): "'0000000000000000'",
            status.format("NoNewPrivs"): "'1'",
            "import os; os.system('mount -t tmpfs none /mnt') != 0": "True",
        }
        assert dict(zip(asked, all_seen(list(asked)), strict=True)) == asked

    def test_one_that_has_ended_is_started_again(self):
        ran("1")
        made = sandbox.copies(())
        made.starts = 1
        made.started.kill()
        made.started.wait()
        assert seen("1 + 1") == "2"
        assert made.started.poll() is None

    def test_a_copy_that_cannot_leave_what_is_shared_runs_nothing(self, monkeypatch):
        """Its mounts fail, for instance: then a new process is taken."""
        seen("0")  # what is copied runs already, with the folders that it should have
        monkeypatch.setattr(sandbox, "sizes", lambda limits: {"/not/there": 1})
        with pytest.raises(OSError, match="could not leave"):
            sandbox.copies(()).make(LIMITS)

    def test_random_numbers_are_not_those_of_another_copy(self):
        source = "import random, numpy as np\n(random.random(), np.random.rand(), id)"
        assert seen(source) != seen(source)

    def test_nothing_of_a_copy_is_left(self):
        ran("import subprocess; subprocess.Popen(['sleep', '99'])")
        made = psutil.Process(sandbox.copies(()).started.pid)
        assert len(made.children(recursive=True)) == 2  # bubblewrap's own, and the one to copy


@pytest.mark.skipif(sys.platform == "win32", reason="grading needs Linux or macOS")
def test_nobody_waits_for_a_process_that_has_ended_and_is_not_taken_away(monkeypatch):
    """As in a container whose first process takes nothing away."""
    code = (
        "import subprocess, time\np = subprocess.Popen('true')\n"
        "print(p.pid, flush=True)\ntime.sleep(20)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as careless:
        left = psutil.Process(int(careless.stdout.readline()))
        while left.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        monkeypatch.setattr(sandbox, "tree", lambda started: [left])
        start = time.monotonic()
        sandbox.end(subprocess.Popen(["sleep", "60"], start_new_session=True))
        assert time.monotonic() - start < 4
        assert left.status() == psutil.STATUS_ZOMBIE
        careless.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="grading needs Linux or macOS")
class TestWithout:
    """Without a sandbox, with the rights of whoever calls."""

    def test_time_and_memory_are_still_limited(self):
        record = ran(
            "while True: pass", "x = bytearray(20 * 2**30)", sandboxed=False, seconds=2
        )  # fmt: skip
        assert record.lost == {0: "did not end within 2 seconds"}
        assert record.outputs[1][0]["ename"] == "MemoryError"

    def test_however_deep_folders_are_they_are_deleted(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        deep = "import os\nfor _ in range(2000):\n    os.mkdir('d')\n    os.chdir('d')"
        assert ran(deep, sandboxed=False).lost == {}
        assert os.listdir(tmp_path) == []

    def test_its_own_processes_end_with_it(self):
        source = "import subprocess\np = subprocess.Popen(['sleep', '77'])\nprint(p.pid)"
        number = int(ran(source, sandboxed=False).outputs[0][0]["text"])
        try:
            assert psutil.Process(number).status() == psutil.STATUS_ZOMBIE  # nobody has looked yet
        except psutil.NoSuchProcess:
            pass
