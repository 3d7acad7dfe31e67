"""Gaps of a panel series filled by multiple imputation: a regression with errors that persist within a unit.

Units have levels of their own, periods have theirs, covariates say what they can, and what is left decays from year to
year. So a gap between two observed years is drawn near both, and a long gap is drawn widely. All draws come from the
posterior itself: parameters are drawn anew for each, so that draws differ by what the data do not know.
"""

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from ..arrays import Flags, Floats

# Persistence of the errors from a year to the next, each equally likely beforehand.
PERSISTENCE = np.linspace(0.0, 0.95, 20)

# Variance of every coefficient beforehand, relative to that of the errors: wide enough not to speak where data do.
PRIOR_VARIANCE = 100.0


class NothingToImpute(ValueError):
    """A series with too few figures to say what its gaps hold."""


@dataclass(frozen=True)
class _Fit:
    """Regression at one persistence: log posterior, coefficients, root of their precision, scale, degrees."""

    log_posterior: float
    coefficients: Floats
    root: Floats
    squares: float
    degrees: int


def impute_panel(
    values: Floats, covariates: Floats, wanted: Flags, *, draws: int, generator: np.random.Generator
) -> Floats:
    """Draw the gaps of a panel series.

    Parameters
    ----------
    values : numpy.ndarray, shape (units, periods)
        nan where missing; on a scale on which errors are about normal.
    covariates : numpy.ndarray, shape (covariates, units, periods)
        Without gaps.
    wanted : numpy.ndarray of bool, shape (units, periods)
        Gaps to fill; a unit or a period without any figure cannot be filled.
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws, units, periods)
        Observed figures as they are, wanted gaps drawn, other gaps nan.

    Raises
    ------
    NothingToImpute
        If figures are fewer than twice the coefficients' number of covariates, or a wanted gap lies in a unit or a
        period without one.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 5 (normal linear regression).
    """
    seen = np.isfinite(values)
    if seen.sum() < 2 * (len(covariates) + 2):
        raise NothingToImpute(f"{seen.sum()} figures are too few for {len(covariates)} covariates.")
    if (wanted & ~(seen.any(axis=1)[:, None] & seen.any(axis=0)[None, :])).any():
        raise NothingToImpute("a gap to be filled lies in a unit or a period without any figure.")
    middle = values[seen].mean()
    design = _design(covariates, seen)
    fits = [_fit(values - middle, design, seen, persistence) for persistence in PERSISTENCE]
    logs = np.array([fit.log_posterior for fit in fits])
    chances = np.exp(logs - logs.max())
    filled = np.repeat(np.where(seen, values, np.nan)[None], draws, axis=0)
    for draw in filled:
        at = int(generator.choice(len(fits), p=chances / chances.sum()))
        deviation, coefficients = _parameters(fits[at], generator)
        expected = design @ coefficients
        for unit in np.flatnonzero(wanted.any(axis=1)):
            known, gaps = np.flatnonzero(seen[unit]), np.flatnonzero(wanted[unit] & ~seen[unit])
            error = values[unit, known] - middle - expected[unit, known]
            drawn = _errors_between(known, error, gaps, float(PERSISTENCE[at]), deviation, generator)
            draw[unit, gaps] = middle + expected[unit, gaps] + drawn
    return filled


def _design(covariates: Floats, seen: Flags) -> Floats:
    """Levels of units and periods, and covariates in standard deviations; shape (units, periods, coefficients)."""
    units, periods = seen.shape
    unit = np.broadcast_to(np.eye(units)[:, None], (units, periods, units))[:, :, seen.any(axis=1)]
    period = np.broadcast_to(np.eye(periods)[None], (units, periods, periods))[:, :, seen.any(axis=0)]
    scaled = np.empty((units, periods, len(covariates)))
    for number, column in enumerate(covariates):
        spread = column[seen].std()
        scaled[:, :, number] = (column - column[seen].mean()) / (spread if spread > 0 else 1.0)
    return np.concatenate([unit, period, scaled], axis=2)


def _fit(values: Floats, design: Floats, seen: Flags, persistence: float) -> _Fit:
    """Conjugate regression at one persistence, errors of a unit made independent by the root of their correlation."""
    rows, outcomes, half_determinant = [], [], 0.0
    for unit in np.flatnonzero(seen.any(axis=1)):
        when = np.flatnonzero(seen[unit])
        root = np.linalg.cholesky(_correlation(when, when, persistence))
        both = np.column_stack([values[unit, when], design[unit, when]])
        free = scipy.linalg.solve_triangular(root, both, lower=True, check_finite=False)
        outcomes.append(free[:, 0])
        rows.append(free[:, 1:])
        half_determinant += float(np.log(np.diag(root)).sum())
    regressors, outcome = np.vstack(rows), np.concatenate(outcomes)
    precision = regressors.T @ regressors + np.eye(regressors.shape[1]) / PRIOR_VARIANCE
    upper = np.linalg.cholesky(precision).T
    projected = scipy.linalg.solve_triangular(upper, regressors.T @ outcome, trans="T", check_finite=False)
    squares = float(outcome @ outcome - projected @ projected)
    log_posterior = -half_determinant - float(np.log(np.diag(upper)).sum()) - len(outcome) / 2 * np.log(squares)
    coefficients = scipy.linalg.solve_triangular(upper, projected, check_finite=False)
    return _Fit(log_posterior, coefficients, upper, squares, len(outcome))


def _parameters(fit: _Fit, generator: np.random.Generator) -> tuple[float, Floats]:
    """Standard deviation of the errors and coefficients, drawn from their posterior."""
    deviation = float(np.sqrt(fit.squares / generator.chisquare(fit.degrees)))
    noise = scipy.linalg.solve_triangular(fit.root, generator.standard_normal(len(fit.root)), check_finite=False)
    return deviation, fit.coefficients + deviation * noise


def _errors_between(
    known: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    error: Floats,
    gaps: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    persistence: float,
    deviation: float,
    generator: np.random.Generator,
) -> Floats:
    """Errors in gaps, drawn given those of the observed periods of the unit."""
    across = np.linalg.solve(_correlation(known, known, persistence), _correlation(known, gaps, persistence)).T
    spread = _correlation(gaps, gaps, persistence) - across @ _correlation(known, gaps, persistence)
    # A gap is never known exactly: the diagonal stays above rounding.
    root = np.linalg.cholesky(spread + 1e-12 * np.eye(len(gaps)))
    drawn: Floats = across @ error + deviation * root @ generator.standard_normal(len(gaps))
    return drawn


def _correlation(
    one: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    other: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    persistence: float,
) -> Floats:
    distance = np.abs(one[:, None] - other[None, :])
    return np.where(distance == 0, 1.0, persistence**distance)
