"""What is left of an effect if the trend may bend after the start as it did before: bounds, and where they break."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from .placebo_dates import PlaceboDates, placebo_dates
from .segments import Errors, Segments, fit_segments

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class TrendBounds:
    """Effects under trends that bend.

    Attributes
    ----------
    fit : Segments
        Over the horizon.
    dates : PlaceboDates
        Errors of extrapolating the line at earlier dates.
    table : pandas.DataFrame
        bend (times the largest error of extrapolation before), lower_effect, upper_effect (effects that such trends
        allow, without sampling error), lower, upper (with it).
    breakdown : float
        The bend at which the interval first includes zero; none is needed if it does at once, and then it is zero.
    """

    fit: Segments
    dates: PlaceboDates
    table: pd.DataFrame
    breakdown: float


def trend_bounds(
    outcome: "ArrayLike",
    before: int,
    *,
    bends: "ArrayLike" = (0.0, 0.5, 1.0, 2.0),
    horizon: int | None = None,
    season: int = 0,
    harmonics: int = 1,
    errors: Errors = "autoregressive",
    confidence_level: float = 0.95,
) -> TrendBounds:
    """Bound the mean effect, given that extrapolation errs after the start by so many times its largest error before.

    Parameters
    ----------
    outcome : array_like, shape (periods,)
    before : int
    bends : array_like, shape (bends,)
        Multiples of the largest error of extrapolation at an earlier date over the same horizon.
    horizon, season, harmonics, errors
        As for `placebo_dates` and `fit_segments`.
    confidence_level : float

    Returns
    -------
    TrendBounds

    Raises
    ------
    ValueError
        As `placebo_dates`; if a bend is negative, or the level is no probability.

    References
    ----------
    Manski and Pepper (2018), Review of Economics and Statistics 100(2), for bounded variation over time in a study of
    crime; Rambachan and Roth (2023), Review of Economic Studies 90(5), for multiples of what is seen before.

    Notes
    -----
    The largest error before is taken as known. It holds sampling error of its own, which makes bounds wider, not
    narrower.
    """
    multiples = np.atleast_1d(require.not_negative("bends", bends))
    dates = placebo_dates(outcome, before, horizon=horizon, season=season, harmonics=harmonics)
    seen = np.asarray(outcome, float)[: before + dates.horizon]
    fit = fit_segments(seen, before, season=season, harmonics=harmonics, errors=errors)
    lower, upper = fit.interval(confidence_level)
    room = multiples * dates.largest
    table = pd.DataFrame(
        {
            "bend": multiples,
            "lower_effect": fit.effect - room,
            "upper_effect": fit.effect + room,
            "lower": lower - room,
            "upper": upper + room,
        }
    )
    nearest = max(lower, -upper, 0.0)
    return TrendBounds(fit, dates, table, nearest / dates.largest if dates.largest > 0 else float("inf"))
