"""How rates vary: a variance that fades taken for one that lasts would hide the fall by chance."""

from dataclasses import replace

import pandas as pd
import pytest

from citizen_security.evidence.claimed_and_evaluated.city_variance import (
    TooFewCities,
    autocovariances,
    city_deviations,
    estimate_variance,
    fitted_covariances,
)
from citizen_security.evidence.claimed_and_evaluated.simulated_places import simulate_counts
from citizen_security.methods.reversion import YearVariance

VARIANCE = YearVariance(between=0.15, within=0.3, persistence=0.8, noise=0.02)


def panel(variance, cities, years, population=400_000, rate=40.0, seed=0):
    counts = simulate_counts(variance, years, population=population, rate=rate, places=cities, seed=seed)
    index = pd.MultiIndex.from_product([range(cities), range(2000, 2000 + years)], names=["city_code", "year"])
    frame = pd.DataFrame({"homicides": counts.ravel()}, index=index).reset_index()
    return frame.assign(iso3="BRA", population=population, city_code=frame["city_code"].astype(str))


def test_the_variances_of_a_simulated_panel_are_recovered():
    found = estimate_variance(city_deviations(panel(VARIANCE, 3000, 20)))
    # Three thousand cities: standard errors of two to three percent of the variances.
    assert found.between + found.within == pytest.approx(0.45, rel=0.06)
    assert found.between == pytest.approx(0.15, abs=0.04)
    assert found.persistence == pytest.approx(0.8, abs=0.03)


def test_counts_alone_make_no_variance_of_risk():
    flat = replace(VARIANCE, between=0.0, within=0.0)
    found = autocovariances(city_deviations(panel(flat, 2000, 12)))
    # Deviations of a count of 160 have a variance of 0.006, which is taken off at lag 0.
    assert abs(found["covariance"]).max() < 0.0005


def test_a_country_with_few_cities_is_refused():
    with pytest.raises(TooFewCities, match="BRA has 9"):
        city_deviations(panel(VARIANCE, 9, 12))


def test_the_fitted_covariance_is_the_whole_variance_at_lag_zero_and_falls_to_the_lasting_part():
    found = fitted_covariances(VARIANCE, 60)
    assert found["total"].iloc[0] == pytest.approx(VARIANCE.between + VARIANCE.within)
    # 0.3 × 0.8 ** 60 is 5e-7.
    assert found["total"].iloc[-1] == pytest.approx(VARIANCE.between, abs=1e-6)
    assert (found["lasting"] == VARIANCE.between).all()
