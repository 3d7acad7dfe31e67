"""Segmented regression: against dense formulae, against a second package, and whether its intervals hold the truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import linalg, optimize, stats

from citizen_security.methods.interrupted_series.segments import fit_segments, segment_design


def series(seed, periods=40, before=26, rho=0.4, level=-1.5, slope=-0.05):
    generator = np.random.default_rng(seed)
    errors = np.empty(periods)
    errors[0] = generator.normal() / np.sqrt(1 - rho**2)
    for period in range(1, periods):
        errors[period] = rho * errors[period - 1] + generator.normal()
    since = np.maximum(np.arange(periods) - before, 0)
    return 5 + 0.1 * np.arange(periods) + level * (np.arange(periods) >= before) + slope * since + errors


def dense_likelihood(values, design, variance, rho):
    """The restricted likelihood with the whole covariance matrix, the constant left out."""
    matrix = variance * linalg.toeplitz(rho ** np.arange(len(values))) / (1 - rho**2)
    inverse = np.linalg.inv(matrix)
    gram = design.T @ inverse @ design
    beta = np.linalg.solve(gram, design.T @ inverse @ values)
    left = values - design @ beta
    parts = np.linalg.slogdet(matrix)[1] + np.linalg.slogdet(gram)[1] + left @ inverse @ left
    return -0.5 * parts, beta, np.linalg.inv(gram)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_autoregressive_errors_are_those_of_the_highest_restricted_likelihood(seed):
    values = series(seed)
    fit = fit_segments(values, 26)
    _, design = segment_design(40, 26)
    found = optimize.minimize(
        lambda x: -dense_likelihood(values, design, np.exp(x[0]), np.tanh(x[1]))[0], [0.0, 0.3], method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12},
    )  # fmt: skip
    variance, rho = np.exp(found.x[0]), np.tanh(found.x[1])
    _, beta, covariance = dense_likelihood(values, design, variance, rho)
    assert fit.autocorrelation == pytest.approx(rho, abs=1e-5)
    assert fit.coefficients == pytest.approx(beta, abs=1e-4)
    assert fit.covariance == pytest.approx(covariance, rel=1e-3)


def test_degrees_of_freedom_are_satterthwaites_by_dense_matrices():
    values = series(4)
    fit = fit_segments(values, 26)
    _, design = segment_design(40, 26)
    rho = fit.autocorrelation
    whitened = linalg.sqrtm(np.linalg.inv(linalg.toeplitz(rho ** np.arange(40)) / (1 - rho**2))).real
    left = whitened @ (values - design @ fit.coefficients)
    variance = left @ left / 36

    def effect_variance(x):
        return fit.contrast @ dense_likelihood(values, design, *x)[2] @ fit.contrast

    def log_likelihood(x):
        return dense_likelihood(values, design, *x)[0]

    point, step = np.array([variance, rho]), np.array([1e-4 * variance, 1e-4])
    unit = np.diag(step)
    slopes = [(effect_variance(point + unit[i]) - effect_variance(point - unit[i])) / (2 * step[i]) for i in range(2)]
    hessian = np.array(
        [
            [
                sum(a * b * log_likelihood(point + a * unit[i] + b * unit[j]) for a in (-1, 1) for b in (-1, 1))
                / (4 * step[i] * step[j])
                for j in range(2)
            ]
            for i in range(2)
        ]
    )
    expected = 2 * effect_variance(point) ** 2 / (slopes @ np.linalg.inv(-hessian) @ slopes)
    assert fit.degrees() == pytest.approx(expected, rel=2e-3)
    assert 3 < fit.degrees() < 30


@pytest.mark.parametrize("lags", [0, 2, None])
def test_other_errors_are_those_of_a_second_package(lags):
    values = series(5)
    names, design = segment_design(40, 26, season=12, harmonics=2)
    fit = fit_segments(values, 26, season=12, harmonics=2, errors="newey_west", lags=lags)
    own = int(4 * 0.4 ** (2 / 9)) if lags is None else lags
    other = sm.OLS(values, design).fit(cov_type="HAC", cov_kwds={"maxlags": own, "use_correction": True})
    assert fit.coefficients == pytest.approx(other.params)
    assert fit.covariance == pytest.approx(other.cov_params())
    plain, second = fit_segments(values, 26, season=12, harmonics=2, errors="independent"), sm.OLS(values, design).fit()
    assert plain.covariance == pytest.approx(second.cov_params())
    effect = second.t_test(plain.contrast)
    assert plain.interval(0.8) == pytest.approx(effect.conf_int(0.2)[0])
    assert plain.p_value() == pytest.approx(float(effect.pvalue))
    assert len(names) == design.shape[1] == 8


def test_the_effect_is_the_mean_distance_from_the_line_of_before():
    values = series(6, rho=0.0)
    fit = fit_segments(values, 26, errors="independent")
    line = np.polynomial.Polynomial.fit(np.arange(26), values[:26], 1)
    assert fit.counterfactual == pytest.approx(line(np.arange(40)))
    # The fitted line after the start has the mean of what was observed there.
    assert fit.effect == pytest.approx(values[26:].mean() - line(np.arange(26, 40)).mean())
    assert fit.after == 14


@pytest.mark.parametrize(("periods", "before", "rho"), [(24, 12, 0.2), (48, 30, 0.5)])
def test_intervals_hold_the_truth_as_often_as_they_say(periods, before, rho):
    truth = -1.5 - 0.05 * (periods - before - 1) / 2
    covered = plain = 0
    for seed in range(400):
        values = series(1000 + seed, periods, before, rho)
        lower, upper = fit_segments(values, before).interval(0.8)
        covered += lower <= truth <= upper
        lower, upper = fit_segments(values, before, errors="independent").interval(0.8)
        plain += lower <= truth <= upper
    # Four standard errors of a share of 400 are 0.08.
    assert 0.72 < covered / 400 < 0.88
    # Errors that forget what persists make them too narrow.
    assert plain < covered


def test_a_season_of_two_periods_has_one_column():
    names, design = segment_design(20, 12, season=2)
    assert names[4:] == ("cosine_1",)
    assert design[:4, 4] == pytest.approx([1, -1, 1, -1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"before": 3}, "at least 4 and 2"),
        ({"before": 39}, "at least 4 and 2"),
        ({"before": 26, "season": 12, "harmonics": 9}, r"season - 1\) / 2"),
        ({"before": 26, "errors": "newey_west", "lags": 40}, "fewer than periods"),
        ({"before": 26, "errors": "white"}, "autoregressive, newey_west"),
    ],
)
def test_what_has_no_answer_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_segments(series(7), **arguments)


def test_a_series_that_lies_on_its_lines_is_refused():
    with pytest.raises(ValueError, match="lies on its lines"):
        fit_segments(np.arange(20.0), 12)


def test_students_distribution_is_the_one_that_is_used():
    fit = fit_segments(series(8), 26)
    half = stats.t.ppf(0.95, fit.degrees()) * fit.standard_error
    assert fit.interval(0.9) == pytest.approx((fit.effect - half, fit.effect + half))
    assert fit.p_value() == pytest.approx(2 * stats.t.cdf(-abs(fit.effect) / fit.standard_error, fit.degrees()))
