"""How strong an omitted variable would have to be to overturn an estimate (Cinelli and Hazlett 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from .bias_reduced import bias_reduced
from .least_squares import LeastSquares

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Robustness:
    """How strong an omitted variable would have to be.

    Attributes
    ----------
    partial_r_squared : float
        Share of the outcome's remaining variance that the driver accounts for.
    robustness_value : float
        Share of the remaining variance of both driver and outcome that an omitted variable would have to account for
        to bring the estimate to zero.
    robustness_value_significance : float
        The same, to bring the estimate to the edge of significance.
    """

    partial_r_squared: float
    robustness_value: float
    robustness_value_significance: float


def robustness(
    estimate: float, standard_error: float, degrees: float, significance: float = 0.05, design_effect: float = 1.0
) -> Robustness:
    """Robustness value of a coefficient against omitted variables.

    Parameters
    ----------
    estimate, standard_error : float
        With the classical standard error, from which the partial R² follows.
    degrees : float
        Residual degrees of freedom.
    significance : float
        Of the two-sided test.
    design_effect : float
        Standard error that is trusted over the classical one; scales the critical value.

    Returns
    -------
    Robustness

    Raises
    ------
    ValueError
        If the estimate is missing, the standard error is not above zero, degrees of freedom are at most one, or
        the significance is no probability.

    References
    ----------
    Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82(1).
    """
    from scipy.stats import t

    require.level("significance", significance, 0.05)
    require.finite("estimate", estimate)
    require.positive("standard_error", standard_error)
    _refuse_degrees(degrees)
    strength = abs(estimate / standard_error) / np.sqrt(degrees)
    critical = t.ppf(1 - significance / 2, degrees - 1) / np.sqrt(degrees - 1) * design_effect
    return Robustness(
        partial_r_squared=float(strength**2 / (1 + strength**2)),
        robustness_value=_robustness_value(float(strength)),
        robustness_value_significance=_robustness_value(float(strength - critical)),
    )


def adjusted_estimate(
    estimate: float, standard_error: float, degrees: float, with_driver: float, with_outcome: float
) -> tuple[float, float]:
    """Estimate and classical standard error had an omitted variable of given strength been held constant.

    Parameters
    ----------
    estimate, standard_error : float
    degrees : float
        Residual degrees of freedom.
    with_driver : float
        Partial R² of the omitted variable with the driver, below 1.
    with_outcome : float
        Partial R² of the omitted variable with the outcome given the driver.

    Returns
    -------
    tuple of float
        The omitted variable pulls the estimate towards zero.

    Raises
    ------
    ValueError
        If the estimate is missing, the standard error is not above zero, degrees of freedom are at most one, or
        a partial R² is none.

    References
    ----------
    Cinelli and Hazlett (2020), equations for the bias and the standard error in terms of partial R².
    """
    require.finite("estimate", estimate)
    require.positive("standard_error", standard_error)
    _refuse_degrees(degrees)
    require.share("with_outcome", with_outcome)
    if not 0 <= with_driver < 1:
        raise ValueError(f"with_driver = {with_driver}; a partial R² lies from 0 to below 1.")
    bias = np.sqrt(with_outcome * with_driver / (1 - with_driver)) * standard_error * np.sqrt(degrees)
    error = standard_error * np.sqrt((1 - with_outcome) / (1 - with_driver) * degrees / (degrees - 1))
    return float(np.sign(estimate) * (abs(estimate) - bias)), float(error)


def benchmark_bounds(fit: LeastSquares, regressor: str, multiples: Sequence[float] = (1.0, 2.0, 3.0)) -> pd.DataFrame:
    """Estimate of a driver had an omitted variable been as strong as a multiple of each observed control.

    Parameters
    ----------
    fit : LeastSquares
        With the driver and at least one control.
    regressor : str
        The driver.
    multiples : sequence of float
        From zero.

    Returns
    -------
    pandas.DataFrame
        benchmark, multiple, with_driver, with_outcome (partial R²), adjusted_estimate, adjusted_standard_error
        (classical). Multiples that no variable could reach are left out.

    Raises
    ------
    ValueError
        If a multiple is missing or negative.

    References
    ----------
    Cinelli and Hazlett (2020), section 4.4.
    """
    require.not_negative("multiples", multiples)
    position = fit.regressors.index(regressor)
    degrees = fit.observations - fit.effects
    error = classical_errors(fit)[position]
    rows = []
    for control in (name for name in fit.regressors if name != regressor):
        driver, outcome = _partial_r_squared_with(fit, regressor, control)
        for multiple in multiples:
            bounds = _bound(driver, outcome, multiple)
            if bounds is None:
                continue
            adjusted = adjusted_estimate(float(fit.estimates[position]), error, degrees, *bounds)
            rows.append((control, multiple, *bounds, *adjusted))
    names = ["benchmark", "multiple", "with_driver", "with_outcome", "adjusted_estimate", "adjusted_standard_error"]
    return pd.DataFrame(rows, columns=names)


def classical_errors(fit: LeastSquares) -> "NDArray[np.float64]":
    """Standard errors as if all errors were independent and alike, every fixed effect counted; shape (regressors,)."""
    variance = (fit.residuals**2).sum() / (fit.observations - fit.effects)
    errors: NDArray[np.float64] = np.sqrt(variance * np.diag(fit.inverse)[: len(fit.regressors)])
    return errors


def robustness_table(fit: LeastSquares, significance: float = 0.05) -> pd.DataFrame:
    """Robustness of every regressor of a fit.

    Parameters
    ----------
    fit : LeastSquares
    significance : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, partial_r_squared, robustness_value, robustness_value_significance. The last uses CR2
        errors.
    """
    degrees = fit.observations - fit.effects
    classical = classical_errors(fit)
    ratio = bias_reduced(fit)["standard_error"].to_numpy() / classical
    found = [
        robustness(estimate, error, degrees, significance, effect)
        for estimate, error, effect in zip(fit.estimates, classical, ratio, strict=True)
    ]
    return pd.DataFrame(
        {
            "regressor": list(fit.regressors),
            "estimate": fit.estimates,
            "partial_r_squared": [item.partial_r_squared for item in found],
            "robustness_value": [item.robustness_value for item in found],
            "robustness_value_significance": [item.robustness_value_significance for item in found],
        }
    )


def _refuse_degrees(degrees: float) -> None:
    if not degrees > 1:
        raise ValueError(f"{degrees:g} degrees of freedom. Allowed: more than 1.")


def _robustness_value(strength: float) -> float:
    if strength <= 0:
        return 0.0
    squared = strength**2
    return float(0.5 * (np.sqrt(squared**2 + 4 * squared) - squared))


def _partial_r_squared_with(fit: LeastSquares, driver: str, control: str) -> tuple[float, float]:
    """Partial R² of a control with the driver, and with the outcome given the driver; all else held constant."""
    columns = [fit.regressors.index(driver), fit.regressors.index(control)]
    others = np.delete(fit.design, columns, axis=1)
    three = np.column_stack([fit.design[:, columns], fit.outcome])
    if others.shape[1]:
        three = three - others @ np.linalg.lstsq(others, three, rcond=None)[0]
    treatment, benchmark = three[:, 0], three[:, 1]
    with_driver = (treatment @ benchmark) ** 2 / ((treatment @ treatment) * (benchmark @ benchmark))
    left = three[:, 1:] - np.outer(treatment, treatment @ three[:, 1:] / (treatment @ treatment))
    with_outcome = (left[:, 0] @ left[:, 1]) ** 2 / ((left[:, 0] @ left[:, 0]) * (left[:, 1] @ left[:, 1]))
    return float(with_driver), float(with_outcome)


def _bound(with_driver: float, with_outcome: float, multiple: float) -> tuple[float, float] | None:
    """Strength of a variable `multiple` times as strong as a control; none where there can be no such variable."""
    driver = multiple * with_driver / (1 - with_driver)
    if driver >= 1:
        return None
    # Cinelli and Hazlett (2020), section 4.4: the two partial R² cannot be moved apart freely.
    eta = np.sqrt(multiple * with_driver**2 / ((1 - multiple * with_driver) * (1 - with_driver)))
    both = (np.sqrt(multiple) + abs(eta)) / np.sqrt(1 - eta**2) if eta < 1 else np.inf
    outcome = both**2 * with_outcome / (1 - with_outcome)
    return (float(driver), float(min(outcome, 1.0))) if np.isfinite(outcome) else None
