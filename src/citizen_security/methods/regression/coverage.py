"""How often intervals hold the truth where clusters are few and of unequal leverage, by simulation."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .bias_reduced import adjust
from .least_squares import LeastSquares, solve
from .wild_bootstrap import wild_bootstrap

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Correlation of a period's error, and driver, with the period before.
PERSISTENCE = 0.6

# Standard deviation over clusters of the logarithm of how far their driver moves.
UNEVENNESS = 0.8

BOOTSTRAP_DRAWS = 399


def simulated_coverage(
    clusters: int,
    designs: int = 20,
    outcomes: int = 500,
    bootstraps: int = 25,
    *,
    periods: int = 20,
    level: float = 0.95,
    seed: int = 2020,
) -> pd.DataFrame:
    """Share of intervals that hold a null effect, by kind.

    Clusters differ in how far their driver moves (log-normally), and errors are the larger where it moves further;
    both persist. The working model of CR2 holds none of this. Cluster and period effects are held constant.

    Parameters
    ----------
    clusters : int
    designs : int
        Draws of clusters and drivers.
    outcomes : int
        Draws of errors for each design.
    bootstraps : int
        Outcomes of each design for which the wild bootstrap is made.
    periods : int
    level : float
        That the intervals promise.
    seed : int

    Returns
    -------
    pandas.DataFrame
        clusters, method (`bias-reduced`, `clustered`, `wild bootstrap`), coverage (share), simulations, degrees
        (mean of Satterthwaite's, missing for others).
    """
    generator = np.random.default_rng(seed)
    held: dict[str, list[NDArray[np.float64]]] = {"bias-reduced": [], "clustered": [], "wild bootstrap": []}
    degrees = []
    for _ in range(designs):
        fit, scale = _design(clusters, periods, generator)
        errors = np.sqrt(scale)[:, None] * _persistent(clusters, periods, generator, outcomes)
        bias_reduced, clustered, satterthwaite = _by_t(fit, errors, level)
        held["bias-reduced"].append(bias_reduced)
        held["clustered"].append(clustered)
        held["wild bootstrap"].append(_by_bootstrap(fit, errors[:, :bootstraps], level))
        degrees.append(satterthwaite)
    return pd.DataFrame(
        {
            "clusters": clusters,
            "method": list(held),
            "coverage": [float(np.concatenate(kept).mean()) for kept in held.values()],
            "simulations": [sum(len(kept) for kept in found) for found in held.values()],
            "degrees": [float(np.mean(degrees)), np.nan, np.nan],
        }
    )


def _design(clusters: int, periods: int, generator: np.random.Generator) -> "tuple[LeastSquares, NDArray[np.float64]]":
    """A regression of nothing on one driver, and each row's scale."""
    scale = generator.lognormal(0, UNEVENNESS, clusters).repeat(periods)
    cluster, period = np.arange(clusters).repeat(periods), np.tile(np.arange(periods), clusters)
    driver = scale * _persistent(clusters, periods, generator, 1)[:, 0]
    dummies = np.equal.outer(period, np.arange(1, periods)).astype(float)
    design = _within(np.column_stack([driver, dummies]), clusters, periods)
    fit = solve(("driver",), design, np.zeros(len(driver)), clusters=cluster, periods=period, absorbed=clusters)
    return fit, scale


def _by_t(
    fit: LeastSquares, errors: "NDArray[np.float64]", level: float
) -> "tuple[NDArray[np.float64], NDArray[np.float64], float]":
    """Whether CR2's and CRV1's intervals include zero, outcome by outcome, and Satterthwaite's degrees of freedom."""
    from scipy.stats import t

    outcomes = _within(errors, fit.clusters, fit.observations // fit.clusters)
    coefficients = fit.inverse @ (fit.design.T @ outcomes)
    left = outcomes - fit.design @ coefficients
    adjusted = adjust(fit)
    degrees = float(adjusted.degrees_of_freedom[0])
    plain = (fit.design @ fit.inverse[0])[:, None]
    rows, correction = fit.observations, fit.clusters / (fit.clusters - 1)
    correction *= (rows - 1) / (rows - fit.parameters)
    reduced = np.sqrt((fit.by_cluster(adjusted.multipliers * left) ** 2).sum(axis=0))
    clustered = np.sqrt(correction * (fit.by_cluster(plain * left) ** 2).sum(axis=0))
    size, upper = np.abs(coefficients[0]), (1 + level) / 2
    return size <= t.ppf(upper, degrees) * reduced, size <= t.ppf(upper, fit.clusters - 1) * clustered, degrees


def _by_bootstrap(fit: LeastSquares, errors: "NDArray[np.float64]", level: float) -> "NDArray[np.float64]":
    outcomes = _within(errors, fit.clusters, fit.observations // fit.clusters).T
    return np.array(
        [
            wild_bootstrap(_with_outcome(fit, outcome), "driver", BOOTSTRAP_DRAWS, seed=draw).p_value() >= 1 - level
            for draw, outcome in enumerate(outcomes)
        ]
    )


def _with_outcome(fit: LeastSquares, outcome: "NDArray[np.float64]") -> LeastSquares:
    coefficients = fit.inverse @ (fit.design.T @ outcome)
    residuals = outcome - fit.design @ coefficients
    return replace(fit, outcome=outcome, coefficients=coefficients, residuals=residuals)


def _persistent(clusters: int, periods: int, generator: np.random.Generator, draws: int) -> "NDArray[np.float64]":
    """Autoregressive series of variance one, cluster after cluster; shape (clusters × periods, draws)."""
    news = generator.normal(size=(clusters, periods, draws))
    series = np.empty_like(news)
    series[:, 0] = news[:, 0]
    for period in range(1, periods):
        series[:, period] = PERSISTENCE * series[:, period - 1] + np.sqrt(1 - PERSISTENCE**2) * news[:, period]
    return series.reshape(clusters * periods, draws)


def _within(columns: "NDArray[np.float64]", clusters: int, periods: int) -> "NDArray[np.float64]":
    """Departures from each cluster's mean; rows run over the periods of one cluster after another."""
    blocks = columns.reshape(clusters, periods, -1)
    departures: NDArray[np.float64] = (blocks - blocks.mean(axis=1, keepdims=True)).reshape(columns.shape)
    return departures
