"""The pace of a workshop: which chapters are open, and what has come in."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeReleaseAssignment

from course.batch.nbgrader_bridge import collected_log
from course.batch.settings import Settings
from course.catalog import Chapter, catalog, content
from course.errors import CourseError
from course.workshop.edition import open_up_to, publish
from course.workshop.exchange import owner_of
from course.workshop.people import as_instructor, is_root_for_others
from course.workshop.room import Accounts, Room


def open_chapter(room: Room, number: int) -> Iterator[str]:
    """Publish the course up to a chapter and release its exercises; yield what was done.

    As root, it is done as the instructor, to whom all of it belongs. Raises CourseError like `publish`, and when nbgrader
    refuses.
    """
    if is_root_for_others(room):
        as_instructor(room, "workshop", "open", str(number))
        return
    _publish(room, number)
    released = list(_release(room, _exercises(number)))
    yield f"Open up to chapter {number}, {catalog().chapter(number).title}: learners have it in a few seconds."
    if released:
        yield f"To be handed in from now on: {', '.join(released)}"


def close_chapter(room: Room, number: int | None) -> Iterator[str]:
    """Publish the course without a chapter and those after it; without a number, without the last open one.

    Raises CourseError when nothing would be left, or nothing is open.
    """
    if is_root_for_others(room):
        as_instructor(room, "workshop", "close", *([] if number is None else [str(number)]))
        return
    opened = open_up_to(room.current)
    if opened is None:
        raise CourseError("Nothing is open: `course workshop open 0` opens the first chapter.")
    number = opened if number is None else number
    if number > opened:
        raise CourseError(f"Chapter {number} is not open: the course is open up to chapter {opened}.")
    before = [chapter.number for chapter in catalog().chapters if chapter.number < number]
    if not before:
        raise CourseError("The first chapter stays open as long as the room does.")
    _publish(room, before[-1])
    yield f"Open up to chapter {before[-1]} now. What learners have of chapter {number} stays theirs."


def status_lines(room: Room) -> Iterator[str]:
    """Yield what is open, and of each exercise how many have handed in, are collected and graded."""
    if is_root_for_others(room):
        as_instructor(room, "workshop", "status")
        return
    yield f"The room: {room.url}"
    opened = open_up_to(room.current)
    if opened is None:
        yield "No chapter is open."
        return
    yield f"Open up to chapter {opened}, {catalog().chapter(opened).title}"
    settings = Settings.load(content().root)
    course = settings.course
    inbound = room.exchange / course.course_id / "inbound"
    handed_in = _handed_in(inbound, by_their_owners=room.accounts not in (Accounts.ONE, Accounts.CONTAINER))
    collected = _names_below(Path(course.root, course.submitted_directory))
    graded = _names_below(Path(course.root, course.autograded_directory))
    for chapter in _exercises(opened):
        counts = [len(found[chapter.slug]) for found in (handed_in, collected, graded)]
        yield f"  {chapter.slug}: {counts[0]} handed in, {counts[1]} collected, {counts[2]} graded"


def _publish(room: Room, number: int) -> None:
    try:
        publish(number, room.current)
    except OSError as error:
        raise CourseError(
            f"{room.published} cannot be written ({error.strerror}): the pace is the instructor's ({room.instructor})."
        ) from error


def _exercises(number: int) -> list[Chapter]:
    return [
        chapter
        for chapter in catalog().chapters
        if chapter.number <= number and chapter.has_exercise and content().is_written(chapter)
    ]


def _release(room: Room, chapters: Iterable[Chapter]) -> Iterator[str]:
    """Release what is not released yet, through nbgrader's exchange; yield the names."""
    settings = Settings.load(content().root)
    settings.config.Exchange.root = str(room.exchange)
    place = room.exchange / settings.course.course_id
    _make_inbound(place)
    for chapter in chapters:
        if (place / "outbound" / chapter.slug).is_dir():
            continue
        settings.config.CourseDirectory.assignment_id = chapter.slug
        with collected_log() as log:
            try:
                ExchangeReleaseAssignment(
                    coursedir=CourseDirectory(config=settings.config), config=settings.config
                ).start()
            except (ExchangeError, OSError) as error:
                raise CourseError(
                    f"nbgrader could not release {chapter.slug}: {(log or [str(error)])[-1]}"
                ) from error
        yield chapter.slug


def _make_inbound(place: Path) -> None:
    """nbgrader's folder for what comes in, where nobody may list, rename or remove what others handed in."""
    inbound = place / "inbound"
    for folder, mode in ((place, 0o755), (place / "outbound", 0o755), (inbound, 0o3733)):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(mode)


def _handed_in(inbound: Path, *, by_their_owners: bool) -> dict[str, set[str]]:
    """Who has handed in what, by assignment; what is in somebody else's name is not theirs."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in inbound.iterdir() if inbound.is_dir() else ():
        name, _, rest = entry.name.partition("+")
        if not by_their_owners or owner_of(entry) == name:
            found[rest.partition("+")[0]].add(name)
    return found


def _names_below(folder: Path) -> dict[str, set[str]]:
    """The same for a folder with one for each learner."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in folder.glob("*/*/"):
        found[path.name].add(path.parent.name)
    return found
