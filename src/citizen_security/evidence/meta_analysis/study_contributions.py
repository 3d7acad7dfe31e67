"""What each study adds to the heterogeneity, and how far it moves the mean: alone, in turn, by year, in subsets."""

from typing import Any

import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import Sample, or_reason
from citizen_security.methods.meta_analysis.gosh import Subsets, all_subsets
from citizen_security.methods.meta_analysis.influence import cumulative, influence, leave_one_out

# The subsets of two studies are the pair itself.
FEWEST_FOR_SUBSETS = 3


def contributions(sample: Sample) -> pd.DataFrame:
    """Baujat's plot: what each study adds to Q, and how far it moves the equal-effects mean.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    pandas.DataFrame
        `label`, `heterogeneity` (its part of Q), `influence` (squared change of the mean without it, over the variance
        of the mean without it).

    References
    ----------
    Baujat, Mahé, Pignon and Hill (2002), Statistics in Medicine 21(18).
    """
    weights = 1 / sample.variance
    total = weights.sum()
    mean = float(weights @ sample.effect / total)
    without = (total * mean - weights * sample.effect) / (total - weights)
    return pd.DataFrame(
        {
            "label": sample.studies["label"],
            "heterogeneity": weights * (sample.effect - mean) ** 2,
            "influence": (mean - without) ** 2 * (total - weights),
        }
    )


def influence_of_each(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame | str:
    """How far each study moves the random-effects fit, as `influence` has it, or why that cannot be told.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame or str
    """
    return or_reason(lambda: influence(sample.effect, sample.variance, estimator=parameters.estimator))


def without_each(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame | str:
    """The pooled effect without each study in turn, or why there is none.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame or str
        `label` of the study left out, and the columns of `leave_one_out`.
    """
    pooled = or_reason(lambda: leave_one_out(sample.effect, sample.variance, **_options(parameters)))
    if not isinstance(pooled, str):
        pooled.insert(0, "label", sample.studies["label"])
    return pooled


def added_by_year(sample: Sample, parameters: MetaAnalysis) -> pd.DataFrame:
    """The pooled effect of the first study, the first two, and so on, by year of publication.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `label` of the study added, and the columns of `cumulative`.
    """
    pooled = cumulative(sample.effect, sample.variance, sample.studies["year"], **_options(parameters))
    pooled.insert(0, "label", sample.studies["label"].to_numpy()[pooled["position"]])
    return pooled


def pooled_subsets(sample: Sample, parameters: MetaAnalysis) -> Subsets | str:
    """The pooled effect of subsets of the studies, or why there is nothing to see.

    Parameters
    ----------
    sample : Sample
    parameters : MetaAnalysis

    Returns
    -------
    Subsets or str
    """
    if sample.k < FEWEST_FOR_SUBSETS:
        return f"{sample.k} studies; subsets say something from {FEWEST_FOR_SUBSETS} studies on."
    return all_subsets(
        sample.effect,
        sample.variance,
        estimator=parameters.estimator,
        limit=parameters.subsets_at_effort,
        seed=parameters.seed,
    )


def _options(parameters: MetaAnalysis) -> dict[str, Any]:
    return {
        "estimator": parameters.estimator,
        "test": parameters.test,
        "confidence_level": parameters.confidence_level,
    }
