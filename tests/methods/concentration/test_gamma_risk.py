"""Gamma risk: exact formulas, and its inequality found through Poisson noise."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from citizen_security.methods.concentration.equal_risk import expected_gini, occupied_places
from citizen_security.methods.concentration.gamma_risk import (
    GINI_GRID,
    draw_risks,
    fit_gamma_risk,
    gamma_gini,
    gamma_place_share,
    gamma_shape,
    scatter_events,
    shape_from_occupied,
    simulate_gamma_places,
)
from citizen_security.methods.concentration.measures import gini, measure_concentration, place_share


def test_the_gamma_distributions_concentration_is_the_known_one():
    # Shape 1 is the exponential: Gini ½, and a share p of places holds p − p log p. Shape ½: 2/π.
    assert gamma_gini(1.0) == pytest.approx(0.5)
    assert gamma_gini(0.5) == pytest.approx(2 / math.pi)
    assert gamma_gini(math.inf) == 0
    for share in (0.2, 0.5):
        held = gamma_place_share(1.0, share)
        assert held * (1 - math.log(held)) == pytest.approx(share)
    assert gamma_place_share(math.inf, 0.3) == 0.3
    assert gamma_shape(0.0) == math.inf


@pytest.mark.parametrize("shape", [0.3, 1.7, 20.0])
def test_integrals_and_a_large_sample_agree_with_the_gamma_formulas(shape):
    known = stats.gamma(shape, scale=1 / shape)
    by_integral = integrate.quad(lambda x: known.cdf(x) * known.sf(x), 0, np.inf, limit=200)[0]
    # Accuracy of the quadrature near 0, where the density of small shapes is infinite.
    assert gamma_gini(shape) == pytest.approx(by_integral, abs=1e-6)
    assert gamma_shape(float(gamma_gini(shape))) == pytest.approx(shape, rel=1e-6)
    sample = known.rvs(400_000, random_state=3)
    # About five standard errors of a sample of this size.
    assert gini(sample) == pytest.approx(float(gamma_gini(shape)), abs=0.004)
    assert place_share(sample) == pytest.approx(gamma_place_share(shape), abs=0.004)


def test_the_likelihood_is_the_negative_binomial_of_a_second_program():
    counts, people = np.array([0, 3, 1, 9, 2]), np.array([1.0, 2.0, 1.0, 3.0, 1.0])
    fit = fit_gamma_risk(counts, people)

    def profile(coefficient):
        shape, best = gamma_shape(coefficient), -np.inf
        for rate in np.linspace(0.5, 5, 4001) * 1.0:
            means = rate * people / people.mean()
            logs = [
                math.lgamma(n + shape)
                - math.lgamma(shape)
                - math.lgamma(n + 1)
                + shape * math.log(shape / (shape + m))
                + n * math.log(m / (shape + m))
                for n, m in zip(counts.tolist(), means.tolist(), strict=True)
            ]
            best = max(best, sum(logs))
        return best

    low, high = 100, 240
    ratio = math.log(fit.weights[low] / fit.weights[high])
    # The second program walks along rates in steps of about a thousandth.
    assert ratio == pytest.approx(profile(GINI_GRID[low]) - profile(GINI_GRID[high]), abs=1e-4)


def test_sparse_counts_of_equal_risk_are_not_taken_for_unequal_risk():
    generator = np.random.default_rng(5)
    counts = generator.poisson(1.0, size=(60, 72))
    lower, upper = fit_gamma_risk(counts).quantile([0.025, 0.975])
    assert gini(counts).mean() > 0.5
    assert lower < 0.05
    assert upper < 0.2


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "mean"), [(0.5, 2.0), (2.0, 1.0), (5.0, 20.0)])
def test_the_inequality_of_risk_is_recovered_through_poisson_noise_with_the_coverage_it_promises(shape, mean):
    generator = np.random.default_rng(8)
    people = generator.lognormal(sigma=0.8, size=120)
    exposure = people / people.mean()
    simulations, level, truth = 80, 0.9, float(gamma_gini(shape))
    middles, covered = [], 0
    for _ in range(simulations):
        risks = generator.gamma(shape, 1 / shape, size=120)
        fit = fit_gamma_risk(generator.poisson(mean * exposure * risks), people)
        lower, middle, upper = fit.quantile([0.05, 0.5, 0.95])
        middles.append(middle)
        covered += lower <= truth <= upper
    # Three standard errors of the share covered, and a bias below a quarter of the intervals' half width.
    assert covered / simulations == pytest.approx(level, abs=3 * math.sqrt(level * (1 - level) / simulations))
    assert np.mean(middles) == pytest.approx(truth, abs=0.25 * np.std(middles) * 1.645 + 0.004)


def test_risks_of_places_lie_between_their_counts_and_the_mean_and_are_summarised_right():
    counts = np.array([0, 1, 2, 4, 30])
    risks = draw_risks(fit_gamma_risk(counts), 4_000, np.random.default_rng(2))
    means = risks.mean(axis=0)
    assert (np.diff(means) > 0).all()
    assert means[0] > 0
    assert means[-1] < 30
    # The same risks by the conjugate formula at the most likely inequality: mean of (shape + n) / (shape / rate + 1).
    fit = fit_gamma_risk(counts)
    shapes = np.array([gamma_shape(value) for value in GINI_GRID])
    exact = (fit.weights * (shapes + 30) / (shapes / counts.mean() + 1)).sum()
    # Four standard errors of 4,000 draws.
    assert means[-1] == pytest.approx(exact, abs=4 * risks[:, -1].std() / math.sqrt(4_000))


@pytest.mark.slow
def test_places_that_come_back_every_month_are_not_counted_as_new_ones():
    generator = np.random.default_rng(7)
    truth, level, simulations, places_covered, months_covered = float(gamma_gini(2.0)), 0.9, 50, 0, 0
    for _ in range(simulations):
        panel = generator.poisson(generator.gamma(2.0, 0.5, size=72), size=(24, 72))
        fit = fit_gamma_risk(panel)
        lower, upper = np.quantile(fit.bootstrap(300, generator), [0.05, 0.95])
        places_covered += lower <= truth <= upper
        lower, upper = fit.quantile([0.05, 0.95])
        months_covered += lower <= truth <= upper
    # A percentile bootstrap of 72 places falls a few points short of nominal; three standard errors of 50 on top.
    assert places_covered / simulations > level - 0.05 - 3 * math.sqrt(level * (1 - level) / simulations)
    # What would be reported if every place and month were a new place.
    assert months_covered < places_covered - 5


def test_streets_of_equal_risk_meet_the_exact_occupancy():
    cities = simulate_gamma_places(20_000, 700, math.inf, share=0.5, draws=30, seed=1)
    mean, deviation = occupied_places(20_000, 700)
    # Four standard errors of thirty cities.
    assert cities["with_event"].mean() * 20_000 == pytest.approx(mean, abs=4 * deviation / math.sqrt(30))
    assert cities["gini"].mean() == pytest.approx(expected_gini(20_000, 700), abs=0.001)


def test_the_shape_that_fits_a_published_number_of_streets_gives_it_back():
    shape = shape_from_occupied(20_000, 700, 500)
    cities = simulate_gamma_places(20_000, 700, shape, share=0.5, draws=60, seed=2)
    spread = cities["with_event"].std() * 20_000
    # Four standard errors, and 1% for the fixed number of events, which the formula lets vary.
    assert cities["with_event"].mean() * 20_000 == pytest.approx(500, abs=4 * spread / math.sqrt(60) + 5)


def test_more_streets_than_chance_gives_are_equal_risk_and_impossible_numbers_are_refused():
    assert shape_from_occupied(1_000, 100, 99) == math.inf
    with pytest.raises(ValueError, match="at most 100"):
        shape_from_occupied(1_000, 100, 101)
    with pytest.raises(ValueError, match="above 0"):
        shape_from_occupied(1_000, 100, 0)


@given(st.integers(100, 2_000), st.integers(10, 500), st.sampled_from([math.inf, 1.0, 0.05]))
def test_every_homicide_of_a_simulated_city_has_a_street(streets, homicides, shape):
    counts = scatter_events(streets, homicides, shape, np.random.default_rng(streets))
    assert len(counts) == streets
    assert counts.sum() == homicides
    assert 0 < measure_concentration(counts)["place_share"].iloc[0] <= 0.5


def test_the_grid_is_one_of_equal_steps_that_leaves_both_ends_out():
    assert np.diff(GINI_GRID) == pytest.approx(1 / 400)
    assert GINI_GRID[[0, -1]].tolist() == pytest.approx([1 / 400, 399 / 400])


def test_the_mode_and_the_quantiles_are_those_of_the_weights():
    fit = fit_gamma_risk([0, 3, 1, 9, 2, 0, 14])
    assert fit.weights[fit.mode == GINI_GRID] == fit.weights.max()
    for probability in (0.1, 0.5, 0.8):
        (end,) = fit.quantile([probability])
        below = fit.weights[end > GINI_GRID].sum()
        # A step of the grid holds less than 2% of the weight.
        assert below == pytest.approx(probability, abs=0.02)


def test_a_single_place_has_its_own_counts_for_rates():
    fit = fit_gamma_risk([[3], [5]])
    assert fit.rates[:, [0, 200]].tolist() == [[3, 3], [5, 5]]


@pytest.mark.parametrize("wrong", [-0.1, 1.5, math.nan])
def test_no_share_or_probability_lies_beyond_0_and_1(wrong):
    with pytest.raises(ValueError, match="share"):
        gamma_place_share(2.0, wrong)
    with pytest.raises(ValueError, match="probability"):
        fit_gamma_risk([0, 3, 1]).quantile([wrong])
