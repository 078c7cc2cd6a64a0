"""Run a script on the instructor's page, from a remark about a file."""

from hostile_notebooks import EVIL, Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["cells"].append(
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "source": f"%%write ../<script>{EVIL}</script>\nx = 1",
        }
    )
    answered["metadata"] = {"course_problem": f"<script>{EVIL}</script>"}
    return answered
