"""P-values of several tests, adjusted for their number."""

import pandas as pd

from .. import require


def holm(p_values: "pd.Series[float]") -> "pd.Series[float]":
    """P-values adjusted for their number by Holm's method; missing ones stay missing and do not count.

    Raises
    ------
    ValueError
        If one is not from 0 to 1.
    """
    from statsmodels.stats.multitest import multipletests

    known = p_values.dropna()
    require.share("p_values", known)
    adjusted = multipletests(known, method="holm")[1] if len(known) else []
    return pd.Series(adjusted, index=known.index, dtype=float).reindex(p_values.index)
