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
    errors = np.sqrt(scale)[:, None] * coverage._persistent(9, 8, generator, 40)
    reduced, crude, degrees = coverage._by_t(fit, errors, 0.6)
    one_by_one = [coverage._with_outcome(fit, outcome) for outcome in coverage._within(errors, 9, 8).T]
    for function, found in ((bias_reduced, reduced), (clustered, crude)):
        rows = [function(each, 0.6).iloc[0] for each in one_by_one]
        assert found.tolist() == [row["lower"] <= 0 <= row["upper"] for row in rows]
    assert 5 < reduced.sum() < 39
    assert degrees == pytest.approx(bias_reduced(one_by_one[0]).loc[0, "degrees_of_freedom"])
