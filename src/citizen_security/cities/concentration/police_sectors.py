"""Homicides of the police sectors of Mexico City by month, and their concentration over longer and longer periods."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.concentration.chance import concentration_by_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.cities.concentration.parameters import Concentration

MONTHS = 12
WINDOW_SOURCE = "FGJ investigation files"


def sector_panel(table: pd.DataFrame, source: str = WINDOW_SOURCE) -> "NDArray[np.int64]":
    """Homicides by month and police sector of one source.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `mexico_city_sector_month`.
    source : str
        The two sources count different things and are never joined.

    Returns
    -------
    numpy.ndarray of int, shape (n_months, n_sectors)
    """
    wide = table[table["source"] == source].pivot_table(
        index=["year", "month"], columns=["borough", "sector"], values="homicides", aggfunc="sum"
    )
    return wide.to_numpy(np.int64)


def concentration_by_period(table: pd.DataFrame, parameters: "Concentration") -> pd.DataFrame:
    """Concentration of homicides in police sectors added up over longer and longer periods.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `mexico_city_sector_month`.
    parameters : Concentration
        `window_months`, `credible_level`, the simulated years of this effort and `seed`.

    Returns
    -------
    pandas.DataFrame, one row for each length
        The columns of `concentration_by_window`, with `homicides` in place of `events`; windows are in months.
    """
    windows = concentration_by_window(
        sector_panel(table),
        parameters.window_months,
        confidence_level=parameters.credible_level,
        draws=parameters.simulated_years_at_effort,
        seed=parameters.seed,
    )
    return windows.rename(columns={"events": "homicides"})
