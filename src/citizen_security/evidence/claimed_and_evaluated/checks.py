"""Whether the parameters of `evidence/claimed_and_evaluated` leave anything to analyse."""

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.parameters import ParameterError


def check(parameters: ClaimedAndEvaluated) -> None:
    """Refuse a panel of cities too small to see how homicide varies, or windows longer than the panel.

    Parameters
    ----------
    parameters : ClaimedAndEvaluated

    Raises
    ------
    ParameterError
        With what is missing.
    """
    from citizen_security.evidence.claimed_and_evaluated.chance_falls import problems_of_panel
    from citizen_security.tables import catalog

    problems = problems_of_panel(catalog.load("city_year"), parameters)
    if problems:
        raise ParameterError(problems)
