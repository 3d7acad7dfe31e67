"""What each series of a driver gives, alike in everything else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.stats

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.specification_curve.cautious import cautious_fit
from citizen_security.paradox.specification_curve.fast_fits import Curve, fit_curve
from citizen_security.paradox.specification_curve.joint_test import median_interval
from citizen_security.paradox.specification_curve.multiverse import NO_CONTROLS, SERIES, SUBSETS, Grid, Multiverse


def by_series(curve: Curve, options: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Median and shares of a curve for each series of its driver: what is done with missing poverty, for one.

    Parameters
    ----------
    curve : Curve
    options : pandas.DataFrame
        From `multiverse.choices_of`.
    seed : int

    Returns
    -------
    pandas.DataFrame
        option, label, specifications, median_effect, lower, upper (interval of the median at the curve's level),
        share_positive (%), observations (median of the country-years); options in the order of the table. Poverty
        lines that some series does not have are left out, so that the series differ in nothing else.
    """
    lines, choice = SERIES[curve.multiverse.driver][:-1], SERIES[curve.multiverse.driver][-1]
    labels = options[options["choice"] == choice].set_index("option")["label"]
    present = [option for option in labels.index if (curve.estimates[choice] == option).any()]
    kept = pd.Series(data=True, index=curve.estimates.index)
    for line in lines:
        having = curve.estimates.groupby(line)[choice].nunique()
        kept &= curve.estimates[line].isin(list(having.index[having == len(present)]))
    rows = []
    for option in present:
        among = (kept & (curve.estimates[choice] == option)).to_numpy()
        if among.any():
            own = replace(curve, estimates=curve.estimates[among], influence=curve.influence[among])
            rows.append({"option": option, "label": labels[option], **_summary(own, seed)})
    return pd.DataFrame(rows)


def main_by_series(grid: Grid, multiverse: Multiverse, options: pd.DataFrame, confidence_level: float) -> pd.DataFrame:
    """The main specification with each series of the driver, with the intervals that the book quotes.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
        Of all specifications, so that the main one is among them.
    options : pandas.DataFrame
        From `multiverse.choices_of`.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        option, estimate, estimate_lower, estimate_upper (CR2; outcome per unit of the driver), observations,
        countries; without the options for which it cannot be estimated.
    """
    choice, table = SERIES[multiverse.driver][-1], multiverse.specifications
    others = options[~options["choice"].isin([choice, SUBSETS])]
    main = others[others["main"]]
    # Without the main option of every other choice there is no main specification.
    rows = (table[SUBSETS] == NO_CONTROLS) & (main["choice"].nunique() == others["choice"].nunique())
    for name, option in zip(main["choice"], main["option"], strict=True):
        rows &= table[name] == option
    chosen = replace(multiverse, specifications=table[rows].reset_index(drop=True))
    found = []
    for position, option in enumerate(chosen.specifications[choice]):
        alone = replace(chosen, specifications=chosen.specifications.iloc[[position]].reset_index(drop=True))
        estimates = fit_curve(grid, alone).estimates
        try:
            error, degrees = cautious_fit(grid, alone, 0)
        except NotEstimable:
            continue
        if len(estimates):
            half = error * scipy.stats.t.ppf((1 + confidence_level) / 2, degrees)
            estimate, seen = float(estimates["estimate"].iloc[0]), estimates[["observations", "countries"]].iloc[0]
            found.append((option, estimate, estimate - half, estimate + half, *map(int, seen)))
    names = ["option", "estimate", "estimate_lower", "estimate_upper", "main_observations", "main_countries"]
    return pd.DataFrame(found, columns=names)


def _summary(curve: Curve, seed: int) -> dict[str, object]:
    lower, upper = median_interval(curve, seed=seed)
    effects = curve.estimates["effect"]
    return {
        "specifications": len(effects),
        "median_effect": float(effects.median()),
        "lower": lower,
        "upper": upper,
        "share_positive": 100 * float(np.mean(effects > 0)),
        "observations": float(curve.estimates["observations"].median()),
    }
