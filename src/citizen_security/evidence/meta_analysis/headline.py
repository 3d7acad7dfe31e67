"""The values that the notebook records, group by group."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.dependence import Dependent
from citizen_security.evidence.meta_analysis.intervention_summaries import PAGES, Summary
from citizen_security.evidence.meta_analysis.moderators import MODERATORS, AskedModerator
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.pooled_fit import ESTIMATOR_LABELS, prediction
from citizen_security.evidence.meta_analysis.statements import findings, reviews, statement
from citizen_security.evidence.studies.pooled_sample import Sample, in_words, without_subject
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.bayesian_pooling import BayesianPooled
from citizen_security.methods.meta_analysis.between_study_variance import distinct_estimators
from citizen_security.methods.meta_analysis.effect_sizes import risk_ratio_of_odds_ratio
from citizen_security.methods.meta_analysis.pooling import Pooled
from citizen_security.values import Value

# Procedures of the simulation that the page compares, by the name of their values.
COMPARED = {"normal": "dersimonian_laird_normal", "knapp_hartung": "reml_knapp_hartung"}

# Medians of the priors of τ, in their scale.
PRIOR_MEDIANS = {"half_normal": 0.674, "half_cauchy": 1.0, "uniform": 0.5}

# The middle 95% of a normal distribution are so many standard deviations wide.
MIDDLE_95 = 3.92

NO_ROBUST_MEAN = "not to be had, as no publication has two effects"


def collection_values(
    summaries: Sequence[Summary], sample: Sample, effects: pd.DataFrame, unusable: pd.DataFrame
) -> list[Value]:
    """How many studies and effects there are, and how many of them can be pooled.

    Parameters
    ----------
    summaries : sequence of Summary
        Of every intervention.
    sample : Sample
        The studies pooled.
    effects, unusable : pandas.DataFrame
        The table of effects, and those of its rows that cannot be pooled.

    Returns
    -------
    list of Value
    """
    intervention = sample.effects["intervention"].iloc[0]
    total = next(summary for summary in summaries if summary.intervention == intervention)
    in_region = int(sample.studies["is_lac"].sum())
    return [
        Value(
            name="studies_total", value=total.studies, label="Evaluations and trials of the intervention in the table"
        ),
        Value(
            name="studies_lac", value=total.in_region, label="Of these, with a site in Latin America and the Caribbean"
        ),
        Value(name="studies_pooled", value=sample.k, label="Studies pooled"),
        Value(name="studies_pooled_lac", value=in_region, label="Of these, with a site in the region"),
        Value(name="effects_total", value=len(effects), label="Effects in the table"),
        Value(name="effects_unusable", value=len(unusable), label="Of these, effects that cannot be pooled"),
    ]


def pooled_values(sample: Sample, fit: Pooled, differences: pd.DataFrame) -> list[Value]:
    """The pooled effect, what a new study is expected to find, and how much the studies differ.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
    differences : pandas.DataFrame
        From `heterogeneity`.

    Returns
    -------
    list of Value
        Without `new_study_effect` where fewer than three studies give no prediction interval.
    """
    measure, words, new_study = sample.measure, _interval_name(fit), prediction(fit)
    intervals = {str(row["quantity"]): (float(row["lower"]), float(row["upper"])) for _, row in differences.iterrows()}
    values = [
        Value(
            name="pooled_effect",
            value=fit.effect,
            interval=fit.interval,
            n=fit.k,
            label=f"Random-effects mean; {words}",
            format=".2f",
        ),
        Value(name="pooled_effect_in_words", value=in_words(fit.effect, measure), label="The same, for readers"),
        Value(name="pooled_ends_in_words", value=_ends(fit.interval, measure), label="Its interval, for readers"),
        Value(
            name="prediction_statement",
            value=_ends(new_study, measure) if new_study else "none with fewer than three studies",
            label="Prediction interval, for readers",
        ),
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
        Value(
            name="q_p_value", value=fit.q_p_value, n=fit.k, label="P-value of equal effects (Cochran's Q)", format=".2g"
        ),
    ]
    if new_study:
        label = f"True effect of a new study; {fit.confidence_level:.0%} prediction interval"
        values.append(
            Value(name="new_study_effect", value=fit.effect, interval=new_study, n=fit.k, label=label, format=".2f")
        )
    return values


def estimator_values(estimators: pd.DataFrame) -> list[Value]:
    """How many estimators of τ² are compared, and between which values they put the pooled effect.

    Parameters
    ----------
    estimators : pandas.DataFrame
        From `compare_estimators`.

    Returns
    -------
    list of Value
    """
    names = distinct_estimators()
    several = "; ".join(" and ".join(map(ESTIMATOR_LABELS.__getitem__, group)) for group in names if len(group) > 1)
    of = f"of {len(names)} estimators of τ² and of τ² = 0"
    return [
        Value(
            name="estimators_distinct",
            value=len(names),
            label=f"Estimators of τ² that differ, beside τ² = 0 ({several} are one)",
        ),
        Value(
            name="estimators_least",
            value=float(estimators["effect"].min()),
            label=f"Lowest pooled effect {of}",
            format=".2f",
        ),
        Value(
            name="estimators_most",
            value=float(estimators["effect"].max()),
            label=f"Highest pooled effect {of}",
            format=".2f",
        ),
    ]


def moderator_values(asked: AskedModerator, parameters: MetaAnalysis) -> list[Value]:
    """What the test of the chosen moderator says."""
    name = "none" if parameters.moderator == "none" else MODERATORS[parameters.moderator]
    text = asked.note or f"p = {asked.p_value:.2f}"
    return [Value(name="moderator_statement", value=text, label=f"Test of the moderator ({name})")]


def influence_values(fit: Pooled, parts: pd.DataFrame, without: pd.DataFrame | str) -> list[Value]:
    """Which study adds most to Q, and between which values the effect moves when any one is left out.

    Parameters
    ----------
    fit : Pooled
    parts : pandas.DataFrame
        From `contributions`.
    without : pandas.DataFrame or str
        From `without_each`: a row for each study left out, or why there is none.

    Returns
    -------
    list of Value
    """
    heterogeneity = parts["heterogeneity"]
    values = [
        Value(
            name="top_study",
            value=str(parts["label"].iloc[int(heterogeneity.argmax())]),
            label="Study that adds most to Q",
        ),
        Value(
            name="top_study_share",
            value=float(100 * heterogeneity.max() / heterogeneity.sum()),
            unit="%",
            label="Its share of Q",
            n=fit.k,
            format=".0f",
        ),
    ]
    if isinstance(without, str):
        return values
    ends = {"least": ("Lowest", without["effect"].min()), "most": ("Highest", without["effect"].max())}
    return values + [
        Value(
            name=f"left_out_{name}",
            value=float(effect),
            label=f"{which} pooled effect without one study",
            n=fit.k,
            format=".2f",
        )
        for name, (which, effect) in ends.items()
    ]


def bayesian_values(sample: Sample, posterior: BayesianPooled, parameters: MetaAnalysis) -> list[Value]:
    """The posterior, and what its prior of τ means.

    Parameters
    ----------
    sample : Sample
    posterior : BayesianPooled
    parameters : MetaAnalysis

    Returns
    -------
    list of Value
    """
    level = parameters.credible_level
    mean = posterior.mu(level)
    summaries = {
        "bayesian_effect": ("Posterior median of the mean effect", mean),
        "bayesian_new_study": ("Posterior of a new study's effect", posterior.predictive(level)),
        "bayesian_tau": ("Posterior median of τ", posterior.tau_summary(level)),
    }
    return [
        *(
            Value(
                name=name,
                value=summary.median,
                interval=summary.central,
                n=sample.k,
                label=f"{what}; {level:.0%} credible",
                format=".2f",
            )
            for name, (what, summary) in summaries.items()
        ),
        Value(
            name="bayesian_below_zero",
            value=mean.below_zero,
            n=sample.k,
            label="Posterior probability that the mean is less crime",
            format=".3f",
        ),
        Value(
            name="prior_name",
            value=f"{parameters.prior.replace('_', '-')} with scale {parameters.prior_scale * sample.unit:.2g}",
            label="Prior of τ",
        ),
        Value(
            name="prior_meaning",
            value=_width_of_effects(sample, parameters),
            label="Middle 95% of the true effects at the prior's median",
        ),
    ]


def dependence_values(results: Mapping[str, Dependent | str]) -> list[Value]:
    """Means with cluster-robust errors, or that there is none.

    Parameters
    ----------
    results : mapping of str to Dependent or str
        By the end of the values' names, such as `publication`; a reason where nothing could be fitted.

    Returns
    -------
    list of Value
    """
    values = []
    label = "Three-level mean with CR2 errors"
    for name, result in results.items():
        if isinstance(result, str):
            values.append(Value(name=f"robust_statement_{name}", value=NO_ROBUST_MEAN, label=label))
            continue
        robust = result.robust
        mean, low, high = (float(part[0]) for part in (robust.coefficients, robust.lower, robust.upper))
        text = f"{mean:.2f} ({low:.2f} to {high:.2f})".replace("-", "−")
        words = f"{robust.confidence_level:.0%} confidence interval"
        values.append(Value(name=f"robust_statement_{name}", value=text, label=label))
        values.append(
            Value(
                name=f"robust_effect_{name}",
                value=mean,
                interval=(low, high),
                n=result.nested.k,
                label=f"{label}; {words}",
                format=".2f",
            )
        )
    return values


def risk_values(risks: Floats, fit: Pooled) -> list[Value]:
    """What the pooled odds ratio means as a change of the risk; nothing where no counts are known.

    Parameters
    ----------
    risks : numpy.ndarray
        Of the control groups.
    fit : Pooled
        Of log odds ratios, where there are risks.

    Returns
    -------
    list of Value
    """
    if not len(risks):
        return []
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
            label=f"Change of the risk at that risk; {_interval_name(fit)}",
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
    size = 100 * (1 - parameters.confidence_level)
    values = [Value(name="test_size", value=size, unit="%", label="Nominal size of the tests", format=".0f")]
    for name, procedure in COMPARED.items():
        rows = simulated[simulated["procedure"] == procedure]
        lowest, highest = rows.sort_values("coverage").iloc[0], rows.sort_values("type_one_error").iloc[-1]
        values.append(_worst(f"coverage_{name}_lowest", "coverage", lowest, "Lowest coverage of the settings"))
        values.append(
            _worst(f"type_one_error_{name}_highest", "type_one_error", highest, "Highest type I error of the settings")
        )
    return values


def intervention_values(
    summaries: Sequence[Summary], every: pd.DataFrame, studies: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame
) -> list[Value]:
    """What there is on each intervention, and on how many there is enough to pool.

    Parameters
    ----------
    summaries : sequence of Summary
    every : pandas.DataFrame
        From `table_of`.
    studies, effects : pandas.DataFrame
        Tables of those names.
    coded : pandas.DataFrame
        From `coded_studies`.

    Returns
    -------
    list of Value
        With what the intervention's own page says, where it has one.
    """
    single = every["effect"].notna() & ~every["is_pooled"]
    values = [
        Value(
            name="interventions_pooled",
            value=int(every["is_pooled"].sum()),
            n=len(every),
            label="Interventions with at least two studies that can be pooled",
        ),
        Value(
            name="interventions_single",
            value=int(single.sum()),
            n=len(every),
            label="Interventions with one study that has an effect with its error",
        ),
    ]
    for summary in summaries:
        values += _counts(summary)
        if summary.intervention in PAGES:
            values += _page(summary, studies, effects, coded)
        if summary.pooled is not None:
            values += _pooled(summary, summary.pooled)
    return values


def _counts(summary: Summary) -> list[Value]:
    code, label = summary.intervention, summary.label
    return [
        Value(
            name=f"studies_total_{code}", value=summary.studies, label=f"{label}: evaluations and trials in the table"
        ),
        Value(
            name=f"studies_lac_{code}", value=summary.in_region, label=f"{label}: of these, with a site in the region"
        ),
    ]


def _page(summary: Summary, studies: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame) -> list[Value]:
    code, label, measure = summary.intervention, summary.label, summary.sample.measure
    bayesian = "none"
    if summary.bayesian is not None:
        median, *ends = summary.bayesian
        bayesian = f"{without_subject(median, measure)} ({_ends(ends, measure)})"
    texts = {
        "statement": (statement(summary), "what can be said of the effect"),
        "findings": (findings(studies, effects, coded, code), "what each study found, as printed"),
        "reviews": (reviews(effects, studies, coded, code), "what reviews found, as printed"),
        "bayesian_statement": (bayesian, "posterior of the mean effect"),
    }
    return [
        Value(
            name=f"studies_pooled_{code}",
            value=summary.sample.k,
            label=f"{label}: studies with an effect and its error on one scale",
        ),
        *(Value(name=f"{name}_{code}", value=text, label=f"{label}: {what}") for name, (text, what) in texts.items()),
    ]


def _pooled(summary: Summary, fit: Pooled) -> list[Value]:
    code, label = summary.intervention, summary.label
    values = [
        Value(
            name=f"pooled_effect_{code}",
            value=fit.effect,
            interval=fit.interval,
            n=fit.k,
            label=f"{label}: pooled effect; {_interval_name(fit)}",
            format=".2f",
        ),
        Value(
            name=f"tau2_{code}",
            value=fit.tau_squared,
            n=fit.k,
            label=f"{label}: variance between studies",
            format=".3f",
        ),
        Value(name=f"i2_{code}", value=fit.i_squared, unit="%", n=fit.k, label=f"{label}: I²", format=".0f"),
    ]
    if ends := prediction(fit):
        values.append(
            Value(
                name=f"new_study_effect_{code}",
                value=fit.effect,
                interval=ends,
                n=fit.k,
                label=f"{label}: {fit.confidence_level:.0%} prediction interval",
                format=".2f",
            )
        )
    return values


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


def _ends(interval: Sequence[float], measure: str) -> str:
    return " to ".join(without_subject(end, measure) for end in interval)


def _interval_name(fit: Pooled) -> str:
    return f"{fit.confidence_level:.0%} confidence interval"
