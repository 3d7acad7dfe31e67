"""The grid cuts off nothing, a finer one says the same, and cities' own levels are drawn exactly."""

import itertools

import arviz as az
import numpy as np
import pytest

from citizen_security.cities.city_homicide import level_grid, list_cut_off
from citizen_security.cities.city_homicide.listed_cities import ListedCities
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_homicide.sample import prepare_sample
from citizen_security.tables import catalog

PRIORS = CityPriors(20, 1, 1, 0.5)

# Of a posterior deviation: the finest grid of these tests against the one that was settled on.
CLOSE = 0.02


def test_the_ends_of_the_grid_cut_off_nothing_of_the_posterior(table_sample):
    fit = list_cut_off.fit_listed(
        list_cut_off.list_cities(table_sample, 0), CityPriors(20, 1, 1, 0.5), rule=False, draws=50_000, seed=1
    )
    drawn = stacked(fit.posterior, "city_deviation")
    # Where the first, coarse grid had a cell's edge, a tenth of a per cent of the posterior and more lies beyond it.
    assert (drawn < 0.17).mean() > 0.001
    mean, width = fit.moments["city_deviation"]
    assert drawn.min() < mean - 2.5 * width
    # Within the cells draws are spread evenly, which adds next to nothing to their deviation.
    assert drawn.std() == pytest.approx(width, rel=0.02)


def test_a_finer_grid_says_the_same(table_sample):
    listed = list_cut_off.list_cities(table_sample, 42.4)
    priors = CityPriors(20, 1, 1, 0.5)
    coarse, fine = (
        list_cut_off.fit_listed(listed, priors, rule=True, draws=4_000, seed=1, sizes=sizes)
        for sizes in (level_grid.SIMULATED, level_grid.FINE)
    )
    assert coarse.log_evidence == pytest.approx(fine.log_evidence, abs=level_grid.LARGEST_GRID_ERROR)
    for name in ("overall_log_rate", "country_deviation", "city_deviation"):
        one, other = stacked(coarse.posterior, name), stacked(fine.posterior, name)
        # Two means of 4,000 draws differ by 0.022 deviations; four of these errors are allowed.
        assert one.mean() == pytest.approx(other.mean(), abs=0.09 * other.std())


def chosen(countries):
    return prepare_sample(catalog.load("city_table"), CityHomicide.from_values({"countries": list(countries)}))


def listed_of(sample, *, rule):
    return list_cut_off.list_cities(sample, 42.4 if rule else 0)


def every_choice():
    """One, two or three countries that leave two cities."""
    table = catalog.load("city_table")
    numbers = table["iso3"].value_counts()
    choices = (choice for size in (1, 2, 3) for choice in itertools.combinations(sorted(numbers.index), size))
    return [choice for choice in choices if numbers[list(choice)].sum() > 1]


def apart(one, other):
    """Largest distance of a mean or a deviation, in deviations of the other."""
    return max(
        np.abs(np.subtract(one.moments[name], other.moments[name])).max() / other.moments[name][1]
        for name in other.moments
    )


def settle(choice, *, rule):
    fit = list_cut_off.fit_listed(listed_of(chosen(choice), rule=rule), PRIORS, rule=rule, draws=1, seed=1)
    assert fit.settled, (choice, rule, fit.grid_error)
    return fit


# Those that a grid of half the points used to refuse, the hardest of the table, and the fewest cities and countries.
HARD = [("BRA", "COL", "HND"), ("BRA", "USA", "ZAF"), ("BRA", "COL"), ("BRA",), ("COL",), ("JAM", "PRI")]


@pytest.mark.parametrize("choice", HARD)
def test_a_choice_of_countries_is_fitted_as_a_much_finer_grid_has_it(choice):
    fit = settle(choice, rule=False)
    finest = list_cut_off.fit_listed(
        listed_of(chosen(choice), rule=False), PRIORS, rule=False, draws=1, seed=1, sizes=(120, 70, 70, 80),
        refine=False,
    )  # fmt: skip
    assert np.isnan(finest.grid_error)
    assert finest.sizes == (120, 70, 70, 80)
    assert 0 < apart(fit, finest) < CLOSE
    assert fit.log_evidence == pytest.approx(finest.log_evidence, abs=0.02)


@pytest.mark.parametrize("choice", HARD[:2] + HARD[-2:])
def test_a_choice_of_countries_is_fitted_with_the_rule_too(choice):
    settle(choice, rule=True)


@pytest.mark.parametrize("rule", [False, True])
def test_no_choice_of_one_two_or_three_countries_is_refused(rule):
    choices = every_choice()
    assert len(choices) == 8 + 45 + 120
    # One in fifteen; of all of them, and of longer ones, none was moved by more than 0.02 on the finer grid.
    for choice in choices[::15]:
        settle(choice, rule=rule)


def test_a_grid_is_refined_until_a_finer_one_says_the_same():
    sample = chosen(["BRA", "USA", "ZAF"])
    listed, first = listed_of(sample, rule=False), (14, 8, 8, 8)
    fit = list_cut_off.fit_listed(listed, PRIORS, rule=False, draws=1, seed=1, sizes=first)
    second = level_grid.finer_sizes(first)
    assert second == (20, 11, 11, 11)
    assert fit.sizes > second
    assert 0 < fit.grid_error <= level_grid.LARGEST_GRID_ERROR
    rough, better = (
        list_cut_off.fit_listed(listed, PRIORS, rule=False, draws=1, seed=1, sizes=sizes, refine=False)
        for sizes in (first, second)
    )
    assert apart(rough, better) > level_grid.LARGEST_GRID_ERROR


def test_a_grid_that_may_not_be_refined_enough_says_what_is_left(monkeypatch):
    monkeypatch.setattr(level_grid, "REFINEMENTS", 1)
    listed = listed_of(chosen(["BRA", "USA", "ZAF"]), rule=False)
    fit = list_cut_off.fit_listed(listed, PRIORS, rule=False, draws=100, seed=1, sizes=(10, 7, 7, 7))
    assert not fit.settled
    assert 0.05 < fit.grid_error < 10
    assert stacked(fit.posterior, "city_deviation").shape == (100,)


def cities_of(homicides, person_years, country_index):
    counts, index = np.array(homicides), np.array(country_index)
    return ListedCities(counts, np.zeros(len(counts), int), np.array(person_years, float), index, index.max() + 1)


# Zeros, ones, equal rates, one enormous city beside a tiny one, and rates far from what the priors expect.
ODD = {
    "no homicide anywhere": cities_of([0, 0, 0], [2e5, 1e6, 3e5], [0, 0, 1]),
    "few homicides": cities_of([0, 1, 2, 1, 0, 3], [2e5, 3e5, 1e5, 4e5, 2e5, 3e5], [0, 0, 1, 1, 2, 2]),
    "equal rates": cities_of([50] * 12, [1e5] * 12, [0] * 6 + [1] * 6),
    "equal rates of large cities": cities_of([5_000] * 25, [1e7] * 25, [0] * 20 + [1] * 5),
    "a giant and a hamlet": cities_of([60_000, 1], [1e8, 1e5], [0, 1]),
    "far from the priors": cities_of([3_000, 4_000, 9_000], [1e5, 1e5, 1e5], [0, 1, 2]),
    "one city a country": cities_of([40, 80, 20, 60], [1e5] * 4, [0, 1, 2, 3]),
}


@pytest.mark.parametrize("cities", ODD.values(), ids=ODD)
def test_odd_cities_have_a_posterior_that_a_finer_grid_confirms(cities):
    fit = list_cut_off.fit_listed(cities, PRIORS, rule=False, draws=4_000, seed=1)
    assert fit.settled
    finest = list_cut_off.fit_listed(cities, PRIORS, rule=False, draws=1, seed=1, sizes=(160, 70, 70, 90), refine=False)
    assert apart(fit, finest) < level_grid.LARGEST_GRID_ERROR
    levels = stacked(level_grid.draw_city_rates(fit.posterior, cities, 1), "log_city_rate")
    # The rate that chance leaves is within four deviations of the level's mean, half a death standing for none.
    distance = np.abs(levels.mean(axis=0) - cities.log_rates) / np.sqrt(1 / np.maximum(cities.homicides, 0.5) + 0.5**2)
    assert distance.max() < 4


def test_draws_from_the_grid_are_independent(exact):
    sizes = az.ess(exact.posterior["posterior"].to_dataset())
    # 20,000 draws; the estimate itself has an error of some 2%, and the least of 19 is taken.
    assert min(float(values.min()) for values in sizes.data_vars.values()) > 17_500


@pytest.mark.parametrize(
    ("count", "centre", "deviation"),
    [(0, 2.0, 0.5), (0, 1.0, 2.0), (1, 3.0, 0.5), (1, -2.0, 2.0), (5, 0.0, 0.3), (2000, 7, 1)],
)
def test_a_citys_own_level_is_drawn_from_its_exact_distribution(count, centre, deviation):
    number = 50_000
    drawn = level_grid._draw_log_expected(
        count, np.full(number, centre), np.full(number, deviation), np.random.default_rng(3)
    )
    points = np.linspace(-15, 15, 100_001)
    log_density = count * points - np.exp(points) - ((points - centre) / deviation) ** 2 / 2
    cumulative = np.exp(log_density - log_density.max()).cumsum()
    # The Kolmogorov–Smirnov distance at one in a thousand.
    distances = np.searchsorted(np.sort(drawn), points) / number - cumulative / cumulative[-1]
    assert np.abs(distances).max() < 1.95 / np.sqrt(number)
