"""Ways for arrows."""

from course.pictures.routing import Box, Router


def test_a_walled_in_box_gets_a_straight_line() -> None:
    walls = [Box(0, 0, 30, 200), Box(70, 0, 30, 200), Box(0, 0, 100, 30), Box(0, 170, 100, 30)]
    router = Router([Box(45, 95, 10, 10), Box(145, 95, 10, 10), *walls], (), ())
    assert router.way(0, 1) == [(55, 100), (145, 100)]
