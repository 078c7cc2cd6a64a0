"""Exercise 24: the same promise, other parcels."""

import random

from course.grading.checking import Probe, fail, task


@task("24.1", points=4)
async def test_a_light_parcel_costs_a_kilo(probe: Probe, rng: random.Random) -> None:
    """No parcel is free."""
    kilos = -rng.randrange(3)
    came = await probe(f"from app.parcels import price; result = price({kilos})")
    if came != 250:
        fail(f"price({kilos}) came back {came!r}; expected 250. Look at app/parcels.py.")
