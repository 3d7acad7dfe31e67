"""Changes between two counts, with exact intervals for their ratio."""

from citizen_security.methods import require
from citizen_security.methods.rates import ratio_interval
from citizen_security.methods.verdicts.regions import Estimate


def change_percent(
    before: float, exposure_before: float, after: float, exposure_after: float, confidence_level: float
) -> Estimate:
    """Change of a rate between two periods, in %, with an exact interval.

    Parameters
    ----------
    before, after : float
        Events, taken for Poisson counts.
    exposure_before, exposure_after : float
        Person-years, or months where the population did not change.
    confidence_level : float

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If there was no event before, a count is negative or no whole number, or an exposure is not above zero.
    """
    first, last = (int(it) for it in require.whole("counts", [before, after]))
    require.some("events before", first)
    ends = ratio_interval(first, last, exposure_before, exposure_after, confidence_level)
    ratio = last / first * (exposure_before / exposure_after)
    return Estimate(100 * (ratio - 1), 100 * (ends[0] - 1), 100 * (ends[1] - 1), first + last)


def weaker(one: Estimate, other: Estimate) -> Estimate:
    """The smaller of two estimates that must both be positive, end by end.

    Parameters
    ----------
    one, other : Estimate

    Returns
    -------
    Estimate
        Its lower end is above zero only if both are; its upper end is below zero if either is.
    """
    return Estimate(min(one.value, other.value), min(one.low, other.low), min(one.high, other.high), one.n + other.n)
