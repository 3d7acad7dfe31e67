"""Whether a table keeps what its description says: of fields, of texts, of keys, between columns and between tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from citizen_security.tables.characters import NO_COMMAND, NO_MARKUP, NO_TWINS, NO_WORD, text_problems, twins
from citizen_security.tables.errors import Descriptor, InvalidTable
from citizen_security.tables.numbered import by_number, next_key, numbered_fields
from citizen_security.tables.relations import (
    ACROSS_ROWS,
    RULES,
    RULES_ACROSS,
    WHOLE,
    Mask,
    ReadTable,
    chosen_by,
    values_of,
)
from citizen_security.tables.sheet import Problem, Sheet, Typed, is_whole, listed, primary_key, typed

if TYPE_CHECKING:
    import pandas
    import pandera.pandas


def check(sheet: Sheet, table: Typed, read: ReadTable, *, across_tables: bool) -> list[Problem]:
    """Everything in which a table breaks its description; what follows from a cell that cannot be read is left out.

    Parameters
    ----------
    sheet : Sheet
        The table as text, for the message.
    table : Typed
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
    frame = table.frame
    texts, of_fields = list(_of_texts(sheet)), list(_of_fields(sheet, frame))
    # A word for nothing is of no form, and what has not its form is no code that could be known.
    nothing = _cells_of(it for it in texts if it.rule == NO_WORD)
    malformed = nothing | _cells_of(it for it in of_fields if it.rule.startswith(FORMS))
    later = [
        *_of_foreign_keys(sheet, frame, read),
        *_of_primary_key(sheet, frame),
        *_of_rules(sheet, frame, read, across_tables=across_tables),
    ]
    found = [
        *(_without(problem, nothing) for problem in of_fields),
        *texts,
        *(problem if problem.is_joint else _without(problem, malformed) for problem in later),
    ]
    return [kept for problem in found if problem and (kept := _of_what_was_read(problem, table.unread))]


def _cells_of(problems: Iterable[Problem]) -> set[tuple[str, int]]:
    """Columns and rows that problems are about."""
    return {(column, row) for it in problems for column in it.columns for row in it.positions}


def _without(problem: Problem, cells: Collection[tuple[str, int]]) -> Problem | None:
    """A problem without rows in which it looks at one of some cells; None if nothing is left."""
    if not problem.positions or not cells:
        return problem
    kept = problem.without({row for column, row in cells if column in problem.involved})
    return kept if kept.positions else None


def _of_what_was_read(problem: Problem, unread: Mapping[int, frozenset[str]]) -> Problem | None:
    """A problem without what follows from cells that were not read, which were said to be so; None if nothing is left.

    A rule that compares rows has no word on any of them once a cell is missing that it looks at.
    """
    silent = {row for row, columns in unread.items() if not problem.involved.isdisjoint(columns)}
    if not silent:
        return problem
    if problem.is_joint or not problem.positions:
        return None
    kept = problem.without(silent)
    return kept if kept.positions else None


# Rules of texts that judge what a text says, by their first words.
JUDGED_TEXTS = (NO_MARKUP, NO_COMMAND.partition("{")[0])


# --- constraints of fields, through pandera ---------------------------------------------------------------------------


def _of_fields(sheet: Sheet, frame: pandas.DataFrame) -> Iterator[Problem]:
    from pandera.errors import SchemaErrors

    try:
        _schema(sheet.resource).validate(frame, lazy=True)
    except SchemaErrors as errors:
        for (column, check), cases in errors.failure_cases.groupby(["column", "check"], sort=False):
            rule = _PANDERA_NAMES.get(check, check)
            positions = tuple(sorted({int(position) for position in cases["index"]}))
            yield Problem((column,), rule, positions, is_judgement=check != "field_uniqueness")


_PANDERA_NAMES = {"not_nullable": "required: no empty cell", "field_uniqueness": "unique: no value twice"}

# Rules of fields that say what a cell may look like, by their first words.
FORMS = ("required", "pattern", "one of")
KNOWN = "known in"


def _schema(resource: Descriptor) -> pandera.pandas.DataFrameSchema:
    import pandera.pandas as pa

    columns = {field["name"]: _schema_column(field) for field in resource["schema"]["fields"]}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _schema_column(field: Descriptor) -> pandera.pandas.Column:
    import pandera.pandas as pa

    constraints = field.get("constraints", {})
    checks = [
        _pattern(bound, field.get("says", "")) if name == "pattern" else _CHECKS[name](bound)
        for name, bound in constraints.items()
        if name not in ("required", "unique")
    ]
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


def _pattern(pattern: str, says: str = "") -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.str_matches(pattern, error=f"pattern {pattern}, that is {says}" if says else f"pattern {pattern}")


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
    listed_words = _held_to_lists(sheet.resource)
    for field in sheet.resource["schema"]["fields"]:
        if field["type"] == "string" and "enum" not in field.get("constraints", {}):
            # Blanks around a text were said to be there, and make no twin of it.
            name, cells = field["name"], tuple(map(str.strip, sheet.cells[field["name"]]))
            allows = field.get("allows", ())
            for rule, broken in text_problems(cells, allows).items():
                positions = tuple(position for position, cell in enumerate(cells) if cell in broken)
                yield Problem((name,), rule, positions, is_judgement=rule.startswith(JUDGED_TEXTS))
            if "twins" not in allows and name not in listed_words:
                yield from _of_twins(name, cells)


def _held_to_lists(resource: Descriptor) -> set[str]:
    """Columns whose words are known one by one, so that every other one is refused."""
    keys = [link["fields"] for link in resource["schema"].get("foreignKeys", [])]
    rules = [rule["field"] for rule in resource["rules"] if rule["rule"] == "codes_known"]
    return {name for it in (*keys, *rules) for name in listed(it)}


def _of_twins(name: str, cells: Sequence[str]) -> Iterator[Problem]:
    """Texts that look alike and are not: each of them where there are few rows, else those that are written seldom."""
    counts = Counter(cells)
    rows: dict[int, str] = {}
    for alike in twins(counts):
        usual = max(alike, key=lambda cell: (counts[cell], cell))
        is_few = sum(counts[cell] for cell in alike) <= FEW_TWINS
        seldom = alike if is_few else alike - {usual}
        note = "" if is_few else f"{counts[usual]:,} rows have {usual!r}"
        rows |= {position: note for position, cell in enumerate(cells) if cell in seldom}
    if rows:
        remedies = {position: note for position, note in rows.items() if note}
        yield Problem((name,), NO_TWINS, tuple(sorted(rows)), remedies)


# So many rows with texts that look alike are shown whole.
FEW_TWINS = 5


# --- keys -------------------------------------------------------------------------------------------------------------


def _of_primary_key(sheet: Sheet, frame: pandas.DataFrame) -> Iterator[Problem]:
    key = primary_key(sheet.resource)
    unique = {it["name"] for it in sheet.resource["schema"]["fields"] if it.get("constraints", {}).get("unique")}
    if not unique.issuperset(key):
        yield from _broken(key, "primary key: no key twice", frame.duplicated(key, keep=False).to_numpy())
    # refused as empty, or as not to be read; what is missing has no place in an order
    whole = frame.loc[frame[key].notna().all(axis=1).to_numpy(), key]
    numbers = numbered_fields(sheet.resource)
    ordered = (whole[field].astype("str").map(by_number) if field in numbers else whole[field] for field in key)
    keys = list(zip(*ordered, strict=True))
    order = pairwise(zip(whole.index.tolist(), keys, strict=True))
    if late := tuple(int(position) for (_, before), (position, after) in order if after < before):
        yield Problem(tuple(key), "sorted by the primary key", late)


def _of_foreign_keys(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable) -> Iterator[Problem]:
    for link in sheet.resource["schema"].get("foreignKeys", []):
        (field,), reference = listed(link["fields"]), link["reference"]
        if not _is_read(reference, read):
            continue
        known = values_of(reference["resource"], listed(reference["fields"])[0], read)
        unknown = frame[field].notna() & ~frame[field].isin(known)
        yield from _broken([field], f"{KNOWN} {reference['resource']}", unknown.to_numpy())


def _broken(
    columns: Sequence[str], rule: str, broken: Mask, *, reads: Sequence[str] = (), is_joint: bool = False
) -> Iterator[Problem]:
    if positions := tuple(int(position) for position in broken.nonzero()[0]):
        yield Problem(tuple(columns), rule, positions, reads=tuple(reads), is_joint=is_joint, is_judgement=True)


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
        elif (name == "codes_known" or across_tables) and _is_read(rule["reference"], read, rule):
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
    reads, is_joint = columns_of(rule, sheet.cells), rule["rule"] in ACROSS_ROWS
    problems = _broken(columns, rule["title"], broken, reads=reads, is_joint=is_joint)
    yield from (_with_next(sheet, it) for it in problems) if _counts_on(rule) else problems


def _counts_on(rule: Descriptor) -> bool:
    """Whether a rule counts rows of the whole table, so that it knows which number comes next."""
    return rule["rule"] == "numbered" and not rule.get("within")


def _with_next(sheet: Sheet, problem: Problem) -> Problem:
    """A gap in numbered keys, with the key that comes next."""
    keys = sheet.cells[problem.columns[0]]
    return replace(problem, remedies={row: f"the next is {next_key(keys, row)}" for row in problem.positions})


def columns_of(rule: object, columns: Collection[str]) -> list[str]:
    """Columns that a rule names, wherever in it; what it says of another table is not looked at."""
    if isinstance(rule, str):
        return [rule] if rule in columns else []
    if isinstance(rule, list):
        return [name for part in rule for name in columns_of(part, columns)]
    if isinstance(rule, dict):
        parts = ([name, part] for name, part in rule.items() if name not in NO_COLUMNS)
        return [name for part in parts for name in columns_of(part, columns)]
    return []


# Keys of a rule that name no column of the table.
NO_COLUMNS = ("rule", "title", "reference", "except")


def _is_read(reference: Descriptor, read: ReadTable, rule: Descriptor | None = None) -> bool:
    """Whether another table was read, and every cell that is compared; what was not is told of that table."""
    try:
        other = read(reference["resource"])
    except InvalidTable:
        return False
    return is_whole(other, {*columns_of(list(reference.values()), other.cells), *columns_of(rule, other.cells)})
