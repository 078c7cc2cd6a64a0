"""Who may come in: JupyterHub's own authenticators, kept away from accounts that are not of the workshop."""

import grp
import pwd
from typing import Any

from jupyterhub.auth import LocalAuthenticator, PAMAuthenticator
from jupyterhub.authenticators.shared import SharedPasswordAuthenticator

from course.workshop.room import LEARNERS

FIRST_PERSON = 1_000
"""Smaller user ids are the system's."""


class RoomAuthenticator(LocalAuthenticator, SharedPasswordAuthenticator):  # type: ignore[misc]  # JupyterHub has no types
    """One password for the room. A new name gets an account; one that was there before the workshop is nobody's."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> Any:  # noqa: ANN401 - JupyterHub's
        """As the shared password says, but never as root, a service, or somebody who has work on this machine."""
        found = await super().authenticate(handler, data)
        if found is None or found["admin"] or _is_learner(found["name"]):
            return found
        self.log.warning("%s is an account that no workshop made: not let in.", found["name"])
        return None


class PeopleAuthenticator(PAMAuthenticator):  # type: ignore[misc]  # JupyterHub has no types
    """The machine's own accounts and passwords; those of the system are nobody's."""

    def check_blocked_users(self, username: str, authentication: Any = None) -> Any:  # noqa: ANN401 - JupyterHub's
        """Refuse root and services, whatever password they have."""
        try:
            if pwd.getpwnam(username).pw_uid < FIRST_PERSON:
                return False
        except KeyError:
            return False
        return super().check_blocked_users(username, authentication)


def _is_learner(name: str) -> bool:
    """Whether this is an account that a workshop made, or none at all yet."""
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        return True
    return account.pw_uid >= FIRST_PERSON and account.pw_gid == grp.getgrnam(LEARNERS).gr_gid
