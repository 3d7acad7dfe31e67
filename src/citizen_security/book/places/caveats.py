"""What to beware of in the figures of a place, and whose they are, from the shipped tables and their description."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citizen_security.book.places.records import Place
from citizen_security.book.places.sentences import periods

# Who publishes the figures of a country's states and cities, by the beginnings of their names in the description.
PUBLISHERS: Mapping[str, tuple[str, ...]] = {
    "BRA": ("IPEA",),
    "COL": ("Policía Nacional", "DANE"),
    "MEX": ("INEGI", "CONAPO"),
    "ECU": ("Ministerio del Interior",),
}
# Of a country's homicides: the first two that the table of countries names.
OF_COUNTRIES = ("United Nations Office on Drugs and Crime", "United Nations, World Population Prospects")


@dataclass(frozen=True)
class Source:
    """A publisher with its release, and its address where it has one."""

    title: str
    address: str


def publishers(place: Place, descriptions: Mapping[str, Mapping[str, Any]]) -> list[Source]:
    """Publishers of a place's figures, of those that its table names.

    Parameters
    ----------
    place : Place
    descriptions : mapping
        Name of a table → its description.
    """
    named = descriptions[place.source_table]["sources"]
    wanted = OF_COUNTRIES if place.kind == "country" else PUBLISHERS.get(place.iso3, ("",))
    found = [it for it in named if it["title"].startswith(wanted)]
    return [Source(it["title"], it.get("path", "")) for it in found or named]


def caveats(place: Place, resource: Mapping[str, Any]) -> list[str]:
    """Breaks and doubts of a place's series.

    Parameters
    ----------
    place : Place
    resource : mapping
        Description of the table that the place comes from.

    Returns
    -------
    list of str
        Doubts of single years first, then the table's notes on the country or the place.
    """
    return [*_by_text(place), *_of_table(place, resource["notes"])]


def _by_text(place: Place) -> list[str]:
    """Each doubt once, with the years that it is about; those of a state are about its population."""
    years: dict[str, list[int]] = {}
    for year in place.figures:
        parts = [year.note] if place.kind == "state" else year.note.split("; ")
        for part in filter(None, parts):
            years.setdefault(part, []).append(year.year)
    what = "Population " if place.kind == "state" else ""
    return [f"{what}{periods(them)}: {part}." for part, them in years.items()]


def _of_table(place: Place, notes: Sequence[str]) -> list[str]:
    """Notes that begin with the country's code or name the place."""
    if place.kind == "country":
        # The notes on countries name several by their codes; what they say of one stands in its years.
        return []
    own = f"{place.iso3}: "
    named = re.compile(rf"\b{re.escape(place.name.split(',')[0])}\b")
    of_country = [_sentence(note.removeprefix(own)) for note in notes if note.startswith(own)]
    return [*of_country, *(note for note in notes if not note.startswith(own) and named.search(note))]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
