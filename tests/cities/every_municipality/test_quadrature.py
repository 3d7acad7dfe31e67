"""Places integrated out by a dozen nodes: against a dense grid, finite differences and the model's own density."""

import numpy as np
import pytest
from scipy import special, stats

from citizen_security.cities.every_municipality.quadrature import (
    Counts,
    UpperLevels,
    draw_places_given,
    integrate_places,
    nodes,
)
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, simulate_municipalities
from citizen_security.cities.every_municipality.table import build_panel

COUNTRY = SimulatedCountry(places=40, groups=3, years=6, extra_variation=0.3, trend_deviation=0.5, seed=3)
GRID = 400


@pytest.fixture(scope="module")
def counts():
    table, _ = simulate_municipalities(COUNTRY)
    # A year that the table does not have, and a large city among small places.
    table.loc[table["place"] == table["place"].iloc[0], "homicides"] *= 8
    return Counts.of(build_panel(table.drop(index=[20])))


@pytest.fixture(scope="module")
def upper():
    years = np.array([0.1, -0.2, 0.0, 0.15, -0.1, 0.05])
    return UpperLevels(np.log([10.0, 20.0, 15.0]), years, 0.6, 0.4, 0.3)


@pytest.fixture(scope="module")
def dense(counts, upper):
    """Log density of each place on a grid of departures and trends, and the grid."""
    departure = np.linspace(-5, 5, GRID)[:, None] * upper.place_deviation
    trend = np.linspace(-6, 6, GRID)[None, :] * upper.trend_deviation
    shape = upper.extra_variation**-2
    places = []
    for place, group in enumerate(counts.group):
        known = counts.exposure[place] > 0
        log_rate = upper.log_group_rate[group] + departure[..., None] + trend[..., None] * counts.time[known]
        expected = counts.exposure[place, known] * np.exp(log_rate + upper.year_effect[known])
        found = stats.nbinom.logpmf(counts.homicides[place, known], shape, shape / (shape + expected)).sum(axis=-1)
        prior = stats.norm.logpdf(departure, scale=upper.place_deviation)
        places.append(found + prior + stats.norm.logpdf(trend, scale=upper.trend_deviation))
    return np.stack(places), departure, trend


def constant(counts, upper):
    """What the integral leaves out: gamma functions, and the normal constant of two variables a place."""
    shape = upper.extra_variation**-2
    known = counts.homicides[counts.exposure > 0]
    gammas = special.gammaln(known + shape) - special.gammaln(shape) - special.gammaln(known + 1)
    exposure = counts.exposure[counts.exposure > 0]
    return (gammas + known * np.log(exposure / shape)).sum() - len(counts.group) * np.log(2 * np.pi)


def test_the_integral_is_that_of_a_dense_grid(counts, upper, dense):
    terms, departure, trend = dense
    step = (departure[1, 0] - departure[0, 0]) * (trend[0, 1] - trend[0, 0])
    by_grid = (special.logsumexp(terms, axis=(1, 2)) + np.log(step)).sum()
    start = np.zeros((len(counts.group), 2))
    found, _, _ = integrate_places(counts, upper, start, nodes())
    # Forty places; an error of 0.001 in the log of each would not be seen in any weight.
    assert found + constant(counts, upper) == pytest.approx(by_grid, abs=0.02)
    fine, _, _ = integrate_places(counts, upper, start, nodes(15, 15))
    assert fine + constant(counts, upper) == pytest.approx(by_grid, abs=1e-4)


def test_where_the_search_begins_does_not_matter(counts, upper):
    found = [
        integrate_places(counts, upper, np.full((len(counts.group), 2), start), nodes())[0] for start in (-2, 0, 3)
    ]
    assert np.ptp(found) < 1e-4


def test_slopes_are_finite_differences(counts, upper):
    start = np.zeros((len(counts.group), 2))

    def density(changed):
        return integrate_places(counts, changed, start, nodes(15, 15))[0]

    slope = integrate_places(counts, upper, start, nodes(15, 15), slope=True)[2]
    for name in ("log_group_rate", "year_effect"):
        for position in range(len(getattr(upper, name))):
            step = np.zeros(len(getattr(upper, name)))
            step[position] = 1e-4
            ends = [replaced(upper, name, getattr(upper, name) + sign * step) for sign in (1, -1)]
            by_difference = (density(ends[0]) - density(ends[1])) / 2e-4
            assert getattr(slope, name)[position] == pytest.approx(by_difference, abs=1e-3)
    for name in ("place_deviation", "trend_deviation"):
        ends = [replaced(upper, name, getattr(upper, name) + change) for change in (1e-4, -1e-4)]
        assert getattr(slope, name) == pytest.approx((density(ends[0]) - density(ends[1])) / 2e-4, abs=1e-3)
    shape = upper.extra_variation**-2
    ends = [replaced(upper, "extra_variation", (shape + change) ** -0.5) for change in (1e-3, -1e-3)]
    # Counts enter the integral as powers of expectation over shape, so that the shape moves a sum of logs as well.
    assert slope.shape == pytest.approx((density(ends[0]) - density(ends[1])) / 2e-3, abs=1e-3)


def replaced(upper, name, value):
    return UpperLevels(**{**vars(upper), name: value})


@pytest.mark.slow
def test_draws_have_the_moments_of_the_dense_grid(counts, upper, dense):
    terms, departure, trend = dense
    weights = special.softmax(terms, axis=(1, 2))
    generator, start = np.random.default_rng(5), np.zeros((len(counts.group), 2))
    draws = np.stack([draw_places_given(counts, upper, start, generator) for _ in range(2_000)])
    for column, values in enumerate((departure, trend)):
        mean = (weights * values).sum(axis=(1, 2))
        deviation = np.sqrt((weights * values**2).sum(axis=(1, 2)) - mean**2)
        # Four standard errors, and a hundredth of a deviation for choosing among no more than sixteen.
        allowed = deviation * (4 / np.sqrt(len(draws)) + 0.01)
        assert (np.abs(draws[..., column].mean(axis=0) - mean) < allowed).all()
        assert draws[..., column].std(axis=0) == pytest.approx(deviation, rel=0.06)


def test_a_deviation_of_almost_nothing_does_not_break_the_integral(counts, upper):
    still = UpperLevels(upper.log_group_rate, upper.year_effect, 1e-3, 1e-3, 1e-3)
    found, peaks, _ = integrate_places(counts, still, np.zeros((len(counts.group), 2)), nodes())
    # Without any variation of places the density is the Poisson one.
    expected = counts.exposure * np.exp(still.log_group_rate[counts.group][:, None] + still.year_effect)
    log_rate = still.log_group_rate[counts.group][:, None] + still.year_effect
    poisson = (counts.homicides * log_rate - expected).sum() + len(counts.group) * np.log(2 * np.pi)
    # The large city's surprising counts move even a place of so little freedom a bit.
    assert np.abs(peaks).max() < 0.01
    assert found == pytest.approx(poisson, rel=2e-3)
