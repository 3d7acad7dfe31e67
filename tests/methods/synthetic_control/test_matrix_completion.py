"""Matrix completion: the conditions of its optimum, a plain algorithm beside it, and a matrix that is known."""

from dataclasses import replace

import numpy as np
import pytest
from methods.synthetic_panels import factor_panel, outcomes

from citizen_security.methods.synthetic_control import matrix_completion as module
from citizen_security.methods.synthetic_control.matrix_completion import NotConverged, matrix_completion
from citizen_security.methods.synthetic_control.panels import TreatedPanel

PANEL = factor_panel(21, treated=2, units=14, periods=16, before=11, effect=-4.0)
OBSERVED = np.ones((14, 16), dtype=bool)
OBSERVED[:2, 11:] = False


def soft_impute(penalty, steps=6_000):
    """Mazumder, Hastie and Tibshirani's algorithm, effects fitted in turn: no momentum, no dual."""
    low_rank, units, periods = np.zeros((14, 16)), np.zeros((14, 1)), np.zeros((1, 16))
    counts = OBSERVED.sum(axis=1, keepdims=True), OBSERVED.sum(axis=0, keepdims=True)
    for _ in range(steps):
        units = np.where(OBSERVED, PANEL.outcomes - low_rank - periods, 0).sum(axis=1, keepdims=True) / counts[0]
        periods = np.where(OBSERVED, PANEL.outcomes - low_rank - units, 0).sum(axis=0, keepdims=True) / counts[1]
        filled = np.where(OBSERVED, PANEL.outcomes - units - periods, low_rank)
        left, singular, right = np.linalg.svd(filled, full_matrices=False)
        low_rank = (left * np.maximum(singular - penalty * OBSERVED.sum() / 2, 0)) @ right
    return low_rank + units + periods


@pytest.mark.parametrize("penalty", [0.05, 0.2])
def test_the_completed_matrix_is_that_of_soft_imputation(penalty):
    found = matrix_completion(PANEL, penalty)
    other = soft_impute(penalty)
    # The loss is known to 1e-8 of itself, so that cells are known to about its root.
    assert found.counterfactual == pytest.approx(other, abs=2e-3)
    assert found.effect == pytest.approx((PANEL.outcomes - other)[~OBSERVED].mean(), abs=1e-3)
    assert found.gaps[11:].mean() == pytest.approx(found.effect)


def test_residuals_meet_the_conditions_of_the_optimum():
    found = matrix_completion(PANEL, 0.1)
    left = np.where(OBSERVED, PANEL.outcomes - found.counterfactual, 0.0)
    threshold = 0.1 * OBSERVED.sum() / 2
    assert np.abs(left.sum(axis=0)).max() == pytest.approx(0, abs=1e-8)
    assert np.abs(left.sum(axis=1)).max() == pytest.approx(0, abs=1e-8)
    assert np.linalg.norm(left, 2) <= threshold * (1 + 1e-3)
    nuclear = np.linalg.svd(found.low_rank, compute_uv=False).sum()
    assert (left * found.low_rank).sum() == pytest.approx(threshold * nuclear, rel=1e-3)
    assert 1 <= found.rank < 14
    assert 0 <= found.gap <= 1e-8


def test_a_heavy_penalty_leaves_the_two_way_effects_alone():
    found = matrix_completion(PANEL, 1e3)
    assert found.rank == 0
    rows, columns = np.nonzero(OBSERVED)
    design = np.column_stack([np.eye(14)[rows], np.eye(16)[columns]])
    effects = np.linalg.lstsq(design, PANEL.outcomes[OBSERVED], rcond=None)[0]
    assert found.counterfactual == pytest.approx(effects[:14, None] + effects[14:], abs=1e-8)


def test_the_penalty_is_the_one_with_the_least_error_on_cells_that_were_held_out():
    found = matrix_completion(PANEL)
    assert found.penalty == found.penalties[found.errors.argmin()]
    assert 0 < found.errors.argmin() < len(found.errors) - 1
    assert (np.diff(found.penalties) < 0).all()
    assert matrix_completion(PANEL, found.penalty).effect == pytest.approx(found.effect, abs=1e-6)
    # It need not be small, but it forecasts better than unit and period effects alone.
    assert found.errors.min() < found.errors[0]


def test_an_effect_is_recovered_on_average():
    effects = [
        matrix_completion(factor_panel(seed, units=12, periods=16, before=12, effect=5.0)).effect for seed in range(12)
    ]
    assert np.mean(effects) == pytest.approx(5.0, abs=4 * np.std(effects) / np.sqrt(12))
    assert np.std(effects) < 4


def test_units_of_the_outcome_and_of_the_penalty_go_together():
    scaled = matrix_completion(replace(PANEL, outcomes=1e5 * PANEL.outcomes + 7.0), 1e5 * 0.1)
    assert scaled.effect == pytest.approx(1e5 * matrix_completion(PANEL, 0.1).effect, rel=1e-6)
    assert scaled.penalty == pytest.approx(1e4)


def test_a_panel_without_any_difference_is_completed_with_its_value():
    found = matrix_completion(TreatedPanel.of_table(np.full((5, 8), 3.0), before=5))
    assert found.effect == pytest.approx(0, abs=1e-12)
    assert found.rank == 0


def test_exact_unit_and_period_effects_are_completed_exactly():
    table = np.add.outer(np.arange(8.0), outcomes(1)[0, :10])
    table[0, 6:] += 2.5
    assert matrix_completion(TreatedPanel.of_table(table, before=6)).effect == pytest.approx(2.5, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"penalty": 0.0}, "penalty has 0"), ({"penalty": np.nan}, "penalty"), ({"folds": 1}, "1 folds")],
)
def test_penalties_and_folds_that_mean_nothing_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        matrix_completion(PANEL, **arguments)


def test_a_loss_that_is_not_known_to_be_least_is_not_returned(monkeypatch):
    monkeypatch.setattr(module, "STEPS", 10)
    with pytest.raises(NotConverged, match="give a larger penalty"):
        matrix_completion(PANEL, 0.01)
