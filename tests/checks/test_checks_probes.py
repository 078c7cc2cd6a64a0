"""Probes as files: called by name, in the learner's process, and only there."""

from pathlib import Path

import pytest
from checks_course import SmallExercise

from course.grading.probes import probes_named, read_probe
from course.grading.release import release, solution_notebook

CHECKS = """
@task("1.2", points=1)
async def test_total(probe: Probe, rng: random.Random) -> None:
    \"\"\"The total is the sum.\"\"\"
    prices = [rng.randrange(100) for _ in range(3)]
    came = await probe("totals", prices=prices)
    if came != {"total": sum(prices)}:
        wrong("`total`", f"answered {came}", expected=f"{sum(prices)}", look_at="app/orders/totals.py")
"""
PROBE = """
from app.orders.totals import total
from probes.helper import named


async def call_total(prices: list[int]) -> dict[str, int]:
    return named(total(prices))


def _private() -> None: ...
"""
HELPER = "def named(total: int) -> dict[str, int]:\n    return {'total': total}\n"


@pytest.fixture
def with_probes(small: SmallExercise) -> SmallExercise:
    small.write({"checks.py": CHECKS, "probes/totals.py": PROBE, "probes/helper.py": HELPER})
    return small


def test_a_probe_calls_the_learners_code(with_probes: SmallExercise) -> None:
    assert with_probes.results({})["test_total"].outcome == "PASS"


def test_what_it_answers_is_judged_outside(with_probes: SmallExercise) -> None:
    result = with_probes.results({"app/orders/totals.py": "def total(prices):\n    return 0\n"})["test_total"]
    assert result.outcome == "FAIL"
    assert result.came == "answered {'total': 0}"


def test_a_crash_names_the_learners_line(with_probes: SmallExercise) -> None:
    result = with_probes.results({"app/orders/totals.py": "def total(prices):\n    return prices['x']\n"})
    assert result["test_total"].outcome == "ERROR"
    assert "in app/orders/totals.py, line 2, `return prices['x']`" in result["test_total"].message


@pytest.mark.parametrize(
    ("probe", "says"),
    [
        ("def one() -> int:\n    return 1\n\n\ndef two() -> int:\n    return 2\n", "2 public functions"),
        ("import nothing_of_this_name\n", "No module named"),
    ],
)
def test_a_probe_that_is_none_says_so(small: SmallExercise, probe: str, says: str) -> None:
    small.write({"checks.py": CHECKS, "probes/totals.py": probe})
    result = small.results({})["test_total"]
    assert (result.outcome, says in result.message) == ("FAIL", True)


def test_a_probe_that_is_not_there_is_the_authors_mistake(small: SmallExercise) -> None:
    small.write({"checks.py": CHECKS})
    result = small.results({})["test_total"]
    assert result.outcome == "ERROR"
    assert "there is no probes/totals.py" in result.message


def test_the_learners_side_has_no_other_probe(with_probes: SmallExercise) -> None:
    """Neither the file nor the module of a held-out probe can be had where submissions run."""
    with_probes.write({"probes/secret.py": "def secret() -> int:\n    return 42\n"})
    spy = f"""
        from pathlib import Path

        def total(prices):
            try:
                from probes import secret
                return -1
            except ImportError:
                pass
            try:
                return len(Path({str(with_probes.folder / "probes" / "secret.py")!r}).read_text())
            except OSError:
                return sum(prices)
    """
    assert with_probes.results({"app/orders/totals.py": spy})["test_total"].outcome == "PASS"


def test_read_probe_takes_its_imports_along(tmp_path: Path) -> None:
    for name, text in {"a": "import probes.b\n", "b": "from probes import c\n", "c": "", "d": ""}.items():
        (tmp_path / f"{name}.py").write_text(text)
    assert sorted(read_probe("a", [tmp_path])) == ["a", "b", "c"]
    assert sorted(probes_named('probe("b")', tmp_path)) == ["b", "c"]
    assert probes_named("nothing", tmp_path) == {}
    with pytest.raises(FileNotFoundError):
        read_probe("z", [tmp_path])


def test_only_what_visible_checks_name_is_released(with_probes: SmallExercise) -> None:
    from course.catalog import catalog, content

    with_probes.write({"probes/secret.py": "def secret() -> int:\n    return 42\n"})
    chapter, where = catalog().chapter(1), content()
    released = release(chapter, solution_notebook(chapter, where), where)
    names = {
        path.relative_to(where.exercise(chapter)).as_posix() for path in released if "exercises" in path.parts
    }
    assert {"probes/totals.py", "probes/helper.py"} <= names
    assert not any("secret" in path.name for path in released)
