"""What a regression finds by chance when the driver drifts by itself: simulated drivers in the panel's own gaps.

Every unit's driver is replaced by a path that has nothing to do with the outcome: an autoregression with the unit's own
persistence and news. Whatever the regression then finds is chance, so the share of intervals that leave out zero is
their true rate of false findings in this very panel.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from .. import require
from ..arrays import Flags, Floats, Integers
from ..regression.least_squares import NotEstimable, within_groups
from .fixed_effects import LEAST_UNITS, NEGLIGIBLE
from .persistence import autoregressions
from .wide import WidePanel, change, complete_cells

Path = Literal["autoregression", "random walk"]
Form = Literal["levels", "changes"]

# Points of the rule that computes inverse square roots as an integral; the error falls by a constant factor a point,
# and is below 1e-6 for eigenvalues from 0.02 to 1.
NODES = 40

# Kinds of errors, from the least to the most cautious.
ERRORS = ("independent", "CRV1", "CR2")


@dataclass(frozen=True)
class ManyTests:
    """Tests of many drivers, one at a time, on one outcome.

    Attributes
    ----------
    estimates : numpy.ndarray, shape (drivers,)
    independent, clustered, bias_reduced : numpy.ndarray, shape (drivers,)
        The t of errors taken for independent, of the usual clustered errors (CRV1), and of CR2.
    residual_degrees : int
        Of errors taken for independent.
    degrees : numpy.ndarray, shape (drivers,)
        Satterthwaite's, of CR2.
    clusters : int
    """

    estimates: Floats
    independent: Floats
    clustered: Floats
    bias_reduced: Floats
    residual_degrees: int
    degrees: Floats
    clusters: int

    def p_values(self) -> dict[str, Floats]:
        """Two-sided p-values by the kinds of errors of `ERRORS`; shape (drivers,) each."""
        from scipy.stats import t as student

        kinds = (
            (self.independent, self.residual_degrees),
            (self.clustered, self.clusters - 1),
            (self.bias_reduced, self.degrees),
        )
        return {name: 2 * student.sf(np.abs(t), degrees) for name, (t, degrees) in zip(ERRORS, kinds, strict=True)}


@dataclass(frozen=True)
class Placebo:
    """The driver's own test beside those of simulated drivers.

    Attributes
    ----------
    observed, simulated : ManyTests
    confidence_level : float
    """

    observed: ManyTests
    simulated: ManyTests
    confidence_level: float

    def false_findings(self) -> dict[str, float]:
        """Share of simulated drivers whose interval leaves out zero, by the kind of errors."""
        limit = 1 - self.confidence_level
        return {name: float((p < limit).mean()) for name, p in self.simulated.p_values().items()}

    def p_value(self) -> float:
        """Share of simulated drivers whose CR2 p-value is as small as the observed one; the observed counts as one."""
        reduced, own = (tests.p_values()[ERRORS[-1]] for tests in (self.simulated, self.observed))
        return float((1 + (reduced <= own[0]).sum()) / (len(reduced) + 1))

    def reached_by_chance(self) -> float:
        """The absolute CR2 t that as few simulated drivers exceed as the level allows."""
        return float(np.quantile(np.abs(self.simulated.bias_reduced), self.confidence_level))


def placebo(
    panel: WidePanel,
    confidence_level: float = 0.95,
    *,
    path: Path = "autoregression",
    form: Form = "levels",
    draws: int = 999,
    seed: int = 2020,
) -> Placebo:
    """Test the driver, and simulated ones in its place, in the two-way regression or in first differences.

    Parameters
    ----------
    panel : WidePanel
    confidence_level : float
    path : {"autoregression", "random walk"}
        With each unit's own persistence (bias-corrected), or one for all; news of each unit's own spread. A unit with
        too few consecutive periods takes the medians of the others.
    form : {"levels", "changes"}
        Two-way effects on levels, or period effects on changes.
    draws : int
        Simulated drivers.
    seed : int

    Returns
    -------
    Placebo

    Raises
    ------
    NotEstimable
        If the sample cannot carry the regression.

    References
    ----------
    Granger and Newbold (1974), Journal of Econometrics 2(2); Bertrand, Duflo and Mullainathan (2004), Quarterly Journal
    of Economics 119(1); Bell and McCaffrey (2002), Survey Methodology 28(2), and Pustejovsky and Tipton (2018), Journal
    of Business and Economic Statistics 36(4), for CR2.
    """
    require.one_of("form", form, Form)
    require.level("confidence_level", confidence_level)
    require.some("draws", draws)
    paths = simulated_drivers(panel.driver, path, draws, seed)
    if form == "changes":
        outcome, driver, paths = change(panel.outcome), change(panel.driver), change(paths)
    else:
        outcome, driver = panel.outcome, panel.driver
    cells = complete_cells([outcome, driver])
    if int(cells.any(axis=1).sum()) < LEAST_UNITS:
        raise NotEstimable(f"fewer than {LEAST_UNITS} units are left. Add units, or lengthen the period.")
    drivers = np.column_stack([driver[cells], paths[:, cells].T])
    tests = many_tests(outcome[cells], drivers, cells, unit_effects=form == "levels")
    return Placebo(_part(tests, slice(0, 1)), _part(tests, slice(1, None)), confidence_level)


def simulated_drivers(driver: Floats, path: Path, draws: int, seed: int) -> Floats:
    """Paths that have nothing to do with anything, as persistent and variable as each unit's driver.

    Parameters
    ----------
    driver : numpy.ndarray, shape (units, periods)
    path : {"autoregression", "random walk"}
    draws, seed : int

    Returns
    -------
    numpy.ndarray, shape (draws, units, periods)
        Without gaps.

    Raises
    ------
    NotEstimable
        If no unit has enough consecutive periods.
    """
    require.one_of("path", path, Path)
    found = autoregressions(driver)
    if not found["persistence"].notna().any():
        raise NotEstimable("no unit has enough consecutive periods of the driver to say how persistent it is.")
    spread = found["innovation"].fillna(found["innovation"].median()).to_numpy()
    kept = found["persistence"].fillna(found["persistence"].median()).to_numpy()
    kept = np.ones_like(kept) if path == "random walk" else kept
    news = np.random.default_rng(seed).standard_normal((draws, *driver.shape)) * spread[:, None]
    paths: Floats = np.empty_like(news)
    # A random walk has no distribution that it keeps to, and where it starts is taken out with the unit's effect.
    paths[..., 0] = news[..., 0] * np.where(kept < 1, 1 / np.sqrt(np.maximum(1 - kept**2, 1e-12)), 1.0)
    for period in range(1, driver.shape[1]):
        paths[..., period] = kept * paths[..., period - 1] + news[..., period]
    return paths


def many_tests(outcome: Floats, drivers: Floats, cells: Flags, *, unit_effects: bool) -> ManyTests:
    """Regress one outcome on many drivers, one at a time, with both kinds of clustered errors.

    For a single driver with the effects taken out, a cluster's share of the residual maker is that of the effects less
    a matrix of rank one, so that CR2 for all drivers takes a few products of matrices.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (rows,)
        In the order of the cells.
    drivers : numpy.ndarray, shape (rows, drivers)
    cells : numpy.ndarray of bool, shape (units, periods)
    unit_effects : bool
        Whether unit effects are taken out besides those of periods.

    Returns
    -------
    ManyTests
    """
    unit, period = np.nonzero(cells)
    effects = _effects_basis(unit, period, unit_effects=unit_effects)
    driver, left = (values - effects @ (effects.T @ values) for values in (drivers, outcome[:, None]))
    spread = (driver**2).sum(axis=0)
    estimates = (driver * left).sum(axis=0) / spread
    residuals = left - driver * estimates
    places = [np.flatnonzero(unit == number) for number in np.unique(unit)]
    clusters, rows = len(places), len(outcome)
    scores = np.stack([(driver[place] * residuals[place]).sum(axis=0) for place in places])
    # Effects nested in the clusters are one parameter, as in `LeastSquares.parameters`.
    parameters = effects.shape[1] - (clusters - 1 if unit_effects else 0) + 1
    correction = clusters / (clusters - 1) * (rows - 1) / (rows - parameters)
    usual = np.sqrt(correction * (scores**2).sum(axis=0)) / spread
    adjusted = [_adjusted(effects[place], driver[place], spread) for place in places]
    meat = np.stack([(part * residuals[place]).sum(axis=0) for part, place in zip(adjusted, places, strict=True)])
    residual_degrees = rows - effects.shape[1] - 1
    return ManyTests(
        estimates=estimates,
        independent=estimates / np.sqrt((residuals**2).sum(axis=0) / residual_degrees / spread),
        clustered=estimates / usual,
        bias_reduced=estimates * spread / np.sqrt((meat**2).sum(axis=0)),
        residual_degrees=residual_degrees,
        degrees=_satterthwaite(adjusted, places, effects, driver, spread),
        clusters=clusters,
    )


def _effects_basis(unit: Integers, period: Integers, *, unit_effects: bool) -> Floats:
    """Orthonormal columns of the effects of periods, and of units or the constant."""
    dummies = np.equal.outer(period, np.unique(period)[1:]).astype(float)
    first = np.equal.outer(unit, np.unique(unit)).astype(float) if unit_effects else np.ones((len(unit), 1))
    others = within_groups(dummies, unit) if unit_effects else dummies - dummies.mean(axis=0)
    vectors, sizes, _ = np.linalg.svd(others, full_matrices=False)
    kept = vectors[:, sizes > NEGLIGIBLE * sizes[0]]
    basis: Floats = np.hstack([first / np.sqrt(first.sum(axis=0)), kept])
    return basis


def _adjusted(effects: Floats, driver: Floats, spread: Floats) -> Floats:
    """(I − H)^(−1/2) times the driver in one cluster, with H that of effects and driver; (rows, drivers).

    With B the cluster's block, B^(−1/2) v is 2/π times the integral of (B + s²)^(−1) v over s from zero, which for a
    matrix of rank one less than a diagonal is a quotient.
    """
    values, vectors = np.linalg.eigh(np.eye(len(effects)) - effects @ effects.T)
    seen = values > NEGLIGIBLE
    values, vectors = values[seen], vectors[:, seen]
    turned = vectors.T @ driver / np.sqrt(spread)
    angles = (np.arange(NODES) + 0.5) * np.pi / (2 * NODES)
    centre = np.sqrt(np.median(values))
    inverse = 1 / (values[:, None] + (centre * np.tan(angles)) ** 2)
    weights = centre / np.cos(angles) ** 2 / NODES
    share = 1 - inverse.T @ turned**2
    adjusted: Floats = vectors @ (turned * (inverse @ (weights[:, None] / share))) * np.sqrt(spread)
    return adjusted


def _satterthwaite(
    adjusted: list[Floats], places: list[Integers], effects: Floats, driver: Floats, spread: Floats
) -> Floats:
    """Degrees of freedom of the CR2 variance of each driver, with errors independent and alike; (drivers,)."""
    on_effects = np.stack([effects[place].T @ part for part, place in zip(adjusted, places, strict=True)])
    on_driver = np.stack([(driver[place] * part).sum(axis=0) for part, place in zip(adjusted, places, strict=True)])
    products = -np.einsum("gkd,hkd->dgh", on_effects, on_effects, optimize=True)
    products -= (on_driver[:, None] * on_driver[None] / spread).transpose(2, 0, 1)
    own = np.stack([(part**2).sum(axis=0) for part in adjusted])
    diagonal = np.arange(len(places))
    products[:, diagonal, diagonal] += own.T
    degrees: Floats = np.trace(products, axis1=1, axis2=2) ** 2 / (products**2).sum(axis=(1, 2))
    return degrees


def _part(tests: ManyTests, chosen: slice) -> ManyTests:
    names = ("estimates", "independent", "clustered", "bias_reduced", "degrees")
    return replace(tests, **{name: getattr(tests, name)[chosen] for name in names})
