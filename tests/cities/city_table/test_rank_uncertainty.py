"""What chance makes of rates and places is what is said."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats import rates as statsmodels_rates

from citizen_security.cities.city_table.listed_rows import listed_rows
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_table.rank_uncertainty import overlapping_neighbours, rank_uncertainty


def parameters(**values):
    return CityTable.from_values(values)


def test_the_intervals_of_the_printed_rates_are_those_of_statsmodels(rows):
    ranked = rank_uncertainty(rows, 0.95, 200, 1)
    for city in ranked.itertuples():
        lower, upper = statsmodels_rates.confint_poisson(city.homicides, city.person_years, method="exact-c")
        # The same quantiles by another route; only floating point differs.
        np.testing.assert_allclose([city.raw_rate_lower, city.raw_rate_upper], [lower * 1e5, upper * 1e5], rtol=1e-9)


def test_simulated_places_of_two_cities_have_the_probability_of_skellam():
    table = pd.DataFrame(
        {
            "city": ["A", "B"], "iso3": "BRA", "homicides": [120, 110], "implied_population": 200_000, "is_lac": True,
            "rank": [1, 2], "homicide_rate": [60.0, 55.0],
        }
    )  # fmt: skip
    rows = listed_rows(table, parameters())
    second = stats.skellam.cdf(-1, 120, 110)  # the difference of two Poisson counts is below zero: about 24%
    # The interval of the first city's place holds the second place if and only if more than half the error is there.
    for level, widest in [(2 * (0.5 - second) + 0.1, 2), (1 - 2 * second - 0.1, 1)]:
        ranked = rank_uncertainty(rows, level, 20_000, 3)
        assert ranked.loc[0, "rank_upper"] == widest


def test_neighbours_overlap_as_their_intervals_say(rows):
    ranked = rank_uncertainty(rows, 0.95, 200, 1)
    touching = overlapping_neighbours(ranked)
    assert len(touching) == 49
    ordered = ranked.sort_values("raw_rate", ascending=False)
    pairs = zip(ordered.itertuples(), list(ordered.itertuples())[1:], strict=False)
    assert touching.tolist() == [lower.raw_rate_upper >= upper.raw_rate_lower for upper, lower in pairs]
    assert touching.sum() == 48  # San Salvador alone stands apart
