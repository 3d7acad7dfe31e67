"""A small list of cities whose posterior can be computed in more than one way."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.cities.city_homicide.model import CityPriors
from citizen_security.cities.samples import add_exposure, group_by_country


@pytest.fixture(scope="session")
def small_sample():
    """Twelve cities in four countries of different levels, with tens to hundreds of homicides."""
    generator = np.random.default_rng(4)
    countries = np.repeat(["AAA", "BBB", "CCC", "DDD"], 3)
    levels = np.repeat([10.0, 25.0, 50.0, 110.0], 3)
    populations = generator.integers(200_000, 700_000, size=12)
    rates = levels * np.exp(0.3 * generator.standard_normal(12))
    table = pd.DataFrame(
        {
            "city": [f"City {number}" for number in range(12)],
            "iso3": countries,
            "homicides": generator.poisson(rates * populations / 100_000),
            "implied_population": populations,
            "is_lac": True,
        }
    )
    return group_by_country(add_exposure(table))


@pytest.fixture(scope="session")
def priors():
    return CityPriors(overall_rate_centre=20, overall_scale=1, country_scale=1, city_scale=0.5)
