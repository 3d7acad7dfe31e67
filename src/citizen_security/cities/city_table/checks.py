"""Whether the parameters of `cities/city_table` leave anything to analyse."""

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.samples import country_problems
from citizen_security.parameters import ParameterError


def check(parameters: CityTable) -> None:
    """Refuse countries that are not listed or have no count for every city, and years or cities too few for a list.

    Parameters
    ----------
    parameters : CityTable

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.cities.city_table.problems import list_problems
    from citizen_security.tables import catalog

    table, countries = catalog.load("city_table"), catalog.load("countries")
    problems = list(country_problems(table, countries["iso3"], parameters.countries))
    if problems := problems or list(list_problems(table, catalog.load("city_year"), parameters)):
        raise ParameterError(problems)
