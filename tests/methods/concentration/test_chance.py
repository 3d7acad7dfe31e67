"""What chance gives: if it were wrong, noise would be sold as concentration, or concentration dismissed as noise."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from citizen_security.methods.concentration.chance import compare_with_chance, concentration_by_window
from citizen_security.methods.concentration.equal_risk import (
    draw_equal_risk,
    events_for_occupied,
    expected_generalised_gini,
    expected_gini,
    occupied_places,
)
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
from citizen_security.methods.concentration.measures import generalised_gini, gini, measure_concentration, place_share


def every_outcome(places, homicides):
    """Counts of all equally likely ways in which events can fall."""
    ways = itertools.product(range(places), repeat=homicides)
    return np.array([np.bincount(way, minlength=places) for way in ways])


@pytest.mark.parametrize(("places", "homicides"), [(2, 1), (2, 5), (3, 4), (4, 3), (5, 5), (6, 2)])
def test_exact_expectations_are_those_of_all_outcomes_counted_out(places, homicides):
    outcomes = every_outcome(places, homicides)
    # Rounding of sums over a few thousand outcomes.
    assert expected_gini(places, homicides) == pytest.approx(gini(outcomes).mean(), abs=1e-10)
    assert expected_generalised_gini(places, homicides) == pytest.approx(generalised_gini(outcomes).mean(), abs=1e-10)
    occupied = (outcomes > 0).sum(axis=1)
    assert occupied_places(places, homicides) == pytest.approx((occupied.mean(), occupied.std()), abs=1e-10)


def test_two_coins_by_hand():
    # Two events in two places: together (Gini ½) or apart (0), equally often.
    assert expected_gini(2, 2) == pytest.approx(0.25)
    assert occupied_places(2, 2) == pytest.approx((1.5, 0.5))
    assert occupied_places(1, 3) == pytest.approx((1, 0))


def test_simulated_chance_has_the_exact_mean_where_counting_out_is_impossible():
    drawn = draw_equal_risk(800, np.ones(72), 2_000, np.random.default_rng(1))
    assert (drawn.sum(axis=1) == 800).all()
    found = gini(drawn)
    # Four standard errors of the simulated mean.
    assert found.mean() == pytest.approx(expected_gini(72, 800), abs=4 * found.std() / math.sqrt(2_000))


def test_the_generalised_gini_of_pure_chance_is_far_from_zero():
    # The point of the whole page: 72 places, 72 events, no place worse than another. A Poisson count of mean 1 has a
    # Gini of e⁻² (I₀(2) + I₁(2)), the limit of many places.
    limit = math.exp(-2) * (2.2795853023 + 1.5906368546)
    assert expected_generalised_gini(100_000, 100_000) == pytest.approx(limit, abs=1e-4)
    assert expected_generalised_gini(72, 72) > 0.5


@given(st.integers(2, 400), st.integers(1, 400))
def test_events_and_occupied_places_invert_each_other(places, homicides):
    mean, deviation = occupied_places(places, homicides)
    assert 0 < mean <= min(places, homicides) + 1e-9
    assert deviation >= 0
    if mean < places * (1 - 1e-9):
        assert events_for_occupied(places, mean) == pytest.approx(homicides, rel=1e-4)


def test_the_gamma_distributions_concentration_is_the_known_one():
    # Shape 1 is the exponential: Gini ½, and p − p log p = ½ solved by hand. Shape ½: 2/π.
    assert gamma_gini(1.0) == pytest.approx(0.5)
    assert gamma_gini(0.5) == pytest.approx(2 / math.pi)
    assert gamma_gini(math.inf) == 0
    held = gamma_place_share(1.0)
    assert held * (1 - math.log(held)) == pytest.approx(0.5)
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


def test_with_large_counts_risk_is_what_was_counted_and_chance_what_is_expected():
    counts = np.array([50_000, 20_000, 20_000, 5_000, 5_000])
    table = compare_with_chance(counts, None, share=0.5, credible_level=0.95, draws=500, seed=1)
    # Counts of thousands leave less than a per cent to chance.
    assert table.loc["gini", "risk"] == pytest.approx(table.loc["gini", "observed"], abs=0.01)
    assert table.loc["gini", "chance"] == pytest.approx(expected_gini(5, 100_000), abs=0.001)
    assert table.loc["gini", "excess"] == pytest.approx(table.loc["gini", "observed"] - table.loc["gini", "chance"])
    people = np.array([5.0, 2, 2, 0.5, 0.5])
    equal = compare_with_chance(counts, people, share=0.5, credible_level=0.95, draws=500, seed=1)
    assert equal.loc["gini", "observed"] == pytest.approx(0, abs=1e-9)
    assert "generalised_gini" not in equal.index


@pytest.mark.slow
def test_intervals_hold_the_concentration_of_the_very_risks_behind_sparse_counts_as_often_as_they_say():
    generator = np.random.default_rng(4)
    simulations, level, covered, repeated, above = 80, 0.9, 0, 0, 0
    for number in range(simulations):
        risks = generator.gamma(3.0, 1 / 3.0, size=72) * 2
        counts, again = generator.poisson(risks), generator.poisson(risks)
        row = compare_with_chance(counts, None, share=0.5, credible_level=level, draws=300, seed=number).loc["gini"]
        covered += row["risk_lower"] <= float(gini(risks)) <= row["risk_upper"]
        repeated += row["repeat_lower"] <= float(gini(again)) <= row["repeat_upper"]
        above += row["observed"] > row["risk"]
    # Three standard errors of a share of 80.
    error = 3 * math.sqrt(level * (1 - level) / simulations)
    assert covered / simulations == pytest.approx(level, abs=error)
    assert repeated / simulations == pytest.approx(level, abs=error)
    assert above == simulations


def test_risk_is_not_sparse_so_its_two_coefficients_are_one():
    counts = np.array([3, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    table = compare_with_chance(counts, None, share=0.5, credible_level=0.9, draws=300, seed=1)
    assert table.loc["generalised_gini", "risk"] == table.loc["gini", "risk"]
    assert table.loc["generalised_gini", "observed"] == pytest.approx(0.56)


def test_the_window_changes_what_is_counted_but_not_the_risk():
    differences = []
    for seed in range(8):
        generator = np.random.default_rng(100 + seed)
        panel = generator.poisson(generator.gamma(2.0, 0.5, size=72), size=(48, 72))
        windows = concentration_by_window(panel, [1, 12, 48], confidence_level=0.95, draws=200, seed=1)
        assert (np.diff(windows["gini"]) < -0.01).all()
        assert windows["chance_gini"].tolist() == sorted(windows["chance_gini"], reverse=True)
        short, long = windows.iloc[0], windows.iloc[-1]
        assert long["gini"] == pytest.approx(float(gini(panel.sum(axis=0))))
        assert short["gini"] - long["gini"] > 0.15
        assert short["risk_lower"] < long["risk_upper"]
        assert long["risk_lower"] < short["risk_upper"]
        differences.append(short["risk_gini"] - long["risk_gini"])
    # A draw of 72 risks is never quite gamma, and short windows see its variance, long ones its shape: each panel may
    # differ by some hundredths, the mean of eight by less than a tenth of what the counts differ.
    assert np.mean(differences) == pytest.approx(0, abs=0.015)


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


def test_a_window_that_does_not_divide_the_record_drops_the_oldest_months():
    panel = np.vstack([np.full((1, 3), 100), np.arange(12).reshape(4, 3)])
    row = concentration_by_window(panel, [2], confidence_level=0.95, draws=50, seed=1).iloc[0]
    assert row["windows"] == 2
    assert row["homicides"] == pytest.approx(np.arange(12).sum() / 2)


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
