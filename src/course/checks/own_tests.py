"""The learner's own tests, for check authors: run in a copy of the project, also with a fault put back."""

from collections.abc import Mapping

from course.grading.checking import Probe

_RUN = """
import contextlib, importlib.util, io, os, pathlib, shutil, sys, tempfile, threading

home = pathlib.Path(importlib.util.find_spec("app").submodule_search_locations[0]).parent
copy = pathlib.Path(tempfile.mkdtemp()) / "my-api"
shutil.copytree(home, copy, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
for path, text in FILES.items():
    file = copy / path
    before = file.read_text() if file.exists() else ""
    file.write_text(before + text)
for name in [n for n in sys.modules if n.split(".")[0] in ("app", "scripts", "tests")]:
    del sys.modules[name]
sys.path[:] = [entry for entry in sys.path if entry and pathlib.Path(entry) != home]
sys.dont_write_bytecode = True
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
os.chdir(copy)
import pytest
import pytest_asyncio.plugin

printed = io.StringIO()
with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
    options = ["-q", "-rfEp", "--tb=line", "-p", "no:cacheprovider", "--color=no", TARGET]
    codes = []
    work = threading.Thread(target=lambda: codes.append(int(pytest.main(options, plugins=[pytest_asyncio.plugin]))))
    work.start()
    work.join()
result = [codes[0] if codes else 3, printed.getvalue()[-4000:].replace(str(copy) + os.sep, "")]
"""


async def run_tests(probe: Probe, files: Mapping[str, str], target: str) -> tuple[int, str]:
    """Run pytest on a path in a copy of the project with these files; return its exit code and its output.

    Text for a file that is there goes to its end. A test may do what it likes: the copy is gone with the probe.
    """
    code, output = await probe(f"FILES = {dict(files)!r}\nTARGET = {target!r}\n{_RUN}")
    return int(code), str(output)


def last_line(output: str) -> str:
    """The last failure that pytest names, in one line."""
    lines = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR", "E  "))]
    return " ".join(lines[-1].split()).rstrip(".") if lines else "pytest could not run it"
