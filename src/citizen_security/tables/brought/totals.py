"""Totals among the places, of a group, of several or of all: their deaths would count twice."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ive

from citizen_security.tables.brought.findings import Findings, counted, every, shown_cell, some
from citizen_security.tables.brought.grid import Grid
from citizen_security.tables.brought.labels import skeleton

if TYPE_CHECKING:
    from numpy.typing import NDArray

# How publishers name the row of a sum, without case, accents and blanks.
TOTAL = re.compile(
    r"(?:sub)?(?:total|totais|totales|totals)(?:(?:geral|general|grand|nacional|estatal|estadual|departamental|"
    r"provincial|regional|estado|pais|uf|municipios|de|do|da|del|of).*)?|todos|todas|all|grandtotal"
)
# A total equals the sum of its parts but for rounding; populations are estimated apart and may differ a little.
POPULATION_TOLERANCE = 0.01
# Parts of a total: with two, one place may by chance be as large as the other.
FEWEST_PARTS = 3
# Two exact sums in every year are no chance even of two parts; one year is too few to say so.
FEWEST_YEARS = 2
# Further off than this from the sum of its group, a place is a large one and no total.
NEAR_POPULATION, NEAR_HOMICIDES = 0.05, 0.05
# A place that is called as its group may be its capital, which is not as large as all the rest.
NEAR_OF_NAME = 0.15
# Of all places and groups, counts that agree less often than this by chance agree for a reason.
CHANCE = 1e-9
# Groups that are the others' sum, or that of several levels of totals.
LEVELS = (1, 2, 3)
FEWEST_HOMICIDES = 20


def refuse_named_totals(frame: pd.DataFrame, findings: Findings) -> None:
    """Refuse rows whose place is called a total, whatever they add up to.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place` and `group`, categories of text.
    findings : Findings
    """
    for name in ("place", "group"):
        totals = [label for label in frame[name].cat.categories if TOTAL.fullmatch(skeleton(str(label)))]
        if totals:
            rows = frame[name].isin(totals).to_numpy()
            findings.problems.append(
                f"{findings.table} has totals among the {name}s in {findings.where(rows, frame[name])}: their deaths "
                "would count twice. Leave these rows out."
            )
            return


def check_totals(frame: pd.DataFrame, apart: pd.DataFrame, findings: Findings) -> None:
    """Look for places and groups that are the sum of others.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `units.check_units` takes it.
    apart : pandas.DataFrame
        The rows of places that are not known: a total may count them. `group`, `year`, `homicides`.
    findings : Findings
    """
    grid = Grid(frame)
    unknown = _unknown_deaths(grid, apart)
    total = _totals(grid, np.zeros_like(unknown)) | _totals(grid, unknown)
    if total.any():
        places = np.flatnonzero(total)
        named = every(grid.name(int(place)) for place in places)
        findings.problems.append(
            f"{findings.table} has {counted(len(places), 'place')} whose homicides and population are the sums of "
            f"others in every year ({named}): totals, whose deaths would count twice. Leave these rows out."
        )
    if groups := _groups_of_totals(grid, unknown):
        named = every(shown_cell(grid.groups[group]) for group in groups)
        findings.problems.append(
            f"{findings.table} has {counted(len(groups), 'group')} whose homicides and population are the sums of all "
            f"other groups in every year ({named}): a level of totals, whose deaths would count twice. Leave it out."
        )
    half = np.flatnonzero(_half_totals(grid, unknown) & ~total)
    if len(half):
        named = some(grid.name(int(place)) for place in half)
        findings.doubts.append(
            f"{counted(len(half), 'place')} whose homicides or population are the sums of others in every year, or "
            f"nearly those of the group of the same name ({named}): taken for a place. Leave the rows out where they "
            "are totals"
        )
    nearly = _near_totals(grid) & ~total
    nearly[half] = False
    near = np.flatnonzero(nearly)
    if len(near):
        named = some(grid.name(int(place)) for place in near)
        findings.doubts.append(
            f"{counted(len(near), 'place')} with about as many people and homicides as all others of the group "
            f"together, in every year ({named}): taken for a place. Leave the rows out where they are totals"
        )


def _unknown_deaths(grid: Grid, apart: pd.DataFrame) -> "NDArray[np.float64]":
    """Deaths of no known place by group and year, shape (n_groups, n_years)."""
    found = np.zeros((len(grid.groups), len(grid.years)))
    group = pd.Index(grid.groups).get_indexer(apart["group"].astype(str))
    year = pd.Index(grid.years).get_indexer(apart["year"])
    known = (group >= 0) & (year >= 0)
    np.add.at(found, (group[known], year[known]), apart["homicides"].fillna(0).to_numpy()[known])
    return found


def _totals(grid: Grid, unknown: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    homicides, population = np.nan_to_num(grid.homicides), np.nan_to_num(grid.population)
    everything = homicides.sum(axis=0) + unknown.sum(axis=0)
    total = _is_sum(grid, everything - homicides, population.sum(axis=0) - population, len(grid.labels) - 1)
    for group in np.unique(grid.group):
        here = grid.group == group
        deaths = homicides[here].sum(axis=0) + unknown[group]
        people, size = population[here].sum(axis=0), int(here.sum())
        total[here] |= _is_sum(grid, deaths - homicides, people - population, size - 1)[here]
        # A total may stand in a group of totals, each the sum of a group elsewhere.
        total[~here] |= _is_sum(grid, deaths, people, size)[~here]
    return total


def _half_totals(grid: Grid, unknown: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """Places that equal the sum of others in one of the two columns, or are near that of the group of their name."""
    homicides, population = np.nan_to_num(grid.homicides), np.nan_to_num(grid.population)
    found = np.zeros(len(grid.labels), bool)
    labels = np.array([skeleton(str(label)) for label in grid.labels])
    levels = [(grid.group == group, unknown[group], skeleton(str(name))) for group, name in enumerate(grid.groups)]
    if len(levels) > 1:
        levels.append((np.ones(len(labels), bool), unknown.sum(axis=0), ""))
    for here, nowhere, name in levels:
        inside = here[:, np.newaxis]
        deaths = homicides[here].sum(axis=0) - np.where(inside, homicides, 0)
        people = population[here].sum(axis=0) - np.where(inside, population, 0)
        exact = _in_every_year(grid, grid.population == people)
        exact |= _no_chance(grid, deaths) | _no_chance(grid, deaths + nowhere)
        with np.errstate(invalid="ignore"):
            alike = np.abs(grid.population - people) <= NEAR_OF_NAME * people
        total, others = homicides.sum(axis=1), np.where(grid.present, deaths, 0).sum(axis=1)
        near = _in_every_year(grid, alike) & (np.abs(total - others) <= NEAR_OF_NAME * others)
        called = (labels == name) & (total >= FEWEST_HOMICIDES)
        found |= (here.sum() - here >= FEWEST_PARTS) & (exact | (called & near))
    return found


def _in_every_year(grid: Grid, same: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    """Places of which something is so in all their years, which are enough for it not to be chance."""
    always: NDArray[np.bool_] = (same | ~grid.present).all(axis=1) & (grid.present.sum(axis=1) >= FEWEST_YEARS)
    return always


def _no_chance(grid: Grid, deaths: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """Places that count these deaths in all their years, more of them than would agree by chance."""
    same = _in_every_year(grid, grid.homicides == deaths)
    for place in np.flatnonzero(same):
        expected = np.broadcast_to(deaths, grid.homicides.shape)[place, grid.present[place]]
        same[place] = np.log(ive(0, 2 * expected)).sum() < np.log(CHANCE)
    return same


def _is_sum(
    grid: Grid, homicides: "NDArray[np.float64]", population: "NDArray[np.float64]", parts: int
) -> "NDArray[np.bool_]":
    """Places whose homicides equal, and whose population nearly equals, the sums of some parts in all their years."""
    tolerance = POPULATION_TOLERANCE if parts >= FEWEST_PARTS else 0.0
    if parts < FEWEST_PARTS - 1:
        return np.zeros(len(grid.labels), bool)
    with np.errstate(invalid="ignore"):
        near = np.abs(grid.population - population) <= tolerance * grid.population
        same: NDArray[np.bool_] = ((grid.homicides == homicides) & near | ~grid.present).all(axis=1)
    enough = (parts >= FEWEST_PARTS) | (grid.present.sum(axis=1) >= FEWEST_YEARS)
    return same & enough & (np.nansum(grid.homicides, axis=1) > 0)


def _groups_of_totals(grid: Grid, unknown: "NDArray[np.float64]") -> list[int]:
    """Groups of regions: together the sum of all other groups, once or more times."""
    homicides, population = (
        np.stack([np.nansum(cells[grid.group == group], axis=0) for group in range(len(grid.groups))])
        for cells in (grid.homicides, grid.population)
    )
    found = []
    for group in range(len(grid.groups)):
        deaths, people = homicides[group], population[group]
        if len(grid.groups) < FEWEST_PARTS or deaths.sum() < FEWEST_HOMICIDES or (people == 0).any():
            continue
        others, persons = homicides.sum(axis=0) - deaths, population.sum(axis=0) - people
        for level in LEVELS:
            exact = (others == level * deaths).all() or (others + unknown.sum(axis=0) == level * deaths).all()
            if exact and (np.abs(persons - level * people) <= POPULATION_TOLERANCE * persons).all():
                found.append(group)
    return found


def _near_totals(grid: Grid) -> "NDArray[np.bool_]":
    """Places nearly as large as all others of their group together, in people and in deaths."""
    near = np.zeros(len(grid.labels), bool)
    homicides, population = np.nan_to_num(grid.homicides), np.nan_to_num(grid.population)
    for group in np.unique(grid.group):
        here = np.flatnonzero(grid.group == group)
        if len(here) <= FEWEST_PARTS:
            continue
        rest = population[here].sum(axis=0) - population[here]
        people = (np.abs(rest - population[here]) <= NEAR_POPULATION * rest) | ~grid.present[here]
        deaths = homicides[here].sum(axis=1)
        others = deaths.sum() - deaths
        alike = np.abs(others - deaths) <= NEAR_HOMICIDES * others
        near[here] = people.all(axis=1) & alike & (deaths >= FEWEST_HOMICIDES)
    return near
