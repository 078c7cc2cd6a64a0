"""How busy the shop gets: a factor for each day of thirty years, 1.0 is an average day."""

from datetime import date, timedelta
from math import cos, tau


def _factor(day: date) -> float:
    """The season's curve, smoothed over the half year around the day."""
    days = range(-90, 91)
    middle = day.timetuple().tm_yday
    return sum(1 + 0.3 * cos(tau * (middle + offset) / 365.25) for offset in days) / len(days)


FIRST = date(2010, 1, 1)
FACTORS = {day: _factor(day) for day in (FIRST + timedelta(n) for n in range(10_957))}
