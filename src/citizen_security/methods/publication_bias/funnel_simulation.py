"""Simulated sets of studies whose truth is known: with selection, without it, and with small studies that differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from .. import require
from ..arrays import Floats
from ..meta_analysis.pooling import pool
from ..meta_analysis.study_values import refuse_extremes
from .funnel_tests import egger_mixed, pet_peese
from .selection_models import NotIdentified, NotMaximised, fit_step_selection
from .trim_and_fill import trim_and_fill

type World = Literal["all_reported", "significant_reported", "small_studies_differ"]

# More draws than this for one reported study means that next to nothing is ever reported.
TRIES = 100_000


@dataclass(frozen=True)
class Truth:
    """How studies come about.

    Attributes
    ----------
    effect, tau : float
        Mean and standard deviation of the true effects; negative effects are favoured.
    reported : float
        Probability that a result is reported that is not significant in the favoured direction (one-sided 0.025).
    slope : float
        Change of the mean for each unit of the standard error.

    Raises
    ------
    ValueError
        If τ is negative or the probability none.
    """

    effect: float
    tau: float
    reported: float = 1.0
    slope: float = 0.0

    def __post_init__(self) -> None:
        require.not_negative("tau", self.tau)
        require.share("reported", self.reported)


def draw_studies(error: Floats, truth: Truth, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Reported studies, as many as there are standard errors.

    A study that is not reported is replaced by another with a standard error of its own, drawn from those given: so
    selection also changes which standard errors are seen.

    Parameters
    ----------
    error : numpy.ndarray, shape (k,)
    truth : Truth
    rng : numpy.random.Generator

    Returns
    -------
    effect, variance : numpy.ndarray, shape (k,)

    Raises
    ------
    ValueError
        If next to nothing would be reported, or a standard error is not above zero or beyond what can be weighed.
    """
    errors_given = require.positive("error", error)
    with np.errstate(over="ignore"):
        refuse_extremes(np.zeros(len(errors_given)), errors_given**2)
    effects: list[float] = []
    errors: list[float] = []
    for _ in range(TRIES):
        drawn = error if not effects and truth.reported == 1 else rng.choice(error, len(error))
        centre = truth.effect + truth.slope * drawn
        effect = rng.normal(centre, np.sqrt(drawn**2 + truth.tau**2))
        kept = (effect / drawn < -norm.isf(0.025)) | (rng.random(len(drawn)) < truth.reported)
        effects.extend(effect[kept])
        errors.extend(drawn[kept])
        if len(effects) >= len(error):
            return np.array(effects[: len(error)]), np.array(errors[: len(error)]) ** 2
    raise ValueError("next to nothing would be reported in this world.")


def worlds_at(truth: Truth, *, reported: float, slope: float) -> dict[World, Truth]:
    """Three worlds with the same effect of studies without error.

    Parameters
    ----------
    truth : Truth
        Effect and heterogeneity.
    reported : float
        Of results that are not significant, in the world with selection.
    slope : float
        In the world where small studies differ.

    Returns
    -------
    dict
    """
    return {
        "all_reported": Truth(truth.effect, truth.tau),
        "significant_reported": Truth(truth.effect, truth.tau, reported=reported),
        "small_studies_differ": Truth(truth.effect, truth.tau, slope=slope),
    }


def compare_methods(
    error: Floats, worlds: dict[World, Truth], *, simulations: int, seed: int, confidence_level: float = 0.95
) -> pd.DataFrame:
    """What each method makes of simulated sets of studies.

    Parameters
    ----------
    error : numpy.ndarray, shape (k,)
        Standard errors that the studies draw from.
    worlds : dict
    simulations : int
        Sets in each world.
    seed : int
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        A row for each world and method: `bias` (mean estimate less the truth), `bias_standard_error`, `coverage` of
        the intervals, `simulations` that gave an estimate (a selection model may have none), and `egger_rejects` (share
        of sets with p below 0.1).

    Raises
    ------
    ValueError
        If there is no simulation, or the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    require.some("simulations", simulations)
    rng = np.random.default_rng(seed)
    rows = []
    for world, truth in worlds.items():
        sets = [draw_studies(error, truth, rng) for _ in range(simulations)]
        egger = float(np.mean([egger_mixed(*one).p_value < 0.1 for one in sets]))
        estimates = pd.DataFrame([row for one in sets for row in _estimates(*one, confidence_level)])
        for method, rows_of in estimates.groupby("method", sort=False):
            inside = (rows_of["lower"] <= truth.effect) & (truth.effect <= rows_of["upper"])
            off = rows_of["effect"] - truth.effect
            rows.append(
                {
                    "world": world,
                    "method": method,
                    "bias": off.mean(),
                    "bias_standard_error": off.std() / np.sqrt(len(off)),
                    "coverage": inside.mean(),
                    "simulations": len(off),
                    "egger_rejects": egger,
                }
            )
    return pd.DataFrame(rows)


def _estimates(effect: Floats, variance: Floats, confidence_level: float) -> Iterator[dict[str, object]]:
    pooled = pool(effect, variance, confidence_level=confidence_level)
    yield {
        "method": "random_effects",
        "effect": pooled.effect,
        "lower": pooled.interval[0],
        "upper": pooled.interval[1],
    }
    filled = trim_and_fill(effect, variance, side="right", confidence_level=confidence_level).pooled
    yield {"method": "trim_and_fill", "effect": filled.effect, "lower": filled.interval[0], "upper": filled.interval[1]}
    line = pet_peese(effect, variance, confidence_level=confidence_level).result
    yield {"method": "pet_peese", "effect": line.limit, "lower": line.limit_lower, "upper": line.limit_upper}
    try:
        model = fit_step_selection(effect, variance, confidence_level=confidence_level, interval="wald")
    except (NotIdentified, NotMaximised):
        return
    yield {"method": "three_parameter", "effect": model.effect, "lower": model.lower, "upper": model.upper}
