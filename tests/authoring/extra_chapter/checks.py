"""Exercise 24: the checks that learners see."""

from course.checks import Probe, fail, task


@task("24.1", points=5, promise="three kilos cost 750 cents")
async def test_a_parcel_has_a_price(probe: Probe) -> None:
    """Three kilos cost 750 cents."""
    if (came := await probe("price_of", kilos=3)) != 750:
        fail(f"price(3) came back {came!r}; expected 750. Look at app/postage.py.")


@task("24.1", points=1, promise="no parcel is free")
async def test_no_parcel_is_free(probe: Probe) -> None:
    """A parcel of nothing costs a kilo."""
    if (came := await probe("price_of", kilos=0)) != 250:
        fail(f"price(0) came back {came!r}; expected 250. Look at app/postage.py.")
