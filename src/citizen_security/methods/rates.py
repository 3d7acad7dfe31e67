"""Rates of events per 100,000 person-years: exact Poisson intervals, exact comparisons and ratios of two."""

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from . import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


PERSON_YEARS_OF_A_RATE = 100_000


def poisson_interval(count: "ArrayLike", person_years: "ArrayLike", confidence_level: float) -> "NDArray[np.float64]":
    """Exact confidence interval of a rate from a Poisson count.

    Parameters
    ----------
    count : array_like of int
        Events.
    person_years : array_like of float
        Exposure, of the same shape, or one for all.
    confidence_level : float
        Such as 0.95.

    Returns
    -------
    numpy.ndarray, shape (…, 2)
        Lower and upper limit, per 100,000 person-years; the lower limit of no events is zero.

    Raises
    ------
    ValueError
        If a count is missing or negative, an exposure is not above zero, shapes differ, or the level is no probability.

    References
    ----------
    Garwood (1936), Biometrika 28(3/4).
    """
    require.level("confidence_level", confidence_level)
    require.same_shape(count=count, person_years=person_years)
    events, exposure = require.not_negative("count", count), require.positive("person_years", person_years)
    tail = (1 - confidence_level) / 2
    # The limit for no events is zero; chi-squared with no degrees of freedom is undefined there.
    lower = np.where(events > 0, stats.chi2.ppf(tail, np.maximum(2 * events, 1)) / 2, 0.0)
    upper = stats.chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    per_person_year = np.stack([lower, upper], axis=-1) / exposure[..., np.newaxis]
    limits: NDArray[np.float64] = per_person_year * PERSON_YEARS_OF_A_RATE
    return limits


def comparison_probability(count: "ArrayLike", person_years: "ArrayLike") -> "NDArray[np.float64]":
    """Exact test of each pair of Poisson rates.

    The probability of so many events or more in the first place, were both rates equal. Given the sum of two Poisson
    counts, the first is binomial.

    Parameters
    ----------
    count, person_years : array_like, shape (n,)

    Returns
    -------
    numpy.ndarray, shape (n, n)
        One-sided: near 0 where the place of the row has the higher rate.

    Raises
    ------
    ValueError
        If a count is missing or negative, an exposure is not above zero, or shapes differ.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31(3/4).
    """
    require.same_shape(count=count, person_years=person_years)
    # As floats: the sum of two small integers wraps, and so does an unsigned zero less one.
    events, exposure = require.not_negative("count", count), require.positive("person_years", person_years)
    both = events[:, np.newaxis] + events
    share = exposure[:, np.newaxis] / (exposure[:, np.newaxis] + exposure)
    tail: NDArray[np.float64] = stats.binom.sf(events[:, np.newaxis] - 1, both, share)
    return tail


def ratio_interval(
    before: float, after: float, exposure_before: float, exposure_after: float, confidence_level: float
) -> tuple[float, float]:
    """Exact interval of the ratio of two Poisson rates, the later over the earlier.

    Parameters
    ----------
    before, after : int
        Events.
    exposure_before, exposure_after : float
        Person-years, or any measure of both windows.
    confidence_level : float

    Returns
    -------
    lower, upper : float
        Zero and infinite where a count is zero, and where there is no event at all.

    Raises
    ------
    ValueError
        If a count is negative or no whole number, an exposure is not above zero, or the level is no probability.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31(3/4): given the sum of two Poisson counts, the later one is
    binomial; Clopper and Pearson (1934), Biometrika 26(4), for the interval of its share.
    """
    require.level("confidence_level", confidence_level)
    scale = float(require.positive("exposure_before", exposure_before)) / float(
        require.positive("exposure_after", exposure_after)
    )
    first, last = (int(require.whole(name, value)) for name, value in (("before", before), ("after", after)))
    tail = (1 - confidence_level) / 2
    low = stats.beta.ppf(tail, last, first + 1) if last else 0.0
    high = stats.beta.ppf(1 - tail, last + 1, first) if first else 1.0
    return float(scale * low / (1 - low)), float(scale * high / (1 - high)) if first else float("inf")
