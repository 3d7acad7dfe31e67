"""Whether the parameters of `cities/concentration` leave anything to analyse."""

from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.parameters import ParameterError


def check(parameters: Concentration) -> None:
    """Refuse scales without places in the chosen years, and windows longer than the record of police sectors.

    Parameters
    ----------
    parameters : Concentration

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.cities.concentration.places import TABLES, concentration_problems
    from citizen_security.tables import catalog

    if problems := list(concentration_problems({name: catalog.load(name) for name in TABLES}, parameters)):
        raise ParameterError(problems)
