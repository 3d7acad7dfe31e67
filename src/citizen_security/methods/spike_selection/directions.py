"""False falls and false rises apart: which cells have too many, and the least fall that a design without them finds."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from .. import require
from ..proportions import wilson_interval

Direction = Literal["fall", "rise"]


@dataclass(frozen=True)
class LeastFall:
    """What designs without false falls detect in one panel.

    Attributes
    ----------
    design : str
        The one that detects most under the rule that suits it least; empty if none detects a fall under every rule.
    fall : float
        Percent, below zero; nan without such a design.
    kept : tuple of str
        Designs that find falls no more often than they should.
    nowhere, somewhere : int
        How many of them detect no fall that was tried under any rule, and under some rule alone.
    """

    design: str
    fall: float
    kept: tuple[str, ...]
    nowhere: int
    somewhere: int


def right_share(significance: float) -> float:
    """Share of draws in which a two-sided test may find a fall, or a rise, where nothing was done.

    Raises
    ------
    ValueError
        If the significance is no probability.
    """
    require.level("significance", significance)
    return significance / 2


def too_often(rows: pd.DataFrame, direction: Direction, significance: float) -> pd.DataFrame:
    """Rows that find a fall, or a rise, more often than they should, by the lower end of the share's interval.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `false_positive_rates`.
    direction : {"fall", "rise"}
    significance : float

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        If the direction is none of these, or the significance no probability.
    """
    require.one_of("direction", direction, Direction)
    return rows[rows[f"{direction}_lower"] > right_share(significance)]


def by_luck(rows: pd.DataFrame, significance: float, confidence_level: float) -> float:
    """How many of so many rows would be among `too_often` by the luck of the draws alone, were every design right.

    Parameters
    ----------
    rows : pandas.DataFrame
        draws.
    significance, confidence_level : float

    Returns
    -------
    float
    """
    require.level("confidence_level", confidence_level)
    right, expected = right_share(significance), 0.0
    for draws, number in rows["draws"].value_counts().items():
        whole = int(str(draws))
        lower = np.array([wilson_interval(count, whole, confidence_level)[0] for count in range(whole + 1)])
        expected += number * float(stats.binom.pmf(np.flatnonzero(lower > right), whole, right).sum())
    return expected


def worst(rows: pd.DataFrame, direction: Direction) -> "pd.Series[float]":
    """The row that finds a fall, or a rise, most often.

    Raises
    ------
    ValueError
        If the direction is none of these.
    """
    require.one_of("direction", direction, Direction)
    return rows.iloc[int(rows[f"found_{direction}"].to_numpy().argmax())]


def least_fall(rows: pd.DataFrame, significance: float) -> LeastFall:
    """The least fall that is found in one panel by designs that find none too often where nothing was done.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of one panel and number of years.
    significance : float

    Returns
    -------
    LeastFall
    """
    broken = set(too_often(rows, "fall", significance)["design"])
    kept = rows[~rows["design"].isin(broken)]
    none = kept["least_fall"].isna().groupby(kept["design"], sort=False)
    nowhere, somewhere = int(none.all().sum()), int((none.any() & ~none.all()).sum())
    # A design is as good as what it detects under the rule that suits it least.
    everywhere = kept.groupby("design", sort=False)["least_fall"].min()[~none.any()]
    best = "" if everywhere.empty else str(everywhere.idxmax())
    fall = float(everywhere[best]) if best else float("nan")
    return LeastFall(best, fall, tuple(dict.fromkeys(kept["design"])), nowhere, somewhere)
