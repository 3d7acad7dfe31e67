"""Two groups compared: covariates held constant in two ways, of which either may be wrong for the doubly robust."""

import numpy as np
import pytest

from citizen_security.methods.staggered_adoption.two_groups import NoOverlap, compare


def drawn(seed, units=400, curved=False):
    """Units of which those with a high covariate are treated more often and change more; the effect is 2."""
    random = np.random.default_rng(seed)
    covariate = random.normal(size=units)
    treated = random.random(units) < 1 / (1 + np.exp(-0.8 * covariate))
    trend = covariate + (covariate**2 if curved else 0.0)
    return trend + 2.0 * treated + random.normal(size=units), treated, covariate[:, None]


def by_hand(change, treated, covariates):
    """The doubly robust mean of Sant'Anna and Zhao by weights, with the logistic regression of statsmodels."""
    import statsmodels.api as sm

    design = sm.add_constant(covariates)
    probable = sm.Logit(treated.astype(float), design).fit(disp=0, tol=1e-12).predict()
    predicted = sm.OLS(change[~treated], design[~treated]).fit().predict(design)
    own = treated / treated.mean()
    other = probable * ~treated / (1 - probable)
    return np.mean((own - other / other.mean()) * (change - predicted))


def test_without_covariates_it_is_a_difference_of_means_with_its_variance():
    change, treated, _ = drawn(1)
    found = compare(change, treated, ~treated, None, "doubly_robust")
    assert found.effect == pytest.approx(change[treated].mean() - change[~treated].mean())
    variance = change[treated].var() / treated.sum() + change[~treated].var() / (~treated).sum()
    assert (found.scores**2).sum() == pytest.approx(variance)


def test_units_of_neither_group_count_for_nothing():
    change, treated, covariates = drawn(2)
    others = ~treated & (np.arange(400) % 3 > 0)
    inside = treated | others
    found = compare(change, treated, others, covariates, "doubly_robust")
    alone = compare(change[inside], treated[inside], others[inside], covariates[inside], "doubly_robust")
    assert found.effect == pytest.approx(alone.effect)
    assert found.scores[inside] == pytest.approx(alone.scores)
    assert (found.scores[~inside] == 0).all()


def test_the_doubly_robust_effect_is_that_of_another_implementation():
    change, treated, covariates = drawn(3, curved=True)
    found = compare(change, treated, ~treated, covariates, "doubly_robust")
    assert found.effect == pytest.approx(by_hand(change, treated, covariates), abs=1e-8)
    # The scale of a covariate is a matter of taste.
    scaled = compare(change, treated, ~treated, 1e4 + 1e3 * covariates, "doubly_robust")
    assert scaled.effect == pytest.approx(found.effect, abs=1e-7)
    assert scaled.scores == pytest.approx(found.scores, abs=1e-7)


@pytest.mark.parametrize("adjustment", ["outcome_regression", "doubly_robust"])
def test_scores_sum_to_nothing_and_are_the_derivatives_by_each_unit(adjustment):
    change, treated, covariates = drawn(5, units=120)
    found = compare(change, treated, ~treated, covariates, adjustment)
    assert found.scores.sum() == pytest.approx(0, abs=1e-10)
    twice = [compare(*[np.append(it, it[[unit]], axis=0) for it in (change, treated, ~treated, covariates)], adjustment)
             for unit in range(0, 120, 17)]  # fmt: skip
    moved = np.array([one.effect - found.effect for one in twice])
    # One unit more moves the effect by its score, to first order in one over the units.
    assert moved == pytest.approx(found.scores[::17], abs=0.15 * np.abs(found.scores).max())


def simulated(adjustment, curved):
    found = [
        compare(change, treated, ~treated, covariates, adjustment)
        for change, treated, covariates in (drawn(seed, curved=curved) for seed in range(150))
    ]
    return np.array([one.effect for one in found]), np.sqrt([(one.scores**2).sum() for one in found])


@pytest.mark.parametrize(
    ("adjustment", "curved"), [("outcome_regression", False), ("doubly_robust", False), ("doubly_robust", True)]
)
def test_the_effect_is_recovered_and_its_interval_holds(adjustment, curved):
    effects, errors = simulated(adjustment, curved)
    # Four standard errors of a mean, and of a share, of 150.
    assert abs(effects.mean() - 2) < 4 * effects.std() / np.sqrt(150)
    assert np.mean(np.abs(effects - 2) < 1.645 * errors) == pytest.approx(0.9, abs=0.1)


def test_a_straight_line_through_curved_trends_misleads_where_weights_do_not():
    effects, _ = simulated("outcome_regression", curved=True)
    assert effects.mean() > 2.4


def test_covariates_that_leave_no_comparison_are_refused():
    change, treated, covariates = drawn(6)
    with pytest.raises(NoOverlap, match="collinear covariates, 2 beside the constant"):
        compare(change, treated, ~treated, np.column_stack([covariates, 2 * covariates]), "outcome_regression")
    with pytest.raises(NoOverlap, match="probability of treatment above"):
        compare(change, treated, ~treated, treated[:, None] + 0.01 * covariates, "doubly_robust")
