"""Whether the parameters of `programmes/synthetic_morelia` leave donors."""

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.panels import LEAST_DONORS
from citizen_security.parameters import ParameterError
from citizen_security.programmes.synthetic_morelia.municipalities import municipalities
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia


def check(parameters: SyntheticMorelia) -> None:
    """Refuse a pool with too few donors to lend each other weights.

    Parameters
    ----------
    parameters : SyntheticMorelia

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    quarters = catalog.load("mexico_municipality_quarter")
    problems: list[str] = []
    for start in dict.fromkeys([parameters.start, *parameters.starts]):
        try:
            found = municipalities(quarters, parameters, start=start, last=max(parameters.lasts), donors="state")
        except NotAPanel as wrong:
            problems += [
                f"start {start}, donors of the state with {parameters.least_deaths:g} deaths a year or more: "
                f"{problem.split('; ')[0].rstrip('.')}; give a lower least_deaths."
                for problem in wrong.problems
            ]
            continue
        if len(found.panel.donors) <= LEAST_DONORS:
            problems.append(
                f"least_deaths = {parameters.least_deaths:g} leaves {len(found.panel.donors)} donors in the state "
                f"before {start}. Allowed: at least {LEAST_DONORS + 1}; give a lower one."
            )
    if problems:
        raise ParameterError(problems)
