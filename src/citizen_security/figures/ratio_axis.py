"""Axes of log ratios, labelled at ratios, and log ratios as changes in per cent."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.axis import Axis

# Ratios that an axis is labelled at, as far as they lie on it.
RATIOS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
FINE_RATIOS = (*np.arange(0.3, 1.0, 0.1), 1, 1.2, 1.5, 2, 3)
# So few labels of the coarse ratios leave room for the fine ones, and so few of those for even steps.
FEWEST_COARSE, FEWEST_FINE = 4, 3

MOST, HALF = 12, 6  # labels on an axis as wide as a page, and on that of one of two panels

# What stands beside an axis of changes.
PERCENT_LABEL = "Change in % (below 0: less crime), on a scale of ratios"


def in_percent(log_ratio: float) -> str:
    """A log ratio as the change that it is: `−35%`, `+12%`, `0%`.

    Parameters
    ----------
    log_ratio : float

    Returns
    -------
    str
    """
    return f"{signed(100 * float(np.expm1(log_ratio)), ',.0f')}%"


def ratio_ticks(axis: "Axis", limits: tuple[float, float], most: int = MOST) -> None:
    """Label an axis of logs at the ratios that lie on it; between them where there are few.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    limits : tuple of float
        Its ends, logs of ratios.
    most : int
        Labels for which there is room.
    """
    _label(axis, limits, lambda log_ratio: f"{np.exp(log_ratio):.2g}", most)


def percent_ticks(axis: "Axis", limits: tuple[float, float], most: int = MOST) -> None:
    """Label an axis of logs at the same places with changes in per cent.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    limits : tuple of float
        Its ends, logs of ratios.
    most : int
        Labels for which there is room.
    """
    _label(axis, limits, in_percent, most)


def _label(axis: "Axis", limits: tuple[float, float], write: Callable[[float], str], most: int) -> None:
    low, high = sorted(limits)
    inside = [ratio for ratio in RATIOS if low <= np.log(ratio) <= high]
    if len(inside) < FEWEST_COARSE:
        inside = [ratio for ratio in FINE_RATIOS if low <= np.log(ratio) <= high]
    if len(inside) < FEWEST_FINE:
        axis.set_major_locator(MaxNLocator(min(5, most)))
    else:
        axis.set_major_locator(FixedLocator([float(np.log(ratio)) for ratio in _thinned(inside, most)]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))


def _thinned(ratios: list[float], most: int) -> list[float]:
    """Every second, third … of the ratios, with no change among them where it is there."""
    step = -(-len(ratios) // most)
    start = ratios.index(1) % step if 1 in ratios else 0
    return ratios[start::step]
