"""What the parameters do not take is refused in words that help."""

import pytest

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"countries": []}, "empty or names one twice"),
        ({"countries": ["BRA", "BRA"]}, "empty or names one twice"),
        ({"first_year": 2015, "last_year": 2019}, "fewer than 10 years"),
        ({"rule": "highest"}, "rule"),
    ],
)
def test_contradictions_are_refused_in_words(given, said):
    with pytest.raises(ParameterError, match=said):
        ClaimedAndEvaluated.from_values(given)
