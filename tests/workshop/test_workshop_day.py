"""A day in the room, over HTTP: an instructor and three learners, each an account of a machine of their own."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import psutil
import pytest
from machine import Machine, machine, why_not
from person import Person, answered, solution_cells
from room_process import COURSE, SLUG, names, started, wait_for

from course.workshop.limits import OURS, hold, let_go
from course.workshop.people import ADD_LEARNER
from course.workshop.room import BIN, LEARNERS

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")
if reason := why_not():
    pytest.skip(reason, allow_module_level=True)

NOTEBOOK = f"api/contents/exercises/{SLUG}/{SLUG}.ipynb"
SECRET = "what only the instructor may read"
MINE = "# ada was here"


@dataclass(frozen=True)
class Day:
    """A room with everybody in it."""

    machine: Machine
    process: subprocess.Popen[bytes]
    url: str
    said: str
    instructor: Person
    ada: Person
    bob: Person
    cy: Person


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    log = tmp_path_factory.mktemp("workshop") / "log"
    with machine() as place, ExitStack() as stack:
        room = stack.enter_context(started(place, log))
        learners, instructor = json.loads((place.state / "hub/passwords.json").read_text())
        people = []
        for name, password in (
            ("instructor", instructor),
            ("ada", learners),
            ("bob", learners),
            ("cy", learners),
        ):
            person = stack.enter_context(Person(room.url, name))
            answer = person.log_in(password)
            assert answer.status_code == 200, answer.text
            people.append(person)
        for person in people:
            person.wait_for_server()
        assert room.process.poll() is None
        yield Day(place, room.process, room.url, log.read_text(), *people)


def test_it_says_what_to_write_on_the_board(day: Day) -> None:
    assert f"The room: {day.url}" in day.said
    assert "Learners: a name of their choice (letters and digits), password " in day.said
    assert "Instructor: instructor, password " in day.said
    assert "Whoever knows the learners' password can log in under any learner's name." in day.said
    limited = hold("course-test", memory=2**30, processors=1)
    let_go("course-test")
    said = "may use 1,000 MB and 2 processors" if limited else "No limit of memory or processor holds"
    assert said in day.said
    if limited:
        assert f"/{OURS}/ada" in day.ada.run("print(open('/proc/self/cgroup').read())")
        assert f"/{OURS}/" not in day.instructor.run("print(open('/proc/self/cgroup').read())")


@pytest.mark.parametrize("name", ["root", "daemon", "instructor", "nobody", "jos\u00e9", "a+b", "../x"])
def test_the_learners_password_opens_no_other_account(day: Day, name: str) -> None:
    learners, _ = json.loads((day.machine.state / "hub/passwords.json").read_text())
    with Person(day.url, name) as stranger:
        assert stranger.log_in(learners).status_code == 403


def test_a_wrong_password_opens_nothing(day: Day) -> None:
    with Person(day.url, "dora") as stranger:
        assert stranger.log_in("a-wrong-password").status_code == 403
    assert not day.machine.home("dora").exists()


def test_each_learner_is_an_account_in_a_copy_of_their_own(day: Day) -> None:
    for person in (day.ada, day.bob, day.cy):
        shown = person.run("import getpass, os; print(getpass.getuser(), os.getcwd())")
        assert shown.strip() == f"{person.name} /home/{person.name}/my-course"
        assert names(person, "notebooks") == {"00-welcome.ipynb"}  # nothing else is open yet
    assert "23 more chapters not open yet" in day.ada.run("import course; course.map()")


def test_menus_are_right_for_each(day: Day) -> None:
    assert day.instructor.get("formgrader/manage_assignments").status_code == 200
    assert day.ada.get("formgrader/manage_assignments").status_code == 404
    assert day.ada.get("assignments", course_id=COURSE).json() == {"success": True, "value": []}


def test_a_chapter_that_opens_appears_and_no_edit_is_lost(day: Day) -> None:
    lesson = "api/contents/notebooks/00-welcome.ipynb"
    notebook = day.ada.get(lesson).json()["content"]
    notebook["cells"][-1]["source"] = MINE
    assert day.ada.put(lesson, {"type": "notebook", "content": notebook}).status_code == 200
    said = day.instructor.run("!course workshop open 1")
    assert "Open up to chapter 1, Project structure" in said
    assert f"To be handed in from now on: {SLUG}" in said
    for person in (day.ada, day.bob, day.cy):
        wait_for(lambda person=person: f"{SLUG}.ipynb" in names(person, f"exercises/{SLUG}"), 30)
        assert names(person, "notebooks") == {"00-welcome.ipynb", f"{SLUG}.ipynb"}
    assert day.ada.get(lesson).json()["content"]["cells"][-1]["source"] == MINE


def test_a_learners_check_works_without_what_learners_may_not_see(day: Day) -> None:
    cells = solution_cells(day.machine.clone, SLUG)
    day.ada.run("import course\napi = await course.begin(1, exercise=True)")
    for grade_id, text in cells.items():
        if grade_id.startswith("answer-1-1"):
            day.ada.run(text)
    assert "PASS" in day.ada.run('await course.check("1.1")')


def test_a_terminal_is_the_learners_own(day: Day) -> None:
    account = day.machine.home("bob").stat()
    typed = 'echo "I am $(id -un), $(id -u), with $(command -v course) in $PWD."'
    shown = day.bob.type_in_terminal(typed, until="/my-course.")
    assert account.st_uid >= 1000
    assert f"I am bob, {account.st_uid}, with {BIN / 'course'} in /home/{day.bob.name}/my-course." in shown


def test_hand_in_collect_grade_and_give_feedback(day: Day) -> None:
    right = solution_cells(day.machine.clone, SLUG)
    # bob solves the first task and gets the others wrong; cy hands nothing in
    wrong = {
        grade_id: text if grade_id.startswith("answer-1-1") else text.partition("\n")[0] + "\nx = 1\n"
        for grade_id, text in right.items()
    }
    for person, cells in ((day.ada, right), (day.bob, wrong)):
        notebook = answered(person.get(NOTEBOOK).json()["content"], cells)
        assert person.put(NOTEBOOK, {"type": "notebook", "content": notebook}).status_code == 200
        sent = person.post("assignments/submit", data={"course_id": COURSE, "assignment_id": SLUG})
        assert sent.json()["success"], sent.text
    _forge(day)
    _hand_in_links(day)
    assert "3 handed in, 0 collected, 0 graded" in day.instructor.run("!course workshop status")

    click = f"formgrader/api/assignment/{SLUG}"  # Formgrader's own buttons
    collected = day.instructor.post(f"{click}/collect").json()
    assert "it says cy, and it is bob's" in collected["log"], collected
    graded = day.instructor.run("!course grade-all", seconds=180)
    assert "Graded 3 submissions" in graded, graded
    assert f"mallory: The submitted {SLUG}.ipynb is a link to another file." in graded
    for step in ("generate_feedback", "release_feedback"):
        done = day.instructor.post(f"{click}/{step}").json()
        assert done["success"], done

    found = day.instructor.get(f"formgrader/api/submissions/{SLUG}").json()
    scores = {one["student"]: one["score"] for one in found if one["autograded"]}
    assert scores["ada"] == 10
    assert 0 < scores["bob"] < 10
    assert set(scores) == {"ada", "bob", "mallory"}
    assert scores["mallory"] == 0
    fetched = day.ada.post("assignments/fetch_feedback", data={"course_id": COURSE, "assignment_id": SLUG})
    assert fetched.json()["success"], fetched.text
    pages = day.machine.home("ada").glob(f"my-course/exercises/{SLUG}/feedback/*/*.html")
    assert [SLUG in page.name for page in pages] == [True]
    assert "3 handed in, 3 collected, 3 graded" in day.instructor.run("!course workshop status")
    _no_link_was_followed(day)


def _forge(day: Day) -> None:
    """bob hands something in under cy's name."""
    inbound = day.machine.state / "exchange" / COURSE / "inbound"
    code = f"""
    import os, shutil
    forged = {str(inbound)!r} + "/cy+{SLUG}+2026-11-27 12:00:00 UTC+x"
    shutil.copytree(os.path.expanduser("~/my-course/exercises/{SLUG}"), forged)
    os.chmod(forged, 0o755)
    print("forged")
    """
    assert "forged" in day.bob.run("\n".join(line.strip() for line in code.splitlines()))


def _hand_in_links(day: Day) -> None:
    """Mallory, a learner with no server, hands in links to what the instructor may read, the solution among them."""
    inbound, home = day.machine.state / "exchange" / COURSE / "inbound", f"/home/{day.instructor.name}"
    secret = day.machine.home("instructor") / "secret.txt"
    secret.write_text(SECRET)
    secret.chmod(0o644)  # in a home that is closed to others
    script = f"""
        mkdir "$1" && cd "$1"
        ln -s {home}/course/solutions/{SLUG}/{SLUG}.ipynb {SLUG}.ipynb
        ln -s {home}/secret.txt notes.txt
        ln -s {home} home
        echo 2026-11-27 12:00:00 UTC > timestamp.txt
    """
    person = ["setpriv", "--reuid=mallory", f"--regid={LEARNERS}", "--clear-groups"]
    entry = str(inbound / f"mallory+{SLUG}+2026-11-27 12:00:00 UTC+x")
    for command in ([*ADD_LEARNER, "mallory"], [*person, "sh", "-ec", script, "sh", entry]):
        subprocess.run(day.machine.command(*command), check=True)


def _no_link_was_followed(day: Day) -> None:
    """Nothing of what mallory's links lead to came into any place of the exchange, the grading or the feedback."""
    mine = day.machine.home("instructor") / "course/.course"
    places = [
        day.machine.state / "exchange",
        *(mine / name for name in ("submitted", "autograded", "feedback")),
    ]
    files = [
        path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink()
    ]
    assert len(files) > 10
    assert [str(path) for path in files if SECRET.encode() in path.read_bytes()] == []
    hers = [path for path in files if "mallory" in str(path)]
    assert [path.name for path in hers if b"BEGIN SOLUTION" in path.read_bytes()] == []


CLOSED = {
    "others": "HOME/ada",
    "others' work": f"HOME/ada/my-course/exercises/{SLUG}/{SLUG}.ipynb",
    "the instructor": "HOME/instructor",
    "held-out checks": f"HOME/instructor/course/chapters/{SLUG}/held_out.py",
    "the gradebook": "HOME/instructor/course/.course/gradebook.db",
    "the clone": f"CLONE/chapters/{SLUG}/held_out.py",
    "the clone's solutions": f"CLONE/solutions/{SLUG}",
    "the clone's history": "CLONE/proofs",
    "the hub": "STATE/hub",
    "passwords": "STATE/hub/passwords.json",
    "names of the board": "STATE/board",
    "submissions": f"STATE/exchange/{COURSE}/inbound",
}


def test_a_learner_reads_nobody_and_nothing_that_is_not_theirs(day: Day) -> None:
    places = {
        what: place.replace("CLONE", str(day.machine.clone))
        .replace("STATE", str(day.machine.state))
        .replace("HOME", "/home")
        for what, place in CLOSED.items()
    }
    code = f"""
import json, os
def opened(place):
    try:
        return os.listdir(place) if os.path.isdir(place) else open(place).read()[:20]
    except OSError as error:
        return error.strerror
    return None
print(json.dumps({{what: opened(place) for what, place in {places!r}.items()}}))
"""
    found = json.loads(day.bob.run(code).strip().splitlines()[-1])
    assert set(found.values()) == {"Permission denied"}, found


def test_what_is_published_has_no_answers(day: Day) -> None:
    edition = (day.machine.state / "published/current").resolve()
    files = {path.relative_to(edition).as_posix() for path in edition.rglob("*") if path.is_file()}
    assert f"chapters/{SLUG}/lesson.md" in files
    assert f"exercises/{SLUG}/{SLUG}.ipynb" in files
    assert [name for name in files if "held_out" in name or "/right/" in name or "/wrong/" in name] == []
    assert f"chapters/{SLUG}/exercise.md" not in files  # the solution of the last open chapter
    assert [name for name in files if name.startswith(("solutions", "proofs"))] == []
    assert [
        name for name in files if name.startswith("chapters/02") and not name.endswith("chapter.toml")
    ] == []


def test_a_learner_cannot_take_others_things_away(day: Day) -> None:
    exchange = day.machine.state / "exchange"
    code = f"""
import os
for old in ({str(exchange / COURSE)!r}, {str(day.machine.state / "published/current")!r}):
    try:
        os.rename(old, old + "-mine"); print("renamed", old)
    except OSError as error:
        print(error.strerror)
"""
    assert "renamed" not in day.bob.run(code)


def test_a_learners_session_is_no_key_to_anothers_server(day: Day) -> None:
    assert day.bob.client.get("/user/ada/api/contents").status_code in (403, 404)
    assert day.bob.client.get("/hub/admin").status_code == 403


def test_close_takes_a_chapter_back_and_leaves_learners_theirs(day: Day) -> None:
    assert "Open up to chapter 0 now" in day.instructor.run("!course workshop close")
    assert "the pace is the instructor's" in day.bob.run("!course workshop open 0")
    assert f"{SLUG}.ipynb" in names(day.ada, f"exercises/{SLUG}")


def test_the_board_knows_where_the_room_is(day: Day) -> None:
    board = "/services/board/"
    assert day.instructor.client.get(board).status_code == 200  # it logs in with the hub
    wait_for(lambda: "Of 1 person" in day.instructor.client.get(f"{board}room").text, 30)
    assert day.instructor.client.get(f"{board}instructor").status_code == 200
    assert "ada" in day.instructor.client.get(f"{board}instructor/room?names=1").text
    assert "Of 1 person" in day.ada.client.get(board).text
    assert day.ada.client.get(f"{board}instructor").status_code == 403
    assert day.bob.client.get(board).status_code == 200
    assert "ada" not in day.bob.client.get(f"{board}room?names=1").text


def test_the_board_forgets_when_the_instructor_says_so(day: Day) -> None:
    assert "The board is the instructor's (instructor)" in day.bob.run("!course workshop forget")
    assert "It had something of 1 person" in day.instructor.run("!course workshop forget")
    wait_for(lambda: "Nobody has begun yet" in day.instructor.client.get("/services/board/room").text, 30)


def test_an_idle_server_is_stopped_and_nothing_is_lost(day: Day) -> None:
    """The room's own culler, with its own token and a shorter patience. It stops everybody: this is the last test."""
    day.bob.run("import course\napi = await course.begin(0)")
    day.bob.run("%%write app/mine.py\nkept = 'bob was here'\n")
    culler = next(
        one
        for one in psutil.Process(day.process.pid).children(recursive=True)
        if "jupyterhub_idle_culler" in one.cmdline()
    )
    command = [*culler.cmdline()[:-1], "--timeout=1", "--cull-every=1"]
    with subprocess.Popen(command, env=culler.environ(), stderr=subprocess.DEVNULL) as mine:
        try:
            wait_for(lambda: _is_stopped(day.bob), 60)
        finally:
            mine.terminate()
    day.bob.kernel = ""
    day.bob.client.get("/hub/spawn")
    day.bob.wait_for_server()
    assert "app/mine.py" in day.bob.run("import course\napi = await course.begin(0)")
    assert "bob was here" in day.bob.run("from app.mine import kept; print(kept)")
    assert f"{SLUG}.ipynb" in names(day.bob, f"exercises/{SLUG}")


def _is_stopped(person: Person) -> bool:
    """Whether the hub has no server of this person, and is not about to stop one."""
    answer = person.client.get("/hub/api/user")
    assert answer.status_code == 200, answer.text
    model = answer.json()
    return not model["server"] and not model["pending"]
