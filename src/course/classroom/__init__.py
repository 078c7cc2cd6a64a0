"""The learner's copy: make it, update it, open it, grade it, take it home."""
