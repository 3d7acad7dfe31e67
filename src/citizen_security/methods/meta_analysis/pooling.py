"""Effects of several studies, pooled or regressed on moderators, with a random effect for what differs between them.

References
----------
Viechtbauer (2010), Journal of Statistical Software 36(3); Knapp and Hartung (2003), Statistics in Medicine 22(17);
Higgins and Thompson (2002), Statistics in Medicine 21(11).
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtr, stdtrit
from scipy.stats import chi2

from .. import require
from ..arrays import Flags, Floats
from .between_study_variance import (
    between_study_variance,
    between_study_variances,
)
from .names import Estimator, Test
from .study_sets import (
    NotEnoughStudies,
    StudySets,
    one_set,
    weighted_fit,
)

type PredictionMethod = Literal["higgins", "as_test"]

__all__ = [
    "NoResidual",
    "NotEnoughStudies",
    "Pooled",
    "PooledSets",
    "UnknownTest",
    "pool",
    "pool_sets",
    "q_profile_interval",
]

# Stands in for infinite degrees of freedom where the normal distribution is taken instead.
LARGE = 1e9

# Steps of a search for a root: enough to halve the widest interval of what can be weighed down to the last digit.
HALVINGS = 500


class NoResidual(NotEnoughStudies):
    """Effects that follow a design exactly, under a test whose error is made of what they leave."""


class UnknownTest(ValueError):
    """A name that no test of a pooled effect has."""


@dataclass(frozen=True, eq=False)
class Pooled:
    """A meta-analysis or meta-regression.

    Attributes
    ----------
    coefficients, standard_errors, statistic, p_values, lower, upper : numpy.ndarray, shape (p,)
        Of each column of the design, in its order; intervals at `confidence_level`.
    covariance : numpy.ndarray, shape (p, p)
    degrees_of_freedom : float
        Of the t distribution; infinite for a normal test.
    tau_squared, tau_squared_standard_error : float
        Between-study variance (what moderators leave of it).
    q, q_degrees_of_freedom, q_p_value : float
        Cochran's test that the true effects are equal (given the moderators).
    i_squared : float
        Per cent of the variance of the effects that is between studies, from `tau_squared`; from Q for equal effects.
    h_squared : float
        Variance of the effects over their sampling variance.
    converged : bool
        Of the between-study variance.
    k : int
        Number of studies.
    weights : numpy.ndarray, shape (k,)
        Inverse variances as shares of their sum; in an intercept-only model the share of each study in the effect.
    confidence_level : float
        Of the intervals.
    """

    coefficients: Floats
    covariance: Floats
    standard_errors: Floats
    statistic: Floats
    degrees_of_freedom: float
    p_values: Floats
    lower: Floats
    upper: Floats
    tau_squared: float
    tau_squared_standard_error: float
    q: float
    q_degrees_of_freedom: float
    q_p_value: float
    i_squared: float
    h_squared: float
    converged: bool
    k: int
    weights: Floats
    confidence_level: float

    @property
    def effect(self) -> float:
        """The pooled effect."""
        return float(self._only(self.coefficients))

    @property
    def standard_error(self) -> float:
        """Standard error of the pooled effect."""
        return float(self._only(self.standard_errors))

    @property
    def p_value(self) -> float:
        """Two-sided, of the pooled effect."""
        return float(self._only(self.p_values))

    @property
    def interval(self) -> tuple[float, float]:
        """Confidence interval of the pooled effect, at `confidence_level`."""
        return float(self._only(self.lower)), float(self._only(self.upper))

    def prediction_interval(
        self, confidence_level: float | None = None, method: PredictionMethod = "higgins"
    ) -> tuple[float, float]:
        """Where the true effect of a new study of the same kind is expected.

        Parameters
        ----------
        confidence_level : float, optional
            That of the confidence interval by default.
        method : str
            `higgins`: t with k − 2 degrees of freedom, as τ² is estimated too. `as_test`: the distribution of the test
            (normal, or t with k − 1), as metafor does.

        Returns
        -------
        tuple of float

        Raises
        ------
        NotEnoughStudies
            With fewer than three studies there is no t with k − 2 degrees of freedom.

        References
        ----------
        Higgins, Thompson and Spiegelhalter (2009), Journal of the Royal Statistical Society A 172(1).
        """
        require.one_of("method", method, PredictionMethod)
        degrees = self.degrees_of_freedom if method == "as_test" else self.k - 2.0
        if degrees < 1:
            raise NotEnoughStudies(f"{self.k} studies; a prediction interval needs at least 3.")
        half = _quantile(self.confidence_level if confidence_level is None else confidence_level, degrees)
        half *= float(np.sqrt(self.tau_squared + self.standard_error**2))
        return self.effect - half, self.effect + half

    def _only(self, values: Floats) -> float:
        if len(values) != 1:
            raise ValueError(f"the model has {len(values)} coefficients; read coefficients, lower and upper.")
        return float(values[0])


@dataclass(frozen=True, eq=False)
class PooledSets:
    """Meta-analyses of many sets of studies; `nan` where a set has too few studies or a collinear design.

    Attributes
    ----------
    coefficients, standard_errors : numpy.ndarray, shape (sets, p)
    covariance : numpy.ndarray, shape (sets, p, p)
    degrees_of_freedom, tau_squared, q, i_squared, h_squared, sizes : numpy.ndarray, shape (sets,)
    converged : numpy.ndarray, shape (sets,)
    """

    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    degrees_of_freedom: Floats
    tau_squared: Floats
    q: Floats
    i_squared: Floats
    h_squared: Floats
    sizes: Floats
    converged: Flags

    def intervals(self, confidence_level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper confidence bounds of the coefficients; shape (sets, p) each."""
        half = _quantiles(confidence_level, self.degrees_of_freedom)[:, None] * self.standard_errors
        return self.coefficients - half, self.coefficients + half

    def p_values(self) -> Floats:
        """Two-sided p-values of the coefficients; shape (sets, p)."""
        return _two_sided(t_ratio(self.coefficients, self.standard_errors), self.degrees_of_freedom[:, None])


def pool(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    design: npt.ArrayLike | None = None,
    estimator: Estimator = "restricted_maximum_likelihood",
    test: Test = "knapp_hartung",
    confidence_level: float = 0.95,
) -> Pooled:
    """Pool effects, or regress them on moderators.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
        Effects and their sampling variances (squared standard errors).
    design : array_like, shape (k, p), optional
        Moderators with an intercept of their own; none by default.
    estimator : str
        Of the between-study variance; `equal_effects` sets it to zero.
    test : str
        `knapp_hartung` rescales the covariance by the weighted residual variance, or by one where that is less, and
        uses t with k − p degrees of freedom: no interval is narrower than the normal one. `knapp_hartung_unfloored`
        leaves the scale as it is, as it was published; effects that happen to be alike then leave hardly any error.
        `normal` does neither.
    confidence_level : float
        Of the confidence intervals, between zero and one.

    Returns
    -------
    Pooled

    Raises
    ------
    NotEnoughStudies
        If there are no more studies than columns of the design.
    NoResidual
        If effects follow a design exactly under the scale without a floor.
    UnknownEstimator, UnknownTest
        If a name is none.
    ValueError
        If a variance is not above zero, a value is missing, sizes are beyond what can be weighed together, columns are
        collinear, or the level is not a share.

    References
    ----------
    Hartung and Knapp (2001), Statistics in Medicine 20(24); Sidik and Jonkman (2002), Statistics in Medicine 21(21);
    for the floor: Knapp and Hartung (2003), Statistics in Medicine 22(17); Röver, Knapp and Friede (2015), BMC Medical
    Research Methodology 15.
    """
    require.level("confidence_level", confidence_level)
    sets = one_set(effect, variance, design)
    if design is not None:
        refuse_without_residual(sets, test)
    between = between_study_variance(effect, variance, design, estimator)
    many = _pool_at(sets, np.array([between.tau_squared]), np.array([between.converged]), estimator, test)
    lower, upper = many.intervals(confidence_level)
    q_degrees = float(sets.degrees_of_freedom[0])
    weights = 1 / (sets.variance[0] + between.tau_squared)
    return Pooled(
        coefficients=many.coefficients[0],
        covariance=many.covariance[0],
        standard_errors=many.standard_errors[0],
        statistic=t_ratio(many.coefficients[0], many.standard_errors[0]),
        degrees_of_freedom=float(many.degrees_of_freedom[0]),
        p_values=many.p_values()[0],
        lower=lower[0],
        upper=upper[0],
        tau_squared=between.tau_squared,
        tau_squared_standard_error=between.standard_error,
        q=float(many.q[0]),
        q_degrees_of_freedom=q_degrees,
        q_p_value=float(chi2.sf(many.q[0], q_degrees)),
        i_squared=float(many.i_squared[0]),
        h_squared=float(many.h_squared[0]),
        converged=between.converged,
        k=len(weights),
        weights=weights / weights.sum(),
        confidence_level=confidence_level,
    )


def pool_sets(
    sets: StudySets, estimator: Estimator = "restricted_maximum_likelihood", test: Test = "knapp_hartung"
) -> PooledSets:
    """Pool many sets of studies at once.

    Parameters
    ----------
    sets : StudySets
    estimator, test : str
        As in `pool`.

    Returns
    -------
    PooledSets
    """
    between = between_study_variances(sets, estimator)
    return _pool_at(sets, between.tau_squared, between.converged, estimator, test)


def q_profile_interval(
    effect: npt.ArrayLike, variance: npt.ArrayLike, design: npt.ArrayLike | None = None, confidence_level: float = 0.95
) -> tuple[float, float]:
    """Confidence interval of the between-study variance: the values that the generalised Q does not reject.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    design : array_like, shape (k, p), optional
    confidence_level : float

    Returns
    -------
    tuple of float
        Zero where the bound would lie below it; both are when Q is so small that it rejects every value.

    Raises
    ------
    NotEnoughStudies, ValueError
        As `pool`.

    References
    ----------
    Viechtbauer (2007), Statistics in Medicine 26(1).
    """
    sets = one_set(effect, variance, design)
    degrees = float(sets.degrees_of_freedom[0])
    require.level("confidence_level", confidence_level)
    tail = (1 - confidence_level) / 2
    return _where_q_is(sets, chi2.isf(tail, degrees)), _where_q_is(sets, chi2.isf(1 - tail, degrees))


def refuse_without_residual(sets: StudySets, test: Test) -> None:
    """Refuse the scale without a floor where the effects of a single set follow a design of moderators exactly.

    Raises
    ------
    UnknownTest
        If the name is none.
    NoResidual
        Coefficients that are nothing but rounding would be divided by errors that are nothing but rounding.
    """
    _refuse_unknown(test)
    if test == "knapp_hartung_unfloored" and sets.follows_exactly:
        raise NoResidual(
            f"the effects of {len(sets.design)} studies follow the design exactly, so that the scale without a floor "
            "leaves nothing but rounding to test by; take the test knapp_hartung."
        )


def t_ratio(above: Floats, below: Floats) -> Floats:
    """Statistics of a test: coefficients over their standard errors, of one shape or broadcast.

    Where equal effects leave the scale without a floor no error it is infinite, or zero of zeros.
    """
    if below.all():
        return np.asarray(above / below)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where((above == 0) & (below == 0), 0.0, above / below))


def _refuse_unknown(test: Test) -> None:
    if test not in get_args(Test):
        raise UnknownTest(f"{test!r} is no test of a pooled effect. Allowed: {', '.join(get_args(Test))}.")


def _where_q_is(sets: StudySets, target: float) -> float:
    """Between-study variance at which the generalised Q, which falls with it, has a value."""

    def excess(tau_squared: float) -> float:
        return float(weighted_fit(sets, np.array([tau_squared])).residual[0]) - target

    if excess(0.0) <= 0:
        return 0.0
    upper = float(sets.variance.max())
    while excess(upper) > 0:
        upper *= 4
    near = 1e-14 * float(sets.variance.min())
    return float(brentq(excess, 0.0, upper, xtol=near, rtol=1e-12, maxiter=HALVINGS))


def _pool_at(sets: StudySets, tau_squared: Floats, converged: Flags, estimator: Estimator, test: Test) -> PooledSets:
    """Pool at given between-study variances; sets that cannot be estimated stay `nan`."""
    _refuse_unknown(test)
    fine = sets.estimable
    estimable = sets if fine.all() else sets.take(fine)
    sums = weighted_fit(estimable, tau_squared[fine])
    degrees = estimable.degrees_of_freedom
    scale = _scale(sums.residual / degrees, test)
    covariance = sums.inverse * scale[:, None, None]
    equal = estimable.with_equal_effects
    # Typical sampling variance of Higgins and Thompson (2002), in the form that holds with moderators.
    ratio = tau_squared[fine] * equal.trace / degrees
    if estimator == "equal_effects":
        ratio = np.maximum(equal.residual / degrees - 1, 0.0)
    columns = sets.design.shape[1]
    return PooledSets(
        coefficients=_filled(fine, sums.coefficients, (columns,)),
        standard_errors=_filled(fine, np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)), (columns,)),
        covariance=_filled(fine, covariance, (columns, columns)),
        degrees_of_freedom=np.full(sets.count, np.inf) if test == "normal" else _filled(fine, degrees, ()),
        tau_squared=tau_squared,
        q=_filled(fine, equal.residual, ()),
        i_squared=_filled(fine, 100 * ratio / (1 + ratio), ()),
        h_squared=_filled(fine, 1 + ratio, ()),
        sizes=sets.sizes,
        converged=converged & fine,
    )


def _scale(residual: Floats, test: Test) -> Floats:
    """What the model's covariance is multiplied by, from the weighted residual variance of each set."""
    if test == "normal":
        return np.ones_like(residual)
    return np.maximum(residual, 1.0) if test == "knapp_hartung" else residual


def _filled(fine: Flags, values: Floats, shape: tuple[int, ...]) -> Floats:
    """Values of the sets that could be estimated, in their places."""
    if fine.all():
        return values
    filled = np.full((len(fine), *shape), np.nan)
    filled[fine] = values
    return filled


def _quantile(confidence_level: float, degrees: float) -> float:
    return float(_quantiles(confidence_level, np.array([degrees]))[0])


def _quantiles(confidence_level: float, degrees: Floats) -> Floats:
    """Two-sided quantiles of t, or of the normal where the degrees of freedom are infinite."""
    require.level("confidence_level", confidence_level)
    tail = (1 - confidence_level) / 2
    # Sets of one size, as when each study is left out in turn, have one quantile.
    if (degrees == degrees[0]).all():
        quantile = -ndtri(tail) if np.isinf(degrees[0]) else -stdtrit(min(degrees[0], LARGE), tail)
        return np.full(degrees.shape, quantile)
    return np.asarray(np.where(np.isinf(degrees), -ndtri(tail), -stdtrit(np.minimum(degrees, LARGE), tail)))


def _two_sided(statistic: Floats, degrees: Floats) -> Floats:
    below = -np.abs(statistic)
    normal = np.isinf(degrees)
    if not normal.any():
        return np.asarray(2 * stdtr(degrees, below))
    return np.asarray(2 * np.where(normal, ndtr(below), stdtr(np.minimum(degrees, LARGE), below)))
