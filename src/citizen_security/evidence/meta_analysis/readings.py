"""What the studies of an intervention say together, in sentences that follow the tables."""

import numpy as np
from scipy.stats import norm, t

from citizen_security.evidence.meta_analysis.dependence import by_publication, reliance_clauses, robust_statement
from citizen_security.evidence.meta_analysis.intervention_summaries import Summary
from citizen_security.evidence.meta_analysis.other_means import level_rule_sentence, map_sentence
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.coding import OUTCOMES
from citizen_security.evidence.studies.pooled_sample import (
    Sample,
    ends_in_words,
    expected_of_a_new_study,
    in_words,
    studies_in_words,
    without_subject,
)
from citizen_security.methods.meta_analysis.pooling import Pooled
from citizen_security.words import by_interval, counted, leaves_out_zero, number_in_words, out_of, sentences

# What effects are measured in, for a reader.
SCALES = {"log_ratio": "logarithms of ratios", "standardised_mean_difference": "standard deviations"}

# So many outcomes are a mixture.
MIXED = 2

# With so few degrees of freedom the width of the interval is explained.
FEW_DEGREES = 2

NOTHING = (
    "nothing can be averaged: none of the studies whose facts were read gives an effect with its error on a common "
    "scale"
)
NOT_AVERAGED = "nothing can be averaged: no study's comparison is of a level that enters a mean"


def count_sentence(summary: Summary) -> str:
    """How many studies there are, how many of them in the region and drew lots there, and how many have a mean.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    str
        Whole sentences.
    """
    studies, here = summary.studies, summary.in_region
    text = f"{counted(studies, 'study', 'studies')}, {_part(here, studies)}with a site in the region"
    if here:
        text += f"; from the region the table has {counted(summary.randomised_in_region, 'randomised experiment')}"
    if summary.pooled is None:
        return sentences([text])
    averaged = "all of them" if summary.pooled.k == studies else f"{summary.pooled.k} of the {studies}"
    return sentences([text, f"{averaged} can be averaged"])


def reading(summary: Summary, parameters: MetaAnalysis) -> str:
    """What the studies say together, with what the answer rests on: pooled, of a single study, or nothing.

    Parameters
    ----------
    summary : Summary
    parameters : MetaAnalysis
        Whose prior the Bayesian mean has.

    Returns
    -------
    str
        Whole sentences.
    """
    sample, fit = summary.sample, summary.pooled
    left_out = level_rule_sentence(sample, parameters)
    if not sample.k:
        nothing = NOTHING if sample.not_averaged.empty else NOT_AVERAGED
        return sentences([nothing if not summary.per_dose else f"{nothing}; {_doses(summary.per_dose)}", left_out])
    if fit is None:
        return sentences([_single(summary), _of_bounds(sample), left_out])
    return sentences(
        [
            f"averaged over {studies_in_words(sample)} on {_outcome(summary)}: {effect_of(sample, fit)}",
            side_sentence(fit),
            width_sentence(sample, fit),
            *_by_publication(sample, fit, parameters),
            heterogeneity_sentence(fit),
            prediction_sentence(sample, fit),
            _bayesian(summary, parameters),
            _from_reviews(summary, fit.k),
            _of_bounds(sample),
            left_out,
            map_sentence(sample, fit, parameters.estimator),
        ]
    )


def mixture_sentence(sample: Sample) -> str:
    """That the mean is of effects on several outcomes, and which; empty where it is of one."""
    codes = sorted(set(sample.effects["outcome"]), key=[*OUTCOMES, ""].index)
    if len(codes) < MIXED:
        return ""
    names = "; ".join(OUTCOMES[code].label.lower() if code else "no single outcome" for code in codes)
    within = int((sample.effects.groupby("study_id")["outcome"].nunique() >= MIXED).sum())
    of_one = f", within {counted(within, 'study', 'studies')} too" if within else ""
    several = counted(len(codes), "outcome")
    return f"it mixes effects on {several} ({names}){of_one}, which the grades of certainty never do"


def effect_of(sample: Sample, fit: Pooled) -> str:
    """The pooled effect with its interval, as readers know it: `odds 34% lower (95% interval: …)`."""
    return _range(fit.effect, *fit.interval, sample.measure, fit.confidence_level)


def side_sentence(fit: Pooled) -> str:
    """On which side of no change the interval of the pooled effect lies."""
    return by_interval(
        *fit.interval,
        above="the interval lies on the side of more crime",
        below="the interval lies on the side of less crime",
        neither="the interval includes no change",
    )


def width_sentence(sample: Sample, fit: Pooled) -> str:
    """Why the interval of few studies is wide, and that each study alone would say otherwise; empty where it is not.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Of that sample.

    Returns
    -------
    str
    """
    if fit.degrees_of_freedom > FEW_DEGREES:
        return ""
    reach = t.isf((1 - fit.confidence_level) / 2, fit.degrees_of_freedom)
    degrees = counted(round(fit.degrees_of_freedom), "degree")
    text = f"it rests on {degrees} of freedom and reaches {reach:.1f} standard errors to each side"
    half = norm.isf((1 - fit.confidence_level) / 2) * np.sqrt(sample.variance)
    ends = zip(sample.effect - half, sample.effect + half, strict=True)
    sides = {by_interval(low, high, above="more", below="less", neither="no") for low, high in ends}
    if leaves_out_zero(*fit.interval) or sides not in ({"more"}, {"less"}):
        return text
    return f"{text}, while each study alone has an interval on the side of {sides.pop()} crime"


def heterogeneity_sentence(fit: Pooled) -> str:
    """Whether the studies differ by more than their errors explain, by Cochran's test at the level of the intervals."""
    found = (
        f"Cochran's test, whether one true effect fits them all, has {p_in_words(fit.q_p_value)}, and I², the share of "
        f"their spread that chance does not explain, is {fit.i_squared:.0f}%"
    )
    level = 1 - fit.confidence_level
    at_level = f"at the {100 * level:.3g}% level"
    if fit.q_p_value < level:
        return f"the studies differ by more than their errors explain {at_level}: {found}"
    return f"that their true effects differ is not shown {at_level}: {found}"


def prediction_sentence(sample: Sample, fit: Pooled) -> str:
    """Where the true effect of one more study like these is expected, or why nothing says."""
    new = expected_of_a_new_study(fit)
    if isinstance(new, str):
        return f"there is no prediction interval {new}"
    ends = ends_in_words(*new, sample.measure)
    level = f"{fit.confidence_level:.0%} prediction interval"
    return f"the true effect of a new study like these is expected at {ends} ({level})"


def prior_in_words(sample: Sample, parameters: MetaAnalysis) -> str:
    """The prior of τ on the scale of the studies: `half-normal with scale 0.5`."""
    return f"{parameters.prior.replace('_', '-')} with scale {parameters.prior_scale * sample.unit:.2g}"


def p_in_words(p_value: float) -> str:
    """A p-value for prose: `p = 0.21`, `p < 0.001`."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def _part(some: int, total: int) -> str:
    """Some of a count, as a clause after it: `none`, `two of them`, `all`; nothing for one of one."""
    if not some:
        return "none "
    if some == total:
        return "" if total == 1 else "all "
    return f"{counted(some, 'study').split()[0]} of them "


def _single(summary: Summary) -> str:
    sample = summary.sample
    effects = sample.effects
    whose = " in independent samples" if (effects["independent_sample"] != "").all() else ""
    several = "" if len(effects) == 1 else f", the mean of its effects{whose}"
    effect = _range(*summary.effect, sample.measure, summary.confidence_level)
    return (
        f"one study has an effect with its error on {_outcome(summary)}, and one is no average: "
        f"{sample.studies['label'].iloc[0]}, {effect}{several}"
    )


def _bayesian(summary: Summary, parameters: MetaAnalysis) -> str:
    if summary.bayesian is None:
        return ""
    sample, (median, lower, upper) = summary.sample, summary.bayesian
    found = f"{without_subject(median, sample.measure)} ({ends_in_words(lower, upper, sample.measure)})"
    prior = prior_in_words(sample, parameters)
    return (
        f"a Bayesian mean, which starts from a belief about how far true effects lie apart ({prior} on the scale of "
        f"{SCALES[sample.scale]}), is {found[:-1]}, {parameters.credible_level:.0%} credible)"
    )


def _from_reviews(summary: Summary, studies: int) -> str:
    """How many of the studies averaged are here because a review printed them."""
    printed = summary.averaged_from_reviews
    return f"{out_of(printed, studies, 'studies')} averaged are here because a review printed them" if printed else ""


def _by_publication(sample: Sample, fit: Pooled, parameters: MetaAnalysis) -> list[str]:
    """The mean by publication, where one publication holds several of the studies."""
    if sample.clusters == sample.k:
        return []
    result = by_publication(sample, parameters)
    if isinstance(result, str):
        return []
    mean = robust_statement(sample, result)
    said = f"with the studies of one publication taken as related to each other, it is {mean}"
    return [said, *reliance_clauses(sample, fit, result)]


def _doses(studies: int) -> str:
    """That effects of a dose are graded alone."""
    have = "study has" if studies == 1 else "studies have"
    return f"{number_in_words(studies)} {have} one for each percentage point of coverage, a dose that is graded alone"


def _of_bounds(sample: Sample) -> str:
    """How many errors follow from a p-value that was printed as a bound."""
    bounded = sample.effects.loc[sample.effects["standard_error_source"] == "p_value_bound", "study_id"].nunique()
    if not bounded:
        return ""
    whose = counted(bounded, "study has an error", "studies have errors")
    return f"{whose} from a p-value printed as a bound, the largest possible"


def _range(effect: float, lower: float, upper: float, measure: str, confidence_level: float) -> str:
    return f"{in_words(effect, measure)} ({confidence_level:.0%} interval: {ends_in_words(lower, upper, measure)})"


def _outcome(summary: Summary) -> str:
    return OUTCOMES[summary.outcome].label.lower() if summary.outcome else "its outcome"
