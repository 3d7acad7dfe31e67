"""Estimators of the outcome without treatment: each against a second implementation, and all by recovery."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from methods.synthetic_panels import by_projected_gradient, factor_panel, outcomes

from citizen_security.methods.synthetic_control.counterfactuals import PENALTIES, Problems, counterfactuals
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.panels import TreatedPanel

ESTIMATORS = (
    "matched", "demeaned", "ridge_augmented", "penalised", "difference_in_differences",
    "synthetic_difference_in_differences",
)  # fmt: skip
# More periods before the start than donors: weights are unique, and can be compared themselves.
PANEL = factor_panel(2, units=13, before=20)
BEFORE, DONORS, TARGET = PANEL.outcomes[1:, :20], PANEL.donor_outcomes, PANEL.target


def test_matched_and_demeaned_weights_are_those_of_projected_gradients():
    plain = by_projected_gradient(BEFORE - TARGET[:20])
    assert synthetic_control(PANEL).weights == pytest.approx(plain, abs=1e-6)
    centred = BEFORE - BEFORE.mean(axis=1, keepdims=True) - TARGET[:20] + TARGET[:20].mean()
    demeaned = synthetic_control(PANEL, "demeaned")
    other = by_projected_gradient(centred)
    assert demeaned.weights == pytest.approx(other, abs=1e-6)
    assert demeaned.counterfactual == pytest.approx(
        TARGET[:20].mean() + other @ (DONORS - BEFORE.mean(axis=1, keepdims=True)), abs=1e-5
    )
    assert demeaned.gaps[:20].mean() == pytest.approx(0, abs=1e-9)


def test_penalised_weights_weigh_the_distance_of_each_donor():
    rows = BEFORE - TARGET[:20]
    other = by_projected_gradient(rows, linear=0.3 * (rows**2).sum(axis=1))
    assert synthetic_control(PANEL, "penalised", 0.3).weights == pytest.approx(other, abs=1e-6)
    # A heavy penalty leaves the nearest donor alone.
    nearest = synthetic_control(PANEL, "penalised", 1e6).weights
    assert nearest.argmax() == (rows**2).sum(axis=1).argmin()
    assert nearest.max() == pytest.approx(1)


def test_the_penalty_is_the_one_that_forecasts_donors_best():
    errors = []
    for penalty in PENALTIES:
        squares = []
        for donor in range(12):
            others = np.delete(DONORS, donor, axis=0)
            one = TreatedPanel.of_table(np.vstack([DONORS[donor], others]), before=20)
            squares.append((synthetic_control(one, "penalised", penalty).gaps[20:] ** 2).mean())
        errors.append(np.mean(squares))
    best = PENALTIES[int(np.argmin(errors))]
    chosen = synthetic_control(PANEL, "penalised").weights
    assert chosen == pytest.approx(synthetic_control(PANEL, "penalised", best).weights, abs=1e-9)


def ridge_by_equations(ridge):
    """Ben-Michael, Feller and Rothstein's weights as they write them, with the inverse of a matrix of periods."""
    weights = by_projected_gradient(BEFORE - TARGET[:20])
    centred = BEFORE - BEFORE.mean(axis=0)
    inner = np.linalg.inv(centred.T @ centred + ridge * np.eye(20))
    return weights + centred @ inner @ (TARGET[:20] - weights @ BEFORE)


def test_the_ridge_takes_out_what_weights_on_the_simplex_leave():
    for ridge in (1.0, 50.0):
        found = synthetic_control(PANEL, "ridge_augmented", ridge)
        assert found.weights == pytest.approx(ridge_by_equations(ridge), abs=1e-6)
        assert found.weights.sum() == pytest.approx(1)
    assert synthetic_control(PANEL, "ridge_augmented", 1e12).weights == pytest.approx(
        synthetic_control(PANEL).weights, abs=1e-8
    )
    # With fewer periods than donors and hardly any ridge all periods before the start are fitted.
    short = factor_panel(3, units=16, before=8)
    assert synthetic_control(short, "ridge_augmented", 1e-9).rmspe_before == pytest.approx(0, abs=1e-6)


def test_the_ridge_is_the_largest_within_one_standard_error_of_the_best_on_left_out_periods():
    series = BEFORE
    largest = np.linalg.svd(series - series.mean(axis=0), compute_uv=False)[0] ** 2
    ridges = largest * 10.0 ** np.linspace(0, -8, 20)
    errors = np.empty((20, 20))
    for period in range(20):
        kept = np.delete(np.arange(20), period)
        one = TreatedPanel.of_table(np.hstack([PANEL.outcomes[:, kept], PANEL.outcomes[:, [period]]]), before=19)
        errors[period] = [synthetic_control(one, "ridge_augmented", ridge).gaps[-1] ** 2 for ridge in ridges]
    mean, error = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(20)
    chosen = ridges[mean <= mean.min() + error[mean.argmin()]].max()
    assert synthetic_control(PANEL, "ridge_augmented").weights == pytest.approx(
        synthetic_control(PANEL, "ridge_augmented", chosen).weights, abs=1e-8
    )


def test_equal_weights_give_the_difference_in_differences():
    found = synthetic_control(PANEL, "difference_in_differences")
    change = PANEL.outcomes[:, 20:].mean(axis=1) - PANEL.outcomes[:, :20].mean(axis=1)
    assert found.effect == pytest.approx(change[0] - change[1:].mean())


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_an_effect_is_recovered_on_average(estimator):
    fits = [synthetic_control(factor_panel(seed, effect=-5.0), estimator) for seed in range(60)]
    effects = np.array([fit.effect for fit in fits])
    # Drawn like the donors the treated unit is off by chance alone: four standard errors of the mean of 60.
    assert effects.mean() == pytest.approx(-5.0, abs=4 * effects.std() / np.sqrt(60))
    # Equal weights have other parts in the factors than the treated unit; chosen weights have nearly the same.
    assert (effects.std() < 2.5) == (estimator != "difference_in_differences")


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), estimator=st.sampled_from(ESTIMATORS), factor=st.sampled_from([1e-4, 3.0, 1e5]))
def test_order_of_donors_and_units_of_the_outcome_change_nothing_but_their_own(seed, estimator, factor):
    table = outcomes(seed, units=8, periods=12)
    order = np.append(0, 1 + np.random.default_rng(seed).permutation(7))
    one = synthetic_control(TreatedPanel.of_table(table, before=8), estimator)
    other = synthetic_control(TreatedPanel.of_table(factor * table[order], before=8), estimator)
    assert other.weights == pytest.approx(one.weights[order[1:] - 1], abs=1e-6)
    assert other.effect == pytest.approx(factor * one.effect, rel=1e-5, abs=1e-5 * factor)
    assert one.weights.sum() == pytest.approx(1, abs=1e-9)
    # What happens to the treated unit after the start changes the effect by as much, and no weight.
    table[0, 8:] += 4.0
    moved = synthetic_control(TreatedPanel.of_table(table, before=8), estimator)
    assert moved.effect - one.effect == pytest.approx(4.0)
    assert moved.weights == pytest.approx(one.weights)


def test_starts_and_donors_of_a_batch_are_each_problem_s_own():
    table = outcomes(5, units=7, periods=15)
    allowed = np.ones((3, 7), dtype=bool)
    allowed[[0, 1, 2], [0, 3, 5]] = False
    allowed[1, 6] = False
    before, stop = np.array([6, 9, 12]), np.array([10, 13, 15])
    for estimator in ESTIMATORS:
        batch = counterfactuals(Problems(table, table[[0, 3, 5]], allowed, before, stop), estimator)
        for number, unit in enumerate((0, 3, 5)):
            rows = np.append(unit, np.flatnonzero(allowed[number]))
            one = TreatedPanel.of_table(table[rows][:, : stop[number]], before=before[number])
            alone = synthetic_control(one, estimator)
            assert batch.outcomes[number, : stop[number]] == pytest.approx(alone.counterfactual, abs=1e-7), estimator


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"penalty": -1.0, "estimator": "penalised"}, "penalty has -1"),
        ({"penalty": 1.0, "estimator": "matched"}, "penalty = 1.0 for 'matched', which has none"),
    ],
)
def test_a_penalty_that_means_nothing_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        synthetic_control(PANEL, **arguments)
