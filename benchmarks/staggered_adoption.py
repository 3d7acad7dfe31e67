"""Permuted starts against the obvious alternative: a library's regression, fitted anew for each arrangement."""

import time
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyfixest as pf

from benchmarks.comparison import Comparison, of_seconds, seconds
from citizen_security.methods.arrays import Floats, Integers
from citizen_security.methods.staggered_adoption.names import Imputation
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.permuted_starts import permuted_starts

# As many units and months as the pacification of Rio has, of which some units are never treated.
UNITS, PERIODS, NEVER = 38, 180, 4
DRAWS = 10_000

# Arrangements that the peer is timed on; its fits take about as long as each other.
FEW = 20

# The peer's tolerances leave so much of a log ratio or a mean gap.
EQUAL = 1e-5

SEED = 18


def comparisons() -> Iterator[Comparison]:
    """Checks that both sides give the same numbers, then times them."""
    panel = drawn()
    yield _permuted(panel, "poisson", "pyfixest's fepois on untreated cells")
    yield _permuted(panel, "linear", "pyfixest's feols on untreated cells")


def drawn() -> StaggeredPanel:
    """Monthly counts of units unlike each other, on common shocks."""
    random = np.random.default_rng(SEED)
    starts = np.append(np.linspace(30, 150, UNITS - NEVER).astype(int).astype(float), np.full(NEVER, np.nan))
    exposure = np.repeat(np.exp(random.normal(size=(UNITS, 1))), PERIODS, axis=1)
    log_rate = 1.5 + 0.5 * random.normal(size=(UNITS, 1)) + 0.05 * random.normal(size=PERIODS).cumsum()
    return StaggeredPanel.of_table(random.poisson(exposure * np.exp(log_rate)), starts, exposure=exposure)


def _permuted(panel: StaggeredPanel, imputation: Imputation, peer_name: str) -> Comparison:
    permuted_starts(panel, imputation, draws=9)
    ours = min(seconds(lambda: permuted_starts(panel, imputation, draws=DRAWS)) for _ in range(3))
    rows = _rows(panel)
    random, taken = np.random.default_rng(SEED), 0.0
    for _ in range(FEW):
        starts = random.permutation(panel.starts)
        before = time.perf_counter()
        fitted = _fitted(rows[rows["period"] < np.repeat(starts, PERIODS)], imputation)
        taken += time.perf_counter() - before
        one = permuted_starts(panel.with_starts(starts), imputation, draws=9).observed
        np.testing.assert_allclose(one, _effect(panel, starts, fitted, imputation), atol=EQUAL)
    return of_seconds(
        f"permuted_starts_{imputation}",
        f"{DRAWS:,} arrangements of the starts of {UNITS} units over {PERIODS} periods, {imputation} imputation",
        ours,
        taken * DRAWS / FEW,
        f"{peer_name}, one call each, {FEW} of them timed",
    )


def _rows(panel: StaggeredPanel) -> pd.DataFrame:
    counts, exposure = panel.counted()
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(UNITS), PERIODS),
            "period": np.tile(np.arange(PERIODS), UNITS),
            "count": counts.ravel(),
            "rate": panel.outcomes.ravel(),
            "log_exposure": np.log(exposure).ravel(),
        }
    )


def _fitted(untreated: pd.DataFrame, imputation: Imputation) -> Floats:
    """Fitted counts or rates of untreated cells; missing elsewhere; shape (units, periods)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if imputation == "poisson":
            model = pf.fepois("count ~ 1 | unit + period", untreated, offset="log_exposure")
            values = model.predict(type="response")
        else:
            values = pf.feols("rate ~ 1 | unit + period", untreated).predict()
    table = np.full((UNITS, PERIODS), np.nan)
    table[untreated["unit"], untreated["period"]] = values
    return table


def _effect(panel: StaggeredPanel, starts: Integers, fitted: Floats, imputation: Imputation) -> float:
    """Average effect: treated cells from the first period of their unit and a unit that is never treated."""
    counts, exposure = panel.counted()
    treated = np.arange(PERIODS) >= starts[:, None]
    other = int(np.argmax(starts))
    if imputation == "linear":
        imputed = fitted[:, :1] + fitted[other] - fitted[other, 0]
        return float((panel.outcomes - imputed)[treated].mean())
    rate = fitted / exposure
    imputed = exposure * rate[:, :1] * rate[other] / rate[other, 0]
    return float(np.log(counts[treated].sum() / imputed[treated].sum()))
