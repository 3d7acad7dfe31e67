"""Simulated panels, designs and densities that the tests of the varying slopes share."""

from dataclasses import replace

import numpy as np
import pandas as pd

from citizen_security.methods.sampling import Settings
from citizen_security.paradox.country_heterogeneity.density import Numbers, as_rows, log_density
from citizen_security.paradox.country_heterogeneity.designs import POOLINGS, Design, SlopePriors, error_designs
from citizen_security.paradox.country_heterogeneity.positions import (
    positions,
)
from citizen_security.paradox.panel.specification import Specification

SPECIFICATION = Specification(name="", regressors=("unemployment_youth", "gdp_growth"), outcome="rate")


PRIORS = SlopePriors(slope_scale=0.5, deviation_scale=0.25)


SETTINGS = Settings(draws=500, tune=400, chains=4, target_acceptance=0.9, seed=3)


# Twelve years of nine countries leave the deviations a long tail, where small steps are safer.
SHORT = replace(SETTINGS, draws=400, tune=300, target_acceptance=0.97)


DESIGNS = {kind: Design(PRIORS, kind) for kind in POOLINGS} | {
    name: design for name, design in error_designs(Design(PRIORS)).items() if design != Design(PRIORS)
}


def simulate_panel(
    seed,
    countries=9,
    years=12,
    average=(0.5, -0.3),
    deviation=(0.4, 0.1),
    persistence=0.7,
    spread=0.5,
    missing=0.15,
):
    """A panel of the model's own kind, with gaps; the slopes that made it come along."""
    generator = np.random.default_rng(seed)
    slopes = np.array(average) + np.array(deviation) * generator.standard_normal((countries, 2))
    spreads = np.full(countries, spread) if np.isscalar(spread) else generator.choice(spread, countries)
    level, year_effect = generator.normal(10, 3, countries), np.cumsum(generator.normal(0, 0.1, years))
    rows = []
    for c in range(countries):
        drivers = generator.normal(0, 1, (years, 2))
        error = generator.normal(0, spreads[c] / np.sqrt(1 - persistence**2))
        for t in range(years):
            rate = level[c] + year_effect[t] + drivers[t] @ slopes[c] + error
            rows.append((f"C{c:02d}", 2000 + t, 1e6, rate, *drivers[t]))
            error = persistence * error + generator.normal(0, spreads[c])
    panel = pd.DataFrame(rows, columns=["iso3", "year", "population", "rate", *SPECIFICATION.regressors])
    return panel.sample(frac=1 - missing, random_state=seed), slopes


def density(position, sample, design):
    return log_density(position, as_rows(sample), Numbers(**design.data()))


def random_positions(sample, number=3, seed=0):
    return np.random.default_rng(seed).normal(0, 0.6, (number, positions(sample)))


def covariance(sample, rows, persistence, deviation):
    """Covariance of a country's errors, written down entry by entry."""
    years = sample.estimation.frame["year"].to_numpy()[rows]
    apart = np.abs(years[:, None] - years)
    return deviation**2 / (1 - persistence**2) * persistence**apart


def marginal(sample, found, rows):
    """Mean and covariance of a country's outcomes with its level and slopes integrated out, entry by entry."""
    c, x = sample.country_index[rows[0]], sample.driver_values[rows]
    mean = found["level"] + found["year_effect"][sample.year_index[rows]] + x @ found["average_slope"]
    effects = found["level_deviation"] ** 2 + (x * found["slope_deviation"] ** 2) @ x.T
    return mean, effects + covariance(sample, rows, found["persistence"], np.exp(found["log_spread"][c]))
