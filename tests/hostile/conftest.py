"""Hostile submissions run inside the sandbox only: where it has nothing but limits, none of them is started."""

import os
import tempfile
from collections.abc import Iterator

import pytest
from hostile_world import World, layers_here, make_world

from course.grading import runner


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A world to attack, and a warm parent that knows no other."""
    if "namespaces" not in layers_here():
        pytest.skip(f"hostile submissions need namespaces; here: {layers_here()}")
    with make_world() as made, pytest.MonkeyPatch.context() as patch:
        runner._warm_parent().stop()
        patch.setenv("COURSE_CONTENT", str(made.root))
        patch.setenv("HOME", str(made.home))
        patch.setenv("TMPDIR", str(made.temporary))
        patch.setenv("HOSTILE_TOKEN", made.token)
        patch.setattr(tempfile, "tempdir", None)
        # In a fresh environment it would write to the world's temporary folder, where only runs have theirs.
        patch.setattr(runner, "read_libraries_meanwhile", lambda: None)
        assert os.environ["TMPDIR"] == str(made.temporary)
        yield made
        runner._warm_parent().stop()
