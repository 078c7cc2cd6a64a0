"""Verdicts: exercises, checks, the runner, and nbgrader's preprocessor."""
