"""Grade every submission beside this file with otter-grader's own function for local grading; runs in its environment."""

import csv
from pathlib import Path

import otter.api  # type: ignore[import-not-found] # in an environment of its own

HERE = Path(__file__).parent
with (HERE / "scores.csv").open("w", newline="") as file:
    scores = csv.writer(file)
    for path in sorted((HERE / "submissions").glob("*.ipynb")):
        graded = otter.api.grade_submission(str(path), str(HERE / "autograder.zip"), quiet=True)
        scores.writerow([path.stem, graded.total])
        file.flush()
