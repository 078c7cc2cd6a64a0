# Derived from chapters/02-tooling/probes/asked_for_cities.py by `course build`: change it there.
"""Run in the learner's process: whom names_in finds in a copy of the customer database, and what is left of it."""

from scripts.customers import names_in, open_copy


def ask(rows: list[list[str]], cities: list[str]) -> list[object]:
    """Fill a copy, ask for each city; return the names (or what was raised) in turn, then all rows, then an empty copy's."""
    copy = open_copy()
    copy.executemany("insert into customers values (?, ?)", rows)
    answers: list[object] = []
    for city in cities:
        try:
            names = names_in(connection=copy, city=city)
            answers.append(list(names) if isinstance(names, list | tuple) else repr(names))
        except Exception as error:
            answers.append(f"{type(error).__name__}: {error}")
    copy.row_factory = None
    answers.append([list(row) for row in copy.execute("select name, city from customers order by rowid")])
    return answers
