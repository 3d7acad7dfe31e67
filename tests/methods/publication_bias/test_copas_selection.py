"""Copas's model: a wrong likelihood would move the effect for no reason, or hide how much rests on what is assumed."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from methods.publication_bias_data import studies
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import chi2, norm
from statsmodels.tools.numdiff import approx_hess

from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.methods.publication_bias.copas_selection import (
    copas_sensitivity,
    fit_copas,
    log_likelihood,
    mildest_sufficient,
)


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.6])
@pytest.mark.parametrize("propensity", [-1.0, 0.5])
def test_the_density_of_a_reported_study_integrates_to_one(correlation, propensity):
    parameters = np.array([0.2, 0.3, correlation])

    def density(value):
        return np.exp(log_likelihood(np.array([value]), np.array([0.4]), np.array([propensity]), parameters))

    assert quad(density, -6, 6, limit=200)[0] == pytest.approx(1, abs=1e-8)


def test_the_density_is_that_of_simulated_reporting():
    # Error and luck drawn together, reporting where the propensity is above zero: the histogram of what is reported.
    rng = np.random.default_rng(11)
    mean, tau, correlation, propensity, reported_error = 0.2, 0.3, 0.7, 0.3, 0.5
    mills = norm.pdf(propensity) / norm.cdf(propensity)
    sampling = reported_error**2 / (1 - correlation**2 * mills * (propensity + mills))
    size = 800_000
    luck = rng.normal(size=size)
    noise = correlation * luck + np.sqrt(1 - correlation**2) * rng.normal(size=size)
    effect = mean + tau * rng.normal(size=size) + np.sqrt(sampling) * noise
    kept = effect[propensity + luck > 0]
    edges = np.linspace(-1.5, 2.5, 21)
    share = np.histogram(kept, edges)[0] / len(kept)
    parameters = np.array([mean, tau, correlation])

    def density(value):
        return np.exp(log_likelihood(np.array([value]), np.array([reported_error]), np.array([propensity]), parameters))

    expected = [quad(density, low, high)[0] for low, high in pairwise(edges)]
    # Three standard errors of shares of half a million.
    assert share == pytest.approx(np.array(expected), abs=3 * np.sqrt(0.12 / len(kept)))


def test_where_all_are_reported_it_is_maximum_likelihood_random_effects():
    effect, variance = studies("red_and_attraction")
    found = fit_copas(effect, variance, least_precise=1 - 1e-9, most_precise=1 - 1e-9)
    plain = pool(effect, variance, estimator="maximum_likelihood", test="normal")
    assert found.effect == pytest.approx(plain.effect, abs=1e-4)
    assert found.tau_squared == pytest.approx(plain.tau_squared, abs=1e-4)
    assert found.standard_error == pytest.approx(plain.standard_error, rel=0.02)
    assert found.unreported == pytest.approx(0, abs=1e-6)


@pytest.mark.slow
def test_the_effect_is_recovered_where_the_naive_mean_is_wrong():
    rng = np.random.default_rng(2001)
    mean, tau, correlation, low, high = 0.0, 0.1, 0.8, 0.2, 0.99
    fits, naive = [], []
    for _ in range(25):
        printed = rng.uniform(0.1, 0.6, 600)
        steps = (1 / printed - 1 / 0.6) / (1 / 0.1 - 1 / 0.6)
        propensity = ndtri(low) + (ndtri(high) - ndtri(low)) * steps
        # A reported study prints the spread that selection has left.
        mills = norm.pdf(propensity) / norm.cdf(propensity)
        error = printed / np.sqrt(1 - correlation**2 * mills * (propensity + mills))
        luck = rng.normal(size=600)
        noise = correlation * luck + np.sqrt(1 - correlation**2) * rng.normal(size=600)
        effect = mean + tau * rng.normal(size=600) + error * noise
        kept = np.flatnonzero(propensity + luck > 0)[:120]
        fits.append(fit_copas(effect[kept], printed[kept] ** 2, least_precise=low, most_precise=high).effect)
        naive.append(pool(effect[kept], printed[kept] ** 2, estimator="dersimonian_laird").effect)
    assert np.mean(naive) > 0.1
    # Three standard errors of the mean of 25, and what is lost as the extremes of 120 errors are not 0.1 and 0.6.
    assert np.mean(fits) == pytest.approx(mean, abs=3 * np.std(fits) / 5 + 0.01)


def test_selection_of_the_magnesium_trials_takes_the_effect_away_as_the_large_trial_did():
    found = copas_sensitivity(*studies("magnesium"), least_precise=[0.99, 0.4])
    weak, strong = found["effect"]
    assert weak < -0.5 < strong
    assert list(found["least_precise"]) == [0.99, 0.4]


# Seven trials of aspirin after a heart attack (Fleiss 1993, Statistical Methods in Medical Research 2(2), table 1):
# deaths and patients with aspirin, then without. The R package metasens has them as `Fleiss1993bin`; the help page of
# its function `copas` says what it finds in them. Pooled odds ratios there: 0.897 common, 0.876 random effects.
ASPIRIN = np.array(
    [
        (49, 615, 67, 624),
        (44, 758, 64, 771),
        (102, 832, 126, 850),
        (32, 317, 38, 309),
        (85, 810, 52, 406),
        (246, 2267, 219, 2257),
        (1570, 8587, 1720, 8600),
    ],
    dtype=float,
)


@pytest.fixture(scope="module")
def aspirin():
    treated, patients, others, controls = ASPIRIN.T
    effect = np.log(treated * (controls - others) / ((patients - treated) * others))
    variance = 1 / treated + 1 / (patients - treated) + 1 / others + 1 / (controls - others)
    return effect, variance


def strongest_of_metasens(error):
    """The end of the range of γ₀ and γ₁ that metasens takes by default, as the two probabilities of reporting."""
    slope = 1.29 / (1 / error.min() - 1 / error.max())
    constant = -0.25 - slope / error.max()
    return {
        "least_precise": norm.cdf(constant + slope / error.max()),
        "most_precise": norm.cdf(constant + slope / error.min()),
    }


def test_the_aspirin_trials_are_fleiss_s(aspirin):
    assert round(np.exp(pool(*aspirin, estimator="equal_effects", test="normal").effect), 3) == 0.897
    assert round(np.exp(pool(*aspirin, estimator="dersimonian_laird", test="normal").effect), 3) == 0.876


def test_the_effect_of_aspirin_goes_with_selection_as_metasens_documents(aspirin):
    # Published: from below −0.12 without selection, p above 0.05, to −0.03 at the strongest; asymmetry that is left is
    # not significant at 10% even without selection.
    effect, variance = aspirin
    error = np.sqrt(variance)
    crude = pool(effect, variance, estimator="dersimonian_laird", test="normal")

    def loss(parameters):
        return -log_likelihood(effect, error, np.full(7, 10.0), np.append(parameters, 0.0))

    start = [crude.effect, np.sqrt(crude.tau_squared)]
    found = minimize(loss, start, method="L-BFGS-B", bounds=[(None, None), (0, None)]).x
    assert -0.13 < found[0] < -0.12
    standard_error = np.sqrt(np.linalg.inv(approx_hess(found, loss))[0, 0])
    assert 2 * norm.sf(-found[0] / standard_error) > 0.05
    without = fit_copas(effect, variance, least_precise=1 - 1e-9, most_precise=1 - 1e-9)
    assert without.residual_p_value > 0.1
    strongest = fit_copas(effect, variance, **strongest_of_metasens(error))
    assert round(strongest.effect, 2) == -0.03


def test_the_higher_of_two_tops_is_taken_where_metasens_stays_on_the_lower(aspirin):
    # Without selection the likelihood has a top at τ² = 0 beside the one at 0.0075 that a search from DerSimonian and
    # Laird's value finds: higher by 0.003, with a log odds ratio of −0.109 instead of −0.127.
    found = fit_copas(*aspirin, least_precise=1 - 1e-9, most_precise=1 - 1e-9)
    best = pool(*aspirin, estimator="maximum_likelihood", test="normal")
    assert best.tau_squared == 0
    assert found.tau_squared == pytest.approx(0, abs=1e-8)
    assert found.effect == pytest.approx(best.effect, abs=1e-5)


def test_the_number_unreported_is_that_of_the_probabilities():
    effect, variance = np.array([0.1, 0.2, -0.1, 0.3, 0.2]), np.array([0.04, 0.05, 0.03, 0.04, 0.06])
    found = fit_copas(effect, variance, least_precise=0.5, most_precise=0.5)
    # Each study that is reported with one half stands for another that is not.
    assert found.unreported == pytest.approx(5)


def test_the_mildest_selection_that_leaves_no_asymmetry_is_taken():
    frame = pd.DataFrame(
        {"residual_p_value": [0.01, 0.2, 0.5], "unreported": [1.0, 5.0, 9.0], "converged": True, "effect": [1, 2, 3]}
    )
    assert mildest_sufficient(frame)["effect"] == 2
    assert mildest_sufficient(frame.assign(residual_p_value=0.05)) is None


def test_pairs_in_which_precise_studies_are_reported_less_are_left_out():
    found = copas_sensitivity(*studies("power_pose"), least_precise=[0.9, 0.5], most_precise=[0.6, 0.95])
    assert list(zip(found["least_precise"], found["most_precise"], strict=True)) == [
        (0.9, 0.95),
        (0.5, 0.95),
        (0.5, 0.6),
    ]


def test_errors_that_are_alike_have_no_selection_to_tell():
    # One strength gave −0.091 and another −0.0007, each within a narrow interval of its own.
    effect = [-0.1, -0.2, -0.3, -0.25, -0.15, -0.2]
    for variance in ([0.01] * 6, np.linspace(0.01, 0.01015, 6)):
        with pytest.raises(ValueError, match=r"all standard errors are alike.*take a model of steps"):
            fit_copas(effect, variance, least_precise=0.5)


def test_a_correlation_at_its_bound_is_not_converged():
    rng = np.random.default_rng(3)
    error = np.linspace(0.05, 0.4, 12)
    found = copas_sensitivity(-2 * error + rng.normal(0, 0.01, 12), error**2, least_precise=[0.9, 0.5, 0.2])
    at_bound = found["correlation"].abs() > 0.989
    assert at_bound.any()
    assert not found.loc[at_bound, "converged"].any()


def test_too_few_studies_and_probabilities_out_of_order_are_refused():
    with pytest.raises(NotEnoughStudies, match="4 studies; the Copas model needs at least 5"):
        fit_copas([0.1] * 4, [0.1] * 4, least_precise=0.5)
    with pytest.raises(ValueError, match="a more precise study is reported at least as often"):
        fit_copas([0.1] * 5, [0.1] * 5, least_precise=0.9, most_precise=0.5)


@pytest.mark.parametrize("level", [None, 0.6])
def test_the_fit_is_where_the_likelihood_is_that_it_states_and_its_interval_has_its_level(level, aspirin):
    effect, variance = aspirin
    named = {} if level is None else {"confidence_level": level}
    found = fit_copas(effect, variance, least_precise=0.3, most_precise=0.9, **named)
    precision = 1 / np.sqrt(variance)
    share = (precision - precision.min()) / np.ptp(precision)
    propensity = ndtri(0.3) + (ndtri(0.9) - ndtri(0.3)) * share
    at = np.array([found.effect, np.sqrt(found.tau_squared), found.correlation])
    assert found.log_likelihood == pytest.approx(log_likelihood(effect, np.sqrt(variance), propensity, at), rel=1e-9)
    # The level that nobody names is 95%.
    half = norm.isf((1 - (level or 0.95)) / 2) * found.standard_error
    assert (found.lower, found.upper) == pytest.approx((found.effect - half, found.effect + half))
    table = copas_sensitivity(effect, variance, least_precise=[0.3], most_precise=[0.9], **named)
    assert table.loc[0, ["lower", "upper"]].astype(float).tolist() == pytest.approx([found.lower, found.upper])


def test_what_asymmetry_is_left_is_tested_by_twice_the_gain_of_a_slope(aspirin):
    effect, variance = aspirin
    error = np.sqrt(variance)
    found = fit_copas(effect, variance, least_precise=0.6, most_precise=0.9)
    propensity = ndtri(0.6) + (ndtri(0.9) - ndtri(0.6)) * (1 / error - 1 / error.max()) / np.ptp(1 / error)

    def loss(parameters):
        return -log_likelihood(effect, error, propensity, parameters)

    # It has several tops, and the highest is not where a search ends that begins at the fit without a slope.
    bounds = [(None, None), (0, None), (-0.99, 0.99), (None, None)]
    starts = product([-0.1], [0.0, 0.1], [-0.9, 0.0, 0.9], [-1.0, 0.0, 1.0])
    steeper = min(minimize(loss, start, method="L-BFGS-B", bounds=bounds).fun for start in starts)
    gain = -steeper - found.log_likelihood
    assert 1.4 < gain < 2
    assert found.residual_p_value == pytest.approx(chi2.sf(2 * gain, 1), abs=2e-3)


@pytest.mark.parametrize("name", ["magnesium", "irritable_bowel"])
def test_effects_with_the_other_sign_have_the_same_selection_with_the_other_sign(name):
    effect, variance = studies(name)
    there, back = (copas_sensitivity(turned, variance, least_precise=[0.9, 0.3]) for turned in (effect, -effect))
    for column in ("effect", "correlation"):
        assert back[column].to_numpy() == pytest.approx(-there[column].to_numpy(), abs=2e-3)
    for column in ("tau_squared", "log_likelihood", "standard_error"):
        assert back[column].to_numpy() == pytest.approx(there[column].to_numpy(), abs=2e-3, nan_ok=True)


def test_errors_are_alike_to_within_a_hundredth_of_the_largest():
    effect = np.array([-0.1, -0.2, -0.3, -0.25, -0.15, -0.2])
    with pytest.raises(ValueError, match="to within 1 % of the largest"):
        fit_copas(effect, np.linspace(0.1 * (1 - 0.0095), 0.1, 6) ** 2, least_precise=0.5)
    apart = copas_sensitivity(effect, np.linspace(0.1 * (1 - 0.0105), 0.1, 6) ** 2, least_precise=[0.5])
    assert len(apart) == 1
