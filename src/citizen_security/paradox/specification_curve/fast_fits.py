"""Least squares for thousands of specifications: what they share is computed once.

Specifications on the same country-years with the same fixed effects and weights form a group. Its fixed effects are
factored once (Frisch, Waugh and Lovell), every column is freed of them once, and the subsets of controls are then
solved together from one matrix of cross-products. Time and memory grow in proportion to the specifications.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.linalg
import scipy.stats

from citizen_security.methods.arrays import Flags, Floats
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES, MINIMUM_RESIDUAL_DEGREES, NEGLIGIBLE
from citizen_security.paradox.specification_curve.multiverse import (
    Grid,
    Multiverse,
    column_values,
    control_names,
    outcome_values,
    sample_weights,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Least eigenvalue of the regressors' correlations (after the fixed effects) at which they still count as distinct.
# Cross-products lose about its inverse in precision: 1e-7 keeps coefficients to 1e-8 of themselves.
DISTINCT = 1e-7

ESTIMATED, FEW_COUNTRIES, FEW_DEGREES, UNIDENTIFIED = range(4)
STATUS = {
    ESTIMATED: "estimated",
    FEW_COUNTRIES: f"fewer than {MINIMUM_COUNTRIES} countries",
    FEW_DEGREES: f"fewer than {MINIMUM_RESIDUAL_DEGREES} degrees of freedom",
    UNIDENTIFIED: "a regressor is constant or a combination of others",
}

# Samples fitted between two reports of progress, and between two points at which an interrupted curve resumes.
SAMPLES_A_BLOCK = 50

GROUP = ["sample_id", "release", "estimator", "lag", "year_effects", "weights"]


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
    observations, countries, status : numpy.ndarray of int, shape (specifications,)
        Country-years, clusters, and a key of `STATUS`.
    influence : numpy.ndarray, shape (specifications, countries of the grid)
        What each country adds to the estimate's error, to first order; the squares sum to the squared standard error.
    """

    number: int
    positions: "NDArray[np.int64]"
    estimates: Floats
    standard_errors: Floats
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
        Level of the intervals, above 0 and below 1; t distribution, one degree of freedom fewer than countries.
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
    cache: dict[tuple[str, ...], Floats] = {}
    for number, start in enumerate(range(0, len(groups), SAMPLES_A_BLOCK)):
        if resume is not None and number in resume:
            yield resume[number]
        else:
            positions = np.sort(np.concatenate(groups[start : start + SAMPLES_A_BLOCK]))
            yield _fit_block(grid, multiverse, number, positions, cache)


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
    measures = {str(name): _deviation(grid.columns[str(name)]) for name in table["measure"].unique()}
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
    joined = {
        name: np.concatenate([getattr(block, name) for block in blocks])[order]
        for name in ("positions", "estimates", "standard_errors", "observations", "countries", "status", "influence")
    }
    reasons = pd.Series(joined["status"]).map(STATUS)
    counted = reasons[joined["status"] != ESTIMATED].value_counts().rename_axis("reason").rename("specifications")
    ok = joined["status"] == ESTIMATED
    scale = standard_deviations(grid, multiverse).iloc[joined["positions"][ok]]
    ratio = (scale["driver_deviation"] / scale["outcome_deviation"]).to_numpy()
    table = multiverse.specifications.iloc[joined["positions"][ok]].drop(columns="sample_id")
    found = _tested(table, {name: values[ok] for name, values in joined.items()}, ratio, confidence_level)
    return Curve(multiverse, found, joined["influence"][ok] * ratio[:, None], counted.reset_index(), confidence_level)


def slopes(
    outcomes: Floats,
    regressors: Floats,
    subsets: Flags,
    targets: "NDArray[np.int64]",
    starts: "NDArray[np.int64]",
) -> "tuple[Floats, Floats, Flags]":
    """Coefficient of one regressor in each of many regressions, and each cluster's part in its error.

    Parameters
    ----------
    outcomes : numpy.ndarray, shape (rows, outcomes)
        Freed of the fixed effects and multiplied by the root of the weights, as are the regressors.
    regressors : numpy.ndarray, shape (rows, regressors)
    subsets : numpy.ndarray of bool, shape (regressions, regressors)
        Which regressors enter each regression.
    targets : numpy.ndarray of int, shape (regressions,)
        Whose coefficient is wanted; it must enter.
    starts : numpy.ndarray of int, shape (clusters,)
        First row of each cluster; rows of a cluster follow one another.

    Returns
    -------
    estimates : numpy.ndarray, shape (regressions, outcomes)
    influence : numpy.ndarray, shape (regressions, outcomes, clusters)
        The squares sum to the sandwich variance before its small-sample factor (Liang and Zeger 1986).
    identified : numpy.ndarray of bool, shape (regressions,)
        False where the regressors are linearly dependent; estimates are then nan.
    """
    rows, (count, width) = len(outcomes), subsets.shape
    norms = np.sqrt((regressors**2).sum(axis=0))
    norms = np.where(norms > 0, norms, 1.0)
    scaled = regressors / norms
    both = subsets[:, :, None] & subsets[:, None, :]
    products = np.where(both, scaled.T @ scaled, 0.0)
    diagonal = np.arange(width)
    products[:, diagonal, diagonal] = np.where(subsets, products[:, diagonal, diagonal], 1.0)
    identified = np.linalg.eigvalsh(products)[:, 0] > DISTINCT
    products[~identified] = np.eye(width)
    inverse = np.linalg.inv(products) * both
    coefficients = inverse @ (scaled.T @ outcomes)
    fitted = scaled @ coefficients.transpose(1, 0, 2).reshape(width, -1)
    residuals = outcomes[:, None, :] - fitted.reshape(rows, count, -1)
    which = np.arange(count)
    projected = scaled @ inverse[which, targets].T
    residuals *= projected[:, :, None]
    influence = np.add.reduceat(residuals, starts, axis=0).transpose(1, 2, 0) / norms[targets][:, None, None]
    estimates = coefficients[which, targets] / norms[targets][:, None]
    estimates[~identified] = np.nan
    return estimates, influence, identified


def free_of_effects(
    columns: Floats,
    weights: Floats,
    starts: "NDArray[np.int64]",
    years: "NDArray[np.int64]",
    *,
    country_effects: bool,
    year_effects: bool,
) -> Floats:
    """What is left of columns once the fixed effects (or the mean, where there are none) are taken out.

    Parameters
    ----------
    columns : numpy.ndarray, shape (rows, columns)
        Rows of a country follow one another.
    weights : numpy.ndarray, shape (rows,)
    starts : numpy.ndarray of int, shape (countries,)
        First row of each country.
    years : numpy.ndarray of int, shape (rows,)
        Any whole numbers that tell the years apart.
    country_effects, year_effects : bool

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        Exact weighted least-squares residuals, in the units of the columns.
    """
    if not country_effects:
        starts = np.zeros(1, dtype=np.int64)
    left = _less_means(columns, weights, starts)
    if not year_effects:
        return left
    dummies = (years[:, None] == np.unique(years)[None, 1:]).astype(float)
    root = np.sqrt(weights)[:, None]
    basis = _orthonormal(_less_means(dummies, weights, starts) * root)
    left = left - basis @ (basis.T @ (left * root)) / root
    # Once more: the first pass leaves rounding error of the size of the level, the second of the size of the rest.
    return left - basis @ (basis.T @ (left * root)) / root


def _fit_block(
    grid: Grid,
    multiverse: Multiverse,
    number: int,
    positions: "NDArray[np.int64]",
    cache: "dict[tuple[str, ...], Floats]",
) -> Block:
    size, table = len(positions), multiverse.specifications.iloc[positions]
    block = Block(
        number,
        positions,
        np.full(size, np.nan),
        np.full(size, np.nan),
        np.zeros(size, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
        np.full(size, FEW_COUNTRIES, dtype=np.int64),
        np.zeros((size, len(grid.countries))),
    )
    codes = {name: table[name].to_numpy(dtype=object) for name in (*GROUP, "outcome", "measure", "controls")}
    for rows in table.groupby(GROUP, sort=False).indices.values():
        _fit_group(grid, multiverse, block, np.asarray(rows), codes, cache)
    return block


@dataclass(frozen=True)
class _Group:
    """Specifications that share country-years, fixed effects and weights, each of their columns once.

    Attributes
    ----------
    outcomes, measures, subsets, controls : list of str
        Distinct outcomes, columns of the driver, subsets of the controls, and controls by name.
    country, year : numpy.ndarray of int, shape (rows,)
        Of each row, as positions in the grid; rows of a country follow one another.
    weights : numpy.ndarray, shape (rows,)
    country_effects, year_effects : bool
    """

    outcomes: list[str]
    measures: list[str]
    subsets: list[str]
    controls: list[str]
    country: "NDArray[np.int64]"
    year: "NDArray[np.int64]"
    weights: Floats
    country_effects: bool
    year_effects: bool


def _fit_group(
    grid: Grid,
    multiverse: Multiverse,
    block: Block,
    rows: "NDArray[np.int64]",
    codes: "dict[str, NDArray[np.object_]]",
    cache: "dict[tuple[str, ...], Floats]",
) -> None:
    """Fit the specifications that share country-years, fixed effects and weights."""
    own = {name: values[rows] for name, values in codes.items()}
    mask = multiverse.masks[own["sample_id"][0]]
    country, year = np.divmod(np.flatnonzero(mask), len(grid.years))
    present, starts = np.unique(country, return_index=True)
    block.observations[rows], block.countries[rows] = len(country), len(present)
    if len(present) < MINIMUM_COUNTRIES:
        return
    group = _group(own, country, year, sample_weights(grid, own["weights"][0], mask))
    values = _group_columns(grid, multiverse, mask, group, own, cache)
    left = _free_columns(values, group, starts)
    subsets, targets = _regressions(group.measures, group.subsets, group.controls)
    split = len(group.outcomes)
    estimates, influence, identified = slopes(left[:, :split], left[:, split:], subsets, targets, starts)
    factor, status = _small_sample(group, len(present), subsets, identified)
    which, outcome = _places(group, own)
    scaled = (influence * factor[:, None, None])[which, outcome]
    _write(block, rows, estimates[which, outcome], scaled, status[which], present)


def _group(
    own: "dict[str, NDArray[np.object_]]", country: "NDArray[np.int64]", year: "NDArray[np.int64]", weights: Floats
) -> _Group:
    outcomes, measures, subsets = (_distinct(own[name]) for name in ("outcome", "measure", "controls"))
    return _Group(
        outcomes=outcomes,
        measures=measures,
        subsets=subsets,
        controls=list(dict.fromkeys(name for subset in subsets for name in control_names(subset))),
        country=country,
        year=year,
        weights=weights,
        country_effects=own["estimator"][0] == "within",
        year_effects=own["year_effects"][0] == "yes",
    )


def _group_columns(
    grid: Grid,
    multiverse: Multiverse,
    mask: Flags,
    group: _Group,
    own: "dict[str, NDArray[np.object_]]",
    cache: "dict[tuple[str, ...], Floats]",
) -> Floats:
    """Outcomes, measures of the driver and controls of a group, shape (rows, columns)."""
    release, estimator, lag = (own[name][0] for name in ("release", "estimator", "lag"))
    columns = [_outcome(grid, outcome, release, estimator, cache) for outcome in group.outcomes]
    columns += [_column(grid, name, lag, estimator, cache) for name in group.measures]
    columns += [_column(grid, multiverse.fields[name], lag, estimator, cache) for name in group.controls]
    return np.stack([column[mask] for column in columns], axis=1)


def _free_columns(values: Floats, group: _Group, starts: "NDArray[np.int64]") -> Floats:
    """Columns of a group freed of its fixed effects and multiplied by the root of the weights."""
    effects = {"country_effects": group.country_effects, "year_effects": group.year_effects}
    left = free_of_effects(values, group.weights, starts, group.year, **effects) * np.sqrt(group.weights)[:, None]
    # Rounding is all that is left of a column that the effects absorb; what varies is compared with its own spread.
    absorbed = np.sqrt((left**2).mean(axis=0)) <= NEGLIGIBLE * np.maximum(
        values.std(axis=0), np.abs(values).max(axis=0)
    )
    left[:, absorbed] = 0.0
    return left


def _small_sample(
    group: _Group, clusters: int, subsets: Flags, identified: Flags
) -> "tuple[Floats, NDArray[np.int64]]":
    """Small-sample factor of the clustered error of each regression, and whether it can be estimated."""
    size = len(group.country)
    held = 1 + (len(np.unique(group.year)) - 1 if group.year_effects else 0)
    # As pyfixest and fixest count: regressors, the mean, year effects; country effects are nested in the clusters.
    spent = held + subsets.sum(axis=1)
    factor = np.sqrt(clusters / (clusters - 1) * (size - 1) / np.maximum(size - spent, 1))
    absorbed_countries = clusters - 1 if group.country_effects else 0
    status = np.where(identified, ESTIMATED, UNIDENTIFIED)
    return factor, np.where(size - spent - absorbed_countries < MINIMUM_RESIDUAL_DEGREES, FEW_DEGREES, status)


def _places(group: _Group, own: "dict[str, NDArray[np.object_]]") -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Regression and outcome of each specification of a group."""
    regressions = [(measure, subset) for measure in group.measures for subset in group.subsets]
    place = {key: index for index, key in enumerate(regressions)}
    which = np.array([place[key] for key in zip(own["measure"], own["controls"], strict=True)])
    return which, np.array([group.outcomes.index(name) for name in own["outcome"]])


def _regressions(measures: list[str], controls: list[str], names: list[str]) -> "tuple[Flags, NDArray[np.int64]]":
    """Which columns enter, for every measure of the driver with every subset of the controls."""
    subsets = np.zeros((len(measures) * len(controls), len(measures) + len(names)), dtype=bool)
    targets = np.repeat(np.arange(len(measures)), len(controls))
    subsets[np.arange(len(targets)), targets] = True
    entering = [[name in control_names(subset) for name in names] for subset in controls]
    subsets[:, len(measures) :] = np.tile(np.array(entering, dtype=bool).reshape(len(controls), -1), (len(measures), 1))
    return subsets, targets


def _write(
    block: Block,
    rows: "NDArray[np.int64]",
    estimates: Floats,
    influence: Floats,
    status: "NDArray[np.int64]",
    present: "NDArray[np.int64]",
) -> None:
    good = status == ESTIMATED
    block.status[rows] = status
    block.estimates[rows] = np.where(good, estimates, np.nan)
    block.standard_errors[rows] = np.where(good, np.sqrt((influence**2).sum(axis=1)), np.nan)
    block.influence[np.ix_(rows, present)] = np.where(good[:, None], influence, 0.0)


def _tested(
    table: pd.DataFrame, found: "dict[str, NDArray[np.float64]]", ratio: Floats, confidence_level: float
) -> pd.DataFrame:
    degrees = found["countries"] - 1
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


def _less_means(columns: Floats, weights: Floats, starts: "NDArray[np.int64]") -> Floats:
    sizes = np.diff(np.append(starts, len(columns)))
    sums = np.add.reduceat(columns * weights[:, None], starts, axis=0)
    means = sums / np.add.reduceat(weights, starts)[:, None]
    left: Floats = columns - np.repeat(means, sizes, axis=0)
    return left


def _orthonormal(columns: Floats) -> Floats:
    """Orthonormal basis of the space that columns span."""
    if columns.shape[1] == 0:
        return columns
    basis, triangle = scipy.linalg.qr(columns, mode="economic", check_finite=False)
    size = np.abs(np.diag(triangle))
    if size.min() > NEGLIGIBLE * size.max():
        return np.asarray(basis)
    # A panel in two pieces that share no year: some year effects are combinations of the others.
    basis, triangle, _ = scipy.linalg.qr(columns, mode="economic", pivoting=True, check_finite=False)
    size = np.abs(np.diag(triangle))
    return np.asarray(basis[:, size > NEGLIGIBLE * size[0]])


def _deviation(values: Floats) -> float:
    counted = np.isfinite(values).sum(axis=1)
    kept = values[counted > 1]
    return float(np.sqrt(np.nanmean((kept - np.nanmean(kept, axis=1, keepdims=True)) ** 2)))


def _distinct(values: "NDArray[np.object_]") -> list[str]:
    return list(dict.fromkeys(values))


def _column(grid: Grid, name: str, lag: str, estimator: str, cache: "dict[tuple[str, ...], Floats]") -> Floats:
    key = (name, lag, estimator)
    if key not in cache:
        cache[key] = column_values(grid, name, lag, estimator).ravel()
    return cache[key]


def _outcome(grid: Grid, outcome: str, release: str, estimator: str, cache: "dict[tuple[str, ...], Floats]") -> Floats:
    key = ("outcome", outcome, release, estimator)
    if key not in cache:
        cache[key] = outcome_values(grid, outcome, release, estimator).ravel()
    return cache[key]
