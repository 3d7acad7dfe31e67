"""Whether the parameters of `paradox/specification_curve` leave anything to analyse."""

from citizen_security.paradox.checks import chosen_panel
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.parameters import ParameterError


def check(parameters: SpecificationCurve) -> None:
    """Refuse parameters of the specification curve that leave no curve.

    Raises
    ------
    ParameterError
        If a country or an option is unknown, a choice is left without an option, or too few specifications or
        countries remain.
    """
    from citizen_security.paradox.specification_curve.problems import curve_problems
    from citizen_security.tables import catalog

    country_year, chosen = chosen_panel(parameters.countries)
    if problems := curve_problems(country_year, catalog.load("specification_choices"), chosen, parameters):
        raise ParameterError(problems)
