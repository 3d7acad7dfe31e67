"""Which choices move a specification curve, all together and one at a time from the main specification."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.paradox.specification_curve.multiverse import (
    SUBSETS,
    control_names,
)

CHOICE_COLUMNS = (
    "outcome",
    "release",
    "poverty_line",
    "poverty_series",
    "inequality_series",
    "youth_unemployment_series",
    "growth_series",
    "estimator",
    "year_effects",
    "trends",
    "dynamics",
    "lag",
    "period",
    "sample",
    "weights",
)


def choice_importance(estimates: pd.DataFrame) -> pd.DataFrame:
    """How much of the variance of the effects each choice accounts for.

    The effects are regressed on the options of every choice, each control a choice of its own; a choice's share is
    what R² loses without it. What is left over is what choices do together. The shares describe this curve: they
    have no sampling error of their own, and would differ with other options.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Choices and effect.

    Returns
    -------
    pandas.DataFrame
        choice, share_of_variance (of the effects' variance), widest (option with the highest adjusted mean effect less
        the lowest, standardized); largest share first; the last row is `choices together`.
    """
    effect = estimates["effect"].to_numpy()
    factors = {name: values for name, values in _factors(estimates) if values.nunique() > 1}
    dummies = {name: pd.get_dummies(values, drop_first=True, dtype=float) for name, values in factors.items()}
    total = float(((effect - effect.mean()) ** 2).sum())
    if not dummies or total == 0:
        return pd.DataFrame({"choice": ["choices together"], "share_of_variance": [1.0], "widest": [0.0]})
    # Cross-products once: every regression on some of the choices is solved from a part of them.
    columns = np.hstack([own.to_numpy() for own in dummies.values()])
    columns -= columns.mean(axis=0)
    products, sums = columns.T @ columns, columns.T @ (effect - effect.mean())
    slopes = _slopes(products, sums)
    complete = float(slopes @ sums) / total
    rows, start = [], 0
    for name, own in dummies.items():
        place = np.arange(start, start + own.shape[1])
        start += own.shape[1]
        others = np.setdiff1d(np.arange(len(sums)), place)
        without = float(_slopes(products[np.ix_(others, others)], sums[others]) @ sums[others]) / total
        rows.append((name, max(complete - without, 0.0), float(np.ptp(np.append(slopes[place], 0.0)))))
    table = pd.DataFrame(rows, columns=["choice", "share_of_variance", "widest"])
    table = table.sort_values("share_of_variance", ascending=False, kind="stable", ignore_index=True)
    together = {"choice": ["choices together"], "share_of_variance": [max(1 - complete, 0.0)], "widest": [0.0]}
    return pd.concat([table, pd.DataFrame(together)], ignore_index=True)


def one_change_away(estimates: pd.DataFrame) -> pd.DataFrame:
    """The main specification and every one that differs from it in a single choice.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Of a curve.

    Returns
    -------
    pandas.DataFrame
        changed (`main`, or choice=option), effect, effect_lower, effect_upper, estimate, lower, upper, observations,
        countries; empty where the main specification is not in the curve.
    """
    columns = ["effect", "effect_lower", "effect_upper", "estimate", "lower", "upper", "observations", "countries"]
    if not estimates["main"].any():
        return pd.DataFrame(columns=["changed", *columns])
    main = estimates[estimates["main"]].iloc[0]
    choices = [name for name in CHOICE_COLUMNS if name in estimates]
    differs = pd.DataFrame({name: estimates[name] != main[name] for name in choices})
    added = (estimates[SUBSETS] != main[SUBSETS]) & ~estimates[SUBSETS].str.contains("+", regex=False)
    same_controls = estimates[SUBSETS] == main[SUBSETS]
    one = (differs.sum(axis=1) == 1) & same_controls | (differs.sum(axis=1) == 0) & (added | same_controls)
    rows = estimates[one]
    names = [_changed(row, main, choices) for _, row in rows.iterrows()]
    changes: pd.DataFrame = rows[columns].assign(changed=names)[["changed", *columns]].reset_index(drop=True)
    return changes


def _factors(estimates: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    for name in CHOICE_COLUMNS:
        if name in estimates:
            yield name, estimates[name]
    subsets = {subset: control_names(subset) for subset in estimates[SUBSETS].unique()}
    for name in sorted({name for subset in subsets.values() for name in subset}):
        yield f"control: {name}", estimates[SUBSETS].map({key: str(name in them) for key, them in subsets.items()})


def _slopes(products: Floats, sums: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(products, sums, rcond=None)[0]) if len(sums) else sums


def _changed(row: "pd.Series[Any]", main: "pd.Series[Any]", choices: list[str]) -> str:
    changes = [f"{name}={row[name]}" for name in choices if row[name] != main[name]]
    if row[SUBSETS] != main[SUBSETS]:
        changes.append(f"{SUBSETS}={row[SUBSETS]}")
    return changes[0] if changes else "main"
