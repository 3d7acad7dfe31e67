"""One set of studies under every method: tests of asymmetry, counts, and the pooled effect that each correction gives.

The studies of the compendium are a convenience collection. What is missing from it was missed by a search as well as by
journals, so no number here estimates a suppression of results alone.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.pooled_sample import Sample, sample_of_intervention
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from citizen_security.methods.publication_bias.copas_selection import (
    RESIDUAL_LEVEL,
    copas_sensitivity,
    mildest_sufficient,
)
from citizen_security.methods.publication_bias.funnel_tests import (
    ConditionalCorrection,
    RankCorrelation,
    SmallStudyEffect,
    egger_classical,
    egger_mixed,
    pet_peese,
    rank_correlation,
)
from citizen_security.methods.publication_bias.model_averaging import (
    ENSEMBLES,
    FULL,
    QUICK,
    Averaged,
    average_models,
    unit_information_priors,
)
from citizen_security.methods.publication_bias.selection_models import (
    NotIdentified,
    NotMaximised,
    StepSelection,
    fit_step_selection,
    weight_intervals,
)
from citizen_security.methods.publication_bias.significance_counts import (
    ExcessSignificance,
    NothingSignificant,
    PCurve,
    excess_significance,
    orwin_fail_safe,
    p_curve,
    rosenberg_fail_safe,
    rosenthal_fail_safe,
)
from citizen_security.methods.publication_bias.trim_and_fill import NotSettled, TrimAndFill, trim_and_fill

type Floats = npt.NDArray[np.float64]

# Below this nothing can be said of what is missing; the regressions have three degrees of freedom left.
FEWEST = 5

# Fewer studies than this cannot tell a selection from an effect (Sterne and others 2011 for tests of asymmetry, whose
# power is then too low; Carpenter and others 2009 for the Copas model).
FEWEST_FOR_SELECTION = 10

# Strengths of selection for a first look at many sets.
COARSE_SELECTION = [0.99, 0.8, 0.6, 0.4, 0.2]

_REFUSALS = (NotEnoughStudies, NotIdentified, NotMaximised, NotSettled, NothingSignificant, ValueError)


class Method(NamedTuple):
    """A way to a pooled effect, and in one line what it takes for granted."""

    label: str
    assumes: str


METHODS: Mapping[str, Method] = {
    "random_effects": Method("Random effects", "every study is reported, or those missing are like the others"),
    "equal_effects": Method("Equal effects", "one true effect; weights small studies least, and so their bias"),
    "trim_and_fill": Method("Trim and fill", "the complete funnel is symmetric; the most extreme results are missing"),
    "pet": Method("PET", "the effect changes straight with the standard error, for no other reason than selection"),
    "peese": Method("PEESE", "the effect changes with the variance: precise studies are hardly selected"),
    "pet_peese": Method("PET-PEESE", "as PET; as PEESE where PET finds an effect"),
    "three_parameter": Method("Selection at p = 0.025", "reporting depends on significance alone, in one step"),
    "selection_model": Method("Selection, chosen steps", "reporting depends on the p-value alone, in the steps chosen"),
    "copas": Method("Copas", "reporting depends on precision, and on luck that goes with the result"),
    "model_averaged": Method("Bayesian average", "one of the models of the ensemble holds; priors as stated"),
}


@dataclass(frozen=True, eq=False)
class BiasAnalysis:
    """Every method on one set of studies; a sentence in place of a result that could not be had.

    Attributes
    ----------
    random_effects, equal_effects : Pooled
    egger, egger_mixed : SmallStudyEffect or str
    begg : RankCorrelation or str
    trim_and_fill : TrimAndFill or str
    conditional : ConditionalCorrection or str
    three_parameter, selection_model : StepSelection or str
    copas : pandas.DataFrame or str
        Over assumed strengths of selection.
    averaged : Averaged or str
    excess : ExcessSignificance
        At the random-effects mean and variance between studies.
    p_curve : PCurve or str
    fail_safe : dict
        Number by `rosenthal`, `rosenberg`, `orwin`.
    level : float
    """

    random_effects: Pooled
    equal_effects: Pooled
    egger: SmallStudyEffect | str
    egger_mixed: SmallStudyEffect | str
    begg: RankCorrelation | str
    trim_and_fill: TrimAndFill | str
    conditional: ConditionalCorrection | str
    three_parameter: StepSelection | str
    selection_model: StepSelection | str
    copas: pd.DataFrame | str
    averaged: Averaged | str
    excess: ExcessSignificance
    p_curve: PCurve | str
    fail_safe: dict[str, int]
    level: float


def sets_of_studies(harmonised: pd.DataFrame) -> pd.DataFrame:
    """Interventions with enough studies on one scale.

    Parameters
    ----------
    harmonised : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        `intervention`, `label`, `scale`, `studies`, `in_region`; most studies first.
    """
    rows = []
    for intervention, effects in harmonised.groupby("intervention"):
        sample = sample_of_intervention(harmonised, str(intervention))
        in_region = int(sample.studies["is_lac"].sum())
        rows.append((intervention, effects["intervention_label"].iloc[0], sample.scale, sample.k, in_region))
    table = pd.DataFrame(rows, columns=["intervention", "label", "scale", "studies", "in_region"])
    enough = table[table["studies"] >= FEWEST]
    return enough.sort_values("studies", ascending=False, kind="stable").reset_index(drop=True)


def problems_of_sample(harmonised: pd.DataFrame, parameters: PublicationBias) -> list[str]:
    """Why the studies asked for cannot be examined, in sentences; empty where they can.

    Parameters
    ----------
    harmonised : pandas.DataFrame
    parameters : PublicationBias

    Returns
    -------
    list of str
    """
    found = sample_of_intervention(harmonised, parameters.intervention, parameters.outcome).k
    if found >= FEWEST:
        return []
    sets = sets_of_studies(harmonised)
    offers = ", ".join(f"{code} ({size})" for code, size in zip(sets["intervention"], sets["studies"], strict=True))
    outcome = "" if parameters.outcome == "all" else f" and outcome = '{parameters.outcome}'"
    return [
        f"intervention = '{parameters.intervention}'{outcome} has {found} studies with an effect and its error; at "
        f"least {FEWEST} are needed to ask what is missing. With outcome = 'all', these have enough: {offers}"
    ]


def analyse(sample: Sample, parameters: PublicationBias) -> BiasAnalysis:
    """Put every method to the studies.

    Parameters
    ----------
    sample : Sample
        At least five studies.
    parameters : PublicationBias

    Returns
    -------
    BiasAnalysis

    Raises
    ------
    NotEnoughStudies
        With fewer than two studies.
    """
    effect, variance, level = sample.effect, sample.variance, parameters.level
    favoured = favoured_sign(parameters)
    pooled = pool(effect, variance, estimator=parameters.estimator, confidence_level=level)

    def step_model(cut_points: tuple[float, ...]) -> Callable[[], StepSelection]:
        return lambda: fit_step_selection(effect, variance, cut_points=cut_points, favoured=favoured, level=level)

    return BiasAnalysis(
        random_effects=pooled,
        equal_effects=pool(effect, variance, estimator="equal_effects", test="normal", confidence_level=level),
        egger=_result(lambda: egger_classical(effect, variance, level=level)),
        egger_mixed=_result(lambda: egger_mixed(effect, variance, estimator=parameters.estimator, level=level)),
        begg=_result(lambda: rank_correlation(effect, variance)),
        trim_and_fill=_result(
            lambda: trim_and_fill(
                effect,
                variance,
                side="right" if favoured == "negative" else "left",
                missing_estimator=parameters.missing_estimator,
                estimator=parameters.estimator,
                level=level,
            )
        ),
        conditional=_result(lambda: pet_peese(effect, variance, significance=parameters.pet_significance, level=level)),
        three_parameter=_selected(sample, step_model((0.025,))),
        selection_model=_selected(sample, step_model(tuple(parameters.cut_points))),
        copas=_selected(
            sample,
            lambda: copas_sensitivity(
                effect,
                variance,
                least_precise=parameters.copas_least_precise,
                most_precise=parameters.copas_most_precise,
                level=level,
            ),
        ),
        averaged=_result(
            lambda: average_models(
                effect,
                variance,
                priors=unit_information_priors(
                    sample.unit,
                    effect=parameters.effect_prior,
                    heterogeneity=parameters.heterogeneity_prior,
                    pet=parameters.pet_prior,
                    peese=parameters.peese_prior,
                ),
                selections=ENSEMBLES[parameters.ensemble],
                favoured=favoured,
                level=level,
                resolution=FULL if parameters.effort == "full" else QUICK,
            )
        ),
        excess=excess_significance(
            effect, variance, true_effect=pooled.effect, tau_squared=pooled.tau_squared, direction=favoured
        ),
        p_curve=_result(lambda: p_curve(effect, variance, favoured=favoured)),
        fail_safe={
            "rosenthal": rosenthal_fail_safe(effect, variance),
            "rosenberg": rosenberg_fail_safe(effect, variance),
            "orwin": orwin_fail_safe(effect, parameters.smallest_effect),
        },
        level=level,
    )


def adjusted_effects(analysis: BiasAnalysis) -> pd.DataFrame:
    """The pooled effect under each method, with what the method takes for granted.

    Parameters
    ----------
    analysis : BiasAnalysis

    Returns
    -------
    pandas.DataFrame
        `method`, `label`, `effect`, `lower`, `upper`, `k`, `note` (what came out beside the effect, or why there is
        none), `assumes`. A method without a result has missing numbers.
    """
    entries = {
        "random_effects": _pooled_entry(analysis.random_effects),
        "equal_effects": _pooled_entry(analysis.equal_effects),
        "trim_and_fill": _filled_entry(analysis.trim_and_fill),
        "pet": _regression_entry(analysis.conditional, "pet"),
        "peese": _regression_entry(analysis.conditional, "peese"),
        "pet_peese": _regression_entry(analysis.conditional, "result"),
        "three_parameter": _selection_entry(analysis.three_parameter),
        "selection_model": _selection_entry(analysis.selection_model),
        "copas": _copas_entry(analysis.copas),
        "model_averaged": _averaged_entry(analysis.averaged),
    }
    table = pd.DataFrame(
        [(name, METHODS[name].label, *entry, METHODS[name].assumes) for name, entry in entries.items()],
        columns=["method", "label", "effect", "lower", "upper", "note", "assumes"],
    )
    table.insert(5, "k", analysis.random_effects.k)
    return table


def asymmetry_tests(analysis: BiasAnalysis) -> pd.DataFrame:
    """The tests of the funnel's asymmetry.

    Parameters
    ----------
    analysis : BiasAnalysis

    Returns
    -------
    pandas.DataFrame
        `test`, `estimate`, `lower`, `upper`, `p_value`, `note`.
    """
    nothing = math.nan
    rows: list[tuple[str, float, float, float, float, str]] = []
    for label, fit in (("Egger, classical", analysis.egger), ("Egger, mixed effects", analysis.egger_mixed)):
        if isinstance(fit, str):
            rows.append((label, nothing, nothing, nothing, nothing, fit))
        else:
            rows.append((label, fit.slope, fit.slope_lower, fit.slope_upper, fit.p_value, "change for each unit of SE"))
    begg = analysis.begg
    if isinstance(begg, str):
        rows.append(("Begg, rank correlation", nothing, nothing, nothing, nothing, begg))
    else:
        rows.append(("Begg, rank correlation", begg.tau, nothing, nothing, begg.p_value, "Kendall's tau"))
    return pd.DataFrame(rows, columns=["test", "estimate", "lower", "upper", "p_value", "note"])


def reporting_weights(sample: Sample, analysis: BiasAnalysis, parameters: PublicationBias) -> pd.DataFrame:
    """Weights of reporting in the steps chosen, with profile likelihood intervals.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
    parameters : PublicationBias

    Returns
    -------
    pandas.DataFrame
        `start`, `end`, `studies`, `weight`, `lower`, `upper`, a row for each interval of p-values; the first weight is
        1 and has no interval. Empty where the model could not be fitted.
    """
    fit = analysis.selection_model
    columns = ["start", "end", "studies", "weight", "lower", "upper"]
    if isinstance(fit, str):
        return pd.DataFrame(columns=columns)
    intervals = weight_intervals(
        sample.effect,
        sample.variance,
        cut_points=fit.cut_points,
        favoured=favoured_sign(parameters),
        level=parameters.level,
    )
    ends = [0.0, *fit.cut_points, 1.0]
    bounds = [(math.nan, math.nan), *intervals[1:]]
    rows = [
        (start, end, count, weight, *bound)
        for start, end, count, weight, bound in zip(ends[:-1], ends[1:], fit.counts, fit.weights, bounds, strict=True)
    ]
    return pd.DataFrame(rows, columns=columns)


def one_sided_p_values(sample: Sample, parameters: PublicationBias) -> Floats:
    """P-values of the studies against no effect, small in the favoured direction.

    Parameters
    ----------
    sample : Sample
    parameters : PublicationBias

    Returns
    -------
    numpy.ndarray, shape (k,)
    """
    z = sample.effect / np.sqrt(sample.variance)
    return np.asarray(norm.cdf(z if favoured_sign(parameters) == "negative" else -z))


def fitted_lines(sample: Sample, analysis: BiasAnalysis, points: int = 50) -> pd.DataFrame:
    """Egger's line and PEESE's curve over the range of standard errors, from zero.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
    points : int

    Returns
    -------
    pandas.DataFrame
        `standard_error`, `egger` (mixed effects), `peese`; missing where there is no fit.
    """
    error = np.linspace(0, float(np.sqrt(sample.variance.max())), points)
    lines = pd.DataFrame({"standard_error": error, "egger": math.nan, "peese": math.nan})
    if not isinstance(analysis.egger_mixed, str):
        lines["egger"] = analysis.egger_mixed.limit + analysis.egger_mixed.slope * error
    if not isinstance(analysis.conditional, str):
        lines["peese"] = analysis.conditional.peese.limit + analysis.conditional.peese.slope * error**2
    return lines


def selection_probabilities(averaged: Averaged) -> pd.DataFrame:
    """Prior and posterior probability of each way of selection, over all models.

    Parameters
    ----------
    averaged : Averaged

    Returns
    -------
    pandas.DataFrame
        `selection`, `prior_probability`, `posterior_probability`.
    """
    columns = ["prior_probability", "posterior_probability"]
    return averaged.models.groupby("selection", sort=False)[columns].sum().reset_index()


def in_words(effect: float, scale: str) -> str:
    """An effect as readers know it: a ratio, or standard deviations.

    Parameters
    ----------
    effect : float
    scale : str

    Returns
    -------
    str
    """
    if scale == "log_ratio":
        return f"a ratio of {math.exp(effect):.2f}"
    return f"{effect + 0.0:.2f} standard deviations".replace("-", "−")


def statement(adjusted: pd.DataFrame, method: str) -> str:
    """Effect and interval of one method for prose, or why there is none.

    Parameters
    ----------
    adjusted : pandas.DataFrame
        From `adjusted_effects`.
    method : str

    Returns
    -------
    str
    """
    row = adjusted[adjusted["method"] == method].iloc[0]
    if math.isnan(row["effect"]):
        return f"none ({row['note']})"
    effect, lower, upper = (f"{row[name] + 0.0:.2f}".replace("-", "−") for name in ("effect", "lower", "upper"))
    return f"{effect} ({lower} to {upper})"


def favoured_sign(parameters: PublicationBias) -> Literal["negative", "positive"]:
    """Sign of the effects that are taken to be reported more readily; negative is less crime."""
    return "negative" if parameters.suppressed == "harmful" else "positive"


def compare_sets(harmonised: pd.DataFrame, parameters: PublicationBias) -> pd.DataFrame:
    """Every intervention with enough studies, under each method at quick effort.

    Parameters
    ----------
    harmonised : pandas.DataFrame
    parameters : PublicationBias

    Returns
    -------
    pandas.DataFrame
        As `adjusted_effects`, with `intervention`, `scale` and `egger_p` before.
    """
    fewer = {"copas_least_precise": COARSE_SELECTION, "copas_most_precise": [max(parameters.copas_most_precise)]}
    quick = parameters.model_copy(update={"effort": "quick", "ensemble": "one_sided_step", **fewer})
    frames = []
    for intervention in sets_of_studies(harmonised).itertuples():
        sample = sample_of_intervention(harmonised, str(intervention.intervention))
        analysis = analyse(sample, quick)
        egger = analysis.egger_mixed
        frame = adjusted_effects(analysis)
        frame.insert(0, "egger_p", math.nan if isinstance(egger, str) else egger.p_value)
        frame.insert(0, "scale", sample.scale)
        frame.insert(0, "intervention", str(intervention.label))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


type _Entry = tuple[float, float, float, str]


def _result[Value](compute: Callable[[], Value]) -> Value | str:
    """The result, or the sentence that says why there is none."""
    try:
        return compute()
    except _REFUSALS as refusal:
        return str(refusal)


def _selected[Value](sample: Sample, compute: Callable[[], Value]) -> Value | str:
    if sample.k < FEWEST_FOR_SELECTION:
        return f"{sample.k} studies; selection can hardly be told from effect with fewer than {FEWEST_FOR_SELECTION}."
    return _result(compute)


def _none(reason: str) -> _Entry:
    return math.nan, math.nan, math.nan, reason


def _pooled_entry(fit: Pooled) -> _Entry:
    return fit.effect, *fit.interval, f"τ = {math.sqrt(fit.tau_squared):.2f}"


def _filled_entry(fit: TrimAndFill | str) -> _Entry:
    if isinstance(fit, str):
        return _none(fit)
    return fit.pooled.effect, *fit.pooled.interval, f"{fit.missing} studies filled in on the {fit.side}"


def _regression_entry(fit: ConditionalCorrection | str, name: Literal["pet", "peese", "result"]) -> _Entry:
    if isinstance(fit, str):
        return _none(fit)
    line: SmallStudyEffect = getattr(fit, name)
    note = f"{fit.chosen.upper()} taken" if name == "result" else f"p of the slope {line.p_value:.3f}"
    return line.limit, line.limit_lower, line.limit_upper, note


def _selection_entry(fit: StepSelection | str) -> _Entry:
    if isinstance(fit, str):
        return _none(fit)
    weights = ", ".join(f"{weight:.2f}" for weight in fit.weights[1:])
    return fit.effect, fit.lower, fit.upper, f"weights {weights}; p of no selection {fit.p_value:.3f}"


def _copas_entry(sensitivity: pd.DataFrame | str) -> _Entry:
    if isinstance(sensitivity, str):
        return _none(sensitivity)
    row = mildest_sufficient(sensitivity)
    if row is None:
        strongest = float(sensitivity["least_precise"].min())
        return _none(f"asymmetry is left (p < {RESIDUAL_LEVEL:g}) even at a probability of {strongest:g}")
    note = f"{row['unreported']:.0f} unreported; least precise study reported with {row['least_precise']:g}"
    return float(row["effect"]), float(row["lower"]), float(row["upper"]), note


def _averaged_entry(fit: Averaged | str) -> _Entry:
    if isinstance(fit, str):
        return _none(fit)
    return fit.mean, fit.lower, fit.upper, f"no effect at all: probability {fit.zero_probability:.2g}"
