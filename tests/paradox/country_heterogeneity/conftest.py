"""A simulated sample and its fits, which the tests of the varying slopes share."""

import pytest
from paradox.slope_panels import DESIGNS, SHORT, SPECIFICATION, simulate_panel

from citizen_security.methods.sampling import Gate
from citizen_security.paradox.country_heterogeneity.fits import (
    compile_slopes,
    fit_designs,
)
from citizen_security.paradox.country_heterogeneity.sample import prepare_slopes


@pytest.fixture(scope="session")
def sample():
    return prepare_slopes(simulate_panel(1)[0], SPECIFICATION)


@pytest.fixture(scope="session")
def fits(sample):
    compiled = compile_slopes(sample, DESIGNS["varying slopes"])
    return fit_designs(compiled, sample, DESIGNS, SHORT, Gate.QUICK)
