"""Curves in log income, fitted to the same country-years in three comparisons.

Pooled, between countries (one row of means for each), and within countries. An income is measured as in the panel, in
logs over `REFERENCE_INCOME`; what readers see is in constant 2021 international dollars.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from citizen_security.methods.regression.bias_reduced import adjust, bias_reduced_covariance
from citizen_security.methods.regression.least_squares import LeastSquares, NotEstimable, solve
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import EstimationSample, row_weights
from citizen_security.paradox.panel.specification import REFERENCE_INCOME, Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray

INCOME = "log_gdp_per_capita"

Comparison = Literal["pooled", "between", "within"]
COMPARISONS: tuple[Comparison, ...] = ("pooled", "between", "within")

# Columns that a curve makes of log incomes, or their derivatives of the order given; shape (incomes, columns).
Curve = Callable[["NDArray[np.float64]", int], "NDArray[np.float64]"]

# Fewer leave a t distribution whose quantiles say nothing.
MINIMUM_BETWEEN_DEGREES = 3

# A country that the curve between countries fits exactly has no residual to learn from.
EXACT = 1e-8


@dataclass(frozen=True)
class CurveFit:
    """A curve in log income fitted in one comparison.

    Attributes
    ----------
    comparison : {"pooled", "between", "within"}
    curve : callable
        Columns of the curve for log incomes and an order of derivative.
    fit : LeastSquares
        The curve's columns are its first regressors, controls follow.
    covariance : numpy.ndarray, shape (columns, columns)
        Of the curve's coefficients: CR2, clustered by country, or HC3 between countries.
    degrees : float
        Degrees of freedom of t tests: the fewest that Satterthwaite gives a coefficient of the curve.
    log_income : numpy.ndarray, shape (rows,)
        Log of income over `REFERENCE_INCOME`; a country's mean in the comparison between countries.
    """

    comparison: Comparison
    curve: Curve
    fit: LeastSquares
    covariance: "NDArray[np.float64]"
    degrees: float
    log_income: "NDArray[np.float64]"

    @property
    def coefficients(self) -> "NDArray[np.float64]":
        """Coefficients of the curve's columns; shape (columns,)."""
        return self.fit.estimates[: len(self.covariance)]

    def income_range(self, trim: float = 0.0) -> tuple[float, float]:
        """Log incomes between which the curve is judged.

        Parameters
        ----------
        trim : float
            Share of the rows cut off at each end.

        Returns
        -------
        tuple of float
        """
        low, high = np.quantile(self.log_income, [trim, 1 - trim])
        return float(low), float(high)


def in_dollars(log_income: "float | Sequence[float] | NDArray[np.float64]") -> "NDArray[np.float64]":
    """Incomes per head in constant 2021 international dollars, from logs over `REFERENCE_INCOME`."""
    with np.errstate(over="ignore"):
        dollars: NDArray[np.float64] = REFERENCE_INCOME * np.exp(np.asarray(log_income, dtype=float))
    return dollars


def income_specification(parameters: IncomeTurningPoint) -> Specification:
    """What is asked of the panel: the outcome, income and controls; every comparison shares its sample."""
    return Specification(
        name="income",
        regressors=(INCOME, *parameters.controls),
        outcome=parameters.outcome,
        fixed_effects=parameters.fixed_effects,
        weights=parameters.weights,
    )


def parabola(log_income: "NDArray[np.float64]", order: int = 0) -> "NDArray[np.float64]":
    """Log income and its square, or their first derivatives; shape (incomes, 2)."""
    if order == 0:
        return np.column_stack([log_income, log_income**2])
    return np.column_stack([np.ones_like(log_income), 2 * log_income])


def fit_curve(
    sample: EstimationSample, specification: Specification, comparison: Comparison, curve: Curve = parabola
) -> CurveFit:
    """Fit a curve in log income, in one comparison.

    Parameters
    ----------
    sample : EstimationSample
        From `estimation_sample` for `specification`.
    specification : Specification
        From `income_specification`: log income first, then controls. Its fixed effects are those of the comparison
        within countries.
    comparison : {"pooled", "between", "within"}
    curve : callable

    Returns
    -------
    CurveFit

    Raises
    ------
    NotEstimable
        If the sample cannot carry the curve.
    """
    frame = country_means(sample.frame) if comparison == "between" else sample.frame
    log_income = frame[INCOME].to_numpy(dtype=float)
    columns = curve(log_income, 0)
    names = [f"income_curve_{position + 1}" for position in range(columns.shape[1])]
    curved = EstimationSample(frame.assign(**dict(zip(names, columns.T, strict=True))), sample.left_out)
    asked = replace(specification, regressors=(*names, *specification.regressors[1:]))
    if comparison == "between":
        fit = cross_section(curved.frame, asked)
        covariance, degrees = hc3_covariance(fit), float(fit.observations - fit.rank)
    else:
        fit = least_squares(curved, replace(asked, fixed_effects="none") if comparison == "pooled" else asked)
        adjusted = adjust(fit)
        covariance = bias_reduced_covariance(fit, adjusted)
        degrees = float(adjusted.degrees_of_freedom[: len(names)].min())
    return CurveFit(comparison, curve, fit, covariance[: len(names), : len(names)], degrees, log_income)


def country_means(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each country with the means of its rows, dated by their mean year, rounded."""
    means = frame.groupby("iso3", sort=True).mean().reset_index()
    return means.assign(year=means["year"].round().astype(int))


def cross_section(frame: pd.DataFrame, specification: Specification) -> LeastSquares:
    """Least squares on one row for each country, taken apart as a panel regression is.

    Parameters
    ----------
    frame : pandas.DataFrame
        From `country_means`.
    specification : Specification
        Its fixed effects are not used: there is a constant only.

    Returns
    -------
    LeastSquares

    Raises
    ------
    NotEstimable
        If countries are too few, or some column is determined by the others.
    """
    regressors = specification.regressors
    weight = row_weights(frame, specification)
    columns = [frame[list(regressors)].to_numpy(dtype=float), np.ones((len(frame), 1))]
    design = np.hstack(columns) * np.sqrt(weight)[:, None]
    outcome = frame[specification.outcome].to_numpy(dtype=float) * np.sqrt(weight)
    _refuse_few_countries(design)
    return solve(regressors, design, outcome, clusters=frame["iso3"], periods=frame["year"], weight=weight)


def hc3_covariance(fit: LeastSquares) -> "NDArray[np.float64]":
    """Covariance of the coefficients robust to unequal variances, each residual over one minus its leverage (HC3).

    Parameters
    ----------
    fit : LeastSquares
        From `cross_section`.

    Returns
    -------
    numpy.ndarray, shape (regressors, regressors)

    Raises
    ------
    NotEstimable
        If one country's row is fitted exactly, whatever its outcome.

    References
    ----------
    MacKinnon and White (1985), Journal of Econometrics 29(3).
    """
    leverage = np.einsum("ij,jk,ik->i", fit.design, fit.inverse, fit.design)
    if (exact := leverage > 1 - EXACT).any():
        raise NotEstimable(
            f"between countries the curve fits {', '.join(fit.labels[exact])} exactly, so that nothing says how "
            "uncertain it is. Add countries, lower knots or leave out controls."
        )
    scores = fit.design * (fit.residuals / (1 - leverage))[:, None]
    size = len(fit.regressors)
    covariance: NDArray[np.float64] = (fit.inverse @ (scores.T @ scores) @ fit.inverse)[:size, :size]
    return covariance


def _refuse_few_countries(design: "NDArray[np.float64]") -> None:
    rows, columns = design.shape
    if rows - columns < MINIMUM_BETWEEN_DEGREES:
        raise NotEstimable(
            f"between countries {rows} means leave {rows - columns} degrees of freedom for a curve with {columns} "
            f"coefficients; {MINIMUM_BETWEEN_DEGREES} are needed. Add countries, lower knots or leave out controls."
        )
    length = np.sqrt((design**2).sum(axis=0))
    if np.linalg.matrix_rank(design / np.where(length > 0, length, 1.0), tol=EXACT) < columns:
        raise NotEstimable(
            "between countries the curve's columns and the controls determine each other. Lower knots, leave out a "
            "control, or choose countries whose incomes differ."
        )
