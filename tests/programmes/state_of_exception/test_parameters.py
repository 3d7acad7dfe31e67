"""What is refused before a fit."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.state_of_exception.checks import check
from citizen_security.programmes.state_of_exception.parameters import StateOfException


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ParameterError) as refusal:
        StateOfException.from_cell({"left_out": ["SLV"], "first_year": 2002})
    assert "SLV, the country that is evaluated" in str(refusal.value)
    assert "fewer than three years before mano_dura" in str(refusal.value)


def test_unknown_countries_and_too_few_donors_are_refused():
    with pytest.raises(ParameterError, match="left_out has XXX"):
        check(StateOfException(left_out=["XXX"]))
    donors = ["ARG", "BRA", "CHL", "COL", "CRI", "DOM", "ECU", "GTM", "GUY", "HND", "HTI", "JAM", "MEX", "NIC", "PAN"]
    donors += ["PER", "PRY", "TTO", "URY", "VEN", "BOL", "SUR", "BLZ", "CUB"]
    with pytest.raises(ParameterError, match=r"state_of_exception: .*donors"):
        check(StateOfException(donors="region", left_out=donors))
