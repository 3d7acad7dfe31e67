"""Studies of a place are those that name it, with their strength and no stronger words than theirs."""

from types import SimpleNamespace

import pytest

from citizen_security.book.places.studies import Evidence, studies_at

LEVELS = [{"maryland_level": 2, "label": "unlike groups"}, {"maryland_level": 5, "label": "randomised"}]
INTERVENTIONS = [{"terms": "hot spots policing|hot spots", "label": "Hot spots policing"}]
DIRECTIONS = [{"terms": "beneficial", "label": "beneficial"}, {"terms": "unknown", "label": "not stated"}]
STUDY = {
    "study_id": "one", "authors": "Someone", "year": 2020, "title": "A study", "iso3": "BRA", "place": None,
    "doi": None, "intervention_category": "hot spots policing", "maryland_level": 5, "effect_direction": "beneficial",
}  # fmt: skip
# Of study "one".
EFFECT = (
    "study_id", "metric", "outcome", "estimate", "confidence_low", "confidence_high", "confidence_level",
    "beneficial_sign", "outcome_category",
)  # fmt: skip
EFFECTS = [
    ("one", "rate_ratio", "homicide", 0.86, 0.76, 0.97, 95.0, -1, "homicide"),
    ("one", "cohens_d", "beliefs", 0.2, None, None, None, -1, "trust"),
    ("one", "percent_change", "robbery", -47.4, None, None, None, -1, "robbery"),
    ("two", "percent_change", "theft", -1.0, None, None, None, -1, "theft"),
]


def evidence(*studies, effects=()):
    return Evidence([{**STUDY, **it} for it in studies], list(effects), INTERVENTIONS, DIRECTIONS, LEVELS)


def place(kind, name, key="BRA-1"):
    return SimpleNamespace(kind=kind, name=name, key=key, iso3=key[:3])


@pytest.mark.parametrize(
    ("studied", "there", "found"),
    [
        ("Sao Paulo", place("city", "São Paulo"), True),
        ("Sao Paulo state", place("city", "São Paulo"), False),
        ("Sao Paulo state cities", place("state", "São Paulo"), True),
        ("Sao Paulo and Sao Paulo state", place("city", "São Paulo"), True),
        ("Belo Horizonte (Morro das Pedras)", place("city", "Belo Horizonte"), True),
        ("Cali; Bogota", place("city", "Bogotá, D.C."), True),
        ("California", place("city", "Cali"), False),
        ("Mexico City, Plateros", place("state", "Ciudad de México", "BRA-MEX-09"), False),
        (None, place("city", "Cali"), False),
        ("Cali", place("city", "$$$"), False),
    ],
)  # fmt: skip
def test_a_city_or_state_has_the_studies_that_name_it(studied, there, found):
    assert bool(studies_at(there, [], evidence({"place": studied}))) == found


def test_a_place_may_be_called_otherwise():
    study = evidence({"place": "Mexico City, Plateros", "iso3": "MEX"})
    assert len(studies_at(place("state", "Ciudad de México", "MEX-09"), [], study)) == 1


def test_a_country_has_all_studies_with_a_site_in_it():
    study = evidence({"place": "six sites", "iso3": "COL;BRA"})
    assert len(studies_at(place("country", "Brazil", "BRA"), [], study)) == 1
    assert studies_at(place("country", "Mexico", "MEX"), [], study) == []


def test_a_state_has_the_studies_of_its_cities_too():
    study = evidence({"place": "Campinas"})
    assert len(studies_at(place("state", "São Paulo"), [place("city", "Campinas")], study)) == 1


def test_the_strongest_design_comes_first_and_what_is_not_coded_says_so():
    rows = evidence(
        {"maryland_level": 2, "title": "weak"}, {"title": "strong"}, {"maryland_level": None, "title": "unread"}
    )
    found = studies_at(place("country", "Brazil", "BRA"), [], rows)
    assert [it.title for it in found] == ["strong", "weak", "unread"]
    assert [it.strength for it in found] == ["5 of 5: randomised", "2 of 5: unlike groups", "not coded"]


def test_terms_have_their_labels_and_a_blank_direction_is_not_stated():
    (found,) = studies_at(place("country", "Brazil", "BRA"), [], evidence({"effect_direction": None}))
    assert (found.tried, found.direction, found.reference) == ("Hot spots policing", "not stated", "Someone (2020)")


def test_effects_are_in_percent_with_their_interval_and_others_are_left_out():
    effects = [dict(zip(EFFECT, row, strict=True)) for row in EFFECTS]
    (found,) = studies_at(place("country", "Brazil", "BRA"), [], evidence({}, effects=effects))
    assert found.effects == ("homicide: −14% (95% interval −24% to −3%)", "robbery: −47% (no interval printed)")


def test_a_benefit_is_no_rise_and_the_level_of_an_interval_is_named():
    rows = [
        ("one", "rate_ratio", "homicide: moderate vs strict hours", 1.25, 1.0, 1.6, 90.0, 1, "homicide"),
        ("one", "rate_ratio", "trust: with vs without", 1.25, None, None, None, 1, "trust"),
    ]
    effects = [dict(zip(EFFECT, row, strict=True)) for row in rows]
    (found,) = studies_at(place("country", "Brazil", "BRA"), [], evidence({}, effects=effects))
    assert found.effects == (
        "homicide: strict hours vs moderate: −20% (90% interval −38% to 0%)",
        "trust: with vs without: +25% (no interval printed)",
    )
