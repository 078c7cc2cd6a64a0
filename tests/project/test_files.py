from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.project.files import read_tree, text_of, why_unreadable, write_file


def test_a_new_file_brings_its_packages(tmp_path: Path) -> None:
    report = write_file(tmp_path, "app/users/service.py", "X = 1\n")
    assert (report.created, report.changed, report.lines, report.diff) == (True, True, 1, "")
    assert read_tree(tmp_path) == {
        "app/__init__.py": "",
        "app/users/__init__.py": "",
        "app/users/service.py": "X = 1\n",
    }


def test_a_rewrite_shows_what_changed(tmp_path: Path) -> None:
    write_file(tmp_path, "app/a.py", "x = 1\ny = 2\n")
    report = write_file(tmp_path, "app/a.py", "x = 1\ny = 3\n")
    assert (report.created, report.changed) == (False, True)
    assert "-y = 2" in report.diff
    assert "+y = 3" in report.diff
    again = write_file(tmp_path, "app/a.py", "x = 1\ny = 3\n")
    assert (again.changed, again.diff) == (False, "")


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../out.py", "app/../../out.py", "", ".", "app/..", "C:\\x.py", "a\0b", "app\\..\\x.py"],
)
def test_a_path_that_leaves_the_project_is_refused(tmp_path: Path, path: str) -> None:
    project = tmp_path / "my-api"
    project.mkdir()
    with pytest.raises(CourseError, match="is not a path inside my-api"):
        write_file(project, path, "x = 1\n")
    assert list(tmp_path.rglob("*")) == [project]


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project, outside = tmp_path / "my-api", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    (project / "app").symlink_to(outside)
    with pytest.raises(CourseError, match="leaves my-api through a link"):
        write_file(project, "app/a.py", "x = 1\n")
    assert list(outside.iterdir()) == []


def test_a_link_in_the_files_place_is_replaced_not_followed(tmp_path: Path) -> None:
    project, outside = tmp_path / "my-api", tmp_path / "outside.py"
    (project / "app").mkdir(parents=True)
    outside.write_text("theirs\n")
    (project / "app/a.py").symlink_to(outside)
    write_file(project, "app/a.py", "x = 1\n")
    assert outside.read_text() == "theirs\n"
    assert (project / "app/a.py").read_text() == "x = 1\n"


@pytest.mark.parametrize(
    ("path", "bad", "says"),
    [
        ("app/a.py", "def f(:\n", r"line 1 is not Python"),
        ("app/a.py", "x = '\0'\n", "(is not Python|does not parse)"),
        ("pyproject.toml", "[a\n", "does not parse"),
        ("pyproject.toml", "[a]\n...\nb = 1\n", "`...` in line 2 is a gap"),
        ("pyproject.toml", "...\n[a]\n...\n  ...\n", "`...` in lines 1, 3, 4 is a gap"),
        ("data.json", "{", "does not parse"),
    ],
)
def test_what_does_not_parse_leaves_the_old_file(tmp_path: Path, path: str, bad: str, says: str) -> None:
    good = {"app/a.py": "x = 1\n", "pyproject.toml": "a = 1\n", "data.json": "{}"}[path]
    write_file(tmp_path, path, good)
    with pytest.raises(CourseError, match=f"{path} was not written, the old file stays: .*{says}"):
        write_file(tmp_path, path, bad)
    assert (tmp_path / path).read_text() == good
    assert not [file for file in tmp_path.rglob(".*") if file.is_file()], "a temporary file was left behind"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_path_is_written_inside_or_refused(path: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "my-api")
        project.mkdir()
        try:
            write_file(project, path, "x = 1\n")
        except CourseError:
            assert list(project.rglob("*.py")) == []
        assert [entry.name for entry in Path(folder).iterdir()] == ["my-api"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ('"app/x.py"', "Write the path without quotes: %%write app/x.py."),
        ("'app/x.py'", "Write the path without quotes: %%write app/x.py."),
        ("`app/x.py`", "Write the path without quotes: %%write app/x.py."),
        ("my-api/app/x.py", "Leave my-api/ out, paths start inside it: %%write app/x.py."),
        ("./my-api/app/x.py", "Leave my-api/ out, paths start inside it: %%write app/x.py."),
        ("app/x.py:", "The path ends in ':': %%write app/x.py."),
        ("app.users.service", "Write the path with slashes: %%write app/users/service.py."),
        ("app.users.service.py", "Write the path with slashes: %%write app/users/service.py."),
        ("app/x.py#", "is not a path inside my-api"),
        ("app/<name>.py", "is not a path inside my-api"),
        ("a/" * 200 + "x.py", "at most 240 characters"),
        ("a/" * 20 + "x.py", "at most 240 characters"),
        ("a" * 1_000_000, "at most 240 characters"),
    ],
)
def test_a_path_that_can_only_be_a_slip_is_one_sentence(tmp_path: Path, path: str, says: str) -> None:
    with pytest.raises(CourseError) as refused:
        write_file(tmp_path, path, "x = 1\n")
    assert says in str(refused.value)
    assert len(str(refused.value)) < 200
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "path",
    ["app/x.py", "Dockerfile", ".env", ".github/workflows/ci.yml", "alembic/versions/0001_a-b.py", "my-api"],
)
def test_other_paths_are_no_slips(tmp_path: Path, path: str) -> None:
    write_file(tmp_path, path, "")
    assert (tmp_path / path).is_file()


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    if x:\n\treturn 1\n    return 2\n",
        "if 1:\n\tx = 1\n        y = 2\n",
        "if 1:\n        x = 1\n\n\ty = 2\n",
    ],
)
def test_tabs_among_spaces_are_named(tmp_path: Path, code: str) -> None:
    with pytest.raises(CourseError) as refused:
        write_file(tmp_path, "app/x.py", code)
    assert "is indented with a tab, other lines with spaces. Use four spaces everywhere." in str(
        refused.value
    )
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"x = 1\n", ""),
        (b"\xef\xbb\xbfx = 1\n", ""),
        ("y = 1\n# Ü\n".encode("latin-1"), "is not saved as UTF-8 (byte 0xdc in line 2)"),
        ("# Ü\n".encode("utf-16"), "is not saved as UTF-8 (byte 0xff in line 1)"),
        (b"#" * 1_000_001, "is larger than 1 MB"),
    ],
)
def test_why_a_file_is_no_text(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "x.py").write_bytes(data)
    assert why_unreadable(tmp_path / "x.py") == says
    assert (text_of(tmp_path / "x.py") is None) == bool(says)


def test_a_mark_in_front_is_not_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes(b"\xef\xbb\xbfx = 1\n")
    assert read_tree(tmp_path) == {"x.py": "x = 1\n"}
