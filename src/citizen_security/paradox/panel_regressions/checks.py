"""Whether the parameters of `paradox/panel_regressions` leave anything to analyse."""

from collections.abc import Sequence

from citizen_security.paradox.checks import chosen_panel, too_few
from citizen_security.paradox.panel.sample import EstimationSample, estimation_sample, prepare_panel, sample_problems
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.panel_regressions.specifications import analysis_specifications
from citizen_security.parameters import ParameterError


def check(parameters: PanelRegressions) -> None:
    """Refuse parameters of the panel regressions that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown or has no usable year, or a specification has too few countries, too few degrees of
        freedom, or a regressor that the fixed effects or the other regressors absorb.
    """
    country_year, chosen = chosen_panel(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    specifications = list(analysis_specifications(parameters))
    samples = [estimation_sample(panel, specification) for specification in specifications]
    found = [
        problem
        for sample, specification in zip(samples, specifications, strict=True)
        for problem in sample_problems(sample, specification)
    ]
    if parameters.countries != "lac":
        found = _unused(chosen, samples, parameters) + found
    if found:
        raise ParameterError(dict.fromkeys(found))


def _unused(chosen: Sequence[str], samples: Sequence[EstimationSample], parameters: PanelRegressions) -> list[str]:
    """Countries asked for by name that no specification can use."""
    used: set[str] = set().union(*(set(sample.frame["iso3"]) for sample in samples))
    return [
        f"{iso3} in countries has no two years with the homicide rate and any of the regressors from "
        f"{parameters.first_year} to {parameters.last_year}. Leave it out, or change the period or the regressors."
        for iso3 in chosen
        if iso3 not in used
    ]
