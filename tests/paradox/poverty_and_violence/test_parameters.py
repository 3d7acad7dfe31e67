"""Parameters of poverty and violence: contradictions are refused in words, before a kernel starts."""

import pytest

from citizen_security.measures import MAIN_LINE, POVERTY_LINES
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.parameters import ParameterError

POVERTY = {
    "overlapping windows": ({"before_last": 2016}, "the windows overlap"),
    "a window reversed": ({"before_first": 2004, "before_last": 2000}, "before_first = 2004 is after"),
    "a window outside the years": ({"last_year": 2018}, "lies outside first_year = 1990 to last_year = 2018"),
    "more years than the window has": ({"minimum_years": 6}, "minimum_years = 6 asks for more"),
    "a share above one": ({"minimum_coverage": 1.5}, "minimum_coverage = 1.5 is not allowed"),
    "an unknown line": ({"poverty_line": f"{MAIN_LINE.column}0"}, f"did you mean '{MAIN_LINE.column}'"),
}


@pytest.mark.parametrize(("given", "expected"), POVERTY.values(), ids=POVERTY)
def test_wrong_windows_are_refused_with_the_remedy(given, expected):
    with pytest.raises(ParameterError) as refused:
        PovertyAndViolence.from_values(given)
    assert expected in str(refused.value)


def test_a_parameter_s_old_name_is_refused_with_its_new_ones():
    with pytest.raises(ParameterError, match="draws is now called country_draws and window_swaps"):
        PovertyAndViolence.from_values({"draws": 999})


def test_quick_effort_draws_less():
    quick = PovertyAndViolence.from_values({"effort": "quick", "window_swaps": 500})
    assert (quick.country_draws_at_effort, quick.window_swaps_at_effort) == (999, 500)


def test_the_poverty_lines_are_named_in_the_description():
    description = PovertyAndViolence.model_fields["poverty_line"].description
    *others, last = (line.dollars for line in POVERTY_LINES.values())
    assert description == f"people below {', '.join(others)} or {last} a day"
