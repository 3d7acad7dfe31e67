"""Recorded values say what the map says."""

import pandas as pd

from citizen_security.evidence.evidence_gap_map import headline, map_cells
from citizen_security.evidence.evidence_gap_map.cell_effects import cell_effects
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies
from citizen_security.evidence.studies.coded_studies import in_lac
from citizen_security.values import Missing

NO_EFFECTS = pd.DataFrame(
    {name: [] for name in ("study_id", "intervention", "outcome", "scale", "measure", "effect", "standard_error")}
).assign(is_averaged=pd.Series([], dtype=bool))


def by_name(values):
    named = {value.name: value for value in values}
    assert len(named) == len(values), "a name is recorded once"
    return named


def test_studies_are_counted_and_the_region_is_a_share_of_them(selection):
    values = by_name(headline.study_values(selection))
    region = len(in_lac(selection.studies))
    assert values["studies_lac"].value == region
    assert f"{region / len(selection.studies):.0%} (" in values["selection_sentence"].value
    low, high = values["strong_designs_lac"].interval
    assert low <= values["strong_designs_lac"].value <= high


def test_silent_studies_can_only_lower_the_share_of_good_news(selection):
    values = by_name(headline.direction_values(selection, selection.studies))
    assert values["positive_share_lowest"].value <= values["positive_share_reported"].value
    assert values["positive_share_lowest"].n == len(selection.studies)


def test_cells_are_those_of_the_counts(selection):
    counts = map_cells.count_gaps(selection)
    cells = cell_effects(map_cells.panels(selection, "all"), NO_EFFECTS)
    values = by_name(headline.cell_values(selection, counts, cells, NO_EFFECTS))
    assert (values["empty_cells_lac"].value, values["empty_cells_lac"].n) == (
        counts["lac", "intervention"].empty,
        counts["lac", "intervention"].cells,
    )
    assert values["pooled_cells"].value == 0
    assert values["pooled_cells"].n == (cells["studies"] > 0).sum()


def test_the_burden_of_the_states_without_a_study_lies_in_its_bounds(selection, gaps, countries):
    values = by_name(headline.burden_values(selection, gaps, countries, EvidenceGapMap.from_values({})))
    low, high = values["burden_without_evidence"].interval
    assert low <= values["burden_without_evidence"].value <= high
    assert values["countries_without_evidence"].value == (gaps["studies"] == 0).sum()


def test_what_the_region_has_is_missing_where_only_others_are_shown(coded, gaps, countries):
    asked = EvidenceGapMap.from_values({"region": "elsewhere"})
    kept = filter_studies(coded, asked)
    counts = map_cells.count_gaps(kept)
    cells = cell_effects(map_cells.panels(kept, "elsewhere"), NO_EFFECTS)
    values = [
        *headline.study_values(kept),
        *headline.cell_values(kept, counts, cells, NO_EFFECTS),
        *headline.direction_values(kept, kept.studies),
        *headline.burden_values(kept, gaps, countries, asked),
    ]
    missing = {value.names for value in values if isinstance(value, Missing)}
    assert {"studies_lac", "region_cells_sentence", "positive_share_lac", "burden_sentence"} <= missing
    assert not {"studies_total", "selection_sentence", "pooled_cells"} & missing


def test_the_burden_is_missing_where_no_state_of_the_region_is_asked_for(selection, gaps, countries):
    abroad = EvidenceGapMap.from_values({"countries": ["USA"]})
    (reason,) = {value.reason for value in headline.burden_values(selection, gaps, countries, abroad)}
    assert reason == "no state of the region is among the countries asked for"
