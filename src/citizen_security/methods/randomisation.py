"""Tests by rearrangement: how often chance does as much as was seen, and how small a p-value so few draws can give.

Permutations, sign changes and placebos are one idea: the statistic of the data is one of those that the null hypothesis
holds equally probable, so that it counts itself. No p-value is zero, and none is below one over their number (Phipson
and Smyth 2010; for a treated unit among placebos, Abadie, Diamond and Hainmueller 2010).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from . import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# In which direction a statistic is extreme.
Alternative = Literal["different", "greater", "less"]


def count_as_extreme(
    drawn: "ArrayLike", observed: float, *, alternative: Alternative = "greater", tie: float = 0.0
) -> int:
    """How many drawn statistics are at least as extreme as the one observed.

    Parameters
    ----------
    drawn : array_like, shape (draws,)
        One that is missing counts as extreme: a rearrangement without an answer is no evidence against the null.
    observed : float
    alternative : {"different", "greater", "less"}
        Far from zero, high, or low.
    tie : float
        Statistics that fall short of the observed one by no more than this equal it: rounding must not break a tie.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the observed statistic is missing.
    """
    require.one_of("alternative", alternative, Alternative)
    require.known("observed", observed)
    values = np.asarray(drawn, dtype=np.float64)
    if alternative == "different":
        values, observed = np.abs(values), abs(observed)
    elif alternative == "less":
        values, observed = -values, -observed
    # Infinity less anything relative to it is no number; what is infinite ties with what is infinite.
    least = observed if np.isinf(observed) else observed - tie
    return int((~(values < least)).sum())


def p_value(extreme: int, draws: int, *, enumerated: bool = False) -> float:
    """Probability, if the null hypothesis holds, of a statistic as extreme as the one observed.

    Parameters
    ----------
    extreme : int
        Draws as extreme as what was observed, from `count_as_extreme`.
    draws : int
    enumerated : bool
        Whether the draws are all rearrangements there are, the data's own among them. If not, the data's own is added.

    Returns
    -------
    float
        At least one over the number of rearrangements; nan if there is none. A test that rejects where it is at most α
        rejects a true null with a probability of at most α, however few the draws.

    Raises
    ------
    ValueError
        If more draws are extreme than there are.

    References
    ----------
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1).
    """
    if not 0 <= extreme <= draws:
        raise ValueError(f"{extreme} of {draws} draws cannot be extreme: it must be from 0 to {draws}")
    if not enumerated:
        return (extreme + 1) / (draws + 1)
    # The data's own arrangement is as extreme as itself, even where rounding says otherwise.
    return max(extreme, 1) / draws if draws else float("nan")


def p_value_interval(extreme: int, draws: int, confidence_level: float = 0.95) -> tuple[float, float]:
    """Where the p-value of all rearrangements lies, given that of random ones.

    Parameters
    ----------
    extreme, draws : int
        Of random draws, that of the data not among them.
    confidence_level : float

    Returns
    -------
    tuple of float
        Exact binomial limits of the share of extreme rearrangements, widened to hold `p_value` itself.

    Raises
    ------
    ValueError
        As `p_value`, and if the level is no probability.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26(4).
    """
    require.level("confidence_level", confidence_level)
    # A level of 0.95 leaves 0.025 on either side, not 0.02500000000000002.
    tail = round((1 - confidence_level) / 2, 12)
    middle = p_value(extreme, draws)
    low = float(stats.beta.ppf(tail, extreme, draws - extreme + 1)) if extreme else 0.0
    high = float(stats.beta.ppf(1 - tail, extreme + 1, draws - extreme)) if extreme < draws else 1.0
    return min(low, middle), max(high, middle)


@dataclass(frozen=True)
class PlaceboRank:
    """Place of a treated unit among units that were not treated.

    Attributes
    ----------
    rank : int
        From 1, the most extreme; equal statistics share the worse place, which favours no finding.
    units : int
        The treated one and its placebos.
    """

    rank: int
    units: int

    @property
    def p_value(self) -> float:
        """Probability of so high a place if each unit were as likely to be the treated one."""
        return self.rank / self.units

    @property
    def floor(self) -> float:
        """Smallest p-value that so few placebos can give, however large the effect."""
        return 1 / self.units


def placebo_rank(
    treated: float, placebos: "ArrayLike", *, alternative: Alternative = "different", tie: float = 0.0
) -> PlaceboRank:
    """Rank the treated unit among its placebos.

    Parameters
    ----------
    treated : float
        Statistic of the treated unit, such as its effect or the ratio of its errors after and before.
    placebos : array_like, shape (n_placebos,)
        The same statistic of each unit that was not treated; a missing one stands before the treated unit.
    alternative : {"different", "greater", "less"}
    tie : float
        As for `count_as_extreme`.

    Returns
    -------
    PlaceboRank

    Raises
    ------
    ValueError
        If the treated unit's statistic is missing.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490).
    """
    others = np.asarray(placebos, dtype=np.float64)
    return PlaceboRank(1 + count_as_extreme(others, treated, alternative=alternative, tie=tie), 1 + others.size)
