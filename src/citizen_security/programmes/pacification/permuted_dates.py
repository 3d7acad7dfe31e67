"""Outcomes and scales side by side among permuted dates, at the installation and before it."""

from itertools import product
from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.names import Imputation
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.permuted_starts import PermutationTest, permuted_starts
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts
from citizen_security.programmes.pacification.estimators import (
    Fit,
    in_both,
    interval_by_dates,
    linear,
    poisson,
)
from citizen_security.programmes.pacification.labels import OUTCOMES, SCALES
from citizen_security.programmes.pacification.parameters import Outcome, Pacification, Scale
from citizen_security.programmes.pacification.unit_panel import unit_panel

BY_SCALE: dict[Scale, Imputation] = {"ratio": "poisson", "counts": "linear"}


def by_outcome(table: pd.DataFrame, parameters: Pacification) -> pd.DataFrame:
    """Each outcome on each scale, by imputation, with the same for the months before the installation.

    Parameters
    ----------
    table : pandas.DataFrame
        `rio_pacification_month`.
    parameters : Pacification

    Returns
    -------
    pandas.DataFrame
        outcome, scale, outcome_name, scale_name, percent, deaths with their ends by permuted dates, p_value, floor,
        and early_percent with its ends and early_p_value: what is found before the installation.
    """
    rows = []
    for outcome, scale in product(get_args(Outcome), get_args(Scale)):
        panel = unit_panel(table, parameters, outcome)
        found, test = tested(panel, scale, parameters.after, parameters)
        early, early_test = tested(earlier_starts(panel, parameters.before), scale, parameters.before, parameters)
        level = parameters.confidence_level
        before = in_both(early, *interval_by_dates(early.estimate, early_test.drawn, level))
        rows.append(
            {
                "outcome": outcome,
                "scale": scale,
                "outcome_name": OUTCOMES[outcome],
                "scale_name": SCALES[scale],
                **in_both(found, *interval_by_dates(found.estimate, test.drawn, level)),
                "p_value": test.p_value,
                "floor": test.floor,
                **{f"early_{name}": value for name, value in before.items() if name.startswith("percent")},
                "early_p_value": early_test.p_value,
            }
        )
    return pd.DataFrame(rows)


def tested(panel: StaggeredPanel, scale: Scale, horizon: int, parameters: Pacification) -> tuple[Fit, PermutationTest]:
    """One imputation and its place among permuted dates.

    Parameters
    ----------
    panel : StaggeredPanel
    scale : {"ratio", "counts"}
    horizon : int
        Periods from each start on.
    parameters : Pacification

    Returns
    -------
    tuple of Fit and PermutationTest
    """
    found = poisson(panel, horizon) if scale == "ratio" else linear(panel, horizon)
    test = permuted_starts(
        panel, BY_SCALE[scale], horizon=horizon, draws=parameters.draws_at_effort, seed=parameters.seed
    )
    return found, test


def main_row(rows: pd.DataFrame, parameters: Pacification, scale: Scale | None = None) -> dict[str, float]:
    """The row of the chosen outcome and scale, or of another scale.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `by_outcome`.
    parameters : Pacification
    scale : str, optional

    Returns
    -------
    dict of str to float
    """
    chosen = (rows["outcome"] == parameters.outcome) & (rows["scale"] == (scale or parameters.scale))
    (row,) = rows[chosen].to_dict("records")
    return {str(name): value for name, value in row.items()}


def negative_share(panel: StaggeredPanel, after: int) -> float:
    """Share of treated cells in which fewer than no deaths are expected where trends are parallel in numbers.

    Parameters
    ----------
    panel : StaggeredPanel
    after : int
        Periods from each start on.

    Returns
    -------
    float
    """
    expected = imputation(panel, homogeneous_within="event_time", horizon=after).untreated
    cells = panel.treated & (~panel.treated).any(axis=0) & (panel.event_time < after)
    return float(np.mean(expected[cells] < 0))
