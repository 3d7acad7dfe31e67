"""A simulated panel, and one with its fit."""

import numpy as np
import pytest
from cities.city_panels import fit_panel, simulate


@pytest.fixture(scope="session")
def panel():
    return simulate(np.random.default_rng(5), cities=12)[0]


@pytest.fixture(scope="session")
def fitted():
    panel, log_rates = simulate(np.random.default_rng(8), cities=40)
    return fit_panel(panel), log_rates
