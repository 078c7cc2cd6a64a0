"""Take the work home: one file out of Binder or a hub, and a copy made of it elsewhere."""

import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from course.catalog import catalog, content
from course.classroom.copy import read_manifest, refuse_unsuitable, write_manifest
from course.errors import CourseError
from course.progress import Progress
from course.project.files import IGNORED_FOLDERS
from course.project.ground import GroundRecord
from course.project.workspace import COPY_MARKER, PROJECT, STATE, Workspace

FORMAT = 1
RECORD = "course-export.json"
FOLDERS = (PROJECT, "notebooks", "exercises")
MAX_BYTES = 500_000_000  # unpacked: a learner's folder has a few megabytes
MAX_RECORD_BYTES = 20_000_000  # of JSON, which takes many times its size when it is read
MAX_ENTRIES = 20_000


@dataclass(frozen=True)
class Exported:
    """The file that holds the work, and how many files went into it."""

    path: Path
    files: int


def export(workspace: Workspace, target: Path | None = None) -> Exported:
    """Write `my-api`, the notebooks and the progress into one zip file.

    Without `target` it is named after today and lies in the workspace, where JupyterLab's file browser shows it.
    Raises CourseError when the file exists already or cannot be written.
    """
    target = (target or _free_name(workspace.root)).expanduser()
    if target.is_dir():
        raise CourseError(f"{target} is a folder: name a file, as in `course export my-work.zip`.")
    if target.exists():
        raise CourseError(f"{target} exists already: name another file, as in `course export my-work-2.zip`.")
    record = _record(workspace)
    count = 0
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        try:
            with (
                os.fdopen(handle, "wb") as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
            ):
                archive.writestr(RECORD, json.dumps(record, indent=1))
                for found in _work(workspace):
                    archive.write(found, found.relative_to(workspace.root).as_posix())
                    count += 1
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"{target} could not be written: {error.strerror or error}.") from error
    return Exported(target.resolve(), count)


def bring_home(file: Path, target: Path) -> None:
    """Make a copy in `target`, which must be new or empty, of what `export` wrote; an update then completes it.

    Raises CourseError when the file is not such an export, or the folder cannot be used. Nothing is made then.
    """
    target = target.expanduser().resolve()
    if target == content().root or (target / COPY_MARKER).is_file():
        raise CourseError(
            f"{target} holds work already: name a new folder, as in `course start home --from {file.name}`."
        )
    refuse_unsuitable(target, content())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            _unpack(file, temporary)
            temporary.chmod(0o755)  # mkdtemp's 0700 is not what a folder of one's own has
            if target.exists():
                target.rmdir()
            temporary.rename(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise CourseError(
            f"{target} cannot be written ({error.strerror or error}): choose another folder."
        ) from error


def _free_name(folder: Path) -> Path:
    day = datetime.now(UTC).astimezone().strftime("%Y-%m-%d")
    number = 1
    while (path := folder / f"my-course-{day}{f'-{number}' if number > 1 else ''}.zip").exists():
        number += 1
    return path


def _record(workspace: Workspace) -> dict[str, Any]:
    """What the other side needs: which course, what was shipped, what was done."""
    if (workspace.root / COPY_MARKER).is_file():
        shipped = read_manifest(workspace.root)
    else:
        from course.classroom.originals import original_record

        notebooks, files = original_record()
        shipped = {"notebooks": notebooks, "files": files}
    events = Progress(workspace.state / "progress.db").export()
    ground = GroundRecord.read(workspace).to_json()
    return {
        "format": FORMAT,
        "course": catalog().id,
        "shipped": shipped,
        "progress": events,
        "ground": ground,
    }


def _work(workspace: Workspace) -> Iterator[Path]:
    in_place = workspace.root == content().root
    yield from sorted(file for file in workspace.root.glob("*.ipynb") if file.is_file())
    for name in FOLDERS:
        for folder, folders, files in os.walk(workspace.root / name):
            folders[:] = sorted(child for child in folders if child not in IGNORED_FOLDERS)
            for file in sorted(Path(folder, child) for child in files):
                source = in_place and name == "notebooks" and file.suffix != ".ipynb"
                if not (source or file.is_symlink() or not file.is_file()):
                    yield file


def _unpack(file: Path, target: Path) -> None:
    not_ours = CourseError(f"{file} is not a file that `course export` wrote, or it is damaged.")
    if not file.is_file():
        raise CourseError(f"There is no file {file}.")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _too_large(file)
        with zipfile.ZipFile(file) as archive:
            # Sizes before contents: a few hundred kilobytes can unpack to gigabytes. What an entry says of its size,
            # reading it holds to.
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise _too_large(file)
            if archive.getinfo(RECORD).file_size > MAX_RECORD_BYTES:
                raise _too_large(file)
            record = json.loads(archive.read(RECORD))
            if record["format"] != FORMAT or record["course"] != catalog().id:
                raise CourseError(f"{file} was exported by another course, or another version of it.")
            for entry in archive.infolist():
                _unpack_one(archive, entry, target)
        shipped = record["shipped"]
        write_manifest(target, dict(shipped["notebooks"]), dict(shipped["files"]))
        GroundRecord.from_json(record.get("ground")).write(Workspace(target))
        if record["progress"]:
            Progress(target / STATE / "progress.db").import_events(record["progress"])
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise not_ours from error


def _too_large(file: Path) -> CourseError:
    return CourseError(f"{file} unpacks to more than {MAX_BYTES // 1_000_000} MB: that is not a course.")


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one file of the archive; what is no file of a learner's folder is not written."""
    path = PurePosixPath(entry.filename)
    expected = path.parts[:1] and (
        path.parts[0] in FOLDERS or (len(path.parts) == 1 and path.suffix == ".ipynb")
    )
    if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16) or not expected:
        return
    if ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
        raise ValueError(entry.filename)
    place = target / path
    place.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, place.open("wb") as copy:
        shutil.copyfileobj(source, copy)
