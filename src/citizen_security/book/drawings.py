"""Drawings of the plotting library as part of a page: its colours in light and dark, its letters, its names."""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from xml.etree import ElementTree

from citizen_security.figures import theme
from citizen_security.figures.lean import LINK, SVG, XLINK, references

# Inks of the theme, of its libraries' defaults too, and what a page calls them; in the dark they are others.
INKS = {
    theme.INK.lower(): "ink",
    "#262626": "ink",
    "#000000": "ink",
    theme.LIGHT["grid"]: "grid",
    "#cccccc": "grid",
    theme.LIGHT["background"]: "ground",
}
# Greys that say how much by how far they are from the ground, of light and dark pages alike.
SHADES = {
    "#f0f2f3": "pale",
    "#eaeaea": "pale",
    "#dfe3e6": "middle",
    "#cfcfcf": "middle",
    "#c9ced3": "deep",
    "#adadad": "deep",
}
TEXT_INKS = {theme.GREY.lower(): "muted"}
# Verdana is drawn on nearly the same widths, so that a label is as long as the library measured it.
FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
# Where a text that is not turned stands, and how it is set.
_STANDS = re.compile(r"translate\((-?[\d.]+)[ ,](-?[\d.]+)\)")
_LETTERS = re.compile(r"font-weight: (\d+|bold).*?font-size: ([\d.]+)px")
_SIZE = re.compile(r"font-size: ([\d.]+)px")
# On a phone drawings grow by the style sheet's own factor, or by more if letters would be lower than this, in pixels.
GROW, MOST_GROW, SMALLEST_SEEN = 1.1, 1.6, 9.2
BOLD = {"600", "700", "bold"}
# Lines of a title are no further apart, in heights of their letters.
LINE = 1.7
# Pixels from the last line of a title to the letters below it, at least, if it is to be cut off.
BELOW = 8
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def themed(drawing: str, alt: str, prefix: str) -> str:
    """A drawing of the plotting library as part of a page: its colours and text, names that are no other drawing's.

    Parameters
    ----------
    drawing : str
        SVG.
    alt : str
        Alternative text.
    prefix : str
        Of the names within, unlike that of every other drawing on the page.

    Returns
    -------
    str
        An `svg` element in a frame, which scrolls where the drawing is wider than a phone. Of one with a title, that
        title as text of the page comes before it: on a phone the style sheet shows it in place of the drawing's own.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(drawing)
    _drop(root, {f"{{{SVG}}}metadata", f"{{{SVG}}}style"})
    _take_away_ground(root)
    _rename(root, prefix)
    for element in root.iter():
        if style := element.get("style"):
            element.set("style", in_page_inks(style, is_text=element.tag == f"{{{SVG}}}text"))
    width, height = (float(root.get(side, "0").removesuffix("pt")) for side in ("width", "height"))
    # Its width is told to the style sheet as well, which keeps the text legible on a phone and on a desk.
    root.attrib.update(role="img", width=f"{width:.0f}", height=f"{height:.0f}", style=f"--wide: {width:.0f}px")
    root.attrib["aria-label"] = alt
    root.attrib["class"] = "drawing tall" if height > width else "drawing"
    root.attrib.pop("version", None)
    title = _title(root)
    for line in title:
        line.set("class", "title")
    root.attrib["style"] += f"; --title: {_height(title, root):.0f}px"
    if (grow := SMALLEST_SEEN / _smallest(root)) > GROW:
        root.attrib["style"] += f"; --grow: {min(grow, MOST_GROW):.2f}"
    written = re.sub(r"\s*\n\s*", " ", ElementTree.tostring(root, "unicode"))
    return f'{_said(title) if title else ""}<div class="drawing-frame">{written}</div>'


def _height(title: list[ElementTree.Element], root: ElementTree.Element) -> float:
    """What can be cut off the top of a drawing with its title; nothing where another text stands beside it."""
    places = [place[1] for line in title if (place := _place(line))]
    others = [place[1] for it in root.iter(f"{{{SVG}}}text") if it not in title and (place := _place(it))]
    return max(places) if places and max(places) + BELOW < min(others, default=0) else 0.0


def _smallest(root: ElementTree.Element) -> float:
    """Height of the smallest letters of a drawing; of one without any, what needs no growth."""
    written = [it.get("style", "") for it in root.iter(f"{{{SVG}}}text") if "".join(it.itertext()).strip()]
    return min((float(size[1]) for it in written if (size := _SIZE.search(it))), default=SMALLEST_SEEN)


def _said(title: list[ElementTree.Element]) -> str:
    """The title as a paragraph."""
    words = escape(" ".join("".join(it.itertext()).strip() for it in title), quote=False)
    return f'<p class="drawing-title">{words}</p>'


def _title(root: ElementTree.Element) -> list[ElementTree.Element]:
    """Lines of the title: the topmost bold text and what goes on below it; none where several panels begin with one."""
    bold = sorted(_bold_texts(root), key=lambda it: it[2])
    if not bold:
        return []
    _, first_x, top, size = bold[0]
    if any(abs(y - top) < 1 and x != first_x for _, x, y, _ in bold):
        return []
    lines = [it for it in bold if abs(it[1] - first_x) < 1 and it[3] == size]
    below = next((n for n, (one, next_) in enumerate(pairwise(lines), 1) if next_[2] - one[2] > LINE * size), None)
    return [it[0] for it in lines[:below]]


def _bold_texts(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, float, float, float]]:
    """Bold texts that are not turned: each with its place and the height of its letters."""
    for text in root.iter(f"{{{SVG}}}text"):
        place, letters = _place(text), _LETTERS.search(text.get("style", ""))
        if place and letters and letters[1] in BOLD:
            yield text, *place, float(letters[2])


def _place(text: ElementTree.Element) -> tuple[float, float] | None:
    """Where a text stands; none where it is turned. The library says it in either of two ways."""
    if turned := text.get("transform"):
        stands = _STANDS.fullmatch(turned)
        return (float(stands[1]), float(stands[2])) if stands else None
    return float(text.get("x", "0")), float(text.get("y", "0"))


def _drop(root: ElementTree.Element, tags: set[str]) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in tags:
                parent.remove(child)


def _take_away_ground(root: ElementTree.Element) -> None:
    """Without the sheets that the library lays under a figure and its axes: the page is the ground.

    Axes that are switched off, or have a ground of a colour that says something, have none: what comes first in them is
    a mark like the others, and stays.
    """
    for group in root.iter(f"{{{SVG}}}g"):
        if (group.get("id") or "").startswith(("figure_", "axes_")):
            first = next(iter(group), None)
            if first is not None and (first.get("id") or "").startswith("patch_") and _is_sheet(first):
                group.remove(first)


def _is_sheet(patch: ElementTree.Element) -> bool:
    """Whether a patch is a plain sheet: one shape in the colour of the ground, without a line around it."""
    style = next((it.get("style", "") for it in patch.iter() if it.get("style")), "")
    return style.rstrip("; ").lower() == f"fill: {theme.LIGHT['background']}"


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Names within the drawing that nothing uses go; those in use become its own, and short."""
    used = references(root)
    named = [it.get("id", "") for it in root.iter() if it.get("id") in used]
    own = {name: f"{prefix}-{number}" for number, name in enumerate(dict.fromkeys(named), start=1)}
    for element in root.iter():
        if (name := element.attrib.pop("id", "")) in own:
            element.set("id", own[name])
        if (target := element.attrib.pop(LINK, element.get("href"))) and target.startswith("#"):
            element.set("href", f"#{own.get(target[1:], target[1:])}")
        for attribute, value in list(element.attrib.items()):
            if "url(#" in value:
                element.set(attribute, _REFERENCE.sub(lambda it: f"url(#{own.get(it[1], it[1])})", value))


def in_page_inks(style: str, *, is_text: bool) -> str:
    """A style with the page's own inks in place of those of the theme.

    Parameters
    ----------
    style : str
        Properties of an element of a drawing.
    is_text : bool
        Whether it is that of letters.

    Returns
    -------
    str
    """
    inks = {**INKS, **TEXT_INKS} if is_text else {**INKS, **SHADES}

    def ink(colour: re.Match[str]) -> str:
        name = inks.get(colour[0].lower())
        return f"var(--drawing-{name})" if name else colour[0]

    style = _COLOUR.sub(ink, style)
    if is_text and "fill:" not in style:
        style = f"{style}; fill: var(--drawing-ink)"
    return style.replace("'DejaVu Sans'", FONTS).replace('"DejaVu Sans"', FONTS)
