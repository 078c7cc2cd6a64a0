"""Exercise 24: the checks that learners see."""

from course.grading.checking import Probe, fail, task


@task("24.1", points=6)
async def test_a_parcel_has_a_price(probe: Probe) -> None:
    """Three kilos cost 750 cents."""
    came = await probe("from app.parcels import price; result = price(3)")
    if came != 750:
        fail(f"price(3) came back {came!r}; expected 750. Look at app/parcels.py.")
