"""Panels: which places and years they hold, and their rates by hand."""

import numpy as np
import pytest

from citizen_security.programmes.what_chance_shows.panels import places_of
from citizen_security.tables import catalog

CITIES, QUARTERS = catalog.load("city_year"), catalog.load("mexico_municipality_quarter")


def test_quarters_are_added_up_and_half_a_homicide_is_added():
    places = places_of("mexican_municipalities", CITIES, QUARTERS)
    rows = QUARTERS[(QUARTERS["city"] == places.names[3]) & (QUARTERS["year"] == places.years[5])]
    expected = np.log((rows["homicides"].sum() + 0.5) / rows["population"].mean() * 100_000)
    assert len(rows) == 4
    assert places.rates[3, 5] == pytest.approx(expected)
    assert places.noise[3, 5] == pytest.approx(1 / (rows["homicides"].sum() + 0.5))


@pytest.mark.parametrize(("panel", "iso3"), [("brazilian_cities", "BRA"), ("colombian_cities", "COL")])
def test_cities_have_every_year_of_the_longest_run(panel, iso3):
    places = places_of(panel, CITIES, QUARTERS)
    assert (np.diff(places.years) == 1).all()
    rows = CITIES[(CITIES["iso3"] == iso3) & CITIES["year"].isin(places.years)]
    whole = rows.dropna(subset=["homicides", "population"]).groupby("city_code")["year"].nunique() == len(places.years)
    assert len(places.names) == whole.sum()
    # Brazil has no 2020: the run ends before it.
    assert (2020 in places.years) is (iso3 == "COL")
