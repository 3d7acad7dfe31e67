"""One unit and its synthetic control: what leaving a donor out or fitting a little worse would say instead."""

import numpy as np
import pytest
from methods.synthetic_panels import factor_panel, outcomes
from scipy.optimize import linprog, minimize

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.estimates import (
    leave_one_out,
    near_optimal_effects,
    synthetic_control,
)
from citizen_security.methods.synthetic_control.panels import TreatedPanel

PANEL = factor_panel(4, effect=-6.0)


def test_gaps_and_errors_are_those_of_the_path():
    fit = synthetic_control(PANEL)
    gaps = PANEL.outcomes[0] - fit.weights @ PANEL.outcomes[1:]
    assert fit.gaps == pytest.approx(gaps)
    assert fit.effect == pytest.approx(gaps[18:].mean())
    assert fit.rmspe_before == pytest.approx(np.sqrt((gaps[:18] ** 2).mean()))
    assert fit.rmspe_after == pytest.approx(np.sqrt((gaps[18:] ** 2).mean()))
    assert fit.certificate.holds(1e-12)
    assert fit.intercept == 0
    assert not synthetic_control(PANEL, "difference_in_differences").certificate.holds()


def test_several_treated_units_stand_as_their_mean():
    panel = factor_panel(5, treated=3)
    table = np.vstack([panel.outcomes[:3].mean(axis=0), panel.donor_outcomes])
    assert synthetic_control(panel).effect == pytest.approx(
        synthetic_control(TreatedPanel.of_table(table, before=18)).effect
    )


@pytest.mark.parametrize("estimator", ["matched", "demeaned"])
def test_effects_without_a_donor_are_those_of_panels_without_it(estimator):
    found = leave_one_out(PANEL, estimator)
    whole = synthetic_control(PANEL, estimator)
    assert set(found.donors) == {name for name, weight in zip(PANEL.donors, whole.weights, strict=True) if weight > 0}
    assert found.donors[0] == PANEL.donors[whole.weights.argmax()]
    for donor, effect, gaps in zip(found.donors, found.effects, found.gaps, strict=True):
        other = synthetic_control(PANEL.without(donor), estimator)
        assert effect == pytest.approx(other.effect, abs=1e-9)
        assert gaps == pytest.approx(other.gaps, abs=1e-9)
    assert found.effect == whole.effect
    assert found.interval == (min(found.effects.min(), whole.effect), max(found.effects.max(), whole.effect))


def test_two_donors_cannot_spare_one():
    with pytest.raises(NotAPanel, match="3 or more"):
        leave_one_out(factor_panel(1, units=3))


@pytest.mark.parametrize("centred", [False, True])
def test_near_optimal_effects_are_those_of_a_constrained_search(centred):
    panel = factor_panel(6, units=7)
    found = near_optimal_effects(panel, 0.2, centred=centred)
    shift = panel.outcomes[:, :18].mean(axis=1, keepdims=True) * centred
    series = panel.outcomes - shift
    late = series[:, 18:].mean(axis=1)

    def loss(weights):
        return ((series[0, :18] - weights @ series[1:, :18]) ** 2).mean()

    assert found.effect == pytest.approx(synthetic_control(panel, "demeaned" if centred else "matched").effect)
    assert found.allowed_loss == pytest.approx(1.2 * found.loss)
    for weights, end, sign in ((found.lower_weights, found.lower, 1), (found.upper_weights, found.upper, -1)):
        assert loss(weights) <= found.allowed_loss * (1 + 1e-9)
        assert end == pytest.approx(late[0] - weights @ late[1:])
        other = minimize(
            lambda weights, sign=sign: sign * (late[0] - weights @ late[1:]), np.full(6, 1 / 6), method="SLSQP",
            bounds=[(0, 1)] * 6, options={"ftol": 1e-14, "maxiter": 1_000},
            constraints=[
                {"type": "eq", "fun": lambda weights: weights.sum() - 1},
                {"type": "ineq", "fun": lambda weights: found.allowed_loss - loss(weights)},
            ],
        )  # fmt: skip
        assert end == pytest.approx(sign * other.fun, abs=1e-5)


def test_weights_that_fit_perfectly_leave_an_effect_open_as_far_as_a_linear_programme_says():
    table = outcomes(7, units=12, periods=9)
    # The treated unit lies between donors, and four periods cannot tell which.
    table[0, :4] = np.full(11, 1 / 11) @ table[1:, :4]
    panel = TreatedPanel.of_table(table, before=4)
    found = near_optimal_effects(panel)
    late = table[:, 4:].mean(axis=1)
    sums = np.vstack([table[1:, :4].T, np.ones(11)])
    ends = [
        late[0] - sign * linprog(sign * late[1:], A_eq=sums, b_eq=np.append(table[0, :4], 1.0)).fun for sign in (-1, 1)
    ]
    assert not synthetic_control(panel).unique
    # A mean squared gap of 1e-12 of the largest square is allowed to rounding, which moves the ends a little.
    assert (found.lower, found.upper) == pytest.approx((min(ends), max(ends)), abs=1e-3)
    assert found.upper - found.lower > 0.5


def test_a_larger_tolerance_allows_more_and_all_of_it_everything():
    narrow, wide = near_optimal_effects(PANEL, 0.02), near_optimal_effects(PANEL, 0.5)
    assert wide.lower < narrow.lower < narrow.effect < narrow.upper < wide.upper
    every = near_optimal_effects(PANEL, 0.0, floor=1e9)
    late = PANEL.outcomes[:, 18:].mean(axis=1)
    assert (every.lower, every.upper) == pytest.approx((late[0] - late[1:].max(), late[0] - late[1:].min()))
    for wrong in ({"tolerance": -0.1}, {"floor": np.nan}):
        with pytest.raises(ValueError, match="Allowed"):
            near_optimal_effects(PANEL, **wrong)
