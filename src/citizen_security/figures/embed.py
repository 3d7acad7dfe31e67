"""Interactive charts that pages and notebooks carry with them.

A chart becomes a plain HTML figure: a static picture that is there without scripts, and beside it the Vega-Lite
specification, inert until the site's own `charts.js` draws it. Nothing is fetched from another host.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree

from citizen_security.figures import theme
from citizen_security.figures.lean import SVG, shorten_places

if TYPE_CHECKING:
    from altair import TopLevelMixin

# The pages' text column; the static picture of a chart that fills its container is drawn this wide.
COLUMN_WIDTH = 640

# A screen reader would otherwise read out every mark, a thousand on a chart of countries and years; the alternative
# text, the axes and the legends speak, and the figures themselves are in the tables.
SILENT_MARKS = {"mark": {"aria": False}}

NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

SHAPES = {f"{{{SVG}}}{name}" for name in ("path", "rect", "line", "circle")}


@dataclass(frozen=True)
class Embedded:
    """A chart as HTML that stands on its own.

    Attributes
    ----------
    html : str
        A `figure` element: static picture, specification, caption.
    alt : str
        What the picture is, for a reader who does not see it.
    """

    html: str
    alt: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Outputs for Jupyter: the figure, and its alternative text where no HTML is shown."""
        return {"text/html": self.html, "text/plain": self.alt}


def show(
    chart: "TopLevelMixin", alt: str, *, caption: str = "", dark: "TopLevelMixin | None" = None, vega_lite: str = "6.4"
) -> Embedded:
    """Make an Altair chart into a figure for a notebook or a page.

    The site draws it live, follows the reader's light or dark mode, and falls back to the static picture; JupyterLab
    shows the static picture.

    Parameters
    ----------
    chart : altair chart
        Drawn in the compendium's theme; its own `configure` settings win over it in light mode.
    alt : str
        Alternative text: the kind of picture and how to read it.
    caption : str, optional
        Plain text under the chart.
    dark : altair chart, optional
        The same chart for the dark mode, where marks have colours of their own. Without it, the dark mode draws
        `chart` with the theme's dark configuration.
    vega_lite : str, optional
        Version of Vega-Lite that draws the static picture.

    Returns
    -------
    Embedded

    Raises
    ------
    ValueError
        If `alt` is empty: the chart would be silent for a reader who does not see it.
    """
    if not alt.strip():
        raise ValueError("alt is empty; say what kind of picture the chart is and how to read it")
    light_specification = _themed(chart, alt, dark=False)
    dark_specification = _themed(dark if dark is not None else chart, alt, dark=True)
    drawn = {"light": light_specification, "dark": _changes(light_specification, dark_specification)}
    return Embedded(_figure(static_picture(light_specification, vega_lite), alt, caption, drawn), alt)


def static_picture(specification: Mapping[str, Any], vega_lite: str = "6.4") -> str:
    """Draw a Vega-Lite specification as SVG, without a browser.

    Parameters
    ----------
    specification : mapping
        Vega-Lite, with its data.
    vega_lite : str, optional
        Version of Vega-Lite.

    Returns
    -------
    str
        An `svg` element.
    """
    import vl_convert

    # The picture has one alternative text as a whole; a label on each mark would weigh more than the marks.
    fixed = {**specification, "config": {**specification.get("config", {}), "aria": False}}
    if fixed.get("width") == "container":
        fixed["width"] = COLUMN_WIDTH
    # The library ends the whole process at a sign that its XML cannot hold.
    fixed = _drawable(fixed)
    # No chart of the compendium loads data by address; a specification that tries is refused.
    return _lean(vl_convert.vegalite_to_svg(fixed, vl_version=vega_lite, allowed_base_urls=[]))


def data_address(picture: str) -> str:
    """SVG as a `data:` address, safe within double quotes; readable, and a quarter smaller than base64."""
    return "data:image/svg+xml," + quote(picture, safe=" /:;=,()!*'+@$?[]^|~")


def inert_json(content: object) -> str:
    """JSON that cannot end the script element it stands in, nor open a comment in it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Two braces open a substitution in a page's source; in JSON they stand within words only.
    text = text.replace("{{", "\\u007b\\u007b")
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _drawable(content: Any) -> Any:
    """Content of a specification with � for the signs that no XML holds."""
    if isinstance(content, str):
        return NO_XML.sub("�", content)
    if isinstance(content, Mapping):
        return {_drawable(name): _drawable(inner) for name, inner in content.items()}
    return [_drawable(inner) for inner in content] if isinstance(content, list) else content


def _themed(chart: "TopLevelMixin", alt: str, *, dark: bool) -> dict[str, Any]:
    specification: dict[str, Any] = chart.to_dict()
    light = _merged(_merged(theme.altair_config(), SILENT_MARKS), specification.get("config", {}))
    specification["config"] = _merged(light, theme.altair_config(dark=True)) if dark else light
    # Vega makes it the label of the drawing.
    specification["description"] = alt
    return specification


def _changes(light: Mapping[str, Any], dark: Mapping[str, Any]) -> dict[str, Any]:
    """What the dark specification says otherwise at its top level; the data are not carried twice."""
    return {name: content for name, content in dark.items() if light.get(name) != content}


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, content in over.items():
        both = isinstance(content, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], content) if both else content
    return merged


def _figure(picture: str, alt: str, caption: str, drawn: Mapping[str, Any]) -> str:
    width, height = _size(picture)
    return (
        f'<figure class="chart">'
        f'<img class="chart-static" alt="{escape(alt)}" width="{width}" height="{height}"'
        f' src="{data_address(picture)}"/>'
        f"{_caption(caption)}"
        f'<script type="application/json" class="vega-spec">{inert_json(drawn)}</script>'
        f"</figure>"
    )


def _caption(caption: str) -> str:
    return f"<figcaption>{escape(caption)}</figcaption>" if caption else ""


def _lean(picture: str) -> str:
    """The picture without shapes that only the pointer would find, its places as short as in every drawing."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(picture)
    _drop_unseen(root, {})
    for element in root.iter():
        shorten_places(element)
    return ElementTree.tostring(root, "unicode")


def _drop_unseen(element: ElementTree.Element, inherited: Mapping[str, str]) -> None:
    paint = {name: element.get(name, inherited.get(name, "")) for name in ("fill", "stroke")}
    for child in list(element):
        if child.tag in SHAPES and _unseen({**paint, **child.attrib}):
            element.remove(child)
        else:
            _drop_unseen(child, paint)


def _unseen(attributes: Mapping[str, str]) -> bool:
    nothing = {"none", "transparent"}
    return attributes.get("opacity") == "0" or (
        attributes["fill"] in nothing and attributes["stroke"] in nothing | {""} and "style" not in attributes
    )


def _size(picture: str) -> tuple[int, int]:
    """Width and height that an SVG states, in pixels: the page keeps the place free before it is drawn."""
    stated = re.search(r'<svg\b[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"', picture)
    if stated is None:
        raise ValueError("the static picture states no width and height")
    return round(float(stated[1])), round(float(stated[2]))
