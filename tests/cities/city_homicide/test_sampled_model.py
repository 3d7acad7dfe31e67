"""The posterior, reached three ways: by two samplers' shapes, by quadrature, and from simulated truth."""

import arviz as az
import numpy as np
import pytest
from scipy import stats

from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.cities.city_homicide.sampled_model import (
    build_city_model,
    build_integrated_city_model,
    draw_country_rates,
    sample_cities,
)
from citizen_security.cities.samples import add_exposure, group_by_country
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.sampling import Gate, NotConverged, Settings, compile_model, sample_posterior

SETTINGS = Settings(draws=2_000, tune=1_000, chains=4, target_acceptance=0.99, seed=5)


@pytest.fixture(scope="module")
def compiled(small_sample, priors):
    return compile_model(build_integrated_city_model(small_sample, priors))


@pytest.fixture(scope="module")
def fit(compiled, small_sample, priors):
    return sample_cities("twelve cities", compiled, small_sample, priors, SETTINGS, Gate.FULL)


def grid_posterior(sample, priors):
    """Posterior means and deviations by numerical integration over every level of the model."""
    rates = sample.homicides / sample.person_years * PERSON_YEARS_OF_A_RATE
    country = np.linspace(np.log(rates).min() - 3, np.log(rates).max() + 3, 320)
    city_deviation = np.linspace(0.02, 2, 80)
    overall = np.linspace(np.log(rates).min() - 2, np.log(rates).max() + 2, 90)
    country_deviation = np.linspace(0.05, 5, 100)

    log_likelihood = np.zeros((len(sample.countries), country.size, city_deviation.size))
    for index, count, exposure in zip(sample.country_index, sample.homicides, sample.person_years, strict=True):
        levels = np.log(count / exposure * PERSON_YEARS_OF_A_RATE) + np.linspace(-7, 7, 240) / np.sqrt(count)
        poisson = stats.poisson.pmf(count, np.exp(levels) * exposure / PERSON_YEARS_OF_A_RATE)
        normal = stats.norm.pdf(levels, country[:, None, None], city_deviation[None, :, None])
        log_likelihood[index] += np.log(np.trapezoid(poisson * normal, levels, axis=-1) + 1e-300)

    spread = stats.norm.pdf(country[None, None], overall[:, None, None], country_deviation[None, :, None])
    log_posterior = (
        stats.norm.logpdf(overall, np.log(priors.overall_rate_centre), priors.overall_scale)[:, None, None]
        + stats.halfnorm.logpdf(country_deviation, scale=priors.country_scale)[None, :, None]
        + stats.halfnorm.logpdf(city_deviation, scale=priors.city_scale)[None, None, :]
    )
    for each in log_likelihood:
        log_posterior = log_posterior + np.log(spread @ np.exp(each - each.max()) + 1e-300)
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    axes = {"overall_log_rate": overall, "country_deviation": country_deviation, "city_deviation": city_deviation}
    return {
        name: moments(values, weight.sum(axis=tuple({0, 1, 2} - {axis})))
        for axis, (name, values) in enumerate(axes.items())
    }


def moments(values, weight):
    mean = (values * weight).sum()
    return mean, np.sqrt(((values - mean) ** 2 * weight).sum())


def test_the_sampled_posterior_is_that_of_numerical_integration(fit, small_sample, priors):
    for name, (mean, deviation) in grid_posterior(small_sample, priors).items():
        drawn = fit.posterior["posterior"][name]
        # Four Monte Carlo errors: of three comparisons one in five thousand would fail by chance.
        error = deviation / np.sqrt(float(az.ess(drawn)))
        assert float(drawn.mean()) == pytest.approx(mean, abs=4 * error)
        # The error of a standard deviation is some 0.7 of the mean's, more with heavy tails.
        assert float(drawn.std()) == pytest.approx(deviation, rel=0.1)


def test_the_integrated_model_and_the_one_on_the_page_agree(fit, small_sample, priors):
    plain = compile_model(build_city_model(small_sample, priors))
    written = sample_posterior(plain, SETTINGS)["posterior"].to_dataset()
    integrated = fit.posterior["posterior"].to_dataset()
    for name in ("overall_log_rate", "country_deviation", "city_deviation", "log_country_rate", "log_city_rate"):
        centre = integrated[name].mean(("chain", "draw"))
        pairs = [(written[name], integrated[name]), ((written[name] - centre) ** 2, (integrated[name] - centre) ** 2)]
        # Means and variances of 19 parameters: the largest of 38 normal distances exceeds 4.5 once in 4,000 times.
        assert max(monte_carlo_distance(one, two) for one, two in pairs) < 4.5, name


def test_the_grid_has_the_posterior_of_the_sampler_in_means_and_variances_of_every_level(exact, fit):
    gridded, sampled = (each.posterior["posterior"].to_dataset() for each in (exact, fit))
    for name in ("overall_log_rate", "country_deviation", "city_deviation", "log_country_rate", "log_city_rate"):
        centre = sampled[name].mean(("chain", "draw"))
        pairs = [(gridded[name], sampled[name]), ((gridded[name] - centre) ** 2, (sampled[name] - centre) ** 2)]
        # As above: of 38 distances the largest exceeds 4.5 once in 4,000 times.
        assert max(monte_carlo_distance(one, two) for one, two in pairs) < 4.5, name


def monte_carlo_distance(one, two):
    """Largest difference of the means of two sets of draws, in standard errors."""
    variance = sum(draws.var(("chain", "draw")) / az.ess(draws) for draws in (one, two))
    return float((abs(one.mean(("chain", "draw")) - two.mean(("chain", "draw"))) / np.sqrt(variance)).max())


def test_country_levels_stay_out_of_the_sampler_and_in_the_posterior(fit, small_sample):
    levels = fit.posterior["posterior"]["log_country_rate"]
    assert levels.sizes == {"chain": 4, "draw": 2_000, "country": 4}
    assert levels.coords["country"].values.tolist() == list(small_sample.countries)
    # The posterior mean of a country with three cities lies near their mean log rate, not at the overall level.
    means = np.log(small_sample.cities.groupby("iso3")["raw_rate"].apply(lambda rates: np.exp(np.log(rates).mean())))
    np.testing.assert_allclose(levels.mean(("chain", "draw")), means, atol=0.15)


def test_a_sampled_fit_must_pass_the_gate(compiled, small_sample, priors):
    few = Settings(draws=20, tune=100, chains=2, target_acceptance=0.9, seed=1)
    with pytest.raises(NotConverged, match="the model with doubled priors did not converge"):
        sample_cities("the model with doubled priors", compiled, small_sample, priors.rescaled(2), few, Gate.FULL)


def simulate(generator, sample, priors):
    """One truth from the priors, and counts from the truth: written from the formulas, not from the model's code."""
    truth = {
        "overall_log_rate": generator.normal(np.log(priors.overall_rate_centre), priors.overall_scale),
        "country_deviation": abs(generator.normal(0, priors.country_scale)),
        "city_deviation": abs(generator.normal(0, priors.city_scale)),
    }
    countries = generator.normal(truth["overall_log_rate"], truth["country_deviation"], len(sample.countries))
    cities = generator.normal(countries[sample.country_index], truth["city_deviation"])
    counts = generator.poisson(np.exp(cities) * sample.person_years / PERSON_YEARS_OF_A_RATE)
    return truth | {"log_country_rate": countries, "log_city_rate": cities}, counts


@pytest.mark.slow
def test_truths_drawn_from_the_priors_are_found_as_often_as_the_intervals_say(small_sample):
    # Simulation-based calibration in small: with the priors true, the truth is a draw among the posterior's.
    simulations = 60
    priors = CityPriors(overall_rate_centre=50, overall_scale=0.5, country_scale=0.5, city_scale=0.4)
    large = small_sample.cities.drop(columns="homicides").loc[lambda frame: frame.index.repeat(2)]
    large = large.assign(homicides=1, city=[f"City {n}" for n in range(24)]).reset_index(drop=True)
    sample = group_by_country(add_exposure(large))
    compiled = compile_model(build_integrated_city_model(sample, priors))
    generator = np.random.default_rng(11)
    standing = {name: [] for name in ("overall_log_rate", "country_deviation", "city_deviation", "log_country_rate")}
    for number in range(simulations):
        truth, counts = simulate(generator, sample, priors)
        settings = Settings(draws=500, tune=500, chains=2, target_acceptance=0.95, seed=number)
        drawn = sample_posterior(compiled, settings, priors.data() | {"observed_homicides": counts})
        posterior = draw_country_rates(drawn, sample, seed=number)
        for name, standings in standing.items():
            standings.append(np.mean(stacked(posterior, name) < truth[name], axis=0))
    for name, standings in standing.items():
        shares = np.array(standings).reshape(simulations, -1)[:, 0]
        # 80% intervals: of 60, between 37 and 58 hold the truth but for three times in a thousand.
        assert 37 <= np.sum(np.abs(shares - 0.5) < 0.4) <= 58, name
        # The mean of 60 uniform standings has a standard error of 0.037; 0.13 is three and a half of them.
        assert shares.mean() == pytest.approx(0.5, abs=0.13), name
