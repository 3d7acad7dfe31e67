"""Numbers as a page of a place prints them: as many digits as a reader can use, a dash for what is missing."""

from math import floor, log10

MISSING = "–"
# From here on a rate is a whole number.
WHOLE = 10


def short(value: float | None) -> str:
    """A rate or a count with at most two digits that say something below ten, and whole above.

    Parameters
    ----------
    value : float or None
        Not below zero; None is missing.

    Returns
    -------
    str
        `83`, `6.2`, `0.05`, `1,234`; a dash for what is missing.
    """
    if value is None:
        return MISSING
    if value <= 0:
        return "0"
    digits = max(0, 1 - floor(log10(value)))
    text = f"{value:.{digits}f}"
    # 9.96 rounds to ten, which is whole.
    return f"{value:,.0f}" if float(text) >= WHOLE else text


def share(value: float) -> str:
    """A change in percent without its sign: `60%`, `4.5%`, `0.3%`, `1,200%`."""
    size = abs(value)
    return f"{size:,.0f}%" if size >= WHOLE else f"{size:.1f}%".replace(".0%", "%")


def change(value: float) -> str:
    """A change in percent with its sign, a minus printed as one: `−60%`, `+4.5%`; none for no change."""
    text = share(value)
    if not any(digit in text for digit in "123456789"):
        return "0%"
    return f"{'−' if value < 0 else '+'}{text}"


def ordinal(number: int) -> str:
    """A place in an order: `1st`, `2nd`, `11th`, `23rd`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
