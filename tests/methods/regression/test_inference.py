"""Four kinds of interval: Stata's output, second implementations, enumeration, and coverage."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pyfixest
import pytest
from linearmodels.panel import PanelOLS, PooledOLS
from paradox.panels import investment, simulated
from scipy.stats import t

from citizen_security.methods.regression.errors import (
    automatic_lags,
    clustered,
    driscoll_kraay,
    jackknife,
    leave_one_out,
)
from citizen_security.methods.regression.intervals import METHODS, every_interval
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.methods.regression.pairs_bootstrap import pairs_bootstrap
from citizen_security.methods.regression.wild_bootstrap import wild_bootstrap
from citizen_security.methods.resampling import bootstrap_multipliers
from citizen_security.paradox.panel.fixed_effects import fixed_effects_regression
from citizen_security.paradox.panel.intervals import intervals_side_by_side
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))
BOTH = Specification("both", ("driver", "control"))
POOLED = Specification("", ("value", "capital"), fixed_effects="none")


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_clustered_errors_of_grunfeld_are_stata_s():
    # Stata: regress invest mvalue kstock, vce(cluster company); output shipped with statsmodels.
    table = clustered(taken_apart(investment(), POOLED))
    np.testing.assert_allclose(table["standard_error"], [0.01589434, 0.08496711], rtol=1e-6)


def test_driscoll_kraay_errors_of_grunfeld_are_stata_s():
    # Stata: xtscc invest mvalue kstock, lag(4); output shipped with statsmodels.
    table = driscoll_kraay(taken_apart(investment(), POOLED), lags=4)
    np.testing.assert_allclose(table["standard_error"], [0.0134360177573, 0.04930800664089], rtol=1e-6)


@pytest.mark.parametrize("lags", [0, 2, 4])
def test_driscoll_kraay_is_that_of_linearmodels(lags):
    panel = simulated(1, gaps=0.1)
    fit = taken_apart(panel, BOTH)
    indexed = estimation_sample(panel, BOTH).frame.set_index(["iso3", "year"])
    other = PanelOLS(indexed["rate"], indexed[["driver", "control"]], entity_effects=True, time_effects=True).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=False
    )
    # linearmodels corrects for the degrees of freedom of the effects, which Stata's command and ours do not.
    effects = indexed.index.get_level_values(0).nunique() + indexed.index.get_level_values(1).nunique() - 1
    expected = other.std_errors * np.sqrt((len(indexed) - effects) / len(indexed))
    np.testing.assert_allclose(driscoll_kraay(fit, lags=lags)["standard_error"], expected, rtol=1e-8)


def test_a_year_without_figures_keeps_its_place_among_the_lags():
    panel = simulated(2, gaps=0).query("year != 2010")
    moved = panel.assign(year=panel["year"].where(panel["year"] < 2010, panel["year"] - 1))
    gap, closed = (
        driscoll_kraay(taken_apart(frame, DRIVER), lags=1)["standard_error"].iloc[0] for frame in (panel, moved)
    )
    # 2009 and 2011 are two years apart, so their product must not enter at one lag.
    assert gap != pytest.approx(closed, rel=1e-6)


def test_lags_are_those_of_newey_and_west():
    assert [automatic_lags(years) for years in (20, 34, 100)] == [2, 3, 4]


def test_lags_beyond_the_years_are_refused():
    with pytest.raises(NotEstimable, match="need more than 25 years"):
        driscoll_kraay(taken_apart(simulated(3), DRIVER), lags=24)


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "none"])
def test_leaving_a_country_out_is_fitting_without_it(fixed_effects):
    panel, specification = simulated(4), replace(BOTH, fixed_effects=fixed_effects)
    fit = taken_apart(panel, specification)
    without = leave_one_out(fit)
    for position in (0, 7, 19):
        rest = panel[panel["iso3"] != fit.countries[position]]
        np.testing.assert_allclose(without[position], taken_apart(rest, specification).estimates, rtol=1e-8)


def test_the_jackknife_is_that_of_pyfixest():
    panel = simulated(5)
    sample = estimation_sample(panel, BOTH)
    model = pyfixest.feols(
        "rate ~ driver + control | iso3 + year",
        sample.frame,
        vcov={"CRV3": "iso3"},
        fixef_rm="none",
        ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
    )
    countries = sample.countries
    # Without its corrections pyfixest gives the sum of squares; the jackknife multiplies by (G - 1) / G.
    expected = model.se() * np.sqrt((countries - 1) / countries)
    np.testing.assert_allclose(jackknife(least_squares(sample, BOTH))["standard_error"], expected, rtol=1e-6)


def test_an_estimate_that_rests_on_one_country_is_refused():
    panel = simulated(6, gaps=0)
    lone = panel.assign(driver=np.where(panel["iso3"] == "C03", panel["driver"], 0.0))
    with pytest.raises(NotEstimable, match="without C03"):
        jackknife(taken_apart(lone, replace(DRIVER, fixed_effects="country")))


def brute_force(panel, specification, tested):
    """Wild bootstrap by refitting, with all sign changes: t statistics of the sample and of each draw."""
    sample = estimation_sample(panel, specification)
    frame = sample.frame
    dummies = [pd.get_dummies(frame[name], dtype=float) for name in ("iso3", "year")]
    held = np.hstack([*(part.to_numpy() for part in dummies), frame[["control"]].to_numpy()])
    driver, rate = frame["driver"].to_numpy(), frame["rate"].to_numpy()
    projection = held @ np.linalg.pinv(held)
    restricted = (rate - tested * driver) - projection @ (rate - tested * driver)
    fitted = rate - restricted
    codes, countries = pd.factorize(frame["iso3"], sort=True)
    left = driver - projection @ driver
    full = np.column_stack([driver, held])
    hat = full @ np.linalg.pinv(full)

    def statistic(outcome):
        estimate = left @ outcome / (left @ left)
        residuals = outcome - hat @ outcome
        scores = np.array([left[codes == code] @ residuals[codes == code] for code in range(len(countries))])
        return (estimate - tested) * (left @ left) / np.sqrt((scores**2).sum())

    signs = product([1.0, -1.0], repeat=len(countries))
    return statistic(rate), np.array([statistic(fitted + np.array(sign)[codes] * restricted) for sign in signs])


@pytest.mark.parametrize("tested", [0.0, 0.8])
def test_the_bootstrap_is_that_of_refitting_every_sign_change(tested):
    panel = simulated(7, countries=8, years=10, gaps=0.1)
    sample, drawn = brute_force(panel, BOTH, tested)
    test = wild_bootstrap(taken_apart(panel, BOTH), "driver", draws=256, weights="rademacher")
    assert test.enumerated
    assert drawn.size == 256
    # Ties with the sample itself are rounding apart.
    tie = 1e-7
    assert test.p_value(tested) == (np.abs(drawn) >= abs(sample) - tie).mean()
    assert test.p_value(tested, "greater") == (drawn >= sample - tie).mean()
    assert test.p_value(tested, "less") == (drawn <= sample + tie).mean()


@pytest.mark.parametrize("weights", ["webb", "rademacher"])
def test_the_ends_of_the_interval_are_where_the_test_begins_to_reject(weights):
    test = wild_bootstrap(taken_apart(simulated(8), BOTH), "driver", draws=999, weights=weights, seed=3)
    for level in (0.8, 0.95):
        low, high = test.interval(level)
        assert low < test.estimate < high
        for end, outward in ((low, -1), (high, 1)):
            assert test.p_value(end) >= 1 - level - 1e-12
            assert test.p_value(end + outward * 1e-6 * test.standard_error) < 1 - level


def test_random_signs_agree_with_all_of_them():
    fit = taken_apart(simulated(9, countries=12), DRIVER)
    everything = wild_bootstrap(fit, "driver", draws=4096, weights="rademacher")
    some = wild_bootstrap(fit, "driver", draws=4095, weights="rademacher", seed=5)
    assert everything.enumerated
    assert not some.enumerated
    # Four Monte Carlo standard errors of a share estimated from 4,095 draws.
    p = everything.p_value(0.4)
    assert some.p_value(0.4) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 4095))


def test_webb_s_six_points_have_mean_zero_and_variance_one():
    drawn, enumerated = bootstrap_multipliers(5, 40_000, "webb", 1)
    assert not enumerated
    assert len(np.unique(drawn)) == 6
    # Four standard errors of a mean of 200,000 draws; the square has variance 1/6.
    assert drawn.mean() == pytest.approx(0, abs=4 / np.sqrt(drawn.size))
    assert (drawn**2).mean() == pytest.approx(1, abs=4 * np.sqrt(1 / 6 / drawn.size))


def test_too_few_countries_for_the_level_give_an_interval_without_end():
    # With 2^8 sign changes no p-value is below 2/256, so nothing is rejected at 99.9%: better said than a number.
    panel = simulated(10, countries=8)
    test = wild_bootstrap(taken_apart(panel, DRIVER), "driver", draws=256, weights="rademacher")
    assert test.interval(0.999) == (-np.inf, np.inf)


def test_all_four_stand_side_by_side():
    fit = taken_apart(simulated(11), BOTH)
    table = every_interval(fit, 0.9, draws=199)
    assert table["method"].tolist() == [method for method in METHODS for _ in range(2)]
    assert (table.groupby("regressor")["estimate"].nunique() == 1).all()
    assert (table["problem"] == "").all()
    assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()


def test_a_method_that_cannot_be_used_says_why():
    fit = taken_apart(simulated(12), DRIVER)
    table = every_interval(fit, draws=199, lags=40).set_index("method")
    assert "40 lags" in table.loc["Driscoll–Kraay", "problem"]
    assert np.isnan(table.loc["Driscoll–Kraay", "lower"])
    assert table.loc["jackknife", "problem"] == ""


def test_intervals_of_fits_keep_their_level_and_outcome():
    panel = simulated(12)
    fit = fixed_effects_regression(estimation_sample(panel, DRIVER), DRIVER, 0.8)
    table = intervals_side_by_side([fit], draws=199).set_index("method")
    assert set(table["confidence_level"]) == {0.8}
    assert table.loc["clustered", "lower"] == pytest.approx(fit.coefficients.loc[0, "lower"], rel=1e-6)


def test_a_country_drawn_twice_counts_as_two():
    panel = simulated(13, countries=10, gaps=0.1)
    fit = taken_apart(panel, BOTH)
    drawn = pairs_bootstrap([fit], draws=3, seed=4)[0]
    random = np.random.default_rng(4)
    counts = random.multinomial(10, np.full(10, 0.1), size=3)
    for estimates, times in zip(drawn, counts, strict=True):
        copies = [
            panel[panel["iso3"] == country].assign(iso3=f"{country}-{copy}")
            for country, number in zip(fit.countries, times, strict=True)
            for copy in range(number)
        ]
        np.testing.assert_allclose(estimates, taken_apart(pd.concat(copies), BOTH).estimates, rtol=1e-7)


def test_the_bootstrap_of_countries_spreads_like_the_clustered_error():
    fit = taken_apart(simulated(14, countries=40), DRIVER)
    spread = pairs_bootstrap([fit], draws=999)[0][:, 0].std()
    # Both estimate one number; with forty countries they differ by little.
    assert spread == pytest.approx(clustered(fit)["standard_error"].iloc[0], rel=0.2)


def test_pooled_without_effects_is_linearmodels_kernel_too():
    panel = simulated(15, gaps=0.1)
    indexed = estimation_sample(panel, DRIVER).frame.set_index(["iso3", "year"]).assign(constant=1.0)
    other = PooledOLS(indexed["rate"], indexed[["driver", "constant"]]).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=3, debiased=False
    )
    ours = driscoll_kraay(taken_apart(panel, replace(DRIVER, fixed_effects="none")), lags=3)
    assert ours["standard_error"].iloc[0] == pytest.approx(other.std_errors["driver"], rel=1e-8)


def test_driscoll_kraay_uses_one_degree_fewer_than_years():
    fit = taken_apart(simulated(16), DRIVER)
    row = driscoll_kraay(fit).iloc[0]
    half = t.ppf(0.975, len(np.unique(fit.year)) - 1) * row["standard_error"]
    assert row["upper"] - row["estimate"] == pytest.approx(half)


@pytest.mark.slow
def test_coverage_with_few_countries_and_gaps():
    # A tenth of the country-years is missing and errors persist; Driscoll and Kraay's need many years and are not held
    # to the same, which is why the page shows all four.
    draws, covered = 300, dict.fromkeys(METHODS, 0)
    for seed in range(draws):
        fit = taken_apart(simulated(seed, countries=12, years=15, gaps=0.1), BOTH)
        table = every_interval(fit, draws=399, seed=seed)
        own = table[table["regressor"] == "driver"].set_index("method")
        for method in METHODS:
            covered[method] += own.loc[method, "lower"] <= 0.5 <= own.loc[method, "upper"]
    shares = {method: count / draws for method, count in covered.items()}
    # Monte Carlo error sqrt(.95 × .05 / 300) = 0.0126; three of them. CRV1 is known to fall short with 12 clusters.
    assert shares["wild bootstrap"] == pytest.approx(0.95, abs=0.038)
    assert 0.93 <= shares["jackknife"] <= 0.995
    assert 0.88 <= shares["clustered"] <= 0.98
    assert shares["clustered"] <= shares["jackknife"]
