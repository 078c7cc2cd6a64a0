"""How the tests are spread over pytest-xdist's workers: the slow ones first, so that no processor idles at the end."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

SLOW_FIRST = (
    "tests/browser",
    "tests/batch/test_batch_kill.py",
    "tests/authoring/test_real_course.py",
    "notebooks",
    "tests/hostile",
    "tests/batch",
    "tests/test_repository.py",
    "tests/grading",
    "tests/sandbox",
    "tests/test_binder.py",
)
# Tests that share nothing: they may run on several workers.
INDEPENDENT = ("tests/authoring/test_real_course.py", "tests/test_repository.py")


class SlowFilesFirst(LoadScopeScheduling):
    """Keeps the tests of a file on one worker, because they share servers and kernels, but for independent ones.

    `--dist loadgroup` would say the same in marks; xdist 3.8 does not read them under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        return nodeid if file in INDEPENDENT else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SlowFilesFirst:
    """Schedule with the rule above."""
    return SlowFilesFirst(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slow files; inside a file the order stays."""
    items.sort(key=_turn)


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _turn(item: pytest.Item) -> int:
    file = _file(item.nodeid)
    return next((turn for turn, slow in enumerate(SLOW_FIRST) if file.startswith(slow)), len(SLOW_FIRST))
