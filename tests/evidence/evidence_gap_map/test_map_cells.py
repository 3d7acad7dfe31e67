"""Cells of the map: nothing lost, nothing counted twice, equal to counting by hand."""

import itertools
import statistics

import pandas as pd
import pytest
from evidence.hand_counted import HAND, studies_frame
from hypothesis import given, settings
from hypothesis import strategies as st

from citizen_security.evidence.evidence_gap_map import map_cells, study_counts
from citizen_security.evidence.studies.coding import DIRECTIONS, INTERVENTIONS, OUTCOMES

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
    assert_equals_recount(map_cells.cells(selection.studies), selection.studies)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_a_file_holds_the_studies_of_a_cell_as_one_text():
    pair = studies_frame([(("cctv",), ("homicide",), 4.0, "mixed", ("BRA",))] * 2)
    grid = map_cells.cells(pair, ["cctv", "cash_transfers"], ["homicide"])
    assert map_cells.printed(grid)["study_ids"].tolist() == ["study0;study1", ""]
    pd.testing.assert_frame_equal(map_cells.printed(grid).drop(columns="study_ids"), grid.drop(columns="study_ids"))


def test_reviews_are_never_in_a_cell(selection):
    assert not set(selection.reviews["study_id"]) & {
        study for ids in map_cells.cells(selection.studies)["study_ids"] for study in ids
    }


def test_panels_are_the_maps_of_the_regions(selection):
    both = map_cells.panels(selection, "all")
    alone = map_cells.panels(selection, "lac")
    pd.testing.assert_frame_equal(both[both["region"] == "lac"].reset_index(drop=True), alone)
    listed = map_cells.studies_of_panels(selection, "all")
    assert len(listed) == both["studies"].sum()


@pytest.mark.parametrize("seed", range(8))
def test_rows_by_emptiness_account_for_every_cell(seed, selection):
    grid = map_cells.cells(selection.studies.sample(12, random_state=seed))
    table = map_cells.rows_by_emptiness(grid)
    assert (table["empty"] + table["filled"] == 9).all()
    assert table["empty"].sum() == map_cells.gap_counts(grid).empty
    assert table["thin"].sum() == map_cells.gap_counts(grid).thin
    assert table["filled"].is_monotonic_increasing


def test_gaps_are_counted_of_every_map_and_kind_of_row(selection):
    counts = map_cells.count_gaps(selection)
    assert counts["lac", "intervention"] == map_cells.gap_counts(
        map_cells.cells(selection.studies[selection.studies["in_lac"]])
    )
    assert counts["map", "family"].cells < counts["map", "intervention"].cells
    table = map_cells.gap_table(counts)
    assert table.loc[("elsewhere", "family"), "empty"] == counts["elsewhere", "family"].empty


def test_reviews_are_listed_with_the_codes_of_their_interventions():
    reviews = pd.DataFrame(
        {
            "study_id": ["b", "a", "c"],
            "authors": ["B", "A", None],
            "year": [2001, 2012, 2012],
            "title": ["one", "two", "three"],
            "title_is_ours": [False, True, False],
            "doi": [None, "10.1/x", None],
            "interventions": [("hot_spots", "patrol"), (), ("patrol",)],
            "outcomes": [(), (), ()],
        }
    )
    listed = map_cells.listed_reviews(reviews)
    assert listed["study_id"].tolist() == ["a", "c", "b"]
    assert listed["interventions"].tolist() == ["", "patrol", "hot_spots;patrol"]
    assert "outcomes" not in listed
