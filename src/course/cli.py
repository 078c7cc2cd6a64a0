"""`course …`: the commands. What a person can get wrong is one sentence on stderr and exit code 2.

Everything heavy is imported by the command that needs it, so that `course --help` answers at once.
"""

import asyncio
import codecs
import io
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from course.classroom.handover import BeforeACommand, command_of, prepare_then_become
from course.errors import CourseError
from course.workshop.commands import app as workshop

PASSED, NOT_PASSED, BAD_INPUT = 0, 1, 2
_PLAIN = dict(zip("✓✗·…→⚠▸±“”", ("+", "x", "-", "...", "->", "!", ">", "+-", '"', '"'), strict=True))
_TASK = re.compile(r"(\d+)(?:\.(\d+))?")

app = typer.Typer(
    help="Production FastAPI, in Jupyter: start the course, check your answers, keep your work.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain sentences, also for what is typed wrong
    pretty_exceptions_enable=False,
)
app.add_typer(workshop, name="workshop")
Chapter = Annotated[int, typer.Argument(help="The chapter's number.", metavar="CHAPTER")]


def main() -> None:
    """Run the command line; exit code 2 and one sentence for whatever a person can put right."""
    codecs.register_error("course.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old console, or a pipe, may know less than Unicode
            stream.reconfigure(errors="course.plain")
    try:
        app()
    except CourseError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `course progress | head`
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or error
        sys.stderr.write(
            f"{where}{why}. See that the disk has room, and that the folder is yours to write.\n"
        )
        sys.exit(BAD_INPUT)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What stands for a character that the terminal does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


@app.command(cls=BeforeACommand)
def start(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Your folder; `my-course` in the clone by default.")
    ] = None,
    *,
    here: Annotated[
        bool, typer.Option("--here", help="Work in the clone itself, without a copy (Binder, authors).")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    server: Annotated[bool, typer.Option(help="Start JupyterLab; Binder starts its own.")] = True,
    port: Annotated[
        int | None, typer.Option(help="The port; the first free one from 8888 on by default.")
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Make the folder from a `course export` file."),
    ] = None,
    postgresql: Annotated[
        bool,
        typer.Option("--postgresql", help="Install the PostgreSQL that some lessons use, if it is missing."),
    ] = False,
) -> None:
    """Make or update your copy of the course and open JupyterLab on the course map.

    With a command after `--` it becomes that command, in your folder: a hub's or Binder's own server.
    """
    from course.catalog import content
    from course.classroom.copy import make_or_update
    from course.classroom.launch import open_lab, prepare_only, refuse_taken
    from course.classroom.places import default_target
    from course.classroom.take_home import bring_home
    from course.project.workspace import Workspace

    command = command_of(context)
    if here and (folder or from_file):
        raise CourseError("--here works in the clone: leave the folder and --from out.")
    if port is not None:
        if command:
            raise CourseError(
                "--port is for JupyterLab as `course start` opens it: give it to the command after --."
            )
        refuse_taken(port)  # before anything is made

    def prepare() -> Workspace:
        if postgresql:
            from course.classroom.extras import install

            install("postgresql", say=typer.echo)
        target = content().root if here else folder or default_target()
        if from_file is not None:
            bring_home(from_file, target)
        report = make_or_update(target)
        for line in report.lines():
            typer.echo(line)
        if command or not server:
            prepare_only(report.workspace, say=typer.echo)
        return report.workspace

    if command:
        prepare_then_become(command, prepare)
    workspace = prepare()
    if server:
        open_lab(workspace, port=port, browser=browser, say=typer.echo)


@app.command()
def check(
    task: Annotated[
        str, typer.Argument(metavar="CHAPTER[.TASK]", help="A chapter, as 1, or one task, as 1.2.")
    ],
) -> None:
    """Run the visible checks over my-api. Exit code 0: all passed; 1: not yet."""
    chapter, number = _parse_task(task)
    from course.classroom.places import enter, learners_workspace
    from course.grading.exercise import Exercise

    enter(learners_workspace())
    exercise = Exercise.load(chapter)
    tasks = [f"{chapter}.{number}"] if number else [spec.id for spec in exercise.tasks]
    passed: list[bool] = []
    for item in tasks:
        if passed:
            typer.echo()
        passed.append(asyncio.run(_check(item)))
    raise typer.Exit(PASSED if all(passed) else NOT_PASSED)


async def _check(task: str) -> bool:
    """Check one task as the notebook does; say whether all its visible checks passed."""
    from course.notebook.checks import check as check_task
    from course.notebook.session import progress
    from course.progress import Kind

    await check_task(task)
    checks = progress().events(Kind.CHECK, item=task)
    return bool(checks) and checks[-1].passed


@app.command()
def grade(chapter: Chapter) -> None:
    """Grade your exercise as an instructor would, held-out checks included."""
    from course.project.myst import skip_slow_import

    skip_slow_import()
    from course.classroom.grade import grade as grade_exercise
    from course.classroom.places import enter, learners_workspace

    workspace = learners_workspace()
    enter(workspace)
    for line in grade_exercise(workspace, chapter):
        typer.echo(line)


@app.command()
def progress() -> None:
    """Show the course map: chapters, state, score, where to continue."""
    from course.classroom.places import learners_workspace
    from course.classroom.welcome import current_map

    typer.echo(current_map(learners_workspace()).text)


@app.command()
def reset(chapter: Chapter) -> None:
    """Start a chapter again: my-api and the exercise as they were given. Yours goes to a backup."""
    from course.classroom.places import learners_workspace
    from course.classroom.reset import reset as reset_chapter

    for line in reset_chapter(learners_workspace(), chapter).lines():
        typer.echo(line)


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The zip file to write.")] = None,
) -> None:
    """Write my-api, your notebooks and your progress into one file to take home."""
    from course.classroom.places import learners_workspace
    from course.classroom.take_home import export as export_work

    done = export_work(learners_workspace(), file)
    typer.echo(
        f"{done.path} holds your work ({done.files} files). Elsewhere: course start FOLDER --from FILE"
    )


@app.command("grade-all")
def grade_all(
    assignment: Annotated[
        str | None,
        typer.Argument(metavar="[ASSIGNMENT]", help="A chapter: its number, or its folder's name."),
    ] = None,
    *,
    jobs: Annotated[int | None, typer.Option(help="Workers; one a processor by default.")] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again what is graded already.")] = False,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Use the workers of this dask scheduler.")
    ] = None,
) -> None:
    """For instructors: grade every submission in .course/submitted, and go on where a stopped run was.

    Exit code 1: something could not be graded; it is named under "To look at".
    """
    from course.project.myst import skip_slow_import

    skip_slow_import()
    from course.batch.command import grade_all_command

    whole = grade_all_command(assignment, jobs=jobs, regrade=regrade, scheduler=scheduler)
    raise typer.Exit(PASSED if whole else NOT_PASSED)


@app.command()
def report(
    out: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Where the report goes.")] = None,
) -> None:
    """For instructors: which check and which misconception cost most, as one page and as tables."""
    from course.project.myst import skip_slow_import

    skip_slow_import()
    from course.batch.command import report_command

    report_command(out)


@app.command()
def build(
    chapters: Annotated[
        list[int] | None, typer.Argument(metavar="[CHAPTER]...", help="All by default.")
    ] = None,
    *,
    execute: Annotated[bool, typer.Option(help="Run the lessons and store what they show.")] = True,
    site: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Build only a static site there: the first lesson, in a browser."),
    ] = None,
) -> None:
    """For authors: derive notebooks and exercises from their sources."""
    if site is not None:
        from course.authoring.site.build import build_site

        typer.echo(build_site(site))
        return
    from course.authoring.build import build as build_chapters
    from course.catalog import content

    changed = build_chapters(chapters or None, run=execute)
    for path in changed:
        typer.echo(f"changed: {path.relative_to(content().root)}")
    if not changed:
        typer.echo("Everything is in step already.")


@app.command()
def verify(
    chapters: Annotated[
        list[int] | None, typer.Argument(metavar="[CHAPTER]...", help="All by default.")
    ] = None,
    *,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also grade generated mutants of each reference (minutes).")
    ] = False,
    prove_all: Annotated[
        bool, typer.Option("--prove-all", help="Grade every answer card, also of what is proved already.")
    ] = False,
) -> None:
    """For authors: check that everything derived is in step and every answer card comes out as it says.

    What is proved is kept in proofs/, and graded again when something changed that it depends on.
    """
    from course.authoring import turns
    from course.authoring.verify import verify as verify_chapters

    day = None if prove_all else turns.today()
    report = verify_chapters(chapters or None, mutants=mutants, day=day, keep=True)
    typer.echo(str(report))
    raise typer.Exit(PASSED if report.passed else NOT_PASSED)


def _parse_task(text: str) -> tuple[int, int | None]:
    match = _TASK.fullmatch(text.strip())
    if match is None:
        raise CourseError(
            f"{text!r} is neither a chapter nor a task: write `course check 1` or `course check 1.2`."
        )
    return int(match[1]), int(match[2]) if match[2] else None


if __name__ == "__main__":
    main()
