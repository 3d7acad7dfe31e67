"""Studies of what was tried in a place, with their strength, as the shipped tables code them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citizen_security.book.places.numbers import change
from citizen_security.book.places.records import Place, folded
from citizen_security.words import attributed, listed

# Names of places that studies write otherwise than the tables of figures do.
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {"MEX-09": ("Mexico City",), "MEX-15": ("State of Mexico",)}
# After the name of a state that is that of a city too.
OF_A_STATE = ("state", "province")
RATIOS = ("rate_ratio", "odds_ratio")
PERCENT = ("percent_change", "percent_vs_expected")
# Of an outcome that compares two, and of the ends of each.
COMPARED = re.compile(r"(?P<what>[^:]+): (?P<first>.+) vs (?P<second>.+)")
# A study may have many outcomes; a page is not the place for all of them.
MOST_EFFECTS = 2


@dataclass(frozen=True)
class Study:
    """A study as a page of a place lists it: every field is text as it stands in a table, or a label for it."""

    reference: str
    title: str
    doi: str
    place: str
    tried: str
    strength: str
    direction: str
    effects: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """Shipped tables of studies.

    Attributes
    ----------
    studies, effects, interventions, directions, maryland_levels : sequence of mapping
        Rows of the tables of these names.
    """

    studies: Sequence[Mapping[str, Any]]
    effects: Sequence[Mapping[str, Any]]
    interventions: Sequence[Mapping[str, Any]]
    directions: Sequence[Mapping[str, Any]]
    maryland_levels: Sequence[Mapping[str, Any]]


def studies_at(place: Place, within: Iterable[Place], evidence: Evidence) -> list[Study]:
    """Studies of a place, or of a place within it; the strongest design first, then by name and year.

    Parameters
    ----------
    place : Place
        A country has all studies with a site in it.
    within : iterable of Place
        Cities of a state: their studies are its own too.
    evidence : Evidence
    """
    chosen = rows_of(place, within, evidence.studies)
    ordered = sorted(chosen, key=lambda row: (-(row["maryland_level"] or 0), _reference(row)))
    return [_study(row, evidence) for row in ordered]


def rows_of(place: Place, within: Iterable[Place], rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Rows with a country and a place in words that are of a place, or of a place within it.

    Parameters
    ----------
    place : Place
        A country has all rows of it.
    within : iterable of Place
    rows : iterable of mapping
        With `iso3` (several divided by semicolons) and `place`.
    """
    there = [place, *within]
    of_country = [row for row in rows if place.iso3 in str(row["iso3"] or "").split(";")]
    return [row for row in of_country if place.kind == "country" or any(_names(row["place"], it) for it in there)]


def _names(studied: str | None, place: Place) -> bool:
    """Whether the place of a study is a city or a state, by its name as whole words."""
    words = f"-{folded(studied or '')}-"
    for name in (place.name.split(",")[0], *ALSO_CALLED.get(place.key, ())):
        following = re.findall(rf"-{re.escape(folded(name))}-(?=([a-z]*))", words) if folded(name) else []
        # Where the study says state, the city of the same name is not meant.
        if any(place.kind == "state" or word not in OF_A_STATE for word in following):
            return True
    return False


def _study(row: Mapping[str, Any], evidence: Evidence) -> Study:
    levels = {it["maryland_level"]: it["label"] for it in evidence.maryland_levels}
    level = row["maryland_level"]
    effects = (it for it in evidence.effects if it["study_id"] == row["study_id"])
    return Study(
        reference=_reference(row),
        title=row["title"],
        doi=row["doi"] or "",
        place=row["place"] or "",
        tried=listed(_labels(row["intervention_category"], evidence.interventions)),
        strength=f"{int(level)} of 5: {levels[level]}" if level else "not coded",
        direction=_labels(row["effect_direction"] or "unknown", evidence.directions)[0],
        effects=tuple(filter(None, map(_effect, effects)))[:MOST_EFFECTS],
    )


def _labels(terms: str, scheme: Sequence[Mapping[str, Any]]) -> list[str]:
    """Labels of terms in a table of the coding scheme; a term that it has not stands for itself."""
    known = {term: row["label"] for row in scheme for term in str(row["terms"]).split("|")}
    return list(dict.fromkeys(known.get(term, term) for term in terms.split(";")))


def _reference(row: Mapping[str, Any]) -> str:
    return f"{attributed(row['authors'], row['title'])} ({row['year']})"


def _effect(row: Mapping[str, Any]) -> str:
    """A published effect in percent, with its interval and the level of that; empty where it is on another scale."""
    printed = [row[name] for name in ("estimate", "confidence_low", "confidence_high")]
    if row["metric"] not in (*RATIOS, *PERCENT) or printed[0] is None:
        return ""
    outcome, numbers = _turned(row, printed)
    estimate, *ends = [_percent(number, row["metric"]) for number in numbers]
    level = f"{row['confidence_level']:g}% interval" if row["confidence_level"] else "interval of a level not printed"
    interval = f"{level} {ends[0]} to {ends[1]}" if all(ends) else "no interval printed"
    return f"{outcome}: {estimate} ({interval})"


def _turned(row: Mapping[str, Any], numbers: Sequence[float | None]) -> tuple[str, Sequence[float | None]]:
    """An outcome and its numbers; a ratio that compares less of what was tried with more of it is turned round.

    Where more is better by its sign though the outcome is a harm, a benefit would be printed as a rise.
    """
    compared = COMPARED.fullmatch(row["outcome"])
    harm = row["outcome_category"] != "trust"
    if compared is None or row["metric"] not in RATIOS or row["beneficial_sign"] != 1 or not harm:
        return row["outcome"], numbers
    value, low, high = (None if it is None else 1 / it for it in numbers)
    return f"{compared['what']}: {compared['second']} vs {compared['first']}", (value, high, low)


def _percent(number: float | None, metric: str) -> str:
    return "" if number is None else change(100 * (number - 1) if metric in RATIOS else number)
