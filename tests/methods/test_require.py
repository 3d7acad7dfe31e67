"""What would give a wrong number without a word is refused, by every public function that could be given it."""

import importlib
import inspect
import pkgutil
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

from citizen_security import methods
from citizen_security.methods import (
    agreement,
    empirical_bayes,
    importance,
    measurement_bounds,
    proportions,
    randomisation,
    ranks,
    rates,
    require,
    resampling,
    reversion,
)  # fmt: skip
from citizen_security.methods import intervals as about_intervals
from citizen_security.methods.concentration import chance, equal_risk, gamma_risk, measures
from citizen_security.methods.forecasting import baselines, comparisons, error_spread, pools, scores
from citizen_security.methods.interrupted_series import counts as interrupted_counts
from citizen_security.methods.interrupted_series import placebo_dates, segments, structural, trend_bounds
from citizen_security.methods.intervals import about
from citizen_security.methods.meta_analysis import (
    bayesian_pooling,
    between_study_variance,
    block_covariance,
    cluster_robust,
    composites,
    coverage_simulation,
    effect_sizes,
    gosh,
    influence,
    multilevel,
    pooling,
    study_sets,
    study_values,
    two_by_two,
)  # fmt: skip
from citizen_security.methods.meta_analysis import resampling as studies_resampled
from citizen_security.methods.panel import (
    dynamic,
    fixed_effects,
    local_projections,
    mean_groups,
    placebo,
    unit_roots,
    wide,
)
from citizen_security.methods.publication_bias import (
    copas_selection,
    ensembles,
    funnel_simulation,
    funnel_tests,
    model_averaging,
    selection_models,
    significance_counts,
    trim_and_fill,
)  # fmt: skip
from citizen_security.methods.regression import (
    bias_reduced,
    equivalence,
    errors,
    intervals,
    least_squares,
    multiple_imputation,
    multiplicity,
    omitted_variables,
    quoted,
    wild_bootstrap,
)  # fmt: skip
from citizen_security.methods.sampling import Gate, Settings
from citizen_security.methods.spike_selection import designs as spike_designs
from citizen_security.methods.spike_selection import directions, false_positives, normal_bias, rules
from citizen_security.methods.staggered_adoption import (
    bounded_violations,
    event_studies,
    fixed_length,
    group_time,
    imputation,
    permuted_starts,
    placebo_leads,
    poisson_imputation,
    stacked,
    two_stage,
    untreated_fit,
)
from citizen_security.methods.staggered_adoption.interaction_weighted import interaction_weighted
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.synthetic_control import (
    confidence_sets,
    conformal,
    counterfactuals,
    estimates,
    matrix_completion,
    placebos,
    predictors,
    simplex,
    synthetic_difference,
)
from citizen_security.methods.synthetic_control import counts as synthetic_counts
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.methods.verdicts import grid, regions

RANDOM = np.random.default_rng(1)
NAN = float("nan")

# What each kind of argument must not be; a list stands for a column, and the last of a column is one too few.
LEVEL = (95, 1.0, 0.0, -0.1, NAN)
PROBABILITY = (-0.1, 1.1, 95, NAN)
SHARE = (*PROBABILITY, 0.0)
POSITIVE = (-1.0, 0.0, NAN)
NOT_NEGATIVE = (-1.0, NAN)
COUNT = (-1, NAN, 2.5)
COUNTS = ([3, -1, 4, 5, 6], [3, NAN, 4, 5, 6])
WHOLE = (*COUNTS, [3, 2.5, 4, 5, 6])
EXPOSURE = ([1e5, 0.0, 1e5, 1e5, 1e5], [1e5, -1e5, 1e5, 1e5, 1e5], [1e5, NAN, 1e5, 1e5, 1e5], [1e5] * 4)
EFFECT = ([-0.4, NAN, -0.3, -0.1, -0.5, -0.2], [-0.4] * 5)
VARIANCE = ([0.04, -0.01, 0.02, 0.03, 0.01, 0.05], [0.04, NAN, 0.02, 0.03, 0.01, 0.05], [0.04] * 5, [0.0] * 6)

BY_NAME = {
    "confidence_level": LEVEL, "credible_level": LEVEL, "significance": LEVEL, "effect": EFFECT, "variance": VARIANCE,
    "standard_error": POSITIVE, "count": COUNTS, "counts": WHOLE, "person_years": EXPOSURE, "share": PROBABILITY,
}  # fmt: skip

FIT = least_squares.solve(
    ("driver",), RANDOM.normal(size=(20, 2)), RANDOM.normal(size=20), clusters=np.repeat(list("abcde"), 4),
    periods=np.tile(np.arange(4), 5),
)  # fmt: skip
PANEL = wide.WidePanel.of(
    np.repeat(list("abcdefghij"), 12), np.tile(np.arange(12), 10), RANDOM.normal(size=120), RANDOM.normal(size=120)
)
OF_PANEL = {"panel": PANEL, "confidence_level": 0.9}
STUDIES = {"effect": [-0.4, -0.2, -0.3, -0.1, -0.5, -0.2], "variance": [0.04, 0.01, 0.02, 0.03, 0.01, 0.05]}
POOLED = pooling.pool(**STUDIES)
SETS = pooling.pool_sets(study_sets.one_set(**STUDIES))
POSTERIOR = bayesian_pooling.pool_bayesian(**STUDIES, tau_prior=bayesian_pooling.TauPrior("half_normal", 0.5))
BLOCKS = block_covariance.correlated_blocks(np.ones(4), list("aabb"), correlation=0.5)
TABLES = two_by_two.tables([4, 6], [119, 300], [11, 29], [128, 274])
PRIORS = ensembles.unit_information_priors(2.0)
FIVE = {"count": [3, 1, 4, 5, 6], "person_years": [1e5] * 5}
RISKS = empirical_bayes.last_value([3, 1, 4, 5, 6], [1e5] * 5)
EXPOSED = ([1e5, 0.0, 1e5, 1e5, 1e5], [1e5, -1e5, 1e5, 1e5, 1e5], [1e5, NAN, 1e5, 1e5, 1e5], [1e5] * 4)
GROUPED = {"counts": [3, 1, 4, 5, 6], "exposure": [1e5] * 5, "group": list("aabbb")}
NOT_GROUPED = {"exposure": EXPOSED, "group": (["a", None, "b", "b", "b"], list("aabb"))}
SAMPLER = {"settings": Settings(10, 10, 1, 0.8, 1), "gate": Gate.QUICK}
DRAWS = np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 2.0], [0.5, 4.0]])
OF_DRAWS = {"draws": (DRAWS[:0], DRAWS[:, :1], np.full((4, 2), NAN)), "observed": ([1.0, NAN], [1.0])}
CROSSED = {"group": ["x"] * 4, "unit": ["a", "a", "b", "b"], "period": [1, 2, 1, 2]}
SERIES = RANDOM.normal(size=(3, 6))
OF_SERIES = {
    "values": (SERIES[0], SERIES[:, :4], np.full((3, 6), NAN)),
    "periods": ([1, 2, 3, 3, 4, 5], [1, 2, NAN, 4, 5, 6]),
    "horizon": (0, 9, 1.5),
}
SPREAD = error_spread.spread_by_errors([0.1, 0.3], centred=False)
WORLD = {"all_reported": funnel_simulation.Truth(-0.2, 0.1)}
MEASURED = grid.Choice("main", regions.Estimate(4.0, 3.0, 5.0), is_main=True)

TREATED = TreatedPanel.of_table(RANDOM.normal(size=(16, 14)), treated=[0, 1], before=9)
OF_TREATED = {"panel": TREATED, "estimator": "penalised", "penalty": 0.1}
SYNTHETIC = synthetic_difference.synthetic_difference_in_differences(TREATED)

# A line that falls, and counts that do.
LINE = np.linspace(3.0, 2.0, 24) + 0.1 * RANDOM.normal(size=24)
BROKEN = np.where(np.arange(24) == 5, NAN, LINE)
MONTHS = {"counts": RANDOM.poisson(40, 24), "exposure": np.full(24, 1e6), "before": 16}
NO_MONTHS = {
    "counts": (np.full(24, 2.5), np.full(24, NAN), np.full(23, 3)),
    "exposure": (np.zeros(24), np.full(24, NAN)),
    "before": (3, 23),
}
UNITS = {"counts": RANDOM.poisson(40, (5, 12)), "exposure": np.full((5, 12), 1e6), "before": 8}
NO_UNITS = {
    "counts": (np.full((5, 12), 2.5), np.full((5, 12), NAN), np.full((5, 11), 3)),
    "exposure": (np.zeros((5, 12)), np.full((5, 12), NAN)),
    "before": (2, 12),
    "treated": (-1, 5),
}
OF_PLACE = {"outcomes": RANDOM.normal(size=(8, 14)), "before": 9, "shifts": np.zeros(1)}
NO_PLACE = {"outcomes": (np.full((8, 14), NAN),), "before": (1, 13)}
OF_PLACES = {
    "outcomes": RANDOM.normal(size=(12, 14)), "rules": ["high"], "designs": ["before_and_after"], "before": [8],
    "after": 4, "donors": 6, "draws": 5, "seed": 1, "confidence_level": 0.9, "significance": 0.1, "power": 0.5,
}  # fmt: skip
STAGGERED = StaggeredPanel.of_table(
    np.random.default_rng(2).poisson(20.0, size=(24, 8)), np.repeat([3.0, 5.0, 6.0, NAN], 6), exposure=2.0
)
EVENT_STUDY = interaction_weighted(STAGGERED).effects
# The same as if many more units said it, so that it is clear at any level.
PRECISE = replace(EVENT_STUDY, scores=EVENT_STUDY.scores / 100)
STRUCTURAL = structural.structural_series(LINE, 16)
HORIZON = (0, -1, 1.5, NAN)

# A function, arguments that it takes, and what it must not be given where `BY_NAME` does not say so, or says otherwise.

OF_DRAWN = pd.DataFrame(
    {
        "design": ["one", "one", "other", "other"], "rule": ["random", "high"] * 2, "draws": 20,
        "found_fall": [0.4, 0.5, 0.0, 0.05], "fall_lower": [0.2, 0.3, 0.0, 0.01], "found_rise": 0.0,
        "rise_lower": 0.0, "least_fall": [-50.0, -40.0, -80.0, -70.0],
    }
)  # fmt: skip

CALLS = [
    (rates.ratio_interval,
     {"before": 5, "after": 4, "exposure_before": 1e5, "exposure_after": 2e5, "confidence_level": 0.9},
     {"before": COUNT, "after": COUNT, "exposure_before": POSITIVE, "exposure_after": POSITIVE}),
    (measurement_bounds.change_bounds,
     {"ratio": 0.5, "uncounted_before": (0.0, 0.1), "uncounted_after": (0.1, 0.2)},
     {"ratio": NOT_NEGATIVE, "uncounted_before": ((0.2, 0.1), (0, 1), (0, NAN)),
      "uncounted_after": ((-0.1, 0), (0, 1))}),
    (measurement_bounds.turning_point,
     {"recorded": 5, "expected": 8.0, "expected_interval": (7.0, 9.0), "uncounted_before": 0.1},
     {"recorded": NOT_NEGATIVE, "expected": POSITIVE, "expected_interval": ((9.0, 10.0), (NAN, 9.0)),
      "uncounted_before": (*PROBABILITY, 1.0)}),
    (segments.fit_segments,
     {"outcome": LINE, "before": 16, "season": 4, "harmonics": 1, "errors": "newey_west", "lags": 2},
     {"outcome": (BROKEN, np.zeros(24)), "before": (3, 23), "season": (1,), "harmonics": (0, 9), "lags": COUNT}),
    (interrupted_counts.fit_count_segments, MONTHS, NO_MONTHS),
    (placebo_dates.placebo_dates, {"outcome": LINE, "before": 16, "horizon": 4},
     {"outcome": (BROKEN,), "horizon": COUNT}),
    (trend_bounds.trend_bounds, {"outcome": LINE, "before": 16, "bends": [1.0], "confidence_level": 0.9},
     {"outcome": (BROKEN,), "bends": NOT_NEGATIVE}),
    (structural.structural_series,
     {"outcome": LINE, "before": 16, "controls": np.stack([LINE**2, np.sin(LINE)]), "season": 4, "harmonics": 1},
     {"outcome": (BROKEN, np.zeros(24)), "before": (3, 23), "season": (1,), "harmonics": (0, 9),
      "controls": (LINE, np.ones((2, 24)), np.stack([BROKEN, LINE]))}),
    (STRUCTURAL.interval, {"credible_level": 0.9}, {}),
    (STRUCTURAL.path_interval, {"credible_level": 0.9}, {}),
    (STRUCTURAL.cumulated_interval, {"credible_level": 0.9}, {}),
    (STRUCTURAL.probability_below, {"effects": [0.0]}, {"effects": (NAN,)}),
    (synthetic_counts.count_control, UNITS, NO_UNITS),
    (synthetic_counts.log_likelihood, {"counts": [3, 1], "mean": [2.0, 2.0], "dispersion": 0.1},
     {"counts": ([3, -1], [3, NAN]), "mean": ([2.0, 0.0], [2.0, NAN]), "dispersion": NOT_NEGATIVE}),
    (rules.eligible_places, {"outcomes": RANDOM.normal(size=(8, 14)), "before": 9, "rule": "high", "share": 0.2},
     {"outcomes": (np.full((8, 14), NAN),), "before": (1,), "window": (0, 9)}),
    (spike_designs.before_and_after, OF_PLACE, NO_PLACE),
    (spike_designs.extrapolated_line, OF_PLACE, NO_PLACE),
    (spike_designs.among_equal_moments, OF_PLACE,
     {"outcomes": (np.full((8, 14), NAN),), "before": (1,), "window": (0, 9)}),
    (false_positives.false_positive_rates, OF_PLACES,
     {"outcomes": (np.full((12, 14), NAN),), "donors": (1, 12), "before": ([11],), "draws": (0,), "power": LEVEL}),
    (about, {"estimate": 1.0, "error": 0.5, "confidence_level": 0.9}, {"confidence_level": LEVEL}),
    (directions.right_share, {"significance": 0.05}, {}),
    (directions.too_often, {"rows": OF_DRAWN, "direction": "fall", "significance": 0.05}, {}),
    (directions.by_luck, {"rows": OF_DRAWN, "significance": 0.05, "confidence_level": 0.9}, {}),
    (directions.least_fall, {"rows": OF_DRAWN, "significance": 0.05}, {}),
    (about_intervals.about, {"estimate": 1.0, "error": 0.5, "confidence_level": 0.9, "degrees": 9.0}, {}),
    (normal_bias.matching_bias, {"difference": 1.0, "persistence": 0.5},
     {"difference": (NAN,), "persistence": PROBABILITY}),
    (
        simplex.fit_simplex,
        {"targets": [1.0, 2.0], "donors": [[0.0, 1.0], [3.0, 3.0]], "ridge": 0.1, "penalty": 0.1, "cost": 0.0},
        {
            "targets": ([1.0, NAN], [1.0]), "donors": ([[0.0, NAN], [3.0, 3.0]],), "ridge": NOT_NEGATIVE,
            "penalty": NOT_NEGATIVE, "cost": (NAN, float("inf")), "first": (2, 0.5, -1), "stop": (0, 3, 1.5),
            "allowed": ([[True]], [[False, False]]),
        },
    ),
    (
        simplex.certify,
        {"target": [1.0, 2.0], "donors": [[0.0, 1.0], [3.0, 3.0]], "weights": [0.5, 0.5]},
        {"target": ([1.0, NAN],), "donors": ([[0.0, NAN], [3.0, 3.0]],), "weights": ([0.5, NAN], [1.0])},
    ),
    (
        counterfactuals.counterfactuals,
        {"problems": counterfactuals.Problems.of_panel(TREATED), "estimator": "penalised", "penalty": 0.1},
        {"penalty": NOT_NEGATIVE},
    ),
    (estimates.synthetic_control, OF_TREATED, {"penalty": NOT_NEGATIVE}),
    (estimates.leave_one_out, OF_TREATED, {"penalty": NOT_NEGATIVE}),
    (
        estimates.near_optimal_effects,
        {"panel": TREATED, "tolerance": 0.1, "floor": 0.0},
        {"tolerance": NOT_NEGATIVE, "floor": NOT_NEGATIVE},
    ),
    (
        predictors.fit_with_predictors,
        {"panel": TREATED, "predictors": RANDOM.normal(size=(16, 2)), "starts": 50, "tolerance": 0.1},
        {"predictors": (np.ones((16, 2)), np.full((16, 2), NAN), np.ones((15, 2))), "starts": (49, NAN)}
        | {"tolerance": NOT_NEGATIVE},
    ),
    (
        synthetic_difference.standard_error,
        {"fit": SYNTHETIC, "method": "placebo", "draws": 20},
        {"draws": (9, NAN)},
    ),
    (
        synthetic_difference.StandardError("placebo", 1.0, np.zeros(2), enumerated=True).interval,
        {"effect": 1.0, "confidence_level": 0.9},
        {"effect": ()},
    ),
    (
        matrix_completion.matrix_completion,
        {"panel": TREATED, "penalty": 0.5, "folds": 3},
        {"penalty": POSITIVE, "folds": (1, NAN)},
    ),
    (placebos.placebos_in_space, OF_TREATED, {"penalty": NOT_NEGATIVE}),
    (placebos.placebos_in_time, {**OF_TREATED, "horizon": 2}, {"penalty": NOT_NEGATIVE, "horizon": (0, 6, NAN)}),
    (
        placebos.placebos_in_space_and_time,
        {**OF_TREATED, "horizon": 2},
        {"penalty": NOT_NEGATIVE, "horizon": (0, 6, NAN)},
    ),
    (
        confidence_sets.constant_effect_set,
        {"panel": TREATED, "statistic": "mean_gap", "confidence_level": 0.9},
        {},
    ),
    (
        conformal.conformal_test,
        {"panel": TREATED, "effect": 0.0, "draws": 9},
        {"effect": (NAN, float("inf")), "draws": (0, -1)},
    ),
    (conformal.conformal_interval, {"panel": TREATED, "confidence_level": 0.9}, {}),
    (conformal.pointwise_intervals, {"panel": TREATED, "confidence_level": 0.9}, {}),
    (
        group_time.group_time_effects,
        {"panel": STAGGERED, "covariates": np.linspace(0.0, 1.0, 24) ** 2, "adjustment": "outcome_regression"},
        {"covariates": (np.full(24, NAN), np.ones(23))},
    ),
    (imputation.imputation, {"panel": STAGGERED, "horizon": 2}, {"horizon": HORIZON}),
    (poisson_imputation.poisson_imputation, {"panel": STAGGERED, "horizon": 2}, {"horizon": HORIZON}),
    (untreated_fit.averages, {"panel": STAGGERED, "by": "start", "horizon": 2}, {"horizon": HORIZON}),
    (two_stage.two_stage, {"panel": STAGGERED, "by": "event_time", "leads": 2}, {"leads": (-1, 99, NAN)}),
    (
        stacked.stacked,
        {"panel": STAGGERED, "before": 2, "after": 1},
        {"before": (0, 99, NAN), "after": (-1, 99, NAN)},
    ),
    (
        permuted_starts.permuted_starts,
        {"panel": STAGGERED, "horizon": 2, "draws": 9, "within": list("ab") * 12},
        {"horizon": HORIZON, "draws": (0, -1, NAN), "within": (["a"] * 23, [None] * 24)},
    ),
    (
        permuted_starts.permuted_limits,
        {"panel": STAGGERED, "horizon": 2, "draws": 9, "within": list("ab") * 12, "confidence_level": 0.8},
        {"horizon": HORIZON, "draws": (0, -1, NAN), "within": (["a"] * 23, [None] * 24)},
    ),
    (
        permuted_starts.PermutationTest(0.1, np.zeros(9), 3, enumerated=False, arrangements=99).interval,
        {"confidence_level": 0.9},
        {},
    ),
    (placebo_leads.lead_test, {"panel": STAGGERED, "leads": 2}, {"leads": HORIZON}),
    (placebo_leads.earlier_starts, {"panel": STAGGERED, "earlier": 1}, {"earlier": (*HORIZON, 99)}),
    (EVENT_STUDY.table, {"confidence_level": 0.9}, {}),
    (EVENT_STUDY.band, {"confidence_level": 0.9, "draws": 99}, {"draws": (98, NAN)}),
    (EVENT_STUDY.critical_value, {"confidence_level": 0.9, "draws": 99}, {"draws": (98, NAN)}),
    (EVENT_STUDY.combined, {"weights": np.ones(10)}, {"weights": (np.ones(9), np.full(10, NAN))}),
    (
        bounded_violations.bounded_violations,
        {"effects": EVENT_STUDY, "bound": 0.5, "weights": np.ones(5), "confidence_level": 0.9, "draws": 99},
        {"bound": NOT_NEGATIVE, "weights": (np.ones(4), np.full(5, NAN)), "draws": (9, NAN)},
    ),
    (
        bounded_violations.breakdown,
        {"effects": EVENT_STUDY, "weights": np.ones(5), "confidence_level": 0.9, "draws": 99},
        {"weights": (np.ones(4), np.full(5, NAN)), "draws": (9, NAN)},
    ),
    (
        bounded_violations.sensitivity,
        {"effects": EVENT_STUDY, "bounds": [0.5], "weights": np.ones(5), "confidence_level": 0.9},
        {"bounds": ([-1.0], [NAN]), "weights": (np.ones(4),)},
    ),
    (
        fixed_length.fixed_length,
        {"effects": EVENT_STUDY, "bound": 0.5, "weights": np.ones(5), "confidence_level": 0.9},
        {"bound": NOT_NEGATIVE, "weights": (np.ones(4), np.full(5, NAN))},
    ),
    (fixed_length.breakdown, {"effects": PRECISE, "weights": np.ones(5), "confidence_level": 0.9},
     {"weights": (np.ones(4),)}),
    (fixed_length.folded_quantile, {"level": 0.9, "bias": 0.5}, {"level": LEVEL, "bias": (NAN,)}),
    (event_studies.study_of, {"effects": EVENT_STUDY, "weights": np.ones(5)}, {"weights": (np.ones(4),)}),
    (
        regions.region_of,
        {"claim_type": "number", "claimed": 3.0},
        {"claimed": (None, NAN, float("inf")), "low": (NAN,), "high": (NAN,)},
    ),
    (regions.Tolerances.scaled, {"self": regions.Tolerances(), "factor": 2.0}, {"factor": POSITIVE}),
    (
        grid.judge,
        {"region": regions.Region(3.0, 6.0), "choices": [MEASURED], "directness": "direct"},
        {"choices": ([], [MEASURED, MEASURED], [grid.Choice("other", MEASURED.estimate)])},
    ),
    (grid.Thresholds, {"agreeing": 0.75, "opposing": 0.1}, {"agreeing": PROBABILITY, "opposing": PROBABILITY}),
    (
        agreement.agreement,
        {"first": [["a"], ["b"], ["a"]], "second": [["a"], ["a"], ["b"]], "categories": ["a", "b"]}
        | {"confidence_level": 0.9, "draws": 9, "seed": 1},
        {"first": ([["a"]], [["c"], ["b"], ["a"]], [["a", "b"], ["b"], ["a"]])},
    ),
    (
        proportions.wilson_interval,
        {"count": 2, "total": 5, "confidence_level": 0.9},
        {"count": (-1, 6), "total": (1,)},
    ),
    (agreement.cohens_kappa, {"table": [[2, 1], [1, 3]]}, {"table": ([[1, 2]], [[0, 0], [0, 0]])}),
    (rates.poisson_interval, {**FIVE, "confidence_level": 0.95}, {}),
    (rates.comparison_probability, FIVE, {}),
    (
        empirical_bayes.fit_gamma_poisson,
        {**GROUPED, "least_places": 3},
        {**NOT_GROUPED, "exposure": (*EXPOSED, [0.0] * 5), "least_places": (1, NAN)},
    ),
    (
        empirical_bayes.equal_risk,
        GROUPED,
        {**NOT_GROUPED, "exposure": (*EXPOSED, [0.0] * 5)},
    ),
    (
        empirical_bayes.last_value,
        {"counts": [3, 0, 4, 5, 6], "exposure": [1e5] * 5},
        {"exposure": EXPOSED},
    ),
    (RISKS.interval, {"credible_level": 0.9}, {}),
    (
        RISKS.predictive_log_score,
        {"counts": [3, 1, 4, 5, 6], "exposure": [1e5] * 5},
        {"counts": (*WHOLE, [3, 1, 4, 5]), "exposure": EXPOSED},
    ),
    (
        RISKS.draw_counts,
        {"exposure": [1e5] * 5, "draws": 3, "generator": RANDOM},
        {"exposure": ([1e5] * 4, [1e5, -1e5, 1e5, 1e5, 1e5], [1e5, NAN, 1e5, 1e5, 1e5]), "draws": (0, -1)},
    ),
    (ranks.rank_confidence_sets, {**FIVE, "confidence_level": 0.95}, {}),
    (ranks.rank_from_highest, {"values": [1.0, 2.0]}, {"values": ([1.0, NAN],)}),
    (
        ranks.summarise_ranks,
        {"ranks": np.array([[1, 2]]), "credible_level": 0.9, "top_places": 1},
        {"ranks": (np.empty((0, 2), int),)},
    ),
    (randomisation.p_value_interval, {"extreme": 3, "draws": 9, "confidence_level": 0.9}, {"extreme": (-1, 10)}),
    (randomisation.count_as_extreme, {"drawn": [1.0], "observed": 1.0}, {"observed": (NAN,)}),
    (randomisation.placebo_rank, {"treated": 1.0, "placebos": [1.0]}, {"treated": (NAN,)}),
    (
        resampling.clustered_ratio,
        {"numerator": np.ones(3), "denominator": np.ones(3), "clusters": np.array(["a", "b", "c"], object)}
        | {"confidence_level": 0.9, "draws": 9, "seed": 1},
        {"clusters": (np.array(["a", None, "c"], object), np.array(["a", "b"])), "numerator": (np.ones(2),)},
    ),
    (
        reversion.highest,
        {"values": np.arange(4.0), "share": 0.5},
        {"values": (np.array([1.0, NAN]), np.array([]))},
    ),
    (
        reversion.random_swaps,
        {"first": np.arange(4.0), "last": np.ones(4), "share": 0.5, "draws": 9, "seed": 1},
        {"first": (np.arange(3.0), np.array([1, NAN, 2, 3])), "draws": (0,)},
    ),
    (
        reversion.autocovariances,
        {"values": np.ones((2, 5)), "noise": np.ones((2, 5))},
        {"noise": (-np.ones((2, 5)), np.ones((2, 4)))},
    ),
    (
        reversion.autocorrelations,
        {"values": np.arange(10.0).reshape(2, 5), "noise": np.zeros((2, 5)), "confidence_level": 0.9},
        {"noise": (-np.ones((2, 5)), np.ones((2, 4)))},
    ),
    (
        reversion.estimate_variance,
        {"values": np.ones((2, 5)), "noise": np.ones((2, 5))},
        {"noise": (-np.ones((2, 5)), np.ones((2, 4)))},
    ),
    (
        reversion.YearVariance,
        {"between": 0.1, "within": 0.1, "persistence": 0.5, "noise": 0.1},
        {"between": NOT_NEGATIVE, "within": NOT_NEGATIVE, "persistence": PROBABILITY, "noise": NOT_NEGATIVE},
    ),
    (
        reversion.expected_change_of_chosen,
        {"covariance": np.eye(2), "select": np.ones(2), "change": np.ones(2), "quantile": 0.9},
        {"quantile": (1.0, 95, -0.1, NAN), "covariance": (np.full((2, 2), NAN),), "select": (np.array([1.0, NAN]),)},
    ),
    (
        reversion.expected_change,
        {name: np.ones(2) for name in ("start", "first", "shared", "last", "noise_first", "noise_last")},
        {"noise_first": (-np.ones(2),), "noise_last": (np.array([1.0, NAN]),)},
    ),
    (importance.weigh, {"points": np.ones((90, 1)), "log_weights": np.arange(90.0)}, {"log_weights": (np.ones(2),)}),
    (
        importance.resampled,
        {"weights": np.array([0.5, 0.5]), "draws": 4, "generator": RANDOM},
        {"weights": (np.array([0.5, NAN]), np.array([1.5, -0.5]), np.array([5.0, 5.0]))},
    ),
    (
        chance.compare_with_chance,
        {"counts": [3, 1, 4, 5, 6], "weights": None, "share": 0.5, "credible_level": 0.9, "draws": 9, "seed": 1},
        {"share": SHARE, "weights": ([1.0, 2.0], [-1.0] * 5), "chance": ([-1.0] * 5,)},
    ),
    (
        chance.measure_equal_risk,
        {"events": 30, "exposure": [1.0, 2.0, 3.0], "share": 0.5, "credible_level": 0.9, "draws": 99, "seed": 1},
        {"events": (0, -1, 2.5), "exposure": ([-1.0, -1.0], [NAN, 1.0]), "share": SHARE},
    ),
    (
        chance.concentration_by_window,
        {"counts": np.ones((4, 3)), "windows": [1, 2], "confidence_level": 0.9, "draws": 9, "seed": 1},
        {"counts": (np.full((4, 3), NAN), np.full((4, 3), 0.5)), "windows": ([0], [5])},
    ),
    (
        equal_risk.draw_equal_risk,
        {"events": 3, "exposure": [1.0, 1.0], "draws": 9, "generator": RANDOM},
        {"exposure": ([-1.0, -1.0], [NAN, 1.0]), "events": (-1,)},
    ),
    (equal_risk.expected_gini, {"places": 3, "events": 3}, {"places": (*COUNT, 1), "events": (*COUNT, 0)}),
    (equal_risk.expected_generalised_gini, {"places": 3, "events": 3}, {"places": (*COUNT, 1), "events": COUNT}),
    (equal_risk.occupied_places, {"places": 3, "events": 3}, {"places": (*COUNT, 0), "events": COUNT}),
    (
        equal_risk.events_for_occupied,
        {"places": 3, "occupied": 2.0},
        {"places": (*COUNT, 1), "occupied": (-1.0, 3.0, NAN)},
    ),
    (gamma_risk.gamma_gini, {"shape": 1.0}, {"shape": POSITIVE}),
    (gamma_risk.gamma_shape, {"coefficient": 0.5}, {"coefficient": (-0.1, 1.0, 95, NAN)}),
    (gamma_risk.gamma_place_share, {"shape": 1.0, "share": 0.5}, {"shape": POSITIVE}),
    (
        gamma_risk.shape_from_occupied,
        {"places": 9, "events": 5, "occupied": 4.0},
        {"places": COUNT, "events": COUNT, "occupied": (NAN, 6.0)},
    ),
    (
        gamma_risk.fit_gamma_risk,
        {"counts": [3, 1, 4, 5, 6], "exposure": [1.0] * 5},
        {"counts": ([],), "exposure": EXPOSURE},
    ),
    (
        gamma_risk.simulate_gamma_places,
        {"places": 9, "events": 5, "shape": 1.0, "share": 0.5, "draws": 2, "seed": 1},
        {"places": COUNT, "events": (*COUNT, 0), "shape": POSITIVE, "share": SHARE},
    ),
    (
        gamma_risk.scatter_events,
        {"places": 9, "events": 5, "shape": 1.0, "generator": RANDOM},
        {"places": COUNT, "shape": POSITIVE},
    ),
    (gamma_risk.fit_gamma_risk([3, 1, 4]).quantile, {"probability": [0.5]}, {"probability": ([95.0], [-0.1], [NAN])}),
    (measures.lorenz_curve, {"counts": [1, 2, 3], "weights": None}, {"counts": COUNTS, "weights": ([1.0, NAN, 1.0],)}),
    (measures.gini, {"counts": [1, 2, 3]}, {"counts": COUNTS}),
    (measures.generalised_gini, {"counts": [1, 2, 3]}, {"counts": COUNTS}),
    (measures.place_share, {"counts": [1, 2, 3], "share": 0.5}, {"counts": COUNTS, "share": SHARE}),
    (measures.measure_concentration, {"counts": [1, 2, 3], "share": 0.5}, {"counts": COUNTS, "share": SHARE}),
    (scores.sample_crps, {"draws": DRAWS, "observed": [1.0, 2.0]}, OF_DRAWS),
    (
        scores.interval_covers,
        {"draws": DRAWS, "observed": [1.0, 2.0], "credible_level": 0.9},
        OF_DRAWS,
    ),
    (scores.randomised_pit, {"draws": DRAWS, "observed": [1.0, 2.0], "generator": RANDOM}, OF_DRAWS),
    (
        scores.poisson_log_score,
        {"expected": DRAWS, "count": [1, 2]},
        {"expected": (-DRAWS, DRAWS[:0], DRAWS[:, :1]), "count": ([1, -2], [1, NAN], [1])},
    ),
    (
        scores.poisson_lognormal_log_score,
        {"centre": [0.5, 1.0], "deviation": [0.1, 0.2], "exposure": [2.0, 3.0], "count": [3, 0]},
        {
            "centre": ([NAN, 1.0],),
            "deviation": ([0.0, 0.2], [NAN, 0.2]),
            "exposure": ([0.0, 3.0], [-1.0, 3.0]),
            "count": ([-1, 0], [NAN, 0]),
        },
    ),
    (
        scores.negative_binomial_log_score,
        {"expected": DRAWS, "size": 2.0, "count": [1, 2]},
        {"expected": (-DRAWS, DRAWS[:0]), "size": (*POSITIVE, [1.0] * 3), "count": ([1, -2], [1, NAN], [1])},
    ),
    (
        comparisons.resampled_sums,
        {"values": np.ones((4, 1)), **CROSSED, "draws": 9, "seed": 1},
        {"values": (np.ones(4), np.full((4, 1), NAN), np.ones((3, 1))), "draws": (0,), "period": ([1, 2, 1],)},
    ),
    (
        comparisons.mean_interval,
        {"values": np.ones(4), **CROSSED, "confidence_level": 0.9, "draws": 9, "seed": 1},
        {"values": ([1.0, NAN, 1.0, 1.0],), "unit": (np.array(["a", None, "b", "b"], object),)},
    ),
    (
        baselines.recent_sums,
        {"counts": [[3, 1], [4, 0]], "exposure": [[1.0, 1.0], [2.0, 0.0]], "periods": 1},
        {
            "counts": ([[-1, 1], [4, 0]], [[0.5, 1], [4, 0]]),
            "exposure": ([[NAN, 1.0]] * 2, [[-1.0, 1.0]] * 2),
            "periods": (0,),
        },
    ),
    (baselines.exponential_smoothing, {"values": SERIES, "periods": [1, 2, 3, 4, 5, 6], "horizon": 1}, OF_SERIES),
    (
        baselines.ridge_on_lags,
        {"values": SERIES, "periods": [1, 2, 3, 4, 5, 6], "horizon": 1, "lags": 2},
        {**OF_SERIES, "lags": (0, 5)},
    ),
    (error_spread.spread_by_errors, {"errors": [0.1, 0.2], "centred": True}, {"errors": ([0.1, NAN], [0.1, 0.1])}),
    (
        SPREAD.draw_counts,
        {"centre": [-9.0, -8.0], "exposure": [1e5, 1e5], "draws": 9, "generator": RANDOM},
        {"centre": ([-9.0, NAN], [-9.0]), "exposure": ([1e5, 0.0], [1e5, NAN]), "draws": (0,)},
    ),
    (
        SPREAD.log_score,
        {"centre": [-9.0, -8.0], "exposure": [1e5, 1e5], "count": [1, 2]},
        {"centre": ([-9.0, NAN],), "exposure": ([1e5, 0.0],), "count": ([1, -2], [1, NAN], [1])},
    ),
    (
        pools.stacking_weights,
        {"log_scores": -DRAWS, "importance": np.ones(4), "prior": 1.0},
        {"log_scores": (np.full((4, 2), NAN), DRAWS[:3]), "importance": (-np.ones(4),), "prior": POSITIVE},
    ),
    (
        pools.pooled_log_score,
        {"log_scores": -DRAWS, "weights": [0.5, 0.5]},
        {"log_scores": (np.full((4, 2), NAN),), "weights": ([0.5], [1.5, -0.5], [NAN, 1.0])},
    ),
    (
        pools.pooled_draws,
        {"draws": [DRAWS, DRAWS], "weights": [0.5, 0.5], "number": 4},
        {"weights": ([1.0], [1.5, -0.5]), "number": (0,)},
    ),
    (between_study_variance.between_study_variance, STUDIES, {}),
    (
        composites.composites,
        {"effect": STUDIES["effect"], "standard_error": [0.2] * 6, "group": list("aabbcc"), "correlation": 0.5},
        {"group": (list("aabbc"), ["a", "a", "b", "b", "c", None]), "correlation": PROBABILITY}
        | {"standard_error": ([0.2] * 5, [0.2, 0.0, 0.2, 0.2, 0.2, 0.2])},
    ),
    (study_sets.one_set, STUDIES, {"design": (np.full((6, 1), NAN), np.ones((5, 1)))}),
    (study_values.effects_and_variances, STUDIES, {}),
    (pooling.pool, {**STUDIES, "confidence_level": 0.9}, {}),
    (pooling.q_profile_interval, {**STUDIES, "confidence_level": 0.9}, {}),
    (POOLED.prediction_interval, {"confidence_level": 0.9}, {}),
    (SETS.intervals, {"confidence_level": 0.9}, {}),
    (influence.leave_one_out, {**STUDIES, "confidence_level": 0.9}, {}),
    (influence.cumulative, {**STUDIES, "confidence_level": 0.9}, {}),
    (influence.influence, STUDIES, {}),
    (gosh.all_subsets, STUDIES, {}),
    (studies_resampled.bootstrap, {**STUDIES, "confidence_level": 0.9, "replicates": 9}, {}),
    (studies_resampled.permutation_test, STUDIES, {}),
    (
        coverage_simulation.simulate_coverage,
        {"studies": [3], "i_squared": [0.5], "replicates": 9, "seed": 1, "confidence_level": 0.9},
        {"i_squared": ([50], [NAN])},
    ),
    (
        multilevel.three_level,
        {**STUDIES, "study": np.array(list("aabbcc"), object), "confidence_level": 0.9, "correlation": 0.5},
        {"study": (np.array(["a", None, "b", "b", "c", "c"], object), ["a"]), "correlation": (-0.1, 1.0, 60, NAN)},
    ),
    (
        cluster_robust.cluster_robust,
        {"effect": STUDIES["effect"], "cluster": np.array(list("aabbcc"), object), "confidence_level": 0.9}
        | {"working_covariance": STUDIES["variance"]},
        {"cluster": (np.array([1, NAN, 2, 2, 3, 3]), ["a"]), "working_covariance": VARIANCE},
    ),
    (
        cluster_robust.t_tested,
        {"coefficients": np.ones(2), "covariance": np.eye(2), "degrees": np.ones(2), "confidence_level": 0.9},
        {},
    ),
    (
        cluster_robust.weighted_least_squares,
        {"effect": np.arange(4.0), "design": np.ones((4, 1)), "covariance": BLOCKS},
        {"effect": (), "design": (np.ones((4, 2)),)},
    ),
    (
        block_covariance.correlated_blocks,
        {"variance": STUDIES["variance"], "cluster": list("aabbcc"), "correlation": 0.5, "between_studies": 0.1}
        | {"within_studies": 0.1},
        {"correlation": PROBABILITY, "between_studies": NOT_NEGATIVE, "within_studies": NOT_NEGATIVE},
    ),
    (POSTERIOR.mu, {"credible_level": 0.9}, {}),
    (POSTERIOR.tau_summary, {"credible_level": 0.9}, {}),
    (POSTERIOR.predictive, {"credible_level": 0.9}, {}),
    (POSTERIOR.shrinkage, {"credible_level": 0.9}, {}),
    (POSTERIOR.mu_given_tau.summary, {"credible_level": 0.9}, {}),
    (bayesian_pooling.pool_bayesian, {**STUDIES, "tau_prior": POSTERIOR.tau_prior}, {}),
    (bayesian_pooling.sample_pooled, {**STUDIES, "tau_prior": POSTERIOR.tau_prior, **SAMPLER}, {}),
    (effect_sizes.log_odds_ratio, {"treated": 1, "treated_others": 2, "control": 3, "control_others": 4}, {}),
    (
        effect_sizes.log_risk_ratio,
        {"treated": 1, "treated_others": 2, "control": 3, "control_others": 4},
        {"treated": POSITIVE, "treated_others": NOT_NEGATIVE, "control_others": NOT_NEGATIVE},
    ),
    (
        effect_sizes.standardised_mean_difference,
        dict.fromkeys(("treated_mean", "control_mean", "treated_deviation", "control_deviation"), 1.0)
        | {"treated_size": 5, "control_size": 5},
        {"treated_mean": (NAN,), "control_deviation": NOT_NEGATIVE, "treated_size": (-5, 1, NAN)},
    ),
    (
        effect_sizes.difference_of_regression,
        {"coefficient": 1.0, "standard_error": 1.0, "outcome_deviation": 1.0},
        {"outcome_deviation": POSITIVE},
    ),
    (effect_sizes.ratio_of_regression, {"coefficient": 1.0, "standard_error": 1.0}, {}),
    (effect_sizes.size_from_interval, {"estimate": 1, "lower": 0, "upper": 2, "confidence_level": 0.9}, {}),
    (
        effect_sizes.standard_error_from_p,
        {"effect": 1.0, "p_value": 0.5, "degrees": 9.0},
        {"effect": (0.0, NAN), "p_value": LEVEL, "degrees": POSITIVE},
    ),
    (two_by_two.tables, {"treated": [1], "treated_others": [1], "control": [1], "control_others": [1]}, {}),
    (two_by_two.corrected, {"given": TABLES, "amount": 0.5}, {"amount": NOT_NEGATIVE}),
    (two_by_two.log_ratios, {"given": TABLES, "amount": 0.5}, {"amount": NOT_NEGATIVE}),
    (two_by_two.mantel_haenszel, {"given": TABLES, "confidence_level": 0.9}, {}),
    (two_by_two.peto, {"given": TABLES, "confidence_level": 0.9}, {}),
    (copas_selection.fit_copas, {**STUDIES, "least_precise": 0.5, "confidence_level": 0.9}, {"least_precise": LEVEL}),
    (copas_selection.copas_sensitivity, {**STUDIES, "least_precise": [0.5], "confidence_level": 0.9}, {}),
    (
        funnel_simulation.Truth,
        {"effect": 0.0, "tau": 0.1},
        {"effect": (), "tau": NOT_NEGATIVE, "reported": PROBABILITY},
    ),
    (
        funnel_simulation.draw_studies,
        {"error": np.ones(3), "truth": WORLD["all_reported"], "rng": RANDOM},
        {"error": (np.array([1.0, NAN]), np.array([1.0, -1.0]))},
    ),
    (
        funnel_simulation.compare_methods,
        {"error": np.ones(9), "worlds": WORLD, "simulations": 1, "seed": 1, "confidence_level": 0.9},
        {"error": (np.array([1.0, NAN]),), "simulations": (0,)},
    ),
    (
        ensembles.unit_information_priors,
        {"unit": 2.0},
        dict.fromkeys(("unit", "effect", "heterogeneity", "pet", "peese"), POSITIVE),
    ),
    (funnel_tests.egger_classical, {**STUDIES, "confidence_level": 0.9}, {}),
    (funnel_tests.egger_mixed, {**STUDIES, "confidence_level": 0.9}, {}),
    (funnel_tests.peese, {**STUDIES, "confidence_level": 0.9}, {}),
    (funnel_tests.pet_peese, {**STUDIES, "significance": 0.1, "confidence_level": 0.9}, {}),
    (funnel_tests.rank_correlation, STUDIES, {}),
    (trim_and_fill.trim_and_fill, {**STUDIES, "side": "right", "confidence_level": 0.9}, {}),
    (model_averaging.average_models, {**STUDIES, "priors": PRIORS, "credible_level": 0.9}, {}),
    (selection_models.p_value_steps, {**STUDIES, "cut_points": [0.5], "favoured": "negative"}, {"cut_points": ([95],)}),
    (selection_models.fit_step_selection, {**STUDIES, "confidence_level": 0.9}, {}),
    (selection_models.weight_intervals, {**STUDIES, "confidence_level": 0.9}, {}),
    (significance_counts.rosenthal_fail_safe, {**STUDIES, "significance": 0.05}, {}),
    (significance_counts.orwin_fail_safe, {**STUDIES, "target": 0.1}, {"target": (0.0, NAN)}),
    (significance_counts.rosenberg_fail_safe, {**STUDIES, "significance": 0.05}, {}),
    (
        significance_counts.excess_significance,
        {**STUDIES, "true_effect": -0.2, "tau_squared": 0.01, "significance": 0.05},
        {"true_effect": (NAN,), "tau_squared": NOT_NEGATIVE},
    ),
    (significance_counts.p_curve, STUDIES, {}),
    (significance_counts.p_curve_shares, {"power": 0.5, "bins": 5}, {"power": LEVEL, "bins": (0, -1)}),
    (
        least_squares.solve,
        {"regressors": ("x",), "design": np.ones((3, 1)), "outcome": np.ones(3)}
        | {"clusters": np.array(list("abc"), object), "periods": [1, 2, 3]},
        {"clusters": (np.array(["a", None, "c"], object), ["a", "b"]), "periods": ([1, 2, NAN], [1.5, 2, 3], [1])},
    ),
    (errors.clustered, {"fit": FIT, "confidence_level": 0.9}, {}),
    (errors.jackknife, {"fit": FIT, "confidence_level": 0.9}, {}),
    (errors.driscoll_kraay, {"fit": FIT, "confidence_level": 0.9, "lags": 1}, {"lags": (-1,)}),
    (
        errors.t_table,
        {"regressors": ("x",), "estimate": np.ones(1), "error": np.ones(1), "degrees": 9, "confidence_level": 0.9},
        {},
    ),
    (intervals.every_interval, {"fit": FIT, "confidence_level": 0.9, "draws": 9, "lags": 1}, {"lags": (-1,)}),
    (
        equivalence.two_one_sided_tests,
        {"estimate": 1.0, "standard_error": 1.0, "degrees": 9.0, "smallest_effect": 1.0, "significance": 0.05},
        {"estimate": (NAN,), "degrees": POSITIVE, "smallest_effect": POSITIVE, "significance": (*LEVEL, 0.5)},
    ),
    (
        equivalence.equivalence_table,
        {"fit": FIT, "regressor": "driver", "smallest_effect": 1.0, "significance": 0.05, "draws": 9, "lags": 1},
        {"smallest_effect": POSITIVE, "significance": (*LEVEL, 0.5)},
    ),
    (wild_bootstrap.wild_bootstrap(FIT, "driver", 9).interval, {"confidence_level": 0.9}, {}),
    (
        multiple_imputation.rubin,
        {"estimates": [1.0, 2.0], "standard_errors": [1.0, 1.0], "complete_degrees": 9.0, "confidence_level": 0.9},
        {"estimates": ([1.0, NAN], [1.0], [1.0, 2.0, 3.0]), "standard_errors": ([1.0, -1.0],)}
        | {"complete_degrees": POSITIVE},
    ),
    (
        multiplicity.holm,
        {"p_values": pd.Series([0.1, NAN])},
        {"p_values": (pd.Series([0.1, 1.5]), pd.Series([-0.1]))},
    ),
    (
        omitted_variables.robustness,
        {"estimate": 1.0, "standard_error": 1.0, "degrees": 9.0, "significance": 0.05},
        {"estimate": (NAN,), "degrees": (1.0, NAN)},
    ),
    (
        omitted_variables.adjusted_estimate,
        {"estimate": 1.0, "standard_error": 1.0, "degrees": 9.0, "with_driver": 0.1, "with_outcome": 0.1},
        {"estimate": (NAN,), "degrees": (1.0,), "with_driver": (1.0, -0.1, NAN), "with_outcome": PROBABILITY},
    ),
    (
        omitted_variables.benchmark_bounds,
        {"fit": FIT, "regressor": "driver", "multiples": [1.0]},
        {"multiples": ([-1.0], [NAN])},
    ),
    (omitted_variables.robustness_table, {"fit": FIT, "significance": 0.05}, {}),
    (bias_reduced.bias_reduced, {"fit": FIT, "confidence_level": 0.9}, {}),
    (
        bias_reduced.bias_reduced_combinations,
        {"fit": FIT, "combinations": np.eye(1), "names": ("driver",), "confidence_level": 0.9},
        {"combinations": (np.eye(2), np.ones(1), np.array([[NAN]]), np.ones((2, 1))), "names": ((), ("a", "b"))},
    ),
    (quoted.quoted, {"fit": FIT, "confidence_level": 0.9}, {}),
    (dynamic.lagged_outcome, OF_PANEL, {}),
    (dynamic.error_correction, OF_PANEL, {}),
    (fixed_effects.two_way, OF_PANEL, {}),
    (fixed_effects.first_differences, OF_PANEL, {}),
    (
        fixed_effects.combined,
        {"fit": FIT, "combinations": {"driver": np.ones(1)}, "confidence_level": 0.9},
        {"combinations": ({}, {"driver": np.array([NAN])}, {"a": np.ones(1), "b": np.ones(2)}, {"a": np.ones(2)})},
    ),
    (local_projections.local_projections, {**OF_PANEL, "horizons": 1}, {"horizons": COUNT}),
    (mean_groups.mean_group, {**OF_PANEL, "common": True, "dynamic": True, "lags": 0}, {"lags": COUNT}),
    (mean_groups.pooled_common_effects, OF_PANEL, {}),
    (
        mean_groups.pooled_regression,
        {"units": PANEL.units, "outcome": PANEL.outcome, "regressors": {"driver": PANEL.driver}}
        | {"averages": [PANEL.outcome.mean(axis=0)], "confidence_level": 0.9},
        {"averages": ([np.ones(11)], [np.ones((10, 1))]), "regressors": ({"driver": PANEL.driver[:1]},)},
    ),
    (unit_roots.cips, {"values": PANEL.outcome, "draws": 2, "significance": 0.1}, {"draws": (0, -1)}),
    (placebo.placebo, {**OF_PANEL, "draws": 2}, {"draws": (0, -1)}),
]  # fmt: skip

# Called thousands of times by functions that have looked at what they pass on, or with a variance that was looked at
# when it was made.
INNER = {
    "citizen_security.methods.reversion.simulate_levels",
    "citizen_security.methods.resampling.ratios_of_sums",
    "citizen_security.methods.publication_bias.copas_selection.log_likelihood",
    "citizen_security.methods.publication_bias.marginal_likelihoods.model_posterior",
}

REFUSED = [
    pytest.param(call, {**arguments, name: value}, id=f"{call.__qualname__}-{name}={str(value).replace(chr(10), '')}")
    for call, arguments, others in CALLS
    for name in [*arguments, *(name for name in others if name not in arguments)]
    for value in others.get(name, BY_NAME.get(name, ()))
]  # fmt: skip


@pytest.mark.parametrize(("call", "arguments"), REFUSED)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_would_mislead_is_refused_with_what_was_given(call, arguments):
    with pytest.raises(ValueError, match=r".") as refusal:
        call(**arguments)
    # The package's own words: a message that came up somewhere inside says neither what was given nor what is allowed.
    assert "citizen_security" in str(refusal.traceback[-1].path), refusal.value


ALLOWED = [call[:2] for call in CALLS if "fit" not in call[1]]
PANELS = [call for call in ALLOWED if call[0].__module__.startswith(f"{methods.__name__}.panel")]


@pytest.mark.parametrize(("call", "arguments"), [*ALLOWED[:40], *PANELS])
def test_the_arguments_that_are_spoilt_one_by_one_are_allowed(call, arguments):
    call(**arguments)


def public_functions():
    for module in pkgutil.walk_packages(methods.__path__, f"{methods.__name__}."):
        found = vars(importlib.import_module(module.name)).items()
        yield from (
            (f"{module.name}.{name}", value)
            for name, value in found
            if inspect.isfunction(value) and value.__module__ == module.name and not name.startswith("_")
        )


def test_no_public_function_that_takes_such_an_argument_is_left_out():
    tested = {f"{call.__module__}.{call.__qualname__}" for call, *_ in CALLS} | INNER
    taking = {
        name for name, function in public_functions() if set(BY_NAME) & set(inspect.signature(function).parameters)
    }
    assert {name for name in taking if not name.startswith(require.__name__)} - tested == set()


# What a wider and a narrower interval have for a level; a test at a small significance asks for a wide one.
LEVELS = {"confidence_level": (0.6, 0.9), "credible_level": (0.6, 0.9), "significance": (0.4, 0.1)}
# The few draws, places or studies of their arguments here leave an interval no room, or take seconds, or they have ends
# that no level moves beside those that it does; their own tests try other levels.
LEVELS_ELSEWHERE = {
    agreement.agreement, ranks.rank_confidence_sets, ranks.summarise_ranks, resampling.clustered_ratio,
    chance.concentration_by_window, funnel_simulation.compare_methods, model_averaging.average_models, placebo.placebo,
    comparisons.mean_interval, scores.interval_covers, bounded_violations.bounded_violations,
    bounded_violations.sensitivity, bounded_violations.breakdown,
}  # fmt: skip
WITH_LEVEL = [
    pytest.param(call, arguments, name, id=call.__qualname__)
    for call, arguments, _ in CALLS
    for name in LEVELS
    if name in inspect.signature(call).parameters and call not in LEVELS_ELSEWHERE
    # Their significance chooses a regression, and counts rejections; it moves no end.
    if (call, name)
    not in (
        (funnel_tests.pet_peese, "significance"),
        (false_positives.false_positive_rates, "significance"),
        *((call, "significance") for call in (directions.too_often, directions.by_luck, directions.least_fall)),
        (directions.by_luck, "confidence_level"),
    )
]


def as_text(found):
    return str(found.to_dict() if isinstance(found, pd.DataFrame) else found)


def ends(found):
    """Lower and upper ends of whatever intervals a result holds."""
    if isinstance(found, pd.DataFrame):
        for lower in found.columns[found.columns.str.endswith("lower")]:
            yield found[lower].to_numpy(float), found[lower.replace("lower", "upper")].to_numpy(float)
    elif is_dataclass(found):
        for name in (field.name for field in fields(found)):
            if name.endswith("lower"):
                yield np.atleast_1d(getattr(found, name)), np.atleast_1d(getattr(found, name.replace("lower", "upper")))
            elif name in ("central", "shortest") or name.endswith("interval"):
                yield tuple(map(np.atleast_1d, getattr(found, name)))
            elif isinstance(getattr(found, name), pd.DataFrame) or is_dataclass(getattr(found, name)):
                yield from ends(getattr(found, name))
    elif isinstance(found, tuple):
        # A pair, or what it is an interval of and the pair.
        yield tuple(map(np.atleast_1d, found[-1] if isinstance(found[-1], tuple) else found[-2:]))
    elif isinstance(found, np.ndarray) and found.dtype != bool:
        yield found[..., 0], found[..., 1]


@pytest.mark.parametrize(("call", "arguments", "name"), WITH_LEVEL)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_both_ends_move_out_with_the_level_that_is_asked_for(call, arguments, name):
    narrow, wide = (call(**{**arguments, name: level}) for level in LEVELS[name])
    intervals = list(zip(ends(narrow), ends(wide), strict=True))
    # A fail-safe number or a share has no ends; it is another one.
    assert intervals or as_text(narrow) != as_text(wide)
    for (low, high), (lower, higher) in intervals:
        told = ~np.isnan([low, high, lower, higher]).any(axis=0)
        assert told.any()
        assert (lower <= low)[told].all()
        assert (high <= higher)[told].all()
        # A variance may begin, and a mixture with a spike may end, at zero whatever the level.
        assert ((lower < low) | (low == 0))[told].all()
        assert ((high < higher) | (high == 0))[told].all()


def test_a_level_that_nobody_asks_for_is_95_percent():
    usual = {"confidence_level": 0.95, "credible_level": 0.95, "level": 0.95, "significance": 0.05}
    given = {name: function for name, function in public_functions() if not name.startswith(require.__name__)}
    given |= {f"{call.__module__}.{call.__qualname__}": call for call, *_ in CALLS}
    defaults = {
        (name.rsplit(".", 1)[-1], parameter.name): parameter.default
        for name, function in given.items()
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name in usual and parameter.default not in (parameter.empty, None)
    }
    assert len(defaults) > 50
    # Stanley and Doucouliagos choose between the two regressions at 10%.
    assert defaults.pop(("pet_peese", "significance")) == 0.1
    assert {key: default for key, default in defaults.items() if default != usual[key[1]]} == {}


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint64, np.int32])
def test_small_and_unsigned_integers_give_what_floats_give(kind):
    counts, years = np.array([0, 100, 90, 100], kind), np.array([100, 120, 110, 100], kind)
    floats = counts.astype(float), years.astype(float)
    for function in (rates.comparison_probability, lambda *given: rates.poisson_interval(*given, 0.9)):
        np.testing.assert_array_equal(function(counts, years), function(*floats))
    for function in (
        ranks.rank_from_highest, lambda values: reversion.highest(values, 0.5), measures.generalised_gini,
        lambda values: gamma_risk.fit_gamma_risk(values).contributions,
    ):  # fmt: skip
        np.testing.assert_array_equal(function(counts), function(floats[0]))
    assert effect_sizes.log_risk_ratio(*years) == effect_sizes.log_risk_ratio(*floats[1])
    sizes = kind(120), kind(110)
    assert effect_sizes.standardised_mean_difference(1, 2, 3, 4, *sizes) == effect_sizes.standardised_mean_difference(
        1, 2, 3, 4, 120, 110
    )
    assert equal_risk.occupied_places(kind(100), kind(90)) == equal_risk.occupied_places(100, 90)
    assert gamma_risk.shape_from_occupied(kind(100), kind(90), 50) == gamma_risk.shape_from_occupied(100, 90, 50)


def test_a_refusal_says_what_was_given_and_what_is_allowed():
    with pytest.raises(ValueError, match=r"confidence_level = 95; it lies between 0 and 1, such as 0\.95"):
        rates.poisson_interval(3, 1e5, 95)
    with pytest.raises(
        ValueError, match=r"count has -2 \(number 2 of 2\)\. Allowed: finite numbers from 0, none missing"
    ):
        rates.poisson_interval([3, -2], 1e5, 0.95)
    with pytest.raises(ValueError, match=r"count \(2,\), person_years \(3,\)"):
        rates.poisson_interval([3, 2], [1e5] * 3, 0.95)
    with pytest.raises(ValueError, match="1 of 2 clusters are missing"):
        require.keys("clusters", np.array(["a", None], object))


def test_what_has_no_answer_but_is_no_mistake_stays_allowed():
    # No city left out of the list, rates of no event, one exposure for all, infinite values in order.
    assert rates.poisson_interval([], [], 0.95).shape == (0, 2)
    assert rates.poisson_interval([0, 1], 1e5, 0.95)[0, 0] == 0
    assert ranks.rank_from_highest([np.inf, -np.inf, 0.0]).tolist() == [1, 3, 2]
