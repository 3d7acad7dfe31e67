"""Units over years: totals among the places, deaths of no known place, populations that jump, places that split."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.tables.brought.findings import Findings, counted, shown_cell, some
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

# A total equals the sum of its parts but for rounding; populations are estimated apart and may differ a little.
POPULATION_TOLERANCE = 0.01
# Parts of a total: with two, one place may by chance be as large as the other.
FEWEST_PARTS = 3
# A population this many times those of the years around it is a slip of a digit.
SLIP = 4.0
# From one year to the next people move, but not so many: the area changed, or the way of counting did.
JUMP = 1.5
# A place that begins where another of its group lost about as many people was cut out of it.
CUT = 0.1
MATCH = 0.3
# A country where one in two hundred is killed each year has the wrong unit of population.
HIGHEST_OVERALL_RATE = 500.0
PER = 100_000
LARGEST_POPULATION = 2_000_000_000
# Deaths of no known place above this share of all are worth a doubt.
NOTABLE_SHARE = 0.05


def set_unknown_apart(frame: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Leave out the rows of places that are not known and have no population, and say how many deaths they hold.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place` and `group` (categories of text), `homicides` and `population` (floats, missing where empty).
    findings : Findings

    Returns
    -------
    pandas.DataFrame
        The rows of places that are known.
    """
    unknown = frame["place"].map({label: _is_unknown(str(label)) for label in frame["place"].cat.categories})
    rows = unknown.eq(True).to_numpy() & ~(frame["population"] > 0).to_numpy()
    if not rows.any():
        return frame
    apart, all_deaths = frame.loc[rows, "homicides"].sum(), frame["homicides"].sum()
    share = apart / all_deaths if all_deaths else 0.0
    labels = some(shown_cell(label) for label in dict.fromkeys(frame.loc[rows, "place"].astype(str)))
    sentence = (
        f"{counted(int(rows.sum()), 'row')} of places that are not known and have no population ({labels}) set apart: "
        f"{apart:,.0f} homicides, {share:.1%} of all, that no place and no rate counts"
    )
    (findings.doubts if share > NOTABLE_SHARE else findings.notes).append(sentence)
    return frame[~rows]


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
    grid = _Grid(frame)
    _check_overall_rate(frame, findings)
    _check_totals(grid, findings)
    _check_turnover(grid, findings)
    slips = _check_slips(grid, findings)
    cut = _check_boundaries(grid, findings)
    _check_jumps(grid, slips | cut, findings)


class _Grid:
    """Homicides and population by place and year, missing where the table has no row."""

    def __init__(self, frame: pd.DataFrame) -> None:
        keys = frame["group"].cat.codes.to_numpy(np.int64) * len(frame["place"].cat.categories)
        keys = keys + frame["place"].cat.codes.to_numpy(np.int64)
        place, distinct = pd.factorize(keys, sort=True)
        year, self.years = pd.factorize(frame["year"].to_numpy(np.int64), sort=True)
        shape = (len(distinct), len(self.years))
        self.homicides, self.population = np.full(shape, np.nan), np.full(shape, np.nan)
        self.homicides[place, year] = frame["homicides"]
        self.population[place, year] = frame["population"]
        group, label = np.divmod(distinct, len(frame["place"].cat.categories))
        self.group = group
        self.labels = frame["place"].cat.categories.to_numpy(str)[label]
        self.groups = frame["group"].cat.categories.to_numpy(str)

    @property
    def present(self) -> "NDArray[np.bool_]":
        """Whether the table has the place in the year."""
        return np.isfinite(self.population)

    def name(self, place: int) -> str:
        """A place and its group, as messages show them."""
        return f"{shown_cell(self.labels[place])} of {shown_cell(self.groups[self.group[place]])}"


def _check_overall_rate(frame: pd.DataFrame, findings: Findings) -> None:
    rate = PER * frame["homicides"].sum() / frame["population"].sum()
    if rate > HIGHEST_OVERALL_RATE:
        findings.problems.append(
            f"{findings.table} has {rate:,.0f} homicides per 100,000 people over all rows, more than any country has "
            f"seen: "
            "the population is in thousands, or columns are exchanged. Give persons."
        )


def _check_totals(grid: _Grid, findings: Findings) -> None:
    """Rows that are the sum of others, of their group, of another group or of all: their deaths would count twice."""
    homicides, population = np.nan_to_num(grid.homicides), np.nan_to_num(grid.population)
    total = _is_sum(grid, homicides.sum(axis=0) - homicides, population.sum(axis=0) - population, len(grid.labels) - 1)
    for group in np.unique(grid.group):
        here = grid.group == group
        of_group, size = (homicides[here].sum(axis=0), population[here].sum(axis=0)), int(here.sum())
        total[here] |= _is_sum(grid, of_group[0] - homicides, of_group[1] - population, size - 1)[here]
        # A total may stand in a group of totals, each the sum of a group elsewhere.
        total[~here] |= _is_sum(grid, *of_group, size)[~here]
    if total.any():
        places = np.flatnonzero(total)
        named = some(grid.name(int(place)) for place in places)
        findings.problems.append(
            f"{findings.table} has {counted(len(places), 'place')} whose homicides and population are the sums of "
            f"others in every year ({named}): totals, whose deaths would count twice. Leave these rows out."
        )


def _is_sum(
    grid: _Grid, homicides: "NDArray[np.float64]", population: "NDArray[np.float64]", parts: int
) -> "NDArray[np.bool_]":
    """Places whose homicides equal, and whose population nearly equals, the sums of some parts in all their years."""
    if parts < FEWEST_PARTS:
        return np.zeros(len(grid.labels), bool)
    with np.errstate(invalid="ignore"):
        near = np.abs(grid.population - population) <= POPULATION_TOLERANCE * grid.population
        same: NDArray[np.bool_] = ((grid.homicides == homicides) & near | ~grid.present).all(axis=1)
    return same & (np.nansum(grid.homicides, axis=1) > 0)


def _check_turnover(grid: _Grid, findings: Findings) -> None:
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
            f"year "
            f"({some(changes)}): their labels changed. Write the same label in every year."
        )


def _check_slips(grid: _Grid, findings: Findings) -> "NDArray[np.bool_]":
    """Populations far from those of the years around them, which agree: a digit too many or too few."""
    population = grid.population
    with np.errstate(invalid="ignore"):
        before = np.concatenate([np.full((len(population), 1), np.nan), population[:, :-1]], axis=1)
        after = np.concatenate([population[:, 1:], np.full((len(population), 1), np.nan)], axis=1)
        around = np.fmax(before, after)
        agree = ~(np.abs(np.log(before / after)) > np.log(JUMP))
        ratio = population / around
        slips: NDArray[np.bool_] = agree & ((ratio >= SLIP) | (population / np.fmin(before, after) <= 1 / SLIP))
    # At an end of the series the one neighbour must itself agree with the next.
    slips &= np.isfinite(before) & np.isfinite(after) | _ends_agree(population)
    if slips.any():
        places, years = np.nonzero(slips)
        shown = some(
            f"{grid.name(int(place))} in {grid.years[year]}: {population[place, year]:,.0f} beside "
            f"{around[place, year]:,.0f}"
            for place, year in zip(places, years, strict=True)
        )
        findings.problems.append(
            f"{findings.table} has {counted(int(slips.sum()), 'population')} at least {SLIP:g} times as large or as "
            f"small as in the years around ({shown}). Correct it, or leave out the row."
        )
    return slips


def _ends_agree(population: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """For the first and the last year: whether the two years next to it agree with each other."""
    found = np.zeros(population.shape, bool)
    if population.shape[1] >= 3:
        with np.errstate(invalid="ignore"):
            found[:, 0] = np.abs(np.log(population[:, 1] / population[:, 2])) < np.log(JUMP)
            found[:, -1] = np.abs(np.log(population[:, -2] / population[:, -3])) < np.log(JUMP)
    return found


def _check_boundaries(grid: _Grid, findings: Findings) -> "NDArray[np.bool_]":
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
            f"In {counted(len(pairs), 'case')} a place begins where another of its group loses about as many people "
            f"({some(pairs)}): "
            "the boundary changed, and the two series before and after are not of the same area"
        )
    return marked


def _check_jumps(grid: _Grid, explained: "NDArray[np.bool_]", findings: Findings) -> None:
    with np.errstate(invalid="ignore"):
        change: NDArray[np.bool_] = np.abs(np.log(grid.population[:, 1:] / grid.population[:, :-1])) > np.log(JUMP)
    change &= ~(explained[:, 1:] | explained[:, :-1])
    if change.any():
        places, years = np.nonzero(change)
        shown = some(
            f"{grid.name(int(place))}: {grid.population[place, year]:,.0f} in {grid.years[year]}, "
            f"{grid.population[place, year + 1]:,.0f} in {grid.years[year + 1]}"
            for place, year in zip(places, years, strict=True)
        )
        findings.doubts.append(
            f"in {counted(int(change.sum()), 'case')} the population of a place changes by more than half from one "
            f"year to the "
            f"next ({shown})"
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
            (np.isfinite(population) & (population > LARGEST_POPULATION), "population",
             f"more than {LARGEST_POPULATION:,} persons in a place", "persons"),
            (homicides > population, "homicides",
             "more homicides than people",
             "no more victims than inhabitants; look for exchanged columns or wrong units"),
        ]  # fmt: skip
    for wrong, name, found, allowed in rules:
        if wrong.any():
            findings.problems.append(
                f"{findings.table} has {found} in {findings.where(wrong, frame[name])}. Allowed: {allowed}."
            )
