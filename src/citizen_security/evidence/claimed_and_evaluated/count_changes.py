"""Change of a count from before to after, alone and beside other places, with intervals of Poisson counts."""

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from citizen_security.methods.rates import ratio_interval

if TYPE_CHECKING:
    from collections.abc import Sequence


def raw_change(
    before: int, after: int, months_before: float, months_after: float, *, confidence_level: float
) -> dict[str, float]:
    """Raw change of a count, in percent, with the interval that Poisson counts would have.

    Parameters
    ----------
    before, after : int
    months_before, months_after : float
        Length of the two windows, in any unit.
    confidence_level : float

    Returns
    -------
    dict of str to float
        change, lower, upper (percent). Without an event before, the change is nan and the upper end infinite.
    """
    lower, upper = (
        100 * (end - 1) for end in ratio_interval(before, after, months_before, months_after, confidence_level)
    )
    change = 100 * (after / before * months_before / months_after - 1) if before else float("nan")
    return {"change": change, "lower": lower, "upper": upper}


def relative_change(counts: "Sequence[int]", *, confidence_level: float) -> dict[str, float]:
    """Change of one place over that of another in the same windows, in percent, with a Wald interval on the log scale.

    Parameters
    ----------
    counts : sequence of int
        Place before and after, other places before and after.
    confidence_level : float

    Returns
    -------
    dict of str to float
        change, lower, upper; all nan if a count is zero.

    Notes
    -----
    The variance is the sum of the four reciprocals, which holds for Poisson counts.
    """
    if min(counts) <= 0:
        return unknown_change()
    before, after, other_before, other_after = counts
    log_ratio = np.log(after * other_before / (before * other_after))
    reach = stats.norm.ppf((1 + confidence_level) / 2) * np.sqrt(sum(1 / count for count in counts))
    ends = {"change": log_ratio, "lower": log_ratio - reach, "upper": log_ratio + reach}
    return {name: float(100 * np.expm1(value)) for name, value in ends.items()}


def unknown_change() -> dict[str, float]:
    """A change that cannot be computed: change, lower and upper are nan."""
    return dict.fromkeys(("change", "lower", "upper"), float("nan"))
