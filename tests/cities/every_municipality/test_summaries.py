"""What a fit says of places, and of the model itself."""

from dataclasses import replace

import pytest
from cities.every_municipality.country import COUNTRY, SETTINGS

from citizen_security.cities.every_municipality.model import fit_municipalities
from citizen_security.cities.every_municipality.simulation import simulate_municipalities
from citizen_security.cities.every_municipality.summaries import (
    check_model,
    effective_samples_of_places,
    place_risks,
    recovery_by_size,
)
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.methods.sampling import Gate


def test_intervals_of_places_hold_the_truth_as_often_as_they_say(fit, simulated):
    panel, truth = simulated
    risks = place_risks(fit.posterior, panel, 0.8, seed=1)
    covered = (risks["lower"] <= truth.place_rates) & (truth.place_rates <= risks["upper"])
    # 150 places at 0.8: a deviation of 0.033; three of them.
    assert covered.mean() == pytest.approx(0.8, abs=0.1)
    recovery = recovery_by_size(risks, risks["person_years"] / risks["years"], truth.place_rates)
    assert recovery["places"].tolist() == [30] * 5
    assert recovery["persons"].is_monotonic_increasing
    assert recovery["model_error"].iloc[0] < recovery["raw_error"].iloc[0]


def test_a_place_without_homicides_has_a_risk_and_is_drawn_to_its_group(fit, panel):
    risks = place_risks(fit.posterior, panel, 0.9, seed=1)
    none = risks[risks["homicides"] == 0]
    assert len(none)
    assert (none["raw_rate"] == 0).all()
    assert (none["lower"] > 0).all()
    order = risks.sort_values("person_years")["pooled_weight"]
    assert order.head(20).mean() > order.tail(20).mean()


def test_a_place_lacking_a_year_is_judged_by_the_others(fit, panel):
    risks = place_risks(fit.posterior, panel, 0.9, seed=1)
    assert sorted(risks["years"].unique()) == [3, 4]


def test_risks_of_places_have_as_many_effective_draws_as_the_upper_levels(fit, panel):
    effective, r_hat = effective_samples_of_places(fit.posterior, panel, 60, seed=1)
    assert effective > 1_000
    assert r_hat < 1.01


def test_the_check_passes_what_the_model_assumes(fit, panel):
    checks = check_model(fit.posterior, panel, seed=1)
    # Posterior predictive probabilities of a right model gather around the middle.
    assert checks["probability"].between(0.005, 0.995).all()
    assert checks["replicated"].to_numpy() == pytest.approx([1, 1], abs=0.1)


def test_the_check_finds_what_the_model_leaves_out(compiled, panel):
    """The same places and people, with other counts: drawn first, they do not depend on what is drawn after them."""
    table, _ = simulate_municipalities(replace(COUNTRY, extra_variation=0.4, trend_deviation=0.8))
    drifting = build_panel(table.drop(index=[5]))
    assert (drifting.exposure == panel.exposure).all()
    # Counts that the model does not make are harder to sample: a divergence is no matter here.
    fit = fit_municipalities("drifting", compiled, drifting, SETTINGS, Gate.QUICK)
    checks = check_model(fit.posterior, drifting, 1)
    assert (checks["probability"] == 0).all()
    assert (checks["observed"] > checks["replicated"]).all()
