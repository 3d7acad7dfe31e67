"""Regression to the mean: too small a fall by chance would credit a programme, too large a one would dismiss it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from citizen_security.evidence.claimed_and_evaluated.chance_falls import (
    chance_falls,
    expected_log_change,
    falls_of_resamples,
    observed_falls,
    observed_log_change,
    resampled,
)
from citizen_security.evidence.claimed_and_evaluated.city_variance import (
    city_deviations,
    estimate_variance,
    panel_of_cities,
)
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import simulate_counts
from citizen_security.evidence.claimed_and_evaluated.year_windows import window_weights
from citizen_security.methods.reversion import YearVariance
from citizen_security.tables import catalog

DEFAULTS = ClaimedAndEvaluated.from_values({})


VARIANCE = YearVariance(between=0.15, within=0.3, persistence=0.8, noise=0.02)


ONE_YEAR = window_weights("high_level", before=1, after=1, past=1)


def panel(variance, cities, years, population=400_000, rate=40.0, seed=0):
    counts = simulate_counts(variance, years, population=population, rate=rate, places=cities, seed=seed)
    index = pd.MultiIndex.from_product([range(cities), range(2000, 2000 + years)], names=["city_code", "year"])
    frame = pd.DataFrame({"homicides": counts.ravel()}, index=index).reset_index()
    return frame.assign(iso3="BRA", population=population, city_code=frame["city_code"].astype(str))


@pytest.fixture(scope="module")
def deviations():
    return city_deviations(panel_of_cities(catalog.load("city_year"), DEFAULTS))


def test_the_closed_form_by_hand():
    # One year before and one after: (correlation − 1) × standard deviation × φ(z) / (1 − p), as Galton had it.
    covariance = VARIANCE.covariance(3, 0.02)
    sigma, height = np.sqrt(0.47), stats.norm.pdf(stats.norm.ppf(0.9)) / 0.1
    correlation = (0.15 + 0.3 * 0.8) / 0.47
    assert expected_log_change(covariance, ONE_YEAR, 0.9) == pytest.approx((correlation - 1) * sigma * height)


@pytest.mark.parametrize("rule", ["high_level", "spike"])
@pytest.mark.parametrize("quantile", [0.5, 0.95])
def test_the_closed_form_agrees_with_normal_draws(rule, quantile):
    weights = window_weights(rule, before=2, after=3, past=4)
    covariance = VARIANCE.covariance(9, 0.05)
    drawn = np.random.default_rng(1).multivariate_normal(np.zeros(9), covariance, size=400_000)
    scores = drawn @ weights.select
    kept = drawn[scores >= np.quantile(scores, quantile)]
    change = (kept @ (weights.after - weights.before)).mean()
    # Twenty thousand draws or more, of a spread near 0.6.
    assert expected_log_change(covariance, weights, quantile) == pytest.approx(change, abs=0.015)


@settings(max_examples=40, deadline=None)  # a busy machine is no failure
@given(persistence=st.floats(0, 0.97), quantile=st.floats(0.5, 0.99))
def test_chance_never_makes_a_chosen_high_place_rise(persistence, quantile):
    covariance = replace(VARIANCE, persistence=persistence).covariance(3, 0.02)
    assert expected_log_change(covariance, ONE_YEAR, quantile) <= 0


def test_small_places_fall_further_and_extreme_choices_too():
    falls = chance_falls(VARIANCE, DEFAULTS, populations=[50_000, 500_000, 5_000_000], places=40_000)
    for _, rows in falls.groupby(["rule", "quantile"]):
        assert rows.sort_values("population")["fall"].is_monotonic_decreasing
    for _, rows in falls.groupby(["rule", "population"]):
        # Steps of a few points against a simulation error near one.
        assert rows["fall"].iloc[-1] > rows["fall"].iloc[0] + 2


def test_the_panel_itself_falls_as_its_variances_say():
    simulated = panel(VARIANCE, 400, 20, seed=5)
    found = city_deviations(simulated)
    change, choices = observed_log_change(found, ONE_YEAR, 0.9)
    covariance = VARIANCE.covariance(3, 100_000 / (400_000 * 40) * np.exp(0.225))
    # Eighteen overlapping runs of forty chosen cities; noise is a little less where rates are high.
    assert change == pytest.approx(expected_log_change(covariance, ONE_YEAR, 0.9), abs=0.06)
    assert choices == pytest.approx(18 * 40, abs=5)  # equal counts are chosen together


def test_the_cities_of_the_panel_fall_about_as_the_simulation_says(deviations):
    variance = estimate_variance(deviations)
    observed = observed_falls(deviations, DEFAULTS, city_resamples=20).set_index(["rule", "quantile"])
    falls = chance_falls(variance, DEFAULTS, populations=[300_000], places=40_000).set_index(["rule", "quantile"])
    row = observed.loc["high_level", 0.9]
    # Real cities differ in size and trend; the simulation is meant to be right to a few points.
    assert falls.loc[("high_level", 0.9), "fall"] == pytest.approx(row["fall"], abs=5)
    assert row["lower"] <= row["fall"] <= row["upper"]


def test_resampled_cities_keep_their_country_and_their_years(deviations):
    cities = next(iter(resampled(deviations, 1, 0)))
    assert sorted(cities.countries) == sorted(deviations.countries)
    assert cities.values.shape == deviations.values.shape
    falls = falls_of_resamples(deviations, DEFAULTS, places=2000, city_resamples=5)
    assert len(set(falls)) == 5
