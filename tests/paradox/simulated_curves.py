"""Simulated panels with a few specifications each, which the tests of exchanged paths share."""

import numpy as np
import pandas as pd

from citizen_security.paradox.specification_curve.multiverse import (
    Grid,
    Multiverse,
    locate_samples,
)


def simulated(seed, effect=0.0, countries=20, years=16):
    """Panel with trends in common, walks of their own, gaps, and eight specifications of a driver."""
    generator = np.random.default_rng(seed)
    shape = (countries, years)
    trend = np.linspace(0, 3, years)
    driver = generator.normal(size=shape).cumsum(axis=1) - trend
    other = generator.normal(size=shape).cumsum(axis=1)
    rate = 30 + effect * driver + 0.3 * other + generator.normal(size=shape).cumsum(axis=1) + trend
    driver = np.where(generator.random(shape) < 0.8, driver, np.nan)
    columns = {
        "homicide_rate": rate, "homicide_rate_release_2024": rate, "gini": driver, "other": other,
        "population": np.ones(shape) * 2e6,
    }  # fmt: skip
    names = tuple(f"C{number:02d}" for number in range(countries))
    grid = Grid(names, tuple(range(2000, 2000 + years)), columns, {})
    levels = [["rate"], ["2025"], ["within", "first_differences"], ["none"], ["static"], ["yes", "no"],
              ["0"], ["2000-2015"], ["all"], ["none"], ["none", "other"], ["gini"], [False]]  # fmt: skip
    columns_of = ["outcome", "release", "estimator", "trends", "dynamics", "year_effects", "lag", "period", "sample",
                  "weights", "controls", "measure", "main"]  # fmt: skip
    table = pd.MultiIndex.from_product(levels, names=columns_of).to_frame(index=False)
    located, masks = locate_samples(grid, table, {"other": "other"})
    return grid, Multiverse("inequality", located, masks, {"other": "other"}, pd.DataFrame())
