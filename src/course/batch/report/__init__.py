"""`course report`: how a cohort did, check by check and learner by learner, for instructors."""

from course.batch.report.write import write_report

__all__ = ["write_report"]
