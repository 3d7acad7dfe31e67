"""What the parameters do not take is refused in words that help, and so are those that keep no study."""

import pytest

from citizen_security.evidence.typology import checks
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"placements": "state"}, "'state' in placements; did you mean 'stated'"),
        ({"minimum_maryland_level": 6}, "minimum_maryland_level = 6 is not allowed"),
        ({"first_year": 2010, "last_year": 2009}, "first_year = 2010 is after last_year = 2009"),
        ({"placement": "all"}, "did you mean 'placements'"),
    ],
)
def test_wrong_values_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        Typology.from_values(values)


def test_the_defaults_leave_studies():
    checks.check(Typology.from_values({}))


def test_parameters_that_keep_no_study_are_refused_with_what_there_is():
    nothing = Typology.from_values({"last_year": 1961, "minimum_maryland_level": 5})
    with pytest.raises(
        ParameterError, match=r"minimum_maryland_level = 5, last_year = 1961; the whole range of years would leave \d+$"
    ):
        checks.check(nothing)
