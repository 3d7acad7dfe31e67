"""Synthetic control against the obvious alternative: scipy's optimisers, one problem at a time."""

import time
from collections.abc import Iterator

import numpy as np
from scipy.optimize import minimize

from benchmarks.comparison import Comparison, compare_seconds, of_seconds, seconds
from citizen_security.methods.arrays import Floats
from citizen_security.methods.synthetic_control.counterfactuals import Problems, noise_of
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.methods.synthetic_control.placebos import placebos_in_space_and_time
from citizen_security.methods.synthetic_control.predictors import PredictorControl, fit_with_predictors
from citizen_security.methods.synthetic_control.simplex import fit_simplex
from citizen_security.methods.synthetic_control.synthetic_difference import (
    standard_error,
    synthetic_difference_in_differences,
)

# The panel that most papers use has 38 donors and 19 periods before the start.
DONORS, BEFORE, PERIODS, PREDICTORS = 38, 19, 31, 7
# Placebos in both: every donor at every start.
MANY_DONORS, DATES, HORIZON = 99, 13, 4

# Losses of the peer are its own to about this.
EQUAL = 1e-6
# Problems that the peer is timed on.
FEW = 20

SEED = 18


def comparisons() -> Iterator[Comparison]:
    """Checks that both sides give the same numbers, then times them."""
    yield _weights()
    yield from _placebos()
    yield _difference()
    yield from _predictors()


def drawn(units: int, periods: int, before: int, seed: int = SEED) -> TreatedPanel:
    """A panel on three factors."""
    random = np.random.default_rng(seed)
    loadings = 3 * random.dirichlet(np.ones(3), size=units)
    paths = random.normal(size=(3, periods)).cumsum(axis=1)
    return TreatedPanel.of_table(100 + 5 * loadings @ paths + random.normal(size=(units, periods)), before=before)


def slsqp(target: Floats, donors: Floats, ridge: float = 0.0) -> Floats:
    """Weights on the simplex by sequential quadratic programming, with its derivatives given.

    Distances in units of their own size: in those of the outcome the search often ends where it begins.
    """
    number = len(donors)
    size = float(np.abs(donors - target).max())
    rows, scaled_ridge = (donors - target) / size, ridge / size**2
    found = minimize(
        lambda weights: ((weights @ rows) ** 2).sum() + scaled_ridge * (weights**2).sum(),
        np.full(number, 1 / number),
        jac=lambda weights: 2 * rows @ (weights @ rows) + 2 * scaled_ridge * weights,
        method="SLSQP",
        bounds=[(0, 1)] * number,
        constraints={
            "type": "eq", "fun": lambda weights: weights.sum() - 1, "jac": lambda weights: np.ones((1, number))
        },
        options={"ftol": 1e-12, "maxiter": 1_000},
    )  # fmt: skip
    weights: Floats = found.x
    return weights


def _loss(target: Floats, donors: Floats, weights: Floats) -> float:
    return float(((target - weights @ donors) ** 2).sum())


def _weights() -> Comparison:
    panels = [drawn(DONORS + 1, PERIODS, BEFORE, seed) for seed in range(FEW)]
    problems = [(panel.target[:BEFORE], panel.donor_outcomes[:, :BEFORE]) for panel in panels]
    for target, donors in problems:
        ours = _loss(target, donors, fit_simplex(target, donors).weights[0])
        peer = _loss(target, donors, slsqp(target, donors))
        if not ours <= peer * (1 + EQUAL) + EQUAL or not peer <= ours * (1 + 1e-3) + EQUAL:
            raise AssertionError(f"losses differ: {ours:g} and {peer:g}")
    return compare_seconds(
        "synthetic_control_weights",
        f"{FEW} problems of {DONORS} donors and {BEFORE} periods, one call each",
        lambda: [fit_simplex(*problem) for problem in problems],
        lambda: [slsqp(*problem) for problem in problems],
        "scipy's SLSQP with derivatives",
        pairs=3,
        of=min,
    )


def _placebos() -> Iterator[Comparison]:
    """All of ours; of the peer a few, and its time as many times as long."""
    before = 3 + DATES - 1 + HORIZON - 1
    panel = drawn(MANY_DONORS + 1, before + HORIZON, before)
    found = placebos_in_space_and_time(panel, statistic="mean_gap", horizon=HORIZON)
    # Later starts have more periods than the series have factors: their weights are all but unique.
    donors, date = panel.donor_outcomes, panel.before
    peers, taken = [], 0.0
    for place in range(FEW):
        others = np.delete(donors, place, axis=0)
        start = time.perf_counter()
        weights = slsqp(donors[place, :date], others[:, :date])
        taken += time.perf_counter() - start
        peers.append(_loss(donors[place, :date], others[:, :date], weights))
        best = fit_simplex(donors[place, :date], others[:, :date]).weights[0]
        if not _loss(donors[place, :date], others[:, :date], best) <= peers[-1] * (1 + EQUAL) + EQUAL:
            raise AssertionError(f"the loss of placebo {place} is above the peer's")
        gap = float((donors[place] - best @ others)[date:].mean())
        np.testing.assert_allclose(found.placebos[place, -1], gap, atol=EQUAL)
    ours = min(
        seconds(lambda: placebos_in_space_and_time(panel, statistic="mean_gap", horizon=HORIZON)) for _ in range(3)
    )
    number = found.placebos.size
    yield of_seconds(
        "synthetic_control_placebos",
        f"{found.placebos.shape[0]} donors × {found.placebos.shape[1]} dates, tied weights of least norm",
        ours,
        taken * number / FEW,
        f"scipy's SLSQP, {FEW} of them timed",
    )
    half = drawn((MANY_DONORS + 1) // 2, before + HORIZON, before)
    smaller = min(
        seconds(lambda: placebos_in_space_and_time(half, statistic="mean_gap", horizon=HORIZON)) for _ in range(3)
    )
    yield of_seconds(
        "synthetic_control_placebos_growth",
        f"{number} placebos against {len(half.donors) * found.placebos.shape[1]}",
        ours,
        smaller,
        "ourselves with half the donors, each of which has half as many",
    )


def _difference() -> Comparison:
    panel = drawn(DONORS + 1, PERIODS, BEFORE)
    fit = synthetic_difference_in_differences(panel)
    placebos = standard_error(fit).effects
    noise = float(noise_of(Problems.of_panel(panel))[0])
    peers = np.array([_effect_by_slsqp(panel, place, noise) for place in range(FEW // 4)])
    # The peer stops where its loss no longer moves, which leaves three digits of the weights of periods.
    np.testing.assert_allclose(placebos[: len(peers)], peers, atol=5e-3)
    ours = min(seconds(lambda: standard_error(synthetic_difference_in_differences(panel))) for _ in range(3))
    peer = seconds(lambda: [_effect_by_slsqp(panel, place, noise) for place in range(FEW // 4)])
    return of_seconds(
        "synthetic_control_difference",
        f"synthetic difference-in-differences with all {DONORS} placebos",
        ours,
        peer * (DONORS + 1) / (FEW // 4),
        f"scipy's SLSQP, {FEW // 4} of them timed",
    )


def _effect_by_slsqp(panel: TreatedPanel, place: int, noise: float) -> float:
    target, donors = panel.donor_outcomes[place], np.delete(panel.donor_outcomes, place, axis=0)
    before, after = panel.before, panel.after
    centred = donors[:, :before] - donors[:, :before].mean(axis=1, keepdims=True)
    own = target[:before] - target[:before].mean()
    units = slsqp(own, centred, ridge=np.sqrt(after) * noise**2 * before)
    late = donors[:, before:].mean(axis=1)
    early = donors[:, :before] - donors[:, :before].mean(axis=0)
    times = slsqp(late - late.mean(), early.T, ridge=1e-12 * noise**2 * len(donors))
    contrast = np.append(-times, np.full(after, 1 / after))
    return float((target - units @ donors) @ contrast)


def _predictors() -> Iterator[Comparison]:
    """Sixty starts of ours against one of the peer's, as libraries have it: Nelder and Mead about SLSQP."""
    panel = drawn(DONORS + 1, PERIODS, BEFORE)
    random = np.random.default_rng(SEED)
    means = panel.outcomes[:, :BEFORE].mean(axis=1, keepdims=True)
    columns = np.column_stack([means + random.normal(size=(DONORS + 1, 4)), panel.outcomes[:, [5, 10, 18]]])
    found = fit_with_predictors(panel, columns)
    start = time.perf_counter()
    peer_loss, tried = _search_by_scipy(panel, columns)
    taken = time.perf_counter() - start
    _no_worse(found, peer_loss)
    ours = min(seconds(lambda: fit_with_predictors(panel, columns)) for _ in range(3))
    yield of_seconds(
        "synthetic_control_predictors",
        f"weights of {PREDICTORS} predictors: ours {len(found.losses)} starts, {found.tried:,} tried, and the set",
        ours,
        taken,
        f"scipy's Nelder–Mead from one start, {tried} tried",
    )
    yield Comparison(
        "synthetic_control_predictors_loss",
        "mean squared gap before the start where the search ends",
        float(f"{found.losses[0]:.4g}"),
        float(f"{peer_loss:.4g}"),
        "scipy's Nelder–Mead from one start",
        round(peer_loss / float(found.losses[0]), 2),
        "squared units of the outcome",
    )


def _no_worse(found: PredictorControl, peer_loss: float) -> None:
    if not found.losses[0] <= peer_loss * (1 + EQUAL):
        raise AssertionError(f"our fit {found.losses[0]:g} is worse than the peer's {peer_loss:g}")


def _search_by_scipy(panel: TreatedPanel, columns: Floats) -> tuple[float, int]:
    scaled = columns / columns.std(axis=0, ddof=1)

    def loss(logs: Floats) -> float:
        root = np.sqrt(np.exp(logs - logs.max()))
        weights = slsqp(scaled[0] * root, scaled[1:] * root)
        return _loss(panel.target[:BEFORE], panel.donor_outcomes[:, :BEFORE], weights) / BEFORE

    found = minimize(loss, np.zeros(columns.shape[1]), method="Nelder-Mead", options={"maxfev": 200})
    return float(found.fun), int(found.nfev)
