"""`make hub`: check what JupyterHub needs on this machine, prepare it, and start it.

As the administrator (root) it serves a class: each student is a user of the system. As anybody
else it is a trial, for one person: on a machine only the administrator can start servers as
other users, and several students under one user could read and change each other's work.
"""

import getpass
import grp
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

from grading import COURSE

HUB = Path(__file__).resolve().parent
PROJECT = HUB.parent
PROXY = "configurable-http-proxy@5.3.0"


def trial():
    """Whether this is for one person."""
    return os.getuid() != 0


HOME = Path(os.environ.get("HUB_HOME") or (PROJECT / ".hub" if trial() else "/srv/losses-by-hand"))


def env():
    """The environment in which students' servers run."""
    return PROJECT / ".venv" if trial() else HOME / "env"


@cache
def ports():
    """Of the proxy, the hub, the proxy's own control, and the formgrader."""
    given = os.environ.get("HUB_PORT", "8000")
    if not (given.isdecimal() and 1 <= int(given) <= 65_000):
        raise SystemExit(f"HUB_PORT must be a number from 1 to 65000. Received: {given}")
    first = int(given)
    return first, first + 81, first + 82, first + 83


def members(variable):
    """Users named in a variable; `@lecture` are those of the system's group `lecture`."""
    found = []
    for word in os.environ.get(variable, "").split():
        try:
            found += grp.getgrnam(word[1:]).gr_mem if word.startswith("@") else [word]
        except KeyError:
            raise SystemExit(f"{variable} names the group {word[1:]}: there is none.") from None
    return list(dict.fromkeys(found))


def teachers():
    return [getpass.getuser()] if trial() else members("HUB_TEACHERS")


def students():
    return [getpass.getuser()] if trial() else members("HUB_STUDENTS")


AMOUNTS = {  # what they may be, in words and as a pattern
    "HUB_CPUS": ("a number of processors, as 2 or 0.5", r"(?=.*[1-9])\d+(\.\d+)?"),
    "HUB_MEMORY": ("an amount of memory, as 2G or 512M", r"[1-9]\d*(\.\d+)?[KMGT]?"),
    "HUB_IDLE": ("a number of seconds", r"[1-9]\d*"),
}


# --- what must be there ----------------------------------------------------------------------


def check():
    """Stop with one sentence if something is missing, before anything is made."""
    if trial() and (os.environ.get("HUB_STUDENTS") or os.environ.get("HUB_TEACHERS")):
        raise SystemExit(
            "HUB_STUDENTS and HUB_TEACHERS are for a class, which the administrator starts (sudo "
            "make hub): servers of several students under one user could read each other's work."
        )
    for variable, (wanted, pattern) in AMOUNTS.items():
        given = os.environ.get(variable)
        if given is not None and not re.fullmatch(pattern, given, re.ASCII):
            raise SystemExit(f"{variable} must be {wanted}. Received: {given}")
    for program in ("node", "npm", "git"):
        if not shutil.which(program):
            raise SystemExit(f"JupyterHub needs {program}: install the packages nodejs, npm, git.")
    for port in ports():
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError as problem:
                raise SystemExit(
                    f"Port {port} cannot be used ({problem.strerror}). The hub needs the ports "
                    f"{', '.join(map(str, ports()))}: HUB_PORT=… chooses others."
                ) from None
    if not trial():
        check_class()


def check_class():
    """What a class needs besides."""
    if not teachers() or not students():
        raise SystemExit(
            'Say who is who: make hub HUB_TEACHERS="ada" HUB_STUDENTS="bob cem" (users of this '
            "system, or @group)."
        )
    both = set(teachers()) & set(students())
    if both:
        raise SystemExit(f"{', '.join(sorted(both))}: a teacher cannot be a student as well.")
    for name in (*teachers(), *students()):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            raise SystemExit(f"There is no user {name} on this system: adduser {name}") from None
        if user.pw_uid == 0:
            raise SystemExit(f"{name} is the administrator: students' code must not run as this.")
    if closed(python()):
        raise SystemExit(
            f"Other users cannot run {python()}: {closed(python())} is closed to them. Name a "
            "Python that all can run: make hub HUB_PYTHON=/usr/bin/python3"
        )
    if not (folder := closed(PROJECT / "assignments/source")):
        raise SystemExit(
            f"Students could read the solutions in {PROJECT}/assignments: chmod 700 {PROJECT}"
        )
    if PROJECT.stat().st_uid != pwd.getpwnam(teachers()[0]).pw_uid:
        raise SystemExit(
            f"{PROJECT} must belong to the first teacher, as whom the formgrader runs: "
            f"chown -R {teachers()[0]}: {PROJECT}"
        )
    if HOME.is_relative_to(folder):
        raise SystemExit(f"HUB_HOME={HOME} is closed to students: choose another place.")
    check_homes([pwd.getpwnam(name).pw_dir for name in students()])


def check_homes(homes):
    """Stop if students can enter each other's homes, as `adduser` makes them on many systems."""
    open_ones = [home for home in homes if os.path.exists(home) and not closed(Path(home))]
    if open_ones:
        raise SystemExit(f"Students could read each other's work: chmod 700 {' '.join(open_ones)}")


def python():
    """The Python of students' servers."""
    return Path(os.environ.get("HUB_PYTHON", sys.executable)).resolve()


def closed(path):
    """The first of the folders down to `path`, or itself, that others cannot enter; or None."""
    for one in [*reversed(path.parents), path]:
        if not one.stat().st_mode & 0o001:
            return one
    return None


# --- what is made ----------------------------------------------------------------------------


def prepare():
    """Make what lies in HOME: safe to call again."""
    HOME.mkdir(parents=True, exist_ok=True)
    for name, mode in {"state": 0o700, "student": 0o755}.items():
        (HOME / name).mkdir(exist_ok=True)
        (HOME / name).chmod(mode)
    exchange(HOME / "exchange")
    shutil.copytree(HUB / "student", HOME / "student", dirs_exist_ok=True)
    (HOME / "student/gitconfig").write_text(f"[safe]\n\tdirectory = {HOME}/lessons.git\n")
    lessons()
    told = HOME / "node/installed"
    if not told.exists() or told.read_text() != PROXY:
        print("Installing the proxy of JupyterHub …", flush=True)
        run("npm", "install", "--silent", "--no-audit", "--prefix", HOME / "node", PROXY)
        told.write_text(PROXY)
    if not trial():
        environment()


def exchange(place):
    """nbgrader's exchange, which it wants writable for all: only the course's owner may move it."""
    owner = pwd.getpwnam(teachers()[0])
    place.mkdir(exist_ok=True)
    # 1: who may write into a folder cannot rename or remove in it what belongs to others
    for folder, mode in ((place / COURSE, 0o755), (place / COURSE / "inbound", 0o3733)):
        if not folder.exists():
            folder.mkdir()
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        if folder.is_symlink() or folder.stat().st_uid != owner.pw_uid:
            raise SystemExit(f"{folder} must belong to the first teacher, {owner.pw_name}.")
        folder.chmod(mode)
    place.chmod(0o1777)


def environment():
    """An environment that all users can run, when the pins have changed."""
    made, pins = env() / "made", PROJECT / "requirements.txt"
    parts = [pins, PROJECT / "pyproject.toml", *(PROJECT / "helpers").glob("*.*")]
    if made.exists() and made.stat().st_mtime >= max(part.stat().st_mtime for part in parts):
        return
    print(f"Installing the environment of students into {env()}: 750 MB …", flush=True)
    run(python(), "-m", "venv", env())
    wanted = [line for line in pins.read_text().splitlines() if not line.startswith(("#", "-e"))]
    # not --editable: students have no way to the project
    pip = [env() / "bin/python", "-m", "pip", "install"]
    run(*pip, *wanted, f"{PROJECT}[assignments,hub]")
    run(*pip, "--force-reinstall", "--no-deps", PROJECT)  # its helpers change, its version does not
    made.touch()


def lessons():
    """The lessons as a repository from which each student's copy is renewed, without a network."""
    git = ["git", f"--git-dir={HOME / 'lessons.git'}", f"--work-tree={PROJECT / 'notebooks'}"]
    if not (HOME / "lessons.git").exists():
        run("git", "init", "--quiet", "--bare", "--initial-branch=main", HOME / "lessons.git")
    run(*git, "add", "--all", "--force", "*.ipynb")
    if subprocess.run([*map(str, git), "diff", "--cached", "--quiet"]).returncode:
        who = ["-c", "user.name=lessons", "-c", "user.email=lessons@localhost"]
        run(*git, *who, "commit", "--quiet", "--message", "The lessons")


def run(*command):
    subprocess.run(list(map(str, command)), check=True, cwd=HOME)


def main():
    check()
    prepare()
    print(f"\nJupyterHub: http://127.0.0.1:{ports()[0]}")
    if trial():
        os.environ["HUB_PASSWORD"] = secrets.token_urlsafe(12)
        print(f"A trial for you alone. Log in as {getpass.getuser()}, password ", end="")
        print(f"{os.environ['HUB_PASSWORD']}\nA class needs the administrator: sudo make hub")
    else:
        print("Log in as a teacher or a student, with the password of this system. Teachers find")
        print(f"the formgrader at http://127.0.0.1:{ports()[0]}/services/{COURSE}/")
    print("Ctrl-C ends it.\n", flush=True)
    os.chdir(HOME / "state")
    program = str(env() / "bin/python")
    os.execv(program, [program, "-m", "jupyterhub", "-f", str(HUB / "jupyterhub_config.py")])


if __name__ == "__main__":
    main()
