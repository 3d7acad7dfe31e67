"""Simulated and published panels that the tests of the regressions share."""

import numpy as np
import pandas as pd
from statsmodels.datasets import grunfeld


def simulated(seed, *, effect=0.5, countries=20, years=25, gaps=0.25):
    """A panel with country and year effects, errors that persist within a country, a control, and gaps."""
    random = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([[f"C{n:02d}" for n in range(countries)], range(2000, 2000 + years)])
    frame = index.to_frame(index=False, name=["iso3", "year"])
    shared = random.normal(0, 5, countries).repeat(years) + np.tile(random.normal(0, 3, years), countries)
    control = persistent(random, countries, years)
    driver = 0.7 * shared + 0.5 * control + persistent(random, countries, years)
    rate = effect * driver + 0.8 * control + shared + 2 * persistent(random, countries, years)
    population = random.lognormal(15, 1, countries).repeat(years)
    frame = frame.assign(driver=driver, control=control, rate=rate, population=population)
    frame.loc[random.random(len(frame)) < gaps, "rate"] = np.nan
    frame.loc[random.random(len(frame)) < gaps / 2, "driver"] = np.nan
    return frame


def persistent(random, countries, years, persistence=0.6):
    noise = random.normal(size=(countries, years))
    series = np.zeros_like(noise)
    series[:, 0] = noise[:, 0] / np.sqrt(1 - persistence**2)
    for year in range(1, years):
        series[:, year] = persistence * series[:, year - 1] + noise[:, year]
    return series.ravel()


def investment():
    """Grunfeld's ten firms, 1935–1954, in the panel's columns; the eleventh firm was added to the data later."""
    data = grunfeld.load_pandas().data
    data = data[data["firm"] != "American Steel"].astype({"firm": str, "year": int})
    return data.rename(columns={"firm": "iso3", "invest": "rate"}).assign(population=1.0)
