"""A map of programmes that follows the filters of their page: how many of those in sight each country has.

The picture of all programmes is there without scripts; `book/_static/claims.js` counts again what its filters leave. A
country of which no programme is in sight is hatched and has no zero: the register may lack its programmes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from citizen_security.figures.places.shapes import Outline, Polygon, Window, fit, outlines
from citizen_security.words import counted

WIDTH, TALLEST = 520, 600
# Fewest programmes of each shade; `claims.js` reads them from the page.
SHADES = (1, 2, 4)
NONE = "none in sight"


@dataclass(frozen=True)
class Country:
    """A country on the map.

    Attributes
    ----------
    name : str
    polygons : sequence
        Its shape.
    programmes : int
        How many of all programmes it has.
    """

    name: str
    polygons: Sequence[Polygon]
    programmes: int


def programme_map(countries: Mapping[str, Country], programmes: int) -> str:
    """The map with its title, its key, and what it shows in words.

    Parameters
    ----------
    countries : mapping
        Code → country.
    programmes : int
        How many there are; one of several countries is counted in each of them.

    Returns
    -------
    str
        A `figure` element, without blank lines.
    """
    window = fit([it.polygons for it in countries.values()], WIDTH, TALLEST)
    drawn = outlines({code: it.polygons for code, it in countries.items()}, window)
    shapes = "".join(_drawn(code, it, drawn[code], window) for code, it in countries.items())
    # Above all shapes: a neighbour would cover a number that reaches into it.
    numbers = "".join(_number(code, it, window) for code, it in countries.items())
    counts = {it.name: it.programmes for it in countries.values() if it.programmes}
    shades = " ".join(map(str, SHADES))
    return (
        f'<figure class="programme-map" data-shades="{shades}">'
        f'<figcaption><b class="map-title">{escape(map_title(programmes, len(counts)))}</b></figcaption>'
        f'<svg role="img" aria-labelledby="programmes-by-country" viewBox="0 0 {window.width} {window.height}">'
        f"{_HATCH}{shapes}{numbers}</svg>{_key()}"
        f'<p class="map-said" id="programmes-by-country">{escape(map_in_words(counts, programmes))}</p>'
        '<p class="map-left-out"></p></figure>'
    )


def map_title(programmes: int, countries: int) -> str:
    """What the map shows: how many programmes, in how many countries."""
    if not programmes:
        return "No programme in sight"
    return f"{counted(programmes, 'programme').capitalize()} in {counted(countries, 'country', 'countries')}"


def map_in_words(counts: Mapping[str, int], programmes: int) -> str:
    """What the map shows, for who does not see it; `claims.js` says the same of what its filters leave.

    Parameters
    ----------
    counts : mapping of str to int
        Programmes of each country that has one, by its name.
    programmes : int
        How many there are.

    Returns
    -------
    str
    """
    if not counts:
        return f"Programmes by country: {NONE}."
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    told = f"Programmes by country: {', '.join(f'{name} {count}' for name, count in ranked)}."
    return told + (" A programme of several countries counts in each." if sum(counts.values()) > programmes else "")


def shades_in_words() -> list[str]:
    """How many programmes each shade stands for."""
    ends = [str(low) if high == low + 1 else f"{low} to {high - 1}" for low, high in pairwise(SHADES)]
    return [*ends, f"{SHADES[-1]} or more"]


_HATCH = (
    '<defs><pattern id="no-programme" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)


def _drawn(code: str, country: Country, shape: Outline, window: Window) -> str:
    mark = f'class="{_kind(country.programmes)}" data-place="{code}" data-name="{escape(country.name)}"'
    # A place that is too small to be seen has a ring beside its number.
    ring = f'<circle {mark} cx="{shape.dot[0]}" cy="{shape.dot[1]}" r="5"/>' if shape.dot else ""
    return f'<path {mark} d="{shape.path}"/>{ring}'


def _number(code: str, country: Country, window: Window) -> str:
    x, y = _middle(country.polygons, window)
    return f'<text data-place="{code}" x="{x}" y="{y}">{country.programmes or ""}</text>'


def _middle(polygons: Iterable[Polygon], window: Window) -> tuple[int, int]:
    """Middle of the part of a place that is drawn largest."""
    rings = [[window.project(point) for point in polygon[0]] for polygon in polygons]
    largest = max(rings, key=lambda ring: _reach(ring, 0) * _reach(ring, 1))
    across, down = ((min(places) + max(places)) / 2 for places in zip(*largest, strict=True))
    return round(across), round(down)


def _reach(ring: Sequence[tuple[float, float]], at: int) -> float:
    places = [point[at] for point in ring]
    return max(places) - min(places)


def _kind(programmes: int) -> str:
    """Class of the style sheet: `none`, or `some-1` to `some-3`."""
    shade = sum(programmes >= least for least in SHADES)
    return f"some-{shade}" if shade else "none"


def _key() -> str:
    words = enumerate(shades_in_words(), start=1)
    shades = "".join(f'<li><span class="some-{shade}"></span>{it}</li>' for shade, it in words)
    return f'<ul class="map-key">{shades}<li><span class="none"></span>{NONE}, which is no zero</li></ul>'
