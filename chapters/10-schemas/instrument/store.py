"""`await course.old_row(api, full_name="")`: a row that is older than today's rules."""

import httpx2

from course.errors import CourseError
from course.project.client import current_app


async def old_row(api: httpx2.AsyncClient, *, email: str = "grace@example.com", full_name: str = "") -> None:
    """Put a user into the store of the running app, past all schemas, as rows are that were there before the rules.

    `api` is the client that `course.begin` returned. CourseError when the app has no such store.
    """
    service = getattr((await current_app(api)).state, "user_service", None)
    stores = [part for part in vars(service).values() if hasattr(part, "add")] if service else []
    if not stores:
        raise CourseError(
            "The app keeps no users in app.state.user_service: run the lesson from its first cell."
        )
    await stores[0].add(email, full_name, "no hash")
