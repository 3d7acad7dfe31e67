"""Differences by hand, by a second path, and nothing of the years after."""

import numpy as np
import pytest
from scipy.optimize import minimize

from citizen_security.programmes.country_panels import country_panel
from citizen_security.programmes.prevention_costa_rica import comparisons, windows
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica


@pytest.fixture(scope="module")
def strategy(parameters):
    return windows.windows(parameters)[0]


@pytest.fixture(scope="module")
def found(world, region, strategy, parameters):
    return comparisons.estimators(world, region, strategy, parameters)


def test_donors_have_every_year_and_low_ones_a_low_mean(world, region, strategy, parameters):
    whole = comparisons.rates_of(world, region, strategy, parameters)
    low = comparisons.rates_of(world, region, strategy, parameters, pool="region_low")
    far = comparisons.rates_of(world, region, strategy, parameters, pool="world_low")
    assert set(whole.index) <= set(region)
    assert whole.notna().all(axis=None)
    means = whole.loc[:, 2001:2010].mean(axis=1)
    assert set(low.index) == set(means.index[means < 15])
    assert set(low.index) < set(far.index)
    without = comparisons.rates_of(world, region, strategy, PreventionCostaRica(left_out=["HND"]))
    assert set(whole.index) - set(without.index) == {"HND"}


def test_a_later_window_is_matched_on_the_years_before_the_start(world, region, parameters):
    later = windows.windows(parameters)[1]
    rates = comparisons.rates_of(world, region, later, parameters, until=2011)
    assert rates.columns.tolist() == [*range(2001, 2011), *range(2015, 2019)]


def test_the_evaluated_country_stays_in_whatever_its_rate(world, region, strategy, parameters):
    rates = comparisons.rates_of(world, region, strategy, parameters, pool="region_low", treated="HND")
    assert rates.loc["HND"].mean() > 15
    assert "CRI" in rates.index


def test_an_effect_in_logarithms_is_a_ratio_to_what_was_expected():
    assert comparisons.in_rates(-2.0, "level", 9.0) == -2.0
    # Half of what was expected: 9 where 18 were expected.
    assert comparisons.in_rates(np.log(0.5), "log", 9.0) == pytest.approx(-9.0)


def test_difference_in_differences_is_four_means_on_either_scale(world, region, strategy, found, parameters):
    rates = comparisons.rates_of(world, region, strategy, parameters)
    rows = found[found["estimator"] == "difference_in_differences"].set_index("outcome")
    for outcome, values in (("level", rates), ("log", np.log(rates))):
        moved = values.loc[:, 2011:].mean(axis=1) - values.loc[:, :2010].mean(axis=1)
        effect = moved["CRI"] - moved.drop("CRI").mean()
        assert rows.loc[outcome, "effect"] == pytest.approx(effect)
        # A placebo is each donor beside the other donors.
        placebos = [abs(moved[name] - moved.drop(["CRI", name]).mean()) for name in rates.index.drop("CRI")]
        as_large = sum(one >= abs(effect) for one in placebos)
        assert rows.loc[outcome, "p_value"] == pytest.approx((1 + as_large) / (1 + len(placebos)))
    observed = rates.loc["CRI", 2011:2014].mean()
    assert rows["observed"].tolist() == pytest.approx([observed] * 2)
    assert rows.loc["log", "expected"] == pytest.approx(observed / np.exp(rows.loc["log", "effect"]))


def test_weights_without_means_agree_with_a_general_minimiser(world, region, strategy, found, parameters):
    rates = np.log(comparisons.rates_of(world, region, strategy, parameters))
    own, donors = rates.loc["CRI"], rates.drop("CRI")
    early = donors.loc[:, :2010].sub(donors.loc[:, :2010].mean(axis=1), axis=0).to_numpy()
    target = (own.loc[:2010] - own.loc[:2010].mean()).to_numpy()
    number = len(donors)
    best = minimize(
        lambda weights: ((target - weights @ early) ** 2).mean(), np.full(number, 1 / number), method="SLSQP",
        bounds=[(0, 1)] * number, constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 2_000},
    )  # fmt: skip
    gaps = own - best.x @ donors.to_numpy() - (own.loc[:2010].mean() - best.x @ donors.loc[:, :2010].mean(axis=1))
    row = found[(found["outcome"] == "log") & (found["estimator"] == "demeaned")].iloc[0]
    # What a general minimiser reaches of a flat sum of squares.
    assert row["effect"] == pytest.approx(gaps.loc[2011:].mean(), abs=2e-3)
    assert row["rmspe_before"] <= np.sqrt(best.fun) + 1e-9


def test_intervals_hold_the_difference_and_leave_out_what_placebos_reject(found):
    assert ((found["lower"] < found["difference"]) & (found["difference"] < found["upper"])).all()
    outside = (found["lower"] > 0) | (found["upper"] < 0)
    assert (outside == (found["p_value"] <= 0.1)).all()


def test_parallel_trends_are_those_of_the_estimator_in_the_same_window(world, region, found, parameters):
    parallel = comparisons.parallel_trends(world, region, parameters)
    assert len(parallel) == 3 * 3 * 2
    own = parallel[(parallel["window"] == "strategy") & (parallel["pool"] == "region")].set_index("outcome")
    plain = found[found["estimator"] == "difference_in_differences"].set_index("outcome")
    assert own["expected"].to_dict() == pytest.approx(plain["expected"].to_dict())
    rates = comparisons.rates_of(world, region, windows.windows(parameters)[2], parameters, until=2011)
    last = parallel[(parallel["window"] == "since") & (parallel["pool"] == "region")].set_index("outcome")
    donors = rates.drop("CRI")
    moved = donors.loc[:, 2019:].mean(axis=1).mean() - donors.loc[:, :2010].mean(axis=1).mean()
    assert last.loc["level", "donor_change"] == pytest.approx(moved)
    assert last.loc["level", "expected"] == pytest.approx(rates.loc["CRI", :2010].mean() + moved)


def test_paths_end_with_the_years_after_and_average_to_the_design(world, region, parameters):
    paths = comparisons.path(world, region, parameters).set_index("year")
    assert (paths.index[0], paths.index[-1]) == (2001, 2018)
    # Without means the control is level with the country before the start, on its own scale.
    assert paths.loc[:2010, "level"].mean() == pytest.approx(paths.loc[:2010, "observed"].mean())
    assert np.log(paths.loc[:2010, "log"]).mean() == pytest.approx(np.log(paths.loc[:2010, "observed"]).mean())


def test_earlier_starts_see_nothing_from_the_true_one_on(world, region, parameters):
    earlier = comparisons.earlier_starts(world, region, parameters)
    assert earlier.loc[~earlier["own"], "last"].max() < 2011
    assert earlier.loc[earlier["own"], "start"].unique().tolist() == [2011]
    other = world.copy()
    other.loc[other["year"] >= 2011, "homicide_rate"] *= 3
    again = comparisons.earlier_starts(other, region, parameters)
    early = ~earlier["own"]
    assert again.loc[early, "difference"].tolist() == pytest.approx(earlier.loc[early, "difference"].tolist())


def test_without_a_donor_is_a_fit_that_never_saw_it(world, region, strategy, parameters):
    names = {code: code for code in region}
    without = comparisons.without_each_donor(world, region, parameters, names)
    row = without[(without["outcome"] == "log")].iloc[0]
    fewer = PreventionCostaRica(left_out=[row["without"]])
    again = comparisons.estimators(world, region, strategy, fewer)
    own = again[(again["outcome"] == "log") & (again["estimator"] == "demeaned")].iloc[0]
    assert own["difference"] == pytest.approx(row["difference"], abs=1e-6)


def test_predictors_give_a_range_around_their_best_and_need_every_predictor(table, world, parameters):
    fits = comparisons.with_predictors(table, world, parameters)
    assert fits["outcome"].tolist() == ["level", "log"]
    assert ((fits["lower"] <= fits["difference"]) & (fits["difference"] <= fits["upper"])).all()
    # Cuba has no income in the table.
    assert fits["donors"].tolist() == [15, 15]
    exact = comparisons.with_predictors(table, world, PreventionCostaRica(tolerance=0.0))
    assert (exact["upper"] - exact["lower"] <= fits["upper"] - fits["lower"]).all()


def test_another_country_can_be_put_to_the_test(world, region, strategy, parameters):
    panama = comparisons.estimators(world, region, strategy, parameters, treated="PAN")
    rates = comparisons.rates_of(world, region, strategy, parameters)
    assert panama["observed"].iloc[0] == pytest.approx(rates.loc["PAN", 2011:2014].mean())
    assert panama["donors"].iloc[0] == len(rates) - 1
    assert country_panel(rates, "PAN", 2011).units[0] == "PAN"
