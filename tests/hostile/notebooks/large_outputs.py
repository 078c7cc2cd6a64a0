"""Not hostile at all: a loop that printed 17 MB, and a picture of 6 MB as an attachment."""

from hostile_notebooks import Notebook, cell_of

EARNED = 6.5


def build(answered: Notebook) -> object:
    printed = {"output_type": "stream", "name": "stdout", "text": [("y" * 99 + "\n")] * 170_000}
    cell_of(answered, "answer-1-1")["outputs"] = [printed]
    attached = {"picture.png": {"image/png": "A" * 6_000_000}}
    answered["cells"].append(
        {
            "cell_type": "markdown",
            "metadata": {},
            "attachments": attached,
            "source": "![](attachment:picture.png)",
        }
    )
    return answered
