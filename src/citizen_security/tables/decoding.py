"""From the bytes of a file to text, and what of it does not belong into a table: each place named, and taken out.

What is taken out is told once, and the rest of the table is checked as if it were gone: a character that nobody sees
hides no other mistake.
"""

import re
import unicodedata
from collections.abc import Iterator

from citizen_security.rows_named import spans
from citizen_security.tables.characters import is_invisible, name_of

# What a cell may not hold, in words, as rules of a column.
CONTROL = "no control character"
BROKEN = "no line break: a row stands on one line"
INVISIBLE = "no character that does not show"
APART = "accents are not characters of their own"

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
# Stands for the sign that some systems end lines with, at which a reader of tables would stop; it is no character.
RETURN = "\ufdd0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(raw: bytes) -> tuple[str | None, list[str]]:
    """Text of a file, and what is wrong with the file as such.

    Parameters
    ----------
    raw : bytes

    Returns
    -------
    text : str or None
        Rows that end in a line feed; None if the file is no text.
    problems : list of str
    """
    problems = []
    if raw.startswith(b"\xef\xbb\xbf"):
        problems.append("the file starts with a byte order mark; save it as UTF-8 without one")
        raw = raw[3:]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        if raw.startswith(_UTF_16) or b"\0" in raw:
            problems.append(f"row {line} is not UTF-8 (byte {raw[error.start]:#04x}); save the file as UTF-8")
            return None, problems
        text, lines = _guessed(raw)
        rows = f"row {line} is not UTF-8" if len(lines) == 1 else f"the file is not UTF-8 in rows {spans(lines)}"
        problems.append(f"{rows} (byte {raw[error.start]:#04x}); save the file as UTF-8")
    if windows := text.count("\r\n"):
        first = text.count("\n", 0, text.index("\r\n")) + 1
        problems.append(
            f"{windows:,} rows end as Windows has them, with the control character '\\r', from row {first} on; rows "
            "end with \\n alone"
        )
        text = text.replace("\r\n", "\n")
    if text.count("\r") > 1 >= text.count("\n"):
        problems.append(
            f"{text.count(chr(13)):,} rows end as old systems have them, with '\\r'; rows end with \\n alone"
        )
        text = text.replace("\r", "\n")
    if not text.endswith("\n"):
        problems.append("the last row has no line end: the file may be cut off")
        text += "\n"
    return text.replace("\r", RETURN), problems


def _guessed(raw: bytes) -> tuple[str, list[int]]:
    """Text of which some lines are in the encoding of older spreadsheets, and the numbers of these lines."""
    said, lines = [], []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            said.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(number)
            said.append(line.decode("cp1252", errors="replace").replace("\ufffd", "?"))
    return "\n".join(said), lines


def is_odd(text: str) -> bool:
    """Whether a text holds anything that `cleaned` takes out, line breaks aside."""
    return bool(
        RETURN in text
        or _CONTROL.search(text)
        or (not text.isascii() and (any(map(is_invisible, set(text))) or not unicodedata.is_normalized("NFC", text)))
    )


def cleaned(cell: str) -> str:
    """A cell without what does not belong there: blanks stand for line breaks, tabs and other kinds of blanks."""
    kept = "".join(_in_place_of(sign) for sign in cell.replace(RETURN, "\r"))
    inside = _AT_AN_END.sub("", kept)
    return unicodedata.normalize("NFC", _WITHIN.sub(" ", inside))


def _in_place_of(sign: str) -> str:
    """A sign that is kept, nothing for one that does not show, and `_BLANK` for one that keeps words apart."""
    if sign == "\n" or _CONTROL.match(sign):
        return _BLANK
    if is_invisible(sign):
        return _BLANK if sign.isspace() else ""
    return sign


# Common blanks beside it go with it; those elsewhere are a matter of their own.
_BLANK = "\0"
_AT_AN_END = re.compile(r"^[ \0]*\0[ \0]*|[ \0]*\0[ \0]*$")
_WITHIN = re.compile(r" *\0[ \0]*")


def is_torn(cell: str) -> bool:
    """Whether a line break or a control character stands within a cell: nobody knows what was meant there."""
    return any(sign == "\n" or _CONTROL.match(sign) for sign in cell.replace(RETURN, "\r").strip())


def oddities(cell: str) -> Iterator[tuple[str, str]]:
    """What does not belong into a cell: the rule that it breaks, and what to do, each once.

    Parameters
    ----------
    cell : str
        As it was read.

    Yields
    ------
    tuple of str
    """
    given = cell.replace(RETURN, "\r")
    if "\n" in given:
        yield BROKEN, "write it on one line; a quote that is not closed swallows whole rows in this way"
    if control := sorted({repr(sign) for sign in given if _CONTROL.match(sign)}):
        yield CONTROL, f"take out the control character {' and '.join(control)}"
    if hidden := sorted({sign for sign in given if is_invisible(sign)}):
        blanks = all(sign.isspace() for sign in hidden)
        remedy = "write a common blank" if blanks else "take it out"
        yield INVISIBLE, f"{', '.join(map(name_of, hidden))}; {remedy}"
    if not unicodedata.is_normalized("NFC", given):
        yield APART, "save the file in Unicode normal form NFC"
