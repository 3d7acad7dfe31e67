"""Whether the parameters of `programmes/internal_armed_conflict` leave provinces."""

from citizen_security.parameters import ParameterError
from citizen_security.programmes.internal_armed_conflict.months import by_province
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict
from citizen_security.programmes.internal_armed_conflict.provinces import LEAST_PROVINCES, kept


def check(parameters: InternalArmedConflict) -> None:
    """Refuse a bound that leaves too few provinces.

    Parameters
    ----------
    parameters : InternalArmedConflict

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    found = len(kept(by_province(catalog.load("ecuador_province_month")), parameters))
    if found < LEAST_PROVINCES:
        raise ParameterError(
            [
                f"least_homicides = {parameters.least_homicides} leaves {found} provinces; a slope over them takes at "
                f"least {LEAST_PROVINCES}. Give a smaller number."
            ]
        )
