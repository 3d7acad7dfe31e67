"""Simulated panels with a curve in income, which the tests of the income curve share."""

import numpy as np
import pandas as pd

from citizen_security.paradox.panel.specification import Specification

INCOME_ALONE = Specification("", ("log_gdp_per_capita",))


def panel_of(curve, seed=1, countries=30, years=8, noise=0.7):
    random = np.random.default_rng(seed)
    income = (random.uniform(-1, 1, countries).repeat(years) + random.normal(0, 0.35, countries * years)).clip(
        -1.5, 1.5
    )
    frame = pd.DataFrame({"iso3": np.repeat([f"C{n:02d}" for n in range(countries)], years)})
    frame = frame.assign(year=np.tile(range(years), countries), log_gdp_per_capita=income, population=1.0)
    return frame.assign(rate=10 + curve(income) + random.normal(0, noise, len(frame)))


def hump(income):
    return -6 * (income - 0.1) ** 2


def with_income(frame):
    return frame.assign(log_gdp_per_capita=frame["driver"] / 4, log_rate=np.nan)


def cross_section(random, countries=40, peak=0.2):
    """One country in two years of the same figures, so that means are the figures; an inverted U about the peak."""
    income = random.uniform(-1, 1, countries)
    rate = 20 - 30 * (income - peak) ** 2 + random.normal(0, 3, countries) * (1 + np.abs(income))
    names = [f"C{n:02d}" for n in range(countries)]
    rows = pd.DataFrame({"iso3": names, "log_gdp_per_capita": income, "rate": rate, "population": 1.0})
    return pd.concat([rows.assign(year=2000), rows.assign(year=2001)], ignore_index=True)
