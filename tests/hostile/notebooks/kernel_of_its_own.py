"""Have the grader start a kernel of its choosing."""

from hostile_notebooks import Notebook

EARNED = 6.5


def build(answered: Notebook) -> object:
    answered["metadata"] = {
        "kernelspec": {"name": "evil", "display_name": "evil", "argv": ["/bin/touch", "@outside@/new.txt"]},
        "language_info": {"name": "evil", "codemirror_mode": "evil", "nbconvert_exporter": "os.system"},
    }
    return answered
