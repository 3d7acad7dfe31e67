"""Headline values of a notebook: recorded in the kernel, read back from the run, pulled into prose by glue.

`record` leaves an output in the notebook itself, so the value travels with it: no file is written by a kernel, and an
interrupted notebook leaves nothing behind. Outside a run that is kept, as in JupyterLab, the kernel only remembers it:
a cell with more than fifty outputs would hide the last of them.
"""

import csv
import json
import math
import numbers
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# MyST-NB keeps outputs whose type starts so for glue and does not show them on the page.
GLUE_PREFIX = "application/papermill.record/"

VALUE_TYPE = GLUE_PREFIX + "vnd.citizen-security.value+json"
DIAGNOSTICS_TYPE = GLUE_PREFIX + "vnd.citizen-security.diagnostics+json"
TABLE_TYPE = GLUE_PREFIX + "vnd.citizen-security.table+json"
MISSING_TYPE = GLUE_PREFIX + "vnd.citizen-security.missing+json"
TEXT_TYPE = GLUE_PREFIX + "text/plain"

# What prose may quote of a value besides itself.
GLUE_SUFFIXES = ("_text", "_interval", "_n")

NAME = re.compile(r"[a-z][a-z0-9_]*")

# Digits after the point in a format, and how many more an interval's ends may take to be told apart.
DIGITS = re.compile(r"\.(\d+)(?=[ef%])", re.IGNORECASE)
MORE_DIGITS = 4

# Set in the kernels of runs that are kept.
KEPT = "CITIZEN_SECURITY_KEPT"

# What this kernel recorded, for prose that is read out in it.
_RECORDED: dict[str, dict[str, Any]] = {}
_MISSING: dict[str, str] = {}

# What a spreadsheet runs where a cell starts so, blanks aside; in the full width of East Asian writing, too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|nan)")


class ValueNameError(ValueError):
    """A name that cannot be recorded: not snake case, or recorded before with another value."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A headline value that a room hands to its notebook to record; the fields are those of `record`."""

    name: str
    value: float | int | str | bool
    unit: str = ""
    interval: tuple[float, float] | None = None
    n: int | None = None
    label: str = ""
    format: str = ""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Values that a run has not, with the reason: prose that would quote them says the reason in their place.

    Attributes
    ----------
    names : str
        A value's name, or a pattern such as `growth_*` for all that start so.
    reason : str
        A clause that completes "not in this run: …", such as "growth is not among the regressors".
    """

    names: str
    reason: str


def record_values(values: Iterable[Value | Missing]) -> None:
    """Record the headline values that a room computed, and why others are missing.

    Parameters
    ----------
    values : iterable of Value or Missing

    Raises
    ------
    ValueNameError, ValueError
        As `record`; if the names of missing values are no name or pattern.
    """
    for value in values:
        if isinstance(value, Missing):
            record_missing(value)
            continue
        record(
            value.name,
            value.value,
            unit=value.unit,
            interval=value.interval,
            n=value.n,
            label=value.label,
            format=value.format,
        )


def record(
    name: str,
    value: float | int | str | bool,
    *,
    unit: str = "",
    interval: tuple[float, float] | None = None,
    n: int | None = None,
    label: str = "",
    format: str = "",
) -> None:
    """Record a headline value of the notebook.

    The run's `values.json` holds it under `name`. Pages take it by glue: `name` is the bare value, `name_text` the
    formatted one, `name_interval` the formatted interval, `name_n` the number of observations.

    Parameters
    ----------
    name : str
        Snake case, unique in the notebook.
    value : float, int, str or bool
        The value; a missing number (nan) is refused, since it would be printed.
    unit : str
        Unit of `value` and `interval`.
    interval : tuple of float, optional
        Lower and upper end of the interval that `label` names.
    n : int, optional
        Number of observations behind the value.
    label : str
        What the value is, for a reader; says which interval it is (such as `95% confidence`).
    format : str
        Format specification for the value and interval in prose, such as `.2f`.

    Raises
    ------
    ValueNameError
        If `name` is not snake case.
    ValueError
        If a number is not finite, or the interval does not run from low to high.
    """
    entry = _entry(name, value, unit, interval, n, label, format)
    _RECORDED[name] = entry
    _display(name, {VALUE_TYPE: {"name": name, **entry}, TEXT_TYPE: repr(entry["value"])})
    for key, text in _texts(name, entry).items():
        _display(key, {TEXT_TYPE: repr(text)})


def record_missing(missing: Missing) -> None:
    """Record that the run has not some values, and why.

    Raises
    ------
    ValueNameError
        If the names are neither a name in snake case nor one with an asterisk at its end.
    """
    _check_name(missing.names.removesuffix("*"))
    _MISSING[missing.names] = missing.reason
    content = {"names": missing.names, "reason": missing.reason}
    _display(f"{missing.names.removesuffix('*')}_missing", {MISSING_TYPE: content})


def record_diagnostics(name: str, diagnostics: Mapping[str, Any]) -> None:
    """Record a sampler's diagnostics, which the run's manifest carries.

    Parameters
    ----------
    name : str
        Name of the fit, such as `city_homicide`.
    diagnostics : mapping
        Plain numbers, texts and truth values by name.
    """
    content = {"name": name, "diagnostics": json.loads(json.dumps(dict(diagnostics)))}
    _display(f"{name}_diagnostics", {DIAGNOSTICS_TYPE: content})


def record_table(name: str, frame: "pd.DataFrame", *, label: str = "") -> None:
    """Record a table, which the run keeps as `tables/<name>.csv` and the page offers for download.

    Parameters
    ----------
    name : str
        Snake case, unique in the notebook.
    frame : pandas.DataFrame
        The table; its index is not kept.
    label : str
        What the table is, for a reader.
    """
    _check_name(name)
    content = {"name": name, "label": label, "csv": inert_csv(frame)}
    _display(f"{name}_table", {TABLE_TYPE: content})


def inert_csv(frame: "pd.DataFrame") -> str:
    """A table as CSV in which no text is a formula to the spreadsheet that opens it.

    A text that starts as a formula does gets an apostrophe before it, which spreadsheets take as the sign of a text.
    Numbers stay as they are, and so do texts that are numbers.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index is not written.

    Returns
    -------
    str
    """
    guarded = frame.copy(deep=False)
    for place, kind in enumerate(frame.dtypes):
        # Numbers, truth values and times hold no text; what else there is may.
        if getattr(kind, "kind", "O") == "O":
            cells = frame.iloc[:, place].astype(object).map(_inert_cell, na_action="ignore")
            guarded.isetitem(place, cells.array)
    guarded.columns = frame.columns.map(_inert_cell)
    text: str = guarded.to_csv(index=False, lineterminator="\n")
    # The writer leaves a carriage return in a cell unquoted, and readers take it for the end of the row.
    return guarded.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC) if "\r" in text else text


def recorded_here() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What this process recorded until now: values as `values_of` returns them, and reasons as `missing_of` does."""
    return dict(_RECORDED), dict(_MISSING)


def values_of(outputs: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Recorded values among a notebook's outputs: name → {value, unit, interval, n, label, format}.

    Raises
    ------
    ValueNameError
        If a name was recorded twice: pages could not tell which is meant.
    """
    return _unique((entry.pop("name"), entry) for entry in _payloads(outputs, VALUE_TYPE))


def missing_of(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Why values are missing, among a notebook's outputs, by name or pattern; of several reasons the first."""
    found: dict[str, str] = {}
    for entry in _payloads(outputs, MISSING_TYPE):
        found.setdefault(entry["names"], entry["reason"])
    return found


def glue_texts(recorded: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What prose may quote of recorded values, by glue key: `name`, `name_text`, `name_interval`, `name_n`.

    Parameters
    ----------
    recorded : mapping
        As `values_of` returns them, or a run's `values.json`.

    Returns
    -------
    dict
    """
    texts: dict[str, str] = {}
    for name, entry in recorded.items():
        texts |= {name: _formatted(entry["value"], entry["format"], name), **_texts(name, entry)}
    return texts


def why_missing(key: str, missing: Mapping[str, str]) -> str | None:
    """Why what a glue key names is not in the run; None if nothing says so.

    Parameters
    ----------
    key : str
        Such as `growth_effect_interval`.
    missing : mapping
        As `missing_of` returns it.
    """
    names = {key, *(key.removesuffix(suffix) for suffix in GLUE_SUFFIXES)}
    return next((reason for pattern, reason in missing.items() if any(_fits(name, pattern) for name in names)), None)


def diagnostics_of(outputs: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Recorded diagnostics among a notebook's outputs, by the name of the fit."""
    return _unique((entry["name"], entry["diagnostics"]) for entry in _payloads(outputs, DIAGNOSTICS_TYPE))


def tables_of(outputs: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Recorded tables among a notebook's outputs: name → {label, csv}."""
    return _unique((entry.pop("name"), entry) for entry in _payloads(outputs, TABLE_TYPE))


def drop_tables(outputs: Iterable[Mapping[str, Any]]) -> None:
    """Take the rows of recorded tables out of a notebook's outputs, in place: the run keeps each as a file."""
    for output in outputs:
        output.get("data", {}).get(TABLE_TYPE, {}).pop("csv", None)


def _entry(
    name: str,
    value: float | int | str | bool,
    unit: str,
    interval: tuple[float, float] | None,
    n: int | None,
    label: str,
    format: str,
) -> dict[str, Any]:
    _check_name(name)
    plain = _plain(name, value)
    ends = None if interval is None else [float(_plain(name, end)) for end in interval]
    if ends is not None and not ends[0] <= ends[1]:
        raise ValueError(f"the interval of {name!r} runs from {ends[0]} to {ends[1]}; give the lower end first")
    _formatted(plain, format, name)  # refuses a format that does not fit, before anything is displayed
    return {
        "value": plain,
        "unit": unit,
        "interval": ends,
        "n": None if n is None else int(n),
        "label": label,
        "format": format,
    }


def _formatted(value: float | int | str | bool, specification: str, name: str) -> str:
    """`value` in the format asked for; a minus sign is printed as one."""
    if isinstance(value, str):
        return value
    try:
        return f"{value:{specification}}".replace("-", "−")
    except ValueError:
        raise ValueError(f"format {specification!r} of {name!r} does not fit the value {value!r}") from None


def _texts(name: str, entry: Mapping[str, Any]) -> dict[str, str]:
    """What prose may take of a value besides the value itself, by glue key."""
    specification = entry["format"]
    texts = {f"{name}_text": _without_sign_of_zero(_formatted(entry["value"], specification, name), entry["value"])}
    if entry["interval"] is not None:
        low, high = entry["interval"]
        texts[f"{name}_interval"] = " to ".join(_ends(low, high, specification, name))
    if entry["n"] is not None:
        texts[f"{name}_n"] = f"{entry['n']:,}"
    return texts


def _ends(low: float, high: float, specification: str, name: str) -> tuple[str, str]:
    """Ends of an interval; those that differ and would be printed alike have the digits that tell them apart."""
    written = [
        (_formatted(low, form, name), _formatted(high, form, name)) for form in (specification, *_finer(specification))
    ]
    return next((pair for pair in written if pair[0] != pair[1]), written[0])


def _finer(specification: str) -> Iterator[str]:
    """A format with more digits after the point, one by one; nothing of a format that fixes none."""
    if found := DIGITS.search(specification):
        for more in range(1, MORE_DIGITS + 1):
            yield f"{specification[: found.start()]}.{int(found[1]) + more}{specification[found.end(1) :]}"


def _fits(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _without_sign_of_zero(text: str, value: float | int | str | bool) -> str:
    """A number that rounds to zero has no sign; an interval's end keeps its own, which says on which side zero lies."""
    return text if isinstance(value, str) or re.search("[1-9]", text) else text.lstrip("+−")


def _display(key: str, bundle: dict[str, Any]) -> None:
    if KEPT not in os.environ:
        return
    from IPython.display import display

    metadata = {"scrapbook": {"name": key, "mime_prefix": GLUE_PREFIX}}
    display(bundle, raw=True, metadata=metadata)


def _payloads(outputs: Iterable[Mapping[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    for output in outputs:
        if kind in output.get("data", {}):
            yield json.loads(json.dumps(output["data"][kind]))


def _inert_cell(cell: Any) -> Any:
    if isinstance(cell, tuple):
        return tuple(map(_inert_cell, cell))
    if isinstance(cell, numbers.Number):
        return cell
    # As it will be written: what is no text may become one that starts as a formula.
    text = str(cell)
    starts = text.lstrip(" ").startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text)
    return f"'{text}" if starts else cell


def _unique[Content](pairs: Iterable[tuple[str, Content]]) -> dict[str, Content]:
    found: dict[str, Content] = {}
    for name, content in pairs:
        if name in found:
            raise ValueNameError(f"{name!r} is recorded twice in one notebook; give each its own name")
        found[name] = content
    return found


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueNameError(f"{name!r} cannot be recorded: a name is snake case, such as 'homicide_rate'")


def _plain(name: str, value: Any) -> Any:
    """Numpy scalars become plain numbers; what is not finite is refused."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ValueError(f"{name!r} is {plain}: only finite numbers are recorded. Check the step that computes it.")
    return plain
