"""Deaths of Morelia and of its donors by year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.programmes.own_level import HALF
from citizen_security.programmes.synthetic_morelia.parameters import Pool, SyntheticMorelia

MORELIA, STATE = "16053", "16"


@dataclass(frozen=True)
class Municipalities:
    """Deaths by year, on two scales.

    Attributes
    ----------
    panel : TreatedPanel
        Logarithms of deaths and a half, Morelia first.
    deaths : numpy.ndarray, shape (units, years)
    names : dict of str to str
        Of the codes.
    """

    panel: TreatedPanel
    deaths: Floats
    names: dict[str, str]


def municipalities(
    quarters: pd.DataFrame,
    parameters: SyntheticMorelia,
    *,
    start: int | None = None,
    last: int | None = None,
    donors: Pool | None = None,
) -> Municipalities:
    """Morelia and the municipalities with enough deaths before the start.

    Parameters
    ----------
    quarters : pandas.DataFrame
        `mexico_municipality_quarter`.
    parameters : SyntheticMorelia
    start, last : int, optional
    donors : {"country", "state"}, optional
        In place of the parameters' own.

    Returns
    -------
    Municipalities

    Raises
    ------
    NotAPanel
        If donors are too few.

    Notes
    -----
    Deaths are compared and not rates: the table's residents step at 2010, and every design here takes a constant
    difference out.
    """
    begin, end, pool = start or parameters.start, last or parameters.last_year, donors or parameters.donors
    rows = quarters[quarters["year"].between(parameters.first_year, end)]
    wide = rows.pivot_table(index="city_code", columns="year", values="homicides", aggfunc="sum")
    early = wide.loc[:, : begin - 1]
    enough = (early.sum(axis=1) >= parameters.least_deaths * early.shape[1]) | (wide.index == MORELIA)
    if pool == "state":
        enough &= wide.index.str.startswith(STATE)
    kept = wide[enough]
    kept = pd.concat([kept.loc[[MORELIA]], kept.drop(index=MORELIA)])
    years, deaths = kept.columns.to_numpy(int), kept.to_numpy(float)
    panel = TreatedPanel.of(
        np.repeat(kept.index.to_numpy(), len(years)),
        np.tile(years, len(kept)),
        np.log(deaths + HALF).ravel(),
        treated=MORELIA,
        start=begin,
    )
    cities = dict(zip(rows["city_code"].astype(str), rows["city"].astype(str), strict=True))
    return Municipalities(panel, deaths, cities)
