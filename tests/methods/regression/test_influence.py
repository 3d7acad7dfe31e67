"""Leverage, pull and decisive rows of a regression, against refits, finite differences and every subset."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from paradox.panels import simulated
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.outliers_influence import OLSInfluence

from citizen_security.methods.regression import influence
from citizen_security.methods.regression.errors import clustered, clustered_covariance, jackknife
from citizen_security.methods.regression.influence import (
    changes_without_row,
    decisive_rows,
    partial_leverage,
    pull_of_rows,
    without_each_cluster,
    without_rows,
)
from citizen_security.methods.regression.least_squares import NotEstimable, solve
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))
WEIGHTED = Specification("both", ("driver", "control"), weights="population")
POOLED = Specification("both", ("driver", "control"), fixed_effects="none")
DRIVER = Specification("alone", ("driver",))


def crv1(fit, regressor, level=0.9):
    return rule_of(clustered(fit, level), regressor)


def crv3(fit, regressor):
    return rule_of(jackknife(fit, 0.8), regressor)


def nineteen_twentieths(fit, regressor):
    """Fast, since it is asked of hundreds of sets; 2.1 errors, so that it is no end that the search itself looks at."""
    position = fit.regressors.index(regressor)
    estimate = float(fit.estimates[position])
    error = 2.1 * float(np.sqrt(clustered_covariance(fit)[position, position]))
    return estimate, estimate - error, estimate + error


def rule_of(table, regressor):
    row = table.set_index("regressor").loc[regressor]
    return float(row["estimate"]), float(row["lower"]), float(row["upper"])


def fitted(specification, seed=1, **sizes):
    sample = estimation_sample(simulated(seed, **sizes), specification)
    return sample, least_squares(sample, specification)


def refitted(sample, specification, rows):
    """The same from the panel: rows leave the table, and everything is estimated anew."""
    frame = sample.frame.drop(index=list(rows)).reset_index(drop=True)
    return least_squares(replace(sample, frame=frame), specification)


@pytest.mark.parametrize("specification", [BOTH, WEIGHTED, POOLED, replace(BOTH, fixed_effects="country")])
def test_without_rows_is_the_regression_on_the_table_without_them(specification):
    sample, fit = fitted(specification, countries=9, years=12)
    leaving = [0, 7, 40]
    again, table = without_rows(fit, leaving), refitted(sample, specification, leaving)
    for rule in (crv1, crv3):
        # The same numbers by another order of sums.
        np.testing.assert_allclose(rule(again, "control"), rule(table, "control"), rtol=1e-8)


def test_a_whole_cluster_and_a_whole_period_can_leave():
    sample, fit = fitted(BOTH, countries=9, years=12)
    leaving = sample.frame.index[(sample.frame["iso3"] == "C03") | (sample.frame["year"] == 2004)]
    again = without_rows(fit, leaving)
    assert "C03" not in again.labels
    assert again.clusters == fit.clusters - 1
    expected = refitted(sample, BOTH, leaving)
    np.testing.assert_allclose(again.estimates, expected.estimates, rtol=1e-8)
    assert again.rank == expected.rank


def test_a_row_alone_in_its_cluster_changes_no_estimate():
    sample, fit = fitted(DRIVER, countries=9, years=12)
    places = sample.frame.index[sample.frame["iso3"] == "C02"]
    with_one = without_rows(fit, places[1:])
    assert with_one.clusters == fit.clusters
    assert with_one.estimates[0] == pytest.approx(without_rows(fit, places).estimates[0], rel=1e-8)


def test_rows_that_are_not_there_are_refused():
    _, fit = fitted(DRIVER, countries=9, years=12)
    with pytest.raises(ValueError, match="not all among the"):
        without_rows(fit, [2, fit.observations])


def test_a_driver_of_which_nothing_is_left_is_refused():
    random = np.random.default_rng(3)
    driver = np.where(np.arange(30) == 4, 1.0, 0.0)
    fit = solve(
        ("driver",),
        np.column_stack([driver, np.ones(30)]),
        random.normal(size=30),
        clusters=np.arange(30) % 10,
        periods=np.arange(30),
    )
    with pytest.raises(NotEstimable, match="too little is left of driver"):
        without_rows(fit, [4])


def test_partial_leverage_weighs_the_slopes_of_the_rows():
    sample, fit = fitted(BOTH, countries=9, years=12)
    shares = partial_leverage(fit, "control")
    assert shares.sum() == pytest.approx(1)
    effects = [sample.frame[name].to_numpy() for name in ("iso3", "year")]
    dummies = [np.equal.outer(effect, np.unique(effect)) for effect in effects]
    others = np.hstack([sample.frame[["driver"]].to_numpy(), *dummies]).astype(float)
    control = sample.frame["control"].to_numpy()
    left = control - others @ np.linalg.lstsq(others, control)[0]
    np.testing.assert_allclose(shares, left**2 / (left**2).sum(), atol=1e-10)
    # The rate itself has the slope, effects and all.
    assert (shares * sample.frame["rate"] / left).sum() == pytest.approx(fit.estimates[1], rel=1e-8)


def test_changes_are_the_dfbetas_of_statsmodels():
    sample, fit = fitted(BOTH, countries=9, years=12)
    dummies = [
        np.equal.outer(sample.frame[name].to_numpy(), np.unique(sample.frame[name])[first:]).astype(float)
        for name, first in (("iso3", 0), ("year", 1))
    ]
    design = np.hstack([sample.frame[["driver", "control"]].to_numpy(), *dummies])
    other = OLSInfluence(OLS(sample.frame["rate"].to_numpy(), design).fit())
    np.testing.assert_allclose(changes_without_row(fit, "control"), -other.dfbeta[:, 1], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("specification", [BOTH, WEIGHTED])
def test_changes_are_those_of_refits(specification):
    _, fit = fitted(specification, seed=4, countries=9, years=12)
    for row in (0, 11, 50):
        change = without_rows(fit, [row]).estimates[0] - fit.estimates[0]
        assert changes_without_row(fit, "driver")[row] == pytest.approx(change, rel=1e-6)


def test_a_row_fitted_by_its_own_effect_pulls_nothing():
    sample, fit = fitted(DRIVER, countries=9, years=12)
    places = sample.frame.index[sample.frame["iso3"] == "C02"]
    lonely = without_rows(fit, places[1:])
    changes = changes_without_row(lonely, "driver")
    assert changes[lonely.cluster == list(lonely.labels).index("C02")].tolist() == [0.0]
    assert np.count_nonzero(changes) == lonely.observations - 1


@pytest.mark.parametrize("part", ["estimate", "lower", "upper"])
@pytest.mark.parametrize("specification", [BOTH, WEIGHTED, POOLED])
def test_pull_is_the_derivative_by_the_weight(part, specification):
    sample, fit = fitted(specification, seed=5, countries=9, years=12)
    pull = pull_of_rows(fit, "driver", part, quantile=2.5)
    step = 1e-5
    for row in (1, 20, 60):
        ends = [end(reweighted(sample, specification, row, 1 + sign * step), part) for sign in (1, -1)]
        # Central differences err by about the step squared, and by rounding over the step.
        assert pull[row] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4, abs=1e-9)


def reweighted(sample, specification, row, weight):
    """Every effect as a column of its own, and one row with another weight."""
    frame = sample.frame
    effects = [
        np.equal.outer(frame[name].to_numpy(), np.unique(frame[name])[first:]).astype(float)
        for name, first in (("iso3", 0), ("year", 1))
        if name in specification.effect_columns
    ] or [np.ones((len(frame), 1))]
    design = np.hstack([frame[["driver", "control"]].to_numpy(dtype=float), *effects])
    weights = frame["population"].to_numpy() if specification.weights == "population" else np.ones(len(frame))
    root = np.sqrt(weights * np.where(np.arange(len(frame)) == row, weight, 1.0))
    outcome = frame["rate"].to_numpy() * root
    return solve(("driver", "control"), design * root[:, None], outcome, clusters=frame["iso3"], periods=frame["year"])


def end(fit, part):
    table = clustered(fit)
    # The correction counts effects nested in the clusters once; it is held, so that only its size here matters.
    nested = fit.clusters if fit.rank > fit.clusters else 0
    known = fit.observations - fit.rank
    error = table["standard_error"].iloc[0] * np.sqrt(known / (known + max(nested - 1, 0)))
    return float(table["estimate"].iloc[0] + {"estimate": 0.0, "lower": -2.5, "upper": 2.5}[part] * error)


def smallest_by_trying(fit, regressor, rule, turned, most=3):
    for size in range(1, most + 1):
        found = [rows for rows in combinations(range(fit.observations), size) if turned(fit, rows, regressor, rule)]
        if found:
            return size, found
    return None, []


def interval_turns(fit, rows, regressor, rule):
    _, lower, upper = rule(fit, regressor)
    _, low, high = rule(without_rows(fit, rows), regressor)
    return (lower > 0 or upper < 0) != (low > 0 or high < 0)


def sign_turns(fit, rows, regressor, rule):
    return (rule(fit, regressor)[0] > 0) != (rule(without_rows(fit, rows), regressor)[0] > 0)


def small(seed, effect):
    """Fifteen rows in five clusters, of which every set of three can be tried."""
    random = np.random.default_rng(seed)
    driver = random.standard_t(3, 15)
    outcome = effect * driver + random.standard_t(3, 15)
    design = np.column_stack([driver, np.ones(15)])
    return solve(("driver",), design, outcome, clusters=np.repeat(np.arange(5), 3), periods=np.tile(np.arange(3), 5))


def test_decisive_rows_are_the_fewest_of_all_sets():
    sizes = set()
    for turn, turns in (("interval", interval_turns), ("sign", sign_turns)):
        for seed, effect in ((4, 0.8), (5, 0.7), (7, 0.8)):
            fit = small(seed, effect)
            size, sets = smallest_by_trying(fit, "driver", nineteen_twentieths, turns)
            sizes.add(size)
            found = decisive_rows(fit, "driver", nineteen_twentieths, turn, most=3)
            if size is None:
                assert found is None
                continue
            assert found is not None
            assert len(found.rows) == size
            assert found.rows in sets
            again = nineteen_twentieths(without_rows(fit, found.rows), "driver")
            assert (found.estimate, found.lower, found.upper) == pytest.approx(again)
    # Otherwise the comparison would hold for single rows alone.
    assert sizes >= {1, 2, 3}


def test_planted_rows_are_found_in_a_panel():
    panel = simulated(6, effect=0.6)
    planted = (panel["iso3"] == "C07") & panel["year"].between(2010, 2012)
    panel.loc[planted, ["driver", "rate"]] = [[30.0, -60.0], [28.0, -55.0], [31.0, -70.0]]
    sample = estimation_sample(panel, BOTH)
    fit = least_squares(sample, BOTH)
    found = decisive_rows(fit, "driver", crv1, most=6)
    assert found is not None
    assert interval_turns(fit, found.rows, "driver", crv1)
    rows = sample.frame.loc[list(found.rows)]
    assert set(rows["iso3"]) == {"C07"}
    assert set(rows["year"]) <= {2010, 2011, 2012}


def test_no_set_within_the_number_asked_for_is_said_to_be_none():
    _, fit = fitted(BOTH, effect=0.5)
    assert decisive_rows(fit, "driver", crv1, "sign", most=2) is None
    with pytest.raises(ValueError, match="most"):
        decisive_rows(fit, "driver", crv1, "sign", most=0)


def test_without_each_cluster_are_the_refits():
    sample, fit = fitted(BOTH, countries=9, years=12)
    table = without_each_cluster(fit, "control", crv3).set_index("cluster")
    rest = refitted(sample, BOTH, sample.frame.index[sample.frame["iso3"] == "C04"])
    expected = crv3(rest, "control")
    np.testing.assert_allclose(table.loc["C04", ["estimate", "lower", "upper"]].astype(float), expected, rtol=1e-8)
    assert table.loc["C04", "change"] == pytest.approx(expected[0] - fit.estimates[1], rel=1e-8)
    assert table["partial_leverage"].sum() == pytest.approx(1)
    assert table.loc["C04", "partial_leverage"] == pytest.approx(
        partial_leverage(fit, "control")[sample.frame["iso3"] == "C04"].sum()
    )


def test_an_end_at_zero_holds_it_and_an_estimate_of_zero_has_no_other_sign():
    none = influence.DecisiveRows((1,), 0.0, 0.0, 0.0)
    reached = {
        (part, direction, turn): influence._Target(part, direction).reached(none, turn)
        for part, direction in (("lower", -1), ("upper", 1), ("lower", 1), ("upper", -1), ("estimate", 1))
        for turn in ("interval", "sign")
    }
    assert {key for key, value in reached.items() if value} == {("lower", -1, "interval"), ("upper", 1, "interval")}


def test_the_search_goes_by_the_normal_interval_of_clustered_errors():
    _, fit = fitted(BOTH, countries=9, years=12)
    row = clustered(fit).set_index("regressor").loc["control"]
    estimate, lower, upper = influence._by_clustered_errors(fit, "control")
    half = 1.96 * row["standard_error"]
    assert (estimate, lower, upper) == pytest.approx((row["estimate"], estimate - half, estimate + half), rel=1e-6)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_leverage_does_not_depend_on_the_unit_of_another_regressor(unit):
    random = np.random.default_rng(8)
    driver, control = random.normal(size=(2, 30))
    driver = driver + control
    given = {"outcome": random.normal(size=30), "clusters": np.arange(30) % 10, "periods": np.arange(30)}
    one, other = (
        solve(("driver", "control"), np.column_stack([driver, control * size, np.ones(30)]), **given)
        for size in (1, unit)
    )
    np.testing.assert_allclose(partial_leverage(other, "driver"), partial_leverage(one, "driver"), atol=1e-9)


def test_a_driver_that_differs_between_clusters_alone_is_still_there_without_a_row():
    random = np.random.default_rng(9)
    cluster = np.repeat(np.arange(10), 4)
    design = np.column_stack([random.normal(size=10)[cluster], np.ones(40)])
    outcome = random.normal(size=40)
    fit = solve(("driver",), design, outcome, clusters=cluster, periods=np.tile(np.arange(4), 10))
    expected = OLS(outcome[1:], design[1:]).fit().params[0]
    assert without_rows(fit, [0]).estimates[0] == pytest.approx(expected, rel=1e-9)
