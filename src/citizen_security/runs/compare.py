"""Compare the default runs of two results folders: equal to the last bit, or the difference named.

A move of code, a new release of a table or another machine: each is judged by what it changes in the recorded numbers.
"""

import csv
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from citizen_security.parameters import unknown
from citizen_security.runs.store import DEFAULT

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
    """

    notebooks: tuple[str, ...]
    values: int
    tables: int
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


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
    names = _chosen(sorted({*runs[old], *runs[new]}), notebook)
    differences: list[Difference] = []
    values = tables = 0
    for name in names:
        before, after = runs[old].get(name), runs[new].get(name)
        if before is None or after is None:
            differences.append(Difference(name, "", "run", GONE if after is None else ADDED))
            continue
        recorded = _values(before), _values(after)
        kept = _tables(before), _tables(after)
        values += len(recorded[0].keys() & recorded[1].keys())
        tables += len(kept[0].keys() & kept[1].keys())
        differences += [*_value_differences(name, *recorded), *_table_differences(name, *kept)]
    return Comparison(tuple(names), values, tables, tuple(differences))


def _default_runs(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise ValueError(
            f"there is no folder {folder}: give two results folders, such as results and ../before/results"
        )
    found = {
        path.parent.parent.relative_to(folder).as_posix(): path.parent
        for path in folder.glob(f"*/*/{DEFAULT}/values.json")
    }
    if not found:
        raise ValueError(f"{folder} holds no default run: give the folder that holds <part>/<notebook>/{DEFAULT}")
    return found


def _chosen(names: list[str], notebook: str) -> list[str]:
    if not notebook:
        return names
    chosen = [name for name in names if notebook in (name, name.split("/")[1])]
    if not chosen:
        raise ValueError(unknown("notebook", notebook, names))
    return chosen


def _values(run: Path) -> dict[str, dict[str, Any]]:
    path = run / "values.json"
    try:
        values: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}): run the notebook again") from None
    return values


def _tables(run: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted((run / "tables").glob("*.csv"))}


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
            relative = _relative(before, after)
            detail = "" if relative is None else f"by {relative:.2g} of its size"
            yield Difference(notebook, name, field, CHANGED, before, after, detail)


def _table_differences(notebook: str, old: Mapping[str, Path], new: Mapping[str, Path]) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if name not in new:
            yield Difference(notebook, name, "table", GONE)
        elif name not in old:
            yield Difference(notebook, name, "table", ADDED)
        elif old[name].read_bytes() != new[name].read_bytes():
            yield Difference(notebook, name, "table", CHANGED, detail=_table_detail(_rows(old[name]), _rows(new[name])))


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _table_detail(old: Sequence[list[str]], new: Sequence[list[str]]) -> str:
    """What differs between two tables of text, in words."""
    columns, other = (rows[0] if rows else [] for rows in (old, new))
    if columns != other:
        return f"columns {', '.join(columns)} became {', '.join(other)}"
    if len(old) != len(new):
        return _row_detail(old[1:], new[1:])
    pairs = [pair for rows in zip(old[1:], new[1:], strict=True) for pair in zip_longest(*rows, fillvalue="")]
    changed = [(before, after) for before, after in pairs if before != after]
    if not changed:
        return "the same cells, written differently"
    return f"{len(changed)} of {len(pairs)} cells differ{_largest(changed)}"


def _row_detail(old: Sequence[list[str]], new: Sequence[list[str]]) -> str:
    before, after = Counter(map(tuple, old)), Counter(map(tuple, new))
    gone, added = (before - after).total(), (after - before).total()
    return f"{len(old)} rows became {len(new)}: {gone} are gone or changed, {added} are new or changed"


def _largest(changed: Iterable[tuple[str, str]]) -> str:
    relative = [it for pair in changed if (it := _relative(*pair)) is not None]
    return f", numbers by up to {max(relative):.2g} of their size" if relative else ""


def _relative(old: object, new: object) -> float | None:
    """Difference relative to the larger of two numbers; none where one is no finite number."""
    try:
        before, after = float(str(old)), float(str(new))
    except ValueError:
        return None
    size = max(abs(before), abs(after))
    relative = abs(before - after) / size if size else 0.0
    return relative if math.isfinite(relative) else None
