"""Which studies are on the map: every row accounted for, and reviews apart."""

from citizen_security.evidence.evidence_gap_map import study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies


def test_the_flow_accounts_for_every_row_of_the_table(coded):
    parameters = EvidenceGapMap.from_values(
        {"region": "lac", "minimum_maryland_level": 4, "first_year": 2012, "outcomes": ["homicide", "crime_overall"]}
    )
    selection = study_filter.filter_studies(coded, parameters)
    flow = selection.flow
    assert flow["kept"].iloc[0] == len(coded)
    assert (flow["kept"].shift(1).iloc[1:] - flow["dropped"].iloc[1:] == flow["kept"].iloc[1:]).all()
    assert flow["kept"].iloc[-1] == len(selection.studies)
    mapped = selection.studies
    assert mapped["in_lac"].all()
    assert (mapped["maryland_level"] >= 4).all()
    assert (mapped["year"] >= 2012).all()
    assert {code for codes in mapped["outcomes"] for code in codes} == {"homicide", "crime_overall"}


def test_countries_and_targets_keep_the_studies_that_have_one_of_them(coded):
    selection = study_filter.filter_studies(
        coded, EvidenceGapMap.from_values({"countries": ["COL", "URY"], "target": ["place"]})
    )
    assert len(selection.studies)
    for _, study in selection.studies.iterrows():
        assert set(study["countries"]) & {"COL", "URY"}
        assert "place" in study["targets"]
    every = coded[coded["group"] != "review"]
    expected = [
        bool({"COL", "URY"} & set(row["countries"])) and "place" in row["targets"] for _, row in every.iterrows()
    ]
    assert len(selection.studies) == sum(expected)


def test_a_minimum_level_drops_uncoded_studies_and_none_keeps_them(coded):
    def selected(level):
        return study_filter.filter_studies(coded, EvidenceGapMap.from_values({"minimum_maryland_level": level})).studies

    assert selected(0)["maryland_level"].isna().any()
    assert not selected(1)["maryland_level"].isna().any()
    assert len(selected(0)) - len(selected(1)) == selected(0)["maryland_level"].isna().sum()


def test_the_regions_together_are_the_total_and_overlap_by_the_studies_in_both(selection):
    studies = selection.studies
    lac, elsewhere = coded_studies.in_lac(studies), coded_studies.in_elsewhere(studies)
    both = studies[studies["in_lac"] & studies["in_elsewhere"]]
    assert both["study_id"].tolist() == ["metaketa4"]
    assert len(lac) + len(elsewhere) - len(both) == len(studies)


def test_reviews_keep_to_the_interventions_asked_for(coded):
    chosen = study_filter.filter_studies(coded, EvidenceGapMap.from_values({"interventions": ["cctv"]}))
    assert set(chosen.reviews["intervention_category"]) == {"CCTV", "all", "policing", "youth violence"}
    without = study_filter.filter_studies(coded, EvidenceGapMap.from_values({"kinds": ["evaluation"]}))
    assert without.reviews.empty
