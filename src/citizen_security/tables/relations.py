"""The rules that a description may set: one function each, which finds the rows that break it, and what it needs.

This is the one place where the rules are written down. Each stands at the end with the keys that it needs and those
that it may have, in the words of `citizen-security data rules`. A rule has a `title`, which says it in words, and may
have an `except`: rows that break it, by columns of the key, each with a `reason`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from citizen_security.tables.errors import Descriptor
from citizen_security.tables.sheet import Sheet, listed, typed

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    import pandas

type Mask = numpy.typing.NDArray[numpy.bool]
type ReadTable = Callable[[str], Sheet]

PER = 100_000  # rates are per so many people
PARTS_OF_YEAR = {"month": 12, "quarter": 4}
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Rule[**Arguments, Result]:
    """A rule of the schema.

    Attributes
    ----------
    check : callable
        Finds the rows that break it.
    says : str
        What it demands, in words.
    needs : mapping
        Key of the description → kind of value, as `description` checks it.
    may : mapping
        The same for keys that may be left out.
    there : mapping
        What its reference needs beside the other table's name, in the same words.
    may_there : mapping
        What its reference may have.
    """

    check: Callable[Arguments, Result]
    says: str
    needs: Mapping[str, str]
    may: Mapping[str, str] = field(default_factory=dict)
    there: Mapping[str, str] = field(default_factory=dict)
    may_there: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        """Rows that break it."""
        return self.check(*arguments, **options)


def values_of(name: str, column: str, read: ReadTable) -> set[str]:
    """Cells of another table's column."""
    return set(read(name).cells[column])


# --- the table as a whole ---------------------------------------------------------------------------------------------


def _rows(frame: pandas.DataFrame, rule: Descriptor) -> str:
    if len(frame) == rule["count"]:
        return ""
    return f"{len(frame):,} are there; if it has other rows on purpose, change the count in data/datapackage.json"


# --- between columns: each takes the frame and the rule as described and returns which rows break it ------------------


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


def _each_once(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    # Blanks are alike: a row that says nothing there says it twice, too.
    return rule["fields"], frame.duplicated(rule["fields"], keep=False).to_numpy()


def _needs(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    columns = [rule["field"], rule["requires"]]
    return columns, (frame[rule["field"]].notna() & frame[rule["requires"]].isna()).to_numpy()


def _blank_where(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    return [rule["field"], *rule["where"]], frame[rule["field"]].notna().to_numpy() & chosen_by(frame, rule["where"])


def chosen_by(frame: pandas.DataFrame, condition: Mapping[str, list[Any]]) -> Mask:
    """Rows that have one of the values in each of the columns."""
    return reduce(and_, [frame[column].isin(values).to_numpy() for column, values in condition.items()])


def _is_log_of(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    import numpy as np

    chosen = chosen_by(frame, rule["where"]) & frame[rule["field"]].notna()
    of = frame[rule["of"]]
    difference = frame[rule["field"]] - np.log(of.where(chosen & (of > 0)))
    return [rule["field"], rule["of"]], (difference.abs() > rule["tolerance"]).to_numpy()


def _constant_within(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    groups = frame.groupby(listed(rule["unit"]), sort=False, dropna=False)[rule["fields"]]
    return rule["fields"], (groups.transform("nunique") > 1).to_numpy().any(axis=1)


def _marked_once(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    marked = frame[rule["field"]].eq(True).groupby([frame[name] for name in listed(rule["unit"])], sort=False)
    return [*listed(rule["unit"]), rule["field"]], (marked.transform("sum") != 1).to_numpy()


def _complete_panel(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    unit, time, within = (listed(rule.get(key)) for key in ("unit", "time", "within"))
    rows = frame.groupby(unit, sort=False)[unit[0]].transform("size")
    if not within:
        return unit, (rows != len(frame[time].drop_duplicates())).to_numpy()
    times = frame[[*within, *time]].drop_duplicates().groupby(within, sort=False)[time[0]].size()
    return unit, (rows != frame[within[0]].map(times)).to_numpy()


def _periods(frame: pandas.DataFrame, time: list[str]) -> pandas.Series[float]:
    """Years, or months and quarters since the year 0, so that one follows another by one."""
    year, *part = time
    if not part:
        return frame[year].astype("float64")
    return frame[year].astype("float64") * PARTS_OF_YEAR[part[0]] + frame[part[0]]


def _consecutive(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    unit, time = listed(rule["unit"]), listed(rule["time"])
    passed = _periods(frame, time).groupby([frame[name] for name in unit], sort=False).diff()
    return [*unit, *time], (passed.notna() & (passed != 1)).to_numpy()


def _steady(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    import numpy as np

    unit = frame.groupby(listed(rule["unit"]), sort=False).ngroup().to_numpy()
    period = _periods(frame, listed(rule["time"])).to_numpy(dtype="float64", na_value=np.nan)
    allowed = np.log(rule["factor"]) if "factor" in rule else rule["step"]
    # rows of a unit behind each other, in the order of the table; a row of no unit has none before it
    order = np.argsort(unit, kind="stable")
    order = order[unit[order] >= 0]
    broken = np.zeros(len(frame), dtype=bool)
    for column in rule["fields"]:
        values = frame[column].astype("float64")
        if "per" in rule:
            values = values / frame[rule["per"]].astype("float64") * PER
        if "factor" in rule:
            # small places have few victims: so much is added before two years are compared
            values = _logarithm(values + rule.get("floor", 0))
        there = values.to_numpy(dtype="float64", na_value=np.nan)
        rows = order[~np.isnan(there[order])]
        passed = np.maximum(np.diff(period[rows]), 1)
        with np.errstate(invalid="ignore"):
            far = np.abs(np.diff(there[rows])) > allowed * passed + ROUNDING
        broken[rows[1:][far & (np.diff(unit[rows]) == 0)]] = True
    return rule["fields"], broken


def _logarithm(values: pandas.Series[float]) -> pandas.Series[float]:
    """Logarithm; of 0 and below, that of next to nothing, which is far from everything."""
    import numpy as np

    return values.clip(lower=ROUNDING).apply(np.log)


def _growth_of(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    values, unit = frame[rule["of"]], [frame[rule["unit"]]]
    before = values.groupby(unit, sort=False).shift()
    follows = frame[rule["time"]].groupby(unit, sort=False).diff() == 1
    difference = ((values / before - 1) * 100 - frame[rule["field"]]).abs()
    return [rule["field"], rule["of"]], (follows & (difference > rule["tolerance"])).to_numpy()


def _close(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    import numpy as np

    one, other = (_logarithm(frame[column].astype("float64") + rule.get("floor", 0)) for column in rule["fields"])
    return rule["fields"], ((one - other).abs() > np.log(rule["factor"])).to_numpy()


def _descending(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    values = frame[rule["field"]].astype("float64")
    within = [frame[name] for name in listed(rule.get("within"))]
    change = values.groupby(within, sort=False).diff() if within else values.diff()
    return [rule["field"]], (change > 0).to_numpy()


def _numbered(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    numbers = frame[rule["field"]].astype("str").str.extract(r"(\d+)$", expand=False).astype("float64")
    within = [frame[name] for name in listed(rule.get("within"))]
    before = numbers.groupby(within, sort=False).shift() if within else numbers.shift()
    return [rule["field"]], (numbers != before.fillna(0) + 1).to_numpy()


def _same_number(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    import pandas as pd

    printed = pd.to_numeric(frame[rule["text"]].str.replace(",", ".", regex=False), errors="coerce")
    number = frame[rule["number"]]
    return [rule["text"], rule["number"]], ((printed != number) & frame[rule["text"]].notna()).to_numpy()


def _error_of_interval(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    from statistics import NormalDist

    import numpy as np

    low, high, level = (frame[rule[key]].astype("float64") for key in ("low", "high", "level"))
    # a level that is none was refused by the field's bounds
    level = level.where((level > 0) & (level < 100))
    chosen = chosen_by(frame, rule["where"]) & (low > 0)
    width = np.log(high.where(chosen)) - np.log(low.where(chosen))
    expected = width / (2 * level.map(lambda percent: NormalDist().inv_cdf(0.5 + percent / 200), na_action="ignore"))
    far = (frame[rule["error"]] - expected).abs() > rule["tolerance"] * expected
    return [rule["error"], rule["low"], rule["high"], rule["level"]], far.to_numpy()


# --- between tables ---------------------------------------------------------------------------------------------------


def _codes_known(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    reference, separator = rule["reference"], rule["separator"]
    known = values_of(reference["resource"], reference["field"], read)
    if "where" in reference:
        other = read(reference["resource"])
        chosen = chosen_by(typed(other), reference["where"])
        known = {cell for cell, is_chosen in zip(other.cells[reference["field"]], chosen, strict=True) if is_chosen}
    if "separator" in reference:
        known = {code for cell in known for code in cell.split(reference["separator"])}
    unknown = frame[rule["field"]].map(lambda codes: not known.issuperset(codes.split(separator)), na_action="ignore")
    return [rule["field"]], unknown.eq(True).to_numpy()


def _agrees_with(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    keys, fields, reference = rule["keys"], rule["fields"], rule["reference"]
    there = listed(reference.get("fields")) or fields
    other = typed(read(reference["resource"])).drop_duplicates(keys)[[*keys, *there]]
    merged = frame[keys].merge(other.set_axis([*keys, *fields], axis=1), how="left", on=keys, indicator=True)
    ours, theirs = frame[fields].astype("object"), merged[fields].astype("object")
    same = (ours == theirs) | (ours.isna() & theirs.isna())
    return fields, (merged["_merge"] == "both").to_numpy() & ~same.to_numpy().all(axis=1)


def _same_keys(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    theirs = values_of(rule["reference"]["resource"], rule["reference"]["field"], read)
    return [rule["field"], rule["where"]], (frame[rule["field"]].isin(theirs) != frame[rule["where"]]).to_numpy()


def _sums_to(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    keys, column, reference = rule["keys"], rule["field"], rule["reference"]
    ours = frame.loc[chosen_by(frame, rule["where"])] if "where" in rule else frame
    sums = ours.groupby(keys, sort=False)[column].sum().rename("sum").reset_index()
    other = typed(read(reference["resource"]))
    if "where" in reference:
        other = other.loc[chosen_by(other, reference["where"])]
    there = listed(reference.get("keys")) or keys
    totals = other[[*there, reference["field"]]].set_axis([*keys, "total"], axis=1).dropna()
    both = sums.merge(totals, on=keys)
    far = (both["sum"] - both["total"]).abs() > rule["tolerance"] * both["total"]
    # every row of a sum that does not fit is shown: any of them may be the wrong one
    marked = ours[keys].merge(both.loc[far, keys], how="left", on=keys, indicator=True)["_merge"] == "both"
    broken = frame.index.isin(ours.index[marked.to_numpy()])
    return [column], broken


def _marks_any(frame: pandas.DataFrame, rule: Descriptor, read: ReadTable) -> tuple[list[str], Mask]:
    reference = rule["reference"]
    other = read(reference["resource"])
    marked = {
        code
        for code, mark in zip(other.cells[reference["field"]], other.cells[reference["where"]], strict=True)
        if mark == "true"
    }
    found = frame[rule["codes"]].map(
        lambda codes: not marked.isdisjoint(codes.split(rule["separator"])), na_action="ignore"
    )
    return [rule["field"], rule["codes"]], (found.notna() & (found != frame[rule["field"]])).to_numpy()


# --- all of them, with what each needs --------------------------------------------------------------------------------

WHOLE: dict[str, Rule[[pandas.DataFrame, Descriptor], str]] = {
    "rows": Rule(_rows, "the table has `count` rows", {"count": "count"}),
}

RULES: dict[str, Rule[[pandas.DataFrame, Descriptor], tuple[list[str], Mask]]] = {
    "rate_matches_count": Rule(
        _rate_matches_count,
        "`rate` is `count` / `population` x `per` within the share `tolerance` or `slack` cases, unless the column "
        "`unless` says why not",
        {"rate": "number field", "count": "number field", "population": "number field", "per": "positive",
         "tolerance": "positive", "slack": "positive"},
        {"unless": "field"},
    ),
    "not_above": Rule(
        _not_above, "`lower` is not above `upper`", {"lower": "number field", "upper": "number field"}
    ),
    "ordered": Rule(_ordered, "no column of `fields` is above the next", {"fields": "list of number fields"}),
    "together": Rule(_together, "the columns `fields` are all given or all blank", {"fields": "list of fields"}),
    "each_once": Rule(_each_once, "no two rows are alike in all of `fields`", {"fields": "list of fields"}),
    "needs": Rule(_needs, "`field` is given only where `requires` is", {"field": "field", "requires": "field"}),
    "blank_where": Rule(
        _blank_where, "`field` is blank where a column has one of the values of `where`",
        {"field": "field", "where": "where"},
    ),
    "is_log_of": Rule(
        _is_log_of, "`field` is the logarithm of `of` within `tolerance`, where a column has the values of `where`",
        {"field": "number field", "of": "number field", "where": "where", "tolerance": "positive"},
    ),
    "error_of_interval": Rule(
        _error_of_interval,
        "`error` is the standard error that the interval from `low` to `high` of `level` % has on the scale of "
        "logarithms, within the share `tolerance`, where a column has the values of `where`",
        {"error": "number field", "low": "number field", "high": "number field", "level": "number field",
         "where": "where", "tolerance": "positive"},
    ),
    "constant_within": Rule(
        _constant_within, "`fields` are the same in all rows of a `unit`",
        {"unit": "fields", "fields": "list of fields"},
    ),
    "marked_once": Rule(
        _marked_once, "`field` is true in exactly one row of each `unit`", {"field": "boolean field", "unit": "fields"}
    ),
    "complete_panel": Rule(
        _complete_panel, "every `unit` has every `time` that there is (within the same `within`)",
        {"unit": "fields", "time": "fields"}, {"within": "fields"},
    ),
    "consecutive": Rule(
        _consecutive, "the rows of a `unit` follow each other in `time` without a gap",
        {"unit": "fields", "time": "time fields"},
    ),
    "steady": Rule(
        _steady,
        "from one `time` to the next of a `unit`, `fields` (`per` 100,000 of a column, plus `floor`) change by no more "
        "than the `factor`, or by no more than the `step`",
        {"fields": "list of number fields", "unit": "fields", "time": "time fields"},
        {"factor": "above one", "step": "positive", "floor": "positive", "per": "number field"},
    ),
    "growth_of": Rule(
        _growth_of, "`field` is the growth of `of` in % since the `time` before, within `tolerance`",
        {"field": "number field", "of": "number field", "unit": "field", "time": "number field",
         "tolerance": "positive"},
    ),
    "close": Rule(
        _close, "the two columns `fields` (plus `floor`) differ by no more than the `factor`",
        {"fields": "two number fields", "factor": "above one"}, {"floor": "positive"},
    ),
    "descending": Rule(
        _descending, "`field` is not above its value in the row before (of the same `within`)",
        {"field": "number field"}, {"within": "fields"},
    ),
    "numbered": Rule(
        _numbered, "`field` ends in a number that counts from 1 without a gap (within the same `within`)",
        {"field": "field"}, {"within": "fields"},
    ),
    "same_number": Rule(
        _same_number, "`text`, with a decimal point or comma, is `number`",
        {"text": "text field", "number": "number field"},
    ),
}  # fmt: skip

RULES_ACROSS: dict[str, Rule[[pandas.DataFrame, Descriptor, ReadTable], tuple[list[str], Mask]]] = {
    "codes_known": Rule(
        _codes_known, "every code of `field`, between `separator`s, is in a column of another table (of rows that have "
        "the values of `where` there)",
        {"field": "text field", "separator": "text", "reference": "reference"},
        there={"field": "field"}, may_there={"separator": "text", "where": "where"},
    ),
    "agrees_with": Rule(
        _agrees_with, "`fields` are those of another table where both have the `keys`",
        {"fields": "list of fields", "keys": "list of fields", "reference": "reference"},
        may_there={"fields": "list of fields"},
    ),
    "same_keys": Rule(
        _same_keys, "`where` is true exactly where `field` is in a column of another table",
        {"field": "field", "where": "boolean field", "reference": "reference"},
        there={"field": "field"},
    ),
    "sums_to": Rule(
        _sums_to, "`field`, summed by `keys` (where a column has the values of `where`), is a column of another table "
        "within the share `tolerance`",
        {"field": "number field", "keys": "list of fields", "reference": "reference", "tolerance": "not negative"},
        {"where": "where"},
        there={"field": "number field"}, may_there={"keys": "list of fields", "where": "where"},
    ),
    "marks_any": Rule(
        _marks_any, "`field` is true exactly where one of `codes`, between `separator`s, is marked in another table",
        {"field": "boolean field", "codes": "text field", "separator": "text", "reference": "reference"},
        there={"field": "field", "where": "boolean field"},
    ),
}  # fmt: skip

# Rules that compare rows with each other: a cell that cannot be read spoils their word on rows beside its own.
ACROSS_ROWS = (
    "each_once",
    "constant_within",
    "marked_once",
    "complete_panel",
    "consecutive",
    "steady",
    "growth_of",
    "descending",
    "numbered",
    "sums_to",
)
