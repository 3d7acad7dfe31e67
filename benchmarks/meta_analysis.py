"""Resampled meta-analyses against loops over statsmodels, robust errors and a posterior against plain ways."""

import math
import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from pymare import Dataset
from pymare.estimators import VarianceBasedLikelihoodEstimator
from scipy.special import stdtr, stdtrit
from statsmodels.stats.meta_analysis import combine_effects

from benchmarks.comparison import Comparison, compare_seconds, seconds
from citizen_security.methods.meta_analysis.bayesian_pooling import MuPrior, TauPrior, pool_bayesian, sample_pooled
from citizen_security.methods.meta_analysis.block_covariance import Blocks, correlated_blocks
from citizen_security.methods.meta_analysis.cluster_robust import cluster_robust, wald_test
from citizen_security.methods.meta_analysis.influence import cumulative, leave_one_out
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.resampling import bootstrap, permutation_test
from citizen_security.methods.sampling import Gate, Settings

STUDIES = 60
BOOTSTRAPPED = 1_000
PERMUTED = 100_000

# statsmodels has no restricted likelihood: its nearest is the iterated (Paule–Mandel) estimator.
ITERATED: Estimator = "paule_mandel"

# statsmodels ends when Q is this near to its expectation; asked for less, rounding may take Q below it, and it gives 0.
STOPS = 1e-5
EQUAL = 1e-5

SEED = 60
PYMARE_FITS = 30
REPEATS = 3

# A few milliseconds are too short to be timed singly: both sides are run until they have made so many fits.
RUN = 1_000
# Half a millisecond against five: of many short runs of each the shortest is kept, which nothing interrupted.
PLAIN_TIMES, PLAIN_PAIRS = 5, 60

# Effects of several outcomes and times are many: 1,500 of 200 studies, with three moderators.
CLUSTERED, CLUSTERS = 1_500, 200

type Effects = tuple[np.ndarray, np.ndarray]


def comparisons() -> Iterator[Comparison]:
    """Checks that both sides give the same numbers, then times them in turn."""
    effect, variance = _drawn()
    _same(effect, variance)
    loops: dict[str, tuple[Callable[[], object], list[Effects]]] = {
        "leave_one_out": (lambda: leave_one_out(effect, variance), _without_each(effect, variance)),
        "cumulative": (lambda: cumulative(effect, variance), _first_ones(effect, variance)),
        "bootstrap": (
            lambda: bootstrap(effect, variance, replicates=BOOTSTRAPPED, seed=SEED),
            _redrawn(effect, variance),
        ),
    }
    for name, (ours, sets) in loops.items():
        ours()
        times = max(1, RUN // len(sets))
        yield compare_seconds(
            f"meta_analysis_{name}",
            f"{len(sets):,} fits of {STUDIES} studies, {times} times; ours by restricted maximum likelihood",
            _repeated(ours, times),
            _repeated(partial(_loop, sets), times),
            "a loop of statsmodels combine_effects, iterated (Paule–Mandel)",
            pairs=REPEATS,
        )
        yield _against_pymare(name, ours, times, sets)
    yield _against_plain_numpy(effect, variance)
    yield from _permutation(effect, variance)
    yield _quadrature(effect, variance)
    yield _clustered()


def _against_plain_numpy(effect: np.ndarray, variance: np.ndarray) -> Comparison:
    """The same table without any library's overhead: a loop over a short fit, as one would write it for speed."""
    columns = ["effect", "standard_error", "lower", "upper", "p_value", "tau_squared", "q", "i_squared", "h_squared"]
    ours = leave_one_out(effect, variance)[columns].to_numpy()
    np.testing.assert_allclose(ours, _plain_table(effect, variance), rtol=1e-7, atol=1e-7)
    return compare_seconds(
        "meta_analysis_leave_one_out_plain",
        f"{STUDIES} fits of {STUDIES - 1} studies by restricted maximum likelihood, {PLAIN_TIMES} times",
        _repeated(lambda: leave_one_out(effect, variance), PLAIN_TIMES),
        _repeated(lambda: _plain_table(effect, variance), PLAIN_TIMES),
        "a plain numpy loop over Fisher's scoring",
        pairs=PLAIN_PAIRS,
        of=min,
    )


def _plain_table(effect: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """The columns of `leave_one_out`, one set at a time."""
    degrees = len(effect) - 2
    quantile = -stdtrit(degrees, 0.025)
    rows = []
    for left, held in _without_each(effect, variance):
        mean, error, tau_squared, q, ratio = _scored(left, held)
        p_value = 2 * stdtr(degrees, -abs(mean / error))
        ends = mean - quantile * error, mean + quantile * error
        rows.append((mean, error, *ends, p_value, tau_squared, q, 100 * ratio / (1 + ratio), 1 + ratio))
    return np.array(rows)


def _scored(effect: np.ndarray, variance: np.ndarray) -> tuple[float, float, float, float, float]:
    """Mean, Knapp–Hartung error, τ² by Fisher's scoring, Q, and τ² in typical variances; scalars stay scalars."""
    degrees = len(effect) - 1
    left = effect - effect.sum() / len(effect)
    tau_squared = max(0.0, float(left @ left) / degrees - float(variance.sum()) / len(effect))
    for _ in range(200):
        weights = 1 / (variance + tau_squared)
        squared = weights * weights
        total, squares = weights.sum(), squared.sum()
        weighted = weights * (effect - (weights @ effect) / total)
        information = squares - 2 * (squared @ weights) / total + (squares / total) ** 2
        before = tau_squared
        tau_squared = max(0.0, before + (weighted @ weighted - total + squares / total) / information)
        if abs(tau_squared - before) <= 1e-9 * (tau_squared + 0.05):
            break
    weights = 1 / (variance + tau_squared)
    total = weights.sum()
    mean = (weights @ effect) / total
    left = effect - mean
    error = math.sqrt(max((weights * left) @ left / degrees, 1.0) / total)
    weights = 1 / variance
    total = weights.sum()
    left = effect - (weights @ effect) / total
    q, excess = (weights * left) @ left, tau_squared * (total - (weights @ weights) / total)
    return float(mean), error, float(tau_squared), float(q), float(excess) / degrees


def _repeated(call: Callable[[], object], times: int) -> Callable[[], object]:
    return lambda: [call() for _ in range(times)]


def _against_pymare(name: str, ours: Callable[[], object], times: int, sets: list[Effects]) -> Comparison:
    """The same estimator on both sides; of the sets the peer is timed on some, as it takes so much longer."""
    every = max(1, len(sets) // PYMARE_FITS)
    timed = sets[::every]
    taken = seconds(lambda: [ours() for _ in range(times)]) / times
    peer = seconds(lambda: [_pymare(*each) for each in timed]) * len(sets) / len(timed)
    return Comparison(
        f"meta_analysis_{name}_pymare",
        f"{len(sets):,} fits of {STUDIES} studies by restricted maximum likelihood",
        round(taken, 4),
        round(peer, 2),
        f"a loop of PyMARE, {len(timed)} of the fits timed",
        round(peer / taken, 1),
        "seconds",
    )


def _pymare(effect: np.ndarray, variance: np.ndarray) -> float:
    """Variance between studies by PyMARE's restricted maximum likelihood."""
    data = Dataset(y=effect[:, None], v=variance[:, None], X=np.ones((len(effect), 1)), add_intercept=False)
    fit = VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(data)
    return float(np.ravel(fit.summary().tau2)[0])


def _permutation(effect: np.ndarray, variance: np.ndarray) -> Iterator[Comparison]:
    """All replicates of ours; of the peer a hundredth, and its time a hundred times as long."""
    share = 100
    generator = np.random.default_rng(SEED)
    signs = np.where(generator.random((PERMUTED // share, STUDIES)) < 0.5, -1.0, 1.0)
    sets = [(effect * row, variance) for row in signs]
    ours = seconds(lambda: permutation_test(effect, variance, replicates=PERMUTED))
    peer = share * seconds(lambda: _loop(sets))
    yield Comparison(
        "meta_analysis_permutation",
        f"{PERMUTED:,} sign changes of {STUDIES} studies, each with its own τ² by restricted maximum likelihood",
        round(ours, 2),
        round(peer, 1),
        f"a loop of statsmodels, {PERMUTED // share:,} of them timed",
        round(peer / ours, 1),
        "seconds",
    )


def _quadrature(effect: np.ndarray, variance: np.ndarray) -> Comparison:
    """The exact posterior against one that is sampled, compiling included, after checking that they agree."""
    priors = TauPrior("half_normal", 0.5), MuPrior("normal", 0.0, 1.0)
    settings = Settings(draws=2_000, tune=1_000, chains=2, target_acceptance=0.95, seed=SEED)
    exact = pool_bayesian(effect, variance, *priors).mu()
    draws = sample_pooled(effect, variance, *priors, settings=settings, gate=Gate.FULL)["posterior"]["mu"]
    # 1,000 effective draws leave a thirtieth of a standard deviation; ten times that would be another posterior.
    if abs(float(draws.mean()) - exact.mean) > 0.3 * exact.standard_deviation:
        raise AssertionError(f"sampled mean {float(draws.mean()):.4f}, by quadrature {exact.mean:.4f}")
    return compare_seconds(
        "meta_analysis_quadrature",
        f"posterior of the mean effect and of τ for {STUDIES} studies, with intervals",
        lambda: (lambda found: (found.mu(), found.tau_summary(), found.predictive()))(
            pool_bayesian(effect, variance, *priors)
        ),
        lambda: sample_pooled(effect, variance, *priors, settings=settings, gate=Gate.FULL),
        "PyMC with nutpie, 2 × 2,000 draws, with compiling",
    )


def _clustered() -> Comparison:
    """CR2 errors and HTZ study by study, against the papers' formulas in matrices of all effects by all effects."""
    generator = np.random.default_rng(SEED)
    study = np.sort(np.concatenate([np.arange(CLUSTERS), generator.integers(0, CLUSTERS, CLUSTERED - CLUSTERS)]))
    variance = generator.uniform(0.01, 0.1, CLUSTERED)
    moderators = generator.normal(size=(CLUSTERS, 2))[study]
    design = np.column_stack([np.ones(CLUSTERED), moderators, generator.normal(size=CLUSTERED)])
    effect = generator.normal(-0.2, np.sqrt(0.1 + variance))
    blocks = correlated_blocks(variance, study, correlation=0.6, between_studies=0.06, within_studies=0.04)
    constraints = np.eye(design.shape[1])[1:]

    def ours() -> np.ndarray:
        fit = cluster_robust(effect, study, blocks, design=design)
        test = wald_test(fit, constraints)
        return np.array([*fit.covariance.ravel(), test.statistic, test.denominator_degrees])

    def peer() -> np.ndarray:
        return _with_whole_matrices(effect, design, blocks, constraints)

    np.testing.assert_allclose(ours(), peer(), rtol=1e-7, atol=1e-12)
    return compare_seconds(
        "meta_analysis_cr2",
        f"CR2 errors and HTZ of {CLUSTERED:,} effects in {CLUSTERS} studies with three moderators",
        ours,
        peer,
        "numpy, whole matrices",
        pairs=REPEATS,
    )


def _with_whole_matrices(effect: np.ndarray, design: np.ndarray, blocks: Blocks, constraints: np.ndarray) -> np.ndarray:
    """Robust covariance, F and its second degrees of freedom by the definitions of Tipton and Pustejovsky (2015)."""
    covariance = blocks.dense()
    weights = np.linalg.inv(covariance)
    bread = np.linalg.inv(design.T @ weights @ design)
    leaves = np.eye(len(effect)) - design @ bread @ design.T @ weights
    residuals, parts = leaves @ covariance @ leaves.T, []
    for rows in blocks.rows:
        root = np.linalg.cholesky(covariance[np.ix_(rows, rows)])
        values, vectors = np.linalg.eigh(root.T @ residuals[np.ix_(rows, rows)] @ root)
        adjustment = root @ (vectors / np.sqrt(values)) @ vectors.T @ root.T
        parts.append(bread @ (design.T @ weights)[:, rows] @ adjustment @ leaves[rows])
    sums = np.array([part @ effect for part in parts])
    robust = sums.T @ sums
    tested = np.concatenate([constraints @ part for part in parts])
    pairs = (tested @ covariance @ tested.T).reshape(len(parts), len(constraints), len(parts), len(constraints))
    half = np.linalg.inv(np.linalg.cholesky(np.einsum("iaib->ab", pairs)))
    scaled = np.einsum("ca,iajb,db->ijcd", half, pairs, half)
    diagonal = np.einsum("ijaa->ij", scaled)
    q = len(constraints)
    eta = q * (q + 1) / (np.einsum("ijab,ijba->", scaled, scaled) + (diagonal**2).sum())
    found = constraints @ bread @ design.T @ weights @ effect
    wald = found @ np.linalg.solve(constraints @ robust @ constraints.T, found)
    return np.array([*robust.ravel(), (eta - q + 1) / (eta * q) * wald, eta - q + 1])


def _same(effect: np.ndarray, variance: np.ndarray) -> None:
    """Refuse to time what does not agree: every fit of the loops, by the estimator that both sides have."""
    ours = {
        "leave-one-out": (leave_one_out(effect, variance, estimator=ITERATED), _without_each(effect, variance)),
        "cumulative": (cumulative(effect, variance, estimator=ITERATED).iloc[1:], _first_ones(effect, variance)),
    }
    for name, (table, sets) in ours.items():
        found = table[["effect", "standard_error", "tau_squared"]].to_numpy()
        np.testing.assert_allclose(found, _loop(sets), rtol=EQUAL, atol=EQUAL, err_msg=name)
    restricted = leave_one_out(effect, variance)["tau_squared"].to_numpy()
    peer = [_pymare(*each) for each in _without_each(effect, variance)[:5]]
    # PyMARE's general search ends at about four digits.
    np.testing.assert_allclose(restricted[:5], peer, rtol=2e-3)
    replicates = bootstrap(effect, variance, estimator=ITERATED, replicates=BOOTSTRAPPED, seed=SEED)
    found = np.column_stack([replicates.coefficients[:, 0], replicates.tau_squared])
    np.testing.assert_allclose(found, _loop(_redrawn(effect, variance))[:, [0, 2]], rtol=EQUAL, atol=EQUAL)


def _loop(sets: list[Effects]) -> np.ndarray:
    """Effect, Knapp–Hartung error and τ² of each set, one call of statsmodels each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits = [combine_effects(*each, method_re="iterated", use_t=True, atol=STOPS) for each in sets]
        return np.array([(fit.mean_effect_re, fit.sd_eff_w_re_hksj, fit.tau2) for fit in fits])


def _without_each(effect: np.ndarray, variance: np.ndarray) -> list[Effects]:
    return [(np.delete(effect, position), np.delete(variance, position)) for position in range(len(effect))]


def _first_ones(effect: np.ndarray, variance: np.ndarray) -> list[Effects]:
    return [(effect[:size], variance[:size]) for size in range(2, len(effect) + 1)]


def _redrawn(effect: np.ndarray, variance: np.ndarray) -> list[Effects]:
    """The studies that the bootstrap of this seed draws."""
    studies = len(effect)
    copies = np.random.default_rng(SEED).multinomial(studies, np.full(studies, 1 / studies), BOOTSTRAPPED)
    held = [np.repeat(np.arange(studies), row) for row in copies]
    return [(effect[chosen], variance[chosen]) for chosen in held]


def _drawn() -> Effects:
    """Sixty effects about −0.2 with a standard deviation of 0.3 between them."""
    generator = np.random.default_rng(SEED)
    variance = generator.uniform(0.01, 0.1, STUDIES)
    return generator.normal(-0.2, np.sqrt(0.09 + variance)), variance
