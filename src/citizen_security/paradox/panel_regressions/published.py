"""Published effects beside the estimates."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.paradox.panel.published import PUBLISHED


def compare_with_published(coefficients: pd.DataFrame, published: Mapping[str, float] = PUBLISHED) -> pd.DataFrame:
    """Published effects beside the estimates of each driver alone.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`.
    published : mapping
        Regressor → published effect, in units of the outcome per unit.

    Returns
    -------
    pandas.DataFrame
        regressor, published, estimate, lower, upper, verdict (in words: whether the interval leaves out zero, and
        whether it holds the published value). Empty where the outcome is not the rate, which the published effects
        are of.
    """
    alone = coefficients[
        (coefficients["specification"] == "alone")
        & (coefficients["outcome"] == "rate")
        & coefficients["regressor"].isin(published)
    ]
    compared = alone[["regressor", "estimate", "lower", "upper"]].assign(published=alone["regressor"].map(published))
    verdicts = [_verdict(row["lower"], row["upper"], row["published"]) for _, row in compared.iterrows()]
    return compared.assign(verdict=verdicts)


def _verdict(lower: float, upper: float, published: float) -> str:
    zero = "includes" if lower <= 0 <= upper else "leaves out"
    value = "includes" if lower <= published <= upper else "leaves out"
    conjunction = "and" if zero == value else "but"
    return f"the interval {value} the published value {conjunction} {zero} zero"
