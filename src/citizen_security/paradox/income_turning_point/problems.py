"""Reasons why the notebook cannot be run on a panel."""

import pandas as pd

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.income_turning_point.answers import fit_parabolas, fit_splines
from citizen_security.paradox.income_turning_point.curves import income_specification
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.income_turning_point.u_test import bootstrap_parabolas, turning_without_each
from citizen_security.paradox.panel.sample import estimation_sample, sample_problems

# Draws that show whether resampling countries works at all, and the share of them that must.
TRIAL_DRAWS = 99
IDENTIFIED_SHARE = 0.9


def income_problems(panel: pd.DataFrame, parameters: IncomeTurningPoint) -> list[str]:
    """Reasons why the notebook cannot be run on a panel; empty where it can.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : IncomeTurningPoint

    Returns
    -------
    list of str
    """
    specification = income_specification(parameters)
    sample = estimation_sample(panel, specification)
    if problems := sample_problems(sample, specification):
        return problems
    try:
        fits = fit_parabolas(sample, specification)
        splines = fit_splines(sample, specification, parameters.knots)
        turning_without_each(fits["within"])
    except NotEstimable as reason:
        return [str(reason)]
    return [
        f"with countries drawn again, fewer than {IDENTIFIED_SHARE:.0%} of the draws identify the {comparison} curve, "
        "so it rests on one or two countries. Add countries, lower knots or leave out controls."
        for comparison, fitted in (*fits.items(), *splines.items())
        if len(bootstrap_parabolas(fitted, TRIAL_DRAWS, parameters.seed)) < IDENTIFIED_SHARE * TRIAL_DRAWS
    ]
