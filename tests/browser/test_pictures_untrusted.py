"""Pictures in a notebook that JupyterLab does not trust: it drops styles and SVG, and a picture is whole all the same."""

import nbformat
from browser_lab import Lab, shoot
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Page, expect

from course.pictures.boxes import Arrow, Boxes, Node
from course.pictures.frame import Words, picture
from course.pictures.lanes import Lane, Lanes, Mark, Panel
from course.pictures.routing import Box
from course.pictures.view import View

SEE = """mark => {
    const { width, height } = mark.getBoundingClientRect();
    return { width, height, ground: getComputedStyle(mark).backgroundColor };
}"""
NOTHING = "rgba(0, 0, 0, 0)"


def lanes() -> View:
    marks = [Mark(0, 5, "solid", "bad", "holds the loop"), Mark(5, 5, "dot", "ok", "has its answer")]
    return picture(
        "lanes", "Lanes", Lanes([Panel("", "", [Lane("1", marks)], 10)], "Lanes"), Words(["1 holds the loop"])
    )


def boxes() -> View:
    nodes = [
        Node(Box(10, 10, 90, 30), ["main"], "app.main"),
        Node(Box(10, 90, 90, 30), ["users"], "app.users"),
    ]
    arrow = Arrow(((55, 40), (55, 90)), "main imports users", "info", number=1)
    return picture("boxes", "Boxes", Boxes(300, 140, "Boxes", nodes, arrows=[arrow]), Words(["main → users"]))


def test_a_picture_is_whole_where_nothing_is_trusted(lab: Lab, page: Page) -> None:
    outputs = [new_output("display_data", data=view._repr_mimebundle_()) for view in (lanes(), boxes())]
    notebook = new_notebook(cells=[new_code_cell("", outputs=[output]) for output in outputs])
    nbformat.write(notebook, lab.copy / "untrusted.ipynb")
    page.goto(lab.page_url("untrusted.ipynb"))
    page.wait_for_selector(".jp-Notebook .pfc")  # JupyterLab takes its time to open on a busy machine
    expect(page.locator(".jp-Notebook .pfc")).to_have_count(2)

    held = page.get_by_title("holds the loop").first
    seen = held.evaluate(SEE)
    track = page.locator(".pfc-track").first.evaluate(SEE)
    assert seen["width"] == track["width"] / 2
    assert seen["ground"] != NOTHING
    for name in ("app.main", "app.users"):
        node = page.get_by_title(name, exact=True).evaluate(SEE)
        assert node["width"] > 80
        assert node["height"] > 25
        assert node["ground"] != NOTHING
    assert page.locator(".pfc-boxes img").evaluate("image => image.naturalWidth") == 300
    assert page.get_by_title("main imports users").count() == 2
    assert page.locator(".jp-Notebook style").count() == 0
    shoot(page, "pictures-untrusted")
    (lab.copy / "untrusted.ipynb").unlink()
