"""What every test gets: its own environment, and no notebooks of fixture courses (nbval validates the real lessons)."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

collect_ignore_glob = ["**/*.ipynb"]


@pytest.fixture(autouse=True)
def environment_of_its_own() -> Iterator[None]:
    """Undo what a test, or the code it calls, changes in the environment and the working directory."""
    here = Path.cwd()
    with patch.dict(os.environ):
        yield
    os.chdir(here)
