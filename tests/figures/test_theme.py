"""Colours that are mixed lie between those that they are mixed of."""

import pytest

from citizen_security.figures import theme


@pytest.mark.parametrize(
    ("share", "mixed"), [(0, "#0072b2"), (1, "#ffffff"), (0.5, "#80b8d8")], ids=["none", "all", "half"]
)
def test_a_blend_goes_part_of_the_way_to_its_ground(share, mixed):
    assert theme.blend(theme.BLUE, "#ffffff", share) == mixed
