"""Headline values of the notebook `evidence/publication_bias`."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from scipy import stats

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects, statement
from citizen_security.evidence.publication_bias.analysis import BiasAnalysis
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.sentences import (
    EGGER_LEVEL,
    WORLDS,
    corrections_sentence,
    egger_sentence,
    excess_sentence,
    fail_safe_sentence,
    intervals_sentence,
    methods_sentence,
    region_sentence,
    worlds_sentence,
)
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.proportions import wilson_interval
from citizen_security.methods.publication_bias.model_averaging import Averaged
from citizen_security.values import Missing, Value

# Odds beyond any number that would be printed are cut, since only finite values are recorded.
LARGEST_ODDS = 1e300

# Methods whose effects pages quote; all are in the recorded table.
QUOTED = (
    *("random_effects", "trim_and_fill", "pet_peese", "three_parameter"),
    *("selection_model", "copas", "model_averaged"),
)

# Components of the average whose Bayes factors the page on the methods quotes.
FACTORS = ("effect", "selection")

# Worlds in which the page on the methods quotes how often Egger's test rejects.
WORLD_KEYS = {"significant_reported": "selected", "small_studies_differ": "differ"}


def headline_values(
    sample: Sample,
    analysis: BiasAnalysis,
    over_ensembles: pd.DataFrame,
    worlds: pd.DataFrame,
    parameters: PublicationBias,
) -> list[Value | Missing]:
    """Everything that the notebook records of one set of studies.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
        Of that sample.
    over_ensembles : pandas.DataFrame
        From `averages`.
    worlds : pandas.DataFrame
        From `compare_worlds`.
    parameters : PublicationBias

    Returns
    -------
    list of Value or Missing
        A method without a result has a statement that says why, and its further values are missing for that reason.
    """
    adjusted = adjusted_effects(analysis)
    return [
        *_of_sample(sample),
        *_of_sentences(analysis, worlds, parameters),
        Value(
            name="corrections_sentence",
            value=corrections_sentence(adjusted, sample.measure),
            label="Between which effects the corrections put the mean",
        ),
        Value(
            name="methods_sentence",
            value=methods_sentence(adjusted, over_ensembles, sample.measure),
            label="Which corrections are at the ends and reach no change",
        ),
        *_of_effects(adjusted, sample.measure, parameters),
        *_of_filled(analysis, sample.k),
        *_of_counts(sample, analysis),
        *_of_average(analysis.averaged, sample.k),
        *_of_worlds(worlds, parameters.simulations_at_effort, parameters.confidence_level),
    ]


def _of_sample(sample: Sample) -> Iterator[Value]:
    yield Value(name="studies", value=sample.k, label="Studies examined")
    yield Value(
        name="studies_in_region",
        value=int(sample.studies["is_lac"].sum()),
        label="Of these, from Latin America and the Caribbean",
    )
    yield Value(name="region_sentence", value=region_sentence(sample), label="Studies of the region among these")


def _of_sentences(analysis: BiasAnalysis, worlds: pd.DataFrame, parameters: PublicationBias) -> Iterator[Value]:
    texts = {
        "intervals_sentence": (intervals_sentence(parameters), "Level of the intervals"),
        "egger_sentence": (egger_sentence(analysis.egger_mixed, analysis.random_effects.k), "Egger's test"),
        "excess_sentence": (
            excess_sentence(analysis.excess, parameters),
            "Significant results, and how many to expect",
        ),
        "fail_safe_sentence": (fail_safe_sentence(analysis), "Rosenthal's fail-safe number"),
        "worlds_sentence": (
            worlds_sentence(worlds, parameters.simulations_at_effort, parameters.confidence_level),
            "Egger's test in simulations",
        ),
    }
    for name, (text, label) in texts.items():
        yield Value(name=name, value=text, label=label)


def _of_effects(adjusted: pd.DataFrame, measure: str, parameters: PublicationBias) -> Iterator[Value]:
    for row in adjusted[adjusted["method"].isin(QUOTED)].to_dict("records"):
        method = str(row["method"])
        label = f"{row['label']}: effect and {_interval_words(method, parameters)}"
        yield Value(name=f"statement_{method}", value=statement(adjusted, method, measure), label=label)


def _of_filled(analysis: BiasAnalysis, studies: int) -> Iterator[Value | Missing]:
    filled = analysis.trim_and_fill
    if isinstance(filled, str):
        yield Missing(names="missing_studies", reason=filled)
        return
    yield Value(name="missing_studies", value=filled.missing, n=studies, label="Studies that trim and fill adds")


def _of_counts(sample: Sample, analysis: BiasAnalysis) -> Iterator[Value]:
    for rule, count in analysis.fail_safe.items():
        label = f"Fail-safe number ({rule.capitalize()})"
        yield Value(name=f"fail_safe_n_{rule}", value=count, n=sample.k, label=label, format=",")
    excess = analysis.excess
    yield Value(
        name="excess_significance_p",
        value=excess.exact_p_value,
        n=excess.k,
        label="P-value of too many significant results, exact",
        format=".2f",
    )
    yield Value(
        name="significant_observed",
        value=excess.observed,
        n=excess.k,
        label="Significant results in the favoured direction",
    )
    yield Value(
        name="significant_expected",
        value=excess.expected,
        n=excess.k,
        label="Significant results expected from power",
        format=".1f",
    )


def _of_average(averaged: Averaged | str, studies: int) -> Iterator[Value | Missing]:
    if isinstance(averaged, str):
        yield Missing(names="posterior_probability_effect", reason=averaged)
        yield Missing(names="bayes_factor_*", reason=averaged)
        return
    inclusion: Any = averaged.inclusion.set_index("component").to_dict("index")
    yield Value(
        name="posterior_probability_effect",
        value=float(inclusion["effect"]["posterior_probability"]),
        n=studies,
        label="Posterior probability of an effect",
        format=".2f",
    )
    for component in FACTORS:
        yield Value(
            name=f"bayes_factor_{component}",
            value=min(float(inclusion[component]["bayes_factor"]), LARGEST_ODDS),
            n=studies,
            label=f"Inclusion Bayes factor: {component}",
            format=".3g",
        )


def _of_worlds(worlds: pd.DataFrame, simulations: int, level: float) -> Iterator[Value]:
    rows: Any = worlds[worlds["method"] == "random_effects"].set_index("world").to_dict("index")
    for world, key in WORLD_KEYS.items():
        share = float(rows[world]["egger_rejects"])
        lower, upper = wilson_interval(round(share * simulations), simulations, level)
        yield Value(
            name=f"egger_rejects_{key}",
            value=100 * share,
            interval=(100 * lower, 100 * upper),
            unit="% of simulated sets",
            n=simulations,
            label=f"Egger's test rejects at {EGGER_LEVEL:.0%} {WORLDS[world]}; {level:.0%} interval of the number of "
            "sets",
            format=".0f",
        )
    bias, error = (float(rows["significant_reported"][name]) for name in ("bias", "bias_standard_error"))
    half = float(stats.t.isf((1 - level) / 2, simulations - 1)) * error if simulations > 1 else float("inf")
    yield Value(
        name="bias_random_effects_selected",
        value=bias,
        interval=(bias - half, bias + half),
        n=simulations,
        label=f"Bias of random effects {WORLDS['significant_reported']}; {level:.0%} Monte Carlo interval",
        format=".2f",
    )


def _interval_words(method: str, parameters: PublicationBias) -> str:
    """Which interval a method has, as labels say it."""
    if method == "model_averaged":
        return f"{parameters.credible_level:.0%} credible interval"
    return f"{parameters.confidence_level:.0%} confidence interval"
