"""Whether the parameters of `paradox/levels_or_dynamics` leave anything to analyse."""

from citizen_security.methods.panel.fixed_effects import fit_effects
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.checks import chosen_panel, too_few
from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics
from citizen_security.paradox.levels_or_dynamics.series import driver_panel
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.parameters import ParameterError


def check(parameters: LevelsOrDynamics) -> None:
    """Refuse parameters that leave nothing to analyse: what later estimators lack they say themselves.

    Raises
    ------
    ParameterError
        If a country is unknown, countries are too few, or a driver's two-way regression cannot be carried.
    """
    country_year, chosen = chosen_panel(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    found = []
    for driver in parameters.drivers:
        try:
            wide = driver_panel(panel, parameters.outcome, driver)
            fit_effects(wide.units, wide.outcome, {driver: wide.driver})
        except NotEstimable as reason:
            found.append(f"{driver} in drivers cannot be analysed: {reason} Or leave the driver out.")
    if found:
        raise ParameterError(found)
