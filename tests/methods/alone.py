"""One small example of each package and module of the methods, run where the rest of the house is missing.

The folder may have any name, which is given on the command line. Prints a JSON object: for every module and every
example an empty text, or what went wrong.
"""

import importlib
import json
import pkgutil
import sys
import traceback
from dataclasses import replace

import numpy as np

PACKAGE = sys.argv[1]

RANDOM = np.random.default_rng(1)


def module(name):
    return importlib.import_module(f"{PACKAGE}.{name}")


def regression():
    clustered = module("regression.errors").clustered
    solve = module("regression.least_squares").solve
    wild_bootstrap = module("regression.wild_bootstrap").wild_bootstrap

    design, clusters = RANDOM.normal(size=(60, 1)), np.repeat(np.arange(12), 5)
    outcome = 2 * design[:, 0] + RANDOM.normal(size=60)
    fit = solve(("driver",), design, outcome, clusters=clusters, periods=np.tile(np.arange(5), 12))
    row = clustered(fit).iloc[0]
    assert row["lower"] < 2 < row["upper"]
    assert wild_bootstrap(fit, "driver", draws=199).p_value() < 0.05


def meta_analysis():
    pool = module("meta_analysis.pooling").pool

    pooled = pool([-0.2, -0.3, -0.4], [0.01, 0.01, 0.01])
    assert round(pooled.effect, 6) == -0.3


def publication_bias():
    trim_and_fill = module("publication_bias.trim_and_fill").trim_and_fill

    found = trim_and_fill([-0.5, -0.2, -0.1, 0.0, 0.1], [0.04] * 5, side="right")
    assert found.missing >= 0


def agreement():
    found = module("agreement").agreement([[1], [2], [2]], [[1], [2], [1]], [1, 2], draws=99)
    assert (found.alike, round(found.kappa, 6)) == (2, 0.4)


def proportions():
    lower, upper = module("proportions").wilson_interval(81, 263)
    assert (round(lower, 4), round(upper, 4)) == (0.2553, 0.3662)


def concentration():
    gini = module("concentration.measures").gini

    assert gini([[1, 1, 1, 1]])[0] == 0


def forecasting():
    scores = module("forecasting.scores")

    assert round(float(scores.sample_crps([0.0, 2.0], 1.0)), 9) == 0.5
    ridge_on_lags = module("forecasting.baselines").ridge_on_lags
    assert ridge_on_lags(RANDOM.normal(size=(5, 12)), np.arange(12), 2).centre.shape == (5,)
    assert scores.poisson_log_score(RANDOM.gamma(9, 1, 500), 8) > scores.poisson_log_score(np.full(500, 30.0), 8)


def panel():
    two_way = module("panel.fixed_effects").two_way
    wide = module("panel.wide").WidePanel

    driver = RANDOM.normal(size=(12, 9))
    outcome = 2 * driver + 0.3 * RANDOM.normal(size=(12, 9))
    units, periods = np.indices(driver.shape)
    found = two_way(wide.of(units.ravel(), periods.ravel(), outcome.ravel(), driver.ravel())).effects.iloc[0]
    assert found["lower"] < 2 < found["upper"]


def verdicts():
    grid = module("verdicts.grid")
    regions = module("verdicts.regions")

    choices = [grid.Choice("main", regions.Estimate.exact(4), is_main=True)]
    assert grid.judge(regions.region_of("at_least", 3.0), choices).name == "holds"


def resampling():
    clustered_ratio = module("resampling").clustered_ratio

    ratio, lower, upper = clustered_ratio(np.ones(4), np.full(4, 2.0), np.arange(4), 0.95, 99, 1)
    assert (ratio, lower, upper) == (0.5, 0.5, 0.5)


def randomisation():
    placebo_rank = module("randomisation").placebo_rank

    assert placebo_rank(3.0, [1.0, 2.0]).p_value == 1 / 3


def reversion():
    random_swaps = module("reversion").random_swaps

    found = random_swaps(np.arange(8.0), np.arange(8.0)[::-1], 0.25, draws=99, seed=1)
    assert found.observed < 0


def rates():
    poisson_interval = module("rates").poisson_interval

    lower, upper = poisson_interval(10, 100_000, 0.95)
    assert lower < 10 < upper


def empirical_bayes():
    fit = module("empirical_bayes").fit_gamma_poisson

    found = fit([0, 2, 4, 9, 20], [10.0] * 5).mean
    assert 0 < found[0] < found[1]
    assert found[4] < 2


def ranks():
    rank_from_highest = module("ranks").rank_from_highest

    assert rank_from_highest([1.0, 3.0, 2.0]).tolist() == [3, 1, 2]


def sampling():
    import pymc as pm

    sampling = module("sampling")

    with pm.Model() as model:
        pm.Normal("x")
    settings = sampling.Settings(draws=500, tune=300, chains=2, target_acceptance=0.8, seed=1)
    posterior = sampling.sample_posterior(sampling.compile_model(model), settings)
    sampling.check_convergence("x", posterior, sampling.Gate.QUICK)


def importance():
    weigh = module("importance").weigh

    points = RANDOM.normal(size=(200, 1))
    assert round(weigh(points, -0.1 * points[:, 0] ** 2).weights.sum(), 9) == 1


def bias_reduction():
    scores = module("bias_reduction").ScoreCovariances(np.tile(np.eye(2), (7, 1, 1)), np.zeros((7, 2, 1)), np.eye(1))

    assert round(scores.hotelling(), 9) == 7


def count_panels():
    panels = module("count_panels.propagation")
    deviations = module("count_panels.deviations")
    paths = module("count_panels.paths")

    exposure = np.ones((30, 5))
    counts = RANDOM.poisson(10 * exposure).astype(float)
    times = np.arange(5.0)
    panel = panels.CountPanel(counts, exposure, np.zeros(30, int), 1, times, float(np.log(10)))
    found = deviations.most_likely(panel)
    drawn = paths.draw_paths(panel, found.deviations, found.state.sites, np.array([5.0]), 50, RANDOM)
    assert 8 < np.exp(drawn).mean() < 12
    chain = module("count_panels.neighbours").Neighbours.of(np.stack([np.arange(29), np.arange(1, 30)], axis=1), 30)
    assert 0 < deviations.most_likely(replace(panel, neighbours=chain)).deviations.mixing < 1


def synthetic_control():
    panels = module("synthetic_control.panels")
    placebos_in_space = module("synthetic_control.placebos").placebos_in_space

    outcomes = RANDOM.normal(size=(12, 2)) @ RANDOM.normal(size=(2, 15)) + 0.1 * RANDOM.normal(size=(12, 15))
    outcomes[0] = outcomes[1:].mean(axis=0)
    outcomes[0, 10:] += 5
    found = placebos_in_space(panels.TreatedPanel.of_table(outcomes, before=10))
    assert found.p_value == found.floor == 1 / 12


def interrupted_series():
    fit_segments = module("interrupted_series.segments").fit_segments

    values = 0.1 * RANDOM.normal(size=30)
    values[18:] -= 2
    assert fit_segments(values, 18).interval()[1] < -1
    structural_series = module("interrupted_series.structural").structural_series
    assert structural_series(values, 18).interval()[1] < -1


def spike_selection():
    before_and_after = module("spike_selection.designs").before_and_after

    found = before_and_after(np.array([[1.0, 1.2, 3.0, 3.1, 1.1, 0.9]]), 4, np.zeros(1))
    assert round(float(found.effects[0]), 6) == -2.05


def intervals():
    lower, upper = module("intervals").about(1.0, 0.5, 0.95)
    assert (round(lower, 3), round(upper, 3)) == (0.02, 1.98)


def measurement_bounds():
    found = module("measurement_bounds").turning_point(60, 100)
    assert (found.deaths, found.share) == (40, 0.4)


def staggered_adoption():
    panels = module("staggered_adoption.panels")
    imputation = module("staggered_adoption.imputation").imputation
    permuted_starts = module("staggered_adoption.permuted_starts").permuted_starts

    starts = np.repeat([5.0, 7.0, np.nan], 4)
    counts = RANDOM.poisson(np.where(np.arange(12) >= starts[:, None], 20, 80))
    panel = panels.StaggeredPanel.of_table(counts, starts, exposure=10.0)
    assert -7 < imputation(panel).effects.estimate[0] < -5
    assert permuted_starts(panel, "poisson", draws=99).p_value == 0.01


EXAMPLES = (
    regression, count_panels, meta_analysis, publication_bias, agreement, intervals, proportions, concentration,
    forecasting, panel, verdicts, resampling, randomisation, reversion, rates, empirical_bayes, ranks, sampling, importance,
    bias_reduction, synthetic_control, interrupted_series, spike_selection, measurement_bounds, staggered_adoption,
)  # fmt: skip


def outcome(run):
    try:
        run()
    except Exception:
        return traceback.format_exc()
    return ""


def main():
    methods = importlib.import_module(PACKAGE)
    names = [found.name.removeprefix(f"{PACKAGE}.") for found in pkgutil.walk_packages(methods.__path__, f"{PACKAGE}.")]
    found = {name: outcome(lambda name=name: module(name)) for name in names}
    found |= {f"example of {example.__name__}": outcome(example) for example in EXAMPLES}
    house = [name for name in sys.modules if name.split(".")[0] == "citizen_security"]
    above = {PACKAGE.rpartition(".")[0]}
    found["strangers"] = " ".join(name for name in house if name not in above and not name.startswith(PACKAGE))
    found["place"] = methods.__file__
    print(json.dumps(found))


if __name__ == "__main__":
    main()
