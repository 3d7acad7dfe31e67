"""Simonsohn's two lines: a rise up to a break and a fall after it, each tested on its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.income_turning_point.curves import Comparison, Curve, CurveFit, fit_curve, in_dollars
from citizen_security.paradox.income_turning_point.spline import curve_bands
from citizen_security.paradox.income_turning_point.u_test import SHAPES, Shape
from citizen_security.paradox.panel.sample import EstimationSample
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The break is looked for among the middle rows, so that each line keeps some.
MIDDLE = (0.1, 0.9)


@dataclass(frozen=True)
class TwoLines:
    """Slopes before and after a break.

    Attributes
    ----------
    break_at : float
        Log of income over `REFERENCE_INCOME`.
    slope_low, slope_high : float
        Outcome per log point.
    p_low, p_high : float
        Two-sided.
    holds : bool
        Whether both slopes have the signs that the shape needs and both differ from zero at the level.
    """

    break_at: float
    slope_low: float
    slope_high: float
    p_low: float
    p_high: float
    holds: bool


def two_lines(
    sample: EstimationSample,
    specification: Specification,
    spline: CurveFit,
    significance: float = 0.05,
    shape: Shape = "inverted U",
) -> TwoLines:
    """Test a shape by two lines with a jump between them, which imposes no curve.

    The break follows the Robin Hood rule: where the spline is flat around its most extreme fitted value (within one
    standard error of it), the break moves towards the stronger of the two lines, so that the weaker one gets rows.

    Parameters
    ----------
    sample, specification
        As for `fit_curve`.
    spline : CurveFit
        From `fit_splines`; says the comparison too.
    significance : float
    shape : {"inverted U", "U"}

    Returns
    -------
    TwoLines

    Raises
    ------
    NotEstimable
        If a line has too little to stand on.

    References
    ----------
    Simonsohn (2018), Advances in Methods and Practices in Psychological Science 1(4).
    """
    sign = 1 if shape == "inverted U" else -1
    flat = _flat_region(spline, sign)
    first = _lines(sample, specification, spline, float(np.median(flat)))
    weight = abs(first[1, 0]) / (abs(first[0, 0]) + abs(first[1, 0]))
    break_at = float(np.quantile(flat, weight))
    found = _lines(sample, specification, spline, break_at).tolist()
    (t_low, slope_low, p_low), (t_high, slope_high, p_high) = found
    right = sign * t_low > 0 and sign * t_high < 0
    holds = right and max(p_low, p_high) < significance
    return TwoLines(break_at, slope_low, slope_high, p_low, p_high, holds)


def tabulate_two_lines(
    sample: EstimationSample,
    specification: Specification,
    splines: Mapping[Comparison, CurveFit],
    significance: float = 0.05,
) -> pd.DataFrame:
    """Two lines for an inverted U and for a U in every comparison.

    Parameters
    ----------
    sample, specification
        As for `fit_curve`.
    splines : mapping
        From `fit_splines`.
    significance : float

    Returns
    -------
    pandas.DataFrame
        comparison, shape, break_income, slope_low, p_low, slope_high, p_high, holds, problem. Where a line has too
        little to stand on the numbers are missing and `problem` says why.
    """
    rows = []
    for comparison, spline in splines.items():
        for shape in SHAPES:
            try:
                found = vars(two_lines(sample, specification, spline, significance, shape)) | {"problem": ""}
            except NotEstimable as reason:
                found = {"break_at": np.nan, "holds": False, "problem": str(reason)}
            rows.append({"comparison": comparison, "shape": shape, **found})
    table = pd.DataFrame(rows)
    table.insert(2, "break_income", in_dollars(table.pop("break_at").to_numpy(dtype=float)))
    return table


def _flat_region(spline: CurveFit, sign: int) -> "NDArray[np.float64]":
    """Log incomes of middle rows at which the spline is within one standard error of its extreme."""
    low, high = np.quantile(spline.log_income, MIDDLE)
    incomes = np.sort(spline.log_income[(spline.log_income > low) & (spline.log_income < high)])
    if len(incomes) == 0:
        raise NotEstimable("too few incomes for a break between two lines.")
    bands = curve_bands(spline, incomes, 0.95).table
    height = sign * bands["estimate"].to_numpy()
    top = int(height.argmax())
    flat: NDArray[np.float64] = incomes[height >= height[top] - bands["standard_error"].to_numpy()[top]]
    return flat


def _lines(
    sample: EstimationSample, specification: Specification, spline: CurveFit, break_at: float
) -> "NDArray[np.float64]":
    """Statistic, slope and p-value (by t) of the line before the break and of the line after it; shape (2, 3)."""
    from scipy.stats import t

    rows = []
    for position, with_break in ((0, False), (1, True)):
        # The break's own row belongs to the line whose slope is read.
        fitted = fit_curve(sample, specification, spline.comparison, _broken(break_at, with_break))
        slope = float(fitted.coefficients[position])
        statistic = slope / float(np.sqrt(fitted.covariance[position, position]))
        rows.append((statistic, slope, 2 * t.sf(abs(statistic), fitted.degrees)))
    return np.array(rows)


def _broken(break_at: float, with_break: bool) -> Curve:
    """Line before, line after, and the jump, with the break's own income after the jump or before it."""

    def columns(log_income: "NDArray[np.float64]", order: int) -> "NDArray[np.float64]":
        after = log_income >= break_at if with_break else log_income > break_at
        if order == 0:
            distance = log_income - break_at
            return np.column_stack([np.minimum(distance, 0), np.maximum(distance, 0), after.astype(float)])
        return np.column_stack([(~after).astype(float), after.astype(float), np.zeros(len(log_income))])

    return columns
