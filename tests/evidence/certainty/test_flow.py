"""The flow adds up: what a step keeps and what it loses is what the step before kept, for all and for the region."""

import pandas as pd
import pytest

from citizen_security.evidence.certainty import flow
from citizen_security.evidence.certainty.flow import SCOPES, STAGES, Tables
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects, unusable_effects
from citizen_security.evidence.studies.region_evidence import region_evidence
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def tables():
    effects, studies = catalog.load("effects"), catalog.load("studies")
    return Tables(
        coded_studies(studies, catalog.load("countries")),
        catalog.load("readings"),
        effects,
        harmonised_effects(effects, studies),
        unusable_effects(effects, studies),
    )


@pytest.fixture(scope="module")
def every(tables):
    return flow.study_flow(tables)


def without(tables, **changes):
    return Tables(**{name: getattr(tables, name) for name in Tables.__dataclass_fields__} | changes)


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_lost_and_what_is_kept_is_what_was_there(every, scope):
    mine = every[every["scope"] == scope]
    assert list(dict.fromkeys(mine["stage"])) == list(STAGES)
    before = None
    for stage in STAGES:
        rows = mine[mine["stage"] == stage]
        (kept,) = set(rows["kept"])
        assert before is None or kept + rows["lost"].sum() == before
        # A loss has a reason, and a reason a loss.
        assert ((rows["lost"] > 0) == (rows["reason"] != "")).all()
        before = kept


def test_the_first_stage_is_the_table_and_the_map_is_the_map_at_its_defaults(tables, every):
    stages = flow.stage_table(every).set_index("stage")
    assert stages.loc["found", "collection"] == len(tables.coded)
    assert stages.loc["found", "region"] == tables.coded["in_lac"].sum()
    on_map = filter_studies(tables.coded, EvidenceGapMap.from_values({}))
    assert stages.loc["on_map", "collection"] == len(on_map.studies)
    assert stages.loc["on_map", "region"] == on_map.studies["in_lac"].sum()


def test_usable_and_pooled_are_what_the_shared_count_of_the_region_says(tables, every):
    stages = flow.stage_table(every).set_index("stage")
    counted = region_evidence(tables.coded, tables.harmonised)
    assert stages.loc["usable", "region"] == counted.usable
    assert stages.loc["pooled", "region"] >= max(counted.pooled.values(), default=0)
    assert stages.loc["usable", "collection"] == tables.harmonised["study_id"].nunique()
    assert stages.loc["pooled", "collection"] == len(flow.pooled_studies(tables))


def test_every_loss_of_the_flow_stands_in_the_table_twin(every):
    losses, twin = flow.loss_table(every), flow.twin_table(every)
    lost = every.groupby("scope")["lost"].sum()
    assert losses[list(SCOPES)].sum().to_dict() == lost.to_dict()
    assert len(twin) == len(STAGES) + len(losses)
    told = twin[twin["Step"].str.startswith("lost: ")]
    assert told["Whole collection"].str.removeprefix("−").astype(int).sum() == lost["collection"]
    # Below the last row nothing is lost.
    assert twin["Step"].iloc[-1] == STAGES["pooled"]


def test_effects_add_up_by_reason(tables):
    table = flow.effect_flow(tables)
    for scope in SCOPES:
        assert table[scope].iloc[0] == table[scope].iloc[1:].sum()
    assert table["collection"].iloc[0] == len(tables.effects)
    assert table["collection"].iloc[-1] == len(tables.harmonised)
    assert (table["region"] <= table["collection"]).all()


def test_a_study_whose_place_is_not_noted_is_lost_where_it_is_read(tables):
    blank = tables.coded.assign(facts_read_at=tables.coded["facts_read_at"].mask(tables.coded.index < 3))
    stages = flow.stage_table(flow.study_flow(without(tables, coded=blank))).set_index("stage")
    assert stages.loc["read", "collection"] == len(blank) - 3


def test_words_that_are_not_on_the_map_are_lost_there_with_their_reason(tables):
    evaluations = tables.coded.index[tables.coded["group"] != "review"]
    coded = tables.coded.copy()
    coded.at[evaluations[0], "interventions"] = ()
    coded.at[evaluations[1], "outcomes"] = ()
    losses = flow.loss_table(flow.study_flow(without(tables, coded=coded))).set_index("reason")
    assert losses.loc[flow.NO_INTERVENTION, ["stage", "collection"]].tolist() == ["on_map", 1]
    assert losses.loc[flow.NO_OUTCOME, ["stage", "collection"]].tolist() == ["on_map", 1]


def test_why_no_effect_of_a_study_is_usable_is_the_commonest_of_its_reasons(tables):
    reasons = pd.DataFrame({"study_id": ["a", "a", "a", "b", "b"], "reason": ["x", "y", "y", "z", "x"]})
    assert without(tables, unusable=reasons).reason_unusable == {"a": "y", "b": "z"}


def test_the_region_is_pooled_with_itself_alone(tables):
    # A study of the region beside one of elsewhere can be pooled in the collection, and not in the region.
    coded = tables.coded[tables.coded["study_id"].isin(["sanchez2011", "lima2012"])]
    coded = coded.assign(in_lac=[study == "lima2012" for study in coded["study_id"]])
    effects, harmonised = (
        frame[frame["study_id"].isin(coded["study_id"])] for frame in (tables.effects, tables.harmonised)
    )
    by_rule = without(tables, coded=coded, effects=effects, harmonised=harmonised, unusable=tables.unusable.iloc[:0])
    assert flow.study_flow(by_rule).query("reason == @flow.LOW_LEVEL")["lost"].tolist() == [1, 1]
    harmonised = harmonised.assign(enters_a_mean=True)
    few = without(tables, coded=coded, effects=effects, harmonised=harmonised, unusable=tables.unusable.iloc[:0])
    stages = flow.stage_table(flow.study_flow(few)).set_index("stage")
    assert stages.loc["pooled", ["collection", "region"]].tolist() == [2, 0]
    assert stages.loc["usable", ["collection", "region"]].tolist() == [2, 1]


def test_interventions_with_a_study_are_counted_once(tables):
    evaluated = tables.coded[tables.coded["group"] != "review"]
    assert flow.interventions_studied(tables) == evaluated["interventions"].explode().nunique()
