"""Pairs of cities are counted in the draws."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from citizen_security.cities.city_homicide import summaries
from citizen_security.cities.city_homicide.pairwise import (
    any_two_cities,
    compare_cities,
    order_certainty,
    pairwise_probabilities,
)


def posterior_of(log_rates):
    draws = (("chain", "draw", "city"), np.asarray(log_rates, float)[np.newaxis])
    return xr.DataTree.from_dict({"posterior": xr.Dataset({"log_city_rate": draws})})


def test_pairs_are_counted_in_the_draws_and_add_up_to_one(small_sample):
    log_rates = np.random.default_rng(2).normal(0, 1, (500, 12))
    matrix = pairwise_probabilities(posterior_of(log_rates), small_sample, 5)
    assert matrix.shape == (5, 5)
    first, second = (list(small_sample.labels).index(label) for label in matrix.index[:2])
    assert matrix.iat[0, 1] == (log_rates[:, first] > log_rates[:, second]).mean()
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose((matrix + matrix.T).to_numpy()[off], 1)
    assert matrix.index[0] == small_sample.cities.loc[small_sample.cities["raw_rate"].idxmax(), "label"]


def test_an_order_is_sure_whichever_way_round_it_is():
    matrix = pd.DataFrame([[np.nan, 0.02, 0.6], [0.98, np.nan, 0.96], [0.4, 0.04, np.nan]])
    assert order_certainty(matrix) == pytest.approx(2 / 3)


def test_any_pair_can_be_asked_for_by_name(small_sample):
    log_rates = np.tile(np.arange(12.0), (50, 1))
    found = compare_cities(posterior_of(log_rates), small_sample, "City 3", "City 1 (AAA)", 0.95)
    assert found["probability_higher"] == 1
    assert found["ratio"] == pytest.approx(np.exp(2))
    with pytest.raises(ValueError, match="did you mean 'City 3'"):
        compare_cities(posterior_of(log_rates), small_sample, "Citi 3", "City 1", 0.95)


def test_the_chart_of_any_two_cities_gets_the_probabilities_of_all_draws(small_sample):
    log_rates = np.random.default_rng(2).normal(3, 1, (500, 12))
    posterior = posterior_of(log_rates)
    rates = summaries.city_rates(posterior, small_sample, 0.9)
    ranks = summaries.city_ranks(posterior, small_sample, 0.9, 3)
    found = any_two_cities(posterior, small_sample, rates, ranks, kept=50)
    assert list(found["label"]) == sorted(small_sample.labels)
    one, other = (list(small_sample.labels).index(found["label"][row]) for row in (2, 7))
    assert found["higher"][2][7] == (log_rates[:, one] > log_rates[:, other]).mean()
    np.testing.assert_array_equal(found["log_rates"][7], log_rates[:50, other])
    assert found["rank_lower"][2] == ranks["rank_lower"][one]
