"""A selection without a study is refused before a kernel starts, with what would give one."""

import pytest

from citizen_security.evidence.evidence_gap_map.checks import check
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies.row_checks import MalformedEffects
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog


def refused(**given):
    with pytest.raises(ParameterError) as error:
        check(EvidenceGapMap.from_values(given))
    return str(error.value)


def test_the_defaults_are_accepted():
    check(EvidenceGapMap.from_values({}))


def test_every_single_remedy_is_offered_with_its_number_and_holds():
    said = refused(region="lac", interventions=["cctv"], outcomes=["trust"])
    assert "region = 'lac', interventions = ['cctv'], outcomes = ['trust']" in said
    assert "interventions = 'all' would leave 2" in said
    assert "outcomes = 'all' would leave 2" in said
    assert "region = 'all'" not in said  # nobody studied cameras and trust anywhere
    check(EvidenceGapMap.from_values({"region": "lac", "interventions": ["cctv"]}))
    check(EvidenceGapMap.from_values({"region": "lac", "outcomes": ["trust"]}))


def test_years_without_a_study_name_the_range():
    said = refused(first_year=1970, last_year=1971)
    assert "first_year = 1970, last_year = 1971" in said
    assert "the whole range of years would leave" in said


def test_where_no_single_change_helps_it_says_so():
    said = refused(region="lac", interventions=["cctv"], outcomes=["trust"], first_year=1967, last_year=1967)
    assert "no single change" in said
    assert "the defaults leave" in said


def test_an_unknown_country_is_named_with_the_nearest():
    assert "'BRZ'" in refused(countries=["BRZ"])
    assert "did you mean 'BRA'" in refused(countries=["BRZ"])


def test_a_country_without_a_study_says_what_would_leave_some():
    said = refused(countries=["HTI"], colour="pooled_effect")
    assert "countries = ['HTI']" in said
    assert "countries = 'all' would leave" in said
    assert "colour" not in said


def test_effort_is_no_reason_for_an_empty_map():
    assert "effort" not in refused(effort="quick", interventions=["gang_prevention"])


def test_an_effect_that_no_publication_can_hold_is_refused_before_a_kernel_starts(monkeypatch):
    # the rules of the table allow a p-value of 0, and the cells of the map cannot pool it
    loaded = {name: catalog.load(name) for name in ("countries", "studies", "effects")}
    loaded["effects"].loc[loaded["effects"]["effect_id"] == "E005", ["p_value", "p_value_relation"]] = [0.0, "equal"]
    monkeypatch.setattr(catalog, "load", loaded.__getitem__)
    with pytest.raises(MalformedEffects, match=r"row 6 \(effect_id=E005\), p_value: a p-value is 0"):
        check(EvidenceGapMap.from_values({}))
