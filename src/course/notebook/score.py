"""What a check cell comes to: points, as nbgrader reads them."""

from typing import Self

from course.pictures.theme import number, points


class Score(float):
    """Points of one task. Its text is the bare number, which nbgrader takes as partial credit."""

    maximum: float

    def __new__(cls, earned: float, maximum: float) -> Self:
        score = super().__new__(cls, earned)
        score.maximum = maximum
        return score

    def _repr_html_(self) -> str:
        return f"{number(self)} of {points(self.maximum)}"
