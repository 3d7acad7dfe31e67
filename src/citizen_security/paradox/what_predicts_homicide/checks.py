"""Whether the parameters of `paradox/what_predicts_homicide` leave anything to analyse."""

from citizen_security.paradox.checks import chosen_panel
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.parameters import ParameterError


def check(parameters: WhatPredictsHomicide) -> None:
    """Refuse parameters of the predictions that leave nothing to learn from or to try on.

    Raises
    ------
    ParameterError
        If a country is unknown, a predictor has no figure, or too few countries or years of origin remain.
    """
    from citizen_security.paradox.what_predicts_homicide.problems import prediction_problems

    country_year, chosen = chosen_panel(parameters.countries)
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    if problems := prediction_problems(panel, parameters):
        raise ParameterError(problems)
