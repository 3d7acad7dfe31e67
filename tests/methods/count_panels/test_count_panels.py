"""Count panels: against one dense field of all log rates, against their differences, calibrated by simulation."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from methods.count_panel_simulations import TIMES, TRUE, drawn
from methods.count_panels.dense import dense_field, dense_moments
from scipy import integrate, stats

from citizen_security.methods.count_panels import deviations
from citizen_security.methods.count_panels.covariances import NATION_LEVEL, Deviations, covariances, walk
from citizen_security.methods.count_panels.deviations import (
    MEDIAN_WAVE_LENGTH,
    START,
    NoStandIns,
    from_line,
    log_integral_slope,
    log_prior,
    most_likely,
    to_line,
)
from citizen_security.methods.count_panels.paths import draw_paths
from citizen_security.methods.count_panels.propagation import CountPanel, first_sites, propagate


@pytest.fixture
def small():
    panel, _, _ = drawn(6, 2, TRUE, np.random.default_rng(4), middling=0.3)
    exposure = panel.exposure.copy()
    exposure[2, 1] = 0.0
    return replace(panel, exposure=exposure, counts=np.where(exposure > 0, panel.counts, 0.0))


def test_places_groups_and_nation_nested_are_one_field_of_all_log_rates(small):
    state = propagate(small, covariances(TRUE, small.times, small.size), first_sites(small), 1e-8)
    mean, variance, evidence = dense_field(small, TRUE)
    seen = small.exposure > 0
    assert state.mean[seen] == pytest.approx(mean, abs=1e-3)
    assert state.variance[seen] == pytest.approx(variance, rel=1e-2)
    assert state.log_integral == pytest.approx(evidence, abs=2e-3)


def test_of_one_count_the_integral_is_that_of_quadrature():
    panel = CountPanel(np.array([[3.0]]), np.array([[0.1]]), np.zeros(1, int), 1, np.array([2020.0]), np.log(15.0))
    only = Deviations(0.7, 1e-6, 1e-6, 3.0, 1e-6, 0.0, 1e-6, 1e-6, 1e-6)
    state = propagate(panel, covariances(only, panel.times, panel.size), first_sites(panel), 1e-10)
    deviation = np.hypot(0.7, NATION_LEVEL)

    def density(x, power=0):
        return x**power * stats.norm.pdf(x, 0, deviation) * np.exp(3 * x - 1.5 * np.exp(x))

    total, first, second = (integrate.quad(density, -12, 12, args=(power,))[0] for power in range(3))
    assert state.log_integral == pytest.approx(np.log(total), abs=1e-5)
    assert state.mean[0, 0] == pytest.approx(first / total, abs=1e-5)
    assert state.variance[0, 0] == pytest.approx(second / total - (first / total) ** 2, rel=1e-4)


@pytest.mark.parametrize("at", [START, TRUE])
def test_the_slope_of_the_log_integral_is_that_of_its_differences(at):
    panel, _, _ = drawn(40, 4, TRUE, np.random.default_rng(1), middling=0.5)
    line = to_line(at)
    shaped = covariances(at, panel.times, panel.size)
    state = propagate(panel, shaped, first_sites(panel), 1e-7)
    slopes = log_integral_slope(panel, at, shaped, state)
    for index in range(len(line)):
        step = np.zeros(len(line))
        step[index] = 1e-3
        ends = []
        for moved in (line + step, line - step):
            there = covariances(from_line(moved), panel.times, panel.size)
            ends.append(propagate(panel, there, state.sites, 1e-7).log_integral)
        assert slopes[index] == pytest.approx((ends[0] - ends[1]) / 2e-3, abs=5e-3, rel=5e-3)


def test_the_slope_of_the_prior_is_that_of_its_differences():
    line = to_line(TRUE._replace(mixing=0.3))
    for index in range(len(line)):
        step = np.zeros(len(line))
        step[index] = 1e-5
        up, down = log_prior(line + step)[0].sum(), log_prior(line - step)[0].sum()
        assert log_prior(line)[1][index] == pytest.approx((up - down) / 2e-5, abs=1e-6)


def test_coordinates_are_found_again():
    assert from_line(to_line(TRUE)) == pytest.approx(TRUE)
    other = from_line(to_line(TRUE._replace(size_exponent=-0.3, mixing=0.2)))
    assert (other.size_exponent, other.mixing) == pytest.approx((-0.3, 0.2))


def test_a_walk_grows_with_the_calendar_and_a_missing_year_is_a_gap():
    assert walk(np.array([2000.0, 2002, 2019]))[1:, 1:].tolist() == [[2, 2], [2, 19]]
    near = covariances(TRUE, np.array([2019.0, 2020]), np.zeros(1)).waves[0, 1]
    far = covariances(TRUE, np.array([2019.0, 2021]), np.zeros(1)).waves[0, 1]
    assert far / near == pytest.approx(np.exp(-1 / TRUE.wave_length))
    scale = covariances(TRUE, TIMES, np.log([1.0, 16.0])).scale
    assert scale[1] / scale[0] == pytest.approx(16 ** (-2 * TRUE.size_exponent))


def test_a_year_that_nobody_has_changes_nothing(small):
    wider = replace(
        small,
        counts=np.insert(small.counts, 3, 0.0, axis=1),
        exposure=np.insert(small.exposure, 3, 0.0, axis=1),
        times=np.insert(small.times, 3, 2018.0),
    )
    plain, more = (
        propagate(each, covariances(TRUE, each.times, small.size), first_sites(each), 1e-7) for each in (small, wider)
    )
    assert more.log_integral == pytest.approx(plain.log_integral, abs=1e-6)
    assert np.delete(more.mean, 3, axis=1) == pytest.approx(plain.mean, abs=1e-6)


def test_the_order_of_places_and_the_number_of_parts_change_nothing():
    panel, _, _ = drawn(450, 5, TRUE, np.random.default_rng(2))
    order = np.random.default_rng(3).permutation(450)
    mixed = replace(panel, counts=panel.counts[order], exposure=panel.exposure[order], group=panel.group[order])
    plain, shuffled = (
        propagate(each, covariances(TRUE, each.times, each.size), first_sites(each), 1e-7) for each in (panel, mixed)
    )
    assert shuffled.log_integral == pytest.approx(plain.log_integral, rel=1e-9)
    assert shuffled.mean == pytest.approx(plain.mean[order], abs=1e-4)


def test_drawn_paths_have_the_moments_of_the_field_and_leave_the_noise_of_a_year_out(small):
    shaped = covariances(TRUE, small.times, small.size)
    state = propagate(small, shaped, first_sites(small), 1e-8)
    generator = np.random.default_rng(5)
    paths = draw_paths(small, TRUE, state.sites, np.array([2021.0, 2022.0]), 40_000, generator)
    # A noiseless copy of the last year: its covariance with the counts is that of the field less the noise.
    dense = dense_moments(small, TRUE, state.sites, np.array([2021.0, 2022.0]))
    assert paths.mean(axis=0) == pytest.approx(dense[0], abs=0.02)
    assert paths.std(axis=0) == pytest.approx(dense[1], rel=0.02)
    between = np.corrcoef(paths[:, 0, 1], paths[:, 2, 1])[0, 1]
    assert between == pytest.approx(dense[2], abs=0.02)


def test_the_deviations_of_a_large_panel_are_found_again():
    panel, _, _ = drawn(1_500, 20, TRUE, np.random.default_rng(6), times=np.arange(2005.0, 2021), middling=4.0)
    found = most_likely(panel).deviations
    # Loose for what few groups and one nation say little of.
    for name, slack in {"place": 0.1, "wave": 0.12, "noise": 0.15, "group": 0.35, "place_drift": 0.25}.items():
        assert getattr(found, name) == pytest.approx(getattr(TRUE, name), rel=slack)
    assert found.size_exponent == pytest.approx(TRUE.size_exponent, abs=0.04)


def test_what_a_panel_cannot_have_is_absent():
    generator = np.random.default_rng(7)
    one_group = most_likely(drawn(60, 1, TRUE, generator)[0]).deviations
    assert (one_group.group, one_group.group_drift) == pytest.approx((1e-6, 1e-6))
    one_year = most_likely(drawn(60, 3, TRUE, generator, times=np.array([2020.0]))[0]).deviations
    assert (one_year.wave, one_year.noise, one_year.nation_drift) == pytest.approx((1e-6,) * 3)
    assert one_year.wave_length == pytest.approx(MEDIAN_WAVE_LENGTH)
    assert one_year.place > 0.1


def test_counts_that_no_stand_in_fits_are_named(monkeypatch):
    panel, _, _ = drawn(20, 2, TRUE, np.random.default_rng(9))
    monkeypatch.setattr(deviations, "propagate", lambda *_: SimpleNamespace(log_integral=np.nan))
    with pytest.raises(NoStandIns, match="no normal stand-ins"):
        most_likely(panel)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"counts": np.full((6, 5), np.nan)}, "counts has nan"),
        ({"counts": np.full((6, 5), -1.0)}, "counts has -1"),
        ({"exposure": np.zeros((6, 5))}, "counts stand where exposure is zero"),
        ({"exposure": np.ones((6, 4))}, "counts \\(6, 5\\), exposure \\(6, 4\\)"),
        ({"times": np.arange(4.0)}, "for 6 places and 4 times"),
        ({"group": np.full(6, 2)}, "none of 0 to 1"),
    ],
)
def test_a_panel_that_makes_no_sense_is_refused(small, changed, said):
    with pytest.raises(ValueError, match=said):
        replace(small, **changed)


def chi_square(ranks, bins=10):
    """Probability of so uneven ranks, which lie between 0 and 1."""
    return stats.chisquare(
        np.bincount((np.asarray(ranks) * bins).astype(int).clip(max=bins - 1), minlength=bins)
    ).pvalue


@pytest.mark.slow
@pytest.mark.parametrize("middling", [0.05, 0.6])
def test_ranks_of_the_truth_are_even_for_places_and_for_what_is_added_up(middling):
    """Simulation-based calibration at known deviations: counts of about one, and of about ten.

    Stand-ins with the same peak in place of the same moments put every log rate too high: the country's mean then
    lies low among its draws in nearly every table.
    """
    generator = np.random.default_rng(10)
    places, country, change = [], [], []
    for _ in range(200):
        panel, signal, _ = drawn(40, 4, TRUE, generator, middling=middling)
        state = propagate(panel, covariances(TRUE, panel.times, panel.size), first_sites(panel))
        paths = draw_paths(panel, TRUE, state.sites, panel.times[[0, -1]], 300, generator)
        true = signal[:, [0, -1]]
        places.append((paths[:, 7, 1] < true[7, 1]).mean())
        country.append((paths[..., 1].mean(axis=1) < true[:, 1].mean()).mean())
        moved, true_moved = (each[..., 1] - each[..., 0] for each in (paths, true))
        change.append((moved.mean(axis=1) < true_moved.mean()).mean())
    for ranks in (places, country, change):
        assert chi_square(ranks) > 0.002
        # The band of the whole distribution of the ranks, by Kolmogorov and Smirnov.
        assert stats.kstest(ranks, "uniform").pvalue > 0.002
