"""Bootstrap and permutation tests of pooled effects and meta-regressions, each replicate with its own τ².

References
----------
Follmann and Proschan (1999), Biometrics 55(3), for sign changes; Higgins and Thompson (2004), Statistics in Medicine
23(11), for permuted moderators; Van den Noortgate and Onghena (2005), Behavior Research Methods 37(1), for bootstraps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .. import require
from ..arrays import Floats
from ..randomisation import count_as_extreme, p_value
from ..resampling import all_sign_changes, drawn_counts
from .names import Estimator, Test
from .pooling import NoResidual, pool_sets, refuse_without_residual, t_ratio
from .study_sets import StudySets, one_set

type Kind = Literal["studies", "parametric"]

# Replicates pooled at once: enough to be fast, few enough that memory does not grow with their number.
BATCH = 5_000

# Statistics that differ by less are the same arrangement, met again.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """Replicates of a meta-analysis.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (replicates, p)
        Without those that could not be estimated.
    tau_squared : numpy.ndarray, shape (replicates,)
    standard_errors : numpy.ndarray, shape (p,)
        Standard deviations over the replicates.
    lower, upper : numpy.ndarray, shape (p,)
        Percentile interval of the coefficients.
    tau_squared_interval : tuple of float
        Percentile interval.
    failed : int
        Replicates whose studies did not identify the model, or whose τ² did not converge.
    confidence_level : float
    """

    coefficients: Floats
    tau_squared: Floats
    standard_errors: Floats
    lower: Floats
    upper: Floats
    tau_squared_interval: tuple[float, float]
    failed: int
    confidence_level: float


@dataclass(frozen=True, eq=False)
class PermutationTest:
    """Test of one coefficient, or of several together, against the distribution under rearrangement.

    Attributes
    ----------
    statistic : float
        Of the data: coefficient over standard error; of several, their F.
    p_value : float
        Share of arrangements, that of the data among them, with a statistic at least as far from zero.
    arrangements : int
        How many were used.
    is_exact : bool
        Whether they are all that there are.
    statistics : numpy.ndarray, shape (arrangements,)
        The first is that of the data.
    """

    statistic: float
    p_value: float
    arrangements: int
    is_exact: bool
    statistics: Floats


def bootstrap(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    design: npt.ArrayLike | None = None,
    estimator: Estimator = "restricted_maximum_likelihood",
    kind: Kind = "studies",
    replicates: int = 10_000,
    seed: int = 0,
    confidence_level: float = 0.95,
) -> Bootstrap:
    """Bootstrap a pooled effect or meta-regression.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    design : array_like, shape (k, p), optional
    estimator : str
    kind : str
        `studies` draws studies with their variances and moderators; `parametric` draws effects from the fitted model.
    replicates : int
    seed : int
    confidence_level : float

    Returns
    -------
    Bootstrap

    Raises
    ------
    NoResidual
        If studies are drawn whose effects are equal, or follow the design exactly: every replicate is the same.
    ValueError
        If fewer than two replicates are asked for, fewer than two can be estimated, or the level is no probability.
    """
    require.one_of("kind", kind, Kind)
    require.level("confidence_level", confidence_level)
    require.whole("replicates", replicates)
    require.whole("seed", seed)
    whole = one_set(effect, variance, design)
    if kind == "studies" and whole.follows_exactly:
        raise NoResidual(
            f"the effects of {len(whole.design)} studies are equal, or follow the design exactly: whichever are drawn, "
            "the estimate is the same, so that the bootstrap of studies has no interval; take the kind parametric."
        )
    generator = np.random.default_rng(seed)
    draw = _draw_studies if kind == "studies" else _draw_effects
    batches = [
        pool_sets(draw(whole, size, generator, estimator), estimator, "normal") for size in _batch_sizes(replicates)
    ]
    converged = np.concatenate([batch.converged for batch in batches])
    coefficients = np.concatenate([batch.coefficients for batch in batches])[converged]
    tau_squared = np.concatenate([batch.tau_squared for batch in batches])[converged]
    if len(coefficients) < 2:
        raise ValueError(f"{len(coefficients)} of {replicates} replicates could be estimated; at least 2 are needed.")
    tails = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    lower, upper = np.quantile(coefficients, tails, axis=0)
    smallest, largest = np.quantile(tau_squared, tails)
    return Bootstrap(
        coefficients=coefficients,
        tau_squared=tau_squared,
        standard_errors=coefficients.std(axis=0, ddof=1),
        lower=lower,
        upper=upper,
        tau_squared_interval=(float(smallest), float(largest)),
        failed=int((~converged).sum()),
        confidence_level=confidence_level,
    )


def permutation_test(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    design: npt.ArrayLike | None = None,
    coefficient: int | Sequence[int] = -1,
    estimator: Estimator = "restricted_maximum_likelihood",
    test: Test = "knapp_hartung",
    replicates: int = 100_000,
    seed: int = 0,
) -> PermutationTest:
    """Test a pooled effect by changing signs, or a moderator by dealing studies out anew among the design's rows.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    design : array_like, shape (k, p), optional
        Without one the pooled effect is tested: if there is none, each effect is as likely with the other sign.
    coefficient : int or sequence of int
        Columns of the design that are tested, the last by default. All moderators are permuted together, so the
        hypothesis is that none of them matters.
    estimator, test : str
        Of each replicate; the statistic is coefficient over standard error, or the F of several.
    replicates : int
        Arrangements, that of the data among them. All sign changes are used where there are no more.
    seed : int

    Returns
    -------
    PermutationTest

    Raises
    ------
    NotEnoughStudies, NoResidual
        As `pool`.
    ValueError
        If fewer than two arrangements are asked for, or `coefficient` names no column of the design, or one twice.
    """
    require.whole("replicates", replicates)
    require.whole("seed", seed)
    whole = one_set(effect, variance, design)
    tested = _columns(coefficient, whole.design.shape[-1])
    studies = whole.effect.shape[1]
    signs = design is None
    if not signs:
        refuse_without_residual(whole, test)
    is_exact = signs and 2**studies <= replicates
    generator = np.random.default_rng(seed)
    arranged: Iterator[StudySets]
    if is_exact:
        arranged = iter([_all_signs(whole)])
    else:
        rearrange = _random_signs if signs else _random_order
        arranged = (rearrange(whole, size, generator) for size in _batch_sizes(replicates - 1))
    observed = _statistics(whole, tested, estimator, test)
    statistics = np.concatenate([_statistics(sets, tested, estimator, test) for sets in arranged])
    # The data's own arrangement is the first of all signs; else it is added, so that p is never zero.
    statistics = statistics if is_exact else np.concatenate([observed, statistics])
    known = statistics[~np.isnan(statistics)]
    extreme = count_as_extreme(known, observed[0], alternative="different", tie=SAME * abs(observed[0]))
    return PermutationTest(
        statistic=float(observed[0]),
        p_value=p_value(extreme, len(known), enumerated=True),
        arrangements=len(known),
        is_exact=is_exact,
        statistics=statistics,
    )


def _columns(coefficient: int | Sequence[int], number: int) -> int | list[int]:
    """Columns of the design that are tested: one, or several that are different."""
    given = np.asarray(coefficient)
    fine = given.dtype.kind in "iu" and given.ndim < 2 and given.size > 0
    if not fine or given.min() < -number or given.max() >= number or len(np.unique(given % number)) < given.size:
        raise ValueError(
            f"coefficient = {coefficient!r} of a design of {number} columns. Allowed: a column's number, or several "
            f"different ones, from 0 to {number - 1}, or from −{number} counted from the end."
        )
    return int(given) if given.ndim == 0 else [int(column) for column in given]


def _statistics(sets: StudySets, columns: int | list[int], estimator: Estimator, test: Test) -> Floats:
    pooled = pool_sets(sets, estimator, test)
    if isinstance(columns, int):
        return t_ratio(pooled.coefficients[:, columns], pooled.standard_errors[:, columns])
    tested, covariance = pooled.coefficients[:, columns], pooled.covariance[:, columns][:, :, columns]
    return np.asarray(np.einsum("bq,bqr,br->b", tested, np.linalg.inv(covariance), tested) / len(columns))


def _batch_sizes(replicates: int) -> list[int]:
    if replicates < 1:
        raise ValueError("fewer than two replicates; ask for at least 2.")
    whole, rest = divmod(replicates, BATCH)
    return [BATCH] * whole + [rest] * (rest > 0)


def _draw_studies(whole: StudySets, size: int, generator: np.random.Generator, _: Estimator) -> StudySets:
    copies = drawn_counts(whole.effect.shape[1], size, generator).astype(float)
    return StudySets(whole.effect, whole.variance, whole.design, copies)


def _draw_effects(whole: StudySets, size: int, generator: np.random.Generator, estimator: Estimator) -> StudySets:
    fit = pool_sets(whole, estimator, "normal")
    expected = whole.design @ fit.coefficients[0]
    spread = np.sqrt(whole.variance + fit.tau_squared[0])
    drawn = expected + spread * generator.standard_normal((size, len(expected)))
    return StudySets(drawn, whole.variance, whole.design, whole.copies)


def _all_signs(whole: StudySets) -> StudySets:
    return StudySets(whole.effect * all_sign_changes(whole.effect.shape[1]), whole.variance, whole.design, whole.copies)


def _random_signs(whole: StudySets, size: int, generator: np.random.Generator) -> StudySets:
    signs = np.where(generator.random((size, whole.effect.shape[1])) < 0.5, -1.0, 1.0)
    return StudySets(whole.effect * signs, whole.variance, whole.design, whole.copies)


def _random_order(whole: StudySets, size: int, generator: np.random.Generator) -> StudySets:
    """Effects with their variances dealt out among the rows, which is the same as permuting the rows."""
    order = generator.permuted(np.tile(np.arange(whole.effect.shape[1]), (size, 1)), axis=1)
    return StudySets(whole.effect[0][order], whole.variance[0][order], whole.design, whole.copies)
