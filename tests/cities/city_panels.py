"""City panels simulated step by step, for the tests of what is fitted to them."""

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends.deviations import CENTRE, CENTRE_SCALE, Deviations
from citizen_security.cities.city_trends.fitting import CountryFit, fit_country
from citizen_security.cities.city_trends.gaussian_process import Observations, posterior_mean
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

TRUTH = Deviations(
    level_deviation=0.5,
    trend_deviation=0.2,
    wave_deviation=0.4,
    passing_deviation=0.1,
    shock_deviation=0.1,
    persistence=0.8,
)
SOME_YEARS = np.array([*range(2001, 2012), 2013])  # a year is missing, as 2020 is in Brazil


def simulate(generator, deviations=TRUTH, cities=20, years=SOME_YEARS, iso3="BRA", population=400_000):
    """Counts and log rates, one step of the model after the other: written from the formulas, not from the code."""
    every = np.arange(years[0], years[-1] + 1)
    path = np.log(15) + generator.normal() + np.cumsum(
        [0, *generator.normal(0, deviations.shock_deviation, len(every) - 1)]
    )  # fmt: skip
    wave = generator.normal(0, deviations.wave_deviation, cities)
    waves = [wave]
    for _ in every[1:]:
        fresh = deviations.wave_deviation * np.sqrt(1 - deviations.persistence**2)
        waves.append(deviations.persistence * waves[-1] + generator.normal(0, fresh, cities))
    level = generator.normal(0, deviations.level_deviation, (cities, 1))
    trend = generator.normal(0, deviations.trend_deviation, (cities, 1)) * (every - years.mean()) / 10
    passing = generator.normal(0, deviations.passing_deviation, (cities, len(every)))
    kept = np.isin(every, years)
    log_rates = (path + level + trend + np.array(waves).T + passing)[:, kept]
    person_years = np.full(log_rates.shape, float(population))
    homicides = generator.poisson(np.exp(log_rates) * person_years / PERSON_YEARS_OF_A_RATE).astype(float)
    return panel_of(homicides, person_years, years, iso3), log_rates


def panel_of(homicides, person_years, years, iso3="BRA"):
    codes = [f"{number:05}" for number in range(len(homicides))]
    cities = pd.DataFrame({"iso3": iso3, "city_code": codes, "city": codes, "state": "AA", "doubt": ""})
    return CountryPanel(iso3, cities.assign(label=codes), years, homicides, person_years)


def fit_panel(panel, years=None, draws=400, seed=1):
    return fit_country(panel, panel.years if years is None else years, draws=draws, minimum_effective=100, seed=seed)


def made_fit(log_rates, iso3="BRA", years=None, homicides=None):
    """A fit whose every draw is given."""
    draws = np.asarray(log_rates, dtype=np.float32)
    years = np.arange(2001, 2001 + draws.shape[2]) if years is None else years
    exposure = np.full(draws.shape[1:], 1e5)
    counts = np.exp(draws[0]).round() if homicides is None else homicides
    return CountryFit(panel_of(counts, exposure, years, iso3), (TRUTH,) * len(draws), 0.1, 500, years, draws)


def peak_stand_ins(panel, observations, deviations):
    """Stand-ins with the peak and curvature of the Poisson likelihood (Durbin and Koopman 1997), which lean upwards."""
    exposure = panel.person_years / PERSON_YEARS_OF_A_RATE * np.exp(CENTRE)
    for _ in range(6):
        peak = posterior_mean(panel, observations, deviations)
        expected = exposure * np.exp(peak)
        observations = Observations(peak + (panel.homicides - expected) / expected, 1 / expected)
    return observations


def joint_covariance(panel, deviations):
    """Covariance of all log rates at once, cities after one another."""
    years = panel.years.astype(float)
    time = (years - years.mean()) / 10
    apart = np.abs(years[:, None] - years)
    own = (
        deviations.level_deviation**2
        + deviations.trend_deviation**2 * np.outer(time, time)
        + deviations.wave_deviation**2 * deviations.persistence**apart
        + deviations.passing_deviation**2 * np.eye(len(years))
    )
    steps = np.minimum.outer(years - years[0], years - years[0])
    path = CENTRE_SCALE**2 + deviations.shock_deviation**2 * steps
    number = len(panel.cities)
    return np.kron(np.eye(number), own) + np.kron(np.ones((number, number)), path)
