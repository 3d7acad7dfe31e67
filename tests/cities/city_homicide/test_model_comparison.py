"""Models are compared on the probabilities that they state, and what the counts cannot tell apart is said so."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy import special, stats

from citizen_security.cities.city_homicide import list_cut_off, model_comparison, pairwise, summaries
from citizen_security.cities.city_homicide.count_likelihood import log_probability_of_counts
from citizen_security.cities.city_homicide.level_grid import GridFit


@pytest.fixture(scope="module")
def listed(small_sample):
    return list_cut_off.list_cities(small_sample, 0)


@pytest.fixture(scope="module")
def how(priors):
    return model_comparison.recipes(priors, seed=1, extra_points=4)


@pytest.fixture(scope="module")
def fits(how, listed):
    return {name: recipe(listed, 2_000) for name, recipe in how.items()}


@pytest.fixture(scope="module")
def overdispersed(fits):
    return fits["negative binomial"]


@pytest.fixture(scope="module")
def left_out(fits, how, listed):
    return model_comparison.compare_by_leaving_out(fits, how, listed)


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


def test_no_figure_rests_on_importance_weights_that_cannot_be_trusted(left_out):
    assert len(left_out.cities) == 48
    assert left_out.models["difference"][0] == 0
    assert (left_out.models["difference"] <= 0).all()
    trusted = left_out.cities[~left_out.cities["refitted"]]
    assert (trusted["pareto_k"] <= left_out.threshold).all()
    assert left_out.models["maximum_pareto_k"].max() == trusted["pareto_k"].max()
    assert left_out.models["refitted"].sum() == left_out.cities["refitted"].sum()


def test_a_city_left_out_by_weights_and_by_a_fit_without_it_has_one_density(fits, how, listed, left_out):
    for name in ("Poisson", "negative binomial, with the rule"):
        rows = left_out.cities[(left_out.cities["model"] == name) & (left_out.cities["pareto_k"] < 0.5)]
        row = rows.iloc[0]
        exact = fits[name].log_evidence - how[name](listed.without(int(row["city"])), 1).log_evidence
        # 2,000 draws with weights of a small variance: a few hundredths.
        assert row["elpd"] == pytest.approx(exact, abs=0.1)


def test_a_city_whose_weights_fail_is_left_out_by_a_fit(monkeypatch, fits, how, listed):
    def failing(tree, **_):
        found = az_loo(tree, pointwise=True, reff=1.0)
        found.pareto_k[3] = 0.9
        return found

    az_loo = model_comparison.az.loo
    monkeypatch.setattr(model_comparison.az, "loo", failing)
    found = model_comparison.compare_by_leaving_out({"Poisson": fits["Poisson"]}, how, listed).cities
    assert found["refitted"][3]
    exact = fits["Poisson"].log_evidence - how["Poisson"](listed.without(3), 1).log_evidence
    assert found["elpd"][3] == pytest.approx(exact, abs=1e-12)


def test_the_density_of_a_city_left_out_is_that_of_fresh_draws_without_it(how, listed):
    # A third road: the mean, over draws of the fit without the city, of the probability of its count.
    fit, whole = how["Poisson"](listed.without(3), 20_000), how["Poisson"](listed, 1)
    draws = fit.posterior["posterior"]
    levels = draws["log_country_rate"].to_numpy()[0].T[listed.country_index]
    each = log_probability_of_counts(listed, levels, draws["city_deviation"].to_numpy()[0])[3]
    # 20,000 draws of a probability whose logarithm varies by less than one: an error below 0.01.
    assert special.logsumexp(each) - np.log(20_000) == pytest.approx(whole.log_evidence - fit.log_evidence, abs=0.04)


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
    found = model_comparison.compare_by_leaving_out({"normal": GridFit(tree, 0.0, {})}, {"normal": None}, None)
    exact = stats.norm.logpdf(data, (total - data) / 30, np.sqrt(1 + 1 / 30)).sum()
    # 20,000 independent draws: some 0.01 in the sum.
    assert found.models["elpd"][0] == pytest.approx(exact, abs=0.05)


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


def test_the_chart_of_any_two_cities_gets_the_probabilities_of_all_draws(small_sample):
    log_rates = np.random.default_rng(2).normal(3, 1, (500, 12))
    posterior = posterior_of(log_rates)
    rates = summaries.city_rates(posterior, small_sample, 0.9)
    ranks = summaries.city_ranks(posterior, small_sample, 0.9, 3)
    found = pairwise.any_two_cities(posterior, small_sample, rates, ranks, kept=50)
    assert list(found["label"]) == sorted(small_sample.labels)
    one, other = (list(small_sample.labels).index(found["label"][row]) for row in (2, 7))
    assert found["higher"][2][7] == (log_rates[:, one] > log_rates[:, other]).mean()
    np.testing.assert_array_equal(found["log_rates"][7], log_rates[:50, other])
    assert found["rank_lower"][2] == ranks["rank_lower"][one]
