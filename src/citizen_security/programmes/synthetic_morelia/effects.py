"""Synthetic Morelias by several designs, with placebos in space and in time, and one curve."""

from itertools import product
from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.randomisation import placebo_rank
from citizen_security.methods.synthetic_control.completed_placebos import completed_gaps
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.matrix_completion import matrix_completion
from citizen_security.methods.synthetic_control.names import Estimator
from citizen_security.methods.synthetic_control.placebos import (
    placebos_from_gaps,
    placebos_in_space,
    placebos_in_time,
)
from citizen_security.programmes.estimator_names import COMPLETED
from citizen_security.programmes.own_level import HALF, against_others, changes_of_all
from citizen_security.programmes.synthetic_morelia.labels import DESIGN_NAMES, POOL_NAMES
from citizen_security.programmes.synthetic_morelia.municipalities import Municipalities, municipalities
from citizen_security.programmes.synthetic_morelia.parameters import BY_OUTCOMES, Pool, SyntheticMorelia

# Statistics that differ by less than this share of the treated one's are equal.
TIE = 1e-9

# Donors that are named.
SHOWN = 8


def by_design(found: Municipalities, parameters: SyntheticMorelia) -> pd.DataFrame:
    """Morelia's change by each design, ranked among donors.

    Parameters
    ----------
    found : Municipalities
    parameters : SyntheticMorelia

    Returns
    -------
    pandas.DataFrame
        design, design_name, change (percent of what is expected), p_value (two-sided), floor, donors, found: fewer
        deaths, with a p-value that is small at the level.
    """
    rows: list[tuple[str, float, float, float]] = []
    for estimator in BY_OUTCOMES:
        test = placebos_in_space(found.panel, estimator, "mean_gap")
        rows.append((estimator, test.treated, test.p_value, test.floor))
    test = placebos_from_gaps(found.panel, completed_gaps(matrix_completion(found.panel)), "mean_gap")
    rows.append((COMPLETED, test.treated, test.p_value, test.floor))
    changes, _ = changes_of_all(found.deaths, found.panel.before, parameters.family)
    own = float(changes[0])
    rank = placebo_rank(own, changes[1:], tie=TIE * abs(own))
    rows.append(("counts", own, rank.p_value, rank.floor))
    table = pd.DataFrame(rows, columns=["design", "change", "p_value", "floor"])
    return table.assign(
        design_name=table["design"].map(dict(DESIGN_NAMES)),
        change=100 * np.expm1(table["change"]),
        donors=len(found.panel.donors),
        found=(table["change"] < 0) & (table["p_value"] <= parameters.significance),
    )


def earlier_starts(found: Municipalities) -> pd.DataFrame:
    """The same designs at earlier starts, at which nothing was done.

    Parameters
    ----------
    found : Municipalities

    Returns
    -------
    pandas.DataFrame
        design, design_name, start, change (percent), own (whether it is the true start).
    """
    rows = []
    for estimator in BY_OUTCOMES:
        test = placebos_in_time(found.panel, estimator, "mean_gap")
        years = [*test.dates, int(found.panel.periods[found.panel.before])]
        gaps = [*test.placebos.ravel(), test.treated]
        for year, gap in zip(years, gaps, strict=True):
            rows.append(
                {
                    "design": estimator,
                    "design_name": DESIGN_NAMES[estimator],
                    "start": int(year),
                    "change": float(100 * np.expm1(gap)),
                    "own": year == years[-1],
                }
            )
    return pd.DataFrame(rows)


def path(found: Municipalities, parameters: SyntheticMorelia, estimator: Estimator = "demeaned") -> pd.DataFrame:
    """Morelia's deaths by year, those of its synthetic one, and those that weights of counts give.

    Parameters
    ----------
    found : Municipalities
    parameters : SyntheticMorelia
    estimator : str

    Returns
    -------
    pandas.DataFrame
        year, observed, synthetic, by_counts.
    """
    fit = synthetic_control(found.panel, estimator)
    counts = against_others(found.deaths, found.panel.before, 0, parameters.family)
    return pd.DataFrame(
        {
            "year": found.panel.periods,
            "observed": found.deaths[0],
            "synthetic": np.maximum(np.exp(fit.counterfactual) - HALF, 0.0),
            "by_counts": counts.expected,
        }
    )


def weights(found: Municipalities, parameters: SyntheticMorelia) -> pd.DataFrame:
    """Donors with the largest weights, on both scales.

    Parameters
    ----------
    found : Municipalities
    parameters : SyntheticMorelia

    Returns
    -------
    pandas.DataFrame
        city, demeaned, counts; the heaviest first.
    """
    demeaned = synthetic_control(found.panel, "demeaned").weights
    counts = against_others(found.deaths, found.panel.before, 0, parameters.family).weights[1:]
    names = [found.names[code] for code in found.panel.donors]
    table = pd.DataFrame({"city": names, "demeaned": demeaned, "counts": counts})
    order = np.argsort(-(table["demeaned"] + table["counts"]).to_numpy(), kind="stable")
    return table.iloc[order[:SHOWN]].reset_index(drop=True)


def curve(quarters: pd.DataFrame, parameters: SyntheticMorelia) -> pd.DataFrame:
    """Every design by start, last year and pool of donors.

    Parameters
    ----------
    quarters : pandas.DataFrame
        `mexico_municipality_quarter`.
    parameters : SyntheticMorelia

    Returns
    -------
    pandas.DataFrame
        The columns of `by_design`, and start, last, pool, pool_name; by change.
    """
    pools: tuple[Pool, ...] = get_args(Pool)
    tables = []
    years = [it for it in product(parameters.starts_at_effort, parameters.lasts_at_effort) if it[0] <= it[1]]
    for (start, last), pool in product(years, pools):
        found = municipalities(quarters, parameters, start=start, last=last, donors=pool)
        tables.append(
            by_design(found, parameters).assign(start=start, last=last, pool=pool, pool_name=POOL_NAMES[pool])
        )
    return pd.concat(tables, ignore_index=True).sort_values("change", ignore_index=True)
