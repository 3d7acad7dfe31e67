"""Every study of the map is listed, and nothing of the table acts on the page."""

import pytest

from citizen_security.evidence.evidence_gap_map import cell_effects, map_cells, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.figures.evidence import gap_map_tables
from citizen_security.tables import catalog

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> & $x$'


@pytest.fixture(scope="module")
def selection():
    coded = coded_studies.coded_studies(catalog.load("studies"), catalog.load("countries"))
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))


@pytest.fixture(scope="module")
def effects():
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    return cell_effects.on_one_scale(cell_effects.study_effects(harmonised))


@pytest.fixture
def hostile(selection):
    return map_cells.studies_behind(selection.studies).assign(
        title=HOSTILE, authors=HOSTILE, design=HOSTILE, doi='10.1234/x"onclick="alert(3)'
    )


def test_every_study_of_every_cell_is_listed_once(selection):
    listed = map_cells.studies_behind(selection.studies)
    html = gap_map_tables.studies_html(listed, selection.reviews)
    assert html.count("<tr>") == len(listed) + len(selection.reviews) + html.count("<thead>")
    assert html.count("<details>") == listed["intervention"].nunique() + 1


def test_effects_stand_in_the_tables_with_their_intervals(selection, effects):
    listed = cell_effects.with_effects(map_cells.studies_behind(selection.studies), effects)
    html = gap_map_tables.studies_html(listed, selection.reviews)
    assert "rate ratio 0.33 (0.18 to 0.61)" in html  # Cerdá et al. (2012), abstract
    # Villaveces et al. (2000): Cali 0.86, Bogotá 0.87, errors 0.0622 and 0.0615 of two cities, hence independent: the
    # mean's is sqrt(0.0622² + 0.0615²) / 2 = 0.0438, and exp(-0.1450 ± 1.96 × 0.0438) is from 0.79 to 0.94.
    assert "rate ratio 0.86 (0.79 to 0.94), mean of 2" in html
    assert html.count(" ratio ") + html.count("difference in SD") == listed["effect"].notna().sum()


def test_links_lead_to_dois_only(selection):
    html = gap_map_tables.studies_html(map_cells.studies_behind(selection.studies), selection.reviews)
    links = [part.split('"')[0] for part in html.split('href="')[1:]]
    assert links
    assert all(link.startswith("https://doi.org/10.") for link in links)
    assert "src=" not in html


def test_html_in_a_title_stays_text_in_the_tables(hostile, selection):
    html = gap_map_tables.studies_html(hostile, selection.reviews.assign(title=HOSTILE))
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=x" in html
    assert "onclick" not in html.replace("%22onclick", "")  # only inside an encoded address
    assert 'class="studies-behind tex2jax_ignore mathjax_ignore"' in html  # nor does $x$ become a formula


def test_only_cells_with_a_pooled_effect_are_listed_with_their_figures(selection, effects):
    cells = cell_effects.cell_effects(map_cells.panels(selection, "all"), effects)
    listed = gap_map_tables.pooled_cells(cells)
    assert len(listed.data) == (cells["reason"] == "").sum() > 0
    assert listed.data.groupby("region")["pooled_effect"].apply(lambda effect: effect.is_monotonic_increasing).all()


def test_the_silent_studies_are_listed_and_their_titles_stay_text(selection):
    studies = selection.studies.assign(title=HOSTILE)
    listed = gap_map_tables.not_stated(studies)
    assert len(listed.data) == (studies["direction"] == "not_stated").sum() > 0
    assert "<img" not in listed.to_html()
