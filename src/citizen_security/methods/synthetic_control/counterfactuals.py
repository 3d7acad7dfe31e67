"""Outcomes without treatment from weighted donors, for many treated units, donor sets and starts at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from .. import require
from ..arrays import Flags, Floats, Integers
from .names import Estimator
from .panels import TreatedPanel
from .simplex import SimplexFits, fit_simplex

# The smallest time ridge is a share of the noise: time weights need it only to be unique.
TIME_RIDGE = 1e-6

# Candidates of the ridge of the augmented estimator fall from the largest square of a singular value by this factor.
RIDGES, SMALLEST_RIDGE = 20, 1e-8

# Candidates of the penalty on distant donors, without unit.
PENALTIES = np.concatenate([[0.0], np.geomspace(1e-3, 10.0, 13)])


@dataclass(frozen=True)
class Problems:
    """Units whose outcome without treatment is asked for, with the donors and the start of each.

    Attributes
    ----------
    outcomes : numpy.ndarray, shape (units, periods)
    targets : numpy.ndarray, shape (problems, periods)
    allowed : numpy.ndarray of bool, shape (problems, units)
        Donors of each problem.
    before : numpy.ndarray of int, shape (problems,)
        Periods before the start; only these are matched.
    stop : numpy.ndarray of int, shape (problems,)
        Periods that exist for the problem: what comes later is not looked at.
    """

    outcomes: Floats
    targets: Floats
    allowed: Flags
    before: Integers
    stop: Integers

    @classmethod
    def of_panel(cls, panel: TreatedPanel) -> Self:
        """The treated unit of a panel, or the mean of several, against all its donors."""
        donors = np.arange(len(panel.units)) >= panel.treated
        before, stop = np.array([panel.before]), np.array([len(panel.periods)])
        return cls(panel.outcomes, panel.target[None], donors[None], before, stop)


@dataclass(frozen=True)
class Counterfactuals:
    """Outcomes without treatment.

    Attributes
    ----------
    outcomes : numpy.ndarray, shape (problems, periods)
    weights : numpy.ndarray, shape (problems, units)
        They sum to one; those of the augmented estimator may be negative.
    intercepts : numpy.ndarray, shape (problems,)
        Added to the weighted donors.
    bound : numpy.ndarray, shape (problems,)
        How far the loss of the weights on the simplex may be from its minimum; zero where none are searched for.
    unique : numpy.ndarray of bool, shape (problems,)
    """

    outcomes: Floats
    weights: Floats
    intercepts: Floats
    bound: Floats
    unique: Flags


def counterfactuals(problems: Problems, estimator: Estimator, penalty: float | None = None) -> Counterfactuals:
    """Outcomes without treatment by one estimator.

    Parameters
    ----------
    problems : Problems
    estimator : str
        `matched`: weights on the simplex that match the periods before the start. `demeaned`: the same without each
        series' mean over these periods. `penalised`: `matched` with a penalty on distant donors. `ridge_augmented`:
        `matched`, and what is left of the match taken out by ridge regression. `difference_in_differences`: equal
        weights and an intercept. `synthetic_difference_in_differences`: unit and time weights.
    penalty : float, optional
        Of `penalised`, a share; of `ridge_augmented`, the ridge in squared units of the outcome. Chosen from the data
        by default: as Abadie and L'Hour (2021) by leaving out donors, and as Ben-Michael, Feller and Rothstein (2021)
        by leaving out periods.

    Returns
    -------
    Counterfactuals

    Raises
    ------
    ValueError
        If the estimator is unknown, or a penalty is negative or given to an estimator that has none.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490); Doudchenko and
    Imbens (2016), NBER Working Paper 22791; Ferman and Pinto (2021), Quantitative Economics 12(4); Abadie and L'Hour
    (2021) and Ben-Michael, Feller and Rothstein (2021), Journal of the American Statistical Association 116(536);
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), American Economic Review 111(12).
    """
    require.one_of("estimator", estimator, Estimator)
    if penalty is not None:
        require.not_negative("penalty", penalty)
        if estimator not in ("penalised", "ridge_augmented"):
            raise ValueError(f"penalty = {penalty} for {estimator!r}, which has none. Allowed: none.")
    if estimator == "penalised":
        return _penalised(problems, penalty)
    if estimator == "ridge_augmented":
        return _ridge_augmented(problems, penalty)
    if estimator == "difference_in_differences":
        weights = problems.allowed / problems.allowed.sum(axis=1, keepdims=True)
        return shifted(problems, SimplexFits(weights, np.zeros(len(weights)), np.ones(len(weights), bool)))
    if estimator == "synthetic_difference_in_differences":
        return shifted(problems, *synthetic_difference_weights(problems))
    fits = match(problems, centred=estimator == "demeaned")
    return shifted(problems, fits) if estimator == "demeaned" else _plain(problems, fits)


def match(
    problems: Problems, *, centred: bool = False, ridge: Floats | float = 0.0, penalty: Floats | float = 0.0
) -> SimplexFits:
    """Weights on the simplex that match the periods before each start.

    Parameters
    ----------
    problems : Problems
    centred : bool
    ridge, penalty : float or numpy.ndarray, shape (problems,)
        As for `fit_simplex`.

    Returns
    -------
    SimplexFits
    """
    return fit_simplex(
        problems.targets, problems.outcomes, allowed=problems.allowed, stop=problems.before, centred=centred,
        ridge=ridge, penalty=penalty,
    )  # fmt: skip


def noise_of(problems: Problems) -> Floats:
    """Standard deviation of donors' changes from period to period before each start, shape (problems,).

    References
    ----------
    Arkhangelsky and others (2021), section 2, whose σ it is.
    """
    changes = np.diff(problems.outcomes, axis=1)
    noise = np.empty(len(problems.targets))
    for number, (donors, before) in enumerate(zip(problems.allowed, problems.before, strict=True)):
        noise[number] = changes[donors, : before - 1].std(ddof=1)
    return noise


def synthetic_difference_weights(
    problems: Problems, treated: int = 1, noise: Floats | None = None
) -> tuple[SimplexFits, Floats]:
    """Unit and time weights of synthetic difference-in-differences.

    Parameters
    ----------
    problems : Problems
    treated : int
        Units whose mean each target is; with them the ridge grows.
    noise : numpy.ndarray, shape (problems,), optional
        Standard deviation of changes, from which the ridges come; that of the donors by default.

    Returns
    -------
    units : SimplexFits
    times : numpy.ndarray, shape (problems, periods)
        Of the periods before the start.
    """
    noise = noise_of(problems) if noise is None else noise
    after = problems.stop - problems.before
    unit_ridge = np.sqrt(treated * after) * noise**2 * problems.before
    units = match(problems, centred=True, ridge=unit_ridge)
    times = np.zeros_like(problems.targets)
    for number, (donors, before, stop) in enumerate(zip(problems.allowed, problems.before, problems.stop, strict=True)):
        series = problems.outcomes[donors]
        ridge = (TIME_RIDGE * noise[number]) ** 2 * len(series)
        found = fit_simplex(series[:, before:stop].mean(axis=1), series[:, :before].T, centred=True, ridge=ridge)
        times[number, :before] = found.weights[0]
    return units, times


def shifted(problems: Problems, fits: SimplexFits, times: Floats | None = None) -> Counterfactuals:
    """Weighted donors with the intercept that leaves no mean gap before the start.

    Parameters
    ----------
    problems : Problems
    fits : SimplexFits
    times : numpy.ndarray, shape (problems, periods), optional
        Weights of the periods in that mean; equal ones by default.

    Returns
    -------
    Counterfactuals
    """
    combined = fits.weights @ problems.outcomes
    if times is None:
        matched = np.arange(combined.shape[1]) < problems.before[:, None]
        times = matched / problems.before[:, None]
    intercepts = ((problems.targets - combined) * times).sum(axis=1)
    return Counterfactuals(combined + intercepts[:, None], fits.weights, intercepts, fits.bound, fits.unique)


def _plain(problems: Problems, fits: SimplexFits) -> Counterfactuals:
    nothing = np.zeros(len(fits.weights))
    return Counterfactuals(fits.weights @ problems.outcomes, fits.weights, nothing, fits.bound, fits.unique)


def _penalised(problems: Problems, penalty: float | None) -> Counterfactuals:
    chosen = np.full(len(problems.targets), 0.0 if penalty is None else penalty)
    if penalty is None:
        for number in range(len(chosen)):
            chosen[number] = _penalty_by_donors(problems, number)
    return _plain(problems, match(problems, penalty=chosen))


def _penalty_by_donors(problems: Problems, number: int) -> float:
    """The penalty whose weights forecast each donor from the others best after the start; of equal ones the larger."""
    places = np.flatnonzero(problems.allowed[number])
    if len(places) < 3:
        return 0.0
    series, before, stop = problems.outcomes[places], problems.before[number], problems.stop[number]
    others = ~np.eye(len(places), dtype=bool)
    size = len(PENALTIES)
    found = fit_simplex(
        np.tile(series, (size, 1)), series, allowed=np.tile(others, (size, 1)), stop=before,
        penalty=np.repeat(PENALTIES, len(places)),
    ).weights  # fmt: skip
    left = np.tile(series, (size, 1)) - found @ series
    errors = (left[:, before:stop] ** 2).reshape(size, -1).mean(axis=1)
    return float(PENALTIES[np.flatnonzero(errors <= errors.min() * (1 + 1e-12))[-1]])


def _ridge_augmented(problems: Problems, ridge: float | None) -> Counterfactuals:
    fits = match(problems)
    weights = fits.weights.copy()
    for number, donors in enumerate(problems.allowed):
        before = problems.before[number]
        target, series = problems.targets[number, :before], problems.outcomes[donors, :before]
        chosen = _ridge_by_periods(target, series) if ridge is None else ridge
        weights[number, donors] = _augmented(target, series, fits.weights[number, donors], np.array([chosen]))[0]
    nothing = np.zeros(len(weights))
    return Counterfactuals(weights @ problems.outcomes, weights, nothing, fits.bound, fits.unique)


def _augmented(target: Floats, series: Floats, weights: Floats, ridges: Floats) -> Floats:
    """Weights plus what ridge regression adds to fit what they leave, for each ridge; shape (ridges, donors)."""
    centre = series.mean(axis=0)
    left, singular, right = np.linalg.svd(series - centre, full_matrices=False)
    missed = right @ (target - weights @ series)
    # Without ridge a direction in which donors do not differ has no part in the fit.
    known = singular > 1e-12 * max(singular.max(), np.finfo(float).tiny)
    squares = np.where(known, singular**2, 1.0)
    shrunk: Floats = weights + (np.where(known, singular, 0.0) * missed / (squares + ridges[:, None])) @ left.T
    return shrunk


def _ridge_by_periods(target: Floats, series: Floats) -> float:
    """The largest ridge whose error on left-out periods is within one standard error of the least."""
    periods = len(target)
    largest = np.linalg.norm(series - series.mean(axis=0), 2) ** 2
    if not largest > 0:
        return 0.0
    ridges = largest * np.geomspace(1.0, SMALLEST_RIDGE, RIDGES)
    errors = np.empty((periods, RIDGES))
    for period in range(periods):
        kept = np.arange(periods) != period
        weights = fit_simplex(target[kept], series[:, kept]).weights[0]
        errors[period] = (
            target[period] - _augmented(target[kept], series[:, kept], weights, ridges) @ series[:, period]
        ) ** 2
    mean, error = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(periods)
    best = int(mean.argmin())
    return float(ridges[mean <= mean[best] + error[best]].max())
