"""Segmented regression of counts with an exposure: rate ratios, with errors for what a Poisson model leaves out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Floats
from .segments import MeanEffect, newey_west, segment_design

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Newton's steps; five are usual.
STEPS = 100

# A mean below this is on its way to none: the likelihood rises without end.
NO_EVENTS = 1e-7

# Relative change of the deviance at which the fit stands.
STILL = 1e-12


class NotConverged(ArithmeticError):
    """The likelihood has no maximum, as where a segment has no event."""


@dataclass(frozen=True)
class CountSegments(MeanEffect):
    """A segmented Poisson regression.

    Attributes
    ----------
    counts, exposure : numpy.ndarray, shape (periods,)
    before : int
    names : tuple of str
        As those of `Segments`, on the log scale.
    design : numpy.ndarray, shape (periods, coefficients)
    coefficients : numpy.ndarray, shape (coefficients,)
    covariance : numpy.ndarray, shape (coefficients, coefficients)
        Newey and West's.
    dispersion : float
        Pearson's statistic over its degrees of freedom: one for Poisson counts.
    """

    counts: Floats
    exposure: Floats
    before: int
    names: tuple[str, ...]
    design: Floats
    coefficients: Floats
    covariance: Floats
    dispersion: float

    @property
    def expected(self) -> Floats:
        """Counts of the line of before, in all periods; shape (periods,)."""
        found: Floats = self.exposure * np.exp(self.line)
        return found


def fit_count_segments(
    counts: "ArrayLike",
    exposure: "ArrayLike",
    before: int,
    *,
    season: int = 0,
    harmonics: int = 1,
    lags: int | None = None,
) -> CountSegments:
    """Fit a log-linear rate that may change level and slope at the start.

    Parameters
    ----------
    counts : array_like of int, shape (periods,)
    exposure : array_like, shape (periods,)
        Such as person-years.
    before, season, harmonics, lags : int
        As for `fit_segments`.

    Returns
    -------
    CountSegments

    Raises
    ------
    ValueError
        As `fit_segments`; if a count is no whole number or an exposure not above zero.
    NotConverged
        If the likelihood has no maximum.

    References
    ----------
    Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46(1).
    """
    require.same_shape(counts=counts, exposure=exposure)
    events, persons = require.whole("counts", counts).astype(float), require.positive("exposure", exposure)
    names, design = segment_design(len(events), before, season=season, harmonics=harmonics)
    coefficients, mean = _maximise(events, persons, design)
    bread = np.linalg.inv(design.T @ (mean[:, None] * design))
    free = len(events) - len(names)
    dispersion = float(((events - mean) ** 2 / mean).sum() / free)
    covariance = newey_west(design, events - mean, bread, lags)
    return CountSegments(events, persons, before, names, design, coefficients, covariance, dispersion)


def _maximise(events: Floats, persons: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Coefficients of the highest Poisson likelihood, and the means."""
    mean = events + 0.5
    deviance = np.inf
    for _ in range(STEPS):
        working = np.log(mean / persons) + (events - mean) / mean
        coefficients = np.linalg.solve(design.T @ (mean[:, None] * design), design.T @ (mean * working))
        with np.errstate(over="ignore"):
            mean = persons * np.exp(design @ coefficients)
        if not np.isfinite(mean).all() or mean.min() <= NO_EVENTS:
            break
        ratio = np.where(events > 0, events * np.log(np.where(events > 0, events, 1.0) / mean), 0.0)
        last, deviance = deviance, float(2 * (ratio - (events - mean)).sum())
        if abs(last - deviance) <= STILL * (abs(deviance) + 1):
            return coefficients, mean
    raise NotConverged(
        "the counts have no best rates: a segment has too few events. Allowed: events on both sides of the start, in "
        "more than one period; take longer periods or another start."
    )
