"""The model of a filter on the result: a wrong one would find knowledge in counts that hold none, or the reverse."""

import numpy as np
import pytest
from evidence.filter_posteriors import BELIEFS, REPORTED, STORIES, by_importance
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logit

from citizen_security.evidence.selection_on_outcome.beliefs import other_beliefs
from citizen_security.evidence.selection_on_outcome.filters import (
    Counts,
    Filter,
    shown_share,
)
from citizen_security.evidence.selection_on_outcome.posterior import fit, log_likelihood

# Medians and ends lie between nodes half a percent apart at most; twice the nodes move them by less than this.
NODES = 0.004


@settings(max_examples=40, deadline=None)  # a busy machine is no failure
@given(positive=st.integers(1, 5000), others=st.integers(0, 5000))
def test_under_a_full_rule_counts_teach_nothing_whatever_they_are(positive, others):
    found = fit(Counts(positive, positive + others), STORIES["full_rule"], BELIEFS, error_nodes=4)
    np.testing.assert_allclose(found.weights, found.prior, atol=1e-12)


def test_a_flat_prior_comes_back_as_a_flat_posterior():
    found = fit(REPORTED, STORIES["full_rule"], BELIEFS)
    # The uniform distribution, up to interpolation between nodes.
    assert found.quantile(0.5) == pytest.approx(0.5, abs=1e-9)
    assert found.interval(0.95) == pytest.approx((0.025, 0.975), abs=1e-4)
    assert found.above(0.3) == pytest.approx(0.7, abs=1e-3)


@pytest.mark.parametrize("name", ["ignored", "publication", "leaky_rule"])
@pytest.mark.parametrize("counts", [REPORTED, Counts(17, 18), Counts(6, 20)], ids=str)
def test_quadrature_agrees_with_weighted_draws(name, counts):
    found = fit(counts, STORIES[name], BELIEFS)
    theta, _, _, weights = by_importance(counts, STORIES[name])
    # Half a million draws from the prior are worth ten thousand and more from the posterior: errors near 0.003.
    assert found.mean == pytest.approx(theta @ weights, abs=0.01)
    assert found.above(0.5) == pytest.approx(weights[theta > 0.5].sum(), abs=0.015)


@pytest.mark.slow
def test_quadrature_agrees_with_a_sampler():
    import nutpie
    import pymc as pm

    story = STORIES["leaky_rule"]

    with pm.Model() as model:
        theta = pm.Beta("theta", *BELIEFS.effective.shapes)
        power = pm.Beta("power", *BELIEFS.power.shapes)
        false = pm.Beta("false", *BELIEFS.false_positive.shapes)
        ratio = pm.Beta("ratio", *story.ratio.shapes)
        share = theta * power + (1 - theta) * false
        pm.Binomial("positive", n=REPORTED.total, p=share / (share + ratio * (1 - share)), observed=REPORTED.positive)
    sampled = nutpie.sample(
        nutpie.compile_pymc_model(model),
        draws=2000,
        tune=1000,
        chains=2,
        cores=1,
        seed=5,
        target_accept=0.95,
        progress_bar=False,
    )
    drawn = sampled["posterior"]["theta"].to_numpy().ravel()
    found = fit(REPORTED, story, BELIEFS)
    # Four thousand dependent draws: a few hundredths of a standard deviation of up to 0.3.
    assert found.mean == pytest.approx(drawn.mean(), abs=0.02)
    assert found.interval(0.9) == pytest.approx(tuple(np.quantile(drawn, [0.05, 0.95])), abs=0.04)


def test_twice_the_nodes_change_no_printed_digit():
    for beliefs in other_beliefs(BELIEFS).values():
        for story in STORIES.values():
            coarse = fit(REPORTED, story, beliefs)
            fine = fit(REPORTED, story, beliefs, theta_nodes=1001, error_nodes=32, ratio_nodes=256)
            assert coarse.interval(0.95) == pytest.approx(fine.interval(0.95), abs=NODES)
            assert coarse.quantile(0.5) == pytest.approx(fine.quantile(0.5), abs=NODES)


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(11)
    inside, trials = 0, 300
    for _ in range(trials):
        theta, power, false, ratio = (
            rng.beta(*prior.shapes)
            for prior in (BELIEFS.effective, BELIEFS.power, BELIEFS.false_positive, STORIES["publication"].ratio)
        )
        shown = float(shown_share(theta * power + (1 - theta) * false, ratio))
        found = fit(
            Counts(int(rng.binomial(40, shown)), 40),
            STORIES["publication"],
            BELIEFS,
            theta_nodes=201,
            error_nodes=8,
            ratio_nodes=32,
        )
        low, high = found.interval(0.8)
        inside += low <= theta <= high
    # Exact up to the binomial error of 300 trials; the bounds are those of a test at one in a thousand.
    assert stats.binomtest(inside, trials, 0.8).pvalue > 0.001


def test_the_likelihood_is_the_binomial_one():
    share = np.array([0.1, 0.5, 0.9])
    found = log_likelihood(logit(share), REPORTED, Filter("known", "known", 0.05))
    expected = stats.binom.logpmf(84, 85, shown_share(share, 0.05))
    np.testing.assert_allclose(found - found[0], expected - expected[0], rtol=1e-10)


def test_a_sceptic_who_lets_evaluations_err_is_not_convinced_by_good_news():
    # Counts cannot tell "all work" from "evaluations say yes to anything"; the prior has to.
    sceptic = other_beliefs(BELIEFS)["sceptic: 20% effective"]
    assert fit(REPORTED, STORIES["ignored"], sceptic).quantile(0.5) < 0.5
    assert fit(REPORTED, STORIES["ignored"], BELIEFS).quantile(0.5) > 0.9
