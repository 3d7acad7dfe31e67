"""Parameters that contradict each other are refused."""

import pytest

from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"simulated_places": 20, "simulated_groups": 11}, "at most 10 groups"),
        ({"path": ""}, "path"),
        ({"draws": 500, "chains": 4}, "2,000 draws in all"),
    ],
)
def test_contradictions_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        EveryMunicipality.from_values(values)
