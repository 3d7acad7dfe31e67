"""Whether the parameters of `places/every_place` leave anything to analyse."""

from citizen_security.parameters import ParameterError
from citizen_security.places.every_place.parameters import EveryPlace


def check(parameters: EveryPlace) -> None:
    """Refuse a place that no table has, and a year from which nothing can have changed.

    Parameters
    ----------
    parameters : EveryPlace

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.places.every_place.observed import TABLES, place_problems
    from citizen_security.tables import catalog

    if problems := list(place_problems({name: catalog.load(name) for name in TABLES}, parameters)):
        raise ParameterError(problems)
