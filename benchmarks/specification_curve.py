"""The specification curve against plain loops of pyfixest, linearmodels and statsmodels, on the same specifications."""

import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.comparison import Comparison, compare_seconds
from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.paradox.specification_curve.coding import encode
from citizen_security.paradox.specification_curve.fast_fits import fit_blocks, fit_curve
from citizen_security.paradox.specification_curve.joint_test import draw_assignments, exchangeable_countries
from citizen_security.paradox.specification_curve.multiverse import (
    Grid,
    Multiverse,
    build_multiverse,
    locate_samples,
    prepare_grid,
    specification_frame,
)
from citizen_security.paradox.specification_curve.permuted_fits import draw_cells, fit_assignments
from citizen_security.paradox.specification_curve.solver import (
    COUNTRY_EFFECTS,
    DRIVER,
    OTHERS,
    OUTCOME,
    TRENDS,
    WEIGHTS,
    YEAR_EFFECTS,
)
from citizen_security.paradox.specification_curve.thinning import thin_multiverse
from citizen_security.tables import catalog

Frame = tuple[pd.DataFrame, list[str], tuple[str, ...]]

# Another question, and draws of which a peer would need several fits each.
LEFT_OUT = ["estimator=pooled", "poverty_series=imputed"]

# Drawn at random from the whole curve; every peer stays below about twenty seconds.
DRAWN = 100

# Drawn at random where the peer is quick too: a random sample of the size of a small curve.
MANY = 1_000

# The smaller curve of the comparison of sizes holds every eighth sample.
PART = 8

# Of the joint test: its defaults would keep the peer busy for an hour.
PERMUTED, EXCHANGES = 200, 20

COEFFICIENTS, ERRORS = 1e-8, 1e-6


def comparisons() -> Iterator[Comparison]:
    """Specifications a second, ours on the whole curve, a peer's on a random sample of it; then both on one; growth."""
    country_year = catalog.load("country_year")
    choices = catalog.load("specification_choices")
    countries = sorted(country_year["iso3"].unique())

    def whole() -> tuple[Grid, Multiverse, pd.DataFrame]:
        grid = prepare_grid(country_year, countries)
        multiverse = build_multiverse(grid, choices, "poverty", LEFT_OUT)
        return grid, multiverse, fit_curve(grid, multiverse).estimates

    # The first call pays for imports, and for compiling where the machine code is not kept from before.
    first = prepare_grid(country_year, countries)
    fit_curve(first, thin_multiverse(build_multiverse(first, choices, "growth"), 100, seed=1))
    whole_seconds, (grid, multiverse, estimates) = _timed(whole)
    ours = len(multiverse.specifications) / whole_seconds
    drawn = np.sort(np.random.default_rng(2020).choice(len(estimates), DRAWN, replace=False))
    frames = [specification_frame(grid, multiverse, int(position)) for position in drawn]
    peers = {"pyfixest": fit_pyfixest, "linearmodels": fit_linearmodels, "statsmodels": fit_statsmodels}
    for name, fit in peers.items():
        fit(frames[0])
        seconds, found = _timed(partial(_loop, fit, frames))
        _same(name, found, estimates.iloc[drawn], errors=name == "pyfixest")
        yield Comparison(
            f"specification_curve_{name}",
            f"{len(multiverse.specifications):,} specifications with their samples; for the peer {DRAWN}, prepared",
            round(ours, 1),
            round(DRAWN / seconds, 1),
            f"a loop of {name}",
            round(ours * seconds / DRAWN, 1),
            "specifications per second",
        )
    yield from _same_samples(grid, multiverse, estimates, drawn, frames)
    yield _growth(grid, multiverse)
    yield _exchanges(grid, multiverse)


def fit_pyfixest(given: Frame) -> tuple[float, float]:
    import pyfixest

    frame, regressors, effects = given
    formula = f"outcome ~ {' + '.join(regressors)}" + (f" | {' + '.join(effects)}" if effects else "")
    exact = {"demeaner": pyfixest.MapDemeaner(fixef_tol=1e-10)} if effects else {}
    fit = pyfixest.feols(formula, data=frame, vcov={"CRV1": "iso3"}, weights="weight", fixef_rm="none", **exact)
    return float(fit.coef()["driver"]), float(fit.se()["driver"])


def fit_linearmodels(given: Frame) -> tuple[float, float]:
    from linearmodels.panel import PanelOLS

    frame, regressors, effects = given
    data = frame.set_index(["iso3", "year"])
    columns = data[regressors] if effects else data[regressors].assign(mean=1.0)
    model = PanelOLS(
        data["outcome"], columns, weights=data["weight"], entity_effects="iso3" in effects,
        time_effects="year" in effects, singletons=True,
    )  # fmt: skip
    fit = model.fit(cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True)
    return float(fit.params["driver"]), float(fit.std_errors["driver"])


def fit_statsmodels(given: Frame) -> tuple[float, float]:
    import statsmodels.formula.api as formulas

    frame, regressors, effects = given
    terms = [*regressors, *(f"C({effect})" for effect in effects)]
    with warnings.catch_warnings():
        # The country dummies make its joint test of all coefficients singular; it is not used.
        warnings.simplefilter("ignore")
        fit = formulas.wls(f"outcome ~ {' + '.join(terms)}", frame, weights=frame["weight"]).fit(
            cov_type="cluster", cov_kwds={"groups": frame["iso3"]}, use_t=True
        )
    return float(fit.params["driver"]), float(fit.bse["driver"])


@dataclass(frozen=True)
class Plain:
    """One specification as columns of the whole grid, countries one after the other, and its sample."""

    columns: Floats
    mask: Flags
    weights: Floats
    shape: tuple[int, int]
    country_effects: bool
    year_effects: bool
    trends: bool


def fit_numpy(given: Plain) -> tuple[float, float]:
    """Means taken out by country, dummies of years and trends as regressors, one system of normal equations.

    On these panels it takes two thirds of the time of a QR of the dummies, and half that of all dummies at once.
    """
    country, year = np.divmod(np.flatnonzero(given.mask), given.shape[1])
    kept = np.unique(country, return_inverse=True)[1]
    member = np.eye(kept[-1] + 1)[kept]
    held = [np.eye(given.shape[1])[year][:, np.unique(year)[1:]]] if given.year_effects else []
    trends = member[:, int(given.year_effects) :] * (year - year.mean())[:, None] if given.trends else member[:, :0]
    both, weights = np.hstack([given.columns[:, given.mask].T, *held, trends]), given.weights[given.mask]
    units = member if given.country_effects else np.ones((len(year), 1))
    means = (units.T @ (both * weights[:, None])) / (units.T @ weights)[:, None]
    left = (both - units @ means) * np.sqrt(weights)[:, None]
    outcome, design = left[:, 0], left[:, 1:]
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ (design.T @ outcome)
    scores = member.T @ ((outcome - design @ coefficients) * (design @ inverse[:, 0]))
    clusters, spent = member.shape[1], 1 + design.shape[1] - trends.shape[1]
    factor = clusters / (clusters - 1) * (len(year) - 1) / (len(year) - spent)
    return float(coefficients[0]), float(np.sqrt(factor * (scores**2).sum()))


def plain(grid: Grid, multiverse: Multiverse, position: int) -> Plain:
    """What `fit_numpy` needs, found beforehand."""
    row = multiverse.specifications.iloc[position]
    coded = encode(grid, multiverse.specifications.iloc[[position]], multiverse.fields)
    specification, group = coded.specifications[0], coded.groups[0]
    used = [specification[OUTCOME], specification[DRIVER], *specification[OTHERS:][specification[OTHERS:] >= 0]]
    return Plain(
        columns=coded.library[used].reshape(len(used), -1),
        mask=multiverse.masks[int(row["sample_id"])],
        weights=coded.weights[group[WEIGHTS]].ravel(),
        shape=grid.shape,
        country_effects=bool(group[COUNTRY_EFFECTS]),
        year_effects=bool(group[YEAR_EFFECTS]),
        trends=bool(group[TRENDS]),
    )


def _same_samples(
    grid: Grid, multiverse: Multiverse, estimates: pd.DataFrame, drawn: Integers, frames: list[Frame]
) -> Iterator[Comparison]:
    """Random samples alone, in which specifications share little: with pyfixest, and a larger one with numpy."""
    peer, _ = _timed(partial(_loop, fit_pyfixest, frames))
    yield _sample("specification_curve_sample", grid, _part(multiverse, drawn), peer, "a loop of pyfixest")
    many = np.sort(np.random.default_rng(2021).choice(len(estimates), MANY, replace=False))
    prepared = [plain(grid, multiverse, int(position)) for position in many]
    times, found = zip(*(_timed(partial(_loop, fit_numpy, prepared)) for _ in range(5)), strict=True)
    _same("numpy", found[0], estimates.iloc[many], errors=True)
    seconds = statistics.median(times)
    yield _sample("specification_curve_numpy", grid, _part(multiverse, many), seconds, "a loop of plain numpy")


def _part(multiverse: Multiverse, drawn: Integers) -> Multiverse:
    return replace(multiverse, specifications=multiverse.specifications.iloc[drawn].reset_index(drop=True))


def _sample(name: str, grid: Grid, chosen: Multiverse, peer: float, peer_name: str) -> Comparison:
    size = len(chosen.specifications)
    # Coefficients and errors, as the peers give them; tests, intervals and effects are left to both.
    ours = statistics.median(_timed(lambda: list(fit_blocks(grid, chosen)))[0] for _ in range(5))
    return Comparison(
        name,
        f"{size:,} random specifications on both sides, samples found beforehand",
        round(size / ours, 1),
        round(size / peer, 1),
        peer_name,
        round(peer / ours, 1),
        "specifications per second",
    )


def _growth(grid: Grid, multiverse: Multiverse) -> Comparison:
    """Speed on a part of the country-year samples and on all: equal where time grows in proportion."""
    table = multiverse.specifications
    part = replace(multiverse, specifications=table[table["sample_id"] % PART == 0].reset_index(drop=True))
    speeds = []
    for curve in (multiverse, part):
        times = [_timed(partial(fit_curve, grid, curve))[0] for _ in range(3)]
        speeds.append(len(curve.specifications) / statistics.median(times))
    whole, less = speeds
    return Comparison(
        "specification_curve_growth",
        f"{len(table):,} specifications against {len(part.specifications):,}; 1 where time grows in proportion",
        round(whole, 1),
        round(less, 1),
        f"ourselves with {len(part.specifications):,}",
        round(whole / less, 2),
        "specifications per second",
    )


def _exchanges(grid: Grid, multiverse: Multiverse) -> Comparison:
    """A part of the curve with exchanged paths: all exchanges at once against one curve after another."""
    part = draw_cells(multiverse, PERMUTED, seed=1)
    groups = exchangeable_countries(grid, part)
    drawn = draw_assignments(grid, groups, EXCHANGES, np.random.default_rng(1))

    def one_by_one() -> None:
        table = part.specifications.drop(columns="sample_id")
        for order in drawn:
            moved = {name: grid.columns[name][order] for name in table["measure"].unique()}
            exchanged = replace(grid, columns=grid.columns | moved)
            located, masks = locate_samples(exchanged, table, part.fields)
            fit_curve(exchanged, replace(part, specifications=located, masks=masks))

    return compare_seconds(
        "specification_curve_exchanges",
        f"{len(part.specifications)} specifications under {EXCHANGES} exchanges of the driver's paths",
        lambda: list(fit_assignments(grid, part, drawn)),
        one_by_one,
        "a curve for each exchange",
        pairs=3,
    )


def _loop[Given](fit: Callable[[Given], tuple[float, float]], frames: list[Given]) -> list[tuple[float, float]]:
    return [fit(frame) for frame in frames]


def _timed[Result](work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def _same(name: str, found: list[tuple[float, float]], estimates: pd.DataFrame, *, errors: bool) -> None:
    """A comparison of speeds is one of the same work: refuse to print it where the results differ."""
    coefficients, standard_errors = map(np.array, zip(*found, strict=True))
    # Relative to the standard error where the coefficient itself is next to nothing.
    scale = np.maximum(np.abs(estimates["estimate"]), estimates["standard_error"])
    worst = float((np.abs(coefficients - estimates["estimate"]) / scale).max())
    if worst > COEFFICIENTS:
        raise AssertionError(f"{name} and the curve differ by {worst:.1e} of a coefficient")
    # The small-sample factor is pyfixest's but for trends of countries, which it counts; the others' is another.
    if errors:
        alike = (estimates["trends"] == "none") | (name == "numpy")
        worst = float((np.abs(standard_errors / estimates["standard_error"] - 1))[alike].max())
        if worst > ERRORS:
            raise AssertionError(f"{name} and the curve differ by {worst:.1e} of a standard error")
