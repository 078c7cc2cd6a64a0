"""`await course.naming_audit(api)`: every name of the live API, judged by the project's own test of names.

`course.naming` has what the audit is made of: the exercise's checks ask it the same questions.
"""

from . import naming
from .asking import naming_audit

__all__ = ["naming", "naming_audit"]
