"""Whether the parameters of `paradox/literature_statements` leave anything to analyse."""

from citizen_security.paradox.checks import chosen_panel, too_few
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.parameters import ParameterError


def check(parameters: LiteratureStatements) -> None:
    """Refuse parameters of the literature's statements that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown, or poverty, inequality and infant mortality cannot be told apart on what is left.
    """
    from citizen_security.paradox.literature_statements.statements import statement_problems

    country_year, chosen = chosen_panel(parameters.countries)
    if len(chosen) < MINIMUM_COUNTRIES:
        raise ParameterError([too_few(chosen)])
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    if problems := statement_problems(panel, parameters):
        raise ParameterError(problems)
