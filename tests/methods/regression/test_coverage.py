"""Coverage with few clusters of unequal leverage: the quoted interval beside CRV1's and the wild bootstrap's."""

import numpy as np
import pytest

from citizen_security.methods.regression import coverage
from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.coverage import simulated_coverage
from citizen_security.methods.regression.errors import clustered


@pytest.mark.slow
@pytest.mark.parametrize("clusters", [20, 30])
def test_the_quoted_interval_holds_about_as_often_as_it_says_and_crv1_less(clusters):
    table = simulated_coverage(clusters, 20, 200, 20, seed=1).set_index("method")
    held = table["coverage"]
    # 4,000 simulations: Monte Carlo error 0.003; errors that persist and differ, which the working model denies, take
    # about a hundredth from CR2 and three to five from CRV1.
    assert 0.93 <= held["bias-reduced"] <= 0.96
    assert held["clustered"] < held["bias-reduced"] - 0.015
    # 400 bootstraps: Monte Carlo error 0.011; three of them.
    assert held["wild bootstrap"] == pytest.approx(0.95, abs=0.033)
    assert table.loc["bias-reduced", "degrees"] < 0.7 * (clusters - 1)
    assert table["simulations"].tolist() == [4_000, 4_000, 400]


def test_many_outcomes_at_once_are_each_a_regression_of_its_own():
    generator = np.random.default_rng(4)
    fit, scale = coverage._design(9, 8, generator)
    errors = np.sqrt(scale)[:, None] * coverage._persistent(9, 8, generator, 150)
    reduced, crude, degrees = coverage._by_t(fit, errors, 0.6)
    one_by_one = [coverage._with_outcome(fit, outcome) for outcome in coverage._within(errors, 9, 8).T]
    for function, found in ((bias_reduced, reduced), (clustered, crude)):
        rows = [function(each, 0.6).iloc[0] for each in one_by_one]
        assert found.tolist() == [row["lower"] <= 0 <= row["upper"] for row in rows]
    assert 15 < reduced.sum() < 145
    assert degrees == pytest.approx(bias_reduced(one_by_one[0]).loc[0, "degrees_of_freedom"])


def test_the_table_is_the_mean_over_designs_at_the_level_that_is_asked_for():
    usual, narrow = (simulated_coverage(9, 3, 40, 4, periods=8, seed=2, **level) for level in ({}, {"level": 0.5}))
    generator = np.random.default_rng(2)
    held, degrees = [], []
    for _ in range(3):
        fit, scale = coverage._design(9, 8, generator)
        errors = np.sqrt(scale)[:, None] * coverage._persistent(9, 8, generator, 40)
        reduced, _, satterthwaite = coverage._by_t(fit, errors, 0.95)
        held.append(reduced)
        degrees.append(satterthwaite)
    assert usual.loc[0, ["coverage", "degrees"]].tolist() == pytest.approx([np.mean(held), np.mean(degrees)])
    assert usual["simulations"].tolist() == [120, 120, 12]
    assert (narrow["coverage"] < usual["coverage"] - 0.2).all()


def test_errors_keep_their_persistence_and_clusters_that_move_further_err_further():
    series = coverage._persistent(2, 6, np.random.default_rng(3), 20_000).reshape(2, 6, -1)
    # Four standard errors of a variance, and of a correlation, of 20,000 draws are 0.04 and 0.03.
    np.testing.assert_allclose(series.var(axis=-1), 1, atol=0.04)
    for now in (1, 5):
        assert np.corrcoef(series[0, now], series[0, now - 1])[0, 1] == pytest.approx(coverage.PERSISTENCE, abs=0.03)
    assert np.corrcoef(series[0, 0], series[1, 0])[0, 1] == pytest.approx(0, abs=0.03)
    assert np.corrcoef(series[0, 0], series[0, 5])[0, 1] == pytest.approx(coverage.PERSISTENCE**5, abs=0.03)
    fit, scale = coverage._design(60, 40, np.random.default_rng(3))
    moved = fit.design[:, 0].reshape(60, 40).std(axis=1)
    assert np.polyfit(np.log(scale[::40]), np.log(moved), 1)[0] == pytest.approx(1, abs=0.15)
