"""Before and after from the series: windows off by a month, or the wrong counts, would be a made-up press release."""

import pytest

from citizen_security.evidence.claimed_and_evaluated.programme_series import ecuador, morelia, plateros
from citizen_security.tables import catalog

TABLES = ("mexico_city_sector_month", "morelia_year", "ecuador_province_month", "rio_pacification_month")


@pytest.fixture(scope="module")
def tables():
    return {name: catalog.load(name) for name in TABLES}


def test_the_sums_are_those_of_the_tables(tables):
    sector = plateros(tables["mexico_city_sector_month"])
    assert (sector.counts, sector.other_counts) == ((56, 27), (1203, 714))
    assert "highest" in sector.note
    deaths, files = morelia(tables["morelia_year"])
    assert (deaths.counts, files.counts) == ((150, 123), (152, 74))
    country = ecuador(tables["ecuador_province_month"], 12)
    total = tables["ecuador_province_month"]
    assert country.counts[1] == total.loc[total["year"] == 2024, "homicides"].sum()


def test_the_window_of_ecuador_ends_with_the_table(tables):
    frame = tables["ecuador_province_month"]
    short = frame[(frame["year"] < 2024) | (frame["month"] <= 4)]
    assert ecuador(short, 12).windows == "4 months"
