"""The same estimate at earlier dates, at which nothing was done: how large a change the method finds there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from ..randomisation import Alternative, PlaceboRank, placebo_rank
from .segments import LEAST_AFTER, LEAST_BEFORE, Errors, fit_segments

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Effects that fall short of the one at the start by less than this share of it equal it.
TIE = 1e-9


@dataclass(frozen=True)
class PlaceboDates:
    """The effect at the start among those at earlier dates.

    Attributes
    ----------
    start : float
        Mean effect over the horizon from the start on.
    effects : numpy.ndarray, shape (dates,)
        The same at earlier dates, from data before the start alone.
    dates : numpy.ndarray of int, shape (dates,)
        Periods before each.
    horizon : int
        Periods from a date on that its effect is the mean of.
    rank : PlaceboRank
        Windows of neighbouring dates overlap, so that its p-value describes rather than tests.
    """

    start: float
    effects: Floats
    dates: Integers
    horizon: int
    rank: PlaceboRank

    @property
    def largest(self) -> float:
        """The largest effect at an earlier date, without its sign."""
        return float(np.abs(self.effects).max())


def placebo_dates(
    outcome: "ArrayLike",
    before: int,
    *,
    horizon: int | None = None,
    least: int = 2 * LEAST_BEFORE,
    season: int = 0,
    harmonics: int = 1,
    errors: Errors = "independent",
    alternative: Alternative = "different",
) -> PlaceboDates:
    """Estimate the effect at the start and at each earlier date that leaves enough periods on both sides.

    Parameters
    ----------
    outcome : array_like, shape (periods,)
    before : int
    horizon : int, optional
        By default as many periods as follow the start, but no more than a third of those before.
    least : int
        Periods before the earliest date.
    season, harmonics, errors
        As for `fit_segments`. Standard errors are not looked at, so that the plainest errors serve.
    alternative : {"different", "greater", "less"}

    Returns
    -------
    PlaceboDates

    Raises
    ------
    ValueError
        As `fit_segments`, or if no earlier date leaves enough periods.
    """
    require.one_of("alternative", alternative, Alternative)
    values = require.finite("outcome", outcome)
    reach = min(len(values) - before, before // 3) if horizon is None else int(require.whole("horizon", horizon))
    dates = np.arange(least, before - reach + 1)
    if reach < LEAST_AFTER or reach > len(values) - before or len(dates) == 0:
        raise ValueError(
            f"no earlier date has {least} periods before it and {reach} after it within the {before} before the start. "
            f"Allowed: a horizon from {LEAST_AFTER} to {len(values) - before}, and a longer series or a smaller least."
        )

    def effect(date: int) -> float:
        seen = values[: date + reach]
        return fit_segments(seen, date, season=season, harmonics=harmonics, errors=errors).effect

    start, effects = effect(before), np.array([effect(int(date)) for date in dates])
    return PlaceboDates(
        start, effects, dates, reach, placebo_rank(start, effects, alternative=alternative, tie=TIE * abs(start))
    )
