"""The page of every claim: anchors, rules in words, records for search engines, and filters in Chromium."""

import itertools
import json
import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from support import ROOT

from citizen_security.claims.ledger.judged_claims import DECIDING, PUBLISHED
from citizen_security.figures.claims import claims_page as module
from citizen_security.figures.claims import columns
from citizen_security.figures.claims import ledger as ledger_figures
from citizen_security.figures.claims.ledger import shown_ledger

HOSTILE = '<img src=x onerror="alert(1)"></script><script>alert(2)</script> & $x$'
# Properties that schema.org gives the types of a record.
PROPERTIES = {
    "ClaimReview": {"url", "datePublished", "author", "claimReviewed", "itemReviewed", "reviewRating"},
    "Claim": {"appearance", "datePublished"},
    "Rating": {"alternateName", "ratingExplanation"},
    "Organization": {"name", "url"},
    "CreativeWork": {"name", "datePublished"},
}


def claim(key: str, **changes) -> dict:
    plain = {
        "claim_id": key,
        "document": "muggah2017",
        "location_in_document": "section 1",
        "theme": "homicide_level",
        "statement": f"Statement of {key}",
        "type": "at_least",
        "claimed": 3.0,
        "verdict": "holds",
        "way": "Mean of two years",
        "quantity": "Homicide rate over the world's",
        "unit": "times",
        "value": 4.0,
        "low": 3.5,
        "high": 4.5,
        "interval": "confidence",
        "level": 0.95,
        "n": 30,
        "units": "countries",
        "direction": None,
        "region_low": 3.0,
        "region_high": None,
        "directness": "direct",
        "fidelity": None,
        "warnings": None,
        "reasons": "2 of 2 ways of measuring agree with the claim, 0 speak against it; the main one agrees",
        "declared": "2026-11-30",
        "changed_late": None,
        "change_reason": None,
        "released_as": "same",
        "verdict_then": None,
        "estimate_then": None,
    }
    return {**plain, **changes}


NOTHING = ("value", "low", "high", "interval", "level", "n", "units", "region_low", "quantity", "unit", "directness")
UNTESTED = dict.fromkeys(NOTHING)
LEDGER = pd.DataFrame(
    [
        claim("C001"),
        claim("C002", verdict="undecided", directness="proxy", warnings="raw change", fidelity="distorted")
        | {"changed_late": "2026-12-01", "change_reason": HOSTILE, "released_as": "another"}
        | {"verdict_then": "holds", "estimate_then": "3.1 (2 to 4)"},
        claim("C003", verdict="traced, not tested", statement=HOSTILE, document="cordova2020", **UNTESTED)
        | {"released_as": "new"},
    ]
)
WAY = {"window": "claim", "family": None, "n": 30, "measure": "people", "arguments": "year=2015"}
WAY |= {"tables": "countries;world_homicide"}
CHOICES = pd.DataFrame(
    [
        {**WAY, "claim_id": "C001", "choice": "main", "label": "Main way", "is_main": True, "position": "inside"}
        | {"value": 4.0, "low": 3.5, "high": 4.5},
        {**WAY, "claim_id": "C001", "choice": "other", "label": HOSTILE, "is_main": False, "position": "inside"}
        | {"value": 4.2, "low": 4.2, "high": 4.2},
        {**WAY, "claim_id": "C002", "choice": "main", "label": "Main way", "is_main": True, "position": "straddles"}
        | {"value": 4.0, "low": 2.0, "high": float("inf")},
    ]
)
NAMES = {"BRA": "Brazil", "MEX": "Mexico"}
BY_RULE = pd.DataFrame(
    {"claim_id": ["C001", "C002"], "stricter": ["holds in part", "undecided"], "as declared": ["holds", "undecided"]}
)
FOLDERS = {"countries": "country", "world_homicide": "country"}
REFERENCES = {"muggah2017": "Muggah (2017)", "cordova2020": "Córdova (2020)"}


def test_every_theme_has_a_name_for_readers():
    themes = pd.read_csv(ROOT / "data" / "claims" / "claims.csv")["theme"].unique()
    named = {theme: module._label(theme) for theme in themes}
    assert all(name[0].isupper() and "_" not in name for name in named.values()), named
    assert (named["el_salvador"], named["mexico_military"]) == ("El Salvador", "Mexico: the military")
    assert set(module.THEMES) <= set(themes)


def test_ways_of_later_years_are_counted_apart_as_the_verdict_leaves_them_out():
    later = pd.DataFrame(
        [{**CHOICES.iloc[1].to_dict(), "choice": "latest", "label": "2019 to 2021", "window": "latest"}]
    )
    page = module.claims_page(LEDGER, pd.concat([CHOICES, later]), BY_RULE, REFERENCES, "", FOLDERS, NAMES)
    assert "Ways of measuring (2, and 1 of later years)" in page
    assert "2019 to 2021: " in page
    assert page.count("(later years, not counted)") == 1
    assert "Ways of measuring (1)" in page


@pytest.fixture(scope="module")
def html() -> str:
    return module.claims_page(LEDGER, CHOICES, BY_RULE, REFERENCES, "https://example.org/book/", FOLDERS, NAMES)


def reviews(html: str) -> list[dict]:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])


def test_every_claim_stands_under_an_anchor_of_its_key(html):
    assert re.findall(r'<section class="claim[^"]*" id="(\w+)"', html) == ["c001", "c002", "c003"]


def test_what_is_hostile_stays_text(html):
    assert "<img" not in html
    assert len(re.findall(r"<script", html)) == 1


def test_a_page_source_may_hold_it_whole(html):
    assert "\n" not in html


def test_the_region_is_told_in_words():
    says = module.rule_in_words
    assert says(claim("C1")) == "The claim holds at 3 or more (times), by the rule of 2026-11-30."
    assert "holds above 0 (times)" in says(claim("C1", region_low=0.0))
    assert "holds at 2.50 or less (times)" in says(claim("C1", region_low=None, region_high=2.5))
    assert "holds between 2 and 3 (times)" in says(claim("C1", region_low=2.0, region_high=3.0))
    assert "holds at exactly 2 (times)" in says(claim("C1", region_low=2.0, region_high=2.0))


def test_a_claim_is_found_by_the_countries_that_it_or_a_way_names():
    ways = CHOICES[CHOICES["claim_id"] == "C001"].assign(arguments="countries=BRA+ARG;first=2012")
    assert module.named_countries(claim("C001"), ways, NAMES) == ["Brazil"]
    assert module.named_countries(claim("C001", statement="Mexico and Brazil"), None, NAMES) == ["Brazil", "Mexico"]
    assert module.named_countries(claim("C001"), None, NAMES) == []


def test_a_published_figure_says_where_it_was_read_and_a_way_that_changes_nothing_that_it_does_not_count():
    ways = CHOICES[CHOICES["claim_id"] == "C001"]
    told = ways.assign(read_at=["World Bank, 2016, read at example.org (press report)", *[None] * (len(ways) - 1)])
    told = told.assign(same_as=[*[None] * (len(ways) - 1), ways["choice"].iloc[0]])
    html = module._ways(told, "times")
    assert "Figures: World Bank, 2016, read at example.org (press report)" in html
    assert f"the very numbers of “{ways['label'].iloc[0]}”, not counted again" in html


def test_what_a_type_asks_or_leaves_out_is_told_with_its_rule():
    said = claim("C1", type="existence", unit="statements")
    assert module.rule_in_words(said).endswith(module.SAID)
    assert module.verdict_in_words(said) == "holds: that it was said"
    assert module.verdict_in_words(claim("C1")) == "holds"
    assert "has to hold the claimed 3 as well" in module.rule_in_words(claim("C1", type="coefficient"))
    types = set(pd.read_csv(ROOT / "data" / "claims" / "claim_rules.csv", keep_default_na=False)["type"])
    assert set(module.MEANINGS) <= types


@pytest.mark.parametrize("ends", [(0.0, 1.0), (-30.3, 3.1), (5.2e8, 7.1e8), (0.92, 1.08)])
def test_marks_of_an_axis_are_round_and_within_it(ends):
    marks = module.round_marks(*ends)
    assert 2 <= len(marks) <= 6
    assert ends[0] <= marks[0]
    assert marks[-1] <= ends[1]
    steps = {f"{after - before:.3e}"[:5] for before, after in itertools.pairwise(marks)}
    assert len(steps) == 1
    assert steps <= {"1.000", "2.000", "5.000"}


def test_an_axis_names_the_claimed_number_and_its_unit_and_where_the_claim_holds():
    ways = CHOICES[CHOICES["claim_id"] == "C001"]
    drawn = module.axis(claim("C001"), ways)
    words = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert {"claimed: 3", "holds here", "times"} <= set(words)
    assert "claimed:" not in module.axis(claim("C001", claimed=None), ways)


def test_per_cent_stands_beside_its_numbers_and_millions_are_words():
    share = claim("C1", unit="% of countries", region_low=72.5, region_high=77.5, value=75.0, low=70.0, high=80.0)
    assert module.rule_in_words(share).startswith("The claim holds between 72.5% and 77.5% of countries, by")
    assert ledger_figures.measured(share) == "75% (95% interval 70% to 80%)"
    moved = share | {"value": -4.5, "low": -20.5, "high": 24.5, "direction": "fall"}
    assert ledger_figures.measured(moved) == "a rise of 4.50% (95% interval a rise of 20.5% to a fall of 24.5%)"
    many = claim("C1", unit="persons", region_low=568_800_000.0, value=618_868_462.0, low=2e9, high=-3_456_000.0)
    assert module.rule_in_words(many).startswith("The claim holds at 569 million or more (persons), by")
    assert ledger_figures.measured(many) == "619 million (95% interval 2 billion to −3.46 million)"


@pytest.mark.parametrize(
    ("interval", "level", "said"),
    [
        ("confidence", 0.9, "4 (90% interval 3.50 to 4.50)"),
        ("confidence", 0.975, "4 (97.5% interval 3.50 to 4.50)"),
        ("tested", 0.95, "4 (bounds at 95% 3.50 to 4.50)"),
        ("bounds", None, "4 (bounds 3.50 to 4.50)"),
        ("published", None, "4 (published interval 3.50 to 4.50)"),
        ("", None, "4 (3.50 to 4.50)"),
    ],
)
def test_an_interval_says_what_it_is_and_its_level(interval, level, said):
    assert ledger_figures.measured(claim("C1", interval=interval, level=level)) == said


def test_every_code_of_the_tables_has_words():
    rules = pd.read_csv(ROOT / "data" / "claims" / "claim_rules.csv")
    warnings = {it.replace("_", " ") for cell in rules["warnings"].dropna() for it in cell.split(";")}
    assert set(module.WARNINGS) == warnings | {*DECIDING.values(), PUBLISHED}
    assert set(module.NEARNESS) == {it.replace("_", " ") for it in rules["directness"].dropna()}


def test_what_is_counted_has_its_name(html):
    assert "(Mean of two years): 4 (95% interval 3.50 to 4.50), from 30 countries." in html
    assert "units)" not in html


@pytest.mark.parametrize(
    ("value", "low", "high", "direction", "said"),
    [
        (-3.0, -3.0, -3.0, "fall", "a rise of 3"),
        (-11.6, -16.6, -6.9, "fall", "a rise of 11.6 (6.90 to 16.6)"),
        (-11.6, -16.6, -6.9, "rise", "a fall of 11.6 (6.90 to 16.6)"),
        (4.5, -20.5, 24.5, "fall", "a fall of 4.50 (a rise of 20.5 to a fall of 24.5)"),
        (-4.5, -20.5, 0.0, "fall", "a rise of 4.50 (0 to 20.5)"),
        (4.5, 2.5, 24.5, "fall", "4.50 (2.50 to 24.5)"),
        (-4.5, -20.5, 2.5, None, "−4.50 (−20.5 to 2.50)"),
    ],
)
def test_a_negative_fall_is_told_as_a_rise(value, low, high, direction, said):
    row = {"value": value, "low": low, "high": high, "direction": direction}
    assert ledger_figures.measured(row) == said


def test_no_interval_is_called_true_or_false(html):
    words = re.sub(r"<[^>]*>", " ", html.partition("<script")[0])
    assert not re.search(r"\b(true|false)\b", words, re.IGNORECASE)
    assert "leaves it open" in words


def test_what_other_rules_say_stands_beside_the_verdict(html):
    assert "By stricter rules: holds in part." in html
    assert "4 (95% interval 3.50 to 4.50), from 30 countries. The claim holds at 3 or more" in html
    assert "Stricter and looser rules give the same verdict." in html


def test_an_axis_stays_within_its_frame_where_an_interval_has_no_end():
    drawn = module.axis(claim("C002"), CHOICES[CHOICES["claim_id"] == "C002"])
    places = [float(it) for it in re.findall(r'\b(?:x|x1|x2|cx)="([^"]+)"', drawn)]
    assert places
    assert min(places) >= 0
    assert max(places) <= module.WIDTH


def test_every_tested_claim_has_a_record_of_what_schema_org_knows(html):
    records = reviews(html)
    assert [it["claimReviewed"] for it in records] == ["Statement of C001", "Statement of C002"]
    assert records[0]["url"] == "https://example.org/book/claims/every_claim.html#c001"
    pending = list(records)
    while pending:
        thing = pending.pop()
        assert set(thing) - {"@context", "@type"} == PROPERTIES[thing["@type"]]
        pending += [it for it in thing.values() if isinstance(it, dict)]
    assert all(it["@context"] == "https://schema.org" for it in records)


def test_a_site_without_an_address_names_claims_by_their_anchors():
    assert module.claim_review(claim("C001"), REFERENCES, "")["url"] == "#c001"


def test_the_table_of_rules_counts_every_claim_once():
    table = module.rules_table(BY_RULE)
    assert re.findall(r'<th scope="col">([^<]+)</th>', table) == ["verdict", "stricter", "as declared"]
    rows = re.findall(r'<th scope="row">([^<]+)</th>((?:<td>\d+</td>)+)', table)
    assert [name for name, _ in rows] == ["holds", "holds in part", "undecided"]
    counts = [[int(it) for it in re.findall(r"\d+", cells)] for _, cells in rows]
    assert [sum(column) for column in zip(*counts, strict=True)] == [len(BY_RULE)] * 2


def test_the_computed_status_stands_before_the_first_reading():
    traced = pd.DataFrame(
        {
            "trace_id": ["T01"],
            "claim_id": ["C001;C002"],
            "claim": ["One & two"],
            "status": ["holds (C001); undecided (C002)"],
            "first_reading": ["contradicted"],
            "agreement": ["differs"],
            "finding": [HOSTILE],
        }
    )
    assert (
        '<th scope="row">T01</th><td>One &amp; two</td><td><a href="#c001">C001</a>, <a href="#c002">C002</a></td>'
        "<td>holds (C001); undecided (C002)</td><td>contradicted</td><td>differs</td>"
    ) in module.traces_table(traced)


def test_a_rule_that_was_changed_late_says_so_with_its_reason_and_stands_in_a_list(html):
    assert html.count("The rule was changed on 2026-12-01, after its first result.") == 1
    table = module.late_rules_table(LEDGER)
    assert re.findall(r'<th scope="row"><a href="#(\w+)">', table) == ["c002"]
    assert "<td>undecided</td><td>2026-11-30</td><td>2026-12-01</td>" in table
    assert "<img" not in table
    assert module.late_rules_table(LEDGER[LEDGER["changed_late"].isna()]) == ""


def test_a_claim_says_what_it_said_at_the_last_release_where_that_was_something_else(html):
    assert html.count("At the last release the verdict was holds and the estimate was 3.1 (2 to 4).") == 1
    assert html.count("Not in the last release.") == 1
    assert len(re.findall(r"<p>[^<]*last release", html)) == 2


def test_every_claim_that_was_measured_leads_to_its_tables_the_cell_and_the_run(html):
    sections = re.findall(r"<section class=\"claim.*?</section>", html)
    leading = [re.findall(r'href="([^#"]+(?:#[\w-]+)?)"', it) for it in sections]
    measured = [
        "../data/country.html#table-countries",
        "../data/country.html#table-world-homicide",
        "ledger.html#cell-measure",
        "../runs/claims/ledger/tables/choices.csv",
        "../runs/claims/ledger/manifest.json",
    ]
    rows = [f"ledger.html#row-c00{number}" for number in (1, 2, 3)]
    assert leading == [[rows[0], *measured], [rows[1], *measured], [rows[2]]]
    assert "(<code>people(year=2015)</code>)" in sections[0]


def test_one_table_holds_every_claim_and_leads_to_it(html):
    rows = re.findall(r'<tr data-row="(\w+)"><th scope="row"><a href="#(\w+)">(C\d+)</a></th>(.*?)</tr>', html)
    assert [row[:3] for row in rows] == [(key.lower(), key.lower(), key) for key in LEDGER["claim_id"]]
    assert [re.findall(r"<td>(.*?)</td>", cells)[1:] for *_, cells in rows] == [
        ["Muggah (2017)", "holds", "what is claimed itself"],
        ["Muggah (2017)", "undecided", "what stands for it (a proxy)"],
        ["Revista Científica (2020)", "traced, not tested", "nothing: not tested"],
    ]


def test_every_claim_leads_to_its_row_in_the_workshop(html):
    shown = shown_ledger(LEDGER).to_html()
    led = re.findall(r'href="ledger\.html#(row-[^"]+)"', html)
    assert led == re.findall(r'<span id="(row-[^"]+)">', shown)
    assert len(led) == len(LEDGER)


def test_what_columns_say_is_told_of_every_column_of_the_downloads():
    shown = module.columns_table()
    assert shown.count('<th scope="row">') == len(columns.CLAIMS) + len(columns.WAYS) + 1
    assert set(columns.NUMBERS) <= set(columns.CLAIMS)


def test_the_cell_that_measures_is_one_of_the_notebook():
    notebook = json.loads((ROOT / "notebooks" / "claims" / "ledger.ipynb").read_text("utf-8"))
    (cell,) = [it for it in notebook["cells"] if f"cell-{it['id']}" == module.CELL.partition("#")[2]]
    assert "measure_claims" in "".join(cell["source"])


def test_the_file_for_programs_holds_every_claim_with_its_ways():
    finite = CHOICES.assign(high=CHOICES["high"].clip(upper=9))
    claims = json.loads(module.claims_json(LEDGER, finite, BY_RULE))
    assert [len(it["ways"]) for it in claims] == [2, 1, 0]
    assert claims[2]["value"] is None
    assert claims[0]["verdicts_by_rule"] == {"stricter": "holds in part", "as declared": "holds"}


def test_links_of_stories_choose_what_there_is():
    claims = pd.read_csv(ROOT / "data" / "claims" / "claims.csv")
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "book").rglob("*.md"))
    chosen = re.findall(r"claims/every_claim\.html\?(\w+)=(\w+)", pages)
    assert chosen
    assert [
        (name, value) for name, value in chosen if name not in module.FILTERS or value not in set(claims[name])
    ] == []


@pytest.fixture
def page(browser, html, tmp_path):
    """The claims on a page with the site's own script and style."""
    static = ROOT / "book" / "_static"
    style, script = ((static / name).read_text("utf-8") for name in ("compendium.css", "claims.js"))
    whole = (
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Claims</title>'
        f"<style>{style}</style><script>{script}</script></head><body><main><h1>Claims</h1><h2>Claims</h2>{html}</main>"
        "</body></html>"
    )
    (tmp_path / "claims.html").write_text(whole, "utf-8")
    opened = browser.new_page()
    yield lambda state="": (opened.goto(f"{(tmp_path / 'claims.html').as_uri()}{state}"), opened)[1]
    opened.close()


def shown(page) -> list[str]:
    return page.eval_on_selector_all(".claim", "all => all.filter(it => !it.hidden).map(it => it.id)")


@pytest.mark.slow
def test_a_filter_keeps_what_it_asks_for_and_writes_the_address(page):
    opened = page()
    assert shown(opened) == ["c001", "c002", "c003"]
    opened.select_option("select[name=verdict]", "undecided")
    assert shown(opened) == ["c002"]
    assert parse_qs(urlsplit(opened.url).query) == {"verdict": ["undecided"]}
    rows = "all => all.filter(it => !it.hidden).map(it => it.dataset.row)"
    assert opened.eval_on_selector_all("tr[data-row]", rows) == ["c002"]
    assert opened.eval_on_selector("tr[data-row=c001]", "it => getComputedStyle(it).display") == "none"
    assert opened.text_content(".claims-count") == "1 of 3 claims"


@pytest.mark.slow
def test_an_address_brings_its_filter_back_and_shows_the_claim_that_it_names(page):
    assert shown(page("?document=cordova2020")) == ["c003"]
    assert shown(page("?document=cordova2020#c001")) == ["c001", "c003"]
    assert shown(page("?released_as=another")) == ["c002"]


@pytest.mark.slow
def test_an_address_that_asks_for_what_no_claim_has_is_told_so_until_the_next_choice(page):
    opened = page("?document=nobody&verdict=constructor&sort=up")
    assert shown(opened) == ["c001", "c002", "c003"]
    # Whoever sends addresses around may add to them: a filter that there is not is nothing to tell.
    said = opened.text_content(".ignored")
    assert set(said.removeprefix("Unknown, and ignored: ").removesuffix(".").split(", ")) == {
        "document=nobody",
        "verdict=constructor",
    }
    opened.select_option("select[name=verdict]", "undecided")
    assert opened.text_content(".ignored") == ""
    assert page("?verdict=undecided").text_content(".ignored") == ""


@pytest.mark.slow
def test_everybody_can_read_it(page):
    found = Axe().run(page())
    assert found.violations_count == 0, found.generate_report()
