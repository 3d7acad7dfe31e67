"""The one rule for what is quoted of a regression, declared before any result.

Quoted is the interval with CR2 errors and Satterthwaite's degrees of freedom. Below `TRUSTED_DEGREES` of them even that
one is not to be trusted, and is marked. The other intervals stand beside it and do not replace it, whichever is wider.
"""

import pandas as pd

from .bias_reduced import bias_reduced
from .least_squares import LeastSquares

# What the quoted interval is called among `intervals.METHODS`.
QUOTED = "bias-reduced"

# Fewer degrees of freedom make Satterthwaite's approximation itself poor (Tipton 2015, Psychological Methods 20(3)).
TRUSTED_DEGREES = 4.0


def quoted(fit: LeastSquares, confidence_level: float = 0.95) -> pd.DataFrame:
    """Estimates of a regression as they are quoted, everywhere.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value, degrees_of_freedom, effective_clusters (as
        `bias_reduced`), trusted (bool).

    Raises
    ------
    NotEstimable, ValueError
        As `bias_reduced`.
    """
    table = bias_reduced(fit, confidence_level)
    return table.assign(trusted=table["degrees_of_freedom"] >= TRUSTED_DEGREES)
