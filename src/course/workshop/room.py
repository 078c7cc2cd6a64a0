"""The workshop of one machine: where it keeps things, and who is who in it."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from course.catalog import content
from course.errors import CourseError
from course.project.files import write_atomically
from course.project.workspace import STATE

FOR_ROOT = Path("/var/lib/course-workshop")
VARIABLE = "COURSE_WORKSHOP"
LEARNERS = "course-learners"
"""The group of the accounts that a workshop makes: nobody else gets in with the room's password."""
SETTINGS = Path(__file__).with_name("jupyter")
BIN = Path(sys.executable).parent


class Accounts(StrEnum):
    """Who may log in, and whose account a learner's server has."""

    ROOM = "room"  # one password for all; each name gets an account of the machine
    PAM = "pam"  # the machine's own accounts and passwords
    ONE = "one"  # one password for all, and one account: nobody is kept apart
    CONTAINER = (
        "container"  # one password for all; each server is a container, where every learner is `jovyan`
    )


@dataclass(frozen=True)
class Room:
    """What `course workshop start` settled. It holds no secret: every account may read it."""

    state: str
    """The workshop's folder."""
    desk: str
    """The clone in which the instructor works."""
    instructor: str
    accounts: str
    address: str
    port: int
    hub_port: int
    proxy_port: int
    board_port: int
    idle_minutes: int
    memory_mb: int
    """What a learner's server may use; 0 for no limit."""
    processors: float
    """The same: parts of processors, such as 1.5."""
    image: str = ""
    """Where servers are containers: the image of `workshop/Dockerfile`."""
    inside: str = "127.0.0.1"
    """Where servers find the hub and the board: with containers, this machine's address on their network."""

    @property
    def root(self) -> Path:
        """The workshop's folder."""
        return Path(self.state)

    @property
    def hub(self) -> Path:
        """What only the hub may read: its database, its cookie secret, the passwords."""
        return self.root / "hub"

    @property
    def exchange(self) -> Path:
        """nbgrader's exchange."""
        return self.root / "exchange"

    @property
    def published(self) -> Path:
        """The learners' editions of the course."""
        return self.root / "published"

    @property
    def current(self) -> Path:
        """A link to the edition that learners have now."""
        return self.published / "current"

    @property
    def board(self) -> Path:
        """What the live board keeps: events with names, for the instructor alone."""
        return self.root / "board"

    @property
    def homes(self) -> Path:
        """The learners' folders where they have no accounts with a home of their own."""
        return self.root / "homes"

    @property
    def url(self) -> str:
        """Where the room is, for a browser on this machine."""
        host = "127.0.0.1" if self.address in ("", "0.0.0.0", "::") else self.address  # noqa: S104 - compared
        return f"http://{host}:{self.port}"

    def environment(self, name: str) -> dict[str, str]:
        """What a server of this person, or a command of theirs, needs in its environment."""
        teaches = name == self.instructor
        settings = [SETTINGS / ("instructor" if teaches else "learner"), SETTINGS / "everyone"]
        more = {"COURSE_ONE_ACCOUNT": "1"} if self.accounts == Accounts.ONE else {}
        if teaches:
            more["COURSE_BOARD_DATABASE"] = str(self.board / "board.db")
        return more | {
            "PATH": os.pathsep.join([str(BIN), "/usr/local/bin", "/usr/bin", "/bin"]),
            "LANG": "C.UTF-8",
            VARIABLE: self.state,
            "COURSE_CONTENT": self.desk if teaches else str(self.current),
            "COURSE_EXCHANGE": str(self.exchange),
            "COURSE_BOARD": f"http://{self.inside}:{self.board_port}/services/board/events",
            "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, settings)),
        }

    def write(self) -> None:
        """Keep this for the hub, and for the commands of the day."""
        path = self.root / "room.json"
        write_atomically(path, json.dumps(asdict(self), indent=1) + "\n")
        path.chmod(0o644)

    @classmethod
    def find(cls) -> Self:
        """Return the workshop of this machine; CourseError when none was ever started here."""
        named = os.environ.get(VARIABLE)
        for folder in [Path(named)] if named else [FOR_ROOT, usual_folder()]:
            try:
                return cls(**json.loads((folder / "room.json").read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):
                continue
        raise CourseError("There is no workshop on this machine yet: `course workshop start` begins one.")


def usual_folder() -> Path:
    """Where a workshop keeps its state when no folder is named."""
    return FOR_ROOT if os.geteuid() == 0 else content().root / STATE / "workshop"
