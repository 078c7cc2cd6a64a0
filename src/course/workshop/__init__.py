"""A room full of learners on one machine: JupyterHub, set up for this course, and the pace of a day."""

from pathlib import Path


def config_file() -> Path:
    """Return JupyterHub's configuration, in the clone that this code is part of."""
    return Path(__file__).parents[3] / "workshop" / "jupyterhub_config.py"
