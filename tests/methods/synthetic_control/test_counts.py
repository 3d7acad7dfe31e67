"""Synthetic control of counts: the highest likelihood, by another search, and what is refused."""

import numpy as np
import pytest
from scipy import optimize, stats

from citizen_security.methods.synthetic_control.counts import count_control, log_likelihood

PERSONS = np.linspace(2e5, 8e5, 9)[:, None] * np.linspace(1, 1.2, 24)


def counts_of(seed, effect=0.0, spread=0.0):
    generator = np.random.default_rng(seed)
    rates = 3e-5 * np.exp(generator.normal(0, 0.7, (9, 1)) + np.cumsum(generator.normal(0, 0.1, (9, 24)), axis=1))
    rates[0] = 0.5 * rates[1] + 0.3 * rates[2] + 0.2 * rates[3]
    rates[0, 18:] *= np.exp(effect)
    noise = generator.gamma(1 / spread, spread, rates.shape) if spread else 1.0
    return generator.poisson(PERSONS * rates * noise)


def searched(counts, dispersion=0.0, *, scaled=False):
    """Weights, and a scale, by a general search."""
    rates = counts[1:, :18] / PERSONS[1:, :18]

    def loss(x):
        mean = PERSONS[0, :18] * (np.abs(x) @ rates)
        return -log_likelihood(counts[0, :18], np.maximum(mean, 1e-9), dispersion)

    limits = () if scaled else {"type": "eq", "fun": lambda x: x.sum() - 1}
    best = min(
        (
            optimize.minimize(
                loss, start, bounds=[(0, None if scaled else 1)] * 8, constraints=limits, method="SLSQP",
                options={"maxiter": 500, "ftol": 1e-13},
            )
            for start in (np.full(8, 1 / 8), *np.random.default_rng(1).dirichlet(np.ones(8), 4))
        ),
        key=lambda found: found.fun,
    )  # fmt: skip
    return best.x, -best.fun


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weights_have_the_highest_likelihood(seed, scaled):
    counts = counts_of(seed)
    fit = count_control(counts, PERSONS, 18, scaled=scaled)
    weights, best = searched(counts, scaled=scaled)
    own = log_likelihood(counts[0, :18], fit.expected[:18], 0.0)
    assert own >= best - 1e-6
    assert fit.scale * fit.weights[1:] == pytest.approx(weights, abs=0.02)
    assert fit.weights.sum() == pytest.approx(1)
    assert fit.weights.min() >= 0
    assert fit.weights[0] == 0
    assert fit.gap < 1e-4
    assert (fit.scale == 1) is not scaled


def test_the_negative_binomial_estimates_how_much_counts_vary_beyond_poisson():
    counts = counts_of(4, spread=0.2)
    fit = count_control(counts, PERSONS, 18, family="negative_binomial")
    assert 0.02 < fit.dispersion < 0.6
    _, best = searched(counts, fit.dispersion)
    assert log_likelihood(counts[0, :18], fit.expected[:18], fit.dispersion) >= best - 1e-6
    # No other dispersion has a higher likelihood.
    for other in (0.8, 1.25):
        assert log_likelihood(counts[0, :18], fit.expected[:18], fit.dispersion) > log_likelihood(
            counts[0, :18], fit.expected[:18], other * fit.dispersion
        )
    steady = count_control(counts, PERSONS, 18)
    assert steady.dispersion == 0


def test_the_likelihoods_are_those_of_the_distributions():
    counts, mean = np.array([0, 3, 11]), np.array([0.5, 4.0, 9.0])
    assert log_likelihood(counts, mean, 0.0) == pytest.approx(stats.poisson.logpmf(counts, mean).sum())
    expected = stats.nbinom.logpmf(counts, 4, 1 / (1 + 0.25 * mean)).sum()
    assert log_likelihood(counts, mean, 0.25) == pytest.approx(expected)


def test_an_effect_is_found_and_deaths_averted_are_what_it_is_made_of():
    found = [count_control(counts_of(seed, effect=-0.4), PERSONS, 18) for seed in range(40)]
    effects = np.array([fit.effect for fit in found])
    assert effects.mean() == pytest.approx(-0.4, abs=0.12)
    fit = found[0]
    assert fit.averted == pytest.approx(fit.expected[18:].sum() - fit.counts[18:].sum())
    assert np.exp(fit.effect) == pytest.approx(1 - fit.averted / fit.expected[18:].sum())


def test_a_donor_is_left_out_and_a_unit_without_deaths_after_has_no_end():
    counts = counts_of(5)
    counts[0, 18:] = 0
    allowed = np.array([False, True, True, True, False, True, True, True, True])
    fit = count_control(counts, PERSONS, 18, allowed=allowed)
    assert fit.weights[4] == 0
    assert fit.effect == -np.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"treated": 9}, "treated = 9 of 9 units"),
        ({"before": 2}, "periods before"),
        ({"before": 24}, "one after"),
        ({"allowed": [True] * 9}, "allowed holds the treated unit"),
        ({"allowed": [False, True, *[False] * 7]}, "1 donors"),
        ({"exposure": 0 * PERSONS}, "exposure"),
        ({"counts": np.vstack([counts_of(6)[:1], 0 * PERSONS[1:]])}, "no donor has a death"),
        ({"family": "normal"}, "poisson, negative_binomial"),
    ],
)
def test_what_has_no_answer_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        count_control(**{"counts": counts_of(6), "exposure": PERSONS, "before": 18, **change})
