"""The list by published counts: who is missing, who drops out."""

import numpy as np

from citizen_security.cities.city_table.anomalies import ANOMALIES, find_anomalies
from citizen_security.cities.city_table.listed_rows import listed_rows, panel_countries
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_table.published_counts import eligible_cities, match_cities
from citizen_security.cities.city_table.rebuilt_list import rebuild_list, unlisted_cities
from citizen_security.tables import catalog


def parameters(**values):
    return CityTable.from_values(values)


def test_missing_cities_reach_the_cut_off_and_are_not_listed(eligible, matched):
    missing = unlisted_cities(eligible, matched, parameters())
    assert (missing["rate"] >= 42.4).all()
    assert not set(missing["label"]) & set(matched["label"])
    assert {"Salvador (BRA)", "Rio Branco (BRA)", "La Paz (MEX)"} <= set(missing["label"][missing["surely_above"]])
    assert "São Luís (BRA)" not in set(missing["label"])  # listed under the name of its metropolitan area


def test_the_rebuilt_list_is_as_long_as_the_printed_one_and_loses_as_many_as_it_gains(eligible, matched):
    rebuilt = rebuild_list(eligible, matched, parameters())
    assert rebuilt["place"].notna().sum() == rebuilt["printed_place"].notna().sum() == 50
    assert rebuilt["place"].isna().sum() == rebuilt["printed_place"].isna().sum() == 9
    kept = rebuilt.dropna(subset="place")
    assert kept["rate"].is_monotonic_decreasing


def test_a_list_of_one_country_is_rebuilt_from_its_own_panel_alone(panel):
    chosen = parameters(countries=["BRA"])
    rows = listed_rows(catalog.load("city_table"), chosen)
    own = match_cities(rows, panel, 2016)
    eligible = eligible_cities(panel, panel_countries(rows), 250_000)
    rebuilt = rebuild_list(eligible, own, chosen)
    highest = eligible[eligible["year"] == 2016]["rate"].nlargest(25)
    np.testing.assert_allclose(rebuilt["rate"].head(25), highest)
    assert set(find_anomalies(own, panel, chosen)["anomaly"]) <= set(ANOMALIES)
