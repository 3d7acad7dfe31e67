"""Simulated and published panels that the tests of the drifting series share."""

from functools import cache

import numpy as np
from linearmodels.datasets import munnell
from statsmodels.datasets import grunfeld

from citizen_security.methods.panel.wide import WidePanel

UNITS, PERIODS = 30, 25


def autoregression(random, persistence, shape, start="stationary"):
    """Paths of shape (…, periods) whose news has variance one."""
    news = random.standard_normal(shape)
    paths = np.zeros(shape)
    paths[..., 0] = news[..., 0] / (np.sqrt(1 - persistence**2) if start == "stationary" and persistence < 1 else 1)
    for period in range(1, shape[-1]):
        paths[..., period] = persistence * paths[..., period - 1] + news[..., period]
    return paths


def panel(outcome, driver, gaps=None):
    """A panel of arrays; cells in which `gaps` is true are missing in both."""
    hidden = np.zeros(outcome.shape, dtype=bool) if gaps is None else gaps
    units = tuple(f"U{number:02d}" for number in range(len(outcome)))
    return WidePanel(
        units, np.arange(outcome.shape[1]), np.where(hidden, np.nan, outcome), np.where(hidden, np.nan, driver)
    )


def dynamic_panel(seed, persistence=0.6, effect=0.5, units=UNITS, periods=PERIODS, share_of_gaps=0.0):
    """Outcome on its own past and a persistent driver, with unit and period effects in both."""
    random = np.random.default_rng(seed)
    burn = 30
    unit, period = random.normal(size=(units, 1)), random.normal(size=(1, periods + burn))
    driver = unit + period + autoregression(random, 0.7, (units, periods + burn))
    outcome = np.zeros_like(driver)
    news = random.standard_normal(driver.shape)
    for place in range(1, periods + burn):
        outcome[:, place] = (
            persistence * outcome[:, place - 1] + effect * driver[:, place] + unit[:, 0] + news[:, place]
        )
    kept = slice(burn, None)
    gaps = random.random((units, periods)) < share_of_gaps
    return panel(outcome[:, kept], driver[:, kept], gaps)


def factor_panel(seed, effect=0.5, units=UNITS, periods=PERIODS, share_of_gaps=0.0, spread=0.3):
    """A common factor moves outcome and driver of every unit, of each to its own extent; slopes differ by unit."""
    random = np.random.default_rng(seed)
    factor = autoregression(random, 0.8, (1, periods)) * 2
    loads, driver_loads = random.normal(1, 0.5, (2, units, 1))
    # Units whose driver follows the factor more do so in the outcome too, which is what misleads fixed effects.
    loads = loads + (driver_loads - 1)
    driver = driver_loads * factor + random.standard_normal((units, periods))
    slopes = effect + spread * random.standard_normal((units, 1))
    outcome = (
        slopes * driver + loads * factor + random.standard_normal((units, periods)) + random.normal(size=(units, 1))
    )
    gaps = random.random((units, periods)) < share_of_gaps
    return panel(outcome, driver, gaps)


@cache
def states():
    """Munnell's 48 states of the United States, 1970–1986: the table `Produc` of the R package plm."""
    data = munnell.load()
    return data.rename(columns={column: column.lower() for column in data.columns})


@cache
def firms():
    """Grunfeld's ten firms, 1935–1954; the eleventh was added to the data later."""
    data = grunfeld.load_pandas().data
    return data[data["firm"] != "American Steel"].astype({"firm": str, "year": int})


def table(data, column, unit, period):
    """A column as (units, periods)."""
    return data.pivot(index=unit, columns=period, values=column).to_numpy(dtype=float)
