"""The image of `workshop/Dockerfile`, in an engine of the tests' own: what is in it, what it serves, how it grades."""

import json
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from engine import ROOT, Engine

from course.catalog import catalog

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")
from hub_double import hub

from course.workshop.edition import publish

PLAIN = "landlock, seccomp, limits"
JOVYAN, HOME = 1000, "/home/jovyan"
HOSTILE = (
    "reads_held_out",
    "reads_the_solution",
    "reads_the_gradebook",
    "reads_other_submissions",
    "writes_outside",
    "connects_by_tcp",
    "kills_a_bystander",
    "forges_results",
    "leaves_a_daemon",
    "reads_memory_of_the_grader",
    "memory_bomb",
)
SLUG = "01-project-structure"


@pytest.fixture(scope="module")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a room shares with learners' containers: the edition up to chapter 1, and an exchange."""
    folder = tmp_path_factory.mktemp("volumes")
    (folder / "published").mkdir()
    (folder / "exchange").mkdir()
    (folder / "exchange").chmod(0o1777)
    publish(1, folder / "published/current")
    return folder


@pytest.fixture(scope="module")
def ada(docker: Engine, image: str, volumes: Path) -> Iterator[httpx2.Client]:
    """A learner's server: the image's own command, with what JupyterHub puts into the environment."""
    token, port = secrets.token_hex(16), _free_port()
    with hub({token: "ada"}) as api:
        environment = {
            "JUPYTERHUB_USER": "ada",
            "JUPYTERHUB_API_URL": api,
            "JUPYTERHUB_API_TOKEN": token,
            "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-ada",
            "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/user/ada/",
            "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/ada/oauth_callback",
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:servers!server=ada/"]',
            "JUPYTERHUB_ACTIVITY_URL": f"{api}/users/ada/activity",
        }
        docker.do(
            *"run --detach --name ada --network host".split(),
            *(word for name, value in environment.items() for word in ("--env", f"{name}={value}")),
            *("--volume", f"{volumes}/published:/srv/workshop/published:ro"),
            *("--volume", f"{volumes}/exchange:/srv/workshop/exchange"),
            image,
        )
        headers = {"Authorization": f"token {token}"}
        with httpx2.Client(
            base_url=f"http://127.0.0.1:{port}/user/ada/", headers=headers, timeout=60
        ) as client:
            deadline = time.monotonic() + 120
            while not _answers(client):
                said = docker.docker("logs", "ada")
                assert time.monotonic() < deadline, said.stdout + said.stderr
                assert docker.do("inspect", "--format", "{{.State.Running}}", "ada").strip() == "true", (
                    said.stdout + said.stderr
                )
                time.sleep(0.2)
            yield client
        docker.do("rm", "--force", "ada")


def test_the_images_own_command_serves_a_learner_beside_a_hub(ada: httpx2.Client) -> None:
    """With the open chapters in their folder, and only with the hub's token."""
    first = catalog().chapters[0].slug
    lessons = {entry["name"] for entry in ada.get("api/contents/notebooks").json()["content"]}
    assert {f"{first}.ipynb", f"{SLUG}.ipynb"} <= lessons
    assert ada.get(f"api/contents/exercises/{SLUG}/{SLUG}.ipynb").status_code == 200
    assert ada.get("api/contents", headers={"Authorization": "token of-nobody"}).status_code == 403
    listed = ada.get("assignments", params={"course_id": catalog().id}).json()
    assert listed["success"], listed


def test_learners_are_jovyan_and_can_change_nothing_of_the_course(docker: Engine, ada: httpx2.Client) -> None:
    assert docker.do("exec", "ada", "id", "--user", "--name").strip() == "jovyan"
    assert docker.do("exec", "ada", "id", "--user").strip() == str(JOVYAN)
    who = "from nbgrader.utils import get_username; print(get_username())"
    assert docker.do("exec", "ada", "python", "-c", who).strip() == "ada"
    for place in ("/srv/course/src/course/new", "/opt/course/new", "/srv/workshop/published/new"):
        assert docker.docker("exec", "ada", "touch", place).returncode != 0, place


def test_an_exercise_begins_and_is_checked_in_a_learners_container(
    docker: Engine, ada: httpx2.Client
) -> None:
    """Untouched: nothing was attempted. And mypy need not read the libraries: that was done for all when the image was built."""
    inside = ("exec", "--workdir", f"{HOME}/my-course", "ada")
    docker.do(*inside, "ipython", "-c", "import course; api = await course.begin(1, exercise=True)")
    done = docker.docker(*inside, "course", "check", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT ATTEMPTED" in done.stdout.upper(), done.stdout
    assert docker.do("exec", "ada", "ls", "/opt/course/var/course").count("mypy") >= 2


def test_held_out_checks_answers_and_cards_are_not_in_the_image(
    docker: Engine, image: str, tmp_path: Path
) -> None:
    """Under no name: every file of the image is read. (No line of the Dockerfile removes a file, so no layer hides one.)"""
    secret = _secrets()
    assert len(secret) > 200
    lines = tmp_path / "lines"
    lines.write_text("\n".join([*sorted(secret), ""]))
    search = "grep --recursive --devices=skip --fixed-strings --files-with-matches --file=/lines --exclude-dir=proc "
    search += "--exclude-dir=sys --exclude=lines /"
    found = docker.docker(
        *f"run --rm --network none --user 0 --volume {lines}:/lines:ro {image} {search}".split()
    )
    assert (found.returncode, found.stdout, found.stderr) == (1, "", "")


def test_the_grader_in_a_plain_container(docker: Engine, image: str) -> None:
    """As an instructor's container has it: the clone is a volume, no layer of Docker's protection is taken off."""
    said = docker.do(
        *"run --rm --network none".split(),
        *("--volume", f"{ROOT}:/repository:ro"),
        *("--env", "COURSE_CONTENT=/repository"),
        *(image, "python", "/repository/tests/containers/grading_inside.py", *HOSTILE),
        timeout=600,
    )
    who, right, *hostile = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert who == {"name": "who", "user": JOVYAN, "layers": PLAIN}
    assert right == {"name": "right", "earned": 10.0, "points": 10.0, "isolation": PLAIN}
    assert [one["name"] for one in hostile] == list(HOSTILE)
    for one in hostile:
        assert not one["breach"], one
        assert one["harm"] == [], one
        assert one["as outside"], one
        assert one["isolation"] == PLAIN, one


def test_a_container_without_limits_of_dockers_is_not_what_is_tested(docker: Engine, image: str) -> None:
    """The profile is the default one: with it the kernel refuses new namespaces, which is why the sandbox has none."""
    assert "seccomp" in docker.do("info", "--format", "{{.SecurityOptions}}")
    assert docker.docker("run", "--rm", "--network", "none", image, "unshare", "-U", "true").returncode != 0


def _secrets() -> set[str]:
    """Lines of what no learner must read: long enough to be nowhere else by chance."""
    found = set()
    for path in [*ROOT.glob("chapters/*/held_out.py"), *ROOT.glob("chapters/*/wrong/*.md")]:
        lines = path.read_text().splitlines()
        found |= {line for line in lines if line.startswith(("async def test_", "def test_", "because:"))}
    for path in ROOT.glob("chapters/*/exercise.md"):
        for answer in path.read_text().split("### BEGIN SOLUTION")[1:]:
            found |= {line.strip() for line in answer.partition("### END SOLUTION")[0].splitlines()}
    shared = (
        ROOT / "src/course/project/standard/ruff.toml"
    ).read_text()  # chapter 2's answer, and everybody's later
    return {line for line in found if len(line) > 45 and line not in shared}


def _answers(client: httpx2.Client) -> bool:
    try:
        return client.get("api/status").status_code == 200
    except httpx2.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
