"""Sentences follow the run: one country, one pair, ranks that are certain, grids that are not."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citizen_security.cities.city_homicide import readings
from citizen_security.cities.city_homicide.model import CityPriors


def test_a_grid_that_still_moves_something_is_said_with_the_move():
    assert readings.say_grid([0.01, 0.0412]).endswith("move anything by more than 0.041.")
    said = readings.say_grid([0.01, 0.23, 0.07])
    assert said.startswith("In 2 of 3 fits")
    assert "by up to 0.23" in said


@pytest.mark.parametrize(
    ("widths", "said"),
    [
        ([0, 0, 3], "a single place for 2 of 3 cities"),
        ([0, 0], "a single place for all 2 cities"),
        ([1, 1, 2], "to within 1 of 3 places"),
        ([1, 1], "the whole list for all 2 cities"),
        ([2, 7, 9, 9], "to within 8 of 4 places"),
    ],
)
def test_a_rank_that_is_certain_has_no_width(widths, said):
    assert said in readings.say_ranks(pd.Series(widths))


@pytest.mark.parametrize(
    ("certain", "pairs", "said"),
    [(2, 49, "2 of 49 pairs of neighbours"), (0, 1, "no pair of neighbours"), (1, 1, "the one pair of neighbours")],
)
def test_neighbours_are_counted_in_words_that_fit_their_number(certain, pairs, said):
    assert said in readings.say_neighbours(certain, pairs)


def levels(**deviations):
    rows = {f"between_{name}_deviation": ends for name, ends in deviations.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["lower", "median", "upper"])


def sample(*cities_by_country):
    return SimpleNamespace(countries=tuple("ABCDE"[: len(cities_by_country)]),
                           cities_by_country=np.array(cities_by_country))  # fmt: skip


PRIORS = CityPriors(20, 1, country_scale=2.0, city_scale=0.5)


def test_deviations_are_set_against_their_priors_intervals():
    width = np.diff(stats.halfnorm.ppf([0.1, 0.9]))[0]
    found = levels(country=(0.1, 0.5, 0.1 + 0.4 * 2 * width), city=(0.2, 0.3, 0.2 + 1.25 * 0.5 * width))
    said = readings.say_levels(found, sample(3, 4, 5), PRIORS, 0.8)
    assert "0.50 (0.10 to 1.32) between countries" in said
    assert "60% narrower for countries and 25% wider for cities of one country" in said
    assert "priors do" not in said


def test_what_only_the_priors_say_is_said():
    city = levels(city=(0.1, 0.2, 0.4))
    both = levels(country=(0.1, 0.2, 0.4), city=(0.1, 0.2, 0.4))
    one = readings.say_levels(city, sample(6), PRIORS, 0.9)
    assert "does not say how much countries differ" in one
    assert "between countries" not in one
    two = readings.say_levels(both, sample(1, 1), PRIORS, 0.9)
    assert "Two countries say little" in two
    assert "does not tell both deviations apart" in two
    assert "say little" not in readings.say_levels(both, sample(1, 2, 1), PRIORS, 0.9)


@pytest.mark.parametrize(
    ("countries", "level", "interval"),
    [
        (1, "the country's level without", "makes the interval 2.5 times"),
        (2, "the countries' mean level without", "makes the two intervals, on average, 2.5 times"),
        (7, "the countries' mean level without", "makes the middle country's interval 2.5 times"),
    ],
)
def test_what_the_rule_changes_is_said_of_as_many_countries_as_there_are(countries, level, interval):
    said = readings.say_rule((-3.2, 12.4, 44.0), 2.5, 1.26, countries)
    assert level in said
    assert interval in said
    assert "is 1.12 times that with it (0.97 to 1.44)" in said
    assert said.endswith("by more than 1.3%.")


def test_figures_by_weights_and_by_fits_are_told_apart():
    assert "Of 8 figures the highest k is 0.42" in readings.say_left_out(0, 8, 0.42, 0.7)
    assert readings.say_left_out(3, 8, 0.42, 0.7).endswith("of the others the highest k is 0.42.")
    # Where every city was left out by a fit there are no others, and no number of theirs.
    assert readings.say_left_out(8, 8, float("nan"), 0.7).endswith("exactly.")
