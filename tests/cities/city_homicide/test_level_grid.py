"""The grid cuts off nothing, a finer one says the same, and cities' own levels are drawn exactly."""

import arviz as az
import numpy as np
import pytest

from citizen_security.cities.city_homicide import level_grid, list_cut_off
from citizen_security.cities.city_homicide.model import CityPriors, stacked


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
    assert coarse.log_evidence == pytest.approx(fine.log_evidence, abs=0.01)
    for name in ("overall_log_rate", "country_deviation", "city_deviation"):
        one, other = stacked(coarse.posterior, name), stacked(fine.posterior, name)
        # Two means of 4,000 draws differ by 0.022 deviations; four of these errors are allowed.
        assert one.mean() == pytest.approx(other.mean(), abs=0.09 * other.std())


def test_draws_from_the_grid_are_independent(exact):
    sizes = az.ess(exact.posterior["posterior"].to_dataset())
    # 20,000 draws; the estimate itself has an error of some 2%, and the least of 19 is taken.
    assert min(float(values.min()) for values in sizes.data_vars.values()) > 17_500


@pytest.mark.parametrize(("count", "centre", "deviation"), [(1, 3.0, 0.5), (1, -2.0, 2.0), (5, 0.0, 0.3), (2000, 7, 1)])
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
