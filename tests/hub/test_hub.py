"""From the release of an assignment to its feedback, in browsers; what students cannot reach."""

import contextlib
import csv
import json
import pwd
import re

import nbformat
import psutil
import pytest

from assignments.conftest import NAME, solved
from browser.lab import Lab, changes, painted
from browser.test_assignments import Student
from grading import COURSE
from hub import machine

HOSTILE = """
import os
for path in ("PROJECT/assignments/gradebook.db", "PROJECT/assignments/hidden_tests"):
    print(path, os.path.exists(path))
class Fits(float):
    __eq__ = __lt__ = __gt__ = lambda self, other: True
def cost_derivative(w, houses):
    return Fits(7)
"""


class Window:
    """The *Assignment List* of a student."""

    def __init__(self, context, hub, student):
        self.context = context
        self.server = (f"{hub.url}/user/{student.name}", "none")
        self.lab = None

    def open(self, notebook):
        if self.lab:
            self.lab.command("docmanager:save")
            self.lab.close()
        self.lab = Lab(self.context, self.server, notebook)
        return self.lab

    def press(self, part, button):
        """Press a button of a part of the list, once it is there."""
        self.lab.command("nbgrader:open-assignment-list")
        page = self.lab.page
        page.locator("#refresh_assignments_list").click()
        page.locator(f"#{part}_assignments_list .list_item").first.wait_for()
        page.locator(f"#{part}_assignments_list").get_by_text(button, exact=True).first.click()


@pytest.fixture(scope="module")
def graded(hub, browser):
    """The round trip, until the page of feedback is in the student's own folder."""
    teacher, (ada, bob) = hub.teacher, hub.students
    course = {"cwd": hub.project, "env": {"PYTHONPATH": "assignments"}}
    told = teacher.python("-m", "grading.exchange", NAME, **course)
    assert told.splitlines()[-1] == f"Released: {hub.home}/exchange/{COURSE}/outbound/{NAME}"

    # ada reads a lesson, and drags
    window = Window(ada.log_in(browser), hub, ada)
    lab = window.open("lessons/00_start_here.ipynb")
    assert lab.run_all()
    [figure] = lab.figures()
    before = painted(figure)
    figure.locator("input[type=range]").press("End")
    assert changes(figure, before)

    # fetches, solves one task, validates, submits, changes it, and submits again
    window.press("released", "Fetch")
    lab.page.locator("#fetched_assignments_list .list_item").first.wait_for()
    student = Student(window.open(f"{NAME}/{NAME}.ipynb"))
    cells = solved().cells
    [place] = [i for i, cell in enumerate(cells) if cell.id == "slope"]
    for i, cell in enumerate(cells[:place]):
        if cell.cell_type == "code" and not cell.metadata.nbgrader.solution:
            student.run(i)
    for answer, right in (
        ("def cost_derivative(w, houses):\n    return 0", False),
        (cells[place].source, True),
    ):
        page = student.page
        page.evaluate("() => jupyterapp.shell.activateById(panel.id)")
        student.type(place, answer)
        student.run(place)
        assert ("these values are right" in student.run(place + 1)) == right
        student.lab.command("docmanager:save")
        page.get_by_role("button", name="Validate").first.click()
        dialog = page.locator(".jp-Dialog")
        dialog.wait_for()
        assert ("Checks of task 1" in dialog.inner_text()) != right
        assert "Checks of task 2" in dialog.inner_text()
        dialog.locator("button").last.click()
        window.press("fetched", "Submit")
        student.lab.page.locator("#submitted_assignments_list .list_item").first.wait_for()
        inbound = hub.home / f"exchange/{COURSE}/inbound"
        for _ in range(300):  # the list shows one line for both submissions
            folders = inbound.glob(f"{ada.name}+*")  # opened to the teacher when complete
            arrived = sum(one.stat().st_mode & 0o777 == 0o777 for one in folders)
            if arrived == 1 + right:
                break
            page.wait_for_timeout(100)
        assert arrived == 1 + right

    # bob breaks out, he thinks, and hands in something for ada
    bob.run("mkdir", "-p", bob.home / NAME)
    notebook = solved()
    [answer] = [cell for cell in notebook.cells if cell.id == "slope"]
    answer.source = HOSTILE.replace("PROJECT", str(hub.project))
    path = hub.home / "bob.ipynb"
    nbformat.write(notebook, path)
    bob.run("cp", path, bob.home / NAME / f"{NAME}.ipynb")
    bob.log_in(browser).close()  # his server runs on, with a token that his attempts use
    bob.python("-m", "nbgrader", "submit", NAME, env=server_of(bob))
    forged = f"{inbound}/{ada.name}+{NAME}+2099-01-01 00:00:00.0 UTC+x"
    bob.run("mkdir", forged)

    # the teacher collects and grades, reads an answer, and gives back
    told = teacher.python("-m", "grading.grade", NAME, "exchange", **course)
    assert f"A submission says it is of {ada.name}, and belongs to {bob.name}." in told
    context = teacher.log_in(browser)
    place = f"{hub.url}/services/{COURSE}/formgrader"
    page = context.new_page()
    page.goto(f"{place}/gradebook/{NAME}/{NAME}")
    page.locator("tbody a").first.wait_for()
    answer = context.request.get(f"{place}/api/submissions/{NAME}").json()
    numbers = {one["student"]: one["id"] for one in answer}
    assert numbers.keys() == {ada.name, bob.name}
    found = context.request.get(f"{place}/api/submitted_notebooks/{NAME}/{NAME}").json()
    [number] = [one["id"] for one in found if one["student"] == ada.name]
    page.goto(f"{place}/submissions/{number}/?index=0")
    # Its fields are there before what saves them is.
    page.wait_for_function("() => formgrader.grades?.loaded && formgrader.comments?.loaded")
    for field, text in (("input.score", "1.5"), ("textarea.comment", "Think of the last stop.")):
        with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
            page.locator(field).last.fill(text)
            page.locator(field).last.blur()
        assert saved.value.ok
    teacher.python("-m", "grading.grade", NAME, "--format", "exchange", **course)

    # ada sees it
    window.press("submitted", "Fetch Feedback")
    window.lab.page.get_by_text("View Feedback").first.wait_for()
    pages = list((ada.home / NAME).rglob("feedback/**/*.html"))
    return pages, context, window


def test_a_student_sees_points_and_comment_of_the_last_submission(graded, hub):
    pages, _, _ = graded
    texts = [path.read_text("utf-8") for path in pages]
    [text] = [text for text in texts if "Think of the last stop." in text]
    assert "4.5 of 15 points" in text  # the task that was mended, and the answer in words


def test_what_is_hostile_costs_its_own_points_only(graded, hub):
    with open(hub.project / "assignments/report.csv", encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    ada, bob = hub.students
    assert (rows[ada.name]["score"], rows[bob.name]["score"]) == ("4.5", "10")
    page = (hub.project / f"assignments/feedback/{bob.name}/{NAME}/{NAME}.html").read_text("utf-8")
    assert "gradebook.db False" in page
    assert " True" not in page.partition("What you handed in")[2]


def test_only_a_teacher_reaches_the_formgrader(graded, hub, browser):
    _, teacher, window = graded
    place = f"{hub.url}/services/{COURSE}/formgrader"
    assert teacher.request.get(place).status == 200
    assert window.context.request.get(place).status == 403


# What a student tries, as Python: each must raise.
ATTEMPTS = {
    "home of another student": "os.listdir('/home/OTHER')",
    "lesson of another student": "open('/home/OTHER/lessons/00_start_here.ipynb')",
    "home of the teacher": "os.listdir('/home/TEACHER')",
    "solutions": "open('PROJECT/assignments/source/NAME/NAME.ipynb')",
    "hidden tests": "open('PROJECT/assignments/hidden_tests/NAME.py')",
    "gradebook": "open('PROJECT/assignments/gradebook.db')",
    "submissions in the exchange": "os.listdir('HUB/exchange/COURSE/inbound')",
    "feedback of others": "os.listdir('HUB/exchange/COURSE/feedback')",
    "another assignment for all": "open('HUB/exchange/COURSE/outbound/NAME/NAME.ipynb', 'w')",
    "remove the assignment": "os.rename('HUB/exchange/COURSE/outbound/NAME', 'HUB/exchange/x')",
    "another course in its place": "os.rename('HUB/exchange/COURSE', 'HUB/exchange/x')",
    "another folder of submissions": "os.rename('HUB/exchange/COURSE/inbound', 'HUB/exchange/x')",
    "database of the hub": "open('HUB/state/jupyterhub.sqlite')",
    "cookie secret": "open('HUB/state/cookie_secret')",
    "the hub's log": "open('HUB/hub.log')",
    "another environment": "open('HUB/env/lib/x.pth', 'w')",
    "another lesson for all": "open('HUB/lessons.git/config', 'a')",
    "settings for all": "open('HUB/student/nbgrader_config.py', 'a')",
    "tokens of the hub": "environ('jupyterhub -f')",
    "token of the proxy": "environ('configurable-http-proxy')",
    "token of the formgrader": "environ('jupyterhub.singleuser', 'TEACHER')",
    "token of another student": "environ('jupyterhub.singleuser', 'OTHER')",
    "stop the server of another": "os.kill(pid('jupyterhub.singleuser', 'OTHER'), 15)",
    "control of the proxy": "ask(CONTROL, '/api/routes')",
    "the hub about another": "ask(PORT, '/hub/api/users/OTHER', True)",
    "all users": "ask(PORT, '/hub/api/users', True)",
    "stop another by the hub": "ask(PORT, '/hub/api/users/OTHER/server', True, 'DELETE')",
    "server of another": "ask(PORT, '/user/OTHER/api/contents', True)",
    "server of another, directly": "ask(SERVER, '/user/OTHER/api/contents', True)",
    "formgrader": "ask(PORT, '/services/COURSE/formgrader', True)",
    "contents behind the formgrader": "ask(PORT, '/services/COURSE/api/contents', True)",
}

TOOLS = """
import os, sys, urllib.error, urllib.request

def pid(*words):
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = open(f"/proc/{number}/cmdline").read().replace("\\0", " ")
        except OSError:
            continue
        uid = os.stat(f"/proc/{number}").st_uid
        if uid != os.getuid() and all(word in line or word in owner(uid) for word in words):
            return int(number)
    raise SystemExit("nothing to attack: " + str(words))

def owner(uid):
    import pwd
    return pwd.getpwuid(uid).pw_name

def environ(*words):
    return open(f"/proc/{pid(*words)}/environ").read()

class No(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *about):
        return None

def ask(port, path, mine=False, method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    if mine:
        request.add_header("Authorization", "token " + os.environ["JUPYTERHUB_API_TOKEN"])
    return urllib.request.build_opener(No).open(request, timeout=10).read()

try:
    print("GOT IN:", ATTEMPT)
except PermissionError as no:
    print("no:", no)
except urllib.error.HTTPError as no:
    print("no:" if no.code in (403, 404) else "what:", no.code)
"""


def server_of(student):
    """The environment of a student's server, with its token."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.username() == student.name and "jupyterhub.singleuser" in process.cmdline():
                return process.environ()
    raise AssertionError(f"{student.name} has no server")


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_student_cannot_reach(graded, hub, attempt):
    bob, ada = hub.students[1], hub.students[0]
    code = ATTEMPTS[attempt]
    for word, value in {
        "OTHER": ada.name, "TEACHER": hub.teacher.name, "PROJECT": hub.project, "NAME": NAME,
        "HUB": hub.home, "COURSE": COURSE, "PORT": hub.port, "CONTROL": hub.port + 82,
        "SERVER": server_of(ada)["JUPYTERHUB_SERVICE_URL"].split(":")[2].partition("/")[0],
    }.items():  # fmt: skip
        code = code.replace(word, str(value))
    environment = server_of(bob)
    told = bob.run(
        "/usr/bin/python3", "-c", TOOLS.replace("ATTEMPT", code),
        env={"JUPYTERHUB_API_TOKEN": environment.get("JUPYTERHUB_API_TOKEN", "")},
    )  # fmt: skip
    assert told.startswith("no: "), told


def test_the_attempts_are_real(graded, hub):
    """The teacher and root get in where students do not: the places exist."""
    for path in (
        hub.project / "assignments/gradebook.db",
        hub.home / "state/jupyterhub.sqlite",
        hub.home / "state/cookie_secret",
        hub.home / f"exchange/{COURSE}/inbound",
        hub.home / f"exchange/{COURSE}/feedback",
    ):
        assert path.exists()
    token = server_of(hub.students[0])["JUPYTERHUB_API_TOKEN"]
    code = TOOLS.replace("ATTEMPT", f"ask({hub.port}, '/hub/api/user', True)")
    told = hub.students[0].run("/usr/bin/python3", "-c", code, env={"JUPYTERHUB_API_TOKEN": token})
    assert hub.students[0].name in told
    assert json.loads(told.partition("GOT IN: b'")[2].rpartition("'")[0])["groups"] == [
        f"nbgrader-{COURSE}"
    ]


def test_the_trial_is_for_whoever_starts_it(hub, browser):
    """`make hub` without rights over other users: a hub as processes of one user."""
    me, home = hub.teacher, hub.teacher.home / "trial"
    (hub.project / ".venv").symlink_to(hub.home / "env")
    me.run("mkdir", home)
    me.run("cp", "-r", hub.home / "node", home)
    trial = machine.Hub(home, machine.free_ports(), me)
    user = pwd.getpwnam(me.name)
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    python = hub.home / "env/bin/python"
    with machine.started(trial, {"HOME": user.pw_dir}, python=python, **who) as told:
        assert f"A trial for you alone. Log in as {me.name}, password " in told
        [password] = re.findall(r"password (\S+)$", told, re.MULTILINE)
        visitor = machine.Person(me.name, password, trial)
        trial.students = (visitor,)
        context = visitor.log_in(browser)
        assert context.request.get(f"{trial.url}/services/{COURSE}/formgrader").status == 200
        lessons = context.request.get(f"{trial.url}/user/{me.name}/api/contents/lessons").json()
        assert "00_start_here.ipynb" in {one["name"] for one in lessons["content"]}
