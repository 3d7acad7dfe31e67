"""Words that follow numbers: counts, shares, directions and comparisons as a sentence says them.

A sentence that another run would make false is computed; these functions keep the words of all of them alike. What
each word means is fixed here, once.
"""

from collections.abc import Iterable, Sequence
from math import floor as round_down
from math import isfinite, log10

# Up to here a count is written as a word.
NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)

# An end of an interval this close to zero, as a share of the other end, is at zero: an error that was computed from a
# bound of p puts it there up to rounding.
AT_ZERO = 1e-9

# Decimals of a p-value.
P_DIGITS = 3

# Letters of a title that stands where authors would, so that it fits the label of a figure.
SHORT_TITLE = 40


def number_in_words(count: int) -> str:
    """A count without its noun: `no`, `three`, `24`."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """A count with its noun: `no country`, `one country`, `three countries`, `24 countries`.

    Parameters
    ----------
    count : int
        Of things, from zero.
    singular : str
    plural : str, optional
        The singular with an s where none is given.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the count is negative.
    """
    if count < 0:
        raise ValueError(f"{count} is no count; give a number from 0")
    return f"{number_in_words(count)} {singular if count in (0, 1) else plural or f'{singular}s'}"


def out_of(count: int, total: int, plural: str, singular: str = "") -> str:
    """Some of all: `none of the 24 countries`, `3 of 24 countries`, `all 24`; of one, `the one country`.

    Parameters
    ----------
    count, total : int
        From zero to `total`.
    plural : str
    singular : str, optional
        Without it one of one is `1 of 1`.

    Raises
    ------
    ValueError
        If there are more than all.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} cannot be; give a count from 0 to the total")
    if total == 1 and singular:
        return f"the one {singular}" if count else f"no {singular}"
    if total > 1 and count in (0, total):
        return f"none of the {total:,} {plural}" if count == 0 else f"all {total:,} {plural}"
    return f"{count:,} of {total:,} {plural}"


def p_in_words(p_value: float) -> str:
    """A p-value with three digits: `p = 0.021`; what would be printed as zero is `p below 0.001`.

    Raises
    ------
    ValueError
        If it is no probability.
    """
    if not 0 <= p_value <= 1:
        raise ValueError(f"{p_value} is no p-value; give a number from 0 to 1")
    return "p below 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def least_p(floor: float) -> str:
    """The least p-value that a test can give, with the digits of `p_in_words`: `0.043`, `0.0002`.

    Raises
    ------
    ValueError
        If it is zero or no probability.
    """
    if not 0 < floor <= 1:
        raise ValueError(f"{floor} is no least p-value; give a number above 0, up to 1")
    digits = P_DIGITS if floor >= 10**-P_DIGITS else -round_down(log10(floor))
    return f"{floor:.{digits}f}"


def p_with_floor(p_value: float, floor: float) -> str:
    """A p-value and the least that its test can give, with the same digits: `p = 0.120, none can be below 0.043`.

    What is as small as it can be is said so, `p = 0.043, the least possible`: two numbers that are one are never
    printed as two.
    """
    if p_value <= floor * (1 + AT_ZERO):
        return f"p = {least_p(floor)}, the least possible"
    return f"{p_in_words(p_value)}, none can be below {least_p(floor)}"


def p_with_limits(p_value: float, lower: float, upper: float) -> str:
    """A p-value by simulation with its limits for the number of draws: `p = 0.890, 0.837 to 0.929`."""
    return f"{p_in_words(p_value)}, {lower:.3f} to {upper:.3f}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a sentence lists them: `a`, `a and b`, `a, b and c`; `none` where there is no name."""
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def signed(value: float, specification: str = ".2f") -> str:
    """A change with its sign, a minus printed as one: `+5.7`, `−9`; what rounds to zero has none."""
    text = f"{value:+{specification}}"
    return (text.lstrip("+-") if not any(digit in text for digit in "123456789") else text).replace("-", "−")


def with_interval(estimate: float, lower: float, upper: float, specification: str = ".2f") -> str:
    """An estimate and its interval, each with its sign: `+0.32 (−0.02 to +0.66)`."""
    middle, low, high = (signed(number, specification) for number in (estimate, lower, upper))
    return f"{middle} ({low} to {high})"


def leaves_out_zero(lower: float, upper: float) -> bool:
    """Whether an interval lies on one side of zero; one that begins or ends there does not."""
    return by_interval(lower, upper, above="above", below="below", neither="") != ""


def by_interval(lower: float, upper: float, *, above: str, below: str, neither: str) -> str:
    """One of three words, by where an interval lies against zero.

    Parameters
    ----------
    lower, upper : float
        Ends of the interval; infinite ends are allowed.
    above, below, neither : str
        What is said of an interval wholly above zero, wholly below it, and of one that includes zero or ends there.

    Raises
    ------
    ValueError
        If the interval does not run from low to high.
    """
    if not lower <= upper:
        raise ValueError(f"the interval runs from {lower} to {upper}; give the lower end first")
    near = AT_ZERO * max((abs(end) for end in (lower, upper) if isfinite(end)), default=0.0)
    return above if lower > near else below if upper < -near else neither


def compared(value: float, other: float, *, tolerance: float, larger: str, smaller: str, alike: str) -> str:
    """One of three words, by how two numbers lie to each other.

    Parameters
    ----------
    value, other : float
    tolerance : float
        Difference in absolute terms up to which they are alike.
    larger, smaller, alike : str
        What is said where `value` is larger, smaller, about as large.
    """
    if abs(value - other) <= tolerance:
        return alike
    return larger if value > other else smaller


def attributed(authors: object, title: str) -> str:
    """Who a publication is by: its authors, or its short title in quotation marks where none are named.

    Parameters
    ----------
    authors : object
        Text; anything else, and a blank, is no author.
    title : str

    Returns
    -------
    str
    """
    return authors if isinstance(authors, str) and authors.strip() else f"“{_short_title(title)}”"


def _short_title(title: str) -> str:
    """A title up to its first colon and no longer than a label, cut between words."""
    main = title.split(": ")[0]
    if len(main) <= SHORT_TITLE:
        return main
    return main[: SHORT_TITLE + 1].rpartition(" ")[0].rstrip(",;") + "…"


def sentences(parts: Iterable[str]) -> str:
    """Clauses as sentences: each begins with a capital and ends with a full stop; empty ones are passed over."""
    return " ".join(_sentence(part.strip()) for part in parts if part.strip())


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}{'' if words.endswith(('.', '?', '!', ':')) else '.'}"
