"""The pictures of the map show every cell and name the studies."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from citizen_security.evidence.evidence_gap_map import cell_effects, map_cells, study_counts, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies, coding
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.figures.evidence import gap_map as figures
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def selection():
    coded = coded_studies.coded_studies(catalog.load("studies"), catalog.load("countries"))
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))


@pytest.fixture(scope="module")
def grid(selection):
    return map_cells.panels(selection, "all")


@pytest.fixture(scope="module")
def effects():
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    return cell_effects.on_one_scale(cell_effects.study_effects(harmonised))


def test_every_cell_is_a_bubble_or_an_empty_tile(grid):
    figure = figures.plot_gap_map(grid)
    for axis, region in zip(figure.axes, ("lac", "elsewhere"), strict=True):
        here = grid[grid["region"] == region]
        tiles = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
        assert len(tiles) == (here["studies"] == 0).sum()
        assert len(axis.collections) == (here["studies"] > 0).sum()
        printed = sorted(int(text.get_text()) for text in axis.texts if text.get_text().isdigit())
        assert printed == sorted(here.loc[here["studies"] > 1, "studies"])


def test_a_bubble_has_the_colour_of_its_pooled_effect(grid, effects):
    pooled = cell_effects.cell_effects(grid, effects)
    figure = figures.plot_gap_map(pooled, colour="pooled_effect")
    for axis, region in zip(figure.axes, ("lac", "elsewhere"), strict=True):
        here = pooled[(pooled["region"] == region) & (pooled["studies"] > 0)]
        drawn = sorted(to_hex(bubble.get_facecolor()[0]) for bubble in axis.collections)
        assert drawn == sorted(figures.STANDINGS[standing][1].lower() for standing in here["standing"])


def test_labels_of_levels_directions_and_targets_are_those_of_the_scheme():
    scheme = coding.scheme()
    assert [figures.LEVELS[str(number)] for number in scheme.levels] == [
        f"{number} {level.label}" for number, level in scheme.levels.items()
    ]
    assert {code: label for code, (label, _) in figures.DIRECTIONS.items()} == {
        code: direction.label for code, direction in scheme.directions.items()
    }


def test_every_row_and_column_is_labelled_in_full(grid):
    figure = figures.plot_gap_map(grid)
    rows = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert rows == set(grid["intervention_label"]) | set(grid["family_label"])
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == list(grid["outcome_label"].unique())


def test_the_title_states_the_number_of_empty_cells(grid, selection):
    empty = map_cells.gap_counts(map_cells.cells(coded_studies.in_lac(selection.studies))).empty
    assert figures.plot_gap_map(grid)._suptitle.get_text().startswith(f"{empty} of {len(grid) // 2} cells")


def test_reviews_are_printed_beside_their_rows(grid, selection):
    reviews = study_counts.reviews_by_intervention(selection.reviews)
    plain, beside = (len(figures.plot_gap_map(grid, table).axes[1].texts) for table in (None, reviews))
    rows = reviews[reviews["intervention"].isin(grid["intervention"]) & (reviews["reviews"] > 0)]
    assert beside - plain == len(rows) + 1  # and the heading


def test_a_map_of_one_row_and_column_is_drawn(grid):
    one = grid[(grid["region"] == "lac") & (grid["intervention"] == "cctv") & (grid["outcome"] == "crime_overall")]
    figure = figures.plot_gap_map(one)
    figure.canvas.draw()
    assert len(figure.axes) == 1


def test_area_is_proportional_to_studies_up_to_where_the_legend_says_it_stops():
    assert figures._area(6) == 6 * figures._area(1)
    assert figures._area(figures.FULL_SIZE) == figures._area(58)


@pytest.mark.parametrize(
    ("measure", "effect", "error", "text"),
    [
        ("odds_ratio", 0.0, 0.5, "odds ratio 1.00 (0.38 to 2.66)"),
        ("standardised_mean_difference", -0.2, 0.1, "difference in SD -0.20 (-0.40 to -0.00)"),
        ("", float("nan"), float("nan"), ""),
        (None, None, None, ""),
    ],
)
def test_an_effect_is_written_on_the_scale_that_readers_know(measure, effect, error, text):
    assert figures.effect_text(measure, effect, error) == text


@pytest.mark.parametrize(
    ("doi", "address"),
    [
        ("10.1001/jama.283.9.1205", "https://doi.org/10.1001/jama.283.9.1205"),
        ("javascript:alert(1)", ""),
        ("10.1000/a b", ""),
        ("https://elsewhere.example/10.1000/x", ""),
        (None, ""),
        (float("nan"), ""),
        ("10.1000/<x>", "https://doi.org/10.1000/%3Cx%3E"),
    ],
)
def test_only_a_doi_becomes_a_link(doi, address):
    assert figures.doi_address(doi) == address


@pytest.mark.parametrize(
    ("authors", "reference"),
    [
        ("Freire", "Freire 2018"),
        ("Blair, Weintraub", "Blair & Weintraub 2018"),
        ("Sherman & Strang", "Sherman & Strang 2018"),
        ("Munyo, Rossi, Other", "Munyo et al. 2018"),
        (float("nan"), "“Los efectos de la politica” 2018"),
        (None, "“Los efectos de la politica” 2018"),
        ("(named on no page)", "“Los efectos de la politica” 2018"),
        ("Cerqueira, de Mello (named by Freire text)", "Cerqueira & de Mello 2018"),
    ],
)
def test_references_are_short(authors, reference):
    assert figures.short_reference(authors, 2018, "Los efectos de la politica: una nota") == reference


def test_a_missing_level_is_named():
    assert figures.level_label(float("nan")) == "not coded"
    assert figures.level_label(pd.NA) == "not coded"
    assert figures.level_label(4.0) == "4"
