"""Who imports whom, and whether that is allowed: grimp and import-linter, in this process.

Both find a package where Python would import it from, and read its text; none of its code runs. Whoever calls this is a
process of its own, with the project on its path.
"""

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
