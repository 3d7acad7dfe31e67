"""Places read from the recorded tables: what is missing stays missing, and no two have one address or one name."""

import pandas as pd
import pytest

from citizen_security.book.places.records import LONGEST_NAME, folded, noted, read_places


def named(*rows):
    """Places of which only names matter: key, kind, name, parent."""
    columns = ["key", "kind", "name", "parent"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        iso3=lambda it: it["key"].str[:3], country=lambda it: it["iso3"], measure="m", source_table="t",
        population=1.0, break_year=None, model_holds=True, forecast_covered=0.9,
    )  # fmt: skip
    empty = pd.DataFrame({"key": []})
    return read_places({"places": frame, **dict.fromkeys(["place_years", "place_now", "place_changes"], empty)})


def test_dated_notes_of_a_table_stand_at_the_years_of_their_country_alone(places):
    notes = ["HND 2011-2012: counted anew.", "HND: of no year.", "SLV 2010: of another country."]
    said = {year.year: year.note for year in noted(places["HND"], notes).years}
    assert (said[2010], said[2011], said[2012]) == (places["HND"].year(2010).note, "counted anew", "counted anew")
    assert noted(places["BRA-SP"], ["BRA 2010: about the country."]) == places["BRA-SP"]


def test_a_year_without_a_figure_is_there_for_the_line_alone(places):
    honduras = places["HND"]
    assert [year.year for year in honduras.years] == list(range(2010, 2024))
    assert [year.year for year in honduras.figures] == [2010, 2011, 2012, 2023]
    assert honduras.year(2015).homicides is None
    assert honduras.year(2015).rate is None
    assert honduras.latest.homicides == 3100


def test_a_count_has_no_rate_and_no_rank_and_its_risk_is_a_number_of_homicides(places):
    guayas = places["ECU-guayas"]
    assert not guayas.has_rates
    assert guayas.latest.risk.value == 3800.5
    assert guayas.now.rank is None
    assert guayas.now.following.value == 3800.5


def test_changes_are_in_order_and_one_is_shown_first(places):
    assert [change.since for change in places["HND"].changes] == [2010, 2011, 2012]
    assert places["HND"].base_change.since == 2010
    assert places["KNA"].base_change is None


def test_a_break_is_known(places):
    assert places["COL-76001"].break_year == 2018
    assert places["COL-76001"].base_change.across_break
    assert not places["COL-76001"].changes[-1].across_break
    assert places["HND"].break_year is None


@pytest.mark.parametrize(
    ("key", "address", "group"),
    [
        ("HND", "hnd", "countries of the region"),
        ("BRA-SP", "bra-sp", "states of Brazil"),
        ("ECU-guayas", "ecu-guayas", "provinces of Ecuador"),
        ("BRA-3550308", "bra-3550308-sao-paulo", "cities of Brazil"),
        ("COL-76834", "col-76834-" + "villa" * 12, "cities of Colombia"),
    ],
)
def test_a_place_has_a_lasting_address_and_its_like(places, key, address, group):
    assert places[key].address == address
    assert places[key].group == group


def test_accents_and_other_signs_are_folded():
    assert folded("Cañar – San José d'Água") == "canar-san-jose-d-agua"
    assert folded("<script>") == "script"


def test_no_name_is_longer_than_a_page_can_show(places):
    assert len(places["COL-76834"].name) == LONGEST_NAME


def test_two_places_with_one_address_are_refused():
    with pytest.raises(ValueError, match="address"):
        named(("BRA-a-b", "state", "X", ""), ("BRA-a_b", "state", "Y", ""))


def test_places_of_one_name_are_told_apart():
    found = named(
        ("BRA-SP", "state", "São Paulo", "BRA"),
        ("BRA-3550308", "city", "São Paulo", "BRA-SP"),
        ("BRA-AM", "state", "Amazonas", "BRA"),
        ("COL-91", "state", "Amazonas", "COL"),
        ("MEX-19", "state", "Nuevo León", "MEX"),
        ("MEX-19026", "city", "Guadalupe", "MEX-19"),
        ("MEX-32", "state", "Zacatecas", "MEX"),
        ("MEX-32017", "city", "Guadalupe", "MEX-32"),
        ("COL-23", "state", "Córdoba", "COL"),
        ("MEX-30044", "city", "Córdoba", "MEX-30"),
    )
    assert {key: place.called for key, place in found.items()} == {
        "BRA-SP": "São Paulo (state)",
        "BRA-3550308": "São Paulo",
        "BRA-AM": "Amazonas (BRA)",
        "COL-91": "Amazonas (COL)",
        "MEX-19": "Nuevo León",
        "MEX-19026": "Guadalupe (Nuevo León)",
        "MEX-32": "Zacatecas",
        "MEX-32017": "Guadalupe (Zacatecas)",
        "COL-23": "Córdoba (COL)",
        "MEX-30044": "Córdoba (MEX)",
    }
