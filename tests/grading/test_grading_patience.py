"""Seconds are those of a machine of one's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.grading.patience import MOST, patient, slowness


@pytest.mark.parametrize(
    ("statistics", "expected"),
    [
        ("1000 0 3\n", 1.0),
        ("1000 500 3\n", 1.5),
        ("1000 90000 3\n", MOST),
        ("0 0 0\n", 1.0),
        ("something else\n", 1.0),
        ("", 1.0),
    ],
    ids=["alone", "with company", "with a crowd", "just born", "another format", "nothing"],
)
def test_what_the_kernel_counted(tmp_path: Path, statistics: str, expected: float) -> None:
    file = tmp_path / "schedstat"
    file.write_text(statistics)
    assert slowness(file) == expected


def test_a_system_that_does_not_count(tmp_path: Path) -> None:
    assert slowness(tmp_path / "schedstat") == 1.0


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system does not tie processes to processors"
)
def test_who_shares_a_processor_is_waited_for() -> None:
    """Two loops on one processor: each had to wait, so a second of one of them is more than a second."""
    loop = "import time\nwhile time.process_time() < 0.4: pass\n"
    told = "from course.grading.patience import slowness\nprint(slowness())"
    processor = str(min(os.sched_getaffinity(0)))
    tied = f"import os\nos.sched_setaffinity(0, {{{processor}}})\n"
    loops = [
        subprocess.Popen([sys.executable, "-c", tied + loop + told], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    found = [float(process.communicate()[0]) for process in loops]
    assert max(found) > 1.1


def test_waiting_for_nothing_is_not_counted() -> None:
    """A process that sleeps is not ready to run: an answer that hangs gets no more time."""
    code = "import time\nfrom course.grading.patience import slowness\nbefore = slowness()\ntime.sleep(0.5)\n"
    grown = float(
        subprocess.check_output([sys.executable, "-c", code + "print(slowness() - before)"], text=True)
    )
    assert grown < 1


def test_limits_grow_with_the_company() -> None:
    assert 10 <= patient(10) <= 10 * MOST
