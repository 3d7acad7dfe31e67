"""Forecasts are scored as the formulas say, and the model's are as sure as they ought to be where it is true."""

import numpy as np
import pandas as pd
import pytest
from cities.city_panels import panel_of, simulate
from scipy import stats

from citizen_security.cities.city_trends import forecasts
from citizen_security.cities.city_trends.fitting import fit_country
from citizen_security.cities.city_trends.panels import CountryPanel, prepare_panels
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.tables import catalog


def normal_crps(mean, deviation, observed):
    """Closed form of the normal distribution's score (Gneiting and Raftery 2007, equation 20)."""
    z = (observed - mean) / deviation
    return deviation * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))


# --- scores -----------------------------------------------------------------------------------------------------------


def test_the_sample_score_is_the_closed_form_of_the_normal_distribution():
    # Quantiles instead of draws: the score of 4,000 of them is exact to a thousandth.
    draws = 3 + 2 * stats.norm.ppf((np.arange(4_000) + 0.5) / 4_000)
    for observed in (-2.0, 3.0, 4.5, 12.0):
        assert forecasts.sample_crps(draws, np.array(observed)) == pytest.approx(normal_crps(3, 2, observed), abs=2e-3)


def test_the_sample_score_is_that_of_all_pairs():
    generator = np.random.default_rng(1)
    draws, observed = generator.gamma(2, 3, (50, 4)), generator.gamma(2, 3, 4)
    pairs = np.abs(draws[:, None] - draws[None]).mean(axis=(0, 1))
    by_pairs = np.abs(draws - observed).mean(axis=0) - pairs / 2
    np.testing.assert_allclose(forecasts.sample_crps(draws, observed), by_pairs, rtol=1e-12)


def test_a_forecast_that_is_sure_is_scored_by_its_error():
    assert forecasts.sample_crps(np.full(10, 7.0), np.array(4.0)) == pytest.approx(3)


def test_the_score_is_the_area_between_the_steps():
    # Two draws at 0 and 2, observed 1: the squared distance is a quarter over each of two units.
    assert forecasts.sample_crps(np.array([0.0, 2.0]), np.array(1.0)) == pytest.approx(0.5)


def test_the_log_score_of_one_risk_is_the_poisson_probability():
    found = forecasts.poisson_log_score(np.log([[20.0]]), np.array([200_000.0]), np.array([37.0]))
    assert found[0] == pytest.approx(stats.poisson.logpmf(37, 40))


def test_the_log_score_of_gamma_risks_is_the_negative_binomial():
    rates = stats.gamma(5, scale=4).ppf((np.arange(20_000) + 0.5) / 20_000)
    found = forecasts.poisson_log_score(np.log(rates)[:, None], np.array([PERSON_YEARS_OF_A_RATE]), np.array([31.0]))
    assert found[0] == pytest.approx(stats.nbinom.logpmf(31, 5, 1 / 5), abs=1e-3)


def test_a_simple_rule_gives_every_count_its_share_of_one():
    errors = np.random.default_rng(2).normal(0, 0.3, 200)
    counts = np.arange(0, 400)
    scores = [
        forecasts._cell_log_score(np.log([25 / 1e5]), errors, 0.1, np.array([float(count)]), np.array([1e5]))[0]
        for count in counts
    ]
    # Nothing is left over: not a count below zero, nor one beyond sixteen times the centre.
    assert np.exp(scores).sum() == pytest.approx(1, abs=1e-6)


# --- the simple rules -------------------------------------------------------------------------------------------------


def test_past_errors_of_the_last_value_are_differences_of_log_rates():
    homicides = np.array([[10.0, 20.0, 40.0, 30.0]]) - 0.5
    panel = panel_of(homicides, np.full((1, 4), 1e5), np.array([2001, 2002, 2003, 2005]))
    rule = forecasts.Rule(forecasts.LAST_VALUE, 1)
    one = forecasts._past_errors(panel, rule, 1, np.array([True]))[0]
    two = forecasts._past_errors(panel, rule, 2, np.array([True]))[0]
    np.testing.assert_allclose(one, np.log([2, 2]))  # nothing is a year before 2005
    np.testing.assert_allclose(two, np.log([4, 0.75]))


def test_a_rolling_mean_pools_counts_and_people():
    panel = panel_of(np.array([[10.0, 20.0, 40.5]]), np.array([[1e5, 2e5, 3e5]]), np.array([2001, 2002, 2003]))
    found = forecasts._carried(panel, forecasts.Rule(forecasts.ROLLING_MEAN, 2), 2)
    assert found[0] == pytest.approx(np.log(61 / 5e5))


def test_cities_are_in_thirds_by_their_homicides():
    homicides = np.array([[5.0], [50.0], [500.0], [7.0], [70.0], [700.0]])
    groups = forecasts._size_groups(panel_of(homicides, np.full((6, 1), 1e6), np.array([2001])))
    assert groups.tolist() == [0, 1, 2, 0, 1, 2]


# --- summaries --------------------------------------------------------------------------------------------------------


@pytest.fixture
def scores():
    rows = [
        (forecast, city, country, score, score < 3)
        for forecast, factor in (("model", 1.0), ("last value", 2.0), ("rolling mean", 1.5))
        for city, country, score in (("A", "BRA", factor), ("B", "BRA", 2 * factor), ("C", "MEX", 3 * factor))
    ]
    frame = pd.DataFrame(rows, columns=["forecast", "label", "iso3", "crps", "covered"])
    return frame.assign(covered_90=frame["covered"], log_score=-frame["crps"], origin=2018)


def test_skill_is_the_share_by_which_the_score_is_lower(scores):
    table = forecasts.summarize_scores(scores).set_index("forecast")
    assert table.loc["model", "skill_over_last_value"] == pytest.approx(0.5)
    assert table.loc["rolling mean", "skill_over_last_value"] == pytest.approx(0.25)
    split = forecasts.summarize_scores(scores, "iso3").set_index(["iso3", "forecast"])
    assert split.loc[("MEX", "model"), "skill_over_last_value"] == pytest.approx(0.5)
    skill, (lower, upper) = forecasts.skill_interval(scores, "last value", 0.9, 1)
    # Every city has the same ratio, so no resampling of cities changes it.
    assert (skill, lower, upper) == pytest.approx((0.5, 0.5, 0.5))


def test_coverage_counts_the_models_forecasts_only(scores):
    coverage, (lower, upper) = forecasts.coverage_interval(scores, 0.9, 1)
    assert coverage == pytest.approx(2 / 3)
    assert lower <= coverage <= upper


def test_an_origin_that_went_otherwise_widens_the_intervals_and_the_same_one_again_does_not(scores):
    again = pd.concat([scores, scores.assign(origin=2015)], ignore_index=True)
    otherwise = scores.assign(origin=2015, covered_90=False)
    otherwise.loc[otherwise["forecast"] == "model", "crps"] *= 3
    mixed = pd.concat([scores, otherwise], ignore_index=True)
    assert forecasts.skill_interval(again, "last value", 0.9, 1)[1] == pytest.approx((0.5, 0.5))
    # One origin has a skill of a half, the other of minus a half: both are samples that can be drawn.
    skill, ends = forecasts.skill_interval(mixed, "last value", 0.99, 1)
    assert skill == pytest.approx(0)
    assert ends == pytest.approx((-0.5, 0.5))
    assert forecasts.coverage_interval(mixed, 0.9, 1)[1][0] < forecasts.coverage_interval(again, 0.9, 1)[1][0]


def test_the_bootstrap_draws_cities_and_origins_each_by_itself():
    index = pd.MultiIndex.from_product([["BRA"], ["A", "B", "C"], [2012, 2015]], names=["iso3", "label", "origin"])
    sums = pd.DataFrame({"sum": np.arange(6.0), "size": 1.0}, index=index)
    totals, sizes = forecasts._resampled_sums(sums, 5)
    assert set(np.round(sizes)) == {6.0}  # every sample has as many cities and origins as there are
    generator = np.random.default_rng(5)
    cities = generator.multinomial(3, np.full(3, 1 / 3), forecasts.BOOTSTRAPS)
    origins = generator.multinomial(2, np.full(2, 1 / 2), forecasts.BOOTSTRAPS)
    by_hand = [(np.outer(c, o) * np.arange(6).reshape(3, 2)).sum() for c, o in zip(cities, origins, strict=True)]
    np.testing.assert_allclose(totals, by_hand)


def test_no_year_is_forecast_from_two_origins():
    table = catalog.load("city_year")
    parameters = CityTrends(countries=["COL"], forecast_origins=2, held_out_years=4, draws=400, effort="quick")
    panels = prepare_panels(table, parameters)
    scores = forecasts.score_origins(panels, parameters)
    years = panels[0].years
    assert sorted(scores["origin"].unique()) == [years[-9], years[-5]]
    assert scores.groupby("year")["origin"].nunique().max() == 1
    assert sorted(scores["year"].unique()) == years[-8:].tolist()
    assert (scores["year"] > scores["origin"]).all()
    latest = forecasts.score_origins(panels, parameters.model_copy(update={"forecast_origins": 1}))
    pd.testing.assert_frame_equal(latest, scores[scores["origin"] == years[-5]].reset_index(drop=True))


# --- coverage where the model is true ---------------------------------------------------------------------------------


def forecast_simulated(number, seed, cities=20):
    """Scores of panels simulated from the model, the last three years forecast."""
    generator = np.random.default_rng(seed)
    frames = []
    for position in range(number):
        panel, _ = simulate(generator, cities=cities, years=np.arange(2001, 2016))
        panel = CountryPanel(
            panel.iso3, panel.cities.assign(label=panel.cities["label"] + f"/{position}"), panel.years,
            panel.homicides, panel.person_years,
        )  # fmt: skip
        fit = fit_country(panel.until(2012), panel.years, draws=300, minimum_effective=80, seed=position)
        frames.append(forecasts.score_forecasts([fit], [panel], 3, 0.5, position).assign(panel=position))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.slow
def test_intervals_hold_as_many_held_out_rates_as_they_say_and_beat_the_simple_rules():
    scores = forecast_simulated(15, seed=9)
    model = scores[scores["forecast"] == forecasts.MODEL]
    for column, level in (("covered_90", 0.9), ("covered", 0.5)):
        by_panel = model.groupby("panel")[column].mean()
        # Cities of a panel share the country's shocks: the error is that of 15 panels, not of 900 rates. Counts are
        # whole, so intervals hold a percent or two more than they say.
        error = by_panel.std() / np.sqrt(len(by_panel))
        assert level - 3.5 * error < by_panel.mean() < level + 3.5 * error + 0.02
    table = forecasts.summarize_scores(scores).set_index("forecast")
    assert table["crps"].idxmin() == forecasts.MODEL
    assert table["log_score"].idxmax() == forecasts.MODEL


def test_every_held_out_rate_is_scored_once_by_each_forecast():
    scores = forecast_simulated(1, seed=3, cities=9)
    assert scores.groupby("forecast").size().to_dict() == {"model": 27, "last value": 27, "rolling mean": 27}
    assert scores.groupby(["forecast", "label", "year"]).size().max() == 1
    assert sorted(scores["horizon"].unique()) == [1, 2, 3]
    assert np.isfinite(scores[["crps", "log_score"]].to_numpy()).all()
    assert (scores["lower"] <= scores["upper"]).all()
