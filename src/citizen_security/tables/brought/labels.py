"""Names and codes of units: blanks and accents that do not show, `.0` behind a code, and twins of one name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.tables.brought.findings import Findings, counted, every, shown_cell, some

# Small letters of Greek and Cyrillic that look like Latin ones (Unicode Technical Standard 39).
LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝвкмнтгαοερνικυτχηβμзб",
    "aeopcyxijshdqwbkmhtraoepvikutxnbm3b",
)

# Codes shorter than this are no cut ones: 12 is not 1234 without its end.
FEWEST_DIGITS = 4

_CODE = re.compile(r"\d+")
_LINE_BREAK = re.compile(r"[\r\n]")
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_CODE_POINT_ZERO = re.compile(r"(\d+)\.0+")


def clean_labels(cells: "pd.Series[Any]", name: str, findings: Findings) -> "pd.Series[Any]":
    """Labels with one way of writing each: composed accents, single blanks, nothing that does not show, no `.0`.

    Parameters
    ----------
    cells : pandas.Series of categories of text
    name : str
        What the labels are, for the notes.
    findings : Findings

    Returns
    -------
    pandas.Series of categories of text
        Blank labels are missing.
    """
    labels = cells.astype("category")
    texts = [str(label) for label in labels.cat.categories]
    _refuse_line_breaks(labels, name, findings)
    steps: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("letters of a second encoding", _decoded_twice),
        ("accents written as separate characters", lambda text: unicodedata.normalize("NFC", text)),
        ("characters that do not show", _visible),
        ("blanks at an end or more than one in a row", lambda text: " ".join(text.split())),
    )
    for what, step in steps:
        cleaned = [step(text) for text in texts]
        _note(name, what, texts, cleaned, findings)
        texts = cleaned
    stripped = [_without_point_zero(text) for text in texts]
    _note(name, "“.0” behind a code", texts, stripped, findings)
    texts = stripped
    _say_lost_signs(labels, texts, name, findings)
    codes, distinct = pd.factorize(pd.Series(texts, dtype=object))
    positions = labels.cat.codes.to_numpy()
    kept = [text or None for text in distinct]
    recoded = np.append(codes, -1)[positions]
    blank = [position for position, text in enumerate(kept) if text is None]
    recoded = np.where(np.isin(recoded, blank), -1, recoded)
    named = pd.Index([str(text) if text else f"\0{position}" for position, text in enumerate(distinct)])
    found = pd.Series(pd.Categorical.from_codes(recoded.astype(np.int64), categories=named), index=cells.index)
    return found.cat.remove_unused_categories()


def _decoded_twice(text: str) -> str:
    """The name whose letters were read in another encoding than they were written in, such as `SÃ£o`."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text if text.isascii() else text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _refuse_line_breaks(labels: "pd.Series[Any]", name: str, findings: Findings) -> None:
    broken = [label for label in labels.cat.categories if _LINE_BREAK.search(str(label).strip())]
    if broken:
        rows = labels.isin(broken).to_numpy()
        findings.problems.append(
            f"{findings.table} has a line break within {name} in {findings.where(rows, labels)}. Take it out: a quote "
            "that is not closed swallows whole rows in this way."
        )


def _say_lost_signs(labels: "pd.Series[Any]", texts: list[str], name: str, findings: Findings) -> None:
    """Refuse codes of which a spreadsheet cut off digits; doubt names that lost letters."""
    for lost, what, to in (
        ([_EXPONENT.fullmatch(text) is not None for text in texts], "codes with an exponent, whose last digits a "
         "spreadsheet has cut off,", findings.problems),
        (["\ufffd" in text for text in texts], "letters that were lost in another encoding", findings.doubts),
    ):  # fmt: skip
        if any(lost):
            rows = np.append(np.array(lost, bool), False)[labels.cat.codes.to_numpy()]
            is_doubt = to is findings.doubts
            remedy = "" if is_doubt else ". Write the codes as text."
            where = findings.where(rows, labels, is_doubt=is_doubt)
            to.append(f"{findings.table} has {what} for {name} in {where}{remedy}")


def _visible(text: str) -> str:
    """Without format characters (zero-width blanks, direction marks, soft hyphens) and control characters."""
    return "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zs", "Zl", "Zp") else sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )


def _without_point_zero(text: str) -> str:
    whole = _CODE_POINT_ZERO.fullmatch(text)
    return whole[1] if whole else text


def _note(name: str, what: str, before: list[str], after: list[str], findings: Findings) -> None:
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    if changed:
        old, new = changed[0]
        findings.notes.append(
            f"{name}: {what} mended in {counted(len(changed), 'label')}, such as {shown_cell(old)} → {shown_cell(new)}"
        )


@lru_cache(maxsize=200_000)
def skeleton(text: str) -> str:
    """What is left of a name when case, accents, punctuation and alphabets that look alike are passed over."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.casefold()))
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(LOOK_ALIKE)
    return "".join(sign for sign in letters if sign.isalnum())


def alphabets(text: str) -> set[str]:
    """Alphabets that the letters of a name are of, such as LATIN and CYRILLIC."""
    return {unicodedata.name(sign, "?").split()[0] for sign in text if sign.isalpha()}


def check_groups(groups: "pd.Series[Any]", findings: Findings) -> None:
    """Refuse groups whose names differ in case, accents, alphabet or zeros only: the same group, written twice."""
    alike = defaultdict(list)
    for label in groups.cat.categories:
        text = skeleton(str(label))
        # A code is one number with or without the zeros at its start.
        alike[text.lstrip("0") if text.isdigit() else text].append(str(label))
    twins = [labels for labels in alike.values() if len(labels) > 1]
    if twins:
        pairs = every(" and ".join(map(shown_cell, labels)) for labels in twins)
        findings.problems.append(
            f"{findings.table} writes {counted(len(twins), 'group')} in two ways ({pairs}). Write each in one way."
        )


def check_twins(frame: pd.DataFrame, findings: Findings) -> None:
    """Refuse places that are one place under two labels: codes that lose a digit, names in another case or alphabet.

    Parameters
    ----------
    frame : pandas.DataFrame
        `place` and `group` (categories of text) and `year` (numbers), without missing cells.
    findings : Findings
        Pairs whose years never meet are one place under two labels, and a problem; pairs that stand side by side in a
        year may be two places, and a doubt.
    """
    years = _years_of_labels(frame)
    _check_codes(years, findings)
    _check_names(years, findings)
    _check_moves(years, findings)


def _check_moves(years: dict[str, dict[str, set[int]]], findings: Findings) -> None:
    """Places that end in one group and go on in another: a group under two names, or places that count as two."""
    given = sorted({year for places in years.values() for seen in places.values() for year in seen})
    following = dict(pairwise(given))
    groups = defaultdict(list)
    for group, places in years.items():
        for place, seen in places.items():
            groups[place].append((min(seen), max(seen), group))
    moves: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for place, stays in groups.items():
        for first, second in pairwise(sorted(stays)):
            if second[0] == following.get(first[1]):
                moves[first[2], second[2], second[0]].append(place)
    renamed = [move for move, places in moves.items() if len(places) == len(years[move[0]]) == len(years[move[1]])]
    if renamed:
        shown = every(f"{shown_cell(old)}, {shown_cell(new)} from {year}" for old, new, year in renamed)
        findings.problems.append(
            f"{findings.table} has {counted(len(renamed), 'group')} whose places all go on in another ({shown}): one "
            "group under two names. Write one name in every year."
        )
    moved = [
        f"{shown_cell(place)} from {shown_cell(old)} to {shown_cell(new)} in {year}"
        for (old, new, year), places in moves.items()
        for place in places
        if (old, new, year) not in renamed
    ]
    if moved:
        findings.doubts.append(
            f"in {counted(len(moved), 'case')} a place ends in one group and goes on in another ({some(moved)}): taken "
            "for two places, each with a part of the years"
        )


def _years_of_labels(frame: pd.DataFrame) -> dict[str, dict[str, set[int]]]:
    """Years of each place, by group and label."""
    places, groups = (frame[name].cat.categories.astype(str).tolist() for name in ("place", "group"))
    keys = frame["group"].cat.codes.to_numpy(np.int64) * len(places) + frame["place"].cat.codes.to_numpy(np.int64)
    order = np.argsort(keys, kind="stable")
    distinct, starts = np.unique(keys[order], return_index=True)
    years = frame["year"].to_numpy(np.int64)[order].tolist()
    ends = [*starts[1:].tolist(), len(years)]
    found: dict[str, dict[str, set[int]]] = defaultdict(dict)
    for key, start, end in zip(distinct.tolist(), starts.tolist(), ends, strict=True):
        group, place = divmod(key, len(places))
        found[groups[group]][places[place]] = set(years[start:end])
    return found


def _check_codes(years: dict[str, dict[str, set[int]]], findings: Findings) -> None:
    """Codes of one place in two lengths: with and without digits at the end, or the zeros at the start."""
    pairs = []
    same = []
    for places in years.values():
        for place, seen in places.items():
            if not _CODE.fullmatch(place):
                continue
            bare = place.lstrip("0")
            if bare and bare != place and bare in places and seen & places[bare]:
                same.append((place, bare))
            shorter = [place[:length] for length in range(FEWEST_DIGITS, len(place))] + [place.lstrip("0")]
            pairs += [
                (place, other)
                for other in dict.fromkeys(shorter)
                if other and other != place and other in places and not seen & places[other]
            ]
    if same:
        shown = every(f"{shown_cell(long)} and {shown_cell(short)}" for long, short in same)
        findings.problems.append(
            f"{findings.table} has {counted(len(same), 'pair')} of codes of one group that are the same number "
            f"({shown}). Write the same code in every year."
        )
    if pairs:
        shown = every(f"{shown_cell(long)} and {shown_cell(short)}" for long, short in pairs)
        findings.problems.append(
            f"{findings.table} has {counted(len(pairs), 'pair')} of codes of which one is the other cut short, never "
            f"in the same year ({shown}): the codes changed their length. Write the same code in every year."
        )


def _check_names(years: dict[str, dict[str, set[int]]], findings: Findings) -> None:
    problems: list[tuple[str, str]] = []
    doubts: list[tuple[str, str]] = []
    for places in years.values():
        alike = defaultdict(list)
        for place in places:
            alike[skeleton(place)].append(place)
        for labels in alike.values():
            for position, first in enumerate(labels):
                for second in labels[position + 1 :]:
                    foreign = alphabets(first) != alphabets(second)
                    apart = not places[first] & places[second]
                    (problems if foreign or apart else doubts).append((first, second))
    if problems:
        findings.problems.append(
            f"{findings.table} has {counted(len(problems), 'pair')} of places whose names differ in case, accents or "
            f"alphabet only ({every(_pairs(problems))}). Where they are one place, write it in one way in every year."
        )
    if doubts:
        findings.doubts.append(
            f"{counted(len(doubts), 'pair')} of places of one group whose names differ in case or accents only "
            f"({some(_pairs(doubts))}): taken for different places, since both stand in the same years"
        )


def _pairs(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{_spelt(first, second)} and {_spelt(second, first)}" for first, second in pairs]


def _spelt(label: str, other: str) -> str:
    """A label as it is shown beside its twin; letters of another alphabet, which look alike, are named."""
    odd = sorted(alphabets(label) - {"LATIN"}) if alphabets(label) != alphabets(other) else []
    return shown_cell(label) + (f" (with {', '.join(odd).title()} letters)" if odd else "")
