"""Files that people bring, as cells: whatever their encoding, separator, compression and lines above the header."""

import csv
import gzip
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.parameters import ParameterError, RowsRefused, unknown
from citizen_security.rows_named import spans
from citizen_security.tables.brought.findings import Findings, counted, shown_cell

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

TEXTS = (".csv", ".txt", ".tsv")
SHEETS = (".xlsx", ".xls", ".ods")
ALLOWED = "a .csv file (or .tsv, .txt, .csv.gz) or a .parquet file"

# A country of 20,000 places has half a million rows in 25 years; a table beyond this is one of persons or of events.
MAXIMUM_ROWS = 2_000_000
ONE_ROW = "allowed is one row for each place and year"
MAXIMUM_BYTES = 500_000_000
SEPARATORS = (",", ";", "\t", "|")
# Publishers print a title, a source and a period above the header; more lines than these are no table.
MAXIMUM_TITLE_LINES = 20
WIDE_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What names of the region are written with. Bytes of other systems come out as other signs: Æ, ‡, ¢, a blank in a word.
WINDOWS_SIGNS = frozenset("áàâãäåéèêëíìîïóòôõöøúùûüçñýÁÀÂÃÄÅÉÈÊËÍÌÎÏÓÒÔÕÖØÚÙÛÜÇÑÝªº°–—‘’“”«»")
CLOSE_QUOTES = (
    "Every row needs as many cells as the header: leave out notes below the table, put quotes around a cell that holds "
    "the separator, and close every quote."
)
SAVE_AS_UTF8 = "save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)"

ONE_GROUP = "Where all places are of one group, or nobody knows their groups, give group_column=none."

_PLAIN_NUMBER = r"^(?:0|[1-9][0-9]{0,17})$"
_YEAR_COLUMN = re.compile(r"^(?:.*[^0-9])?((?:19|20)\d\d)(?:\.0)?$")
# What ends a line of a file; a name may hold other signs that Python takes for ends of lines.
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)")


def read_cells(
    path: Path,
    columns: Mapping[str, str],
    labels: Sequence[str],
    findings: Findings,
    optional: Sequence[str] = (),
    *,
    others: bool = False,
) -> pd.DataFrame:
    """Cells of the wanted columns, as they stand in the file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    columns : mapping
        What a column is for → its name in the file.
    labels : sequence of str
        Keys of `columns` that hold names or codes: they are kept as text.
    findings : Findings
        Is told what was passed over or decoded.
    optional : sequence of str
        Keys of `columns` that the file may lack.
    others : bool
        Whether the other columns of the file are wanted, too, under their own names.

    Returns
    -------
    pandas.DataFrame
        A column for each key of `columns`: labels as categories of text, others as numbers where every cell is one,
        else as text; empty cells are missing.

    Raises
    ------
    ParameterError
        If the file cannot be read, or lacks a column.
    """
    _refuse_no_file(path)
    kind = path.suffix.lower()
    if kind == ".gz":
        kind = Path(path.stem).suffix.lower() + ".gz"
    if kind == ".parquet":
        return _parquet(path, columns, labels, findings, optional, others=others)
    if kind in SHEETS:
        raise ParameterError(
            [f"{path.name} is a spreadsheet, whose cells have types of their own: save the sheet as “CSV UTF-8”."]
        )
    if kind.removesuffix(".gz") in TEXTS:
        return _text(path, columns, labels, findings, optional, others=others)
    raise ParameterError([f"{path.name!r} is no table that can be read here. Allowed: {ALLOWED}."])


def _refuse_no_file(path: Path) -> None:
    try:
        there = path.exists()
    except OSError as error:
        raise ParameterError([f"{str(path)[:80]!r}… cannot be looked up ({error.strerror})."]) from None
    if not there:
        raise ParameterError(
            [f"{str(path)!r}: there is no such file. Allowed: {ALLOWED}; a relative path starts in the current folder."]
        )
    if not path.is_file():
        raise ParameterError([f"{str(path)!r} is no file but a folder, a pipe or a device. Allowed: {ALLOWED}."])
    if path.stat().st_size > MAXIMUM_BYTES:
        raise ParameterError(
            [f"{path.name} has more than {MAXIMUM_BYTES:,} bytes; bring only the columns that are named."]
        )


# --- text -------------------------------------------------------------------------------------------------------------


def _text(
    path: Path,
    columns: Mapping[str, str],
    labels: Sequence[str],
    findings: Findings,
    optional: Sequence[str],
    *,
    others: bool,
) -> pd.DataFrame:
    raw = _decoded(_bytes(path), path.name, findings)
    lines = [line.decode("utf-8", errors="replace") for line in _LINE_END.split(raw[: 1 << 16])]
    if not any(line.strip() for line in lines):
        rows = "rows of data" if findings.fixed_header else "one row for each unit and time"
        raise ParameterError([f"{path.name} is empty. Allowed: a header and {rows}."])
    if raw[:1_000].lstrip().startswith((b"<", b"{", b"[{", b"[[")):
        raise ParameterError([f"{path.name} holds no table of text but HTML, JSON or the like; save it as CSV."])
    above, separator, header = _header(lines, columns)
    names = _columns(header, columns, path, findings, separator, optional)
    names |= _others(header, names) if others else {}
    findings.separator = separator
    if above:
        findings.notes.append(f"{counted(above, 'line')} above the header passed over")
    findings.first_row = above + 2
    found = _arrow(raw, path.name, above, separator, header, names, labels)
    _number_lines(raw, above, separator, header, len(found), findings)
    return _frame(found, names, labels)


def _number_lines(raw: bytes, above: int, separator: str, header: list[str], rows: int, findings: Findings) -> None:
    """Number the rows of data by their lines, and refuse rows that a quote has swallowed."""
    ends = raw.count(b"\n") or raw.count(b"\r")
    if ends + (not raw.endswith((b"\n", b"\r"))) == above + 1 + rows and not _BLANK_LINE.search(raw):
        return
    numbers, cells, starts = [], [], 0
    lines = iter(raw.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for _ in range(above + 1):
        next(lines)
    reader = csv.reader((line + "\n" for line in lines), delimiter=separator)
    try:
        for row in reader:
            if row:
                numbers.append(above + 2 + starts)
                cells += [cell for cell in row if cell.count("\n") and _holds_rows(cell, separator, header)]
            starts = reader.line_num
    except csv.Error as error:
        raise ParameterError([f"{findings.table} is no readable table of text: {error}. {CLOSE_QUOTES}"]) from None
    if cells:
        raise ParameterError(
            [
                f"{findings.table} has {counted(len(cells), 'cell')} that holds whole rows (such as "
                f"{shown_cell(cells[0])}): a quote that is not closed has swallowed them. {CLOSE_QUOTES}"
            ]
        )
    if len(numbers) == rows:
        findings.lines = np.array(numbers, np.int64)


def _holds_rows(cell: str, separator: str, header: list[str]) -> bool:
    """Whether a cell over several lines holds as many separators as rows of the table would."""
    return cell.count(separator) >= cell.strip().count("\n") * (len(header) - 1) > 0


def _bytes(path: Path) -> bytes:
    try:
        if path.suffix.lower() != ".gz":
            return path.read_bytes()
        with gzip.open(path) as file:
            raw = file.read(MAXIMUM_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ParameterError([f"{path.name} cannot be read ({error}); write it again."]) from None
    if len(raw) > MAXIMUM_BYTES:
        raise ParameterError(
            [f"{path.name} unpacks to more than {MAXIMUM_BYTES:,} bytes; bring only the named columns."]
        )
    return raw


def _decoded(raw: bytes, table: str, findings: Findings) -> bytes:
    """The file's text in UTF-8; other encodings only where there is no doubt about the letters."""
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise ParameterError([f"{table} is UTF-32 text; {SAVE_AS_UTF8}."])
    if encoding := WIDE_BYTE_ORDER_MARKS.get(raw[:2]):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            raise ParameterError([f"{table} is neither UTF-16 nor UTF-8 text; {SAVE_AS_UTF8}."]) from None
        findings.notes.append("read as UTF-16")
        return text.encode()
    if b"\0" in raw:
        raise ParameterError([f"{table} is binary, or UTF-16 without its mark; {SAVE_AS_UTF8}."])
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        raw.decode("utf-8")
        return raw
    except UnicodeDecodeError:
        return _windows(raw, table, findings)


def _windows(raw: bytes, table: str, findings: Findings) -> bytes:
    """Text of older spreadsheets on Windows; refused where its bytes make no letters, as those of other systems do."""
    refusal = f"{table} is not UTF-8 text, and as Windows-1252 it has characters that stand in no name; {SAVE_AS_UTF8}."
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise ParameterError([refusal]) from None
    foreign = sorted({sign for sign in text if ord(sign) > 127})
    if not WINDOWS_SIGNS.issuperset(foreign):
        raise ParameterError([refusal])
    findings.notes.append(f"read as Windows-1252 (Latin-1), with the letters {' '.join(foreign)}")
    return text.encode()


def _header(lines: list[str], columns: Mapping[str, str]) -> tuple[int, str, list[str]]:
    """How many lines stand above the header, its separator and its names: the first line that has all columns."""
    wanted = {_plain(name) for name in columns.values()}
    best = (0, 0, ",", [""])
    for position, line in enumerate(lines[: MAXIMUM_TITLE_LINES + 1]):
        for separator in SEPARATORS:
            cells = next(csv.reader([line], delimiter=separator), [])
            fitting = len(wanted & {_plain(cell) for cell in cells})
            if fitting > best[0]:
                best = (fitting, position, separator, cells)
    if best[0] == 0:
        separator = max(SEPARATORS, key=lines[0].count)
        return 0, separator, next(csv.reader([lines[0]], delimiter=separator), [])
    return best[1], best[2], best[3]


def _arrow(
    raw: bytes,
    table: str,
    above: int,
    separator: str,
    header: list[str],
    names: Mapping[str, str],
    labels: Sequence[str],
) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow import csv as arrow

    # Numbers are read as they are written, so that messages can quote them and notes tell what was passed over: a
    # reader of numbers takes `0x1F`, ` 7` and `007` for numbers and says nothing.
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        found = arrow.read_csv(
            pa.BufferReader(raw),
            # The header's own line is passed over, too: its names may need trimming, and they are known.
            read_options=arrow.ReadOptions(skip_rows=above + 1, column_names=[cell.strip() for cell in header]),
            parse_options=arrow.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=arrow.ConvertOptions(
                include_columns=list(names.values()),
                column_types=dict.fromkeys(names.values(), text),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        # the library names the first row alone
        said = _other_lengths(raw, above, separator, len(header)) or _first_line(error)
        raise RowsRefused([f"{table} is no readable table of text: {said}. {CLOSE_QUOTES}"]) from None
    for role, name in names.items():
        if role not in labels:
            column = found[name].cast(pa.string())
            plain = compute.all(compute.match_substring_regex(column, _PLAIN_NUMBER), min_count=1).as_py()
            position = found.schema.get_field_index(name)
            found = found.set_column(position, name, column.cast(pa.int64()) if plain else column)
    return found


def _other_lengths(raw: bytes, above: int, separator: str, width: int) -> str:
    """Rows that have more or fewer cells than the header, all of them; empty where none has."""
    lines = raw.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lengths: defaultdict[int, list[int]] = defaultdict(list)
    reader = csv.reader((line + "\n" for line in lines[above + 1 :]), delimiter=separator)
    start = above + 2
    try:
        for row in reader:
            if row and len(row) != width:
                lengths[len(row)].append(start)
            start = above + 2 + reader.line_num
    except csv.Error:
        return ""
    told = [
        f"row{'s' * (len(rows) > 1)} {spans(rows)} {'have' if len(rows) > 1 else 'has'} {counted(number, 'cell')}"
        for number, rows in lengths.items()
    ]
    return f"the header has {counted(width, 'cell')}, and {', '.join(told)}" if told else ""


# --- other formats ----------------------------------------------------------------------------------------------------


def _parquet(
    path: Path,
    columns: Mapping[str, str],
    labels: Sequence[str],
    findings: Findings,
    optional: Sequence[str],
    *,
    others: bool,
) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    findings.first_row = 1
    try:
        schema = parquet.read_schema(path)
        names = _columns(schema.names, columns, path, findings, "", optional)
        if others:
            flat = [field.name for field in schema if not pa.types.is_nested(field.type)]
            names |= _others(flat, names)
        if parquet.read_metadata(path).num_rows > MAXIMUM_ROWS:
            raise ParameterError([f"{path.name} has more than {MAXIMUM_ROWS:,} rows; {ONE_ROW}."])
        found = parquet.read_table(path, columns=list(names.values()))
        nested = [f"{name} ({found[name].type})" for name in names.values() if pa.types.is_nested(found[name].type)]
        if nested:
            raise ParameterError(
                [f"{path.name} has columns whose cells hold several things: {', '.join(nested)}. Allowed: text and "
                 "numbers."]
            )  # fmt: skip
        return _frame(found, names, labels)
    except (pa.ArrowException, OSError) as error:
        raise ParameterError(
            [f"{path.name} is no readable Parquet file ({_first_line(error)}); write it again."]
        ) from None


def _frame(table: "pa.Table", names: Mapping[str, str], labels: Sequence[str]) -> pd.DataFrame:
    import pyarrow as pa

    found = {}
    for role, name in names.items():
        column = table[name]
        if role in labels and not pa.types.is_dictionary(column.type):
            column = _written_out(column) if pa.types.is_floating(column.type) else column
            column = column.cast(pa.string()).dictionary_encode()
        found[role] = column.to_pandas()
    return pd.DataFrame(found)[list(names)]


def _written_out(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Codes that were kept as floating numbers, with all their digits in place of an exponent."""
    import pyarrow as pa

    written = [
        None if value is None or value != value else f"{value:.1f}" if value % 1 == 0 else repr(value)
        for value in column.to_pylist()
    ]
    return pa.chunked_array([pa.array(written, pa.string())])


# --- columns ----------------------------------------------------------------------------------------------------------


def _columns(
    found: Sequence[str],
    columns: Mapping[str, str],
    path: Path,
    findings: Findings,
    separator: str,
    optional: Sequence[str],
) -> dict[str, str]:
    """Names as they stand in the file of the wanted columns; other case and blanks around a name are passed over."""
    table, names = path.name, [name.strip() for name in found]
    if len(set(columns.values())) < len(columns):
        twice = [name for name, times in Counter(columns.values()).items() if times > 1]
        roles = {name: [f"{role}_column" for role, column in columns.items() if column == name] for name in twice}
        remedy = f" {ONE_GROUP}" if any("group_column" in named for named in roles.values()) else ""
        raise ParameterError(
            [
                f"the column {name!r} is named for {' and '.join(named)}. Allowed: another column for each.{remedy}"
                for name, named in roles.items()
            ]
        )
    if wide := [name for name in names if _YEAR_COLUMN.match(name)]:
        lacking = [name for name in columns.values() if _plain(name) not in {_plain(other) for other in names}]
        if len(wide) > 1 and lacking:
            raise ParameterError([_wide(path, names, wide, lacking, separator)])
    chosen, problems = {}, []
    known = {_plain(name) for name in columns.values()}
    for role, wanted in columns.items():
        fitting = [name for name in names if name == wanted] or [
            name for name in names if _plain(name) == _plain(wanted)
        ]
        if not fitting and role in optional:
            continue
        if not fitting:
            if findings.fixed_header:
                problems.append(_lacking(table, wanted, [name for name in names if _plain(name) not in known]))
                continue
            where = f"{role}_column, which {table} does not have"
            remedy = f". {ONE_GROUP}" if role == "group" else ""
            problems.append(unknown("column", wanted, names, where) + remedy)
        elif len(fitting) > 1:
            problems.append(f"{table} has the column {wanted} more than once; rename all but one.")
        else:
            chosen[role] = fitting[0]
            if fitting[0] != wanted:
                findings.notes.append(f"column {fitting[0]!r} read as {wanted!r}")
    findings.unread = tuple(name for name in names if _plain(name) not in known)
    if problems:
        raise ParameterError(problems)
    return chosen


def _others(found: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Columns that have not been asked for, each under its own name; those without a name hold nothing."""
    once = Counter(name.strip() for name in found)
    return {name: name for name, times in once.items() if name and times == 1 and name not in names.values()}


def _wide(path: Path, names: Sequence[str], wide: Sequence[str], lacking: Sequence[str], separator: str) -> str:
    """Sentence for a table whose years are columns, with the command that turns it."""
    kept, table = [name for name in names if name not in wide], path.name
    file, long = str(path), str(path.with_name(f"{path.stem}_long.csv"))
    read = f"pd.read_csv({file!r}, sep={separator!r}, dtype=str)" if separator else f"pd.read_parquet({file!r})"
    turned = f"{read}.melt(id_vars={kept!r}, var_name='year', value_name='homicides').to_csv({long!r}, index=False)"
    also = ", ".join(name for name in lacking if name not in ("year", "homicides"))
    return (
        f"{table} has years as columns ({wide[0]} to {wide[-1]}) and lacks {', '.join(lacking)}. One row is needed "
        f"for each "
        f'unit and year: python -c "import pandas as pd; {turned}"'
        + (
            f". Of {also}, name what stands under another name, such as place_column=…, and add the rest"
            if also
            else ""
        )
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().strip("\ufeff\"'").strip().casefold()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _lacking(table: str, wanted: str, others: Sequence[str]) -> str:
    """A column of a fixed header that is not there, with the one that may be it."""
    near = get_close_matches(wanted, others, n=1)
    there = f"; other columns there: {', '.join(others[:9])}" if others else ""
    meant = f"; is it the column {near[0]}? Call it {wanted}" if near else f". Add it{there}"
    return f"{table}: column {wanted} is missing{meant}."
