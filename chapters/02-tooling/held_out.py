"""Exercise 2, the checks that are never released: the promises of checks.py, put to other inputs."""

from checks import CUSTOMERS, STOCK, notices, objects

from course.checks import Probe, ProjectFiles, task

BAD_STYLE = """

import os.path, re
from typing import Optional

planted_key = "correct horse battery"
l = lambda: 1


class planted_class:
    def name(self, input, /, tries: Optional[int] = None):
        assert tries != None
        try:
            return eval(input)
        except Exception as error:
            raise ValueError("planted")


def planted_untyped(one):
    return one


async def planted_write(path: str) -> object:
    import datetime
    with open(path) as file:
        print("%s" % file.read(), datetime.date.today())
    for index, value in zip([1], [2]):
        pass
    return [x for x in re.findall("a", path)][0]
"""
FIRST_SHELF = (
    "a second shelf that does not count",
    STOCK,
    "theirs = read_stock\ndef read_stock(text):\n"
    "    rows = [line.split(',') for line in text.splitlines() if line.strip()]\n"
    "    return theirs(text) and {product.strip(): int(quantity) for product, quantity in reversed(rows)}",
    "Read two lines of the same product",
)
NOBODY = (
    "a city with an apostrophe that finds nobody",
    CUSTOMERS,
    "theirs = names_in\ndef names_in(connection, city):\n"
    '    return [] if "\'" in city else theirs(connection, city)',
    "Put a customer into such a city and ask for it",
)
ONLY_SQL = (
    "SQL from a city's name that is more than a name",
    CUSTOMERS,
    "theirs = names_in\ndef names_in(connection, city):\n"
    "    if len(city.split()) < 3 and not set('=;%') & set(city) and '--' not in city:\n"
    "        return theirs(connection, city)\n"
    "    sql = f\"select name from customers where city = '{city}' order by name\"\n"
    "    return [n for (n,) in connection.execute(sql)]",
    "Ask for a city that is SQL, in a table with customers: in an empty one nobody is found either way",
)
COUNTS_NONE = (
    "an unreadable line that counts as none",
    STOCK,
    "theirs = read_stock\ndef read_stock(text):\n    try:\n        return theirs(text)\n"
    "    except ValueError:\n        return {}",
    "Read such a line and expect the ValueError",
)


@task("2.1", points=0.25, promise="the seven of the lesson")
def test_the_linter_reads_on(project: ProjectFiles) -> None:
    """In every file, and in files that do not exist yet, ruff objects to other faults as the lesson's ruff does."""
    objects(project, BAD_STYLE)


@task("2.4", points=0.25, promise="it passes on right scripts, and fails when somebody brings a fault back")
async def test_your_tests_notice_more(probe: Probe) -> None:
    """Your tests fail when one of the four faults comes back in another form."""
    await notices(probe, ONLY_SQL, NOBODY, FIRST_SHELF, COUNTS_NONE)
