"""Homicides over years: years of nothing or of a part, years that are copies, counts far from other years."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ive
from scipy.stats import binom

from citizen_security.tables.brought.findings import Findings, counted, shown_cell, some
from citizen_security.tables.brought.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A year of one month or one quarter counts less than this share of the year beside it; the risk of a whole state has
# fallen to a third within a year, hardly further.
PART = 1 / 3.5
# A table has some thousand pairs of years in its groups: what chance does less often than this is none.
CHANCE = 1e-6
# A year that falls short and counts fewer than these is no measure of the next one.
FEWEST_TO_COMPARE = 20
# Rates of a place with fewer deaths are high by chance; above the second number they are odd.
FEWEST_HOMICIDES = 50
HIGHEST_RATE = 500.0
# A count so many times those that the years around let expect is a slip of a digit, or one terrible year.
SPIKE = 10.0
PER = 100_000


def check_counts(grid: Grid, findings: Findings) -> "NDArray[np.bool_]":
    """Look at the homicides of every place, every group and all places over their years.

    Parameters
    ----------
    grid : Grid
    findings : Findings

    Returns
    -------
    numpy.ndarray of bool, shape (n_places, n_years)
        Counts of a place that are odd by themselves.
    """
    odd = _check_place_years(grid, findings)
    _check_parts(grid, odd, findings)
    _check_copies(grid, findings)
    return odd


# --- one place --------------------------------------------------------------------------------------------------------


def _check_place_years(grid: Grid, findings: Findings) -> "NDArray[np.bool_]":
    """Counts that one in many years has, and those far from the years around; where they stand."""
    with np.errstate(invalid="ignore"):
        high = (grid.homicides >= FEWEST_HOMICIDES) & (PER * grid.homicides > HIGHEST_RATE * grid.population)
    # A place that is as high in most of its years is told as a place.
    often = high.sum(axis=1) > grid.present.sum(axis=1) / 2
    odd: NDArray[np.bool_] = (high & ~often[:, np.newaxis]) | _spikes(grid)
    if odd.any():
        findings.doubts.append(
            f"in {counted(int(odd.sum()), 'row')} a place has more than {HIGHEST_RATE:g} homicides per 100,000 people, "
            f"or {SPIKE:g} times what the years around let expect ({some(_cells(grid, odd, findings))}): is there a "
            "digit too many?"
        )
    return odd


def _spikes(grid: Grid) -> "NDArray[np.bool_]":
    """Counts many times those that both years around let expect, which are not small themselves."""
    rates = grid.homicides / grid.population
    before, after = (_nearest(rates, forward=forward) for forward in (True, False))
    expected = np.fmax(before, after) * grid.population
    with np.errstate(invalid="ignore"):
        spikes: NDArray[np.bool_] = (
            (grid.homicides >= FEWEST_HOMICIDES)
            & np.isfinite(expected)
            & (grid.homicides > SPIKE * np.maximum(expected, 1.0))
        )
    return spikes


def _nearest(cells: "NDArray[np.float64]", *, forward: bool) -> "NDArray[np.float64]":
    """For each place and year the cell of the nearest year before (or after) that the place has."""
    found = np.full_like(cells, np.nan)
    last = np.full(len(cells), np.nan)
    years = range(cells.shape[1]) if forward else reversed(range(cells.shape[1]))
    for year in years:
        found[:, year] = last
        last = np.where(np.isfinite(cells[:, year]), cells[:, year], last)
    return found


def _cells(grid: Grid, rows: "NDArray[np.bool_]", findings: Findings) -> list[str]:
    return [
        f"row {findings.row(grid.rows[place, year]):,}: {grid.homicides[place, year]:,.0f} homicides of "
        f"{grid.population[place, year]:,.0f} people, {grid.name(int(place))} in {grid.years[year]}"
        for place, year in np.argwhere(rows)
    ]


# --- many places at once ----------------------------------------------------------------------------------------------


def _check_parts(grid: Grid, odd: "NDArray[np.bool_]", findings: Findings) -> None:
    """Years in which all places together, or those of a group, count nothing or a part of the year beside."""
    # What one odd count does to the sum of its year has been said with it.
    homicides = np.where(odd, np.nan, grid.homicides)
    everywhere = _parts(grid, homicides, np.ones(len(grid.labels), bool))
    told = {year for year, *_ in everywhere}
    found = [_part(grid, "all places", case, findings) for case in everywhere]
    for group, name in enumerate(grid.groups):
        cases = _parts(grid, homicides, grid.group == group)
        found += [_part(grid, shown_cell(name), case, findings) for case in cases if case[0] not in told]
    if found:
        findings.doubts.append(
            f"in {counted(len(found), 'case')} the homicides of a year are none, or less than a third of those of the "
            f"year beside it ({some(found)}): is the year complete, and is a zero there a count?"
        )


def _parts(
    grid: Grid, homicides: "NDArray[np.float64]", here: "NDArray[np.bool_]"
) -> list[tuple[int, int, float, float, int]]:
    """Years that fall short: position of the year and of that beside it, counts of both, first row."""
    homicides, population, rows = homicides[here], grid.population[here], grid.rows[here]
    known = np.isfinite(homicides)
    found: dict[int, tuple[int, int, float, float, int]] = {}
    # A fall is seen from the year before, a rise from the year after: runs of such years have one of them as an end.
    for order in (range(1, len(grid.years)), range(len(grid.years) - 2, -1, -1)):
        for year in order:
            beside = year - order.step
            while beside in found and 0 <= beside - order.step < len(grid.years) and not _counts(found[beside]):
                beside -= order.step
            both = known[:, year] & known[:, beside]
            if year in found or not both.any():
                continue
            count, other = homicides[both, year].sum(), homicides[both, beside].sum()
            people, others = population[both, year].sum(), population[both, beside].sum()
            # Levels wander, and further with the years between.
            limit = PART ** np.sqrt(abs(grid.years[year] - grid.years[beside]))
            by_chance = binom.cdf(count, count + other, people / (people + others))
            if count < limit * other * people / others and by_chance < CHANCE:
                found[year] = (year, beside, count, other, int(rows[both, year].min()))
    return [found[year] for year in sorted(found)]


def _counts(case: tuple[int, int, float, float, int]) -> bool:
    """Whether a year that falls short counts enough to judge the next one by it."""
    return case[2] >= FEWEST_TO_COMPARE


def _part(grid: Grid, name: str, case: tuple[int, int, float, float, int], findings: Findings) -> str:
    year, beside, count, other, first = case
    return (
        f"{name}: {count:,.0f} in {grid.years[year]}, first in row {findings.row(first):,}, and {other:,.0f} in "
        f"{grid.years[beside]}"
    )


def _check_copies(grid: Grid, findings: Findings) -> None:
    """Years whose counts are those of another year in all places, or in all places of a group."""
    everywhere = _copies(grid, np.ones(len(grid.labels), bool))
    told = {(year, other) for year, other, _ in everywhere}
    cases = [("all places", case) for case in everywhere]
    for group, name in enumerate(grid.groups):
        cases += [(shown_cell(name), case) for case in _copies(grid, grid.group == group) if case[:2] not in told]
    if cases:
        found = [
            f"{name}: {grid.years[year]}, first in row {findings.row(first):,}, as {grid.years[other]}"
            for name, (year, other, first) in cases
        ]
        findings.doubts.append(
            f"in {counted(len(found), 'case')} places count the same homicides in two years ({some(found)}): was a "
            "year copied?"
        )


def _copies(grid: Grid, here: "NDArray[np.bool_]") -> list[tuple[int, int, int]]:
    """Positions of years and of those that they equal in every place, each with its first row."""
    homicides, rows = grid.homicides[here], grid.rows[here]
    found = []
    for year in range(1, len(grid.years)):
        both = np.isfinite(homicides[:, :year]) & np.isfinite(homicides[:, [year]])
        same = ((homicides[:, :year] == homicides[:, [year]]) | ~both).all(axis=0) & both.any(axis=0)
        for other in np.flatnonzero(same).tolist():
            if _chance_of_equality(homicides[both[:, other], year]) < CHANCE:
                found.append((year, other, int(rows[both[:, other], year].min())))
    return found


def _chance_of_equality(counts: "NDArray[np.float64]") -> float:
    """Probability that two Poisson counts with these means agree in every place."""
    return float(np.exp(np.log(ive(0, 2 * counts)).sum()))
