"""Both models of all municipalities as a notebook's parameters ask for them."""

from typing import TYPE_CHECKING

from citizen_security.cities.every_municipality.full_fit import FullFit, fit_full_at_scale
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

NAME, FULLER_NAME = "every_municipality", "The fuller model"

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


def fit_simple(
    panel: MunicipalityPanel, priors: MunicipalityPriors, parameters: "EveryMunicipality"
) -> MunicipalityFit:
    """Compile and sample the model with the places integrated out.

    Parameters
    ----------
    panel : MunicipalityPanel
    priors : MunicipalityPriors
    parameters : EveryMunicipality
        The sampler's settings, `effort` and `seed`.

    Returns
    -------
    MunicipalityFit

    Raises
    ------
    NotConverged
        If the fit fails the gate of this effort.
    """
    compiled = compile_model(build_integrated_model(panel, priors))
    settings = settings_at_effort(parameters)
    return fit_municipalities(NAME, compiled, panel, settings, Gate.at(parameters.effort))


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


def fit_fuller(
    panel: MunicipalityPanel, priors: MunicipalityPriors, parameters: "EveryMunicipality"
) -> tuple[FullFit | None, str]:
    """Draw the upper levels of the fuller model; the simple one stands without it.

    Parameters
    ----------
    panel : MunicipalityPanel
    priors : MunicipalityPriors
    parameters : EveryMunicipality
        `fuller_model`, `fuller_draws`, `effort` and `seed`.

    Returns
    -------
    fit : FullFit or None
        None where it was not asked for, nothing can drift, or its weights cannot be trusted.
    reason : str
        Why there is none, as a sentence; empty where there is one.
    """
    if not parameters.fuller_model or len(panel.years) < 2:
        return None, _no_results("it was not asked for, or the table has a single year, in which nothing drifts.")
    try:
        fit = fit_full_at_scale(
            FULLER_NAME,
            panel,
            priors,
            draws=parameters.fuller_draws,
            seed=parameters.seed,
            effort=parameters.effort,
        )
    except NotConverged as problem:
        return None, _no_results(str(problem))
    return fit, ""


def _no_results(reason: str) -> str:
    return f"There are no results of the fuller model: {reason}"
