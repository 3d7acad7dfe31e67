"""What the parameters do not take is refused in words that help, and so are those that keep no programme."""

import pytest

from citizen_security.evidence.programme_register import checks
from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.evidence.programme_register.register import register
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.studies.coding import FAMILIES
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"themes": ["mediaton"]}, r"themes = \['mediaton'\] is not allowed. Allowed: .* mediation"),
        ({"themes": []}, "themes"),
        ({"minimum_maryland_level": 0}, "minimum_maryland_level = 0 is not allowed"),
        ({"country": ["COL"]}, "did you mean 'countries'"),
    ],
)
def test_wrong_values_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        ProgrammeRegister.from_values(values)


def test_every_family_of_the_scheme_can_be_asked_for():
    ProgrammeRegister.from_values({"themes": list(FAMILIES)})


def test_the_defaults_leave_programmes():
    checks.check(ProgrammeRegister.from_values({}))


def test_an_unknown_country_is_named_with_its_nearest():
    with pytest.raises(ParameterError, match="did you mean 'BRA'"):
        checks.check(ProgrammeRegister.from_values({"countries": ["BRZ"]}))


def test_no_programme_is_refused_with_what_there_is():
    nothing = ProgrammeRegister.from_values({"countries": ["PER"], "themes": ["mediation"]})
    with pytest.raises(ParameterError, match=r"register has countries = \['PER'\].*countries = 'all' would leave \d"):
        checks.check(nothing)


def test_countries_that_have_no_programme_are_refused_with_those_that_have():
    with pytest.raises(ParameterError, match=r"has countries = \['USA'\]. Allowed: 'all', or some of .*BRA.*COL"):
        checks.check(ProgrammeRegister.from_values({"countries": ["USA"]}))
    checks.check(ProgrammeRegister.from_values({"countries": ["SLV", "NIC"]}))


def test_a_country_that_is_asked_for_and_has_no_programme_is_kept_in_mind():
    countries = catalog.load("countries")
    coded = coded_studies(catalog.load("studies"), countries)
    asked = ProgrammeRegister.from_values({"countries": ["SLV", "NIC"]})
    assert register(catalog.load("programmes"), coded, countries, asked).without == ("Nicaragua",)
    everything = ProgrammeRegister.from_values({})
    assert register(catalog.load("programmes"), coded, countries, everything).without == ()
