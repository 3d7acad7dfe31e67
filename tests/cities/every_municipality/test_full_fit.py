"""The fuller model at scale: the posterior of the model with every place in it, and the truth found."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from citizen_security.cities.every_municipality.full_fit import (
    FullFit,
    IntegratedDensity,
    Spreads,
    draw_full_places,
    fit_full_at_scale,
    full_place_risks,
)
from citizen_security.cities.every_municipality.full_model import fit_full_model, with_places
from citizen_security.cities.every_municipality.model import MunicipalityPriors
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.summaries import group_rates, models_by_size, upper_levels, year_ratios
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.methods.sampling import Gate, NotConverged, Settings

# Each fits whole countries.
pytestmark = pytest.mark.slow

PRIORS = MunicipalityPriors()
COUNTRY = SimulatedCountry(
    places=150, groups=6, years=6, extra_variation=0.3, trend_deviation=0.5, median_population=60_000, seed=11
)


def fitted(country, *, draws=800, seed=1, without=()):
    table, truth = simulate_municipalities(country)
    panel = build_panel(table.drop(index=list(without)))
    return fit_full_at_scale("a country", panel, PRIORS, draws=draws, seed=seed, effort="full"), truth


@pytest.fixture(scope="module")
def fit() -> FullFit:
    return fitted(COUNTRY, without=[5])[0]


@pytest.fixture(scope="module")
def sampled(fit):
    settings = Settings(draws=800, tune=500, chains=2, target_acceptance=0.9, seed=3)
    return fit_full_model("a country", fit.panel, PRIORS, settings, Gate.QUICK).posterior


def test_upper_levels_are_those_of_the_model_with_every_place_in_it(fit, sampled):
    ours, theirs = fit.posterior["posterior"].to_dataset(), sampled["posterior"].to_dataset()
    for name in ours.data_vars:
        first = ours[name].stack(sample=("chain", "draw"))
        second = theirs[name].stack(sample=("chain", "draw"))
        spread = second.std("sample")
        # About 400 independent draws on either side: four standard errors of a difference of means, and of deviations.
        assert (np.abs(first.mean("sample") - second.mean("sample")) < 4 * spread * np.sqrt(2 / 400)).all(), name
        ratio = first.std("sample") / spread
        assert ((ratio > 0.85) & (ratio < 1.18)).all(), name


def test_places_are_those_of_the_model_with_every_place_in_it(fit, sampled):
    places = with_places(sampled, fit.panel, np.arange(len(fit.panel.places)))["posterior"]
    trend = places["place_trend"].to_numpy().reshape(-1, len(fit.panel.places))
    ours = np.concatenate([part[1] for part in draw_full_places(fit, seed=2)], axis=1)
    difference = (ours.mean(axis=0) - trend.mean(axis=0)) / trend.std(axis=0)
    # 150 places: four and a half standard errors of means of 400 independent draws.
    assert np.abs(difference).max() < 4.5 * np.sqrt(2 / 400)
    assert (ours.std(axis=0) / trend.std(axis=0)).mean() == pytest.approx(1, abs=0.04)


def test_the_truth_of_a_drifting_country_is_found_at_size():
    country = replace(COUNTRY, places=1_000, groups=8, years=8, seed=4)
    fit, truth = fitted(country)
    levels = upper_levels(fit.posterior, 0.998)
    for name in ("group_deviation", "trend_deviation", "extra_variation", "year_deviation"):
        assert levels.loc[name, "lower"] < getattr(country, name) < levels.loc[name, "upper"], name
    risks = full_place_risks(fit, 0.8, seed=1)
    held = {
        "rate": (risks["lower"] <= truth.place_rates) & (truth.place_rates <= risks["upper"]),
        "trend": (risks["trend_lower"] <= truth.place_trends) & (truth.place_trends <= risks["trend_upper"]),
    }
    for name, inside in held.items():
        # 1,000 places at 0.8: a deviation of 0.013; three of them, and rates share their group and years.
        assert inside.mean() == pytest.approx(0.8, abs=0.04), name
    fell = truth.place_trends + truth.year_effects[-1] - truth.year_effects[0] < 0
    certain = risks["probability_fell"] > 0.9
    assert fell[certain].mean() > 0.85


def test_a_country_without_drift_is_not_given_any():
    still, _ = fitted(replace(COUNTRY, places=400, extra_variation=0.0, trend_deviation=0.0, seed=9))
    levels = upper_levels(still.posterior, 0.9)
    assert levels.loc["trend_deviation", "upper"] < 0.25
    assert levels.loc["extra_variation", "upper"] < 0.12


def test_the_priors_are_those_of_the_model_as_written(fit):
    """The overall rate integrated out by hand, at two points and spreads."""
    density = IntegratedDensity(fit.panel, PRIORS)
    generator = np.random.default_rng(1)
    overall = np.linspace(-8, 14, 20_001)
    found, by_hand = [], []
    for spreads in (Spreads(0.3, 0.1), Spreads(0.7, 0.25)):
        point = density.start() + 0.1 * generator.standard_normal(len(density.prior_mean))
        groups, years, deviations = density.split(point)
        about = stats.norm.logpdf(groups[:, None], overall, spreads.group).sum(axis=0)
        centre = stats.norm.logpdf(overall, np.log(PRIORS.overall_rate_centre), PRIORS.overall_scale)
        integral = np.log(np.exp(about + centre).sum())
        rest = stats.norm.logpdf(years, 0, spreads.year).sum() - 0.5 * ((deviations / [1.0, 0.5, 0.5]) ** 2).sum()
        # Half-normal spreads in their logs.
        own = stats.halfnorm.logpdf([spreads.group, spreads.year], scale=[1.0, 0.5]) + np.log(
            [spreads.group, spreads.year]
        )
        found.append(density.log_prior(point, spreads))
        by_hand.append(integral + rest + own.sum())
    assert found[1] - found[0] == pytest.approx(by_hand[1] - by_hand[0], abs=1e-6)


def test_slopes_are_finite_differences(fit):
    density = IntegratedDensity(fit.panel, PRIORS)
    spreads, point = Spreads(0.4, 0.2), density.start()
    point[-2] *= -1  # deviations may have either sign
    slope = density.with_slope(point, spreads)[1]
    for position in range(len(point)):
        step = np.zeros(len(point))
        step[position] = 1e-4
        ends = [density.with_slope(point + sign * step, spreads)[0] for sign in (1, -1)]
        # Three nodes for a trend: the slope is that of the integral to about a thousandth.
        assert slope[position] == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=5e-3, abs=0.2)


def test_equal_seeds_give_equal_draws_and_others_do_not(fit):
    again = fitted(COUNTRY, without=[5])[0]
    other = fitted(COUNTRY, seed=2, without=[5])[0]
    same, first, second = (each.posterior["posterior"]["place_deviation"].to_numpy() for each in (again, fit, other))
    np.testing.assert_array_equal(same, first)
    assert (second != first).any()
    pairs = zip(full_place_risks(fit, 0.9, 4).to_numpy(), full_place_risks(again, 0.9, 4).to_numpy(), strict=True)
    assert all((one == two).all() for one, two in pairs)


def test_one_group_has_no_deviation_between_groups():
    fit, _ = fitted(replace(COUNTRY, places=120, groups=1))
    draws = fit.posterior["posterior"].to_dataset()
    assert "group_deviation" not in draws
    np.testing.assert_array_equal(draws["overall_log_rate"], draws["log_group_rate"][..., 0])
    assert len(group_rates(fit.posterior, fit.panel, 0.9)) == 1


def test_year_effects_sum_to_zero_and_summaries_take_the_draws(fit):
    effects = fit.posterior["posterior"]["year_effect"].sum("year")
    assert float(np.abs(effects).max()) < 1e-9
    assert list(year_ratios(fit.posterior, fit.panel, 0.9)["year"]) == list(fit.panel.years)
    assert fit.diagnostics()["draws"] == fit.draws == 800


def test_a_handful_of_places_is_refused_with_the_figure_and_the_remedy():
    with pytest.raises(NotConverged, match=r"a country did not converge: .* at least 400 are needed: raise draws"):
        fitted(replace(COUNTRY, places=12, groups=5, years=2), draws=30)


def test_two_models_are_set_side_by_side_by_size(fit):
    """Against the same counts by hand, for the largest fifth."""
    truth = simulate_municipalities(COUNTRY)[1]
    fuller = full_place_risks(fit, 0.8, seed=1)
    persons = fit.panel.place_exposure * 1e5
    simple = fuller.assign(years=1, person_years=persons)[["years", "person_years", "rate", "lower", "upper"]]
    classes = models_by_size(simple, fuller, truth)
    largest = persons >= np.sort(persons)[-30]
    inside = (fuller["lower"] <= truth.place_rates) & (truth.place_rates <= fuller["upper"])
    assert classes["covered_fuller"].iloc[-1] == pytest.approx(inside[largest].mean())
    assert classes["width_fuller"].to_list() == classes["width_simple"].to_list()
    assert classes["places"].to_list() == [30] * 5
    assert "covered_simple" not in models_by_size(simple, fuller, None)
