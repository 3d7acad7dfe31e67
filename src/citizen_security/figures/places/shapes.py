"""Shapes of places on a map: read from the table, projected with equal areas, drawn as paths of whole numbers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, inf, radians, sin, sqrt

type Point = tuple[float, float]
type Ring = list[Point]
# An outline, and then its holes.
type Polygon = list[Ring]
type Projection = Callable[[Point], Point]

# A part with a smaller share of its place's area does not widen the map: an islet far out at sea.
SHARE_OF_PLACE = 0.05
# A place that is drawn smaller, in both directions, has a dot as well.
SMALLEST_DRAWN = 7
# Their places on a map are nearer to the mainland than they are, in degrees, so that the mainland is not drawn tiny.
MOVED: Mapping[str, Point] = {"ECU-galapagos": (7.0, 0.0)}

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Window:
    """What a map shows: an equal-area projection, scaled and moved onto a picture.

    Attributes
    ----------
    width, height : int
        Of the picture.
    project : callable
        Longitude and latitude in degrees → place on the picture, from its upper left corner.
    """

    width: int
    height: int
    project: Projection


@dataclass(frozen=True)
class Outline:
    """A place on a picture.

    Attributes
    ----------
    path : str
        For the `d` of an SVG path.
    dot : tuple of int or None
        Where a dot marks a place that is too small to be seen; None for others.
    """

    path: str
    dot: tuple[int, int] | None


def read_shape(text: str) -> list[Polygon]:
    """Polygons of a shape as the table `place_shapes` writes it.

    Parameters
    ----------
    text : str
        Well-known text, `MULTIPOLYGON (((x y,x y,…),(hole)),((…)))`.

    Returns
    -------
    list
        Polygons, each a list of rings, each a list of (longitude, latitude) whose last is its first.

    Raises
    ------
    ValueError
        If it is no multipolygon.
    """
    if not text.startswith("MULTIPOLYGON (((") or not text.endswith(")))"):
        raise ValueError(f"{text[:40]!r} is no MULTIPOLYGON; write it as MULTIPOLYGON (((x y,x y,x y,x y)))")
    polygons = text.removeprefix("MULTIPOLYGON (((").removesuffix(")))").split(")),((")
    return [[_ring(ring) for ring in polygon.split("),(")] for polygon in polygons]


def moved(place: str, polygons: Sequence[Polygon]) -> list[Polygon]:
    """Polygons of a place where a map shows them: nearer to the mainland for islands far out at sea."""
    across, up = MOVED.get(place, (0.0, 0.0))
    return [[[(x + across, y + up) for x, y in ring] for ring in polygon] for polygon in polygons]


def equal_area(centre: Point) -> Projection:
    """Lambert's azimuthal equal-area projection of a sphere of radius one.

    Parameters
    ----------
    centre : tuple of float
        Longitude and latitude in degrees, where the map is truest.

    Returns
    -------
    callable
        (longitude, latitude) in degrees → (right, up).

    References
    ----------
    Snyder (1987), Map Projections: A Working Manual, US Geological Survey Professional Paper 1395, equations 24-2 to
    24-4.
    """
    middle, parallel = radians(centre[0]), radians(centre[1])

    def project(point: Point) -> Point:
        across, up = radians(point[0]) - middle, radians(point[1])
        scale = sqrt(2 / (1 + sin(parallel) * sin(up) + cos(parallel) * cos(up) * cos(across)))
        return (
            scale * cos(up) * sin(across),
            scale * (cos(parallel) * sin(up) - sin(parallel) * cos(up) * cos(across)),
        )

    return project


def fit(shapes: Iterable[Sequence[Polygon]], width: int, tallest: int, margin: int = 6) -> Window:
    """A window in which shapes fit.

    Parameters
    ----------
    shapes : iterable
        Polygons of each place; of its parts only those that matter for the place's area are sure to be inside.
    width, tallest : int
        Of the picture, which is less tall, or less wide, where the shapes leave it empty.
    margin : int
        Kept free at each side.

    Returns
    -------
    Window

    Raises
    ------
    ValueError
        If there is no shape.
    """
    rings = [ring for polygons in shapes for ring in _main_rings(polygons)]
    if not rings:
        raise ValueError("there is no shape to fit; give at least one")
    left, low, right, high = _box([point for ring in rings for point in ring])
    project = equal_area(((left + right) / 2, (low + high) / 2))
    left, low, right, high = _box([project(point) for ring in rings for point in ring])
    scale = min((width - 2 * margin) / (right - left), (tallest - 2 * margin) / (high - low))

    def placed(point: Point) -> Point:
        across, up = project(point)
        return margin + scale * (across - left), margin + scale * (high - up)

    return Window(round(2 * margin + scale * (right - left)), round(2 * margin + scale * (high - low)), placed)


def outline(polygons: Sequence[Polygon], window: Window) -> Outline:
    """A place as a path of whole numbers: what is smaller than a point is left out.

    Parameters
    ----------
    polygons : sequence
    window : Window

    Returns
    -------
    Outline
    """
    rings = [_whole([window.project(point) for point in ring]) for polygon in polygons for ring in polygon]
    path = "".join(_path(ring) for ring in rings if len(ring) > 2)
    largest = max((polygon[0] for polygon in polygons), key=_area)
    left, low, right, high = _box(window.project(point) for point in largest)
    small = right - left < SMALLEST_DRAWN and high - low < SMALLEST_DRAWN
    return Outline(path, (round((left + right) / 2), round((low + high) / 2)) if small else None)


def neighbours(shapes: Mapping[str, Sequence[Polygon]]) -> dict[str, list[str]]:
    """Places that share a border: a stretch of it, and not a corner alone.

    Parameters
    ----------
    shapes : mapping
        Place → polygons, whose borders have the same points on both sides.

    Returns
    -------
    dict
        Place → its neighbours, in the order of the places.
    """
    points = {place: {point for it in polygons for ring in it for point in ring} for place, polygons in shapes.items()}
    pairs = [pair for pair in combinations(points, 2) if len(points[pair[0]] & points[pair[1]]) > 1]
    return {place: [it for it in points if (place, it) in pairs or (it, place) in pairs] for place in points}


def contains(polygons: Sequence[Polygon], point: Point) -> bool:
    """Whether a point lies in a shape, by the number of borders to the east of it."""
    rings = [ring for polygon in polygons for ring in polygon]
    return sum(_crossed(edge, point) for ring in rings for edge in pairwise(ring)) % 2 == 1


def _ring(text: str) -> Ring:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _main_rings(polygons: Sequence[Polygon]) -> list[Ring]:
    """Outlines of the parts that make up a place."""
    areas = [_area(polygon[0]) for polygon in polygons]
    return [it[0] for it, area in zip(polygons, areas, strict=True) if area >= SHARE_OF_PLACE * sum(areas)]


def _area(ring: Ring) -> float:
    """In square degrees: enough to tell a mainland from an islet of the same place."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))) / 2


def _box(points: Iterable[Point]) -> tuple[float, float, float, float]:
    left, low, right, high = inf, inf, -inf, -inf
    for x, y in points:
        left, low, right, high = min(left, x), min(low, y), max(right, x), max(high, y)
    return left, low, right, high


def _whole(points: Sequence[Point]) -> list[tuple[int, int]]:
    """Corners of a ring in whole numbers: without repeated points, and those on a straight line; not closed."""
    kept: list[tuple[int, int]] = []
    for point in ((round(x), round(y)) for x, y in points):
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _straight(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    (x, y), (u, v) = _step(first, middle), _step(middle, last)
    return x * v == y * u and x * u + y * v > 0


def _path(points: Sequence[tuple[int, int]]) -> str:
    steps = "".join(_pair(_step(*two)) for two in pairwise(points))
    return f"M{_pair(points[0]).strip()}l{steps.strip()}z"


def _pair(point: tuple[int, int]) -> str:
    """Two numbers, apart from what stands before them and from each other; a minus sets them apart already."""
    return "".join(f"{number}" if number < 0 else f" {number}" for number in point)


def _step(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
    return end[0] - start[0], end[1] - start[1]


def _crossed(edge: tuple[Point, Point], point: Point) -> bool:
    (x, y), (u, v) = edge
    return (y > point[1]) != (v > point[1]) and point[0] < (u - x) * (point[1] - y) / (v - y) + x
