"""One specification curve for the programme: estimator, start, donors and scale, with a placebo p in each cell."""

from itertools import product
from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.synthetic_control.placebos import placebo_gaps, placebos_from_gaps
from citizen_security.programmes import curve_options
from citizen_security.programmes.parameters import Outcome
from citizen_security.programmes.synthetic_sao_paulo.estimators import BY_OUTCOMES
from citizen_security.programmes.synthetic_sao_paulo.parameters import Pool, SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import state_panel

# What is chosen in a cell, in the order of its columns.
CHOICES = ("estimator", "start", "donors", "outcome")


def specification_curve(table: pd.DataFrame, parameters: SyntheticSaoPaulo) -> pd.DataFrame:
    """Every combination of estimator, start, donors and scale.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    parameters : SyntheticSaoPaulo

    Returns
    -------
    pandas.DataFrame
        One row a cell, by deaths averted: `estimator`, `start`, `donors`, `outcome`, `percent` of expected deaths,
        `averted`, `p_value`, `floor`, `found`: fewer deaths than expected, with a p-value that is small at the level.
    """
    rows = []
    for start, donors, outcome in product(parameters.starts_at_effort, get_args(Pool), get_args(Outcome)):
        cell = state_panel(table, parameters, start=start, donors=donors, outcome=outcome)
        for estimator in BY_OUTCOMES:
            gaps = placebo_gaps(cell.panel, estimator)
            test = placebos_from_gaps(cell.panel, gaps, parameters.statistic)
            counterfactual = cell.panel.target - gaps[0]
            averted, expected = cell.averted(counterfactual), cell.expected_deaths(counterfactual)
            rows.append(
                {
                    "estimator": estimator,
                    "start": start,
                    "donors": donors,
                    "outcome": outcome,
                    "percent": 100 * averted / expected,
                    "averted": averted,
                    "p_value": test.p_value,
                    "floor": test.floor,
                    "found": averted > 0 and test.p_value <= small(parameters.confidence_level),
                }
            )
    return pd.DataFrame(rows).sort_values("averted", ignore_index=True)


def small(confidence_level: float) -> float:
    """P-values up to which a cell counts."""
    return float(np.round(1 - confidence_level, 12))


def by_option(curve: pd.DataFrame) -> pd.DataFrame:
    """How many cells of each option find fewer deaths beyond chance.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `specification_curve`.

    Returns
    -------
    pandas.DataFrame
        As `curve_options.by_option`, with `median_percent`.
    """
    return curve_options.by_option(curve, CHOICES, "percent")
