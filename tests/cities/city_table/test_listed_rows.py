"""The rows examined: what they add up to."""

import pytest

from citizen_security.cities.city_table.listed_rows import shares
from citizen_security.tables import catalog


def test_shares_add_up_and_the_region_has_43(rows):
    countries = catalog.load("countries")
    for by in ("name", "subregion"):
        table = shares(rows, countries, by)
        assert table[["share_of_cities", "share_of_homicides"]].sum().tolist() == pytest.approx([1, 1])
    assert table.set_index("subregion").loc["elsewhere", "cities"] == 50 - 43
