"""Fits on a grid: pooling pulls, priors are compared."""

import numpy as np

from citizen_security.cities.city_homicide.fitting import compare_priors, fit_cities
from citizen_security.cities.city_homicide.model import CityPriors, stacked


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
    assert found["grid_error"][0] == exact.grid_error
    assert found["grid_error"].between(1e-6, 0.05).all()
