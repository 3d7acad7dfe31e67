"""The models of all municipalities as a notebook's parameters ask for them."""

from typing import TYPE_CHECKING

from citizen_security.cities.every_municipality.model import (
    MunicipalityFit,
    MunicipalityPriors,
    build_integrated_model,
    fit_municipalities,
)
from citizen_security.cities.every_municipality.summaries import effective_samples_of_places
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.sampling import Gate, NotConverged, Settings, compile_model

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality
    from citizen_security.methods.effort import Effort

NAME = "every_municipality"
NOT_ASKED_FOR = "it was not asked for."

# Places whose risks are judged for convergence, drawn at random.
JUDGED_PLACES = 500


def settings_at_effort(parameters: "EveryMunicipality") -> Settings:
    """How the sampler is run: as the parameters say, or with fewer draws and chains at quick effort.

    Parameters
    ----------
    parameters : EveryMunicipality

    Returns
    -------
    Settings
    """
    asked_for = Settings(
        draws=parameters.draws,
        tune=parameters.tune,
        chains=parameters.chains,
        target_acceptance=parameters.target_acceptance,
        seed=parameters.seed,
    )
    return asked_for.at(parameters.effort)


def fit_constant(
    panel: MunicipalityPanel, priors: MunicipalityPriors, parameters: "EveryMunicipality"
) -> tuple[MunicipalityFit | None, str]:
    """Compile and sample the model of constant risk; other results stand without it.

    Groups and years that hardly differ leave the sampler a funnel: where the model fails its gate as it stands, it is
    sampled again in standard departures, which have none.

    Parameters
    ----------
    panel : MunicipalityPanel
    priors : MunicipalityPriors
    parameters : EveryMunicipality
        The sampler's settings, `effort` and `seed`.

    Returns
    -------
    fit : MunicipalityFit or None
    reason : str
        Why there is none, as a sentence; empty where there is one.
    """
    if not parameters.constant_model:
        return None, NOT_ASKED_FOR
    settings, reason = settings_at_effort(parameters), ""
    for departures in (False, True):
        compiled = compile_model(build_integrated_model(panel, priors, departures=departures))
        try:
            return fit_municipalities(NAME, compiled, panel, settings, Gate.at(parameters.effort)), ""
        except NotConverged as problem:
            reason = str(problem)
    return None, reason


def diagnostics_with_places(fit: MunicipalityFit, panel: MunicipalityPanel, seed: int) -> dict[str, float | int | str]:
    """Diagnostics of the upper levels, and of the risks of places drawn at random.

    Parameters
    ----------
    fit : MunicipalityFit
    panel : MunicipalityPanel
    seed : int

    Returns
    -------
    dict
        Those of the fit, `places_effective_sample` (smallest) and `places_maximum_r_hat`.
    """
    effective, r_hat = effective_samples_of_places(fit.posterior, panel, JUDGED_PLACES, seed)
    return fit.diagnostics.as_dict() | {"places_effective_sample": effective, "places_maximum_r_hat": r_hat}


def say_gate(effort: "Effort") -> str:
    """Whether the gate was kept or relaxed, as a sentence.

    Parameters
    ----------
    effort : Effort

    Returns
    -------
    str
    """
    relaxed = Gate.at(effort).relaxed()
    return "The gate was relaxed: " + "; ".join(relaxed) if relaxed else "The full gate was kept."
