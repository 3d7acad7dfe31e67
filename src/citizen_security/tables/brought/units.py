"""Units over years: deaths of no known place, populations that jump, places that split."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.tables.brought.counts import check_counts
from citizen_security.tables.brought.findings import Findings, counted, every, shown_cell, some
from citizen_security.tables.brought.grid import Grid
from citizen_security.tables.brought.interludes import check_interludes
from citizen_security.tables.brought.labels import skeleton

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Words that publishers write for a place that is not known, without case and accents.
UNKNOWN = re.compile(
    r"ignorad|ignota|seignora|sininformacion|seminformacao|sindato|sindeterminar|noespecific|naoespecific|noidentific|"
    r"naoidentific|desconocid|desconhecid|unknown|notstated|unspecified|notavailable|exterior|extranjero|noaplica"
)
# Codes of the same: a state's code with zeros or nines behind it (IBGE, DANE and INEGI).
UNKNOWN_CODE = re.compile(r"\d{2}(?:0{3,5}|9{3,5})|9{3,7}|0")

# Groups and years with fewer places than these say nothing of most of them.
FEWEST_PARTS = 3
# A population this many times those of the years around it is a slip of a digit.
SLIP = 4.0
# From one year to the next people move, but not so many: the area changed, or the way of counting did.
JUMP = 1.5
# Between censuses a place may grow in each year that passes by as much as any has grown for decades; what refuses a
# table allows more than what is a doubt.
YEARLY_GROWTH, FASTEST_YEARLY_GROWTH = 1.05, 1.12
# A power of ten to this share is a digit and no census.
POWER_TOLERANCE = 0.04
# A change of unit moves all places of a group, but for a few that moved by themselves.
NEARLY_ALL = 0.9
# A place that begins where another of its group lost about as many people was cut out of it.
CUT = 0.1
MATCH = 0.3
# A place that ends where another begins with about as many people may be the same under another name.
SAME_SIZE = 0.1
# A country where one in two hundred is killed each year has the wrong unit of population.
HIGHEST_OVERALL_RATE = 500.0
# Rates of groups and places with fewer deaths are high by chance.
FEWEST_HOMICIDES = 50
PER = 100_000
LARGEST_POPULATION = 2_000_000_000
# Deaths of no known place above this share of all are worth a doubt.
NOTABLE_SHARE = 0.05


def rows_of_unknown_places(frame: pd.DataFrame) -> "NDArray[np.bool_]":
    """Rows of places that are not known: called so, and without a population in any year.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place` and `group` (categories of text) and `population` (floats, missing where empty).

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows,)
    """
    unknown = frame["place"].isin([label for label in frame["place"].cat.categories if _is_unknown(str(label))])
    if not unknown.any():
        return unknown.to_numpy()
    called = frame[unknown]
    # A place that has people in other years is known, and so is one with a population that cannot be.
    names = [called["group"].astype(object).fillna(""), called["place"].astype(object)]
    known = (called["population"].fillna(0) != 0).groupby(names).transform("any")
    unknown[known[known].index] = False
    return unknown.to_numpy()


def set_unknown_apart(
    frame: pd.DataFrame, rows: "NDArray[np.bool_]", findings: Findings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the rows of places that are not known and have no population, and say how many deaths they hold.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place` and `group` (categories of text), `homicides` and `population` (floats, missing where empty).
    rows : numpy.ndarray of bool, shape (n_rows,)
        As `rows_of_unknown_places` finds them.
    findings : Findings

    Returns
    -------
    tuple of pandas.DataFrame
        The rows of places that are known, and the others.
    """
    named = frame["place"].isin([label for label in frame["place"].cat.categories if UNKNOWN.search(skeleton(label))])
    if (peopled := (named & (frame["population"] > 0)).to_numpy()).any():
        where = findings.where(peopled, frame["place"], is_doubt=True)
        findings.doubts.append(
            f"places that are not known have a population in {where}: taken for places. Leave their population "
            "empty, and their deaths are set apart"
        )
    if not rows.any():
        return frame, frame[rows]
    apart, all_deaths = frame.loc[rows, "homicides"].sum(), frame["homicides"].sum()
    share = apart / all_deaths if all_deaths else 0.0
    labels = some(shown_cell(label) for label in dict.fromkeys(frame.loc[rows, "place"].astype(str)))
    sentence = (
        f"{counted(int(rows.sum()), 'row')} of places that are not known and have no population ({labels}) set apart: "
        f"{apart:,.0f} homicides, {share:.1%} of all, that no place and no rate counts"
    )
    (findings.doubts if share > NOTABLE_SHARE else findings.notes).append(sentence)
    return frame[~rows], frame[rows]


def _is_unknown(label: str) -> bool:
    return UNKNOWN_CODE.fullmatch(label) is not None or UNKNOWN.search(skeleton(label)) is not None


def check_units(frame: pd.DataFrame, findings: Findings) -> None:
    """Look at every place over its years.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place`, `group` (categories of text), `year`, `homicides`, `population` (finite numbers), each place and year
        of a group once.
    findings : Findings
    """
    grid = Grid(frame)
    odd = check_counts(grid, findings)
    _check_rates(frame, grid, odd, findings)
    _check_turnover(grid, findings)
    slips = _check_slips(grid, findings)
    cut = _check_boundaries(grid, findings)
    _check_renamed(grid, findings)
    check_interludes(grid, findings)
    _check_jumps(grid, slips, cut, findings)


def _check_rates(frame: pd.DataFrame, grid: Grid, odd: "NDArray[np.bool_]", findings: Findings) -> None:
    """Rates that no country or state has seen are a population in thousands; those of a place are a doubt."""
    deaths, people = frame["homicides"].sum(), frame["population"].sum()
    remedy = "the population is in thousands, or columns are exchanged. Give persons"
    if (rate := PER * deaths / people) > HIGHEST_OVERALL_RATE:
        findings.problems.append(
            f"{findings.table} has {rate:,.0f} homicides per 100,000 people over all rows, more than any country has "
            f"seen: {remedy}."
        )
        return
    of_groups = frame.groupby("group", observed=True)[["homicides", "population"]].sum()
    high = _high(of_groups["homicides"].to_numpy(), of_groups["population"].to_numpy())
    if high.any():
        named = every(shown_cell(group) for group in of_groups.index[high])
        findings.problems.append(
            f"{findings.table} has more than {HIGHEST_OVERALL_RATE:g} homicides per 100,000 people and year in "
            f"{counted(int(high.sum()), 'group')} ({named}): {remedy}."
        )
        return
    # Rows that are odd by themselves have been told.
    homicides, population = (np.where(odd, np.nan, cells) for cells in (grid.homicides, grid.population))
    places = np.flatnonzero(_high(np.nansum(homicides, axis=1), np.nansum(population, axis=1)))
    if len(places):
        named = some(grid.name(int(place)) for place in places)
        findings.doubts.append(
            f"{counted(len(places), 'place')} with more than {HIGHEST_OVERALL_RATE:g} homicides per 100,000 people and "
            f"year over all years ({named}): is the population in another unit there?"
        )


def _high(homicides: "NDArray[np.float64]", population: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    high: NDArray[np.bool_] = (homicides >= FEWEST_HOMICIDES) & (PER * homicides > HIGHEST_OVERALL_RATE * population)
    return high


def _check_turnover(grid: Grid, findings: Findings) -> None:
    """A year in which most places of a group vanish and as many others begin: the codes were changed."""
    changes = []
    for group in np.unique(grid.group):
        here = np.flatnonzero(grid.group == group)
        present = grid.present[here]
        for year in range(1, present.shape[1]):
            ends = present[:, year - 1] & ~present[:, year:].any(axis=1)
            begins = present[:, year] & ~present[:, :year].any(axis=1)
            if min(ends.sum(), begins.sum()) >= max(FEWEST_PARTS, present[:, year - 1].sum() / 2):
                old, new = here[ends][0], here[begins][0]
                changes.append(f"{grid.name(old)} ends and {shown_cell(grid.labels[new])} begins in {grid.years[year]}")
    if changes:
        findings.problems.append(
            f"{findings.table} has {counted(len(changes), 'group')} in which most places end and others begin in one "
            f"year ({every(changes)}): their labels changed. Write the same label in every year."
        )


def _check_slips(grid: Grid, findings: Findings) -> "NDArray[np.bool_]":
    """Populations far from those of the years around them, which agree: a digit too many or too few."""
    population = grid.population
    with np.errstate(invalid="ignore"):
        before = np.concatenate([np.full((len(population), 1), np.nan), population[:, :-1]], axis=1)
        after = np.concatenate([population[:, 1:], np.full((len(population), 1), np.nan)], axis=1)
        around = np.fmax(before, after)
        passed = np.diff(grid.years, prepend=grid.years[0], append=grid.years[-1])
        since, until = passed[:-1], passed[1:]
        agree = ~(np.abs(np.log(before / after)) > _allowed(JUMP, since + until))
        # A slip lies as far from both years; the nearer one tells how far growth may have led.
        limit = _allowed(SLIP, np.where(np.minimum(since, until) > 0, np.minimum(since, until), since + until))
        slips: NDArray[np.bool_] = agree & (
            (np.log(population / around) >= limit) | (np.log(population / np.fmin(before, after)) <= -limit)
        )
    # At an end of the series the one neighbour must itself agree with the next.
    slips &= np.isfinite(before) & np.isfinite(after) | _ends_agree(grid)
    if slips.any():
        places, years = np.nonzero(slips)
        shown = every(
            f"{grid.name(int(place))} in {grid.years[year]}: {population[place, year]:,.0f} beside "
            f"{around[place, year]:,.0f}"
            for place, year in zip(places, years, strict=True)
        )
        findings.problems.append(
            f"{findings.table} has {counted(int(slips.sum()), 'population')} at least {SLIP:g} times as large or as "
            f"small as in the years around ({shown}). Correct it, or leave out the row."
        )
    return slips


def _allowed(factor: float, years: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Logarithm of a change within a year, and of the fastest growth in each further year that passes."""
    allowed: NDArray[np.float64] = np.log(factor) + np.maximum(years - 1, 0) * np.log(FASTEST_YEARLY_GROWTH)
    return allowed


def _ends_agree(grid: Grid) -> "NDArray[np.bool_]":
    """For the first and the last year: whether the two years next to it agree with each other."""
    population, passed = grid.population, np.diff(grid.years)
    found = np.zeros(population.shape, bool)
    if population.shape[1] >= 3:
        with np.errstate(invalid="ignore"):
            found[:, 0] = np.abs(np.log(population[:, 1] / population[:, 2])) < _allowed(JUMP, passed[1])
            found[:, -1] = np.abs(np.log(population[:, -2] / population[:, -3])) < _allowed(JUMP, passed[-2])
    return found


def _check_boundaries(grid: Grid, findings: Findings) -> "NDArray[np.bool_]":
    """Places that begin in the year in which another of their group loses about as many people."""
    marked = np.zeros(grid.population.shape, bool)
    pairs = []
    for year in range(1, len(grid.years)):
        begins = np.flatnonzero(grid.present[:, year] & ~grid.present[:, :year].any(axis=1))
        for place in begins:
            others = np.flatnonzero(
                (grid.group == grid.group[place]) & grid.present[:, year] & grid.present[:, year - 1]
            )
            loss = grid.population[others, year - 1] - grid.population[others, year]
            size = grid.population[place, year]
            fitting = (loss > CUT * grid.population[others, year - 1]) & (np.abs(loss - size) <= MATCH * size)
            if fitting.any():
                source = others[fitting][int(np.argmin(np.abs(loss[fitting] - size)))]
                marked[source, year] = marked[place, year] = True
                pairs.append(f"{shown_cell(grid.labels[place])} out of {grid.name(source)} in {grid.years[year]}")
    if pairs:
        findings.doubts.append(
            f"in {counted(len(pairs), 'case')} a place begins where another of its group loses about as many people "
            f"({some(pairs)}): the boundary changed, and the two series before and after are not of the same area"
        )
    return marked


def _check_renamed(grid: Grid, findings: Findings) -> None:
    """Doubt places that end where others of their group begin with about as many people, one or all of them."""
    found = []
    present = grid.present
    for year in range(1, len(grid.years)):
        ends = present[:, year - 1] & ~present[:, year:].any(axis=1)
        begins = present[:, year] & ~present[:, :year].any(axis=1)
        for group in np.intersect1d(grid.group[ends], grid.group[begins]):
            old, new = (np.flatnonzero(places & (grid.group == group)) for places in (ends, begins))
            before, after = grid.population[old, year - 1], grid.population[new, year]
            apart = np.abs(before[:, np.newaxis] - after)
            nearest = apart.argmin(axis=1)
            alike = np.flatnonzero(apart.min(axis=1) <= SAME_SIZE * before)
            pairs = [(old[first], new[nearest[first]]) for first in alike]
            if not pairs and abs(before.sum() - after.sum()) <= SAME_SIZE * before.sum():
                pairs = [(old[0], new[0])]
            found += [
                f"{grid.name(int(first))} ends and {shown_cell(grid.labels[second])} begins in {grid.years[year]}"
                for first, second in pairs
            ]
    if found:
        findings.doubts.append(
            f"in {counted(len(found), 'case')} a place ends where another of its group begins with about as many "
            f"people ({some(found)}): taken for different places. Where it is one, write one label in every year"
        )


def _check_jumps(grid: Grid, slips: "NDArray[np.bool_]", cut: "NDArray[np.bool_]", findings: Findings) -> None:
    """Populations that change as people do not: of a whole group by one factor, by a power of ten, or there and back.

    A new census may move a single place ninefold, and the places of a small state apart from each other.
    """
    with np.errstate(invalid="ignore"):
        change: NDArray[np.float64] = np.log(grid.population[:, 1:] / grid.population[:, :-1])
    change[slips[:, 1:] | slips[:, :-1] | cut[:, 1:] | cut[:, :-1]] = 0
    passed = np.diff(grid.years)
    at_once = []
    for group in np.unique(grid.group):
        of_group = change[grid.group == group]
        for year in range(of_group.shape[1]):
            known = of_group[np.isfinite(of_group[:, year]), year]
            if len(known) >= FEWEST_PARTS and abs(np.median(known)) > _allowed(JUMP, passed[year]):
                alike = np.abs(known - np.median(known)) < np.log(JUMP) / 2
                if alike.mean() >= NEARLY_ALL:
                    at_once.append(f"{shown_cell(grid.groups[group])} in {grid.years[year + 1]}")
    if at_once:
        findings.problems.append(
            f"{findings.table} has {counted(len(at_once), 'case')} in which the populations of a group all change by "
            f"the same large factor in one year ({every(at_once)}): the unit or the way of counting changed. Give "
            "persons of one series."
        )
        return
    digits = _digits(change, passed)
    if digits.any():
        findings.problems.append(
            f"{findings.table} has {counted(int(digits.sum()), 'population')} ten times as large or as small as in the "
            f"year given before, or far off for some years ({every(_jumps(grid, digits))}). Look for a digit too many "
            "or too few."
        )
    with np.errstate(invalid="ignore"):
        limit = np.log(JUMP) + (passed - 1) * np.log(YEARLY_GROWTH)
        jumps = (np.abs(change) > limit) & ~digits
    if jumps.any():
        growth = f", and by {YEARLY_GROWTH - 1:.0%} more in each further year between" if passed.max() > 1 else ""
        findings.doubts.append(
            f"in {counted(int(jumps.sum()), 'case')} the population of a place changes by more than half from one year "
            f"to the next{growth} ({some(_jumps(grid, jumps))})"
        )


def _digits(change: "NDArray[np.float64]", passed: "NDArray[np.int64]") -> "NDArray[np.bool_]":
    """Changes by a power of ten, and large ones that are taken back some years later."""
    with np.errstate(invalid="ignore"):
        large = np.abs(change) > _allowed(SLIP, passed)
        digits = np.abs(change) / np.log(10)
        found: NDArray[np.bool_] = large & (np.abs(digits - np.round(digits)) < np.log10(1 + POWER_TOLERANCE))
    for place in np.flatnonzero(large.sum(axis=1) > 1):
        years = np.flatnonzero(large[place])
        back = np.abs(change[place, years[:-1]] + change[place, years[1:]]) < np.log(JUMP)
        found[place, years[:-1][back]] = True
    return found


def _jumps(grid: Grid, jumps: "NDArray[np.bool_]") -> Iterator[str]:
    for place, year in np.argwhere(jumps):
        yield (
            f"{grid.name(int(place))}: {grid.population[place, year]:,.0f} in {grid.years[year]}, "
            f"{grid.population[place, year + 1]:,.0f} in {grid.years[year + 1]}"
        )


def impossible_numbers(frame: pd.DataFrame, findings: Findings, first_year: int, last_year: int) -> None:
    """Years that are none, counts and populations that cannot be.

    Parameters
    ----------
    frame : pandas.DataFrame
        `year`, `homicides`, `population`: floats, missing where the cell could not be read.
    findings : Findings
    first_year, last_year : int
        Years that a table may hold, both ends included.
    """
    year, homicides, population = (frame[name].to_numpy(np.float64) for name in ("year", "homicides", "population"))
    with np.errstate(invalid="ignore"):
        rules: list[tuple[Any, str, str, str]] = [
            (np.isfinite(year) & ((year % 1 != 0) | (year < first_year) | (year > last_year)) | np.isinf(year), "year",
             f"no year from {first_year} to {last_year}", "whole numbers such as 2019"),
            ((homicides < 0) | (homicides % 1 != 0) & np.isfinite(homicides) | np.isinf(homicides), "homicides",
             "no count of homicides", "0, 1, 2, …: counts, not rates"),
            ((population <= 0) | np.isinf(population), "population",
             "no population above zero", "persons; leave out the years in which a place did not exist"),
            ((population > 0) & (population < 1), "population", "less than one person in a place", "persons"),
            (np.isfinite(population) & (population > LARGEST_POPULATION), "population",
             f"more than {LARGEST_POPULATION:,} persons in a place", "persons"),
            (homicides > population, "homicides",
             "more homicides than people",
             "no more victims than inhabitants; look for exchanged columns or wrong units"),
            ((homicides == population) & (homicides >= FEWEST_HOMICIDES), "homicides",
             "as many homicides as people",
             "fewer victims than inhabitants; look for a population in the column of homicides"),
        ]  # fmt: skip
    for wrong, name, found, allowed in rules:
        if wrong.any():
            findings.problems.append(
                f"{findings.table} has {found} in {findings.where(wrong, frame[name])}. Allowed: {allowed}."
            )
