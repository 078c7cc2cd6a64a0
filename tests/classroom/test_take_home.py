"""Work leaves Binder in one file and goes on elsewhere."""

import json
import zipfile
from pathlib import Path

import pytest
from toy_course import ToyCourse, notebook

from course.classroom.copy import make_or_update
from course.classroom.take_home import bring_home, export
from course.errors import CourseError
from course.progress import Kind, Progress
from course.project.ground import Ground, GroundRecord, ground_of
from course.project.workspace import Workspace

EXERCISE = "exercises/01-first/01-first.ipynb"


@pytest.fixture
def worked(toy: ToyCourse, tmp_path: Path) -> Workspace:
    """A copy in which somebody has worked."""
    copy = make_or_update(tmp_path / "copy").workspace
    (copy.project / "app").mkdir(parents=True)
    (copy.project / "app/main.py").write_text("app = 1\n")
    (copy.project / "app/logo.png").write_bytes(b"\x89PNG\x00\xff")
    (copy.project / ".mypy_cache").mkdir()
    (copy.project / ".mypy_cache/big").write_text("cache")
    (copy.root / "scratch.ipynb").write_text("{}")
    book = json.loads((copy.root / EXERCISE).read_text())
    book["cells"][0]["source"] = "my answer"
    (copy.root / EXERCISE).write_text(json.dumps(book))
    Progress(copy.state / "progress.db").record(Kind.CHECK, chapter=1, item="1.1", outcome="PASS", points=2)
    return copy


def test_what_was_taken_home_is_all_there_and_goes_on(
    worked: Workspace, toy: ToyCourse, tmp_path: Path
) -> None:
    done = export(worked, tmp_path / "work.zip")
    toy.publish(EXERCISE, notebook(("answer-1-1", "a new starter"), ("check-1-1", "a new check")))
    home = Workspace(tmp_path / "home")
    bring_home(done.path, home.root)
    report = make_or_update(home.root)
    assert not report.created
    assert (home.project / "app/main.py").read_text() == "app = 1\n"
    assert (home.project / "app/logo.png").read_bytes() == b"\x89PNG\x00\xff"
    assert not (home.project / ".mypy_cache").exists()
    assert (home.root / "scratch.ipynb").is_file()
    sources = [cell["source"] for cell in json.loads((home.root / EXERCISE).read_text())["cells"]]
    assert sources == ["my answer", "a new check"]
    assert Progress(home.state / "progress.db").has_passed("1.1")


def test_at_home_the_work_stands_where_it_stood(worked: Workspace, tmp_path: Path) -> None:
    GroundRecord(Ground(1, exercise=True), whole=True).write(worked)

    bring_home(export(worked, tmp_path / "work.zip").path, tmp_path / "home")

    assert ground_of(Workspace(tmp_path / "home")) == Ground(1, exercise=True)


def test_the_file_is_named_by_the_day_and_never_overwrites_one(worked: Workspace) -> None:
    first, second = export(worked), export(worked)
    assert first.path.parent == worked.root
    assert first.path != second.path
    with pytest.raises(CourseError, match="exists already"):
        export(worked, first.path)


def test_an_export_never_contains_an_export(worked: Workspace) -> None:
    export(worked)
    with zipfile.ZipFile(export(worked).path) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".zip")]


@pytest.mark.parametrize("target", ["missing/folder/work.zip", "."])
def test_a_place_that_cannot_be_written_is_one_sentence(worked: Workspace, target: str) -> None:
    with pytest.raises(CourseError, match=r"could not be written|is a folder"):
        export(worked, worked.root / target)


def write_zip(path: Path, record: object, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        if record is not None:
            archive.writestr("course-export.json", json.dumps(record))
        for name, text in files.items():
            archive.writestr(name, text)
    return path


RECORD = {"format": 1, "course": "toy", "shipped": {"notebooks": {}, "files": {}}, "progress": []}


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, "not a file that `course export` wrote"),
        ([], "not a file that `course export` wrote"),
        ({}, "not a file that `course export` wrote"),
        ({**RECORD, "shipped": 3}, "not a file that `course export` wrote"),
        ({**RECORD, "course": "other"}, "another course"),
        ({**RECORD, "format": 2}, "another version"),
        ({**RECORD, "progress": [{"uid": "x"}]}, "not progress"),
    ],
)
def test_a_file_that_is_no_export_makes_nothing(
    toy: ToyCourse, tmp_path: Path, record: object, says: str
) -> None:
    file = write_zip(tmp_path / "x.zip", record)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CourseError, match=says):
        bring_home(file, tmp_path / "home")
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_is_no_zip_or_not_there_is_one_sentence(toy: ToyCourse, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(CourseError, match="not a file that `course export` wrote"):
        bring_home(tmp_path / "x.zip", tmp_path / "home")
    with pytest.raises(CourseError, match="There is no file"):
        bring_home(tmp_path / "y.zip", tmp_path / "home")


@pytest.mark.parametrize("name", ["my-api/../../evil.py", "notebooks/..\\..\\evil.py", "my-api/c:evil.py"])
def test_a_path_that_leaves_the_folder_is_refused(toy: ToyCourse, tmp_path: Path, name: str) -> None:
    file = write_zip(tmp_path / "x.zip", RECORD, **{name: "evil"})
    with pytest.raises(CourseError):
        bring_home(file, tmp_path / "deep" / "home")
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize(
    "name", ["run.py", ".course/progress.db", "/etc/evil", "../evil.ipynb", "nbgrader_config.py"]
)
def test_what_is_no_work_of_a_learner_is_not_unpacked(toy: ToyCourse, tmp_path: Path, name: str) -> None:
    file = write_zip(tmp_path / "x.zip", RECORD, **{name: "evil", "my-api/app/main.py": "fine"})
    bring_home(file, tmp_path / "home")
    found = [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"]
    assert found == []
    assert (tmp_path / "home/my-api/app/main.py").read_text() == "fine"


def test_sizes_are_looked_at_before_anything_is_read(
    toy: ToyCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few hundred kilobytes can unpack to gigabytes."""
    bombs = {"record.zip": ("course-export.json", 30), "work.zip": ("my-api/app/x.py", 600)}
    for name, (inner, megabytes) in bombs.items():
        with (
            zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open(inner, "w") as file,
        ):
            for _ in range(megabytes):
                file.write(bytes(1 << 20))
    many = {f"my-api/{number}": "" for number in range(20_001)}
    write_zip(tmp_path / "many.zip", RECORD, **many)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was read first"))
    for name in (*bombs, "many.zip"):
        said = "unpacks to more than 500 MB" if name != "work.zip" else "unpacks to more|not a file that"
        with pytest.raises(CourseError, match=said):
            bring_home(tmp_path / name, tmp_path / "home")
        assert not (tmp_path / "home").exists()


def test_work_is_not_laid_over_other_work(worked: Workspace, tmp_path: Path) -> None:
    done = export(worked, tmp_path / "work.zip")
    with pytest.raises(CourseError, match="holds work already"):
        bring_home(done.path, worked.root)
