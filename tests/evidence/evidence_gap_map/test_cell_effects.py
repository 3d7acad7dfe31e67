"""The pooled effect of a cell is that of its studies, once each and on one scale; else a reason is given."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.evidence_gap_map import cell_effects, map_cells, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import FEWEST_POOLED, sample_of_intervention
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def effects():
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    return cell_effects.on_one_scale(cell_effects.study_effects(harmonised))


@pytest.fixture(scope="module")
def grid():
    coded = coded_studies.coded_studies(catalog.load("studies"), catalog.load("countries"))
    return map_cells.panels(study_filter.filter_studies(coded, EvidenceGapMap.from_values({})), "all")


def harmonised(*rows):
    columns = ["study_id", "intervention", "outcome", "scale", "measure", "effect", "standard_error"]
    return pd.DataFrame(rows, columns=columns).assign(independent_sample="", enters_a_mean=True)


def of(study, effect, error=0.1, outcome="homicide", measure="rate_ratio"):
    return (study, "cctv", outcome, "log_ratio", measure, effect, error)


def test_a_study_with_several_effects_enters_once_with_their_mean():
    table = cell_effects.study_effects(harmonised(of("a", -0.2, 0.1), of("a", -0.4, 0.3), of("b", 0.1)))
    first = table.set_index("study_id").loc["a"]
    assert (first["effect"], first["standard_error"], first["effects"]) == pytest.approx((-0.3, 0.2, 2))
    assert len(table) == 2


def test_the_map_and_the_meta_analysis_make_one_effect_of_several_by_one_rule():
    table = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    keys = ["study_id", "intervention", "outcome", "scale", "measure"]
    ours = cell_effects.study_effects(table).set_index(keys)
    several = ours[ours["effects"] > 1]
    assert len(several) >= 3
    for key, row in several.iterrows():
        _, intervention, outcome, _, measure = key
        sample = sample_of_intervention(table, intervention, outcome, measure).studies.set_index("study_id")
        other = sample.loc[key[0]]
        assert (other["effect"], other["standard_error"]) == pytest.approx((row["effect"], row["standard_error"]))


def test_an_effect_without_a_coded_outcome_is_in_no_cell():
    assert len(cell_effects.study_effects(harmonised(of("a", -0.2), of("a", -0.4, outcome="")))) == 1


def test_only_the_measure_that_most_studies_have_is_kept():
    rows = harmonised(of("a", 0.1), of("b", 0.2), of("c", 0.3, measure="odds_ratio"))
    kept = cell_effects.on_one_scale(cell_effects.study_effects(rows))
    assert kept["study_id"].tolist() == ["a", "b"]


def test_two_studies_by_hand():
    # Equal variances v = 0.01, effects −0.3 and −0.1: mean −0.2, Q = 2, τ² = (2 − 1) / 100 = 0.01; by Knapp and Hartung
    # the standard error is √(Σ(y − m)² / (k (k − 1))) = 0.1 whatever τ² is, with t(1) = 12.706.
    found = cell_effects.cell_effect(cell_effects.study_effects(harmonised(of("a", -0.3), of("b", -0.1))), 2)
    assert found.pooled.effect == pytest.approx(-0.2)
    assert found.pooled.tau_squared == pytest.approx(0.01)
    assert found.pooled.interval == pytest.approx((-0.2 - 1.2706205, -0.2 + 1.2706205), abs=1e-6)
    assert (found.standing, found.studies, found.reason) == ("points_to_less", 2, "")


@pytest.mark.parametrize(
    ("rows", "studies", "reason"),
    [
        ([], 0, cell_effects.NO_STUDY),
        ([], 3, cell_effects.NO_EFFECT),
        ([of("a", -0.2)], 3, cell_effects.ONE_STUDY),
    ],
)
def test_a_cell_that_cannot_be_pooled_says_why(rows, studies, reason):
    found = cell_effects.cell_effect(cell_effects.study_effects(harmonised(*rows)), studies)
    assert (found.standing, found.pooled, found.reason) == ("not_pooled", None, reason)


@pytest.mark.parametrize(
    ("effect", "low", "high", "standing"),
    [(-1, -2, -0.1, "less"), (-1, -2, 0, "points_to_less"), (0, -1, 1, "points_to_more"), (1, 0.1, 2, "more")],
)
def test_standing_follows_the_interval(effect, low, high, standing):
    assert cell_effects.standing(effect, low, high) == standing


def test_every_cell_is_pooled_or_says_why_not(grid, effects):
    table = cell_effects.cell_effects(grid, effects)
    assert len(table) == len(grid)
    pooled = table["reason"] == ""
    assert (table["pooled_studies"] >= FEWEST_POOLED).equals(pooled)
    assert table.loc[pooled, ["pooled_effect", "effect_low", "effect_high"]].notna().all(axis=None)
    assert table.loc[~pooled, "pooled_effect"].isna().all()
    assert (table["reason"] == cell_effects.NO_STUDY).equals(table["studies"] == 0)
    assert (table["pooled_studies"] <= table["studies"]).all()


def test_the_cells_of_the_three_meta_analyses_point_where_their_reviews_do(grid, effects):
    # Landenberger and Lipsey (2005) and Strang et al. (2013) found less reoffending, Petrosino et al. (2013) more.
    # Of the 58 studies of Landenberger and Lipsey 16 compare groups that are not alike, and no mean takes them.
    table = cell_effects.cell_effects(grid, effects)
    here = table[(table["region"] == "elsewhere") & (table["outcome"] == "reoffending")].set_index("intervention")
    assert here.loc["cognitive_behavioural_therapy", ["standing", "pooled_studies"]].tolist() == ["less", 42]
    assert here.loc["restorative_justice", ["standing", "pooled_studies"]].tolist() == ["less", 10]
    assert here.loc["deterrence_education", ["standing", "pooled_studies"]].tolist() == ["more", 7]


def test_effects_are_joined_to_the_studies_of_their_cell_and_to_no_other(grid, effects):
    coded = coded_studies.coded_studies(catalog.load("studies"), catalog.load("countries"))
    behind = map_cells.studies_of_panels(study_filter.filter_studies(coded, EvidenceGapMap.from_values({})), "all")
    joined = cell_effects.with_effects(behind, effects)
    pd.testing.assert_frame_equal(joined[behind.columns], behind)
    assert (joined["measure"] == "").equals(joined["effect"].isna())
    assert not joined.loc[joined["effect"].isna(), "is_averaged"].any()
    assert (joined["effect"].notna() & ~joined["is_averaged"]).sum() == 17
    found = joined[joined["is_averaged"]].groupby(["region", "intervention", "outcome"])["study_id"].nunique()
    pooled = cell_effects.cell_effects(grid, effects).set_index(["region", "intervention", "outcome"])["pooled_studies"]
    assert found.equals(pooled[pooled > 0].sort_index().rename("study_id"))
    assert np.isfinite(joined["standard_error"].dropna()).all()


def test_every_cell_with_a_study_is_pooled_or_has_a_reason_in_its_region():
    cells = pd.DataFrame(
        {"region": ["lac", "lac", "elsewhere", "lac"], "studies": [2, 1, 3, 0], "reason": ["", "one", "", "none"]}
    )
    table = cell_effects.reasons_by_region(cells)
    assert table.loc["pooled", ["lac", "elsewhere"]].tolist() == [1, 1]
    assert table.loc["cells with a study", "cells with a study"] == 3


def test_an_interval_that_ends_at_zero_up_to_rounding_only_points_to_less():
    assert cell_effects.standing(-0.5, -1.0, -1e-17) == "points_to_less"
    assert cell_effects.standing(-0.5, -1.0, -1e-3) == "less"
    assert cell_effects.standing(0.5, 2e-17, 1.0) == "points_to_more"
    assert cell_effects.standing(0.5, 2e-3, 1.0) == "more"
