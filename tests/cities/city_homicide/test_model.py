"""The city model's posterior, reached three ways: by two samplers' shapes, by quadrature, and from simulated truth."""

import arviz as az
import numpy as np
import pytest
from scipy import stats

from citizen_security.cities.city_homicide import fitting, level_grid
from citizen_security.cities.city_homicide.fitting import GridTooCoarse, check_grid, compare_priors, fit_cities
from citizen_security.cities.city_homicide.model import (
    CityPriors,
    draw_prior_rates,
    replicate_new_cities,
    replicate_same_cities,
    stacked,
)
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


@pytest.fixture(scope="module")
def exact(small_sample, priors):
    return fit_cities(small_sample, priors, draws=20_000, seed=1)


# --- a second implementation: quadrature on a grid, no sampling -------------------------------------------------------


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


def test_draws_from_the_grid_are_independent(exact):
    sizes = az.ess(exact.posterior["posterior"].to_dataset())
    # 20,000 draws; the estimate itself has an error of some 2%, and the least of 19 is taken.
    assert min(float(values.min()) for values in sizes.data_vars.values()) > 17_500


def test_a_grid_that_half_the_points_would_move_is_refused_with_the_number_it_moves(exact, small_sample, priors):
    assert check_grid(exact, small_sample, priors) < fitting.LARGEST_GRID_ERROR
    mean, width = exact.moments["city_deviation"]
    moved = level_grid.GridFit(
        exact.posterior, exact.log_evidence, exact.moments | {"city_deviation": (mean + width / 4, width)}
    )
    with pytest.raises(GridTooCoarse, match=r"city_deviation moves by 0\.2\d posterior standard deviations"):
        check_grid(moved, small_sample, priors)


@pytest.mark.parametrize(("count", "centre", "deviation"), [(1, 3.0, 0.5), (1, -2.0, 2.0), (5, 0.0, 0.3), (2000, 7, 1)])
def test_a_citys_own_level_is_drawn_from_its_exact_distribution(count, centre, deviation):
    number = 50_000
    drawn = level_grid._draw_log_expected(
        count, np.full(number, centre), np.full(number, deviation), np.random.default_rng(3)
    )
    points = np.linspace(-15, 15, 100_001)
    log_density = count * points - np.exp(points) - ((points - centre) / deviation) ** 2 / 2
    cumulative = np.exp(log_density - log_density.max()).cumsum()
    # The Kolmogorov–Smirnov distance at one in a thousand.
    distances = np.searchsorted(np.sort(drawn), points) / number - cumulative / cumulative[-1]
    assert np.abs(distances).max() < 1.95 / np.sqrt(number)


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


# --- what pooling does ------------------------------------------------------------------------------------------------


def test_pooling_pulls_each_city_towards_its_country(exact, small_sample):
    raw = np.log(small_sample.cities["raw_rate"].to_numpy())
    posterior = stacked(exact.posterior, "log_city_rate").mean(axis=0)
    country = stacked(exact.posterior, "log_country_rate").mean(axis=0)[small_sample.country_index]
    # Half a death is left as slack: the mean of a log rate lies below the log of the count by half its variance.
    slack = 0.5 / small_sample.homicides
    assert (np.abs(posterior - country) <= np.abs(raw - country) + slack).all()


def test_narrow_priors_pool_more(exact, small_sample, priors):
    narrow = CityPriors(priors.overall_rate_centre, priors.overall_scale, country_scale=1.0, city_scale=0.1)
    pooled = fit_cities(small_sample, narrow, draws=2_000, seed=1)
    assert pooled.moments["city_deviation"][0] < exact.moments["city_deviation"][0]


def test_priors_are_compared_with_those_of_the_analysis(exact, small_sample, priors):
    variants = {"the same": priors, "doubled": priors.rescaled(2)}
    found = compare_priors(exact, variants, small_sample, 0.95, draws=20_000, seed=1)
    assert found["priors"].tolist() == ["as given", "the same", "doubled"]
    assert found["largest_change_percent"][:2].tolist() == [0, 0]
    assert found["largest_change_percent"][2] > 0
    assert found["between_country_deviation"][2] > found["between_country_deviation"][0]
    assert (found["overall_rate_lower"] < found["overall_rate"]).all()


def test_a_sampled_fit_must_pass_the_gate(compiled, small_sample, priors):
    few = Settings(draws=20, tune=100, chains=2, target_acceptance=0.9, seed=1)
    with pytest.raises(NotConverged, match="the model with doubled priors did not converge"):
        sample_cities("the model with doubled priors", compiled, small_sample, priors.rescaled(2), few, Gate.FULL)


# --- draws before and after the data ----------------------------------------------------------------------------------


def test_prior_rates_have_the_stated_median_and_spread(small_sample, priors):
    log_rates = np.log(draw_prior_rates(small_sample, priors, draws=4_000, seed=1))
    assert log_rates.shape == (4_000, 12)
    # City log rates have variance 1 + 1 + 0.25 (a half-normal's mean square is its scale squared). Cities of one draw
    # share levels, so 4,000 draws of about 1.5 leave an error of 0.024 in the mean; four of them are allowed.
    assert log_rates.mean() == pytest.approx(np.log(20), abs=0.1)
    assert log_rates.std() == pytest.approx(1.5, rel=0.05)


def test_replications_have_the_mean_and_the_spread_of_the_posterior(fit, small_sample):
    rates = np.exp(stacked(fit.posterior, "log_city_rate")) * small_sample.person_years / PERSON_YEARS_OF_A_RATE
    counts = replicate_same_cities(fit.posterior, small_sample, seed=1)
    assert counts.shape == (8_000, 12)
    deviation = np.sqrt(rates.mean(axis=0) + rates.var(axis=0))
    np.testing.assert_allclose(counts.mean(axis=0), rates.mean(axis=0), atol=4 * deviation.max() / np.sqrt(8_000))
    # Total variance: Poisson noise and what is not known of the rate. 8,000 draws give a deviation to within 3%.
    np.testing.assert_allclose(counts.std(axis=0), deviation, rtol=0.05)


def test_new_cities_scatter_more_than_the_same_ones(fit, small_sample):
    same = replicate_same_cities(fit.posterior, small_sample, seed=1)
    new = replicate_new_cities(fit.posterior, small_sample, seed=1)
    assert (new.std(axis=0) > same.std(axis=0)).all()
    np.testing.assert_array_equal(new, replicate_new_cities(fit.posterior, small_sample, seed=1))


# --- recovery ---------------------------------------------------------------------------------------------------------


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
