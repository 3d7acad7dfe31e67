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


# Months in service and damage incidents of ships by type, built 1960-64, 65-69, 70-74, 75-79 (two cells each: operated
# 1960-74 and 1975-79): McCullagh and Nelder (1989), Generalized Linear Models, table 6.2.
SERVICE = {
    "A": (127, 63, 1095, 1095, 1512, 3353, 0, 2244),
    "B": (44882, 17176, 28609, 20370, 7064, 13099, 0, 7117),
    "C": (1179, 552, 781, 676, 783, 1948, 0, 274),
    "D": (251, 105, 288, 192, 349, 1208, 0, 2051),
    "E": (45, 0, 789, 437, 1157, 2161, 0, 542),
}
DAMAGE = {
    "A": (0, 0, 3, 4, 6, 18, 0, 11),
    "B": (39, 29, 58, 53, 12, 44, 0, 18),
    "C": (1, 1, 0, 1, 6, 2, 0, 1),
    "D": (0, 0, 0, 0, 2, 11, 0, 4),
    "E": (0, 0, 7, 7, 5, 12, 0, 1),
}


def ships():
    """Damage to ships in the panel's columns: types as countries, months in service as population."""
    cells = [
        (kind, cell, months, incidents)
        for kind in SERVICE
        for cell, (months, incidents) in enumerate(zip(SERVICE[kind], DAMAGE[kind], strict=True))
    ]
    frame = pd.DataFrame(cells, columns=["iso3", "year", "population", "count"])
    built = {f"built_{1960 + 5 * period}": (frame["year"] // 2 == period) * 1.0 for period in (1, 2, 3)}
    frame = frame.assign(**built, operated_1975=frame["year"] % 2 * 1.0)
    return frame[frame["population"] > 0].assign(rate=lambda table: table["count"] / table["population"])


def coefficient_rows():
    """Estimates of three specifications, written by hand, in the columns of a table of coefficients."""
    common = {
        "standard_error": 0.1,
        "p_value": 0.01,
        "observations": 100,
        "countries": 20,
        "outcome": "rate",
        "confidence_level": 0.95,
    }
    rows = [
        ("alone", "unemployment_youth", "unemployment_youth", 0.3, 0.1, 0.5),
        ("alone", "gdp_growth", "gdp_growth", -0.1, -0.3, 0.1),
        ("alone", "log_gdp_per_capita", "log_gdp_per_capita", -9.0, -18.0, 0.0),
        ("alone", "log_gdp_per_capita, log_gdp_per_capita_squared", "log_gdp_per_capita", -12.0, -20.0, -4.0),
        ("alone", "log_gdp_per_capita, log_gdp_per_capita_squared", "log_gdp_per_capita_squared", 12.0, -1.0, 25.0),
        ("all together", "unemployment_youth, gdp_growth", "unemployment_youth", 0.6, -0.1, 1.3),
        ("two_way", "unemployment_youth", "unemployment_youth", 9.9, 9.0, 10.0),
    ]
    names = ["specification", "regressors", "regressor", "estimate", "lower", "upper"]
    return pd.DataFrame(rows, columns=names).assign(**common)
