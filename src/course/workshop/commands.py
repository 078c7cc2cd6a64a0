"""`course workshop …`: a room full of learners on this machine, for one day or for a term."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from course.errors import CourseError
from course.pictures.theme import count
from course.project.myst import skip_slow_import
from course.workshop.room import VARIABLE, Accounts, Room, usual_folder

app = typer.Typer(
    help="For instructors: a JupyterHub with this course on it, and the pace of the day.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the learners' screens are elsewhere
ONE_ACCOUNT = (
    "EVERYBODY IS ONE ACCOUNT HERE ({name}): each learner can read and change everybody's work, the held-out checks and the "
    "gradebook, and can be anybody. Run this as root to keep people apart."
)


@app.command()
def start(
    *,
    instructor: Annotated[
        str | None,
        typer.Option(help="The instructor's account; the clone's owner by default, or `instructor`."),
    ] = None,
    port: Annotated[int, typer.Option(help="Where browsers find the room.")] = 8000,
    address: Annotated[str, typer.Option(help="127.0.0.1 for a web server in front.")] = EVERYWHERE,
    accounts: Annotated[
        Accounts,
        typer.Option(
            help="room: one password, an account for each name; pam: this machine's accounts; container: one password, a "
            "container for each name; one: nobody is kept apart."
        ),
    ] = Accounts.ROOM,
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Two lines: the learners' password, the instructor's.")
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Who may come in: a name a line, or name,password. Each gets a password of their own, on a slip to print.",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The workshop's folder; /var/lib/course-workshop for root."),
    ] = None,
    image: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="With --accounts container: what workshop/Dockerfile was built into."
        ),
    ] = "production-fastapi-course",
    idle_minutes: Annotated[
        int, typer.Option(min=5, help="A server that nobody uses for so long is stopped.")
    ] = 60,
    memory: Annotated[
        int, typer.Option(metavar="MB", min=0, help="What a learner's server may use; 0: no limit.")
    ] = 1_000,
    processors: Annotated[
        float,
        typer.Option(metavar="NUMBER", min=0, help="The same for processors, such as 1.5; 0: no limit."),
    ] = 2.0,
    up_to: Annotated[
        int | None, typer.Option("--open", metavar="CHAPTER", help="Open the course up to here; 0 at first.")
    ] = None,
) -> None:
    """Start the room: JupyterHub with the course. Ctrl-C stops it; started again, everything is where it was."""
    from course.workshop.edition import open_up_to
    from course.workshop.passwords import passwords
    from course.workshop.people import as_instructor
    from course.workshop.roster import read_roster
    from course.workshop.setup import instructors_name, set_up

    if roster is not None and accounts is not Accounts.ROOM:
        raise CourseError(
            f"A roster is for `--accounts room`; with `--accounts {accounts}` leave --roster out."
        )
    if accounts is not Accounts.ONE and os.geteuid() != 0:
        raise CourseError(
            "Only root can give each learner an account of their own: run this with sudo, or with `--accounts one`, where "
            "nobody is kept apart from anybody."
        )
    if accounts is Accounts.ONE and os.geteuid() == 0:
        raise CourseError("Root gives each learner an account: leave `--accounts one` out.")
    named = read_roster(roster, instructor=instructors_name(instructor)) if roster else {}
    place = (state or usual_folder()).expanduser().resolve()
    room = set_up(
        place,
        instructor=instructor,
        accounts=accounts,
        address=address,
        port=port,
        idle_minutes=idle_minutes,
        memory_mb=memory,
        processors=processors,
        image=image if accounts is Accounts.CONTAINER else "",
        say=typer.echo,
    )
    both = None if accounts is Accounts.PAM else passwords(password_file, room.hub / "passwords.json")
    if up_to is not None or open_up_to(room.current) is None:
        wanted = str(up_to or 0)
        if os.geteuid() == 0:
            as_instructor(room, "workshop", "open", wanted)
        else:
            os.environ.update(room.environment(room.instructor))
            open_(int(wanted))
    _introduce(room, both, _on_the_roster(room, roster, named))
    _become_the_hub(room)


def _on_the_roster(room: Room, file: Path | None, named: dict[str, str]) -> list[str]:
    """Give everybody on the roster a password, and the slips to whoever prints them; return what to say of it."""
    from course.catalog import catalog
    from course.workshop.roster import keep, kept_roster, with_passwords, write_slips

    if room.accounts != Accounts.ROOM:
        return []
    kept = room.hub / "roster.json"
    if file is None:
        last = count(len(kept_roster(kept)), "name")
        there = kept.is_file()
        return [f"Learners: the {last} of the last roster; remove {kept} to have none."] if there else []
    people = with_passwords(named, kept)
    slips = write_slips(people, file, title=catalog().title, url=_shown(room))
    keep(people, kept)
    return [
        f"Learners: the {count(len(people), 'name')} on the roster; their slips, to print and cut: {slips}"
    ]


def _shown(room: Room) -> str:
    return f"http://{_own_address()}:{room.port}" if room.address == EVERYWHERE else room.url


def _introduce(room: Room, both: tuple[str, str] | None, on_the_roster: list[str]) -> None:
    typer.echo(f"The room: {_shown(room)}")
    for line in on_the_roster:
        typer.echo(line)
    if both:
        if not on_the_roster:
            typer.echo(f"Learners: a name of their choice (letters and digits), password {both[0]}")
        typer.echo(f"Instructor: {room.instructor}, password {both[1]}")
        if not on_the_roster:
            typer.echo("Whoever knows the learners' password can log in under any learner's name.")
    else:
        typer.echo(
            f"Everybody logs in with their account of this machine; the instructor is {room.instructor}."
        )
    if room.accounts == Accounts.ONE:
        typer.echo(ONE_ACCOUNT.format(name=room.instructor), err=True)
    if room.address == EVERYWHERE:
        typer.echo(
            "This is HTTP: on a network that is not yours, have a web server with HTTPS in front of it."
        )
    typer.echo(_limits(room))
    for line in _on_the_board(room):
        typer.echo(line)
    typer.echo("Ctrl-C here stops it.")


def _on_the_board(room: Room) -> Iterator[str]:
    """How much the board has, and how old it is."""
    from course.workshop.board.store import kept

    if (found := kept(room.board / "board.db")) is not None:
        yield (
            f"The board has what {count(found.people, 'person', 'people')} did since {found.since:%Y-%m-%d}: "
            "`course workshop forget` empties it."
        )


def _limits(room: Room) -> str:
    from course.workshop.limits import hold, let_go

    said = " and ".join(
        ([f"{room.memory_mb:,} MB"] if room.memory_mb else [])
        + ([f"{room.processors:g} processors"] if room.processors else [])
    )
    if said and room.accounts == Accounts.CONTAINER:
        return f"A learner's container may use {said}; the instructor's has no limit."
    tried = "course-is-it-possible"
    possible = bool(said) and room.accounts != Accounts.ONE
    if possible and hold(tried, memory=room.memory_mb * 2**20 or None, processors=room.processors or None):
        let_go(tried)
        return f"A learner's server may use {said}; the instructor's has no limit."
    return "No limit of memory or processor holds for a learner's server: see workshop/README.md."


def _own_address() -> str:
    """The address of this machine that its network knows; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of nobody's, for documentation
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _become_the_hub(room: Room) -> None:
    from course.workshop import config_file

    os.environ[VARIABLE] = room.state
    os.chdir(room.hub)
    command = [sys.executable, "-P", "-m", "jupyterhub", "--config", str(config_file())]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


@app.command("open")
def open_(
    chapter: Annotated[
        int, typer.Argument(metavar="CHAPTER", help="Learners get all chapters up to this one.")
    ],
) -> None:
    """Open the course up to a chapter: learners have it in a few seconds, and their exercises can be handed in."""
    skip_slow_import()
    from course.workshop.pace import open_chapter

    for line in open_chapter(Room.find(), chapter):
        typer.echo(line)


@app.command()
def close(
    chapter: Annotated[
        int | None,
        typer.Argument(metavar="[CHAPTER]", help="This one and all after it; the last open one by default."),
    ] = None,
) -> None:
    """Close a chapter again. What learners have of it stays theirs."""
    skip_slow_import()
    from course.workshop.pace import close_chapter

    for line in close_chapter(Room.find(), chapter):
        typer.echo(line)


@app.command()
def forget() -> None:
    """Empty the live board: who did what, with names. Learners keep their own record; grades and submissions stay."""
    from course.workshop.people import as_instructor, is_root_for_others

    room = Room.find()
    if is_root_for_others(room):
        as_instructor(room, "workshop", "forget")
        return
    import sqlite3

    from course.workshop.board.store import forget as empty

    try:
        people = empty(room.board / "board.db")
    except (OSError, sqlite3.Error) as error:
        raise CourseError(f"The board is the instructor's ({room.instructor}): {error}.") from error
    typer.echo(f"The board is empty now. It had something of {count(people, 'person', 'people')}.")


@app.command()
def status() -> None:
    """Show what is open, and how many have handed in what."""
    skip_slow_import()
    from course.workshop.pace import status_lines

    for line in status_lines(Room.find()):
        typer.echo(line)
