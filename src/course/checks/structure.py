"""Checks of structure, for check authors: the course's own import contracts, and sentences for what breaks them.

`project.contracts` (import-linter) judges; the functions here write contracts, and name the import to blame.
"""

import re
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack

from course.checks.planting import added
from course.grading.checking import CheckFailed, Import, ProjectFiles, fail

BROKEN = re.compile(r"^(.*) BROKEN$", re.MULTILINE)
ARROW = re.compile(r"\S+ -> \S+")


def modules_of(project: ProjectFiles) -> list[str]:
    """The modules of the app, by their dotted names."""
    paths = project.paths("app/**/*.py")
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in paths]


def package_of(module: str) -> str:
    """`app.users` of `app.users.service`."""
    return ".".join(module.split(".")[:2])


def path_of(module: str) -> str:
    """`app/users/service.py` of `app.users.service`."""
    return module.replace(".", "/") + ".py"


def where(found: Import) -> str:
    """The beginning of a sentence about an import."""
    return f"{path_of(found.importer)}, line {found.line}, imports {found.imported} (`{found.code}`)"


def inside(domain: str, modules: list[str]) -> list[str]:
    """What a domain keeps to itself."""
    private = [f"app.{domain}.{name}" for name in ("schemas", "repository", "models")]
    return [module for module in private if module in modules]


def within_reach(imports: Iterable[Import], package: str, closed: Collection[str]) -> set[str]:
    """The modules of a package, and what they import, directly or not, that lies in none of the `closed` packages."""
    reach = {found.importer for found in imports if package_of(found.importer) == package}
    while (
        more := {
            found.imported
            for found in imports
            if found.importer in reach
            and found.imported.startswith("app.")
            and package_of(found.imported) not in closed
        }
        - reach
    ):
        reach |= more
    return reach


def forbidden(name: str, sources: list[str], targets: list[str], *, indirect: bool = False) -> str:
    """A contract: these modules do not import those; empty when there is nothing to forbid."""
    if not sources or not targets:
        return ""
    allow = "" if indirect else "\nallow_indirect_imports = true"
    return f'name = "{name}"\ntype = "forbidden"\nsource_modules = {sources}\nforbidden_modules = {targets}{allow}'


def protected(domain: str, importers: list[str], modules: list[str]) -> str:
    """A contract: only these packages import the inside of a domain; empty when it has none."""
    private = inside(domain, modules)
    known = [name for name in importers if any(package_of(module) == name for module in modules)]
    body = f"protected_modules = {private}\nallowed_importers = {known}"
    return f'name = "{domain} through its service"\ntype = "protected"\n{body}' if private else ""


def keeps(
    project: ProjectFiles,
    judged: Iterable[Import],
    *contracts: str,
    crossed: Callable[[Import], str],
    arrows: Iterable[Import] = (),
) -> None:
    """Hold the project to contracts of the course's own, and name the import that breaks them.

    `judged` are the imports that may be to blame; `crossed` says what is wrong with one, or "". Among `arrows` a
    circle is looked for. Raises CheckFailed.
    """
    head = '[tool.importlinter]\nroot_package = "app"\ninclude_external_packages = true\n'
    said = project.contracts(
        head + "".join(f"[[tool.importlinter.contracts]]\n{one}\n" for one in contracts if one)
    )
    if said.passed:
        return
    for found in judged:
        if rule := crossed(found):
            raise CheckFailed(f"{where(found)}; {rule}", said.output)
    if way := circle(arrows):
        back = next(i for i in arrows if [package_of(i.importer), package_of(i.imported)] == way[:2])
        names = " → ".join(module.removeprefix("app.") for module in way)
        raise CheckFailed(
            f"{where(back)}: that closes the circle {names}. Put what needs both domains above both, or "
            "where the arrows point already.",
            said.output,
        )
    broken = " and ".join(BROKEN.findall(said.output)) or "a contract"
    raise CheckFailed(
        f"The imports break a rule of this task: {broken}. The details name the chain.", said.output
    )


def circle(imports: Iterable[Import]) -> list[str]:
    """The shortest way along the imports from a package of the app back to itself; empty when there is none."""
    arrows: dict[str, set[str]] = {}
    for found in imports:
        start, end = package_of(found.importer), package_of(found.imported)
        if start != end and start != "app" and end.startswith("app."):
            arrows.setdefault(start, set()).add(end)
    ways = [[start, end] for start in sorted(arrows, reverse=True) for end in sorted(arrows[start])]
    for way in ways:  # it grows while we walk it: breadth first
        if way[-1] == way[0]:
            return way
        ways += [[*way, end] for end in sorted(arrows.get(way[-1], ())) if end not in way[1:]]
    return []


def stops(project: ProjectFiles, *plants: tuple[str, str, str], new_file: str = "") -> None:
    """Fail unless the learner's own contracts object to each of these imports: importer, imported module, name."""
    with ExitStack() as stack:
        if new_file:
            stack.enter_context(added(project, new_file, ""))
        for importer, module, name in plants:
            stack.enter_context(added(project, path_of(importer), f"\nfrom {module} import {name}\n"))
        said = project.contracts(project.read("pyproject.toml"))
    named = set(ARROW.findall(said.output))
    for importer, module, name in plants:
        start, end = (
            package_of(importer)[3:],
            package_of(module)[3:],
        )  # a circle is told as `.users -> .orders`
        arrows = {f"{importer} -> {module}"} | (
            {f"{start} -> {end}", f"{end} -> {start}"} - {f"{start} -> {start}"}
        )
        if not arrows & named:
            fail(
                f"With `from {module} import {name}` added to {path_of(importer)}, none of your contracts objects; "
                "expected one to. Look in pyproject.toml: which contract should see this import, and why does it not?"
            )
