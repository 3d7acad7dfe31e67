"""Regional series and the bounds that missing countries leave: by hand, and by what must hold for any data."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, pearsonr

from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.region import (
    PERCENT,
    before_and_after,
    change_correlation,
    comparable_years,
    countries_with_figures,
    country_changes,
    effect_of_gaps,
    largest_gaps,
    latest_surveyed_year,
    missing_by_year,
    ratios_to_own_average,
    tabulate_windows,
)
from citizen_security.regional import (
    BoundedValue,
    compare_with_world,
    fill_gaps,
    homicide_rates,
    percent_change,
    regional_series,
    window_mean,
    world_window,
)
from citizen_security.tables import catalog


def table(**columns):
    """Country A with 1, country B with 3 million people, 2000 to 2002."""
    frame = pd.MultiIndex.from_product([["A", "B"], [2000, 2001, 2002]], names=["iso3", "year"]).to_frame(index=False)
    return frame.assign(population=[1e6] * 3 + [3e6] * 3, **columns)


def test_the_regional_rate_is_victims_over_people():
    rates = homicide_rates(table(homicide_count=[100, 100, 100, 60, 60, 60]))
    series = regional_series(rates, "homicide")
    # 160 victims among four million.
    np.testing.assert_allclose(series["value"], [4.0, 4.0, 4.0])
    np.testing.assert_allclose(series[["left_out", "lower", "upper"]], 4.0)
    assert series["coverage"].tolist() == [1.0, 1.0, 1.0]


def test_gaps_are_carried_left_out_and_bounded():
    series = regional_series(table(x=[8.0, 4.0, np.nan, 2.0, 2.0, 2.0]), "x").set_index("year")
    last = series.loc[2002]
    assert last["value"] == pytest.approx((4 + 3 * 2) / 4)
    assert last["left_out"] == pytest.approx(2)
    assert last["lower"] == pytest.approx((4 + 3 * 2) / 4)
    assert last["upper"] == pytest.approx((8 + 3 * 2) / 4)
    assert last["coverage"] == pytest.approx(0.75)
    assert last["missing"] == "A"
    assert last["countries"] == 1


def test_before_its_first_figure_a_country_has_that_one():
    filled = fill_gaps(table(x=[np.nan, 5.0, 7.0, 1.0, 1.0, 1.0]), "x")
    assert filled.loc[filled["iso3"] == "A", "value"].tolist() == [5.0, 5.0, 7.0]


def test_one_country_s_figures_are_never_carried_into_another():
    filled = fill_gaps(table(x=[1.0, 1.0, 9.0, np.nan, 2.0, 2.0]), "x")
    assert filled.loc[filled["iso3"] == "B", "value"].tolist() == [2.0, 2.0, 2.0]


def test_a_country_never_seen_is_bounded_by_what_is_possible():
    series = regional_series(table(x=[40.0, 40.0, 40.0] + [np.nan] * 3), "x", PERCENT)
    np.testing.assert_allclose(series["value"], 40)
    np.testing.assert_allclose(series["lower"], 10)
    np.testing.assert_allclose(series["upper"], 85)


def test_a_country_never_seen_has_the_middle_of_the_year_between_its_outer_twentieths():
    # Of 21 countries with 0 to 20 the quantiles are 1, 10 and 19; other years must not count.
    names = [f"C{number:02d}" for number in range(21)]
    years = [pd.DataFrame({"iso3": [*names, "X"], "year": year, "x": [*np.arange(21.0) ** power, np.nan]})
             for year, power in ((2000, 1), (2001, 2))]  # fmt: skip
    filled = fill_gaps(pd.concat(years).assign(population=1e6), "x").set_index(["iso3", "year"]).loc["X"]
    assert filled.loc[2000, ["lower", "value", "upper"]].tolist() == [1.0, 10.0, 19.0]
    assert filled.loc[2001, ["lower", "upper"]].tolist() == [1.0, 361.0]
    assert np.isnan(filled.loc[2000, "left_out"])


def test_a_year_without_any_figure_is_left_out():
    series = regional_series(table(x=[1.0, np.nan, 1.0, 1.0, np.nan, 1.0]), "x")
    assert series["year"].tolist() == [2000, 2002]


@pytest.fixture(scope="module")
def world():
    return catalog.load("world_homicide")


@pytest.fixture(scope="module")
def region():
    countries = catalog.load("countries")
    return countries.loc[countries["is_lac"], "iso3"].tolist()


def test_bounds_hold_the_value_for_the_region_and_the_world(world, region):
    compared = compare_with_world(world, region)
    for name in ("region_rate", "rest_rate", "ratio", "homicide_share"):
        low, high = ("_upper", "_lower") if name == "rest_rate" else ("_lower", "_upper")
        assert (compared[f"{name}{low}"] <= compared[name] + 1e-9).all(), name
        assert (compared[name] <= compared[f"{name}{high}"] + 1e-9).all(), name


def test_the_world_by_hand_where_nothing_is_missing():
    rates = pd.concat([table(homicide_count=[30] * 3 + [30] * 3)])
    compared = compare_with_world(rates, ["A"])
    # A: 3, B: 1 per 100,000; the world: 60 victims among four million, 1.5.
    np.testing.assert_allclose(compared["ratio"], 2.0)
    np.testing.assert_allclose(compared["homicide_share"], 0.5)
    np.testing.assert_allclose(compared["population_share"], 0.25)
    np.testing.assert_allclose(compared[["ratio_lower", "ratio_upper"]], 2.0)


def test_a_year_is_compared_only_where_figures_cover_both_sides(world, region):
    parameters = PovertyAndViolence()
    years = comparable_years(compare_with_world(world, region), parameters)
    assert (years[["region_coverage", "rest_coverage"]] >= parameters.minimum_coverage).all(axis=None)
    stricter = PovertyAndViolence(minimum_coverage=0.8)
    assert set(comparable_years(compare_with_world(world, region), stricter)["year"]) < set(years["year"])


def test_windows_and_changes_by_hand():
    series = pd.DataFrame(
        {
            "year": [2000, 2001, 2005],
            "value": [10.0, 20.0, 99.0],
            "lower": [9.0, 19.0, 0.0],
            "upper": [12.0, 22.0, 99.0],
        }
    )
    before = window_mean(series, 2000, 2001)
    assert before == BoundedValue(15.0, 14.0, 17.0)
    change = percent_change(before, BoundedValue(30.0, 28.0, 34.0))
    assert change.value == pytest.approx(100)
    assert change.lower == pytest.approx(100 * (28 / 17 - 1))
    assert change.upper == pytest.approx(100 * (34 / 14 - 1))


def test_before_and_after_needs_years_in_both_windows():
    panel = catalog.load("country_year")
    changes = before_and_after(panel, PovertyAndViolence()).set_index("iso3")
    # Peru's homicide figures begin in 2011, Venezuela's poverty figures end before 2015.
    assert not {"PER", "VEN"} & set(changes.index)
    mexico = panel[panel["iso3"] == "MEX"].set_index("year")
    expected = mexico.loc[2015:2019, "homicide_rate"].mean() - mexico.loc[2000:2004, "homicide_rate"].mean()
    assert changes.loc["MEX", "homicide_change"] == pytest.approx(expected)
    assert changes.loc["MEX", "surveys"] == mexico.loc[2000:2019, "poverty_685"].count()
    assert len(before_and_after(panel, PovertyAndViolence(minimum_years=5))) < len(changes)


def test_the_correlation_is_pearsons_with_an_interval_around_it():
    random = np.random.default_rng(5)
    poverty = random.normal(size=30)
    changes = pd.DataFrame({"poverty_change": poverty, "homicide_change": poverty + random.normal(size=30)})
    found = change_correlation(changes)
    assert found.value == pytest.approx(pearsonr(changes["poverty_change"], changes["homicide_change"]).statistic)
    assert found.lower < found.value < found.upper
    # Fisher's interval rests on normal data, which these are; thirty pairs leave the two within 0.15.
    fisher = pearsonr(changes["poverty_change"], changes["homicide_change"]).confidence_interval(0.95)
    assert found.interval == pytest.approx((fisher.low, fisher.high), abs=0.15)
    assert change_correlation(changes) == found, "the same data must give the same interval"


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_correlation_s_interval_is_fisher_s_at_its_level(level):
    random = np.random.default_rng(9)
    poverty = random.normal(size=500)
    changes = pd.DataFrame({"poverty_change": poverty, "homicide_change": poverty + 2 * random.normal(size=500)})
    found = change_correlation(changes, confidence_level=level)
    # Fisher's z of normal pairs: atanh(r) ± quantile / √(n − 3).
    z, half = np.arctanh(found.value), norm.isf((1 - level) / 2) / np.sqrt(497)
    lower, upper = np.tanh(z - half), np.tanh(z + half)
    # Resampling errs by a few per cent of the width; 0.95 in place of 0.8 or 0.99 would by a quarter or more.
    assert found.interval == pytest.approx((lower, upper), abs=0.06 * (upper - lower))


def test_a_handful_of_countries_has_no_correlation():
    assert change_correlation(pd.DataFrame({"poverty_change": [1.0, 2.0], "homicide_change": [1.0, 3.0]})) is None


def test_the_share_of_reported_homicides_is_what_one_gets_by_adding_up():
    rates = table(homicide_count=[30.0, 30.0, 30.0, 30.0, np.nan, 10.0])
    compared = compare_with_world(rates, ["A"]).set_index("year")
    assert compared["homicide_share_reported"].to_dict() == pytest.approx({2000: 0.5, 2002: 0.75})
    assert compared.loc[2000, ["region_countries", "rest_countries"]].tolist() == [1, 1]
    assert compared.loc[2000, "rest_missing"] == ""


def test_the_missing_are_named_and_counted_on_either_side(world, region):
    compared = compare_with_world(world, region).set_index("year")
    # A count without a population, as of two small territories, is no rate.
    figures = world[world["year"].eq(2019) & world[["homicide_count", "population"]].notna().all(axis=1)]["iso3"]
    row = compared.loc[2019]
    assert row["region_countries"] + row["rest_countries"] == len(figures)
    missing = {*row["region_missing"].split(", "), *row["rest_missing"].split(", ")}
    assert missing == set(world[world["year"] == 2019]["iso3"]) - set(figures)


def test_one_gap_moves_the_ratio_by_what_its_bounds_allow():
    frame = pd.DataFrame(
        {
            "iso3": ["A", "B", "C"] * 2,
            "year": [2000] * 3 + [2001] * 3,
            "population": 1e6,
            "homicide_count": [40.0, 10.0, 30.0, 40.0, 10.0, np.nan],
        }
    )
    frame.loc[len(frame)] = ["C", 2002, 1e6, 60.0]
    (gap,) = effect_of_gaps(frame, ["A"], 2001).to_dict("records")
    # C is carried at 3, may be 3 to 6; the region has 4, the world (4 + 1 + 3) / 3, at worst (4 + 1 + 6) / 3.
    assert (gap["iso3"], gap["assumed"], gap["lowest"], gap["highest"]) == ("C", 3.0, 3.0, 6.0)
    assert gap["ratio_at_lowest"] == pytest.approx(4 / (8 / 3))
    assert gap["ratio_at_highest"] == pytest.approx(4 / (11 / 3))
    assert gap["people"] == pytest.approx(1 / 3)


def test_single_gaps_start_from_the_ratio_that_is_quoted_and_stay_within_its_bounds(world, region):
    compared = compare_with_world(world, region).set_index("year").loc[2019]
    gaps = effect_of_gaps(world, region, 2019)
    exact = gaps[gaps["assumed"] == gaps["lowest"]]
    # A gap carried at its lowest figure does not move the ratio there, so that it must equal the one quoted.
    np.testing.assert_allclose(exact["ratio_at_lowest"], compared["ratio"])
    both = gaps[["ratio_at_lowest", "ratio_at_highest"]]
    assert both.min(axis=None) >= compared["ratio_lower"]
    assert both.max(axis=None) <= compared["ratio_upper"]


def test_where_all_countries_report_no_gap_is_listed():
    assert effect_of_gaps(table(homicide_count=30.0), ["A"], 2001).empty


def test_the_rest_s_bounds_are_turned_the_right_way_round(world, region):
    compared = compare_with_world(world, region)
    for name in ("region_rate", "rest_rate", "ratio", "homicide_share"):
        found = world_window(compared, name, 2000, 2004)
        assert found.lower <= found.value <= found.upper
        assert found.value == pytest.approx(compared[compared["year"].between(2000, 2004)][name].mean())


def test_the_latest_surveyed_year_is_no_nowcast():
    panel = catalog.load("country_year")
    year = latest_surveyed_year(panel, "poverty_685", 2023)
    held = panel[(panel["year"] == year) & panel["poverty_685"].notna()]
    assert held["population"].sum() >= 0.5 * panel[panel["year"] == year]["population"].sum()
    assert panel[(panel["year"] > year) & panel["poverty_685"].notna()]["iso3"].nunique() < 5
    haiti = panel[panel["iso3"] == "HTI"]
    assert latest_surveyed_year(haiti, "poverty_685", 2023) == haiti.dropna(subset="poverty_685")["year"].max()
    assert latest_surveyed_year(panel, "poverty_685", 2010) <= 2010


def test_a_country_counts_once_however_many_figures_it_has():
    frame = table(x=[1.0, 2.0, np.nan, np.nan, np.nan, 3.0])
    assert countries_with_figures(frame, "x", 2000, 2001) == 1
    assert countries_with_figures(frame, "x", 2000, 2002) == 2


def test_income_changes_in_percent_and_the_rest_in_points():
    panel = catalog.load("country_year")
    changes = country_changes(panel, PovertyAndViolence()).set_index("iso3")
    chile = panel[panel["iso3"] == "CHL"].set_index("year")["gdp_per_capita"].astype(float)
    expected = 100 * (chile.loc[2015:2019].mean() / chile.loc[2000:2004].mean() - 1)
    assert changes.loc["CHL", "income_change"] == pytest.approx(expected)
    brazil = changes.loc["BRA"]
    assert brazil["gini_change"] == pytest.approx(brazil["gini_after"] - brazil["gini_before"])
    # Countries without poverty figures stay in this table and leave the scatter.
    assert np.isnan(changes.loc["CUB", "poverty_change"])
    assert "CUB" not in set(before_and_after(panel, PovertyAndViolence())["iso3"])


def test_ratios_average_to_one_for_every_country_and_subject():
    panel = catalog.load("country_year")
    ratios = ratios_to_own_average(panel, PovertyAndViolence(first_year=2000))
    assert ratios["year"].min() == 2000
    means = ratios.groupby("iso3")[["homicide", "poverty", "gini", "income"]].mean()
    np.testing.assert_allclose(means.stack().dropna(), 1.0)
    assert np.isnan(means.loc["CUB", "poverty"]), "Cuba has no poverty figure, so no ratio"


def test_the_interval_widens_with_its_level():
    random = np.random.default_rng(6)
    frame = pd.DataFrame({"x": random.normal(size=20), "y": random.normal(size=20)})
    narrow, wide = (change_correlation(frame, between=("x", "y"), confidence_level=level) for level in (0.8, 0.99))
    assert wide.lower < narrow.lower < narrow.value == wide.value
    assert narrow.upper < wide.upper


def test_the_missing_are_told_for_every_fifth_year():
    series = pd.DataFrame(
        {"year": [1999, 2000, 2005], "coverage": 0.9, "countries": 30, "missing": ["HTI", "HTI, CUB", ""]}
    )
    table = missing_by_year({"homicide": series, "poverty": series})
    assert table["year"].tolist() == [2000, 2005]
    assert table["missing (homicide)"].tolist() == ["HTI, CUB", ""]


def test_windows_stand_side_by_side():
    one = {"homicide": BoundedValue(20.0, 18.0, 22.0)}
    table = tabulate_windows(one, one, one)
    assert table.loc["homicide", ("change in %", "lower")] == 18.0
    assert list(table.columns.get_level_values(0).unique()) == ["before", "after", "change in %"]


def test_the_largest_gaps_are_named_with_their_share_of_the_people_in_per_cent():
    gaps = pd.DataFrame({"iso3": ["IND", "CHN"], "in_region": False, "people": [0.18, 0.17], "span": [0.3, 0.2]})
    table = largest_gaps(gaps, pd.Series({"IND": "India", "CHN": "China"}), number=1)
    assert table.index.tolist() == ["India"]
    assert table["people"].tolist() == [18.0]
    assert "iso3" not in table
