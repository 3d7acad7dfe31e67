"""Whether the parameters of `paradox/country_heterogeneity` leave anything to analyse."""

from citizen_security.paradox.checks import chosen_panel
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.parameters import ParameterError


def check(parameters: CountryHeterogeneity) -> None:
    """Refuse parameters of the varying slopes that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown or cannot be used, or the drivers cannot be told apart on what is left.
    """
    from citizen_security.paradox.country_heterogeneity.sample import slope_problems

    country_year, chosen = chosen_panel(parameters.countries)
    if problems := slope_problems(country_year, chosen, parameters):
        raise ParameterError(problems)
