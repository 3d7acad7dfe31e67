"""Small drawings for cards, made of a notebook's own: its marks and nothing to read.

A figure that is shrunk to a card has letters that nobody reads and lines that nobody sees. A thumbnail has the marks of
every panel in a frame of one size, lines and points about as thick as they were, and no letters: the words of the card
say what it shows. It is part of the page and has the page's colours.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from html import escape
from itertools import groupby
from typing import NamedTuple
from xml.etree import ElementTree

from citizen_security.book.drawings import in_page_inks
from citizen_security.figures import theme
from citizen_security.figures.lean import LINK, SVG

# Of the drawing, in pixels of a card; every thumbnail has the same, whatever the figure had.
WIDE, HIGH, MARGIN = 320.0, 144.0, 4.0
# Thinner lines are not seen on a card, thicker ones hide their neighbours; points are between these wide.
THINNEST, THICKEST = 1.1, 2.4
LEAST_DOT, LARGEST_DOT = 3.0, 7.0
# A round shape that is no wider, in points of the figure, is a point.
LARGEST_POINT = 24.0
# A point so near to another of its look is hidden by it, in pixels.
HIDDEN = 1.0
# A side of a panel is cut to its marks, with this much room about them, if they use a smaller share of it.
LEAST_USED, ROUND_MARKS = 0.7, 6.0
# What lies on what.
AREAS, LINES, DOTS = range(3)

_STEP = re.compile(r"([MLQCZ])([^MLQCZ]*)", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_CLIPPED = re.compile(r"url\(#([^)]+)\)")

type Place = tuple[float, float]


class Box(NamedTuple):
    """A rectangle: its left and upper edge, its width and its height."""

    left: float
    top: float
    width: float
    height: float


class Mark(NamedTuple):
    """A path of a figure, its look, and the place to which a shape drawn about the origin is moved."""

    steps: str
    style: Mapping[str, str]
    place: Place | None = None


class Drawn(NamedTuple):
    """A mark on the card: on what it lies, how it looks, where it is drawn."""

    layer: int
    look: str
    path: str


def thumbnail(drawing: str, alt: str) -> str:
    """The marks of a drawing of the plotting library as a small drawing for a card.

    Parameters
    ----------
    drawing : str
        SVG.
    alt : str
        Alternative text.

    Returns
    -------
    str
        An `svg` element in the page's colours; without marks where no panel of the drawing has any.
    """
    root = ElementTree.fromstring(drawing)
    marks: dict[Box, list[Mark]] = {}
    for panel, mark in _marks(root, _shapes(root), _panels(root)):
        marks.setdefault(panel, []).append(mark)
    used = {_used(panel, shown): shown for panel, shown in marks.items()}
    panels = "".join(_panel(to, _drawn(used[of], of, to)) for of, to in _placed(list(used)))
    return (
        f'<svg class="thumbnail" role="img" aria-label="{escape(alt, quote=True)}" '
        f'viewBox="0 0 {WIDE:.0f} {HIGH:.0f}">{panels}</svg>'
    )


def _shapes(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {it.get("id", ""): it for it in root.iter(f"{{{SVG}}}path") if it.get("id")}


def _panels(root: ElementTree.Element) -> dict[str, Box]:
    """What the axes of a figure clip their marks to."""
    return {
        clip.get("id", ""): Box(*(float(area.get(side, 0)) for side in ("x", "y", "width", "height")))
        for clip in root.iter(f"{{{SVG}}}clipPath")
        for area in clip.iter(f"{{{SVG}}}rect")
    }


def _marks(
    element: ElementTree.Element,
    shapes: Mapping[str, ElementTree.Element],
    panels: Mapping[str, Box],
    style: str = "",
    panel: Box | None = None,
) -> Iterator[tuple[Box, Mark]]:
    """Marks in an element with their panels; what no panel clips is none of the data, as are lines of the grid."""
    if element.tag == f"{{{SVG}}}defs":
        return
    style = f"{style}; {element.get('style', '')}"
    if clip := _CLIPPED.search(element.get("clip-path", "")):
        panel = panels.get(clip[1], panel)
    is_path = element.tag == f"{{{SVG}}}path"
    if panel is not None and is_path and not _is_grid(mark := Mark(element.get("d", ""), _properties(style))):
        yield panel, mark
    if panel is not None and element.tag == f"{{{SVG}}}use":
        shape = shapes[(element.get(LINK) or element.get("href") or "#")[1:]]
        place = (float(element.get("x", 0)), float(element.get("y", 0)))
        yield panel, Mark(shape.get("d", ""), _properties(f"{shape.get('style', '')}; {style}"), place)
    for child in element:
        yield from _marks(child, shapes, panels, style, panel)


def _is_grid(mark: Mark) -> bool:
    return mark.style.get("stroke") == theme.LIGHT["grid"] and mark.style.get("fill") == "none"


def _properties(style: str) -> dict[str, str]:
    pairs = (it.partition(":") for it in style.split(";") if ":" in it)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _used(panel: Box, marks: list[Mark]) -> Box:
    """The part of a panel that its marks use, where they leave most of it to letters."""
    places = [it for mark in marks for it in ([mark.place] if mark.place else _corners(mark.steps))]
    left, width = _span([it[0] for it in places], panel.left, panel.width)
    top, height = _span([it[1] for it in places], panel.top, panel.height)
    return Box(left, top, width, height)


def _span(places: list[float], start: float, length: float) -> tuple[float, float]:
    low, high = max(min(places) - ROUND_MARKS, start), min(max(places) + ROUND_MARKS, start + length)
    return (low, high - low) if 0 < high - low < LEAST_USED * length else (start, length)


def _placed(panels: list[Box]) -> Iterator[tuple[Box, Box]]:
    """Each panel with its place on the card, which all of them together fill."""
    if not panels:
        return
    left, top = min(it.left for it in panels), min(it.top for it in panels)
    across = (WIDE - 2 * MARGIN) / (max(it.left + it.width for it in panels) - left)
    down = (HIGH - 2 * MARGIN) / (max(it.top + it.height for it in panels) - top)
    for of in panels:
        x, y = MARGIN + (of.left - left) * across, MARGIN + (of.top - top) * down
        yield of, Box(x, y, of.width * across, of.height * down)


def _panel(at: Box, drawn: Iterable[Drawn]) -> str:
    """A panel with its edges and its marks, those that look alike as one path."""
    alike: dict[tuple[int, str], list[str]] = {}
    for mark in drawn:
        alike.setdefault((mark.layer, mark.look), []).append(mark.path)
    marks = "".join(
        f'<path {look} d="{"".join(dict.fromkeys(alike[layer, look]))}"/>'
        for layer, look in sorted(alike, key=lambda it: it[0])
    )
    left, top, width, height = map(_short, at)
    edges = f'<path class="edges" d="M0 0V{height}H{width}"/>'
    return f'<svg x="{left}" y="{top}" width="{width}" height="{height}">{edges}{marks}</svg>'


def _drawn(marks: Iterable[Mark], of: Box, to: Box) -> Iterator[Drawn]:
    """Marks of a panel as they are on the card."""
    across, down = to.width / of.width, to.height / of.height

    def on_card(place: Place) -> Place:
        return (place[0] - of.left) * across, (place[1] - of.top) * down

    dots: dict[str, list[Place]] = {}
    for mark in marks:
        corners = _corners(mark.steps)
        if (width := _point(mark, corners)) is not None:
            x, y = on_card(mark.place or _middle(corners))
            look = _dot_look(mark.style, width)
            if not any(abs(x - a) < HIDDEN and abs(y - b) < HIDDEN for a, b in dots.setdefault(look, [])):
                dots[look].append((x, y))
                yield Drawn(DOTS, look, f"M{_short(x)} {_short(y)}h0")
        elif mark.place:
            yield Drawn(LINES, _look(mark.style), _path(mark.steps, partial(_shifted, on_card(mark.place))))
        else:
            layer = LINES if mark.style.get("fill") == "none" else AREAS
            yield Drawn(layer, _look(mark.style), _path(mark.steps, on_card))


def _shifted(by: Place, place: Place) -> Place:
    return place[0] + by[0], place[1] + by[1]


def _point(mark: Mark, corners: list[Place]) -> float | None:
    """Width of a mark that is a point; None of a line or an area."""
    if not corners:
        return None
    width, height = (max(it[side] for it in corners) - min(it[side] for it in corners) for side in (0, 1))
    small = min(width, height) > 0 and max(width, height) <= LARGEST_POINT
    is_shape = mark.place is not None or "C" in mark.steps
    return max(width, height) if small and is_shape else None


def _middle(corners: list[Place]) -> Place:
    across, down = ([it[side] for it in corners] for side in (0, 1))
    return (min(across) + max(across)) / 2, (min(down) + max(down)) / 2


def _corners(steps: str) -> list[Place]:
    return [place for _, places in _steps(steps) for place in places]


def _steps(steps: str) -> Iterator[tuple[str, list[Place]]]:
    """Commands of a path, which the library writes in absolute places, with those places."""
    for command, written in _STEP.findall(steps):
        numbers = [float(it) for it in _NUMBER.findall(written)]
        yield command, list(zip(numbers[::2], numbers[1::2], strict=True))


def _path(steps: str, move: Callable[[Place], Place]) -> str:
    """A path with its places moved; steps that stay on the same spot are written once."""
    written = (
        command + " ".join(f"{_short(x)} {_short(y)}" for x, y in map(move, places))
        for command, places in _steps(steps)
    )
    return "".join(step for step, _ in groupby(written))


def _dot_look(style: Mapping[str, str], width: float) -> str:
    """A line without length and with round ends: the shortest way to write a point."""
    fill, stroke = style.get("fill", "#000000"), style.get("stroke", "none")
    colour = fill if fill not in ("none", theme.LIGHT["background"]) else stroke
    dot = min(max(width, LEAST_DOT), LARGEST_DOT)
    return _attributes(style, {"stroke": colour, "stroke-width": _short(dot), "fill": "none"}, 'class="dots" ')


def _look(style: Mapping[str, str]) -> str:
    fill = style.get("fill", "#000000")
    own = {"fill": "none" if fill.startswith("url(") else fill}
    if (stroke := style.get("stroke", "none")) != "none":
        width = float(style.get("stroke-width", "1"))
        own |= {"stroke": stroke, "stroke-width": _short(min(max(width, THINNEST), THICKEST))}
        if dashes := style.get("stroke-dasharray"):
            own["stroke-dasharray"] = dashes
    return _attributes(style, own)


def _attributes(style: Mapping[str, str], own: dict[str, str], before: str = "") -> str:
    own |= {name: style[name] for name in ("opacity", "fill-opacity", "stroke-opacity") if name in style}
    said = "; ".join(f"{name}: {value}" for name, value in own.items())
    return f'{before}style="{in_page_inks(said, is_text=False)}"'


def _short(number: float) -> str:
    short = f"{number:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short
