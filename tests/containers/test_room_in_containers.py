"""`course workshop start --accounts container`: a day over HTTP, with an instructor and two learners in containers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from engine import ROOT, Engine

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")
pytest.importorskip("dockerspawner", reason="DockerSpawner is not installed: uv sync --extra workshop-docker")
sys.path.append(str(ROOT / "tests/workshop"))
from machine import Machine, machine, why_not
from person import Person, answered, solution_cells
from room_process import COURSE, SLUG, names, started, wait_for

from course.errors import CourseError
from course.workshop.containers import address_for_containers

if reason := why_not():
    pytest.skip(reason, allow_module_level=True)

NOTEBOOK = f"api/contents/exercises/{SLUG}/{SLUG}.ipynb"
HOME = "/home/jovyan"
TEACHER = 61001
"""A user id that no machine gives away by itself."""


@dataclass(frozen=True)
class Day:
    """A room with everybody in it."""

    machine: Machine
    said: str
    instructor: Person
    ada: Person
    bob: Person


@pytest.fixture(scope="module")
def day(docker: Engine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    log = tmp_path_factory.mktemp("workshop") / "log"
    with machine() as place, ExitStack() as stack:
        _give_to_instructor(place)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("DOCKER_HOST", docker.address)
        options = ["--accounts", "container", "--image", image, "--open", "1", "--memory", "900"]
        stack.enter_context(started(place, log, *options))
        url = f"http://127.0.0.1:{json.loads((place.state / 'room.json').read_text())['port']}"
        learners, instructor = json.loads((place.state / "hub/passwords.json").read_text())
        people = []
        for name, password in (("instructor", instructor), ("ada", learners), ("bob", learners)):
            person = stack.enter_context(Person(url, name))
            answer = person.log_in(password)
            assert answer.status_code == 200, log.read_text()[-4000:]
            people.append(person)
        try:
            for person in people:
                person.wait_for_server()
        except AssertionError as error:
            raise AssertionError(f"{error}\n{log.read_text()[-6000:]}") from error
        yield Day(place, log.read_text(), *people)


def _give_to_instructor(place: Machine) -> None:
    """The clone is an account's that is there already: Docker sees this machine's folders, but not its `/home`."""
    for file, line in (
        ("passwd", f"instructor:x:{TEACHER}:{TEACHER}::/home/instructor:/bin/bash"),
        ("group", f"instructor:x:{TEACHER}:"),
    ):
        with (place.base / "etc" / file).open("a") as accounts:
            accounts.write(f"{line}\n")
    (place.base / "home/instructor").mkdir(mode=0o700)
    for path in (place.base / "home/instructor", place.clone, *place.clone.rglob("*")):
        os.chown(path, TEACHER, TEACHER, follow_symlinks=False)


def test_each_learner_is_jovyan_in_a_container_of_their_own(day: Day, docker: Engine) -> None:
    assert "A learner's container may use 900 MB and 2 processors" in day.said
    assert set(docker.do("ps", "--format", "{{.Names}}").split()) >= {
        "course-instructor",
        "course-ada",
        "course-bob",
    }
    for person in (day.ada, day.bob):
        shown = person.run("import os; print(os.getuid(), os.getcwd(), os.environ['JUPYTERHUB_USER'])")
        assert shown.strip() == f"1000 {HOME}/my-course {person.name}"
        assert names(person, "notebooks") == {"00-welcome.ipynb", f"{SLUG}.ipynb"}
    limits = "{{.HostConfig.Memory}} {{.HostConfig.CpuQuota}}"
    assert docker.do("inspect", "--format", limits, "course-ada").split() == [str(900 * 2**20), "200000"]
    assert docker.do("inspect", "--format", limits, "course-instructor").split() == ["0", "0"]


def test_hand_in_collect_grade_and_give_feedback(day: Day) -> None:
    right = solution_cells(day.machine.clone, SLUG)
    wrong = {
        grade_id: text if grade_id.startswith("answer-1-1") else text.partition("\n")[0] + "\nx = 1\n"
        for grade_id, text in right.items()
    }
    for person, cells in ((day.ada, right), (day.bob, wrong)):
        wait_for(lambda person=person: f"{SLUG}.ipynb" in names(person, f"exercises/{SLUG}"), 30)
        notebook = answered(person.get(NOTEBOOK).json()["content"], cells)
        assert person.put(NOTEBOOK, {"type": "notebook", "content": notebook}).status_code == 200
        sent = person.post("assignments/submit", data={"course_id": COURSE, "assignment_id": SLUG})
        assert sent.json()["success"], sent.text
    assert "2 handed in, 0 collected, 0 graded" in day.instructor.run("!course workshop status")
    day.instructor.run(f"!nbgrader collect {SLUG}")
    graded = day.instructor.run("!course grade-all", seconds=240)
    assert "Graded 2 submissions" in graded, graded
    for step in ("generate_feedback", "release_feedback"):
        day.instructor.run(f"!nbgrader {step} {SLUG}")
    found = day.instructor.get(f"formgrader/api/submissions/{SLUG}").json()
    scores = {one["student"]: one["score"] for one in found if one["autograded"]}
    assert scores["ada"] == 10
    assert 0 < scores["bob"] < 10
    assert set(scores) == {"ada", "bob"}
    verdict = day.machine.clone / f".course/verdicts/ada/{SLUG}.json"
    assert json.loads(verdict.read_text())["isolation"] == "landlock, seccomp, limits"
    fetched = day.ada.post("assignments/fetch_feedback", data={"course_id": COURSE, "assignment_id": SLUG})
    assert fetched.json()["success"], fetched.text
    assert "2 handed in, 2 collected, 2 graded" in day.instructor.run("!course workshop status")


def test_a_learner_reads_nobody_and_nothing_that_is_not_theirs(day: Day, docker: Engine) -> None:
    """Most of it is not there at all; what others handed in cannot be listed."""
    places = {
        "clone": str(day.machine.clone),
        "state": str(day.machine.state),
        "others": "/home/instructor",
        "engine": str(docker.folder),
        "submissions": f"/srv/workshop/exchange/{COURSE}/inbound",
    }
    code = f"""
import json, os
def opened(place):
    try:
        return os.listdir(place)
    except OSError as error:
        return error.strerror
print(json.dumps({{what: opened(place) for what, place in {places!r}.items()}}))
"""
    found = json.loads(day.bob.run(code).strip().splitlines()[-1])
    assert found.pop("submissions") == "Permission denied"
    assert set(found.values()) == {"No such file or directory"}, found
    tried = day.bob.run("!touch /srv/workshop/published/mine /srv/course/mine; ls /home")
    assert tried.count("cannot touch") == 2
    assert tried.split()[-1] == "jovyan"
    assert day.bob.client.get("/user/ada/api/contents").status_code in (403, 404)


def test_the_board_hears_from_containers(day: Day) -> None:
    day.ada.run("import course\napi = await course.begin(1, exercise=True)")
    board = "/services/board/"
    assert day.instructor.client.get(board).status_code == 200  # it logs in with the hub
    wait_for(lambda: "Of 1 person" in day.instructor.client.get(f"{board}room").text, 30)
    assert "ada" in day.instructor.client.get(f"{board}instructor/room?names=1").text


def test_work_outlives_the_container(day: Day, docker: Engine) -> None:
    """It is in the room's folder, and that of all of them is root's alone."""
    assert (day.machine.state / f"homes/ada/my-course/exercises/{SLUG}/{SLUG}.ipynb").is_file()
    assert (day.machine.state / "homes").stat().st_mode & 0o777 == 0o700
    assert docker.do("inspect", "--format", "{{.HostConfig.AutoRemove}}", "course-ada").strip() == "true"


def test_an_image_that_is_not_there_is_named(
    docker: Engine, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", docker.address)
    assert address_for_containers(image).startswith("10.")
    with pytest.raises(
        CourseError, match="There is no image nothing: `docker build --file workshop/Dockerfile"
    ):
        address_for_containers("nothing")


def test_an_instructor_who_is_a_learners_user_inside_is_refused(docker: Engine, image: str) -> None:
    with machine() as place:
        _give_to_instructor(place)
        accounts = place.base / "etc/passwd"
        accounts.write_text(accounts.read_text() + "mary:x:1000:1000::/home/mary:/bin/bash\n")
        options = ["--accounts", "container", "--instructor", "mary", "--state", str(place.state)]
        command = [sys.executable, "-P", "-m", "course.cli", "workshop", "start", *options]
        done = subprocess.run(
            place.command(*command, "--address", "127.0.0.1", "--port", "0"),
            env=docker.environment() | {"COURSE_CONTENT": str(place.clone)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "mary has the user id 1000, and learners in containers have 1000: name another" in done.stderr
        assert not place.state.exists()
