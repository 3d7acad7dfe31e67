"""Effects that share a publication: the ways to count them, and on what correlation of their errors it hangs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import Sample, or_reason
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.cluster_robust import Coefficients, Robust, cluster_robust
from citizen_security.methods.meta_analysis.multilevel import ThreeLevel, three_level
from citizen_security.methods.meta_analysis.pooling import Pooled, pool

# Working correlations that a reader may hold for possible.
CORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)


@dataclass(frozen=True, eq=False)
class Dependent:
    """Effects that share a publication.

    Attributes
    ----------
    naive : Pooled
        As if every effect were a study of its own.
    nested : ThreeLevel
        Hierarchical: true effects differ between publications and within, sampling errors are independent.
    correlated : ThreeLevel
        Correlated and hierarchical: the same with sampling errors that correlate within a publication.
    robust : Robust
        CR2 errors with the covariance of `correlated` as the working one; no narrower than its interval.
    """

    naive: Pooled
    nested: ThreeLevel
    correlated: ThreeLevel
    robust: Robust


def dependent_effects(effects: pd.DataFrame, key: str, correlation: float, confidence_level: float) -> Dependent:
    """The mean of effects that share a publication, by four ways of counting them.

    Parameters
    ----------
    effects : pandas.DataFrame
        effect, standard_error, and the key of the publication.
    key : str
    correlation : float
        Working correlation of the sampling errors within a publication.
    confidence_level : float

    Returns
    -------
    Dependent

    Raises
    ------
    NotEnoughStudies
        If no two effects share a key, or all do.
    """
    values, variances, keys = _parts(effects, key)
    nested, correlated = (
        three_level(values, variances, keys, correlation=supposed, confidence_level=confidence_level)
        for supposed in (0.0, correlation)
    )
    return Dependent(
        naive=pool(values, variances, confidence_level=confidence_level),
        nested=nested,
        correlated=correlated,
        robust=_robust(values, keys, correlated),
    )


def dependence_table(effects: Dependent) -> pd.DataFrame:
    """The mean effect by the four ways.

    Parameters
    ----------
    effects : Dependent

    Returns
    -------
    pandas.DataFrame
        `method`, `effect`, `lower`, `upper`, `degrees_of_freedom`.
    """
    naive, name = effects.naive, f"correlated and hierarchical, ρ = {effects.correlated.correlation:g}"
    rows = [
        ("each effect a study", naive.effect, *naive.interval, naive.degrees_of_freedom),
        ("three levels, ρ = 0", *_only(effects.nested.fixed)),
        (name, *_only(effects.correlated.fixed)),
        (f"{name}, CR2 errors", *_only(effects.robust)),
    ]
    return pd.DataFrame(rows, columns=["method", "effect", "lower", "upper", "degrees_of_freedom"])


def other_correlations(
    effects: pd.DataFrame, key: str, confidence_level: float, correlations: tuple[float, ...] = CORRELATIONS
) -> pd.DataFrame:
    """The mean with CR2 errors under other working correlations.

    Parameters
    ----------
    effects : pandas.DataFrame
        As in `dependent_effects`.
    key : str
    confidence_level : float
    correlations : tuple of float

    Returns
    -------
    pandas.DataFrame
        `correlation`, `effect`, `lower`, `upper`, `degrees_of_freedom`, `between`, `within` (standard deviations of the
        true effects between publications and within).

    Raises
    ------
    NotEnoughStudies
        As `dependent_effects`.
    """
    values, variances, keys = _parts(effects, key)
    rows = []
    for correlation in correlations:
        fit = three_level(values, variances, keys, correlation=correlation, confidence_level=confidence_level)
        robust = _robust(values, keys, fit)
        rows.append((correlation, *_only(robust), np.sqrt(fit.between_studies), np.sqrt(fit.within_studies)))
    columns = ["correlation", "effect", "lower", "upper", "degrees_of_freedom", "between", "within"]
    return pd.DataFrame(rows, columns=columns)


def by_publication(sample: Sample, parameters: MetaAnalysis) -> Dependent | str:
    """The mean of all effects of a sample, those of a publication taken together, or why there is none."""
    return or_reason(
        lambda: dependent_effects(sample.effects, "label", parameters.working_correlation, parameters.confidence_level)
    )


def by_other_correlations(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame | str:
    """`other_correlations` of all effects of a sample, by publication, or why there are none."""
    return or_reason(lambda: other_correlations(sample.effects, "label", parameters.confidence_level))


def shown(result: Dependent | pd.DataFrame | str) -> pd.DataFrame:
    """A table, or the reason why there is none in a row of its own."""
    if isinstance(result, str):
        return pd.DataFrame({"note": [result]})
    return dependence_table(result) if isinstance(result, Dependent) else result


def _parts(effects: pd.DataFrame, key: str) -> tuple[Floats, Floats, "np.ndarray"]:
    errors = effects["standard_error"].to_numpy(dtype=np.float64)
    return effects["effect"].to_numpy(dtype=np.float64), errors**2, effects[key].to_numpy()


def _robust(values: Floats, keys: "np.ndarray", fit: ThreeLevel) -> Robust:
    """CR2 errors, no narrower than the model's: effects that happen to be alike would leave an interval of no width."""
    level = fit.fixed.confidence_level
    return cluster_robust(values, keys, fit.working_covariance, no_narrower_than=fit.fixed, confidence_level=level)


def _only(fixed: Coefficients) -> tuple[float, float, float, float]:
    parts = (fixed.coefficients, fixed.lower, fixed.upper, fixed.degrees_of_freedom)
    first, lower, upper, degrees = (float(part[0]) for part in parts)
    return first, lower, upper, degrees
