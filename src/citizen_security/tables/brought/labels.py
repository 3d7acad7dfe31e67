"""Names and codes of units: blanks and accents that do not show, `.0` behind a code, and twins of one name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.tables.brought.findings import Findings, counted, shown_cell, some

# Small letters of Greek and Cyrillic that look like Latin ones (Unicode Technical Standard 39).
LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝвкмнтгαοερνικυτχηβμзб",
    "aeopcyxijshdqwbkmhtraoepvikutxnbm3b",
)

# Codes shorter than this are no cut ones: 12 is not 1234 without its end.
FEWEST_DIGITS = 4

_CODE = re.compile(r"\d+")
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
    steps: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("accents written as separate characters", lambda text: unicodedata.normalize("NFC", text)),
        ("characters that do not show", _visible),
        ("blanks at an end or more than one in a row", lambda text: " ".join(text.split())),
    )
    for what, step in steps:
        cleaned = [step(text) for text in texts]
        _note(name, what, texts, cleaned, findings)
        texts = cleaned
    stripped = [_without_point_zero(text) for text in texts]
    if all(_CODE.fullmatch(text) or not text for text in stripped):
        _note(name, "“.0” behind a code", texts, stripped, findings)
        texts = stripped
    codes, distinct = pd.factorize(pd.Series(texts, dtype=object))
    positions = labels.cat.codes.to_numpy()
    kept = [text or None for text in distinct]
    recoded = np.where(positions < 0, -1, codes[positions])
    blank = [position for position, text in enumerate(kept) if text is None]
    recoded = np.where(np.isin(recoded, blank), -1, recoded)
    named = pd.Index([str(text) if text else f"\0{position}" for position, text in enumerate(distinct)])
    found = pd.Series(pd.Categorical.from_codes(recoded.astype(np.int64), categories=named), index=cells.index)
    return found.cat.remove_unused_categories()


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


def skeleton(text: str) -> str:
    """What is left of a name when case, accents, punctuation and alphabets that look alike are passed over."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(LOOK_ALIKE)
    return "".join(sign for sign in letters if sign.isalnum())


def alphabets(text: str) -> set[str]:
    """Alphabets that the letters of a name are of, such as LATIN and CYRILLIC."""
    return {unicodedata.name(sign, "?").split()[0] for sign in text if sign.isalpha()}


def check_groups(groups: "pd.Series[Any]", findings: Findings) -> None:
    """Refuse groups whose names differ in case, accents or alphabet only: the same group, written twice."""
    alike = defaultdict(list)
    for label in groups.cat.categories:
        alike[skeleton(str(label))].append(str(label))
    twins = [labels for labels in alike.values() if len(labels) > 1]
    if twins:
        pairs = some(" and ".join(map(shown_cell, labels[:2])) for labels in twins)
        findings.problems.append(
            f"{findings.table} writes {counted(len(twins), 'group')} in two ways ({pairs}). Write each group in one "
            f"way."
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


def _years_of_labels(frame: pd.DataFrame) -> dict[str, dict[str, set[int]]]:
    """Years of each place, by group and label."""
    found: dict[str, dict[str, set[int]]] = defaultdict(dict)
    keys = frame[["group", "place", "year"]].drop_duplicates()
    for (group, place), rows in keys.groupby(["group", "place"], observed=True)["year"]:
        found[str(group)][str(place)] = set(rows.astype(int))
    return found


def _check_codes(years: dict[str, dict[str, set[int]]], findings: Findings) -> None:
    """Codes of one place in two lengths: with and without digits at the end, or the zeros at the start."""
    pairs = []
    for places in years.values():
        for place, seen in places.items():
            if not _CODE.fullmatch(place):
                continue
            shorter = [place[:length] for length in range(FEWEST_DIGITS, len(place))] + [place.lstrip("0")]
            pairs += [
                (place, other)
                for other in dict.fromkeys(shorter)
                if other and other != place and other in places and not seen & places[other]
            ]
    if pairs:
        shown = some(f"{shown_cell(long)} and {shown_cell(short)}" for long, short in pairs)
        findings.problems.append(
            f"{findings.table} has {counted(len(pairs), 'pair')} of codes of which one is the other cut short, never "
            f"in the "
            f"same year ({shown}): the codes changed their length. Write the same code in every year."
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
            f"alphabet only ({_pairs(problems)}). Where they are one place, write it in one way in every year."
        )
    if doubts:
        findings.doubts.append(
            f"{counted(len(doubts), 'pair')} of places of one group whose names differ in case or accents only "
            f"({_pairs(doubts)}): taken for different places, since both stand in the same years"
        )


def _pairs(pairs: list[tuple[str, str]]) -> str:
    return some(f"{_spelt(first, second)} and {_spelt(second, first)}" for first, second in pairs)


def _spelt(label: str, other: str) -> str:
    """A label as it is shown beside its twin; letters of another alphabet, which look alike, are named."""
    odd = sorted(alphabets(label) - {"LATIN"}) if alphabets(label) != alphabets(other) else []
    return shown_cell(label) + (f" (with {', '.join(odd).title()} letters)" if odd else "")
