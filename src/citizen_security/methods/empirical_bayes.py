"""Risks of many places by empirical Bayes: gamma distributed within a group, counts Poisson given the risk.

The marginal distribution of a count is then negative binomial, whose shape and mean are fitted by maximum likelihood,
and a place's risk has a gamma posterior in closed form (Clayton and Kaldor 1987; Marshall 1991). What is fitted to the
counts of some years forecasts those of the next, which makes it the plain rival of any richer model: fitted to last
year, to the last three or to all, it says how much history a place's own rate is worth.

Two plainer forecasts have the same form: a place's own counts alone, and its group's alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import optimize, special

from . import require
from .arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Shapes from which the best start is taken, and between which the search stays. At the largest, risks differ by 0.1%
# (one standard deviation), which no counts of people tell from equal risks.
STARTS = np.geomspace(1e-2, 1e5, 8)
BOUNDS = (1e-4, 1e6)

NEWTON_STEPS = 25

# Two parameters fitted to fewer places say more about those places than about the group.
LEAST_PLACES = 5

# Events that a group without any is given: the mean of Jeffreys' posterior of a Poisson mean, so that no forecast calls
# an event impossible.
HALF_AN_EVENT = 0.5


@dataclass(frozen=True)
class GammaPoisson:
    """Gamma distributed risk of each place, and the counts that it forecasts.

    Attributes
    ----------
    shape : numpy.ndarray, shape (places,)
        Infinite where the risk is taken as known.
    rate : numpy.ndarray, shape (places,)
        In units of exposure; infinite with the shape.
    mean : numpy.ndarray, shape (places,)
        Expected risk: events per unit of exposure.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43(3).
    """

    shape: Floats
    rate: Floats
    mean: Floats

    def interval(self, credible_level: float) -> Floats:
        """Central interval of each place's risk.

        Parameters
        ----------
        credible_level : float
            Such as 0.9.

        Returns
        -------
        numpy.ndarray, shape (places, 2)
            Events per unit of exposure; both limits are the mean where the shape is infinite. That shape and mean of
            the group are estimates is not in it.

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        require.level("credible_level", credible_level, 0.9)
        tails = np.array([(1 - credible_level) / 2, (1 + credible_level) / 2])
        known = np.isinf(self.shape)
        shape, rate = np.where(known, 1.0, self.shape), np.where(known, 1.0, self.rate)
        limits: Floats = special.gammaincinv(shape[:, np.newaxis], tails) / rate[:, np.newaxis]
        return np.where(known[:, np.newaxis], self.mean[:, np.newaxis], limits)

    def predictive_log_score(self, counts: "ArrayLike", exposure: "ArrayLike") -> Floats:
        """Log probability of new counts: negative binomial, or Poisson where the shape is infinite.

        Parameters
        ----------
        counts : array_like of int, shape (places,)
        exposure : array_like of float, shape (places,)
            Of the new counts.

        Returns
        -------
        numpy.ndarray, shape (places,)
            Natural logarithms; higher is better.

        Raises
        ------
        ValueError
            If a count is no whole number, an exposure is negative or missing, an event has no exposure, or there is
            not one of both for each place.
        """
        events, exposed = _counted(counts, exposure)
        require.same_shape(places=self.shape, counts=events)
        known = np.isinf(self.shape)
        shape, rate = np.where(known, 1.0, self.shape), np.where(known, 1.0, self.rate)
        expected = self.mean * exposed
        poisson = special.xlogy(events, expected) - expected - special.gammaln(events + 1)
        return np.where(known, poisson, _log_probabilities(events, exposed / rate, shape))

    def draw_counts(self, exposure: "ArrayLike", draws: int, generator: np.random.Generator) -> Integers:
        """New counts: a risk from each place's gamma distribution, then a Poisson count.

        Parameters
        ----------
        exposure : array_like of float, shape (places,)
            Of the new counts.
        draws : int
        generator : numpy.random.Generator

        Returns
        -------
        numpy.ndarray of int, shape (draws, places)

        Raises
        ------
        ValueError
            If an exposure is negative or missing, there is not one for each place, or there is no draw.
        """
        require.some("draws", draws)
        exposed = require.not_negative("exposure", exposure)
        require.same_shape(places=self.shape, exposure=exposed)
        known = np.isinf(self.shape)
        shape, rate = np.where(known, 1.0, self.shape), np.where(known, 1.0, self.rate)
        risks = np.where(known, self.mean, generator.standard_gamma(shape, (draws, len(shape))) / rate)
        return generator.poisson(risks * exposed)


@dataclass(frozen=True)
class _Prior:
    """Gamma distribution of the risks of a group."""

    shape: float
    mean: float


def fit_gamma_poisson(
    counts: "ArrayLike", exposure: "ArrayLike", group: "ArrayLike | None" = None, *, least_places: int = LEAST_PLACES
) -> GammaPoisson:
    """Risk of each place, shrunk towards its group's mean as far as the group's places differ.

    Parameters
    ----------
    counts : array_like of int, shape (places,)
        Events of each place, summed over the years to learn from.
    exposure : array_like of float, shape (places,)
        Of those events, such as person-years. A place with none keeps its group's distribution.
    group : array_like, shape (places,), optional
        Label of each place's group; all places are one group without it.
    least_places : int
        Places with exposure that a group needs for a distribution of its own.

    Returns
    -------
    GammaPoisson
        Posterior distributions, in the order of the places.

    Raises
    ------
    ValueError
        If a count is no whole number, an exposure is negative or missing, an event has no exposure, no place has
        exposure, a label is missing, or shapes differ.

    Notes
    -----
    Shape and mean of a group maximise its marginal likelihood. A group of fewer places than `least_places` takes both
    from all places together. Where the counts of a group differ no more than Poisson counts of equal risk, its
    likelihood rises for ever with the shape; it takes the shape of all places, about its own mean. Where that too is
    infinite, risks are equal and forecasts Poisson. A group without an event is given half an event.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43(3); Marshall (1991), Applied Statistics 40(2); Bliss and Fisher (1953),
    Biometrics 9(2), for the likelihood of the negative binomial distribution.
    """
    events, exposed = _counted(counts, exposure)
    require.some("least_places", least_places, 2)
    require.some("places with exposure", int(np.count_nonzero(exposed)))
    together = _fit(events[exposed > 0], exposed[exposed > 0])
    shape, mean = np.full(len(events), together.shape), np.full(len(events), together.mean)
    for inside in _members(group, events):
        used = inside & (exposed > 0)
        if np.count_nonzero(used) >= least_places:
            own = _fit(events[used], exposed[used])
            shape[inside] = own.shape if np.isfinite(own.shape) else together.shape
            mean[inside] = own.mean
    return _posterior(shape, mean, events, exposed)


def last_value(counts: "ArrayLike", exposure: "ArrayLike") -> GammaPoisson:
    """Risk of each place from its own counts alone: Jeffreys' posterior.

    Parameters
    ----------
    counts : array_like of int, shape (places,)
        Events of each place, of the last year or summed over several: then their mean is the forecast.
    exposure : array_like of float, shape (places,)
        Of those events, such as person-years.

    Returns
    -------
    GammaPoisson
        Of shape `counts` + 1/2 and rate `exposure`.

    Raises
    ------
    ValueError
        If a count is no whole number, an exposure is not above zero, or shapes differ.

    References
    ----------
    Jeffreys (1946), Proceedings of the Royal Society A 186(1007).
    """
    events, exposed = _counted(counts, require.positive("exposure", exposure))
    shape = events + HALF_AN_EVENT
    return GammaPoisson(shape, exposed, shape / exposed)


def equal_risk(counts: "ArrayLike", exposure: "ArrayLike", group: "ArrayLike | None" = None) -> GammaPoisson:
    """Risk of each place from its group's counts alone: Jeffreys' posterior of one risk for all.

    Parameters
    ----------
    counts : array_like of int, shape (places,)
    exposure : array_like of float, shape (places,)
        Of those events, such as person-years.
    group : array_like, shape (places,), optional
        Label of each place's group; all places are one group without it.

    Returns
    -------
    GammaPoisson
        Of shape (events of the group + 1/2) and rate (exposure of the group). Draws of two places are independent.

    Raises
    ------
    ValueError
        If a count is no whole number, an exposure is negative or missing, a group has no exposure, a label is missing,
        or shapes differ.

    References
    ----------
    Jeffreys (1946), Proceedings of the Royal Society A 186(1007).
    """
    events, exposed = _counted(counts, exposure)
    shape, rate = np.empty(len(events)), np.empty(len(events))
    for inside in _members(group, events):
        shape[inside], rate[inside] = events[inside].sum() + HALF_AN_EVENT, exposed[inside].sum()
    require.positive("exposure of a group", rate)
    return GammaPoisson(shape, rate, shape / rate)


def _counted(counts: "ArrayLike", exposure: "ArrayLike") -> tuple[Floats, Floats]:
    """Events and exposure as floats, of which no event lacks an exposure."""
    require.same_shape(counts=counts, exposure=exposure)
    events = np.atleast_1d(require.whole("counts", counts)).astype(np.float64)
    exposed = np.broadcast_to(require.not_negative("exposure", exposure), events.shape)
    without = int(np.count_nonzero((exposed == 0) & (events > 0)))
    if without:
        raise ValueError(f"{without} places have events and exposure 0. Allowed: no events where exposure is 0.")
    return events, exposed


def _members(group: "ArrayLike | None", events: Floats) -> Iterator[Flags]:
    """For each group, which places are in it."""
    labels = np.zeros(len(events)) if group is None else require.keys("group", group)
    require.same_shape(counts=events, group=labels)
    codes, _ = pd.factorize(labels)
    for code in range(codes.max(initial=-1) + 1):
        yield codes == code


def _posterior(shape: Floats, mean: Floats, events: Floats, exposed: Floats) -> GammaPoisson:
    """Gamma posterior; of an infinite shape nothing is learned."""
    rate = shape / mean
    known = np.isinf(shape)
    updated = np.where(known, mean, (np.where(known, 0, shape) + events) / (np.where(known, 1, rate) + exposed))
    return GammaPoisson(shape + events, rate + exposed, updated)


# --- maximum likelihood of one group ----------------------------------------------------------------------------------


def _fit(events: Floats, exposed: Floats) -> _Prior:
    """Shape and mean of highest marginal likelihood; an infinite shape where it rises for ever."""
    equal = _Prior(np.inf, float(max(events.sum(), HALF_AN_EVENT) / exposed.sum()))
    if not events.any():
        return equal
    # Exposures relative to the mean risk: the search is then the same for people and for person-years by the million.
    expected = exposed * equal.mean
    starts = [np.array([np.log(shape), _log_mean_of(shape, events, expected)]) for shape in STARTS]
    start = min(starts, key=lambda at: _loss(at, events, expected)[0])
    found = optimize.minimize(
        _loss, start, args=(events, expected), jac=True, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-8},
        bounds=[tuple(np.log(BOUNDS)), (None, None)],
    )  # fmt: skip
    log_shape, log_mean = found.x
    poisson = float(special.xlogy(events, expected).sum() - expected.sum() - special.gammaln(events + 1).sum())
    # A rise by less than this is rounding: the likelihood at the largest shapes.
    if log_shape >= np.log(BOUNDS[1]) - 1e-6 or -found.fun <= poisson + 1e-6:
        return equal
    return _Prior(float(np.exp(log_shape)), float(np.exp(log_mean)) * equal.mean)


def _log_mean_of(shape: float, events: Floats, expected: Floats) -> float:
    """Log of the mean of highest likelihood for a shape: Newton's steps, on a likelihood that is concave in it."""
    log_mean = 0.0
    for _ in range(NEWTON_STEPS):
        fitted = expected * np.exp(log_mean)
        weight = shape / (shape + fitted)
        slope = float(((events - fitted) * weight).sum())
        curvature = float((fitted * weight * (shape + events) / (shape + fitted)).sum())
        step = float(np.clip(slope / curvature, -1, 1)) if curvature > 0 else 0.0
        log_mean += step
        if abs(step) < 1e-3:  # only a start
            break
    return log_mean


def _loss(at: Floats, events: Floats, expected: Floats) -> tuple[float, Floats]:
    """Minus the log likelihood at logarithms of shape and mean, and its gradient."""
    shape, mean = np.exp(at)
    fitted = expected * mean
    value = -float(_log_probabilities(events, fitted / shape, shape).sum())
    by_shape = special.digamma(events + shape) - special.digamma(shape) - np.log1p(fitted / shape)
    by_shape = shape * (by_shape + (fitted - events) / (shape + fitted))
    by_mean = (events - fitted) * shape / (shape + fitted)
    return value, -np.array([by_shape.sum(), by_mean.sum()])


def _log_probabilities(events: Floats, odds: Floats, shape: "Floats | float") -> Floats:
    """Negative binomial; `odds` is the exposure by the gamma distribution's rate."""
    ways = special.gammaln(events + shape) - special.gammaln(shape) - special.gammaln(events + 1)
    result: Floats = ways + special.xlogy(events, odds) - (events + shape) * np.log1p(odds)
    return result
