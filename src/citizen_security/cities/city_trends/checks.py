"""Whether the parameters of `cities/city_trends` leave anything to analyse."""

from citizen_security.cities.city_trends.parameters import CityTrends


def check(parameters: CityTrends) -> None:
    """Refuse a panel of cities over years that has too few cities or years, or windows that overlap.

    Parameters
    ----------
    parameters : CityTrends

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.cities.city_trends.panels import prepare_panels
    from citizen_security.tables import catalog

    prepare_panels(catalog.load("city_year"), parameters)
