"""Synthetic control of counts where no residents are known: each unit's count before the start stands for them."""

import numpy as np

from citizen_security.methods.arrays import Floats
from citizen_security.methods.synthetic_control.counts import CountControl, count_control
from citizen_security.methods.synthetic_control.names import Family

# Added to counts before a logarithm, so that a unit without events has one.
HALF = 0.5


def against_others(counts: Floats, before: int, place: int, family: Family) -> CountControl:
    """One unit against weighted counts of the others; the first unit, which is treated, is nobody's donor.

    Parameters
    ----------
    counts : numpy.ndarray, shape (units, periods)
        The treated unit first; each has an event before the start.
    before : int
    place : int
        Row of the unit.
    family : {"poisson", "negative_binomial"}

    Returns
    -------
    CountControl

    Notes
    -----
    Weights match the course of the counts and not their level. For Poisson counts that is what a scale that is fitted
    too would give: at its best, counts expected before the start sum to those observed.
    """
    exposure = np.repeat(counts[:, :before].sum(axis=1, keepdims=True), counts.shape[1], axis=1)
    allowed = np.ones(len(counts), dtype=bool)
    allowed[[0, place]] = False
    return count_control(counts, exposure, before, treated=place, family=family, allowed=allowed)


def changes_of_all(counts: Floats, before: int, family: Family) -> tuple[Floats, Floats]:
    """Log of events counted over events expected from the start on, of each unit, and its error for Poisson counts.

    Parameters
    ----------
    counts : numpy.ndarray, shape (units, periods)
    before : int
    family : {"poisson", "negative_binomial"}

    Returns
    -------
    changes, errors : numpy.ndarray, shape (units,)
    """
    fits = [against_others(counts, before, place, family) for place in range(len(counts))]
    pairs = np.array([(fit.counts[before:].sum(), fit.expected[before:].sum()) for fit in fits])
    changes = np.log((pairs[:, 0] + HALF) / (pairs[:, 1] + HALF))
    return changes, np.sqrt((1 / (pairs + HALF)).sum(axis=1))
