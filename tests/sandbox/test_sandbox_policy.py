"""Policies, what they show of the file system, and what is said of them."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sandbox_world import IDENTITIES, make_world, sandboxed

from course.errors import CourseError
from course.sandbox import (
    LANDLOCK,
    LAYERS,
    LIMITS,
    NAMESPACES,
    SECCOMP,
    Isolation,
    IsolationError,
    Policy,
    apply,
    run,
    survey,
)
from course.sandbox.trees import view


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_the_report_names_the_layers() -> None:
    assert Isolation(LAYERS).describe() == "namespaces, landlock, seccomp, limits"
    assert Isolation((LIMITS,)).describe() == "limits only"
    isolation = Isolation((LANDLOCK, LIMITS), {NAMESPACES: "unshare: Operation not permitted"})
    assert isolation.explain() == ("namespaces: unshare: Operation not permitted",)
    assert Isolation.from_json(isolation.to_json()) == isolation


def test_every_missing_layer_is_said(work: Path) -> None:
    isolation = survey(Policy(work, without=frozenset({NAMESPACES, LANDLOCK, SECCOMP})))
    assert isolation.describe() == "limits only"
    assert {NAMESPACES, LANDLOCK, SECCOMP} <= set(isolation.missing)


def test_a_machine_whose_calls_are_not_known(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("syscalls", "seccomp"):
        monkeypatch.setattr(f"course.sandbox.{module}.machine", lambda: None)
    isolation = survey(Policy(work))
    assert isolation.describe() == "limits only"
    assert all("not known here" in isolation.missing[layer] for layer in (NAMESPACES, LANDLOCK, SECCOMP))


def test_a_required_layer_that_is_missing_stops_everything(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise OSError(38, "this kernel has no Landlock")

    monkeypatch.setattr("course.sandbox.landlock.restrict", unavailable)
    ran = work / "ran"

    def touch(_: Isolation) -> int:
        ran.touch()
        return 0

    with pytest.raises(CourseError, match=r"requires landlock.*this kernel has no Landlock.*nothing was run"):
        run(Policy(work, require=frozenset({LANDLOCK, LIMITS})), touch)
    assert not ran.exists()
    status, isolation = run(Policy(work), touch)
    assert status == 0
    assert LANDLOCK not in isolation.layers
    assert isolation.missing[LANDLOCK] == "this kernel has no Landlock"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"require": frozenset({"magic"})}, "no isolation layer 'magic'"),
        ({"require": frozenset({SECCOMP}), "without": frozenset({SECCOMP})}, "both required and left out"),
        ({"writable": (Path("/nowhere/at/all"),)}, "no such folder"),
    ],
)
def test_policies_that_make_no_sense(work: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(IsolationError, match=message):
        run(replace(Policy(work), **changes), lambda _: 0)


def test_nothing_is_hidden_in_a_writable_folder(work: Path) -> None:
    (work / "secret").mkdir()
    with pytest.raises(IsolationError, match="cannot be hidden"):
        Policy(work, hidden=(work / "secret",)).check()


def test_a_process_with_threads_is_refused(work: Path) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with pytest.raises(IsolationError, match="threads cannot be isolated"):
            apply(Policy(work))
    finally:
        stop.set()
        thread.join()


def test_an_exception_is_exit_code_1(work: Path) -> None:
    status, _ = run(Policy(work), lambda _: 1 // 0)
    assert status == 1


def test_the_most_specific_path_decides(tmp_path: Path, work: Path) -> None:
    for name in ("tree/hidden/shown", "tree/other"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tree/link").symlink_to(tmp_path / "tree/hidden")
    tree = tmp_path / "tree"
    seen = view(
        Policy(work, readable=(tree, tree / "hidden/shown", tree / "other"), hidden=(tree / "hidden",))
    )
    assert {path for path in seen.readable if path.startswith(str(tmp_path))} == {
        str(tree),
        str(tree / "hidden/shown"),
    }
    allowed = {path for path in seen.around_hidden() if path.startswith(str(tmp_path))}
    assert allowed == {str(tree / "other"), str(tree / "hidden/shown")}


def test_the_view_never_holds_the_whole_system(work: Path) -> None:
    seen = view(Policy(work))
    assert not {"/", "/etc", "/root", "/home", "/tmp", "/run", "/var", str(Path.home())} & set(seen.readable)  # noqa: S108
    assert seen.writable == (str(work.resolve()),)


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("without", [(), (NAMESPACES,)], ids=["namespaces", "landlock"])
def test_readable_trees_can_be_read(identity: str, without: tuple[str, ...]) -> None:
    with make_world(identity) as world:
        (world.base / "alias").symlink_to(world.shown)
        policy = world.policy(without, readable=(world.base / "alias",))

        def read() -> list[str]:
            Path("mine.txt").write_text("mine")
            return [(path / "open.txt").read_text() for path in (world.shown, world.base / "alias")]

        ran = sandboxed(policy, read, identity=identity)
        assert ran.said == ["canary shown/open.txt"] * 2
        assert (world.work / "mine.txt").read_text() == "mine"
