"""One row a design: change in percent, how sure, and what it comes to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.programmes.your_own_programme.labels import (
    AT_A_PEAK,
    CLUSTERED,
    DESCRIBES,
    DESIGNS,
    FALL,
    FEW_TREATED,
    NOT_POSSIBLE,
    OVERLAPPING,
    RISE,
    TOO_FEW,
    UNCLEAR,
)

# Shares of whole numbers of placebos are not to miss a level by rounding.
ROUNDING = 1e-9
NO_PERCENT = (
    "nothing above zero is expected without treatment, so that there is no percent of it; join periods or units, until "
    "something is"
)


@dataclass(frozen=True)
class Answer:
    """What a design says, in percent of what is expected without treatment, or of no percent in units of the outcome.

    Attributes
    ----------
    change, lower, upper : float
        Missing ends where the design has no interval, infinite ones where nothing is ruled out.
    p_value, floor : float
        Missing where there is none; the floor is the smallest p-value that was possible.
    """

    change: float
    lower: float = float("nan")
    upper: float = float("nan")
    p_value: float = float("nan")
    floor: float = float("nan")


def verdict_table(
    designs: Iterable[tuple[str, Callable[[], Answer]]], significance: float, *, few_treated: bool = False
) -> pd.DataFrame:
    """Put every design to the panel; one that cannot be says why.

    Parameters
    ----------
    designs : iterable of (str, callable)
        Name and what computes the answer.
    significance : float
    few_treated : bool
        Whether units are too few for errors that are clustered by unit.

    Returns
    -------
    pandas.DataFrame
        design, label, change, lower, upper (percent, or units of the outcome), p_value, floor, looks_at_peak, finding,
        reason.
    """
    rows = []
    for name, design in designs:
        answer, reason = Answer(float("nan")), ""
        try:
            answer = design()
        except (ValueError, ArithmeticError) as error:
            reason = in_plain_words(error)
        if not reason and not np.isfinite(answer.change):
            answer, reason = Answer(float("nan")), NO_PERCENT
        rows.append(
            {
                "design": name,
                "label": DESIGNS[name],
                "change": answer.change,
                "lower": answer.lower,
                "upper": answer.upper,
                "p_value": answer.p_value,
                "floor": answer.floor,
                "looks_at_peak": name in AT_A_PEAK,
                "finding": _told(name, finding(answer, significance, reason), few_treated=few_treated),
                "reason": reason,
            }
        )
    return pd.DataFrame(rows)


def in_plain_words(error: Exception) -> str:
    """Why a design has no answer, with what would give it one, as part of a sentence."""
    first = str(error).split("\n")[0].rstrip(".")
    return first.replace(". Allowed: ", "; it needs ").replace(". ", "; ")


def _told(name: str, found: str, *, few_treated: bool) -> str:
    """What a design comes to, where its p-value tests anything."""
    if found in (NOT_POSSIBLE, TOO_FEW):
        return found
    if name in OVERLAPPING:
        return DESCRIBES
    return FEW_TREATED if few_treated and name in CLUSTERED else found


def finding(answer: Answer, significance: float, reason: str = "") -> str:
    """What an answer comes to: by its p-value where there is one, else by its interval.

    Parameters
    ----------
    answer : Answer
    significance : float
    reason : str
        Why there is no answer.

    Returns
    -------
    str
    """
    if reason:
        return NOT_POSSIBLE
    if np.isfinite(answer.floor) and answer.floor > significance + ROUNDING:
        return TOO_FEW
    if np.isfinite(answer.p_value):
        is_clear = answer.p_value <= significance + ROUNDING
    else:
        is_clear = answer.lower > 0 or answer.upper < 0
    return (FALL if answer.change < 0 else RISE) if is_clear else UNCLEAR
