"""Compiled fits of untreated cells: the margins that a fit must have in either shape, and none where there is none."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, count_panel, linear_panel

from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation
from citizen_security.methods.staggered_adoption.untreated_cells import average_effects, fit
from citizen_security.methods.staggered_adoption.untreated_fit import UntreatedFit


def fitted(panel, counts):
    """Effects of units and periods, and whether they were found."""
    units, periods = panel.outcomes.shape
    by_unit, by_period = np.empty(units), np.empty(periods)
    values, exposure = (panel.counts, panel.exposure) if counts else (panel.outcomes, np.ones(panel.outcomes.shape))
    return fit(values, exposure, panel.starts, counts, by_unit, by_period), by_unit, by_period


@pytest.mark.parametrize("shape", [{"units": 12, "periods": 30}, {"units": 40, "periods": 11}])
def test_linear_effects_are_those_of_the_regression_in_either_shape(shape):
    panel = linear_panel(2, groups=(4, 6, 9, NAN), **shape)
    found, by_unit, by_period = fitted(panel, counts=False)
    other = UntreatedFit.of((~panel.treated).astype(float)).fitted(panel.outcomes)
    assert found
    assert by_unit[:, None] + by_period == pytest.approx(other, abs=1e-8)


@pytest.mark.parametrize("shape", [{"units": 12, "periods": 40}, {"units": 60, "periods": 33}])
def test_poisson_effects_have_the_margins_of_the_counts_in_either_shape(shape):
    panel = count_panel(2, **shape)
    found, by_unit, by_period = fitted(panel, counts=True)
    gap = np.where(panel.treated, 0.0, panel.counts - panel.exposure * by_unit[:, None] * by_period)
    # The conditions of the likelihood's only maximum.
    assert found
    assert np.abs(gap.sum(axis=0)).max() < 1e-7
    assert np.abs(gap.sum(axis=1)).max() < 1e-7


def test_units_and_periods_without_an_event_have_the_factor_zero():
    panel = count_panel(2, units=12, periods=40)
    panel.counts[0, : panel.starts[0]] = 0
    panel.counts[:, 3] = 0
    found, by_unit, by_period = fitted(panel, counts=True)
    assert found
    assert by_unit[0] == by_period[3] == 0
    assert (by_unit[1:] > 0).all()


def test_cells_that_no_common_period_joins_have_no_fit():
    panel = count_panel(2, units=4, periods=40, groups=(20, 20, NAN, NAN))
    apart = panel.counts.copy()
    apart[:2, 10:], apart[2:, :30] = 0, 0
    # Units 0 and 1 have events before period 10 only, the others from 30 on: what one has says nothing of the other.
    by_unit, by_period = np.empty(4), np.empty(40)
    assert not fit(apart, panel.exposure, panel.starts, True, by_unit, by_period)
    assert np.isnan(average_effects(apart, panel.exposure, panel.starts[None], 40, True)[0])


@pytest.mark.parametrize("horizon", [40, 3])
def test_many_vectors_of_starts_give_what_each_gives_alone(horizon):
    panel = count_panel(5, groups=(8, 15, 20, 30))
    starts = np.array([panel.starts, panel.starts[::-1], np.roll(panel.starts, 1)])
    ones = np.ones(panel.outcomes.shape)
    linear = average_effects(panel.outcomes, ones, starts, horizon, False)
    counts = average_effects(panel.counts, panel.exposure, starts, horizon, True)
    for place, own in enumerate(starts):
        one = panel.with_starts(own)
        assert linear[place] == pytest.approx(imputation(one, horizon=horizon).effects.estimate[0], abs=1e-9)
        assert counts[place] == pytest.approx(poisson_imputation(one, horizon=horizon).effects.estimate[0], abs=1e-9)
