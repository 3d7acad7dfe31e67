"""A brought table, written to a file; a simulated country, and its fit."""

import pytest
from cities.every_municipality.country import COUNTRY, PRIORS, SETTINGS

from citizen_security.cities.every_municipality.model import build_integrated_model, fit_municipalities
from citizen_security.cities.every_municipality.simulation import simulate_municipalities
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.methods.sampling import Gate, compile_model


@pytest.fixture
def write(tmp_path):
    def _write(frame, name="brought.csv", **options):
        path = tmp_path / name
        frame.to_csv(path, index=False, **options) if name.endswith(".csv") else frame.to_parquet(path)
        return path

    return _write


@pytest.fixture(scope="session")
def simulated():
    table, truth = simulate_municipalities(COUNTRY)
    # A place lacks a year, as brought tables have it.
    return build_panel(table.drop(index=[5])), truth


@pytest.fixture(scope="session")
def panel(simulated):
    return simulated[0]


@pytest.fixture(scope="session")
def compiled(panel):
    return compile_model(build_integrated_model(panel, PRIORS))


@pytest.fixture(scope="session")
def fit(compiled, panel):
    return fit_municipalities("150 places", compiled, panel, SETTINGS, Gate.FULL)
