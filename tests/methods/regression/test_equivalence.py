"""A null is claimed only where the data reject an effect that would matter."""

from dataclasses import replace

import numpy as np
import pytest
from paradox.panels import simulated
from scipy.stats import t
from statsmodels.stats.weightstats import DescrStatsW

from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.equivalence import (
    ABOVE,
    BELOW,
    EFFECT,
    NEGLIGIBLE,
    ONE_SIDED,
    SMALL_EFFECT,
    UNDECIDED,
    equivalence_table,
    two_one_sided_tests,
)
from citizen_security.methods.regression.errors import clustered, driscoll_kraay, jackknife
from citizen_security.methods.regression.intervals import METHODS
from citizen_security.methods.regression.wild_bootstrap import wild_bootstrap
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))


@pytest.mark.parametrize("bound", [0.1, 0.3, 0.8])
def test_it_is_statsmodels_test_of_a_mean(bound):
    # A mean is a regression on a constant; statsmodels has the two one-sided tests for it.
    sample = np.random.default_rng(1).normal(0.1, 1, 40)
    other = DescrStatsW(sample).ttost_mean(-bound, bound)[0]
    test = two_one_sided_tests(sample.mean(), sample.std(ddof=1) / np.sqrt(40), 39, bound)
    assert test.p_value == pytest.approx(other, rel=1e-9)


def test_it_rejects_just_when_the_interval_lies_within_the_bounds():
    for estimate in np.linspace(-0.3, 0.3, 61):
        test = two_one_sided_tests(estimate, 0.1, 20, 0.25, 0.05)
        assert (test.p_value < 0.05) == (test.lower > -0.25 and test.upper < 0.25)
    assert test.upper - test.lower == pytest.approx(2 * t.ppf(0.95, 20) * 0.1)


VERDICTS = {
    "a narrow interval about zero": (0.01, 0.02, NEGLIGIBLE),
    "a narrow interval off zero": (0.05, 0.01, SMALL_EFFECT),
    "an effect about the bound": (0.12, 0.05, EFFECT),
    "an effect beyond the bound": (0.5, 0.1, ABOVE),
    "an effect beyond the bound downwards": (-0.5, 0.1, BELOW),
    # This is the case that is so often printed as the first.
    "a wide interval about zero": (0.01, 0.2, UNDECIDED),
}


@pytest.mark.parametrize(("estimate", "error", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_each_verdict_has_its_case(estimate, error, verdict):
    assert two_one_sided_tests(estimate, error, 30, 0.1).verdict == verdict


def test_an_interval_beyond_a_tiny_bound_does_not_outdo_the_two_sided_test():
    # The 90% interval of 0.19 ± 0.17 lies beyond 0.001, and the two-sided test at 5% does not reject zero.
    test = two_one_sided_tests(0.19, 0.1, 30, 0.001)
    assert not test.differs_from_zero
    # Two-sided, twice the tail of t with 30 degrees of freedom beyond 1.9.
    assert test.p_of_zero == pytest.approx(0.0671, abs=1e-3)
    assert (test.beyond, test.verdict) == (1, ONE_SIDED)
    mirrored = two_one_sided_tests(-0.19, 0.1, 30, 0.001)
    assert (mirrored.beyond, mirrored.verdict) == (-1, ONE_SIDED)


@pytest.mark.parametrize(("error", "bound"), [(0.1, 0.0), (0.1, -1.0), (0.0, 0.1), (float("nan"), 0.1)])
def test_nothing_to_test_against_is_refused(error, bound):
    with pytest.raises(ValueError, match="is not above zero"):
        two_one_sided_tests(0.1, error, 20, bound)


def test_every_kind_of_error_gives_its_verdict():
    fit = least_squares(estimation_sample(simulated(1), DRIVER), DRIVER)
    table = equivalence_table(fit, "driver", 0.2, draws=499)
    assert table["method"].tolist() == list(METHODS)
    own = bias_reduced(fit).iloc[0]
    degrees = own["degrees_of_freedom"]
    assert table.loc[0, "p_value"] == two_one_sided_tests(own["estimate"], own["standard_error"], degrees, 0.2).p_value
    row = clustered(fit).iloc[0]
    assert (
        table.loc[1, "p_value"]
        == two_one_sided_tests(row["estimate"], row["standard_error"], fit.clusters - 1, 0.2).p_value
    )
    bootstrap = wild_bootstrap(fit, "driver", draws=499)
    assert (table.loc[3, "lower"], table.loc[3, "upper"]) == bootstrap.interval(0.9)
    assert table.loc[3, "p_value"] == bootstrap.p_value(0.2, "less")
    # The effect is 0.5, far above the bound.
    assert set(table["verdict"]) <= {EFFECT, ABOVE}
    assert table.loc[0, "verdict"] == (ABOVE if table.loc[0, "lower"] > 0.2 else EFFECT)


@pytest.mark.parametrize("significance", [0.01, 0.1])
def test_errors_and_degrees_of_each_method_are_its_own(significance):
    specification = Specification("two", ("control", "driver"))
    fit = least_squares(estimation_sample(simulated(2), specification), specification)
    # The second of two regressors, so that a first row taken for it would show.
    table = equivalence_table(fit, "driver", 0.6, significance, draws=99, lags=2).set_index("method")
    own = bias_reduced(fit).iloc[1]
    expected = {
        "bias-reduced": (own, own["degrees_of_freedom"]),
        "clustered": (clustered(fit).iloc[1], 19),
        "jackknife": (jackknife(fit).iloc[1], 19),
        "Driscoll–Kraay": (driscoll_kraay(fit, lags=2).iloc[1], 24),
    }
    assert len({round(row["standard_error"], 6) for row, _ in expected.values()}) == 4
    for method, (row, degrees) in expected.items():
        estimate, error = row["estimate"], row["standard_error"]
        half = t.isf(significance, degrees) * error
        found = table.loc[method, ["lower", "upper", "p_value", "p_of_zero"]].astype(float)
        inside = t.sf((0.6 - abs(estimate)) / error, degrees)
        apart = 2 * t.sf(abs(estimate) / error, degrees)
        assert found.tolist() == pytest.approx([estimate - half, estimate + half, inside, apart], rel=1e-9), method


def test_a_method_that_cannot_be_used_says_why():
    fit = least_squares(estimation_sample(simulated(1), DRIVER), DRIVER)
    table = equivalence_table(fit, "driver", 0.2, draws=199, lags=40).set_index("method")
    assert table.loc["Driscoll–Kraay", "verdict"].startswith("not estimable: ")
    assert np.isnan(table.loc["Driscoll–Kraay", "p_value"])


@pytest.mark.slow
def test_at_the_edge_of_what_matters_it_claims_a_null_at_most_as_often_as_it_says():
    # The effect equals the smallest one of interest: every claim that it is negligible is wrong.
    wrong = {"clustered": 0, "wild bootstrap": 0}
    draws = 200
    for seed in range(draws):
        panel = simulated(seed, effect=0.3, countries=15, years=20, gaps=0.1)
        specification = Specification("", ("driver", "control"))
        fit = least_squares(estimation_sample(panel, specification), specification)
        table = equivalence_table(fit, "driver", 0.3, draws=199, seed=seed).set_index("method")
        for method in wrong:
            wrong[method] += table.loc[method, "p_value"] < 0.05
    # Three Monte Carlo errors of sqrt(.05 × .95 / 200) = 0.0154 above; clustered errors fall a little short.
    assert wrong["wild bootstrap"] / draws <= 0.05 + 3 * 0.0154
    assert wrong["clustered"] / draws <= 0.07 + 3 * 0.0154
    # A test that never claims anything would be worth nothing: with no effect and a wide bound it does.
    panel = simulated(1, effect=0.0, countries=15, years=20, gaps=0.1)
    specification = Specification("", ("driver", "control"))
    fit = least_squares(estimation_sample(panel, specification), specification)
    assert equivalence_table(fit, "driver", 1.0, draws=199)["verdict"].isin([NEGLIGIBLE, SMALL_EFFECT]).all()


def test_a_bootstrap_of_which_nothing_is_said_has_seed_2020():
    fit = least_squares(estimation_sample(simulated(2), DRIVER), DRIVER)
    table = equivalence_table(fit, "driver", 0.2, 0.1, draws=199).set_index("method")
    asked = wild_bootstrap(fit, "driver", 199, seed=2020)
    assert (table.loc["wild bootstrap", "lower"], table.loc["wild bootstrap", "upper"]) == asked.interval(0.8)


def test_a_p_value_that_equals_the_level_does_not_reject():
    test = two_one_sided_tests(0.19, 0.1, 30, 0.001)
    assert replace(test, p_of_zero=0.051, significance=0.06).differs_from_zero
    assert not replace(test, p_of_zero=0.06, significance=0.06).differs_from_zero


def test_an_effect_below_the_bound_is_held_against_the_lower_one():
    fit = least_squares(estimation_sample(simulated(3, effect=-0.5), DRIVER), DRIVER)
    table = equivalence_table(fit, "driver", 0.2, draws=499).set_index("method")
    bootstrap = wild_bootstrap(fit, "driver", draws=499)
    assert table.loc["wild bootstrap", "p_value"] == bootstrap.p_value(-0.2, "greater") > 0.5
    assert bootstrap.p_value(0.2, "less") < 0.1
