"""Saying that an effect is small: two one-sided tests against the smallest effect of interest.

A test that does not reject zero says nothing on its own, since wide intervals never reject. To claim that an effect is
negligible one has to reject that it is as large as would matter, in either direction.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import require
from .bias_reduced import bias_reduced
from .errors import clustered, driscoll_kraay, jackknife
from .least_squares import LeastSquares
from .names import BootstrapWeights
from .or_problem import each_or_problem
from .wild_bootstrap import wild_bootstrap

NEGLIGIBLE = "too small to matter"
EFFECT = "an effect that may matter"
SMALL_EFFECT = "an effect, but too small to matter"
UNDECIDED = "undecided"
ABOVE = "an effect that matters, upwards"
BELOW = "an effect that matters, downwards"
ONE_SIDED = "perhaps an effect that matters"


@dataclass(frozen=True)
class EquivalenceTest:
    """Outcome of two one-sided tests.

    Attributes
    ----------
    smallest_effect : float
        Smallest effect of interest, outcome per unit.
    p_value : float
        The larger of the two one-sided p-values.
    lower, upper : float
        Interval at level 1 − 2α, which lies within ± `smallest_effect` just when the test rejects at α.
    p_of_zero : float
        Of the two-sided test of zero.
    significance : float
        α.
    """

    smallest_effect: float
    p_value: float
    lower: float
    upper: float
    p_of_zero: float
    significance: float

    @property
    def differs_from_zero(self) -> bool:
        """Whether the two-sided test of zero rejects at α, which asks more than that the interval leave out zero."""
        return self.p_of_zero < self.significance

    @property
    def beyond(self) -> int:
        """Side on which the interval lies wholly beyond the bound: 1, −1, or 0 where it does not."""
        return int(self.lower > self.smallest_effect) - int(self.upper < -self.smallest_effect)

    @property
    def verdict(self) -> str:
        """What may be said, in words.

        An interval beyond the bound rejects, at α on one side, every effect too small to matter. Where the two-sided
        test does not reject even zero, as with a tiny bound, that is not enough to claim one.
        """
        if self.p_value < self.significance:
            return SMALL_EFFECT if self.differs_from_zero else NEGLIGIBLE
        if self.beyond:
            return (ABOVE if self.beyond > 0 else BELOW) if self.differs_from_zero else ONE_SIDED
        return EFFECT if self.differs_from_zero else UNDECIDED


def two_one_sided_tests(
    estimate: float, standard_error: float, degrees: float, smallest_effect: float, significance: float = 0.05
) -> EquivalenceTest:
    """Test that an effect lies within ± the smallest effect of interest, by t tests.

    Parameters
    ----------
    estimate, standard_error : float
        Outcome per unit.
    degrees : float
        Degrees of freedom of the t distribution.
    smallest_effect : float
        Above zero, outcome per unit.
    significance : float
        Of each one-sided test, below one half.

    Returns
    -------
    EquivalenceTest

    Raises
    ------
    ValueError
        If the smallest effect, the standard error or the degrees of freedom are not above zero, the estimate is
        missing, or the significance is not below one half.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6); Lakens (2017), Social Psychological and
    Personality Science 8(4).
    """
    from scipy.stats import t

    if not smallest_effect > 0:
        raise ValueError(f"smallest_effect = {smallest_effect} is not above zero, so every effect would matter.")
    if not standard_error > 0:
        raise ValueError(f"standard_error = {standard_error} is not above zero, so there is nothing to test with.")
    require.level("significance", significance, 0.05, below=0.5)
    require.finite("estimate", estimate)
    require.positive("degrees", degrees, endless=True)
    above = t.sf((estimate + smallest_effect) / standard_error, degrees)
    below = t.cdf((estimate - smallest_effect) / standard_error, degrees)
    half = t.ppf(1 - significance, degrees) * standard_error
    return EquivalenceTest(
        smallest_effect=smallest_effect,
        p_value=float(max(above, below)),
        lower=float(estimate - half),
        upper=float(estimate + half),
        p_of_zero=float(2 * t.sf(abs(estimate) / standard_error, degrees)),
        significance=significance,
    )


def equivalence_table(
    fit: LeastSquares,
    regressor: str,
    smallest_effect: float,
    significance: float = 0.05,
    *,
    draws: int = 9_999,
    weights: BootstrapWeights = "webb",
    lags: int | None = None,
    seed: int = 2020,
) -> pd.DataFrame:
    """The equivalence test of one coefficient under every kind of error.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    smallest_effect : float
        Outcome per unit.
    significance : float
    draws, weights, lags, seed
        Of the wild bootstrap and of Driscoll and Kraay's errors.

    Returns
    -------
    pandas.DataFrame
        method, lower, upper (level 1 − 2α), p_value, p_of_zero (two-sided), verdict, estimate, smallest_effect. A
        method that the sample cannot carry has missing numbers and says why in `verdict`.

    Raises
    ------
    ValueError
        As `two_one_sided_tests`.
    """
    require.level("significance", significance, 0.05, below=0.5)
    position = fit.regressors.index(regressor)
    estimate = float(fit.estimates[position])
    periods = len(np.unique(fit.period))

    def by_own(table: pd.DataFrame) -> pd.DataFrame:
        return by_t(table, float(table["degrees_of_freedom"].iloc[position]))

    def by_t(table: pd.DataFrame, degrees: float) -> pd.DataFrame:
        error = float(table["standard_error"].iloc[position])
        return _row(two_one_sided_tests(estimate, error, degrees, smallest_effect, significance))

    methods: dict[str, Callable[[], pd.DataFrame]] = {
        "bias-reduced": lambda: by_own(bias_reduced(fit)),
        "clustered": lambda: by_t(clustered(fit), fit.clusters - 1),
        "jackknife": lambda: by_t(jackknife(fit), fit.clusters - 1),
        "wild bootstrap": lambda: _row(
            _by_bootstrap(fit, regressor, smallest_effect, significance, draws, weights, seed)
        ),
        "Driscoll–Kraay": lambda: by_t(driscoll_kraay(fit, lags=lags), periods - 1),
    }
    table = each_or_problem(methods, "method", pd.DataFrame({"verdict": ["not estimable"]}))
    because = table["problem"].where(table["problem"] == "", ": " + table["problem"])
    table = table.assign(verdict=table["verdict"] + because, estimate=estimate, smallest_effect=smallest_effect)
    return table[["method", "lower", "upper", "p_value", "p_of_zero", "verdict", "estimate", "smallest_effect"]]


def _row(test: EquivalenceTest) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "lower": [test.lower],
            "upper": [test.upper],
            "p_value": [test.p_value],
            "p_of_zero": [test.p_of_zero],
            "verdict": [test.verdict],
        }
    )


def _by_bootstrap(
    fit: LeastSquares,
    regressor: str,
    smallest_effect: float,
    significance: float,
    draws: int,
    weights: BootstrapWeights,
    seed: int,
) -> EquivalenceTest:
    test = wild_bootstrap(fit, regressor, draws, weights, seed)
    lower, upper = test.interval(1 - 2 * significance)
    above = test.p_value(-smallest_effect, "greater")
    below = test.p_value(smallest_effect, "less")
    return EquivalenceTest(
        smallest_effect=smallest_effect,
        p_value=max(above, below),
        lower=lower,
        upper=upper,
        p_of_zero=test.p_value(),
        significance=significance,
    )
