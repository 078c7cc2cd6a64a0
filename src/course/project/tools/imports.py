"""Who imports whom, and whether that is allowed: grimp and import-linter, in this process.

Both find a package where Python would import it from, and read its text; none of its code runs. A notebook's process may
have another `app` imported already, so whoever calls this is a process of its own, with the project on its path: a fork
of the grader's tools, or `python imports.py PROJECT PACKAGE`.

No cache: its folder would land in the project, and it trusts modification times, which a quick rewrite can repeat.
"""

import json
import sys
from pathlib import Path
from typing import Any


def read_imports(package: str, *, others: bool) -> dict[str, Any]:
    """Return `modules`, and `edges` as [importer, imported, line, code]; with `others`, imports of other packages too.

    Raises what grimp raises for a file that does not parse.
    """
    import grimp

    graph = grimp.build_graph(package, include_external_packages=others, cache_dir=None)
    edges = [
        [importer, imported, detail["line_number"], detail["line_contents"]]
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        for detail in graph.get_import_details(importer=importer, imported=imported)
    ]
    return {"modules": sorted(graph.modules), "edges": edges}


def keeps_contracts(configuration: Path) -> bool:
    """Hold what is on the path to the import contracts of a TOML file, and print what import-linter says of it."""
    from importlinter import cli  # configures import-linter as its command does
    from importlinter.application import use_cases

    passed = cli is not None and use_cases.lint_imports(
        config_filename=str(configuration), cache_dir=None, no_logo=True
    )
    sys.stdout.flush()
    return bool(passed)


def main(project: str, package: str) -> None:
    """Print the imports inside a package as JSON, or which file is `unreadable` in which `line`."""
    from grimp.exceptions import SourceSyntaxError

    sys.path.insert(0, project)
    try:
        found = read_imports(package, others=False)
    except SourceSyntaxError as error:
        found = {"unreadable": error.filename, "line": error.lineno}
    print(json.dumps(found))  # noqa: T201 - this is what it is run for


if __name__ == "__main__":
    main(*sys.argv[1:])
