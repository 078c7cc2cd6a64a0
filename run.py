#!/usr/bin/env python3
"""Start or test the course on a machine that has Python and nothing else.

    python3 run.py start [DIR] [--no-browser] [--port N]
    python3 run.py test [PYTEST ARGUMENTS]
    python3 run.py check 1.2        any other command of `course` (try --help)
    python3 run.py uv ARGUMENTS     the uv that this script found or installed

uv builds the environment. When it is not on PATH, it is installed into a private place, .course/uv.
This file stays readable for Python 3.6, so that an old Python gets a sentence and not a SyntaxError.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
UV_HOME = os.path.join(ROOT, ".course", "uv")
OLDEST_FOR_UV = (3, 8)
COURSE_PYTHON = ((3, 12), (3, 14))  # from, up to but not including: requires-python in pyproject.toml


class CannotStart(Exception):  # noqa: N818 - it is a sentence for a person
    """What is missing and what to do about it, in one sentence."""


def main(arguments: "list[str]") -> int:
    """Run one command and return its exit code; 2 when this machine cannot run it."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(__doc__ or "")
        return 0 if arguments else 2
    try:
        return run(arguments[0], arguments[1:])
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 2


def run(command: str, arguments: "list[str]") -> int:
    """Hand the command over to uv; CannotStart when there is no uv and none can be installed."""
    uv = find_uv() or install_uv()
    environment = dict(os.environ)
    environment.pop("VIRTUAL_ENV", None)  # another project's environment is none of ours
    if command == "uv":
        return hand_over([uv, *arguments], environment)
    choose_python(uv, environment)
    if command == "test":
        os.chdir(ROOT)
        return hand_over([uv, "run", "pytest", *arguments], environment)
    # --no-dev: learners need no browser driver and no image builder. What is installed already stays.
    learner = [uv, "run", "--quiet", "--no-dev", "--project", ROOT, "course", command]
    if not os.path.isdir(os.path.join(ROOT, ".venv")):
        sys.stderr.write("Setting up the course's environment. This takes a minute, once.\n")
        learner.remove("--quiet")
    return hand_over(learner + arguments, environment)


def find_uv() -> "str | None":
    """Return a uv that works: the one on PATH, or the one installed here earlier."""
    for candidate in (shutil.which("uv"), private_uv()):
        if candidate and os.path.isfile(candidate) and answers(candidate):
            return candidate
    return None


def private_uv() -> str:
    """Return where this script keeps its own uv."""
    return os.path.join(UV_HOME, *(("Scripts", "uv.exe") if os.name == "nt" else ("bin", "uv")))


def answers(uv: str) -> bool:
    """Return whether this uv runs: a pyenv shim, for one, can be on PATH and lead nowhere."""
    try:
        return quiet([uv, "--version"])[0] == 0
    except OSError:
        return False


def install_uv() -> str:
    """Install uv from the package index into .course/uv; CannotStart says what is missing."""
    if sys.version_info[:2] < OLDEST_FOR_UV:
        raise CannotStart(
            f"This is Python {dotted(sys.version_info[:2])}, which is too old to set up the course: run this with "
            f"Python {dotted(OLDEST_FOR_UV)} or newer, or install uv first."
        )
    sys.stderr.write(f"Installing uv into {UV_HOME} (nothing outside this folder changes).\n")
    if quiet([sys.executable, "-m", "venv", "--clear", UV_HOME])[0] == 0:
        scripts = os.path.dirname(private_uv())
        pip = [os.path.join(scripts, "python"), "-m", "pip", "install", "--quiet", "uv"]
    else:
        # Debian ships pip without venv: pip can still install into a folder of its own.
        shutil.rmtree(UV_HOME, ignore_errors=True)
        if quiet([sys.executable, "-m", "pip", "--version"])[0] != 0:
            raise CannotStart(
                f"This Python ({sys.executable}) has neither venv nor pip, so uv cannot be installed: install them "
                "(on Debian and Ubuntu: apt install python3-venv) or install uv, then run this again."
            )
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", UV_HOME, "uv"]
    code, said = quiet(pip)
    if code != 0 or not answers(private_uv()):
        raise CannotStart(
            f"pip could not install uv ({last_line(said) or 'it said nothing'}): check the network, or install uv "
            "yourself, then run this again."
        )
    return private_uv()


def choose_python(uv: str, environment: "dict[str, str]") -> None:
    """Use this very Python when uv finds none of the version the course is pinned to but this one fits too."""
    if environment.get("UV_PYTHON"):
        return  # somebody chose already
    low, high = COURSE_PYTHON
    find = [uv, "python", "find", "--project", ROOT, "--no-python-downloads"]
    if low <= sys.version_info[:2] < high and quiet(find, environment)[0] != 0:
        environment["UV_PYTHON"] = sys.executable


def quiet(command: "list[str]", environment: "dict[str, str] | None" = None) -> "tuple[int, str]":
    """Run a command without showing what it says; return its exit code and what it said."""
    done = subprocess.run(  # noqa: S603 - our own commands
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        check=False,
        universal_newlines=True,  # noqa: UP021 - the name that Python 3.6 knows
    )
    return done.returncode, done.stdout


def dotted(version: "tuple[int, ...]") -> str:
    """Return 3.12 for (3, 12, 1)."""
    return ".".join(str(part) for part in version[:2])


def last_line(said: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def hand_over(command: "list[str]", environment: "dict[str, str]") -> int:
    """Become the command (so that Ctrl-C and the exit code are its own); on Windows, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        return subprocess.call(command, env=environment)  # noqa: S603 - our own commands
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is wanted
    raise AssertionError("execve does not return")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
