"""What poverty and violence record: each name once, counts and windows as defined, nothing where there is nothing."""

import numpy as np
import pandas as pd
import pytest

from citizen_security import regional
from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.poverty_and_violence import headline, region
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.reversion import Reversion
from citizen_security.regional import BoundedValue
from citizen_security.tables import catalog
from citizen_security.values import NAME, Missing

PARAMETERS = PovertyAndViolence()
NAMES = pd.Series({"SLV": "El Salvador", "HND": "Honduras", "BRA": "Brazil"})


def by_name(values):
    """Values and reasons by name, a pattern without its asterisk."""
    names = [value.names.removesuffix("*") if isinstance(value, Missing) else value.name for value in values]
    assert all(NAME.fullmatch(name) for name in names)
    found = dict(zip(names, values, strict=True))
    assert len(found) == len(values)
    return found


@pytest.fixture(scope="module")
def panel():
    table = catalog.load("country_year")
    return table[table["iso3"].isin(chosen_countries(catalog.load("countries"), "lac"))]


def test_a_subject_is_recorded_early_late_and_as_a_change(panel):
    series = {"homicide": regional.regional_series(regional.homicide_rates(panel), "homicide")}
    values = by_name(headline.regional_values(series, panel, "the region", PARAMETERS))
    assert set(values) == {"homicide_early", "homicide_late", "homicide_change_percent"}
    before, after = (regional.window_mean(series["homicide"], *years) for years in PARAMETERS.windows.values())
    assert values["homicide_early"].value == before.value
    assert values["homicide_late"].interval == after.interval
    assert values["homicide_change_percent"].value == pytest.approx(100 * (after.value / before.value - 1))
    assert values["homicide_change_percent"].n == min(values["homicide_early"].n, values["homicide_late"].n)


def test_poverty_that_no_year_of_the_nineties_has_is_not_recorded(panel):
    poverty = regional.regional_series(panel, "poverty_685_lineup", region.PERCENT)
    late = poverty[poverty["year"] >= 2000]
    values = by_name(headline.poverty_over_time(late, panel, "the region", PARAMETERS))
    assert set(values) == {"poverty_latest_year", "poverty_latest", "poverty_1990s"}
    assert "no country has a figure of poverty" in values["poverty_1990s"].reason
    assert values["poverty_latest"].label.startswith(
        f"% below 6.85 USD a day, {values['poverty_latest_year'].value}; the region; "
    )


def test_the_world_is_recorded_for_the_latest_year_and_both_windows():
    everywhere = catalog.load("world_homicide")
    compared = regional.compare_with_world(everywhere, chosen_countries(catalog.load("countries"), "lac"))
    latest = region.comparable_years(compared, PARAMETERS).iloc[-1]
    values = by_name(headline.against_the_world(latest, "the region"))
    assert len(values) == 4
    assert values["lac_world_year"].value == latest["year"]
    assert values["lac_homicide_share"].value == pytest.approx(100 * latest["homicide_share"])
    assert values["lac_world_ratio"].label.startswith("Homicide rate, 2019; the region; ")
    assert set(by_name(headline.published_shares(everywhere, compared, PARAMETERS))) == {
        "published_shares_reading",
        "four_countries_share",
        "lac_homicide_share_2016",
        "lac_homicide_share_2016_reported",
    }


def test_a_world_without_gaps_has_no_largest_gap():
    gaps = pd.DataFrame({"iso3": ["BRA"], "people": [0.03], "span": [0.2]})
    assert by_name(headline.gaps_in_the_world(gaps, NAMES))["lac_world_largest_gap"].value == "Brazil"
    without = by_name(headline.gaps_in_the_world(gaps.iloc[:0], NAMES))
    assert without["lac_world_largest_gap"].reason == "every country has a figure in the year quoted"


def test_countries_are_counted_where_poverty_fell():
    changes = pd.DataFrame({"poverty_change": [-5.0, -5.0, -5.0, 1.0], "homicide_change": [0.5, 2.0, -1.0, 3.0]})
    counts = {value.name: value.value for value in headline.countries_before_and_after(changes)}
    assert list(counts.values()) == [3, 2, 1]


def test_a_correlation_that_cannot_be_had_is_not_recorded():
    found = {"change_correlation": (BoundedValue(0.1, -0.3, 0.5), 24), "homicide_persistence": (None, 5)}
    values = by_name(headline.correlations(found, PARAMETERS))
    assert values["homicide_persistence"].reason == "there are only five countries to correlate"
    assert values["change_correlation"].interval == (-0.3, 0.5)


def test_the_largest_revision_has_its_place_and_year():
    revisions = pd.DataFrame(
        {"iso3": ["BRA", "HND"], "year": [2010, 2012], "change": [0.1, -4.0], "change_percent": [0.5, -6.0]}
    )
    values = by_name(headline.revised_rates(revisions, NAMES))
    assert values["largest_revision_place"].value == "Honduras in 2012"
    assert values["largest_revision"].value == -4.0
    assert [values[name].value for name in headline.REVISED] == [2, 1, 1]


def test_poverty_by_series_is_silent_where_no_country_has_both():
    compared = pd.DataFrame({"difference": [0.5, 1.5, -2.0]})
    none = pd.DataFrame({"survey": [], "lineup": []})
    only, *missing = headline.poverty_by_series(compared, none, 0.9)
    assert only.value == 2
    assert [value.names for value in missing] == ["poverty_change_survey", "poverty_change_lineup"]
    one = pd.DataFrame({"survey": [-10.0], "lineup": [-9.0]})
    assert [value.names for value in headline.poverty_by_series(compared, one, 0.9)[1:]] == [
        value.names for value in missing
    ]
    both = pd.DataFrame({"survey": [-10.0, -6.0], "lineup": [-9.0, -9.0]})
    _, survey, lineup = headline.poverty_by_series(compared, both, 0.5)
    # Student's median absolute value with one degree of freedom is 1; the standard error of the mean is 2.
    assert (survey.value, lineup.value) == (-8.0, -9.0)
    assert survey.interval == pytest.approx((-10.0, -6.0))


def test_the_highest_are_named_and_too_few_countries_record_nothing():
    reversion = Reversion(("SLV", "HND"), -30.0, -20.0, (-35.0, -5.0), 0.2, 25.0, np.array([-20.0]))
    values = by_name(headline.change_of_the_highest(reversion, 8, NAMES, PARAMETERS))
    assert values["highest_countries"].label == "El Salvador, Honduras"
    assert values["highest_change_by_chance"].interval == (-35.0, -5.0)
    missing = headline.change_of_the_highest(None, 5, NAMES, PARAMETERS)
    assert {value.names for value in missing} == {"highest_*", "homicide_persistence"}
    assert all(value.reason.startswith("there are only five countries") for value in missing)
