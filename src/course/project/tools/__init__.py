"""One door to each tool that is taught and that checks run: ruff, mypy, import-linter, grimp, pytest.

Here a tool is started, and here what it says is read; everybody else gets findings. Settings of a project are code as
good as (mypy plugins, conftest.py), so a tool that reads a learner's always runs as a process of its own.
"""

from course.project.tools.checkpoint import ToolResult, mypy_standard, run_tools

__all__ = ["ToolResult", "mypy_standard", "run_tools"]
