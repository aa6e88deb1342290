"""A class on JupyterHub. `make hub` prepares what is named here and starts it; see README.md.

What a place may want to change is read from the environment, and says its variable.
"""

import os
import sys

from grading import COURSE
from start import HOME, PROJECT, env, ports, students, teachers, trial

c = get_config()  # noqa: F821

# HUB_LOG=INFO tells all that happens; else how to log in would soon be out of sight.
LOG = os.environ.get("HUB_LOG", "WARN")
c.JupyterHub.log_level = LOG
c.ConfigurableHTTPProxy.log_level = LOG.lower()
c.Spawner.args = [f"--log-level={LOG}"]

# Nobody else's machine reaches it, unless told. Behind a web server with TLS this is right too.
c.JupyterHub.bind_url = os.environ.get("HUB_URL", f"http://127.0.0.1:{ports()[0]}")
c.JupyterHub.hub_port = ports()[1]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{ports()[2]}"
c.ConfigurableHTTPProxy.command = [str(HOME / "node/node_modules/.bin/configurable-http-proxy")]

# Tokens and cookies lie where only the hub can read: start.py makes the folder so.
c.JupyterHub.db_url = f"sqlite:///{HOME / 'state/jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HOME / "state/cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(HOME / "state/proxy.pid")

# Who may log in: teachers and students, with the passwords that they have on this system.
c.JupyterHub.authenticator_class = os.environ.get("HUB_AUTHENTICATOR", "pam")
c.PAMAuthenticator.open_sessions = False  # sessions of a console; servers here are none
c.Authenticator.allowed_users = {*teachers(), *students()}
# A teacher needs no rights over students' servers. HUB_ADMINS: who may stop and start them.
c.Authenticator.admin_users = set(os.environ.get("HUB_ADMINS", "").split())


def first_page(handler):
    """Where somebody comes to after logging in: teachers to the formgrader."""
    user = handler.current_user
    mine = user and user.name in teachers() and not trial()
    return f"/services/{COURSE}/" if mine else ""


c.JupyterHub.default_url = first_page
if trial():
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = os.environ["HUB_PASSWORD"]

# Each student's code runs as a user of its own: here a process of that user, elsewhere a unit, a
# container or a pod. HUB_SPAWNER: systemd, docker, kubespawner …, once it is installed.
c.JupyterHub.spawner_class = os.environ.get("HUB_SPAWNER", "localprocess")
c.Spawner.cmd = [str(HOME / "student/serve"), str(HOME), str(env())]
c.Spawner.default_url = "/lab/tree/lessons/00_start_here.ipynb"
c.Spawner.start_timeout = 120  # the first start copies the lessons
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": str(HOME / "student"),  # nbgrader's settings for students
    "COURSE": COURSE,
    "EXCHANGE": str(HOME / "exchange"),
    "OMP_NUM_THREADS": "1",  # NumPy's threads only wait for each other, and for other students
}
c.Spawner.env_keep = ["LANG", "LC_ALL", "PATH"]
# Kept by spawners that can: systemd, docker, kubespawner. README.md says what is needed.
c.Spawner.mem_limit = os.environ.get("HUB_MEMORY", "2G")
c.Spawner.cpu_limit = float(os.environ.get("HUB_CPUS", "2"))

# Roles, by the groups that nbgrader knows: its *Assignment List* asks for the first, and who is in
# the second reaches the formgrader, a server of its own that runs as the owner of the course.
c.JupyterHub.load_groups = {
    f"nbgrader-{COURSE}": {"users": sorted(students())},
    f"formgrade-{COURSE}": {"users": sorted(teachers())},
}
c.JupyterHub.load_roles = [
    {
        "name": "formgrade",
        "groups": [f"formgrade-{COURSE}"],
        "scopes": [f"access:services!service={COURSE}"],
    },
    {
        "name": "server",  # what a student's server may ask the hub: whose it is, and the groups
        "scopes": ["users:activity!user", "access:servers!server", "read:users!user"],
    },
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]
c.JupyterHub.services = [
    {
        "name": COURSE,
        "url": f"http://127.0.0.1:{ports()[3]}",
        "command": [str(env() / "bin/python"), "-m", "jupyterhub.singleuser", *c.Spawner.args],
        "cwd": str(PROJECT / "assignments"),
        "user": "" if trial() else teachers()[0],  # "": whoever runs the hub
        "oauth_no_confirm": True,
        "environment": {
            "JUPYTERHUB_DEFAULT_URL": "/formgrader",
            "EXCHANGE": str(HOME / "exchange"),
            "PATH": f"{env() / 'bin'}{os.pathsep}{os.environ['PATH']}",
        },
    },
    {
        "name": "culler",  # HUB_IDLE: after so many seconds without use a server is stopped
        "command": [
            *(sys.executable, "-m", "jupyterhub_idle_culler"),
            f"--timeout={os.environ.get('HUB_IDLE', '3600')}",
        ],
    },
]
