"""The gap map's page: a table without scripts, and with them what a reader asks of it, in Chromium."""

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from support import ROOT

from citizen_security.figures.evidence.gap_map_page import gap_map_page, strength

HOSTILE = '<img src=x onerror="alert(1)"></script><script>alert(2)</script> & $x$'
COUNTRIES = {"BRA": "Brazil", "COL": "Colombia", "USA": "United States"}


def study(key: str, intervention: str, outcome: str, **changes) -> dict:
    lac = changes.get("countries", "BRA") != "USA"
    plain = {
        "region": "lac" if lac else "elsewhere",
        "intervention": intervention,
        "outcome": outcome,
        "study_id": key,
        "authors": "Núñez, Lopes",
        "year": 2015,
        "title": f"Title of {key}",
        "title_is_ours": False,
        "countries": "BRA",
        "what_was_done": "something",
        "design": "a design",
        "maryland_level": 4.0,
        "direction": "beneficial",
        "doi": None,
        "targets": "people",
        "in_lac": lac,
        "in_elsewhere": not lac,
        "measure": None,
        "effect": None,
        "standard_error": None,
        "effects": None,
    }
    return {**plain, **changes}


STUDIES = [
    study("bars", "alcohol", "homicide", title="Bars that close early", year=2007, doi="10.1000/x"),
    study("bars", "alcohol", "robbery", title="Bars that close early", year=2007, doi="10.1000/x"),
    study("lawn", "alcohol", "homicide", countries="USA", maryland_level=2.0, year=1999),
    study("hot", "patrol", "robbery", countries="COL", maryland_level=5.0, direction="not_beneficial", targets="place"),
    study("odd", "watch", "robbery", title=HOSTILE, authors=None, maryland_level=None, targets=""),
]


@pytest.fixture(scope="module")
def frames() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    families = {"alcohol": "rules", "patrol": "police", "watch": "police"}
    cells = pd.DataFrame(
        [
            {
                "intervention": code,
                "intervention_label": {"alcohol": "Hours of sale", "patrol": "Patrols", "watch": "Watches"}[code],
                "family": family,
                "family_label": {"rules": "Hours of sale", "police": "Police"}[family],
                "outcome": outcome,
                "outcome_label": outcome.title(),
            }
            for code, family in families.items()
            for outcome in ("homicide", "robbery")
        ]
    )
    review = {"study_id": "r1", "authors": "Reviewer", "year": 2012, "title": "All of it", "title_is_ours": False}
    reviews = pd.DataFrame([{**review, "doi": None, "interventions": "alcohol"}])
    return cells, pd.DataFrame(STUDIES), reviews


@pytest.fixture(scope="module")
def html(frames) -> str:
    return gap_map_page(*frames, COUNTRIES)


def content(html: str) -> dict:
    return json.loads(re.search(r'class="gap-map-data">(.*?)</script>', html, re.DOTALL)[1])


def test_every_study_is_there_once_with_all_its_cells(html):
    studies = {it["id"]: it for it in content(html)["studies"]}
    assert set(studies) == {"bars", "lawn", "hot", "odd"}
    assert sorted(studies["bars"]["cells"]) == [["alcohol", "homicide"], ["alcohol", "robbery"]]
    assert studies["bars"]["doi"] == "https://doi.org/10.1000/x"


def test_the_table_without_scripts_counts_every_cell(html):
    rows = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td><td>([^<]+)</td>', html)
    assert rows == [("Hours of sale", "2", "1"), ("Patrols", "–", "1"), ("Watches", "–", "1")]


@pytest.mark.parametrize(("level", "group"), [(5, "strong"), (4, "strong"), (3, "middle"), (2, "weak"), (1, "weak")])
def test_strength_follows_the_level(level, group):
    assert strength(level) == group
    assert strength(float("nan")) == "uncoded"


def test_no_text_of_a_study_is_markup(html):
    assert "<img" not in html
    assert "</script><script>" not in html


@pytest.fixture
def page(browser, html, tmp_path):
    """The map on a page with the site's own script and style, where it writes its address."""
    static = ROOT / "book" / "_static"
    style, script = ((static / name).read_text("utf-8") for name in ("compendium.css", "gap-map.js"))
    whole = (
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Map</title>'
        f"<style>{style}</style><script>{script}</script></head><body><main><h1>Map</h1><h2>Map</h2>{html}</main></body>"
    )
    (tmp_path / "map.html").write_text(whole, "utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(10_000)
    opened = context.new_page()
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.goto((tmp_path / "map.html").as_uri())
    yield opened
    assert opened.errors == []
    context.close()


def state(page) -> dict[str, str]:
    return {key: value for key, (value,) in parse_qs(urlsplit(page.url).query).items()}


def listed(page) -> list[str]:
    return [text.strip() for text in page.locator(".gap-map-list ol strong").all_inner_texts()]


def test_a_cell_shows_all_its_studies_and_the_reviews_of_its_intervention(page):
    page.get_by_role("button", name="Hours of sale, Homicide: 2 studies").click()
    assert listed(page) == ["Núñez & Lopes 2007.", "Núñez & Lopes 1999."]
    assert "All of it" in page.locator(".gap-map-list ul").inner_text()
    assert state(page) == {"cell": "rules*.homicide"}


def test_a_bubble_says_how_strong_its_designs_are(page):
    name = page.get_by_role("button", name="Hours of sale, Homicide").get_attribute("aria-label")
    assert "1 strong design: levels 4 and 5; 1 weak design: levels 1 and 2" in name


def test_studies_on_alcohol_in_brazil_are_found_by_search_without_accents_and_kept_in_the_address(page):
    page.get_by_label("Search the studies").fill("nunez brazil bars")
    assert listed(page) == ["Núñez & Lopes 2007."]
    assert "1 study of 4" in page.locator(".gap-map-status").inner_text()
    page.reload()
    assert listed(page) == ["Núñez & Lopes 2007."]
    assert page.get_by_label("Search the studies").input_value() == "nunez brazil bars"


@pytest.mark.parametrize(
    ("label", "choice", "left"),
    [
        ("Studies from", "elsewhere", 1),
        ("Country", "Colombia", 1),
        ("Design at least", "4 several units, controlled", 2),
        ("Whom or what it targets", "places", 1),
    ],
)
def test_filters_leave_what_they_say(page, label, choice, left):
    page.locator(".gap-map-filters summary").click()
    page.get_by_label(label, exact=True).select_option(choice)
    assert len(listed(page)) == left
    page.get_by_role("button", name="Reset").click()
    assert len(listed(page)) == 4
    assert state(page) == {}


def test_years_are_a_filter_from_both_ends(page):
    page.locator(".gap-map-filters summary").click()
    page.get_by_label("Published from").fill("2000")
    page.get_by_label("to", exact=True).fill("2010")
    page.keyboard.press("Tab")
    assert listed(page) == ["Núñez & Lopes 2007."]


def test_the_map_is_worked_by_keyboard_and_keeps_the_focus(page):
    page.get_by_role("button", name="Police", exact=True).focus()
    page.keyboard.press("Enter")
    assert state(page) == {"closed": "police"}
    assert page.evaluate("document.activeElement.dataset.key") == "fold police"
    assert page.get_by_role("button", name="Patrols, Robbery").count() == 0
    assert page.get_by_role("button", name="Police, Robbery: 2 studies").count() == 1


def test_the_first_filter_is_within_ten_tab_stops_of_the_top(page):
    inside = "document.activeElement.closest('.gap-map-filters, .gap-map-search') !== null"
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(inside))
    assert any(reached)


def test_files_hold_what_is_shown(page):
    page.get_by_label("Search the studies").fill("bars")
    with page.expect_download() as kept:
        page.get_by_role("button", name="CSV").click()
    text = kept.value.path().read_text("utf-8")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["id"], row["title"], row["year"]) == ("bars", "Bars that close early", "2007")
    with page.expect_download() as kept:
        page.get_by_role("button", name="RIS").click()
    lines = kept.value.path().read_text("utf-8").splitlines()
    assert "AU  - Núñez" in lines
    assert "DO  - 10.1000/x" in lines
    assert lines[0] == "TY  - JOUR"
    assert lines[-1] == "ER  - "


def test_both_files_of_a_cell_hold_the_studies_that_it_counts_and_no_review(page):
    page.get_by_role("button", name="Hours of sale, Homicide: 2 studies").click()
    counts = []
    for kind, begins in (("CSV", '"'), ("RIS", "TY  - ")):
        with page.expect_download() as kept:
            page.get_by_role("button", name=kind).click()
        lines = kept.value.path().read_text("utf-8").splitlines()
        counts.append(sum(line.startswith(begins) for line in lines))
    assert counts == [2, 2]


def test_a_reference_names_persons_and_rows_of_one_title_apart(page):
    made = page.evaluate(
        "() => { const map = document.querySelector('.gap-map').gapMap; const one = map.data.studies[0];"
        " const row = { ...one, id: 'b', authors: 'Shapland & Robinson et al.', kind: 'RPRT' };"
        " return map.ris(row); }"
    ).splitlines()
    assert [it for it in made if it.startswith("AU")] == ["AU  - Shapland", "AU  - Robinson"]
    assert made[0] == "TY  - RPRT"
    assert next(it for it in made if it.startswith("TI")).endswith(", b")
    assert any(it.startswith("N1") for it in made)


def test_what_a_spreadsheet_would_compute_is_kept_as_text(page):
    made = page.evaluate(
        "() => document.querySelector('.gap-map').gapMap.csv([{id: '=1+1', authors: '-cmd', year: 2000, title: '-2 %',"
        " doi: '', countries: ['A'], design: '\\t', level: '4', direction: '@x', effect: '+1'}])"
    )
    (row,) = csv.DictReader(io.StringIO(made))
    assert (row["id"], row["authors"], row["direction"], row["effect"]) == ("'=1+1", "'-cmd", "'@x", "'+1")
    assert row["title"] == "-2 %"


def test_titles_stay_text_when_the_script_shows_them(page):
    assert HOSTILE in page.locator(".gap-map-list").inner_text()
    assert page.locator(".gap-map img").count() == 0


def test_an_address_with_nonsense_opens_the_whole_map_and_says_what_it_ignored(page):
    page.goto(
        page.url + "?cell=nothing.at.all&country=constructor&level=abc&closed=none&region=foo&target=zzz&from=abc&to=x"
    )
    assert page.locator(".gap-map-list h3").inner_text() == "All studies shown"
    assert len(listed(page)) == 4
    said = page.locator(".gap-map-unknown").inner_text()
    assert said == (
        "Unknown, and ignored: region=foo, country=constructor, level=abc, target=zzz, from=abc, to=x,"
        " cell=nothing.at.all, closed=none."
    )
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".gap-map-unknown").is_hidden()


def test_filters_of_an_address_are_open_and_named(page):
    assert page.get_by_label("Country").is_hidden()
    page.goto(page.url + "?country=COL&from=2000")
    assert page.get_by_label("Country").is_visible()
    assert page.locator(".gap-map-filters summary").inner_text() == "Filters: Country Colombia; Published from 2000"
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".gap-map-filters summary").inner_text() == "Filters"


def test_a_search_without_a_hit_says_so_and_counts_no_empty_cells(page):
    page.get_by_label("Search the studies").fill("unicorns")
    assert page.locator(".gap-map-status").inner_text() == "No study of the collection matches what is chosen."


def test_without_scripts_every_study_is_in_a_list_with_its_link(html, page):
    (plain,) = re.findall(r'<details class="gap-map-plain.*?</details>', html, re.DOTALL)
    assert plain.count("<li>") == 4
    assert '<a href="https://doi.org/10.1000/x">Bars that close early</a>' in plain
    assert page.locator(".gap-map-plain").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everyone_can_read_it(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.add_style_tag(
        content=":root { --pst-color-background: #fff; --pst-color-link: #005b8f } "
        '[data-theme="dark"] { --pst-color-background: #121212 } '
        '[data-theme="dark"] body { background: #121212; color: #ced6dd } [data-theme="dark"] a { color: #6bbdee }'
    )
    page.get_by_role("button", name="Hours of sale, Homicide").click()
    found = Axe().run(page.main_frame, options={"resultTypes": ["violations"]}).response["violations"]
    assert [it["id"] for it in found] == []
