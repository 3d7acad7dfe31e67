"""The unit of a rule follows from the column or the figure that is named."""

import math

import pytest

from citizen_security.claims.ledger.kinds import (
    INDEX,
    PEOPLE,
    POINTS,
    RATE,
    RATIO,
    SHARE,
    difference,
    kind_of_unit,
    over,
    scaled,
)
from citizen_security.claims.ledger.panel_units import UNITS


@pytest.mark.parametrize(
    ("unit", "fitting", "other"),
    [
        ("victims per 100,000 population", "homicides per 100,000", "%"),
        ("deaths under age one per 1,000 live births", "per 1,000 births", "per 100,000"),
        ("% of population", "% of people", "persons"),
        ("annual %", "%", "points"),
        ("% of population", "per 100", "per 100,000"),
        ("% of population", "percent of people", "percentage points"),
        ("persons", "people", "personnel"),
        ("Gini index, 0-100", "points", "%"),
        ("index 0-1", "index", "%"),
        ("persons", "inhabitants", "million persons"),
        ("victims", "homicides", "homicides per 100,000"),
        ("share", "share", "share in %"),
        ("judges", "judges", "seats"),
        ("constant 2021 international dollars, PPP", "constant 2021 international dollars a head", "US dollars"),
    ],
)
def test_a_unit_names_the_units_that_a_rule_may_have(unit, fitting, other):
    kind = kind_of_unit(unit)
    assert kind.fits(fitting)
    assert not kind.fits(other)
    assert kind.allowed.startswith("a unit that ")


def test_units_of_every_column_and_figure_name_a_kind_that_they_fit(tables):
    for unit in (*UNITS.values(), *tables["claim_facts"]["unit"]):
        kind = kind_of_unit(unit)
        assert kind.name
        assert kind.fits(unit) or unit.startswith("annual"), unit


def test_what_is_multiplied_is_told_so():
    assert scaled(RATIO, 100) == SHARE
    assert scaled(SHARE, 0.01) == RATIO
    assert scaled(PEOPLE, 1) is PEOPLE
    assert scaled(PEOPLE, 1e-6).fits("million persons")
    assert not scaled(PEOPLE, 1e-6).fits("persons")
    hundredfold = scaled(SHARE, 100)
    assert not hundredfold.fits("%")
    assert hundredfold.fits("100 times %")
    assert scaled(SHARE, 3).reach == (0, 300)


def test_a_ratio_of_one_kind_is_a_ratio_and_never_below_zero():
    assert over(RATE, RATE) == RATIO
    assert over(RATE, RATE).reach == (0, math.inf)
    assert over(kind_of_unit("annual %"), kind_of_unit("annual %")).reach == (-math.inf, math.inf)
    assert over(kind_of_unit("victims"), PEOPLE).fits("homicides per person")
    assert not over(kind_of_unit("victims"), PEOPLE).fits("times")


@pytest.mark.parametrize(("column", "unit"), UNITS.items())
def test_a_change_of_any_column_has_its_unit_or_points(column, unit):
    """As the page of the ways of measuring says: "that of the column, or points where that is a share or an index"."""
    kind = kind_of_unit(unit)
    in_points = unit.startswith(("%", "annual %")) or "index" in unit.casefold()
    assert difference(kind).fits("points" if in_points else unit), column
    assert difference(kind).reach[0] == -difference(kind).reach[1] < 0


@pytest.mark.parametrize(
    ("unit", "reach"),
    [
        ("Gini index, 0-100", (0, 100)),
        ("Gini index of income or consumption, 0-100, survey years", (0, 100)),
        ("Gini index, 0-1", (0, 1)),
        ("index 0-1", (0, 1)),
        ("index of perceptions", INDEX.reach),
    ],
)
def test_an_index_reaches_as_far_as_its_unit_says(unit, reach):
    assert kind_of_unit(unit) == INDEX
    assert kind_of_unit(unit).reach == reach


@pytest.mark.parametrize(("column", "unit"), UNITS.items())
def test_every_figure_of_a_column_lies_within_the_reach_of_its_kind(tables, column, unit):
    figures = tables["country_year"][column].dropna().astype(float)
    least, most = kind_of_unit(unit).reach
    assert len(figures)
    assert figures.between(least, most).all()


def test_differences_of_shares_and_indices_are_points():
    assert difference(SHARE) == POINTS
    assert difference(SHARE).reach == (-100, 100)
    assert difference(INDEX) == POINTS
    assert difference(RATE) == RATE
    assert difference(RATE).reach == (-math.inf, math.inf)
