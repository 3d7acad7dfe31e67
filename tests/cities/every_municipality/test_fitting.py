"""Both models as parameters ask for them; the simple one stands where the fuller one cannot."""

import pytest
from cities.every_municipality.country import PRIORS

from citizen_security.cities.every_municipality import fitting
from citizen_security.cities.every_municipality.model import MunicipalityPriors
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.table import build_panel
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


@pytest.mark.parametrize(("asked_for", "years"), [(False, 4), (True, 1)])
def test_a_fuller_model_that_is_not_wanted_or_cannot_drift_is_not_fitted(asked_for, years):
    table, _ = simulate_municipalities(SimulatedCountry(places=20, groups=2, years=years, seed=1))
    fuller, reason = fitting.fit_fuller(build_panel(table), PRIORS, EveryMunicipality(fuller_model=asked_for))
    assert fuller is None
    assert reason.startswith("There are no results of the fuller model: ")


def test_a_fuller_model_whose_weights_cannot_be_trusted_leaves_the_reason(monkeypatch, panel):
    def refuse(name, *_, **__):
        raise NotConverged(name, ["the weights have a heavy tail"])

    monkeypatch.setattr(fitting, "fit_full_at_scale", refuse)
    fuller, reason = fitting.fit_fuller(panel, PRIORS, EveryMunicipality())
    assert fuller is None
    assert "heavy tail" in reason


def test_diagnostics_are_those_of_the_upper_levels_and_of_places(fit, panel):
    diagnosed = fitting.diagnostics_with_places(fit, panel, seed=1)
    assert diagnosed["places_maximum_r_hat"] < 1.01
    assert set(fit.diagnostics.as_dict()) < set(diagnosed)
