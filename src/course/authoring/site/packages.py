"""The packages of the page: which, in which release, and as wheels that WebAssembly can load.

They are those of this environment, so that the page shows what the lesson was built with. Most wheels run anywhere;
those with compiled code come from PyPI as WebAssembly (PEP 783) or, where Python alone is enough, from this environment.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import course
from course.authoring.site.edition import files
from course.catalog import content
from course.errors import CourseError
from course.static_page import EDITION

DISTRIBUTION = "production-fastapi-course"
COURSE_NEEDS = (
    *("anyio", "anywidget", "asgi-lifespan", "fastapi", "httpx2", "ipywidgets", "packaging"),
    *("pydantic[email]", "pygments", "pyyaml"),
)
"""What the package imports in the page."""
KERNEL_NEEDS = ("comm", "ipython", "jedi", "micropip", "traitlets")
PYTHON_IS_ENOUGH = ("pyyaml",)
"""Packages with compiled code that they do without, and no wheel for WebAssembly."""
ONLY_SCRIPTS = ("jupyterlab-widgets", "widgetsnbextension")
"""Packages without Python that matters: the site has their JavaScript already."""
AT_HOME = ("authoring", "batch", "classroom", "cli.py", "sandbox", "workshop")
"""What of the package no page uses."""
ANY_DAY = (1980, 1, 1, 0, 0, 0)


def page_environment(python: str) -> dict[str, str]:
    """Return the environment of the page, as markers of requirements ask for it."""
    python_is = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    system_is = {"os_name": "posix", "platform_machine": "wasm32", "platform_system": "Emscripten"}
    short = ".".join(python.split(".")[:2])
    versions = {"python_full_version": python, "python_version": short}
    return {**python_is, **system_is, **versions, "sys_platform": "emscripten", "extra": ""}


def needs(page: Mapping[str, str]) -> dict[str, set[str]]:
    """Return every package of the page with the names of those that it needs itself: the course, the kernel, all below."""
    found: dict[str, set[str]] = {DISTRIBUTION: {_name(line) for line in COURSE_NEEDS}}
    to_do = [Requirement(line) for line in (*COURSE_NEEDS, *KERNEL_NEEDS)]
    seen = set()
    while to_do:
        asked = to_do.pop()
        name = _name(asked.name)
        below = found.setdefault(name, set())
        if (key := (name, frozenset(asked.extras))) in seen:
            continue
        seen.add(key)
        for line in _requires(name):
            one = Requirement(line)
            extras = ("", *asked.extras)
            if one.marker is None or any(one.marker.evaluate({**page, "extra": extra}) for extra in extras):
                if _name(one.name) not in ONLY_SCRIPTS:
                    below.add(_name(one.name))
                    to_do.append(one)
    return found


def releases(names: Iterable[str], pyodide: Mapping[str, str]) -> dict[str, str]:
    """Return the release of each package: this environment's, else the one that Binder or Pyodide has.

    CourseError for a package that none of them knows.
    """
    elsewhere = {**pyodide, **_binders()}
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            if name not in elsewhere:
                raise CourseError(
                    f"{name} has no release for the site: neither here nor on Binder."
                ) from None
            found[name] = elsewhere[name]
    return found


def python_only(name: str) -> tuple[str, bytes]:
    """Return a wheel of what this environment has of a package in Python: file name and bytes."""
    there = metadata.distribution(name)
    found = [path for path in there.files or () if path.suffix == ".py" or "licenses" in path.parts]
    return wheel(name, there.version, {path.as_posix(): path.read_binary() for path in found})


def of_the_course() -> tuple[str, bytes]:
    """Return a wheel of this package as it runs in a page, with what lessons read: file name and bytes."""
    package = Path(course.__file__).parent
    found = {
        f"course/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and path.relative_to(package).parts[0] not in AT_HOME
    }
    found |= {f"course/{EDITION}/{path}": text for path, text in files()}
    return wheel(DISTRIBUTION, metadata.version(DISTRIBUTION), found)


def wheel(name: str, version: str, found: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return a wheel that runs anywhere, the same for the same files: its file name and bytes."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    metadata_file = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: course\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    everything = {**found, f"{info}/METADATA": metadata_file.encode(), f"{info}/WHEEL": tags.encode()}
    everything[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*everything, f"{info}/RECORD"]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in everything.items():
            archive.writestr(zipfile.ZipInfo(path, ANY_DAY), text, zipfile.ZIP_DEFLATED)
    return f"{stem}-py3-none-any.whl", packed.getvalue()


def write_lock(place: Path, needed: Mapping[str, set[str]]) -> None:
    """Say in Pyodide's lock file which wheels lie beside it, and what each needs; CourseError when one is missing."""
    from pyodide_lock import PackageSpec, PyodideLockSpec, parse_top_level_import_name

    spec = PyodideLockSpec.from_json(place)
    spec.packages = {}
    for path in sorted(place.parent.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        spec.packages[_name(name)] = PackageSpec(
            name=_name(name),
            version=version,
            file_name=path.name,
            install_dir="site",
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            imports=parse_top_level_import_name(path) or [],
            depends=sorted(needed.get(_name(name), ())),
        )
    if missing := needed.keys() - spec.packages.keys():
        raise CourseError(f"The site misses wheels of {', '.join(sorted(missing))}.")
    spec.to_json(place)


def _name(line: str) -> str:
    return canonicalize_name(Requirement(line).name)


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []  # only a page has it


def _binders() -> dict[str, str]:
    """The releases that binder/requirements.txt names: those too that only other systems have."""
    lines = (content().root / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): pin.version for one in pinned for pin in one.specifier}
