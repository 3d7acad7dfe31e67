"""What others wrote, as it may be shown: short, and without signs that a terminal obeys."""

import re
import reprlib
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from html.entities import name2codepoint

# The longest line of a refusal, and the longest whole one; the end, which says what to do, is kept.
LINE = 300
WHOLE = 1_200

# How much of a given value is shown.
SHOWN = 60

_DIGITS_PER_BIT = 0.30103

# What a page or the record of a publisher writes around words. Whatever else stands behind a “<” is a sign of the text.
_ELEMENT = (
    "(?:a|abbr|address|area|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center|"
    "circle|cite|code|col|colgroup|data|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|"
    "font|footer|form|frame|frameset|g|h1|h2|h3|h4|h5|h6|head|header|hr|html|i|iframe|image|img|input|ins|kbd|"
    "label|legend|li|line|link|main|map|mark|marquee|math|menu|meta|mfrac|mi|mn|mo|mrow|msub|msup|nav|noscript|"
    "object|ol|optgroup|option|output|p|param|path|picture|pre|progress|q|rect|rp|rt|ruby|s|samp|scp|script|"
    "section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|text|"
    "textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|use|var|video|wbr|[a-z][a-z0-9]*:[a-z][a-z0-9-]*)"
)
_ENTITY = "|".join((*name2codepoint, "apos"))
_MARKUP = re.compile(
    # A tag, or the start of one with an attribute, which the next “>” of a page would close; “a<b and c>d” is neither.
    rf"<{_ELEMENT}\s*/?>|<{_ELEMENT}[\s/]+[\w:-]+\s*=\s*[\"'\w]"
    rf"|</{_ELEMENT}\b|<!--|<!(?:doctype|\[cdata)|<\?(?:xml|php)\b"
    rf"|&(?:{_ENTITY}|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE,
)


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


def markup_in(text: str) -> str:
    """The first tag, comment or character reference of HTML in a text: what a browser would read, and no reader.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty where there is none: `R&D; crime`, `a<b` and `p < 0.05` are words and signs.
    """
    match = _MARKUP.search(text)
    return match[0] if match else ""


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


def lines(text: str, longest: int | None = WHOLE) -> Iterator[str]:
    """A message as lines for a terminal: nothing in it commands, and no line is longer than 300 characters.

    Parameters
    ----------
    text : str
    longest : int or None
        Of a longer one the middle is left out; nothing is where there is no such length.

    Yields
    ------
    str
        Lines after the first are indented.
    """
    whole = printable(text)
    short = whole if longest is None else shortened(whole, longest)
    # Paths are copied: they are not broken at their hyphens.
    yield from textwrap.wrap(short, LINE, subsequent_indent="  ", break_on_hyphens=False) or [""]
