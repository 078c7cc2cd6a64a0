"""Who may come in: JupyterHub's own authenticators, kept away from accounts that are not of the workshop."""

import pwd
from secrets import compare_digest
from typing import Any

from jupyterhub.auth import LocalAuthenticator, PAMAuthenticator
from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from traitlets import Dict, Unicode

from course.workshop.people import FIRST_PERSON, is_learner


class RoomAuthenticator(LocalAuthenticator, SharedPasswordAuthenticator):  # type: ignore[misc]  # JupyterHub has no types
    """One password for the room. A new name gets an account; one that was there before the workshop is nobody's."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> Any:  # noqa: ANN401 - JupyterHub's
        """As the shared password says, but never as root, a service, or somebody who has work on this machine."""
        if not data[
            "password"
        ].isascii():  # JupyterHub cannot compare it, and no password of ours is like that
            return None
        found = await super().authenticate(handler, data)
        if found is None or found["admin"] or is_learner(found["name"]):
            return found
        self.log.warning("%s is an account that no workshop made: not let in.", found["name"])
        return None


class RosterAuthenticator(RoomAuthenticator):
    """Names of a roster, each with a password of their own; nobody else comes in. The instructor has the instructor's."""

    roster = Dict(value_trait=Unicode(), key_trait=Unicode(), config=True, help="Passwords, by name.")

    async def authenticate(self, handler: Any, data: dict[str, str]) -> Any:  # noqa: ANN401 - JupyterHub's
        """Whoever has their own password is taken for somebody who has the room's; the room's own opens nothing."""
        name = self.normalize_username(data["username"])
        if name not in self.admin_users:
            own = self.roster.get(name)
            if not own or not compare_digest(own.encode(), data["password"].encode()):
                return None
            data = {**data, "password": self.user_password}
        return await super().authenticate(handler, data)


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
