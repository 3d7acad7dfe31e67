"""Regression to the mean: how far units fall that were chosen because they were high, without anything being done.

A high figure is in part a high level, which stays, and in part a bad spell or chance, which passes (Galton 1886;
Barnett, van der Pols and Dobson 2005). How much passes is told in three ways, each from other data: from two figures of
each unit, by letting a coin decide which of them came first; from a panel, by its variances within and between units;
and from covariances that a model has estimated.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.optimize import least_squares

from . import require
from .arrays import Floats, Integers
from .randomisation import count_as_extreme, p_value
from .resampling import RADEMACHER, symmetric_weights

# Swaps whose change equals the observed one up to rounding are at least as deep.
TIE = 1e-12

# Years apart at which deviations are compared: beyond, few pairs are left and levels have drifted.
LONGEST_LAG = 8


def highest(values: Floats, share: float) -> Integers:
    """Positions of the highest units.

    Parameters
    ----------
    values : numpy.ndarray, shape (units,)
    share : float
        Share of the units that counts as the highest; at least one unit.

    Returns
    -------
    numpy.ndarray of int
        From the highest down; equal ones in their order.

    Raises
    ------
    ValueError
        If there is no unit, a value is missing, or the share is none.
    """
    require.share("share", share)
    require.some("units", len(values))
    number = max(1, round(share * len(values)))
    return np.argsort(-require.known("values", values), kind="stable")[:number]


# --- two figures of each unit -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Swaps:
    """Mean change of the units that were highest, over and above that of all, as it was and as a coin would have it.

    Attributes
    ----------
    highest : numpy.ndarray of int
        Positions of the units highest in the first figure.
    observed : float
        In the units of the figures.
    backwards : float
        Change up to the last figure of as many units that were highest in it.
    drawn : numpy.ndarray, shape (draws,)
        The change in each draw of the coins.
    p_value : float
        Probability of a change at least as deep.
    """

    highest: Integers
    observed: float
    backwards: float
    drawn: Floats
    p_value: float


def random_swaps(first: Floats, last: Floats, share: float, *, draws: int, seed: int) -> Swaps:
    """Compare the change of the highest units with the one that random swaps of the two figures produce.

    Parameters
    ----------
    first, last : numpy.ndarray, shape (units,)
        Figures of each unit, such as logarithms of rates.
    share : float
        Share of the units that counts as the highest.
    draws : int
    seed : int

    Returns
    -------
    Swaps

    Raises
    ------
    ValueError
        If there is no unit, a figure is missing, shapes differ, the share is none, or there is no draw.

    Notes
    -----
    Figures are centred on the mean of all units, so that a movement of all is in neither. The test is exact if, apart
    from that movement, a unit's two figures are exchangeable.
    """
    require.same_shape(first=first, last=last)
    require.some("draws", draws)
    first, last = require.finite("first", first), require.finite("last", last)
    require.some("units", len(first))
    first, last = first - first.mean(), last - last.mean()
    middle, half = (first + last) / 2, (last - first) / 2
    chosen = highest(middle - half, share)
    signs = symmetric_weights(RADEMACHER, (draws, len(half)), np.random.default_rng(seed))
    drawn = changes_of_the_highest(middle, half * signs, len(chosen))
    observed, backwards = changes_of_the_highest(middle, np.array([half, -half]), len(chosen))
    return Swaps(
        highest=chosen,
        observed=float(observed),
        backwards=-float(backwards),
        drawn=drawn,
        p_value=p_value(count_as_extreme(drawn, float(observed), alternative="less", tie=TIE), draws),
    )


def changes_of_the_highest(middle: Floats, half: Floats, number: int) -> Floats:
    """Mean change of the units highest before, less that of all.

    Parameters
    ----------
    middle : numpy.ndarray, shape (units,)
        Mean of a unit's two figures.
    half : numpy.ndarray, shape (draws, units)
        Half of the change, so that a unit goes from `middle - half` to `middle + half`.
    number : int
        How many units count as the highest.

    Returns
    -------
    numpy.ndarray, shape (draws,)
    """
    before = middle - half
    chosen = np.argpartition(-before, number - 1, axis=1)[:, :number]
    changes: Floats = 2 * (np.take_along_axis(half, chosen, axis=1).mean(axis=1) - half.mean(axis=1))
    return changes


# --- a panel ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class YearVariance:
    """How the figures of a panel vary: a level that lasts, a deviation that fades, and noise that is gone next year.

    Attributes
    ----------
    between : float
        Variance of lasting levels.
    within : float
        Variance of deviations that fade.
    persistence : float
        Correlation of such a deviation with that of the year before.
    noise : float
        Mean variance of the noise, as it is in the panel.

    Raises
    ------
    ValueError
        If a variance is negative or missing, or the persistence is not from 0 to 1.
    """

    between: float
    within: float
    persistence: float
    noise: float

    def __post_init__(self) -> None:
        for name in ("between", "within", "noise"):
            require.not_negative(name, getattr(self, name))
        require.share("persistence", self.persistence)

    def covariance(self, years: int, noise: float) -> Floats:
        """Covariance matrix of what is observed in consecutive years.

        Parameters
        ----------
        years : int
        noise : float
            Variance of the noise of each year.

        Returns
        -------
        numpy.ndarray, shape (years, years)
        """
        gap = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
        matrix: Floats = self.between + self.within * self.persistence**gap + noise * np.eye(years)
        return matrix


def autocovariances(values: Floats, noise: Floats) -> pd.DataFrame:
    """Mean product of deviations some years apart, over units and years.

    Parameters
    ----------
    values : numpy.ndarray, shape (units, years)
        Deviations from what all units have in common in a year; nan where a year is missing.
    noise : numpy.ndarray, shape (units, years)
        Variance of the noise of each.

    Returns
    -------
    pandas.DataFrame
        lag (years), covariance (that of lag 0 without the noise), pairs.

    Raises
    ------
    ValueError
        If shapes differ or a variance is negative.
    """
    require.same_shape(values=values, noise=noise)
    require.not_negative("noise", noise[~np.isnan(noise)])
    rows = []
    for lag in range(min(LONGEST_LAG, values.shape[1] - 2) + 1):
        products = values[:, : values.shape[1] - lag] * values[:, lag:]
        own = float(np.nanmean(noise)) if lag == 0 else 0.0
        rows.append({"lag": lag, "covariance": np.nanmean(products) - own, "pairs": int(np.isfinite(products).sum())})
    return pd.DataFrame(rows)


def autocorrelations(values: Floats, noise: Floats, confidence_level: float = 0.95) -> pd.DataFrame:
    """Covariances some years apart over the variance, the noise taken off both, with intervals over units.

    Parameters
    ----------
    values, noise : numpy.ndarray, shape (units, years)
        As for `autocovariances`.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        lag (years, from one on), correlation, lower, upper, pairs.

    Raises
    ------
    ValueError
        As `autocovariances`; if the level is no probability, or there are fewer than two units.

    Notes
    -----
    The jackknife leaves out one unit with all its years (Miller 1974, Biometrika 61(1)), since a unit's years depend on
    each other; the quantile is Student's with one degree of freedom fewer than units.
    """
    require.level("confidence_level", confidence_level)
    units = len(values)
    if units < 2:
        raise ValueError(f"{units} unit; an interval over units needs two")

    def correlations(kept: npt.NDArray[np.bool_]) -> Floats:
        covariances = autocovariances(values[kept], noise[kept])["covariance"].to_numpy()
        ratios: Floats = covariances[1:] / covariances[0]
        return ratios

    table = autocovariances(values, noise).iloc[1:].reset_index(drop=True)
    found = correlations(np.ones(units, bool))
    without = np.array([correlations(np.arange(units) != left_out) for left_out in range(units)])
    errors = np.sqrt((units - 1) * without.var(axis=0))
    half = float(stats.t.isf((1 - confidence_level) / 2, units - 1)) * errors
    ends = {"correlation": found, "lower": found - half, "upper": found + half}
    return pd.DataFrame({"lag": table["lag"], **ends, "pairs": table["pairs"]})


def estimate_variance(values: Floats, noise: Floats) -> YearVariance:
    """Fit lasting, fading and noise variance to the autocovariances: between + within × persistence ** lag.

    Parameters
    ----------
    values, noise : numpy.ndarray, shape (units, years)
        As for `autocovariances`.

    Returns
    -------
    YearVariance

    Raises
    ------
    ValueError
        As `autocovariances`.

    Notes
    -----
    Weighted least squares with weights by the number of pairs; variances are kept from falling below zero. Where levels
    drift over decades, "lasting" means as long as the panel.
    """
    table = autocovariances(values, noise)
    lags, covariances = table["lag"].to_numpy(), table["covariance"].to_numpy()
    weights = np.sqrt(table["pairs"].to_numpy() / table["pairs"].max())
    total = max(float(covariances[0]), 1e-6)

    def residuals(x: Floats) -> Floats:
        between, within, persistence = x
        fitted: Floats = weights * (between + within * persistence**lags - covariances) / total
        return fitted

    start, upper = [0.6 * total, 0.4 * total, 0.7], [2 * total, 2 * total, 0.98]
    fit = least_squares(residuals, start, bounds=([0, 0, 0], upper))
    between, within, persistence = (float(value) for value in fit.x)
    return YearVariance(between, within, persistence, float(np.nanmean(noise)))


def simulate_levels(variance: YearVariance, units: int, years: int, generator: np.random.Generator) -> Floats:
    """Units that nothing is done to: a lasting level and a stationary deviation that fades, without noise.

    Parameters
    ----------
    variance : YearVariance
    units, years : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (units, years)
    """
    deviation = np.empty((units, years))
    deviation[:, 0] = generator.normal(0, np.sqrt(variance.within), units)
    news = np.sqrt(variance.within * (1 - variance.persistence**2))
    for year in range(1, years):
        deviation[:, year] = variance.persistence * deviation[:, year - 1] + generator.normal(0, news, units)
    levels: Floats = deviation + generator.normal(0, np.sqrt(variance.between), units)[:, None]
    return levels


def expected_change_of_chosen(covariance: Floats, select: Floats, change: Floats, quantile: float) -> float:
    """Mean change of normal units of which only those above a quantile are chosen.

    With all years jointly normal, the change has a linear regression on what is selected on, whose mean above the
    quantile is its standard deviation times φ(z) / (1 − quantile).

    Parameters
    ----------
    covariance : numpy.ndarray, shape (years, years)
    select : numpy.ndarray, shape (years,)
        Weights of the years in what is selected on.
    change : numpy.ndarray, shape (years,)
        Weights of the years in the change.
    quantile : float

    Returns
    -------
    float
        0 where nothing is selected on.

    Raises
    ------
    ValueError
        If a covariance or weight is missing, or the quantile is not from 0 to below 1.

    References
    ----------
    Barnett, van der Pols and Dobson (2005), International Journal of Epidemiology 34(1).
    """
    if not 0 <= quantile < 1:
        raise ValueError(f"quantile = {quantile}; it lies from 0 to below 1, such as 0.9.")
    require.finite("covariance", covariance)
    variance = float(require.finite("select", select) @ covariance @ select)
    if variance <= 0:
        return 0.0
    z = stats.norm.ppf(quantile)
    height = stats.norm.pdf(z) / (1 - quantile)
    return float(change @ covariance @ select / np.sqrt(variance) * height)


# --- covariances that a model has estimated ---------------------------------------------------------------------------


def expected_change(
    start: Floats, first: Floats, shared: Floats, last: Floats, noise_first: Floats, noise_last: Floats
) -> tuple[Floats, Floats]:
    """Change that is to be expected of each unit, given where it started, and how far it may stray from that.

    The observed last figure is regressed on the observed first: their covariance over the variance of the first, of
    which noise is a part.

    Parameters
    ----------
    start : numpy.ndarray, shape (units,)
        Observed first figure less the mean of all.
    first, shared, last : numpy.ndarray
        Variance of the first figure without noise, covariance of the two, variance of the last; they broadcast to
        (…, units).
    noise_first, noise_last : numpy.ndarray, shape (units,)
        Variances of the noise.

    Returns
    -------
    mean, deviation : numpy.ndarray, shape (…, units)
        Of the change from the first to the last observed figure.

    Raises
    ------
    ValueError
        If a variance of the noise is missing or negative.

    References
    ----------
    Galton (1886), Journal of the Anthropological Institute 15.
    """
    require.not_negative("noise_first", noise_first)
    require.not_negative("noise_last", noise_last)
    slope = shared / (first + noise_first)
    deviation: Floats = np.sqrt(last + noise_last - slope * shared)
    mean: Floats = (slope - 1) * start
    return mean, deviation
