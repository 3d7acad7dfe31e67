"""Simulated rows to predict, which the tests of the predictions share."""

import numpy as np
import pandas as pd

BLOCKS = {"poverty": ("poverty",), "other": ("income", "towns")}


def simulated_rows(seed, *, effect, countries=25, years=12, noise=0.5):
    """Country-years whose outcome rests on income and, by `effect`, on poverty, which is not made of the others."""
    random = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([[f"C{n:02d}" for n in range(countries)], range(2000, 2000 + years)])
    frame = index.to_frame(index=False, name=["iso3", "year"])
    levels = random.normal(size=(countries, 3)).repeat(years, axis=0) + 0.5 * random.normal(size=(len(frame), 3))
    frame[["poverty", "income", "towns"]] = levels
    own = 0.3 * random.normal(size=countries).repeat(years)
    target = effect * frame["poverty"] + frame["income"] + own + noise * random.normal(size=len(frame))
    return frame.assign(target_year=frame["year"], target=target, world_mean=0.0)
