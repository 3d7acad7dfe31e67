"""The index of the field: places first, what people call them otherwise, and pages that exist."""

import json
import re

import yaml
from support import ROOT

from citizen_security.book.places.search import ALSO, CITIES, WITHOUT_FIGURES, search_index
from citizen_security.tables import catalog

PAGES = {"evidence/gap_map": "Where evidence is", "about": "About </script>"}


def entries(places):
    script = search_index(places.values(), PAGES)
    return json.loads(script.removeprefix("window.placesToFind = ").removesuffix(";\n"))


def test_countries_come_first_then_states_cities_and_pages(places):
    kinds = [re.split("[,;]", where)[0] for _, where, _, _ in entries(places)]
    order = ["country", "state", "department", "province", "city", "no figures of its own", "page", "no figures"]
    groups = [{"department": "state", "province": "state"}.get(kind, kind) for kind in kinds]
    assert groups == sorted(groups, key=order.index)
    assert sum(not kind.startswith("no figures") for kind in kinds) == len(places) + len(PAGES)
    assert kinds.count("no figures") == len(WITHOUT_FIGURES)


def test_a_city_without_figures_says_so_and_leads_to_its_country(places):
    found = {name: (where, address) for name, where, address, _ in entries(places)}
    assert found["Tegucigalpa"] == ("no figures of its own; those of Honduras", "places/hnd.html")
    # Of a country that is not among the places, and of a city that is, there is nothing to say.
    assert "Caracas" not in found
    assert found["São Paulo"][0].startswith("city")


def test_every_country_names_its_cities_and_none_twice():
    countries = set(catalog.load("country_year", ROOT)["iso3"])
    assert set(CITIES) - countries == set()
    named = [city for cities in CITIES.values() for city in cities]
    assert len(named) == len(set(named))


def test_a_city_says_where_it_is_and_leads_to_its_page(places):
    assert ["Cali", "city, Valle del Cauca, Colombia", "places/col-76001-cali.html", ""] in entries(places)
    assert ["São Paulo", "state, Brazil", "places/bra-sp.html", ALSO["BRA-SP"]] in entries(places)


def test_a_word_of_the_debate_leads_to_a_place_and_to_a_page(places):
    also = {name: words for name, _, _, words in entries(places)}
    assert "Bukele" in also["El Salvador"]
    assert "extortion" in also["Honduras"]
    assert "extortion" in also["Where evidence is"]


def test_a_word_without_figures_leads_to_the_entry_that_says_so(places):
    (found,) = [it for it in entries(places) if it[0] == "Extortion"]
    assert found[1:3] == ["no figures; where it is discussed", "glossary.html#term-extortion"]
    glossary = (ROOT / "book" / "glossary.md").read_text("utf-8").splitlines()
    for word, (address, _) in WITHOUT_FIGURES.items():
        assert word.lower() in glossary
        assert address == f"glossary.html#term-{word.lower()}"


def test_an_intervention_leads_to_its_studies_and_to_no_others(places):
    script = search_index(places.values(), {}, {"homicide": "Homicide and violent death"})
    *_, last = json.loads(script.removeprefix("window.placesToFind = ").removesuffix(";\n"))
    address = "evidence/gap_map.html?q=%22Homicide+and+violent+death%22"
    assert last == ["Homicide and violent death", "studies", address, ALSO["homicide"]]


def test_nothing_in_the_index_ends_a_script(places):
    assert "</script>" not in search_index(places.values(), PAGES)


def test_everything_that_is_called_otherwise_exists():
    cities = catalog.load("city_year", ROOT)
    known = {*catalog.load("place_shapes", ROOT)["place"], *(cities["iso3"] + "-" + cities["city_code"])}
    contents = (ROOT / "book" / "_toc.yml").read_text("utf-8")
    assert yaml.safe_load(contents)["root"] == "index"
    known |= set(re.findall(r"file: (\S+)", contents))
    known |= {*catalog.load("interventions", ROOT)["intervention"], *catalog.load("outcomes", ROOT)["outcome"]}
    assert sorted(set(ALSO) - known) == []
