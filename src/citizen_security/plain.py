"""What others wrote, as it may be shown: short, and without signs that a terminal obeys."""

import reprlib
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

# The longest line of a refusal, and the longest whole one; the end, which says what to do, is kept.
LINE = 300
WHOLE = 1_200

# How much of a given value is shown.
SHOWN = 60

_DIGITS_PER_BIT = 0.30103


class _Short(reprlib.Repr):
    """The library's short forms, also of integers that are too long to be turned into text."""

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002, RUF100  # the library calls it so
        """Digits, or how many there are."""
        digits = int(x.bit_length() * _DIGITS_PER_BIT) + 1
        return repr(x) if digits <= SHOWN else f"an integer of {digits:,} digits"


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = SHOWN
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = 8
_SHORT.maxlevel = 3


def shown(value: object) -> str:
    """A value as Python writes it, shortened in the middle.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        At most about 60 characters, all of them printable.
    """
    return shortened(_SHORT.repr(value), SHOWN)


def shortened(text: str, width: int) -> str:
    """Text of at most `width` characters; what is too long loses its middle."""
    if len(text) <= width:
        return text
    end = (width - 1) // 3
    return f"{text[: width - 1 - end]}…{text[-end:]}"


def printable(text: str) -> str:
    """Text in which every sign that commands, hides or breaks a line is written out, as Python writes it."""
    return "".join(sign if _is_harmless(sign) else sign.encode("unicode_escape").decode() for sign in text)


def _is_harmless(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def listed(before: str, names: Sequence[str], after: str = "") -> str:
    """A sentence that lists names: as many as fit on a line, and then how many there are.

    Parameters
    ----------
    before : str
        What stands before the names.
    names : sequence of str
    after : str
        What stands behind them.

    Returns
    -------
    str
    """
    whole = f"{before}{', '.join(names)}{after}"
    if len(whole) <= LINE:
        return whole
    rest = f", … ({len(names):,} in all){after}"
    room = LINE - len(before) - len(rest)
    kept: list[str] = []
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        kept.append(name)
    return f"{before}{', '.join(kept)}{rest}"


def lines(text: str) -> Iterator[str]:
    """A message as lines for a terminal: nothing in it commands, and no line is longer than 300 characters.

    Parameters
    ----------
    text : str

    Yields
    ------
    str
        Lines after the first are indented.
    """
    short = shortened(printable(text), WHOLE)
    # Paths are copied: they are not broken at their hyphens.
    yield from textwrap.wrap(short, LINE, subsequent_indent="  ", break_on_hyphens=False) or [""]
