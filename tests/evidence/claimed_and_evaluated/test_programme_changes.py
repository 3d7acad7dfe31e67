"""Changes of every programme: a relative change without other places would compare with nothing."""

import pytest

from citizen_security.evidence.claimed_and_evaluated.programme_changes import programme_changes
from citizen_security.tables import catalog

TABLES = ("mexico_city_sector_month", "morelia_year", "ecuador_province_month", "rio_pacification_month")


@pytest.fixture(scope="module")
def tables():
    return {name: catalog.load(name) for name in TABLES}


def test_each_series_has_a_change_and_only_those_with_others_a_relative_one(tables):
    found = programme_changes(tables, months=12, confidence_level=0.95, unit_resamples=200, seed=1)
    assert (found["lower"] <= found["change"]).all()
    assert (found["change"] <= found["upper"]).all()
    assert (found["relative_change"].notna() == (found["others"] != "")).all()
    assert found.loc[0, "change"] == pytest.approx(100 * (27 / 56 - 1))
    assert found.loc[0, "relative_change"] == pytest.approx(100 * (27 / 56 * 1203 / 714 - 1))
