"""Synthetic control against the obvious alternatives, one problem at a time.

The libraries that have it are none of our dependencies: what they do is written here. pysyncon hands
its quadratic programme to scipy's SLSQP without derivatives; synthdid, in R and in Python, takes steps of Frank and
Wolfe. Beside them stands SLSQP as one would call it who knows the derivatives.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, minimize

from benchmarks.comparison import Comparison, of_seconds, seconds
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
# Where a peer stops as its loss no longer moves, the loss is still above the least by about this share of it.
NEAR = 1e-3
# Problems that the peer is timed on, and how often both sides are; passes of ours in each, and problems in one call.
FEW, ROUNDS, PASSES, MANY = 20, 5, 50, 1_000
# Most steps of Frank and Wolfe before and after light weights are dropped; the share of the squared noise that the last
# one must take off the mean loss.
FIRST_STEPS, STEPS, LEAST_FALL = 100, 10_000, 1e-10

SEED = 18


def comparisons() -> Iterator[Comparison]:
    """Checks that both sides give the same numbers, then times them."""
    yield from _weights()
    yield from _placebos()
    yield from _difference()
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


def without_derivatives(target: Floats, donors: Floats) -> Floats:
    """Weights on the simplex as pysyncon has them: `w_optimize` with equal weights of all periods.

    In the outcome's own units, as there: in those of its spread, or of its distances, the search takes longer and ends
    further from the least loss.
    """
    number = len(donors)
    products, pulls = donors @ donors.T, donors @ target
    found = minimize(
        lambda weights: 0.5 * weights @ products @ weights - pulls @ weights,
        np.full(number, 1 / number),
        method="SLSQP",
        bounds=Bounds(np.zeros(number), np.ones(number)),
        constraints=LinearConstraint(np.ones((1, number)), 1.0, 1.0),
        options={"maxiter": 1_000},
    )
    # Its sums are one up to its tolerance, which lowers the loss of series far from zero.
    weights: Floats = found.x / found.x.sum()
    return weights


def frank_wolfe(target: Floats, donors: Floats, ridge: float, least_fall: float) -> Floats:
    """Weights on the simplex as synthdid has them: steps, then more from the heavier weights alone."""
    weights: Floats = np.full(len(donors), 1 / len(donors))
    ended = weights
    for steps in (FIRST_STEPS, STEPS):
        losses: list[float] = []
        while len(losses) < steps and (len(losses) < 2 or losses[-2] - losses[-1] > least_fall):
            left = weights @ donors - target
            slopes = donors @ left + ridge * weights
            best = int(slopes.argmin())
            way = -weights
            way[best] += 1
            along = way @ donors
            curve = along @ along + ridge * way @ way
            weights = weights + (np.clip(-(slopes @ way) / curve, 0, 1) if curve > 0 else 0.0) * way
            left = weights @ donors - target
            losses.append(float(left @ left + ridge * weights @ weights))
        heavy = np.where(weights > weights.max() / 4, weights, 0.0)
        weights, ended = heavy / heavy.sum(), weights
    return ended


def _loss(target: Floats, donors: Floats, weights: Floats) -> float:
    return float(((target - weights @ donors) ** 2).sum())


def _weights() -> Iterator[Comparison]:
    panels = [drawn(DONORS + 1, PERIODS, BEFORE, seed) for seed in range(FEW)]
    problems = [(panel.target[:BEFORE], panel.donor_outcomes[:, :BEFORE]) for panel in panels]
    peers = {
        "synthetic_control_weights": (slsqp, problems, "scipy's SLSQP with derivatives"),
        "synthetic_control_weights_library": (
            without_derivatives, problems[: FEW // 4], "pysyncon's way: scipy's SLSQP without derivatives"
        ),
    }  # fmt: skip
    for name, (peer, asked, peer_name) in peers.items():
        for target, donors in asked:
            ours, other = (_loss(target, donors, weights) for weights in (
                fit_simplex(target, donors).weights[0], peer(target, donors)
            ))  # fmt: skip
            if not ours <= other * (1 + EQUAL) + EQUAL or not other <= ours * (1 + NEAR) + EQUAL:
                raise AssertionError(f"losses differ: {ours:g} and {other:g}")
        times = [(_taken(fit_simplex, asked, PASSES), _taken(peer, asked)) for _ in range(ROUNDS)]
        ours, others = (min(side) for side in zip(*times, strict=True))
        work = f"{len(asked)} problems of {DONORS} donors and {BEFORE} periods, one call each"
        yield of_seconds(name, work, ours, others, peer_name)
    target, donors = problems[0]
    targets = target + np.random.default_rng(SEED).normal(size=(MANY, BEFORE))
    at_once = min(seconds(lambda: fit_simplex(targets, donors)) for _ in range(ROUNDS)) / MANY
    apart = min(_taken(fit_simplex, [(one, donors) for one in targets]) for _ in range(ROUNDS)) / MANY
    yield Comparison(
        "synthetic_control_weights_at_once",
        f"one of {MANY:,} targets of the same {DONORS} donors and {BEFORE} periods, in one call",
        float(f"{at_once * 1e6:.3g}"),
        float(f"{apart * 1e6:.3g}"),
        "ourselves with one call each",
        round(apart / at_once, 2),
        "microseconds",
    )


def _taken(weigh: Callable[..., object], problems: list[tuple[Floats, Floats]], passes: int = 1) -> float:
    """Seconds for a call for each problem; several passes where a clock or cold memory would be timed with them."""
    return seconds(lambda: [weigh(*one) for _ in range(passes) for one in problems]) / passes


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
    # Each placebo looks at all other donors: cells are donors × dates × donors.
    cells, fewer = number * MANY_DONORS, len(half.donors) ** 2 * found.placebos.shape[1]
    yield Comparison(
        "synthetic_control_placebos_growth",
        f"a donor of one of {number:,} placebos, against one of {fewer // len(half.donors):,}: linear is 1",
        float(f"{ours / cells * 1e6:.3g}"),
        float(f"{smaller / fewer * 1e6:.3g}"),
        "ourselves with half the donors",
        round(smaller / fewer / (ours / cells), 2),
        "microseconds",
    )
    several = min(seconds(lambda: _at_once(panel, 4)) for _ in range(3))
    once = min(seconds(lambda: _at_once(panel, 1)) for _ in range(3))
    yield Comparison(
        "synthetic_control_problems_growth",
        f"one of {4 * MANY_DONORS * DATES:,} donors × dates, {MANY_DONORS - 1} donors each, against one of a fourth",
        float(f"{several / (4 * MANY_DONORS * DATES) * 1e6:.3g}"),
        float(f"{once / (MANY_DONORS * DATES) * 1e6:.3g}"),
        "ourselves with a fourth of the problems",
        round(4 * once / several, 2),
        "microseconds",
    )


def _at_once(panel: TreatedPanel, times: int) -> None:
    """Weights of every donor at every date, so many times, in one call; with a ridge, so that none tie."""
    donors, places = panel.donor_outcomes, np.arange(MANY_DONORS)
    fit_simplex(
        np.tile(donors, (times * DATES, 1)),
        donors,
        allowed=np.tile(places != places[:, None], (times * DATES, 1)),
        stop=np.tile(np.repeat(panel.before - np.arange(DATES), MANY_DONORS), times),
        ridge=1e-6,
    )


def _difference() -> Iterator[Comparison]:
    panel = drawn(DONORS + 1, PERIODS, BEFORE)
    placebos = standard_error(synthetic_difference_in_differences(panel)).effects
    noise = float(noise_of(Problems.of_panel(panel))[0])
    some = range(FEW // 4)
    ways = {
        # The peer stops where its loss no longer moves, which leaves three digits of the weights of periods.
        "synthetic_control_difference": (slsqp, 5e-3, "scipy's SLSQP"),
        # Its steps shorten as one over their number, and what light weights they leave is gone for good.
        "synthetic_control_difference_library": (
            lambda target, donors, ridge: frank_wolfe(
                target, donors, ridge, LEAST_FALL * noise**2 * len(target)
            ), 5e-2, "synthdid's way: steps of Frank and Wolfe"
        ),
    }  # fmt: skip
    ours = min(seconds(lambda: standard_error(synthetic_difference_in_differences(panel))) for _ in range(3))
    for name, (weigh, equal, peer_name) in ways.items():
        start = time.perf_counter()
        peers = np.array([_effect_by(weigh, panel, place, noise) for place in some])
        taken = time.perf_counter() - start
        np.testing.assert_allclose(placebos[: len(peers)], peers, atol=equal)
        yield of_seconds(
            name,
            f"synthetic difference-in-differences with all {DONORS} placebos",
            ours,
            taken * (DONORS + 1) / len(some),
            f"{peer_name}, {len(some)} of them timed",
        )


def _effect_by(weigh: Callable[..., Floats], panel: TreatedPanel, place: int, noise: float) -> float:
    target, donors = panel.donor_outcomes[place], np.delete(panel.donor_outcomes, place, axis=0)
    before, after = panel.before, panel.after
    centred = donors[:, :before] - donors[:, :before].mean(axis=1, keepdims=True)
    own = target[:before] - target[:before].mean()
    units = weigh(own, centred, ridge=np.sqrt(after) * noise**2 * before)
    late = donors[:, before:].mean(axis=1)
    early = donors[:, :before] - donors[:, :before].mean(axis=0)
    times = weigh(late - late.mean(), early.T, ridge=1e-12 * noise**2 * len(donors))
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
        f"pysyncon's search with our derivatives: Nelder–Mead from one start, {tried} tried",
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
