"""What a newcomer comes for, done as a newcomer would: from the front page, in at most four actions each.

An action is a click, some words that are typed, or something that is chosen. Reading and scrolling are none.
"""

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

FRONT, FIND = "index.html", "Your country, state or city"
MOST = 4


class Newcomer:
    """Someone before a page, whose actions are counted.

    Parameters
    ----------
    page : playwright.sync_api.Page
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions: list[str] = []

    def click(self, name: str, role: str = "link", within: str = "main") -> None:
        """Click what is called so; a page that opens is waited for."""
        self._act(f"click {name!r}")
        self.page.locator(within).get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()

    def open_card(self, title: str) -> None:
        """Click the card with this title, all of which is a link."""
        self._act(f"open {title!r}")
        with self.page.expect_navigation():
            self.page.locator(".sd-card").filter(has_text=title).first.click()

    def unfold(self, words: str) -> None:
        """Click what folds something away."""
        self._act(f"unfold {words!r}")
        self.page.locator("main summary").get_by_text(words).first.click()

    def type(self, field: str, words: str, role: str = "combobox") -> None:
        """Type into the field that is called so."""
        self._act(f"type {words!r}")
        self.page.get_by_role(role, name=field).first.click()
        self.page.keyboard.type(words)

    def choose(self, option: str) -> None:
        """Choose what a field offers."""
        self._act(f"choose {option!r}")
        offered: Locator = self.page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}")).first
        with self.page.expect_navigation():
            offered.click()

    def take(self, name: str) -> list[list[str]]:
        """Click what is downloaded; its rows."""
        self._act(f"take {name!r}")
        with self.page.expect_download() as download:
            self.page.locator("main").get_by_role("link", name=name).first.click()
        with download.value.path().open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def _act(self, what: str) -> None:
        self.actions.append(what)
        assert len(self.actions) <= MOST, f"more than {MOST} actions: {'; '.join(self.actions)}"


@pytest.fixture
def newcomer(open_page) -> Callable[..., Newcomer]:
    """Someone who has just opened the front page."""

    def arrived(**options) -> Newcomer:
        return Newcomer(open_page(FRONT, **options))

    return arrived


@pytest.fixture
def someone(newcomer) -> Newcomer:
    return newcomer()


def heading(someone: Newcomer) -> Locator:
    return someone.page.get_by_role("heading", level=1)


def test_a_fifth_action_is_one_too_many(someone):
    for _ in range(MOST):
        someone.type(FIND, "c")
    with pytest.raises(AssertionError, match=r"more than 4 actions: type 'c'; .*; click 'Cali'"):
        someone.click("Cali")


def test_the_rate_of_honduras_and_its_interval(someone):
    someone.type(FIND, "hond")
    someone.choose("Honduras")
    expect(heading(someone)).to_have_text(re.compile(r"^Honduras: \d+ homicides per 100,000 in \d{4}"))
    someone.unfold("The figures in a table")
    row = someone.page.locator("#series details tbody tr").first
    expect(row).to_have_text(re.compile(r"\d+ \(\d+–\d+\)"))


def test_cali_and_medellin_compared_and_sent(newcomer, open_page):
    someone = newcomer(permissions=["clipboard-read", "clipboard-write"])
    someone.type(FIND, "cali medellin")
    someone.choose("Compare Cali and Medellín")
    title = someone.page.locator(".explorer-title")
    expect(title).to_have_text(re.compile("^Cali and Medellín: homicide rate"))
    someone.click("Copy the link", role="button")
    expect(someone.page.get_by_role("button", name="Copied")).to_be_visible()
    sent = someone.page.evaluate("navigator.clipboard.readText()")
    received = open_page(sent.split("/compendium/")[1])
    expect(received.locator(".explorer-title")).to_have_text(title.inner_text())
    expect(received.locator(".explorer-picture .name")).to_have_count(2)
    for city in ("Cali", "Medellín"):
        expect(received.locator(".explorer-picture .name").filter(has_text=city)).to_have_count(1)


def test_the_studies_of_alcohol_hours_in_brazil(someone):
    someone.open_card("What was tried, and what was studied?")
    someone.type("Search the studies", "alcohol hours brazil", role="searchbox")
    studies = someone.page.locator(".gap-map-list ol li")
    expect(studies.filter(has_text="Duailibi")).to_have_count(1)
    for text in studies.all_text_contents():
        assert "Brazil" in text
    expect(someone.page.locator(".gap-map-status")).to_contain_text(re.compile(r"^\w+ (study|studies) of \d+"))


def test_the_data_of_a_figure(someone):
    someone.open_card("Did violence fall with poverty?")
    header, *rows = someone.take("data")
    assert header[:2] == ["subject", "year"]
    assert len(rows) > 20


def test_whether_the_state_of_exception_did_it_and_the_data_of_its_figure(someone):
    someone.open_card("Did the programmes work?")
    someone.open_card("Did the state of exception do it?")
    expect(someone.page.locator("p.lead")).to_contain_text(re.compile(r"came before.*\d+%", re.DOTALL))
    header, *rows = someone.take("data")
    assert header == ["year", "homicides", "population", "rate"]
    assert len(rows) > 15


def test_how_large_an_effect_of_a_programme_is_and_how_sure(someone):
    someone.open_card("Did the programmes work?")
    someone.open_card("Did pacification bring peace?")
    expect(someone.page.locator("p.lead")).to_contain_text(re.compile(r"\(95%[^)]*−\d+% to"))
    expect(someone.page.get_by_role("heading", name="How sure are we")).to_be_visible()


def test_whether_a_claim_holds_and_by_which_rule(someone):
    someone.open_card("Is that so?")
    someone.click("Every claim")
    claim = someone.page.get_by_text("The homicide rate of Latin America and the Caribbean is three times the world's")
    expect(claim.first).to_be_visible()
    someone.unfold("Ways of measuring")
    expect(someone.page.locator("main details[open] li").first).to_contain_text(
        re.compile("agrees|speaks against|leaves it open")
    )


def test_a_city_without_its_accent(someone):
    someone.type(FIND, "medellin")
    someone.choose("Medellín")
    expect(heading(someone)).to_have_text(re.compile("^Medellín: "))


@pytest.mark.parametrize(
    ("words", "offered", "title"),
    [
        ("Bukele", "El Salvador", "El Salvador: "),
        ("extorsión", "Honduras", "Honduras: "),
        ("tregua", "Gang truce and mediation", "What was tried, and what was studied?"),
    ],
)
def test_a_word_of_the_debate_leads_to_its_place_or_its_studies(someone, words, offered, title):
    someone.type(FIND, words)
    someone.choose(offered)
    expect(heading(someone)).to_contain_text(title)


def test_what_is_found_of_an_intervention_are_its_studies(someone):
    someone.type(FIND, "pandillas")
    someone.choose("Gang truce and mediation")
    said = someone.page.locator(".gap-map-status")
    expect(said).to_be_visible()
    assert 0 < someone.page.locator(".gap-map-list ol li").count() < 20
    expect(someone.page.get_by_role("searchbox", name="Search the studies")).to_have_value('"Gang truce and mediation"')


def test_a_state_of_brazil(someone):
    someone.type(FIND, "bahia")
    someone.choose("Bahia")
    expect(heading(someone)).to_have_text(re.compile("^Bahia.*: "))
    expect(someone.page.locator("nav.crumbs")).to_contain_text("Brazil")
    expect(someone.page.locator("#series > svg")).to_be_visible()


def test_what_a_verdict_on_a_programme_rests_on(someone):
    # How certain an answer is, and each study behind it with its design and what it found.
    someone.type(FIND, "alcohol")
    someone.choose("Alcohol restrictions")
    expect(someone.page.locator("p.lead")).to_contain_text(re.compile("certain", re.IGNORECASE))
    steps = someone.page.get_by_role("row", name=re.compile("^Risk of bias"))
    expect(steps).to_be_visible()
    studies = someone.page.locator("table.findings")
    expect(studies.get_by_role("columnheader", name="What it found")).to_be_visible()
    assert studies.get_by_role("rowheader").count() > 1
    someone.click("The rules")
    expect(heading(someone)).to_contain_text("ertain")


def test_the_command_that_runs_a_notebook_again(someone):
    someone.open_card("Which city is the most violent?")
    someone.click("the notebook")
    expect(someone.page.locator(".workshop-links")).to_contain_text("citizen-security run cities/city_homicide")


def test_which_city_has_the_highest_rate_and_how_sure(someone):
    someone.open_card("Which city is the most violent?")
    expect(someone.page.locator("p.lead")).to_contain_text(
        re.compile(r"has the highest rate with a probability of\s+[^%]*%")
    )
    expect(someone.page.get_by_role("heading", name="How sure are we")).to_be_visible()


def test_the_map_leads_to_a_country_and_its_year_moves_by_keyboard(someone):
    year = someone.page.get_by_role("slider", name="Year")
    year.focus()
    before = someone.page.locator(".map-title").inner_text()
    someone.page.keyboard.press("ArrowLeft")
    expect(someone.page.locator(".map-title")).not_to_have_text(before)
    brazil = someone.page.locator('.year-map path[data-place="BRA"]')
    brazil.hover()
    expect(someone.page.locator(".map-pointed")).to_have_text(re.compile(r"^Brazil: \d+ per 100,000 in \d{4}$"))
    with someone.page.expect_navigation():
        brazil.click()
    expect(heading(someone)).to_contain_text("Brazil")


def test_on_a_phone_a_tap_on_the_map_tells_the_figure_and_its_name_leads_on(newcomer):
    someone = newcomer(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    someone.page.locator('.year-map path[data-place="BRA"]').tap()
    pointed = someone.page.locator(".map-pointed a")
    expect(pointed).to_have_text("Brazil")
    with someone.page.expect_navigation():
        pointed.tap()
    expect(heading(someone)).to_contain_text("Brazil")
