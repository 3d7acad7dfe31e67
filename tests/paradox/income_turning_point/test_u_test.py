"""Homicide and income: the U test, the turning point and its intervals, the curve between countries, and refusals."""

import numpy as np
import pandas as pd
import pytest
from paradox.income_panels import INCOME_ALONE, cross_section, panel_of, with_income
from paradox.panels import persistent, simulated
from scipy.stats import multivariate_normal, norm, t

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.income_turning_point.curves import fit_curve, in_dollars
from citizen_security.paradox.income_turning_point.u_test import (
    EVERYTHING,
    INTERVAL,
    NONE,
    TWO_RAYS,
    IncomeSet,
    bootstrap_interval,
    bootstrap_parabolas,
    delta_interval,
    fieller_set,
    share_with_shape,
    turning_point,
    turning_without_each,
    u_test,
    wild_u_test_p,
)
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import REFERENCE_INCOME


def test_the_u_test_agrees_with_a_case_worked_by_hand():
    # y = 2x − x² on [0, 3] with variances 0.25 and 0.04 and no covariance: the slopes are 2 and 2 − 6 = −4, their
    # standard errors 0.5 and √(0.25 + 36·0.04) = 1.3, so t is 4 and −3.0769; the larger p belongs to the upper end.
    found = u_test(np.array([2.0, -1.0]), np.diag([0.25, 0.04]), 0.0, 3.0, degrees=30)
    assert (found.slope_low, found.slope_high) == (2.0, -4.0)
    assert (found.t_low, found.t_high) == pytest.approx((4.0, -4 / 1.3))
    assert found.p_value == pytest.approx(t.sf(4 / 1.3, 30))
    assert found.verdict.startswith("inverted U:")
    opposite = u_test(np.array([2.0, -1.0]), np.diag([0.25, 0.04]), 0.0, 3.0, degrees=30, shape="U")
    assert opposite.p_value == pytest.approx(1 - t.sf(4.0, 30))
    assert not opposite.inside


def test_covariance_of_the_coefficients_enters_the_slopes_errors():
    # Var(b + 2cx) at x = 1 is 1 + 4·(−0.4) + 4·0.25 = 0.4.
    found = u_test(np.array([3.0, -1.0]), np.array([[1.0, -0.4], [-0.4, 0.25]]), 1.0, 2.0, degrees=10)
    assert found.t_low == pytest.approx(1 / np.sqrt(0.4))


def test_a_significant_square_without_a_turn_is_no_inverted_u():
    # Concave and rising throughout [0, 1]: the square's t is −10 and still nothing turns.
    found = u_test(np.array([4.0, -1.0]), np.diag([0.01, 0.01]), 0.0, 1.0, degrees=30)
    assert not found.inside
    assert found.p_value > 0.5
    assert "trivial failure" in found.verdict


def test_the_u_test_has_its_size_where_one_slope_is_zero():
    # At the boundary of the null hypothesis (slope zero at the low end, clearly negative at the high one) the test
    # should reject in 5% of draws. 20,000 draws make a standard error of 0.0015; three of them are allowed.
    covariance = np.array([[0.04, -0.01], [-0.01, 0.02]])
    low, high = -1.0, 2.0
    truth = np.array([2 * -1.0, -1.0])  # slope b + 2cx with c = −1: zero at x = low
    assert truth[0] + 2 * truth[1] * low == 0
    drawn = np.random.default_rng(1).multivariate_normal(truth, covariance, 20_000)
    rejected = [u_test(pair, covariance, low, high, np.inf).p_value < 0.05 for pair in drawn]
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.0046)


def test_the_wild_u_test_agrees_with_t_where_countries_are_many():
    frame = with_income(simulated(3, countries=60, years=12, gaps=0.0))
    specification = INCOME_ALONE
    sample = estimation_sample(frame.assign(rate=frame["rate"] + 2 * frame["log_gdp_per_capita"]), specification)
    fit = fit_curve(sample, specification, "within")
    low, high = fit.income_range()
    by_t = u_test(fit.coefficients, fit.covariance, low, high, fit.degrees)
    by_bootstrap = wild_u_test_p(sample, specification, "within", low, high, draws=1_999)
    # Two valid p-values of the same hypothesis, sixty clusters, Monte Carlo error about 0.01.
    assert by_bootstrap == pytest.approx(by_t.p_value, abs=0.06)


def test_the_wild_u_test_of_an_inverted_u_is_not_that_of_a_u():
    # A hump so slight that neither p-value is near 0 or 1; testing for a U in its place would give about 0.9.
    frame = panel_of(lambda income: -1.2 * (income + 0.5) ** 2, seed=4, countries=40, noise=4.0)
    sample = estimation_sample(frame, INCOME_ALONE)
    fit = fit_curve(sample, INCOME_ALONE, "within")
    by_t, other = (
        u_test(fit.coefficients, fit.covariance, -1.2, 1.2, fit.degrees, shape=shape) for shape in ("inverted U", "U")
    )
    assert 0.02 < by_t.p_value < 0.4
    assert other.p_value > 0.8
    # Forty clusters; 1,999 draws have a Monte Carlo error of 0.01.
    by_bootstrap = wild_u_test_p(sample, INCOME_ALONE, "within", -1.2, 1.2, draws=1_999)
    assert by_bootstrap == pytest.approx(by_t.p_value, abs=0.06)


def test_a_line_does_not_turn():
    assert turning_point(2.0, -0.5) == 2.0
    with pytest.raises(NotEstimable, match="a line does not turn"):
        turning_point(1.0, 0.0)


def test_delta_interval_by_hand():
    # x* = 1, gradient (−1/2c, b/2c²) = (0.5, 1): variance 0.25·0.04 + 0.01 = 0.02 without covariance.
    found = delta_interval(np.array([2.0, -1.0]), np.diag([0.04, 0.01]), np.inf, 0.95)
    assert (found.lower, found.upper) == pytest.approx((1 - 1.959964 * np.sqrt(0.02), 1 + 1.959964 * np.sqrt(0.02)))


@pytest.mark.parametrize("level", [0.6, 0.9])
@pytest.mark.parametrize("coefficients", [(2.0, -1.0), (-3.0, 1.5), (1.0, 0.7)])
def test_the_delta_interval_is_the_spread_of_the_ratio_when_estimates_hang_together(coefficients, level):
    # By differences of the ratio itself, with a covariance whose sign matters: exact derivatives are not asked.
    covariance = np.array([[0.04, -0.015], [-0.015, 0.01]])
    middle, step = np.array(coefficients), 1e-6
    by_difference = [
        (turning_point(*(middle + side)) - turning_point(*(middle - side))) / (2 * step) for side in step * np.eye(2)
    ]
    error = np.sqrt(np.array(by_difference) @ covariance @ by_difference)
    half, place = t.isf((1 - level) / 2, 12) * error, turning_point(*coefficients)
    found = delta_interval(middle, covariance, 12, level)
    assert (found.lower, found.upper) == pytest.approx((place - half, place + half), rel=1e-6)


def test_fieller_agrees_with_the_closed_form_for_independent_estimates():
    # For a ratio of independent normals b / d with variances v and w the textbook form is
    # [bd ± √(b²d² − (b² − z²v)(d² − z²w))] / (d² − z²w); here the ratio is −b / 2c.
    linear, quadratic, v, w = 3.0, -1.5, 0.09, 0.04
    z = norm.ppf(0.975)
    b, d, w = linear, -2 * quadratic, 4 * w
    root = np.sqrt((b * d) ** 2 - (b**2 - z**2 * v) * (d**2 - z**2 * w))
    expected = [(b * d - root) / (d**2 - z**2 * w), (b * d + root) / (d**2 - z**2 * w)]
    found = fieller_set(np.array([linear, quadratic]), np.diag([0.09, 0.04]), np.inf, 0.95)
    assert found.kind == INTERVAL
    assert (found.lower, found.upper) == pytest.approx(tuple(expected))


@pytest.mark.parametrize(
    ("quadratic_error", "linear", "kind"), [(0.2, 1.0, INTERVAL), (0.7, 3.0, TWO_RAYS), (0.7, 0.1, EVERYTHING)]
)
def test_fieller_is_the_inverted_test_of_a_zero_slope_whatever_its_kind(quadratic_error, linear, kind):
    # The reader is told "all incomes above …" only if the test says so at every income.
    coefficients, covariance = np.array([linear, -1.0]), np.diag([0.2, quadratic_error**2])
    found = fieller_set(coefficients, covariance, 20, 0.95)
    assert found.kind == kind
    places = np.linspace(-30, 30, 4_001)
    slopes = coefficients[0] + 2 * coefficients[1] * places
    kept = np.abs(slopes) <= t.ppf(0.975, 20) * np.sqrt(covariance[0, 0] + 4 * places**2 * covariance[1, 1])
    between = (places >= found.lower) & (places <= found.upper)
    expected = {INTERVAL: between, TWO_RAYS: ~between, EVERYTHING: np.full(len(places), True)}[kind]
    # At an end the two sides differ by rounding alone.
    assert (kept == expected).mean() > 0.999


def test_fieller_is_unbounded_just_when_the_square_cannot_be_told_from_zero():
    critical = t.ppf(0.975, 20)
    for error, closed in ((0.99 / critical, True), (1.01 / critical, False)):
        found = fieller_set(np.array([2.0, -1.0]), np.diag([0.01, error**2]), 20, 0.95)
        assert (found.kind == INTERVAL) is closed


def test_sets_are_said_in_dollars_and_unheard_of_incomes_are_not_told_apart():
    places = np.log(np.array([5_000, 20_000]) / REFERENCE_INCOME)
    assert str(IncomeSet(INTERVAL, *places)) == "5,000 to 20,000"
    assert str(IncomeSet(TWO_RAYS, *places)) == "5,000 or less and 20,000 or more"
    assert str(IncomeSet(TWO_RAYS, -40.0, places[1])) == "20,000 or more"
    assert str(IncomeSet(TWO_RAYS, -40.0, 40.0)) == "no income that any country ever had"
    assert str(IncomeSet(INTERVAL, -1e4, 1e4)) == "under 100 to over 1,000,000"
    assert str(IncomeSet(EVERYTHING, -np.inf, np.inf)) == "every income"


def test_bootstrap_interval_is_over_draws_that_turn_the_same_way():
    drawn = np.array([[2.0, -1.0], [4.0, -1.0], [-2.0, 1.0], [6.0, -1.0]])
    found = bootstrap_interval(drawn, -1.0, 0.9999)
    assert (found.lower, found.upper) == pytest.approx((1.0, 3.0), abs=1e-3)
    assert bootstrap_interval(drawn[2:3], -1.0, 0.95).kind == NONE
    # Turning points 1, 2 and 3: on [0, 2.5] the third only rises, and the U does not count.
    assert share_with_shape(drawn, 0.0, 2.5) == 0.5
    assert share_with_shape(drawn, 0.0, 2.5, "U") == 0.25


@pytest.mark.slow
def test_fieller_and_bootstrap_intervals_cover_the_peak():
    # Nominal 90%; 150 samples give a Monte Carlo error of 0.0245. Three errors are allowed, and two points for what
    # HC3 and a percentile bootstrap miss with 40 countries.
    random = np.random.default_rng(7)
    hits = {"Fieller": [], "bootstrap": []}
    for _ in range(150):
        sample = estimation_sample(cross_section(random), INCOME_ALONE)
        fit = fit_curve(sample, INCOME_ALONE, "between")
        fieller = fieller_set(fit.coefficients, fit.covariance, fit.degrees, 0.9)
        assert fieller.kind == INTERVAL
        hits["Fieller"].append(fieller.lower <= 0.2 <= fieller.upper)
        found = bootstrap_interval(bootstrap_parabolas(fit, 299), fit.coefficients[1], 0.9)
        hits["bootstrap"].append(found.lower <= 0.2 <= found.upper)
    for covered in hits.values():
        assert np.mean(covered) == pytest.approx(0.9, abs=0.0935)


@pytest.mark.slow
def test_the_u_test_on_panels_has_its_size_at_the_boundary():
    # The curve is flat at the low end and falls from there, so rejecting "no inverted U" is an error. Errors hang
    # together within 30 clusters: 5% in truth; 300 panels give an error of 0.0126, three of them are allowed.
    rejected = []
    for seed in range(300):
        random = np.random.default_rng(seed)
        income = random.uniform(-1, 1, 240)
        frame = pd.DataFrame({"iso3": np.repeat([f"C{n:02d}" for n in range(30)], 8), "year": np.tile(range(8), 30)})
        errors = persistent(random, 30, 8) + random.normal(0, 2, 30).repeat(8)
        frame = frame.assign(log_gdp_per_capita=income, rate=errors - 2 * (income + 1) ** 2, population=1.0)
        fit = fit_curve(estimation_sample(frame, INCOME_ALONE), INCOME_ALONE, "pooled")
        rejected.append(u_test(fit.coefficients, fit.covariance, -1.0, 1.0, fit.degrees).p_value < 0.05)
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.038)


def test_without_each_country_is_a_refit_without_it(fitted):
    sample, specification, fits = fitted
    table = turning_without_each(fits["within"]).set_index("iso3")
    rest = sample.frame[sample.frame["iso3"] != "GUY"]
    refit = fit_curve(estimation_sample(rest, specification), specification, "within")
    # Leaving Guyana out leaves no year with one country, so the refit is on just the rest.
    assert refit.fit.observations == len(rest)
    assert table.loc["GUY", "quadratic"] == pytest.approx(refit.coefficients[1], rel=1e-6)
    assert table.loc["GUY", "turning_point"] == pytest.approx(
        float(in_dollars(turning_point(*refit.coefficients))), rel=1e-6
    )


def test_fieller_covers_as_it_says_when_estimates_are_normal():
    # Coverage of the inverted test is exact whatever the kind of set. 4,000 draws: error 0.0034, three allowed.
    covariance = np.array([[0.3, -0.1], [-0.1, 0.15]])
    truth = np.array([1.0, -0.8])
    place = turning_point(*truth)
    drawn = multivariate_normal(truth, covariance, seed=3).rvs(4_000)
    covered, kinds = [], set()
    for pair in drawn:
        found = fieller_set(pair, covariance, np.inf, 0.95)
        inside = found.lower <= place <= found.upper
        covered.append(found.kind == EVERYTHING or inside == (found.kind == INTERVAL))
        kinds.add(found.kind)
    assert kinds == {INTERVAL, TWO_RAYS, EVERYTHING}
    assert np.mean(covered) == pytest.approx(0.95, abs=0.0104)
