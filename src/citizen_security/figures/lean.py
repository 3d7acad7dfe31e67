"""Drawings of the plotting library without what no eye sees: a third of their weight, the same picture.

The library writes places to a millionth of a point, a style on every mark, and a name and a group for every part.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
LINK = f"{{{XLINK}}}href"

# Attributes that say where something is; what a text says and how marks are drawn stays as it is.
PLACES = {"d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "points", "transform", "viewBox"}
# What a mark takes over from the group it is in.
INHERITED = re.compile(r"(?:fill|stroke|font|text-anchor)\b")
# Fewer marks of one style than this are not worth a group.
FEWEST_ALIKE = 3
# A name that tells what was laid below a figure and its axes is kept.
KEPT_NAMES = ("figure_", "axes_", "patch_")

_NUMBER = re.compile(r"-?\d*\.\d+")
_COMMAND = re.compile(r"\s*([MLHVCSQTAZ])\s*", re.IGNORECASE)
_NO_TURN = re.compile(r"rotate\(-?0(?:[ ,][^()]*)?\)\s*")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def lean(drawing: str) -> str:
    """A drawing of the plotting library with short places, one style for marks that are alike, and no idle names.

    Parameters
    ----------
    drawing : str
        SVG.

    Returns
    -------
    str
        SVG that shows the same to a tenth of a point.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(drawing)
    for said in root.findall(f"{{{SVG}}}metadata"):
        root.remove(said)
    for element in root.iter():
        _shorten(element)
    _drop_idle_names(root)
    _let_go(root)
    _share_font(root)
    _share_styles(root)
    return ElementTree.tostring(root, "unicode") + "\n"


def references(root: ElementTree.Element) -> set[str]:
    """Names that something in a drawing refers to.

    Parameters
    ----------
    root : xml.etree.ElementTree.Element
    """
    used: set[str] = set()
    for element in root.iter():
        used.update(name[1:] for name in (element.get(LINK, ""), element.get("href", "")) if name.startswith("#"))
        for value in element.attrib.values():
            used.update(_REFERENCE.findall(value))
    return used


def shorten_places(element: ElementTree.Element) -> None:
    """Write where an element is in short, whichever library drew it; in place.

    Parameters
    ----------
    element : xml.etree.ElementTree.Element
    """
    for attribute in PLACES & element.attrib.keys():
        element.set(attribute, short_places(element.attrib[attribute]))


def short_places(places: str) -> str:
    """Places to a tenth of a point, those near the origin, where marks are drawn, to a hundredth.

    Parameters
    ----------
    places : str
        Value of an attribute that says where something is.
    """
    # A scale is no place: its third digit moves what it scales.
    if "scale" in places or "matrix" in places:
        return places
    short = _NUMBER.sub(_short, places).strip()
    # Letters of a shift or a turn are no commands of a path.
    return short if "(" in short else _COMMAND.sub(r"\1", short)


def _short(number: re.Match[str]) -> str:
    value = float(number[0])
    text = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    short = text.rstrip("0").rstrip(".")
    return "0" if short in ("-0", "") else short


def _shorten(element: ElementTree.Element) -> None:
    shorten_places(element)
    if (turned := element.get("transform")) is not None:
        if left := _NO_TURN.sub("", turned).strip():
            element.set("transform", left)
        else:
            del element.attrib["transform"]
    if style := element.get("style"):
        element.set("style", "; ".join(_properties(style)))
    # Blanks between elements are none of a text.
    if element.tag not in (f"{{{SVG}}}text", f"{{{SVG}}}tspan", f"{{{SVG}}}style"):
        element.text = (element.text or "").strip() or None
    if element.tag != f"{{{SVG}}}tspan":
        element.tail = None


def _properties(style: str) -> Iterator[str]:
    return (it.strip() for it in style.split(";") if it.strip())


def _drop_idle_names(root: ElementTree.Element) -> None:
    used = references(root)
    for element in root.iter():
        name = element.get("id")
        if name is not None and name not in used and not name.startswith(KEPT_NAMES):
            del element.attrib["id"]


def _let_go(element: ElementTree.Element) -> None:
    """Take away groups and definitions that say nothing of what is in them."""
    left: list[ElementTree.Element] = []
    for child in list(element):
        _let_go(child)
        if child.tag == f"{{{SVG}}}g" and not child.attrib:
            left.extend(child)
        elif child.tag != f"{{{SVG}}}defs" or len(child):
            left.append(child)
    element[:] = left


def _share_font(root: ElementTree.Element) -> None:
    """A family of letters that every text has is that of the group around them all."""
    groups = root.findall(f"{{{SVG}}}g")
    texts = list(root.iter(f"{{{SVG}}}text"))
    families = {it for text in texts for it in _properties(text.get("style", "")) if it.startswith("font-family")}
    if len(groups) != 1 or len(families) != 1 or groups[0].get("style"):
        return
    [family] = families
    for text in texts:
        text.set("style", "; ".join(it for it in _properties(text.get("style", "")) if it != family))
    groups[0].set("style", family)


def _share_styles(element: ElementTree.Element) -> None:
    """Marks beside each other that look alike have their style from a group."""
    left: list[ElementTree.Element] = []
    for look, run in groupby(list(element), key=_look):
        marks = list(run)
        if look is None or len(marks) < FEWEST_ALIKE:
            left.extend(marks)
            continue
        group = ElementTree.Element(f"{{{SVG}}}g", dict(look))
        for mark in marks:
            for name, _ in look:
                del mark.attrib[name]
        group.extend(marks)
        left.append(group)
    element[:] = left
    for child in element:
        _share_styles(child)


def _look(mark: ElementTree.Element) -> tuple[tuple[str, str], ...] | None:
    """What a group can say in a mark's place; None where the mark must say it itself."""
    if mark.tag not in (f"{{{SVG}}}path", f"{{{SVG}}}use") or "transform" in mark.attrib:
        return None
    if not all(INHERITED.match(it) for it in _properties(mark.get("style", ""))):
        return None
    return tuple((name, mark.attrib[name]) for name in ("clip-path", "style") if name in mark.attrib) or None
