"""Which rows a model learns from and which it is tried on: whole countries left out, and years to come."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Fold:
    """Rows that a model learns from and rows that it is tried on.

    Attributes
    ----------
    name : str
        Of the fold: a number for countries left out, the year of origin for forecasts.
    train, test : numpy.ndarray of int
        Positions of rows.
    """

    name: str
    train: "NDArray[np.int64]"
    test: "NDArray[np.int64]"


def country_folds(rows: pd.DataFrame, folds: int, seed: int) -> list[Fold]:
    """Folds that each leave out whole countries.

    Parameters
    ----------
    rows : pandas.DataFrame
        iso3.
    folds : int
        Wanted; at most one for each country.
    seed : int

    Returns
    -------
    list of Fold
    """
    count = min(folds, rows["iso3"].nunique())
    splitter = GroupKFold(count, shuffle=True, random_state=seed)
    splits = splitter.split(rows, groups=rows["iso3"])
    return [Fold(str(number), train, test) for number, (train, test) in enumerate(splits, start=1)]


def forward_folds(rows: pd.DataFrame, first_origin: int, step: int = 1) -> list[Fold]:
    """Folds that walk forward in time: learn from outcomes known by the origin, predict from the origin.

    Parameters
    ----------
    rows : pandas.DataFrame
        year (the origin), target_year.
    first_origin : int
    step : int
        Years from one origin to the next.

    Returns
    -------
    list of Fold
    """
    origins = sorted(rows.loc[rows["year"] >= first_origin, "year"].unique())[::step]
    return [
        Fold(
            str(origin),
            np.flatnonzero(rows["target_year"] <= origin),
            np.flatnonzero(rows["year"] == origin),
        )
        for origin in origins
    ]
