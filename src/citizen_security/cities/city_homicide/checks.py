"""Whether the parameters of `cities/city_homicide` leave anything to analyse."""

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_homicide.sample import sample_problems
from citizen_security.parameters import ParameterError


def check(parameters: CityHomicide) -> None:
    """Refuse parameters that leave nothing to analyse.

    Parameters
    ----------
    parameters : CityHomicide

    Raises
    ------
    ParameterError
        With one sentence for each problem: an unknown country, a country without a listed city, too few cities or
        countries, a city to compare that is not in the sample, more top places than cities.
    """
    from citizen_security.tables import catalog

    table, countries = catalog.load("city_table"), catalog.load("countries")
    if problems := list(sample_problems(table, countries, parameters)):
        raise ParameterError(problems)
