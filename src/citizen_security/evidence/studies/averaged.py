"""The one rule for which effects are averaged: by the level of the comparison that each is of.

The table of levels says which enter a mean. The gap map, the meta-analysis, the grades of certainty and the analyses of
publication bias all follow it, so that a study which is left out of one mean is left out of all.
"""

from collections.abc import Sequence

import pandas as pd

from citizen_security.evidence.studies.coding import scheme

# How the table of effects says that a figure is a place's own change, without a comparison.
OWN_CHANGE = "before_after"
LEVEL_OF_OWN_CHANGE = 2


def level_of_effect(study_level: object, derivation: str) -> int:
    """Maryland level of the comparison that an effect is of: its study's, and no more than 2 for a place's own change.

    Parameters
    ----------
    study_level : int or missing
        Maryland level of the study.
    derivation : str
        Of the table of effects.

    Returns
    -------
    int
        0 where the level of the study was not coded.
    """
    level = 0 if pd.isna(study_level) else int(study_level)  # type: ignore[call-overload]
    return min(level, LEVEL_OF_OWN_CHANGE) if derivation == OWN_CHANGE else level


def enters_a_mean(study_level: object, derivation: str) -> bool:
    """Whether the table of levels lets an effect be averaged with those of other studies.

    Parameters
    ----------
    study_level, derivation
        As for `level_of_effect`.

    Returns
    -------
    bool
    """
    level = scheme().levels.get(level_of_effect(study_level, derivation))
    return level is not None and level.enters_a_mean


def averaged(effects: pd.DataFrame, question: Sequence[str]) -> pd.DataFrame:
    """Effects that answer each question: those that enter a mean, or those of a study that stands alone.

    A single study is no mean, so its effects are kept whatever their level. Two studies of which none may enter a mean
    answer nothing together.

    Parameters
    ----------
    effects : pandas.DataFrame
        `study_id`, `enters_a_mean` and the columns of the question.
    question : sequence of str
        Columns that tell questions apart, such as intervention, outcome, scale and measure.

    Returns
    -------
    pandas.DataFrame
        Rows of `effects` in their order.
    """
    enters, keys = effects["enters_a_mean"].astype(bool), [effects[name] for name in question]
    is_answered = enters.groupby(keys).transform("any")
    is_alone = effects["study_id"].groupby(keys).transform("nunique") == 1
    return effects[enters | (~is_answered & is_alone)]
