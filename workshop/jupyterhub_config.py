"""JupyterHub for a workshop on one machine. `course workshop start` runs it; `README.md` says what to do with it."""

import json
import os
import sys
from html import escape

from course.catalog import catalog
from course.workshop.containers import HOST
from course.workshop.people import ADD_LEARNER
from course.workshop.room import Accounts, Room
from course.workshop.roster import kept_roster
from course.workshop.setup import proxy_command
from course.workshop.spawning import START_PAGE, prepare

c = get_config()  # noqa: F821 - JupyterHub provides it
room = Room.find()
BOARD = "access:services!service=board"

c.JupyterHub.bind_url = f"http://{room.address}:{room.port}"
c.JupyterHub.hub_bind_url = f"http://{room.inside}:{room.hub_port}"
c.JupyterHub.db_url = f"sqlite:///{room.hub / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(room.hub / "cookie_secret")
c.JupyterHub.log_level = "WARN"
c.ConfigurableHTTPProxy.command = proxy_command()
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{room.proxy_port}"
c.ConfigurableHTTPProxy.pid_file = str(room.hub / "proxy.pid")

# Who comes in. Names are those of accounts, so they have letters and digits only.
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {room.instructor}
c.Authenticator.username_pattern = r"^[a-z][a-z0-9-]{0,30}$"
if room.accounts == Accounts.PAM:
    told = "Log in with your account on this machine."
    c.JupyterHub.authenticator_class = "course.workshop.authenticators.PeopleAuthenticator"
else:
    learners, instructor = json.loads((room.hub / "passwords.json").read_text())
    c.SharedPasswordAuthenticator.user_password = learners
    c.SharedPasswordAuthenticator.admin_password = instructor
    told = "Choose a username: letters and digits. It keeps your work."
    c.JupyterHub.authenticator_class = "shared-password"
if room.accounts == Accounts.ROOM:
    c.JupyterHub.authenticator_class = "course.workshop.authenticators.RoomAuthenticator"
    if roster := kept_roster(room.hub / "roster.json"):
        told = "Your username and your password are on your slip."
        c.RosterAuthenticator.roster = roster
        c.JupyterHub.authenticator_class = "course.workshop.authenticators.RosterAuthenticator"
    c.LocalAuthenticator.create_system_users = True
    c.LocalAuthenticator.add_user_cmd = ADD_LEARNER
c.JupyterHub.template_vars = {"announcement_login": f"{escape(catalog().title)}. {told}"}

# Each person's server: `course start … -- jupyterhub-singleuser`. A busy machine may take its time.
c.JupyterHub.spawner_class = (
    "simple" if room.accounts == Accounts.ONE else "course.workshop.limits.HeldSpawner"
)
if room.accounts == Accounts.CONTAINER:
    c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
    c.DockerSpawner.image = room.image
    c.DockerSpawner.pull_policy = "never"  # it was built here
    c.DockerSpawner.name_template = "course-{username}"
    c.DockerSpawner.remove = True  # what people wrote is in their folders: see course.workshop.containers
    c.DockerSpawner.extra_host_config = HOST
c.SimpleLocalProcessSpawner.home_dir_template = str(room.homes / "{username}")
c.Spawner.pre_spawn_hook = prepare
c.Spawner.default_url = START_PAGE
c.Spawner.args = ["--log-level=WARN"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.LocalProcessSpawner.interrupt_timeout = 10  # a busy server that does not stop when asked is told to

# The live board, with the instructor's rights. And servers that nobody uses are stopped; what learners wrote is on the disk.
c.JupyterHub.services = [
    {
        "name": "board",
        "url": f"http://{room.inside}:{room.board_port}",
        "command": [sys.executable, "-P", "-m", "course.workshop.board"],
        "cwd": room.desk,  # the hub's own folder is closed to the instructor
        "oauth_no_confirm": True,
        "environment": {
            "COURSE_BOARD_DATABASE": str(room.board / "board.db"),
            "COURSE_BOARD_INSTRUCTORS": room.instructor,
            "COURSE_CONTENT": room.desk,
            "PATH": os.environ["PATH"],
        },
        **({} if room.accounts == Accounts.ONE else {"user": room.instructor}),
    },
    {
        "name": "idle-culler",
        "command": [
            sys.executable,
            "-P",
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={room.idle_minutes * 60}",
        ],
    },
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
    {"name": "user", "scopes": ["self", BOARD]},
    {"name": "server", "scopes": ["users:activity!user", "access:servers!server", BOARD]},
]
