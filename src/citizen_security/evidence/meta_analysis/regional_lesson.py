"""What not to pool: effects on homicide in the region, of bans, cable cars and a truce.

Only such a set has several studies of one outcome in the region. Its mean is shown to say how little it says.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.evidence.studies.pooled_sample import (
    ends_in_words,
    expected_of_a_new_study,
    or_reason,
    short_label,
    study_means,
    without_subject,
)
from citizen_security.methods.meta_analysis.influence import leave_one_out
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from citizen_security.words import counted, listed, sentences

# Without one study there must be two to pool, and a prediction interval needs three.
FEWEST_STUDIES = 3


@dataclass(frozen=True, eq=False)
class Lesson:
    """A mean of no programme.

    Attributes
    ----------
    pooled : Pooled
        Of one effect a study.
    interventions : list of str
        Labels of what the studies evaluated.
    too_weak : list of str
        Labels of studies that no other mean takes, for the level of their comparison.
    study : str
        The study without which the mean is furthest from that of all.
    without : tuple of float
        The mean without it and the ends of its interval.
    """

    pooled: Pooled
    interventions: list[str]
    too_weak: list[str]
    study: str
    without: tuple[float, float, float]


def homicide_in_the_region(harmonised: pd.DataFrame) -> pd.DataFrame:
    """Log ratios of homicide from Latin America and the Caribbean, of whatever intervention and design.

    Parameters
    ----------
    harmonised : pandas.DataFrame
        From `harmonised_effects`.

    Returns
    -------
    pandas.DataFrame
    """
    is_homicide = (harmonised["outcome"] == "homicide") & (harmonised["scale"] == "log_ratio")
    return harmonised[harmonised["is_lac"] & is_homicide]


def pooled_all_the_same(effects: pd.DataFrame, parameters: MetaAnalysis) -> Lesson:
    """Pool effects of different programmes, and see what one study does to the mean.

    Parameters
    ----------
    effects : pandas.DataFrame
        From `homicide_in_the_region`.
    parameters : MetaAnalysis

    Returns
    -------
    Lesson

    Raises
    ------
    NotEnoughStudies
        With fewer than three studies.
    """
    studies = study_means(effects, effects["study_id"])
    if len(studies.effect) < FEWEST_STUDIES:
        raise NotEnoughStudies(f"{counted(len(studies.effect), 'study', 'studies')} of homicide in the region.")
    variance = studies.standard_error**2
    pooled = pool(
        studies.effect,
        variance,
        estimator=parameters.estimator,
        test=parameters.test,
        confidence_level=parameters.confidence_level,
    )
    means = leave_one_out(studies.effect, variance, estimator=parameters.estimator)["effect"].to_numpy()
    furthest = int(np.abs(means - pooled.effect).argmax())
    others = np.arange(len(variance)) != furthest
    rest = pool(
        studies.effect[others],
        variance[others],
        estimator=parameters.estimator,
        test=parameters.test,
        confidence_level=parameters.confidence_level,
    )
    of_each = effects.drop_duplicates("study_id").set_index("study_id")
    labels = of_each["label"]
    return Lesson(
        pooled=pooled,
        interventions=[INTERVENTIONS[code].label.lower() for code in effects["intervention"].drop_duplicates()],
        too_weak=[short_label(label) for label in labels[~of_each["enters_a_mean"].astype(bool)]],
        study=short_label(labels[studies.group[furthest]]),
        without=(rest.effect, *rest.interval),
    )


def regional_lesson(harmonised: pd.DataFrame, parameters: MetaAnalysis) -> Lesson | str:
    """Homicide in the region pooled all the same, or why there is nothing to pool."""
    return or_reason(lambda: pooled_all_the_same(homicide_in_the_region(harmonised), parameters))


def lesson_sentence(lesson: Lesson | str) -> str:
    """What the mean would be, where a new programme's effect would lie, and how much of it is one study.

    Parameters
    ----------
    lesson : Lesson or str
        A reason where there is nothing to pool.

    Returns
    -------
    str
    """
    if isinstance(lesson, str):
        return sentences([lesson.rstrip(".")])
    fit = lesson.pooled

    def words(effect: float) -> str:
        return without_subject(effect, "rate_ratio")

    level = f"{fit.confidence_level:.0%}"
    return sentences(
        [
            f"{counted(fit.k, 'study', 'studies')} of homicide in the region evaluate "
            f"{counted(len(lesson.interventions), 'intervention')} ({'; '.join(lesson.interventions)})",
            _left_out(lesson.too_weak),
            f"pooled all the same, whatever their designs, their mean is {words(fit.effect)} ({level} interval: "
            f"{ends_in_words(*fit.interval, 'rate_ratio')}), {_of_a_new_study(fit)}",
            f"without {lesson.study} the mean is {words(lesson.without[0])} ({level} interval: "
            f"{ends_in_words(*lesson.without[1:], 'rate_ratio')})",
            "no programme has this mean",
        ]
    )


def _left_out(labels: list[str]) -> str:
    """Which studies enter no mean of one intervention; empty where all do."""
    if not labels:
        return ""
    enter, their = ("enters", "its") if len(labels) == 1 else ("enter", "their")
    return f"{listed(labels)} {enter} no mean elsewhere on this site, since {their} comparison is too weak"


def _of_a_new_study(fit: Pooled) -> str:
    new = expected_of_a_new_study(fit)
    if isinstance(new, str):
        return f"without a prediction interval {new}"
    ends = ends_in_words(*new, "rate_ratio")
    return f"and a new study like these would be expected at {ends} ({fit.confidence_level:.0%} prediction interval)"
