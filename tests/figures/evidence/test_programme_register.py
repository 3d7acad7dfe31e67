"""The page of programmes holds every row, what was not read is said, and its filters find every programme."""

import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from support import ROOT

from citizen_security.evidence.programme_register import register
from citizen_security.figures.evidence import programme_register as figures
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def rows():
    programmes = catalog.load("programmes")
    families = catalog.load("families").set_index("family")["label"]
    return programmes.assign(theme=programmes["family"].map(families))


@pytest.fixture(scope="module")
def html(rows):
    states, studies = catalog.load("countries"), catalog.load("studies")
    names = dict(zip(states["iso3"], states["name"], strict=True))
    return figures.programmes_page(rows, names, dict(zip(studies["study_id"], studies["title"], strict=True)))


@pytest.fixture(scope="module")
def page(html):
    return ElementTree.fromstring(html.replace(" hidden>", ' hidden="">'))


def sections(page):
    return page.findall("section")


def test_every_programme_stands_once_under_an_anchor_of_its_key(page, rows):
    anchors = [section.get("id") for section in sections(page)]
    assert sorted(anchors) == sorted(key.replace("_", "-") for key in rows["programme_id"])


def test_every_choice_finds_a_programme_and_every_programme_can_be_chosen(page):
    for select in page.iter("select"):
        values = {option.get("value") for option in select} - {""}
        held = [set(section.get(f"data-{select.get('name')}").split(";")) for section in sections(page)]
        assert set().union(*held) == values


def test_a_programme_of_several_countries_has_each_of_them_for_the_filter(page):
    (section,) = [it for it in sections(page) if it.get("id") == "carsi-communities"]
    assert section.get("data-country") == "SLV;GTM;HND;PAN"
    script = (ROOT / "book/_static/claims.js").read_text("utf-8")
    assert 'split(";").includes(it.value)' in script


def test_years_are_drawn_on_one_axis_and_only_where_they_were_read(page, rows):
    dated = set(rows.loc[rows["start_year"].notna(), "programme_id"].str.replace("_", "-"))
    assert {it.get("id") for it in sections(page) if it.find("svg") is not None} == dated
    ended = set(rows.loc[rows["end_year"].notna(), "programme_id"].str.replace("_", "-"))
    assert {it.get("id") for it in sections(page) if it.find("svg/rect") is not None} == ended
    places = [float(it.get("x")) for it in page.iter("rect")]
    assert min(places) >= figures.MARGIN


def test_what_was_not_read_is_said_and_never_a_zero(page):
    (section,) = [it for it in sections(page) if it.get("id") == "plan-fortaleza"]
    text = "".join(section.itertext())
    assert "years not read" in text
    assert "budget not read" in text
    assert "Who pays: not read" in text
    assert section.get("data-budget") == "not read"


def test_words_of_the_table_are_text_and_no_markup(rows):
    spoilt = rows.iloc[:1].assign(name="<script>x</script>", iso3="BRA", studies=None, sources="<b>")
    shown = figures.programmes_page(spoilt, {"BRA": "Brazil"}, {})
    assert "<script>x" not in shown
    assert "<b>" not in shown
    assert "\n\n" not in shown


def test_the_timeline_draws_bars_for_known_ends_and_a_triangle_for_the_rest(rows):
    dated = register.Register(rows, rows.iloc[:0]).dated
    figure = figures.plot_timeline(dated, len(rows))
    (axis,) = figure.axes
    bars = [line for line in axis.lines if len(line.get_xdata()) > 1]
    assert len(axis.lines) == len(dated)
    assert len(bars) == dated["end_year"].notna().sum()
    assert all(line.get_xdata()[0] >= figures.FIRST for line in axis.lines)
    plt.close(figure)


@pytest.mark.parametrize(
    ("ends", "title"),
    [
        ([2004.0, None], "The first year of 2 of 5 programmes was read, and the last of one programme"),
        ([None, None], "The first year of 2 of 5 programmes was read, and the last of no programme"),
    ],
)
def test_the_title_says_how_much_is_known(ends, title):
    dated = pd.DataFrame({"name": ["a", "b"], "start_year": [1999.0, 2002.0], "end_year": ends})
    assert figures.timeline_title(dated, 5) == title


def test_the_table_has_a_dash_for_what_is_missing(rows):
    shown = figures.programmes_table(rows).to_html()
    assert re.search(r"<td[^>]*>–</td>", shown)
    assert "<NA>" not in shown
    assert "nan" not in re.sub(r"<[^>]+>", " ", shown).split()
