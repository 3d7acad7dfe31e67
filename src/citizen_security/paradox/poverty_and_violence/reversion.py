"""Regression to the mean: how far the most violent countries would have fallen by chance alone.

Whoever picks the countries with the highest rates picks, besides those that are always violent, those that had a bad
spell; the spell passes. To see how much of a fall that makes, suppose that time had no direction: each country keeps
its two figures, and which of them came first is decided by a coin. The countries highest in the window that the coin
calls `before` then fall too, for no other reason than having been picked.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.reversion import random_swaps
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.region import MINIMUM_PAIRS, window_means

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Reversion:
    """Change of the countries that were highest, as it was and as chance would have it.

    Attributes
    ----------
    highest : tuple of str
        ISO codes of the countries highest in the window before.
    observed : float
        Their mean change in percent (geometric mean), over and above that of all countries.
    expected : float
        The same, averaged over random swaps of the windows within countries.
    interval : tuple of float
        Range of the swaps that holds `confidence_level` of them.
    p : float
        Share of swaps with a fall at least as deep as the observed one.
    backwards : float
        Change in percent, over and above that of all, up to the window after of the countries that were highest in it.
    swaps : numpy.ndarray, shape (draws,)
        Change in percent in each swap.
    """

    highest: tuple[str, ...]
    observed: float
    expected: float
    interval: tuple[float, float]
    p: float
    backwards: float
    swaps: "NDArray[np.float64]"


def homicide_levels(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Homicide of each country in the two windows, whether or not it has poverty figures.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year, homicide_rate.
    parameters : PovertyAndViolence

    Returns
    -------
    pandas.DataFrame
        iso3, before, after (victims per 100,000), log_before, log_after. Countries without enough figures are left
        out, and so are those without any homicide in a window, which have no logarithm.
    """
    levels = window_means(panel, "homicide_rate", parameters).dropna().reset_index()
    levels = levels[(levels[["before", "after"]] > 0).all(axis=1)]
    return levels.assign(log_before=np.log(levels["before"]), log_after=np.log(levels["after"])).reset_index(drop=True)


def reversion_by_chance(
    levels: pd.DataFrame, share: float, *, confidence_level: float, draws: int, seed: int
) -> Reversion | None:
    """Compare the fall of the highest countries with the one that random swaps of the windows produce.

    Parameters
    ----------
    levels : pandas.DataFrame
        From `homicide_levels`.
    share : float
        Share of the countries that counts as the highest.
    confidence_level : float
    draws : int
        Number of swaps.
    seed : int

    Returns
    -------
    Reversion or None
        None for fewer than eight countries: the highest of them would be one or two.

    Notes
    -----
    Windows are centred on the mean of all countries, so that a movement of the whole region is in neither figure. The
    test is exact if, apart from that movement, a country's two figures are exchangeable. Changes are logarithmic and
    given in percent of the geometric mean, since rates differ by a factor of fifty.
    """
    if len(levels) < MINIMUM_PAIRS:
        return None
    before, after = (levels[name].to_numpy() for name in ("log_before", "log_after"))
    swaps = random_swaps(before, after, share, draws=draws, seed=seed)
    low, high = np.quantile(swaps.drawn, ((1 - confidence_level) / 2, (1 + confidence_level) / 2))
    return Reversion(
        highest=tuple(levels["iso3"].iloc[swaps.highest]),
        observed=percent(swaps.observed),
        expected=percent(float(swaps.drawn.mean())),
        interval=(percent(float(low)), percent(float(high))),
        p=swaps.p_value,
        backwards=percent(swaps.backwards),
        swaps=100 * np.expm1(swaps.drawn),
    )


def percent(logarithm: float) -> float:
    """Change in percent of a change in logarithms."""
    return 100 * float(np.expm1(logarithm))
