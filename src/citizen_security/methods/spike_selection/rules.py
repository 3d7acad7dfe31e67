"""How a place comes to be treated, by what was seen of it before the start."""

import numpy as np

from .. import require
from ..arrays import Floats
from .names import Rule


def eligible_places(outcomes: Floats, before: int, rule: Rule, *, window: int = 2, share: float = 0.1) -> Floats:
    """Probability of each place of being the one that is treated.

    Parameters
    ----------
    outcomes : numpy.ndarray, shape (places, periods)
        Such as logarithms of rates; what comes after the start is not looked at.
    before : int
        Periods before the start.
    rule : {"random", "high", "rising", "own_peak"}
    window : int
        Last periods before the start whose mean is looked at.
    share : float
        Of the places that count as high or rising; at least one.

    Returns
    -------
    numpy.ndarray, shape (places,)
        Equal among those that the rule allows. Where no place is at its own peak, those nearest to theirs.

    Raises
    ------
    ValueError
        If numbers are missing, the rule is unknown, a share is none, or periods before are fewer than two windows.
    """
    require.one_of("rule", rule, Rule)
    require.share("share", share)
    seen = require.finite("outcomes", outcomes)[:, :before]
    if window < 1 or before < 2 * window:
        raise ValueError(f"before = {before} with window = {window}. Allowed: at least two windows before the start.")
    last = seen[:, -window:].mean(axis=1)
    if rule == "random":
        chosen = np.ones(len(seen), bool)
    elif rule == "own_peak":
        windows = np.lib.stride_tricks.sliding_window_view(seen, window, axis=1).mean(axis=2)
        below = windows.max(axis=1) - last
        chosen = below <= below.min() + 1e-12
    else:
        score = last if rule == "high" else last - seen[:, -2 * window : -window].mean(axis=1)
        number = max(1, round(share * len(seen)))
        chosen = np.zeros(len(seen), bool)
        chosen[np.argsort(-score, kind="stable")[:number]] = True
    found: Floats = chosen / chosen.sum()
    return found
