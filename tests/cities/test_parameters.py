"""Parameters that contradict each other are refused with a remedy, before any sampling is paid for."""

import subprocess
import sys

import pytest

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": []}, "leaves no city"),
        ({"countries": ["BRA", "BRA"]}, "BRA more than once"),
        ({"compared_cities": ["Cali"]}, "names one city"),
        ({"compared_cities": ["Cali", "Cali"]}, "twice"),
        ({"draws": 500}, "draws"),
        ({"city_scale": 0.0}, "city_scale"),
        ({"countries": "LAC"}, "countries"),
    ],
)
def test_a_contradiction_is_refused_with_what_is_allowed(values, message):
    with pytest.raises(ParameterError, match="llowed") as refusal:
        CityHomicide.from_values(values)
    assert message in str(refusal.value)


def test_the_fewest_draws_that_the_message_offers_are_taken():
    with pytest.raises(ParameterError, match="1,334"):
        EveryMunicipality.from_values({"draws": 1_000, "chains": 3})
    assert EveryMunicipality.from_values({"draws": 1_334, "chains": 3}).draws == 1_334


@pytest.mark.slow
def test_describing_the_parameters_loads_no_sampler():
    code = (
        "import citizen_security.cities.samples, sys;"
        "assert not {'pymc', 'nutpie', 'arviz'} & set(sys.modules), 'the command line would take seconds to refuse'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
