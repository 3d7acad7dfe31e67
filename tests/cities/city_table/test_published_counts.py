"""Every printed row is matched with the published figures of its city, and with no other's."""

import pandas as pd
import pytest

from citizen_security.cities.city_table.listed_rows import PANEL_COUNTRIES
from citizen_security.cities.city_table.published_counts import match_cities


def test_every_row_of_brazil_colombia_and_mexico_finds_its_city_and_no_other_row_does(matched):
    near = matched["iso3"].isin(PANEL_COUNTRIES)
    assert near.sum() == 33
    assert matched.loc[near, "published_rate"].notna().all()
    assert matched.loc[~near, ["city_code", "published_rate", "label_rate"]].isna().all(axis=None)
    assert matched["city_code"].dropna().is_unique


def test_published_figures_are_those_of_the_rows_own_year(matched, panel):
    row = matched.set_index("city").loc["Aparecida de Goainia"]
    register = panel[(panel["city"] == "Aparecida de Goiânia") & (panel["year"] == 2015)].iloc[0]
    assert (row["published_homicides"], row["published_population"]) == (register["homicides"], register["population"])
    assert row["label_rate"] == pytest.approx(326 / 541_133 * 1e5)  # the count of 2016


def test_a_name_that_two_cities_share_is_matched_with_neither(panel):
    rows = pd.DataFrame({"iso3": ["MEX", "MEX"], "city": ["La Paz", "Tijuana"], "year": [2016, 2016]})
    assert match_cities(rows, panel, 2016)["city_code"].isna().tolist() == [True, False]
