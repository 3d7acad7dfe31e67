"""The rules a table's description sets: on fields, on keys, between columns and between tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, Any

from citizen_security.tables.errors import Descriptor
from citizen_security.tables.sheet import Sheet, listed, primary_key, typed

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    import pandas
    import pandera.pandas

type Mask = numpy.typing.NDArray[numpy.bool]
type ReadTable = Callable[[str], Sheet]


def check(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable, *, across_tables: bool) -> None:
    """Refuse a table that breaks its description.

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

    Raises
    ------
    InvalidTable
        At the first rule that is broken, with the rows.
    """
    _check_fields(sheet, frame)
    _check_foreign_keys(sheet, frame, read)
    _check_primary_key(sheet, frame)
    _check_rules(sheet, frame, read, across_tables=across_tables)


# --- constraints of fields, through pandera ---------------------------------------------------------------------------


def _check_fields(sheet: Sheet, frame: pandas.DataFrame) -> None:
    from pandera.errors import SchemaErrors

    try:
        _schema(sheet.resource).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        first = cases.iloc[0]
        same = cases[(cases["column"] == first["column"]) & (cases["check"] == first["check"])]
        rule = _PANDERA_NAMES.get(first["check"], first["check"])
        sheet.refuse(first["column"], rule, sorted(int(position) for position in same["index"]))


_PANDERA_NAMES = {"not_nullable": "required: no empty cell", "field_uniqueness": "unique: no value twice"}


def _schema(resource: Descriptor) -> pandera.pandas.DataFrameSchema:
    import pandera.pandas as pa

    columns = {field["name"]: _schema_column(field) for field in resource["schema"]["fields"]}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _schema_column(field: Descriptor) -> pandera.pandas.Column:
    import pandera.pandas as pa

    constraints = field.get("constraints", {})
    checks = [_CHECKS[name](bound) for name, bound in constraints.items() if name in _CHECKS]
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


# --- keys -------------------------------------------------------------------------------------------------------------


def _positions(mask: Mask) -> list[int]:
    return [int(position) for position in mask.nonzero()[0]]


def _check_primary_key(sheet: Sheet, frame: pandas.DataFrame) -> None:
    key = primary_key(sheet.resource)
    if repeated := _positions(frame.duplicated(key, keep=False).to_numpy()):
        sheet.refuse(", ".join(key), "primary key: no key twice", repeated)
    keys = list(zip(*(frame[field] for field in key), strict=True))
    late = [position for position in range(1, len(keys)) if keys[position] < keys[position - 1]]
    if late:
        sheet.refuse(", ".join(key), "sorted by the primary key", late)


def _check_foreign_keys(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable) -> None:
    for link in sheet.resource["schema"].get("foreignKeys", []):
        (field,), reference = listed(link["fields"]), link["reference"]
        known = _values_of(reference["resource"], reference["fields"], read)
        unknown = frame[field].notna() & ~frame[field].isin(known)
        _require(sheet, field, f"known in {reference['resource']}", unknown.to_numpy())


def _values_of(name: str, field: str, read: ReadTable) -> set[str]:
    return set(read(name).cells[field])


def _require(sheet: Sheet, column: str, rule: str, broken: Mask) -> None:
    if positions := _positions(broken):
        sheet.refuse(column, rule, positions)


# --- rules between columns and between tables -------------------------------------------------------------------------
# Each takes the frame and the rule as described and returns which rows break it.


def _check_rules(sheet: Sheet, frame: pandas.DataFrame, read: ReadTable, *, across_tables: bool) -> None:
    for rule in sheet.resource["rules"]:
        check = RULES.get(rule["rule"])
        if check is not None:
            columns, broken = check(frame, rule)
        elif rule["rule"] == "codes_known" or across_tables:
            columns, broken = RULES_ACROSS[rule["rule"]](frame, rule, read)
        else:
            continue
        _require(sheet, ", ".join(columns), rule["title"], broken)


def _rate_matches_count(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    columns = [rule["rate"], rule["count"], rule["population"]]
    rate, count, population = (frame[column].astype("float64") for column in columns)
    expected = rate * population / rule["per"]
    # counts are whole and small places have few: a difference of `slack` victims is rounding
    allowed = (rule["tolerance"] * expected).clip(lower=rule["slack"])
    broken = (count - expected).abs() > allowed
    if "unless" in rule:
        broken &= frame[rule["unless"]].isna()
    return columns, broken.to_numpy()


def _not_above(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    return _ordered(frame, {"fields": [rule["lower"], rule["upper"]]})


def _ordered(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    values = [frame[field].astype("float64").to_numpy() for field in rule["fields"]]
    return rule["fields"], reduce(or_, [lower > upper for lower, upper in pairwise(values)])


def _together(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    present = frame[rule["fields"]].notna().to_numpy()
    return rule["fields"], present.any(axis=1) & ~present.all(axis=1)


def _needs(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    columns = [rule["field"], rule["requires"]]
    return columns, (frame[rule["field"]].notna() & frame[rule["requires"]].isna()).to_numpy()


def _blank_where(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    return [rule["field"], *rule["where"]], frame[rule["field"]].notna().to_numpy() & _where(frame, rule["where"])


def _where(frame: pandas.DataFrame, condition: dict[str, list[str]]) -> Mask:
    (column, values), *_ = condition.items()
    return frame[column].isin(values).to_numpy()


def _is_log_of(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    import numpy as np

    chosen = _where(frame, rule["where"]) & frame[rule["field"]].notna()
    difference = frame[rule["field"]] - np.log(frame[rule["of"]].where(chosen))
    return [rule["field"], rule["of"]], (difference.abs() > rule["tolerance"]).to_numpy()


def _constant_within(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    groups = frame.groupby(listed(rule["unit"]), sort=False, dropna=False)[rule["fields"]]
    return rule["fields"], (groups.transform("nunique") > 1).to_numpy().any(axis=1)


def _complete_panel(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    unit, time, within = (listed(rule.get(key)) for key in ("unit", "time", "within"))
    rows = frame.groupby(unit, sort=False)[unit[0]].transform("size")
    if not within:
        return unit, (rows != len(frame[time].drop_duplicates())).to_numpy()
    times = frame[[*within, *time]].drop_duplicates().groupby(within, sort=False)[time[0]].size()
    return unit, (rows != frame[within[0]].map(times)).to_numpy()


def _codes_known(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    reference, separator = rule["reference"], rule["separator"]
    known = _values_of(reference["resource"], reference["field"], read)
    if "separator" in reference:
        known = {code for cell in known for code in cell.split(reference["separator"])}
    unknown = frame[rule["field"]].map(lambda codes: not known.issuperset(codes.split(separator)), na_action="ignore")
    return [rule["field"]], unknown.eq(True).to_numpy()


def _agrees_with(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    keys, fields = rule["keys"], rule["fields"]
    other = typed(read(rule["reference"]["resource"])).drop_duplicates(keys)
    merged = frame[keys].merge(other[[*keys, *fields]], how="left", on=keys, indicator=True)
    ours, theirs = frame[fields].astype("object"), merged[fields].astype("object")
    same = (ours == theirs) | (ours.isna() & theirs.isna())
    return fields, (merged["_merge"] == "both").to_numpy() & ~same.to_numpy().all(axis=1)


def _same_keys(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    theirs = _values_of(rule["reference"]["resource"], rule["reference"]["field"], read)
    return [rule["field"], rule["where"]], (frame[rule["field"]].isin(theirs) != frame[rule["where"]]).to_numpy()


RULES: dict[str, Callable[[pandas.DataFrame, Descriptor], tuple[list[str], Mask]]] = {
    "rate_matches_count": _rate_matches_count,
    "not_above": _not_above,
    "ordered": _ordered,
    "together": _together,
    "needs": _needs,
    "blank_where": _blank_where,
    "is_log_of": _is_log_of,
    "constant_within": _constant_within,
    "complete_panel": _complete_panel,
}

RULES_ACROSS: dict[str, Callable[[pandas.DataFrame, Descriptor, ReadTable], tuple[list[str], Mask]]] = {
    "codes_known": _codes_known,
    "agrees_with": _agrees_with,
    "same_keys": _same_keys,
}
