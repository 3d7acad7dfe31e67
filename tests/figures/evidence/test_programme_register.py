"""The page of programmes holds every row, what was not read is said, and its filters find every programme."""

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from support import ROOT

from citizen_security.evidence.programme_register import register
from citizen_security.figures.evidence import programme_map
from citizen_security.figures.evidence import programme_register as figures
from citizen_security.figures.places.shapes import read_shape
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def rows():
    programmes = catalog.load("programmes")
    families = catalog.load("families").set_index("family")["label"]
    return programmes.assign(theme=programmes["family"].map(families))


def mapping(table: str, key: str, value: str) -> dict[str, str]:
    rows = catalog.load(table)
    return dict(zip(rows[key], rows[value], strict=True))


NAMES = figures.Names(
    mapping("countries", "iso3", "name"),
    mapping("studies", "study_id", "title"),
    mapping("targets", "target", "label"),
    {it["name"]: it["title"] for it in catalog.package()["resources"]},
)


@pytest.fixture(scope="module")
def shapes():
    table = catalog.load("place_shapes")
    countries = table[table["kind"] == "country"]
    return {code: read_shape(text) for code, text in zip(countries["place"], countries["shape"], strict=True)}


@pytest.fixture(scope="module")
def html(rows, shapes):
    return figures.programmes_page(rows, NAMES, shapes)


@pytest.fixture(scope="module")
def page(html):
    return ElementTree.fromstring(html.replace(" hidden>", ' hidden="">'))


def sections(page):
    return page.findall("section")


def words(element) -> str:
    return "".join(element.itertext())


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


def test_one_table_holds_every_programme_with_scoped_headers(page, rows):
    (table,) = page.iter("table")
    assert [words(cell) for cell in table.iter("th") if cell.get("scope") == "row"] == sorted(
        rows["name"], key=str.casefold
    )
    assert [row.get("data-row") for row in table.iter("tr")][1:] == [it.get("id") for it in sections(page)]
    heads = [cell for cell in table.iter("th") if cell.get("scope") == "col"]
    assert all(len(list(row)) == len(heads) for row in table.iter("tr"))


def test_years_are_drawn_on_one_axis_and_only_where_they_were_read(page, rows):
    dated = set(rows.loc[rows["start_year"].notna(), "programme_id"].str.replace("_", "-"))
    assert {it.get("id") for it in sections(page) if it.find("svg") is not None} == dated
    ended = set(rows.loc[rows["end_year"].notna(), "programme_id"].str.replace("_", "-"))
    assert {it.get("id") for it in sections(page) if it.find("svg/rect") is not None} == ended
    assert {it.get("id") for it in sections(page) if it.find("svg/path") is not None} == dated - ended
    places = [float(it.get("x")) for it in page.iter("rect")]
    assert min(places) >= figures.MARGIN


def test_what_was_not_found_is_said_with_the_reason_and_never_a_zero(page):
    (section,) = [it for it in sections(page) if it.get("id") == "plan-fortaleza"]
    text = "".join(section.itertext())
    assert "years not found" in text
    assert "Budget: not found" in text
    assert "Who pays: not found" in text
    assert "Why not found: its studies do not say it, and no other source was read" in text
    assert section.get("data-budget") == "not found"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, ""),
        ({"budget": None}, "neither its studies nor the sources named here say it"),
        ({"paid_by": None, "studies": None}, "the sources named here do not say it"),
        ({"end_year": None, "sources": "table studies"}, "its studies do not say it, and no other source was read"),
    ],
)
def test_why_a_fact_is_blank_follows_what_was_read(known, why):
    row = {"start_year": 2000, "end_year": 2004, "paid_by": "X", "budget": 5, "studies": "a", "sources": "a report"}
    assert figures.why_not_found({**row, **known}) == why


def test_codes_are_told_by_their_names(page):
    (section,) = [it for it in sections(page) if it.get("id") == "upp"]
    text = words(section)
    assert "Aimed at: places" in text
    assert "Series: Rio de Janeiro, pacification units by month" in text
    assert not [key for it in sections(page) for key in ("table studies", "table effects") if f": {key}" in words(it)]


def test_the_map_counts_the_rows_of_the_file_and_hatches_what_has_none(page, shapes):
    (figure,) = page.iter("figure")
    held = [code for text in pd.read_csv(catalog.path("programmes"))["iso3"] for code in text.split(";")]
    told = {it.get("data-place"): it.text or "" for it in figure.iter("text")}
    assert told == {code: str(held.count(code) or "") for code in shapes}
    kinds = {it.get("data-place"): it.get("class") for it in figure.iter("path") if it.get("data-place")}
    assert {code for code, kind in kinds.items() if kind == "none"} == set(shapes) - set(held)
    # Words of the map are what names it for who does not see it.
    said = next(it for it in figure.iter("p") if it.get("id") == figure.find("svg").get("aria-labelledby"))
    assert words(said).startswith("Programmes by country: Brazil 14, Colombia 12, ")
    assert words(said).endswith("Trinidad and Tobago 1. A programme of several countries counts in each.")
    assert words(figure.find("figcaption")) == "47 programmes in 14 countries"


@pytest.mark.parametrize(
    ("counts", "programmes", "said"),
    [
        ({}, 0, "Programmes by country: none in sight."),
        ({"Peru": 1, "Chile": 1}, 2, "Programmes by country: Chile 1, Peru 1."),
        (
            {"Peru": 1, "Chile": 2},
            2,
            "Programmes by country: Chile 2, Peru 1. A programme of several countries counts in each.",
        ),
    ],
)
def test_the_map_says_what_it_shows(counts, programmes, said):
    assert programme_map.map_in_words(counts, programmes) == said


def test_a_first_year_is_found_by_every_later_choice_and_a_missing_one_by_its_own():
    rows = [{"start_year": year, "iso3": "BRA", "theme": "", "paid_by": None, "budget": None} for year in (1993, 2000)]
    ends = figures._ends([*rows, {"start_year": None}])
    assert ends == [1995, 2000]
    chosen = [figures._chosen_by(row, ends)["begun"] for row in [*rows, {**rows[0], "start_year": None}]]
    assert chosen == ["1995;2000", "2000", "not found"]
    assert figures._ends([{"start_year": None}]) == []


def test_words_of_the_table_are_text_and_no_markup(rows):
    spoilt = rows.iloc[:1].assign(name="<script>x</script>", iso3="BRA", studies=None, sources="<b>")
    shown = figures.programmes_page(spoilt, NAMES, {"BRA": [[[(0, 0), (9, 0), (9, 9), (0, 0)]]]})
    assert "<script>x" not in shown
    assert "<b>" not in shown
    assert "\n\n" not in shown


def test_the_timeline_draws_bars_for_known_ends_and_a_triangle_for_the_rest(rows):
    dated = register.Register(rows, rows.iloc[:0], rows).dated
    figure = figures.plot_timeline(dated, len(rows))
    (axis,) = figure.axes
    bars = [line for line in axis.lines if len(line.get_xdata()) > 1]
    assert len(axis.lines) == len(dated)
    assert len(bars) == dated["end_year"].notna().sum()
    assert all(line.get_xdata()[0] >= figures.FIRST for line in axis.lines)
    plt.close(figure)


def test_a_timeline_without_a_year_is_drawn_empty(rows, recwarn):
    figure = figures.plot_timeline(rows.iloc[:0], 4)
    assert not figure.axes[0].lines
    assert not recwarn
    plt.close(figure)


@pytest.mark.parametrize(
    ("ends", "title"),
    [
        ([2004.0, None], "The first year of 2 of 5 programmes was found, and the last of one programme"),
        ([None, None], "The first year of 2 of 5 programmes was found, and the last of no programme"),
    ],
)
def test_the_title_says_how_much_is_known(ends, title):
    dated = pd.DataFrame({"name": ["a", "b"], "start_year": [1999.0, 2002.0], "end_year": ends})
    assert figures.timeline_title(dated, 5) == title


@pytest.mark.parametrize("decades", [["2000", "2010"], ["2010"], []])
def test_maps_number_every_country_with_a_programme_and_say_their_decade(decades):
    begun = pd.DataFrame({"iso3": ["BRA", "TTO"], **{year: [3, 0] for year in decades}, "undated": [0, 1]})
    figure = figures.plot_begun(begun, catalog.load("place_shapes"))
    panels = [axis for axis in figure.axes if axis.get_title(loc="left") or axis.get_title()]
    titles = [axis.get_title() or axis.get_title(loc="left") for axis in panels]
    assert titles == [*(f"begun by {year}" for year in decades), "first year not found"]
    assert [[text.get_text() for text in axis.texts] for axis in panels] == [*([["3"]] * len(decades)), ["1"]]
    plt.close(figure)
    first_and_last = {2: "1 by 2000, 1 by 2010", 1: "1 by 2010", 0: "No first year was found"}
    assert first_and_last[len(decades)] in figures.begun_title(begun)


def test_the_table_says_what_was_not_found(rows):
    shown = figures.programmes_table(rows, NAMES.countries).to_html()
    assert "El Salvador, Guatemala, Honduras, Panama" in shown
    assert not re.search(r">[A-Z]{3}(;[A-Z]{3})*<", shown)
    assert re.search(r"<td[^>]*>not found</td>", shown)
    assert "<NA>" not in shown
    assert "nan" not in re.sub(r"<[^>]+>", " ", shown).split()


@pytest.fixture
def opened(browser, html, tmp_path):
    """The programmes on a page with the site's own script and style, as wide as a phone."""
    static = ROOT / "book" / "_static"
    style, script = ((static / name).read_text("utf-8") for name in ("compendium.css", "claims.js"))
    whole = (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Programmes</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{style} body {{ font-size: 18px; margin: 16px }} select {{ font: inherit }}</style>"
        f"<script>{script}</script>"
        f"</head><body><main><h1>Programmes</h1><h2>All</h2>{html}"
        "</main></body></html>"
    )
    (tmp_path / "programmes.html").write_text(whole, "utf-8")
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    yield lambda state="": (tab.goto(f"{(tmp_path / 'programmes.html').as_uri()}{state}"), tab)[1]
    tab.close()


def shown(tab) -> list[str]:
    return tab.eval_on_selector_all(".claim", "all => all.filter(it => !it.hidden).map(it => it.id)")


@pytest.mark.slow
def test_filters_work_by_keyboard_on_a_phone_and_keep_their_state_in_the_address(opened, rows):
    tab = opened()
    assert len(shown(tab)) == len(rows)
    tab.focus("select[name=country]")
    tab.keyboard.type("Trin")
    assert shown(tab) == ["project-reason"]
    assert parse_qs(urlsplit(tab.url).query) == {"country": ["TTO"]}
    assert tab.text_content(".claims-count") == f"1 of {len(rows)} programmes"
    assert "carsi-communities" in shown(opened("?country=PAN"))
    assert opened("?country=PAN").text_content(".ignored") == ""
    assert opened("?country=XYZ").text_content(".ignored") == "Unknown, and ignored: country=XYZ."
    # Nothing is wider than the phone.
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def counted(tab) -> dict[str, str]:
    """Numbers on the map, by country."""
    marks = "all => Object.fromEntries(all.filter(it => it.textContent).map(it => [it.dataset.place, it.textContent]))"
    return tab.eval_on_selector_all(".programme-map text", marks)


@pytest.mark.slow
def test_the_map_follows_every_filter_in_numbers_shades_and_words(opened, rows):
    tab = opened("?begun=2000")
    early = rows[rows["start_year"] <= 2000]
    assert counted(tab) == early["iso3"].value_counts().astype(str).to_dict()
    assert tab.text_content(".map-title") == "Four programmes in three countries"
    assert tab.text_content(".map-said") == "Programmes by country: Colombia 2, Brazil 1, Chile 1."
    unknown = rows["start_year"].isna().sum()
    assert tab.text_content(".map-left-out") == (
        f"Out of sight because it was not found: the first year of {unknown} programmes."
    )
    hatched = tab.eval_on_selector_all(".programme-map path.none", "all => all.map(it => it.dataset.place)")
    assert "MEX" in hatched
    assert "BRA" not in hatched
    # Rows of the folded table go with the programmes.
    assert tab.eval_on_selector_all("tr[data-row]", "all => all.filter(it => !it.hidden).length") == len(early)
    tab = opened("?payer=not+found&theme=Hard-line enforcement (mano dura)")
    assert counted(tab) == {"MEX": "1", "COL": "1", "URY": "1", "ECU": "1", "SLV": "1"}
    assert tab.text_content(".map-left-out") == ""
    assert tab.eval_on_selector(".map-left-out", "it => getComputedStyle(it).display") == "none"


@pytest.mark.slow
def test_the_script_tells_the_map_as_the_page_without_it_does(opened, page):
    tab = opened()
    (figure,) = page.iter("figure")
    plain = {it.get("class"): words(it) for it in figure.iter() if it.get("class") in ("map-title", "map-said")}
    assert {name: tab.text_content(f".{name}") for name in plain} == plain
    drawn = tab.eval_on_selector_all(".programme-map path[data-place]", "all => all.map(it => it.className.baseVal)")
    assert drawn == [it.get("class") for it in figure.iter("path") if it.get("data-place")]


@pytest.mark.slow
def test_a_choice_that_nothing_fits_is_said_and_no_zero_is_drawn(opened):
    tab = opened("?country=TTO&begun=2000")
    assert counted(tab) == {}
    assert tab.text_content(".map-title") == "No programme in sight"
    assert tab.text_content(".map-said") == "Programmes by country: none in sight."


@pytest.mark.slow
def test_everybody_can_read_it(opened):
    found = Axe().run(opened())
    assert found.violations_count == 0, found.generate_report()
