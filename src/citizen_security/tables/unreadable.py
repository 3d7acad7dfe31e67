"""What to write in place of a cell that is not of its column's type, in words.

Nothing is read that could mean two things: where a cell has several meanings, both are offered.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from itertools import starmap

from citizen_security.tables.characters import DECIMAL, MISSING_WORDS

LEAVE = "leave the cell empty where none was printed"

# Signs that a typesetter puts for a minus; a keyboard has the hyphen alone.
_MINUS = "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d"
_BLANKS = " \u00a0\u2007\u2009\u202f\t"
_APOSTROPHES = "'\u2019\u02bc"
_MARKS = "*\u2020\u2021\u00a7\u00b6#\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
_RELATIONS = "<>\u2264\u2265~\u2248="
_YES = frozenset(("true", "t", "yes", "y", "si", "sí", "sim", "verdadero", "verdadeiro", "1", "x"))
_NO = frozenset(("false", "f", "no", "n", "não", "nao", "0"))

_FIGURE = re.compile(r"[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_ENDLESS = re.compile(r"[+-]?(?:inf|infinity|infinite|∞|1\.?#inf)", re.IGNORECASE)
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_RANGE = re.compile(r"\d\s*(?:-|–|—|to|a|;|/|:|±|\+/-|\()\s*\(?[-−]?\d")
_FRACTION = re.compile(r"\d+\s*/\s*\d+", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([,.])\d{3})(?:\1\d{3})*", re.ASCII)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[-/ .][A-Za-z]{3,9}\.?(?:[-/ .]\d{2,4})?",
    re.ASCII,
)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)


def advice(cell: str, kind: str) -> str:
    """What to write in place of a cell.

    Parameters
    ----------
    cell : str
        As it stands in the file; not of this kind.
    kind : str
        Type of the column: `integer`, `number`, `boolean` or `date`.

    Returns
    -------
    str
        A clause, such as `write 0.33`.
    """
    return _ADVICE[kind](cell)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _of_number(cell: str) -> str:
    return _in_words(cell, lambda figure: [figure])


def _of_integer(cell: str) -> str:
    def whole(figure: str) -> list[str]:
        value = float(figure)
        return [str(int(value))] if value == int(value) and abs(value) < 10**18 else []

    return _in_words(cell, whole) or "write a whole number"


def _in_words(cell: str, written: Callable[[str], list[str]]) -> str:
    """Advice for a cell that should be a number; empty where the number that it is cannot stand here."""
    text = cell.strip().strip('"')
    if text.casefold() in MISSING_WORDS or text in (*_MINUS, "…", ".."):
        return "leave the cell empty: that is a missing value"
    if _ENDLESS.fullmatch(text.lstrip(_MINUS)):
        return f"no table holds what is not finite: write the figure that was printed; {LEAVE}"
    if _DATE.fullmatch(text):
        return "a spreadsheet made a date of it: write the number that was printed"
    for known in _KNOWN:
        if said := known(text):
            return said
    given, remarks = _without_marks(_as_typed(text))
    readings = list(dict.fromkeys(_readings(given)))
    if not readings:
        return f"write the number alone and in digits; {LEAVE}"
    if any(_exponent(it) > 99 for it in readings):
        return "write it without so large an exponent: no table here needs one"
    offered = [words for figure in readings for words in written(figure)]
    if not offered:
        return ""
    which = ", whichever was printed" if len(offered) > 1 else ""
    return f"write {' or '.join(offered)}{which}{''.join(f'; {remark}' for remark in remarks)}"


def _several(text: str) -> str:
    """An interval or several numbers in one cell; a fraction is none."""
    digits = text.translate(dict.fromkeys(map(ord, _MINUS), "-"))
    if _FRACTION.fullmatch(digits) or any(unicodedata.category(sign) == "No" and sign not in _MARKS for sign in digits):
        return "write it as a decimal number, such as 0.5 for a half"
    if _RANGE.search(digits.lstrip("-(")):
        return "write one number in a cell; bounds and errors have columns of their own"
    return ""


def _accountant(text: str) -> str:
    """A number in parentheses."""
    match = _PARENTHESES.fullmatch(text)
    if not match or not (readings := list(_readings(_as_typed(match[1].strip())))):
        return ""
    figure = readings[0].lstrip("-")
    return f"write -{figure} if the parentheses mean a minus, or {figure} if they are those of a table"


_KNOWN: tuple[Callable[[str], str], ...] = (_several, _accountant)


def _as_typed(text: str) -> str:
    """The same with the signs of a keyboard: its minus, its digits, no blanks and apostrophes between thousands."""
    signs = (
        str(unicodedata.decimal(sign)) if unicodedata.category(sign) in DECIMAL else "-" if sign in _MINUS else sign
        for sign in text
    )
    joined = re.sub(rf"(?<=\d)[{_BLANKS}{_APOSTROPHES}](?=\d{{3}}(?!\d))", "", "".join(signs))
    return re.sub(rf"^-[{_BLANKS}]+(?=[\d.])", "-", joined)


def _without_marks(text: str) -> tuple[str, list[str]]:
    """The number alone, and where what stood beside it belongs."""
    remarks = []
    kept = text.strip(_BLANKS)
    if kept != (bare := kept.rstrip(_MARKS + _BLANKS)):
        remarks.append("marks of significance and footnotes stay out")
        kept = bare
    if kept != (bare := kept.lstrip(_RELATIONS + _BLANKS)):
        remarks.append("a sign such as < has a column of its own, or stands in the notes")
        kept = bare
    if kept != (bare := kept.rstrip("%‰" + _BLANKS)):
        remarks.append("the unit is the column's")
        kept = bare
    return kept, remarks


def _readings(text: str) -> Iterator[str]:
    """Numbers in plain digits that a text may mean; none where it is no number."""
    match = _FIGURE.fullmatch(text)
    if not match:
        return
    sign, digits, exponent = ("-" if text.startswith("-") else ""), match[1], match[2] or ""
    commas, points = digits.count(","), digits.count(".")
    # Of two signs the last is the decimal one; of one that comes twice, neither.
    decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
    whole, _, part = digits.partition(decimal) if digits.count(decimal) == 1 else (digits, "", "")
    if not (whole.isdigit() or not whole or _THOUSANDS.fullmatch(whole)) or (part and not part.isdigit()):
        return
    if commas == 1 and not points and _THOUSANDS.fullmatch(digits):
        yield _plain(sign, digits.replace(",", ""), "", exponent)
    yield _plain(sign, re.sub("[,.]", "", whole), part, exponent)


def _plain(sign: str, whole: str, part: str, exponent: str) -> str:
    """A number as it is to be written."""
    return f"{sign}{whole.lstrip('0') or '0'}{f'.{part}' if part else ''}{exponent.lower()}"


def _exponent(figure: str) -> int:
    _, _, exponent = figure.partition("e")
    return abs(int(exponent or 0))


# --- other kinds ------------------------------------------------------------------------------------------------------


def _of_boolean(cell: str) -> str:
    word = cell.strip().casefold()
    if word in _YES:
        return "write true"
    return "write false" if word in _NO else "write true or false"


def _of_date(cell: str) -> str:
    text = cell.strip()
    days: list[tuple[int, int, int]] = []
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
        days = [(year, month, day)]
    elif match := _YEAR_LAST.fullmatch(text):
        one, other, year = map(int, match.groups())
        days = [(year, other, one), (year, one, other)]
    said = list(dict.fromkeys(filter(None, starmap(_day, days))))
    which = ", whichever was printed" if len(said) > 1 else ""
    return f"write {' or '.join(said)}{which}" if said else "write year-month-day, such as 2016-12-31"


def _day(year: int, month: int, day: int) -> str:
    """A day as it is to be written; empty where there is none."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


_ADVICE: dict[str, Callable[[str], str]] = {
    "integer": _of_integer,
    "number": _of_number,
    "boolean": _of_boolean,
    "date": _of_date,
}
