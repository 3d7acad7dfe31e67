"""Headline values of the notebook `evidence/publication_bias`."""

import math
from collections.abc import Iterator

import pandas as pd

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects, in_words, statement
from citizen_security.evidence.publication_bias.analysis import BiasAnalysis
from citizen_security.evidence.publication_bias.asymmetry import asymmetry_tests
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.publication_bias.model_averaging import Averaged
from citizen_security.methods.publication_bias.significance_counts import PCurve
from citizen_security.values import Value

# Odds beyond any number that would be printed are cut, since only finite values are recorded.
LARGEST_ODDS = 1e300

# Names of the tests in the values, in the order of the table.
TEST_KEYS = ("egger_classical_p", "egger_p", "begg_p")

WORLD_KEYS = {"all_reported": "none", "significant_reported": "selected", "small_studies_differ": "differ"}


def headline_values(
    sample: Sample, analysis: BiasAnalysis, worlds: pd.DataFrame, parameters: PublicationBias
) -> list[Value]:
    """Everything that the notebook records of one set of studies.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
        Of that sample.
    worlds : pandas.DataFrame
        From `compare_worlds`.
    parameters : PublicationBias

    Returns
    -------
    list of Value
        A method without a result leaves out its values, except the statement, which says why there is none.
    """
    adjusted = adjusted_effects(analysis)
    return [
        *_of_sample(sample, analysis, parameters),
        *_of_effects(adjusted, parameters),
        *_of_asymmetry(sample, analysis, parameters),
        *_of_counts(sample, analysis),
        *_of_p_curve(analysis.p_curve),
        *_of_average(analysis.averaged, sample.k),
        *_of_span(adjusted),
        *_of_worlds(worlds, parameters.simulations_at_effort),
    ]


def _of_sample(sample: Sample, analysis: BiasAnalysis, parameters: PublicationBias) -> Iterator[Value]:
    pooled = analysis.random_effects
    yield Value(name="studies", value=sample.k, n=sample.k, label="Studies examined")
    yield Value(
        name="studies_in_region",
        value=int(sample.studies["is_lac"].sum()),
        label="Of these, from Latin America and the Caribbean",
    )
    yield Value(
        name="pooled_effect",
        value=pooled.effect,
        interval=pooled.interval,
        n=sample.k,
        label=f"Random-effects mean; {_interval_words('random_effects', parameters)}",
        format=".2f",
    )
    yield Value(
        name="pooled_effect_in_words", value=in_words(pooled.effect, sample.scale), label="The same, for readers"
    )


def _of_effects(adjusted: pd.DataFrame, parameters: PublicationBias) -> Iterator[Value]:
    for row in adjusted.to_dict("records"):
        method, words = str(row["method"]), _interval_words(str(row["method"]), parameters)
        yield Value(
            name=f"statement_{method}",
            value=statement(adjusted, method),
            label=f"{row['label']}: effect and {words}",
        )
        if math.isfinite(row["effect"]) and method != "random_effects":
            closed = math.isfinite(row["lower"]) and math.isfinite(row["upper"])
            yield Value(
                name=f"bias_adjusted_effect_{method}",
                value=float(row["effect"]),
                interval=(float(row["lower"]), float(row["upper"])) if closed else None,
                n=int(row["k"]),
                label=f"{row['label']}; {words}",
                format=".2f",
            )


def _of_asymmetry(sample: Sample, analysis: BiasAnalysis, parameters: PublicationBias) -> Iterator[Value]:
    for key, test in zip(TEST_KEYS, asymmetry_tests(analysis).to_dict("records"), strict=True):
        if math.isfinite(test["p_value"]):
            label = f"P-value: {test['test']}"
            yield Value(name=key, value=float(test["p_value"]), n=sample.k, label=label, format=".3f")
    egger, filled = analysis.egger_mixed, analysis.trim_and_fill
    if not isinstance(egger, str):
        yield Value(
            name="egger_slope",
            value=egger.slope,
            interval=(egger.slope_lower, egger.slope_upper),
            n=egger.k,
            label=f"Change of the effect for each unit of standard error; {_interval_words('egger', parameters)}",
            format=".2f",
        )
    if not isinstance(filled, str):
        yield Value(name="missing_studies", value=filled.missing, n=sample.k, label="Studies that trim and fill adds")


def _of_counts(sample: Sample, analysis: BiasAnalysis) -> Iterator[Value]:
    for rule, count in analysis.fail_safe.items():
        label = f"Fail-safe number ({rule.capitalize()})"
        yield Value(name=f"fail_safe_n_{rule}", value=count, n=sample.k, label=label, format=",")
    yield Value(
        name="fail_safe_n",
        value=analysis.fail_safe["rosenthal"],
        n=sample.k,
        label="Fail-safe number (Rosenthal)",
        format=",",
    )
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


def _of_p_curve(curve: PCurve | str) -> Iterator[Value]:
    if isinstance(curve, str):
        return
    yield Value(
        name="p_curve_p",
        value=curve.right_skew,
        n=curve.significant,
        label="P-value of the p-curve against no effect",
        format=".2g",
    )
    yield Value(
        name="p_curve_power",
        value=100 * curve.power,
        unit="%",
        n=curve.significant,
        label="Power that the p-curve fits",
        format=".0f",
    )


def _of_average(averaged: Averaged | str, studies: int) -> Iterator[Value]:
    if isinstance(averaged, str):
        return
    for row in averaged.inclusion.to_dict("records"):
        component = row["component"]
        yield Value(
            name=f"posterior_probability_{component}",
            value=float(row["posterior_probability"]),
            n=studies,
            label=f"Posterior probability: {component}",
            format=".2f",
        )
        yield Value(
            name=f"bayes_factor_{component}",
            value=min(float(row["bayes_factor"]), LARGEST_ODDS),
            n=studies,
            label=f"Inclusion Bayes factor: {component}",
            format=".3g",
        )


def _of_span(adjusted: pd.DataFrame) -> Iterator[Value]:
    sizes = adjusted["effect"].iloc[1:].dropna().abs()
    for name, size in (("smallest", sizes.min()), ("largest", sizes.max())):
        yield Value(
            name=f"bias_adjusted_{name}",
            value=float(size),
            n=len(sizes),
            label=f"{name.capitalize()} size of a corrected effect",
            format=".2f",
        )


def _of_worlds(worlds: pd.DataFrame, simulations: int) -> Iterator[Value]:
    for world, key in WORLD_KEYS.items():
        rows = worlds[worlds["world"] == world].set_index("method")
        yield Value(
            name=f"egger_rejects_{key}",
            value=100 * float(rows["egger_rejects"].iloc[0]),
            unit="% of simulated sets",
            n=simulations,
            label=f"Egger's test rejects at 10%; world: {world}",
            format=".0f",
        )
        for method, words in (("random_effects", "random effects"), ("pet_peese", "PET-PEESE")):
            yield Value(
                name=f"bias_{method}_{key}",
                value=float(rows["bias"].loc[method]),
                n=simulations,
                label=f"Bias of {words}; world: {world}",
                format=".2f",
            )


def _interval_words(method: str, parameters: PublicationBias) -> str:
    """Which interval a method has, as labels say it."""
    if method == "model_averaged":
        return f"{parameters.credible_level:.0%} credible interval"
    return f"{parameters.confidence_level:.0%} confidence interval"
