"""The sampler reaches the published estimates of a hierarchical model of 919 houses in 85 counties."""

import numpy as np
import pandas as pd
import pymc as pm
import pytest
from support import ROOT

from citizen_security.methods.sampling import Gate, Settings, check_convergence, compile_model, sample_posterior

# Gelman and Hill (2007), section 12.4: estimates and standard errors by restricted maximum likelihood, to two digits.
PUBLISHED = {"intercept": (1.46, 0.05), "floor": (-0.69, 0.07)}
DEVIATIONS = {"county_deviation": 0.33, "house_deviation": 0.76}


@pytest.fixture(scope="module")
def posterior():
    houses = pd.read_csv(ROOT / "tests" / "methods" / "reference" / "radon_minnesota.csv")
    with pm.Model() as model:
        intercept = pm.Normal("intercept", 0, 10)
        floor = pm.Normal("floor", 0, 10)
        county_deviation = pm.HalfNormal("county_deviation", 2)
        house_deviation = pm.HalfNormal("house_deviation", 2)
        departure = pm.Normal("departure", 0, 1, shape=85)
        county = intercept + county_deviation * departure
        level = county[houses["county"].to_numpy() - 1] + floor * houses["floor"].to_numpy()
        pm.Normal("log_radon", level, house_deviation, observed=np.log(houses["activity"].to_numpy()))
    drawn = sample_posterior(compile_model(model), Settings(3_000, 1_000, 4, target_acceptance=0.95, seed=1))
    check_convergence("radon", drawn, Gate.FULL)
    return drawn["posterior"].to_dataset()


@pytest.mark.slow
def test_radon_in_minnesota_has_the_published_hierarchical_estimates(posterior):
    for name, (estimate, error) in PUBLISHED.items():
        # Half of the last printed digit, and as much again for the draws and for wide priors in place of none.
        assert float(posterior[name].mean()) == pytest.approx(estimate, abs=0.01)
        assert float(posterior[name].std()) == pytest.approx(error, abs=0.01)
    for name, estimate in DEVIATIONS.items():
        # The mean of a skewed posterior lies a little above the estimate that maximises the likelihood.
        assert float(posterior[name].mean()) == pytest.approx(estimate, abs=0.02)
