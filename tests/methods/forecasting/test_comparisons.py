"""Differences of scores are as uncertain as units and periods make them."""

import numpy as np
import pytest

from citizen_security.methods.forecasting.comparisons import mean_interval, resampled_sums


def test_units_and_periods_are_drawn_each_by_itself():
    unit, period = np.repeat(["A", "B", "C"], 2), np.tile([2012, 2015], 3)
    values = np.column_stack([np.arange(6.0), np.ones(6)])
    sums = resampled_sums(values, np.full(6, "x"), unit, period, 400, 5)
    assert set(np.round(sums[:, 1])) == {6.0}  # every sample has as many units and periods as there are
    generator = np.random.default_rng(5)
    units = generator.multinomial(3, np.full(3, 1 / 3), 400)
    periods = generator.multinomial(2, np.full(2, 1 / 2), 400)
    by_hand = [(np.outer(u, p) * np.arange(6).reshape(3, 2)).sum() for u, p in zip(units, periods, strict=True)]
    np.testing.assert_allclose(sums[:, 0], by_hand)


def test_rows_may_come_in_any_order_and_units_of_groups_may_share_names():
    generator = np.random.default_rng(2)
    group, unit, period = np.repeat([1, 2], 12), np.tile(np.repeat([1, 2, 3], 4), 2), np.tile([1, 2, 3, 4], 6)
    values = generator.normal(size=(24, 1))
    order = generator.permutation(24)
    one = resampled_sums(values, group, unit, period, 50, 1)
    other = resampled_sums(values[order], group[order], unit[order], period[order], 50, 1)
    np.testing.assert_allclose(one, other, atol=1e-12)


def crossed(units, periods, deviation_of_unit, deviation_of_period, generator):
    """Rows of a rectangle with effects of units, of periods, and noise."""
    table = (
        deviation_of_unit * generator.standard_normal((units, 1))
        + deviation_of_period * generator.standard_normal(periods)
        + 0.5 * generator.standard_normal((units, periods))
    )
    rows = np.indices(table.shape).reshape(2, -1)
    return table.ravel(), np.zeros(table.size, int), *rows


@pytest.mark.parametrize(("of_unit", "of_period"), [(1.0, 0.3), (0.2, 1.0)])
def test_intervals_hold_a_true_mean_as_often_as_they_say_where_units_and_periods_have_effects(of_unit, of_period):
    generator = np.random.default_rng(8)
    held = 0
    for seed in range(300):
        _, (lower, upper) = mean_interval(*crossed(25, 20, of_unit, of_period, generator), 0.8, 300, seed)
        held += lower < 0 < upper
    # 80% within sampling error of 2.3%, a little less for percentiles of 20 periods; rows taken for independent
    # observations would give intervals a fifth to a quarter as long, which hold some 20%.
    assert held / 300 == pytest.approx(0.79, abs=0.06)


def test_the_mean_is_of_all_rows_and_a_higher_level_is_wider():
    rows = crossed(9, 4, 1.0, 1.0, np.random.default_rng(4))
    mean, narrow = mean_interval(*rows, 0.5, 500, 1)
    assert mean == pytest.approx(rows[0].mean())
    wide = mean_interval(*rows, 0.95, 500, 1)[1]
    assert wide[0] < narrow[0] < mean < narrow[1] < wide[1]
