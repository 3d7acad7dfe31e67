"""What the cells of a specification curve find by each option of each choice, and which choice parts them most."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def by_option(curve: pd.DataFrame, choices: Sequence[str], value: str) -> pd.DataFrame:
    """How many cells of each option find something beyond chance.

    Parameters
    ----------
    curve : pandas.DataFrame
        One row a cell: the columns of `choices`, `value`, p_value, found.
    choices : sequence of str
        Columns that say what is chosen in a cell.
    value : str
        Column of what is found.

    Returns
    -------
    pandas.DataFrame
        `choice`, `option`, `cells`, `found`, `share`, the median of the value as `median_` and its name, `median_p`.
    """
    rows = []
    for choice in choices:
        for option, cells in curve.groupby(choice, sort=True):
            rows.append(
                {
                    "choice": choice,
                    "option": str(option),
                    "cells": len(cells),
                    "found": int(cells["found"].sum()),
                    "share": float(cells["found"].mean()),
                    f"median_{value}": float(cells[value].median()),
                    "median_p": float(cells["p_value"].median()),
                }
            )
    return pd.DataFrame(rows)


def decisive(options: pd.DataFrame) -> pd.DataFrame:
    """The options of the choice whose shares of cells that find something differ most, the largest share first.

    Parameters
    ----------
    options : pandas.DataFrame
        From `by_option`.

    Returns
    -------
    pandas.DataFrame
    """
    spread = options.groupby("choice", sort=False)["share"].agg(np.ptp)
    chosen = options[options["choice"] == spread.idxmax()]
    return chosen.sort_values("share", ascending=False, ignore_index=True)
