"""The picture of the house for those who carry on: its floors and who imports whom, drawn from the imports."""

import ast
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise
from pathlib import Path

from citizen_security import compendium
from citizen_security.imports import ITSELF, Imports, cell_imports, read_imports

PARTS = "the parts"
NOTEBOOKS = "notebooks"

# What has no docstring of its own in the package.
WHAT_IT_IS = {
    PARTS: "A room per notebook, pure functions, and what the rooms of a part share",
    NOTEBOOKS: "Parameters, steps, figures and recorded values; they compute nothing themselves",
}

BOX_WIDTH = 330
BOX_HEIGHT = 58
STEP = 74
MARGIN = 12
# Each room that imports has a lane beside the boxes, in which its arrows run down.
FIRST_LANE = 26
LANE = 20
COLOURS = 3
TEXT_COLUMNS = 50


@dataclass(frozen=True)
class House:
    """Rooms of the house, from the roof down, and who imports whom.

    Attributes
    ----------
    rooms : mapping
        Name → what it is, in a sentence; whoever imports another stands above it.
    floors : mapping
        Name → its floor, counted from the ground: one above the highest that it imports.
    arrows : mapping
        Name → names that it imports itself.
    """

    rooms: Mapping[str, str]
    floors: Mapping[str, int]
    arrows: Mapping[str, frozenset[str]]


def house_picture(root: Path, imports: Imports | None = None) -> str:
    """The picture of a checkout's house, as HTML.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    imports : Imports, optional
        Those of the checkout; read by default.

    Returns
    -------
    str
        As `house_svg` returns it.
    """
    entries = compendium.NOTEBOOKS.values()
    notebooks = [root / entry.path for entry in entries]
    return house_svg(house(imports or read_imports(root), notebooks, {entry.part for entry in entries}))


def house(imports: Imports, notebooks: Sequence[Path], parts: Collection[str]) -> House:
    """Floors of the package, computed from its imports.

    Parameters
    ----------
    imports : Imports
        Those of a checkout.
    notebooks : sequence of pathlib.Path
        The notebooks, which stand in the house as one.
    parts : collection of str
        Packages that stand in the house as one, since they never import each other.

    Returns
    -------
    House

    Raises
    ------
    graphlib.CycleError
        If two rooms import each other.
    """
    arrows = _arrows(imports, notebooks, parts)
    floors: dict[str, int] = {}
    for name in TopologicalSorter(arrows).static_order():
        floors[name] = 1 + max((floors[below] for below in arrows[name]), default=-1)
    order = sorted(arrows, key=lambda name: (-floors[name], name))
    return House({name: _what_it_is(imports, name) for name in order}, floors, arrows)


def house_in_words(built: House) -> str:
    """The picture for whoever does not see it: each room from the roof down, with what it imports."""
    return " ".join(
        f"{name}: imports {', '.join(it for it in built.rooms if it in built.arrows[name]) or 'libraries only'}."
        for name in built.rooms
    )


def house_svg(built: House) -> str:
    """The picture as HTML: text stays text, colours are those of the page, light or dark.

    Parameters
    ----------
    built : House

    Returns
    -------
    str
        A `figure` that scrolls within itself where the screen is narrow.
    """
    places = {name: MARGIN + row * STEP for row, name in enumerate(built.rooms)}
    lanes = _lanes(built)
    width = 2 * MARGIN + BOX_WIDTH + FIRST_LANE + LANE * len(lanes)
    height = len(places) * STEP + 2 * MARGIN - (STEP - BOX_HEIGHT)
    content = [*_floor_lines(built, places, width), *_arrow_lines(built, places, lanes), *_boxes(built, places)]
    return "\n".join(
        [
            '<figure class="house" tabindex="0" aria-label="The house, drawn from the imports">',
            f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            f'aria-labelledby="house-title house-words" xmlns="http://www.w3.org/2000/svg">',
            '<title id="house-title">Who imports whom: every arrow points down</title>',
            f'<desc id="house-words">{escape(house_in_words(built), quote=False)}</desc>',
            *content,
            "</svg>",
            "</figure>",
            "",
        ]
    )


def _arrows(imports: Imports, notebooks: Sequence[Path], parts: Collection[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {_room(name, parts): set() for name in imports.files}
    for name, targets in imports.arrows.items():
        found[_room(name, parts)].update(_room(target, parts) for target in targets)
    imported = {name for path in notebooks for name in cell_imports(path)}
    found[NOTEBOOKS] = {_room(imports.module(name), parts) for name in imported}
    # The package's own file holds its version, which whoever prints it imports.
    return {name: frozenset(targets - {name, ITSELF}) for name, targets in found.items() if name != ITSELF}


def _room(module: str, parts: Collection[str]) -> str:
    top = module.split(".")[0]
    return PARTS if top in parts else top


def _what_it_is(imports: Imports, name: str) -> str:
    """The first sentence of a docstring."""
    if name in WHAT_IT_IS:
        return WHAT_IT_IS[name]
    documentation = ast.get_docstring(ast.parse(imports.files[name].read_text("utf-8"))) or ""
    first = " ".join(documentation.split("\n\n")[0].split()).replace("`", "")
    return first.split(". ")[0].rstrip(".")


def _lanes(built: House) -> dict[str, int]:
    """Distance of each importer's lane from the boxes: the higher it stands, the further out."""
    importing = [name for name in reversed(list(built.rooms)) if built.arrows[name]]
    return {name: FIRST_LANE + LANE * number for number, name in enumerate(importing)}


def _floor_lines(built: House, places: Mapping[str, int], width: int) -> Iterator[str]:
    for upper, lower in pairwise(built.rooms):
        if built.floors[upper] != built.floors[lower]:
            y = places[lower] - (STEP - BOX_HEIGHT) / 2
            yield f'<path class="floor" d="M0 {y:g}H{width}"/>'


def _arrow_lines(built: House, places: Mapping[str, int], lanes: Mapping[str, int]) -> Iterator[str]:
    """For each importer one line down its lane, with an arrow into each box that it imports."""
    right = MARGIN + BOX_WIDTH
    for number, (name, lane) in enumerate(lanes.items()):
        ends = {it: _entry(built, places, name, it) for it in places if it in built.arrows[name]}
        start, x = places[name] + 0.88 * BOX_HEIGHT, right + lane
        path = f"M{right} {start:.1f}H{x}V{max(ends.values()):.1f}"
        branches = "".join(
            f'<path d="M{x} {y:.1f}H{right + 8}"><title>{name} imports {target}</title></path>'
            f'<path class="head" d="M{right + 1} {y:.1f}l8-4v8z"/>'
            for target, y in ends.items()
        )
        yield f'<g class="arrow arrow-{number % COLOURS}"><path d="{path}"/>{branches}</g>'


def _entry(built: House, places: Mapping[str, int], name: str, target: str) -> float:
    """Height at which an importer's arrow meets a box: those of several importers stand one below the other."""
    importers = [it for it in places if target in built.arrows[it]]
    return places[target] + 0.75 * BOX_HEIGHT * (importers.index(name) + 1) / (len(importers) + 1)


def _boxes(built: House, places: Mapping[str, int]) -> Iterator[str]:
    for name, y in places.items():
        lines = textwrap.wrap(textwrap.shorten(built.rooms[name], 2 * TEXT_COLUMNS - 8, placeholder=" …"), TEXT_COLUMNS)
        words = "".join(
            f'<text class="what" x="{MARGIN + 12}" y="{y + 35 + 14 * row}">{escape(line, quote=False)}</text>'
            for row, line in enumerate(lines)
        )
        yield (
            f'<g><rect x="{MARGIN}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
            f'<text class="name" x="{MARGIN + 12}" y="{y + 19}">{escape(name, quote=False)}</text>{words}</g>'
        )
