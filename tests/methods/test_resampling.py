"""Draws of clusters: a cluster too often or too seldom would show in every interval of the book."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from citizen_security.methods import resampling

RNG = np.random.default_rng


def test_counts_of_a_draw_are_those_of_units_drawn_with_replacement():
    counts = resampling.drawn_counts(3, 60_000, RNG(1))
    assert (counts.sum(axis=1) == 3).all()
    found = {key: (counts == key).all(axis=1).mean() for key in [(3, 0, 0), (1, 1, 1), (0, 2, 1)]}
    # By hand: 1/27, 6/27 and 3/27. Four binomial standard errors of 60,000 draws are below 0.007.
    assert found == pytest.approx({(3, 0, 0): 1 / 27, (1, 1, 1): 6 / 27, (0, 2, 1): 3 / 27}, abs=0.007)


def test_positions_are_uniform_and_independent():
    drawn = resampling.drawn_positions(4, 20_000, RNG(2))
    pairs = np.bincount(4 * drawn[:, 0] + drawn[:, 3], minlength=16)
    assert stats.chisquare(pairs).pvalue > 1e-4  # a fixed seed; it was not chosen
    assert drawn.shape == (20_000, 4)


def test_groups_keep_their_size_and_their_members():
    groups = [np.array([0, 4]), np.array([1, 2, 3])]
    drawn = list(resampling.drawn_within_groups(groups, 2_000, RNG(3)))
    assert len(drawn) == 2_000
    assert all(set(rows[:2]) <= {0, 4} and set(rows[2:]) <= {1, 2, 3} for rows in drawn)
    # Each of three with probability one third: four standard errors over 6,000 are 0.024.
    assert np.mean([(rows[2:] == 1).mean() for rows in drawn]) == pytest.approx(1 / 3, abs=0.024)


def test_few_units_are_resampled_in_every_way_and_many_at_random():
    every = resampling.all_or_random_resamples(3, 10, 1)
    assert sorted(map(tuple, every)) == sorted(product(range(3), repeat=3))
    assert len(resampling.all_or_random_resamples(resampling.MOST_ENUMERATED, 10, 1)) == 6**6
    assert resampling.all_or_random_resamples(7, 10, 1).shape == (10, 7)


def test_random_resamples_agree_with_all_there_are():
    values = np.array([1.0, 2.0, 4.0, 8.0])
    exact = values[resampling.all_resamples(4)].mean(axis=1)
    positions = values[resampling.drawn_positions(4, 40_000, RNG(4))].mean(axis=1)
    counts = resampling.drawn_counts(4, 40_000, RNG(5)) @ values / 4
    # The standard error of a mean of 40,000 draws is 0.007, and of their spread less; four of those.
    for drawn in (positions, counts):
        assert drawn.mean() == pytest.approx(exact.mean(), abs=0.03)
        assert drawn.std() == pytest.approx(exact.std(), abs=0.03)


def test_all_sign_changes_are_all_different_and_begin_with_none():
    signs = resampling.all_sign_changes(4)
    assert sorted(map(tuple, signs)) == sorted(product((-1.0, 1.0), repeat=4))
    assert (signs[0] == 1).all()


@pytest.mark.parametrize("points", [resampling.WEBB, resampling.RADEMACHER])
def test_weights_have_mean_zero_and_variance_one(points):
    both = np.concatenate([-points, points])
    assert both.sum() == pytest.approx(0, abs=1e-15)
    assert (both**2).mean() == pytest.approx(1)
    drawn = resampling.symmetric_weights(points, (3, 20_000), RNG(6))
    found = np.array([(np.isclose(drawn, point)).mean() for point in both])
    # Four binomial standard errors of 60,000 are below 0.009.
    np.testing.assert_allclose(found, 1 / len(both), atol=0.009)


def test_the_streams_are_those_that_the_book_was_made_with():
    """Whoever changes how a number becomes a draw changes every interval in the book."""
    webb = resampling.WEBB
    points = webb[::-1]
    chosen = RNG(7).choice([*-points, *points], (5, 99))
    assert (resampling.symmetric_weights(points, (5, 99), RNG(7)) == chosen).all()
    assert (resampling.bootstrap_multipliers(5, 99, "webb", 7)[0] == _webb_by_position(webb)).all()
    coins = RNG(7).choice((-1.0, 1.0), size=(99, 5))
    assert (resampling.symmetric_weights(resampling.RADEMACHER, (99, 5), RNG(7)) == coins).all()
    groups, generator = [np.array([3, 1]), np.array([0, 2, 4])], RNG(7)
    for drawn in resampling.drawn_within_groups(groups, 9, RNG(7)):
        assert (drawn == np.concatenate([generator.choice(rows, size=len(rows)) for rows in groups])).all()


def _webb_by_position(webb):
    return np.concatenate([-webb, webb])[RNG(7).integers(6, size=(5, 99))]


def test_all_signs_are_used_only_where_they_are_no_more_than_the_draws():
    drawn, enumerated = resampling.bootstrap_multipliers(4, 16, "rademacher", 1)
    assert enumerated
    assert (resampling.all_sign_changes(4) == drawn.T).all()
    drawn, enumerated = resampling.bootstrap_multipliers(4, 15, "rademacher", 1)
    assert not enumerated
    assert drawn.shape == (4, 15)


def test_the_ratio_s_interval_is_that_of_clusters_and_not_of_rows():
    # Ten identical rows a cluster say no more than one: the interval must not shrink with their number.
    above, below = np.array([1.0, 2.0, 6.0, 3.0, 5.0]), np.array([2.0, 2.0, 8.0, 9.0, 5.0])
    one = resampling.clustered_ratio(above, below, np.arange(5), 0.9, 4_000, 1)
    rows = (np.repeat(values, 10) for values in (above, below, np.arange(5)))
    assert resampling.clustered_ratio(*rows, 0.9, 4_000, 1) == pytest.approx(one)
    assert one[0] == pytest.approx(17 / 26)


def test_the_ratio_s_interval_is_near_that_of_all_resamples():
    above, below = np.array([1.0, 2.0, 6.0, 3.0, 5.0]), np.array([2.0, 2.0, 8.0, 9.0, 5.0])
    every = resampling.all_resamples(5)
    exact = np.quantile(above[every].sum(axis=1) / below[every].sum(axis=1), [0.05, 0.95])
    _, *ends = resampling.clustered_ratio(above, below, np.array(list("abcde")), 0.9, 40_000, 2)
    # The ratios take few values near the ends, so that a quantile moves by steps of about 0.005.
    assert ends == pytest.approx(exact, abs=0.015)


def test_a_draw_without_a_denominator_is_passed_over():
    counts = np.array([[2, 0], [1, 1], [0, 2]])
    ratios = resampling.ratios_of_sums(np.array([1.0, 3.0]), np.array([0.0, 4.0]), counts)
    assert ratios == pytest.approx([1.0, 0.75])
