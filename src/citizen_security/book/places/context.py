"""All that pages of places are made from, read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from citizen_security.book.places.records import Place
from citizen_security.book.places.studies import Evidence
from citizen_security.figures.places.place_map import Drawn, draw
from citizen_security.figures.places.shapes import Point, Polygon

if TYPE_CHECKING:
    import pandas as pd

# How many places a page names as being like its own.
ALIKE = 5


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a page of a place may tell.

    Attributes
    ----------
    places : mapping
        Key → place.
    shapes : mapping
        Key of a country, a territory or a state → polygons, where a map shows them.
    points : mapping
        Key of a city → longitude and latitude in degrees.
    borders : mapping
        Key → keys of the places that share a border with it.
    evidence : Evidence
    register : sequence of mapping
        Rows of the table `programmes`.
    titles : mapping
        Address of another page of the book → its title.
    country_year : pandas.DataFrame
    descriptions : mapping
        Name of a table → its description.
    level : float
        Probability of the intervals of the run.
    """

    places: Mapping[str, Place]
    shapes: Mapping[str, Sequence[Polygon]]
    points: Mapping[str, Point]
    borders: Mapping[str, Sequence[str]]
    evidence: Evidence
    register: Sequence[Mapping[str, Any]]
    titles: Mapping[str, str]
    country_year: "pd.DataFrame"
    descriptions: Mapping[str, Mapping[str, Any]]
    level: float

    def within(self, place: Place) -> list[Place]:
        """Places that lie in one, by their names."""
        return self._by_parent.get(place.key, [])

    def peers(self, place: Place) -> list[Place]:
        """Other places of its kind: of the region for a country, of its country for others."""
        return [it for it in self._by_group[place.group] if it.key != place.key]

    def twin(self, place: Place) -> Place | None:
        """The state that has the very counts of a city, or the city that has those of a state; None if none has."""
        if place.kind == "city":
            others = [it for it in [self.places.get(place.parent)] if it]
        else:
            others = [it for it in self.within(place) if place.kind == "state" and it.kind == "city"]
        return next((it for it in others if _same_counts(place, it)), None)

    def alike(self, place: Place) -> list[Place]:
        """The peers whose risk now is nearest, the nearest first; none where the place has no risk."""
        if place.now is None:
            return []
        risk = place.now.risk.value
        nearness = [(abs(it.now.risk.value - risk), it.key) for it in self.peers(place) if it.now]
        return [self.places[key] for _, key in sorted(nearness)[:ALIKE]]

    def last_year(self, place: Place) -> int:
        """The last year that the place's table has of any of its peers."""
        return max(it.latest.year for it in [place, *self.peers(place)] if it.latest)

    def map_with(self, place: Place) -> Drawn | None:
        """The map of a place: a country or a state among its like, a city's state alone; None where there is none."""
        if place.kind == "city":
            return self._of_states.get(place.parent)
        drawn = self._of_groups.get("" if place.kind == "country" else place.iso3)
        return drawn if drawn and place.key in drawn.outlines else None

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the places by their keys."""
        return {place.key: place.name for place in self.places.values()}

    @cached_property
    def _by_parent(self) -> dict[str, list[Place]]:
        return _grouped(sorted(self.places.values(), key=lambda it: it.name), lambda it: it.parent)

    @cached_property
    def _by_group(self) -> dict[str, list[Place]]:
        return _grouped(self.places.values(), lambda it: it.group)

    @cached_property
    def _of_groups(self) -> dict[str, Drawn]:
        """The region under the empty name, and the states of a country under its code."""
        groups: dict[str, dict[str, Sequence[Polygon]]] = {}
        for key, polygons in self.shapes.items():
            groups.setdefault(key.split("-")[0] if "-" in key else "", {})[key] = polygons
        return {name: draw(shapes) for name, shapes in groups.items()}

    @cached_property
    def _of_states(self) -> dict[str, Drawn]:
        return {key: draw({key: self.shapes[key]}) for key in self._by_parent if "-" in key and key in self.shapes}


def _same_counts(one: Place, other: Place) -> bool:
    """Whether two places have the same number of deaths in every year that both have a figure of."""
    counts, others = ({it.year: it.homicides for it in place.figures} for place in (one, other))
    years = counts.keys() & others.keys()
    return bool(years) and all(counts[year] == others[year] for year in years)


def _grouped(places: Iterable[Place], group: Callable[[Place], str]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(group(place), []).append(place)
    return found
