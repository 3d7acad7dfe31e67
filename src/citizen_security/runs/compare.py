"""Compare the default runs of two results folders: equal to the last bit, or the difference named.

A move of code, a new release of a table or another machine: each is judged by what it changes in the recorded numbers.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citizen_security.parameters import unknown
from citizen_security.runs.store import COMPLETE_FILES, DEFAULT, FAILED
from citizen_security.runs.table_difference import UnreadableTable, relative_difference, table_difference

ADDED = "added"
GONE = "gone"
CHANGED = "changed"

# What is recorded of a value; the last three change no number.
FIELDS = ("value", "interval", "n", "unit", "label", "format")


@dataclass(frozen=True)
class Difference:
    """One thing that two runs of a notebook do not share.

    Attributes
    ----------
    notebook : str
        `part/notebook`.
    item : str
        The recorded value or table; empty where the whole run is meant.
    kind : str
        `run`, `table`, or what of a recorded value differs: `value`, `interval`, `n`, `unit`, `label`, `format`.
    change : str
        `added`, `gone` or `changed`.
    old, new : object
        What it was and what it is; None where there is none.
    detail : str
        What differs within a table, or by how much a number does.
    """

    notebook: str
    item: str
    kind: str
    change: str
    old: Any = None
    new: Any = None
    detail: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two sets of runs, compared.

    Attributes
    ----------
    notebooks : tuple of str
        Notebooks that at least one of the two has a default run of.
    values, tables : int
        How many recorded values and tables were compared: those that both have.
    differences : tuple of Difference
        In the order of notebooks and names; empty where the two are equal.
    problems : tuple of str
        A sentence, with its path, for each run or table that could not be compared.
    """

    notebooks: tuple[str, ...]
    values: int
    tables: int
    differences: tuple[Difference, ...]
    problems: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether everything could be compared and nothing differs."""
        return not self.differences and not self.problems


class _Incomparable(ValueError):
    """A run that is not whole or cannot be read; the message is a sentence and starts with its path."""


@dataclass(frozen=True)
class _Recorded:
    """What a whole run recorded."""

    values: dict[str, dict[str, Any]]
    tables: dict[str, Path]


def compare(old: Path, new: Path, notebook: str = "") -> Comparison:
    """Compare what the default runs of two folders recorded.

    Parameters
    ----------
    old, new : pathlib.Path
        Two results folders.
    notebook : str, optional
        Compare this notebook only: `part/notebook` or `notebook`; all by default.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If a folder is missing or holds no default run, or none of the notebook.
    """
    runs = {folder: _default_runs(folder) for folder in (old, new)}
    failures = {folder: _failures(folder) for folder in (old, new)}
    for folder in (old, new):
        if not runs[folder] and not failures[folder]:
            raise ValueError(f"{folder} holds no default run: give the folder that holds <part>/<notebook>/{DEFAULT}")
    names = _chosen(sorted({*runs[old], *runs[new], *failures[old], *failures[new]}), notebook)
    differences: list[Difference] = []
    problems: list[str] = []
    values = tables = 0
    for name in names:
        before, after = runs[old].get(name), runs[new].get(name)
        read = [_read(run, problems) for run in (before, after)]
        problems += _failure_problems(name, before, failures[old]) + _failure_problems(name, after, failures[new])
        if before is None or after is None:
            if before or after:
                differences.append(Difference(name, "", "run", GONE if after is None else ADDED))
            continue
        if read[0] is None or read[1] is None:
            continue
        differences += _value_differences(name, read[0].values, read[1].values)
        values += len(read[0].values.keys() & read[1].values.keys())
        found, unreadable = _table_differences(name, read[0].tables, read[1].tables)
        differences += found
        problems += unreadable
        tables += len(read[0].tables.keys() & read[1].tables.keys()) - len(unreadable)
    # A folder compared with itself has its problems once.
    return Comparison(tuple(names), values, tables, tuple(differences), tuple(dict.fromkeys(problems)))


def _default_runs(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise ValueError(
            f"there is no folder {folder}: give two results folders, such as results and ../before/results"
        )
    # By the folder and not by a file in it: a run that lacks its values is not the same as none.
    found = (path for path in folder.glob(f"*/*/{DEFAULT}") if path.is_dir())
    runs = {path.parent.relative_to(folder).as_posix(): path for path in found}
    return {name: run for name, run in runs.items() if not name.startswith((".", f"{FAILED}/"))}


def _failures(folder: Path) -> dict[str, Path]:
    """The latest failed default run of each notebook."""
    # Their names end with the time of their start, so the latest comes last.
    found = sorted((folder / FAILED).glob(f"*/*/{DEFAULT}-*"))
    return {path.parent.relative_to(folder / FAILED).as_posix(): path for path in found}


def _failure_problems(name: str, run: Path | None, failures: Mapping[str, Path]) -> list[str]:
    """A failure that nothing whole came after: an earlier run says nothing of what failed."""
    failed = failures.get(name)
    if failed is None:
        return []
    if run is not None:
        stamp = re.match(rf"{DEFAULT}-(\d{{8}}T\d{{6}})-", failed.name)
        started = _started(run)
        if stamp is None or started is None or stamp[1] <= f"{started.astimezone(UTC):%Y%m%dT%H%M%S}":
            return []
    return [f"{failed} is a run that failed, with no whole one after it: run {name} again"]


def _started(run: Path) -> datetime | None:
    """When a run started; none where it does not say."""
    try:
        return datetime.fromisoformat(_json(run / "manifest.json")["started"])
    except (_Incomparable, LookupError, TypeError, ValueError):
        return None


def _chosen(names: list[str], notebook: str) -> list[str]:
    if not notebook:
        return names
    chosen = [name for name in names if notebook in (name, name.split("/")[1])]
    if not chosen:
        raise ValueError(unknown("notebook", notebook, names))
    return chosen


def _read(run: Path | None, problems: list[str]) -> _Recorded | None:
    """What a run recorded; none where there is no run or it cannot be read, which is added to the problems."""
    try:
        return None if run is None else _whole(run)
    except _Incomparable as error:
        problems.append(str(error))
        return None


def _whole(run: Path) -> _Recorded:
    """What a run recorded, provided that it is the whole of it."""
    missing = [name for name in COMPLETE_FILES if not (run / name).is_file()]
    if missing:
        raise _Incomparable(f"{run} is not a whole run, without {', '.join(missing)}: run the notebook again")
    manifest, values = _json(run / "manifest.json"), _json(run / "values.json")
    state = manifest.get("state")
    if state != "complete":
        raise _Incomparable(f"{run} is not a whole run, its manifest says {state!r}: run the notebook again")
    for name, value in values.items():
        if not isinstance(value, dict) or "value" not in value:
            raise _Incomparable(f"{run / 'values.json'} records no value for {name!r}: run the notebook again")
    tables = {path.stem: path for path in sorted((run / "tables").glob("*.csv"))}
    # Manifests of hand-made or very early runs do not say how much was recorded.
    count, names = manifest.get("values_count", len(values)), manifest.get("recorded_tables", tables)
    if count != len(values) or not isinstance(names, dict) or names.keys() != tables.keys():
        raise _Incomparable(
            f"{run} is not a whole run, its manifest names other values or tables than it has: run the notebook again"
        )
    return _Recorded(values, tables)


def _json(path: Path) -> dict[str, Any]:
    """A file of JSON that is a mapping, in which no name stands twice."""
    try:
        content = json.loads(path.read_text("utf-8"), object_pairs_hook=_named_once)
    except OSError as error:
        raise _Incomparable(f"{path} cannot be read ({error.strerror or error}): run the notebook again") from None
    except (ValueError, RecursionError) as error:
        raise _Incomparable(f"{path} is not JSON ({error}): run the notebook again") from None
    if not isinstance(content, dict):
        raise _Incomparable(f"{path} is not a mapping of names: run the notebook again")
    return content


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Python would keep the last of them, and call runs equal that are not.
    twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if twice:
        raise ValueError(f"the name {twice[0]!r} stands in it more than once")
    return dict(pairs)


def _value_differences(notebook: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if name not in new:
            yield Difference(notebook, name, "value", GONE, old=old[name]["value"])
        elif name not in old:
            yield Difference(notebook, name, "value", ADDED, new=new[name]["value"])
        else:
            yield from _field_differences(notebook, name, old[name], new[name])


def _field_differences(
    notebook: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for field in FIELDS:
        before, after = old.get(field), new.get(field)
        # As text: 1 and 1.0 are equal numbers and not the same recording, and JSON writes a number to its last bit.
        if json.dumps(before) != json.dumps(after):
            relative = relative_difference(before, after)
            detail = "" if relative is None else f"by {relative:.2g} of its size"
            yield Difference(notebook, name, field, CHANGED, before, after, detail)


def _table_differences(
    notebook: str, old: Mapping[str, Path], new: Mapping[str, Path]
) -> tuple[list[Difference], list[str]]:
    """Differences of tables, and a sentence for each that could not be compared."""
    differences: list[Difference] = []
    problems: list[str] = []
    for name in sorted({*old, *new}):
        if name not in new:
            differences.append(Difference(notebook, name, "table", GONE))
        elif name not in old:
            differences.append(Difference(notebook, name, "table", ADDED))
        else:
            try:
                if detail := table_difference(old[name], new[name]):
                    differences.append(Difference(notebook, name, "table", CHANGED, detail=detail))
            except UnreadableTable as error:
                problems.append(str(error))
    return differences, problems
