"""Effects with what each unit adds to their error: standard errors, simultaneous bands and joint tests of any of them.

An estimate misses its target by a sum over units, to first order. Kept unit by unit, these terms give the covariance of
all effects, of whatever is averaged from them, and bands by random signs without a new fit.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from .. import require
from ..arrays import Flags, Floats
from ..resampling import WEBB, symmetric_weights

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# The largest of few signed sums is itself uncertain.
LEAST_DRAWS = 99

# Relative size below which a direction of a covariance matrix is none.
RANK = 1e-9


@dataclass(frozen=True)
class JointTest:
    """Whether several effects are zero together.

    Attributes
    ----------
    statistic : float
        Wald's.
    degrees : int
        Of the chi-squared distribution.
    p_value : float
    """

    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True)
class Effects:
    """Effects and their errors, clustered by unit.

    Attributes
    ----------
    labels : pandas.DataFrame
        A row for each effect: start, period, event_time, or what else tells effects apart.
    estimate : numpy.ndarray, shape (effects,)
    scores : numpy.ndarray, shape (units, effects)
        By how much each unit moves each estimate from its target, to first order; the covariance is `scores.T @
        scores`.
    """

    labels: pd.DataFrame
    estimate: Floats
    scores: Floats

    @property
    def covariance(self) -> Floats:
        """Of the estimates, with units independent of each other; shape (effects, effects)."""
        covariance: Floats = self.scores.T @ self.scores
        return covariance

    @property
    def standard_error(self) -> Floats:
        """Root of the diagonal of the covariance; shape (effects,)."""
        errors: Floats = np.sqrt((self.scores**2).sum(axis=0))
        return errors

    def only(self, chosen: Flags) -> "Effects":
        """Some of the effects.

        Parameters
        ----------
        chosen : numpy.ndarray of bool, shape (effects,)

        Returns
        -------
        Effects
        """
        kept = self.labels[np.asarray(chosen)].reset_index(drop=True)
        return Effects(kept, self.estimate[chosen], self.scores[:, chosen])

    def combined(self, weights: "ArrayLike", labels: pd.DataFrame | None = None) -> "Effects":
        """Weighted sums of the effects.

        Parameters
        ----------
        weights : array_like, shape (effects,) or (sums, effects)
        labels : pandas.DataFrame, optional
            A row for each sum.

        Returns
        -------
        Effects

        Raises
        ------
        ValueError
            If there is not a finite weight for each effect.
        """
        rows = np.atleast_2d(require.finite("weights", weights))
        if rows.shape[1] != len(self.estimate):
            raise ValueError(f"{rows.shape[1]} weights for {len(self.estimate)} effects. Allowed: one for each.")
        named = pd.DataFrame({"effect": ["combined"] * len(rows)}) if labels is None else labels
        return Effects(named, rows @ self.estimate, self.scores @ rows.T)

    def table(self, confidence_level: float = 0.95) -> pd.DataFrame:
        """Effects with an interval each, by the normal distribution.

        Parameters
        ----------
        confidence_level : float
            Of each interval alone.

        Returns
        -------
        pandas.DataFrame
            The labels, estimate, standard_error, lower, upper, p_value.

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        require.level("confidence_level", confidence_level)
        error = self.standard_error
        half = stats.norm.ppf((1 + confidence_level) / 2) * error
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = 2 * stats.norm.sf(np.abs(self.estimate) / error)
        return self.labels.assign(
            estimate=self.estimate,
            standard_error=error,
            lower=self.estimate - half,
            upper=self.estimate + half,
            p_value=p_value,
        )

    def band(self, confidence_level: float = 0.95, draws: int = 9_999, seed: int = 2021) -> pd.DataFrame:
        """Effects with a band that holds all of them at once, by random weights of units.

        Parameters
        ----------
        confidence_level : float
            Of all intervals together.
        draws : int
        seed : int

        Returns
        -------
        pandas.DataFrame
            As `table`, without p-values; lower and upper are the critical value times the standard error away. Effects
            without an error are passed over.

        Raises
        ------
        ValueError
            If the level is no probability or draws are too few.

        References
        ----------
        Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), Algorithm 1; six points of Webb (2023), Canadian
        Journal of Economics 56(3), as weights.
        """
        half = self.critical_value(confidence_level, draws, seed) * self.standard_error
        return self.table(confidence_level).drop(columns="p_value").assign(
            lower=self.estimate - half, upper=self.estimate + half
        )  # fmt: skip

    def critical_value(self, confidence_level: float = 0.95, draws: int = 9_999, seed: int = 2021) -> float:
        """Standard errors by which the band lies away from the estimates.

        Parameters, errors and references as `band`.

        Returns
        -------
        float
            No less than that of a single interval.
        """
        require.level("confidence_level", confidence_level)
        require.some("draws", draws, LEAST_DRAWS)
        error = self.standard_error
        own = error > RANK * max(float(np.abs(self.estimate).max(initial=0.0)), np.finfo(float).tiny)
        single = float(stats.norm.ppf((1 + confidence_level) / 2))
        if not own.any():
            return single
        weights = symmetric_weights(WEBB, (draws, len(self.scores)), np.random.default_rng(seed))
        largest = np.abs(weights @ (self.scores[:, own] / error[own])).max(axis=1)
        return max(single, float(np.quantile(largest, confidence_level)))

    def joint_test(self) -> JointTest:
        """Wald's test of no effect at all.

        Returns
        -------
        JointTest
            Degrees of freedom are those that the errors leave: fewer than effects where units are few.
        """
        values, vectors = np.linalg.eigh(self.covariance)
        kept = values > RANK * max(float(values.max(initial=0.0)), np.finfo(float).tiny)
        along = vectors[:, kept].T @ self.estimate
        statistic = float((along**2 / values[kept]).sum())
        degrees = int(kept.sum())
        return JointTest(statistic, degrees, float(stats.chi2.sf(statistic, degrees)) if degrees else float("nan"))


def one(estimate: float, scores: Floats, name: str) -> Effects:
    """A single effect.

    Parameters
    ----------
    estimate : float
    scores : numpy.ndarray, shape (units,)
    name : str

    Returns
    -------
    Effects
    """
    return Effects(pd.DataFrame({"effect": [name]}), np.array([estimate]), scores[:, None])
