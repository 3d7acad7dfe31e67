"""Places of which some years between others stand under another name or in another group."""

import difflib
import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.rows_named import spans
from citizen_security.tables.brought.findings import Findings, counted, some
from citizen_security.tables.brought.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What stands in the gap of a place is of its size if it is no further off, and of its name if as many letters agree.
SAME_SIZE = 0.1
SAME_LETTERS = 0.8


def check_interludes(grid: Grid, findings: Findings) -> None:
    """Doubt labels that stand just where another of about their size, or of their name elsewhere, has a gap.

    Parameters
    ----------
    grid : Grid
    findings : Findings
    """
    pairs = _of_one_name(grid) | _of_one_group(grid)
    if pairs:
        shown = some(_told(grid, one, other, findings) for one, other in sorted(pairs))
        findings.doubts.append(
            f"in {counted(len(pairs), 'case')} a label stands only in years in which another, of its name in another "
            f"group or of about its size in its own, is lacking ({shown}): taken for two places. Where it is one, "
            "write one label and group in every year"
        )


def _of_one_name(grid: Grid) -> set[tuple[int, int]]:
    """Pairs of one name in two groups."""
    alike: dict[str, list[int]] = defaultdict(list)
    for place, label in enumerate(grid.labels.tolist()):
        alike[label].append(place)
    return {
        _longer_first(grid, one, other)
        for places in alike.values()
        for position, one in enumerate(places)
        for other in places[position + 1 :]
        if _interleaved(grid.present[one], grid.present[other])
    }


def _of_one_group(grid: Grid) -> set[tuple[int, int]]:
    """Pairs of one group of which the shorter is about as large in its years as the other around them."""
    found = set()
    years = grid.present.sum(axis=1)
    first, last = grid.present.argmax(axis=1), len(grid.years) - 1 - grid.present[:, ::-1].argmax(axis=1)
    for group in np.unique(grid.group):
        here = np.flatnonzero(grid.group == group)
        for place in here[(last - first + 1 > years)[here]]:
            # Only what fits into the years that a place lacks can fill them.
            fitting = here[(years[here] <= len(grid.years) - years[place]) & (years[here] <= years[place])]
            for other in fitting.tolist():
                if _interleaved(grid.present[place], grid.present[other]) and _alike(grid, int(place), other):
                    found.add(_longer_first(grid, int(place), other))
    return found


def _interleaved(one: "NDArray[np.bool_]", other: "NDArray[np.bool_]") -> bool:
    """Whether no year has both, and one of them stands between years of the other."""
    first, second = np.flatnonzero(one), np.flatnonzero(other)
    return bool(not (one & other).any() and first[0] < second[-1] and second[0] < first[-1])


def _alike(grid: Grid, place: int, other: int) -> bool:
    """Whether the population of one lies on the way between the years of the other, or nearly so under a like name."""
    known, filled = grid.present[place], grid.present[other]
    expected = np.interp(grid.years[filled], grid.years[known], np.log(grid.population[place, known]))
    apart = float(np.abs(np.log(grid.population[other, filled]) - expected).max())
    names = grid.labels[place], grid.labels[other]
    like = not any(map(str.isdigit, names)) and difflib.SequenceMatcher(None, *names).ratio() >= SAME_LETTERS
    return apart <= math.log1p(SAME_SIZE) * (3 if like else 1)


def _longer_first(grid: Grid, one: int, other: int) -> tuple[int, int]:
    longer, shorter = sorted((one, other), key=lambda place: (-int(grid.present[place].sum()), place))
    return longer, shorter


def _told(grid: Grid, place: int, other: int, findings: Findings) -> str:
    years = [int(year) for year in grid.years[grid.present[other]]]
    row = findings.row(int(grid.rows[other][grid.present[other]].min()))
    return f"{grid.name(place)} and, in {spans(years)}, {grid.name(other)}, first in row {row:,}"
