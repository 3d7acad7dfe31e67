"""A small drifting panel and parameters that the tests of the room share."""

import numpy as np
import pandas as pd

from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics


def drifting_panel(seed=1, countries=12, years=24):
    """Homicide keeps 0.7 of itself and answers to unemployment at once; growth is news and means nothing."""
    random = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([[f"C{n:02d}" for n in range(countries)], range(2000, 2000 + years)])
    news = random.standard_normal((3, countries, years))
    unemployment = 20 + news[0].cumsum(axis=1)
    rate = np.zeros((countries, years)) + 15
    for year in range(1, years):
        rate[:, year] = 5 + 0.7 * rate[:, year - 1] + 0.4 * (unemployment[:, year] - 20) + news[1][:, year]
    frame = index.to_frame(index=False, name=["iso3", "year"])
    frame = frame.assign(rate=rate.ravel(), unemployment_youth=unemployment.ravel(), gdp_growth=news[2].ravel())
    frame.loc[frame.index % 29 == 5, "rate"] = np.nan
    return frame.assign(log_rate=np.log(frame["rate"].clip(lower=1)))


def parameters(**given):
    """Quick parameters of the two drivers."""
    return LevelsOrDynamics.from_values(
        {"drivers": ["unemployment_youth", "gdp_growth"], "placebo_draws": 99, "horizons": 3, **given}
    )
