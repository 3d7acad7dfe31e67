"""Segmented regression: a straight line before, changes of level and slope at the start, and errors that persist."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import optimize, stats

from .. import require
from ..arrays import Floats
from ..intervals import about

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# How far errors remember.
Errors = Literal["autoregressive", "newey_west", "independent"]

# A line needs two periods and says nothing about its errors with fewer than these.
LEAST_BEFORE = 4
LEAST_AFTER = 2

# Autocorrelation is searched for between these; at the ends the series is as good as a random walk.
LOWEST, HIGHEST = -0.95, 0.98

# Steps of numerical derivatives, relative for the variance and absolute for the autocorrelation.
STEP = 1e-4

NAMES = ("level_before", "slope_before", "change_of_level", "change_of_slope")


class MeanEffect:
    """The mean effect from the start on of a segmented regression, with its error; what a fit is made of is its own."""

    before: int
    names: tuple[str, ...]
    design: Floats
    coefficients: Floats
    covariance: Floats

    @property
    def after(self) -> int:
        """Periods from the start on."""
        return len(self.design) - self.before

    @property
    def contrast(self) -> Floats:
        """What of each coefficient is in the mean effect from the start on."""
        found = np.zeros(len(self.names))
        found[2], found[3] = 1.0, (self.after - 1) / 2
        return found

    @property
    def effect(self) -> float:
        """Mean difference from the extrapolated line from the start on, on the scale of the regression."""
        return float(self.contrast @ self.coefficients)

    @property
    def standard_error(self) -> float:
        """Of the effect."""
        return float(np.sqrt(self.contrast @ self.covariance @ self.contrast))

    @property
    def line(self) -> Floats:
        """The line of before, with the season, in all periods, on the scale of the regression; shape (periods,)."""
        kept = np.array([name not in NAMES[2:] for name in self.names])
        found: Floats = self.design[:, kept] @ self.coefficients[kept]
        return found

    def degrees(self) -> float:
        """Degrees of freedom of the effect: periods less coefficients."""
        return float(len(self.design) - len(self.names))

    def interval(self, confidence_level: float = 0.95) -> tuple[float, float]:
        """Interval of the effect by Student's distribution.

        Parameters
        ----------
        confidence_level : float

        Returns
        -------
        tuple of float

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        return about(self.effect, self.standard_error, confidence_level, self.degrees())

    def p_value(self) -> float:
        """Two-sided, of no mean effect."""
        return float(2 * stats.t.sf(abs(self.effect) / self.standard_error, self.degrees()))


@dataclass(frozen=True)
class Segments(MeanEffect):
    """A segmented regression.

    Attributes
    ----------
    outcome : numpy.ndarray, shape (periods,)
    before : int
        Periods before the start.
    names : tuple of str
        Of the coefficients: level in the first period, slope a period, both changes at the start, then the season's.
    design : numpy.ndarray, shape (periods, coefficients)
    coefficients : numpy.ndarray, shape (coefficients,)
        In units of the outcome.
    covariance : numpy.ndarray, shape (coefficients, coefficients)
    autocorrelation : float
        Of errors one period apart; nan where the errors chosen do not estimate it.
    errors : {"autoregressive", "newey_west", "independent"}
    parameters : numpy.ndarray, shape (2, 2)
        Covariance of error variance and autocorrelation; of use for the degrees of freedom only.
    """

    outcome: Floats
    before: int
    names: tuple[str, ...]
    design: Floats
    coefficients: Floats
    covariance: Floats
    autocorrelation: float
    errors: Errors
    parameters: Floats

    @property
    def counterfactual(self) -> Floats:
        """The line of before, with the season, in all periods; shape (periods,)."""
        return self.line

    def degrees(self) -> float:
        """Degrees of freedom of the effect.

        Returns
        -------
        float
            Satterthwaite's for autoregressive errors, between one and those of the line; otherwise periods less
            coefficients.
        """
        plain = super().degrees()
        if self.errors != "autoregressive":
            return plain
        slopes = _slopes_of_variance(self)
        noise = float(slopes @ self.parameters @ slopes)
        return float(np.clip(2 * self.standard_error**4 / noise, 1.0, plain)) if noise > 0 else plain


def fit_segments(
    outcome: "ArrayLike",
    before: int,
    *,
    season: int = 0,
    harmonics: int = 1,
    errors: Errors = "autoregressive",
    lags: int | None = None,
) -> Segments:
    """Fit a line that may change level and slope at the start.

    Parameters
    ----------
    outcome : array_like, shape (periods,)
        Such as logarithms of rates, one for each consecutive period.
    before : int
        Periods before the start.
    season : int
        Periods of a cycle, 12 for months; 0 for none.
    harmonics : int
        Pairs of sine and cosine of the cycle.
    errors : {"autoregressive", "newey_west", "independent"}
    lags : int, optional
        Of Newey and West; by default the whole part of 4 (periods / 100)^(2/9).

    Returns
    -------
    Segments

    Raises
    ------
    ValueError
        If numbers are missing, periods are too few on a side, the season has more harmonics than it can tell apart, or
        the outcome leaves no error.

    References
    ----------
    Wagner, Soumerai, Zhang and Ross-Degnan (2002), Journal of Clinical Pharmacy and Therapeutics 27(4); Cheang and
    Reinsel (2000), Journal of the American Statistical Association 95(452); Turner, Forbes, Karahalios, Taljaard and
    McKenzie (2021), BMC Medical Research Methodology 21:181; Newey and West (1987), Econometrica 55(3).
    """
    require.one_of("errors", errors, Errors)
    values = require.finite("outcome", outcome)
    names, design = segment_design(len(values), before, season=season, harmonics=harmonics)
    if errors == "autoregressive":
        rho = _restricted_likelihood(values, design)
        coefficients, covariance, variance = _generalised(values, design, rho)
        parameters = _covariance_of_parameters(values, design, variance, rho)
    else:
        rho, parameters = float("nan"), np.zeros((2, 2))
        coefficients, covariance, variance = _generalised(values, design, 0.0)
        if errors == "newey_west":
            residuals = values - design @ coefficients
            covariance = newey_west(design, residuals, covariance / variance, lags)
    return Segments(values, before, names, design, coefficients, covariance, rho, errors, parameters)


def segment_design(periods: int, before: int, *, season: int = 0, harmonics: int = 1) -> tuple[tuple[str, ...], Floats]:
    """Columns of a segmented regression.

    Parameters
    ----------
    periods, before, season, harmonics : int
        As for `fit_segments`.

    Returns
    -------
    names : tuple of str
    design : numpy.ndarray, shape (periods, columns)

    Raises
    ------
    ValueError
        As `fit_segments`.
    """
    after = periods - before
    if before < LEAST_BEFORE or after < LEAST_AFTER:
        raise ValueError(
            f"{before} periods before the start and {after} from it on. Allowed: at least {LEAST_BEFORE} and "
            f"{LEAST_AFTER}; take a longer series or another start."
        )
    time = np.arange(periods)
    since = np.where(time >= before, time - before, 0)
    columns = [np.ones(periods), time, time >= before, since]
    names = list(NAMES)
    if season:
        most = (season - 1) // 2
        if season < 2 or not 1 <= harmonics <= max(most, 1):
            raise ValueError(
                f"season = {season} with harmonics = {harmonics}. Allowed: a season of at least 2 periods, and from 1 "
                f"to (season - 1) / 2 harmonics."
            )
        for number in range(1, harmonics + 1):
            angle = 2 * np.pi * number * time / season
            columns += [np.cos(angle)] if season == 2 * number else [np.sin(angle), np.cos(angle)]
            names += [f"cosine_{number}"] if season == 2 * number else [f"sine_{number}", f"cosine_{number}"]
    if periods <= len(columns) + 1:
        raise ValueError(f"{periods} periods for {len(columns)} coefficients. Allowed: at least {len(columns) + 2}.")
    return tuple(names), np.column_stack(columns).astype(float)


def newey_west(design: Floats, residuals: Floats, bread: Floats, lags: int | None = None) -> Floats:
    """Covariance of coefficients whose errors vary in size and persist.

    Parameters
    ----------
    design : numpy.ndarray, shape (periods, columns)
        Times weights, where the estimate is weighted.
    residuals : numpy.ndarray, shape (periods,)
    bread : numpy.ndarray, shape (columns, columns)
        Inverse of the design's (weighted) cross product.
    lags : int, optional
        As for `fit_segments`.

    Returns
    -------
    numpy.ndarray, shape (columns, columns)
        With the factor periods / (periods - columns) for small samples.

    Raises
    ------
    ValueError
        If lags are no whole number from zero, or as many as periods.
    """
    periods, columns = design.shape
    most = int(4 * (periods / 100) ** (2 / 9)) if lags is None else int(require.whole("lags", lags))
    if most >= periods:
        raise ValueError(f"lags = {most} for {periods} periods. Allowed: fewer than periods.")
    scores = design * residuals[:, None]
    meat = scores.T @ scores
    for lag in range(1, most + 1):
        product = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (most + 1)) * (product + product.T)
    covariance: Floats = bread @ meat @ bread * periods / (periods - columns)
    return covariance


def _whitened(values: Floats, rho: float) -> Floats:
    """Values less what their errors remember (Prais and Winsten), so that errors are independent."""
    found = values.copy()
    found[1:] -= rho * values[:-1]
    found[0] *= np.sqrt(1 - rho**2)
    return found


def _generalised(values: Floats, design: Floats, rho: float) -> tuple[Floats, Floats, float]:
    """Coefficients, their covariance, and the variance of the errors' news."""
    rows, target = _whitened(design, rho), _whitened(values, rho)
    bread = np.linalg.inv(rows.T @ rows)
    coefficients: Floats = bread @ (rows.T @ target)
    left = float(((target - rows @ coefficients) ** 2).sum())
    if not left > 1e-20 * max(float((target**2).sum()), np.finfo(float).tiny):
        raise ValueError(
            "the outcome lies on its lines: no error is left to judge a change by. Allowed: one that varies."
        )
    variance = left / (len(values) - design.shape[1])
    return coefficients, variance * bread, variance


def _likelihood(values: Floats, design: Floats, variance: float, rho: float) -> float:
    """Restricted log likelihood of the variance of news and the autocorrelation, up to a constant."""
    rows, target = _whitened(design, rho), _whitened(values, rho)
    gram = rows.T @ rows
    left = float(((target - rows @ np.linalg.solve(gram, rows.T @ target)) ** 2).sum())
    free = len(values) - design.shape[1]
    volume = float(np.linalg.slogdet(gram)[1])
    return float(-0.5 * (free * np.log(variance) + left / variance + volume - np.log(1 - rho**2)))


def _restricted_likelihood(values: Floats, design: Floats) -> float:
    """The autocorrelation of the highest restricted likelihood, the variance at its best for each."""

    def loss(rho: float) -> float:
        return -_likelihood(values, design, _generalised(values, design, rho)[2], rho)

    grid = np.linspace(LOWEST, HIGHEST, 40)
    best = int(np.argmin([loss(float(rho)) for rho in grid]))
    ends = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    found = optimize.minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-8})
    return float(found.x)


def _covariance_of_parameters(values: Floats, design: Floats, variance: float, rho: float) -> Floats:
    """Inverse of the information about variance and autocorrelation; zero at an end of the range, where it is none."""
    steps = np.array([STEP * variance, STEP])
    if rho - STEP <= LOWEST or rho + STEP >= HIGHEST:
        return np.zeros((2, 2))
    hessian = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            total = 0.0
            for first in (-1, 1):
                for second in (-1, 1):
                    moved = np.array([variance, rho]) + first * steps * (np.arange(2) == i) / 2
                    moved += second * steps * (np.arange(2) == j) / 2
                    total += first * second * _likelihood(values, design, moved[0], moved[1])
            hessian[i, j] = total / (steps[i] * steps[j])
    values_of, vectors = np.linalg.eigh(-hessian)
    if values_of.min() <= 0:
        return np.zeros((2, 2))
    inverse: Floats = vectors @ np.diag(1 / values_of) @ vectors.T
    return inverse


def _slopes_of_variance(fit: Segments) -> Floats:
    """How the variance of the effect moves with the variance of news and with the autocorrelation."""
    contrast, rho = fit.contrast, fit.autocorrelation
    variance = _generalised(fit.outcome, fit.design, rho)[2]

    def of(correlation: float) -> float:
        rows = _whitened(fit.design, correlation)
        return float(contrast @ np.linalg.solve(rows.T @ rows, contrast))

    return np.array([of(rho), variance * (of(rho + STEP) - of(rho - STEP)) / (2 * STEP)])
