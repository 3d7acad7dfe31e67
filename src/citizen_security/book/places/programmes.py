"""Programmes of a place, as the shipped register has them, and the pages of the book that evaluate one there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citizen_security.book.places.records import Place
from citizen_security.book.places.studies import rows_of

# Pages that evaluate a programme, by their names in `programmes/`, with the places that they are about. A page is also
# one of the places that these lie in.
EVALUATED: Mapping[str, tuple[str, ...]] = {
    "did_the_state_of_exception_do_it": ("SLV",),
    "did_sao_paulos_policies_work": ("BRA-SP", "BRA-3550308"),
    "did_pacification_bring_peace": ("BRA-3304557",),
    "did_alto_al_fuego_do_it": ("MEX-09",),
    "did_morelias_police_do_it": ("MEX-16053",),
    "did_ecuadors_armed_conflict_end_the_rise": ("ECU",),
    "did_prevention_keep_costa_rica_peaceful": ("CRI",),
    "does_community_policing_build_trust": ("COL", "MEX"),
}


@dataclass(frozen=True)
class Programme:
    """A programme as a page of a place lists it: every field is text, empty where the register has nothing."""

    name: str
    place: str
    years: str
    studies: int


def evaluations_of(place: Place, places: Mapping[str, Place]) -> list[str]:
    """Names of the pages that evaluate a programme in a place or in what lies in it.

    Parameters
    ----------
    place : Place
    places : mapping
        Key → place.
    """
    return [page for page, keys in EVALUATED.items() if any(place.key in _chain(key, places) for key in keys)]


def programmes_at(place: Place, within: Iterable[Place], register: Sequence[Mapping[str, Any]]) -> list[Programme]:
    """Programmes of a place, or of a place within it, by first year and name; those without a year stand last.

    Parameters
    ----------
    place : Place
        A country has all programmes of it.
    within : iterable of Place
        Cities of a state: their programmes are its own too.
    register : sequence of mapping
        Rows of the table `programmes`.
    """
    chosen = rows_of(place, within, register)
    ordered = sorted(chosen, key=lambda row: (row["start_year"] is None, row["start_year"] or 0, row["name"]))
    return [_programme(row) for row in ordered]


def _programme(row: Mapping[str, Any]) -> Programme:
    studies = len(str(row["studies"]).split(";")) if row["studies"] else 0
    return Programme(row["name"], row["place"] or "", _years(row["start_year"], row["end_year"]), studies)


def _years(first: int | None, last: int | None) -> str:
    if first is None:
        return "first year not found"
    return f"{int(first)} to {int(last)}" if last else f"from {int(first)}"


def _chain(key: str, places: Mapping[str, Place]) -> list[str]:
    """A place and all that it lies in."""
    chain = []
    while key in places:
        chain.append(key)
        key = places[key].parent
    return chain
