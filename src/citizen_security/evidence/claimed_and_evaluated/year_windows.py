"""Which years a place is chosen by, and which are compared: before and after."""

from dataclasses import dataclass

import numpy as np

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated, SelectionRule
from citizen_security.methods.arrays import Floats

SELECTING_RULES: tuple[SelectionRule, ...] = ("high_level", "spike")


@dataclass(frozen=True)
class Windows:
    """Weights of the years in what is selected on, in the level before and in the level after.

    Attributes
    ----------
    select, before, after : numpy.ndarray, shape (n_years,)
    """

    select: Floats
    before: Floats
    after: Floats


def window_weights(rule: SelectionRule, *, before: int, after: int, past: int) -> Windows:
    """Weights of consecutive years: past years (for a spike), years before, years after.

    Parameters
    ----------
    rule : {"high_level", "spike", "at_random"}
        What a place is selected for: its level before, that level over its own past, or nothing.
    before, after, past : int
        Numbers of years.

    Returns
    -------
    Windows
    """
    blocks = np.split(np.eye(past + before + after), [past, past + before], axis=1)
    earlier, level, later = (block.mean(axis=1) for block in blocks)
    select = {"high_level": level, "spike": level - earlier, "at_random": np.zeros(past + before + after)}[rule]
    return Windows(select, level, later)


def windows_of(parameters: ClaimedAndEvaluated, rule: SelectionRule) -> Windows:
    """Windows of the lengths that the parameters name."""
    lengths = {"before": parameters.years_before, "after": parameters.years_after, "past": parameters.years_past}
    return window_weights(rule, **lengths)
