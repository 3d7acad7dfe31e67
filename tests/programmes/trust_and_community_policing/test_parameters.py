"""What is refused before a fit."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.trust_and_community_policing.checks import check
from citizen_security.programmes.trust_and_community_policing.designs import NATIONAL
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.tables import catalog

EVERY = sorted(catalog.load("country_year").loc[lambda table: table["trust_police"].notna(), "iso3"].unique().tolist())


def test_a_level_without_tests_of_equivalence_is_refused():
    with pytest.raises(ParameterError, match=r"confidence_level"):
        TrustAndCommunityPolicing.from_cell({"confidence_level": 0.5})


def test_quick_effort_draws_fewer():
    assert TrustAndCommunityPolicing(effort="quick").bootstrap_draws < TrustAndCommunityPolicing().bootstrap_draws


def test_unknown_countries_and_programmes_without_waves_before_are_refused():
    with pytest.raises(ParameterError, match="left_out has JAM, where"):
        check(TrustAndCommunityPolicing(left_out=["JAM"]))
    with pytest.raises(ParameterError, match="no wave of the survey lies before the start"):
        check(TrustAndCommunityPolicing(programmes=["plan_cuadrante"]))


def test_all_that_is_wrong_is_told_at_once():
    few = [code for code in EVERY if code not in ("COL", "PRY", "URY")]
    with pytest.raises(ParameterError) as refusal:
        check(TrustAndCommunityPolicing(left_out=few))
    told = str(refusal.value)
    for part in ("asked by both surveys", "trust beside homicide", "2 donors for COL"):
        assert part in told
    with pytest.raises(ParameterError, match="asked by both surveys"):
        check(TrustAndCommunityPolicing(left_out=EVERY))


def test_national_programmes_are_those_of_the_register():
    assert set(NATIONAL) <= set(catalog.load("programmes")["programme_id"])


def test_what_was_refused_is_not_among_the_remedies():
    with pytest.raises(ParameterError, match="Add one with waves on both sides: ") as wrong:
        check(TrustAndCommunityPolicing(programmes=["plan_cuadrante"], draws=199, effort="quick"))
    assert "plan_cuadrante" not in str(wrong.value).partition("Add one")[2]
