"""What the counts say without any assumption: the lowest and the highest share of what works."""

import pandas as pd

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome


def worst_case_bounds(parameters: SelectionOnOutcome) -> pd.DataFrame:
    """Lowest and highest share of what works, with every unknown result taken as bad as possible, then as good.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    pandas.DataFrame
        population, assumption, n, lower, upper, width; the width is the share of results that are unknown, except
        where an assumption narrows it.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions; Manski and Pepper (2000), Econometrica 68(4),
    for the assumption that what was evaluated works at least as often as what was not.
    """
    listed, evaluated, formal = parameters.interventions, parameters.evaluations, parameters.formal
    positive, formal_positive = parameters.evaluations_positive, parameters.formal_positive
    rows = [_bounded("evaluations found", "all results believed", positive, evaluated, evaluated)]
    if formal:
        rows.insert(0, _bounded("formal evaluations", "all results believed", formal_positive, formal, formal))
        rows.append(_bounded("evaluations found", "formal results believed", formal_positive, formal, evaluated))
    ordered = {"population": "interventions listed", "assumption": "evaluated work at least as often", "n": listed}
    rows += [
        _bounded("interventions listed", "all results believed", positive, evaluated, listed),
        {**ordered, "lower": positive / listed, "upper": positive / evaluated},
        _bounded("interventions listed", "formal results believed", formal_positive, formal, listed),
        _bounded("interventions listed", "no result believed", 0, 0, listed),
    ]
    return pd.DataFrame(rows).assign(width=lambda frame: frame["upper"] - frame["lower"])


def _bounded(population: str, assumption: str, positive: int, reported: int, total: int) -> dict[str, object]:
    """The unknown ones all fail, or all work."""
    shares = {"lower": positive / total, "upper": (positive + total - reported) / total}
    return {"population": population, "assumption": assumption, "n": total, **shares}
