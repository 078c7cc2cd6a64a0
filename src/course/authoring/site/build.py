"""`course build --site DIR`: a folder of static files, for any web server. It asks no other host for anything."""

import json
import shutil
import sys
import tempfile
from importlib import resources
from pathlib import Path

from course.authoring.site import downloads, packages
from course.authoring.site.edition import lesson, notebook
from course.catalog import catalog
from course.errors import CourseError
from course.pictures.view import escape
from course.project.notebooks import to_text

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget")
"""Of JupyterLab's, beside our own: widgets, and the Python in the page."""
DEFAULTS = "classroom/jupyter/labconfig/default_setting_overrides.json"
PICTURES = "pictures/lab/course-pictures"
WORKSPACE = "try-it"
MOST_BYTES = 60_000_000
MARKER = "jupyter-lite.json"
"""What every site has, and by which a folder is known as one that may be replaced."""


def build_site(folder: Path) -> str:
    """Build the site and say what it is; what was in the folder is replaced when all is done, and only then.

    Raises CourseError when something that it is made of cannot be had, when the folder holds something else, or when
    the site is larger than a visitor should have to load.
    """
    target = folder.absolute()
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file()):
        raise CourseError(f"{folder} holds something else than a site: name a new or an empty folder.")
    downloads.refuse_missing()
    chapter = lesson()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".site-") as building:
        lite, built = Path(building) / "lite", Path(building) / "built"
        _lay_out_python(lite / "static" / "pyodide")
        _write(lite / "files" / f"{chapter.slug}.ipynb", to_text(notebook(chapter)))
        _write(lite / MARKER, json.dumps(_settings(), indent=1))
        workspace = lite / "workspaces" / f"{WORKSPACE}.jupyterlab-workspace"
        _write(workspace, json.dumps(_workspace(chapter.slug)))
        extensions = [Path(sys.prefix) / "share/jupyter/labextensions" / name for name in EXTENSIONS]
        downloads.build(lite, built, [*extensions, _ours(PICTURES)])
        _write(built / "index.html", _front_door(chapter.slug))
        sizes = [path.stat().st_size for path in built.rglob("*") if path.is_file()]
        if sum(sizes) > MOST_BYTES:
            raise CourseError(f"The site has {sum(sizes):_} bytes, and {MOST_BYTES:_} are the most.")
        if target.exists():
            shutil.rmtree(target)
        built.rename(target)
    return f"{folder}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB. See it: python3 -m http.server --directory {folder}"


def _lay_out_python(place: Path) -> None:
    """Put Pyodide there, every wheel, and the lock file that names them."""
    runtime = downloads.runtime()
    lock = downloads.lock_of(runtime)
    needed = packages.needs(packages.page_environment(lock["info"]["python"]))
    ours = dict([packages.of_the_course(), *map(packages.python_only, packages.PYTHON_IS_ENOUGH)])
    known = {name: package["version"] for name, package in lock["packages"].items()}
    wanted = packages.releases(needed.keys() - {packages.DISTRIBUTION, *packages.PYTHON_IS_ENOUGH}, known)
    shutil.copytree(runtime, place)
    for wheel in downloads.wheels(wanted, lock["info"]).iterdir():
        shutil.copy(wheel, place)
    for name, data in ours.items():
        (place / name).write_bytes(data)
    packages.write_lock(place / "pyodide-lock.json", needed)


def _settings() -> dict[str, object]:
    """JupyterLite's: learners' defaults; the kernel loads our packages and asks no index for others."""
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": [packages.DISTRIBUTION]}}
    defaults = json.loads(_ours(DEFAULTS).read_text(encoding="utf-8"))
    defaults["@jupyterlab/notebook-extension:tracker"]["windowingMode"] = "none"  # one lesson is not long
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": catalog().title,
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
            "settingsOverrides": defaults,
        },
    }


def _workspace(slug: str) -> dict[str, object]:
    """JupyterLab with the lesson alone, and no side bar: there are no other files."""
    tab = f"notebook:{slug}.ipynb"
    main = {"dock": {"type": "tab-area", "currentIndex": 0, "widgets": [tab]}, "current": tab}
    left = {"collapsed": True, "visible": True, "widgets": []}
    return {
        "data": {
            "layout-restorer:data": {"main": main, "left": left},
            tab: {"data": {"path": f"{slug}.ipynb", "factory": "Notebook"}},
        },
        "metadata": {"id": WORKSPACE},
    }


def _ours(name: str) -> Path:
    return Path(str(resources.files("course").joinpath(name)))


def _front_door(slug: str) -> str:
    """The page that a visitor asks for: it leads to the lesson. JupyterLite looks for its own settings in it."""
    lesson, title = f"lab/index.html?workspace={WORKSPACE}&path={slug}.ipynb", escape(catalog().title)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="lab/favicon.ico">
<meta http-equiv="refresh" content="0; url={lesson}">
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{{}}</script>
<a href="{lesson}">{title}: try it now</a>
</html>
"""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
