"""Counts of the map: nothing lost, nothing counted twice, equal to counting by hand."""

import itertools
import statistics

import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from citizen_security import project
from citizen_security.evidence.evidence_gap_map import map_cells, study_counts, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.evidence.studies.coding import DIRECTIONS, INTERVENTIONS, OUTCOMES
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


@pytest.fixture(scope="module")
def coded(countries):
    return coded_studies.coded_studies(catalog.load("studies"), countries)


@pytest.fixture(scope="module")
def selection(coded):
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))


def studies_frame(rows):
    """Coded studies from (interventions, outcomes, level, direction, countries)."""
    return pd.DataFrame(
        [
            {
                "study_id": f"study{number}", "interventions": interventions, "outcomes": outcomes,
                "maryland_level": level, "direction": direction, "countries": places, "year": 2000 + number,
                "authors": "A", "title": "T", "design": "RCT", "group": "evaluation", "doi": None,
                "what_was_done": "", "targets": ("people",),
                "in_lac": "BRA" in places, "in_elsewhere": "BRA" not in places,
            }
            for number, (interventions, outcomes, level, direction, places) in enumerate(rows)
        ]
    )  # fmt: skip


HAND = studies_frame(
    [
        (("cctv",), ("homicide",), 5.0, "beneficial", ("BRA",)),
        (("cctv",), ("homicide", "trust"), 3.0, "harmful", ("BRA", "USA")),
        (("cctv", "cash_transfers"), ("homicide",), float("nan"), "not_stated", ("USA",)),
    ]
)

some = st.sampled_from
study_rows = st.tuples(
    st.lists(some(list(INTERVENTIONS)), min_size=1, max_size=3, unique=True).map(tuple),
    st.lists(some(list(OUTCOMES)), min_size=1, max_size=3, unique=True).map(tuple),
    some([1.0, 2.0, 3.0, 4.0, 5.0, float("nan")]),
    some(list(DIRECTIONS)),
    st.lists(some(["BRA", "COL", "MEX", "USA"]), max_size=3, unique=True).map(tuple),
)
any_studies = st.lists(study_rows, min_size=1, max_size=25).map(studies_frame)


def recounted(studies):
    """Second implementation: plain loops over cells and studies."""
    for intervention, outcome in itertools.product(INTERVENTIONS, OUTCOMES):
        inside = [
            row for _, row in studies.iterrows() if intervention in row["interventions"] and outcome in row["outcomes"]
        ]
        levels = [row["maryland_level"] for row in inside if row["maryland_level"] == row["maryland_level"]]
        yield {
            "intervention": intervention,
            "outcome": outcome,
            "studies": len(inside),
            "strongest_level": max(levels, default=None),
            "median_level": statistics.median(levels) if levels else None,
            "strong_designs": sum(level >= 4 for level in levels),
            "uncoded_levels": len(inside) - len(levels),
            "study_ids": tuple(sorted(row["study_id"] for row in inside)),
            **{direction: sum(row["direction"] == direction for row in inside) for direction in DIRECTIONS},
        }


def assert_equals_recount(grid, studies):
    for found, expected in zip(grid.to_dict("records"), recounted(studies), strict=True):
        for key, value in expected.items():
            assert pd.isna(found[key]) if value is None else found[key] == value, (found, expected)


def test_the_cells_of_the_real_table_equal_a_recount_by_loops(selection):
    assert_equals_recount(map_cells.cells(selection.mapped), selection.mapped)


@settings(max_examples=25, deadline=None)
@given(any_studies)
def test_the_cells_of_any_table_equal_a_recount_by_loops(studies):
    assert_equals_recount(map_cells.cells(studies), studies)


def test_a_map_small_enough_to_count_by_hand():
    grid = map_cells.cells(HAND, ["cctv", "cash_transfers"], ["homicide", "trust"]).set_index(
        ["intervention", "outcome"]
    )
    assert grid["studies"].tolist() == [3, 1, 1, 0]
    first = grid.loc[("cctv", "homicide")]
    assert (first["strongest_level"], first["median_level"], first["strong_designs"]) == (5, 4, 1)
    assert (first["uncoded_levels"], first["beneficial"], first["harmful"], first["not_stated"]) == (1, 1, 1, 1)
    assert pd.isna(grid.loc[("cash_transfers", "homicide"), "strongest_level"])
    assert map_cells.gap_counts(grid.reset_index()) == map_cells.GapCounts(cells=4, empty=1, thin=2)


def test_a_study_of_two_interventions_of_one_family_counts_once_in_the_family():
    pair = studies_frame([(("cctv", "firearm_restriction"), ("homicide",), 4.0, "mixed", ("BRA",))])
    grid = map_cells.cells(pair, rows="family").set_index(["family", "outcome"])
    cell = grid.loc[("situational_prevention", "homicide")]
    assert (cell["studies"], cell["strong_designs"], cell["mixed"], cell["study_ids"]) == (1, 1, 1, ("study0",))
    assert grid["studies"].sum() == 1


@settings(max_examples=30, deadline=None)
@given(any_studies, st.randoms(use_true_random=False))
def test_no_count_depends_on_the_order_of_rows_or_of_codes_in_a_row(studies, random):
    def shuffled(codes):
        return tuple(random.sample(codes, len(codes)))

    mixed = studies.iloc[random.sample(range(len(studies)), len(studies))].assign(
        interventions=lambda frame: frame["interventions"].map(shuffled),
        outcomes=lambda frame: frame["outcomes"].map(shuffled),
    )
    pd.testing.assert_frame_equal(map_cells.cells(mixed), map_cells.cells(studies))
    assert study_counts.most_studied(mixed) == study_counts.most_studied(studies)
    assert study_counts.strong_designs(mixed) == study_counts.strong_designs(studies)


@settings(max_examples=30, deadline=None)
@given(any_studies, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_and_columns_asked_for_moves_cells_and_changes_none(studies, random):
    rows, columns = random.sample(list(INTERVENTIONS), 5), random.sample(list(OUTCOMES), 4)
    keys = ["intervention", "outcome"]
    asked = map_cells.cells(studies, rows, columns)
    assert asked[keys].apply(tuple, axis=1).tolist() == list(itertools.product(rows, columns))
    whole = map_cells.cells(studies).set_index(keys).loc[list(itertools.product(rows, columns))].reset_index()
    pd.testing.assert_frame_equal(asked, whole)


@settings(max_examples=30, deadline=None)
@given(any_studies)
def test_every_study_is_in_the_cells_it_belongs_to_once_in_each(studies):
    grid = map_cells.cells(studies)
    listed = [study for ids in grid["study_ids"] for study in ids]
    assert set(listed) == set(studies["study_id"])
    expected = sum(len(row["interventions"]) * len(row["outcomes"]) for _, row in studies.iterrows())
    assert len(listed) == grid["studies"].sum() == expected
    assert (grid["studies"] == grid[list(DIRECTIONS)].sum(axis=1)).all()
    assert len(map_cells.studies_behind(studies)) == expected


def test_the_flow_accounts_for_every_row_of_the_table(coded):
    parameters = EvidenceGapMap.from_values(
        {"region": "lac", "minimum_maryland_level": 4, "first_year": 2012, "outcomes": ["homicide", "crime_overall"]}
    )
    selection = study_filter.filter_studies(coded, parameters)
    flow = selection.flow
    assert flow["kept"].iloc[0] == len(coded)
    assert (flow["kept"].shift(1).iloc[1:] - flow["dropped"].iloc[1:] == flow["kept"].iloc[1:]).all()
    assert flow["kept"].iloc[-1] == len(selection.mapped)
    mapped = selection.mapped
    assert mapped["in_lac"].all()
    assert (mapped["maryland_level"] >= 4).all()
    assert (mapped["year"] >= 2012).all()
    assert {code for codes in mapped["outcomes"] for code in codes} == {"homicide", "crime_overall"}


def test_countries_and_targets_keep_the_studies_that_have_one_of_them(coded):
    selection = study_filter.filter_studies(
        coded, EvidenceGapMap.from_values({"countries": ["COL", "URY"], "target": ["place"]})
    )
    assert len(selection.mapped)
    for _, study in selection.mapped.iterrows():
        assert set(study["countries"]) & {"COL", "URY"}
        assert "place" in study["targets"]
    every = coded[coded["group"] != "review"]
    expected = [
        bool({"COL", "URY"} & set(row["countries"])) and "place" in row["targets"] for _, row in every.iterrows()
    ]
    assert len(selection.mapped) == sum(expected)


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


def test_reviews_are_never_in_a_cell(selection):
    assert not set(selection.reviews["study_id"]) & {
        study for ids in map_cells.cells(selection.studies)["study_ids"] for study in ids
    }


def test_reviews_are_listed_by_intervention_and_none_is_lost(selection):
    table = study_counts.reviews_by_intervention(selection.reviews)
    assert {study for ids in table["study_ids"] for study in ids} == set(selection.reviews["study_id"])
    by_row = table.set_index("intervention")["reviews"]
    assert by_row["focused_deterrence"] == 4
    assert by_row["all"] == 5


def test_reviews_keep_to_the_interventions_asked_for(coded):
    chosen = study_filter.filter_studies(coded, EvidenceGapMap.from_values({"interventions": ["cctv"]}))
    assert set(chosen.reviews["intervention_category"]) == {"CCTV", "all", "policing", "youth violence"}
    without = study_filter.filter_studies(coded, EvidenceGapMap.from_values({"kinds": ["evaluation"]}))
    assert without.reviews.empty


def test_panels_are_the_maps_of_the_regions(selection):
    both = map_cells.panels(selection, "all")
    alone = map_cells.panels(selection, "lac")
    pd.testing.assert_frame_equal(both[both["region"] == "lac"].reset_index(drop=True), alone)
    listed = map_cells.studies_of_panels(selection, "all")
    assert len(listed) == both["studies"].sum()


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


def test_the_share_of_good_news_is_given_with_and_without_the_silent_studies():
    stated, lowest = coded_studies.positive_share(HAND), coded_studies.positive_share(HAND, not_stated_is_negative=True)
    assert (stated.count, stated.n) == (1, 2)
    assert (lowest.count, lowest.n) == (1, 3)


def test_directions_of_groups_add_up(selection):
    table = study_counts.directions_reported({"all": selection.studies, "none": selection.studies.iloc[:0]})
    assert (table[list(DIRECTIONS)].sum(axis=1) == table["studies"]).all()
    assert table["interval_low"].tolist()[1] == 0
    assert table["interval_high"].tolist()[1] == 1


def test_levels_by_design_holds_every_study(selection):
    assert study_counts.levels_by_design(selection.studies).to_numpy().sum() == len(selection.studies)


# Newcombe (1998), Statistics in Medicine 17(8), table I, method 3: printed to four decimals.
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_equals_the_published_examples(count, n, low, high):
    assert coded_studies.Share(count, n).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_equals_that_of_statsmodels(pair):
    # Both are closed forms of the same few operations: only rounding in the last digits may differ.
    assert coded_studies.Share(*pair).interval == pytest.approx(proportion_confint(*pair, method="wilson"), abs=1e-9)


def test_the_interval_covers_a_known_share_about_as_often_as_it_says():
    n, share = 47, 0.7
    intervals = [coded_studies.Share(count, n).interval for count in range(n + 1)]
    covered = sum(binom.pmf(count, n, share) for count, (low, high) in enumerate(intervals) if low <= share <= high)
    # Exact coverage of the Wilson interval oscillates within about two points of 95% for such n and shares.
    assert covered == pytest.approx(0.95, abs=0.025)


def test_the_share_of_no_studies_is_undefined_and_says_so():
    assert coded_studies.Share(0, 0).recorded() == {"value": "undefined", "interval": (0.0, 1.0), "n": 0}


def solutions():
    notebook = nbformat.read(project.root() / "notebooks" / "evidence" / "evidence_gap_map.ipynb", as_version=4)
    text = next(cell.source for cell in notebook.cells if cell.id == "exercises")
    return [part.split("```")[0] for part in text.split("```python\n")[1:]]


def test_the_solutions_of_the_exercises_run_and_say_what_the_text_says(coded, selection):
    names = {
        "coded": coded,
        "EvidenceGapMap": EvidenceGapMap,
        "filter_studies": study_filter.filter_studies,
        "in_lac": coded_studies.in_lac,
        "map_cells": map_cells,
        "study_counts": study_counts,
    }
    assert len(solutions()) == 3
    for solution in solutions():
        exec(solution, names)
    default = coded_studies.Share(len(coded_studies.in_lac(selection.studies)), len(selection.studies))
    assert names["share"].interval[0] > default.interval[1]
    weak = map_cells.cells(coded_studies.in_lac(selection.studies)).groupby("intervention")["studies"].sum()
    strong = names["strong_cells"]
    assert 0 < strong.cells - strong.empty < (weak > 0).sum() * len(OUTCOMES)
    reported = names["reported"]
    assert reported.count / (reported.n + names["drawer"]) == pytest.approx(0.5)
