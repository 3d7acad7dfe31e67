"""One set of studies under every method: tests of asymmetry, counts, and the pooled effect that each correction gives.

The studies of the compendium are a convenience collection. What is missing from it was missed by a search as well as by
journals, so no number here estimates a suppression of results alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pandas as pd

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.pooled_sample import Sample
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from citizen_security.methods.publication_bias.copas_selection import (
    copas_sensitivity,
)
from citizen_security.methods.publication_bias.ensembles import ENSEMBLES, Ensemble, unit_information_priors
from citizen_security.methods.publication_bias.funnel_tests import (
    ConditionalCorrection,
    RankCorrelation,
    SmallStudyEffect,
    egger_classical,
    egger_mixed,
    pet_peese,
    rank_correlation,
)
from citizen_security.methods.publication_bias.marginal_likelihoods import FULL, QUICK
from citizen_security.methods.publication_bias.model_averaging import Averaged, average_models
from citizen_security.methods.publication_bias.selection_models import (
    NotIdentified,
    NotMaximised,
    StepSelection,
    fit_step_selection,
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

# Fewer studies than this cannot tell a selection from an effect (Sterne and others 2011 for tests of asymmetry, whose
# power is then too low, and so for PET and PEESE, which read an effect off the same line; Carpenter and others 2009 for
# the Copas model).
FEWEST_FOR_SELECTION = 10

# The cut point of the three-parameter selection model (McShane, Böckenholt and Hansen 2016).
ONE_STEP = (0.025,)

# The models averaged, as labels say them.
ENSEMBLE_LABELS: Mapping[Ensemble, str] = {
    "one_sided_step": "8 models",
    "two_sided_steps": "12 models",
    "steps_and_regressions": "36 models",
}

_REFUSALS = (NotEnoughStudies, NotIdentified, NotMaximised, NotSettled, NothingSignificant, ValueError)


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
    ensemble : str
        Of `averaged`.
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
    ensemble: Ensemble


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
    pooled = _random_effects(sample, parameters)
    return BiasAnalysis(
        random_effects=pooled,
        equal_effects=_equal_effects(sample, parameters),
        excess=_excess(sample, pooled, parameters),
        fail_safe=_fail_safe(sample, parameters),
        ensemble=parameters.ensemble,
        **{name: _result_or_reason(method, sample, parameters) for name, method in _METHODS.items()},
    )


def favoured_sign(parameters: PublicationBias) -> Literal["negative", "positive"]:
    """Sign of the effects that are taken to be reported more readily; negative is less crime."""
    return "negative" if parameters.suppressed == "harmful" else "positive"


def averages(sample: Sample, analysis: BiasAnalysis, parameters: PublicationBias) -> pd.DataFrame:
    """The average over every ensemble of models: how far its choice decides the answer.

    Parameters
    ----------
    sample : Sample
    analysis : BiasAnalysis
        Of that sample; its own average is not computed again.
    parameters : PublicationBias

    Returns
    -------
    pandas.DataFrame
        `ensemble`, `label`, `is_chosen`, `effect`, `lower`, `upper`, `no_effect` (posterior probability); without the
        ensembles that gave no result.
    """
    rows = []
    for name in ENSEMBLES:
        chosen = name == analysis.ensemble
        asked = parameters.model_copy(update={"ensemble": name})
        result = analysis.averaged if chosen else _result_or_reason(_METHODS["averaged"], sample, asked)
        if not isinstance(result, str):
            rows.append((name, ENSEMBLE_LABELS[name], chosen, *_numbers(result)))
    return pd.DataFrame(rows, columns=["ensemble", "label", "is_chosen", "effect", "lower", "upper", "no_effect"])


def _numbers(averaged: Averaged) -> tuple[float, float, float, float]:
    return averaged.mean, averaged.lower, averaged.upper, averaged.zero_probability


class _Method(NamedTuple):
    """How one result is had, and from how many studies on."""

    compute: Callable[[Sample, PublicationBias], Any]
    fewest_studies: int = 0


def _result_or_reason(method: _Method, sample: Sample, parameters: PublicationBias) -> Any:
    """The result, or the sentence that says why there is none."""
    if sample.k < method.fewest_studies:
        return f"{sample.k} studies; selection can hardly be told from effect with fewer than {method.fewest_studies}."
    try:
        return method.compute(sample, parameters)
    except _REFUSALS as refusal:
        return str(refusal)


def _random_effects(sample: Sample, parameters: PublicationBias) -> Pooled:
    return pool(
        sample.effect, sample.variance, estimator=parameters.estimator, confidence_level=parameters.confidence_level
    )


def _equal_effects(sample: Sample, parameters: PublicationBias) -> Pooled:
    return pool(
        sample.effect,
        sample.variance,
        estimator="equal_effects",
        test="normal",
        confidence_level=parameters.confidence_level,
    )


def _egger(sample: Sample, parameters: PublicationBias) -> SmallStudyEffect:
    return egger_classical(sample.effect, sample.variance, confidence_level=parameters.confidence_level)


def _egger_mixed(sample: Sample, parameters: PublicationBias) -> SmallStudyEffect:
    return egger_mixed(
        sample.effect, sample.variance, estimator=parameters.estimator, confidence_level=parameters.confidence_level
    )


def _begg(sample: Sample, parameters: PublicationBias) -> RankCorrelation:
    return rank_correlation(sample.effect, sample.variance)


def _trim_and_fill(sample: Sample, parameters: PublicationBias) -> TrimAndFill:
    return trim_and_fill(
        sample.effect,
        sample.variance,
        side="right" if favoured_sign(parameters) == "negative" else "left",
        missing_estimator=parameters.missing_estimator,
        estimator=parameters.estimator,
        confidence_level=parameters.confidence_level,
    )


def _conditional(sample: Sample, parameters: PublicationBias) -> ConditionalCorrection:
    return pet_peese(
        sample.effect,
        sample.variance,
        significance=parameters.pet_significance,
        confidence_level=parameters.confidence_level,
    )


def _three_parameter(sample: Sample, parameters: PublicationBias) -> StepSelection:
    return _step_model(sample, parameters, ONE_STEP)


def _selection_model(sample: Sample, parameters: PublicationBias) -> StepSelection:
    return _step_model(sample, parameters, parameters.cut_points)


def _step_model(sample: Sample, parameters: PublicationBias, cut_points: Sequence[float]) -> StepSelection:
    return fit_step_selection(
        sample.effect,
        sample.variance,
        cut_points=tuple(cut_points),
        favoured=favoured_sign(parameters),
        confidence_level=parameters.confidence_level,
    )


def _copas(sample: Sample, parameters: PublicationBias) -> pd.DataFrame:
    return copas_sensitivity(
        sample.effect,
        sample.variance,
        least_precise=parameters.copas_least_precise,
        most_precise=parameters.copas_most_precise,
        confidence_level=parameters.confidence_level,
    )


def _averaged(sample: Sample, parameters: PublicationBias) -> Averaged:
    priors = unit_information_priors(
        sample.unit,
        effect=parameters.effect_prior,
        heterogeneity=parameters.heterogeneity_prior,
        pet=parameters.pet_prior,
        peese=parameters.peese_prior,
    )
    return average_models(
        sample.effect,
        sample.variance,
        priors=priors,
        selections=ENSEMBLES[parameters.ensemble],
        favoured=favoured_sign(parameters),
        credible_level=parameters.credible_level,
        resolution=FULL if parameters.effort == "full" else QUICK,
    )


def _p_curve(sample: Sample, parameters: PublicationBias) -> PCurve:
    return p_curve(sample.effect, sample.variance, favoured=favoured_sign(parameters))


def _excess(sample: Sample, pooled: Pooled, parameters: PublicationBias) -> ExcessSignificance:
    return excess_significance(
        sample.effect,
        sample.variance,
        true_effect=pooled.effect,
        tau_squared=pooled.tau_squared,
        direction=favoured_sign(parameters),
    )


def _fail_safe(sample: Sample, parameters: PublicationBias) -> dict[str, int]:
    return {
        "rosenthal": rosenthal_fail_safe(sample.effect, sample.variance),
        "rosenberg": rosenberg_fail_safe(sample.effect, sample.variance),
        "orwin": orwin_fail_safe(sample.effect, parameters.smallest_effect),
    }


# Results that studies may be too few or too much alike for, by the attribute of `BiasAnalysis`.
_METHODS: Mapping[str, _Method] = {
    "egger": _Method(_egger),
    "egger_mixed": _Method(_egger_mixed),
    "begg": _Method(_begg),
    "trim_and_fill": _Method(_trim_and_fill),
    "conditional": _Method(_conditional, FEWEST_FOR_SELECTION),
    "three_parameter": _Method(_three_parameter, FEWEST_FOR_SELECTION),
    "selection_model": _Method(_selection_model, FEWEST_FOR_SELECTION),
    "copas": _Method(_copas, FEWEST_FOR_SELECTION),
    "averaged": _Method(_averaged),
    "p_curve": _Method(_p_curve),
}
