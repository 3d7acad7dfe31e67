"""Parameters that contradict each other are refused with a remedy, before any sampling is paid for."""

import subprocess
import sys

import pytest

from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.parameters import ParameterError


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
