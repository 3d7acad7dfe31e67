"""Odds ratios straight from the counts of the trials, without logs and standard errors."""

from typing import Any

import numpy as np
import pandas as pd

from citizen_security.evidence.studies.metrics import counts_of
from citizen_security.evidence.studies.pooled_sample import FEWEST_POOLED, Sample
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.methods.meta_analysis.two_by_two import Tables, mantel_haenszel, peto, tables


def common_effects(sample: Sample, confidence_level: float) -> pd.DataFrame:
    """Odds ratios straight from 2×2 tables: Mantel–Haenszel and Peto, beside inverse variance with equal effects.

    Parameters
    ----------
    sample : Sample
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        `method`, `effect` (log odds ratio), `lower`, `upper`, `q`, `k`.

    Raises
    ------
    NotEnoughStudies
        Where fewer than two effects were computed from counts.
    """
    counts = _counts(sample)
    given = _tables(counts)
    effects = sample.effects[counts.notna()]
    inverse = pool(
        effects["effect"].to_numpy(dtype=np.float64),
        effects["standard_error"].to_numpy(dtype=np.float64) ** 2,
        estimator="equal_effects",
        test="normal",
        confidence_level=confidence_level,
    )
    rows = [("inverse variance", inverse.effect, *inverse.interval, inverse.q, inverse.k)]
    for name, combine in (("Mantel–Haenszel", mantel_haenszel), ("Peto", peto)):
        fit = combine(given, confidence_level=confidence_level)
        rows.append((name, fit.effect, fit.lower, fit.upper, fit.q, fit.k))
    return pd.DataFrame(rows, columns=["method", "effect", "lower", "upper", "q", "k"])


def control_risks(sample: Sample) -> Floats:
    """Risk of the event in each control group whose counts are known; may be empty."""
    counts = _counts(sample).dropna()
    if counts.empty:
        return np.empty(0)
    given = _tables(counts)
    return np.asarray(given.control / given.control_all)


def _counts(sample: Sample) -> "pd.Series[Any]":
    """Counts behind each effect, missing where there are none; only odds ratios are computed from them."""
    derivations = sample.effects["derivation"]
    counts = [counts_of(text) if sample.measure == "odds_ratio" else None for text in derivations]
    return pd.Series(counts, index=derivations.index, dtype=object)


def _tables(counts: "pd.Series[Any]") -> Tables:
    cells = counts.dropna().tolist()
    if len(cells) < FEWEST_POOLED:
        raise NotEnoughStudies(f"{len(cells)} effects were computed from counts; at least {FEWEST_POOLED} are needed.")
    return tables(*np.array(cells, dtype=np.float64).T)
