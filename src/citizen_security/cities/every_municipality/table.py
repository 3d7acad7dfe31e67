"""A table of municipalities that an analyst brings: read, checked, and arranged as a panel.

One row is one place in one year. What is wrong with a table is said before any sampling is paid for,
with the rows and what to do. Nothing is corrected in silence.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.parameters import ParameterError, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES, NUMBERS = ("place", "group"), ("year", "homicides", "population")
COLUMNS = (*NAMES, *NUMBERS)

# A country of 20,000 places has half a million rows in 25 years; a table beyond this is one of persons or of events.
MAXIMUM_ROWS = 2_000_000
MINIMUM_PLACES = 10
FIRST_YEAR, LAST_YEAR = 1800, 2100

# Tables read so are those of a spreadsheet in English, in Spanish or Portuguese, or with tabulators.
SEPARATORS = (",", ";", "\t")
WIDE_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
HEAD = 4_096  # bytes that show the encoding and the header
SHOWN = 3  # rows named in a message

SAVE_AS_UTF8 = "save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)"


@dataclass(frozen=True)
class MunicipalityPanel:
    """Homicides and exposure of every place in every year.

    Attributes
    ----------
    places : pandas.DataFrame, one row for each place
        `place` and `group`, ordered by group and place.
    groups : tuple of str
        In alphabetical order.
    group_index : numpy.ndarray of int, shape (n_places,)
        Position of each place's group in `groups`.
    years : tuple of int
        Years that any place has, in order.
    homicides : numpy.ndarray of int, shape (n_places, n_years)
        Zero in a year that the table does not have for the place.
    exposure : numpy.ndarray of float, shape (n_places, n_years)
        Hundred thousand person-years; zero in a year that the table does not have for the place, which then says
        nothing about that year.
    """

    places: pd.DataFrame
    groups: tuple[str, ...]
    group_index: "NDArray[np.int64]"
    years: tuple[int, ...]
    homicides: "NDArray[np.int64]"
    exposure: "NDArray[np.float64]"

    @property
    def place_homicides(self) -> "NDArray[np.int64]":
        """Homicides of each place over all years, shape (n_places,)."""
        total: NDArray[np.int64] = self.homicides.sum(axis=1)
        return total

    @property
    def place_exposure(self) -> "NDArray[np.float64]":
        """Exposure of each place over all years, in hundred thousand person-years, shape (n_places,)."""
        total: NDArray[np.float64] = self.exposure.sum(axis=1)
        return total

    def of_places(self, positions: "NDArray[np.int64]") -> "MunicipalityPanel":
        """The same groups and years with some of the places.

        Parameters
        ----------
        positions : numpy.ndarray of int
            In the order wanted.

        Returns
        -------
        MunicipalityPanel
        """
        return replace(
            self,
            places=self.places.iloc[positions].reset_index(drop=True),
            group_index=self.group_index[positions],
            homicides=self.homicides[positions],
            exposure=self.exposure[positions],
        )

    @property
    def missing_place_years(self) -> int:
        """Pairs of place and year that the table does not have."""
        return int((self.exposure == 0).sum())


def read_municipalities(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """Read a table, refuse what is wrong with it, and give its columns the names used here.

    Parameters
    ----------
    path : pathlib.Path
        A file ending in `.csv` (UTF-8; fields separated by commas, semicolons or tabulators) or `.parquet`.
    columns : mapping
        For `place`, `group`, `year`, `homicides` and `population`, the column of the table. Other columns are not read.

    Returns
    -------
    pandas.DataFrame
        The five columns: two of text (as categories), exactly as it stands in the table, and three of integers, the
        population rounded.

    Raises
    ------
    ParameterError
        With one sentence for each problem: what was found, where, and what to do.
    """
    frame = _read(path, columns)
    _refuse(table_problems(frame, path.name))
    return frame.assign(**{name: frame[name].astype(np.float64).round().astype(np.int64) for name in NUMBERS})


def table_problems(frame: pd.DataFrame, table: str) -> Iterator[str]:
    """What is wrong with the rows of a table; nothing if it can be used.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns `place`, `group`, `year`, `homicides`, `population`, of any type.
    table : str
        Its name, for the messages.

    Yields
    ------
    str
        What was found, in which rows (counted from 1, without the header), and what to do.
    """
    if not 0 < len(frame) <= MAXIMUM_ROWS:
        yield f"{table} has {len(frame):,} rows. Allowed: 1 to {MAXIMUM_ROWS:,}, one for each place and year."
        return
    coded = _coded(frame)
    if wrong := [*_missing_cells(coded, table), *_text_in_numbers(coded, table)]:
        yield from wrong
        return
    if wrong := list(_impossible_numbers(coded, table)):
        yield from wrong
        return
    yield from _repeated_rows(coded, table)
    yield from _too_little(coded, table)


def build_panel(table: pd.DataFrame) -> MunicipalityPanel:
    """Arrange a checked table by place and year.

    A place is known by its group and its name together, since two states may each have a San José. A year that the
    table lacks for a place has no exposure, and so no say; the place is judged by the years that it has.

    Parameters
    ----------
    table : pandas.DataFrame
        As `read_municipalities` returns it.

    Returns
    -------
    MunicipalityPanel
    """
    coded = _coded(table)
    place_index, keys = pd.factorize(_place_keys(coded))
    first = coded.iloc[np.unique(place_index, return_index=True)[1]][["place", "group"]].astype("str")
    ordered = first.reset_index(drop=True).sort_values(["group", "place"])
    position = np.empty(len(keys), np.int64)
    position[ordered.index] = np.arange(len(keys))
    places = ordered.reset_index(drop=True)
    place_index = position[place_index]
    year_index, years = pd.factorize(coded["year"], sort=True)
    group_index, groups = pd.factorize(places["group"], sort=True)
    shape = (len(places), len(years))
    homicides, exposure = np.zeros(shape, np.int64), np.zeros(shape)
    homicides[place_index, year_index] = table["homicides"]
    exposure[place_index, year_index] = table["population"] / PERSON_YEARS_OF_A_RATE
    return MunicipalityPanel(
        places, tuple(groups), group_index.astype(np.int64), tuple(map(int, years)), homicides, exposure
    )


def _read(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    if path.suffix not in {".csv", ".parquet"}:
        raise ParameterError([f"path = {str(path)!r} is no table. Allowed: simulated, or a .csv or .parquet file."])
    if not path.is_file():
        raise ParameterError(
            [f"path = {str(path)!r}: there is no such file. Allowed: simulated, or a file; a relative path starts in "
             f"the folder {Path.cwd().name!r}, the one the notebook runs in."]
        )  # fmt: skip
    read = _read_parquet if path.suffix == ".parquet" else _read_csv
    return read(path, columns)


def _read_parquet(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    try:
        _check_columns(parquet.read_schema(path).names, columns, path.name)
        return _frame(parquet.read_table(path, columns=list(columns.values())), columns)
    except (pa.ArrowException, OSError) as error:
        raise ParameterError(
            [f"{path.name} is no readable Parquet file ({_first_line(error)}); write it again."]
        ) from None


def _read_csv(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """Numbers stay as they are written where a column holds anything else, so that the check can name the row."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    separator = _separator(path, columns)
    try:
        table = arrow.read_csv(
            path,
            parse_options=arrow.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=arrow.ConvertOptions(
                include_columns=list(columns.values()),
                column_types={columns[name]: pa.dictionary(pa.int32(), pa.string()) for name in NAMES},
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        raise ParameterError([_unreadable(path, error)]) from None
    return _frame(table, columns)


def _frame(table: Any, columns: Mapping[str, str]) -> pd.DataFrame:
    """A frame with our names; names of places as categories, so that each is looked at once and not in every year."""
    import pyarrow as pa

    columns_read = {}
    for role, name in columns.items():
        column = table[name]
        if role in NAMES and not pa.types.is_dictionary(column.type):
            column = column.cast(pa.string()).dictionary_encode()
        columns_read[role] = column.to_pandas()
    return pd.DataFrame(columns_read)[list(COLUMNS)]


def _separator(path: Path, columns: Mapping[str, str]) -> str:
    """Separator of the header, once the encoding is known to be readable and the columns to be there."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(WIDE_BYTE_ORDER_MARKS) or b"\0" in head:
        raise ParameterError([f"{path.name} is not UTF-8 text (it looks like UTF-16 or is binary); {SAVE_AS_UTF8}."])
    header = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").splitlines()[:1]
    if not header:
        raise ParameterError([f"{path.name} is empty. Allowed: a header and one row for each place and year."])
    separator = max(SEPARATORS, key=header[0].count)
    _check_columns(next(csv.reader(header, delimiter=separator)), columns, path.name)
    return separator


def _check_columns(headers: list[str], columns: Mapping[str, str], table: str) -> None:
    if len(set(columns.values())) < len(columns):
        raise ParameterError([f"one column is named for two things: {dict(columns)}. Allowed: five different columns."])
    _refuse(unknown("column", name, headers, f"{role}_column, which {table} does not have")
            for role, name in columns.items() if name not in headers)  # fmt: skip
    repeated = sorted({name for name in columns.values() if headers.count(name) > 1})
    if repeated:
        raise ParameterError([f"{table} has the column {', '.join(repeated)} more than once; rename all but one."])


def _unreadable(path: Path, error: Exception) -> str:
    if "UTF8" in str(error):
        return f"{path.name} is not UTF-8 text (perhaps Latin-1, as older spreadsheets write); {SAVE_AS_UTF8}."
    return f"{path.name} is no readable CSV file: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _refuse(problems: Iterator[str]) -> None:
    if refusals := list(problems):
        raise ParameterError(refusals)


def _missing_cells(frame: pd.DataFrame, table: str) -> Iterator[str]:
    for name in COLUMNS:
        empty = _blank(frame[name]) if name in NAMES else frame[name].isna()
        if empty.any():
            yield (
                f"{table} has no {name} in {_where(frame, empty, name)}. Fill it in, or leave out the row: a place may "
                "lack a year."
            )


def _text_in_numbers(frame: pd.DataFrame, table: str) -> Iterator[str]:
    for name in NUMBERS:
        if pd.api.types.is_bool_dtype(frame[name]) or not pd.api.types.is_numeric_dtype(frame[name]):
            text = frame[name].notna() & pd.to_numeric(frame[name], errors="coerce").isna()
            if not text.any():
                # Every cell is a number in quotes, or true and false: no single row is at fault.
                text = frame[name].notna()
            yield (
                f"{table} has text for {name} in {_where(frame, text, name)}. Allowed: digits, without separators of "
                "thousands."
            )


def _impossible_numbers(frame: pd.DataFrame, table: str) -> Iterator[str]:
    year, homicides, population = (frame[name] for name in NUMBERS)
    rules = [
        (~np.isfinite(year) | (year % 1 != 0) | (year < FIRST_YEAR) | (year > LAST_YEAR), "year",
         f"no year from {FIRST_YEAR} to {LAST_YEAR}", "whole numbers such as 2019"),
        (~np.isfinite(homicides) | (homicides < 0) | (homicides % 1 != 0), "homicides",
         "no count of homicides", "0, 1, 2, …: counts, not rates"),
        (~np.isfinite(population) | (population <= 0), "population",
         "no population above zero", "persons; leave out the years in which a place did not exist"),
        (homicides > population, "homicides",
         "more homicides than people", "no more victims than inhabitants; look for exchanged columns or wrong units"),
    ]  # fmt: skip
    for wrong, name, kind, allowed in rules:
        if wrong.any():
            yield f"{table} has {kind} in {_where(frame, wrong, name)}. Allowed: {allowed}."


def _repeated_rows(frame: pd.DataFrame, table: str) -> Iterator[str]:
    year = frame["year"].to_numpy(np.int64) - FIRST_YEAR
    repeated = pd.Series(_place_keys(frame) * (LAST_YEAR - FIRST_YEAR + 1) + year).duplicated()
    if repeated.any():
        yield (
            f"{table} has a place and year more than once in {_where(frame, repeated, 'place')}. Allowed: one row for "
            "each place and year of a group; where two places of a group share a name, give their codes as the place."
        )


def _too_little(frame: pd.DataFrame, table: str) -> Iterator[str]:
    places = pd.Series(_place_keys(frame)).nunique()
    if places < MINIMUM_PLACES:
        yield (
            f"{table} has {places} {'place' if places == 1 else 'places'}; at least {MINIMUM_PLACES} are needed: with "
            "fewer there is nothing to pool, and each place's own exact interval says all there is."
        )
    if frame["homicides"].sum() == 0:
        yield f"{table} has no homicide in any row, so no level can be estimated; check the column of homicides."


def _coded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its names as categories."""
    return frame.astype(dict.fromkeys(NAMES, "category"))


def _place_keys(frame: pd.DataFrame) -> "NDArray[np.int64]":
    """A number for each group and place together, shape (n_rows,)."""
    codes = {name: frame[name].cat.codes.to_numpy(np.int64) for name in NAMES}
    return codes["group"] * len(frame["place"].cat.categories) + codes["place"]


def _blank(names: "pd.Series[Any]") -> "pd.Series[bool]":
    """Names that are missing, or nothing but spaces."""
    spaces = [name for name in names.cat.categories if not str(name).strip()]
    return names.isna() | names.isin(spaces)


def _where(frame: pd.DataFrame, wrong: "pd.Series[bool]", column: str) -> str:
    """Rows at fault: how many, and the first few with what stands there."""
    rows = np.flatnonzero(wrong.to_numpy())
    shown = "; ".join(f"row {row + 1:,}: {_cell(frame[column].iloc[row])}" for row in rows[:SHOWN])
    more = "; …" if len(rows) > SHOWN else ""
    return f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'} ({shown}{more})"


def _cell(value: Any) -> str:
    """A cell as it is shown in a message: short, and on one line."""
    if pd.isna(value):
        return "empty"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")
