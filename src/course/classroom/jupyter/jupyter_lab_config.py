"""JupyterLab's own settings, wherever `course start` opens it: the style sheet of the course's pictures."""

from pathlib import Path

import course

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets runs this file with it
c.LabApp.extra_labextensions_path = [str(Path(course.__file__).parent / "pictures" / "lab")]
