"""HTML of pages of places: whatever the data say stays text."""

from collections.abc import Iterable, Sequence
from html import escape

from citizen_security.book.markdown import UNSEEN
from citizen_security.book.places.records import Place


def plain(value: object) -> str:
    """Any value on one line, with � for what cannot be seen; not yet HTML."""
    return UNSEEN.sub("�", " ".join(str(value).split()))


def text(value: object) -> str:
    """Any value as text of an element or of a quoted attribute."""
    return escape(plain(value))


def link(address: str, words: object) -> str:
    """A link to a page or a file of the site, or to a publication."""
    return f'<a href="{escape(address)}">{text(words)}</a>'


def download(place: Place) -> str:
    """A link to the file of a place's figures, from its page."""
    return f'<a href="{place.address}.csv" download>Data (CSV)</a>'


def items(lines: Iterable[str], name: str = "") -> str:
    """A list of lines that are HTML already; empty where there is none."""
    found = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ul{_named(name)}>{found}</ul>" if found else ""


def section(heading: str, content: str, name: str) -> str:
    """A part of a page with its heading, of HTML that is there already; empty where there is no content."""
    return f'<section id="{name}"><h2>{text(heading)}</h2>{content}</section>' if content else ""


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names its rows, of cells that are text; it scrolls within itself.

    Parameters
    ----------
    caption : str
    header : sequence of str
    rows : iterable of sequence of str
    """
    head = "".join(f'<th scope="col">{text(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{text(first)}</th>{"".join(f"<td>{text(cell)}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    # A box that scrolls is reached by the keyboard only if it takes the focus, and then it needs a name.
    return (
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _named(name: str) -> str:
    return f' class="{name}"' if name else ""
