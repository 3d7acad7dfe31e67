"""Rows and diamonds of the forest plot."""

import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.meta_analysis.moderators import group_label, has_groups, subgroups
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.meta_analysis.pooling import Pooled


def forest_rows(sample: Sample, fit: Pooled, parameters: MetaAnalysis) -> pd.DataFrame:
    """Studies with normal intervals of their own and weights in the pooled effect, sorted by effect within groups.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Without moderators.
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `label`, `effect`, `lower`, `upper`, `weight`, `group` (empty where the moderator makes none).
    """
    half = norm.isf((1 - parameters.confidence_level) / 2) * sample.studies["standard_error"]
    rows = sample.studies[["label", "effect"]].assign(
        lower=sample.studies["effect"] - half, upper=sample.studies["effect"] + half, weight=fit.weights, group=""
    )
    if has_groups(parameters):
        (moderator,) = parameters.moderators
        rows["group"] = [group_label(moderator, value) for value in sample.studies[moderator]]
    return rows.sort_values(["group", "effect"], ignore_index=True)


def forest_summaries(sample: Sample, fit: Pooled, parameters: MetaAnalysis) -> pd.DataFrame:
    """Diamonds of a forest plot: one for each group, and one for all studies.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
    parameters : MetaAnalysis

    Returns
    -------
    pandas.DataFrame
        `group`, `studies`, `effect`, `lower`, `upper`.
    """
    columns = ["group", "studies", "effect", "lower", "upper"]
    whole = pd.DataFrame([("all studies", fit.k, fit.effect, *fit.interval)], columns=columns)
    groups = [subgroups(sample, parameters)[columns]] if has_groups(parameters) else []
    return pd.concat([*groups, whole], ignore_index=True)
