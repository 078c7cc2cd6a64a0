"""Have a remark of the grader's that no file can hold, and no terminal should."""

from hostile_notebooks import Notebook

from course.grading.submission import PROBLEM

EARNED = 6.5
SAYS = ""  # nobody but the grader says why a submission could not be read


def build(answered: Notebook) -> object:
    answered["metadata"][PROBLEM] = "half a character: \ud800, a title: \x1b]0;title\x07"
    return answered
