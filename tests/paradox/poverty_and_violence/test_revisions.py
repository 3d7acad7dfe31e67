"""What revisions did: counted by hand, and true of the two releases in the tables."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.region import before_and_after
from citizen_security.paradox.poverty_and_violence.revisions import (
    compare_poverty_series,
    compare_releases,
    count_revisions,
    country_changes_by_release,
    largest_revisions,
    poverty_changes_by_series,
    regional_changes_by_version,
)
from citizen_security.tables import catalog

WINDOWS = PovertyAndViolence.from_values(
    {"before_first": 2000, "before_last": 2001, "after_first": 2010, "after_last": 2011, "minimum_years": 1}
)


@pytest.fixture(scope="module")
def panel():
    return catalog.load("country_year")


def small(**columns):
    """Two countries of one million people, one year in each window, nothing revised unless said."""
    frame = pd.DataFrame({"iso3": ["A", "A", "B", "B"], "year": [2000, 2010] * 2, "population": 1_000_000.0})
    defaults = {
        "homicide_rate": [10.0, 20.0, 30.0, 10.0],
        "homicide_rate_release_2024": [10.0, 20.0, 30.0, 10.0],
        "homicide_count": [100, 200, 300, 100],
        "poverty_685": [50.0, 40.0, 60.0, np.nan],
        "poverty_685_lineup": [50.0, 38.0, 60.0, 30.0],
        "gini": 50.0,
        "gdp_per_capita": 1000.0,
    }
    return frame.assign(**defaults | columns)


def test_revisions_are_counted_by_their_size_in_percent():
    revisions = compare_releases(small(homicide_rate=[10.0, 20.3, 33.0, np.nan]))
    assert revisions["change"].tolist() == pytest.approx([0.0, 0.3, 3.0])
    counted = count_revisions(revisions, (0.0, 1.0, 5.0))
    assert counted["country_years"].tolist() == [2, 2, 1]
    assert counted["countries"].tolist() == [2, 2, 1]
    assert counted["of"].tolist() == [3, 3, 3]
    assert counted["share"].tolist() == pytest.approx([2 / 3, 2 / 3, 1 / 3])


def test_a_rate_that_was_zero_has_no_percentage_and_does_not_count_as_infinite():
    revisions = compare_releases(small(homicide_rate_release_2024=[0.0, 20.0, 30.0, 10.0]))
    assert np.isnan(revisions["change_percent"].iloc[0])
    assert count_revisions(revisions, (1_000.0,))["country_years"].tolist() == [0]


def test_without_any_shared_year_there_is_nothing_to_count():
    revisions = compare_releases(small(homicide_rate_release_2024=np.nan))
    assert count_revisions(revisions)["country_years"].tolist() == [0, 0, 0, 0]
    assert largest_revisions(revisions, 3).empty


def test_the_largest_revisions_name_each_country_once():
    revisions = compare_releases(small(homicide_rate=[15.0, 24.0, 27.0, 10.0]))
    assert largest_revisions(revisions, 5)[["iso3", "year"]].to_numpy().tolist() == [["A", 2000], ["B", 2000]]


def test_each_version_of_the_figures_gives_its_own_regional_change():
    versions = regional_changes_by_version(
        small(homicide_count=[100, 300, 300, 100], homicide_rate_release_2024=[10.0, 20.0, 20.0, 10.0]), WINDOWS
    ).set_index("version")
    # Means of two countries of one size: counts 20 to 20; rates 20 to 15; the earlier release 15 to 15.
    assert versions["value"].to_dict() == pytest.approx(
        {"counts": 0.0, "rates": -25.0, "rates_2025": -25.0, "rates_2024": 0.0}
    )
    assert versions["country_years"].tolist() == [4, 4, 4, 4]


def test_the_releases_are_compared_on_the_country_years_of_both():
    earlier = [10.0, 20.0, np.nan, 10.0]
    versions = regional_changes_by_version(small(homicide_rate_release_2024=earlier), WINDOWS).set_index("version")
    assert versions["country_years"].to_dict() == {"counts": 4, "rates": 4, "rates_2025": 3, "rates_2024": 3}
    # Without the figure of B in 2000, its 10 of 2010 is carried back: 10 to 15 in both releases.
    assert versions.loc[["rates_2025", "rates_2024"], "value"].tolist() == pytest.approx([50.0, 50.0])


def test_a_window_after_the_earlier_release_leaves_that_comparison_out(panel):
    late = PovertyAndViolence.from_values({"after_first": 2022, "after_last": 2023, "minimum_years": 1})
    assert regional_changes_by_version(panel, late)["version"].tolist() == ["counts", "rates"]
    assert country_changes_by_release(panel, late).empty


def test_a_country_whose_sign_turned_is_named():
    changes = country_changes_by_release(small(homicide_rate_release_2024=[22.0, 20.0, 30.0, 10.0]), WINDOWS)
    assert changes.set_index("iso3")["turned"].to_dict() == {"A": True, "B": False}
    assert changes["change_present"].tolist() == [10.0, -20.0]
    assert changes["change_earlier"].tolist() == [-2.0, -20.0]


def test_the_comparison_by_release_has_the_countries_of_the_scatter(panel):
    changes = country_changes_by_release(panel, PovertyAndViolence())
    assert changes["iso3"].tolist() == before_and_after(panel, PovertyAndViolence())["iso3"].tolist()


def test_survey_and_lineup_are_told_apart_and_sorted_by_how_far():
    compared = compare_poverty_series(small(), "poverty_685")
    assert compared["difference"].tolist() == [-2.0, 0.0, 0.0]
    changes = poverty_changes_by_series(small(), WINDOWS)
    assert changes.to_dict("records") == [{"iso3": "A", "survey": -10.0, "lineup": -12.0}]


def test_colombia_s_recount_is_the_largest_revision_of_the_region(panel):
    largest = largest_revisions(compare_releases(panel), 1).iloc[0]
    colombia = panel[(panel["iso3"] == "COL") & (panel["year"] == 2018)].iloc[0]
    assert (largest["iso3"], largest["year"]) == ("COL", 2018)
    assert largest["change"] == pytest.approx(colombia["homicide_rate"] - colombia["homicide_rate_release_2024"])
