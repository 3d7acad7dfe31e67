"""The printed list: what is called odd is odd, what it changes is counted right, and chance is what is said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import rates as statsmodels_rates

from citizen_security.cities.city_table import printed_list as examine
from citizen_security.cities.city_table.checks import check
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.methods.rates import poisson_interval
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog


def parameters(**values):
    return CityTable.from_values(values)


@pytest.fixture(scope="module")
def panel():
    return catalog.load("city_year")


@pytest.fixture(scope="module")
def rows():
    return examine.listed_rows(catalog.load("city_table"), parameters())


@pytest.fixture(scope="module")
def matched(rows, panel):
    return examine.match_cities(rows, panel, 2016)


@pytest.fixture(scope="module")
def anomalies(matched, panel):
    return examine.find_anomalies(matched, panel, parameters())


@pytest.fixture(scope="module")
def eligible(panel):
    return examine.eligible_cities(panel, ("BRA", "COL", "MEX"), 250_000)


def kind(anomalies, name):
    return anomalies[anomalies["anomaly"] == name].set_index("label")


# --- exact Poisson intervals ------------------------------------------------------------------------------------------


def test_the_intervals_of_the_printed_rates_are_those_of_statsmodels(rows):
    ranked = examine.rank_uncertainty(rows, 0.95, 200, 1)
    for city in ranked.itertuples():
        lower, upper = statsmodels_rates.confint_poisson(city.homicides, city.person_years, method="exact-c")
        # The same quantiles by another route; only floating point differs.
        np.testing.assert_allclose([city.raw_rate_lower, city.raw_rate_upper], [lower * 1e5, upper * 1e5], rtol=1e-9)


@pytest.mark.parametrize(
    ("count", "level", "lower", "upper"),
    # Garwood's limits as tabled, to the table's decimals.
    [(30, 0.95, 20.24, 42.83), (50, 0.95, 37.11, 65.92), (100, 0.95, 81.36, 121.63), (10, 0.99, 3.72, 21.40)],
)
def test_the_interval_of_a_count_is_the_tabled_one(count, level, lower, upper):
    np.testing.assert_allclose(poisson_interval(count, 100_000, level), [lower, upper], atol=6e-3)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_intervals_hold_the_truth_at_least_as_often_as_stated_by_exact_enumeration(level):
    counts = np.arange(400)
    lower, upper = poisson_interval(counts, np.full(400, 100_000), level).T
    for mean in np.linspace(0.05, 250, 400):
        covered = stats.poisson.pmf(counts, mean)[(lower <= mean) & (mean <= upper)].sum()
        # 400 counts leave less than 1e-12 of a Poisson distribution of mean 250 out.
        assert covered >= level - 1e-12
    # At the listed cities' hundreds of deaths the interval is not idle either.
    assert covered < level + 0.02


# --- matching and anomalies -------------------------------------------------------------------------------------------


def test_every_row_of_brazil_colombia_and_mexico_finds_its_city_and_no_other_row_does(matched):
    near = matched["iso3"].isin(examine.PANEL_COUNTRIES)
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
    assert examine.match_cities(rows, panel, 2016)["city_code"].isna().tolist() == [True, False]


def test_choloma_is_the_one_row_out_of_order_and_belongs_six_places_higher(anomalies):
    row = kind(anomalies, "out of order")
    assert row.index.tolist() == ["Choloma (HND)"]
    assert row[["place_before", "place_after", "places_moved"]].iloc[0].tolist() == [11, 5, 6]


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(st.lists(st.integers(0, 6), min_size=1, max_size=8))
def test_the_fewest_rows_are_called_out_of_order(values):
    strays = examine.rows_out_of_order(values)
    assert (np.diff(np.delete(values, strays)) <= 0).all()
    # By trying every subset: none that is larger never rises.
    best = max(
        bin(subset).count("1")
        for subset in range(1, 2 ** len(values))
        if (np.diff([value for i, value in enumerate(values) if subset >> i & 1]) <= 0).all()
    )
    assert len(values) - len(strays) == best


@pytest.mark.parametrize("factor", [10, 0.1])
def test_a_slipped_decimal_would_be_seen_by_order_and_by_the_published_rate(matched, factor):
    position = 35  # in the middle: Vitória da Conquista
    slipped = matched.assign(homicide_rate=matched["homicide_rate"].where(matched.index != position, 49.5 * factor))
    assert position in examine.rows_out_of_order(slipped["homicide_rate"])
    assert examine.decimal_shifts(slipped)[position] == np.log10(factor)
    assert (examine.decimal_shifts(matched) == 0).all()


def test_counts_far_from_the_published_are_flagged_with_both_numbers(anomalies):
    rows = kind(anomalies, "count differs")
    assert len(rows) == 9
    assert rows.loc["Camacari (BRA)", "reason"] == "152 homicides printed, 207 published (-27%)"
    assert rows.loc["Camacari (BRA)", "rate_after"] == pytest.approx(207 / 286_792 * 1e5)
    assert rows.loc["Camacari (BRA)", "place_after"] == 10  # between 72.2 and 70.8, by hand


def test_sao_luis_has_the_people_of_the_municipality_and_more_than_its_deaths(anomalies):
    row = kind(anomalies, "metropolitan unit").loc["Grande Sao Luís (BRA)"]
    assert "population 0.99 and homicides 1.33" in row["reason"]
    assert row["rate_after"] == pytest.approx(601 / 1_080_281 * 1e5)


def test_23_rows_are_of_an_earlier_year_and_those_without_a_panel_have_no_remedy(anomalies):
    rows = kind(anomalies, "earlier year")
    assert len(rows) == 23
    assert rows.index[rows["rate_after"].isna()].tolist() == ["Choloma (HND)", "Kingston (JAM)"]
    assert rows["place_after"].isna().sum() == 2


def test_ties_and_the_odd_decimal_mark_move_nobody(anomalies):
    still = anomalies[anomalies["anomaly"].isin(["tied rates", "decimal mark", "name differs"])]
    assert (still["places_moved"] == 0).all()
    assert len(kind(anomalies, "tied rates")) == 7
    assert kind(anomalies, "decimal mark").index.tolist() == ["Aparecida de Goainia (BRA)"]


def test_a_list_in_order_of_the_right_year_and_counts_has_no_anomaly(panel):
    cities = panel[(panel["iso3"] == "COL") & (panel["year"] == 2016)].head(6).copy()
    cities["rate"] = cities["homicides"] / cities["population"] * 1e5
    cities = cities.sort_values("rate", ascending=False, ignore_index=True)
    table = cities.assign(
        rank=range(1, 7), homicide_rate=cities["rate"], implied_population=cities["population"], is_lac=True,
        homicide_rate_as_printed=cities["rate"].map("{:.1f}".format),
    ).drop(columns=["city_code", "population", "rate"])  # fmt: skip
    chosen = parameters(countries=["COL"])
    clean = examine.match_cities(examine.listed_rows(table, chosen), panel, 2016)
    assert examine.find_anomalies(clean, panel, chosen).empty


def test_a_place_after_correction_is_counted_among_the_others():
    rates = np.array([50.0, 40.0, 40.0, 30.0])
    assert [examine.place_after(rates, 3, rate) for rate in (60, 50, 45, 40, 30, 29)] == [1, 1, 2, 2, 4, 5]


def test_shares_add_up_and_the_region_has_43(rows):
    countries = catalog.load("countries")
    for by in ("name", "subregion"):
        table = examine.shares(rows, countries, by)
        assert table[["share_of_cities", "share_of_homicides"]].sum().tolist() == pytest.approx([1, 1])
    assert table.set_index("subregion").loc["elsewhere", "cities"] == 50 - 43


# --- places and chance ------------------------------------------------------------------------------------------------


def test_the_comparison_of_two_counts_is_the_exact_binomial_test():
    counts, exposure = np.array([30, 45, 12]), np.array([3e5, 4e5, 2.5e5])
    tails = examine.comparison_probability(counts, exposure)
    for i, j in [(0, 1), (1, 2), (2, 0)]:
        share = exposure[i] / (exposure[i] + exposure[j])
        test = stats.binomtest(int(counts[i]), int(counts[i] + counts[j]), share, alternative="greater")
        assert tails[i, j] == pytest.approx(test.pvalue, rel=1e-9)
        # statsmodels' exact test of two Poisson rates, written independently of both.
        other = statsmodels_rates.test_poisson_2indep(
            counts[i], exposure[i], counts[j], exposure[j], method="exact-cond", alternative="larger"
        )
        assert tails[i, j] == pytest.approx(other.pvalue, rel=1e-6)


def test_rank_sets_hold_the_true_place_at_least_as_often_as_stated():
    generator = np.random.default_rng(7)
    means, exposure = np.array([300, 260, 255, 200, 199, 198, 150, 80]), np.full(8, 4e5)
    hit = np.zeros(8)
    for counts in generator.poisson(means, (400, 8)):
        sets = examine.rank_confidence_sets(counts, exposure, 0.9)
        hit += (sets[:, 0] <= np.arange(1, 9)) & (np.arange(1, 9) <= sets[:, 1])
    # Three standard errors of 400 trials at 90% are 0.045.
    assert (hit / 400 > 0.9 - 0.045).all()


def test_rank_sets_are_certain_where_rates_lie_apart_and_open_where_they_are_equal():
    apart = examine.rank_confidence_sets([1_000, 400, 100], [1e5] * 3, 0.95)
    np.testing.assert_array_equal(apart, [[1, 1], [2, 2], [3, 3]])
    np.testing.assert_array_equal(examine.rank_confidence_sets([50] * 3, [1e5] * 3, 0.95), [[1, 3]] * 3)


def test_simulated_places_of_two_cities_have_the_probability_of_skellam():
    table = pd.DataFrame(
        {
            "city": ["A", "B"], "iso3": "BRA", "homicides": [120, 110], "implied_population": 200_000, "is_lac": True,
            "rank": [1, 2], "homicide_rate": [60.0, 55.0],
        }
    )  # fmt: skip
    rows = examine.listed_rows(table, parameters())
    second = stats.skellam.cdf(-1, 120, 110)  # the difference of two Poisson counts is below zero: about 24%
    # The interval of the first city's place holds the second place if and only if more than half the error is there.
    for level, widest in [(2 * (0.5 - second) + 0.1, 2), (1 - 2 * second - 0.1, 1)]:
        ranked = examine.rank_uncertainty(rows, level, 20_000, 3)
        assert ranked.loc[0, "rank_upper"] == widest


def test_neighbours_overlap_as_their_intervals_say(rows):
    ranked = examine.rank_uncertainty(rows, 0.95, 200, 1)
    touching = examine.overlapping_neighbours(ranked)
    assert len(touching) == 49
    ordered = ranked.sort_values("raw_rate", ascending=False)
    pairs = zip(ordered.itertuples(), list(ordered.itertuples())[1:], strict=False)
    assert touching.tolist() == [lower.raw_rate_upper >= upper.raw_rate_lower for upper, lower in pairs]
    assert touching.sum() == 48  # San Salvador alone stands apart


# --- who is missing ---------------------------------------------------------------------------------------------------


def test_missing_cities_reach_the_cut_off_and_are_not_listed(eligible, matched):
    missing = examine.unlisted_cities(eligible, matched, parameters())
    assert (missing["rate"] >= 42.4).all()
    assert not set(missing["label"]) & set(matched["label"])
    assert {"Salvador (BRA)", "Rio Branco (BRA)", "La Paz (MEX)"} <= set(missing["label"][missing["surely_above"]])
    assert "São Luís (BRA)" not in set(missing["label"])  # listed under the name of its metropolitan area


def test_the_rebuilt_list_is_as_long_as_the_printed_one_and_loses_as_many_as_it_gains(eligible, matched):
    rebuilt = examine.rebuild_list(eligible, matched, parameters())
    assert rebuilt["place"].notna().sum() == rebuilt["printed_place"].notna().sum() == 50
    assert rebuilt["place"].isna().sum() == rebuilt["printed_place"].isna().sum() == 9
    kept = rebuilt.dropna(subset="place")
    assert kept["rate"].is_monotonic_decreasing


def test_a_list_of_one_country_is_rebuilt_from_its_own_panel_alone(panel):
    chosen = parameters(countries=["BRA"])
    rows = examine.listed_rows(catalog.load("city_table"), chosen)
    own = examine.match_cities(rows, panel, 2016)
    eligible = examine.eligible_cities(panel, examine.panel_countries(rows), 250_000)
    rebuilt = examine.rebuild_list(eligible, own, chosen)
    highest = eligible[eligible["year"] == 2016]["rate"].nlargest(25)
    np.testing.assert_allclose(rebuilt["rate"].head(25), highest)
    assert set(examine.find_anomalies(own, panel, chosen)["anomaly"]) <= set(examine.ANOMALIES)


# --- from year to year ------------------------------------------------------------------------------------------------


def test_top_cities_are_the_highest_and_exactly_so_many():
    np.testing.assert_array_equal(
        examine.top_cities([[3, 1, 2, 2], [0, 0, 0, 0]], 2), [[True, False, True, False], [True, True, False, False]]
    )


def test_turnover_is_the_share_that_was_not_there():
    before, after = np.array([True, True, True, False, False]), np.array([True, False, True, True, False])
    assert examine.turnover(before, after) == pytest.approx(1 / 3)
    assert examine.turnover(before, before) == 0


def test_years_that_do_not_follow_each_other_are_not_compared(panel):
    years = examine.years_in_all(panel, ("BRA", "MEX"), 2017, 2024)
    assert years == [2017, 2018, 2019, 2021]
    assert examine.consecutive(years) == [(2017, 2018), (2018, 2019)]


def simulated_panel(generator, wandering):
    """A country of 200 cities in two years whose risks are the same, or move."""
    risks = generator.gamma(4, 30, 200) + 5
    later = risks * np.exp(wandering * generator.standard_normal(200))
    years = [
        pd.DataFrame({"iso3": "BRA", "city_code": [f"{i:05}" for i in range(200)], "year": year,
                      "homicides": generator.poisson(mean), "population": 400_000})
        for year, mean in ((2010, risks), (2011, later))
    ]  # fmt: skip
    return examine.with_rates(pd.concat(years, ignore_index=True))


def test_constant_risk_renews_a_list_as_often_as_chance_is_said_to():
    generator = np.random.default_rng(11)
    drawn = [
        examine.turnover_by_year(simulated_panel(generator, 0.0), [(2010, 2011)], 30, 100, seed) for seed in range(20)
    ]
    observed = np.array([each["observed"].iloc[0] for each in drawn])
    chance = np.array([each["chance"].mean() for each in drawn])
    # A turnover of 30 cities deviates by about 0.05, so the mean of 20 by 0.011; three of these.
    assert observed.mean() == pytest.approx(chance.mean(), abs=0.034)
    within = [
        (row["chance_lower"] <= row["observed"]) & (row["observed"] <= row["chance_upper"])
        for row in (examine.summarise_turnover(each, 0.95).iloc[0] for each in drawn)
    ]
    assert np.mean(within) >= 0.8  # 95% less three standard errors of 20 trials


def test_wandering_risk_renews_more_than_chance():
    drawn = examine.turnover_by_year(simulated_panel(np.random.default_rng(5), 0.6), [(2010, 2011)], 30, 300, 1)
    summary = examine.summarise_turnover(drawn, 0.95).iloc[0]
    assert summary["observed"] > summary["chance_upper"]


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": ["BRZ"]}, "did you mean 'BRA'"),
        ({"countries": ["ARG"]}, "has no city in the table"),
        ({"countries": ["SLV", "HND"]}, "Add one of BRA, COL, MEX"),
        ({"countries": ["COL"]}, "at least 3 are needed"),
        ({"first_year": 2019, "last_year": 2021}, "no two successive years"),
        ({"label_year": 2020}, "Brazil lacks 2020"),
        ({"panel_minimum_population": 1_500_000}, "Lower it"),
    ],
)
def test_parameters_that_leave_nothing_to_examine_are_refused_in_words(values, message):
    with pytest.raises(ParameterError, match=message):
        check(parameters(**values))


@pytest.mark.parametrize("values", [{}, {"countries": "lac"}, {"countries": ["MEX", "HND"]}, {"label_year": 2015}])
def test_parameters_that_leave_enough_are_taken(values):
    check(parameters(**values))


def test_years_in_the_wrong_order_are_refused_before_any_table_is_read():
    with pytest.raises(ParameterError, match="not before last_year"):
        parameters(first_year=2015, last_year=2015)
