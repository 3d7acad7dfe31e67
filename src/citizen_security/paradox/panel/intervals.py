"""Every kind of interval of fitted specifications of the country panel, side by side."""

from collections.abc import Iterable

import pandas as pd

from citizen_security.methods.regression.intervals import every_interval
from citizen_security.methods.regression.names import BootstrapWeights
from citizen_security.methods.regression.quoted import TRUSTED_DEGREES
from citizen_security.paradox.panel.fixed_effects import PanelFit


def intervals_side_by_side(
    fits: Iterable[PanelFit],
    *,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    lags: int | None = None,
    seed: int = 2020,
) -> pd.DataFrame:
    """Every interval of every regressor of several fits, each at the fit's own level.

    Parameters
    ----------
    fits : iterable of PanelFit
    draws, weights, lags, seed
        Of `every_interval`.

    Returns
    -------
    pandas.DataFrame
        As `every_interval`, with `countries` for the clusters, outcome, and trusted (bool: false where the quoted
        interval has too few degrees of freedom).
    """
    tables = [
        every_interval(
            fit.parts,
            fit.confidence_level,
            draws=draws,
            weights=weights,
            lags=lags,
            seed=seed,
        )
        .rename(columns={"clusters": "countries"})
        .assign(outcome=fit.specification.outcome)
        for fit in fits
    ]
    table = pd.concat(tables, ignore_index=True)
    # The other kinds count no degrees of freedom of their own.
    return table.assign(trusted=~(table["degrees_of_freedom"] < TRUSTED_DEGREES))
