"""Exercise 5, the checks that are never released: the promises of checks.py, put to other tests."""

import random
import re

from checks import (
    COUNTED,
    FRESH,
    PRICES,
    SERVICE,
    VAT,
    WORDS,
    asking,
    in_words,
    judge_tax,
    new_user,
    placed,
    receipt,
)

from course.grading.checking import Api, Probe, ProjectFiles, fail, task

MOST_STEPS_A_QUESTION = 5_000

CONTRACTS = """
[tool.importlinter]
root_package = "app"

[[tool.importlinter.contracts]]
name = "main on top, core below every domain"
type = "layers"
layers = ["app.main", "app.reports : app.summaries", "app.auth : app.orders", "app.users", "app.core"]

[[tool.importlinter.contracts]]
name = "users through its service"
type = "forbidden"
source_modules = ["app.auth", "app.orders", "app.reports", "app.summaries"]
forbidden_modules = ["app.users.schemas", "app.users.repository", "app.users.models"]
allow_indirect_imports = true
"""


@task("5.1", points=0.5)
async def test_the_first_question_is_cheap(probe: Probe, rng: random.Random) -> None:
    """The first question is as cheap as any other."""
    cents = rng.randrange(100, 400_000)
    steps = await probe(f"""{FRESH}{COUNTED}
from app.orders.words import get_words

with Counted({MOST_STEPS_A_QUESTION}) as counted:
    get_words({cents})
result = counted.steps
""")
    if not 0 < steps <= MOST_STEPS_A_QUESTION:
        fail(
            f"The first get_words({cents}) ran more than {MOST_STEPS_A_QUESTION:,} instructions; expected the work for one "
            f"amount. Do not build a table of all amounts, not even late: look at {WORDS}."
        )


@task("5.2", points=0.5)
def test_the_layers_hold(project: ProjectFiles) -> None:
    """The lesson's layers hold, whatever pyproject.toml says by now."""
    said = project.contracts(CONTRACTS)
    if not said.passed:
        arrow = re.search(r"app\.\S+ -> app\.\S+", said.output)
        seen = arrow[0] if arrow else "the details name the imports"
        fail(
            f"The lesson's contracts do not hold: {seen}. Expected users below orders, core below every domain, and users "
            "asked through their service, without exceptions."
        )


@task("5.3", points=0.5)
async def test_other_customers_do_not_count(api: Api, rng: random.Random) -> None:
    """Orders of one customer make nobody else's cheaper."""
    first, second = await new_user(api, rng), await new_user(api, rng)
    for number in range(1, 8):
        for user in rng.sample([first, second], 2):
            product, quantity = rng.choice([1, 2, 3]), 2 * rng.randrange(1, 15)  # no half cents
            full = PRICES[product] * quantity
            wanted = full if number <= 5 else full - full * 5 // 100
            await placed(
                api, user, quantity, wanted, f"order number {number} of one of two customers", product
            )


@task("5.3", points=0.5)
async def test_receipts_of_all_sizes(api: Api, rng: random.Random) -> None:
    """A receipt has the order's total, in words too, above 5,000 euros as well."""
    for quantity in (1, rng.randrange(100, 900)):
        user = await new_user(api, rng)
        order = await placed(api, user, quantity, 5900 * quantity, "the first order of a customer", 3)
        found = await receipt(api, order)
        for field, wanted in (("total_cents", 5900 * quantity), ("in_words", in_words(5900 * quantity))):
            if found.get(field) != wanted:
                fail(
                    f"The receipt of {quantity} backpacks came back with {field}={found.get(field)!r}; expected {wanted!r}. "
                    f"Look at get_receipt in {SERVICE}."
                )


@task("5.4", points=0.5)
async def test_one_connection_for_many_receipts(probe: Probe, rng: random.Random) -> None:
    """Twenty questions need one connection, and other countries have their own rates."""
    totals = [rng.randrange(100, 90_000) for _ in range(20)]
    found = await probe(asking(totals, threads=4, country="DE"))
    for total, tax in [*found["main"], *found["others"]]:
        judge_tax(total, tax, "for DE", percent=19)
    if found["one_thread"] != 1 or found["all_threads"] > 5:
        fail(
            f"Twenty questions in one thread made {found['one_thread']} connections, and {found['all_threads']} after twenty more "
            f"in each of four threads; expected one, or one a thread. Remember the connection in {VAT}."
        )
    if found["rates"] != 3:
        fail(
            f"After twenty questions the table of rates has {found['rates']} rows; expected 3, as at the first. Fill it when you "
            f"connect, and not when you ask: look at {VAT}."
        )
