"""Other means of the same intervention that a reader may meet, and why they differ from the one of this analysis."""

from citizen_security.evidence.meta_analysis.pooled_fit import ESTIMATOR_LABELS
from citizen_security.evidence.studies.averaged import OWN_CHANGE
from citizen_security.evidence.studies.coding import scheme
from citizen_security.evidence.studies.pooled_sample import (
    FEWEST_POOLED,
    Pooling,
    Sample,
    ends_in_words,
    pool_sample,
    short_label,
    whatever_the_level,
    without_subject,
)
from citizen_security.methods.meta_analysis.names import Estimator, Test
from citizen_security.methods.meta_analysis.pooling import Pooled, pool
from citizen_security.words import counted, listed

# More studies than these are counted and not named.
NAMED = 3

# How the gap map pools: closed forms, so that the interactive map computes the same.
MAP_ESTIMATOR: Estimator = "dersimonian_laird"
MAP_TEST: Test = "knapp_hartung"
MAP_LEVEL = 0.95


def level_rule_sentence(sample: Sample, parameters: Pooling) -> str:
    """Which studies the table of levels keeps out of the mean, and what the mean would be with them.

    Parameters
    ----------
    sample : Sample
    parameters : Pooling
        Of the mean.

    Returns
    -------
    str
        Clauses, without a full stop at the end; empty where the rule keeps nothing out.
    """
    if sample.k and not sample.effects["enters_a_mean"].any():
        return f"its comparison is below level {_lowest()}, so no mean would take it"
    out = sample.not_averaged
    if out.empty:
        return ""
    studies = out.drop_duplicates("study_id")
    names = [short_label(label) for label in studies["label"]]
    is_one = len(names) == 1
    who = listed(names) if len(names) <= NAMED else counted(len(names), "more study", "more studies")
    left = f"{who} {'is' if is_one else 'are'} not averaged, since"
    # A study of a high level may report the treated place's own change, which compares with nothing.
    if (out["derivation"] == OWN_CHANGE).all():
        reported = f"a place's own change between two periods, below level {_lowest()} whatever the study's"
        said = f"{left} what is reported is {reported}"
    else:
        said = f"{left} {'its' if is_one else 'their'} comparison is below level {_lowest()} of five"
    every = whatever_the_level(sample)
    if every.k < FEWEST_POOLED:
        return said
    fit = pool_sample(every, parameters)
    them = "it" if is_one else "them"
    return f"{said}; with {them}, the mean of {counted(every.k, 'study', 'studies')} is {_mean(fit, sample.measure)}"


def map_sentence(sample: Sample, fit: Pooled, estimator: Estimator) -> str:
    """The mean that the gap map has of the same studies, and why it differs; empty where it is pooled in the same way.

    Parameters
    ----------
    sample : Sample
        On one outcome, as a cell of the map.
    fit : Pooled
    estimator : str
        Of the variance between studies in `fit`.

    Returns
    -------
    str
        A clause, without a full stop at the end.
    """
    on_map = pool(sample.effect, sample.variance, estimator=MAP_ESTIMATOR, test=MAP_TEST, confidence_level=MAP_LEVEL)
    if estimator == MAP_ESTIMATOR and on_map.interval == fit.interval:
        return ""
    ours, theirs = _mean(fit, sample.measure), _mean(on_map, sample.measure)
    given = "the same to the digits printed" if ours == theirs else theirs
    return (
        f"the evidence gap map's mean of these studies is {given}: it estimates how far true effects lie apart by "
        "DerSimonian and Laird's formula, which a browser can compute for any choice of studies, and this mean is by "
        f"{_in_a_sentence(ESTIMATOR_LABELS[estimator])}"
    )


def _lowest() -> int:
    """The lowest level that enters a mean."""
    return min(level for level, it in scheme().levels.items() if it.enters_a_mean)


def _mean(fit: Pooled, measure: str) -> str:
    ends = ends_in_words(*fit.interval, measure)
    return f"{without_subject(fit.effect, measure)} ({fit.confidence_level:.0%} interval: {ends})"


def _in_a_sentence(label: str) -> str:
    """An estimator's name within a sentence: those that are called after people keep their capital."""
    return label if "–" in label else f"{label[0].lower()}{label[1:]}"
