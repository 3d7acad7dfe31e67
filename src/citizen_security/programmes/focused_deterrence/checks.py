"""Whether the table serves the parameters of `programmes/focused_deterrence`."""

from citizen_security.parameters import ParameterError
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.focused_deterrence.sector_panel import problems


def check(parameters: FocusedDeterrence) -> None:
    """Refuse unknown sectors and months, and too few sectors to compare with.

    Parameters
    ----------
    parameters : FocusedDeterrence

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    found = list(problems(catalog.load("mexico_city_sector_month"), parameters))
    if found:
        raise ParameterError(found)
