"""A whole cohort: grade every submission, and report on what came out. For instructors."""
