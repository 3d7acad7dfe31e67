"""Rows of places drawn step by step from the formulas of the model, with the truth behind them."""

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.places.every_place.observed import COLUMNS

YEARS = np.array([*range(2005, 2016), 2017, 2018])  # a year is missing, as 2020 is in Brazil


def simulated_rows(
    generator, places=30, years=YEARS, fit="cities of Nowhere", median_population=300_000, shocks=0.0
) -> tuple[pd.DataFrame, Floats]:
    """Rows as `observed_places` has them, and the true log risks of every year of the calendar.

    Levels, drifts, waves that fade and noise of single years; `shocks` is the deviation of jumps that all places share.
    """
    every = np.arange(years[0], years[-1] + 1)
    common = np.log(20) + np.cumsum(generator.normal(0, 0.05, len(every))) + generator.normal(0, shocks, len(every))
    wave = generator.normal(0, 0.3, places)
    waves, kept = [wave], np.exp(-1 / 3)
    for _ in every[1:]:
        wave = kept * wave + 0.3 * np.sqrt(1 - kept**2) * generator.normal(size=places)
        waves.append(wave)
    drift = np.cumsum(generator.normal(0, 0.08, (places, len(every))), axis=1)
    log_risks = common + generator.normal(0, 0.6, (places, 1)) + drift + np.array(waves).T
    population = np.exp(np.log(median_population) + 0.8 * generator.normal(size=(places, 1)))
    population = np.broadcast_to(population, log_risks.shape).round()
    noisy = log_risks + generator.normal(0, 0.05, log_risks.shape)
    homicides = generator.poisson(np.exp(noisy) * population / 100_000)
    seen = np.isin(every, years)
    keys = np.array([f"NOW-{number:03}" for number in range(places)])
    place, year = np.nonzero(np.broadcast_to(seen, log_risks.shape))
    rows = pd.DataFrame(
        {
            "key": keys[place],
            "kind": "city",
            "fit": fit,
            "name": keys[place],
            "iso3": "NOW",
            "country": "Nowhere",
            "parent": "NOW-A",
            "group": "NOW-A",
            "measure": "made up",
            "source_table": "city_year",
            "year": every[year],
            "homicides": homicides[place, year],
            "population": population[place, year],
            "note": "",
            "rate_release_2024": np.nan,
        }
    )
    exposure = rows["population"] / 100_000
    return rows.assign(exposure=exposure, rate=rows["homicides"] / exposure)[list(COLUMNS)], log_risks
