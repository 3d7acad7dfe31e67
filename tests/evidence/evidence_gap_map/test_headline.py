"""Recorded values say what the map says."""

import pandas as pd
import pytest

from citizen_security.evidence.evidence_gap_map import headline, map_cells
from citizen_security.evidence.evidence_gap_map.cell_effects import cell_effects
from citizen_security.evidence.studies.coded_studies import in_lac

NO_EFFECTS = pd.DataFrame(
    {name: [] for name in ("study_id", "intervention", "outcome", "scale", "measure", "effect", "standard_error")}
)


def by_name(values):
    named = {value.name: value for value in values}
    assert len(named) == len(values), "a name is recorded once"
    return named


def test_studies_are_counted_and_the_region_is_a_share_of_them(selection):
    values = by_name(headline.study_values(selection))
    region = len(in_lac(selection.studies))
    assert values["studies_lac"].value == region
    assert values["studies_lac_share"].value == pytest.approx(region / len(selection.studies))
    low, high = values["strong_designs_lac"].interval
    assert low <= values["strong_designs_lac"].value <= high


def test_silent_studies_can_only_lower_the_share_of_good_news(selection):
    values = by_name(headline.direction_values(selection))
    assert values["positive_share_lowest"].value <= values["positive_share_reported"].value
    assert values["positive_share_lowest"].n == len(selection.mapped)


def test_cells_are_those_of_the_counts(selection):
    counts = map_cells.count_gaps(selection)
    cells = cell_effects(map_cells.panels(selection, "all"), NO_EFFECTS)
    values = by_name(headline.cell_values(counts, cells))
    assert (values["empty_cells_lac"].value, values["empty_cells_lac"].n) == (
        counts["lac", "intervention"].empty,
        counts["lac", "intervention"].cells,
    )
    assert values["pooled_cells"].value == 0
    assert values["pooled_cells"].n == (cells["studies"] > 0).sum()


def test_the_burden_of_the_states_without_a_study_lies_in_its_bounds(gaps):
    values = by_name(headline.burden_values(gaps))
    low, high = values["burden_without_evidence"].interval
    assert low <= values["burden_without_evidence"].value <= high
    assert values["countries_without_evidence"].value == (gaps["studies"] == 0).sum()
