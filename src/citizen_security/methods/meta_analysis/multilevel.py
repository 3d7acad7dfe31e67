"""Several effects of one study: a model of three levels, with sampling errors that correlate within studies.

References
----------
Konstantopoulos (2011), Research Synthesis Methods 2(1); Cheung (2014), Psychological Methods 19(2), for I² by level;
Pustejovsky and Tipton (2022), Prevention Science 23, for correlated and hierarchical effects.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize
from scipy.stats import chi2

from .. import require
from ..arrays import Floats
from .block_covariance import Blocks, correlated_blocks
from .cluster_robust import Coefficients, t_tested, weighted_least_squares
from .study_sets import NotEnoughStudies, one_set

type Likelihood = Literal["maximum_likelihood", "restricted_maximum_likelihood"]

# A gradient below this, on the scale of the typical sampling variance, is the top.
FLAT = 1e-5

# Each doubles the number of digits that are right.
POLISHES = 3


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
        Profile likelihood intervals at the level of `fixed`, computed when they are asked for.
    i_squared_between, i_squared_within : float
        Per cent of the variance of an effect at each level, sampling being the rest.
    correlation : float
        ρ of the sampling errors within a study that the fit supposes.
    log_likelihood : float
        Without constants.
    converged : bool
    k, studies : int
        Effects and studies.
    working_covariance : Blocks
        Of the effects under the model, study by study, for `cluster_robust`.
    """

    fixed: Coefficients
    between_studies: float
    within_studies: float
    i_squared_between: float
    i_squared_within: float
    correlation: float
    log_likelihood: float
    converged: bool
    k: int
    studies: int
    working_covariance: Blocks
    _model: "_Nested"
    _ratios: Floats

    @cached_property
    def between_interval(self) -> tuple[float, float]:
        """Of the variance between studies."""
        return self._profile_interval(0)

    @cached_property
    def within_interval(self) -> tuple[float, float]:
        """Of the variance within studies."""
        return self._profile_interval(1)

    def _profile_interval(self, which: int) -> tuple[float, float]:
        level = self.fixed.confidence_level
        return _profile_interval(self._model, self._ratios, self.log_likelihood, which, level)


def three_level(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    study: npt.ArrayLike,
    *,
    design: npt.ArrayLike | None = None,
    correlation: float = 0.0,
    method: Likelihood = "restricted_maximum_likelihood",
    confidence_level: float = 0.95,
) -> ThreeLevel:
    """Fit effects nested in studies: hierarchical effects, or with a correlation correlated and hierarchical ones.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    study : array_like, shape (k,)
        Key of the study of each effect.
    design : array_like, shape (k, p), optional
    correlation : float
        ρ of the sampling errors of the effects of one study, from 0 and below 1: a working value, as studies seldom
        print it. With 0 the errors are independent.
    method : str
    confidence_level : float

    Returns
    -------
    ThreeLevel
        The model may be wrong about the dependence: read the coefficients with `cluster_robust`, which holds whatever
        it is, and see what another correlation does.

    Raises
    ------
    NotEnoughStudies
        If there are no more effects than columns, fewer than two studies, or no study with two effects.
    ValueError
        As `pool`, if `study` has another length or a missing key, or the correlation is not from 0 and below 1.
    """
    require.one_of("method", method, Likelihood)
    require.level("confidence_level", confidence_level)
    require.finite("correlation", correlation)
    if not 0 <= correlation < 1:
        raise ValueError(f"correlation = {correlation}; it lies from 0 and below 1, such as 0.6.")
    single = one_set(effect, variance, design)
    _, codes = np.unique(require.keys("study", study), return_inverse=True)
    studies, k = int(codes.max()) + 1, len(codes)
    if codes.shape != single.effect[0].shape:
        raise ValueError(f"study has {k} keys for {single.effect.shape[1]} effects; give one for each.")
    if studies < 2 or studies == k:
        raise NotEnoughStudies(
            f"{k} effects of {studies} studies; two levels are told apart by two studies or more, one with two effects."
        )
    model = _nested(single.effect[0], single.variance[0], single.design, codes, correlation, method)
    ratios, converged = model.maximise()
    between, within = ratios * model.scale
    share = 100 / (between + within + model.scale)
    covariance = correlated_blocks(
        single.variance[0], codes, correlation=correlation, between_studies=between, within_studies=within
    )
    coefficients, inverse = weighted_least_squares(single.effect[0], single.design, covariance)
    degrees = np.full(len(coefficients), float(k - len(coefficients)))
    return ThreeLevel(
        fixed=t_tested(coefficients, inverse, degrees, confidence_level),
        between_studies=float(between),
        within_studies=float(within),
        i_squared_between=float(between * share),
        i_squared_within=float(within * share),
        correlation=correlation,
        log_likelihood=model.log_likelihood(ratios),
        converged=converged,
        k=k,
        studies=studies,
        working_covariance=covariance,
        _model=model,
        _ratios=ratios,
    )


def _nested(
    effect: Floats,
    variance: Floats,
    design: Floats,
    codes: npt.NDArray[np.intp],
    correlation: float,
    method: Likelihood,
) -> "_Nested":
    """The likelihood of effects sorted by study, so that sums over a study are sums over a run of rows."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    restricted = method == "restricted_maximum_likelihood"
    return _Nested(effect[order], variance[order], design[order], starts, correlation, restricted)


@dataclass(frozen=True, eq=False)
class _Nested:
    """Likelihood of effects sorted by study; variances are in units of the typical sampling variance."""

    effect: Floats
    variance: Floats
    design: Floats
    starts: npt.NDArray[np.intp]
    correlation: float
    restricted: bool

    @cached_property
    def scale(self) -> float:
        """Sampling variance of a typical effect (Higgins and Thompson 2002), by the trace of the projection."""
        precision = 1 / self.variance
        weighted = precision[:, None] * self.design
        leverage = np.linalg.solve(self.design.T @ weighted, weighted.T @ weighted)
        return float((len(self.effect) - self.design.shape[1]) / (precision.sum() - np.trace(leverage)))

    @cached_property
    def highest(self) -> float:
        """A variance of true effects that is far more than their whole range allows, in units of the typical one."""
        return 100.0 + 100.0 * float(np.ptp(self.effect)) ** 2 / self.scale

    def log_likelihood(self, variances: Floats) -> float:
        return self.height_and_slope(variances)[0]

    def maximise(self) -> tuple[Floats, bool]:
        """Best pair of variances from several starts, and whether the slope there is nothing or leads below zero."""
        starts = [np.array(pair) for pair in ((0.5, 0.5), (0.01, 1.0), (1.0, 0.01), (10.0, 10.0))]
        best = min((self._climb(start) for start in starts), key=lambda ratios: float(ratios.fun))
        ratios = self._at_the_top(np.where(best.x < 1e-10, 0.0, best.x))
        slope = self.height_and_slope(ratios)[1]
        flat = np.abs(slope) * np.maximum(ratios, 1.0) < FLAT * max(1.0, len(self.effect))
        return ratios, bool((flat | ((ratios == 0) & (slope < 0))).all())

    def _climb(self, start: Floats):  # type: ignore[no-untyped-def]
        return minimize(
            self._loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, self.highest)] * 2,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
        )

    def _at_the_top(self, ratios: Floats) -> Floats:
        """Newton's steps where a search by height ends, as rounding hides half of a height's digits, but no slope's."""
        free = np.flatnonzero(ratios)
        slope = self.height_and_slope(ratios)[1][free]
        for _ in range(POLISHES):
            bend = (
                np.column_stack([self._bend(ratios, int(which))[free] for which in free])
                if free.size
                else np.empty((0, 0))
            )
            if not free.size or np.linalg.eigvalsh((bend + bend.T) / 2)[-1] >= 0:
                break
            moved = ratios.copy()
            moved[free] -= np.linalg.solve(bend, slope)
            after = self.height_and_slope(moved)[1][free] if (moved[free] > 0).all() else np.full(free.size, np.inf)
            if np.abs(after).max() >= np.abs(slope).max():
                break
            ratios, slope = moved, after
        return ratios

    def _bend(self, ratios: Floats, which: int) -> Floats:
        """How fast the slope changes with one of the variances."""
        step = np.zeros(2)
        step[which] = 1e-5 * ratios[which]
        ends = self.height_and_slope(ratios + step)[1] - self.height_and_slope(ratios - step)[1]
        return np.asarray(ends / (2 * step[which]))

    def _loss(self, variances: Floats) -> tuple[float, Floats]:
        height, slope = self.height_and_slope(variances)
        return -height, -slope

    def height_and_slope(self, variances: Floats) -> tuple[float, Floats]:
        """Log-likelihood and its gradient, by the inverse of each study's block in closed form (Woodbury).

        The block of a study is a diagonal and two outer products: of ones, for what its effects share, and of the
        standard errors, for what their sampling errors share.
        """
        between, within = np.maximum(variances, 0.0) * self.scale
        diagonal = within + (1 - self.correlation) * self.variance
        precision = 1 / diagonal
        outer = np.column_stack([np.full_like(diagonal, np.sqrt(between)), np.sqrt(self.correlation * self.variance)])
        inner = self._sum(precision[:, None, None] * outer[:, :, None] * outer[:, None, :]) + np.eye(2)
        middle = np.linalg.inv(inner)
        shared = precision[:, None] * outer

        def weighted(values: Floats) -> Floats:
            """Inverse of the marginal covariance times a matrix with a row for each effect."""
            sums = self._spread(middle @ self._sum(shared[:, :, None] * values[:, None, :]))
            return np.asarray(precision[:, None] * values - np.einsum("kr,krc->kc", shared, sums))

        columns = weighted(self.design)
        inverse = np.linalg.inv(self.design.T @ columns)
        residual = self.effect - self.design @ (inverse @ (columns.T @ self.effect))
        score = weighted(residual[:, None])[:, 0]
        height = np.log(diagonal).sum() + np.linalg.slogdet(inner)[1].sum() + residual @ score
        ones = weighted(np.ones((len(precision), 1)))[:, 0]
        trace = precision.sum() - np.einsum("mrs,mrs->", middle, self._sum(shared[:, :, None] * shared[:, None, :]))
        slope = np.array([ones.sum() - (self._sum(score) ** 2).sum(), trace - (score**2).sum()])
        if self.restricted:
            height -= np.linalg.slogdet(inverse)[1]
            sums = self._sum(columns)
            slope -= [np.trace(inverse @ sums.T @ sums), np.trace(inverse @ columns.T @ columns)]
        return float(-0.5 * height), np.asarray(-0.5 * slope * self.scale)

    def _sum(self, values: Floats) -> Floats:
        """Sums over the effects of each study."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))

    def _spread(self, values: Floats) -> Floats:
        """Values of studies, repeated for their effects."""
        return np.repeat(values, np.diff(self.starts, append=len(self.effect)), axis=0)


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
