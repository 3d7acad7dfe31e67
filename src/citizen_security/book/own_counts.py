"""Counts of the book's own things for its pages: notebooks, tables, exercises, and how long runs took."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from citizen_security.book.data_chapter import DESCRIPTOR
from citizen_security.words import number_in_words

_EXERCISE = re.compile(r"^\*\*\d+\.\*\*", re.MULTILINE)
_NAMED = re.compile(r"\{\{ *(\w+) *\}\}")


def own_counts(root: Path, notebooks: Iterable[Path], manifests: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Counts by the names that pages write in double braces.

    Parameters
    ----------
    root : pathlib.Path
        The checkout, for its tables.
    notebooks : iterable of pathlib.Path
        The notebook files, for their exercises.
    manifests : iterable of mapping
        Of the runs that the book shows, for how long they took.

    Returns
    -------
    dict
        `notebooks`, `tables` and `exercises` (of a notebook: `three`, or `three to five`) in words up to twelve;
        `shortest_run`, `middle_run` and `longest_run` as `20 seconds` or `2.5 minutes`.
    """
    sources = [path.read_text(encoding="utf-8") for path in notebooks]
    exercises = [_exercises(json.loads(source)) for source in sources]
    seconds = [float(manifest["duration_seconds"]) for manifest in manifests]
    package = json.loads((root / "data" / DESCRIPTOR).read_text(encoding="utf-8"))
    least, most = min(exercises), max(exercises)
    return {
        "notebooks": number_in_words(len(sources)),
        "tables": number_in_words(len(package["resources"])),
        "exercises": number_in_words(least)
        if least == most
        else f"{number_in_words(least)} to {number_in_words(most)}",
        "shortest_run": _duration(min(seconds)),
        "middle_run": _duration(median(seconds)),
        "longest_run": _duration(max(seconds)),
    }


def with_counts(source: str, counts: Mapping[str, str]) -> str:
    """A page with counts in place of their names; what no count has, such as the version, stays."""
    return _NAMED.sub(lambda name: counts.get(name[1], name[0]), source)


def _exercises(notebook: Mapping[str, Any]) -> int:
    prose = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return len(_EXERCISE.findall(prose))


def _duration(seconds: float) -> str:
    """A time as one says it: to five seconds, from two minutes on to half a minute."""
    if seconds < 120:
        return f"{max(5, 5 * round(seconds / 5))} seconds"
    return f"{round(seconds / 30) / 2:g} minutes"
