"""Three readings of each programme for one table of all: the plain change, that beside others, and other choices."""

from collections.abc import Sequence

import numpy as np

from citizen_security.values import Value
from citizen_security.words import number_in_words, out_of, p_in_words, signed

LABELS = {
    "raw_reading": "From before to after",
    "beside_reading": "Against what was to be expected",
    "choices_reading": "What other choices find",
}


def readings(*, raw: str = "", beside: str = "", choices: str = "") -> list[Value]:
    """The values that the overview of programmes quotes of a notebook, as many of them as are given.

    Parameters
    ----------
    raw : str
        The change from before to after, with its interval and the years.
    beside : str
        The change against what was to be expected without the programme, with an interval or what chance gives.
    choices : str
        How many of other choices find a fall beyond chance.

    Returns
    -------
    list of Value
    """
    texts = {"raw_reading": raw, "beside_reading": beside, "choices_reading": choices}
    given = ((name, f"{text[0].upper()}{text[1:]}") for name, text in texts.items() if text)
    return [Value(name=name, value=text, label=LABELS[name]) for name, text in given]


def changed(change: float, lower: float, upper: float) -> str:
    """A change in percent with its interval: `−52% (−71% to −22%)`.

    An interval that is not known, or an end without a bound, is said so.
    """
    if np.isnan(lower) or np.isnan(upper):
        return f"{percent(change)} (no interval in this run)"
    below = "no bound below" if lower <= -100 else percent(lower)
    above = "no bound above" if np.isinf(upper) else percent(upper)
    return f"{percent(change)} ({below} to {above})"


def percent(change: float) -> str:
    """A change in percent with its sign; where nothing was expected there is none."""
    return "a rise from nothing" if np.isinf(change) else f"{signed(change, '.0f')}%"


def by_chance(p_value: float, floor: float) -> str:
    """A p-value and the least that its placebos could give: `p = 0.120, none can be below 0.04`."""
    return f"{p_in_words(p_value)}, none can be below {floor:.2g}"


def between(changes: Sequence[float], p_values: Sequence[float], many: str) -> str:
    """What several designs give: `−30% to −7% by four designs, p = 0.530 to 0.880`.

    Parameters
    ----------
    changes : sequence of float
        In percent; at least one.
    p_values : sequence of float
    many : str
        The noun of the designs in the plural, such as `designs`.

    Returns
    -------
    str
    """
    small, large = p_in_words(min(p_values)), p_in_words(max(p_values))
    chance = small if small == large else f"{small} to {large.removeprefix('p = ')}"
    if len(changes) == 1:
        return f"{percent(changes[0])}, {chance}"
    ends = f"{percent(min(changes))} to {percent(max(changes))}"
    return f"{ends} by {number_in_words(len(changes))} {many}, {chance}"


def falls(found: int, total: int, many: str, one: str) -> str:
    """How many choices find a fall beyond chance: `none of the 36 combinations finds a fall beyond chance`."""
    some = out_of(found, total, many, one)
    return f"{some} {'finds' if found <= 1 else 'find'} a fall beyond chance"
