"""`course start … -- COMMAND`: prepare the folder, then become the server that a hub or Binder asks for."""

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from typer import Context
from typer.core import TyperCommand

from course.errors import CourseError

_COMMAND = "course.command"


class BeforeACommand(TyperCommand):
    """A command line whose part after `--` is a command of its own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the context's type is in typer's private copy of click
        """Keep what follows the first `--` away from this command's own arguments."""
        if "--" in args:
            at = args.index("--")
            if not args[at + 1 :]:
                raise CourseError("No command follows --, as in `course start -- jupyter lab`.")
            ctx.meta[_COMMAND] = args[at + 1 :]
            args = args[:at]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401 - the same type
        """Show it in the first line of the help."""
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND...]"]


def command_of(context: Context) -> list[str]:
    """Return what follows `--`; empty when there is none."""
    found: list[str] = context.meta.get(_COMMAND, [])
    return found


def prepare_then_become(command: list[str], prepare: Callable[[], object]) -> NoReturn:
    """Run `prepare`, then become the command, whatever came of it; CourseError when there is no such command.

    A session that does not open is worse than a folder that is not up to date, so what went wrong is only said.
    """
    try:
        prepare()
    except Exception as error:
        sys.stderr.write(f"The course could not be prepared: {error}\n")
        from course.classroom.launch import know_the_course

        know_the_course()
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        raise CourseError(f"{command[0]} cannot be run: {error.strerror}.") from error
    raise AssertionError("execvp does not return")
