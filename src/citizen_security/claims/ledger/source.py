"""Where the claims come from: the tables of the compendium, or files that an analyst brings."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.arguments import names_in
from citizen_security.claims.ledger.chosen_claims import chosen_claims
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.judged_claims import DECIDING, level_of
from citizen_security.claims.ledger.kinds import Kind
from citizen_security.claims.ledger.kinds_of_measures import kind_of, kind_problems, other_than_main, same_way
from citizen_security.claims.ledger.locators import document_problems, locator_problems
from citizen_security.claims.ledger.parameters import LEAST_LEVEL, MOST_LEVEL, Ledger
from citizen_security.claims.ledger.plain_numbers import number_in, number_problem
from citizen_security.claims.ledger.registry import ABOUT, MEASURES, BadChoice, measured, read_arguments, with_defaults
from citizen_security.claims.ledger.rule_checks import reach_problems, region_of_rule, rule_problems
from citizen_security.methods.verdicts.grid import Directness
from citizen_security.methods.verdicts.regions import ClaimType, Region
from citizen_security.parameters import NO_FILE, ParameterError, RowsRefused, nearest, unknown
from citizen_security.rows_named import spans
from citizen_security.tables.brought.files import read_cells
from citizen_security.tables.brought.findings import Findings, counted, shown_cell
from citizen_security.tables.brought.labels import clean_labels
from citizen_security.tables.brought.told import told_clauses, told_table
from citizen_security.words import sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Columns of each file: those that it must have, and those that it may have.
CLAIMS = (("claim_id", "document", "location_in_document", "statement"), ("theme", "value", "low", "high"))
RULES = (
    ("claim_id", "type", "quantity", "unit", "directness", "declared"),
    ("claimed", "region_low", "region_high", "level", "warnings", "reason"),
)
CHOICES = (("claim_id", "choice", "label", "is_main", "measure"), ("arguments", "window", "family"))

KINDS_OF_FILES = {"own_claims": CLAIMS, "own_rules": RULES, "own_choices": CHOICES}

NUMBERS = ("value", "low", "high", "claimed", "region_low", "region_high", "level")
WORDS: Mapping[str, tuple[str, ...]] = {
    "type": get_args(ClaimType.__value__),
    "directness": get_args(Directness.__value__),
    "window": ("claim", "latest"),
    "family": tuple(DECIDING),
    "is_main": ("true", "false"),
}
WARNINGS = ("mechanical", "raw_change", "selected_maximum", "wrong_base")
MOST_ROWS = 5_000

_EARLIEST = date(1900, 1, 1)
_THREE_DECIMALS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Source:
    """The claims that are looked at, with all that is needed to judge them.

    Attributes
    ----------
    claims : pandas.DataFrame
        Those that are looked at.
    rules : pandas.DataFrame
        Rules of them, and perhaps of others.
    tables : mapping of str to pandas.DataFrame
        What the measures are given, with `claims`, `claim_rules` and `claim_choices`.
    name : str
        What the claims are.
    notes, doubts : tuple of str
        What was normalised in brought files, since it has one meaning, and what is possible and odd.
    is_brought : bool
        Whether an analyst brought them.
    """

    claims: pd.DataFrame
    rules: pd.DataFrame
    tables: Tables
    name: str
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    is_brought: bool = False

    @property
    def line(self) -> str:
        """What figures are made of."""
        return f"{self.name}; tables of this compendium; own calculation"

    @property
    def said(self) -> pd.DataFrame:
        """What is odd about brought files and what was normalised in them, one sentence a row; empty where nothing."""
        return told_table(self.notes, self.doubts)

    @property
    def reading(self) -> str:
        """How the claims came to be, in sentences; what was normalised or is doubtful stands in `said`."""
        if not self.is_brought:
            return "The claims are those of this compendium."
        if self.said.empty:
            return "The claims, rules and ways of measuring were brought, and read as they stand."
        return sentences(
            ["the claims, rules and ways of measuring were brought", *told_clauses(self.notes, self.doubts)]
        )


def load_source(parameters: Ledger, tables: Tables) -> Source:
    """The claims that the parameters ask for.

    Parameters
    ----------
    parameters : Ledger
    tables : mapping of str to pandas.DataFrame
        All that the measures need, with `claims`, `claim_rules` and `claim_choices` of the compendium.

    Returns
    -------
    Source

    Raises
    ------
    ParameterError
        If brought files cannot be used, with all that is wrong with all of them.
    """
    if parameters.own_claims == NO_FILE:
        return Source(
            chosen_claims(tables["claims"], parameters),
            tables["claim_rules"],
            tables,
            "statements of the documents in our words",
        )
    claims, rules, choices = _read_files(parameters)
    for file in (claims, rules, choices):
        _check_cells(file)
    _match_keys(claims, rules, choices)
    _check_claims(claims, tables["claims"])
    _check_rules(rules, claims)
    _check_choices(choices, rules, claims)
    _check_measures(choices, rules, claims, tables, parameters.confidence_level)
    problems = [problem for file in (claims, rules, choices) for problem in file.problems]
    if problems:
        raise RowsRefused(dict.fromkeys(problems))
    return _source(claims, rules, choices, tables, Path(parameters.own_claims).name)


# --- files ------------------------------------------------------------------------------------------------------------


@dataclass
class _File:
    """A brought file: its cells as text, the places of its rows, what is wrong with it, and columns that it lacks."""

    findings: Findings
    cells: pd.DataFrame | None = None
    places: list[int] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    lacking: tuple[str, ...] = ()
    # Rows whose key is one of no claim, with the key that stands there; they are read as the claim that is near.
    slips: list[tuple[int, str]] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [*self.unreadable, *self.findings.problems]

    def rows(self) -> list[dict[str, str]]:
        """Cells of each row by name, blank where there is none; no row of a file that cannot be read."""
        if self.cells is None:
            return []
        return [{str(name): str(cell) for name, cell in row.items()} for row in self.cells.to_dict("records")]

    def say(self, positions: Iterable[int], clause: str) -> None:
        """A problem of some rows, by their positions among those that were read."""
        numbers = [self.findings.row(self.places[position]) for position in positions]
        self.findings.problems.append(
            f"{self.findings.table}, row{'s' * (len(numbers) > 1)} {spans(numbers)}: {clause.rstrip('.')}."
        )

    def say_each(self, clauses: Iterable[tuple[int, str]]) -> None:
        """Problems of rows, those together of which the same is to be said."""
        alike: dict[str, list[int]] = {}
        for position, clause in clauses:
            alike.setdefault(clause, []).append(position)
        for clause, positions in alike.items():
            self.say(positions, clause)


def _read_files(parameters: Ledger) -> list[_File]:
    given = ((parameters.own_claims, CLAIMS), (parameters.own_rules, RULES), (parameters.own_choices, CHOICES))
    return [_read(Path(path), *columns) for path, columns in given]


def _read(path: Path, required: Sequence[str], optional: Sequence[str]) -> _File:
    """Cells of a file in its columns, without the blanks and signs that do not show."""
    file, names = _File(Findings(path.name, fixed_header=True)), (*required, *optional)
    findings = file.findings
    cells: pd.DataFrame | None
    try:
        cells = read_cells(path, {name: name for name in names}, names, findings, optional)
    except ParameterError as error:
        file.unreadable += error.problems
        cells = _other_columns(path, names, file)
        findings = file.findings
    file.unreadable += [
        unknown("column", name, names, f"the header of {path.name}")
        if name
        else f"{path.name} has a column without a name. Take it out of every row."
        for name in findings.unread
        # One that may be a column that is missing is told with that.
        if not any(f"is it the column {name}?" in said for said in file.unreadable)
    ]
    columns = {*findings.unread, *([] if cells is None else cells)}
    for parameter, (others, _) in KINDS_OF_FILES.items():
        if others != required and set(others) <= columns and not set(required) <= columns:
            file.unreadable = [
                f"{path.name} has the columns of {parameter}. Give it as {parameter}, and another file here."
            ]
            return file
    if cells is None:
        return file
    if not 0 < len(cells) <= MOST_ROWS:
        file.unreadable.append(f"{path.name} has {len(cells):,} rows. Allowed: 1 to {MOST_ROWS:,}.")
        return file
    if findings.separator not in ("", ","):
        findings.notes.append(f"columns separated by {findings.separator!r} read as such")
    empty = cells.isna().all(axis=1)
    if empty.any():
        findings.notes.append(f"{counted(int(empty.sum()), 'row')} without any entry passed over")
    kept = cells[~empty]
    # What is mended in names and codes, such as a `.0` behind them, belongs to a number.
    labels = {
        str(name): kept[name].astype("str").str.strip()
        if name in NUMBERS
        else clean_labels(kept[name], str(name), findings)
        for name in kept
    }
    text = pd.DataFrame({name: column.astype("object") for name, column in labels.items()}, index=kept.index)
    file.places = [int(place) for place in kept.index]
    file.cells = text.where(text.notna(), "").reindex(columns=list(names), fill_value="")
    return file


def _other_columns(path: Path, names: Sequence[str], file: _File) -> pd.DataFrame | None:
    """Cells of the columns that are there, where others are missing, so that what is wrong with them is said too."""
    findings = Findings(path.name, fixed_header=True)
    try:
        cells = read_cells(path, {name: name for name in names}, names, findings, names)
    except ParameterError:
        return None
    if "claim_id" not in cells:
        return None
    file.findings, file.lacking = findings, tuple(name for name in names if name not in cells)
    return cells


# --- cells ------------------------------------------------------------------------------------------------------------


def _check_cells(file: _File) -> None:
    """Cells that must be there, numbers, days and words of lists."""
    if file.cells is None:
        return
    for name in file.cells.columns:
        cells = file.cells[name].tolist()
        if name in WORDS:
            cells = [cell.casefold() for cell in cells]
            file.cells[name] = cells
        if name in NUMBERS:
            _doubt_thousands(file, name, cells)
        if name in _required_of(file.cells.columns) and name not in file.lacking:
            file.say_each((at, f"{name} is empty. Fill it in") for at, cell in enumerate(cells) if not cell)
        file.say_each((at, said) for at, cell in enumerate(cells) if cell and (said := _cell_problem(name, cell)))


def _doubt_thousands(file: _File, name: str, cells: Sequence[str]) -> None:
    """Three decimals that may be thousands: all three of them zero, or in a file of a country that writes 3,5."""
    foreign = file.findings.separator == ";"
    odd = [at for at, cell in enumerate(cells) if _THREE_DECIMALS.fullmatch(cell) and (foreign or cell.endswith("000"))]
    for at in odd:
        file.findings.doubts.append(
            f"{file.findings.table} has {name} = {cells[at]} in row {file.findings.row(file.places[at])}, read as "
            f"{number_in(cells[at]):g}: what stands behind a point are decimals"
        )


def _required_of(columns: Collection[str]) -> tuple[str, ...]:
    return next(required for required, optional in (CLAIMS, RULES, CHOICES) if {*required, *optional} == set(columns))


def _cell_problem(name: str, cell: str) -> str:
    """What is wrong with a cell that is there; blank where nothing is."""
    if name == "level" and cell.rstrip().endswith("%"):
        return (
            f"level = {shown_cell(cell)} has a per cent sign. Allowed: {LEAST_LEVEL:g} to {MOST_LEVEL:g}, such as 0.95"
        )
    if name in NUMBERS and (problem := number_problem(cell)):
        return f"{name} = {shown_cell(cell)} {problem}"
    if name == "level" and not LEAST_LEVEL <= float(cell) <= MOST_LEVEL:
        return f"level = {cell}. Allowed: {LEAST_LEVEL:g} to {MOST_LEVEL:g}, as confidence_level of the run"
    if name in WORDS and cell not in WORDS[name]:
        return unknown("value", cell, WORDS[name], name)
    if name == "warnings":
        return "; ".join(unknown("warning", it, WARNINGS, name) for it in cell.split(";") if it not in WARNINGS)
    if name == "declared" and not _is_day(cell):
        return f"declared = {shown_cell(cell)} is no day. Allowed: one such as 2026-11-30"
    if name == "declared" and not _EARLIEST <= date.fromisoformat(cell) <= _latest():
        return f"declared = {cell}. Allowed: a day from {_EARLIEST.year} to today, on which the rule was written down"
    if name == "claim_id" and not _KEY.fullmatch(cell):
        return (
            f"claim_id = {shown_cell(cell)}. Allowed: up to 20 letters without accents, digits, _ and -, the first a "
            "letter"
        )
    if name == "choice" and not _NAME.fullmatch(cell):
        return f"choice = {shown_cell(cell)}. Allowed: small letters, digits and _, the first a letter"
    return ""


def _latest() -> date:
    """Today where it is latest on earth, which is at most a day ahead of the meridian."""
    return datetime.now(UTC).date() + timedelta(days=1)


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


# --- rows -------------------------------------------------------------------------------------------------------------


def _match_keys(claims: _File, rules: _File, choices: _File) -> None:
    """Keys of rules and ways that are those of claims but for large and small letters, or for a slip that is told.

    A slip is told in its row alone: what would follow from a key that no claim has is no other fault.
    """
    known = _keys_of(claims) or _keys_of(rules)
    for file in (rules, choices):
        if file.cells is None:
            continue
        keys, cells = _keys_of(file), []
        for at, key in enumerate(file.cells["claim_id"]):
            same = [it for it in known if it.casefold() == key.casefold()]
            near = nearest(key, known)
            if key in known or not key:
                cells.append(key)
            elif len(same) == 1:
                row = file.findings.row(file.places[at])
                file.findings.notes.append(f"claim_id {key} in row {row} read as {same[0]}")
                cells.append(same[0])
            # A claim that has rows of its own here is not the one that is meant.
            elif near and near not in keys:
                file.slips.append((at, key))
                cells.append(near)
            else:
                cells.append(key)
        file.cells["claim_id"] = cells


def _keys_of(file: _File) -> list[str]:
    return [] if file.cells is None else [key for key in dict.fromkeys(file.cells["claim_id"]) if key]


def _check_claims(claims: _File, ours: pd.DataFrame) -> None:
    rows = claims.rows()
    _say_repeated(claims, [row["claim_id"].casefold() for row in rows], "claim_id", [row["claim_id"] for row in rows])
    _say_repeated(claims, [row["statement"] for row in rows], "statement", [row["statement"] for row in rows])
    taken = {key.casefold() for key in ours["claim_id"]}
    claims.say_each(
        (at, f"claim_id = {row['claim_id']} is a claim of the book. Give your claims other keys, such as X01")
        for at, row in enumerate(rows)
        if row["claim_id"].casefold() in taken
    )
    claims.say_each(
        (at, f"low = {row['low']} is above high = {row['high']}. Allowed: the lower one first")
        for at, row in enumerate(rows)
        if _above(row["low"], row["high"])
    )


def _check_rules(rules: _File, claims: _File) -> None:
    keys = [row["claim_id"] for row in rules.rows()]
    _say_repeated(rules, keys, "claim_id", keys)
    _say_unknown_claims(rules, claims)
    rules.say_each((at, said) for at, row in enumerate(rules.rows()) if (said := _region_problem(row)))
    if rules.cells is not None:
        claims.say_each(
            (at, f"claim {row['claim_id']} has no rule. Add a row to {rules.findings.table}, or take the claim out")
            for at, row in enumerate(claims.rows())
            if row["claim_id"] and row["claim_id"] not in keys
        )


def _region_problem(rule: Mapping[str, str]) -> str:
    """What keeps a rule from having a region; blank where nothing does, or a cell of it is at fault itself."""
    if _numbers(rule) is None:
        ends = rule["region_low"], rule["region_high"]
        # Another cell is at fault; what the ends alone contradict is said with that.
        return (
            f"region_low = {ends[0]} is above region_high = {ends[1]}. Allowed: the lower one first"
            if _above(*ends)
            else ""
        )
    region, problem = _region(rule)
    return "" if region else problem


def _numbers(rule: Mapping[str, str]) -> tuple[float | None, float | None, float | None] | None:
    """The claimed number and the ends of a rule whose cells can be read."""
    cells = [rule[name] for name in ("claimed", "region_low", "region_high")]
    if any(cell and number_in(cell) is None for cell in cells) or rule["type"] not in WORDS["type"]:
        return None
    claimed, low, high = (number_in(cell) for cell in cells)
    return claimed, low, high


def _region(rule: Mapping[str, str]) -> tuple[Region | None, str]:
    """The region of a rule, or what keeps it from having one."""
    numbers = _numbers(rule)
    if numbers is None:
        return None, ""
    if problems := list(rule_problems(rule["type"], *numbers)):
        return None, "; ".join(problems)
    try:
        return region_of_rule(rule["type"], *numbers), ""
    except ValueError as error:
        return None, f"{error}"


def _above(low: str, high: str) -> bool:
    ends = number_in(low), number_in(high)
    return ends[0] is not None and ends[1] is not None and ends[0] > ends[1]


def _check_choices(choices: _File, rules: _File, claims: _File) -> None:
    rows = choices.rows()
    names = [f"{row['choice']} of {row['claim_id']}" for row in rows]
    _say_repeated(choices, names, "choice", names)
    _say_unknown_claims(choices, rules, *_keys_of(claims))
    choices.say_each(
        (at, "the main choice is one of the latest years. Allowed: one of the claim's own years")
        for at, row in enumerate(rows)
        if row["is_main"] == "true" and row["window"] == "latest"
    )
    choices.say_each(
        (at, f"family = {row['family']} of the main choice. Leave it blank: others differ from it")
        for at, row in enumerate(rows)
        if row["is_main"] == "true" and row["family"]
    )
    if choices.cells is None or "is_main" in choices.lacking:
        return
    for at, rule in enumerate(rules.rows()):
        key, table = rule["claim_id"], choices.findings.table
        own = [place for place, row in enumerate(rows) if row["claim_id"] == key and row["window"] != "latest"]
        mains = [place for place in own if rows[place]["is_main"] == "true"]
        # A word that is neither true nor false may have meant the main one.
        if not {rows[place]["is_main"] for place in own} <= set(WORDS["is_main"]):
            continue
        if key and not own:
            rules.say([at], f"claim {key} has no way of measuring its own years. Add rows to {table}")
        elif key and not mains:
            choices.say(own, f"no choice of claim {key} is the main one. Set is_main to true in one of these rows")
        elif len(mains) > 1:
            choices.say(mains, f"claim {key} has {len(mains)} main choices. Leave is_main true in one of these rows")


def _check_measures(choices: _File, rules: _File, claims: _File, tables: Tables, confidence_level: float) -> None:
    """Functions that there are, with arguments that they take, names that the tables have, and an estimate."""
    known = {**tables, "claims": _all_claims(claims, rules, tables["claims"])}
    by_claim = {row["claim_id"]: row for row in rules.rows()}
    rows = choices.rows()
    documents = {row["claim_id"]: row["document"] for row in claims.rows()}
    read = [_read_way(known, row) for row in rows]

    def problems(row: Mapping[str, str], arguments: Mapping[str, Any], said: Sequence[str]) -> list[str]:
        measure, wrong, found = row["measure"], list(said), None
        if measure not in MEASURES:
            return wrong
        rule = by_claim.get(row["claim_id"], {})
        if not wrong:
            try:
                found = measured(known, measure, row["arguments"], _level(rule, confidence_level))
            except BadChoice as error:
                wrong.append(str(error))
            if row["claim_id"] in documents:
                wrong += document_problems(known, measure, arguments, documents[row["claim_id"]])
        if found and rule.get("type") == "null" and ABOUT[measure].interval and found.low == found.high:
            wrong.append(
                f"{measure} gives {found.value:g} without an interval, and type null needs one. Take a way that has one"
            )
        region, _ = _region(rule) if rule else (None, "")
        if region and (found or isinstance(ABOUT[measure].kind, Kind)):
            # Arguments that are wrong bound nothing.
            reach = ABOUT[measure].values({} if said else with_defaults(measure, arguments), known, found)
            wrong += reach_problems(region, number_in(rule["claimed"]), measure, reach)
        return wrong

    choices.say_each(
        (at, clause)
        for at, (row, (arguments, said)) in enumerate(zip(rows, read, strict=True))
        if row["measure"]
        for clause in problems(row, arguments, said)
    )
    _check_kinds(choices, read, by_claim, known)


def _read_way(tables: Tables, row: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Arguments of a way of measuring, and all that is wrong with them."""
    arguments, wrong = read_arguments(row["measure"], row["arguments"])
    if row["measure"] in MEASURES:
        wrong = [*wrong, *locator_problems(tables, row["measure"], arguments)]
    return arguments, wrong


def _level(rule: Mapping[str, str], confidence_level: float) -> float:
    """Level of the intervals of a rule, whose own may be at fault."""
    own = number_in(rule.get("level", ""))
    usable = own if own is not None and LEAST_LEVEL <= own <= MOST_LEVEL else None
    return level_of(rule.get("type", ""), usable, confidence_level)


def _check_kinds(
    choices: _File,
    read: Sequence[tuple[dict[str, Any], list[str]]],
    by_claim: Mapping[str, Mapping[str, str]],
    known: Tables,
) -> None:
    """Ways that measure another quantity than the rule or the main way is of, and ways that measure the same twice."""
    rows = choices.rows()
    kinds: dict[int, Kind] = {}
    same: dict[tuple[Any, ...], list[int]] = {}
    for at, (row, (arguments, wrong)) in enumerate(zip(rows, read, strict=True)):
        measure = row["measure"]
        # Arguments that are wrong say nothing of what is meant; most ways are of one kind whatever they are.
        if measure in MEASURES and not wrong:
            given = with_defaults(measure, arguments)
            kinds[at] = kind_of(measure, given, known)
            same.setdefault((row["claim_id"], row["window"] or "claim", same_way(measure, given)), []).append(at)
        elif measure in MEASURES and isinstance(kind := ABOUT[measure].kind, Kind):
            kinds[at] = kind
    mains = {rows[at]["claim_id"]: at for at in reversed(list(kinds)) if rows[at]["is_main"] == "true"}
    clauses: list[tuple[int, str]] = []
    for at, kind in kinds.items():
        key, measure = rows[at]["claim_id"], rows[at]["measure"]
        rule, main = by_claim.get(key, {}), mains.get(key, at)
        said = other_than_main(measure, kind, rows[main]["measure"], kinds[main])
        own = (
            []
            if said and kind != kinds[main]
            else kind_problems(measure, kind, rule.get("type", ""), rule.get("unit", ""), _bounding(measure, read[at]))
        )
        own += _claimed_problems(rule, measure, read[at])
        clauses += [(at, it) for it in (said, *own) if it]
    choices.say_each(clauses)
    for them in same.values():
        if len(them) > 1:
            choices.say(them, f"these ways of claim {rows[them[0]]['claim_id']} measure the same. Allowed: each once")


def _bounding(measure: str, read: tuple[dict[str, Any], list[str]]) -> Mapping[str, Any]:
    """Arguments that say what is meant: none of them where some are wrong."""
    arguments, wrong = read
    return {} if wrong else with_defaults(measure, arguments)


def _claimed_problems(rule: Mapping[str, str], measure: str, read: tuple[dict[str, Any], list[str]]) -> list[str]:
    """Why the number that a rule claims is none of what a way of measuring gives: a rank of a share, another set."""
    claimed, (arguments, wrong) = number_in(rule.get("claimed", "")), read
    if claimed is None or wrong:
        return []
    if rule.get("type") == "ranking" and ABOUT[measure].in_order:
        return [
            f"{measure} gives the share of pairs in order, and claimed = {claimed:g} is a rank. Leave claimed empty "
            "and give region_low, the least share in %"
        ]
    counted = ABOUT[measure].counted
    members = arguments.get(counted, "")
    if rule.get("type") == "set" and isinstance(members, str) and members:
        groups = names_in(measure, counted, members)
        named = sum(len(group) for group in groups)
        if len(groups) > 1:
            return [f"{counted} of {measure} has {len(groups)} groups. A set is one: name its members in one group"]
        if named != claimed:
            return [
                f"claimed = {claimed:g}, and the way names {named} members. A set holds if all of them do: give "
                f"claimed = {named}, or name others"
            ]
    return []


def _say_repeated(file: _File, keys: Sequence[str], name: str, shown: Sequence[str]) -> None:
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        places.setdefault(key, []).append(at)
    for key, them in places.items():
        if key and len(them) > 1:
            file.say(them, f"{name} {shown_cell(shown[them[0]])} stands there {len(them)} times. Allowed: once")


def _say_unknown_claims(file: _File, other: _File, *elsewhere: str) -> None:
    """Keys of claims that the other file lacks."""
    if other.cells is None:
        return
    known = [key for key in dict.fromkeys(other.cells["claim_id"]) if key]
    where = f"claim_id; {other.findings.table} has other keys"
    given = {at: row["claim_id"] for at, row in enumerate(file.rows())} | dict(file.slips)
    file.say_each(
        (at, unknown("claim", key, known, where))
        for at, key in sorted(given.items())
        # What is a claim, and has no rule, is told where the rule is missing.
        if key and key not in (*known, *elsewhere)
    )


# --- tables -----------------------------------------------------------------------------------------------------------


def _source(claims: _File, rules: _File, choices: _File, tables: Tables, name: str) -> Source:
    own = {
        "claims": _typed(claims, tables["claims"]),
        "claim_rules": _typed(rules, tables["claim_rules"], "level").assign(tested=True),
        "claim_choices": _typed(choices, tables["claim_choices"]),
    }
    own["claims"]["theme"] = own["claims"]["theme"].fillna("own")
    own["claim_choices"]["window"] = own["claim_choices"]["window"].fillna("claim")
    files = [file.findings for file in (claims, rules, choices)]
    notes = tuple(f"{it.table}: {note}" for it in files for note in it.notes)
    doubts = tuple(doubt for it in files for doubt in it.doubts)
    measured = {**tables, **own, "claims": _all_claims(claims, rules, tables["claims"])}
    name = f"claims of {name}, as brought"
    return Source(own["claims"], own["claim_rules"], measured, name, notes, doubts, is_brought=True)


def _typed(file: _File, like: pd.DataFrame, *more: str) -> pd.DataFrame:
    """A brought file in the columns and types of a table of the compendium; missing where it has nothing."""
    rows = file.rows()
    columns: dict[str, Any] = {}
    for name in (*like.columns, *more):
        cells = [row.get(name, "") for row in rows]
        columns[name] = _READ.get(name, _texts)(cells) if name not in NUMBERS else _floats(cells)
    return pd.DataFrame(columns)


def _texts(cells: Sequence[str]) -> Any:
    return pd.array([cell or None for cell in cells], dtype="str")


def _floats(cells: Sequence[str]) -> "NDArray[np.float64]":
    return np.array([np.nan if (number := number_in(cell)) is None else number for cell in cells])


def _days(cells: Sequence[str]) -> Any:
    return pd.to_datetime(pd.Series([cell or None for cell in cells], dtype="str"), format="%Y-%m-%d")


_READ: Mapping[str, Callable[[Sequence[str]], Any]] = {
    "is_main": lambda cells: [cell == "true" for cell in cells],
    "declared": _days,
    "changed_late": _days,
}


def _all_claims(claims: _File, rules: _File, ours: pd.DataFrame) -> pd.DataFrame:
    """Claims with the numbers that they state: measures of statements compare those of the book and those brought.

    The unit of a brought statement is that of its rule.
    """
    columns = ["claim_id", "document", "value", "low", "high", "unit"]
    units = {rule["claim_id"]: rule["unit"] or None for rule in rules.rows()}
    own = _typed(claims, ours[columns])
    own["unit"] = own["claim_id"].map(units).astype("str")
    return pd.concat([ours[columns], own], ignore_index=True)
