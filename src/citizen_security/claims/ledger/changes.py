"""Changes between two counts, with exact intervals for their ratio."""

from scipy import stats

from citizen_security.methods import require
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
        Given the sum of two Poisson counts, the second is binomial: Clopper and Pearson's interval of its share gives
        that of the ratio.

    Raises
    ------
    ValueError
        If there was no event before, a count is negative or no whole number, or an exposure is not above zero.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26(4); Przyborowski and Wilenski (1940), Biometrika 31(3/4).
    """
    require.level("confidence_level", confidence_level)
    require.positive("exposure", [exposure_before, exposure_after])
    first, last = (int(it) for it in require.whole("counts", [before, after]))
    require.some("events before", first)
    tail = (1 - confidence_level) / 2
    low = stats.beta.ppf(tail, last, first + 1) if last else 0.0
    high = stats.beta.ppf(1 - tail, last + 1, first)
    scale = exposure_before / exposure_after
    ends = [100 * (share / (1 - share) * scale - 1) for share in (low, high)]
    return Estimate(100 * (last / first * scale - 1), float(ends[0]), float(ends[1]), first + last)


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
