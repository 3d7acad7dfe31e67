"""A table of neighbours that somebody brings: pairs of places of another table, found there or refused."""

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.tables.brought.files import MAXIMUM_ROWS, read_cells
from citizen_security.tables.brought.findings import Findings, counted, shown_cell, some
from citizen_security.tables.brought.labels import clean_labels, skeleton

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENDS = ("place", "neighbour")
GROUPS = {"place": "group", "neighbour": "neighbour_group"}
COLUMNS = {name: name for name in (*ENDS, *GROUPS.values())}

# What stands in the place of a number where a name is that of no place, or of several.
NONE, SEVERAL, MISSING = -1, -2, -3
# Names of columns that say how much or whether, in languages of the region, and what is no.
WEIGHT = re.compile(r"^w$|weight|peso|ponder|adjac|adyac|contig|vecin|vizinh|neighbo|touch|queen|rook|limitrof")
NO = {"false", "no", "não", "nao", "n", "f", "falso"}
# On a map any three or four places may all touch each other; of five, one pair does not.
FEWEST_ON_A_MAP = 5
# Share of places without neighbours from which a table of neighbours looks incomplete.
MANY = 0.1


@dataclass(frozen=True)
class Borders:
    """Pairs of neighbours that can be used.

    Attributes
    ----------
    pairs : numpy.ndarray of int, shape (n_pairs, 2)
        Positions of the places in the table that was given; each pair once, both places of one group.
    notes : tuple of str
        What was normalised.
    doubts : tuple of str
        What is possible and odd.
    """

    pairs: "NDArray[np.int64]"
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def read_borders(path: Path, places: pd.DataFrame) -> Borders:
    """Read a brought table of neighbours.

    Parameters
    ----------
    path : pathlib.Path
        The file. Its columns are `place` and `neighbour` and, where names repeat between groups, `group` and
        `neighbour_group`; without the last one a neighbour is looked for in the group of the place.
    places : pandas.DataFrame
        `place` and `group` of the table that they are places of, each once.

    Returns
    -------
    Borders

    Raises
    ------
    ParameterError
        With one sentence for each problem: what was found, in which rows, and what to do.
    """
    findings = Findings(path.name, fixed_header=True)
    cells = read_cells(path, COLUMNS, tuple(COLUMNS), findings, tuple(GROUPS.values()), others=True)
    pairs = understand_borders(cells, places, findings)
    return Borders(pairs, tuple(findings.notes), tuple(findings.doubts))


def check_borders(path: Path, places: pd.DataFrame | None) -> None:
    """Refuse a brought table of neighbours that cannot be used.

    Parameters
    ----------
    path : pathlib.Path
    places : pandas.DataFrame or None
        As for `read_borders`; None where the table of places is refused itself: then the file and its columns are
        checked.

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    if places is None:
        read_cells(path, COLUMNS, tuple(COLUMNS), Findings(path.name, fixed_header=True), tuple(GROUPS.values()))
    else:
        read_borders(path, places)


def understand_borders(cells: pd.DataFrame, places: pd.DataFrame, findings: Findings) -> "NDArray[np.int64]":
    """Rows as pairs of places, each checked.

    Parameters
    ----------
    cells : pandas.DataFrame
        The columns as they stand in the file.
    places : pandas.DataFrame
    findings : Findings
        Is told everything.

    Returns
    -------
    numpy.ndarray of int, shape (n_pairs, 2)
        As `Borders.pairs`.

    Raises
    ------
    ParameterError
        If anything refuses the table.
    """
    if not 0 < len(cells) <= MAXIMUM_ROWS:
        findings.problems.append(
            f"{findings.table} has {len(cells):,} rows. Allowed: 1 to {MAXIMUM_ROWS:,}, one for each pair."
        )
        findings.refuse()
    if "neighbour_group" in cells and "group" not in cells:
        findings.problems.append(
            f"{findings.table} has a column neighbour_group and none called group. Give both, or none where no name "
            "stands in two groups."
        )
        findings.refuse()
    empty = cells[[name for name in COLUMNS if name in cells]].isna().all(axis=1)
    if empty.any():
        findings.notes.append(f"{counted(int(empty.sum()), 'row')} without any entry passed over")
        cells = cells[~empty]
    _say_columns(cells.drop(columns=[name for name in COLUMNS if name in cells]), findings)
    labels = pd.DataFrame({name: clean_labels(cells[name], name, findings) for name in COLUMNS if name in cells})
    register = _Register.of(places)
    ends = np.stack([_found(labels, end, register, findings) for end in ENDS], axis=1)
    own = (ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)
    if own.any():
        findings.problems.append(
            f"{findings.table} makes a place a neighbour of its own in {findings.where(own, labels['place'])}. Leave "
            "out these rows."
        )
    findings.refuse()
    pairs = _within_groups(_each_once(ends, places, findings), places, findings)
    findings.refuse()
    _say_crowds(pairs, places, findings)
    _say_islands(pairs, places, findings)
    return pairs


def _say_columns(others: pd.DataFrame, findings: Findings) -> None:
    """Columns that are not read; one that says of which rows the places are neighbours, or how much, is a problem."""
    for name in others:
        column = others[name]
        numbers = pd.to_numeric(column, errors="coerce") if column.dtype != bool else column.astype(float)
        says_no = (numbers == 0) | column.astype(str).str.strip().str.casefold().isin(NO)
        weighs = numbers.notna().all() and numbers.nunique() > 1 and WEIGHT.search(skeleton(str(name))) is not None
        if says_no.any():
            where = findings.where(says_no.to_numpy(), column)
            findings.problems.append(
                f"{findings.table} says 0 or no under {shown_cell(name)} in {where}. Every row is read as a pair of "
                "neighbours: leave out the rows of places that are none, and the column."
            )
        elif weighs:
            findings.problems.append(
                f"{findings.table} has weights under {shown_cell(name)}, from {numbers.min():g} to {numbers.max():g}. "
                "Every row is read as a pair of neighbours that counts as any other: leave out the rows of places that "
                "do not touch, and the column."
            )
    if len(others.columns):
        named = ", ".join(shown_cell(name) for name in others)
        findings.notes.append(f"{counted(len(others.columns), 'column')} not read: {named}")


def _say_crowds(pairs: "NDArray[np.int64]", places: pd.DataFrame, findings: Findings) -> None:
    """Groups with more pairs than regions of a map can have, each of one piece: three for each place, less six."""
    groups, size = np.unique(places["group"].astype(str), return_counts=True)
    within = pd.Series(places["group"].astype(str).to_numpy()[pairs[:, 0]]).value_counts()
    crowded = [
        f"{shown_cell(group)}: {within[group]:,} pairs of {number:,} places"
        for group, number in zip(groups.tolist(), size.tolist(), strict=True)
        if number >= FEWEST_ON_A_MAP and within.get(group, 0) > 3 * number - 6
    ]
    if crowded:
        findings.doubts.append(
            f"{counted(len(crowded), 'group')} with more pairs than touch each other on any map ({some(crowded)}): "
            "does every row stand for places that touch?"
        )


@dataclass(frozen=True)
class _Register:
    """Positions of places, by name alone and with the group (none stands for any), as written and folded."""

    written: dict[tuple[str, str | None], set[int]]
    folded: dict[tuple[str, str | None], set[int]]

    @classmethod
    def of(cls, places: pd.DataFrame) -> "_Register":
        written: dict[tuple[str, str | None], set[int]] = defaultdict(set)
        folded: dict[tuple[str, str | None], set[int]] = defaultdict(set)
        for position, (place, group) in enumerate(zip(places["place"], places["group"], strict=True)):
            for of_group in (group, None):
                written[place, of_group].add(position)
                folded[_folded(place), of_group and _folded(of_group)].add(position)
        return cls(written, folded)

    def find(self, place: str, group: str | None) -> tuple[int, bool]:
        """Position of a place, and whether it is found by its folded name only."""
        written = self.written.get((place, group))
        found = written or self.folded.get((_folded(place), group and _folded(group)), set())
        if len(found) > 1:
            return SEVERAL, False
        return (next(iter(found)), not written) if found else (NONE, False)

    def groups(self, place: str) -> str:
        """Groups that have a place of this name, as written."""
        return ", ".join(sorted(group for name, group in self.written if name == place and group is not None))

    def spellings(self, place: str, group: str | None) -> list[str]:
        """Ways in which several places of one group are written that are one name when folded; none if there are not.

        Without a group, all groups are looked at.
        """
        if self.written.get((place, group)):
            return []
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for name, of_group in self.written:
            fits = of_group is not None and (group is None or _folded(of_group) == _folded(group))
            if fits and _folded(name) == _folded(place):
                alike[str(of_group)].append(name)
        several = [names for names in alike.values() if len(names) > 1]
        return sorted({name for names in several for name in names})


def _folded(text: str) -> str:
    """A name without case, accents and punctuation, a code without zeros at its start; a sign without letters stays."""
    plain = skeleton(text) or text
    return plain.lstrip("0") or plain if plain.isdigit() else plain


def _found(labels: pd.DataFrame, end: str, register: _Register, findings: Findings) -> "NDArray[np.int64]":
    """Position of the place of each row at one end; what is wrong with it is told."""
    group = GROUPS[end] if GROUPS[end] in labels else "group"
    used = [end, group] if group in labels else [end]
    missing = labels[used].isna().any(axis=1).to_numpy()
    for name in used:
        if (rows := labels[name].isna().to_numpy()).any():
            findings.problems.append(
                f"{findings.table} has no {name} in {findings.where(rows, labels[end])}. Fill it in, or leave out the "
                "rows."
            )
    known = labels.loc[~missing, used].astype(object)
    keys = [(row[0], row[1] if len(row) > 1 else None) for row in known.itertuples(index=False)]
    found = {key: register.find(*key) for key in dict.fromkeys(keys)}
    positions = np.full(len(labels), MISSING)
    positions[~missing] = [found[key][0] for key in keys]
    _say_not_found(labels, end, positions, register, findings)
    mended = list(dict.fromkeys(key[0] for key, (_, folded) in found.items() if folded))
    if mended:
        findings.notes.append(
            f"{end}: {counted(len(mended), 'name')} found where case, accents, punctuation and zeros at the start are "
            f"passed over, such as {shown_cell(mended[0])}"
        )
    return positions


def _say_not_found(
    labels: pd.DataFrame, end: str, positions: "NDArray[np.int64]", register: _Register, findings: Findings
) -> None:
    """Names of no place, with the nearest one, names of another group, and names of several places."""
    names = {name for name, group in register.written if group is None}
    elsewhere = (positions == NONE) & labels[end].isin(names).to_numpy()
    if elsewhere.any():
        cells = labels[end].astype(object)
        cells = cells.mask(elsewhere, [f"{name} of {register.groups(str(name))}" for name in cells])
        remedy = (
            f"Correct {GROUPS[end]}"
            if GROUPS[end] in labels
            else f"Without a column {GROUPS[end]}, a neighbour is looked for in the group of the place: add the column"
        )
        findings.problems.append(
            f"{findings.table} has under {end} places of another group than the one given in "
            f"{findings.where(elsewhere, cells)}. {remedy}."
        )
    if (rows := (positions == NONE) & ~elsewhere).any():
        first = str(labels[end].iloc[int(np.flatnonzero(rows)[0])])
        near = difflib.get_close_matches(first, names, n=1)
        hint = f" For {shown_cell(first)}, did you mean {shown_cell(near[0])}?" if near else ""
        findings.problems.append(
            f"{findings.table} has under {end} what is no place of the table of homicides in "
            f"{findings.where(rows, labels[end])}. Write places as they are written there, or leave out the rows.{hint}"
        )
    _say_several(labels, end, positions == SEVERAL, register, findings)


def _say_several(
    labels: pd.DataFrame, end: str, several: "NDArray[np.bool_]", register: _Register, findings: Findings
) -> None:
    """Names of several places: of one group, where the way of writing tells them apart, or of several groups."""
    if not several.any():
        return
    group = GROUPS[end] if GROUPS[end] in labels else "group"
    groups = labels[group].astype(object) if group in labels else [None] * len(labels)
    spellings = [
        register.spellings(str(name), of_group) if is_several else []
        for name, of_group, is_several in zip(labels[end].astype(object), groups, several, strict=True)
    ]
    twins = np.array([bool(ways) for ways in spellings])
    if twins.any():
        ways = next(filter(None, spellings))
        findings.problems.append(
            f"{findings.table} has under {end} a name that several places of one group have but for case, accents or "
            f"punctuation in {findings.where(twins, labels[end])}. Write it as in the table of homicides: "
            f"{' or '.join(map(shown_cell, ways))}."
        )
    if (rows := several & ~twins).any():
        findings.problems.append(
            f"{findings.table} has under {end} the name of more than one place in {findings.where(rows, labels[end])}. "
            "Give their groups in columns group and neighbour_group, or codes as the places of both tables."
        )


def _each_once(ends: "NDArray[np.int64]", places: pd.DataFrame, findings: Findings) -> "NDArray[np.int64]":
    """Each pair once, the smaller position first; which rows say the same again is told."""
    given, times = np.unique(ends, axis=0, return_counts=True)
    if again := int((times - 1).sum()):
        findings.notes.append(f"{counted(again, 'repeated row')} passed over")
    pairs, directions = np.unique(np.sort(given, axis=1), axis=0, return_counts=True)
    both = directions == 2
    if both.all():
        findings.notes.append("every pair stands in both directions: taken once")
    elif both.any():
        shown = some(_pair(pair, places) for pair in pairs[~both])
        findings.doubts.append(
            f"{counted(int((~both).sum()), 'pair')} of neighbours in one direction only ({shown}), "
            f"{int(both.sum()):,} in both: taken for neighbours all the same"
        )
    return pairs


def _within_groups(pairs: "NDArray[np.int64]", places: pd.DataFrame, findings: Findings) -> "NDArray[np.int64]":
    """Pairs whose places are of one group; others are told and left out, and none left is a problem."""
    groups = places["group"].astype(str).to_numpy()
    within: NDArray[np.bool_] = groups[pairs[:, 0]] == groups[pairs[:, 1]]
    if not within.all():
        shown = some(_pair(pair, places) for pair in pairs[~within])
        findings.notes.append(
            f"{counted(int((~within).sum()), 'pair')} of neighbours in two groups left out ({shown}): a level is "
            "compared within its group"
        )
    if not within.any():
        findings.problems.append(
            f"{findings.table} has no pair of neighbours within one group, so nothing can be shared. Give the places "
            "larger groups, or leave neighbours out."
        )
    return pairs[within]


def _say_islands(pairs: "NDArray[np.int64]", places: pd.DataFrame, findings: Findings) -> None:
    """Places without neighbours: noted where they are few, doubted where they are many."""
    alone = np.setdiff1d(np.arange(len(places)), pairs)
    if not len(alone):
        return
    shown = some(shown_cell(places["place"].iloc[position]) for position in alone)
    sentence = (
        f"{counted(len(alone), 'place')} of {len(places):,} without a neighbour in the group ({shown}): levels are "
        "shared with none"
    )
    if len(alone) > MANY * len(places):
        findings.doubts.append(f"{sentence}; if they touch others, add these pairs")
    else:
        findings.notes.append(sentence)


def _pair(pair: "NDArray[np.int64]", places: pd.DataFrame) -> str:
    one, other = (shown_cell(places["place"].iloc[position]) for position in pair)
    return f"{one} and {other}"
