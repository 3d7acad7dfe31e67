"""Effects that share a publication: the ways to count them, and on what correlation of their errors it hangs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.dependence_keys import shared_controls
from citizen_security.evidence.studies.pooled_sample import FEWEST_DEGREES, Sample, ends_in_words, in_words, or_reason
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.cluster_robust import Coefficients, Robust, cluster_robust
from citizen_security.methods.meta_analysis.multilevel import ThreeLevel, three_level
from citizen_security.methods.meta_analysis.pooling import Pooled, pool
from citizen_security.words import by_interval

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
        `method`, `effect`, `lower`, `upper`, `degrees_of_freedom`, `note` (whether there are too few).
    """
    naive, name = effects.naive, f"correlated and hierarchical, ρ = {effects.correlated.correlation:g}"
    rows = [
        ("each effect a study", naive.effect, *naive.interval, naive.degrees_of_freedom),
        ("three levels, ρ = 0", *_only(effects.nested.fixed)),
        (name, *_only(effects.correlated.fixed)),
        (f"{name}, CR2 errors", *_by_clusters(effects.robust)),
    ]
    table = pd.DataFrame(rows, columns=["method", "effect", "lower", "upper", "degrees_of_freedom"])
    # Only the last has Satterthwaite's; what the models count are effects.
    too_few = too_few_degrees(float(table["degrees_of_freedom"].iloc[-1]))
    of_effects = f"degrees of freedom are of effects, from {effects.robust.clusters} publications" if too_few else ""
    return table.assign(note=["", of_effects, of_effects, too_few])


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
        true effects between publications and within), `note` (whether the degrees of freedom are too few).

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
        rows.append((correlation, *_by_clusters(robust), np.sqrt(fit.between_studies), np.sqrt(fit.within_studies)))
    columns = ["correlation", "effect", "lower", "upper", "degrees_of_freedom", "between", "within"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(note=table["degrees_of_freedom"].map(too_few_degrees))


def by_publication(sample: Sample, parameters: MetaAnalysis) -> Dependent | str:
    """The mean of all effects of a sample, those of a publication taken together, or why there is none."""
    return or_reason(
        lambda: dependent_effects(
            sample.effects, "cluster", parameters.working_correlation, parameters.confidence_level
        )
    )


def by_other_correlations(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame | str:
    """`other_correlations` of all effects of a sample, by publication, or why there are none."""
    return or_reason(lambda: other_correlations(sample.effects, "cluster", parameters.confidence_level))


def robust_statement(sample: Sample, result: Dependent) -> str:
    """The mean by publication with its interval: `odds 34% lower (95% interval: 42% to 26% lower)`."""
    effect, lower, upper, _ = _only(result.robust)
    ends = ends_in_words(lower, upper, sample.measure)
    whose = (
        "by the model's own errors, as effects so alike leave narrower ones; " if result.robust.from_model[0] else ""
    )
    return f"{in_words(effect, sample.measure)} ({whose}{result.robust.confidence_level:.0%} interval: {ends})"


def reliance_clauses(sample: Sample, fit: Pooled, result: Dependent) -> list[str]:
    """How far the errors by publication may be relied on, and whether they contradict those of one effect a study.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Of one effect a study.
    result : Dependent

    Returns
    -------
    list of str
        Clauses.
    """
    _, lower, upper, degrees = _by_clusters(result.robust)
    clauses = [f"that interval rests on {degrees:.1f} degrees of freedom, about so many independent comparisons"]
    if degrees < FEWEST_DEGREES:
        clauses = [f"{clauses[0]}, and below {FEWEST_DEGREES} it is not to be relied on"]
    if shared := shared_controls(sample.effects):
        clauses = [shared, *clauses]
    mine, other = _side(*fit.interval), _side(lower, upper)
    if mine != other:
        clauses.append(f"the interval by publication {other}, while that of one effect a study {mine}")
    return clauses


def too_few_degrees(degrees: float) -> str:
    """That a test with CR2 errors has too few degrees of freedom (of an F, in its denominator); empty where enough.

    Parameters
    ----------
    degrees : float

    Returns
    -------
    str
    """
    return f"fewer than {FEWEST_DEGREES} degrees of freedom: not to be relied on" if degrees < FEWEST_DEGREES else ""


def shown(result: Dependent | pd.DataFrame | str) -> pd.DataFrame:
    """A table, or the reason why there is none in a row of its own."""
    if isinstance(result, str):
        return pd.DataFrame({"note": [result]})
    return dependence_table(result) if isinstance(result, Dependent) else result


def _side(lower: float, upper: float) -> str:
    return by_interval(
        lower,
        upper,
        above="lies on the side of more crime",
        below="lies on the side of less crime",
        neither="includes no change",
    )


def _parts(effects: pd.DataFrame, key: str) -> tuple[Floats, Floats, "np.ndarray"]:
    errors = effects["standard_error"].to_numpy(dtype=np.float64)
    return effects["effect"].to_numpy(dtype=np.float64), errors**2, effects[key].to_numpy()


def _robust(values: Floats, keys: "np.ndarray", fit: ThreeLevel) -> Robust:
    """CR2 errors, no narrower than the model's: effects that happen to be alike would leave an interval of no width."""
    level = fit.fixed.confidence_level
    return cluster_robust(values, keys, fit.working_covariance, no_narrower_than=fit.fixed, confidence_level=level)


def _by_clusters(robust: Robust) -> tuple[float, float, float, float]:
    """The same with the degrees of freedom that clusters leave, also where the model's interval is the wider."""
    return *_only(robust)[:3], float(robust.own_degrees[0])


def _only(fixed: Coefficients) -> tuple[float, float, float, float]:
    parts = (fixed.coefficients, fixed.lower, fixed.upper, fixed.degrees_of_freedom)
    first, lower, upper, degrees = (float(part[0]) for part in parts)
    return first, lower, upper, degrees
