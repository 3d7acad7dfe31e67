"""Three readings of each programme for one table of all: the plain change, that beside others, and other choices."""

from collections.abc import Sequence

import numpy as np

from citizen_security.values import Value
from citizen_security.words import number_in_words, out_of, p_in_words, p_with_floor, signed

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
    """A p-value and the least that its placebos could give: `p = 0.120, none can be below 0.040`."""
    return p_with_floor(p_value, floor)


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


def falls(found: int, total: int, many: str, one: str, *, able: int | None = None, risen: int = 0) -> str:
    """How many choices find a fall beyond chance: `none of the 36 combinations finds a fall beyond chance`.

    Parameters
    ----------
    found, total : int
        Choices that find a fall, and all choices.
    many, one : str
        The noun of the choices, such as `combinations` and `combination`.
    able : int, optional
        Choices whose least possible p-value is small enough for a finding; all where it is not given. The others could
        find nothing, whatever had happened, and so are counted apart.
    risen : int
        Choices that find a rise beyond chance.

    Returns
    -------
    str
    """
    able = total if able is None else able
    if not able:
        return f"{out_of(0, total, many, one)} could tell a fall from chance: so few comparisons give no p so small"
    some = out_of(found, able, many, one)
    could = f"{some} {'finds' if found <= 1 else 'find'} a fall beyond chance"
    up = f"{number_in_words(risen)} a rise" if risen else ""
    blind = f"{number_in_words(total - able)} more could not tell" if able < total else ""
    return "; ".join(part for part in (could, up, blind) if part)
