"""Unit and period effects of untreated cells, against a regression on dummies, and what cells weigh in sums of fits."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.untreated_fit import UntreatedFit, averages, imputable

PANEL = linear_panel(4, units=20, groups=(4, 6, 9, NAN))
WEIGHT = np.where(PANEL.treated, 0.0, np.random.default_rng(1).uniform(0.2, 2.0, PANEL.treated.shape))


def by_dummies(outcomes, weight):
    """Fitted values in all cells from weighted least squares on dummies."""
    units, periods = outcomes.shape
    design = np.hstack([np.repeat(np.eye(units), periods, axis=0), np.tile(np.eye(periods), (units, 1))])
    root = np.sqrt(weight.ravel())
    found = np.linalg.lstsq(design * root[:, None], outcomes.ravel() * root, rcond=None)[0]
    return (design @ found).reshape(units, periods)


@pytest.mark.parametrize("weight", [WEIGHT, (WEIGHT > 0).astype(float)])
def test_fitted_values_are_those_of_a_regression_on_dummies(weight):
    assert UntreatedFit.of(weight).fitted(PANEL.outcomes) == pytest.approx(by_dummies(PANEL.outcomes, weight), abs=1e-8)


def test_carried_weights_give_the_same_sums_from_untreated_cells():
    fit = UntreatedFit.of(WEIGHT)
    wanted = np.random.default_rng(2).normal(size=(3, *WEIGHT.shape)) * PANEL.treated
    carried = fit.carried(wanted)
    assert (carried[:, PANEL.treated] == 0).all()
    sums = (wanted * fit.fitted(PANEL.outcomes)).sum(axis=(1, 2))
    assert (carried * PANEL.outcomes).sum(axis=(1, 2)) == pytest.approx(sums, abs=1e-8)


@pytest.mark.parametrize(
    ("by", "levels"),
    [
        ("overall", ["overall"]),
        ("start", [4, 6, 9]),
        ("period", list(range(4, 12))),
        ("event_time", list(range(8))),
    ],
)
def test_averages_weigh_treated_cells_alike(by, levels):
    found = averages(PANEL, by)
    assert found.labels.iloc[:, 0].tolist() == levels
    for weights in found.weights:
        assert weights.sum() == pytest.approx(1)
        assert len(np.unique(weights[weights > 0])) == 1
    assert (found.weights.sum(axis=0) > 0).tolist() == PANEL.treated.tolist()
    assert found.left_out == 0


def test_a_horizon_ends_an_average_and_periods_without_untreated_units_leave():
    near = averages(PANEL, "overall", horizon=2)
    assert (near.weights[0] > 0).tolist() == (PANEL.treated & (PANEL.event_time < 2)).tolist()
    everybody = linear_panel(4, units=20, groups=(4, 6, 9))
    found = averages(everybody, "period")
    assert found.labels["period"].max() == 8
    assert found.left_out == 20 * 3
    with pytest.raises(ValueError, match="horizon has 0"):
        averages(PANEL, "overall", horizon=0)


def test_a_panel_that_nobody_is_left_to_compare_with_is_refused():
    with pytest.raises(NotAPanel, match="in every period with treated units all are treated"):
        imputable(PANEL.with_starts(np.full(20, 5)))
