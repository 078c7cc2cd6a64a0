"""Exercise 24: the same promises, other parcels."""

import random

from course.checks import Probe, fail, task


@task("24.1", points=4, promise="the light ones cost one kilo")
async def test_a_light_parcel_costs_a_kilo(probe: Probe, rng: random.Random) -> None:
    """No parcel is free."""
    kilos = -rng.randrange(1, 4)
    if (came := await probe("price_of", kilos=kilos)) != 250:
        fail(f"price({kilos}) came back {came!r}; expected 250. Look at app/postage.py.")
