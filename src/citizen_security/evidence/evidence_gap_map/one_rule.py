"""Directions by one rule: a study is counted as beneficial only where chance does not explain the benefit."""

import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.studies.coded_studies import Share
from citizen_security.words import by_interval, counted, sentences

CONFIDENCE_LEVEL = 0.95


def by_whole_interval(studies: pd.DataFrame, harmonised: pd.DataFrame) -> pd.DataFrame:
    """Studies with the directions of a review's trials by their whole interval, as those of evaluations are.

    An evaluation whose estimate chance could explain is coded as not beneficial; a trial that a review printed is
    coded by the sign of its estimate. Shares of the two can be compared only after the trials are held to the same.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`, negative where the intervention lowers crime or violence.

    Returns
    -------
    pandas.DataFrame
        The same rows; `direction` of a trial with one usable effect or more is `beneficial` where the 95% interval of
        each lies below zero, `harmful` where that of each lies above, else `not_beneficial`.
    """
    half = norm.isf((1 - CONFIDENCE_LEVEL) / 2) * harmonised["standard_error"]
    ends = pd.DataFrame(
        {
            "study_id": harmonised["study_id"],
            "lower": harmonised["effect"] - half,
            "upper": harmonised["effect"] + half,
        }
    )
    # The lowest upper end would let one of several effects decide: each has to lie on the side.
    nearest = ends.groupby("study_id").agg(lower=("lower", "min"), upper=("upper", "max"))
    found = {
        str(study): by_interval(lower, upper, above="harmful", below="beneficial", neither="not_beneficial")
        for study, lower, upper in nearest.itertuples()
    }
    is_trial = studies["group"] == "pooled_trial"
    directions = studies["study_id"].map(found).where(is_trial).fillna(studies["direction"])
    return studies.assign(direction=directions)


def one_rule_sentence(studies: pd.DataFrame, by_rule: pd.DataFrame) -> str:
    """How many trials of reviews point to a benefit, and of how many chance does not explain it.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    by_rule : pandas.DataFrame
        The same from `by_whole_interval`.

    Returns
    -------
    str
        A whole sentence.
    """
    trials = studies["group"] == "pooled_trial"
    if not trials.any():
        return sentences(["every study is counted by what its authors concluded"])
    by_sign, whole = (
        Share(int((rows.loc[trials, "direction"] == "beneficial").sum()), int(trials.sum())).in_words
        for rows in (studies, by_rule)
    )
    counts = counted(int(trials.sum()), "study", "studies")
    return sentences(
        [
            f"one rule counts everywhere: a benefit that chance could explain is none; of {counts} that a review "
            f"printed, {by_sign} point to a benefit, and in {whole} the whole {CONFIDENCE_LEVEL:.0%} interval does"
        ]
    )
