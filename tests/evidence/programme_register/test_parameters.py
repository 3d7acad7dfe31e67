"""What the parameters do not take is refused in words that help, and so are those that keep no programme."""

import pytest

from citizen_security.evidence.programme_register import checks
from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.evidence.studies.coding import FAMILIES
from citizen_security.parameters import ParameterError


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
