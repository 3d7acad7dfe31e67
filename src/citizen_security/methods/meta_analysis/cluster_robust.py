"""Errors that hold whatever the dependence of effects within studies, and tests of several coefficients at once.

References
----------
Hedges, Tipton and Johnson (2010), Research Synthesis Methods 1(1); Bell and McCaffrey (2002), Survey Methodology 28(2);
Tipton (2015), Psychological Methods 20(3); Tipton and Pustejovsky (2015), Journal of Educational and Behavioral
Statistics 40(6); Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4).
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import f, t

from .. import require
from ..arrays import Flags, Floats
from ..bias_reduction import SINGULAR, ScoreCovariances, inverse_root
from .block_covariance import Blocks, blocks_of
from .study_sets import COLLINEAR, NotEnoughStudies
from .study_values import refuse_extreme_moderators, refuse_extremes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

type Correction = Literal["CR0", "CR1", "CR2"]

# Leverage of a cluster that is one up to rounding, and the share of a coefficient's variance that is none.
ROUNDING = 1e-8


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Coefficients of a design, with tests and intervals; shape (p,) each.

    Attributes
    ----------
    coefficients, standard_errors, statistic, degrees_of_freedom, p_values, lower, upper : numpy.ndarray
    covariance : numpy.ndarray, shape (p, p)
    confidence_level : float
    """

    coefficients: Floats
    covariance: Floats
    standard_errors: Floats
    statistic: Floats
    degrees_of_freedom: Floats
    p_values: Floats
    lower: Floats
    upper: Floats
    confidence_level: float


@dataclass(frozen=True, eq=False)
class Robust(Coefficients):
    """Coefficients with cluster-robust errors.

    Attributes
    ----------
    correction : str
    clusters : int
    scores : ScoreCovariances
        Of the clusters, under the working model.
    from_model : numpy.ndarray of bool, shape (p,)
        Where the model's error, degrees of freedom and interval stand, as its interval is the wider. `covariance` is
        the robust one throughout.
    own_degrees : numpy.ndarray, shape (p,)
        Degrees of freedom of the robust errors, also where the model's interval stands: how many independent
        comparisons there are between clusters.
    decided_alone : numpy.ndarray of bool, shape (p,)
        Where one cluster is needed for there to be a coefficient at all, as when no other has a moderator's value. Its
        robust error is of what the effects of that cluster differ by, and of the rest of the design: too small.
    """

    correction: Correction
    clusters: int
    scores: ScoreCovariances
    from_model: Flags
    own_degrees: Floats
    decided_alone: Flags


@dataclass(frozen=True)
class WaldTest:
    """Test of several linear combinations of coefficients at once.

    Attributes
    ----------
    statistic : float
        F.
    numerator_degrees, denominator_degrees : float
    p_value : float
    """

    statistic: float
    numerator_degrees: float
    denominator_degrees: float
    p_value: float


def cluster_robust(
    effect: "ArrayLike",
    cluster: "ArrayLike",
    working_covariance: "ArrayLike | Blocks",
    *,
    design: "ArrayLike | None" = None,
    correction: Correction = "CR2",
    no_narrower_than: Coefficients | None = None,
    confidence_level: float = 0.95,
) -> Robust:
    """Coefficients whose errors hold under any dependence within clusters, weighted by a working covariance.

    Parameters
    ----------
    effect : array_like, shape (k,)
    cluster : array_like, shape (k,)
        Key of the study of each effect.
    working_covariance : array_like, shape (k,) or (k, k), or Blocks
        Variances of the effects under the model (sampling and between studies), or their covariance matrix, without
        entries between clusters. It decides the weights; errors stay valid if it is wrong.
    design : array_like, shape (k, p), optional
    correction : str
        `CR0` none; `CR1` m / (m − p) with m clusters, and t with m − p degrees of freedom for both; `CR2` corrects
        each cluster so that the variance is unbiased under the working covariance, with Satterthwaite's degrees of
        freedom for each coefficient.
    no_narrower_than : Coefficients, optional
        The same coefficients with the model's own errors, at the same level, such as `ThreeLevel.fixed`. Where its
        interval is the wider, its error, degrees of freedom and interval stand: effects that happen to be alike leave a
        robust error of hardly anything. The p-value is the larger of the two.
    confidence_level : float

    Returns
    -------
    Robust
        Error, p-value and interval are `nan` for a coefficient of which the residuals say nothing at all; see also
        `decided_alone`.

    Raises
    ------
    NotEnoughStudies
        If there are no more clusters than columns of the design, or, without `no_narrower_than`, if the effects follow
        the design so exactly that a robust error is zero.
    ValueError
        If shapes differ, a number or key is missing, sizes are beyond what can be weighed together, the covariance has
        entries between clusters or is not positive definite, columns of the design are collinear, the level is no
        probability, the correction is none, or the model's coefficients are of another number or level.
    """
    require.level("confidence_level", confidence_level)
    require.one_of("correction", correction, Correction)
    effects = require.finite("effect", effect)
    rows = np.ones((len(effects), 1)) if design is None else require.finite("design", design)
    working = blocks_of(working_covariance, cluster)
    if rows.ndim != 2 or not len(effects) == len(rows) == working.size:
        raise ValueError(
            f"{len(effects)} effects, design {rows.shape}, {working.size} clustered; give one row for each effect."
        )
    refuse_extreme_moderators(rows)
    # A variance that is not above zero is refused as what it is, where the covariance is decomposed.
    if (working.variances > 0).all():
        refuse_extremes(effects, working.variances)
    clusters, columns = len(working.rows), rows.shape[1]
    if clusters <= columns:
        raise NotEnoughStudies(f"{clusters} clusters for {columns} coefficients; at least {columns + 1} are needed.")
    coefficients, bread = weighted_least_squares(effects, rows, working)
    sums, scores = _scores(effects - rows @ coefficients, rows, working, bread, correction)
    robust = sums.T @ sums * (clusters / (clusters - columns) if correction == "CR1" else 1.0)
    judged = np.diag(scores.expected()) > SINGULAR * np.diag(bread)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = scores.satterthwaite() if correction == "CR2" else np.full(columns, float(clusters - columns))
    tested = t_tested(coefficients, robust, np.where(judged, own, np.nan), confidence_level)
    tested = replace(tested, standard_errors=np.where(judged, tested.standard_errors, np.nan))
    from_model, own_degrees = np.zeros(columns, bool), tested.degrees_of_freedom
    if no_narrower_than is not None:
        tested, from_model = _no_narrower(tested, no_narrower_than)
    elif (judged & (np.diag(robust) <= SINGULAR * np.diag(scores.expected()))).any():
        raise NotEnoughStudies(
            f"the effects of {clusters} clusters follow the design exactly, so that the robust error is zero; give "
            "no_narrower_than, the same coefficients with the model's errors."
        )
    return Robust(
        **vars(tested), correction=correction, clusters=clusters, scores=scores, from_model=from_model,
        own_degrees=own_degrees, decided_alone=_decided_alone(rows, working, bread),
    )  # fmt: skip


def wald_test(fit: Robust, constraints: "ArrayLike") -> WaldTest:
    """Test that several linear combinations of the coefficients are zero.

    Parameters
    ----------
    fit : Robust
    constraints : array_like, shape (q, p)
        Weights of the coefficients in each combination; `numpy.eye(p)[1:]` for all but the intercept.

    Returns
    -------
    WaldTest
        For CR2 the approximate Hotelling T² (HTZ): F = (η − q + 1) / (η q) times the Wald statistic, on q and η − q + 1
        degrees of freedom; for CR0 and CR1 the statistic over q, on q and m − p.

    Raises
    ------
    NotEnoughStudies
        If the clusters are too few for the robust covariance of so many combinations, or the effects follow the design
        so exactly that it is zero.
    ValueError
        If a number is missing, the constraints do not fit the coefficients, or one follows from the others.
    """
    rows = np.atleast_2d(require.finite("constraints", constraints))
    number, columns = rows.shape
    if not number or columns != len(fit.coefficients) or np.linalg.matrix_rank(rows) < number:
        raise ValueError(
            f"constraints {rows.shape} for {len(fit.coefficients)} coefficients; give a column for each, and rows of "
            "which none follows from the others, one or more."
        )
    covariance, tested = rows @ fit.covariance @ rows.T, rows @ fit.coefficients
    scores = fit.scores.combined(rows)
    root = inverse_root(scores.expected())
    denominator = scores.hotelling() - number + 1 if fit.correction == "CR2" else float(fit.clusters - columns)
    found = np.linalg.eigvalsh(root @ covariance @ root)
    if root.any() and not found[-1] > SINGULAR:
        raise NotEnoughStudies(
            f"the effects of {fit.clusters} clusters follow the design exactly, so that the robust error is zero; "
            "there is nothing to test by."
        )
    if denominator <= 0 or not found[0] > SINGULAR:
        raise NotEnoughStudies(
            f"{fit.clusters} clusters are too few to test {number} combinations of coefficients together."
        )
    scale = denominator / (denominator + number - 1) if fit.correction == "CR2" else 1.0
    statistic = scale / number * float(tested @ np.linalg.solve(covariance, tested))
    return WaldTest(statistic, float(number), denominator, float(f.sf(statistic, number, denominator)))


def weighted_least_squares(effect: Floats, design: Floats, covariance: Blocks) -> tuple[Floats, Floats]:
    """Coefficients weighted by the inverse of a covariance, and their covariance if it is the true one.

    Parameters
    ----------
    effect : numpy.ndarray, shape (k,)
    design : numpy.ndarray, shape (k, p)
    covariance : Blocks

    Returns
    -------
    coefficients : numpy.ndarray, shape (p,)
    covariance : numpy.ndarray, shape (p, p)

    Raises
    ------
    ValueError
        If the covariance is not positive definite, or columns of the design are collinear.
    """
    columns = design.shape[1]
    gram, moments = np.zeros((columns, columns)), np.zeros(columns)
    for rows, block in zip(covariance.rows, covariance.blocks, strict=True):
        root = _root(block)
        white = np.linalg.solve(root, np.column_stack([design[rows], effect[rows]]))
        gram += white[:, :-1].T @ white[:, :-1]
        moments += white[:, :-1].T @ white[:, -1]
    # Of columns as long as each other, so that it does not hang on their units.
    lengths = np.sqrt(np.diag(gram))
    if not lengths.all() or np.linalg.eigvalsh(gram / np.outer(lengths, lengths))[0] <= COLLINEAR:
        raise ValueError("columns of the design are collinear; leave out those that follow from the others.")
    inverse = np.linalg.inv(gram)
    return inverse @ moments, inverse


def t_tested(coefficients: Floats, covariance: Floats, degrees: Floats, confidence_level: float) -> Coefficients:
    """Coefficients with t tests and intervals on degrees of freedom of their own.

    Parameters
    ----------
    coefficients, degrees : numpy.ndarray, shape (p,)
    covariance : numpy.ndarray, shape (p, p)
    confidence_level : float

    Returns
    -------
    Coefficients

    Raises
    ------
    ValueError
        If the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    errors = np.sqrt(np.diag(covariance))
    half = t.isf((1 - confidence_level) / 2, degrees) * errors
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = coefficients / errors
    return Coefficients(
        coefficients=coefficients,
        covariance=covariance,
        standard_errors=errors,
        statistic=statistic,
        degrees_of_freedom=degrees,
        p_values=np.asarray(2 * t.sf(np.abs(statistic), degrees)),
        lower=coefficients - half,
        upper=coefficients + half,
        confidence_level=confidence_level,
    )


def _no_narrower(robust: Coefficients, model: Coefficients) -> tuple[Coefficients, Flags]:
    """Of each coefficient what stands beside the wider interval, and where that is the model's."""
    if len(model.coefficients) != len(robust.coefficients) or model.confidence_level != robust.confidence_level:
        raise ValueError(
            f"no_narrower_than has {len(model.coefficients)} coefficients at {model.confidence_level:g}, for "
            f"{len(robust.coefficients)} at {robust.confidence_level:g}; give the same coefficients at the same level."
        )
    widths = robust.upper - robust.lower, model.upper - model.lower
    from_model = ~(widths[0] >= widths[1])
    errors = np.where(from_model, model.standard_errors, robust.standard_errors)
    half = np.where(from_model, widths[1], widths[0]) / 2
    return replace(
        robust,
        standard_errors=errors,
        statistic=robust.coefficients / errors,
        degrees_of_freedom=np.where(from_model, model.degrees_of_freedom, robust.degrees_of_freedom),
        # At a level a test rejects by the wider interval if both reject.
        p_values=np.fmax(robust.p_values, model.p_values),
        lower=np.where(from_model, robust.coefficients - half, robust.lower),
        upper=np.where(from_model, robust.coefficients + half, robust.upper),
    ), from_model


def _scores(
    residuals: Floats, design: Floats, working: Blocks, bread: Floats, correction: Correction
) -> tuple[Floats, ScoreCovariances]:
    """Each cluster's share of the coefficients' error, (clusters, p), and the covariances under the working model."""
    sums, own, shared = [], [], []
    for rows, block in zip(working.rows, working.blocks, strict=True):
        columns = design[rows]
        weights = np.linalg.solve(block, columns) @ bread
        if correction == "CR2":
            root = _root(block)
            # A · Var(residuals) · A' is the working covariance.
            weights = root @ (inverse_root(root.T @ (block - columns @ bread @ columns.T) @ root) @ (root.T @ weights))
        sums.append(weights.T @ residuals[rows])
        own.append(weights.T @ block @ weights)
        shared.append(weights.T @ columns)
    return np.array(sums), ScoreCovariances(np.array(own), np.array(shared), bread)


def _decided_alone(design: Floats, working: Blocks, bread: Floats) -> Flags:
    """Coefficients with a part in which the leverage of one cluster is one: without it nothing tells them."""
    root = np.linalg.cholesky(bread)
    # Of coefficients that are independent and of variance one, each cluster has a share of the information.
    white = [design[rows] @ root for rows in working.rows]
    parts = [own.T @ np.linalg.solve(block, own) for own, block in zip(white, working.blocks, strict=True)]
    shares, vectors = np.linalg.eigh(np.array(parts))
    directions = root @ vectors.transpose(1, 0, 2)[:, shares > 1 - ROUNDING]
    return np.asarray((directions**2).sum(axis=1) > ROUNDING * np.diag(bread))


def _root(block: Floats) -> Floats:
    """Cholesky's; a squared diagonal is the variance that the effects before leave, nothing where it is singular."""
    try:
        root = np.linalg.cholesky(block)
    except np.linalg.LinAlgError:
        root = np.full_like(block, math.nan)
    if not (np.diag(root) ** 2 > SINGULAR * np.diag(block)).all():
        raise ValueError(
            "the working covariance is not positive definite, or so near to singular that effects of a cluster follow "
            "from each other; variances are above zero, and correlations below 1."
        )
    return root
