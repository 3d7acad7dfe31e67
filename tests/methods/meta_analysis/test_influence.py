"""A table of what each study does is the same as fitting again without it, only faster."""

import numpy as np
import pytest
from methods.meta_analysis_data import bcg, bcg_trials, drawn
from scipy.stats import chi2, norm, t

from citizen_security.methods.meta_analysis.influence import cumulative, influence, leave_one_out
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool

COLUMNS = ["effect", "standard_error", "tau_squared", "q", "i_squared", "h_squared"]


@pytest.mark.parametrize("estimator", ["restricted_maximum_likelihood", "dersimonian_laird", "paule_mandel"])
@pytest.mark.parametrize("test", ["knapp_hartung", "normal"])
def test_leaving_one_out_at_once_is_leaving_each_out_in_a_loop(estimator, test):
    effect, variance = drawn(12, 3)
    table = leave_one_out(effect, variance, estimator=estimator, test=test, confidence_level=0.9)
    for position, row in table.iterrows():
        kept = np.arange(12) != position
        alone = pool(effect[kept], variance[kept], estimator=estimator, test=test, confidence_level=0.9)
        assert row[COLUMNS].tolist() == pytest.approx([getattr(alone, name) for name in COLUMNS], rel=1e-7)
        assert (row["lower"], row["upper"]) == pytest.approx(alone.interval, rel=1e-7)
        assert row["p_value"] == pytest.approx(alone.p_value, rel=1e-6)
        assert row["k"] == 11


@pytest.mark.parametrize(("studies", "tau"), [(3, 0.4), (4, 0.0), (7, 0.1), (20, 0.3), (60, 0.3), (60, 0.0)])
@pytest.mark.parametrize("shift", [0.0, -40.0])
def test_leaving_one_out_is_a_plain_loop_over_fisher_s_scoring(studies, tau, shift):
    generator = np.random.default_rng(studies)
    variance = 10 ** generator.uniform(-3, 0, studies)
    effect = generator.normal(0.2, np.sqrt(tau**2 + variance))
    table = leave_one_out(effect + shift, variance, confidence_level=0.8)
    plain = np.array([scored(np.delete(effect, at), np.delete(variance, at), 0.8) for at in range(studies)])
    names = ["tau_squared", "effect", "standard_error", "lower", "upper", "q"]
    assert table["converged"].all()
    # Scoring ends when rounding does, ours when the next step is foreseen to be less than 1e-9 of τ².
    assert table[names].to_numpy() == pytest.approx(
        plain + np.array([0, shift, 0, shift, shift, 0]), rel=2e-9, abs=1e-9
    )


def scored(effect, variance, level):
    """Restricted likelihood by Fisher's scoring with Knapp and Hartung's error, written out for one set of studies."""
    degrees, tau_squared = len(effect) - 1, effect.var(ddof=1)
    for _ in range(5000):
        weights = 1 / (variance + tau_squared)
        residual = effect - np.average(effect, weights=weights)
        total, squares = weights.sum(), (weights**2).sum()
        slope = (weights**2 * residual**2).sum() - total + squares / total
        information = squares - 2 * (weights**3).sum() / total + (squares / total) ** 2
        before, tau_squared = tau_squared, max(tau_squared + slope / information, 0.0)
        if abs(tau_squared - before) <= 1e-14:
            break
    weights = 1 / (variance + tau_squared)
    mean = np.average(effect, weights=weights)
    error = np.sqrt(max((weights * (effect - mean) ** 2).sum() / degrees, 1) / weights.sum())
    half = t.isf((1 - level) / 2, degrees) * error
    q = ((effect - np.average(effect, weights=1 / variance)) ** 2 / variance).sum()
    return tau_squared, mean, error, mean - half, mean + half, q


def test_cumulative_steps_are_the_first_studies_in_the_order_asked_for():
    effect, variance = drawn(9, 4)
    precision_first = cumulative(effect, variance, variance)
    order = np.argsort(variance)
    assert precision_first["position"].tolist() == order.tolist()
    for step in range(2, 10):
        alone = pool(effect[order[:step]], variance[order[:step]])
        row = precision_first.loc[step - 1]
        assert row[COLUMNS].tolist() == pytest.approx([getattr(alone, name) for name in COLUMNS], rel=1e-7, abs=1e-9)
    first = precision_first.loc[0]
    assert (first["effect"], first["standard_error"]) == (effect[order[0]], np.sqrt(variance[order[0]]))


def test_studies_of_one_year_keep_their_order():
    effect, variance = drawn(4, 1)
    assert cumulative(effect, variance, [2001, 2000, 2001, 2000])["position"].tolist() == [1, 3, 0, 2]


def test_a_missing_year_is_refused():
    effect, variance = drawn(4, 1)
    with pytest.raises(ValueError, match="missing value"):
        cumulative(effect, variance, [2001, np.nan, 2001, 2000])


def test_the_first_vaccine_trial_has_the_influence_that_metafor_prints():
    # influence() of the restricted likelihood fit, as printed in metafor's help: rstudent, dffits, Cook's distance,
    # covariance ratio, τ² and Q without the trial, hat.
    effect, variance = bcg()
    row = influence(effect, variance).iloc[0]
    printed = [-0.2181, -0.0407, 0.0017, 1.1164, 0.3362, 151.5826, 0.0506]
    names = ["residual", "dffits", "cook", "covariance_ratio", "tau_squared_deleted", "q_deleted", "hat"]
    # Printed with four digits, by an iteration that ends at a change of 1e-5 in τ².
    assert row[names].tolist() == pytest.approx(printed, abs=6e-5)


@pytest.mark.parametrize("moderated", [False, True])
def test_influence_is_what_its_definition_says_study_by_study(moderated):
    effect, variance = bcg()
    design = np.ones((13, 1))
    if moderated:
        design = np.column_stack([design, bcg_trials()["absolute_latitude"]])
    whole = pool(effect, variance, design=design, test="normal")
    table = influence(effect, variance, design)
    for position, row in table.iterrows():
        kept = np.arange(13) != position
        without = pool(effect[kept], variance[kept], design=design[kept], test="normal")
        x = design[position]
        own = variance[position] + without.tau_squared
        change = whole.coefficients - without.coefficients
        hat = x @ whole.covariance @ x / (variance[position] + whole.tau_squared)
        assert row["hat"] == pytest.approx(hat, rel=1e-7)
        residual = (effect[position] - x @ without.coefficients) / np.sqrt(own + x @ without.covariance @ x)
        assert row["residual"] == pytest.approx(residual, rel=1e-6)
        assert row["dffits"] == pytest.approx(x @ change / np.sqrt(hat * own), rel=1e-6)
        assert row["cook"] == pytest.approx(change @ np.linalg.solve(whole.covariance, change), rel=1e-6)
        ratio = np.linalg.det(without.covariance) / np.linalg.det(whole.covariance)
        assert row["covariance_ratio"] == pytest.approx(ratio, rel=1e-6)
        assert row["tau_squared_deleted"] == pytest.approx(without.tau_squared, rel=1e-6)
        assert row["q_deleted"] == pytest.approx(without.q, rel=1e-9)
    assert table["hat"].sum() == pytest.approx(design.shape[1])


def test_a_study_that_alone_is_far_off_is_called_influential():
    effect, variance = drawn(12, 6, tau=0.05)
    effect[4] = 6.0
    found = influence(effect, variance)
    assert np.flatnonzero(found["is_influential"]).tolist() == [4]


def test_a_study_that_alone_identifies_a_moderator_has_no_fit_without_it():
    effect, variance = drawn(6, 2)
    design = np.column_stack([np.ones(6), [0, 0, 0, 0, 0, 1.0]])
    found = influence(effect, variance, design)
    assert np.isnan(found.loc[5, ["residual", "dffits", "cook", "covariance_ratio"]].astype(float)).all()
    assert found.loc[:4, "cook"].notna().all()
    assert not found.loc[5, "converged"]


def test_two_studies_cannot_spare_one():
    with pytest.raises(NotEnoughStudies, match="at least 3"):
        leave_one_out([0.1, 0.2], [0.1, 0.1])


@pytest.mark.parametrize("level", [None, 0.6])
def test_the_first_study_alone_has_its_own_normal_interval(level):
    named = {} if level is None else {"confidence_level": level}
    row = cumulative([-0.7, 0.2, 0.1], [0.09, 0.1, 0.2], **named).loc[0]
    # z = −0.7 / 0.3; the level that nobody names is 95%.
    half = norm.isf((1 - (level or 0.95)) / 2) * 0.3
    assert (row["lower"], row["upper"]) == pytest.approx((-0.7 - half, -0.7 + half))
    assert row["p_value"] == pytest.approx(0.0196307, rel=1e-4)
    assert (row["tau_squared"], row["q"], row["i_squared"], row["h_squared"], row["k"]) == (0, 0, 0, 1, 1)
    left_out = leave_one_out([-0.7, 0.2, 0.1], [0.09, 0.1, 0.2], **named)
    half = t.isf((1 - (level or 0.95)) / 2, 1) * left_out["standard_error"].to_numpy()
    assert (left_out["upper"] - left_out["effect"]).to_numpy() == pytest.approx(half)


@pytest.mark.parametrize(("studies", "alone"), [(9, ("cook", "hat")), (40, ("dffits", "hat"))])
def test_each_rule_of_influence_marks_a_study_by_itself(studies, alone):
    # The limits of Viechtbauer and Cheung (2010); of few studies Cook's distance is the stricter, of many dffits.
    marked = dict.fromkeys(alone, 0)
    for seed in range(40):
        generator = np.random.default_rng(seed)
        variance = generator.uniform(0.05, 0.2, studies)
        effect = generator.normal(0, np.sqrt(variance + 0.01)) + np.where(np.arange(studies) == 3, 1.0, 0.0)
        moderator = generator.uniform(0, 1, studies)
        moderator[-1] = generator.choice([0.5, 4.0])
        found = influence(effect, variance, np.column_stack([np.ones(studies), moderator]))
        rules = {
            "dffits": found["dffits"].abs() > 3 * np.sqrt(2 / (studies - 2)),
            "cook": found["cook"] > chi2.ppf(0.5, 2),
            "hat": found["hat"] > 3 * 2 / studies,
        }
        assert (found["is_influential"] == (rules["dffits"] | rules["cook"] | rules["hat"])).all()
        for name in alone:
            others = [other for key, other in rules.items() if key != name]
            marked[name] += int((rules[name] & ~others[0] & ~others[1]).sum())
    assert all(marked.values()), marked
