"""Whether each row of the typology sets a strategy against a threat, and says it once."""

from collections.abc import Iterator, Mapping

import pandas as pd

from citizen_security.evidence.studies.row_findings import Finding, Row, rows_of

TYPOLOGY = "typology"
KINDS = ("threat", "strategy")


def findings_of_tables(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Rows whose threat is a strategy or the other way round, and rows that say what another does.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `typology` and `typology_parts`. A cell may be missing that their description requires.

    Returns
    -------
    list of Finding
        Errors. A part that is in no table is said by the description's own rules.
    """
    parts = tables["typology_parts"]
    kinds = dict(zip(parts["part"], parts["kind"], strict=True)) if {"part", "kind"} <= set(parts) else {}
    rows = rows_of(TYPOLOGY, tables[TYPOLOGY])
    return [*_of_another_kind(rows, kinds), *_repeated(rows)]


def _of_another_kind(rows: list[Row], kinds: Mapping[str, str]) -> Iterator[Finding]:
    for row in rows:
        for kind in KINDS:
            part = row.text(kind)
            if kinds.get(part, kind) != kind:
                allowed = ", ".join(sorted(name for name, its_kind in kinds.items() if its_kind == kind))
                yield row.error(
                    f"a {kinds[part]} as {kind}",
                    kind,
                    f"{part!r} is a {kinds[part]} of typology_parts and no {kind}",
                    allowed,
                    "put the strategy and the threat each in its column",
                )


def _repeated(rows: list[Row]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        cell = tuple(row.text(column) for column in (*KINDS, "measure", "intervention"))
        if cell in seen:
            yield row.error(
                "a placement twice",
                (*KINDS, "measure", "intervention"),
                f"the row says what row {seen[cell]} says",
                "each measure and intervention once in a cell",
                "take one of the rows out",
                compares=True,
            )
        seen.setdefault(cell, row.key)
