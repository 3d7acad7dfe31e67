"""Trials of reviews are held to what is asked of evaluations: chance must not explain the benefit."""

import pandas as pd
import pytest

from citizen_security.evidence.evidence_gap_map.one_rule import by_whole_interval, one_rule_sentence
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.tables import catalog

STUDIES = pd.DataFrame(
    {
        "study_id": ["clear", "chance", "rise", "two", "silent", "evaluation"],
        "group": [*["pooled_trial"] * 5, "evaluation"],
        "direction": [*["beneficial"] * 5, "beneficial"],
    }
)
EFFECTS = pd.DataFrame(
    [
        ("clear", -0.40, 0.2),
        ("chance", -0.39, 0.2),
        ("rise", 0.5, 0.2),
        ("two", -0.9, 0.1),
        ("two", -0.1, 0.1),
        ("evaluation", 0.0, 1.0),
    ],
    columns=["study_id", "effect", "standard_error"],
)


def test_directions_by_hand():
    found = by_whole_interval(STUDIES, EFFECTS)["direction"].tolist()
    assert found == ["beneficial", "not_beneficial", "harmful", "not_beneficial", "beneficial", "beneficial"]


def test_the_printed_counts_of_the_collection_agree(selection):
    """Wolfgang Viechtbauer's `metadat` prints each trial: counted here from the rows, without the module's code."""
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies")).set_index("study_id")
    trials = selection.studies.loc[selection.studies["group"] == "pooled_trial", "study_id"]
    mine = harmonised.loc[trials]
    whole = int((mine["effect"] / mine["standard_error"] < -1.959964).sum())
    by_rule = by_whole_interval(selection.studies, harmonised.reset_index())
    is_trial = by_rule["group"] == "pooled_trial"
    assert (by_rule.loc[is_trial, "direction"] == "beneficial").sum() == whole < (mine["effect"] < 0).sum()
    pd.testing.assert_frame_equal(by_rule[~is_trial], selection.studies[~is_trial])


@pytest.mark.parametrize(
    ("studies", "said"),
    [(STUDIES, "100% (57% to 100%) point to a benefit, and in 40% (12% to 77%)"), (STUDIES.iloc[5:], "authors")],
)
def test_the_sentence_says_both_shares(studies, said):
    assert said in one_rule_sentence(studies, by_whole_interval(studies, EFFECTS))
