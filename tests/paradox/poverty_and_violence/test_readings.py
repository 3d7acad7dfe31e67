"""What the sentences of poverty and violence say of changes that go the other way, or that gaps leave open."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.paradox.poverty_and_violence import readings
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.reversion import Reversion
from citizen_security.regional import BoundedValue

PARAMETERS = PovertyAndViolence(before_first=2000, before_last=2001, after_first=2010, after_last=2010, minimum_years=1)


def regional(before, after, margin=0.0):
    years = [2000, 2001, 2010]
    values = np.array([before, before, after], dtype=float)
    frame = {"value": values, "left_out": values + 1, "lower": values * (1 - margin), "upper": values * (1 + margin)}
    return pd.DataFrame({"year": years, "missing": ["CHL", "CHL", ""], **frame})


def against(poverty, homicide):
    series = {"poverty": regional(*poverty), "homicide": regional(*homicide)}
    return {value.name: value.value for value in readings.homicide_against_poverty(series, "Brazil, Chile", PARAMETERS)}


@pytest.mark.parametrize(
    ("poverty", "homicide", "said"),
    [
        ((50, 30), (20, 22), ": it rose as poverty fell."),
        ((50, 30, 0.02), (20, 20.2, 0.02), ": it did not fall as poverty did."),
        ((50, 30), (20, 18), ": it fell too, by a smaller share."),
        ((50, 30), (20, 10), ": it fell by the larger share."),
        (
            (50, 30, 0.1),
            (20, 11, 0.1),
            ": which of the two fell by the larger share, the countries without",
        ),
        ((30, 50), (20, 22), ": both rose."),
        ((30, 50), (20, 18), ": it fell as poverty rose."),
        ((30, 50), (20, 21, 0.1), ": whether it rose, too, the countries without figures leave open."),
        ((30, 31, 0.1), (20, 22), ": whether poverty fell, the countries without figures leave open."),
    ],
)
def test_homicide_beside_poverty_is_told_by_the_bounds_of_both(poverty, homicide, said):
    assert said in against(poverty, homicide)["homicide_against_poverty_reading"]


def test_countries_that_are_the_same_in_both_windows_do_not_change_who_is_counted():
    series = {"poverty": regional(50, 30), "homicide": regional(20, 22)}

    def measures(homicide):
        found = readings.homicide_against_poverty({**series, "homicide": homicide}, "Brazil", PARAMETERS)
        return {value.name: value.value for value in found}["homicide_measures_sentence"]

    changed = "countries that begin or cease to report change who is counted"
    assert changed in measures(series["homicide"])
    same = measures(series["homicide"].assign(missing="CHL"))
    assert "with the same countries in every year of both windows" in same
    assert changed not in same
    assert changed in measures(series["homicide"].assign(missing="CHL").query("year != 2001"))


@pytest.mark.parametrize(
    ("countries", "said"),
    [(0, "there is no country"), (1, "there is only one country"), (2, "there are only two countries")],
)
def test_too_few_countries_are_counted(countries, said):
    assert readings.too_few(countries, "to correlate") == f"{said} to correlate"


def test_the_reading_has_both_changes_and_both_windows():
    text = against((50, 30), (20, 22))["homicide_against_poverty_reading"]
    assert text == (
        "Between 2000–2001 and 2010 poverty in these countries fell by 40.0%. Homicide rose by 10.0%: it rose as "
        "poverty fell."
    )


def test_a_change_that_gaps_leave_open_has_its_bounds_beside_it():
    text = against((50, 30, 0.02), (20, 20.2, 0.02))["homicide_against_poverty_reading"]
    assert "poverty in these countries fell by 40.0% (−42.4% to −37.6%). Homicide changed by +1.0% " in text
    assert "(−3.0% to +5.1% for what missing countries may hide): it did not fall as poverty did." in text


def test_the_measures_name_what_each_change_of_homicide_rests_on():
    text = against((50, 30), (20, 15))["homicide_measures_sentence"]
    # The figures of countries with figures alone are one higher: 21 and 16.
    assert "−25.0%, is of victims over people, from the mean of 2000–2001 to that of 2010" in text
    assert "figures alone it is −23.8%, which is no bound" in text
    assert "From the single year 2000 to 2010" in text


def world(region, rest, margin=0.0):
    frame = pd.DataFrame({"year": [2000, 2001, 2010]})
    for name, (before, after) in {
        "region_rate": region,
        "rest_rate": rest,
        "ratio": (region[0] / rest[0], region[1] / rest[1]),
    }.items():
        values = np.array([before, before, after], dtype=float)
        frame = frame.assign(
            **{name: values, f"{name}_lower": values * (1 - margin), f"{name}_upper": values * (1 + margin)}
        )
    return frame


@pytest.mark.parametrize(
    ("region", "rest", "margin", "said"),
    [
        ((20, 21), (6, 4), 0.01, "it rose, whatever missing countries hide"),
        ((20, 10), (6, 6), 0.01, "it fell, whatever missing countries hide"),
        ((20, 21), (6, 6), 0.1, "missing countries leave open whether it rose or fell"),
        ((20, 21), (6, 4), 0.01, "the rest of the world accounts for the larger part"),
        ((20, 30), (6, 5.9), 0.01, "the region's own rate accounts for the larger part"),
        ((20, 10), (6, 5), 0.01, "opposite directions, the region's own rate more strongly"),
        ((20, 21), (6, 9), 0.01, "opposite directions, the rest of the world more strongly"),
    ],
)
def test_the_ratio_s_change_is_told_with_the_side_that_moved_it(region, rest, margin, said):
    (value,) = readings.ratio_to_world(world(region, rest, margin), PARAMETERS)
    assert said in value.value


def test_published_shares_are_held_against_the_bounds():
    found = {"region": BoundedValue(30, 28, 32.4), "four": BoundedValue(30, 26, 33)}
    (value,) = readings.published_shares(found, PARAMETERS)
    assert value.value == (
        "The region's published 33% lies above our bounds, 28% to 32%. The quarter published for Brazil, Colombia, "
        "Mexico and Venezuela lies below our bounds, 26% to 33%."
    )
    few = PARAMETERS.model_copy(update={"countries": ["BRA", "COL"]})
    (value,) = readings.published_shares(found | {"four": BoundedValue(25, 24, 26)}, few)
    assert "cannot be held against these countries" in value.value
    assert "Venezuela lies within our bounds, 24% to 26%" in value.value


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((0.1, 0.5), "Where poverty fell more, homicide fell more or rose less."),
        ((-0.5, -0.1), "Where poverty fell more, homicide fell less or rose more."),
        ((-0.2, 0.4), "Nine countries are too few to tell whether homicide fell more where poverty did."),
    ],
)
def test_a_correlation_is_read_by_its_interval(interval, said):
    (value,) = readings.correlation_of_changes(BoundedValue(0.2, *interval), 9)
    assert value.value == said
    assert readings.correlation_of_changes(None, 5) == []


def read_revisions(counts, rates, present, earlier, poverty=(50, 30)):
    versions = pd.DataFrame(
        {"version": ["counts", "rates", "rates_2025", "rates_2024"], "value": [counts, rates, present, earlier]}
    ).dropna()
    versions = versions.assign(lower=versions["value"] - 1, upper=versions["value"] + 1, country_years=40)
    by_release = pd.DataFrame({"turned": [True, False, True]})
    return readings.revisions(versions, by_release, regional(*poverty), PARAMETERS)


def revisions_reading(*given, **poverty):
    return read_revisions(*given, **poverty)[-1].value


def test_versions_are_told_with_whether_homicide_fell_as_poverty():
    text = revisions_reading(5.0, -2.0, 3.0, 4.5)
    assert "By no version of the figures did homicide fall by as large a share as poverty (−40.0%)." in text
    assert "The choice of counts or rates moves it by 7.0 points and that of the release by 1.5." in text
    assert "turns the sign of the change in 2 of 3 countries" in text


def test_every_version_is_recorded_with_its_bounds_and_one_without_figures_says_why():
    *changes, _ = read_revisions(5.0, -2.0, 3.0, np.nan)
    assert [(it.name, it.value, it.interval, it.n) for it in changes[:3]] == [
        ("homicide_change_counts", 5.0, (4.0, 6.0), 40),
        ("homicide_change_rates", -2.0, (-3.0, -1.0), 40),
        ("homicide_change_rates_2025", 3.0, (2.0, 4.0), 40),
    ]
    assert changes[3].names == "homicide_change_rates_2024"
    assert changes[3].reason == "a window has no figure of the release of 2024"


def test_versions_by_which_homicide_fell_as_much_are_named():
    assert "By every version of the figures homicide fell by at least as large a share as poverty" in (
        revisions_reading(-50, -45, -44, -48)
    )
    assert "By published rates homicide fell by at least as large a share as poverty" in revisions_reading(1, -45, 2, 9)
    assert "that of counts or rates by 3.0" in revisions_reading(1, 4, 2, 9)
    assert "poverty" not in revisions_reading(1, 4, 2, np.nan, poverty=(30, 50))


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        (-15.0, "within what chance alone gives"),
        (-60.0, "a deeper fall than chance"),
        (5.0, "less of a fall than chance"),
    ],
)
def test_the_highest_are_held_against_chance(observed, said):
    reversion = Reversion(("SLV", "HND"), observed, -20.0, (-35.0, -3.0), 0.4, 30.0, np.array([-20.0]))
    (value,) = readings.the_highest(reversion, 12)
    assert said in value.value
