"""Each intervention has its counts, the outcome with most studies, and what can be pooled of them."""

import math

import pytest

from citizen_security.evidence.meta_analysis.intervention_summaries import main_outcomes, table_of
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention


def test_studies_and_those_in_the_region_are_counted_without_reviews(summaries, coded):
    for code, summary in summaries.items():
        mine = coded[coded["interventions"].map(lambda codes, code=code: code in codes) & (coded["group"] != "review")]
        assert (summary.studies, summary.in_region) == (len(mine), int(mine["in_lac"].sum()))


def test_each_intervention_has_the_outcome_on_which_most_studies_can_be_pooled(summaries, harmonised):
    for code, outcome in main_outcomes(harmonised).items():
        sizes = {other: sample_of_intervention(harmonised, code, other).k for other in set(harmonised["outcome"])}
        assert summaries[code].sample.k == max(sizes.values()) == sizes[outcome]


def test_the_table_tells_a_single_study_from_a_pooled_effect(summaries):
    table = table_of(list(summaries.values())).set_index("intervention")
    assert table.loc["urban_upgrading", "effect"] == pytest.approx(-1.1087, abs=1e-4)  # ln 0.33, as printed
    assert not table.loc["urban_upgrading", "is_pooled"]
    assert table.loc["cognitive_behavioural_therapy", "is_pooled"]
    assert table["effect"].notna().sum() == (table["pooled_studies"] > 0).sum()


def test_an_intervention_without_a_usable_effect_has_none_and_a_single_study_its_own(summaries):
    assert all(math.isnan(end) for end in summaries["focused_deterrence"].effect)
    effect, lower, upper = summaries["urban_upgrading"].effect
    # The interval that the study printed, of which one half is longer.
    assert (effect, lower, upper) == pytest.approx((math.log(0.33), math.log(0.18), math.log(0.61)))
    assert (
        summaries["cognitive_behavioural_therapy"].effect[0] == summaries["cognitive_behavioural_therapy"].pooled.effect
    )
