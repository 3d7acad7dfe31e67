"""Simulated cities of streets, for each kind of risk."""

import math

import pandas as pd
import pytest

from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.cities.concentration.streets import (
    add_concentration_of_risk,
    counts_behind_the_streets,
    implied_shape,
    simulate_cities_of_streets,
    street_curves,
    street_risks,
)

SMALL = Concentration(streets=2_000, street_homicides=200, streets_with_homicide=150, simulated_cities=5)


def test_the_risks_are_equal_risk_those_asked_for_and_the_one_that_fits():
    risks = street_risks(SMALL)
    assert list(risks.values()) == [math.inf, 1.0, 0.1, implied_shape(SMALL)]
    assert list(risks)[-1].endswith("fits the published count")


def test_where_chance_leaves_no_more_streets_nothing_has_to_fit():
    # 200 homicides on 2,000 streets occupy some 190 at equal risk: 195 need no inequality.
    chance = SMALL.model_copy(update={"streets_with_homicide": 195})
    assert implied_shape(chance) == math.inf
    assert len(street_risks(chance)) == 3


def test_the_fitted_risk_leaves_about_the_published_number_of_streets():
    means = simulate_cities_of_streets(SMALL, street_risks(SMALL))
    # Five cities: the share of streets deviates by about 0.002 each.
    assert means["with_homicide"].iloc[-1] == pytest.approx(150 / 2_000, abs=0.005)


def test_unequal_risk_is_concentrated_by_the_exact_amount_beside_the_simulated_one():
    shapes = street_risks(SMALL)
    table = add_concentration_of_risk(simulate_cities_of_streets(SMALL, shapes), shapes, 0.5)
    assert table["gini_of_risk"].iloc[0] == 0
    assert table["gini_of_risk"].iloc[1] == pytest.approx(0.5)  # of an exponential distribution
    assert table["streets_with_share_of_risk"].iloc[0] == 0.5


def test_every_curve_ends_with_all_homicides_on_all_streets():
    ends = street_curves(SMALL, street_risks(SMALL)).groupby("risk")["homicides"].last()
    assert (ends == 1).all()


def test_the_count_of_streets_is_of_three_years_and_three_quarters(tables):
    table = counts_behind_the_streets(tables["city_year"])
    assert table["city"].unique().tolist() == ["Bogotá, D.C."]
    assert table["year"].tolist() == [2012, 2013, 2014, 2015]
    assert table["months_used"].tolist() == [12, 12, 12, 9]
    whole = tables["city_year"].query("city_code == '11001' and 2012 <= year <= 2015")
    pd.testing.assert_frame_equal(
        table, whole[["city", "year", "homicides"]].assign(months_used=[12, 12, 12, 9]), check_exact=True
    )
