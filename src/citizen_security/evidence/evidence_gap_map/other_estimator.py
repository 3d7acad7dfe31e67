"""The means of the map's cells beside those of the meta-analysis, which has another estimator."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from citizen_security.evidence.evidence_gap_map.cell_effects import KEYS
from citizen_security.evidence.studies.pooled_sample import ends_in_words, without_subject
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.words import counted, sentences

# What the meta-analysis and the pages of interventions take by default.
OTHER: Estimator = "restricted_maximum_likelihood"


def other_estimator_sentence(cells: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Both means of every cell that has one, and why they differ.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `cell_effects.cell_effects`.
    effects : pandas.DataFrame
        From `cell_effects.on_one_scale`.

    Returns
    -------
    str
        Whole sentences; of a cell that two panels share, the mean of each panel that has one.
    """
    said = list(_both_means(cells[cells["reason"] == ""], effects))
    if not said:
        return sentences(["no cell has a pooled effect, so that no other page has another mean of it"])
    first = (
        "pages of interventions pool the same studies by restricted maximum likelihood, which iterates; the map "
        "takes DerSimonian and Laird's formula, which its explorer computes anew for any choice of studies. In "
        f"{counted(len(said), 'cell')} with a mean, here and there"
    )
    return sentences([f"{first}: {'; '.join(said)}"])


def _both_means(cells: pd.DataFrame, effects: pd.DataFrame) -> Iterator[str]:
    taken = effects[effects["is_averaged"]]
    for cell in cells.to_dict("records"):
        is_mine = (taken[KEYS] == [cell[key] for key in KEYS]).all(axis=1)
        mine = taken[is_mine & taken["study_id"].isin(cell["study_ids"])]
        variance = mine["standard_error"].to_numpy(dtype=np.float64) ** 2
        other = pool(mine["effect"].to_numpy(dtype=np.float64), variance, estimator=OTHER, test="knapp_hartung")
        measure = str(cell["measure"])
        here = _mean(cell["pooled_effect"], cell["effect_low"], cell["effect_high"], measure)
        there = _mean(other.effect, *other.interval, measure)
        both = f"{here} in both" if here == there else f"{here} and {there}"
        yield f"{cell['intervention_label']}, {both}"


def _mean(effect: float, low: float, high: float, measure: str) -> str:
    return f"{without_subject(effect, measure)} ({ends_in_words(low, high, measure)})"
