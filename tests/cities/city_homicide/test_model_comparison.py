"""Models are compared on the probabilities that they state, and what the counts cannot tell apart is said so."""

import numpy as np
import pytest
import xarray as xr
from scipy import special, stats

from citizen_security.cities.city_homicide import model_comparison
from citizen_security.cities.city_homicide.count_likelihood import log_probability_of_counts
from citizen_security.cities.city_homicide.level_grid import GridFit


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
    same_grid = fits["Poisson"].sizes
    exact = fits["Poisson"].log_evidence - how["Poisson"](listed.without(3), 1, same_grid).log_evidence
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
