"""Whatever the sizes of effects and errors, every method gives numbers or refuses in a sentence."""

import importlib
import inspect
import pkgutil
import re
from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from methods.hostile_effects import KINDS, Studies, problem_of, studies

from citizen_security.methods import meta_analysis, publication_bias
from citizen_security.methods.meta_analysis import bayesian_pooling as bayes
from citizen_security.methods.meta_analysis import block_covariance, cluster_robust, gosh, influence, two_by_two
from citizen_security.methods.meta_analysis import effect_sizes as sizes
from citizen_security.methods.meta_analysis.between_study_variance import (
    between_study_variance,
    between_study_variances,
    log_likelihood,
)
from citizen_security.methods.meta_analysis.composites import composites
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.pooling import NoResidual, pool, pool_sets, q_profile_interval
from citizen_security.methods.meta_analysis.resampling import bootstrap, permutation_test
from citizen_security.methods.meta_analysis.study_sets import one_set, weighted_fit, weighted_sums
from citizen_security.methods.meta_analysis.study_values import (
    LARGEST_VARIANCE,
    LEAST_VARIANCE,
    MOST_APART,
    MOST_ERRORS,
    effects_and_variances,
)
from citizen_security.methods.publication_bias import copas_selection as copas
from citizen_security.methods.publication_bias import funnel_simulation as worlds
from citizen_security.methods.publication_bias import funnel_tests as funnel
from citizen_security.methods.publication_bias import selection_models as selection
from citizen_security.methods.publication_bias import significance_counts as counts
from citizen_security.methods.publication_bias.ensembles import ENSEMBLES, unit_information_priors
from citizen_security.methods.publication_bias.marginal_likelihoods import COARSE
from citizen_security.methods.publication_bias.model_averaging import average_models
from citizen_security.methods.publication_bias.trim_and_fill import trim_and_fill

ESTIMATORS = get_args(Estimator)
PRIOR = bayes.TauPrior("half_cauchy", 0.5)
PRIORS = unit_information_priors(2.0)


def rates(given: Studies) -> tuple[float, ...]:
    """Four numbers of any size above zero, from a table."""
    return tuple(np.resize(np.abs(np.concatenate([given.effect, given.variance])) + 5e-324, 4).tolist())


def two_arms(given: Studies) -> two_by_two.Tables:
    cells = np.resize(np.concatenate([np.abs(given.effect), given.variance]), 4 * len(given.effect)).reshape(4, -1)
    return two_by_two.tables(*np.where(cells < 1, np.round(cells), cells))


def all_of_bayes(given: Studies) -> list[object]:
    found = bayes.pool_bayesian(given.effect, given.variance, PRIOR)
    return [found.tau_weights, found.mu(0.9), found.tau_summary(0.9)]


def robust(given: Studies, **named: object) -> cluster_robust.Robust:
    return cluster_robust.cluster_robust(given.effect, given.group, given.variance, **named)


def of_sets(given: Studies) -> list[object]:
    sets = one_set(given.effect, given.variance, given.design)
    pooled = pool_sets(sets)
    none = np.zeros(1)
    sums = [weighted_sums(sets, none), weighted_fit(sets, none), log_likelihood(sets, none, restricted=True)]
    return [pooled, pooled.intervals(), pooled.p_values(), *sums, between_study_variances(sets, "paule_mandel")]


def fraction(value: float) -> float:
    """Of any number a share between 0 and 1."""
    return float(0.02 + 0.9 * abs(np.sin(value)))


# Of each public function that takes effects, errors or counts: a call, and what it leaves out where nothing says it.
NO_ERROR = frozenset({"tau_squared_standard_error"})
CALLS = {
    "study_values.effects_and_variances": (lambda it: effects_and_variances(it.effect, it.variance), frozenset()),
    "study_sets, pool_sets": (of_sets, frozenset()),
    "between_study_variance": (
        lambda it: [between_study_variance(it.effect, it.variance, None, name) for name in ESTIMATORS],
        frozenset({"standard_error"}),
    ),
    "between_study_variance, moderated": (
        lambda it: [between_study_variance(it.effect, it.variance, it.design, name) for name in ESTIMATORS],
        frozenset({"standard_error"}),
    ),
    "pool": (lambda it: [pool(it.effect, it.variance, estimator=name) for name in ESTIMATORS], NO_ERROR),
    "pool, moderated": (lambda it: pool(it.effect, it.variance, design=it.design), frozenset()),
    # Equal effects have no error on this scale, and a test statistic without end.
    "pool, no floor": (lambda it: pool(it.effect, it.variance, test="knapp_hartung_unfloored"), {"statistic"}),
    "pool, no floor, moderated": (
        lambda it: pool(it.effect, it.variance, design=it.design, test="knapp_hartung_unfloored"),
        frozenset(),
    ),
    "pool, predicted": (lambda it: pool(it.effect, it.variance).prediction_interval(), frozenset()),
    "q_profile_interval": (lambda it: q_profile_interval(it.effect, it.variance), frozenset()),
    "pool_bayesian": (all_of_bayes, frozenset({"log_evidence"})),
    "three_level": (
        lambda it: (lambda fit: [fit, fit.between_interval, fit.within_interval])(
            three_level(it.effect, it.variance, it.group, correlation=0.5)
        ),
        frozenset(),
    ),
    "cluster_robust": (robust, frozenset()),
    # `nan` for a coefficient that one cluster alone decides.
    "wald_test": (lambda it: cluster_robust.wald_test(robust(it, design=it.design), [[0.0, 1.0]]), frozenset()),
    "correlated_blocks": (
        lambda it: list(block_covariance.correlated_blocks(it.variance, it.group, correlation=0.5).blocks),
        frozenset(),
    ),
    "composites": (lambda it: composites(it.effect, np.sqrt(it.variance), it.group, correlation=0.3), frozenset()),
    "leave_one_out": (lambda it: influence.leave_one_out(it.effect, it.variance), frozenset()),
    "cumulative": (lambda it: influence.cumulative(it.effect, it.variance, -it.variance), frozenset()),
    "influence": (lambda it: influence.influence(it.effect, it.variance), frozenset()),
    "influence, moderated": (lambda it: influence.influence(it.effect, it.variance, it.design), frozenset()),
    "all_subsets": (lambda it: gosh.all_subsets(it.effect, it.variance, limit=100).table, frozenset()),
    "bootstrap": (lambda it: bootstrap(it.effect, it.variance, replicates=30), frozenset()),
    "bootstrap, parametric": (
        lambda it: bootstrap(it.effect, it.variance, kind="parametric", replicates=30),
        frozenset(),
    ),
    "permutation_test": (lambda it: permutation_test(it.effect, it.variance, replicates=50), frozenset()),
    "permutation_test, no floor": (
        lambda it: permutation_test(it.effect, it.variance, test="knapp_hartung_unfloored", replicates=50).p_value,
        frozenset(),
    ),
    "permutation_test, moderated": (
        lambda it: permutation_test(it.effect, it.variance, design=it.design, replicates=50).p_value,
        frozenset(),
    ),
    "effect_sizes of counts": (
        lambda it: [function(*rates(it)) for function in (sizes.log_odds_ratio, sizes.log_rate_ratio)],
        frozenset(),
    ),
    "effect_sizes.log_risk_ratio": (lambda it: sizes.log_risk_ratio(*rates(it)), frozenset()),
    "effect_sizes of means": (
        lambda it: sizes.standardised_mean_difference(
            *it.effect[:2], *rates(it)[:2], 9, 10 + int(min(1e9, rates(it)[3]))
        ),
        frozenset(),
    ),
    "effect_sizes of regressions": (
        lambda it: [
            sizes.difference_of_regression(it.effect[0], it.variance[0], it.variance[1], it.effect[1]),
            sizes.ratio_of_regression(it.effect[0], it.variance[0], it.effect[1]),
        ],
        frozenset(),
    ),
    "effect_sizes of shares": (
        lambda it: [
            sizes.small_sample_correction(rates(it)[0]),
            sizes.risk_ratio_of_odds_ratio(rates(it)[0], fraction(it.effect[1])),
            sizes.log_ratio_of_percent(it.effect[0]),
        ],
        frozenset(),
    ),
    "effect_sizes of intervals": (
        lambda it: sizes.size_from_interval(*sorted([it.effect[0], *it.effect[:2]])[1::-1], it.effect[:2].max(), 0.9),
        frozenset(),
    ),
    "standard_error_from_p": (
        lambda it: sizes.standard_error_from_p(it.effect[0], fraction(it.effect[1]), rates(it)[3]),
        frozenset(),
    ),
    "mantel_haenszel, odds": (lambda it: two_by_two.mantel_haenszel(two_arms(it)), frozenset()),
    "mantel_haenszel, risks": (lambda it: two_by_two.mantel_haenszel(two_arms(it), "log_risk_ratio"), frozenset()),
    "peto": (lambda it: two_by_two.peto(two_arms(it)), frozenset()),
    "egger_classical": (lambda it: funnel.egger_classical(it.effect, it.variance), frozenset()),
    "egger_mixed": (lambda it: funnel.egger_mixed(it.effect, it.variance), frozenset()),
    "pet_peese": (lambda it: funnel.pet_peese(it.effect, it.variance), frozenset()),
    "rank_correlation": (lambda it: funnel.rank_correlation(it.effect, it.variance), frozenset()),
    "trim_and_fill": (
        lambda it: [
            trim_and_fill(it.effect, it.variance, side="right", missing_estimator=name) for name in ("L0", "R0")
        ],
        frozenset({"p_value"}),
    ),
    "fit_step_selection": (
        # Steps are open where the profile stays flat; a weight or τ² that ends at an edge has no error.
        lambda it: selection.fit_step_selection(it.effect, it.variance, favoured="positive", interval="wald"),
        frozenset({"tau_squared_standard_error", "weight_standard_errors"}),
    ),
    "p_value_steps": (
        lambda it: selection.interval_probabilities(
            selection.p_value_steps(it.effect, it.variance, (0.025, 0.5), "either"), 0.1, 0.2
        ),
        frozenset(),
    ),
    "fit_copas": (lambda it: copas.fit_copas(it.effect, it.variance, least_precise=0.5), frozenset()),
    "average_models": (
        lambda it: average_models(
            it.effect, it.variance, priors=PRIORS, selections=ENSEMBLES["one_sided_step"], resolution=COARSE
        ),
        # Infinite where no model without the component has a posterior probability that doubles can hold.
        frozenset({"bayes_factor"}),
    ),
    "fail-safe numbers": (
        lambda it: [
            counts.rosenthal_fail_safe(it.effect, it.variance),
            counts.rosenberg_fail_safe(it.effect, it.variance),
            counts.orwin_fail_safe(it.effect, it.variance[0], it.variance),
        ],
        frozenset(),
    ),
    "excess_significance": (
        lambda it: counts.excess_significance(it.effect, it.variance, true_effect=0.2, tau_squared=0.1),
        frozenset(),
    ),
    "p_curve": (
        lambda it: counts.p_curve(it.effect, it.variance, favoured="positive"),
        frozenset({"right_skew_half", "flatness_half"}),
    ),
    "draw_studies": (
        lambda it: worlds.draw_studies(np.sqrt(it.variance), worlds.Truth(0.1, 0.2), np.random.default_rng(1)),
        frozenset(),
    ),
}

# Seeds of each kind; fewer where a fit takes long.
SEEDS = 4
FEWER = {"average_models": 1, "fit_copas": 2, "pool_bayesian": 1, "three_level": 1}


@pytest.mark.parametrize("name", CALLS)
def test_every_method_gives_numbers_or_refuses_in_a_sentence(name):
    call, may_be_missing = CALLS[name]
    found = {
        (kind, seed): problem_of(call, studies(kind, seed), frozenset(may_be_missing))
        for kind in KINDS
        for seed in range(FEWER.get(name, SEEDS))
    }
    assert {at: problem for at, problem in found.items() if problem} == {}


# What takes no effects of studies, or hands them on as they are.
NOT_ASKED = {
    "bootstrap of sets": ("weighted_sums", "weighted_fit", "between_study_variances", "log_likelihood", "intercept"),
    "made of a design, of matrices or of names alone": (
        "projection", "invert", "t_tested", "weighted_least_squares", "rows_by_cluster", "blocks_of", "t_ratio",
        "distinct_estimators", "sampling_variances", "legendre_rule", "unit_legendre_rule", "integrals_upto_nodes",
        "p_curve_shares", "unit_information_priors", "worlds_at", "refuse_unidentified", "mildest_sufficient",
    ),
    "its own studies, of ordinary sizes": ("simulate_coverage",),
    "called by those that are asked": (
        "as_numbers", "refuse_extremes", "refuse_extreme_moderators", "refuse_without_residual", "model_posterior",
        "compare_methods", "copas_sensitivity", "weight_intervals", "peese", "corrected", "log_ratios", "hedges_g",
        "log_odds_ratio_of_difference", "difference_of_log_odds_ratio",
    ),
    "the posterior of pool_bayesian, drawn": ("sample_pooled",),
}  # fmt: skip


def test_no_public_function_is_forgotten():
    exempt = {name for names in NOT_ASKED.values() for name in names}
    asked = inspect.getsource(importlib.import_module(__name__)).partition("\nCALLS")[2].partition("\nNOT_ASKED")[0]
    asked += inspect.getsource(all_of_bayes) + inspect.getsource(robust) + inspect.getsource(two_arms)
    asked += inspect.getsource(of_sets)
    for package in (meta_analysis, publication_bias):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_") and name not in exempt:
                    assert re.search(rf"\b{name}\b", asked), f"{found.name}.{name} is not asked"


@pytest.mark.parametrize(
    ("effect", "variance", "said"),
    [
        ([0.1, 1e200, 0.3], [1.0, 1.0, 1.0], r"an effect of 1e\+200 with a variance of 1: "),
        (
            [0.1, 0.2, 0.3],
            [1.0, 1e-300, 1.0],
            r"variances from 1e-300 to 1, an effect of 0.2 with a variance of 1e-300: ",
        ),
        ([0.1, 0.2, 0.3], [1.0, 1e-9, 1.0], r"variances 1e\+09 times apart \(1e-09 and 1\): "),
        (
            [2e6, 0.2, -3e6],
            [1.0, 1.0, 1.0],
            r"an effect of 2e\+06 with a variance of 1, an effect of -3e\+06 with a variance of 1: ",
        ),
        ([0.1, 2e22, 0.3], [1.0, 1.0, 1.0], r"an effect of 2e\+22 with a variance of 1: "),
        ([1e30, 0.0, 0.0], [1e60, 1e60, 1e60], r"variances from 1e\+60 to 1e\+60: "),
    ],
)
def test_every_size_beyond_the_bounds_is_named_with_what_is_allowed_and_what_to_do(effect, variance, said):
    allowed = re.escape(
        f"beyond what can be weighed together. Allowed: effects up to {MOST_ERRORS:g} of their standard errors from "
        f"zero, variances from {LEAST_VARIANCE:g} to {LARGEST_VARIANCE:g} and up to {MOST_APART:g} times apart; give "
        "them in another unit, or drop the study whose number is wrong."
    )
    with pytest.raises(ValueError, match=f"^{said}{allowed}$"):
        effects_and_variances(effect, variance)


def test_sizes_at_the_bounds_are_taken():
    effects_and_variances([1e30, 0.0], [LARGEST_VARIANCE, 1.01 * LARGEST_VARIANCE / MOST_APART])
    effects_and_variances([0.0, 1e-20], [LEAST_VARIANCE, 0.99 * LEAST_VARIANCE * MOST_APART])
    effects_and_variances([MOST_ERRORS, -MOST_ERRORS], [1.0, 1.0])


@pytest.mark.parametrize("size", [1e-26, 1e26])
def test_moderators_are_of_sizes_that_can_be_squared(size):
    design = np.column_stack([np.ones(4), size * np.array([1.0, 2.0, 4.0, 3.0])])
    for call in (pool, cluster):
        with pytest.raises(
            ValueError, match=r"largest value of a moderator has size 4e.*Allowed: from 1e-25 to 1e\+25"
        ):
            call([0.1, 0.3, 0.2, 0.5], [0.1] * 4, design=design)


def cluster(effect, variance, design):
    return cluster_robust.cluster_robust(effect, list("abcd"), variance, design=design)


@pytest.mark.parametrize("seed", range(20))
def test_a_mean_of_unlike_studies_is_that_of_exact_arithmetic(seed):
    given = studies("variances apart", seed)
    weights = [1 / Fraction(value) for value in given.variance]
    mean = sum(weight * Fraction(value) for weight, value in zip(weights, given.effect, strict=True)) / sum(weights)
    q = sum(weight * (Fraction(value) - mean) ** 2 for weight, value in zip(weights, given.effect, strict=True))
    fit = pool(given.effect, given.variance, estimator="equal_effects", test="normal")
    # The mean may be nearly nothing beside the effects: its digits are those of its error.
    assert fit.effect == pytest.approx(float(mean), rel=1e-12, abs=1e-12 * fit.standard_error)
    assert fit.standard_error == pytest.approx(float(1 / sum(weights)) ** 0.5, rel=1e-12)
    assert fit.q == pytest.approx(float(q), rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_a_regression_on_unlike_studies_is_that_of_exact_arithmetic(seed):
    given = studies("variances apart", seed)
    if len(given.effect) < 3:
        given = Studies(np.resize(given.effect, 4), np.resize(given.variance, 4), given.group, np.eye(4)[:, :2] + 1.0)
    rows = [[Fraction(value) for value in row] for row in given.design]
    weights = [1 / Fraction(value) for value in given.variance]
    (a, b), (_, d) = [
        [sum(w * row[i] * row[j] for w, row in zip(weights, rows, strict=True)) for j in (0, 1)] for i in (0, 1)
    ]
    first, second = (
        sum(w * row[i] * Fraction(y) for w, row, y in zip(weights, rows, given.effect, strict=True)) for i in (0, 1)
    )
    determinant = a * d - b * b
    exact = (d * first - b * second) / determinant, (a * second - b * first) / determinant
    fit = pool(given.effect, given.variance, design=given.design, estimator="equal_effects", test="normal")
    # Weights six decimals apart cost the closed inverse about as many of sixteen digits, of what is known to an error.
    for value, error, right in zip(fit.coefficients, fit.standard_errors, exact, strict=True):
        assert value == pytest.approx(float(right), rel=1e-6, abs=1e-4 * error)


def in_numbers(found):
    """Of a result the numbers in the effects' unit, and those without a unit."""
    return {
        "Pooled": lambda it: ([it.effect, *it.interval], [it.p_value, it.i_squared]),
        "tuple": lambda it: ([end**0.5 for end in it], []),
        "ThreeLevel": lambda it: (
            [*it.fixed.coefficients, *it.fixed.lower, it.between_studies**0.5],
            [it.i_squared_between],
        ),
        "Posterior": lambda it: ([it.mean, it.median, *it.central], [it.below_zero]),
        "StepSelection": lambda it: (
            [it.effect, it.standard_error, it.lower, it.upper, it.tau_squared**0.5],
            [*it.weights, it.p_value],
        ),
        "CopasFit": lambda it: (
            [it.effect, it.standard_error, it.tau_squared**0.5],
            [it.correlation, it.residual_p_value],
        ),
        "SmallStudyEffect": lambda it: ([it.limit, it.limit_lower], [it.slope, it.p_value]),
        "TrimAndFill": lambda it: ([*it.filled_effect, it.pooled.effect], [it.missing]),
    }[type(found).__name__](found)


SCALED = {
    "pool": pool,
    "q_profile_interval": q_profile_interval,
    "three_level": lambda effect, variance: three_level(effect, variance, np.arange(12) // 3, correlation=0.5),
    "tau": lambda effect, variance: bayes.pool_bayesian(effect, variance, bayes.TauPrior("uniform")).tau_summary(),
    "mu": lambda effect, variance: bayes.pool_bayesian(effect, variance, bayes.TauPrior("uniform")).mu(),
    "fit_step_selection": selection.fit_step_selection,
    "fit_copas": lambda effect, variance: copas.fit_copas(effect, variance, least_precise=0.6),
    "egger_mixed": funnel.egger_mixed,
    "trim_and_fill": lambda effect, variance: trim_and_fill(effect, variance, side="right"),
}


@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize("unit", [1e-20, 1e20])
def test_the_unit_of_the_effects_does_not_change_what_is_found(name, unit):
    rng = np.random.default_rng(5)
    variance = rng.uniform(0.01, 0.3, 12)
    effect = rng.normal(-0.3, np.sqrt(variance + 0.1))
    plain, scaled = (in_numbers(SCALED[name](effect * one, variance * one**2)) for one in (1.0, unit))
    # Optimisers end where a step changes nothing that they see, from starts that rounding moves.
    assert scaled[0] == pytest.approx([unit * value for value in plain[0]], rel=1e-4, abs=1e-5 * unit)
    assert scaled[1] == pytest.approx(plain[1], rel=1e-4, abs=1e-5)


def test_equal_effects_have_no_dispersion_for_the_classical_test_and_no_slope_in_the_mixed_one():
    variance = [0.04, 0.01, 0.09, 0.02, 0.06]
    for effect in ([0.0] * 5, [0.1] * 5, [-1 / 3] * 5, 0.3 - np.sqrt(variance)):
        with pytest.raises(NoResidual, match=r"no dispersion to test by; take the mixed form \(egger_mixed\)"):
            funnel.egger_classical(effect, variance)
    for effect in (0.0, 0.1, -1 / 3):
        found = funnel.egger_mixed([effect] * 5, variance)
        assert (found.slope, found.p_value) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
        assert found.limit == pytest.approx(effect, abs=1e-12)


@pytest.mark.parametrize("effect", [0.0, 0.1, -1 / 3, 0.7])
def test_equal_effects_have_no_order_for_ranks_to_compare(effect):
    with pytest.raises(ValueError, match="there is no order to compare"):
        funnel.rank_correlation([effect] * 6, [0.04, 0.01, 0.09, 0.02, 0.06, 0.3])


def test_effects_that_are_equal_up_to_rounding_are_told_from_their_rounding():
    rng = np.random.default_rng(0)
    for _ in range(100):
        variance = rng.uniform(0.001, 0.3, 8)
        # Nearly alike, so that an intercept and the error are nearly collinear.
        alike = 0.04 * (1 + 10 ** rng.uniform(-3.6, -2) * rng.uniform(size=8))
        for effect, given in (
            (np.full(8, -0.2), variance), (np.full(8, -0.2), alike), (0.3 - 0.7 * np.sqrt(alike), alike)
        ):  # fmt: skip
            with pytest.raises(NoResidual, match="take the mixed form"):
                funnel.egger_classical(effect, given)
        for size, effect in ((6, np.log(0.8)), (8, -0.2)):
            with pytest.raises(ValueError, match="there is no order to compare"):
                funnel.rank_correlation([effect] * size, variance[:size])


def test_studies_with_equal_effects_have_no_bootstrap():
    with pytest.raises(NoResidual, match=r"6 studies are equal.*take the kind parametric"):
        bootstrap([-0.2] * 6, [0.01, 0.02, 0.03, 0.04, 0.05, 0.06], replicates=50)
    drawn = bootstrap([-0.2] * 6, [0.01, 0.02, 0.03, 0.04, 0.05, 0.06], kind="parametric", replicates=50)
    assert drawn.lower[0] < -0.2 < drawn.upper[0]


@pytest.mark.parametrize("tiny", [1e-206, -5e-324, 1e-60])
def test_an_effect_that_is_just_about_zero_is_one(tiny):
    assert sizes.size_from_interval(tiny, -1, 1, 0.95).standard_error == pytest.approx(0.5102, abs=1e-4)
    assert sizes.ratio_of_regression(tiny, 0.1).standard_error == 0.1
    assert sizes.difference_of_regression(tiny, 0.1, 2).standard_error == 0.05
    assert sizes.standardised_mean_difference(tiny, 0, 1, 1, 50, 50).standard_error == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sizes.log_risk_ratio(10, 0, 8, 0), "everybody has the event in both groups"),
        (lambda: sizes.ratio_of_regression(0.2, 0.1, 0), "every one has to be above zero"),
        (lambda: sizes.difference_of_regression(0.2, 0.1, 1, 0), "every one has to be above zero"),
        (lambda: pool(["a", "b"], [1, 2]), "effect holds text or rows of different lengths. Allowed: a number"),
        (lambda: pool([1, 2], ["a", "b"]), "variance holds text"),
        (lambda: pool([[1], [1, 2]], [1, 2]), "effect holds text or rows of different lengths"),
        (lambda: pool([1, 2, 3], [1, 2, 3], design=[["a"], ["b"], ["c"]]), "design holds text"),
        (lambda: bootstrap([1, 2, 3], [1, 2, 3], seed=-1), "seed has -1. Allowed: whole numbers from 0"),
        (lambda: permutation_test([1, 2, 3], [1, 2, 3], seed=-1), "seed has -1"),
        (lambda: gosh.all_subsets([1, 2, 3], [1, 2, 3], seed=-1), "seed has -1"),
        (lambda: counts.excess_significance([], [], true_effect=0.2), "0 studies. Allowed: at least 1"),
        (lambda: counts.rosenberg_fail_safe([], []), "0 studies. Allowed: at least 1"),
        (lambda: counts.rosenthal_fail_safe([], []), "0 studies. Allowed: at least 1"),
        (lambda: counts.orwin_fail_safe([], 0.1), "0 studies. Allowed: at least 1"),
        (lambda: counts.p_curve([], []), "0 studies. Allowed: at least 1"),
    ],
)
def test_what_nothing_can_be_made_of_is_said_in_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_moderator_far_from_zero_and_its_square_are_to_be_centred():
    year = np.arange(2000.0, 2008)
    for column, said in ((year**2, "take its mean from a moderator"), (2 * year, "leave out those that follow")):
        with pytest.raises(ValueError, match=said):
            pool(year % 3, np.ones(8), design=np.column_stack([np.ones(8), year, column]))
    centred = year - year.mean()
    pool(year % 3, np.ones(8), design=np.column_stack([np.ones(8), centred, centred**2]))


@pytest.mark.parametrize(
    ("measure", "cells", "said"),
    [
        ("log_odds_ratio", ([0, 0], [5, 6], [0, 0], [7, 8]), "no trial has an event, so"),
        ("log_risk_ratio", ([0, 0], [5, 6], [0, 0], [7, 8]), "no trial has an event, so"),
        ("log_odds_ratio", ([5, 6], [0, 0], [7, 8], [0, 0]), "everybody has the event in every trial"),
        ("log_risk_ratio", ([5, 6], [0, 0], [7, 8], [0, 0]), "everybody has the event in every trial"),
        ("log_odds_ratio", ([], [], [], []), "0 trials"),
        ("log_odds_ratio", ([5, 0], [0, 6], [7, 0], [0, 8]), "no trial has both events and persons without one"),
        (
            "log_risk_ratio",
            ([1, 2], [5, 6], [0, 0], [7, 8]),
            "in the control arm, so the pooled ratio is infinite",
        ),
        ("log_odds_ratio", ([5], [0], [7], [3]), "event in the control arm beside a person without one in the treated"),
        ("log_odds_ratio", ([0], [5], [7], [3]), "event in the treated arm beside a person without one in the control"),
    ],
)
def test_trials_without_a_ratio_say_why(measure, cells, said):
    with pytest.raises(ValueError, match=said):
        two_by_two.mantel_haenszel(two_by_two.tables(*cells), measure)


def test_without_a_floor_equal_effects_that_are_nothing_show_nothing():
    nothing = pool([0.0] * 3, [0.1, 0.2, 0.3], test="knapp_hartung_unfloored")
    assert (nothing.effect, nothing.standard_error, nothing.p_value, nothing.interval) == (0, 0, 1, (0, 0))
    something = pool([0.2] * 3, [0.1] * 3, test="knapp_hartung_unfloored")
    assert something.p_value == pytest.approx(0, abs=1e-12)
    for call in (pool, permutation_test):
        with pytest.raises(NoResidual, match=r"4 studies follow the design exactly.*take the test knapp_hartung"):
            call(
                [0.2] * 4, [0.1, 0.2, 0.3, 0.4], design=np.column_stack([np.ones(4), [1, 3, 2, 5]]),
                test="knapp_hartung_unfloored",
            )  # fmt: skip


def test_a_likelihood_that_is_flat_has_no_standard_error_and_says_so():
    effect, variance = [0.1] * 6, 0.04 + 0.0002 * np.arange(6)
    said = r"at least_precise = 0\.9 .*has no standard error; take another strength"
    with pytest.raises(copas.NoCurvature, match=said):
        copas.fit_copas(effect, variance, least_precise=0.9, most_precise=0.9)
    with pytest.raises(copas.NoCurvature, match="at none of 2 strengths of selection"):
        copas.copas_sensitivity(effect, variance, least_precise=(0.9, 0.9), most_precise=(0.9,))
    # Beside one that has an error it stays in the table, without one.
    table = copas.copas_sensitivity(effect, variance, least_precise=(0.9, 0.5), most_precise=(0.9,))
    assert table["converged"].to_list() == [False, True]
    assert table[["standard_error", "lower", "upper"]].isna().all(axis=1).to_list() == [True, False]


def test_a_large_sample_needs_no_correction():
    assert sizes.small_sample_correction(1e18) == 1
    # Both ways agree where one takes over from the other.
    assert sizes.small_sample_correction(0.999e6) == pytest.approx(sizes.small_sample_correction(1.001e6), abs=1e-8)


def test_everybody_with_the_event_has_a_ratio_without_an_error():
    with pytest.raises(ValueError, match="everybody has the event in both groups"):
        sizes.log_risk_ratio(5, 0, 6, 0)
    # One who has not is an error, however many have.
    assert sizes.log_risk_ratio(1e12, 1, 1e12, 0).standard_error == pytest.approx(1e-12)
