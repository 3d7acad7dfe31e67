"""Whether a specification curve as a whole is more than chance, and the interval of its median.

The specifications of a curve share their data, so their estimates are no independent votes. The joint test asks how
often a curve at least as far from zero arises when the driver's paths are handed to the wrong countries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.randomisation import count_as_extreme, p_value, p_value_interval
from citizen_security.methods.resampling import WEBB, symmetric_weights
from citizen_security.paradox.specification_curve.fast_fits import Curve
from citizen_security.paradox.specification_curve.multiverse import Grid, Multiverse
from citizen_security.paradox.specification_curve.permuted_fits import fit_assignments

if TYPE_CHECKING:
    from numpy.typing import NDArray


MINIMUM_EXCHANGED = 8

STATISTICS = ("median_effect", "share_significant", "mean_t")

# Curves whose statistic equals that of the data up to rounding are as extreme.
TIE = 1e-12

# Specifications between two reports of progress.
REPORTED = 50


class NotTestable(ValueError):
    """A joint test that the data cannot carry."""


@dataclass(frozen=True)
class PermutationTest:
    """Joint test of a curve.

    Attributes
    ----------
    observed : dict of str to float
        Statistics of the curve tested.
    permuted : pandas.DataFrame
        One row a permutation, one column a statistic.
    p_values : pandas.DataFrame
        statistic, observed, p_value, lower, upper (95% limits of the p-value for the number of permutations drawn).
    specifications : int
        Specifications of the curve tested.
    exchanged : tuple of tuple of str
        Countries that exchange their paths, group by group.
    """

    observed: dict[str, float]
    permuted: pd.DataFrame
    p_values: pd.DataFrame
    specifications: int
    exchanged: tuple[tuple[str, ...], ...]


def curve_statistics(estimates: pd.DataFrame, confidence_level: float = 0.95) -> dict[str, float]:
    """Statistics of a curve, after Simonsohn, Simmons and Nelson (2020).

    Parameters
    ----------
    estimates : pandas.DataFrame
        effect, t_statistic, p_value.
    confidence_level : float
        An estimate is significant where its p-value is below one minus this.

    Returns
    -------
    dict
        median_effect (standardized), share_significant (with the sign that more significant estimates have; share of
        all), mean_t, share_positive.
    """
    significant = estimates["p_value"] < 1 - confidence_level
    positive = estimates["effect"] > 0
    return {
        "median_effect": float(estimates["effect"].median()),
        "share_significant": float(max((significant & positive).mean(), (significant & ~positive).mean())),
        "mean_t": float(estimates["t_statistic"].mean()),
        "share_positive": float(positive.mean()),
    }


def permutation_test(
    grid: Grid,
    multiverse: Multiverse,
    *,
    permutations: int = 199,
    seed: int = 0,
    confidence_level: float = 0.95,
    progress: Callable[[int, int], object] | None = None,
) -> PermutationTest:
    """Test a whole curve by handing the driver's paths to other countries.

    The null hypothesis: which country has which path of the driver is unrelated to homicide, the controls, population
    and what is missing of them; every assignment of the paths to the countries that exchange them is equally likely.
    A path is all that is known of the driver in a country, every line and series, gaps included, in the years it
    belongs to; so serial correlation, the common trend of the paths and that of homicide stay as they are. Countries
    without any figure of the driver keep theirs, and countries with many figures exchange only among themselves, as
    do those with few. Samples are found anew for every assignment. The p-value counts the observed curve among the
    assignments and is exact under this null.

    It does not test the weaker hypothesis that the driver's coefficient is zero while the driver goes with the
    controls: then the paths are not exchangeable.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
        Of the same grid; often a part of it, from `draw_cells`.
    permutations : int
    seed : int
    confidence_level : float
    progress : callable, optional
        Called now and then with the specifications done and all of them.

    Returns
    -------
    PermutationTest

    Raises
    ------
    NotTestable
        If too few countries have a figure of the driver to exchange paths, or no specification can be estimated.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4.
    """
    exchanged = exchangeable_countries(grid, multiverse)
    order = np.arange(len(grid.countries))
    drawn = draw_assignments(grid, exchanged, permutations, np.random.default_rng(seed))
    # The countries' own paths come first: what is observed is computed as what it is compared with.
    effects, statistics, p_values = _fit_all(grid, multiverse, np.vstack([order, drawn]), progress)
    if not np.isfinite(effects[:, 0]).any():
        raise NotTestable("no specification of the curve can be estimated, so there is nothing to test.")
    rows = []
    for number in range(permutations + 1):
        found = {"effect": effects[:, number], "t_statistic": statistics[:, number], "p_value": p_values[:, number]}
        rows.append(curve_statistics(pd.DataFrame(found).dropna(), confidence_level))
    observed, permuted = rows[0], pd.DataFrame(rows[1:])
    return PermutationTest(observed, permuted, _p_values(observed, permuted), len(effects), exchanged)


def exchangeable_countries(grid: Grid, multiverse: Multiverse) -> tuple[tuple[str, ...], ...]:
    """Countries that exchange paths: those with many figures of the driver, and those with few.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse

    Returns
    -------
    tuple of tuple of str
        One or two groups; countries without a figure are in none.

    Raises
    ------
    NotTestable
        If too few countries have a figure.
    """
    columns = [str(name) for name in multiverse.specifications["measure"].unique()]
    figures = sum(np.isfinite(grid.columns[name]).sum(axis=1) for name in columns)
    counts = pd.Series(figures, index=list(grid.countries))
    counts = counts[counts > 0].sort_values(kind="stable")
    if len(counts) < MINIMUM_EXCHANGED:
        raise NotTestable(
            f"only {len(counts)} countries have a figure of {multiverse.driver}; exchanging their paths says nothing "
            f"with fewer than {MINIMUM_EXCHANGED}. Add countries."
        )
    half = len(counts) // 2
    if half < MINIMUM_EXCHANGED:
        return (tuple(counts.index),)
    return tuple(counts.index[:half]), tuple(counts.index[half:])


def draw_assignments(
    grid: Grid, exchanged: tuple[tuple[str, ...], ...], permutations: int, generator: np.random.Generator
) -> "NDArray[np.int64]":
    """Whose path each country gets, at random within groups.

    Parameters
    ----------
    grid : Grid
    exchanged : tuple of tuple of str
        From `exchangeable_countries`.
    permutations : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (permutations, countries)
        Rows of the grid.
    """
    drawn = np.tile(np.arange(len(grid.countries)), (permutations, 1))
    for group in exchanged:
        rows = np.array([grid.countries.index(iso3) for iso3 in group])
        drawn[:, rows] = generator.permuted(np.tile(rows, (permutations, 1)), axis=1)
    return drawn


def median_interval(curve: Curve, *, draws: int = 999, seed: int = 0) -> tuple[float, float]:
    """Interval of the median effect over countries drawn anew, at the curve's confidence level.

    Every country's part in the error of every specification is multiplied by one random weight of mean zero and
    variance one, the same in all specifications (a multiplier bootstrap with the six-point weights of Webb 2023), so
    that what the specifications share is kept. Like any interval clustered on few countries it tends to be short.

    Parameters
    ----------
    curve : Curve
    draws : int
    seed : int

    Returns
    -------
    tuple of float
        In the units of `effect`.
    """
    shifts = _median_shifts(curve, draws, seed)
    tail = (1 - curve.confidence_level) / 2
    middle = float(np.median(curve.estimates["effect"]))
    below, above = np.quantile(shifts, [tail, 1 - tail])
    return middle + min(float(below), 0.0), middle + max(float(above), 0.0)


def multiplier_test(curve: Curve, *, draws: int = 9_999, seed: int = 0) -> float:
    """Probability of a median as far from zero if every coefficient were zero, by the multiplier bootstrap.

    The null is weaker than that of `permutation_test`: the driver may go with the controls and with what is missing, as
    long as its coefficients are zero. It stands on large numbers of countries; with few it rejects too often.

    Parameters
    ----------
    curve : Curve
    draws : int
    seed : int

    Returns
    -------
    float
        From 1 / (draws + 1) to 1.
    """
    middle = float(np.median(curve.estimates["effect"]))
    return p_value(count_as_extreme(_median_shifts(curve, draws, seed), middle, alternative="different"), draws)


def _fit_all(
    grid: Grid,
    multiverse: Multiverse,
    assignments: "NDArray[np.int64]",
    progress: Callable[[int, int], object] | None,
) -> tuple[Floats, Floats, Floats]:
    """Effects, t statistics and p-values, each of shape (specifications, assignments)."""
    total = len(multiverse.specifications)
    found = np.full((3, total, len(assignments)), np.nan)
    done = 0
    for cell in fit_assignments(grid, multiverse, assignments):
        found[:, cell.positions] = cell.effects, cell.t_statistics, cell.p_values
        done += len(cell.positions)
        if progress is not None and (done == total or done % REPORTED < len(cell.positions)):
            progress(done, total)
    effects, statistics, p_values = found
    return effects, statistics, p_values


def _median_shifts(curve: Curve, draws: int, seed: int) -> Floats:
    """How far random weights of the countries move the median, to first order; shape (draws,)."""
    generator = np.random.default_rng(seed)
    weights = symmetric_weights(WEBB[::-1], (curve.influence.shape[1], draws), generator)
    effects = curve.estimates["effect"].to_numpy()
    # The median moves, to first order, by the mean shift of the specifications around it: the middle tenth.
    low, high = np.quantile(effects, [0.45, 0.55])
    around = (effects >= low) & (effects <= high)
    shifts: Floats = curve.influence[around].mean(axis=0) @ weights
    return shifts


def _p_values(observed: dict[str, float], permuted: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name in STATISTICS:
        # A curve without an estimate is missing and counts against the finding.
        extreme = count_as_extreme(permuted[name], observed[name], alternative="different", tie=TIE)
        ends = p_value_interval(extreme, len(permuted))
        rows.append((name, observed[name], p_value(extreme, len(permuted)), *ends))
    return pd.DataFrame(rows, columns=["statistic", "observed", "p_value", "lower", "upper"])
