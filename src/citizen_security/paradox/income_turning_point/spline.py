"""Homicide and income without a parabola: a natural cubic spline, its slope, and where it is highest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.pairs_bootstrap import pairs_bootstrap
from citizen_security.paradox.income_turning_point.curves import COMPARISONS, Comparison, Curve, CurveFit, in_dollars

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Incomes at which curves are drawn, bands hold together, and the highest point is looked for.
GRID = 121

# Draws for the simultaneous band; its critical value is then right to about one hundredth.
BAND_DRAWS = 20_000

RISES = "rises"
FALLS = "falls"
UNDECIDED = "cannot be told"


def natural_spline(knots: "NDArray[np.float64]") -> Curve:
    """Basis of natural cubic splines: each column is the spline that is one at a knot and zero at the others.

    The first column is left out, since all of them add up to the constant; a coefficient is therefore the curve at its
    knot less the curve at the first. Beyond the end knots the curve goes on as a line.

    Parameters
    ----------
    knots : numpy.ndarray, shape (knots,)
        Increasing, at least 3.

    Returns
    -------
    Curve

    References
    ----------
    Wood (2017), Generalized Additive Models, second edition, section 5.3.1.
    """
    from scipy.interpolate import CubicSpline

    spline = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")

    def columns(log_income: "NDArray[np.float64]", order: int) -> "NDArray[np.float64]":
        inside = np.clip(log_income, knots[0], knots[-1])
        values = spline(inside, order)
        if order == 0:
            values = values + spline(inside, 1) * (log_income - inside)[:, None]
        chosen: NDArray[np.float64] = values[:, 1:]
        return chosen

    return columns


def knots_at_quantiles(log_income: "NDArray[np.float64]", knots: int) -> "NDArray[np.float64]":
    """Knots that part the rows into equal shares, the first and last at the ends.

    Parameters
    ----------
    log_income : numpy.ndarray, shape (rows,)
    knots : int

    Returns
    -------
    numpy.ndarray, shape (knots,)
        Fewer where quantiles coincide.
    """
    return np.unique(np.quantile(log_income, np.linspace(0, 1, knots)))


@dataclass(frozen=True)
class Bands:
    """A curve over incomes with its uncertainty.

    Attributes
    ----------
    table : pandas.DataFrame
        comparison, log_income, income, estimate, standard_error, lower, upper (pointwise), band_lower, band_upper
        (simultaneous).
    critical_value : float
        Standard errors to either side of the simultaneous band.
    """

    table: pd.DataFrame
    critical_value: float


def income_grid(fitted: CurveFit, trim: float = 0.0) -> "NDArray[np.float64]":
    """Evenly spaced log incomes over the range of a fit's rows."""
    return np.linspace(*fitted.income_range(trim), GRID)


def slope_bands(fitted: CurveFit, grid: "NDArray[np.float64]", confidence_level: float, seed: int = 2020) -> Bands:
    """Slope of a fitted curve at each log income: outcome per log point.

    Parameters
    ----------
    fitted : CurveFit
    grid : numpy.ndarray, shape (incomes,)
    confidence_level : float
        Of the pointwise and of the simultaneous band.
    seed : int

    Returns
    -------
    Bands
    """
    return _bands(fitted, grid, fitted.curve(grid, 1), confidence_level, seed)


def curve_bands(fitted: CurveFit, grid: "NDArray[np.float64]", confidence_level: float, seed: int = 2020) -> Bands:
    """Height of a fitted curve over its mean across the rows, which is all that fixed effects leave identified.

    Parameters
    ----------
    fitted : CurveFit
    grid : numpy.ndarray, shape (incomes,)
    confidence_level : float
    seed : int

    Returns
    -------
    Bands
    """
    mean = fitted.curve(fitted.log_income, 0).mean(axis=0)
    return _bands(fitted, grid, fitted.curve(grid, 0) - mean, confidence_level, seed)


def partial_points(fitted: CurveFit) -> pd.DataFrame:
    """The fitted curve plus the residual of each row, over the curve's mean: what the curve was fitted to.

    Parameters
    ----------
    fitted : CurveFit

    Returns
    -------
    pandas.DataFrame
        comparison, iso3, log_income, income, outcome.
    """
    columns = fitted.curve(fitted.log_income, 0)
    height = (columns - columns.mean(axis=0)) @ fitted.coefficients
    return pd.DataFrame(
        {
            "comparison": fitted.comparison,
            "iso3": fitted.fit.labels[fitted.fit.cluster],
            "log_income": fitted.log_income,
            "income": in_dollars(fitted.log_income),
            "outcome": height + fitted.fit.residuals / np.sqrt(fitted.fit.weight),
        }
    )


def sign_regions(slopes: pd.DataFrame) -> pd.DataFrame:
    """Stretches of income on which the simultaneous band tells the sign of the slope.

    Parameters
    ----------
    slopes : pandas.DataFrame
        Table of `slope_bands`.

    Returns
    -------
    pandas.DataFrame
        comparison, sign ("rises", "falls", "cannot be told"), from_income, to_income; one row a stretch.
    """
    sign = np.select([slopes["band_lower"] > 0, slopes["band_upper"] < 0], [RISES, FALLS], default=UNDECIDED)
    marked = slopes.assign(sign=sign)
    stretch = (marked["sign"] != marked["sign"].shift()).cumsum()
    found = marked.groupby(stretch).agg(
        comparison=("comparison", "first"),
        sign=("sign", "first"),
        from_income=("income", "first"),
        to_income=("income", "last"),
    )
    return found.reset_index(drop=True)


def shape_in_words(regions: pd.DataFrame) -> str:
    """What the signs of the slope establish, as a clause.

    Parameters
    ----------
    regions : pandas.DataFrame
        From `sign_regions`, of one comparison.

    Returns
    -------
    str
    """
    told = [str(sign) for sign in regions["sign"] if sign != UNDECIDED]
    order = [sign for position, sign in enumerate(told) if position == 0 or sign != told[position - 1]]
    words = {
        (): "neither a rise nor a fall anywhere",
        (RISES,): "a rise, and no fall",
        (FALLS,): "a fall, and no rise",
        (RISES, FALLS): "a rise and then a fall: an inverted U",
        (FALLS, RISES): "a fall and then a rise: a U",
    }
    return words.get(tuple(order), "more than one turn")


def highest_points(fitted: CurveFit, grid: "NDArray[np.float64]", draws: int = 1_999, seed: int = 2020) -> pd.DataFrame:
    """Where the curve is highest in each draw of countries.

    Parameters
    ----------
    fitted : CurveFit
    grid : numpy.ndarray, shape (incomes,)
        Log incomes among which the highest point is sought.
    draws : int
    seed : int

    Returns
    -------
    pandas.DataFrame
        comparison, income, inside (whether it lies between the ends of the grid); one row a draw that identifies the
        curve.
    """
    drawn = pairs_bootstrap([fitted.fit], draws, seed)[0][:, : len(fitted.covariance)]
    heights = drawn[np.isfinite(drawn).all(axis=1)] @ fitted.curve(grid, 0).T
    position = heights.argmax(axis=1)
    return pd.DataFrame(
        {
            "comparison": fitted.comparison,
            "income": in_dollars(grid[position]),
            "inside": (position > 0) & (position < len(grid) - 1),
        }
    )


def fitted_highest(curves: pd.DataFrame) -> dict[Comparison, float]:
    """Income at which the curve of each comparison is highest.

    Parameters
    ----------
    curves : pandas.DataFrame
        Tables of `curve_bands`, of every comparison.

    Returns
    -------
    dict
        Comparison → constant 2021 international dollars per head.
    """
    ordered = curves.sort_values("estimate", ascending=False, kind="stable")
    highest = ordered.drop_duplicates("comparison").set_index("comparison")["income"]
    return {comparison: float(highest[comparison]) for comparison in COMPARISONS if comparison in highest}


def simultaneous_critical_value(
    rows: "NDArray[np.float64]", covariance: "NDArray[np.float64]", degrees: float, confidence_level: float, seed: int
) -> float:
    """Quantile of the largest absolute t statistic over several linear combinations of coefficients (sup-t).

    Parameters
    ----------
    rows : numpy.ndarray, shape (combinations, columns)
    covariance : numpy.ndarray, shape (columns, columns)
    degrees : float
    confidence_level : float
    seed : int

    Returns
    -------
    float

    References
    ----------
    Montiel Olea and Plagborg-Møller (2019), Journal of Applied Econometrics 34(1).
    """
    random = np.random.default_rng(seed)
    drawn = random.multivariate_normal(np.zeros(len(covariance)), covariance, BAND_DRAWS, method="eigh")
    scale = np.sqrt(random.chisquare(degrees, BAND_DRAWS) / degrees)
    error = np.sqrt(np.einsum("ij,jk,ik->i", rows, covariance, rows))
    varying = error > 0
    statistics = np.abs(drawn @ rows[varying].T) / error[varying]
    return float(np.quantile(statistics.max(axis=1) / scale, confidence_level))


def _bands(
    fitted: CurveFit,
    grid: "NDArray[np.float64]",
    rows: "NDArray[np.float64]",
    confidence_level: float,
    seed: int,
) -> Bands:
    from scipy.stats import t

    estimate = rows @ fitted.coefficients
    error = np.sqrt(np.einsum("ij,jk,ik->i", rows, fitted.covariance, rows))
    pointwise = float(t.ppf((1 + confidence_level) / 2, fitted.degrees))
    critical = simultaneous_critical_value(rows, fitted.covariance, fitted.degrees, confidence_level, seed)
    table = pd.DataFrame(
        {
            "comparison": fitted.comparison,
            "log_income": grid,
            "income": in_dollars(grid),
            "estimate": estimate,
            "standard_error": error,
            "lower": estimate - pointwise * error,
            "upper": estimate + pointwise * error,
            "band_lower": estimate - critical * error,
            "band_upper": estimate + critical * error,
        }
    )
    return Bands(table, critical)
