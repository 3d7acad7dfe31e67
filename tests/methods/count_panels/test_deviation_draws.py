"""Draws of the deviations: against a grid, against the prior weighted by the counts, against chains, by simulation."""

import numpy as np
import pytest
from methods.count_panel_simulations import TRUE, drawn
from scipy import special, stats

from citizen_security.methods.count_panels import deviation_draws, deviations, no_u_turn
from citizen_security.methods.count_panels.covariances import Deviations, covariances
from citizen_security.methods.count_panels.deviation_draws import sample_deviations
from citizen_security.methods.count_panels.deviations import MEDIAN_WAVE_LENGTH, Density, most_likely
from citizen_security.methods.count_panels.paths import paths_of
from citizen_security.methods.count_panels.propagation import propagate
from citizen_security.methods.importance import WeightedSample, resampled


def test_draws_of_the_deviations_stand_about_the_most_likely_ones():
    panel, _, _ = drawn(60, 4, TRUE, np.random.default_rng(8))
    at = most_likely(panel)
    sample = sample_deviations(panel, at, 50, seed=1)
    assert len(sample.points) == len(sample.sites) == len(sample.weights)
    assert sample.effective == pytest.approx(1 / (sample.weights**2).sum())
    assert sample.effective >= 50
    assert sample.pareto_k < 0.7
    place = np.array([point.place for point in sample.points])
    assert (place > 0).all()
    mean = sample.weights @ place
    deviation = np.sqrt(sample.weights @ (place - mean) ** 2)
    assert abs(mean - at.deviations.place) < 2 * deviation
    # Of sixty levels a deviation is known to a tenth at best; drift and waves take some of it for theirs.
    assert 0.05 < deviation / mean < 0.3
    assert sample_deviations(panel, at, 50, seed=1).points == sample.points
    alone = sample_deviations(panel, at, 0, seed=1)
    assert alone.points == (at.deviations,)
    assert alone.weights.tolist() == [1.0]


def test_a_single_deviation_is_drawn_from_the_posterior_that_a_grid_has():
    panel, _, _ = drawn(12, 1, TRUE, np.random.default_rng(12), times=np.array([2020.0]))
    at = most_likely(panel)
    sample = sample_deviations(panel, at, 600, seed=2)
    grid = np.linspace(0.005, 2.5, 500)
    logs = np.array(
        [
            propagate(panel, covariances(there, panel.times, panel.size), at.state.sites, 1e-6).log_integral
            for there in (at.deviations._replace(place=place) for place in grid)
        ]
    )
    mass = np.exp(logs - logs.max()) * stats.norm.pdf(grid / deviations.PRIOR_SCALES.place)
    place = np.array([point.place for point in sample.points])
    for below in (0.3, 0.5, 0.7, 1.0):
        # Six hundred independent draws know a share to two hundredths.
        assert sample.weights @ (place < below) == pytest.approx(mass[grid < below].sum() / mass.sum(), abs=0.06)


def shares_by_a_grid(panel, at, ends):
    """Posterior probability that the deviation between groups is below some ends, the others at their most likely."""
    grid = np.geomspace(0.001, 4, 400)
    logs = np.array(
        [
            propagate(panel, covariances(there, panel.times, panel.size), at.state.sites, 1e-6).log_integral
            for there in (at.deviations._replace(group=group) for group in grid)
        ]
    )
    mass = np.exp(logs - logs.max()) * stats.norm.pdf(grid / deviations.PRIOR_SCALES.group) * np.gradient(grid)
    return np.array([mass[grid < end].sum() / mass.sum() for end in ends])


def two_groups_alike(seed):
    """A panel that knows its two groups well and the deviation between them badly; and its most likely deviations."""
    alike = TRUE._replace(group=0.02, group_drift=0.01)
    panel, _, _ = drawn(60, 2, alike, np.random.default_rng(seed), times=np.array([2020.0, 2021]))
    return panel, most_likely(panel)


def share_below(sample, ends):
    group = np.array([point.group for point in sample.points])
    return np.array([sample.weights @ (group < end) for end in ends])


@pytest.mark.parametrize("seed", [1, 2, 5570])
def test_the_deviation_between_two_groups_has_its_long_tail(seed):
    panel, at = two_groups_alike(21)
    ends = (0.1, 0.25, 0.5, 1.0)
    by_grid = shares_by_a_grid(panel, at, ends)
    # The panel is one of the kind: a tenth of the posterior, or more, is far beyond the width of its peak.
    assert by_grid[2] < 0.9
    sample = sample_deviations(panel, at, 400, seed, unknown=("group",))
    # Three standard errors of four hundred independent draws.
    assert share_below(sample, ends) == pytest.approx(by_grid, abs=0.075)
    # The others stay where they are most likely.
    assert {point._replace(group=0.0) for point in sample.points} == {sample.points[0]._replace(group=0.0)}
    assert sample.points[0].place == pytest.approx(at.deviations.place)


def test_a_tail_that_the_rounds_do_not_reach_shows_in_the_weights(monkeypatch):
    """Rounds as narrow as the peak: the draws from the prior tell, and chains take over or the rounds widen."""
    panel, at = two_groups_alike(21)
    monkeypatch.setattr(deviation_draws, "WIDER", 0.5)
    about = deviation_draws._Round.about.__func__

    def straight(cls, peak, covariance, density):
        first = about(cls, peak, covariance, density)
        return cls(peak, covariance, first.signs, first.prior, first.prior)

    monkeypatch.setattr(deviation_draws._Round, "about", classmethod(straight))
    sample = sample_deviations(panel, at, 200, seed=7, unknown=("group",))
    assert share_below(sample, [0.5])[0] == pytest.approx(shares_by_a_grid(panel, at, [0.5])[0], abs=0.1)


def test_what_is_drawn_has_the_density_that_it_is_weighted_by():
    """Weights of draws of one round against an even density on a box: they sum to its size, whatever its place."""
    panel, _, _ = drawn(12, 2, TRUE, np.random.default_rng(22), times=np.array([2020.0]))
    at = most_likely(panel)
    density = Density(panel, at.state.sites, at.deviations, ("place", "group"))
    peak = density.part(deviations.to_line(at.deviations))
    first = deviation_draws._Round.about(peak, np.array([[0.02, 0.005], [0.005, 0.04]]), density)
    generator = np.random.default_rng(23)
    points = np.concatenate([first.draw(deviation_draws.ROUND, generator) for _ in range(1_600)])
    weights = deviation_draws.ROUND * np.exp(-first.log_density(points))
    # The constant that all of a round's densities leave out.
    weights *= np.exp(special.gammaln(deviation_draws.FREEDOM / 2))
    for low, high in ((0.3, 0.6), (0.05, 0.4), (1.0, 1.6)):
        inside = ((points > low) & (points < high)).all(axis=1)
        estimate = (weights * inside).mean()
        error = (weights * inside).std() / np.sqrt(len(points))
        assert abs(estimate - (high - low) ** 2) < 4 * error
        assert error < 0.2 * (high - low) ** 2


@pytest.mark.slow
def test_all_deviations_are_drawn_from_the_posterior_that_the_prior_weighted_by_the_counts_has():
    """Few counts leave the posterior so near the prior that draws of the prior can stand for it."""
    panel, _, _ = drawn(6, 2, TRUE, np.random.default_rng(13), times=np.array([2020.0, 2021]), middling=0.05)
    at, generator = most_likely(panel), np.random.default_rng(14)
    prior = np.abs(generator.standard_normal((1_000, len(Deviations._fields)))) * deviations.PRIOR_SCALES
    prior[:, deviations.LENGTH] = MEDIAN_WAVE_LENGTH * np.exp(generator.standard_normal(1_000))
    prior[:, deviations.EXPONENT] = deviations.PRIOR_SCALES.size_exponent * generator.standard_normal(1_000)
    # A panel without neighbours shares nothing.
    prior[:, deviations.MIXING] = 0
    logs = np.array(
        [
            propagate(panel, covariances(Deviations(*there), panel.times, panel.size), at.state.sites).log_integral
            for there in prior
        ]
    )
    # No stand-ins, no weight: so does the method.
    weights = special.softmax(np.where(np.isfinite(logs), logs, -np.inf))
    sample = sample_deviations(panel, at, 100, seed=3)
    points = np.array(sample.points)
    for index, name in enumerate(Deviations._fields):
        value, other = (each[:, index].clip(max=20) for each in (prior, points))
        mean, spread = weights @ value, np.sqrt(weights @ (value - weights @ value) ** 2)
        error = spread * np.sqrt((weights**2).sum() + 1 / sample.effective)
        assert abs(sample.weights @ other - mean) <= 4 * error, name
        ends = [
            np.quantile(each, 0.9, weights=mass, method="inverted_cdf")
            for each, mass in ((value, weights), (other, sample.weights))
        ]
        # The tail is reached: a quantile there is known half as well as a mean.
        assert abs(ends[0] - ends[1]) <= 8 * error, name


def log_rates(panel, sample, draws, generator):
    """Draws of the log rates at the last time and a year later, over the deviations of a sample."""
    asked = np.array([panel.times[-1], panel.times[-1] + 1])
    times = np.bincount(resampled(sample.weights, draws, generator), minlength=len(sample.points))
    return np.concatenate(
        [
            paths_of(panel, point, sites, asked).draw(number, generator)
            for point, sites, number in zip(sample.points, sample.sites, times, strict=True)
            if number
        ]
    )


def shares_below(panel, sample, ends, generator):
    """For each point, the shares of log rates below some ends, as `log_rates` has them; and their weighted mean."""
    asked = np.array([panel.times[-1], panel.times[-1] + 1])
    each = [
        (paths_of(panel, point, sites, asked).draw(200, generator)[:, np.newaxis] < ends).mean(axis=0)
        for point, sites in zip(sample.points, sample.sites, strict=True)
    ]
    return np.array(each), np.tensordot(sample.weights, each, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("places", "groups", "times"), [(10, 1, [2020.0]), (12, 1, [2020.0, 2021]), (15, 3, [2018.0, 2021])]
)
def test_weighted_draws_give_the_intervals_that_chains_give(places, groups, times, monkeypatch):
    panel, _, _ = drawn(places, groups, TRUE, np.random.default_rng(15), times=np.array(times), middling=0.5)
    at, generator = most_likely(panel), np.random.default_rng(16)
    weighted = sample_deviations(panel, at, 150, seed=4)
    assert weighted.r_hat is None
    monkeypatch.setattr(deviation_draws, "MAXIMUM_PARETO_K", -np.inf)
    monkeypatch.setattr(deviation_draws, "MOST_DRAWS", 50)
    monkeypatch.setattr(no_u_turn, "TUNE", 40)
    chains = sample_deviations(panel, at, 30, seed=4)
    assert chains.r_hat < 1.3
    ends = np.quantile(log_rates(panel, weighted, 4_000, generator), [0.05, 0.5, 0.95], axis=0)
    (some, by_weights), (others, by_chains) = (
        shares_below(panel, sample, ends, generator) for sample in (weighted, chains)
    )
    error = np.hypot(
        np.sqrt(np.tensordot(weighted.weights**2, (some - by_weights) ** 2, 1)),
        others.std(axis=0) / np.sqrt(chains.effective),
    )
    # In standard errors, over all places, two years and three ends of intervals.
    assert (np.abs(by_weights - by_chains) / (error + 0.002)).max() < 4
    assert error.max() < 0.1


def test_where_few_draws_have_stand_ins_chains_take_their_place(monkeypatch):
    panel, _, _ = drawn(8, 1, TRUE, np.random.default_rng(17), times=np.array([2020.0]))
    at = most_likely(panel)
    plain, asked = Density.height, []

    def rarely(self, part, sites):
        asked.append(part)
        within = len(asked) > deviation_draws.MOST_DRAWS or len(asked) % 100 == 0
        return plain(self, part, sites) if within else (-np.inf, sites)

    monkeypatch.setattr(Density, "height", rarely)
    sample = sample_deviations(panel, at, 30, seed=5)
    assert sample.r_hat is not None
    assert len(sample.points) == 60
    assert sample.weights.sum() == pytest.approx(1)
    # Ten weights have no tail to judge.
    assert np.isnan(sample.pareto_k)


def test_weights_that_are_worth_too_few_draws_are_refused(monkeypatch):
    """Draws far narrower than the posterior, which never learn."""
    panel, _, _ = drawn(12, 1, TRUE, np.random.default_rng(18), times=np.array([2020.0]))
    at = most_likely(panel)
    monkeypatch.setattr(deviation_draws, "WIDER", 0.02)
    monkeypatch.setattr(deviation_draws, "MOST_DRAWS", 200)
    monkeypatch.setattr(deviation_draws._Round, "after", lambda first, _: first)
    sample = sample_deviations(panel, at, 190, seed=6)
    assert sample.r_hat is not None
    place = np.array([point.place for point in sample.points])
    assert place.std() > 0.1 * place.mean()


@pytest.mark.parametrize(
    ("pareto_k", "effective", "trusted"), [(0.7, 50, True), (0.71, 900, False), (np.nan, 900, False), (0.1, 49, False)]
)
def test_weights_are_trusted_by_their_tail_and_their_worth(pareto_k, effective, trusted):
    sample = WeightedSample(np.zeros((2, 1)), np.full(2, 0.5), pareto_k, effective)
    assert deviation_draws._trusted(sample, 50) is trusted


@pytest.mark.slow
def test_ranks_of_the_truth_are_even_when_the_deviations_are_drawn_too():
    """Simulation-based calibration of all that is drawn: deviations from their prior, panels from these."""
    generator, absent = np.random.default_rng(19), deviations.ABSENT
    ranks = []
    for seed in range(25):
        place, group = np.abs(generator.standard_normal(2)) * (
            deviations.PRIOR_SCALES.place, deviations.PRIOR_SCALES.group
        )  # fmt: skip
        true = Deviations(place, absent, absent, MEDIAN_WAVE_LENGTH, absent, 0.0, group, absent, absent)
        panel, signal, _ = drawn(9, 3, true, generator, times=np.array([2020.0]))
        sample = sample_deviations(panel, most_likely(panel), 50, seed)
        rates = log_rates(panel, sample, 200, generator)[..., 0]
        points = np.array(sample.points)
        below = [points[:, Deviations._fields.index(name)] < getattr(true, name) for name in ("place", "group")]
        places = [(rates[:, 3] < signal[3, -1]).mean(), (rates.mean(axis=1) < signal[:, -1].mean()).mean()]
        ranks.append([*(sample.weights @ each for each in below), *places])
    for each in np.transpose(ranks):
        assert stats.kstest(each, "uniform").pvalue > 0.002
