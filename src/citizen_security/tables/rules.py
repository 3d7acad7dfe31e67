"""Whether a table keeps what its description says: of fields, of texts, of keys, between columns and between tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from citizen_security.tables.characters import text_problems
from citizen_security.tables.errors import Descriptor
from citizen_security.tables.relations import RULES, RULES_ACROSS, WHOLE, Mask, ReadTable, chosen_by, values_of
from citizen_security.tables.sheet import Problem, Sheet, listed, primary_key, typed

if TYPE_CHECKING:
    import pandas
    import pandera.pandas


def check(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable, *, across_tables: bool) -> list[Problem]:
    """Everything in which a table breaks its description.

    Parameters
    ----------
    sheet : Sheet
        The table as text, for the message.
    frame : pandas.DataFrame
        The same with typed columns.
    read : callable
        Reads another table by its name.
    across_tables : bool
        Compare the values with those of other tables, too; references to other tables' keys are checked always.

    Returns
    -------
    list of Problem
        In the order of: fields, texts, references, key, rules.
    """
    return [
        *_of_fields(sheet, frame),
        *_of_texts(sheet),
        *_of_foreign_keys(sheet, frame, read),
        *_of_primary_key(sheet, frame),
        *_of_rules(sheet, frame, read, across_tables=across_tables),
    ]


DIGITS = "0123456789"


# --- constraints of fields, through pandera ---------------------------------------------------------------------------


def _of_fields(sheet: Sheet, frame: pandas.DataFrame) -> Iterator[Problem]:
    from pandera.errors import SchemaErrors

    try:
        _schema(sheet.resource).validate(frame, lazy=True)
    except SchemaErrors as errors:
        for (column, check), cases in errors.failure_cases.groupby(["column", "check"], sort=False):
            rule = _PANDERA_NAMES.get(check, check)
            yield Problem((column,), rule, tuple(sorted({int(position) for position in cases["index"]})))


_PANDERA_NAMES = {"not_nullable": "required: no empty cell", "field_uniqueness": "unique: no value twice"}


def _schema(resource: Descriptor) -> pandera.pandas.DataFrameSchema:
    import pandera.pandas as pa

    columns = {field["name"]: _schema_column(field) for field in resource["schema"]["fields"]}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _schema_column(field: Descriptor) -> pandera.pandas.Column:
    import pandera.pandas as pa

    constraints = field.get("constraints", {})
    checks = [_CHECKS[name](bound) for name, bound in constraints.items() if name not in ("required", "unique")]
    required = constraints.get("required", False)
    # no dtype: the columns were typed from the same description a moment ago
    return pa.Column(None, checks=checks, nullable=not required, unique=constraints.get("unique", False))


def _minimum(bound: float) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.ge(bound, error=f"minimum {bound}")


def _maximum(bound: float) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.le(bound, error=f"maximum {bound}")


def _enumeration(allowed: list[str]) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.isin(allowed, error=f"one of {', '.join(allowed)}")


def _pattern(pattern: str) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.str_matches(pattern, error=f"pattern {pattern}")


_CHECKS: dict[str, Callable[[Any], pandera.pandas.Check]] = {
    "minimum": _minimum,
    "maximum": _maximum,
    "enum": _enumeration,
    "pattern": _pattern,
}


# what else a field's constraints may say; pandera is told of these two in another way
CONSTRAINTS = ("required", "unique", *_CHECKS)


# --- texts ------------------------------------------------------------------------------------------------------------


def _of_texts(sheet: Sheet) -> Iterator[Problem]:
    for field in sheet.resource["schema"]["fields"]:
        if field["type"] == "string":
            cells = sheet.cells[field["name"]]
            for rule, broken in text_problems(cells, field.get("allows", ())).items():
                positions = tuple(position for position, cell in enumerate(cells) if cell in broken)
                yield Problem((field["name"],), rule, positions)


# --- keys -------------------------------------------------------------------------------------------------------------


def _of_primary_key(sheet: Sheet, frame: pandas.DataFrame) -> Iterator[Problem]:
    key = primary_key(sheet.resource)
    yield from _broken(key, "primary key: no key twice", frame.duplicated(key, keep=False).to_numpy())
    if frame[key].isna().any(axis=None):
        return  # refused as empty; what is missing has no place in an order
    numbers = {rule["field"] for rule in sheet.resource["rules"] if rule["rule"] == "numbered"}
    # E1000 follows E999, and as texts it would come before E101
    keys = list(zip(*(_by_number(frame[field]) if field in numbers else frame[field] for field in key), strict=True))
    late = tuple(position for position in range(1, len(keys)) if keys[position] < keys[position - 1])
    if late:
        yield Problem(tuple(key), "sorted by the primary key", late)


def _by_number(keys: pandas.Series[str]) -> list[tuple[str, int]]:
    """Keys as their words and the number that they end in."""
    parts = ((key.rstrip(DIGITS), key) for key in keys.astype("str"))
    return [(words, int(key[len(words) :] or 0)) for words, key in parts]


def _of_foreign_keys(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable) -> Iterator[Problem]:
    for link in sheet.resource["schema"].get("foreignKeys", []):
        (field,), reference = listed(link["fields"]), link["reference"]
        known = values_of(reference["resource"], listed(reference["fields"])[0], read)
        unknown = frame[field].notna() & ~frame[field].isin(known)
        yield from _broken([field], f"known in {reference['resource']}", unknown.to_numpy())


def _broken(columns: Sequence[str], rule: str, broken: Mask) -> Iterator[Problem]:
    if positions := tuple(int(position) for position in broken.nonzero()[0]):
        yield Problem(tuple(columns), rule, positions)


# --- rules between columns and between tables -------------------------------------------------------------------------


def _of_rules(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable, *, across_tables: bool) -> Iterator[Problem]:
    for rule in sheet.resource["rules"]:
        name = rule["rule"]
        if name in WHOLE:
            if problem := WHOLE[name](frame, rule):
                yield Problem(("the table",), f"{rule['title']} ({problem})", ())
        elif name in RULES:
            yield from _of_choice(frame, rule, rule)
            yield from _but_exceptions(sheet, rule, *RULES[name](frame, rule))
        elif name == "codes_known" or across_tables:
            yield from _of_choice(frame, rule, rule)
            if isinstance(rule["reference"].get("where"), dict):
                yield from _of_choice(typed(read(rule["reference"]["resource"])), rule, rule["reference"])
            yield from _but_exceptions(sheet, rule, *RULES_ACROSS[name](frame, rule, read))


def _of_choice(frame: pandas.DataFrame, rule: Descriptor, chooses: Descriptor) -> Iterator[Problem]:
    """A choice of rows that chooses none: nothing would be compared, and nobody would notice."""
    choice = chooses.get("where")
    if isinstance(choice, dict) and not chosen_by(frame, choice).any():
        table = f" of {chooses['resource']}" if "resource" in chooses else ""
        named = ", ".join(f"{column}={'|'.join(map(str, values))}" for column, values in choice.items())
        yield Problem(
            ("the table",) if table else tuple(choice),
            f"{rule['title']} (where {named} chooses no row{table}: correct the where in data/datapackage.json, "
            "or take the rule out)",
            (),
        )


def _but_exceptions(sheet: Sheet, rule: Descriptor, columns: Sequence[str], broken: Mask) -> Iterator[Problem]:
    """Rows that break a rule, but those that the rule lists with a reason; an exception that excuses nothing is one."""
    import pandas as pd

    # a comparison with a missing value is missing, and breaks no rule
    broken = pd.array(broken, dtype="boolean").to_numpy(dtype=bool, na_value=False, copy=True)
    for exception in rule.get("except", []):
        key = {field: str(value) for field, value in exception.items() if field != "reason"}
        rows = [
            position
            for position, cells in enumerate(zip(*(sheet.cells[field] for field in key), strict=True))
            if cells == tuple(key.values())
        ]
        if not broken[rows].any():
            named = ", ".join(f"{field}={value}" for field, value in key.items())
            yield Problem(
                ("the table",),
                f"every exception excuses a row ({named} breaks '{rule['title']}' in no row: take the exception out)",
                (),
            )
        broken[rows] = False
    yield from _broken(columns, rule["title"], broken)
