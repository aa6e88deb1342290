"""A JupyterHub on this machine, with a teacher and two students who are users of the system."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

import start  # of hub/

PROJECT = Path(__file__).parents[2]


def why_not():
    """Why no hub with several users can be started here; or None."""
    if sys.platform != "linux" or os.getuid() != 0:
        return "only the administrator of a Linux can add users"
    for program in ("useradd", "chpasswd", "node", "npm", "git", "bwrap"):
        if not shutil.which(program):
            return f"{program} is missing"
    if python() is None:
        version = ".".join(map(str, sys.version_info[:2]))
        return f"no Python {version} that all users can run"
    return None


def python():
    """A Python as this one that other users can run."""
    for path in (Path(sys.executable).resolve(), Path("/usr/bin/python3").resolve()):
        if path.exists() and not start.closed(path):
            told = subprocess.run(
                [path, "-c", "import sys, ensurepip; print(*sys.version_info[:2])"],
                capture_output=True, text=True,
            ).stdout  # fmt: skip
            if told.split() == list(map(str, sys.version_info[:2])):
                return path
    return None


@dataclass
class Person:
    """A user of the system, with a browser of their own."""

    name: str
    password: str
    hub: object

    @property
    def home(self):
        return Path(f"/home/{self.name}")

    def run(self, *command, **how):
        """Run a command as this user; gives what it printed."""
        about = pwd.getpwnam(self.name)
        environment = {
            "HOME": str(self.home),
            "USER": self.name,
            "JUPYTERHUB_USER": self.name,
            "PATH": f"{self.hub.home}/env/bin:/usr/bin:/bin",
            "EXCHANGE": f"{self.hub.home}/exchange",
            **how.pop("env", {}),
        }
        done = subprocess.run(
            list(map(str, command)), env=environment, cwd=how.pop("cwd", self.home),
            user=about.pw_uid, group=about.pw_gid, extra_groups=[], text=True, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == how.get("rc", 0), done.stdout
        return done.stdout

    def python(self, *arguments, **how):
        return self.run(self.hub.home / "env/bin/python", *arguments, **how)

    def log_in(self, browser):
        """A browser window in which this person is logged in."""
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(120_000)  # machines are slow and shared
        page = context.new_page()
        page.goto(self.hub.url)
        page.fill("#username_input", self.name)
        page.fill("#password_input", self.password)
        page.click("#login_submit")
        page.wait_for_url(f"**/{self.name}/**" if self in self.hub.students else "**/services/**")
        page.goto("about:blank")  # it keeps the window open
        return context


@dataclass
class Hub:
    home: Path  # HUB_HOME
    port: int
    teacher: Person = None
    students: tuple = ()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def project(self):
        return self.teacher.home / "project"

    def wait(self, process, log):
        for _ in range(600):
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"{self.url}/hub/login", timeout=2).status == 200:
                    return
            if process.poll() is not None:
                break
            time.sleep(0.1)
        pytest.fail(f"the hub did not start: {log.read_text()[-3000:]}")


def link(source, target):
    """A file a second time, without its content a second time where that can be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def environment(place, large):
    """What `hub/start.py` installs, from what is installed here, without what is `large`."""
    subprocess.run([python(), "-m", "venv", "--without-pip", place], check=True)
    version = "python{}.{}".format(*sys.version_info)
    here, there = (Path(one) / "lib" / version / "site-packages" for one in (sys.prefix, place))

    def left_out(folder, names):
        away = {*large, "torch", "triton", "nvidia"}
        return [name for name in names if name in away or name.startswith("__editable__")]

    shutil.copytree(here, there, copy_function=link, dirs_exist_ok=True, ignore=left_out)
    for part in ("share", "etc"):
        if (Path(sys.prefix) / part).exists():
            shutil.copytree(Path(sys.prefix) / part, place / part, copy_function=link)
    shutil.copytree(PROJECT / "helpers", there / "helpers")
    alembic = place / "bin/alembic"  # which nbgrader calls by its name
    alembic.write_text(f"#!{place}/bin/python\nfrom alembic.config import main\nmain()\n")
    alembic.chmod(0o755)


def free_ports():
    """The first of the ports that the hub would take."""
    while True:
        first = 20_000 + secrets.randbelow(20_000)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in (first, first + 81, first + 82, first + 83):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return first


@contextlib.contextmanager
def started(hub, settings, python=sys.executable, **who):
    """What `make hub` does in the teacher's project, until the hub answers; gives what it says."""
    project = hub.project
    settings = {
        "HUB_HOME": str(hub.home),
        "HUB_PORT": str(hub.port),
        "PYTHONPATH": f"{project}/hub:{project}/assignments",
        **settings,
    }
    log = hub.home / "hub.log"
    with open(log, "w") as file:
        process = subprocess.Popen(
            [python, project / "hub/start.py"], env={**os.environ, **settings},
            stdout=file, stderr=file, start_new_session=True, **who,
        )  # fmt: skip
    log.chmod(0o600)
    try:
        hub.wait(process, log)
        yield log.read_text()
    finally:
        family = []
        with contextlib.suppress(psutil.Error):  # it may have ended by itself
            family = psutil.Process(process.pid).children(recursive=True)
        process.kill()  # asked to end, it would wait for the server of each user
        process.wait()
        for one in family:  # proxy, services and servers live in groups of their own
            with contextlib.suppress(psutil.Error):
                one.kill()


@contextlib.contextmanager
def running(students=("ada", "bob"), large=("tensorflow",)):
    """The hub, started as `make hub` starts it, with its people; all of it goes at the end."""
    home = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
    home.chmod(0o755)
    hub = Hub(home, free_ports())
    tag = secrets.token_hex(2)
    people = [Person(f"{name}{tag}", secrets.token_urlsafe(9), hub) for name in ("t", *students)]
    hub.teacher, hub.students = people[0], tuple(people[1:])
    try:
        for person in people:
            subprocess.run(["useradd", "--create-home", person.name], check=True)
            person.home.chmod(0o700)
            told = f"{person.name}:{person.password}"
            subprocess.run(["chpasswd"], input=told, text=True, check=True)
        environment(home / "env", large)
        hub.project.mkdir(mode=0o700)
        for part in ("assignments", "helpers", "hub", "notebooks"):
            ignored = shutil.ignore_patterns(
                "release", "submitted", "autograded", "feedback", "gradebook.db*", "*.csv", "__py*"
            )
            shutil.copytree(PROJECT / part, hub.project / part, ignore=ignored)
        for pins in ("requirements.txt", "pyproject.toml"):
            shutil.copy(PROJECT / pins, hub.project)
        (home / "env/made").touch()
        for folder, _, names in os.walk(hub.project):
            for one in (".", *names):
                shutil.chown(Path(folder) / one, hub.teacher.name, hub.teacher.name)
        for student in hub.students:  # so that a test can ask JupyterLab
            (student.home / ".jupyter").mkdir()
            settings = student.home / ".jupyter/jupyter_server_config.py"
            settings.write_text("c.LabApp.expose_app_in_browser = True\n")
            shutil.chown(student.home / ".jupyter", student.name)
        settings = {
            "HUB_TEACHERS": hub.teacher.name,
            "HUB_STUDENTS": " ".join(student.name for student in hub.students),
            "HUB_PYTHON": str(python()),
        }
        with started(hub, settings):
            yield hub
    finally:
        for person in people:
            subprocess.run(["pkill", "-KILL", "-u", person.name], check=False)
        time.sleep(0.5)
        for person in people:
            subprocess.run(["userdel", "--remove", person.name], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
