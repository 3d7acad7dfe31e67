"""A small map with a place marked: inline SVG in the page's colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from citizen_security.figures.places.shapes import Outline, Point, Polygon, Window, fit, outlines

WIDTH, TALLEST = 300, 330


@dataclass(frozen=True)
class Drawn:
    """Places on a map, each of which a page may mark.

    Attributes
    ----------
    window : Window
    outlines : mapping
        Place → outline.
    """

    window: Window
    outlines: Mapping[str, Outline]


def draw(shapes: Mapping[str, Sequence[Polygon]]) -> Drawn:
    """Places on a small map that they fill.

    Parameters
    ----------
    shapes : mapping
        Place → polygons.

    Returns
    -------
    Drawn
    """
    window = fit(shapes.values(), WIDTH, TALLEST)
    return Drawn(window, outlines(shapes, window))


def place_map(drawn: Drawn, marked: str, words: str) -> str:
    """A map of places of which one is marked.

    Parameters
    ----------
    drawn : Drawn
    marked : str
        One of its places.
    words : str
        What the map shows, for a reader who does not see it.

    Returns
    -------
    str
        An `svg` element.

    Raises
    ------
    KeyError
        If the marked place is not on the map.
    """
    own = drawn.outlines[marked]
    others = [it for place, it in drawn.outlines.items() if place != marked]
    dots = "".join(_dot(it.dot, "land", 2) for it in others if it.dot)
    ring = _dot(own.dot, "mark", 5) if own.dot else ""
    # One path for all the others: a page carries a map of its own.
    land = f'<path class="land" d="{"".join(it.path for it in others)}"/>' if others else ""
    return _picture(f'{land}{dots}<path class="mark" d="{own.path}"/>{ring}', drawn.window, words)


def city_map(state: Drawn, cities: Mapping[str, Point], marked: str, words: str) -> str:
    """A map of a state with a dot for each city, of which one is marked.

    Parameters
    ----------
    state : Drawn
        The state alone.
    cities : mapping
        City → longitude and latitude in degrees.
    marked : str
        One of the cities.
    words : str
        What the map shows, for a reader who does not see it.

    Returns
    -------
    str
        An `svg` element.

    Raises
    ------
    KeyError
        If the marked city has no place.
    """
    placed = {name: _whole(state.window.project(at)) for name, at in cities.items()}
    others = "".join(_dot(at, "town", 3) for name, at in placed.items() if name != marked)
    land = "".join(f'<path class="land" d="{it.path}"/>' for it in state.outlines.values())
    return _picture(f"{land}{others}{_dot(placed[marked], 'mark', 6)}", state.window, words)


def _picture(drawn: str, window: Window, words: str) -> str:
    return (
        f'<svg class="place-map" role="img" aria-label="{escape(words)}" viewBox="0 0 {window.width} {window.height}"'
        f' width="{window.width}" height="{window.height}">{drawn}</svg>'
    )


def _dot(at: tuple[int, int], kind: str, radius: int) -> str:
    return f'<circle class="{kind}" cx="{at[0]}" cy="{at[1]}" r="{radius}"/>'


def _whole(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])
