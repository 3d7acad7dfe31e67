"""Which country an estimate hangs on: the estimate without each of them."""

import numpy as np
import pandas as pd

from citizen_security.methods.regression.errors import leave_one_out
from citizen_security.methods.regression.least_squares import LeastSquares
from citizen_security.methods.regression.quoted import quoted


def influence(fit: LeastSquares, regressor: str) -> pd.DataFrame:
    """Estimate without each country in turn.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str

    Returns
    -------
    pandas.DataFrame
        iso3, estimate, change (from the full sample), in_standard_errors (as quoted); largest change first.
    """
    position = fit.regressors.index(regressor)
    without = leave_one_out(fit)[:, position]
    change = without - fit.estimates[position]
    error = quoted(fit)["standard_error"].iloc[position]
    table = pd.DataFrame(
        {"iso3": fit.labels, "estimate": without, "change": change, "in_standard_errors": change / error}
    )
    return table.sort_values("change", key=np.abs, ascending=False, ignore_index=True)
