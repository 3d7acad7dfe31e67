"""Pacification units of Rio de Janeiro: homicides before and after each was installed, beside units that came later."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.count_changes import unknown_change
from citizen_security.evidence.claimed_and_evaluated.programme_series import month_number
from citizen_security.methods.resampling import drawn_positions

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rio(
    units: pd.DataFrame, months: int, confidence_level: float, unit_resamples: int, seed: int
) -> list[dict[str, object]]:
    """Pacification units: each before and after its installation, beside units that came later.

    Parameters
    ----------
    units : pandas.DataFrame
        Table `rio_pacification_month`.
    months : int
        Window on both sides of the month of installation, which belongs to neither.
    confidence_level : float
    unit_resamples : int
    seed : int

    Returns
    -------
    list of dict
        One row, or none if no unit has both windows.
    """
    counts = rio_windows(units, months)
    if not len(counts):
        return []
    together = counts[:, :2].sum(axis=0)
    compared = counts[np.isfinite(counts).all(axis=1)]
    rng = np.random.default_rng(seed)
    raw = _resampled_changes(counts[:, :2], unit_resamples, rng, confidence_level)
    relative = (
        _resampled_changes(compared, unit_resamples, rng, confidence_level) if len(compared) > 1 else unknown_change()
    )
    return [
        {
            "programme": "Pacification units",
            "place": f"Rio de Janeiro ({len(counts)} units)",
            "counted": "homicides",
            "windows": f"{months} months",
            "before": int(together[0]),
            "after": int(together[1]),
            **raw,
            "others": f"units installed later ({len(compared)} units have some)" if len(compared) > 1 else "",
            **{f"relative_{name}": value for name, value in relative.items()},
            "note": "installed in an order that the state chose, while homicide fell in the whole city",
        }
    ]


def rio_windows(units: pd.DataFrame, months: int) -> "NDArray[np.float64]":
    """Homicides of each unit before and after its installation, and those of units installed later.

    Parameters
    ----------
    units : pandas.DataFrame
    months : int

    Returns
    -------
    numpy.ndarray, shape (n_units, 4)
        Before, after, and the mean before and after, in the same months, of units that were installed after the end of
        the window (nan if there are none). Units without both windows in the table are left out.
    """
    wide = units.assign(number=month_number(units["year"], units["month"])).pivot(
        index="pacification_unit", columns="number", values="homicides"
    )
    dates = units.groupby("pacification_unit")["installed_on"].first()
    installed = month_number(dates.dt.year, dates.dt.month)
    first, last = int(wide.columns[0]), int(wide.columns[-1])
    rows = []
    for unit in installed.index:
        start = int(installed[unit])
        before, after = range(start - months, start), range(start + 1, start + months + 1)
        if before[0] < first or after[-1] > last:
            continue
        later = wide[installed > after[-1]]
        sums = [wide[list(window)].sum(axis=1) for window in (before, after)]
        others = [later[list(window)].sum(axis=1).mean() if len(later) else np.nan for window in (before, after)]
        rows.append([*(own[unit] for own in sums), *others])
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _resampled_changes(
    counts: "NDArray[np.float64]", resamples: int, rng: np.random.Generator, confidence_level: float
) -> dict[str, float]:
    """Change of sums over units, relative to the others where columns of others are given, with an interval."""
    drawn = counts[drawn_positions(len(counts), resamples, rng)].sum(axis=1)
    changes = _changes(drawn)
    lower, upper = np.nanquantile(changes, ((1 - confidence_level) / 2, (1 + confidence_level) / 2))
    return {"change": float(_changes(counts.sum(axis=0)[None])[0]), "lower": float(lower), "upper": float(upper)}


def _changes(sums: "NDArray[np.float64]") -> "NDArray[np.float64]":
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = sums[:, 1] / sums[:, 0]
        if sums.shape[1] > 2:
            ratio = ratio * sums[:, 2] / sums[:, 3]
    changes: NDArray[np.float64] = 100 * (ratio - 1)
    return changes
