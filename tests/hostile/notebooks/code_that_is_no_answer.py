"""Run in the grader's kernel."""

from hostile_notebooks import Notebook, code

EARNED = 6.5


def build(answered: Notebook) -> object:
    for source in (
        "open('@outside@/canary.txt', 'w').write('ran')",
        "!touch @outside@/new.txt",
        "%%bash\ntouch @outside@/new.txt",
        "get_ipython().system('touch @outside@/new.txt')",
        "%load_ext autoreload",
    ):
        answered["cells"].insert(0, code(source))
    return answered
