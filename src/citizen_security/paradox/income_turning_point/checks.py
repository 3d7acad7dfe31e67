"""Whether the parameters of `paradox/income_turning_point` leave anything to analyse."""

from citizen_security.paradox.checks import chosen_panel, too_few
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.parameters import ParameterError


def check(parameters: IncomeTurningPoint) -> None:
    """Refuse parameters of the income curve that leave no curve in one of the comparisons.

    Raises
    ------
    ParameterError
        If a country is unknown, or the curves cannot be fitted within, between or across countries.
    """
    from citizen_security.paradox.income_turning_point.problems import income_problems

    country_year, chosen = chosen_panel(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    if problems := income_problems(panel, parameters):
        raise ParameterError(problems)
