"""The values that the notebook records, group by group."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.collection_sentences import (
    coverage_sentences,
    interventions_sentence,
    unusable_sentence,
)
from citizen_security.evidence.meta_analysis.dependence import Dependent, reliance_clauses, robust_statement
from citizen_security.evidence.meta_analysis.intervention_summaries import Summary
from citizen_security.evidence.meta_analysis.moderator_tests import MARK, AskedModerators, p_or_reason
from citizen_security.evidence.meta_analysis.moderators import in_words as moderators_in_words
from citizen_security.evidence.meta_analysis.other_means import level_rule_sentence
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.pooled_fit import ESTIMATOR_LABELS
from citizen_security.evidence.meta_analysis.readings import (
    count_sentence,
    effect_of,
    heterogeneity_sentence,
    mixture_sentence,
    prediction_sentence,
    prior_in_words,
    reading,
    side_sentence,
    width_sentence,
)
from citizen_security.evidence.meta_analysis.regional_lesson import Lesson, lesson_sentence
from citizen_security.evidence.meta_analysis.resampled import Resampled, resampling_sentence
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.evidence.studies.pooled_sample import (
    Sample,
    ends_in_words,
    expected_of_a_new_study,
    in_words,
    on_average,
    studies_in_words,
    without_subject,
)
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.bayesian_pooling import BayesianPooled
from citizen_security.methods.meta_analysis.between_study_variance import distinct_estimators
from citizen_security.methods.meta_analysis.effect_sizes import risk_ratio_of_odds_ratio
from citizen_security.methods.meta_analysis.pooling import Pooled
from citizen_security.values import Missing, Value
from citizen_security.words import counted, sentences

# Procedures of the simulation that the page compares, by the name of their values.
COMPARED = {
    "normal": ("dersimonian_laird_normal", "normal intervals"),
    "knapp_hartung": ("reml_knapp_hartung", "intervals by Knapp and Hartung"),
}

# Medians of the priors of τ, in their scale.
PRIOR_MEDIANS = {"half_normal": 0.674, "half_cauchy": 1.0, "uniform": 0.5}

# Q of equal effects, which rounding leaves above zero.
ROUNDING_OF_Q = 1e-9

# The middle 95% of a normal distribution are so many standard deviations wide.
MIDDLE_95 = 3.92


def collection_values(sample: Sample, effects: pd.DataFrame, unusable: pd.DataFrame) -> list[Value]:
    """How many studies and effects there are, and how many of them can be pooled.

    Parameters
    ----------
    sample : Sample
        The studies pooled.
    effects, unusable : pandas.DataFrame
        The table of effects, and those of its rows that cannot be pooled.

    Returns
    -------
    list of Value
    """
    in_region = int(sample.studies["is_lac"].sum())
    said = unusable_sentence(len(effects), unusable)
    return [
        Value(name="studies_pooled", value=sample.k, label="Studies pooled"),
        Value(name="studies_pooled_lac", value=in_region, label="Of these, with a site in the region"),
        Value(name="unusable_sentence", value=said, label="How many effects cannot be pooled, and why"),
    ]


def pooled_values(sample: Sample, fit: Pooled, differences: pd.DataFrame, parameters: MetaAnalysis) -> list[Value]:
    """The pooled effect, what a new study is expected to find, and how much the studies differ.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
    differences : pandas.DataFrame
        From `heterogeneity`.
    parameters : MetaAnalysis

    Returns
    -------
    list of Value
    """
    words, new_study = _interval_name(fit), expected_of_a_new_study(fit)
    intervals = {str(row["quantity"]): (float(row["lower"]), float(row["upper"])) for _, row in differences.iterrows()}
    effect, ends = in_words(fit.effect, sample.measure), ends_in_words(*fit.interval, sample.measure)
    expected = f"none {new_study}" if isinstance(new_study, str) else ends_in_words(*new_study, sample.measure)
    said = [
        on_average(effect_of(sample, fit)),
        mixture_sentence(sample),
        side_sentence(fit),
        width_sentence(sample, fit),
        heterogeneity_sentence(fit),
        prediction_sentence(sample, fit),
        level_rule_sentence(sample, parameters),
    ]
    return [
        Value(name="pooled_reading", value=sentences(said), label="What the studies say together"),
        Value(name="pooled_effect_in_words", value=effect, label="Random-effects mean, for readers"),
        Value(name="pooled_ends_in_words", value=ends, label="Its interval, for readers"),
        Value(name="prediction_statement", value=expected, label="Prediction interval, for readers"),
        Value(
            name="tau2",
            value=fit.tau_squared,
            interval=intervals["τ², variance between studies"],
            n=fit.k,
            label=f"Variance between studies; Q-profile {words}",
            format=".3f",
        ),
        Value(
            name="i2",
            value=fit.i_squared,
            interval=intervals["I², per cent"],
            unit="%",
            n=fit.k,
            label=f"I²; {words} from τ²",
            format=".0f",
        ),
    ]


def estimator_values(estimators: pd.DataFrame, measure: str) -> list[Value]:
    """How many estimators of τ² are compared, and between which values they put the pooled effect.

    Parameters
    ----------
    estimators : pandas.DataFrame
        From `compare_estimators`.
    measure : str
        Of the effects.

    Returns
    -------
    list of Value
    """
    names = distinct_estimators()
    several = "; ".join(" and ".join(map(ESTIMATOR_LABELS.__getitem__, group)) for group in names if len(group) > 1)
    is_equal = estimators["estimator"] == "equal_effects"
    effects, equal = estimators.loc[~is_equal, "effect"], float(estimators.loc[is_equal, "effect"].iloc[0])
    ends = ends_in_words(effects.min(), effects.max(), measure)
    alone = without_subject(equal, measure)
    several_estimators = f"{counted(len(names), 'way')} to estimate how far true effects lie apart"
    printed = {without_subject(effect, measure) for effect in (effects.min(), effects.max(), equal)}
    said = (
        f"{several_estimators}, and supposing one true effect, agree on the mean to the digits printed, {alone}"
        if len(printed) == 1
        else f"{several_estimators} put the mean at {ends}, and supposing one true effect puts it at {alone}"
    )
    return [
        Value(
            name="estimators_distinct",
            value=len(names),
            label=f"Estimators of τ² that differ, beside τ² = 0 ({several} are one)",
        ),
        Value(name="estimators_sentence", value=sentences([said]), label="What the choice of the estimator decides"),
    ]


def moderator_values(asked: AskedModerators, parameters: MetaAnalysis) -> list[Value]:
    """What the tests of the chosen moderators say, in sentences.

    Parameters
    ----------
    asked : AskedModerators
    parameters : MetaAnalysis

    Returns
    -------
    list of Value
    """
    name = moderators_in_words(parameters.moderators)
    level = 1 - parameters.confidence_level
    at_level = f"at the {100 * level:.3g}% level"
    if asked.regression is None:
        said = ["no moderator was chosen"]
    else:
        first = p_or_reason(asked.tests.iloc[0].to_dict())
        if asked.p_value < level:
            said = [
                f"{at_level} the effect differs by {name} ({first}); what goes with it may be the "
                "reason, as the studies were not assigned to it"
            ]
        else:
            said = [f"{at_level} it is not shown that the effect depends on {name} ({first}), nor that it does not"]
        others = [
            f"by {row['test'].removesuffix(MARK).rstrip()}, {p_or_reason(row)}"
            for row in asked.tests.iloc[1:].to_dict("records")
        ]
        said.append("; ".join(others))
    return [Value(name="moderator_sentence", value=sentences(said), label=f"Test of the moderator ({name})")]


def resampling_values(sample: Sample, resampled: Resampled, parameters: MetaAnalysis) -> list[Value]:
    """What changing signs and drawing again say of the mean."""
    said = resampling_sentence(sample, resampled, parameters.confidence_level)
    return [Value(name="resampling_sentence", value=said, label="The mean by changed signs and by drawing again")]


def influence_values(sample: Sample, parts: pd.DataFrame, without: pd.DataFrame | str) -> list[Value]:
    """Which study adds most to Q, and between which values the effect moves when any one is left out.

    Parameters
    ----------
    sample : Sample
    parts : pandas.DataFrame
        From `contributions`.
    without : pandas.DataFrame or str
        From `without_each`: a row for each study left out, or why there is none.

    Returns
    -------
    list of Value
    """
    heterogeneity = parts["heterogeneity"]
    top = parts["label"].iloc[int(heterogeneity.argmax())]
    total = float(heterogeneity.sum())
    # Of effects that are equal Q is what rounding leaves, and no study's share of it means anything.
    said = ["the effects are alike, so that no study adds to differences between them"]
    if total > ROUNDING_OF_Q:
        share = heterogeneity.max() / total
        said = [f"{top} adds most to the differences between studies, {share:.0%} (of Cochran's Q, which sums them up)"]
    if not isinstance(without, str):
        effects = without["effect"]
        ends = ends_in_words(effects.min(), effects.max(), sample.measure)
        said.append(f"without any one study the mean lies at {ends}")
    return [Value(name="influence_sentence", value=sentences(said), label="What one study does to the answer")]


def bayesian_values(sample: Sample, posterior: BayesianPooled, parameters: MetaAnalysis) -> list[Value]:
    """The posterior in sentences, and what its prior of τ means.

    Parameters
    ----------
    sample : Sample
    posterior : BayesianPooled
    parameters : MetaAnalysis

    Returns
    -------
    list of Value
    """
    level, measure = parameters.credible_level, sample.measure
    mean, new = posterior.mu(level), posterior.predictive(level)
    said = [
        f"the posterior median of the mean effect is {without_subject(mean.median, measure)} "
        f"({ends_in_words(*mean.central, measure)}, {level:.0%} credible)",
        f"the effect of a new study lies with the same probability at {ends_in_words(*new.central, measure)}",
    ]
    return [
        Value(name="posterior_sentence", value=sentences(said), label="Posterior of the mean and of a new study"),
        Value(name="prior_name", value=prior_in_words(sample, parameters), label="Prior of τ"),
        Value(
            name="prior_meaning",
            value=_width_of_effects(sample, parameters),
            label="Middle 95% of the true effects at the prior's median",
        ),
    ]


def dependence_values(sample: Sample, fit: Pooled, result: Dependent | str, others: pd.DataFrame | str) -> list[Value]:
    """The mean of the chosen studies with cluster-robust errors by publication, or that there is none.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Of one effect a study.
    result : Dependent or str
        A reason where nothing could be fitted.
    others : pandas.DataFrame or str
        From `other_correlations`, or the same reason.

    Returns
    -------
    list of Value
    """
    if isinstance(result, str) or isinstance(others, str):
        said = f"not to be had: {str(result).rstrip('.')}"
        hangs = f"what another correlation would do cannot be told: {str(result).rstrip('.')}"
        reliance = [f"{studies_in_words(sample)} are pooled"]
    else:
        said = robust_statement(sample, result)
        hangs = _hangs_on_correlation(others, sample.measure)
        reliance = [f"{studies_in_words(sample)} are pooled", *reliance_clauses(sample, fit, result)]
    return [
        Value(
            name="robust_statement_publication",
            value=said,
            label="Mean of correlated and hierarchical effects with CR2 errors, by publication",
        ),
        Value(name="dependence_sentence", value=sentences(reliance), label="How far that mean may be relied on"),
        Value(name="correlation_sentence", value=sentences([hangs]), label="What the working correlation decides"),
    ]


def lesson_values(lesson: Lesson | str) -> list[Value]:
    """What pooling homicide in the region, whatever the programme, would say."""
    return [
        Value(name="regional_lesson", value=lesson_sentence(lesson), label="What not to pool: homicide in the region")
    ]


def risk_values(risks: Floats, fit: Pooled) -> list[Value | Missing]:
    """What the pooled odds ratio means as a change of the risk, or that no counts are known.

    Parameters
    ----------
    risks : numpy.ndarray
        Of the control groups.
    fit : Pooled
        Of log odds ratios, where there are risks.

    Returns
    -------
    list of Value or Missing
    """
    if not len(risks):
        reason = "the studies pooled publish no counts"
        return [Missing(names="control_risk", reason=reason), Missing(names="risk_change_percent", reason=reason)]
    risk = float(np.median(risks))
    change, low, high = (
        100 * (risk_ratio_of_odds_ratio(math.exp(value), risk) - 1) for value in (fit.effect, *fit.interval)
    )
    return [
        Value(
            name="control_risk",
            value=risk,
            n=len(risks),
            label="Median risk in the control groups with counts",
            format=".2f",
        ),
        Value(
            name="risk_change_percent",
            value=change,
            interval=(low, high),
            unit="%",
            n=fit.k,
            label=f"Change of the risk where it is {risk:.2f}, the median of the control groups; {_interval_name(fit)}",
            format=".0f",
        ),
    ]


def coverage_values(simulated: pd.DataFrame, parameters: MetaAnalysis) -> list[Value]:
    """The worst that intervals and tests did in the simulated meta-analyses.

    Parameters
    ----------
    simulated : pandas.DataFrame
        From `simulate_coverage`.
    parameters : MetaAnalysis

    Returns
    -------
    list of Value
    """
    values = []
    for name, (procedure, words) in COMPARED.items():
        rows = simulated[simulated["procedure"] == procedure]
        lowest, highest = rows.sort_values("coverage").iloc[0], rows.sort_values("type_one_error").iloc[-1]
        values.append(
            _worst(f"coverage_{name}_lowest", "coverage", lowest, f"Lowest coverage of the settings, {words}")
        )
        values.append(
            _worst(
                f"type_one_error_{name}_highest",
                "type_one_error",
                highest,
                f"Highest type I error of the settings, {words}",
            )
        )
    said = coverage_sentences(simulated, parameters.confidence_level)
    return [*values, Value(name="coverage_sentence", value=said, label="What the simulation says of the intervals")]


def intervention_values(summaries: Sequence[Summary], every: pd.DataFrame, parameters: MetaAnalysis) -> list[Value]:
    """On how many interventions there is enough to pool, and what the pages of some say.

    Parameters
    ----------
    summaries : sequence of Summary
    every : pandas.DataFrame
        From `table_of`.
    parameters : MetaAnalysis

    Returns
    -------
    list of Value
    """
    values = [Value(name="interventions_sentence", value=interventions_sentence(every), label="What can be pooled")]
    for summary in summaries:
        if summary.intervention in PAGES:
            values += _page(summary, parameters)
    return values


def _page(summary: Summary, parameters: MetaAnalysis) -> list[Value]:
    code, label = summary.intervention, summary.label
    texts = {
        f"{code}_count_sentence": (count_sentence(summary), "how many studies"),
        f"{code}_reading": (reading(summary, parameters), "what the studies say together"),
    }
    return [Value(name=name, value=text, label=f"{label}: {what}") for name, (text, what) in texts.items()]


def _hangs_on_correlation(others: pd.DataFrame, measure: str) -> str:
    correlations, effects = others["correlation"], others["effect"]
    ends = (
        "supposed correlations of the errors of one publication's effects from "
        f"{correlations.min():g} to {correlations.max():g}"
    )
    if without_subject(effects.min(), measure) == without_subject(effects.max(), measure):
        return f"{ends} agree on the mean to the digits printed"
    return f"{ends} put the mean at {ends_in_words(effects.min(), effects.max(), measure)}"


def _worst(name: str, column: str, row: "pd.Series[float]", label: str) -> Value:
    """A share of simulated meta-analyses in per cent, with two simulation errors to each side."""
    low, high = (100 * (row[column] + side * 2 * row["simulation_error"]) for side in (-1, 1))
    return Value(
        name=name,
        value=float(100 * row[column]),
        interval=(max(float(low), 0.0), min(float(high), 100.0)),
        unit="%",
        n=int(row["replicates"]),
        label=f"{label}; ± 2 simulation errors",
        format=".0f",
    )


def _width_of_effects(sample: Sample, parameters: MetaAnalysis) -> str:
    """How far apart true effects would be if τ were the median of its prior."""
    width = MIDDLE_95 * (PRIOR_MEDIANS[parameters.prior] * parameters.prior_scale * sample.unit)
    if sample.measure == "standardised_mean_difference":
        return f"{width:.2g} standard deviations wide"
    return f"from one ratio to {math.exp(width):.2g} times that ratio"


def _interval_name(fit: Pooled) -> str:
    return f"{fit.confidence_level:.0%} confidence interval"
