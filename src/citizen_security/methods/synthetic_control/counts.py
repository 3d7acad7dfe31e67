"""Synthetic control of counts: weights on the simplex by Poisson or negative-binomial likelihood.

Rates of small places are noisy, and logarithms of zero are none. Here the treated unit's count has the mean of its
exposure times the weighted rate of the donors, and periods with few deaths count for as little as they know.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special

from .. import require
from ..arrays import Flags, Floats
from .names import Family
from .panels import LEAST_BEFORE, LEAST_DONORS
from .simplex import fit_simplex

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Rounds of weighted least squares; ten are usual.
ROUNDS = 200

# How much lower the loss of other weights may be, in units of log likelihood.
GAP = 1e-8

# The smallest mean, as a share of the mean count: a donor without deaths gives no count a probability of zero.
SMALLEST = 1e-9

# Scales are searched for between the mean donor's times e to the minus and plus this.
REACH = 4.0

# Relative change of the dispersion at which it stands.
STILL = 1e-6

# Dispersions between which the likelihood is searched.
LEAST_DISPERSION, MOST_DISPERSION = 1e-6, 10.0


class NotFitted(ArithmeticError):
    """The weights did not reach the highest likelihood."""


@dataclass(frozen=True)
class CountControl:
    """A synthetic control of counts.

    Attributes
    ----------
    counts, exposure : numpy.ndarray, shape (periods,)
        Of the treated unit.
    before : int
        Periods before the start.
    weights : numpy.ndarray, shape (donors,)
    scale : float
        The treated unit's rate over that of its weighted donors; one where it is not fitted.
    expected : numpy.ndarray, shape (periods,)
        Counts without treatment.
    dispersion : float
        Variance is mean + dispersion × mean²; zero for Poisson counts.
    gap : float
        How much higher the log likelihood of any other weights can be at most, given scale and dispersion.
    """

    counts: Floats
    exposure: Floats
    before: int
    weights: Floats
    scale: float
    expected: Floats
    dispersion: float
    gap: float

    @property
    def effect(self) -> float:
        """Log ratio of deaths counted to deaths expected from the start on; minus infinity without any death."""
        with np.errstate(divide="ignore"):
            return float(np.log(self.counts[self.before :].sum() / self.expected[self.before :].sum()))

    @property
    def averted(self) -> float:
        """Deaths expected less deaths counted from the start on."""
        return float((self.expected - self.counts)[self.before :].sum())


def count_control(
    counts: "ArrayLike",
    exposure: "ArrayLike",
    before: int,
    *,
    treated: int = 0,
    family: Family = "poisson",
    scaled: bool = False,
    allowed: "ArrayLike | None" = None,
) -> CountControl:
    """Fit weights of donors' rates to a treated unit's counts before the start.

    Parameters
    ----------
    counts : array_like of int, shape (units, periods)
    exposure : array_like, shape (units, periods)
        Such as person-years.
    before : int
    treated : int
        Row of the treated unit.
    family : {"poisson", "negative_binomial"}
    scaled : bool
        Whether the treated unit's rate may be a constant times that of its donors, as an intercept is on the log scale.
    allowed : array_like of bool, shape (units,), optional
        Donors; all other units by default.

    Returns
    -------
    CountControl

    Raises
    ------
    ValueError
        If counts are no whole numbers, exposures not above zero, the treated unit is a donor or out of the table,
        donors or periods are too few, or no donor has a death before the start.
    NotFitted
        If weights do not reach the highest likelihood.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490), for the weights;
    Böhning (1995), Annals of the Institute of Statistical Mathematics 47(2), for likelihood over a simplex; Cameron
    and Trivedi (2013), Regression Analysis of Count Data, chapter 3, for the families.
    """
    require.one_of("family", family, Family)
    require.same_shape(counts=counts, exposure=exposure)
    events, persons = require.whole("counts", counts).astype(float), require.positive("exposure", exposure)
    donors = _donors(events, before, treated, allowed)
    rates = events[donors] / persons[donors]
    own, own_persons = events[treated], persons[treated]
    if not rates[:, :before].sum() > 0:
        raise ValueError("no donor has a death before the start. Allowed: at least one that does.")
    seen, design = own[:before], own_persons[:before] * rates[:, :before]
    dispersion = 0.0
    scale, weights, gap = _scaled(seen, design, dispersion) if scaled else (1.0, *_weights(seen, design, dispersion))
    for _ in range(ROUNDS if family == "negative_binomial" else 0):
        last = dispersion
        dispersion = _dispersion(seen, _mean(seen, scale * weights @ design))
        scale, weights, gap = (
            _scaled(seen, design, dispersion) if scaled else (1.0, *_weights(seen, design, dispersion))
        )
        if abs(dispersion - last) <= STILL * max(dispersion, LEAST_DISPERSION):
            break
    expected = scale * own_persons * (weights @ rates)
    everyone = np.zeros(len(events))
    everyone[donors] = weights
    return CountControl(own, own_persons, before, everyone, float(scale), expected, float(dispersion), gap)


def log_likelihood(counts: "ArrayLike", mean: "ArrayLike", dispersion: float) -> float:
    """Log likelihood of Poisson or negative-binomial counts.

    Parameters
    ----------
    counts : array_like, shape (n,)
    mean : array_like, shape (n,)
    dispersion : float
        Zero for Poisson counts.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a count is negative, a mean not above zero, or the dispersion negative.
    """
    events, means = require.not_negative("counts", counts), require.positive("mean", mean)
    spread = float(require.not_negative("dispersion", dispersion))
    if not spread:
        return float((special.xlogy(events, means) - means - special.gammaln(events + 1)).sum())
    size = 1 / spread
    parts = special.gammaln(events + size) - special.gammaln(size) - special.gammaln(events + 1)
    parts += special.xlogy(events, spread * means) - (events + size) * np.log1p(spread * means)
    return float(parts.sum())


def _donors(events: Floats, before: int, treated: int, allowed: "ArrayLike | None") -> Flags:
    units, periods = events.shape if events.ndim == 2 else (0, 0)
    if not 0 <= treated < units:
        raise ValueError(f"treated = {treated} of {units} units. Allowed: a row of the table, from 0.")
    donors: Flags = np.arange(units) != treated if allowed is None else np.array(allowed, bool)
    if donors.shape != (units,) or donors[treated]:
        raise ValueError("allowed holds the treated unit or has another length. Allowed: a flag for each other unit.")
    if donors.sum() < LEAST_DONORS or not LEAST_BEFORE <= before < periods:
        raise ValueError(
            f"{donors.sum()} donors and {before} of {periods} periods before the start. Allowed: at least "
            f"{LEAST_DONORS} donors, {LEAST_BEFORE} periods before and one after."
        )
    return donors


def _mean(seen: Floats, combined: Floats) -> Floats:
    found: Floats = np.maximum(combined, SMALLEST * max(float(seen.mean()), 1.0))
    return found


def _weights(seen: Floats, design: Floats, dispersion: float) -> tuple[Floats, float]:
    """Weights of highest likelihood on the simplex, by Newton's steps of which each is a quadratic programme.

    The gap is that of Frank and Wolfe: the likelihood is concave in the weights, so that no others have one that is
    higher by more than what the steepest donor promises.
    """
    weights = np.full(len(design), 1 / len(design))
    best = log_likelihood(seen, _mean(seen, weights @ design), dispersion)
    gap = np.inf
    for _ in range(ROUNDS):
        mean = _mean(seen, weights @ design)
        slope = (seen - mean) / (mean * (1 + dispersion * mean))
        slopes = design @ slope
        gap = max(float(slopes.max() - weights @ slopes), 0.0)
        if gap <= GAP:
            break
        # The expected curvature falls short where counts exceed means; the observed one does not.
        curvature = np.sqrt(
            np.maximum(seen / mean**2 - dispersion * (1 + dispersion * seen) / (1 + dispersion * mean) ** 2, 0)
            + 1e-6 / mean
        )
        target = curvature * mean + slope / curvature
        aim = fit_simplex(target, curvature * design).weights[0]
        step, ahead = 1.0, best
        while step > 1e-12:
            tried = weights + step * (aim - weights)
            ahead = log_likelihood(seen, _mean(seen, tried @ design), dispersion)
            if ahead > best:
                break
            step /= 2
        else:
            break
        weights, best = tried, ahead
    if gap > 1e-4:
        raise NotFitted(
            f"weights are {gap:.3g} below the highest log likelihood after {ROUNDS} rounds. Leave out donors without "
            f"deaths, or take longer periods."
        )
    return weights, gap


def _scaled(seen: Floats, design: Floats, dispersion: float) -> tuple[float, Floats, float]:
    """Scale, weights and gap of highest likelihood, which is concave in their product: one search over scales does."""
    middle = np.log(max(float(seen.sum()), 0.5) / float(design.mean(axis=0).sum()))

    def loss(log_scale: float) -> float:
        scaled = np.exp(log_scale) * design
        weights = _weights(seen, scaled, dispersion)[0]
        return -log_likelihood(seen, _mean(seen, weights @ scaled), dispersion)

    bounds = (middle - REACH, middle + REACH)
    scale = float(np.exp(optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9}).x))
    return scale, *_weights(seen, scale * design, dispersion)


def _dispersion(seen: Floats, mean: Floats) -> float:
    """The dispersion of highest likelihood; zero where counts vary no more than Poisson counts."""
    found = optimize.minimize_scalar(
        lambda log: -log_likelihood(seen, mean, float(np.exp(log))),
        bounds=(np.log(LEAST_DISPERSION), np.log(MOST_DISPERSION)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    value = float(np.exp(found.x))
    return value if log_likelihood(seen, mean, value) > log_likelihood(seen, mean, 0.0) else 0.0
