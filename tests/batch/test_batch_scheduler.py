"""The same work on a dask cluster."""

from pathlib import Path

import pytest
from batch_helpers import db_url, rows

from course.batch.run import grade_all
from course.errors import CourseError

distributed = pytest.importorskip(
    "distributed", reason="dask.distributed is not installed: install the extra `cluster`"
)


def test_a_cluster_gives_the_same_gradebook(stock: Path, handed_in: Path) -> None:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, dashboard_address=":0", protocol="tcp", processes=False
    ) as cluster:
        report = grade_all(handed_in, scheduler=cluster.scheduler_address)
    assert (report.graded, report.recorded) == (8, 8)
    assert rows(db_url(handed_in)) == rows(db_url(stock))


def test_no_scheduler_is_a_sentence(handed_in: Path) -> None:
    with pytest.raises(CourseError, match=r"There is no dask scheduler at tcp://127\.0\.0\.1:9"):
        grade_all(handed_in, scheduler="tcp://127.0.0.1:9")
