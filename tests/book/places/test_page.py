"""The page of a place: light, whole, with every name as text, and every link to a page or a file that is made."""

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hostile import HOSTILE
from invented_places import HOSTILE_NAME, PLACES

from citizen_security.book.places.drivers import DRIVERS
from citizen_security.book.places.page import page

HEAVIEST = 60_000
HEAVIEST_MAP = 15_000


class Read(HTMLParser):
    """What stands in a page: text, links, names of elements that are open at the end."""

    def __init__(self, body):
        super().__init__()
        self.words, self.links, self.open, self.attributes, self.headings, self.tags = [], [], [], [], [], set()
        self.feed(body)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        self.links += [value for name, value in attributes if (tag, name) == ("a", "href")]
        if tag not in ("input", "br", "img", "path", "circle", "line", "link", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("path", "circle", "line"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="session")
def read(made):
    return {key: Read(it.body) for key, it in made.items()}


@pytest.mark.parametrize("key", PLACES)
def test_a_page_is_light_and_every_element_is_closed(made, read, key):
    assert len(made[key].body.encode()) + len(json.dumps(made[key].dataset)) < HEAVIEST - 5_000
    assert read[key].open == []
    assert max(len(it) for it in re.findall(r'<svg class="place-map".*?</svg>', made[key].body)) < HEAVIEST_MAP


@pytest.mark.parametrize("key", PLACES)
def test_every_link_leads_to_a_page_or_a_file_that_is_made(made, read, key):
    own = {f"{it.address}.{ending}" for it in made.values() for ending in ("html", "csv")}
    known = {
        "index.html",
        "../evidence/gap_map.html",
        "../evidence/programmes.html",
        "../places/every_place.html",
        "../rerun.html",
    }
    known |= {f"../data/{subject}.html" for subject in ("country", "city", "programmes")}
    known |= {f"explorer.html?places={key}"}
    known |= {"../programmes/did_the_state_of_exception_do_it.html"} if key == "SLV" else set()
    assert [it for it in read[key].links if not it.startswith("https://") and it not in own | known] == []


@pytest.mark.parametrize("key", PLACES)
def test_no_name_of_a_place_acts_on_its_page_or_another(read, key):
    names = {name for name, _ in read[key].attributes}
    assert not {name for name in names if name.startswith("on")}
    assert "autofocus" not in names
    assert not {"script", "img", "iframe", "object"} & read[key].tags


def test_a_hostile_name_is_shown_as_it_is(read):
    assert HOSTILE["script"] in HOSTILE_NAME
    assert HOSTILE["script"] in read["COL-76520"].headings[0]
    assert "<b>" not in read["COL-76520"].headings[0]


def test_the_finding_comes_first_then_rank_and_change(read):
    words = read["COL-76001"].text
    order = [
        "Cali: 41 homicides per 100,000 in 2024, against 70 in 2010",
        "In 2024 its risk of homicide was the 3rd highest of 5 cities of Colombia",
        "Its risk fell by 41%",
        "Homicides per 100,000 people",
        "Latest figure: 2024, police record. Policía Nacional de Colombia",
        "How sure are we",
        "What was tried here",
        "What to beware of",
        "Sources",
        "Use it",
    ]
    places = [words.index(it) for it in order]
    assert places == sorted(places)


def test_a_reader_chooses_the_year_that_a_change_is_shown_from(made):
    body = made["HND"].body
    options = re.findall(r'<option data-says="([^"]+)"( selected)?>(\d+)</option>', body)
    assert [year for *_, year in options] == ["2010", "2011", "2012"]
    assert [bool(chosen) for _, chosen, _ in options] == [True, False, False]
    said = [filled(body, says) for says, *_ in options]
    for words, (*_, year) in zip(said, options, strict=True):
        assert f"between {year} and 2023" in words
    # Where scripts are off, the sentence of the first one is there.
    assert f'<span role="status">{said[0]}</span>' in body


def filled(body, says):
    """The sentence of a year, as the page's script puts it together."""
    forms = json.loads(unescape(re.search(r'data-forms="([^"]+)"', body)[1]))
    form, *numbers = says.split(" ")
    given = iter(numbers)
    return re.sub("#", lambda _: next(given), forms[int(form)])


def test_the_words_of_a_change_stand_once_for_all_years_that_share_them(made):
    # Two thousand bytes a page, on hundreds of pages.
    changing = [it.body for it in made.values() if "<select" in it.body]
    assert changing
    for body in changing:
        assert re.findall(r'<option data-says="[^"]*[^\d+−.,%# "]', body) == []
        forms = json.loads(unescape(re.search(r'data-forms="([^"]+)"', body)[1]))
        assert len(set(forms)) == len(forms)


def test_a_place_with_one_figure_offers_no_change_and_no_line(made):
    assert "<select" not in made["KNA"].body
    assert "One dot: 2.1 homicides per 100,000 in 2023." in made["KNA"].body


def test_every_figure_is_in_the_table_and_a_year_without_one_is_not(read):
    words = read["HND"].text
    assert "2023 3,100 31 (30–32) 31 (30–32)" in words
    assert "2015" not in words.split("Underlying rate")[1].split("Data (CSV)")[0]


def test_a_count_is_never_called_a_rate_or_a_risk(read):
    words = read["ECU-guayas"].text
    assert "Guayas: 3,800 homicides in 2023, up from 380 in 2014" in words
    assert "The number to expect rose to 10 times what it was" in words
    assert "Counts and not rates: the table has no population by year." in words
    assert "Nearest in number, of provinces of Ecuador Napo 1" in words
    assert "risk" not in words
    assert "rate" not in words.replace("rates", "")


def test_a_model_that_foretells_no_better_than_a_rule_forecasts_nothing(read):
    assert "it says nothing of the next year" in read["ECU-guayas"].text
    assert "it expects" not in read["ECU-guayas"].text
    assert "For 2025 it expects 41" in read["COL-76001"].text


def test_a_country_has_what_else_is_measured_and_what_is_not(read, made):
    assert read["HND"].headings[1] == "Over the same years"
    for driver in DRIVERS:
        assert driver.title in read["HND"].text
    assert made["HND"].body.count('<svg class="series"') == 1 + len(DRIVERS)
    assert "No published figure here:" in read["KNA"].text
    assert "Over the same years" not in read["BRA-SP"].text


def test_links_lead_up_down_and_sideways(read):
    assert {"index.html", "col.html", "col-76.html", "col-76109-buenaventura.html", "col-05001-medellin.html"} <= {
        *read["COL-76001"].links
    }
    assert {"col-05.html", "col-76001-cali.html"} <= {*read["COL-76"].links}
    assert {"slv.html"} <= {*read["HND"].links}
    assert "Bordering countries" in read["HND"].text


def test_a_break_and_doubts_are_marked_and_told(made, read):
    assert 'class="break"' in made["COL-76001"].body
    assert 'class="break"' not in made["HND"].body
    assert 'class="hollow"' in made["SLV"].body
    assert "2015: doubted by specialists." in read["SLV"].text
    assert "2015: differs between releases." in read["SLV"].text
    assert "DANE population breaks at 2018" in read["COL-76001"].text


def test_the_picture_is_told_to_who_does_not_see_it(made):
    assert 'aria-label="Dots and a line with its band over the years 2010 to 2023' in made["HND"].body
    assert 'aria-label="Cali among the large cities of Valle del Cauca"' in made["COL-76001"].body


def test_the_analysis_for_this_place_is_one_command(read):
    assert "citizen-security run places/every_place -p place=COL-76001" in read["COL-76001"].text


def test_the_figures_to_take_along_are_those_of_the_page(made, places):
    rows = list(csv.DictReader(io.StringIO(made["HND"].figures)))
    years = {row["year"]: row for row in rows}
    assert years["2010"]["homicides"] == "7000"
    assert float(years["2010"]["rate"]) == pytest.approx(places["HND"].year(2010).rate.value)
    assert (years["2015"]["homicides"], years["2015"]["rate"], years["2015"]["risk"]) == ("", "", "")
    # What else is measured in a country, in its own years.
    assert (years["1990"]["homicides"], years["1990"]["gini"] != "") == ("", True)
    assert "gini" not in made["BRA-SP"].figures
    # A name never stands in it, so none is a formula to a spreadsheet.
    assert re.fullmatch(r"[\d.,\n]*", made["COL-76520"].figures.split("\n", 1)[1])


def test_the_data_are_described_for_those_that_index_them(made):
    dataset = made["COL-76001"].dataset
    assert dataset["@type"] == "Dataset"
    assert dataset["spatialCoverage"]["name"] == "Cali, Colombia"
    assert dataset["temporalCoverage"] == "2010/2024"
    assert dataset["distribution"]["contentUrl"] == "col-76001-cali.csv"
    assert dataset["license"].startswith("https://")
    assert all(it.startswith("https://") for it in dataset["isBasedOn"])
    assert made["COL-76001"].description.startswith(
        "Cali: 41 homicides per 100,000 in 2024, against 70 in 2010. By chance in its count the rate of 2024 may stand"
    )


def test_a_place_without_any_figure_has_a_page(context):
    from dataclasses import replace

    empty = replace(context.places["DMA"], years=(), now=None, changes=())
    made = page(empty, context)
    assert made.title == "Dominica: no published figure"
    assert Read(made.body).open == []
    assert {row["homicides"] for row in csv.DictReader(io.StringIO(made.figures))} == {""}


def test_a_programme_that_the_book_evaluates_stands_first_under_its_place(made):
    evaluated = "../programmes/did_the_state_of_exception_do_it.html"
    with_link = {key for key, page in made.items() if evaluated in page.body}
    assert with_link == {"SLV"}
    body = made["SLV"].body
    assert body.index(evaluated) < body.index("in the collection.") < body.index("What was tried here")
