"""Neighbours in count panels: against dense fields, against a sampler, recovered and calibrated by simulation."""

from dataclasses import replace

import arviz as az
import numpy as np
import nutpie
import pytest
from methods.count_panel_simulations import TIMES, TRUE
from methods.count_panels.dense import dense_field, dense_moments
from methods.count_panels.maps import chessboard, drawn_on_map, plain_covariance
from nutpie.compiled_pyfunc import from_pyfunc
from scipy import special, stats

from citizen_security.methods.count_panels import envelopes
from citizen_security.methods.count_panels.covariances import NATION_LEVEL, covariances, walk
from citizen_security.methods.count_panels.deviations import (
    PRIOR_SCALES,
    START,
    from_line,
    log_integral_slope,
    most_likely,
    to_line,
)
from citizen_security.methods.count_panels.neighbours import Field, Neighbours
from citizen_security.methods.count_panels.paths import draw_paths
from citizen_security.methods.count_panels.propagation import first_sites, propagate

SHARED = TRUE._replace(mixing=0.6)
# Two groups: a map of rows and columns with a place that touches nothing; a chain of three and a pair.
PAIRS = np.concatenate([chessboard(2, 3), [[7, 8], [8, 9], [10, 11]]])
GROUP = np.array([0] * 7 + [1] * 5)


@pytest.fixture(scope="module")
def small():
    panel, _ = drawn_on_map(PAIRS, GROUP, SHARED, TIMES, 0.3, np.random.default_rng(4))
    exposure = panel.exposure.copy()
    exposure[2, 1] = 0.0
    return replace(panel, exposure=exposure, counts=np.where(exposure > 0, panel.counts, 0.0))


def test_an_envelope_is_factorised_solved_and_inverted_like_the_dense_matrix():
    generator = np.random.default_rng(1)
    first = np.array([0, 0, 1, 3, 3, 2, 6])
    widths = np.arange(7) - first + 1
    starts = np.cumsum(widths) - widths
    line, dense = generator.normal(size=widths.sum()), np.zeros((7, 7))
    for row in range(7):
        dense[row, first[row] : row + 1] = line[starts[row] : starts[row] + widths[row]]
    dense = np.tril(dense) + np.tril(dense, -1).T
    diagonal = 4 + generator.random(7)
    root, inverse = np.empty_like(line), np.empty_like(line)
    log_determinant = envelopes.factorise(first, starts, line, diagonal, root)
    matrix = dense + np.diag(diagonal)
    assert log_determinant == pytest.approx(np.linalg.slogdet(matrix)[1])
    values = generator.normal(size=(7, 3))
    solved = values.copy()
    envelopes.solve_lower(first, starts, root, solved)
    assert solved == pytest.approx(np.linalg.solve(np.linalg.cholesky(matrix), values))
    envelopes.solve_upper(first, starts, root, solved)
    assert solved == pytest.approx(np.linalg.solve(matrix, values))
    envelopes.inverse_within(first, starts, root, inverse)
    entries = [np.linalg.inv(matrix)[row, column] for row in range(7) for column in range(first[row], row + 1)]
    assert inverse == pytest.approx(entries)
    assert np.isnan(envelopes.factorise(first, starts, line, diagonal - 8, root))


def dense_of(field):
    """Inverse of a field in the order of the places."""
    order = field.neighbours.order
    inverse = np.empty((len(order), len(order)))
    inverse[np.ix_(order, order)] = field.solve(np.eye(len(order)))
    return inverse


def test_the_map_is_the_scaled_inverse_of_its_laplacian_with_the_means_of_its_pieces():
    neighbours = Neighbours.of(PAIRS, 12)
    plain, field = plain_covariance(PAIRS, 12), Field.of(neighbours, np.zeros(12))
    # A hair on the diagonal keeps the factor of a piece: it moves what is known by less than this.
    assert dense_of(field) == pytest.approx(plain, abs=1e-6)
    assert field.variance() == pytest.approx(np.diag(plain)[neighbours.order], abs=1e-6)
    assert field.log_determinant == pytest.approx(-np.linalg.slogdet(plain)[1], abs=1e-6)
    assert neighbours.log_determinant == field.log_determinant
    beside = np.sort([plain[one, other] / np.sqrt(plain[one, one] * plain[other, other]) for one, other in PAIRS])
    assert np.sort(neighbours.alike) == pytest.approx(beside, abs=1e-6)
    assert sorted(neighbours.size) == [1, 2, 3, 6]


def test_pieces_vary_as_much_as_places_that_share_nothing():
    plain = plain_covariance(PAIRS, 12)
    for piece in ([0, 1, 2, 3, 4, 5], [7, 8, 9], [10, 11]):
        assert plain[np.ix_(piece, piece)].sum() / len(piece) ** 2 == pytest.approx(1 / len(piece))
    assert plain[6, 6] == 1
    assert plain[np.ix_([10, 11], [10, 11])] == pytest.approx(np.eye(2))
    large = np.diag(plain_covariance(chessboard(8, 8), 64))
    assert np.exp(np.log(large).mean()) == pytest.approx(1, abs=0.01)


def test_what_counts_say_is_added_to_the_map():
    neighbours = Neighbours.of(PAIRS, 12)
    generator = np.random.default_rng(2)
    # One piece of which nothing was counted.
    says = np.where(np.arange(12) < 6, 1e-12, generator.random(12))
    field = Field.of(neighbours, says[neighbours.order])
    expected = np.linalg.inv(np.linalg.inv(plain_covariance(PAIRS, 12)) + np.diag(says))
    assert dense_of(field) == pytest.approx(expected, abs=1e-6)
    drawn = field.drawn(40_000, generator)
    # A covariance of 40,000 draws has a deviation of at most 1.4 / 200.
    assert np.cov(drawn) == pytest.approx(expected[np.ix_(neighbours.order, neighbours.order)], abs=0.035)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([[0, 3]], "none of 0 to 2"),
        ([[-1, 2]], "none of 0 to 2"),
        ([[1, 1]], "a neighbour of its own"),
        ([[0, 1], [1, 0]], "one pair twice"),
    ],
)
def test_pairs_that_are_no_map_are_refused(pairs, said):
    with pytest.raises(ValueError, match=said):
        Neighbours.of(np.array(pairs), 3)


def test_places_map_groups_and_nation_nested_are_one_field_of_all_log_rates(small):
    state = propagate(small, covariances(SHARED, small.times, small.size), first_sites(small), 1e-8)
    mean, variance, evidence = dense_field(small, SHARED, plain_covariance(PAIRS, 12))
    seen = small.exposure > 0
    assert state.mean[seen] == pytest.approx(mean, abs=1e-3)
    assert state.variance[seen] == pytest.approx(variance, rel=1e-2)
    assert state.log_integral == pytest.approx(evidence, abs=2e-3)


def test_where_nothing_is_shared_neighbours_change_nothing(small):
    shaped = covariances(TRUE, small.times, small.size)
    known, alone = (
        propagate(each, shaped, first_sites(each), 1e-9) for each in (small, replace(small, neighbours=None))
    )
    assert known.log_integral == pytest.approx(alone.log_integral, abs=1e-8)
    assert known.mean == pytest.approx(alone.mean, abs=1e-9)
    with pytest.raises(ValueError, match="the panel knows no neighbours"):
        propagate(replace(small, neighbours=None), covariances(SHARED, small.times, small.size), first_sites(small))


@pytest.mark.parametrize("at", [START._replace(mixing=0.05), SHARED])
def test_the_slope_of_the_log_integral_is_that_of_its_differences(at):
    pairs = np.concatenate([chessboard(4, 5), 20 + chessboard(3, 5), [[35, 36]]])
    group = np.repeat([0, 1], [20, 17])
    panel, _ = drawn_on_map(pairs, group, SHARED, TIMES, 0.5, np.random.default_rng(1))
    line = to_line(at)
    shaped = covariances(at, panel.times, panel.size)
    state = propagate(panel, shaped, first_sites(panel), 1e-9)
    slopes = log_integral_slope(panel, at, shaped, state)
    for index in range(len(line)):
        step = np.zeros(len(line))
        step[index] = 1e-3
        ends = [
            propagate(panel, covariances(from_line(moved), panel.times, panel.size), state.sites, 1e-9).log_integral
            for moved in (line + step, line - step)
        ]
        assert slopes[index] == pytest.approx((ends[0] - ends[1]) / 2e-3, abs=5e-3, rel=5e-3)


def test_the_order_of_places_changes_nothing(small):
    order = np.random.default_rng(3).permutation(12)
    place = np.argsort(order)
    mixed = replace(
        small,
        counts=small.counts[order],
        exposure=small.exposure[order],
        group=small.group[order],
        neighbours=Neighbours.of(place[PAIRS], 12),
    )
    plain, shuffled = (
        propagate(each, covariances(SHARED, each.times, each.size), first_sites(each), 1e-9) for each in (small, mixed)
    )
    assert shuffled.log_integral == pytest.approx(plain.log_integral, rel=1e-9)
    assert shuffled.mean == pytest.approx(plain.mean[order], abs=1e-6)


def test_drawn_paths_have_the_moments_of_the_field_with_neighbours(small):
    shaped = covariances(SHARED, small.times, small.size)
    state = propagate(small, shaped, first_sites(small), 1e-8)
    asked = np.array([2021.0, 2022.0])
    paths = draw_paths(small, SHARED, state.sites, asked, 40_000, np.random.default_rng(5))
    mean, deviation, correlation = dense_moments(small, SHARED, state.sites, asked, plain_covariance(PAIRS, 12))
    assert paths.mean(axis=0) == pytest.approx(mean, abs=0.02)
    assert paths.std(axis=0) == pytest.approx(deviation, rel=0.02)
    assert np.corrcoef(paths[:, 0, 1], paths[:, 2, 1])[0, 1] == pytest.approx(correlation, abs=0.02)


def test_neighbours_of_two_groups_or_of_another_panel_are_refused(small):
    with pytest.raises(ValueError, match="neighbours are of two groups"):
        replace(small, neighbours=Neighbours.of(np.array([[0, 11]]), 12))
    with pytest.raises(ValueError, match="11 places for 12"):
        replace(small, neighbours=Neighbours.of(PAIRS[:-1], 11))


YEARS = np.arange(2015.0, 2021)
# One group on a map of 100 places, of which one middling year has about eight homicides.
ONE_GROUP = TRUE._replace(group=1e-6, group_drift=1e-6)


@pytest.mark.parametrize(("mixing", "low", "high"), [(0.0, 0.0, 0.3), (0.5, 0.3, 0.7), (0.95, 0.62, 0.9)])
def test_what_neighbours_share_is_found_again(mixing, low, high):
    """Of 100 places one panel says little: in sixteen panels a share had a deviation of 0.08 to 0.14, a level's
    deviation one of 0.08. The means of five are held to three of their own deviations.

    A share that is even from 0 to 1 before the counts draws the ends inwards: the means of sixteen were 0.19, 0.50
    and 0.75.
    """
    found = [
        most_likely(
            drawn_on_map(chessboard(10, 10), np.zeros(100, int), ONE_GROUP._replace(mixing=mixing), YEARS, 0.5,
                         np.random.default_rng(seed))[0]
        ).deviations
        for seed in range(5)
    ]  # fmt: skip
    assert low < np.mean([each.mixing for each in found]) < high
    assert np.mean([each.place for each in found]) == pytest.approx(0.56, abs=0.11)


def test_a_panel_without_neighbours_shares_nothing(small):
    assert most_likely(replace(small, neighbours=None), START._replace(mixing=0.9)).deviations.mixing == 0


def uneven(ranks):
    """Probability of so uneven ranks, which lie between 0 and 1."""
    return stats.kstest(ranks, "uniform").pvalue


def at_the_ends(ranks):
    """Share of ranks in the outer twentieths, which is a tenth where they are even."""
    ranks = np.array(ranks)
    return ((ranks < 0.05) | (ranks > 0.95)).mean()


@pytest.mark.slow
def test_ranks_of_the_truth_are_even_and_without_neighbours_they_are_not():
    """Simulation-based calibration at known deviations, where most places count nothing.

    The mean of a corner varies more than that of four places which share nothing: whoever does not know it
    finds the truth at the ends too often.
    """
    generator = np.random.default_rng(10)
    pairs, corner = chessboard(5, 5), [0, 1, 5, 6]
    at = ONE_GROUP._replace(place=0.9, mixing=0.95)
    place, together, unknown = [], [], []
    for _ in range(400):
        panel, signal = drawn_on_map(pairs, np.zeros(25, int), at, YEARS[:3], 0.005, generator)
        for ranks, given, deviations in (
            (together, panel, at),
            (unknown, replace(panel, neighbours=None), at._replace(mixing=0.0)),
        ):
            state = propagate(given, covariances(deviations, given.times, given.size), first_sites(given))
            paths = draw_paths(given, deviations, state.sites, given.times[-1:], 150, generator)[..., 0]
            away = paths[:, corner].mean(axis=1) - paths.mean(axis=1)
            ranks.append((away < signal[corner, -1].mean() - signal[:, -1].mean()).mean())
            if given is panel:
                place.append((paths[:, 12] < signal[12, -1]).mean())
    assert uneven(place) > 1e-4
    assert uneven(together) > 1e-4
    # Draws differ from processor to processor. A tenth of 400 has a standard error of 1.5 points; where neighbours are
    # not known the share is about 27%, with one of 2.2.
    assert at_the_ends(together) < 0.165
    assert at_the_ends(unknown) > 0.18


@pytest.mark.slow
def test_the_share_of_neighbours_is_calibrated_and_on_another_map_it_is_not():
    """Simulation-based calibration of the share, drawn even from 0 to 1, by the log integral on a grid."""
    generator = np.random.default_rng(11)
    pairs = chessboard(6, 6)
    elsewhere = Neighbours.of(generator.permutation(36)[pairs], 36)
    grid = np.linspace(0.02, 0.98, 25)
    ranks, misplaced = [], []
    for _ in range(100):
        true = generator.random()
        panel, _ = drawn_on_map(pairs, np.zeros(36, int), ONE_GROUP._replace(mixing=true), YEARS[:3], 0.5, generator)
        for found, given in ((ranks, panel), (misplaced, replace(panel, neighbours=elsewhere))):
            sites, logs = first_sites(given), []
            for mixing in grid:
                shaped = covariances(ONE_GROUP._replace(mixing=mixing), given.times, given.size)
                state = propagate(given, shaped, sites)
                sites = state.sites
                logs.append(state.log_integral)
            mass = np.exp(np.array(logs) - max(logs))
            found.append(np.interp(true, grid, np.cumsum(mass) - mass / 2) / mass.sum())
    assert uneven(ranks) > 0.002
    assert uneven(misplaced) < 0.002


@pytest.mark.slow
@pytest.mark.parametrize(("side", "times"), [(5, 6), (4, 4)])
def test_rates_and_share_are_those_of_a_sampler_of_all_log_rates(side, times):
    """Maps of a middling count of four and of one; the deviations of levels and their share are not known.

    The sampler draws every log rate; the method integrates them out on a grid of the two.
    """
    at = ONE_GROUP._replace(place_drift=1e-6, wave=1e-6, size_exponent=0.0, mixing=0.7)
    pairs, places = chessboard(side, side), side**2
    panel, _ = drawn_on_map(pairs, np.zeros(places, int), at, YEARS[:times], 0.2, np.random.default_rng(3))
    sampled = sampler(panel, at, plain_covariance(pairs, places))
    grid, weights, draws = [], [], []
    sites, generator = first_sites(panel), np.random.default_rng(2)
    for place in np.linspace(0.15, 1.65, 16):
        for mixing in np.linspace(0.03, 0.97, 16):
            point = at._replace(place=place, mixing=mixing)
            state = propagate(panel, covariances(point, panel.times, panel.size), sites)
            sites = state.sites
            grid.append((place, mixing))
            weights.append(state.log_integral - place**2 / 2)
            draws.append(draw_paths(panel, point, sites, panel.times[-1:], 60, generator)[..., 0])
    weights = np.exp(np.array(weights) - max(weights))
    weights /= weights.sum()
    # With 600 effective draws a mean is known to a 24th of a deviation, a deviation to a 35th: four of these. They were
    # apart by a 25th at the most, and by a twentieth of the deviation.
    assert min(az.ess(sampled[name]) for name in ("place", "mixing")) > 600
    for column, name in enumerate(("place", "mixing")):
        values, known = np.array(grid)[:, column], sampled[name].ravel()
        mean = weights @ values
        assert mean == pytest.approx(known.mean(), abs=0.16 * known.std())
        assert np.sqrt(weights @ (values - mean) ** 2) == pytest.approx(known.std(), rel=0.12)
    log_rate = sampled["log_rate"].reshape(-1, places)
    mean = np.einsum("g,gdp->p", weights, draws) / 60
    square = np.einsum("g,gdp->p", weights, (np.array(draws) - mean) ** 2) / 60
    assert (np.abs(mean - log_rate.mean(axis=0)) < 0.16 * log_rate.std(axis=0)).all()
    assert np.sqrt(square) == pytest.approx(log_rate.std(axis=0), rel=0.12)


def sampler(panel, at, standard):
    """Draws of the log rates of the last year without noise, of the deviation of levels and of the share.

    In the directions of the map's eigenvectors levels are independent, whatever the deviation and the share. Counts
    know them well, so they are drawn as they are: as products of a deviation and a standard value they would hold the
    sampler to small steps. So would a mean level of the places beside that of the nation: their sum is one direction.
    """
    spread, directions = np.linalg.eigh(standard)
    apart = np.abs(directions.sum(axis=0)) < 1e-6
    places, times = panel.counts.shape
    directions = np.column_stack([directions[:, apart], np.ones(places)])
    # A direction's variance is that of the nation plus, times the squared deviation, one and what the share adds.
    fixed, flat, tilt = np.zeros(places), np.ones(places), np.append(spread[apart] - 1, 0.0)
    fixed[-1], flat[-1] = NATION_LEVEL**2, 1 / places
    steps = at.nation_drift * np.linalg.cholesky(walk(panel.times)[1:, 1:])
    ends = np.cumsum([1, 1, places, times - 1])

    def log_rates(line):
        _, _, along, drift, _ = np.split(line, ends)
        return panel.centre + (directions @ along)[:, None] + np.concatenate([[0.0], steps @ drift])

    def log_density(line):
        log_place, logit, along, drift, noise = np.split(line, ends)
        place, mixing = np.exp(log_place), special.expit(logit)
        variance = fixed + place**2 * (flat + mixing * tilt)
        log_mean = log_rates(line) + at.noise * noise.reshape(places, times)
        expected = panel.exposure * np.exp(log_mean)
        left = panel.counts - expected
        by_variance = (along**2 / variance - 1) / variance / 2
        value = (panel.counts * log_mean - expected).sum() - (line[ends[2] :] ** 2).sum() / 2
        value += -(along**2 / variance + np.log(variance)).sum() / 2 - ((place / PRIOR_SCALES.place) ** 2).sum() / 2
        value += (log_place + special.log_expit(logit) + special.log_expit(-logit)).sum()
        slopes = [
            2 * by_variance @ (variance - fixed) - (place / PRIOR_SCALES.place) ** 2 + 1,
            by_variance @ tilt * place**2 * mixing * (1 - mixing) + 1 - 2 * mixing,
            directions.T @ left.sum(axis=1) - along / variance,
            steps.T @ left.sum(axis=0)[1:] - drift,
            at.noise * left.ravel() - noise,
        ]
        return float(value), np.concatenate(slopes)

    size = ends[-1] + places * times
    compiled = from_pyfunc(
        size,
        lambda: log_density,
        lambda *_: lambda line: {"line": np.asarray(line)},
        [np.dtype(np.float64)],
        [(size,)],
        ["line"],
        make_initial_point_fn=lambda _: np.zeros(size),
    )
    drawn = nutpie.sample(compiled, draws=4_000, tune=1_000, chains=2, cores=1, seed=5, progress_bar=False)
    lines = drawn["posterior"]["line"].to_numpy()
    last = np.array([[log_rates(line)[:, -1] for line in chain] for chain in lines])
    return {"place": np.exp(lines[..., 0]), "mixing": special.expit(lines[..., 1]), "log_rate": last}
