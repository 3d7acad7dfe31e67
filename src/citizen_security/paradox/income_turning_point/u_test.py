"""Does homicide rise with income and then fall? The U test of a parabola, and intervals for where it turns."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from citizen_security.methods.regression.errors import leave_one_out
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.methods.regression.names import BootstrapWeights
from citizen_security.methods.regression.pairs_bootstrap import pairs_bootstrap
from citizen_security.methods.regression.wild_bootstrap import wild_bootstrap
from citizen_security.paradox.income_turning_point.curves import (
    Comparison,
    Curve,
    CurveFit,
    fit_curve,
    in_dollars,
    parabola,
)
from citizen_security.paradox.panel.sample import EstimationSample
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = Literal["inverted U", "U"]
SHAPES: tuple[Shape, ...] = ("inverted U", "U")

# Incomes per head that no country ever had, whatever an interval says of them.
UNHEARD_OF = (100.0, 1_000_000.0)

INTERVAL = "interval"
TWO_RAYS = "two rays"
EVERYTHING = "every income"
NONE = "none"


@dataclass(frozen=True)
class UTest:
    """Test that a parabola rises at one end of an interval and falls at the other.

    Attributes
    ----------
    shape : {"inverted U", "U"}
        What the test is for; its null hypothesis is any other shape on the interval.
    slope_low, slope_high : float
        Slopes at the ends, outcome per log point.
    t_low, t_high : float
    p_low, p_high : float
        One-sided, against the sign that the shape needs at this end.
    p_value : float
        The larger of the two.
    inside : bool
        Whether the fitted slopes have the signs that the shape needs, so that it turns within the interval.
    significance : float
    """

    shape: Shape
    slope_low: float
    slope_high: float
    t_low: float
    t_high: float
    p_low: float
    p_high: float
    p_value: float
    inside: bool
    significance: float

    @property
    def verdict(self) -> str:
        """What may be said, in words."""
        if not self.inside:
            return f"the fitted curve has no {self.shape} within the observed incomes: trivial failure to reject"
        if self.p_value < self.significance:
            return f"{self.shape}: both slopes have the sign it needs beyond chance"
        return f"{self.shape} fitted, but not told from a curve that only rises or only falls"


@dataclass(frozen=True)
class IncomeSet:
    """Incomes at which a curve may turn.

    Attributes
    ----------
    kind : {"interval", "two rays", "every income", "none"}
        Two rays are all incomes up to `lower` and all from `upper`; none where there is nothing to form a set from.
    lower, upper : float
        Log of income over `REFERENCE_INCOME`.
    """

    kind: str
    lower: float
    upper: float

    def __str__(self) -> str:
        """The set in dollars, as a reader would say it; incomes that no country ever had are not told apart."""
        ends = (float(end) for end in in_dollars([self.lower, self.upper]))
        low, high = (_dollars_in_words(end) for end in ends)
        words = {INTERVAL: f"{low} to {high}", TWO_RAYS: self._rays_in_words(low, high)}
        return words.get(self.kind, self.kind)

    def _rays_in_words(self, low: str, high: str) -> str:
        """Two rays; one that holds only incomes that no country ever had goes without saying."""
        rays = [f"{low} or less"] * (not low.startswith("under")) + [f"{high} or more"] * (not high.startswith("over"))
        return " and ".join(rays) or "no income that any country ever had"


def u_test(
    coefficients: "NDArray[np.float64]",
    covariance: "NDArray[np.float64]",
    low: float,
    high: float,
    degrees: float,
    significance: float = 0.05,
    shape: Shape = "inverted U",
) -> UTest:
    """Lind and Mehlum's test, by Sasabuchi's likelihood ratio: both slopes must have the sign that the shape needs.

    The null hypothesis is rejected when both one-sided tests reject, each at `significance`; no correction for their
    number is due, since both must.

    Parameters
    ----------
    coefficients : numpy.ndarray, shape (2,)
        Linear and quadratic.
    covariance : numpy.ndarray, shape (2, 2)
    low, high : float
        Ends of the interval, in units of the regressor.
    degrees : float
        Of the t distribution.
    significance : float
    shape : {"inverted U", "U"}

    Returns
    -------
    UTest
        Where the fitted parabola does not have the shape within the interval the p-value is above one half.

    References
    ----------
    Sasabuchi (1980), Biometrika 67(2); Lind and Mehlum (2010), Oxford Bulletin of Economics and Statistics 72(1).
    """
    from scipy.stats import t

    at_ends = parabola(np.array([low, high]), 1)
    slopes = at_ends @ coefficients
    statistics = slopes / np.sqrt(np.einsum("ij,jk,ik->i", at_ends, covariance, at_ends))
    needed = np.array([1.0, -1.0]) * (1 if shape == "inverted U" else -1)
    p_low, p_high = t.sf(needed * statistics, degrees)
    return UTest(
        shape=shape,
        slope_low=float(slopes[0]),
        slope_high=float(slopes[1]),
        t_low=float(statistics[0]),
        t_high=float(statistics[1]),
        p_low=float(p_low),
        p_high=float(p_high),
        p_value=float(max(p_low, p_high)),
        inside=bool((needed * slopes > 0).all()),
        significance=significance,
    )


def wild_u_test_p(
    sample: EstimationSample,
    specification: Specification,
    comparison: Comparison,
    low: float,
    high: float,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    seed: int = 2020,
) -> float:
    """p-value of the test for an inverted U with the wild cluster bootstrap at each end in place of t.

    With z = x² − 2ax the parabola is (b + 2ca)·x + c·z, so the coefficient of x is the slope at a, which the
    bootstrap tests as it tests any coefficient.

    Parameters
    ----------
    sample, specification, comparison
        As for `fit_curve`.
    low, high : float
        Log incomes at the ends.
    draws, weights, seed
        Of `wild_bootstrap`.

    Returns
    -------
    float
        The larger of the two one-sided p-values.
    """
    alternatives: tuple[tuple[float, Literal["greater", "less"]], ...] = ((low, "greater"), (high, "less"))
    found = []
    for end, alternative in alternatives:
        fitted = fit_curve(sample, specification, comparison, _turned_at(end)).fit
        test = wild_bootstrap(fitted, fitted.regressors[0], draws, weights, seed)
        found.append(test.p_value(0.0, alternative))
    return max(found)


def turning_point(linear: float, quadratic: float) -> float:
    """Place at which a parabola turns, in units of its regressor.

    Raises
    ------
    NotEstimable
        If `quadratic` is zero: a line does not turn.
    """
    if quadratic == 0:
        raise NotEstimable("the coefficient of squared income is zero: a line does not turn.")
    return -linear / (2 * quadratic)


def delta_interval(
    coefficients: "NDArray[np.float64]", covariance: "NDArray[np.float64]", degrees: float, confidence_level: float
) -> IncomeSet:
    """Interval for the turning point by the delta method, which takes the ratio for a straight line.

    Parameters
    ----------
    coefficients : numpy.ndarray, shape (2,)
    covariance : numpy.ndarray, shape (2, 2)
    degrees : float
    confidence_level : float

    Returns
    -------
    IncomeSet
        Always an interval, which is its fault.
    """
    from scipy.stats import t

    linear, quadratic = coefficients
    place = turning_point(linear, quadratic)
    gradient = np.array([-1 / (2 * quadratic), linear / (2 * quadratic**2)])
    half = float(t.ppf((1 + confidence_level) / 2, degrees) * np.sqrt(gradient @ covariance @ gradient))
    return IncomeSet(INTERVAL, place - half, place + half)


def fieller_set(
    coefficients: "NDArray[np.float64]", covariance: "NDArray[np.float64]", degrees: float, confidence_level: float
) -> IncomeSet:
    """Every place at which a slope of zero is not rejected (Fieller), whether maximum or minimum.

    (b + 2cx)² ≤ t²·Var(b + 2cx) is a quadratic inequality in x. It holds on an interval where c differs from zero
    at the level; otherwise on all but an interval, or everywhere.

    Parameters
    ----------
    coefficients : numpy.ndarray, shape (2,)
    covariance : numpy.ndarray, shape (2, 2)
    degrees : float
    confidence_level : float

    Returns
    -------
    IncomeSet

    References
    ----------
    Fieller (1954), Journal of the Royal Statistical Society B 16(2); Hirschberg and Lye (2010), American Statistician
    64(3).
    """
    from scipy.stats import t

    squared = float(t.ppf((1 + confidence_level) / 2, degrees)) ** 2
    constant, cross, leading = (
        coefficients[i] * coefficients[j] - squared * covariance[i, j] for i, j in ((0, 0), (0, 1), (1, 1))
    )
    # With u = 2x: leading·u² + 2·cross·u + constant ≤ 0.
    discriminant = cross**2 - leading * constant
    if leading == 0 or (leading < 0 and discriminant <= 0):
        return IncomeSet(EVERYTHING, -np.inf, np.inf)
    ends = sorted((-cross + sign * np.sqrt(max(discriminant, 0.0))) / (2 * leading) for sign in (-1, 1))
    return IncomeSet(INTERVAL if leading > 0 else TWO_RAYS, float(ends[0]), float(ends[1]))


def bootstrap_parabolas(fitted: CurveFit, draws: int = 1_999, seed: int = 2020) -> "NDArray[np.float64]":
    """Linear and quadratic coefficients with countries drawn again, draws without identification left out.

    Parameters
    ----------
    fitted : CurveFit
        Of a parabola.
    draws : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (identified draws, 2)
    """
    drawn = pairs_bootstrap([fitted.fit], draws, seed)[0][:, :2]
    return drawn[np.isfinite(drawn).all(axis=1)]


def bootstrap_interval(drawn: "NDArray[np.float64]", quadratic: float, confidence_level: float) -> IncomeSet:
    """Percentile interval of the turning point over the draws that turn the same way as the estimate.

    Parameters
    ----------
    drawn : numpy.ndarray, shape (draws, 2)
        From `bootstrap_parabolas`.
    quadratic : float
        Of the estimate; its sign says whether the curve has a maximum or a minimum.
    confidence_level : float

    Returns
    -------
    IncomeSet
        Of kind `none` where no draw turns this way. An interval that leaves draws out is conditional on the shape;
        `share_with_shape` says how many it leaves out.
    """
    same = drawn[np.sign(drawn[:, 1]) == np.sign(quadratic)]
    if len(same) == 0:
        return IncomeSet(NONE, np.nan, np.nan)
    tail = (1 - confidence_level) / 2
    lower, upper = np.quantile(-same[:, 0] / (2 * same[:, 1]), [tail, 1 - tail])
    return IncomeSet(INTERVAL, float(lower), float(upper))


def share_with_shape(drawn: "NDArray[np.float64]", low: float, high: float, shape: Shape = "inverted U") -> float:
    """Share of draws whose slopes at both ends of an interval have the signs that a shape needs."""
    slopes = drawn @ parabola(np.array([low, high]), 1).T
    sign = 1 if shape == "inverted U" else -1
    return float(((sign * slopes[:, 0] > 0) & (sign * slopes[:, 1] < 0)).mean())


def turning_without_each(fitted: CurveFit) -> pd.DataFrame:
    """Parabola and turning point without each country in turn, the most influential first.

    Parameters
    ----------
    fitted : CurveFit
        Of a parabola.

    Returns
    -------
    pandas.DataFrame
        iso3, linear, quadratic, turns ("maximum" or "minimum"), turning_point (constant 2021 international dollars),
        change (of the quadratic coefficient).

    Raises
    ------
    NotEstimable
        If the parabola cannot be estimated without some country.
    """
    left = leave_one_out(fitted.fit)[:, :2]
    table = pd.DataFrame(
        {
            "iso3": fitted.fit.labels,
            "linear": left[:, 0],
            "quadratic": left[:, 1],
            "turns": np.where(left[:, 1] < 0, "maximum", "minimum"),
            "turning_point": in_dollars(-left[:, 0] / (2 * left[:, 1])),
            "change": left[:, 1] - fitted.coefficients[1],
        }
    )
    return table.sort_values("change", key=lambda change: -change.abs(), ignore_index=True)


def _dollars_in_words(income: float) -> str:
    low, high = UNHEARD_OF
    if income < low:
        return f"under {low:,.0f}"
    return f"over {high:,.0f}" if income > high else f"{income:,.0f}"


def _turned_at(place: float) -> Curve:
    """Columns of a parabola whose first coefficient is its slope at one log income."""

    def columns(log_income: "NDArray[np.float64]", order: int) -> "NDArray[np.float64]":
        plain = parabola(log_income, order)
        plain[:, 1] -= 2 * place * plain[:, 0]
        return plain

    return columns
