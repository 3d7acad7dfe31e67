"""What is refused before a draw is made."""

import pytest
from pydantic import ValidationError

from citizen_security.parameters import ParameterError
from citizen_security.programmes.what_chance_shows.checks import check
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows


def test_too_few_placebos_for_the_significance_are_refused_with_the_number_that_does():
    with pytest.raises(ParameterError, match="at least 20 other_places"):
        WhatChanceShows.from_cell({"other_places": 10})


def test_at_least_one_design_is_left():
    names = WhatChanceShows().designs
    with pytest.raises((ParameterError, ValidationError), match="left_out"):
        WhatChanceShows.from_cell({"left_out": names})
    assert WhatChanceShows(left_out=names[1:]).designs == names[:1]


def test_years_and_places_that_a_panel_has_not_are_refused_together():
    with pytest.raises(ParameterError) as refusal:
        check(
            WhatChanceShows(
                panels=["colombian_cities", "brazilian_cities"], years_before=[18], years_after=8, other_places=40
            )
        )
    text = str(refusal.value)
    assert "colombian_cities has 22 in a row" in text
    assert "brazilian_cities has 20 in a row" in text
    assert "colombian_cities has 32 places" in text


def test_quick_effort_draws_less():
    assert WhatChanceShows(effort="quick").draws_at_effort == 40
    assert WhatChanceShows(effort="quick", draws=20).draws_at_effort == 20
    assert WhatChanceShows(draws=300).draws_at_effort == 300
