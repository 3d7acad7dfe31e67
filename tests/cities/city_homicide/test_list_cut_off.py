"""The cut-off's likelihood is exact, its posterior is that of the sampler, and simulated truths are found with it."""

import numpy as np
import pytest
from cities.city_homicide.brute_force import brute_force
from scipy import special, stats

from citizen_security.cities.city_homicide import level_grid, list_cut_off, listed_cities
from citizen_security.cities.city_homicide.checks import check
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.parameters import ParameterError

PERSON_YEARS = np.array([240_000.0, 700_000, 4_000_000])


@pytest.mark.parametrize("deviation", [0.05, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("country", [2.0, 3.0, 3.75, 4.5])
def test_the_probability_of_being_listed_is_that_of_brute_force_near_and_far_from_the_cut_off(
    three, country, deviation
):
    levels = np.full((3, 1), country)
    found = list_cut_off.log_probability_of_listing(three, levels, np.array([deviation]))[:, 0]
    for city, needed in enumerate(three.cut_off_homicides):
        exposure = three.person_years[city] / PERSON_YEARS_OF_A_RATE
        exact = brute_force(lambda rate, k=needed, e=exposure: stats.poisson.logsf(k - 1, rate * e), country, deviation)
        # The narrowest case is known to be off by 2e-4; log likelihoods differ by whole numbers where it matters.
        assert found[city] == pytest.approx(exact, abs=5e-4)


@pytest.mark.parametrize("needed", [1, 2, 8, 40])
@pytest.mark.parametrize("deviation", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("country", [-2.0, 1.0, 4.0])
def test_where_a_handful_is_enough_the_probability_of_being_listed_is_that_of_brute_force(country, deviation, needed):
    city = listed_cities.ListedCities(np.array([needed]), np.array([needed]), np.array([1e5]), np.array([0]), 1)
    found = list_cut_off.log_probability_of_listing(city, np.full((1, 1), country), np.array([deviation]))[0, 0]
    exact = brute_force(lambda rate: stats.poisson.logsf(needed - 1, rate), country, deviation)
    assert found == pytest.approx(exact, abs=2e-3 if exact > -50 else 0.1)


@pytest.mark.parametrize("extra", [0, 0.3])
def test_where_no_homicide_is_needed_every_city_is_listed(extra):
    needed = list_cut_off.needed_homicides(np.array([1e5, 4e5]), 0)
    assert needed.tolist() == [0, 0]
    assert list_cut_off.needed_homicides(np.array([1e5, 4e5]), 0.6).tolist() == [1, 3]
    cities = listed_cities.ListedCities(np.array([0, 3]), np.array([0, 2]), np.full(2, 1e5), np.zeros(2, int), 1)
    found = list_cut_off.log_probability_of_listing(cities, np.full((2, 1), 0.5), np.array([0.4]), extra)[:, 0]
    assert found[0] == pytest.approx(0, abs=1e-3)
    assert -1.5 < found[1] < -0.3


def test_the_truncated_probabilities_of_all_counts_that_can_be_listed_sum_to_one():
    # Exact enumeration: every count from the cut-off to where nothing is left, for one city of 100,000 person-years.
    counts = np.arange(30, 2_000)
    many = listed_cities.ListedCities(
        counts, np.full(len(counts), 30), np.full(len(counts), 1e5), np.zeros(1_970, int), 1
    )
    levels = np.full((len(counts), 1), np.log(12.0))
    each = list_cut_off.log_likelihood(many, levels, np.array([0.5]), rule=True)
    # Counts of thirty are less normal than those of the table: the quadratures keep four digits.
    assert np.exp(each).sum() == pytest.approx(1, abs=2e-4)


def test_a_city_with_hardly_a_level_of_its_own_has_the_truncated_poisson_distribution():
    # By enumeration of the Poisson distribution itself, at the smallest deviation the grid knows.
    counts = np.arange(100, 260)
    many = listed_cities.ListedCities(counts, np.full(160, 100), np.full(160, 1e5), np.zeros(160, int), 1)
    levels = np.full((160, 1), np.log(105.0))
    each = np.exp(list_cut_off.log_likelihood(many, levels, np.array([0.05]), rule=True))[:, 0]
    exact = stats.poisson.pmf(counts, 105) / stats.poisson.sf(99, 105)
    assert each.sum() == pytest.approx(1, abs=5e-4)
    # A level of its own of 5% adds 28 to the variance of 105, so that deviations and means above the cut-off grow
    # by less than an eighth of the Poisson deviation of ten.
    assert exact @ counts < each @ counts < exact @ counts + 1.3


def test_gamma_nodes_give_the_moments_of_gamma_distributions():
    log_nodes, log_weights = list_cut_off.gamma_nodes([1, 30, 2_469])
    weights = np.exp(log_weights)
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-10)
    np.testing.assert_allclose((weights * np.exp(log_nodes)).sum(axis=1), [1, 30, 2_469], rtol=1e-10)
    # E log G is the digamma function: not a polynomial, so only nearly exact for the smallest shape.
    np.testing.assert_allclose((weights * log_nodes).sum(axis=1)[1:], special.digamma([30, 2_469]), rtol=1e-8)


def test_every_listed_city_reaches_the_count_that_it_needs(table_sample):
    listed = list_cut_off.list_cities(table_sample, 42.4)
    assert (listed.homicides >= listed.cut_off_homicides).all()
    # The last city of the table stands exactly at the cut-off.
    last = int(table_sample.cities["raw_rate"].argmin())
    assert listed.homicides[last] == listed.cut_off_homicides[last]


def test_a_cut_off_above_a_listed_city_is_refused_with_its_name_and_rate(table_sample):
    with pytest.raises(ValueError, match=r"above the rate of Jaboatão dos Guararapes \(BRA\), 42.4"):
        list_cut_off.list_cities(table_sample, 43)
    with pytest.raises(ParameterError, match=r"up to 42\.4, or 0"):
        check(CityHomicide.from_values({"cut_off": 43.0}))


@pytest.mark.slow
@pytest.mark.parametrize("extra", [0.0625, 0.3, 0.9375])
@pytest.mark.parametrize("deviation", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("country", [2.0, 3.0, 3.75, 4.5])
def test_the_probability_that_a_negative_binomial_count_is_listed_is_that_of_brute_force(
    three, country, deviation, extra
):
    found = list_cut_off.log_probability_of_listing(three, np.full((3, 1), country), np.array([deviation]), extra)[:, 0]
    shape = 1 / extra**2
    for city, needed in enumerate(three.cut_off_homicides):
        exposure = three.person_years[city] / PERSON_YEARS_OF_A_RATE

        def log_tail(rate, k=needed, e=exposure):
            return np.log(np.maximum(special.betainc(k, shape, rate * e / (rate * e + shape)), 1e-300))

        assert found[city] == pytest.approx(brute_force(log_tail, country, deviation), abs=2e-3)


def test_between_the_points_of_the_lattice_the_probability_of_being_listed_is_smooth(three):
    # Draws fall between the lattice's deviations and levels: each on its own is taken as the truth.
    generator = np.random.default_rng(1)
    levels, deviations = generator.uniform(2.5, 4.5, 200), generator.uniform(0.1, 1.2, 200)
    together = list_cut_off.log_probability_of_listing(three, np.tile(levels, (3, 1)), deviations, 0.3)
    alone = [
        list_cut_off.log_probability_of_listing(three, np.full((3, 1), level), np.array([deviation]), 0.3)[:, 0]
        for level, deviation in zip(levels, deviations, strict=True)
    ]
    np.testing.assert_allclose(together, np.transpose(alone), atol=0.01)


def test_with_hardly_an_extra_spread_the_negative_binomial_list_is_the_poisson_one(three):
    levels, deviation = np.full((3, 1), 3.3), np.array([0.4])
    poisson = list_cut_off.log_likelihood(three, levels, deviation, rule=True)
    # At a spread of 3% the largest city's noise is twice that of its Poisson count, beside a deviation of 40%.
    overdispersed = list_cut_off.log_likelihood(three, levels, deviation, rule=True, extra_deviation=0.03)
    np.testing.assert_allclose(overdispersed, poisson, atol=0.02)


def test_with_the_rule_the_levels_of_countries_fall_and_their_intervals_widen(table_sample):
    listed = list_cut_off.list_cities(table_sample, 42.4)
    without, with_rule = (
        list_cut_off.fit_listed(
            listed, CityPriors(20, 1, 1, 0.5), rule=rule, draws=2_000, seed=1, sizes=level_grid.SIMULATED
        )
        for rule in (False, True)
    )
    table = list_cut_off.compare_country_levels(without, with_rule, table_sample, 0.95)
    assert (table["change_percent"] < 0).all()
    width = {name: np.log(table[f"{name}_upper"] / table[f"{name}_lower"]) for name in ("rate_without", "rate_with")}
    assert (width["rate_with"] > width["rate_without"]).all()
    lower, middle, upper = list_cut_off.mean_country_shift(without, with_rule, 0.95)
    assert 0 < lower < middle < upper


def test_a_cut_off_far_below_the_list_changes_nothing(small_sample, priors):
    listed = list_cut_off.list_cities(small_sample, 0.01)
    without, with_rule = (
        stacked(list_cut_off.fit_listed(listed, priors, rule=rule, draws=2_000, seed=1).posterior, "overall_log_rate")
        for rule in (False, True)
    )
    np.testing.assert_allclose(without.mean(), with_rule.mean(), atol=0.01)
