"""What each series of a driver gives, alike in everything else."""

from dataclasses import replace

import pandas as pd

from citizen_security.paradox.specification_curve.fast_fits import Curve
from citizen_security.paradox.specification_curve.joint_test import median_interval
from citizen_security.paradox.specification_curve.multiverse import SERIES


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
    kept = pd.Series(data=True, index=curve.estimates.index)
    named = options.loc[options["choice"] == choice, "option"]
    present = [option for option in named if (curve.estimates[choice] == option).any()]
    for line in lines:
        having = curve.estimates.groupby(line)[choice].nunique()
        kept &= curve.estimates[line].isin(list(having.index[having == len(present)]))
    labels = options[options["choice"] == choice].set_index("option")["label"]
    rows = [_row(curve, kept & (curve.estimates[choice] == option), option, seed) for option in present]
    table = pd.DataFrame([row for row in rows if row])
    return table.assign(label=table["option"].map(labels)) if len(table) else table


def _row(curve: Curve, kept: "pd.Series[bool]", option: str, seed: int) -> dict[str, object]:
    if not kept.any():
        return {}
    own = curve.estimates[kept]
    lower, upper = median_interval(replace(curve, estimates=own, influence=curve.influence[kept.to_numpy()]), seed=seed)
    return {
        "option": option,
        "specifications": len(own),
        "median_effect": float(own["effect"].median()),
        "lower": lower,
        "upper": upper,
        "share_positive": 100 * float((own["effect"] > 0).mean()),
        "observations": float(own["observations"].median()),
    }
