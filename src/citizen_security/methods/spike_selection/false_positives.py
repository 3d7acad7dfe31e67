"""How often a design rejects in panels where nothing was done, and the least fall that it detects there."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats
from ..proportions import wilson_interval
from .designs import DESIGNS
from .names import Rule
from .rules import eligible_places

# Falls that are put in, in units of the outcome: of a log rate, down to one twelfth.
SHIFTS = -np.linspace(0.0, 2.5, 51)


def false_positive_rates(
    outcomes: Floats,
    *,
    rules: Sequence[Rule],
    designs: Sequence[str],
    before: Sequence[int],
    after: int,
    donors: int,
    draws: int,
    seed: int,
    significance: float = 0.05,
    power: float = 0.8,
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Put designs to places of a panel without a programme, chosen by rules.

    Parameters
    ----------
    outcomes : numpy.ndarray, shape (places, periods)
        Such as logarithms of rates.
    rules : sequence of str
    designs : sequence of str
        Of `DESIGNS`.
    before : sequence of int
        Periods before the start, each tried.
    after : int
        Periods from the start on.
    donors : int
        Other places of each draw, at random.
    draws : int
        For each rule and number of periods; all designs see the same draws.
    seed : int
    significance : float
        Two-sided; a rejection counts, and apart from it one that says "fall".
    power : float
        Share of draws in which the least detectable fall is found.
    confidence_level : float
        Of the intervals of shares.

    Returns
    -------
    pandas.DataFrame
        rule, design, before (periods), rejected, lower, upper (shares of draws), found_fall, fall_lower, fall_upper
        (shares that reject with an effect below zero), found_rise, rise_lower, rise_upper (above zero), effect (mean,
        in units of the outcome), least_fall (that is detected with this power, below zero; nan if none that is tried
        is), draws.

    Raises
    ------
    ValueError
        If a name is unknown, periods or places are too few, or a level is no probability.

    Notes
    -----
    A design whose smallest p-value is above the significance rejects never; with donors to spare this is not the case.
    """
    require.level("significance", significance, 0.05)
    require.level("power", power, 0.8)
    require.level("confidence_level", confidence_level)
    require.some("draws", draws)
    values = require.finite("outcomes", outcomes)
    unknown = [name for name in designs if name not in DESIGNS]
    if unknown:
        raise ValueError(f"unknown designs {', '.join(map(repr, unknown))}. Allowed: {', '.join(DESIGNS)}.")
    places, periods = values.shape
    longest = max(before) + after
    if not 2 <= donors < places or longest > periods:
        raise ValueError(
            f"{donors} donors of {places} places and {longest} periods of {periods}. Allowed: from 2 donors to "
            f"{places - 1}, and periods before and after that fit into the panel."
        )
    rows = []
    for rule in rules:
        for length in before:
            generator = np.random.default_rng([seed, length, *rule.encode()])
            tried = [_draw(values, rule, length, after, donors, generator) for _ in range(draws)]
            for name in designs:
                answers = [DESIGNS[name](one, length, SHIFTS) for one in tried]
                effects = np.array([answer.effects[0] for answer in answers])
                found = np.array([answer.p_values <= significance for answer in answers])
                falls = found & (np.array([answer.effects for answer in answers]) < 0)
                rises = found[:, 0] & (effects > 0)
                rows.append(
                    {
                        "rule": rule,
                        "design": name,
                        "before": length,
                        **_share("rejected", "", found[:, 0], confidence_level),
                        **_share("found_fall", "fall_", falls[:, 0], confidence_level),
                        **_share("found_rise", "rise_", rises, confidence_level),
                        "effect": float(effects.mean()),
                        "least_fall": least_fall(falls.mean(axis=0), SHIFTS, power),
                        "draws": draws,
                    }
                )
    return pd.DataFrame(rows)


def _share(name: str, ends: str, found: Flags, confidence_level: float) -> dict[str, float]:
    """A share of draws with its interval."""
    lower, upper = wilson_interval(int(found.sum()), len(found), confidence_level)
    return {name: float(found.mean()), f"{ends}lower": lower, f"{ends}upper": upper}


def _draw(values: Floats, rule: Rule, before: int, after: int, donors: int, generator: np.random.Generator) -> Floats:
    """A window of the panel, the place that the rule chooses first, with other places at random."""
    start = int(generator.integers(values.shape[1] - before - after + 1))
    window = values[:, start : start + before + after]
    chosen = int(generator.choice(len(values), p=eligible_places(window, before, rule, window=min(2, before // 2))))
    others = generator.choice(np.delete(np.arange(len(values)), chosen), donors, replace=False)
    return window[[chosen, *others]]


def least_fall(shares: Floats, shifts: Floats, power: float) -> float:
    """The smallest fall from which on all that are tried are found with this power.

    Parameters
    ----------
    shares : numpy.ndarray, shape (shifts,)
        How often each fall is found.
    shifts : numpy.ndarray, shape (shifts,)
        Falls that were tried, from the smallest on.
    power : float

    Returns
    -------
    float
        One of `shifts`; nan if the largest is not found so often.
    """
    enough = np.flatnonzero(shares < power)
    place = int(enough[-1]) + 1 if len(enough) else 0
    return float(shifts[place]) if place < len(shifts) else float("nan")
