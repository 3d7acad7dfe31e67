"""Whether rows of the two tables about coding can be: codes of the scheme, and what the table of studies holds now."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from citizen_security.evidence.studies.coding import CodingScheme, split
from citizen_security.evidence.studies.row_findings import Finding, Row, rows_of

SECOND, RECODING = "second_coding", "recoding"

# Several codes in one cell of a second coding.
_SETS = ("outcomes", "interventions", "targets")
_CODERS = ("first", "second")


def findings_of_tables(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """What is wrong with rows of `second_coding` and `recoding`, for the command that accepts edited tables.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        These two, `studies`, and the tables of the coding scheme. A cell may be missing that a description requires.

    Returns
    -------
    list of Finding
        Errors only: a code is in the scheme or is none, and what was settled is what the table of studies holds.
    """
    scheme = CodingScheme.from_tables(tables)
    studies = {row.key: row for row in rows_of("studies", tables["studies"])}
    columns = tuple(map(str, tables["studies"].columns))
    found = [it for row in rows_of(SECOND, tables[SECOND]) for it in _of_second(row, studies.get(row.key), scheme)]
    found += [it for row in rows_of(RECODING, tables[RECODING]) for it in _of_recoding(row, studies, scheme, columns)]
    return found


# --- two codings of one field -----------------------------------------------------------------------------------------


def _of_second(row: Row, study: Row | None, scheme: CodingScheme) -> Iterator[Finding]:
    field = row.text("field")
    if field not in _codes_of(scheme):
        yield row.unknown("unknown field", "field", "field", field, _codes_of(scheme), "write one of them")
        return
    wrong = list(_of_codes(row, field, scheme))
    yield from wrong
    if study is None or any("settled" in it.columns for it in wrong) or _column_of(field) in study.unread:
        return
    held, settled = _held(field, study, scheme), row.text("settled")
    if held is not None and sorted(split(settled)) != sorted(held):
        said = ";".join(held) or "nothing"
        given = f"settled is {settled or 'blank'}, and {study.key} holds {said} (row {study.line} of studies)"
        advice = "write here what the table of studies holds, or correct it there"
        yield row.error("settled", "settled", given, "the code that the table of studies holds", advice)
    codes = [sorted(split(row.text(name))) for name in (*_CODERS, "settled")]
    if (codes[0] != codes[1] or codes[2] != codes[0]) and not row.text("reason"):
        given = "the codes differ and no reason is given"
        yield row.error("reason", "reason", given, "a reason where they differ", "say what of the definition decided")


def _codes_of(scheme: CodingScheme) -> dict[str, tuple[str, ...]]:
    """Codes that a field may have."""
    return {
        "maryland_level": tuple(map(str, scheme.levels)),
        "direction": tuple(scheme.directions),
        "outcomes": tuple(scheme.outcomes),
        "interventions": tuple(scheme.interventions),
        "targets": tuple(scheme.targets),
    }


def _of_codes(row: Row, field: str, scheme: CodingScheme) -> Iterator[Finding]:
    allowed = _codes_of(scheme)[field]
    for column in (*_CODERS, "settled"):
        codes = split(row.text(column))
        if strange := [code for code in codes if code not in allowed]:
            advice = "write one, or leave it blank"
            yield from (row.unknown("unknown code", column, field, code, allowed, advice) for code in strange)
        elif len(codes) > 1 and field not in _SETS:
            given = f"{field} has {len(codes)} codes, {row.text(column)}"
            yield row.error("several codes", column, given, "one code", "write the one that was given")
        elif len(set(codes)) < len(codes):
            yield row.error("code twice", column, f"{row.text(column)} has a code twice", "each once", "keep one")


def _held(field: str, study: Row, scheme: CodingScheme) -> tuple[str, ...] | None:
    """What the row of the study amounts to; None where it cannot be read, which is said of that row."""
    sets: dict[str, Callable[[str], tuple[str, ...]]] = {
        "outcomes": scheme.outcome_codes,
        "interventions": scheme.intervention_codes,
        "targets": scheme.target_codes,
        "direction": lambda words: (scheme.direction_code(words),),
    }
    if field == "maryland_level":
        return _level(study.text(field))
    try:
        return sets[field](study.text(_column_of(field)))
    except KeyError:
        return None


def _column_of(field: str) -> str:
    """Column of the table of studies that a field of the second coding is of."""
    columns = {
        "outcomes": "outcome_category",
        "interventions": "intervention_category",
        "targets": "target",
        "direction": "effect_direction",
    }
    return columns.get(field, field)


def _level(text: str) -> tuple[str, ...]:
    return (text.removesuffix(".0"),) if text else ()


# --- cells that were changed ------------------------------------------------------------------------------------------


def _of_recoding(
    row: Row, studies: Mapping[str, Row], scheme: CodingScheme, columns: tuple[str, ...]
) -> Iterator[Finding]:
    field, study = row.text("field"), studies.get(row.key)
    if field not in columns:
        advice = "write the name of a column of the table of studies"
        yield row.unknown("unknown field", "field", "field", field, columns, advice)
        return
    before, after = (row.text(name) for name in ("before", "after"))
    if before == after:
        yield row.error("no change", "after", f"before and after are {after!r}", "a change", "take the row out")
    levels = tuple(map(str, scheme.levels))
    strange = [
        name for name in ("before", "after") if field == "maryland_level" and row.text(name) not in ("", *levels)
    ]
    for column in strange:
        advice = "write the number of a level, or leave it blank"
        yield row.unknown("unknown code", column, "maryland_level", row.text(column), levels, advice)
    if study is None or field in study.unread or "after" in strange:
        return
    if (held := _cell(study.cells.get(field))) != after:
        given = f"after is {after!r}, and {field} of {study.key} is {held!r} (row {study.line} of studies)"
        advice = "write here what the table of studies holds, or correct it there"
        yield row.error("after", "after", given, "what the table of studies holds", advice)


def _cell(value: Any) -> str:
    """A cell as its file writes it."""
    if value is None or pd.isna(value):
        return ""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
