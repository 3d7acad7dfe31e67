"""The model of constant risk as parameters ask for it, in the form that samples."""

import numpy as np
import pytensor.tensor as pt
import pytest
from cities.every_municipality.country import PRIORS

from citizen_security.cities.every_municipality import fitting
from citizen_security.cities.every_municipality.model import MunicipalityPriors, build_integrated_model
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.methods.sampling import NotConverged


def test_a_quick_run_samples_less():
    full, quick = (fitting.settings_at_effort(EveryMunicipality(effort=effort)) for effort in ("full", "quick"))
    assert (full.draws, full.tune, full.chains, full.seed) == (1_500, 500, 4, 5_570)
    assert (quick.draws, quick.chains) < (full.draws, full.chains)


def test_the_gate_says_whether_it_was_relaxed():
    assert fitting.say_gate("full") == "The full gate was kept."
    assert fitting.say_gate("quick").startswith("The gate was relaxed: ")


def test_priors_are_centred_where_the_parameters_say():
    assert MunicipalityPriors.of(EveryMunicipality(overall_rate_centre=30.0)).overall_rate_centre == 30.0


def test_a_model_of_constant_risk_that_is_not_wanted_is_not_fitted(panel):
    fit, reason = fitting.fit_constant(panel, PRIORS, EveryMunicipality(constant_model=False))
    assert fit is None
    assert reason == fitting.NOT_ASKED_FOR


def test_a_funnel_is_sampled_again_in_departures_and_what_fails_twice_leaves_the_reason(monkeypatch, panel):
    asked = []

    def build(*_, departures):
        asked.append(departures)

    def refuse(name, *_):
        raise NotConverged(name, ["143 divergences"])

    monkeypatch.setattr(fitting, "build_integrated_model", build)
    monkeypatch.setattr(fitting, "compile_model", lambda model: model)
    monkeypatch.setattr(fitting, "fit_municipalities", refuse)
    fit, reason = fitting.fit_constant(panel, PRIORS, EveryMunicipality())
    assert fit is None
    assert "143 divergences" in reason
    assert asked == [False, True]


def test_departures_are_the_same_model(panel):
    """Both forms have the same density, but for the change of variables."""
    centred = build_integrated_model(panel, PRIORS)
    departures = build_integrated_model(panel, PRIORS, departures=True)
    generator = np.random.default_rng(1)
    overall, between, place, year = 2.5, 0.4, 0.6, 0.2
    group = generator.standard_normal(len(panel.groups))
    effect = generator.standard_normal(len(panel.years))
    effect -= effect.mean()
    upper = {"overall_log_rate": overall, "group_deviation": between, "place_deviation": place, "year_deviation": year}
    as_rates = log_density(centred, upper | {"log_group_rate": overall + between * group, "year_effect": year * effect})
    as_departures = log_density(departures, upper | {"group_departure": group, "year_departure": effect})
    # Groups and years have so many dimensions, each stretched by its deviation; the years' effects sum to zero.
    stretched = len(group) * np.log(between) + (len(effect) - 1) * np.log(year)
    assert as_rates + stretched == pytest.approx(as_departures, abs=1e-6)


def log_density(model, values):
    """Log density of a model where its variables have these values."""
    point = {}
    for variable in model.free_RVs:
        transform, value = model.rvs_to_transforms[variable], values[variable.name]
        moved = value if transform is None else transform.forward(pt.as_tensor(value), *variable.owner.inputs).eval()
        point[model.rvs_to_values[variable].name] = np.asarray(moved, dtype=float)
    return float(model.compile_logp(jacobian=False)(point))


def test_diagnostics_are_those_of_the_upper_levels_and_of_places(fit, panel):
    diagnosed = fitting.diagnostics_with_places(fit, panel, seed=1)
    assert diagnosed["places_maximum_r_hat"] < 1.01
    assert set(fit.diagnostics.as_dict()) < set(diagnosed)
