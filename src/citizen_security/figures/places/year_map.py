"""A map whose colours are the homicide rates of a year that the reader chooses.

The picture of the first year is there without scripts; `book/_static/map.js` recolours it from the values beside it.
Rates are colours, in classes that a grey print keeps apart; counts are circles, since a colour for a count would say
how large a place is. What is missing is hatched, and never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import sqrt
from typing import Any

from citizen_security.figures.embed import inert_json
from citizen_security.figures.places.shapes import Outline, Polygon, Window, fit, outlines

WIDTH, TALLEST = 640, 680
# Lower ends of all classes but the first: victims per 100,000.
CLASSES = (5, 10, 20, 30, 50)
LARGEST_CIRCLE = 34.0
# The map opens on the last year in which so many of the places have a figure.
ENOUGH = 0.75


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A place on the map.

    Attributes
    ----------
    name : str
    address : str
        Of its page, from the page of the map.
    values : mapping
        Year → rate per 100,000, or count.
    polygons : sequence
        Its shape.
    """

    name: str
    address: str
    values: Mapping[int, float]
    polygons: Sequence[Polygon]


@dataclass(frozen=True, kw_only=True)
class Level:
    """Places that are shown together.

    Attributes
    ----------
    label : str
        Such as `Countries of the region`.
    places : mapping
        Key → place.
    counts : bool
        Whether the values are counts.
    land : sequence
        Shapes without figures of their own, for orientation.
    """

    label: str
    places: Mapping[str, Shown]
    counts: bool = False
    land: Sequence[Sequence[Polygon]] = ()

    @property
    def years(self) -> range:
        """The years over which any place has a value."""
        years = [year for place in self.places.values() for year in place.values]
        return range(min(years), max(years) + 1)

    @property
    def first_shown(self) -> int:
        """The last year in which enough places have a value, or the year in which most have one."""
        there = {year: sum(year in place.values for place in self.places.values()) for year in self.years}
        enough = [year for year, number in there.items() if number >= ENOUGH * len(self.places)]
        return max(enough, default=max(there, key=lambda year: (there[year], year)))


def year_map(levels: Mapping[str, Level]) -> str:
    """A map by year with its controls, its legend and its values.

    Parameters
    ----------
    levels : mapping
        Name of a level, for the address → level; the first is shown at first.

    Returns
    -------
    str
        A `figure` element.

    Raises
    ------
    ValueError
        If there is no level.
    """
    if not levels:
        raise ValueError("there is no level to draw; give at least one")
    windows = {
        name: fit([it.polygons for it in level.places.values()], WIDTH, TALLEST) for name, level in levels.items()
    }
    first, shown = next(iter(levels.items()))
    drawn = "".join(_group(name, level, windows[name], hidden=name != first) for name, level in levels.items())
    box = f"0 0 {windows[first].width} {windows[first].height}"
    data = {"classes": CLASSES, "levels": {name: _data(level, windows[name]) for name, level in levels.items()}}
    return (
        f'<figure class="year-map">{_controls(levels, shown)}'
        f'<figcaption><b class="map-title">{_title(shown)}</b></figcaption>'
        f'<svg role="img" aria-label="{escape(_words(shown))}" viewBox="{box}">{_HATCH}{drawn}</svg>{_legend()}'
        f'<p class="map-status" role="status">{escape(summary(shown, shown.first_shown))}</p>'
        '<p class="map-pointed"></p><p class="ignored" role="status"></p>'
        f'<script type="application/json">{inert_json(data)}</script></figure>'
    )


def summary(level: Level, year: int) -> str:
    """What a year's map says, in a sentence; `map.js` says the same of the other years."""
    there = {place.name: place.values[year] for place in level.places.values() if year in place.values}
    if not there:
        return f"{year}: no figure."
    high, low = (choose(there, key=lambda name: there[name]) for choose in (max, min))
    return (
        f"{year}: figures for {len(there)} of {len(level.places)}; highest {high}, {_short(there[high])}; "
        f"lowest {low}, {_short(there[low])}."
    )


def class_of(value: float | None) -> str:
    """Class of the style sheet for a rate, from `rate-0` to `rate-5`; `missing` where there is none."""
    return "missing" if value is None else f"rate-{sum(value >= lower for lower in CLASSES)}"


_HATCH = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)


def _controls(levels: Mapping[str, Level], shown: Level) -> str:
    choices = "".join(
        f'<option value="{escape(name)}">{escape(level.label)}</option>' for name, level in levels.items()
    )
    years = f'min="{shown.years[0]}" max="{shown.years[-1]}" value="{shown.first_shown}"'
    return (
        f'<div class="map-controls scripted" hidden><label>Show <select name="level">{choices}</select></label> '
        f'<label>Year <input type="range" name="year" {years}></label></div>'
    )


def _title(level: Level) -> str:
    unit = "Homicides" if level.counts else "Homicides per 100,000 people"
    return f"{unit}, {level.first_shown}"


def _words(level: Level) -> str:
    return f"Map, {level.label}: the places in colours by their homicide rate. All figures are in the list of places."


def _group(name: str, level: Level, window: Window, *, hidden: bool) -> str:
    # All at once: those that share a border are to share its corners.
    shapes: dict[int | str, Sequence[Polygon]] = dict(enumerate(level.land))
    shapes |= {key: it.polygons for key, it in level.places.items()}
    shown = outlines(shapes, window)
    land = "".join(shown[number].path for number, _ in enumerate(level.land))
    ground = f'<path class="land" d="{land}"/>' if land else ""
    drawn = "".join(_drawn(key, place, level, window, shown[key]) for key, place in level.places.items())
    return f'<g data-level="{escape(name)}"{" hidden" if hidden else ""}>{ground}{drawn}</g>'


def _drawn(key: str, place: Shown, level: Level, window: Window, shape: Outline) -> str:
    value = place.values.get(level.first_shown)
    mark = f'data-place="{escape(key)}"'
    if level.counts:
        x, y = _middle(place.polygons, window)
        kind = "land missing" if value is None else "land"
        circle = f'<circle {mark} class="count" cx="{x}" cy="{y}" r="{_radius(value, level):.1f}"/>'
        return f'<path {mark} class="{kind}" d="{shape.path}"/>{circle}'
    kind = class_of(value)
    return f'<path {mark} class="{kind}" d="{shape.path}"/>{_island(shape, mark, kind)}'


def _island(shape: Outline, mark: str, kind: str) -> str:
    """A dot on a place that is too small to be seen."""
    return f'<circle {mark} class="{kind}" cx="{shape.dot[0]}" cy="{shape.dot[1]}" r="6"/>' if shape.dot else ""


def _middle(polygons: Sequence[Polygon], window: Window) -> tuple[int, int]:
    """Centre of the largest part of a place."""
    rings = [polygon[0] for polygon in polygons]
    areas = [sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) for ring in rings]
    area, ring = max(zip(areas, rings, strict=True), key=lambda pair: abs(pair[0]))
    x, y = (
        sum((one[at] + two[at]) * (one[0] * two[1] - two[0] * one[1]) for one, two in pairwise(ring)) / (3 * area)
        for at in (0, 1)
    )
    across, down = window.project((x, y))
    return round(across), round(down)


def _radius(value: float | None, level: Level) -> float:
    """Of a circle whose area is to the largest one's as the counts are to each other."""
    highest = max(it for place in level.places.values() for it in place.values.values())
    return 0.0 if not value else LARGEST_CIRCLE * sqrt(value / highest)


def _legend() -> str:
    lower = (0, *CLASSES)
    ends = [f"{low}–{high}" for low, high in pairwise(lower)] + [f"{lower[-1]} and more"]
    classes = "".join(f'<li><span class="rate-{number}"></span>{words}</li>' for number, words in enumerate(ends))
    return f'<ul class="map-legend">{classes}<li><span class="missing"></span>no figure</li></ul>'


def _data(level: Level, window: Window) -> dict[str, Any]:
    years = level.years
    return {
        "label": level.label,
        "counts": level.counts,
        "first": years[0],
        "last": years[-1],
        "year": level.first_shown,
        "box": [window.width, window.height],
        "places": {
            key: [place.name, place.address, [_rounded(place.values.get(year)) for year in years]]
            for key, place in level.places.items()
        },
    }


def _rounded(value: float | None) -> float | None:
    """To more digits than a reader is told, so that what is told is rounded once."""
    return None if value is None else float(f"{value:.5g}")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
