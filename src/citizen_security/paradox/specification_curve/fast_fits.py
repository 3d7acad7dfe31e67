"""Every specification of a multiverse fitted, block by block, with tests and intervals.

Specifications on the same country-years with the same fixed effects and weights form a group, which the compiled
solver fits together; time and memory grow in proportion to the specifications.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.stats

from citizen_security.methods.arrays import Floats
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES, MINIMUM_RESIDUAL_DEGREES
from citizen_security.paradox.specification_curve.coding import Coded, encode
from citizen_security.paradox.specification_curve.multiverse import Grid, Multiverse, draws_of, outcome_values
from citizen_security.paradox.specification_curve.solver import (
    ESTIMATED,
    FEW_COUNTRIES,
    FEW_DEGREES,
    UNIDENTIFIED,
    Bounds,
    fit_groups,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


STATUS = {
    ESTIMATED: "estimated",
    FEW_COUNTRIES: f"fewer than {MINIMUM_COUNTRIES} countries",
    FEW_DEGREES: f"fewer than {MINIMUM_RESIDUAL_DEGREES} degrees of freedom",
    UNIDENTIFIED: "a regressor is constant or a combination of others",
}

# Samples fitted between two reports of progress, and between two points at which an interrupted curve resumes.
SAMPLES_A_BLOCK = 50

# What a block holds of each specification.
ARRAYS = ("positions", "estimates", "standard_errors", "degrees", "observations", "countries", "status", "influence")


@dataclass(frozen=True)
class Block:
    """Estimates of some specifications of a multiverse.

    Attributes
    ----------
    number : int
        Which block of the multiverse.
    positions : numpy.ndarray of int, shape (specifications,)
        Rows of the multiverse's specifications.
    estimates, standard_errors : numpy.ndarray, shape (specifications,)
        Outcome per unit of the driver; errors clustered by country; nan where there is no estimate.
    degrees : numpy.ndarray, shape (specifications,)
        Of freedom of the t statistic: one fewer than countries, and fewer where the driver is imputed.
    observations, countries, status : numpy.ndarray of int, shape (specifications,)
        Country-years, clusters, and a key of `STATUS`.
    influence : numpy.ndarray, shape (specifications, countries of the grid)
        What each country adds to the estimate's error, to first order; the squares sum to the squared standard error.
    """

    number: int
    positions: "NDArray[np.int64]"
    estimates: Floats
    standard_errors: Floats
    degrees: Floats
    observations: "NDArray[np.int64]"
    countries: "NDArray[np.int64]"
    status: "NDArray[np.int64]"
    influence: Floats


@dataclass(frozen=True)
class Curve:
    """A fitted multiverse.

    Attributes
    ----------
    multiverse : Multiverse
    estimates : pandas.DataFrame
        One row a specification that could be estimated: the choices, estimate, standard_error, t_statistic, p_value,
        lower, upper (outcome per unit of the driver), effect, effect_lower, effect_upper (standard deviations within
        countries of the outcome per standard deviation within countries of the driver), observations, countries.
    influence : numpy.ndarray, shape (specifications, countries of the grid)
        Of the standardized effects.
    not_estimated : pandas.DataFrame
        reason, specifications.
    confidence_level : float
    """

    multiverse: Multiverse
    estimates: pd.DataFrame
    influence: Floats
    not_estimated: pd.DataFrame
    confidence_level: float


def fit_curve(
    grid: Grid,
    multiverse: Multiverse,
    *,
    confidence_level: float = 0.95,
    progress: Callable[[int, int], object] | None = None,
    resume: Mapping[int, Block] | None = None,
) -> Curve:
    """Fit every specification of a multiverse.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
        From `build_multiverse` of the same grid.
    confidence_level : float
        Level of the intervals, above 0 and below 1; t distribution, one degree of freedom fewer than countries, and
        by Rubin's rules where the driver is imputed.
    progress : callable, optional
        Called after each block with the specifications done and all of them.
    resume : mapping of int to Block, optional
        Blocks fitted before, by number; they are not fitted again.

    Returns
    -------
    Curve
    """
    blocks, done = [], 0
    for block in fit_blocks(grid, multiverse, resume=resume):
        blocks.append(block)
        done += len(block.positions)
        if progress is not None:
            progress(done, len(multiverse.specifications))
    return assemble_curve(grid, multiverse, blocks, confidence_level)


def fit_blocks(grid: Grid, multiverse: Multiverse, *, resume: Mapping[int, Block] | None = None) -> Iterator[Block]:
    """Fit a multiverse block by block, so that what is done can be kept.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    resume : mapping of int to Block, optional
        Blocks fitted before, by number; they are yielded as they are.

    Yields
    ------
    Block
        In order of their numbers.
    """
    groups = list(multiverse.specifications.groupby("sample_id", sort=True).indices.values())
    coded = encode(grid, multiverse.specifications, multiverse.fields)
    for number, start in enumerate(range(0, len(groups), SAMPLES_A_BLOCK)):
        if resume is not None and number in resume:
            yield resume[number]
        else:
            positions = np.sort(np.concatenate(groups[start : start + SAMPLES_A_BLOCK]))
            yield _fit_block(grid, multiverse, coded, number, positions)


def standard_deviations(grid: Grid, multiverse: Multiverse) -> pd.DataFrame:
    """Spread within countries of every outcome and driver series, by which effects are made comparable.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse

    Returns
    -------
    pandas.DataFrame
        One row a specification: outcome_deviation and driver_deviation, over all country-years of the grid, in the
        units of the column; the same for every specification with the same column.
    """
    table = multiverse.specifications
    outcomes = {
        (outcome, release): _deviation(outcome_values(grid, str(outcome), str(release), "within"))
        for outcome, release in table[["outcome", "release"]].drop_duplicates().itertuples(index=False)
    }
    measures = {
        str(name): float(np.mean([_deviation(draw.columns[str(name)]) for draw in draws_of(grid, str(name))]))
        for name in table["measure"].unique()
    }
    keys = zip(table["outcome"].to_numpy(dtype=object), table["release"].to_numpy(dtype=object), strict=True)
    return pd.DataFrame(
        {
            "outcome_deviation": [outcomes[key] for key in keys],
            "driver_deviation": table["measure"].map(measures).to_numpy(dtype=float),
        },
        index=table.index,
    )


def assemble_curve(grid: Grid, multiverse: Multiverse, blocks: list[Block], confidence_level: float = 0.95) -> Curve:
    """Join blocks into a curve, with standardized effects, tests and intervals.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    blocks : list of Block
    confidence_level : float

    Returns
    -------
    Curve
    """
    order = np.argsort(np.concatenate([block.positions for block in blocks]))
    joined = {name: np.concatenate([getattr(block, name) for block in blocks])[order] for name in ARRAYS}
    reasons = pd.Series(joined["status"]).map(STATUS)
    counted = reasons[joined["status"] != ESTIMATED].value_counts().rename_axis("reason").rename("specifications")
    ok = joined["status"] == ESTIMATED
    scale = standard_deviations(grid, multiverse).iloc[joined["positions"][ok]]
    ratio = (scale["driver_deviation"] / scale["outcome_deviation"]).to_numpy()
    table = multiverse.specifications.iloc[joined["positions"][ok]].drop(columns="sample_id")
    found = _tested(table, {name: values[ok] for name, values in joined.items()}, ratio, confidence_level)
    return Curve(multiverse, found, joined["influence"][ok] * ratio[:, None], counted.reset_index(), confidence_level)


def _fit_block(grid: Grid, multiverse: Multiverse, coded: Coded, number: int, positions: "NDArray[np.int64]") -> Block:
    # Specifications of a group follow one another.
    order = positions[np.lexsort(coded.groups[positions].T[::-1])]
    groups = coded.groups[order]
    begins = np.flatnonzero(np.r_[True, (groups[1:] != groups[:-1]).any(axis=1)])
    size = len(order)
    estimates, errors, degrees = np.empty(size), np.empty(size), np.empty(size)
    counts, influence = np.empty((size, 3), dtype=np.int64), np.empty((size, len(grid.countries)))
    masks = multiverse.masks.reshape(-1, *grid.shape)
    fit_groups(
        coded.library, coded.weights, masks, groups[begins], np.append(begins, size), coded.specifications[order],
        Bounds(), estimates, errors, degrees, counts, influence,
    )  # fmt: skip
    observations, countries, status = counts.T
    return Block(number, order, estimates, errors, degrees, observations, countries, status, influence)


def _tested(
    table: pd.DataFrame, found: "dict[str, NDArray[np.float64]]", ratio: Floats, confidence_level: float
) -> pd.DataFrame:
    degrees = found["degrees"]
    statistic = found["estimates"] / found["standard_errors"]
    margin = scipy.stats.t.ppf((1 + confidence_level) / 2, degrees) * found["standard_errors"]
    lower, upper = found["estimates"] - margin, found["estimates"] + margin
    return table.assign(
        estimate=found["estimates"],
        standard_error=found["standard_errors"],
        t_statistic=statistic,
        p_value=2 * scipy.stats.t.sf(np.abs(statistic), degrees),
        lower=lower,
        upper=upper,
        effect=found["estimates"] * ratio,
        effect_lower=lower * ratio,
        effect_upper=upper * ratio,
        observations=found["observations"],
        countries=found["countries"],
    ).reset_index(drop=True)


def _deviation(values: Floats) -> float:
    counted = np.isfinite(values).sum(axis=1)
    kept = values[counted > 1]
    return float(np.sqrt(np.nanmean((kept - np.nanmean(kept, axis=1, keepdims=True)) ** 2)))
