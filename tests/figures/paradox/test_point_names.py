"""Names beside points are read, so no two stand on each other."""

from itertools import pairwise

import matplotlib.pyplot as plt
import pytest

from citizen_security.figures.paradox.point_names import LINE, name_points


@pytest.fixture
def axis():
    figure, axis = plt.subplots()
    axis.set(xlim=(0, 10), ylim=(0, 10))
    yield axis
    plt.close(figure)


def test_names_of_points_that_lie_close_stand_a_line_apart(axis):
    name_points(axis, [(2.0, 5.0), (2.0, 5.05), (2.1, 5.1)], ["Colombia 1999", "Colombia 2000", "Colombia 2001"])
    scale = 72 / axis.figure.dpi
    heights = sorted(axis.transData.transform(text.xy)[1] * scale + text.get_position()[1] for text in axis.texts)
    assert all(above - below >= LINE for below, above in pairwise(heights))


def test_names_of_points_far_apart_stand_right_beside_them_and_point_inwards(axis):
    name_points(axis, [(1.0, 2.0), (9.0, 8.0)], ["Chile 1990", "Peru 1991"])
    beside = {text.get_text(): (text.get_position(), text.get_ha()) for text in axis.texts}
    assert beside == {"Chile 1990": ((5.0, 4.0), "left"), "Peru 1991": ((-5.0, 4.0), "right")}


def test_where_no_height_is_free_a_name_still_stands(axis):
    name_points(axis, [(2.0, 5.0)] * 9, ["Chile 1990"] * 9)
    assert len(axis.texts) == 9
