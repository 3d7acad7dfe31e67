"""What the parameters do not take is refused in words that help."""

import pytest

from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"non_randomised_start": "hi"}, "'hi' in non_randomised_start; did you mean 'high'"),
        ({"grave_share": 0.95}, "grave_share = 0.95 is not allowed"),
        ({"smallest_change": 0.5}, "smallest_change = 0.5 is not allowed"),
        ({"tested_from": 3}, "tested_from = 3 is not allowed"),
        ({"smallest_chnage": 5.0}, "did you mean"),
    ],
)
def test_wrong_values_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        Certainty.from_values(values)
