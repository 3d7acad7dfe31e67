"""Shapes of places on a map: read from the table, projected with equal areas, drawn as paths of whole numbers."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, dist, hypot, inf, radians, sin, sqrt

type Point = tuple[float, float]
type Ring = list[Point]
# An outline, and then its holes.
type Polygon = list[Ring]
type Projection = Callable[[Point], Point]

# A part with a smaller share of its place's area does not widen the map: an islet far out at sea.
SHARE_OF_PLACE = 0.05
# A place that is drawn smaller, in both directions, has a dot as well.
SMALLEST_DRAWN = 7
# Corners are left out where the line then moves by no more, in pixels.
TOLERANCE = 0.7
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


def outlines[Place: Hashable](shapes: Mapping[Place, Sequence[Polygon]], window: Window) -> dict[Place, Outline]:
    """Places as paths of whole numbers, without what is smaller than a point and without corners that nobody sees.

    Parameters
    ----------
    shapes : mapping
        Place → polygons, whose borders have the same points on both sides: they have the same ones when drawn.
    window : Window

    Returns
    -------
    dict
        Place → outline.
    """
    owners: dict[Point, set[Place]] = {}
    for place, polygons in shapes.items():
        for point in (it for polygon in polygons for ring in polygon for it in ring):
            owners.setdefault(point, set()).add(place)
    return {place: _outline(polygons, window, owners) for place, polygons in shapes.items()}


def _outline(polygons: Sequence[Polygon], window: Window, owners: Mapping[Point, object]) -> Outline:
    rings = [_whole(_few_corners(ring, window, owners)) for polygon in polygons for ring in polygon]
    path = "".join(_path(ring) for ring in rings if len(ring) > 2)
    largest = max((polygon[0] for polygon in polygons), key=_area)
    left, low, right, high = _box(window.project(point) for point in largest)
    small = right - left < SMALLEST_DRAWN and high - low < SMALLEST_DRAWN
    return Outline(path, (round((left + right) / 2), round((low + high) / 2)) if small else None)


def _few_corners(ring: Ring, window: Window, owners: Mapping[Point, object]) -> list[Point]:
    """A ring on the picture, closed, with the corners that keep it within a tolerance of where it is.

    Stretches from one end of a border to its other are thinned alone, so that both sides of it keep the same corners.
    """
    points = ring[:-1]
    turns = [
        n for n, it in enumerate(points) if owners[it] != owners[points[n - 1]] or owners[it] != owners[ring[n + 1]]
    ]
    # An island has no end of a border; wherever its ring begins in the table, it is cut at the same two points.
    first = turns[0] if turns else points.index(min(points))
    points = [*points[first:], *points[: first + 1]]
    placed = [window.project(it) for it in points]
    if turns:
        ends = [*((n - first) % (len(points) - 1) for n in turns), len(points) - 1]
    else:
        ends = [0, max(range(len(placed)), key=lambda n: (dist(placed[0], placed[n]), points[n])), len(points) - 1]
    stretches = (placed[start : end + 1] for start, end in pairwise(ends))
    return [placed[0], *(it for stretch in stretches for it in _thinned(stretch)[1:])]


def _thinned(stretch: list[Point]) -> list[Point]:
    """A line from its first to its last point, as Ramer, Douglas and Peucker thin it; the same in either direction."""
    if len(stretch) < 3:
        return stretch
    far = max(range(1, len(stretch) - 1), key=lambda n: (_off(stretch[n], stretch[0], stretch[-1]), stretch[n]))
    if _off(stretch[far], stretch[0], stretch[-1]) <= TOLERANCE:
        return [stretch[0], stretch[-1]]
    return [*_thinned(stretch[: far + 1]), *_thinned(stretch[far:])[1:]]


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the stretch between two others."""
    (x, y), (u, v) = (point[0] - start[0], point[1] - start[1]), (end[0] - start[0], end[1] - start[1])
    length = u * u + v * v
    along = min(max((x * u + y * v) / length, 0.0), 1.0) if length else 0.0
    return hypot(x - along * u, y - along * v)


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
