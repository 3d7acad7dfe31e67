"""The pictures of executed notebooks on pages: drawings in the page's own colours, and pictures that pages quote.

A narrative page quotes a picture by its cell:

    ```{picture} cities/city_table::rates
    data: rates
    ```

It gets the drawing with its alternative text and, below it, a row that leads to its data, its file and its cell. A
`{thumbnail}` is its marks alone, for a card whose words say what it is.
"""

import base64
import io
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from posixpath import dirname, relpath
from typing import Any
from urllib.parse import unquote

from citizen_security.book.drawings import themed
from citizen_security.book.thumbnails import thumbnail
from citizen_security.project import WorkFailed

DRAWING, IMAGE, HTML = "image/svg+xml", "image/png", "text/html"

# Previews elsewhere are this wide; so few colours make a file a tenth as large, and nobody sees it.
PHOTOGRAPH_WIDTH = 1200
PHOTOGRAPH_COLOURS = 64
LARGEST_SCALE = 2.0

QUOTED = re.compile(r"^```\{(?:picture|thumbnail)\}[ \t]+(\S+)[ \t]*\n((?:[a-z]+:.*\n)*)```[ \t]*$", re.MULTILINE)
THUMBNAIL = "```{thumbnail}"
OPTIONS = ("data",)

_STATIC = re.compile(r'src="data:image/svg\+xml,([^"]*)"')
_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)(?:px|pt)?"[^>]*? height="([\d.]+)(?:px|pt)?"')


class UnknownPicture(WorkFailed):
    """A page quotes a picture that the run has not; the message names those there are."""


@dataclass(frozen=True)
class Picture:
    """What one cell shows.

    Attributes
    ----------
    notebook, cell : str
        `part/notebook` and the cell's identifier.
    kind : str
        Media type of the content.
    content : str
        SVG, HTML, or an image in base64.
    alt : str
        Alternative text.
    """

    notebook: str
    cell: str
    kind: str
    content: str
    alt: str

    @property
    def anchor(self) -> str:
        """Of the cell, on the notebook's page."""
        return cell_anchor(self.cell)

    @property
    def file(self) -> str:
        """Its own file, below the site's `pictures/`; of a live chart that of its static picture, if it has one."""
        if self.kind == HTML and not _STATIC.search(self.content):
            return ""
        return f"{self.notebook}/{self.cell}{'.png' if self.kind == IMAGE else '.svg'}"

    def bytes(self) -> bytes:
        """What the file holds."""
        if self.kind == IMAGE:
            return base64.b64decode(self.content)
        if self.kind == DRAWING:
            return self.content.encode()
        static = _STATIC.search(self.content)
        return unquote(static[1]).encode() if static else b""

    @property
    def photograph(self) -> str:
        """Its file for readers that know pixels only, below the site's `pictures/`."""
        return f"{self.notebook}/{self.cell}.png"

    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, for the room that a page keeps; none where the file states none."""
        content = self.bytes()
        if self.kind == IMAGE:
            return struct.unpack(">II", content[16:24])
        stated = _SIZE.search(content.decode())
        return (round(float(stated[1])), round(float(stated[2]))) if stated else None


def pixels(picture: Picture) -> bytes:
    """What the file for readers of pixels holds: an image as it is, a drawing on white with few colours."""
    if picture.kind == IMAGE:
        return picture.bytes()
    import vl_convert
    from PIL import Image

    size = picture.size()
    scale = min(LARGEST_SCALE, PHOTOGRAPH_WIDTH / size[0]) if size else 1.0
    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(picture.bytes().decode(), scale=scale))).convert("RGBA")
    sheet = Image.new("RGB", drawn.size, "white")
    sheet.paste(drawn, mask=drawn.getchannel("A"))
    written = io.BytesIO()
    sheet.quantize(PHOTOGRAPH_COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


def cell_anchor(cell: str) -> str:
    """Anchor of a cell on the page of its notebook."""
    return f"cell-{cell}"


def pictures_of(name: str, notebook: Mapping[str, Any]) -> dict[str, Picture]:
    """The pictures of an executed notebook, by cell; of a cell that shows several, the first.

    Parameters
    ----------
    name : str
        `part/notebook`.
    notebook : mapping
        As the run kept it.

    Returns
    -------
    dict
    """
    found: dict[str, Picture] = {}
    for cell in notebook["cells"]:
        for kind, content in _shown(cell):
            found.setdefault(cell["id"], Picture(name, cell["id"], kind, content, _alt(cell)))
    return found


def with_drawings(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook with its drawings as HTML in the page's colours, and cells that links can lead to.

    Parameters
    ----------
    notebook : mapping
        An executed notebook.

    Returns
    -------
    dict
    """
    cells = [_with_anchor(_drawn(cell)) if cell["cell_type"] == "code" else cell for cell in notebook["cells"]]
    return {**notebook, "cells": cells}


def with_files(notebook: Mapping[str, Any], pictures: Mapping[str, Picture], page: str) -> dict[str, Any]:
    """The notebook with images and static pictures of charts as the files that the site has of them.

    Parameters
    ----------
    notebook : mapping
        An executed notebook.
    pictures : mapping
        Its pictures, by cell.
    page : str
        Path of its page below the book, for the addresses.

    Returns
    -------
    dict
    """
    cells = [
        _filed(cell, pictures[cell["id"]], page) if cell.get("id") in pictures else cell for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def shown_picture(picture: Picture, page: str, prefix: str) -> str:
    """HTML of a picture alone: a drawing in the page's colours, an image, the static picture of a chart.

    Parameters
    ----------
    picture : Picture
    page : str
        Path of the page below the book, for the address.
    prefix : str
        Of the names within a drawing, unlike that of every other drawing on the page.

    Returns
    -------
    str
    """
    return themed(picture.content, picture.alt, prefix) if picture.kind == DRAWING else _image(picture, page, near=True)


def with_pictures(
    source: str, page: str, find: Callable[[str], Mapping[str, Picture]], tables: Callable[[str], list[str]]
) -> str:
    """A narrative page with the pictures that it quotes.

    Parameters
    ----------
    source : str
        Markdown.
    page : str
        Path of the page below the book.
    find : callable
        The pictures of a notebook, by cell; KeyError for a notebook that there is not.
    tables : callable
        Names of the tables that the notebook's run recorded.

    Returns
    -------
    str

    Raises
    ------
    UnknownPicture
        With every wrong quotation of the page.
    """
    problems: list[str] = []
    numbers = iter(range(1, 1 + len(QUOTED.findall(source))))

    def quoted(block: re.Match[str]) -> str:
        wrong = list(_problems(block[1], block[2], find, tables, is_thumbnail=block[0].startswith(THUMBNAIL)))
        problems.extend(wrong)
        if wrong:
            return block[0]
        name, _, cell = block[1].partition("::")
        picture = find(name)[cell]
        if block[0].startswith(THUMBNAIL):
            return f"```{{raw}} html\n{thumbnail(picture.content, picture.alt)}\n```"
        return quotation(picture, page, next(numbers), _options(block[2]).get("data", ""))

    filled = QUOTED.sub(quoted, source)
    left = len(re.findall(r"^```\{(?:picture|thumbnail)\}", filled, re.MULTILINE))
    if left > len(problems):
        problems.append("a block {picture} that is not `part/notebook::cell`, lines `data: table`, and three backticks")
    if problems:
        raise UnknownPicture(f"{page}: " + "; ".join(problems))
    return filled


def quotation(picture: Picture, page: str, number: int, data: str = "") -> str:
    """HTML of a quoted picture, with the row of what belongs to it.

    Parameters
    ----------
    picture : Picture
    page : str
        Path of the page below the book, for the links.
    number : int
        Of the picture on its page.
    data : str
        Name of the recorded table that the picture draws; by default the row offers all of the run's files.

    Returns
    -------
    str
    """

    def up(address: str) -> str:
        return escape(relpath(address, dirname(page) or "."), quote=True)

    cell = up(f"{picture.notebook}.html") + f"#{picture.anchor}"
    run = f"runs/{picture.notebook}"
    own = f"picture-{number}"
    row = [
        f'<a href="{up(f"{run}/tables/{data}.csv")}" download>data</a>' if data else f'<a href="{cell}">data</a>',
        *([f'<a href="{up(f"pictures/{picture.file}")}" download>image</a>'] if picture.file else []),
        f'<a href="{cell}">how it was made</a>',
        f'<a href="#{own}" aria-label="Link to this figure">link</a>',
    ]
    return (
        f'```{{raw}} html\n<figure class="quoted" id="{own}">\n{_body(picture, page, own)}\n'
        f"<figcaption>{' · '.join(row)}</figcaption>\n</figure>\n```"
    )


def _body(picture: Picture, page: str, prefix: str) -> str:
    if picture.kind == DRAWING:
        return themed(picture.content, picture.alt, prefix)
    if picture.kind == HTML:
        return picture.content.replace("\n", " ")
    return _image(picture, page)


def _image(picture: Picture, page: str, *, near: bool = False) -> str:
    size = picture.size()
    room = f' width="{size[0]}" height="{size[1]}" style="--wide: {size[0]}px"' if size else ""
    lazy = "" if near else ' loading="lazy"'
    return f'<img src="{_address(picture, page)}" alt="{escape(picture.alt, quote=True)}"{room}{lazy}>'


def _address(picture: Picture, page: str) -> str:
    return escape(relpath(f"pictures/{picture.file}", dirname(page) or "."), quote=True)


def _filed(cell: Mapping[str, Any], picture: Picture, page: str) -> dict[str, Any]:
    """A cell whose first picture is a file; a drawing is part of the page, and further images stay as they are."""
    outputs = []
    waiting = bool(picture.file)
    for output in cell["outputs"]:
        data = output.get("data", {})
        content = "".join(data.get(picture.kind, ""))
        if waiting and content == picture.content and picture.kind == IMAGE:
            kept = {kind: it for kind, it in data.items() if kind != IMAGE}
            output, waiting = (
                {**output, "data": {**kept, HTML: f'<div class="drawing-frame">{_image(picture, page)}</div>'}},
                False,
            )
        elif waiting and content == picture.content and picture.kind == HTML:
            before, _, after = _STATIC.split(content, maxsplit=1)
            html = f'{before}src="{_address(picture, page)}" loading="lazy"{after}'
            output, waiting = {**output, "data": {**data, HTML: html}}, False
        outputs.append(output)
    return {**cell, "outputs": outputs}


def _problems(
    reference: str,
    lines: str,
    find: Callable[[str], Mapping[str, Picture]],
    tables: Callable[[str], list[str]],
    *,
    is_thumbnail: bool,
) -> Iterator[str]:
    name, _, cell = reference.partition("::")
    try:
        pictures = find(name)
    except KeyError:
        yield f"no notebook {name!r} to quote a picture of"
        return
    if cell in pictures and is_thumbnail and pictures[cell].kind != DRAWING:
        drawn = ", ".join(it for it, picture in pictures.items() if picture.kind == DRAWING) or "none"
        yield f"{reference} is no drawing, of whose marks a thumbnail is made; drawings: {drawn}"
    if cell not in pictures:
        yield f"{name} has no picture in a cell {cell!r}; there are: {', '.join(pictures)}"
    options = _options(lines)
    for option in options.keys() - set(OPTIONS):
        yield f"unknown option {option!r} of {reference}; allowed: {', '.join(OPTIONS)}"
    if (data := options.get("data")) and data not in tables(name):
        yield f"{name} recorded no table {data!r}; there are: {', '.join(tables(name)) or 'none'}"


def _options(lines: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _alt(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", ""))


def _shown(cell: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        for kind in (DRAWING, IMAGE):
            if kind in data:
                yield kind, "".join(data[kind])
                break
        else:
            if '<figure class="chart"' in (html := "".join(data.get(HTML, ""))):
                yield HTML, html


def _drawn(cell: Mapping[str, Any]) -> dict[str, Any]:
    outputs = []
    for place, output in enumerate(cell["outputs"]):
        data = output.get("data", {})
        if DRAWING in data:
            svg = themed("".join(data[DRAWING]), _alt(cell), f"{cell['id']}-{place}")
            kept = {kind: content for kind, content in data.items() if kind not in (DRAWING, IMAGE)}
            output = {**output, "data": {**kept, HTML: svg}}
        outputs.append(output)
    return {**cell, "outputs": outputs}


def _with_anchor(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {**cell, "metadata": {**cell["metadata"], "anchor": cell_anchor(cell["id"])}}
