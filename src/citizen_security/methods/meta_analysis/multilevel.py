"""Several effects of one study: a model of three levels, and errors that hold whatever the dependence within studies.

References
----------
Konstantopoulos (2011), Research Synthesis Methods 2(1); Cheung (2014), Psychological Methods 19(2), for I² by level;
Bell and McCaffrey (2002), Survey Methodology 28(2); Tipton (2015), Psychological Methods 20(3); Pustejovsky and Tipton
(2018), Journal of Business & Economic Statistics 36(4).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize
from scipy.stats import chi2, t

from .. import require
from ..arrays import Flags, Floats
from .study_sets import NotEnoughStudies, one_set, projection

type Likelihood = Literal["maximum_likelihood", "restricted_maximum_likelihood"]
type Correction = Literal["CR0", "CR1", "CR2"]

# A gradient below this, on the scale of the typical sampling variance, is the top.
FLAT = 1e-5

# An eigenvalue below this share of the largest is a direction in which a cluster has no residual.
NO_RESIDUAL = 1e-10


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
class ThreeLevel:
    """Effects within studies.

    Attributes
    ----------
    fixed : Coefficients
        Of the design, with a t test of k − p degrees of freedom.
    between_studies, within_studies : float
        Variances of the true effects between studies, and between the effects of one study.
    between_interval, within_interval : tuple of float
        Profile likelihood intervals.
    i_squared_between, i_squared_within : float
        Per cent of the variance of an effect at each level, sampling being the rest.
    log_likelihood : float
        Without constants.
    converged : bool
    k, studies : int
        Effects and studies.
    working_covariance : numpy.ndarray, shape (k, k)
        Of the effects under the model, for `cluster_robust`.
    """

    fixed: Coefficients
    between_studies: float
    within_studies: float
    between_interval: tuple[float, float]
    within_interval: tuple[float, float]
    i_squared_between: float
    i_squared_within: float
    log_likelihood: float
    converged: bool
    k: int
    studies: int
    working_covariance: Floats


def three_level(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    study: npt.ArrayLike,
    *,
    design: npt.ArrayLike | None = None,
    method: Likelihood = "restricted_maximum_likelihood",
    confidence_level: float = 0.95,
) -> ThreeLevel:
    """Fit effects nested in studies, sampling errors taken as independent.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    study : array_like, shape (k,)
        Key of the study of each effect.
    design : array_like, shape (k, p), optional
    method : str
    confidence_level : float

    Returns
    -------
    ThreeLevel
        Where effects of one study share a control group their errors are not independent: then read the coefficients
        with `cluster_robust`.

    Raises
    ------
    NotEnoughStudies
        If there are no more effects than columns, fewer than two studies, or no study with two effects.
    ValueError
        As `pool`, and if `study` has another length or a missing key.
    """
    require.level("confidence_level", confidence_level)
    single = one_set(effect, variance, design)
    _, codes = np.unique(require.keys("study", study), return_inverse=True)
    studies, k = int(codes.max()) + 1, len(codes)
    if codes.shape != single.effect[0].shape:
        raise ValueError(f"study has {k} keys for {single.effect.shape[1]} effects; give one for each.")
    if studies < 2 or studies == k:
        raise NotEnoughStudies(
            f"{k} effects of {studies} studies; two levels are told apart by two studies or more, one with two effects."
        )
    model = _Nested(
        single.effect[0], single.variance[0], single.design, codes, method == "restricted_maximum_likelihood"
    )
    ratios, converged = model.maximise()
    between, within = ratios * model.scale
    top = model.log_likelihood(ratios)
    share = 100 / (between + within + model.scale)
    covariance = model.covariance(ratios)
    coefficients, inverse = _least_squares(single.effect[0], single.design, np.linalg.inv(covariance))
    return ThreeLevel(
        fixed=_tested(
            coefficients, inverse, np.full(len(coefficients), float(k - len(coefficients))), confidence_level
        ),
        between_studies=float(between),
        within_studies=float(within),
        between_interval=_profile_interval(model, ratios, top, 0, confidence_level),
        within_interval=_profile_interval(model, ratios, top, 1, confidence_level),
        i_squared_between=float(between * share),
        i_squared_within=float(within * share),
        log_likelihood=top,
        converged=converged,
        k=k,
        studies=studies,
        working_covariance=covariance,
    )


def cluster_robust(
    effect: npt.ArrayLike,
    cluster: npt.ArrayLike,
    working_covariance: npt.ArrayLike,
    *,
    design: npt.ArrayLike | None = None,
    correction: Correction = "CR2",
    confidence_level: float = 0.95,
) -> Coefficients:
    """Coefficients whose errors hold under any dependence within clusters, weighted by a working covariance.

    Parameters
    ----------
    effect : array_like, shape (k,)
    cluster : array_like, shape (k,)
        Key of the study of each effect.
    working_covariance : array_like, shape (k,) or (k, k)
        Variances of the effects under the model (sampling and between studies), or their covariance matrix, without
        entries between clusters. It decides the weights; errors stay valid if it is wrong.
    design : array_like, shape (k, p), optional
    correction : str
        `CR0` none; `CR1` m / (m − p) with m clusters, and t with m − p degrees of freedom for both; `CR2` corrects
        each cluster so that the variance is unbiased under the working covariance, with Satterthwaite's degrees of
        freedom for each coefficient.
    confidence_level : float

    Returns
    -------
    Coefficients

    Raises
    ------
    NotEnoughStudies
        If there are no more clusters than columns of the design.
    ValueError
        If shapes differ, a number or key is missing, the covariance has entries between clusters or is not positive
        definite, or the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    effects = require.finite("effect", effect)
    rows = np.ones((len(effects), 1)) if design is None else require.finite("design", design)
    working = require.finite("working_covariance", working_covariance)
    covariance = np.diag(working) if working.ndim == 1 else working
    _, codes = np.unique(require.keys("cluster", cluster), return_inverse=True)
    _refuse_clusters(effects, rows, covariance, codes)
    weights = np.linalg.inv(covariance)
    coefficients, inverse = _least_squares(effects, rows, weights)
    scores = _scores(rows, weights, covariance, inverse, codes, correction)
    sums = np.einsum("mpk,k->mp", scores, effects - rows @ coefficients)
    clusters, columns = len(scores), rows.shape[1]
    robust = sums.T @ sums * (clusters / (clusters - columns) if correction == "CR1" else 1.0)
    if correction == "CR2":
        degrees = _satterthwaite(scores, rows, weights, covariance, inverse)
    else:
        degrees = np.full(columns, float(clusters - columns))
    return _tested(coefficients, robust, degrees, confidence_level)


@dataclass(frozen=True, eq=False)
class _Nested:
    """Likelihood of effects in studies; variances are in units of the typical sampling variance."""

    effect: Floats
    variance: Floats
    design: Floats
    codes: npt.NDArray[np.intp]
    restricted: bool

    @cached_property
    def scale(self) -> float:
        """Sampling variance of a typical effect (Higgins and Thompson 2002)."""
        degrees = len(self.effect) - self.design.shape[1]
        return float(degrees / np.trace(projection(1 / self.variance, self.design)))

    def covariance(self, variances: Floats) -> Floats:
        """Marginal covariance of the effects."""
        between, within = variances * self.scale
        same = self.codes[:, None] == self.codes
        return np.asarray(between * same + np.diag(self.variance + within))

    def log_likelihood(self, variances: Floats) -> float:
        return self.height_and_slope(variances)[0]

    def maximise(self) -> tuple[Floats, bool]:
        """Best pair of variances from several starts, and whether the slope there is nothing or leads below zero."""
        starts = [np.array(pair) for pair in ((0.5, 0.5), (0.01, 1.0), (1.0, 0.01), (10.0, 10.0))]
        best = min((self._climb(start) for start in starts), key=lambda ratios: float(ratios.fun))
        ratios = np.where(best.x < 1e-10, 0.0, best.x)
        slope = self.height_and_slope(ratios)[1]
        flat = np.abs(slope) * np.maximum(ratios, 1.0) < FLAT * max(1.0, len(self.effect))
        return ratios, bool((flat | ((ratios == 0) & (slope < 0))).all())

    def _climb(self, start: Floats):  # type: ignore[no-untyped-def]
        return minimize(
            self._loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, None)] * 2,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
        )

    def _loss(self, variances: Floats) -> tuple[float, Floats]:
        height, slope = self.height_and_slope(variances)
        return -height, -slope

    def height_and_slope(self, variances: Floats) -> tuple[float, Floats]:
        """Log-likelihood and its gradient, by the inverse of each study's block in closed form (Woodbury)."""
        between, within = np.maximum(variances, 0.0) * self.scale
        precision = 1 / (self.variance + within)
        total = self._sum(precision)
        shrink = between / (1 + between * total)

        def weighted(values: Floats) -> Floats:
            """Inverse of the marginal covariance times a matrix with a row for each effect."""
            scaled = precision[:, None] * values
            return np.asarray(scaled - precision[:, None] * (shrink[:, None] * self._sum(scaled))[self.codes])

        columns = weighted(self.design)
        inverse = np.linalg.inv(self.design.T @ columns)
        coefficients = inverse @ (columns.T @ self.effect)
        residual = self.effect - self.design @ coefficients
        score = weighted(residual[:, None])[:, 0]
        height = np.log(self.variance + within).sum() + np.log1p(between * total).sum() + residual @ score
        diagonal = precision.sum() - (shrink * self._sum(precision**2)).sum()
        slope = np.array(
            [
                (total / (1 + between * total)).sum() - (self._sum(score[:, None]) ** 2).sum(),
                diagonal - (score**2).sum(),
            ]
        )
        if self.restricted:
            height -= np.linalg.slogdet(inverse)[1]
            sums = self._sum(columns)
            slope -= [np.trace(inverse @ sums.T @ sums), np.trace(inverse @ columns.T @ columns)]
        return float(-0.5 * height), np.asarray(-0.5 * slope * self.scale)

    def _sum(self, values: Floats) -> Floats:
        """Sums over the effects of each study."""
        return np.asarray(self._membership @ values)

    @cached_property
    def _membership(self) -> Floats:
        return np.asarray(np.arange(self.codes.max() + 1)[:, None] == self.codes, np.float64)


def _profile_interval(
    model: _Nested, ratios: Floats, top: float, which: int, confidence_level: float
) -> tuple[float, float]:
    """Values of one variance that a likelihood ratio test against the best pair does not reject."""
    allowed = float(chi2.ppf(confidence_level, 1)) / 2

    def excess(value: float) -> float:
        return top - _profile(model, value, which) - allowed

    best = float(ratios[which])
    lower = 0.0 if best == 0 or excess(0.0) <= 0 else float(brentq(excess, 0.0, best, xtol=1e-9))
    upper = max(2 * best, 1.0)
    while excess(upper) < 0:
        upper *= 2
    return lower * model.scale, float(brentq(excess, best, upper, xtol=1e-9)) * model.scale


def _profile(model: _Nested, value: float, which: int) -> float:
    """Log-likelihood at one variance, maximised over the other: where its slope is nothing, or at zero."""

    def pair(other: float) -> Floats:
        return np.array([value, other] if which == 0 else [other, value])

    def slope(other: float) -> float:
        return float(model.height_and_slope(pair(other))[1][1 - which])

    if slope(0.0) <= 0:
        return model.log_likelihood(pair(0.0))
    upper = 1.0
    while slope(upper) > 0:
        upper *= 4
    return model.log_likelihood(pair(float(brentq(slope, 0.0, upper, xtol=1e-10))))


def _least_squares(effect: Floats, design: Floats, weights: Floats) -> tuple[Floats, Floats]:
    weighted = weights @ design
    inverse = np.linalg.inv(design.T @ weighted)
    return inverse @ (weighted.T @ effect), inverse


def _scores(
    design: Floats,
    weights: Floats,
    covariance: Floats,
    inverse: Floats,
    codes: npt.NDArray[np.intp],
    correction: Correction,
) -> Floats:
    """What turns the residuals into each cluster's share of the coefficients' error; shape (clusters, p, k)."""
    projected = inverse @ design.T @ weights
    scores = np.zeros((int(codes.max()) + 1, *projected.shape))
    for position in range(len(scores)):
        inside = codes == position
        adjusted = projected[:, inside]
        if correction == "CR2":
            adjusted = adjusted @ _bias_reduction(design, covariance, inverse, inside)
        scores[position][:, inside] = adjusted
    return scores


def _bias_reduction(design: Floats, covariance: Floats, inverse: Floats, inside: Flags) -> Floats:
    """Matrix A of a cluster for which A · Var(residuals) · A' is the working covariance."""
    block, rows = covariance[np.ix_(inside, inside)], design[inside]
    root = np.linalg.cholesky(block)
    values, vectors = np.linalg.eigh(root.T @ (block - rows @ inverse @ rows.T) @ root)
    kept = values > NO_RESIDUAL * max(values.max(), np.finfo(float).tiny)
    halves = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray(root @ (vectors * halves) @ vectors.T @ root.T)


def _satterthwaite(scores: Floats, design: Floats, weights: Floats, covariance: Floats, inverse: Floats) -> Floats:
    """Degrees of freedom of each coefficient: those of the χ² with the mean and variance of its robust variance."""
    residual_maker = np.eye(len(design)) - design @ inverse @ design.T @ weights
    made = scores @ residual_maker
    products = np.einsum("mpk,kl,npl->pmn", made, covariance, made, optimize=True)
    means = np.einsum("pmm->p", products)
    return np.asarray(means**2 / np.einsum("pmn,pmn->p", products, products))


def _tested(coefficients: Floats, covariance: Floats, degrees: Floats, confidence_level: float) -> Coefficients:
    errors = np.sqrt(np.diag(covariance))
    half = t.isf((1 - confidence_level) / 2, degrees) * errors
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


def _refuse_clusters(effect: Floats, design: Floats, covariance: Floats, codes: npt.NDArray[np.intp]) -> None:
    k = len(effect)
    if design.shape[0] != k or covariance.shape != (k, k) or codes.shape != (k,):
        raise ValueError(
            f"{k} effects, design {design.shape}, covariance {covariance.shape}, cluster {codes.shape}; "
            "give one row for each effect."
        )
    if (covariance[codes[:, None] != codes] != 0).any():
        raise ValueError("the working covariance has entries between clusters; clusters are independent.")
    if np.linalg.eigvalsh(covariance)[0] <= 0:
        raise ValueError("the working covariance is not positive definite; variances are above zero.")
    clusters = int(codes.max()) + 1
    if clusters <= design.shape[1]:
        raise NotEnoughStudies(
            f"{clusters} clusters for {design.shape[1]} coefficients; at least {design.shape[1] + 1} are needed."
        )
