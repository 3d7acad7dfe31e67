"""Published effects beside the estimates of every estimator that speaks in the same unit."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.paradox.panel.published import PUBLISHED


def compare_with_published(estimators: pd.DataFrame, published: Mapping[str, float] = PUBLISHED) -> pd.DataFrame:
    """Published effects beside each driver alone, by estimator.

    Parameters
    ----------
    estimators : pandas.DataFrame
        regressor, estimator, outcome, estimate, lower, upper; from `compare_estimators`.
    published : mapping
        Regressor → published effect, in units of the outcome per unit.

    Returns
    -------
    pandas.DataFrame
        regressor, estimator, published, estimate, lower, upper, holds_published and holds_zero (bool: whether the
        interval does). Without the within part, which repeats the fixed effects, and estimators that the sample cannot
        carry; empty where the outcome is not the rate, which the published effects are of.
    """
    chosen = estimators[(estimators["outcome"] == "rate") & estimators["regressor"].isin(published)]
    # The within part repeats the fixed effects, and one estimate is not to be counted twice.
    known = chosen[chosen["estimator"] != "within"].dropna(subset=["estimate", "lower", "upper"])
    compared = known[["regressor", "estimator", "estimate", "lower", "upper"]].assign(
        published=known["regressor"].map(published).astype(float)
    )
    return compared.assign(
        holds_published=compared["published"].between(compared["lower"], compared["upper"]),
        holds_zero=(compared["lower"] <= 0) & (compared["upper"] >= 0),
    ).reset_index(drop=True)
