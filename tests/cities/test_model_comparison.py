"""Models are compared on the probabilities that they state, and what the counts cannot tell apart is said so."""

import warnings

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import special, stats

from citizen_security.cities import level_grid, model_comparison, pairwise, selection
from citizen_security.cities.count_likelihood import log_probability_of_counts
from citizen_security.cities.level_grid import GridFit


@pytest.fixture(scope="module")
def listed(small_sample):
    return selection.list_cities(small_sample, 0)


@pytest.fixture(scope="module")
def poisson(listed, priors):
    return selection.fit_listed(listed, priors, rule=False, draws=2_000, seed=1, sizes=level_grid.SIMULATED)


@pytest.fixture(scope="module")
def overdispersed(listed, priors):
    return model_comparison.fit_negative_binomial(listed, priors, draws=2_000, seed=1)


def test_the_negative_binomial_probability_is_that_of_brute_force(listed):
    steps = np.linspace(-12, 12, 100_001)
    found = log_probability_of_counts(listed, np.full((12, 1), 3.5), np.array([0.4]), 0.3)[:, 0]
    for city, (count, person_years) in enumerate(zip(listed.homicides, listed.person_years, strict=True)):
        mean = np.exp(3.5 + 0.4 * steps) * person_years / 100_000
        shape = 1 / 0.3**2
        terms = stats.norm.logpdf(steps) + stats.nbinom.logpmf(count, shape, shape / (shape + mean))
        exact = special.logsumexp(terms) + np.log(steps[1] - steps[0])
        # Eleven nodes about the peak keep four digits where the tail of the gamma factor is long.
        assert found[city] == pytest.approx(exact, abs=1e-3)


def test_without_extra_spread_the_negative_binomial_is_the_poisson(listed):
    levels = np.full((12, 1), 3.5)
    small = log_probability_of_counts(listed, levels, np.array([0.4]), 1e-4)
    np.testing.assert_allclose(small, log_probability_of_counts(listed, levels, np.array([0.4])), atol=1e-4)


def test_one_count_per_city_tells_the_sum_of_both_spreads_better_than_their_split(overdispersed, priors):
    spread = model_comparison.identify_spread(overdispersed, priors, 0.95, seed=1)
    assert spread.loc["total_deviation", "narrowing"] > spread.loc["extra_deviation", "narrowing"]
    assert (spread["lower"] < spread["median"]).all()


def test_leaving_cities_out_reports_every_shape(poisson, overdispersed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = model_comparison.compare_by_leaving_out({"Poisson": poisson, "negative binomial": overdispersed})
    assert len(found.cities) == 24
    assert found.models["difference"][0] == 0
    assert (found.models["difference"] <= 0).all()
    assert found.models["maximum_pareto_k"].max() == found.cities["pareto_k"].max()
    above = (found.cities["pareto_k"] > found.threshold).sum()
    assert found.models["above_threshold"].sum() == above


def test_leaving_out_by_weights_is_leaving_out():
    # Normal counts of a known mean: the density of each, left out, has a closed form.
    generator = np.random.default_rng(1)
    data = generator.normal(0, 1, 30)
    total = data.sum()
    means = generator.normal(total / 31, np.sqrt(1 / 31), 20_000)
    each = stats.norm.logpdf(data, means[:, np.newaxis], 1)
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset({"mean": (("chain", "draw"), means[np.newaxis])}),
            "log_likelihood": xr.Dataset({"homicides": (("chain", "draw", "city"), each[np.newaxis])}),
        }
    )
    found = model_comparison.compare_by_leaving_out({"normal": GridFit(tree, 0.0)}).models["elpd"][0]
    exact = stats.norm.logpdf(data, (total - data) / 30, np.sqrt(1 + 1 / 30)).sum()
    # 20,000 independent draws: some 0.01 in the sum.
    assert found == pytest.approx(exact, abs=0.05)


# --- pairs of cities --------------------------------------------------------------------------------------------------


def posterior_of(log_rates):
    draws = (("chain", "draw", "city"), np.asarray(log_rates, float)[np.newaxis])
    return xr.DataTree.from_dict({"posterior": xr.Dataset({"log_city_rate": draws})})


def test_pairs_are_counted_in_the_draws_and_add_up_to_one(small_sample):
    log_rates = np.random.default_rng(2).normal(0, 1, (500, 12))
    matrix = pairwise.pairwise_probabilities(posterior_of(log_rates), small_sample, 5)
    assert matrix.shape == (5, 5)
    first, second = (list(small_sample.labels).index(label) for label in matrix.index[:2])
    assert matrix.iat[0, 1] == (log_rates[:, first] > log_rates[:, second]).mean()
    off = ~np.eye(5, dtype=bool)
    np.testing.assert_allclose((matrix + matrix.T).to_numpy()[off], 1)
    assert matrix.index[0] == small_sample.cities.loc[small_sample.cities["raw_rate"].idxmax(), "label"]


def test_an_order_is_sure_whichever_way_round_it_is():
    matrix = pd.DataFrame([[np.nan, 0.02, 0.6], [0.98, np.nan, 0.96], [0.4, 0.04, np.nan]])
    assert pairwise.order_certainty(matrix) == pytest.approx(2 / 3)


def test_any_pair_can_be_asked_for_by_name(small_sample):
    log_rates = np.tile(np.arange(12.0), (50, 1))
    found = pairwise.compare_cities(posterior_of(log_rates), small_sample, "City 3", "City 1 (AAA)", 0.95)
    assert found["probability_higher"] == 1
    assert found["ratio"] == pytest.approx(np.exp(2))
    with pytest.raises(ValueError, match="did you mean 'City 3'"):
        pairwise.compare_cities(posterior_of(log_rates), small_sample, "Citi 3", "City 1", 0.95)
