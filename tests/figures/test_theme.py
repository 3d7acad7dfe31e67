"""Colours that are mixed lie between those that they are mixed of."""

import pytest

from citizen_security.figures import theme


@pytest.mark.parametrize(
    ("share", "mixed"), [(0, "#0072b2"), (1, "#ffffff"), (0.5, "#80b8d8")], ids=["none", "all", "half"]
)
def test_a_blend_goes_part_of_the_way_to_its_ground(share, mixed):
    assert theme.blend(theme.BLUE, "#ffffff", share) == mixed


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # Published pairs: black on white, and the grey that just reaches 4.5 on white.
    [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54), ("#0072b2", "#0072b2", 1.0)],
)
def test_contrast_is_that_of_the_guidelines(one, other, ratio):
    assert theme.contrast(one, other) == pytest.approx(ratio, abs=0.01) == theme.contrast(other, one)


@pytest.mark.parametrize("fill", [*theme.CATEGORIES, *theme.ORDERED, theme.blend(theme.ORANGE, share=0.45)])
def test_letters_on_a_fill_can_be_read_and_keep_their_colour(fill):
    letters = theme.on(fill)
    assert letters not in (theme.INK, theme.LIGHT["background"], theme.LIGHT["grid"])
    assert theme.contrast(letters, fill) >= 4.5


@pytest.mark.parametrize("fill", [theme.LIGHT["background"], theme.LIGHT["grid"], "#FFFFFF"])
def test_letters_on_the_ground_follow_the_page(fill):
    assert theme.on(fill) == theme.INK
