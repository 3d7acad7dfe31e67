"""Parameters of poverty and violence: contradictions are refused in words, before a kernel starts."""

import pytest

from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.parameters import ParameterError

POVERTY = {
    "overlapping windows": ({"before_last": 2016}, "the windows overlap"),
    "a window reversed": ({"before_first": 2004, "before_last": 2000}, "before_first = 2004 is after"),
    "a window outside the years": ({"last_year": 2018}, "lies outside first_year = 1990 to last_year = 2018"),
    "more years than the window has": ({"minimum_years": 6}, "minimum_years = 6 asks for more"),
    "a share above one": ({"minimum_coverage": 1.5}, "minimum_coverage = 1.5 is not allowed"),
    "an unknown line": ({"poverty_line": "poverty_830"}, "did you mean"),
}


@pytest.mark.parametrize(("given", "expected"), POVERTY.values(), ids=POVERTY)
def test_wrong_windows_are_refused_with_the_remedy(given, expected):
    with pytest.raises(ParameterError) as refused:
        PovertyAndViolence.from_values(given)
    assert expected in str(refused.value)
