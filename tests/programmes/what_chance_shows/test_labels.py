"""Publishers of what is shown are named once each."""

from citizen_security.programmes.what_chance_shows.labels import sources


def test_publishers_of_panels_are_named_once():
    assert (
        sources(["mexican_municipalities", "mexican_cities", "brazilian_cities"]) == "INEGI; IPEA, Atlas da Violência"
    )
    assert sources(["colombian_cities"]) == "National Police of Colombia"
