"""Intervals, ranks and checks mean what the page says they mean."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from citizen_security.cities.city_homicide import summaries
from citizen_security.tables import catalog


def posterior_of(log_rates, country_rates=None, **scalars):
    """A posterior of one chain with the draws given."""
    variables = {"log_city_rate": (("chain", "draw", "city"), np.asarray(log_rates, float)[np.newaxis])}
    if country_rates is not None:
        variables["log_country_rate"] = (("chain", "draw", "country"), np.asarray(country_rates, float)[np.newaxis])
    variables |= {name: (("chain", "draw"), np.asarray(values, float)[np.newaxis]) for name, values in scalars.items()}
    return xr.DataTree.from_dict({"posterior": xr.Dataset(variables)})


# --- flags ------------------------------------------------------------------------------------------------------------


def test_flagged_rows_say_more_than_their_year_in_columns_that_fit_a_phone():
    table = catalog.load("city_table")
    shown = summaries.flagged_rows(table)
    assert list(shown.columns) == ["rank", "city", "printed rate (homicides in the year)", "flags"]
    assert (shown["flags"] != summaries.ANOTHER_YEAR).all()
    other_year = table["flags"] == "year differs from table label 2016"
    assert len(shown) == table["flags"].notna().sum() - other_year.sum() > 0
    acapulco = shown.set_index("rank").loc[2]
    assert acapulco["city"] == "Acapulco de Juarez (MEX)"
    assert acapulco["printed rate (homicides in the year)"] == "108,1 (918 in 2016)"


# --- ranks ------------------------------------------------------------------------------------------------------------


def test_city_ranks_keep_the_order_of_the_sample(small_sample):
    log_rates = np.tile(np.log(small_sample.cities["raw_rate"]), (50, 1))
    found = summaries.city_ranks(posterior_of(log_rates), small_sample, 0.9, top_places=2)
    assert found["label"].tolist() == list(small_sample.labels)
    assert (found["rank_median"] == found["raw_rank"]).all()
    assert found["probability_top"].sum() == 2


# --- comparisons ------------------------------------------------------------------------------------------------------


def test_a_comparison_counts_the_draws_in_which_one_is_higher():
    posterior = posterior_of([[2.0, 1.0], [2.0, 3.0], [2.0, 1.5], [2.0, 0.0]])
    assert summaries.probability_higher(posterior, 0, 1) == 0.75
    assert summaries.probability_higher(posterior, 1, 0) == 0.25


def test_a_rate_ratio_turns_over_with_the_cities(small_sample):
    posterior = posterior_of(np.random.default_rng(1).standard_normal((400, 12)))
    lower, middle, upper = summaries.rate_ratio(posterior, 0, 1, 0.9)
    assert summaries.rate_ratio(posterior, 1, 0, 0.9) == pytest.approx((1 / upper, 1 / middle, 1 / lower), rel=1e-2)


def test_neighbours_are_those_of_the_raw_list(small_sample):
    log_rates = np.tile(np.log(small_sample.cities["raw_rate"]), (10, 1))
    assert summaries.neighbour_probabilities(posterior_of(log_rates), small_sample).tolist() == [1.0] * 11
    assert summaries.neighbour_probabilities(posterior_of(-log_rates), small_sample).tolist() == [0.0] * 11


def test_overlapping_pairs_of_a_hand_case():
    # Of the three pairs only the first two intervals touch.
    assert summaries.overlapping_pairs([0, 2, 10], [2, 5, 11]) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("probability", "draws", "said"),
    [
        (0.768, 8_000, "76.8%"),
        (1.0, 8_000, "more than 99.9%"),
        (0.0, 8_000, "less than 0.1%"),
        (1.0, 1_000, "more than 99%"),
        (0.9985, 8_000, "99.9%"),
    ],
)
def test_a_probability_is_said_no_more_surely_than_the_draws_allow(probability, draws, said):
    assert summaries.say_probability(probability, draws) == said


# --- levels -----------------------------------------------------------------------------------------------------------


def test_country_rates_pool_counts_over_exposure(small_sample):
    levels = np.tile(np.log([10.0, 20.0, 40.0, 80.0]), (5, 1))
    found = summaries.country_rates(posterior_of(np.zeros((5, 12)), levels), small_sample, 0.9)
    assert found["iso3"].tolist() == ["DDD", "CCC", "BBB", "AAA"]
    assert found["cities"].tolist() == [3, 3, 3, 3]
    np.testing.assert_allclose(found["rate"], [80, 40, 20, 10])
    last = small_sample.cities[small_sample.cities["iso3"] == "DDD"]
    assert found["pooled_rate"][0] == pytest.approx(last["homicides"].sum() / last["implied_population"].sum() * 1e5)


def test_the_share_of_variance_is_that_between_countries():
    drawn = {"overall_log_rate": np.log([50, 50]), "country_deviation": [0.3, 0.3], "city_deviation": [0.4, 0.4]}
    levels = summaries.upper_levels(posterior_of(np.zeros((2, 1)), np.zeros((2, 2)), **drawn), 0.9)
    of_one_country = summaries.upper_levels(posterior_of(np.zeros((2, 1)), np.zeros((2, 1)), **drawn), 0.9)
    assert of_one_country["median"].to_dict() == {"between_city_deviation": pytest.approx(0.4)}
    assert levels.loc["country_share_of_variance", "median"] == pytest.approx(0.09 / 0.25)
    assert levels.loc["overall_rate", "median"] == pytest.approx(50)
    assert levels.columns.tolist() == ["lower", "median", "upper"]


def test_city_rates_carry_the_raw_and_the_posterior_interval(small_sample):
    generator = np.random.default_rng(2)
    log_rates = np.log(small_sample.cities["raw_rate"].to_numpy()) + 0.1 * generator.standard_normal((4_000, 12))
    found = summaries.city_rates(posterior_of(log_rates), small_sample, 0.9)
    assert (found["raw_rate_lower"] < found["raw_rate"]).all()
    assert (found["raw_rate"] < found["raw_rate_upper"]).all()
    # Draws scatter about the raw rate: its median differs by the Monte Carlo error, some 0.1·1.25/√4000 on a log scale.
    np.testing.assert_allclose(found["change_percent"], 0, atol=1.0)
    np.testing.assert_allclose(np.log(found["rate_upper"] / found["rate_lower"]), 2 * 1.645 * 0.1, rtol=0.1)


# --- predictive checks ------------------------------------------------------------------------------------------------


def test_list_statistics_of_a_hand_case():
    found = summaries.list_statistics(np.array([[10, 20, 40]]), np.array([1e5, 1e5, 1e5])).iloc[0]
    assert found["lowest_rate"] == 10
    assert found["highest_rate"] == 40
    assert found["log_rate_deviation"] == pytest.approx(np.log(2))
    assert found["log_rate_skewness"] == pytest.approx(0, abs=1e-12)


def test_two_cities_have_no_skewness_and_equal_rates_none_to_speak_of():
    two = summaries.list_statistics(np.array([[10, 40]]), np.full(2, 1e5))
    assert list(two) == ["lowest_rate", "highest_rate", "log_rate_deviation"]
    skewness = summaries.list_statistics(np.array([[7, 7, 7], [1, 1, 9]]), np.full(3, 1e5))["log_rate_skewness"]
    # Two of three alike: the skewness of a coin with a third is one over the root of two.
    assert skewness.tolist() == pytest.approx([0, 0.7071], abs=1e-4)


def test_list_statistics_bear_a_city_without_homicides():
    assert np.isfinite(summaries.list_statistics(np.array([[0, 3, 9]]), np.full(3, 1e5))).to_numpy().all()


def test_a_check_counts_the_replications_that_reach_the_observed():
    replicated = pd.DataFrame({"lowest_rate": [1.0, 2.0, 3.0, 4.0]})
    found = summaries.predictive_checks(replicated, pd.Series({"lowest_rate": 3.0}))
    assert found.loc["lowest_rate", "share_at_least"] == 0.5


def test_predictive_intervals_tell_the_city_that_lies_outside(small_sample):
    counts = np.tile(small_sample.homicides, (100, 1))
    counts[:, 0] += 50
    found = summaries.predictive_intervals(counts, small_sample, 0.9)
    assert found["covered"].tolist() == [False] + [True] * 11
