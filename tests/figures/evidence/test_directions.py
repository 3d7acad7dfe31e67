"""Bars of what the studies report are drawn to their numbers."""

import pytest

from citizen_security.evidence.evidence_gap_map import study_counts, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.figures.evidence import directions
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def selection():
    coded = coded_studies.coded_studies(catalog.load("studies"), catalog.load("countries"))
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))


def test_directions_are_drawn_to_their_numbers(selection):
    table = study_counts.directions_reported({"Region": coded_studies.in_lac(selection.studies)})
    figure = directions.plot_directions(table)
    drawn = {bars.get_label(): bars[0].get_width() for bars in figure.axes[0].containers}
    assert sum(drawn.values()) == pytest.approx(1)
    assert drawn["beneficial"] == pytest.approx(table["beneficial"][0] / table["studies"][0])
    assert f"{table['positive_share'][0]:.0%}" in figure.axes[0].get_yticklabels()[0].get_text()


def test_a_group_without_studies_is_drawn_empty(selection):
    directions.plot_directions(study_counts.directions_reported({"None": selection.studies.iloc[:0]})).canvas.draw()
