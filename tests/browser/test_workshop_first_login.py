"""The first minutes in a room: `course workshop start`, a learner in a real browser, the instructor's board."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from browser_lab import PATIENCE, Lab, shoot
from machine import Machine, machine, why_not
from notebook_page import accessible, cells, choose_theme, no_traceback, open_notebook, rewrite, run
from person import Person, solution_cells
from playing import code_cells
from playwright.sync_api import Browser, Page, ViewportSize, expect
from room_process import SLUG, started

from course.grading.cards import read_card

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")
if reason := why_not():
    pytest.skip(reason, allow_module_level=True)

MISTAKE = "lets_zero_through"
ALL_CELLS = {"windowingMode": "none"}
WIDTHS = (1400, 1000)
type Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Here:
    """A room with a roster, and whoever has a browser in it."""

    machine: Machine
    url: str
    said: str
    browser: Browser
    asked: list[str]

    @property
    def slips(self) -> dict[str, str]:
        """What stands on the slips: passwords by name."""
        text = (self.machine.base / "class-slips.txt").read_text()
        return dict(re.findall(r"Username +(\S+)\n +Password +(\S+)", text))

    @property
    def instructors(self) -> str:
        """The instructor's password."""
        return str(json.loads((self.machine.state / "hub/passwords.json").read_text())[1])

    def page(self, scheme: Scheme = "light") -> Page:
        """A browser of somebody's own; what it asks for is written down."""
        context = self.browser.new_context(
            viewport=ViewportSize(width=WIDTHS[0], height=900), color_scheme=scheme
        )
        context.set_default_timeout(PATIENCE * 1000)
        context.on("request", lambda request: self.asked.append(request.url))
        return context.new_page()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Here]:
    log = tmp_path_factory.mktemp("room") / "log"
    with machine() as place, ExitStack() as stack:
        for card in (place.clone / f"chapters/{SLUG}/wrong").glob("*.md"):
            if card.stem != MISTAKE:  # the board reads them all, one after the other
                card.unlink()
        roster = place.base / "class.txt"
        roster.write_text("ada\nBob\n")
        room = stack.enter_context(started(place, log, "--open", "1", "--roster", str(roster)))
        yield Here(place, room.url, log.read_text(), browser, [])


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def look(page: Page, name: str) -> None:
    """Keep pictures of both widths."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, f"first-login-{name}-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_who_has_a_slip_comes_in_and_nobody_else(here: Here) -> None:
    assert "Learners: the 2 names on the roster" in here.said
    assert "can log in under any learner's name" not in here.said
    assert set(here.slips) == {"ada", "bob"}
    for password in (
        *here.slips.values(),
        json.loads((here.machine.state / "hub/passwords.json").read_text())[0],
    ):
        assert password not in here.said
        for name in ("dora", "ada" if password != here.slips["ada"] else "bob"):
            with Person(here.url, name) as stranger:
                assert stranger.log_in(password).status_code == 403
    assert not here.machine.home("dora").exists()


def test_a_learner_comes_in_and_the_board_shows_what_fails(here: Here) -> None:
    page = here.page()
    page.goto(here.url)
    expect(
        page.get_by_text("Production FastAPI. Your username and your password are on your slip.")
    ).to_be_visible()
    look(page, "1-door-light")
    page.emulate_media(color_scheme="dark")
    look(page, "1-door-dark")
    page.emulate_media(color_scheme="light")
    log_in(page, "Ada", here.slips["ada"])

    page.wait_for_selector(".jp-Notebook .jp-Cell")
    lab = Lab(f"{here.url}/user/ada/lab?token=", here.machine.home("ada") / "my-course", "", Path())
    lab.wait_for_kernel(page, "notebooks/00-welcome.ipynb")
    look(page, "2-map")
    first = cells(page).first
    run(page, first)
    expect(first).to_contain_text("The board keeps this until your instructor empties it")
    look(page, "3-map-run")
    run(page, cells(page).nth(1))
    run(page, cells(page).nth(2))
    look(page, "4-first-cells")
    no_traceback(page)

    show_all_cells(here)
    open_notebook(page, lab, f"exercises/{SLUG}/{SLUG}.ipynb")
    where = cells_by_id(lab.copy / f"exercises/{SLUG}/{SLUG}.ipynb")
    run(page, cells(page).nth(where["begin"]))
    mistaken = read_card(here.machine.clone / f"chapters/{SLUG}/wrong/{MISTAKE}.md", right=False)
    for grade_id, text in solution_cells(here.machine.clone, SLUG).items():
        if grade_id.startswith("answer-1-1"):
            path = text.partition("\n")[0].removeprefix("%%write ")
            code = mistaken.files.get(path)
            rewrite(page, cells(page).nth(where[grade_id]), f"%%write {path}\n{code}" if code else text)
    check = cells(page).nth(where["check-1-1"])
    run(page, check)
    expect(check).to_contain_text("FAIL")
    for theme in ("Dark", "Light"):
        choose_theme(page, f"JupyterLab {theme}")
        expect(page.locator("#jupyterlab-splash")).to_have_count(
            0
        )  # it covers a page that changes its colors
        check.scroll_into_view_if_needed()
        look(page, f"5-check-{theme.lower()}")
        accessible(page)

    for scheme in ("dark", "light"):
        teacher = here.page(scheme)
        teacher.goto(f"{here.url}/services/board/instructor")
        log_in(teacher, "instructor", here.instructors)
        expect(teacher.get_by_text("1 of 1", exact=True)).to_be_visible()
        expect(teacher.get_by_text("lets zero through")).to_be_visible()
        assert "ada" not in teacher.locator("#room").inner_text()
        teacher.get_by_role("button", name="Show names").click()
        expect(teacher.get_by_role("rowheader", name="ada")).to_be_visible()
        look(teacher, f"6-board-{scheme}")
        teacher.context.close()
    page.context.close()
    outside = [url for url in here.asked if re.match(r"(https?|wss?)://(?!127\.0\.0\.1)", url)]
    assert outside == []
    assert len(here.asked) > 100


def show_all_cells(here: Here) -> None:
    """The notebook draws only the cells in view; a test wants to reach all of them."""
    home = here.machine.home("ada")
    place = home / ".jupyter/lab/user-settings/@jupyterlab/notebook-extension"
    place.mkdir(parents=True, exist_ok=True)
    (place / "tracker.jupyterlab-settings").write_text(json.dumps(ALL_CELLS))
    owner = home.stat()
    for path in (home / ".jupyter", *(home / ".jupyter").rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def cells_by_id(notebook: Path) -> dict[str, int]:
    """Which code cell has which nbgrader id."""
    return {
        cell["metadata"].get("nbgrader", {}).get("grade_id", ""): index
        for index, cell in enumerate(code_cells(notebook))
    }
