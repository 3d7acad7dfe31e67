"""The wild cluster bootstrap of one coefficient, its test inverted without a new fit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import randomisation, require
from ..randomisation import Alternative, count_as_extreme
from ..resampling import bootstrap_multipliers
from .errors import clustered_covariance
from .least_squares import LeastSquares, generalized_inverse
from .names import BootstrapWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Draws whose statistic equals the sample's up to rounding count as at least as extreme.
TIE = 1e-9

# Bounds searched for in inverting the bootstrap: this many doublings of the standard error, then halvings.
DOUBLINGS = 12
HALVINGS = 50


@dataclass(frozen=True)
class WildBootstrap:
    """The bootstrap distribution of one coefficient's t statistic, as a function of the value that is tested.

    Attributes
    ----------
    estimate : float
    standard_error : float
        Clustered, which scales the search for the interval.
    enumerated : bool
        Whether the draws are all sign changes there are.
    numerator, denominator : numpy.ndarray, shape (2, draws) and (3, draws)
        Coefficients of the tested value in each draw's numerator and in its squared denominator.
    spread : float
        Denominator of the sample's own statistic.
    scale : float
        Sum of squares of the regressor once all else is taken out.
    """

    estimate: float
    standard_error: float
    enumerated: bool
    numerator: "NDArray[np.float64]"
    denominator: "NDArray[np.float64]"
    spread: float
    scale: float

    def p_value(self, tested: float = 0.0, alternative: Alternative = "different") -> float:
        """Probability of a statistic at least as extreme as the sample's if the coefficient were `tested`.

        Parameters
        ----------
        tested : float
        alternative : {"different", "greater", "less"}
            Against which the value is tested.

        Returns
        -------
        float
        """
        sample = (self.estimate - tested) * self.scale / self.spread
        drawn = self._statistics(tested)
        tie = TIE * max(abs(sample), 1.0)
        extreme = count_as_extreme(drawn, sample, alternative=alternative, tie=tie)
        return randomisation.p_value(extreme, drawn.size, enumerated=self.enumerated)

    def interval(self, confidence_level: float = 0.95) -> tuple[float, float]:
        """Values that the two-sided test does not reject.

        Parameters
        ----------
        confidence_level : float

        Returns
        -------
        tuple of float
            An end is infinite where the test rejects nothing however far: too few clusters for the level.

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        require.level("confidence_level", confidence_level)
        return self._end(-1, 1 - confidence_level), self._end(1, 1 - confidence_level)

    def _statistics(self, tested: float) -> "NDArray[np.float64]":
        numerator = self.numerator[0] - tested * self.numerator[1]
        squared = self.denominator[0] - 2 * tested * self.denominator[1] + tested**2 * self.denominator[2]
        statistics: NDArray[np.float64] = numerator / np.sqrt(np.maximum(squared, np.finfo(float).tiny))
        return statistics

    def _end(self, direction: int, significance: float) -> float:
        kept = 0.0
        for doubling in range(DOUBLINGS):
            rejected = 2.0**doubling
            if self.p_value(self.estimate + direction * rejected * self.standard_error) < significance:
                break
            kept = rejected
        else:
            return direction * np.inf
        for _ in range(HALVINGS):
            middle = (kept + rejected) / 2
            if self.p_value(self.estimate + direction * middle * self.standard_error) < significance:
                rejected = middle
            else:
                kept = middle
        return float(self.estimate + direction * kept * self.standard_error)


def wild_bootstrap(
    fit: LeastSquares,
    regressor: str,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    seed: int = 2020,
) -> WildBootstrap:
    """Wild cluster bootstrap of one coefficient's t statistic, the tested value imposed (WCR).

    In each draw the residuals of every cluster are multiplied by one random weight. All that a draw needs are sums by
    cluster, linear in the tested value, so that inverting the test costs no new fit.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    draws : int
        Random draws; all 2^clusters sign changes instead where Rademacher weights are asked for and these are no more.
    weights : {"webb", "rademacher"}
        Six-point weights of Webb, or signs.
    seed : int

    Returns
    -------
    WildBootstrap

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3); Roodman, Nielsen, MacKinnon and Webb
    (2019), Stata Journal 19(1); Webb (2023), Canadian Journal of Economics 56(3).
    """
    position = fit.regressors.index(regressor)
    others = np.delete(fit.design, position, axis=1)
    both = np.column_stack([fit.outcome, fit.design[:, position]])
    both = both - others @ (generalized_inverse(others.T @ others) @ (others.T @ both))
    driver = both[:, 1]
    multipliers, enumerated = bootstrap_multipliers(fit.clusters, draws, weights, seed)
    own = fit.by_cluster(both * driver[:, None])
    scores = [fit.by_cluster(fit.design * both[:, [column]]) for column in (0, 1)]
    parts = [
        own[:, [column]] * multipliers - scores[1] @ (fit.inverse @ (scores[column].T @ multipliers))
        for column in (0, 1)
    ]
    sample_scores = fit.by_cluster(driver * fit.residuals)
    return WildBootstrap(
        estimate=float(fit.estimates[position]),
        standard_error=float(np.sqrt(clustered_covariance(fit)[position, position])),
        enumerated=enumerated,
        numerator=own.T @ multipliers,
        denominator=np.stack(
            [(parts[0] ** 2).sum(axis=0), (parts[0] * parts[1]).sum(axis=0), (parts[1] ** 2).sum(axis=0)]
        ),
        spread=float(np.sqrt((sample_scores**2).sum())),
        scale=float(driver @ driver),
    )
