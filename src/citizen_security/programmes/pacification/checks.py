"""Whether the parameters of `programmes/pacification` leave a panel."""

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.parameters import ParameterError
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.unit_panel import unit_panel, unknown_units

# With fewer units than these, no arrangement of their dates says much, and event studies have no errors.
LEAST_UNITS = 12


def check(parameters: Pacification) -> None:
    """Refuse unknown units and too few of them.

    Parameters
    ----------
    parameters : Pacification

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    table = catalog.load("rio_pacification_month")
    problems = []
    if unknown := unknown_units(table, parameters.left_out):
        problems.append(f"left_out has {', '.join(unknown)}, no unit of the table. Give names such as Rocinha.")
    left = table["pacification_unit"].nunique() - len(parameters.left_out) + len(unknown)
    if left < LEAST_UNITS:
        problems.append(f"left_out leaves {left} units. Allowed: {LEAST_UNITS} or more.")
    else:
        try:
            unit_panel(table, parameters)
        except NotAPanel as wrong:
            problems += wrong.problems
    if problems:
        raise ParameterError(problems)
