"""`await course.postgres()`: a real PostgreSQL for the cells of a lesson."""

from course.errors import CourseError
from course.notebook.display import message, show
from course.postgresql import empty_database


async def postgres() -> str | None:
    """Return the SQLAlchemy URL of an empty PostgreSQL database for this notebook, gone with its kernel.

    A server of the kernel's own is started for the first call; each call drops what the last one gave. Where there is
    no PostgreSQL, one sentence says how to get it, and None comes back: `if url := await course.postgres():`.
    """
    try:
        return await empty_database()
    except CourseError as why:
        show(message(str(why)))
        return None
