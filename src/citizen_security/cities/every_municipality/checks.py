"""Whether the parameters of `cities/every_municipality` leave anything to analyse."""

from citizen_security.cities.every_municipality.parameters import EveryMunicipality


def check(parameters: EveryMunicipality) -> None:
    """Refuse a table that cannot be used, with the rows at fault, or more top places than half of the places.

    Parameters
    ----------
    parameters : EveryMunicipality

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.cities.every_municipality.source import check_source

    check_source(parameters)
