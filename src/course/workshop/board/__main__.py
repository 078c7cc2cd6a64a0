"""`python -m course.workshop.board`: the service, as a hub starts it. With numbers of chapters, read their wrong cards.

Everything comes from the environment: JUPYTERHUB_* by the hub, COURSE_BOARD_DATABASE (a file in a folder that exists),
COURSE_BOARD_INSTRUCTORS (names with blanks between them), COURSE_CONTENT (the clone).
"""

import asyncio
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from course.errors import CourseError
from course.workshop.board.beliefs import Beliefs
from course.workshop.board.store import Store


def main(chapters: list[str]) -> int:
    """Serve, or read the cards of these chapters before anybody waits for them."""
    try:
        database = Path(_given("COURSE_BOARD_DATABASE"))
        beliefs = Beliefs(database.parent / "cards")
        if chapters:
            for chapter in chapters:
                sys.stdout.write(
                    f"Chapter {chapter}: {beliefs.learn(int(chapter), workers=2)} wrong cards.\n"
                )
            return 0
        from course.workshop.board.web import Board, serve

        instructors = frozenset(_given("COURSE_BOARD_INSTRUCTORS").split())
        board = Board(Store(database), beliefs, instructors, _given("JUPYTERHUB_SERVICE_PREFIX"))
        url = urlsplit(_given("JUPYTERHUB_SERVICE_URL"))
        asyncio.run(serve(board, url.hostname or "127.0.0.1", url.port or 80))
    except (CourseError, OSError, ValueError) as error:
        sys.stderr.write(f"The board cannot start: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _given(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise CourseError(f"{name} is not set.")
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
