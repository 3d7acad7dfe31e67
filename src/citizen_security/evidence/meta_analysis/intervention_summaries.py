"""What the compendium holds on each intervention: studies, and what of them can be pooled."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.pooled_fit import prediction
from citizen_security.evidence.meta_analysis.prior_sensitivity import fit_bayesian
from citizen_security.evidence.studies.coded_studies import RANDOMISED
from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.metrics import LOG_RATIO_PER_DOSE
from citizen_security.evidence.studies.pooled_sample import (
    FEWEST_POOLED,
    Sample,
    by_publication,
    interval_of_one,
    pool_sample,
    sample_of_intervention,
)
from citizen_security.evidence.studies.region_evidence import main_outcomes
from citizen_security.methods.meta_analysis.pooling import Pooled


@dataclass(frozen=True, eq=False)
class Summary:
    """What the table holds on one intervention.

    Attributes
    ----------
    intervention, label : str
    studies, in_region, randomised_in_region, reviews : int
        Evaluations and trials (reviews not counted), those with a site in Latin America and the Caribbean, those of
        the latter whose units drew lots (Maryland level 5), and reviews.
    outcome : str
        The outcome on which most studies can be pooled; empty if none can.
    sample : Sample
        Their effects; may hold no study.
    averaged_from_reviews : int
        Studies of the sample that are here because a review printed them.
    per_dose : int
        Studies with an effect for each percentage point of coverage, which is a dose and on no common scale.
    pooled : Pooled or None
        With fewer than two studies there is none.
    bayesian : tuple of float or None
        Posterior median of the mean effect and its interval.
    confidence_level : float
        Of the intervals of the pooled effect, or of a single study's.
    by_publication : tuple of float or None
        Mean and its interval with the effects of a publication taken together, where one holds several studies.
    """

    intervention: str
    label: str
    studies: int
    in_region: int
    randomised_in_region: int
    reviews: int
    outcome: str
    sample: Sample
    averaged_from_reviews: int
    per_dose: int
    pooled: Pooled | None
    bayesian: tuple[float, float, float] | None
    confidence_level: float
    by_publication: tuple[float, float, float] | None

    @property
    def effect(self) -> tuple[float, float, float]:
        """The pooled effect with its interval, or that of the single study; nan where there is none."""
        if self.pooled is not None:
            return self.pooled.effect, *self.pooled.interval
        if not self.sample.k:
            return math.nan, math.nan, math.nan
        return float(self.sample.effect[0]), *interval_of_one(self.sample, self.confidence_level)


def summarise(coded: pd.DataFrame, harmonised: pd.DataFrame, parameters: MetaAnalysis) -> list[Summary]:
    """Summaries of every intervention of the coding scheme that has a study, in its order.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.
    parameters : MetaAnalysis
        Estimator, test, levels and priors are taken from it.

    Returns
    -------
    list of Summary
    """
    outcomes = main_outcomes(harmonised)
    nothing = sample_of_intervention(harmonised.iloc[:0], "")
    summaries = []
    for code in INTERVENTIONS:
        outcome = outcomes.get(code, "")
        sample = sample_of_intervention(harmonised, code, outcome) if outcome else nothing
        doses = harmonised[(harmonised["intervention"] == code) & (harmonised["scale"] == LOG_RATIO_PER_DOSE)]
        summaries.append(_summary(code, coded, outcome, sample, doses["study_id"].nunique(), parameters))
    return [summary for summary in summaries if summary.studies]


def table_of(summaries: list[Summary]) -> pd.DataFrame:
    """One row for each intervention.

    Parameters
    ----------
    summaries : list of Summary

    Returns
    -------
    pandas.DataFrame
        `intervention`, `label`, `studies`, `in_region`, `outcome`, `measure`, `pooled_studies`, `pooled_in_region`,
        `effect`, `lower`, `upper`, `publications_effect`, `publications_lower`, `publications_upper` (missing where no
        publication holds several studies), `new_lower`, `new_upper`, `tau_squared`, `i_squared`; a single study's
        own effect and interval stand where nothing is pooled, and `is_pooled` says so.
    """
    return pd.DataFrame([_row(summary) for summary in summaries])


def _summary(
    code: str, coded: pd.DataFrame, outcome: str, sample: Sample, per_dose: int, parameters: MetaAnalysis
) -> Summary:
    mine = coded[[code in codes for codes in coded["interventions"]]]
    evaluated = mine[mine["group"] != "review"]
    printed = set(evaluated.loc[evaluated["group"] == "pooled_trial", "study_id"])
    pooled = pool_sample(sample, parameters) if sample.k >= FEWEST_POOLED else None
    bayesian = None
    if pooled is not None:
        mean = fit_bayesian(sample, parameters).mu(parameters.credible_level)
        bayesian = (mean.median, *mean.central)
    return Summary(
        intervention=code,
        label=INTERVENTIONS[code].label,
        studies=len(evaluated),
        in_region=int(evaluated["in_lac"].sum()),
        randomised_in_region=int((evaluated["in_lac"] & (evaluated["maryland_level"] == RANDOMISED)).sum()),
        reviews=len(mine) - len(evaluated),
        outcome=outcome,
        sample=sample,
        averaged_from_reviews=len(printed & set(sample.studies["study_id"])),
        per_dose=per_dose,
        pooled=pooled,
        bayesian=bayesian,
        confidence_level=parameters.confidence_level,
        by_publication=by_publication(sample, parameters.working_correlation, parameters.confidence_level),
    )


def _row(summary: Summary) -> dict[str, Any]:
    sample, fit = summary.sample, summary.pooled
    effect, lower, upper = summary.effect
    together = summary.by_publication or (math.nan, math.nan, math.nan)
    new_lower, new_upper = (prediction(fit) if fit else None) or (math.nan, math.nan)
    return {
        "intervention": summary.intervention,
        "label": summary.label,
        "studies": summary.studies,
        "in_region": summary.in_region,
        "outcome": OUTCOMES[summary.outcome].label if summary.outcome else "",
        "measure": sample.measure,
        "pooled_studies": sample.k,
        "pooled_in_region": int(sample.studies["is_lac"].sum()) if sample.k else 0,
        "effect": effect,
        "lower": lower,
        "upper": upper,
        "publications_effect": together[0],
        "publications_lower": together[1],
        "publications_upper": together[2],
        "new_lower": new_lower,
        "new_upper": new_upper,
        "tau_squared": fit.tau_squared if fit else math.nan,
        "i_squared": fit.i_squared if fit else math.nan,
        "is_pooled": fit is not None,
    }
