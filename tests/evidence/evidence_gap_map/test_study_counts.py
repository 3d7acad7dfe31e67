"""Counts over the whole map, by hand and by loops."""

import pandas as pd
from evidence.hand_counted import HAND, studies_frame

from citizen_security.evidence.evidence_gap_map import study_counts
from citizen_security.evidence.studies.coding import DIRECTIONS


def test_reviews_are_listed_by_intervention_and_none_is_lost(selection):
    table = study_counts.reviews_by_intervention(selection.reviews)
    assert {study for ids in table["study_ids"] for study in ids} == set(selection.reviews["study_id"])
    by_row = table.set_index("intervention")["reviews"]
    assert by_row["focused_deterrence"] == 4
    assert by_row["all"] == 5


def test_the_three_most_studied_interventions_and_a_study_of_two_of_them_counts_once():
    found = study_counts.most_studied(HAND, top=2)
    assert found.interventions == ("cctv", "cash_transfers")
    assert (found.share.count, found.share.n) == (3, 3)
    assert study_counts.most_studied(HAND, top=1).share.count == 3


def test_strong_designs_and_their_range_by_hand():
    levels = [5.0, 4.0, 4.0, 3.0, 2.0, float("nan")]
    found = study_counts.strong_designs(
        studies_frame([(("cctv",), ("trust",), level, "mixed", ()) for level in levels])
    )
    assert found == study_counts.StrongDesigns(count=3, n=6, if_coded_too_high=1, if_coded_too_low=4, uncoded=1)


def test_each_of_the_33_states_has_a_row_and_a_study_of_two_states_is_in_both(selection, countries):
    table = study_counts.evidence_by_country(selection.studies, countries).set_index("iso3")
    assert len(table) == 33
    for state, row in table.iterrows():
        inside = [codes for codes in selection.studies["countries"] if state in codes]
        assert row["studies"] == len(inside), state
    assert table["studies"].is_monotonic_decreasing
    assert table.loc["HTI", ["studies", "strong_designs", "interventions"]].tolist() == [0, 0, 0]
    assert pd.isna(table.loc["HTI", "first_year"])


def test_countries_by_hand(countries):
    table = study_counts.evidence_by_country(HAND, countries).set_index("iso3")
    assert table.loc["BRA", ["studies", "strong_designs", "strongest_level", "interventions"]].tolist() == [2, 1, 5, 1]
    assert (table.loc["BRA", "first_year"], table.loc["BRA", "last_year"]) == (2000, 2001)
    assert (table["studies"] == 0).sum() == 32


def test_directions_of_groups_add_up(selection):
    table = study_counts.directions_reported({"all": selection.studies, "none": selection.studies.iloc[:0]})
    assert (table[list(DIRECTIONS)].sum(axis=1) == table["studies"]).all()
    assert table["interval_low"].tolist()[1] == 0
    assert table["interval_high"].tolist()[1] == 1


def test_levels_by_design_holds_every_study(selection):
    assert study_counts.levels_by_design(selection.studies).to_numpy().sum() == len(selection.studies)


def test_growth_ends_at_the_number_of_studies_and_never_falls(selection):
    studies = selection.studies
    table = study_counts.growth(studies, {"all": studies["year"] > 0, "region": studies["in_lac"]})
    for name, rows in table.groupby("group"):
        assert rows["total"].iloc[-1] == (len(studies) if name == "all" else studies["in_lac"].sum())
        assert (rows["total"].diff().dropna() >= 0).all()
        assert rows["published"].sum() == rows["total"].iloc[-1]
    assert study_counts.growth(studies.iloc[:0], {"all": studies["in_lac"].iloc[:0]}).empty


def test_every_study_is_in_one_group_of_studies(selection):
    groups = study_counts.groups_of_studies(selection.studies)
    assert (sum(inside.astype(int) for inside in groups.values()) == 1).all()
