"""JupyterLab's settings: what `course start` sets are settings that the installed JupyterLab has."""

import json
import sys
from pathlib import Path

import pytest

from course.classroom.launch import JUPYTER

OVERRIDES = json.loads((JUPYTER / "labconfig/default_setting_overrides.json").read_text())
SCHEMAS = Path(sys.prefix) / "share/jupyter/lab/schemas"


@pytest.mark.parametrize("plugin", OVERRIDES)
def test_jupyterlab_knows_each_setting(plugin: str) -> None:
    package, _, name = plugin.partition(":")
    schema = json.loads((SCHEMAS / package / f"{name}.json").read_text())
    assert OVERRIDES[plugin].keys() <= schema["properties"].keys()


def test_a_notebook_is_saved_soon_after_it_was_changed() -> None:
    """`course.check` compares with the saved notebook: two minutes, JupyterLab's own, are a long "not saved yet"."""
    assert OVERRIDES["@jupyterlab/docmanager-extension:plugin"]["autosaveInterval"] <= 10
