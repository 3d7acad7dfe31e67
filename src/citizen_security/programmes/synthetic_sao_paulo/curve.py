"""One specification curve for the programme: estimator, start, donors and scale, with a placebo p in each cell."""

from collections.abc import Iterable
from itertools import product
from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.synthetic_control.completed_placebos import completed_gaps
from citizen_security.methods.synthetic_control.linked_searches import LinkedSearches
from citizen_security.methods.synthetic_control.matrix_completion import matrix_completion
from citizen_security.methods.synthetic_control.placebos import placebo_gaps, placebos_from_gaps
from citizen_security.programmes import curve_options
from citizen_security.programmes.estimator_names import COMPLETED, WITH_PREDICTORS
from citizen_security.programmes.parameters import Outcome
from citizen_security.programmes.synthetic_sao_paulo.estimators import BY_OUTCOMES, EstimatorFit
from citizen_security.programmes.synthetic_sao_paulo.parameters import Pool, SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import state_panel

# What is chosen in a cell, in the order of its columns.
CHOICES = ("estimator", "start", "donors", "outcome")


def specification_curve(
    table: pd.DataFrame, parameters: SyntheticSaoPaulo, fits: Iterable[EstimatorFit] = ()
) -> pd.DataFrame:
    """Every combination of estimator, start, donors and scale.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    parameters : SyntheticSaoPaulo
    fits : iterable of EstimatorFit
        Of the run's own panel: its cells, and where searches for weights of predictors begin.

    Returns
    -------
    pandas.DataFrame
        One row a cell, by deaths averted: `estimator`, `start`, `donors`, `outcome`, `percent` of expected deaths,
        `averted`, `p_value`, `floor`, `found`: fewer deaths than expected, with a p-value that is small at the level.
    """
    known = {fit.estimator: fit for fit in fits}
    own = (parameters.start, parameters.donors, parameters.outcome)
    searches, penalties = LinkedSearches(parameters.seed), dict[tuple[Pool, Outcome], float]()
    for fit in (fit for one in known.values() for fit in one.searched):
        searches.learn(fit)
    rows = []
    for start, donors, outcome in product(parameters.starts_at_effort, get_args(Pool), get_args(Outcome)):
        cell = state_panel(table, parameters, start=start, donors=donors, outcome=outcome)
        if (start, donors, outcome) == own and known:
            every = {name: fit.gaps for name, fit in known.items()}
        else:
            every = {name: placebo_gaps(cell.panel, name) for name in BY_OUTCOMES}
            every[WITH_PREDICTORS] = searches.gaps(cell.panel, cell.predictors, cell.names)
            # Starts share the penalty: it is chosen from cells of which they leave out the state's last alone.
            completed = matrix_completion(cell.panel, penalties.get((donors, outcome)), seed=parameters.seed)
            penalties[donors, outcome] = completed.penalty
            every[COMPLETED] = completed_gaps(completed)
        for estimator, gaps in every.items():
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
