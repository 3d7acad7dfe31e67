"""CR2 errors and Satterthwaite's degrees of freedom: clubSandwich's printed output, closed forms, full hat matrices."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from linearmodels.datasets import munnell
from paradox.panels import simulated
from scipy.stats import t

from citizen_security.methods.regression.bias_reduced import (
    adjust,
    bias_reduced,
    bias_reduced_combinations,
    bias_reduced_covariance,
)
from citizen_security.methods.regression.least_squares import NotEstimable, solve
from citizen_security.methods.regression.quoted import TRUSTED_DEGREES, quoted
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))

OUTPUT = ("p_cap", "pc", "emp", "unemp")

# Census divisions, by which the R package plm groups the states of Munnell's data.
DIVISIONS = (
    "CT ME MA NH RI VT",
    "NJ NY PA",
    "IL IN MI OH WI",
    "IA KS MN MO NE ND SD",
    "DE FL GA MD NC SC VA WV",
    "AL KY MS TN",
    "AR LA OK TX",
    "AZ CO ID MT NV NM UT WY",
    "CA OR WA",
)


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def production():
    """Munnell's (1990) output of 48 states, 1970–1986, in the panel's columns; R's `Produc`."""
    data = munnell.load().rename(columns=str.lower)
    logs = {name: np.log(data[name].astype(float)) for name in ("p_cap", "pc", "emp")}
    return data.rename(columns={"st_abb": "iso3", "yr": "year"}).assign(
        **logs, rate=np.log(data["gsp"].astype(float)), unemp=data["unemp"].astype(float), population=1.0
    )


def matrix(text):
    return np.array([[float(number) for number in line.split()] for line in text.strip().splitlines()])


# clubSandwich 0.6, reference page of vcovCR.plm: log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp with state effects.
BY_STATE = matrix("""
3.900840e-03 -7.382313e-04 -0.0024837779 -7.825846e-05
-7.382313e-04 4.177767e-03 -0.0040101610 -9.960967e-05
-2.483778e-03 -4.010161e-03 0.0073152051 1.736024e-04
-7.825846e-05 -9.960967e-05 0.0001736024 6.745842e-06
""")
BY_DIVISION = matrix("""
6.973505e-03 -0.0022279395 -0.0044833594 -6.786254e-05
-2.227940e-03 0.0054359010 -0.0043767642 -1.297104e-04
-4.483359e-03 -0.0043767642 0.0108260634 2.011267e-04
-6.786254e-05 -0.0001297104 0.0002011267 1.170089e-05
""")


def test_clustered_by_state_it_is_clubsandwich_s():
    fit = taken_apart(production(), Specification("", OUTPUT, fixed_effects="country"))
    # Seven digits are printed.
    np.testing.assert_allclose(bias_reduced_covariance(fit), BY_STATE, rtol=2e-6)


def test_clustered_by_nine_divisions_with_state_dummies_it_is_clubsandwich_s():
    panel = production()
    division = {state: number for number, states in enumerate(DIVISIONS) for state in states.split()}
    states = pd.get_dummies(panel["iso3"], dtype=float).to_numpy()
    fit = solve(
        OUTPUT,
        np.hstack([panel[list(OUTPUT)].to_numpy(), states]),
        panel["rate"].to_numpy(),
        clusters=panel["iso3"].map(division),
        periods=panel["year"],
    )
    np.testing.assert_allclose(bias_reduced_covariance(fit), BY_DIVISION, rtol=2e-6)


def test_a_mean_of_equal_clusters_has_one_degree_fewer_than_clusters():
    random = np.random.default_rng(1)
    clusters = np.arange(7).repeat(4)
    outcome = random.normal(size=28)
    row = bias_reduced(
        solve(("constant",), np.ones((28, 1)), outcome, clusters=clusters, periods=np.tile(np.arange(4), 7))
    ).iloc[0]
    assert row["degrees_of_freedom"] == pytest.approx(6, rel=1e-12)
    assert row["effective_clusters"] == pytest.approx(7, rel=1e-12)
    means = outcome.reshape(7, 4).mean(axis=1)
    assert row["standard_error"] == pytest.approx(means.std(ddof=1) / np.sqrt(7), rel=1e-12)


@pytest.mark.parametrize(("first", "second"), [(3, 9), (5, 5), (2, 17)])
def test_a_difference_between_groups_of_clusters_has_the_degrees_of_bell_and_mccaffrey(first, second):
    # Two groups of equally large clusters: Welch's degrees of freedom with the variances that the working model has.
    clusters = np.arange(first + second).repeat(3)
    treated = (clusters < first).astype(float)
    outcome = np.random.default_rng(2).normal(size=len(clusters))
    fit = solve(
        ("treated",),
        np.column_stack([treated, np.ones(len(clusters))]),
        outcome,
        clusters=clusters,
        periods=np.tile(np.arange(3), first + second),
    )
    parts = np.array([1 / first, 1 / second])
    expected = parts.sum() ** 2 / (parts**2 / np.array([first - 1, second - 1])).sum()
    assert bias_reduced(fit).loc[0, "degrees_of_freedom"] == pytest.approx(expected, rel=1e-10)


def with_full_hat_matrices(panel, specification):
    """CR2 as it is defined, every dummy in the design: variances, degrees of freedom; no algebra saved."""
    sample = estimation_sample(panel, specification).frame
    dummies = [pd.get_dummies(sample[column], dtype=float).to_numpy() for column in specification.effect_columns]
    design = np.hstack([sample[list(specification.regressors)].to_numpy(), np.ones((len(sample), 1)), *dummies])
    weight = sample["population"].to_numpy() if specification.weights == "population" else np.ones(len(sample))
    bread = np.linalg.pinv(design.T @ (design * weight[:, None]), rcond=1e-13)
    maker = np.eye(len(sample)) - design @ bread @ (design * weight[:, None]).T
    residuals = maker @ sample["rate"].to_numpy()
    variances, degrees = [], []
    for position in range(len(specification.regressors)):
        vectors, variance = [], 0.0
        for country in sorted(sample["iso3"].unique()):
            chosen = (sample["iso3"] == country).to_numpy()
            left, values, _ = np.linalg.svd(maker[chosen] @ maker[chosen].T)
            powers = [0 if value < 1e-9 else value**-0.5 for value in values]
            adjustment = left @ np.diag(powers) @ left.T
            score = adjustment @ (weight[chosen] * (design[chosen] @ bread[:, position]))
            variance += (score @ residuals[chosen]) ** 2
            vectors.append(maker[chosen].T @ score)
        products = np.array(vectors) @ np.array(vectors).T
        variances.append(variance)
        degrees.append(np.trace(products) ** 2 / (products**2).sum())
    return np.sqrt(variances), degrees


def varied(seed, **settings):
    """A simulated panel whose population changes within each country."""
    panel = simulated(seed, countries=9, years=12, **settings)
    growth = 1 + 0.04 * (panel["year"] - 2000) * pd.factorize(panel["iso3"])[0] / 8
    return panel.assign(population=panel["population"] * growth)


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "year", "none"])
@pytest.mark.parametrize("weights", ["none", "population"])
def test_full_hat_matrices_give_the_same(fixed_effects, weights):
    # Effects that are absorbed must count in the residual maker where weights vary within a country.
    specification = replace(BOTH, fixed_effects=fixed_effects, weights=weights)
    table = bias_reduced(taken_apart(varied(3), specification))
    errors, degrees = with_full_hat_matrices(varied(3), specification)
    # The dummies' pseudo-inverse is exact to about 1e-8.
    np.testing.assert_allclose(table["standard_error"], errors, rtol=1e-6)
    np.testing.assert_allclose(table["degrees_of_freedom"], degrees, rtol=1e-6)


def test_the_interval_has_each_coefficient_s_own_degrees():
    fit = taken_apart(simulated(4), BOTH)
    table = bias_reduced(fit, 0.8)
    half = t.ppf(0.9, table["degrees_of_freedom"]) * table["standard_error"]
    np.testing.assert_allclose(table["upper"] - table["estimate"], half, rtol=1e-10)
    statistic = (table["estimate"] / table["standard_error"]).abs()
    np.testing.assert_allclose(table["p_value"], 2 * t.sf(statistic, table["degrees_of_freedom"]), rtol=1e-10)
    assert table["degrees_of_freedom"].nunique() == 2
    assert (table["degrees_of_freedom"] < fit.clusters - 1).all()


def test_a_combination_is_the_regressor_that_it_would_be():
    # The slope at a value is a coefficient once the square is measured from that value.
    panel = simulated(5).assign(square=lambda frame: frame["driver"] ** 2)
    moved = panel.assign(square=(panel["driver"] - 3) ** 2)
    parabola = Specification("", ("driver", "square"))
    slope = bias_reduced_combinations(taken_apart(panel, parabola), np.array([[1.0, 6.0]]), ("slope",), 0.9).iloc[0]
    own = bias_reduced(taken_apart(moved, parabola), 0.9).iloc[0]
    for column in ("estimate", "standard_error", "lower", "p_value", "degrees_of_freedom", "effective_clusters"):
        assert slope[column] == pytest.approx(own[column], rel=1e-7)


def test_combinations_of_another_length_are_refused():
    with pytest.raises(ValueError, match="one column for each of 2 regressors"):
        adjust(taken_apart(simulated(5), BOTH), np.ones((1, 3)))


def test_an_estimate_that_rests_on_one_cluster_is_refused():
    # Only C03 ever moves: its residuals are brought to zero and show nothing.
    panel = simulated(6, gaps=0)
    panel["driver"] = panel["driver"].where(panel["iso3"] == "C03", 1.0)
    with pytest.raises(NotEstimable, match="rests on C03 all but alone"):
        bias_reduced(taken_apart(panel, Specification("", ("driver",), fixed_effects="country")))


def test_under_the_working_model_the_variance_has_no_bias():
    # The design is fixed, so the expectation is exact: residual maker times identity.
    fit = taken_apart(simulated(7, countries=12), BOTH)
    design = np.column_stack([fit.design, np.equal.outer(fit.cluster, np.arange(fit.clusters)).astype(float)])
    maker = np.eye(fit.observations) - design @ np.linalg.pinv(design)
    scores = [fit.by_cluster(adjust(fit).multipliers[:, [position]] * maker) for position in range(2)]
    expected = [(score**2).sum() for score in scores]
    np.testing.assert_allclose(expected, np.diag(fit.inverse)[:2], rtol=1e-8)


def test_what_is_quoted_is_marked_where_degrees_are_too_few():
    panel = simulated(8, countries=10, gaps=0)
    even = quoted(taken_apart(panel, BOTH), 0.9)
    assert even["trusted"].all()
    # One country moves twenty times as far as the others, and its leverage swallows theirs.
    wide = panel.assign(driver=panel["driver"].where(panel["iso3"] != "C00", 20 * panel["driver"]))
    uneven = quoted(taken_apart(wide, BOTH), 0.9)
    assert uneven.loc[0, "degrees_of_freedom"] < TRUSTED_DEGREES
    assert uneven["trusted"].tolist() == [False, True]
    pd.testing.assert_frame_equal(uneven.drop(columns="trusted"), bias_reduced(taken_apart(wide, BOTH), 0.9))


def test_one_regressor_that_rests_on_a_single_country_is_refused_whatever_the_others_do():
    panel = simulated(6, gaps=0)
    lone = panel.assign(driver=np.where(panel["iso3"] == "C03", panel["driver"], 0.0))
    specification = Specification("both", ("driver", "control"), fixed_effects="country")
    fit = least_squares(estimation_sample(lone, specification), specification)
    with pytest.raises(NotEstimable, match="C03"):
        bias_reduced(fit)
