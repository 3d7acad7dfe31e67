"""The first run on a machine and the second draw the same: compiled code is equal where it is cached and where not."""

import os
import subprocess
import sys

import pytest

# It compiles a model twice.
pytestmark = pytest.mark.slow

DRAW = """
import hashlib
import numpy as np
from citizen_security.cities.every_municipality.current_risk import fit_current
from citizen_security.cities.every_municipality.model import MunicipalityPriors, build_integrated_model
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.methods.sampling import Settings, compile_model, sample_posterior

def say(name, values):
    print(name, hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest())

country = SimulatedCountry(
    places=60, groups=6, years=8, extra_variation=0.3, trend_deviation=0.4, seed=5570
)
panel = build_panel(simulate_municipalities(country)[0])
model = build_integrated_model(panel, MunicipalityPriors(15.0))
fit = sample_posterior(compile_model(model), Settings(draws=300, tune=300, chains=2, target_acceptance=0.9, seed=1))
draws = fit["posterior"].to_dataset()
for name in sorted(draws.data_vars):
    say(name, draws[name].to_numpy())
say("risk now", fit_current(panel, EveryMunicipality(effort="quick")).log_rates)
"""


def test_draws_are_equal_to_the_bit_with_cold_and_warm_caches(tmp_path):
    models, kernels = tmp_path / "models", tmp_path / "kernels"
    settings = {**os.environ, "PYTENSOR_FLAGS": f"base_compiledir={models}", "NUMBA_CACHE_DIR": str(kernels)}
    command = [sys.executable, "-c", DRAW]
    cold, warm = (subprocess.run(command, capture_output=True, text=True, check=True, env=settings) for _ in range(2))
    assert list(models.rglob("*.nbi")), "no model was cached, so nothing is shown of it"
    assert list(kernels.rglob("kernels.gather*.nbi")), "no kernel was cached, so nothing is shown of them"
    assert len(cold.stdout.splitlines()) >= 5
    assert warm.stdout == cold.stdout
