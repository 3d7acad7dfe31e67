"""What is refused before a fit, all at once, with a remedy."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.prevention_costa_rica.checks import check
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ParameterError) as refusal:
        PreventionCostaRica.from_values(
            {"left_out": ["CRI"], "first_year": 2009, "line_from": 2008, "after_until": 2014, "curve_starts": [2016]}
        )
    told = str(refusal.value)
    assert "CRI, the country that is evaluated" in told
    assert "start has 2011, with fewer than 5 years from first_year = 2009" in told
    assert "line_from = 2008 leaves fewer than 5 years" in told
    assert "after_until = 2014 does not lie between last_year = 2014" in told
    assert "curve_starts has 2016, after last_year = 2014. Give an earlier start" in told


@pytest.mark.parametrize("year", [1985, 2022, 2030])
def test_a_start_outside_the_series_is_refused(year):
    with pytest.raises(ParameterError, match="start"):
        PreventionCostaRica.from_values({"start": year, "last_year": 2023})


def test_a_strategy_that_ends_before_it_begins_is_refused():
    with pytest.raises(ParameterError, match="start has 2011, after last_year = 2010"):
        PreventionCostaRica.from_values({"last_year": 2010})


def test_unknown_countries_and_too_few_donors_are_refused_with_a_remedy():
    with pytest.raises(ParameterError, match="left_out has XXX, no country of the table"):
        check(PreventionCostaRica(left_out=["XXX"], effort="quick"))
    with pytest.raises(ParameterError) as refusal:
        check(PreventionCostaRica(low_below=6.5, effort="quick"))
    assert "low-homicide countries of the region, 2001 to 2014, start 2011: " in str(refusal.value)
    assert "Raise low_below" in str(refusal.value)


def test_the_curve_begins_with_the_start_of_the_run():
    assert PreventionCostaRica(start=2012, effort="quick").starts_at_effort == [2012, 2011]
    assert PreventionCostaRica().starts_at_effort == [2011, 2010, 2012]


def test_what_is_small_is_one_less_the_level_without_rounding():
    assert PreventionCostaRica(confidence_level=0.9).significance == 0.1
