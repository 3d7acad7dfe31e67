"""Several effects of one study count as what they are: less than as many studies."""

from types import SimpleNamespace

import numpy as np
import pytest
from methods.meta_analysis_data import nested, recidivism
from scipy.optimize import minimize
from scipy.stats import chi2, norm, t
from statsmodels.regression.mixed_linear_model import MixedLM

from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies


def minus_log_likelihood(variances, effect, variance, study, design, restricted, correlation=0.0):
    """Written out with whole matrices."""
    errors = np.sqrt(variance)
    sampling = np.where(np.eye(len(errors)), 1, correlation) * np.outer(errors, errors)
    covariance = (variances[0] + sampling) * (study[:, None] == study) + variances[1] * np.eye(len(errors))
    weights = np.linalg.inv(covariance)
    gram = design.T @ weights @ design
    residual = effect - design @ np.linalg.solve(gram, design.T @ weights @ effect)
    height = np.linalg.slogdet(covariance)[1] + residual @ weights @ residual
    return 0.5 * (height + (np.linalg.slogdet(gram)[1] if restricted else 0))


@pytest.mark.parametrize("method", ["restricted_maximum_likelihood", "maximum_likelihood"])
@pytest.mark.parametrize(("seed", "correlation", "columns"), [(1, 0.0, 1), (2, 0.0, 2), (3, 0.4, 1), (1, 0.8, 3)])
def test_both_variances_are_where_a_search_of_the_written_out_likelihood_ends(method, seed, correlation, columns):
    effect, variance, study = nested(seed=seed)
    restricted = method == "restricted_maximum_likelihood"
    design = np.column_stack([np.ones(len(effect)), study % 3, np.linspace(-1, 2, len(effect))])[:, :columns]
    fit = three_level(effect, variance, study, design=design, method=method, correlation=correlation)
    arguments = (effect, variance, study, design, restricted, correlation)
    found = minimize(
        lambda roots: minus_log_likelihood(roots**2, *arguments),
        [0.4, 0.3],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2_000},
    )
    # A search by height is good to the root of the rounding error.
    assert (fit.between_studies, fit.within_studies) == pytest.approx(tuple(found.x**2), rel=1e-4, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(-found.fun, abs=1e-9)
    assert fit.converged


@pytest.mark.parametrize(("seed", "correlation"), [(1, 0.0), (2, 0.6), (3, 0.9)])
def test_the_last_steps_reach_the_top_from_near_and_leave_alone_what_is_far(seed, correlation):
    effect, variance, study = nested(seed=seed)
    model = three_level(effect, variance, study, correlation=correlation)._model
    top, _ = model.maximise()

    def steepest(ratios):
        return np.abs(model.height_and_slope(ratios)[1][ratios > 0]).max()

    # Each step squares what is missing: after three from a hundredth, only rounding is.
    assert model._at_the_top(top * 1.01) == pytest.approx(top, rel=1e-10)
    assert steepest(top) < 1e-9
    outcomes = set()
    for start in top * np.exp(np.random.default_rng(seed).uniform(-2, 2, (60, 2))):
        ended = model._at_the_top(start)
        assert (ended > 0).all()
        assert steepest(ended) <= steepest(start)
        # Far out the likelihood falls ever less: steps there would lead out, to a slope of nothing.
        assert model.log_likelihood(ended) >= model.log_likelihood(start) - 1e-12
        outcomes.add(bool((ended == start).all()))
    # Where the likelihood bends the other way, or a step would lead below zero, there is none.
    assert outcomes == {True, False}
    alone = model._at_the_top(np.array([top[0] * 1.01, 0.0]))
    assert alone[1] == 0
    assert steepest(alone) < 0.1 * steepest(np.array([top[0] * 1.01, 0.0]))
    np.testing.assert_array_equal(model._at_the_top(np.zeros(2)), np.zeros(2))


@pytest.mark.parametrize("ratio", [1e6, 20.0])
def test_a_search_that_ends_where_the_likelihood_still_falls_has_not_converged(monkeypatch, ratio):
    effect, variance, study = nested(seed=2)
    model = three_level(effect, variance, study)._model
    assert model.maximise()[1]
    monkeypatch.setattr(type(model), "_climb", lambda *_: SimpleNamespace(x=np.full(2, ratio), fun=0.0))
    ratios, converged = model.maximise()
    assert ratios.tolist() == [ratio, ratio]
    assert not converged
    # At a bound a slope that leads below it is an end; one that leads up is none.
    monkeypatch.setattr(type(model), "_climb", lambda *_: SimpleNamespace(x=np.array([1e-11, 1e-11]), fun=0.0))
    ratios, converged = model.maximise()
    assert ratios.tolist() == [0.0, 0.0]
    assert not converged


def test_equal_sampling_variances_give_the_mixed_model_of_statsmodels():
    # With one sampling variance the effects are a plain mixed model, whose residual variance is the sum of the two.
    effect, _, study = nested(studies=30, seed=4)
    fit = three_level(effect, np.full(len(effect), 0.05), study)
    other = MixedLM(effect, np.ones((len(effect), 1)), groups=study).fit(reml=True)
    # Its optimiser stops earlier than ours.
    assert fit.within_studies + 0.05 == pytest.approx(other.scale, rel=1e-3)
    assert fit.between_studies == pytest.approx(float(np.squeeze(other.cov_re)), rel=1e-3)
    assert fit.fixed.coefficients[0] == pytest.approx(other.fe_params[0], rel=1e-4)
    assert fit.fixed.standard_errors[0] == pytest.approx(other.bse_fe[0], rel=1e-3)


@pytest.mark.parametrize(("level", "correlation"), [(0.95, 0.0), (0.8, 0.0), (0.9, 0.5)])
def test_profile_bounds_are_where_the_likelihood_ratio_test_turns(level, correlation):
    effect, variance, study = nested(seed=2)
    fit = three_level(effect, variance, study, confidence_level=level, correlation=correlation)
    design = np.ones((len(effect), 1))

    def profile(value, which):
        def loss(root):
            pair = [value, root[0] ** 2] if which == 0 else [root[0] ** 2, value]
            return minus_log_likelihood(np.array(pair), effect, variance, study, design, True, correlation)

        return min(minimize(loss, [start], method="Nelder-Mead", options={"fatol": 1e-12}).fun for start in (0.05, 0.5))

    for which, interval in ((0, fit.between_interval), (1, fit.within_interval)):
        for bound in interval:
            if bound > 0:
                drop = profile(bound, which) + fit.log_likelihood
                assert 2 * drop == pytest.approx(chi2.ppf(level, 1), abs=1e-3)
    assert fit.between_interval[0] <= fit.between_studies <= fit.between_interval[1]


@pytest.mark.parametrize("columns", [1, 2])
def test_shares_of_the_levels_and_of_sampling_make_a_hundred(columns):
    effect, variance, study = nested()
    design = np.column_stack([np.ones(len(effect)), study % 2])[:, :columns]
    fit = three_level(effect, variance, study, design=design)
    weights = np.diag(1 / variance)
    projected = weights - weights @ design @ np.linalg.inv(design.T @ weights @ design) @ design.T @ weights
    typical = (len(effect) - columns) / np.trace(projected)
    total = fit.between_studies + fit.within_studies + typical
    assert fit.i_squared_between == pytest.approx(100 * fit.between_studies / total)
    assert fit.i_squared_within == pytest.approx(100 * fit.within_studies / total)


def test_the_variances_that_effects_were_drawn_with_are_found():
    found = [three_level(*nested(studies=60, seed=seed)) for seed in range(8)]
    # The spread over seeds is about 0.05 and 0.02; the mean of eight is good to a third of that.
    assert np.mean([fit.between_studies for fit in found]) == pytest.approx(0.2, abs=0.05)
    assert np.mean([fit.within_studies for fit in found]) == pytest.approx(0.1, abs=0.02)


PRINTED = [
    # dat.assink2016 in metadat's manual, by metafor: rma.mv(yi, V, mods, random = ~ 1 | study/esid), V by vcalc(rho).
    (0.0, (), 0.1879, 0.1120, [0.4268], [0.1184]),
    (0.6, (), 0.0807, 0.1545, [0.3678], [0.0965]),
    (0.0, ("year",), 0.1351, 0.1128, [0.4257, -0.0421], [0.1040, 0.0180]),
    (0.0, ("hidden", "overt"), 0.1899, 0.0847, [0.4702, -0.7297, -0.2219], [0.1180, 0.1923, 0.1392]),
    (
        0.0,
        ("year", "hidden", "overt"),
        0.1493,
        0.0853,
        [0.4656, -0.0380, -0.7094, -0.2040],
        [0.1071, 0.0183, 0.1914, 0.1385],
    ),
]


@pytest.mark.parametrize(("correlation", "moderators", "between", "within", "coefficients", "errors"), PRINTED)
def test_it_is_metafor_s_model_of_recidivism(correlation, moderators, between, within, coefficients, errors):
    effect, variance, study, columns = recidivism()
    design = np.column_stack([np.ones(len(effect)), *(columns[name] for name in moderators)])
    fit = three_level(effect, variance, study, design=design, correlation=correlation)
    # Four digits are printed.
    assert (fit.between_studies, fit.within_studies) == pytest.approx((between, within), abs=6e-5)
    assert fit.fixed.coefficients == pytest.approx(coefficients, abs=6e-5)
    assert fit.fixed.standard_errors == pytest.approx(errors, abs=6e-5)
    assert (fit.k, fit.studies, fit.correlation) == (100, 17, correlation)


def test_its_likelihood_is_what_metafor_prints_but_for_constants():
    effect, variance, study, _ = recidivism()
    fit = three_level(effect, variance, study)
    # metafor's log-likelihood is −73.6327, with the constants of REML; ours is without.
    constants = -99 / 2 * np.log(2 * np.pi) + np.log(100) / 2
    assert fit.log_likelihood + constants == pytest.approx(-73.6327, abs=6e-5)


@pytest.mark.parametrize("level", [0.8, 0.9])
def test_the_coefficients_are_tested_by_t_with_effects_less_columns(level):
    effect, variance, study = nested(studies=4, seed=6)
    design = np.column_stack([np.ones(len(effect)), np.arange(len(effect)) % 2])
    fixed = three_level(effect, variance, study, design=design, confidence_level=level).fixed
    assert list(fixed.degrees_of_freedom) == [len(effect) - 2] * 2
    half = t.ppf((1 + level) / 2, len(effect) - 2) * fixed.standard_errors
    assert fixed.upper - fixed.coefficients == pytest.approx(half)
    assert fixed.coefficients - fixed.lower == pytest.approx(half)
    tails = t.cdf(-np.abs(fixed.coefficients / fixed.standard_errors), len(effect) - 2)
    assert fixed.p_values == pytest.approx(2 * tails)
    assert (fixed.p_values > 2 * norm.cdf(-np.abs(fixed.statistic))).all()


@pytest.mark.parametrize("seed", range(4))
def test_no_variance_at_a_level_is_zero_and_converged(seed):
    effect, variance, study = nested(seed=seed, between=0.0, within=0.0)
    fit = three_level(effect, variance, study)
    assert fit.converged
    assert min(fit.between_studies, fit.within_studies) >= 0
    assert fit.between_interval[0] == 0


def test_sampling_errors_that_correlate_are_not_taken_for_differences_between_studies():
    # Effects of a study share nothing but their sampling errors, ρ = 0.8: taken as independent they look like studies
    # that differ by 0.8 of the sampling variance.
    generator = np.random.default_rng(2)
    study, variance = np.repeat(np.arange(150), 4), np.full(600, 0.05)
    shared = generator.normal(0, np.sqrt(0.8 * 0.05), 150)[study]
    effect = shared + generator.normal(0, np.sqrt(0.2 * 0.05), 600)
    taken, ignored = (three_level(effect, variance, study, correlation=rho) for rho in (0.8, 0.0))
    # Four standard errors of a variance of 150 studies: √(2 / 150) of 0.04.
    assert ignored.between_studies == pytest.approx(0.8 * 0.05, abs=0.018)
    assert taken.between_studies < 0.018
    assert taken.working_covariance.dense()[0, 1] == pytest.approx(taken.between_studies + 0.04)


@pytest.mark.parametrize("correlation", [-0.1, 1.0, 60, float("nan")])
def test_a_correlation_that_makes_effects_of_a_study_one_or_is_none_is_refused(correlation):
    with pytest.raises(ValueError, match=r"below 1|has nan\. Allowed"):
        three_level(*nested(), correlation=correlation)


def test_sign_and_order_of_the_effects_do_not_matter():
    effect, variance, study = nested()
    plain = three_level(effect, variance, study)
    order = np.random.default_rng(1).permutation(len(effect))
    mirrored = three_level(-effect[order], variance[order], study[order].astype(str))
    assert mirrored.between_studies == pytest.approx(plain.between_studies, rel=1e-5, abs=1e-8)
    assert mirrored.fixed.coefficients[0] == pytest.approx(-plain.fixed.coefficients[0], rel=1e-6)
    assert mirrored.between_interval == pytest.approx(plain.between_interval, rel=1e-4, abs=1e-7)


def test_effects_of_as_many_studies_are_refused():
    with pytest.raises(NotEnoughStudies, match="one with two effects"):
        three_level([0.1, 0.2, 0.3], [0.1] * 3, ["a", "b", "c"])
