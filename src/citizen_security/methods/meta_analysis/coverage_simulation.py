"""How often intervals of a pooled effect hold the truth: simulated meta-analyses whose truth is known.

References
----------
IntHout, Ioannidis and Borm (2014), BMC Medical Research Methodology 14, for the comparison; Partlett and Riley (2017),
Statistics in Medicine 36(2), for prediction intervals.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from .. import require
from ..arrays import Floats
from .names import Estimator, Test
from .pooling import PooledSets, pool_sets
from .study_sets import StudySets, intercept

type Sizes = Literal["alike", "one_large"]

# The large study of a set has this many times the persons of each other one.
LARGE = 10

# Sampling variance of a study of ordinary size: about that of a log odds ratio of 160 persons, half with the event.
ORDINARY = 0.1


class Procedure(NamedTuple):
    """An estimator of the between-study variance and a test."""

    label: str
    estimator: Estimator
    test: Test


PROCEDURES: Mapping[str, Procedure] = {
    "equal_effects_normal": Procedure("Equal effects, normal", "equal_effects", "normal"),
    "dersimonian_laird_normal": Procedure("DerSimonian–Laird, normal", "dersimonian_laird", "normal"),
    "dersimonian_laird_knapp_hartung": Procedure(
        "DerSimonian–Laird, Knapp–Hartung", "dersimonian_laird", "knapp_hartung"
    ),
    "reml_knapp_hartung": Procedure("REML, Knapp–Hartung", "restricted_maximum_likelihood", "knapp_hartung"),
    "reml_knapp_hartung_unfloored": Procedure(
        "REML, Knapp–Hartung without a floor", "restricted_maximum_likelihood", "knapp_hartung_unfloored"
    ),
}


def simulate_coverage(
    studies: Iterable[int],
    i_squared: Iterable[float],
    sizes: Iterable[Sizes] = ("alike", "one_large"),
    *,
    replicates: int,
    seed: int,
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Simulate meta-analyses and count how often each procedure's intervals hold the truth.

    Parameters
    ----------
    studies : iterable of int
        Numbers of studies in a meta-analysis, two or more.
    i_squared : iterable of float
        Share of the variance of an ordinary study's effect that is between studies, at least 0 and below 1.
    sizes : iterable of str
        `alike`, or `one_large`: the last study has ten times the persons.
    replicates : int
    seed : int
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        One row for each setting and procedure: sizes, studies, i_squared, procedure, label, coverage, type_one_error
        (of a test at 1 − level that there is no effect, where there is none), simulation_error (standard error of
        both), width (median of the intervals), prediction_coverage (of the true effect of a new study; `nan` with
        fewer than three studies), replicates, converged (share).

    Raises
    ------
    ValueError
        If a number of studies is below two, a share is not in [0, 1), there are no replicates, or the level is no
        probability.

    Notes
    -----
    Sampling variances are known and effects normal, as the model has it. The procedures do not change when a number
    is added to every effect, so the truth is zero without loss of generality, and type I error is what coverage lacks.
    """
    require.level("confidence_level", confidence_level)
    generator = np.random.default_rng(seed)
    rows = [
        row
        for size in sizes
        for count in studies
        for share in i_squared
        for row in _setting(size, count, share, replicates, generator, confidence_level)
    ]
    return pd.DataFrame(rows)


def sampling_variances(studies: int, sizes: Sizes) -> Floats:
    """Sampling variances of the studies of one meta-analysis, shape (studies,)."""
    require.one_of("sizes", sizes, Sizes)
    variances = np.full(studies, ORDINARY)
    if sizes == "one_large":
        variances[-1] /= LARGE
    return variances


def _setting(
    sizes: Sizes,
    studies: int,
    i_squared: float,
    replicates: int,
    generator: np.random.Generator,
    confidence_level: float,
) -> list[dict[str, object]]:
    _refuse(studies, i_squared, replicates)
    variances = sampling_variances(studies, sizes)
    tau = np.sqrt(ORDINARY * i_squared / (1 - i_squared))
    effects = np.sqrt(tau**2 + variances) * generator.standard_normal((replicates, studies))
    sets = StudySets(effects, variances[None], intercept(studies), np.ones((1, studies)))
    new = tau * generator.standard_normal(replicates)
    setting = {"sizes": sizes, "studies": studies, "i_squared": i_squared}
    return [
        {**setting, "procedure": name, "label": rule.label, **_counted(sets, rule, new, confidence_level)}
        for name, rule in PROCEDURES.items()
    ]


def _counted(sets: StudySets, rule: Procedure, new: Floats, confidence_level: float) -> dict[str, object]:
    """How often the intervals of one procedure hold the mean, zero, and the effect of a new study."""
    pooled = pool_sets(sets, rule.estimator, rule.test)
    lower, upper = (bound[:, 0] for bound in pooled.intervals(confidence_level))
    replicates = len(lower)
    held = float(((lower <= 0) & (upper >= 0)).mean())
    rejected = float((pooled.p_values()[:, 0] < 1 - confidence_level).mean())
    return {
        "coverage": held,
        "type_one_error": rejected,
        "simulation_error": float(np.sqrt(held * (1 - held) / replicates)),
        "width": float(np.median(upper - lower)),
        "prediction_coverage": _prediction_coverage(pooled, new, confidence_level),
        "replicates": replicates,
        "converged": float(pooled.converged.mean()),
    }


def _prediction_coverage(pooled: PooledSets, new: Floats, confidence_level: float) -> float:
    """Share of new true effects in the interval of Higgins and others (2009), with k − 2 degrees of freedom."""
    degrees = float(pooled.sizes[0]) - 2
    if degrees < 1:
        return float("nan")
    half = t.isf((1 - confidence_level) / 2, degrees) * np.sqrt(pooled.tau_squared + pooled.standard_errors[:, 0] ** 2)
    return float((np.abs(new - pooled.coefficients[:, 0]) <= half).mean())


def _refuse(studies: int, i_squared: float, replicates: int) -> None:
    if studies < 2:
        raise ValueError(f"{studies} studies; a meta-analysis has at least 2.")
    if not 0 <= i_squared < 1:
        raise ValueError(f"i_squared = {i_squared}; a share of at least 0 and below 1.")
    if replicates < 1:
        raise ValueError(f"replicates = {replicates}; at least 1.")
