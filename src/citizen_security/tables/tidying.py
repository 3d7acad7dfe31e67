"""What a spreadsheet did to a table, undone: marks, line ends, separators, rounded numbers, lost zeros, TRUE for true.

Nothing is guessed: a number or a code is put back only where the accepted table has it in the same row and column, and
what the spreadsheet wrote is that number rounded, or that code without its zeros.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from decimal import Decimal, InvalidOperation

from citizen_security.tables.characters import is_invisible
from citizen_security.tables.errors import Descriptor
from citizen_security.tables.numbered import by_number, numbered_fields
from citizen_security.tables.rows import csv_rows
from citizen_security.tables.sheet import primary_key, scan

type Rows = list[list[str]]

SEPARATORS = ",;\t"
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_A_THOUSAND = re.compile(r"-?[1-9]\d{0,2},\d{3}")


def what_it_mends(resource: Descriptor, raw: bytes, accepted: bytes | None) -> list[str]:
    """What `tidy` would do to a table; nothing if no spreadsheet was at work."""
    try:
        tidied, done = tidy(resource, raw, accepted)
    except ValueError:
        return []
    return done if tidied != raw else []


def tidy(resource: Descriptor, raw: bytes, accepted: bytes | None) -> tuple[bytes, list[str]]:
    """Write a table as tables are written here.

    Parameters
    ----------
    resource : dict
        Description of the table.
    raw : bytes
        Content of its file.
    accepted : bytes or None
        The table that was accepted last, from which rounded numbers and lost zeros are put back.

    Returns
    -------
    tidied : bytes
    done : list of str
        What was done, in words.

    Raises
    ------
    ValueError
        If the file is no text, or not the table's columns.
    """
    text, done = _text(raw)
    names = [field["name"] for field in resource["schema"]["fields"]]
    header, rows, of_rows = _rows(text, names)
    done += of_rows
    rows, of_order = _in_order(header, rows, names)
    done += of_order + _cells(resource, rows, is_decimal=_separator(text) == ";")
    if accepted is not None:
        done += _put_back(resource, rows, accepted)
    done += _sort(resource, rows)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names, *rows])
    tidied = out.getvalue().encode()
    if tidied != raw and not done:
        done.append("quotes around cells that need none")
    return tidied, done


def _text(raw: bytes) -> tuple[str, list[str]]:
    done = []
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16")
        done.append("UTF-16 in place of UTF-8")
    else:
        text = raw.decode("utf-8")
    if text.startswith("\ufeff"):
        text = text[1:]
        done.append("the byte order mark")
    if windows := text.count("\r"):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        done.append(f"{windows:,} line ends of another system")
    if invisible := {character for character in set(text) if is_invisible(character)}:
        for character in invisible:
            text = text.replace(character, " " if character.isspace() else "")
        done.append("characters that do not show")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        done.append("accents written as separate characters")
    return text, done


def _rows(text: str, names: list[str]) -> tuple[list[str], Rows, list[str]]:
    done = []
    separator = _separator(text)
    try:
        header, *rows = csv_rows(io.StringIO(text), separator=separator)
    except csv.Error as error:
        raise ValueError(f"it is not CSV: {error}") from None
    if separator != ",":
        done.append("another separator than commas")
    width = len(header)
    while header and not header[-1].strip():
        header.pop()
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if len(filled) < len(rows) or len(header) < width:
        done.append("empty rows and columns at the edge")
    cut = [row[: len(header)] if not any(row[len(header) :]) else row for row in filled]
    if any(len(row) != len(header) for row in cut):
        raise ValueError("rows have more or fewer cells than the header")
    header = [cell.strip() for cell in header]
    if sorted(header) != sorted(names):
        raise ValueError("the columns are others")
    return header, cut, done


def _separator(text: str) -> str:
    """What separates the cells of the header."""
    first, _, _ = text.partition("\n")
    return max(SEPARATORS, key=first.count)


def _in_order(header: list[str], rows: Rows, names: list[str]) -> tuple[Rows, list[str]]:
    if header == names:
        return rows, []
    places = [header.index(name) for name in names]
    return [[row[place] for place in places] for row in rows], ["columns in another order"]


def _cells(resource: Descriptor, rows: Rows, *, is_decimal: bool) -> list[str]:
    """Blanks at the edge, TRUE, and decimal commas; the rows are changed in place.

    A spreadsheet that separates cells by semicolons does so since its commas are decimal ones.
    """
    counts: Counter[str] = Counter()
    for place, field in enumerate(resource["schema"]["fields"]):
        for row in rows:
            cell = row[place]
            stripped = " ".join(cell.split())
            if "\n" in cell:
                counts["line breaks"] += 1
            elif stripped != cell:
                counts["blanks at the edge or doubled"] += 1
            if field["type"] == "boolean" and stripped in ("TRUE", "FALSE", "True", "False"):
                stripped = stripped.lower()
                counts["TRUE for true"] += 1
            # Between commas 1,234 is a thousand or one and a bit: whoever wrote it knows.
            is_clear = is_decimal or not _A_THOUSAND.fullmatch(stripped)
            if field["type"] == "number" and _DECIMAL_COMMA.fullmatch(stripped) and is_clear:
                stripped = stripped.replace(",", ".")
                counts["decimal commas"] += 1
            row[place] = stripped
    return [f"{what} in {count:,} cell{'s' * (count > 1)}" for what, count in counts.items()]


def _put_back(resource: Descriptor, rows: Rows, accepted: bytes) -> list[str]:
    """Cells that the accepted table has with more digits or with its zeros; the rows are changed in place."""
    sheet = scan(resource, accepted).sheet
    if sheet is None:
        return []
    fields = resource["schema"]["fields"]
    key = [place for place, field in enumerate(fields) if field["name"] in primary_key(resource)]
    before = list(zip(*sheet.cells.values(), strict=True))
    by_key = {tuple(_short(row[place]) for place in key): row for row in before}
    count, example = 0, ""
    for number, row in enumerate(rows, start=2):
        old = by_key.get(tuple(_short(row[place]) for place in key))
        if old is None:
            continue
        for place, field in enumerate(fields):
            new = row[place]
            if new != old[place] and _is_rewritten(old[place], new, field["type"]):
                count += 1
                example = example or f"row {number} {field['name']}: {new!r} for {old[place]!r}"
                row[place] = old[place]
    return [f"{count:,} cells that are rounded or written in another way ({example})"] if count else []


def _short(cell: str) -> str:
    """A code as a spreadsheet shortens it."""
    return cell.lstrip("0") or cell if cell.isdigit() else cell


def _is_rewritten(old: str, new: str, kind: str) -> bool:
    if kind == "string":
        return old.isdigit() and new == old.lstrip("0")
    if kind not in ("integer", "number"):
        return False
    try:
        was, now = Decimal(old), Decimal(new)
    except InvalidOperation:
        return False
    if was == now:
        return True
    digits = now.as_tuple().exponent
    if not isinstance(digits, int) or not was.is_finite():
        return False
    # a number in scientific notation kept so many leading digits; else so many decimals
    return kind == "number" and abs(was - now) <= Decimal(1).scaleb(digits) / 2 and digits > _decimals(old)


def _decimals(cell: str) -> int:
    """Exponent of the last digit: -2 for 1.25."""
    exponent = Decimal(cell).as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _sort(resource: Descriptor, rows: Rows) -> list[str]:
    """Rows in the order of the key; they are changed in place."""
    fields = resource["schema"]["fields"]
    key = [place for place, field in enumerate(fields) if field["name"] in primary_key(resource)]
    key.sort(key=lambda place: primary_key(resource).index(fields[place]["name"]))
    numbered = numbered_fields(resource)

    def part(place: int, cell: str) -> tuple[int, int, str, int]:
        if fields[place]["name"] in numbered:
            words, number = by_number(cell)
            return 0, 0, words, number
        # what is no number stands last, and the check refuses it there
        is_number = fields[place]["type"] == "integer" and cell.isascii() and cell.isdigit()
        return (0, int(cell), "", 0) if is_number else (1, 0, cell, 0)

    def position(row: list[str]) -> list[tuple[int, int, str, int]]:
        return [part(place, row[place]) for place in key]

    ordered = sorted(rows, key=position)
    if ordered == rows:
        return []
    rows[:] = ordered
    return ["rows in another order"]
