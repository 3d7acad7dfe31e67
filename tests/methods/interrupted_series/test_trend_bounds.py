"""Trends that bend: what they leave of an effect, and from where on nothing."""

import numpy as np
import pytest
from methods.interrupted_series.test_segments import series

from citizen_security.methods.interrupted_series.segments import fit_segments
from citizen_security.methods.interrupted_series.trend_bounds import trend_bounds

VALUES = series(1, periods=48, before=32, level=-4.0)


def test_bounds_are_the_effect_and_its_interval_and_so_many_errors_of_extrapolation():
    found = trend_bounds(VALUES, 32, bends=[0, 0.5, 3], horizon=6, confidence_level=0.8)
    fit = fit_segments(VALUES[:38], 32)
    largest = found.dates.largest
    assert found.dates.horizon == 6
    assert found.table["lower_effect"].to_numpy() == pytest.approx(fit.effect - largest * np.array([0, 0.5, 3]))
    assert found.table["upper_effect"].to_numpy() == pytest.approx(fit.effect + largest * np.array([0, 0.5, 3]))
    lower, upper = fit.interval(0.8)
    assert found.table["lower"].to_numpy() == pytest.approx(lower - largest * np.array([0, 0.5, 3]))
    assert found.table["upper"].to_numpy() == pytest.approx(upper + largest * np.array([0, 0.5, 3]))


def test_it_breaks_where_the_interval_first_holds_zero():
    found = trend_bounds(VALUES, 32, horizon=6)
    assert found.breakdown > 0
    below, above = (
        trend_bounds(VALUES, 32, bends=found.breakdown * by, horizon=6).table.iloc[0] for by in (0.99, 1.01)
    )
    assert below["upper"] < 0 < above["upper"]
    # A rise breaks from the other side, and at the same bend.
    assert trend_bounds(-VALUES, 32, horizon=6).breakdown == pytest.approx(found.breakdown)
    assert trend_bounds(series(9, level=0.0, slope=0.0), 26).breakdown == 0


def test_bounds_with_the_bend_of_before_hold_no_effect_where_trends_go_on_bending():
    generator, held, plain = np.random.default_rng(1), 0, 0
    for _ in range(150):
        slopes = np.cumsum(generator.normal(0, 0.05, 40))
        values = np.cumsum(slopes) + generator.normal(0, 0.3, 40)
        found = trend_bounds(values, 30, horizon=6, bends=[0, 1]).table
        plain += found["lower"][0] <= 0 <= found["upper"][0]
        held += found["lower"][1] <= 0 <= found["upper"][1]
    assert held / 150 > 0.9
    assert plain / 150 < 0.8


def test_a_negative_bend_is_refused():
    with pytest.raises(ValueError, match="bends"):
        trend_bounds(VALUES, 32, bends=[-1])
