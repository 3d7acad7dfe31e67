"""A place without a figure is unknown, and no "no": it widens the bounds, or is left out of n."""

import pytest

from citizen_security.claims.ledger.intervals import count_with_unknown, share_with_unknown
from citizen_security.claims.ledger.registry import BadChoice, measured

WINDOW = "first=2016;last=2016"


def without(tables, table, column, *places, key="iso3"):
    """Tables in which some places have no figure in a column."""
    frame = tables[table].copy()
    frame.loc[frame[key].isin(places), column] = float("nan")
    return {**tables, table: frame}


# A way of measuring, the table and column that lose the figures of some places, and where the bounds then lie beyond
# the value: below it, above it.
LOST = [
    ("below_regional_median", f"countries=NIC+PAN;{WINDOW}", "world_homicide", "homicide_rate", ("NIC",), (0, 1)),
    ("below_median", f"measure=control_of_corruption;countries=BOL+ECU;{WINDOW}", "country_year",
     "control_of_corruption", ("BOL",), (0, 1)),
    ("lower_than_every", f"countries=GUY+PER+PAN;others=BRA;{WINDOW}", "world_homicide", "homicide_rate", ("PER",),
     (0, 1)),
    ("risers", "measure=gini_survey;groups=BRA+COL+PER;first=2012;last=2016", "country_year", "gini_survey", ("PER",),
     (0, 1)),
    ("rank_from_safest", f"country=SLV;{WINDOW}", "world_homicide", "homicide_rate", ("CAN", "USA"), (0, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "arguments", "table", "column", "places", "beyond"), LOST)
def test_places_without_a_figure_widen_the_bounds(tables, measure, arguments, table, column, places, beyond):
    before = measured(tables, measure, arguments, 0.95)
    after = measured(without(tables, table, column, *places), measure, arguments, 0.95)
    assert before.n - after.n == len(places)
    widened = (after.value - after.low, after.high - after.value)
    was = (before.value - before.low, before.high - before.value)
    assert widened == (was[0] + beyond[0], was[1] + beyond[1])


# Ways that look at rates alone, whoever has no population.
RATES_ALONE = [
    ("region_among_highest", "first=2012;last=2012;top=10"),
    ("rank_from_safest", "country=CAN;first=2018;last=2018"),
    ("lower_than_every", f"countries=GUY+PER+PAN;others=BRA;{WINDOW}"),
    ("below_regional_median", f"countries=NIC+PAN;{WINDOW}"),
    ("pairs_in_order", f"groups=ARG+CHL/PER+ECU/BRA+MEX;{WINDOW}"),
]


@pytest.mark.parametrize(("measure", "arguments"), RATES_ALONE)
def test_a_rate_counts_where_its_population_is_unknown(tables, measure, arguments):
    before = measured(tables, measure, arguments, 0.95)
    places = tables["world_homicide"]["iso3"].unique()
    after = measured(without(tables, "world_homicide", "population", *places), measure, arguments, 0.95)
    assert before == after


# Ways of measuring, and a column of their table that they do not use.
UNUSED = [
    ("country_range", "measure=gini;year=2012", "country_year", "population"),
    ("mean_change", "measure=gini;first=2000;last=2015", "country_year", "population"),
    ("risers", "measure=gini_survey;groups=BRA+COL+PER;first=2012;last=2016", "country_year", "population"),
    ("below_median", f"measure=control_of_corruption;countries=BOL+ECU;{WINDOW}", "country_year", "population"),
    ("weighted_mean", "measure=gini;year=2012", "country_year", "homicide_rate"),
    ("poverty_left", "line=poverty_685_lineup;first=2001;last=2012", "country_year", "homicide_rate"),
    ("growth_percentile", "cities=12001+2704302;first=2005;last=2015", "city_year", "homicides"),
    ("claimed_among_most_studied", "countries=COL+CHL+BRA;last=2015", "studies", "effect_direction"),
]


@pytest.mark.parametrize(("measure", "arguments", "table", "column"), UNUSED)
def test_a_column_that_is_not_used_leaves_no_row_out(tables, measure, arguments, table, column):
    before = measured(tables, measure, arguments, 0.95)
    rows = tables[table]
    emptied = rows.assign(**{column: rows[column].iloc[:0].reindex(rows.index)})
    assert emptied[column].isna().all()
    assert measured({**tables, table: emptied}, measure, arguments, 0.95) == before


def test_small_territories_with_a_rate_are_ranked(tables):
    """Anguilla was among the ten of 2012, and Montserrat safer than Canada in 2018: neither has a population there."""
    assert measured(tables, "region_among_highest", "first=2012;last=2012;top=10", 0.95).value == 10
    assert measured(tables, "rank_from_safest", "country=CAN;first=2018;last=2018", 0.95).value == 2
    assert measured(tables, "rank_from_safest", "country=MSR;first=2018;last=2018", 0.95).value == 1
    large = "first=2012;last=2012;top=10;minimum_population=1"
    assert measured(tables, "region_among_highest", large, 0.95).value == 9


def test_pairs_and_shares_with_a_place_without_a_figure_have_bounds_on_both_sides(tables):
    groups = f"groups=ARG+CHL/PER+ECU/BRA+MEX;{WINDOW}"
    before = measured(tables, "pairs_in_order", groups, 0.95)
    assert before.low == before.high
    after = measured(without(tables, "world_homicide", "homicide_rate", "MEX"), "pairs_in_order", groups, 0.95)
    assert after.n == before.n - 4
    assert after.low < after.value < after.high
    year = "low=0.4;high=0.7;year=2020"
    regimes = measured(without(tables, "regime_year", "electoral_democracy", "BRA"), "regimes_between", year, 0.95)
    assert regimes.n == measured(tables, "regimes_between", year, 0.95).n - 1
    assert regimes.low < regimes.value < regimes.high


def test_where_one_of_the_others_is_unknown_nobody_is_sure_to_be_lower_than_every(tables):
    found = measured(
        without(tables, "world_homicide", "homicide_rate", "MEX"),
        "lower_than_every",
        f"countries=GUY+PER+PAN;others=BRA+MEX;{WINDOW}",
        0.95,
    )
    assert found.low == 0 < found.value


def test_bounds_of_the_rate_of_the_world_reach_the_share_of_countries_above_it(tables):
    """Without the figures of large countries the world's rate is less sure, and so is who lies above it."""
    large = ["IND", "CHN", "NGA", "PAK", "IDN", "RUS", "USA", "BGD", "ETH", "COD"]
    arguments = "first=2016;last=2016;times=2"
    before = measured(tables, "share_above_world", arguments, 0.95)
    after = measured(without(tables, "world_homicide", "homicide_count", *large), "share_above_world", arguments, 0.95)
    assert after.n == before.n
    assert after.high - after.low > before.high - before.low


def test_a_city_without_a_figure_may_have_fallen(tables):
    cities = "cities=11001+05001+08037;first=2010;last=2016"
    before = measured(tables, "cities_fallen", cities, 0.95)
    lost = without(tables, "city_year", "homicides", "05001", key="city_code")
    after = measured(lost, "cities_fallen", cities, 0.95)
    assert (after.high - after.value, before.n - after.n) == (1, 1)


def test_a_state_without_every_year_may_rank_higher(tables):
    frame = tables["state_year"].astype({"homicides": "float64"})
    frame.loc[(frame["state"] == "Guerrero") & (frame["year"] == 2016), "homicides"] = float("nan")
    arguments = "country=MEX;state=Michoacán;first=2015;last=2017"
    before, after = (measured(it, "state_rank", arguments, 0.95) for it in (tables, {**tables, "state_year": frame}))
    assert before.low == before.high
    assert after.high == after.value + 1
    assert after.n == before.n - 1


def test_a_month_without_a_row_is_no_month_without_a_homicide(tables):
    frame = tables["mexico_city_sector_month"]
    gap = frame[~((frame["sector"] == "PLATEROS") & (frame["year"] == 2019) & (frame["month"] == 5))]
    with pytest.raises(BadChoice, match="a month of 2019 has no figure"):
        measured({**tables, "mexico_city_sector_month": gap}, "sector_change", "first=2019;last=2023", 0.95)


def test_a_subregion_is_left_out_of_a_change_as_of_a_ratio(tables):
    arguments = "first=2000;last=2016;years=3"
    whole, less = (
        measured(tables, "regional_change", f"{arguments}{rest}", 0.95) for rest in ("", ";without=caribbean")
    )
    assert less.n < whole.n
    assert less.value != whole.value


def test_homicides_of_the_year_that_two_changes_share_are_counted_once(tables):
    rates = tables["world_homicide"].query("iso3 == 'CRI'").set_index("year")["homicide_count"]
    found = measured(tables, "fall_then_rise", "country=CRI;first=2010;turn=2014;last=2018", 0.95)
    assert found.n == rates[2010] + rates[2014] + rates[2018]


def test_counts_and_shares_with_unknown_units_run_from_none_of_them_to_all():
    count, share = count_with_unknown(2, 3, 4), share_with_unknown(1, 4, 4)
    assert (count.value, count.low, count.high, count.n) == (2, 2, 6, 3)
    assert (share.value, share.low, share.high, share.n) == (25, 12.5, 62.5, 4)
    with pytest.raises(ValueError, match="0 units with a figure"):
        share_with_unknown(0, 0, 4)
