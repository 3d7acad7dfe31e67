"""Whether small studies report other effects than large ones, and what a study without error would report.

Every test here asks about asymmetry of the funnel: effect against standard error. Suppression of results makes a funnel
asymmetric; so do other outcomes, populations and designs in small studies, and some measures of effect all alone.

References
----------
Sterne, Sutton, Ioannidis and others (2011), BMJ 343: d4002.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from .. import require
from ..arrays import Floats
from ..meta_analysis.names import Estimator, Test
from ..meta_analysis.pooling import NoResidual, NotEnoughStudies, Pooled, pool
from ..meta_analysis.study_values import effects_and_variances

# With fewer studies than this a regression on the standard error leaves no two degrees of freedom.
FEWEST_STUDIES = 4

# Above so many studies the exact distribution of Kendall's S is not told from the normal in print.
EXACT_UP_TO = 60

# Of an effect: a mean of effects differs from one that they share by so much at most.
ROUNDING = 1e-12


@dataclass(frozen=True)
class SmallStudyEffect:
    """A regression of effects on their standard error or variance.

    Attributes
    ----------
    slope, slope_standard_error, slope_lower, slope_upper : float
        Change of the effect for each unit of the predictor; zero in a symmetric funnel.
    statistic, degrees_of_freedom, p_value : float
        Of the slope, two-sided; infinite degrees of freedom for a normal test.
    limit, limit_standard_error, limit_lower, limit_upper, limit_p_value : float
        Effect that the line gives for a study without error.
    tau_squared : float
        Between-study variance left; zero in the classical form.
    k : int
    """

    slope: float
    slope_standard_error: float
    slope_lower: float
    slope_upper: float
    statistic: float
    degrees_of_freedom: float
    p_value: float
    limit: float
    limit_standard_error: float
    limit_lower: float
    limit_upper: float
    limit_p_value: float
    tau_squared: float
    k: int


@dataclass(frozen=True)
class RankCorrelation:
    """Kendall's correlation of standardised effects with their variances.

    Attributes
    ----------
    tau : float
        Tau-b.
    statistic : float
        Concordant less discordant pairs.
    p_value : float
        Two-sided.
    exact : bool
        Whether the p-value counts permutations; it is normal with a variance corrected for ties otherwise.
    k : int
    """

    tau: float
    statistic: int
    p_value: float
    exact: bool
    k: int


@dataclass(frozen=True)
class ConditionalCorrection:
    """PET, PEESE, and which of the two the rule takes.

    Attributes
    ----------
    pet, peese : SmallStudyEffect
        Regressions on the standard error and on the variance.
    taken : str
        `peese` where PET rejects that the effect of a study without error is zero, `pet` otherwise.
    """

    pet: SmallStudyEffect
    peese: SmallStudyEffect
    taken: Literal["pet", "peese"]

    @property
    def result(self) -> SmallStudyEffect:
        """The regression that the rule takes."""
        return self.peese if self.taken == "peese" else self.pet


def egger_classical(
    effect: npt.ArrayLike, variance: npt.ArrayLike, *, confidence_level: float = 0.95
) -> SmallStudyEffect:
    """Egger's test as it was published: weighted regression, with the dispersion estimated as a factor.

    It is the regression of effect over standard error on one over standard error, written the other way round.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
        Effects and their sampling variances.
    confidence_level : float
        Of the intervals.

    Returns
    -------
    SmallStudyEffect

    Raises
    ------
    NotEnoughStudies
        With fewer than four studies.
        Or if the effects lie on a line of their standard errors exactly, as equal effects do: there is no dispersion.
    ValueError
        If all standard errors are equal: there are then no small studies; and as `pool`.

    References
    ----------
    Egger, Davey Smith, Schneider and Minder (1997), BMJ 315: 629–634.
    """
    try:
        return _regression(effect, variance, np.sqrt, "equal_effects", "knapp_hartung_unfloored", confidence_level)
    except NoResidual:
        raise NoResidual(
            "the effects lie on a line of their standard errors exactly, so that Egger's classical test has no "
            "dispersion to test by; take the mixed form (egger_mixed)."
        ) from None


def egger_mixed(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    estimator: Estimator = "restricted_maximum_likelihood",
    test: Test = "knapp_hartung",
    confidence_level: float = 0.95,
) -> SmallStudyEffect:
    """Egger's test as a meta-regression on the standard error, with a between-study variance that is added.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    estimator : str
        Of the between-study variance.
    test : str
    confidence_level : float

    Returns
    -------
    SmallStudyEffect

    Raises
    ------
    NotEnoughStudies, ValueError
        As `egger_classical`.

    References
    ----------
    Sterne and Egger (2005), in Publication Bias in Meta-Analysis, Wiley.
    """
    return _regression(effect, variance, np.sqrt, estimator, test, confidence_level)


def peese(effect: npt.ArrayLike, variance: npt.ArrayLike, *, confidence_level: float = 0.95) -> SmallStudyEffect:
    """Precision-effect estimate with standard error: weighted regression on the variance.

    The dispersion about the line is estimated as a factor, and taken as one where it is less: an effect that is quoted
    needs an error even where the effects lie on the line.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    confidence_level : float

    Returns
    -------
    SmallStudyEffect
        The limit is the corrected effect.

    Raises
    ------
    NotEnoughStudies, ValueError
        As `egger_classical`.

    References
    ----------
    Stanley and Doucouliagos (2014), Research Synthesis Methods 5(1).
    """
    return _regression(effect, variance, np.asarray, "equal_effects", "knapp_hartung", confidence_level)


def pet_peese(
    effect: npt.ArrayLike, variance: npt.ArrayLike, *, significance: float = 0.1, confidence_level: float = 0.95
) -> ConditionalCorrection:
    """PET, and PEESE in its place where PET finds an effect.

    The precision-effect test is the classical Egger regression read at its other end: the effect of a study without
    error. Its line bends too far where there is an effect, hence the rule. The dispersion of both is no less than one.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    significance : float
        Two-sided p-value of PET's effect below which PEESE is taken.
    confidence_level : float

    Returns
    -------
    ConditionalCorrection

    Raises
    ------
    NotEnoughStudies, ValueError
        As `egger_classical`.

    References
    ----------
    Stanley and Doucouliagos (2014), Research Synthesis Methods 5(1); its limits: Stanley (2017), Social Psychological
    and Personality Science 8(5).
    """
    require.level("significance", significance, 0.1)
    line = _regression(effect, variance, np.sqrt, "equal_effects", "knapp_hartung", confidence_level)
    curve = peese(effect, variance, confidence_level=confidence_level)
    return ConditionalCorrection(line, curve, "peese" if line.limit_p_value < significance else "pet")


def rank_correlation(effect: npt.ArrayLike, variance: npt.ArrayLike) -> RankCorrelation:
    """Begg and Mazumdar's test, whether effects standardised about their weighted mean go with their variances.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)

    Returns
    -------
    RankCorrelation

    Raises
    ------
    NotEnoughStudies
        With fewer than four studies.
    ValueError
        If all variances, or all standardised effects, are equal, an effect is missing or a variance not above zero.

    References
    ----------
    Begg and Mazumdar (1994), Biometrics 50(4); Kendall (1970), Rank Correlation Methods.
    """
    effects, variances = effects_and_variances(effect, variance)
    _refuse_few(len(effects))
    weights = 1 / variances
    mean = float(weights @ effects / weights.sum())
    deviations = effects - mean
    # A study at the mean lies on neither side of it, whatever rounding makes of the difference.
    deviations[np.abs(deviations) <= ROUNDING * np.abs(effects)] = 0.0
    # The mean is made of the studies themselves, so a deviation from it varies less than the study does.
    deviates = deviations / np.sqrt(variances - 1 / weights.sum())
    return _kendall(deviates, variances)


def _regression(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    predicted_by: Callable[[Floats], Floats],
    estimator: Estimator,
    test: Test,
    confidence_level: float,
) -> SmallStudyEffect:
    effects, variances = effects_and_variances(effect, variance)
    predictor = predicted_by(variances)
    _refuse_few(len(predictor))
    if np.ptp(predictor) <= 1e-10 * predictor.max():
        raise ValueError("all studies have the same standard error, so none is smaller than another.")
    design = np.column_stack([np.ones(len(predictor)), predictor])
    return _small_study_effect(
        pool(effects, variances, design=design, estimator=estimator, test=test, confidence_level=confidence_level)
    )


def _small_study_effect(fit: Pooled) -> SmallStudyEffect:
    limit, slope = 0, 1
    return SmallStudyEffect(
        slope=float(fit.coefficients[slope]),
        slope_standard_error=float(fit.standard_errors[slope]),
        slope_lower=float(fit.lower[slope]),
        slope_upper=float(fit.upper[slope]),
        statistic=float(fit.statistic[slope]),
        degrees_of_freedom=fit.degrees_of_freedom,
        p_value=float(fit.p_values[slope]),
        limit=float(fit.coefficients[limit]),
        limit_standard_error=float(fit.standard_errors[limit]),
        limit_lower=float(fit.lower[limit]),
        limit_upper=float(fit.upper[limit]),
        limit_p_value=float(fit.p_values[limit]),
        tau_squared=fit.tau_squared,
        k=fit.k,
    )


def _kendall(first: Floats, second: Floats) -> RankCorrelation:
    size = len(first)
    upper = np.triu_indices(size, 1)
    signs = [np.sign(np.subtract.outer(values, values)[upper]) for values in (first, second)]
    statistic = int(np.sum(signs[0] * signs[1]))
    untied = [int(np.sum(sign != 0)) for sign in signs]
    if 0 in untied:
        raise ValueError("all variances, or all standardised effects, are equal: there is no order to compare.")
    exact = untied == [len(upper[0])] * 2 and size <= EXACT_UP_TO
    p_value = _exact_p_value(statistic, size) if exact else _normal_p_value(statistic, first, second)
    return RankCorrelation(statistic / float(np.sqrt(untied[0] * untied[1])), statistic, p_value, exact, size)


def _exact_p_value(statistic: int, size: int) -> float:
    """Share of all orders whose S is at least as far from zero.

    An order of n is made by inserting the n-th among n − 1, which adds 0 to n − 1 inversions, each as likely.
    """
    share = np.ones(1)
    for places in range(2, size + 1):
        share = np.convolve(share, np.full(places, 1 / places))
    pairs = size * (size - 1) // 2
    scores = pairs - 2 * np.arange(pairs + 1)
    return float(min(1.0, share[np.abs(scores) >= abs(statistic)].sum()))


def _normal_p_value(statistic: int, first: Floats, second: Floats) -> float:
    """Normal approximation with Kendall's variance for ties in both orders, without a continuity correction."""
    size = len(first)
    ties = [np.unique(values, return_counts=True)[1].astype(float) for values in (first, second)]
    plain = [float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties]
    pairs = [float((t * (t - 1)).sum()) for t in ties]
    triples = [float((t * (t - 1) * (t - 2)).sum()) for t in ties]
    variance = (size * (size - 1) * (2 * size + 5) - sum(plain)) / 18
    variance += pairs[0] * pairs[1] / (2 * size * (size - 1))
    variance += triples[0] * triples[1] / (9 * size * (size - 1) * (size - 2))
    return float(2 * norm.sf(abs(statistic) / np.sqrt(variance)))


def _refuse_few(size: int) -> None:
    if size < FEWEST_STUDIES:
        raise NotEnoughStudies(f"{size} studies; a test of the funnel's asymmetry needs at least {FEWEST_STUDIES}.")
