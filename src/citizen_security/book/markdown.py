"""Pieces of MyST Markdown made from data: whatever the data say stays text."""

import re
from collections.abc import Iterable, Sequence
from html import escape as escape_html

# Markdown lets a backslash take the meaning from any of these, so text made of them is only text.
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

# Control characters, halves of characters that no file can hold, and marks that turn the direction of all that follows.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def text(value: object) -> str:
    """Any value as Markdown that shows it literally, on one line; what cannot be seen is shown as �."""
    return PUNCTUATION.sub(r"\\\1", _one_line(value))


def code(value: object) -> str:
    """Any value in a fixed-width face, on one line."""
    content = _one_line(value)
    if not content:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * (longest + 1)
    padded = f" {content} " if content[0] == "`" or content[-1] == "`" else content
    return f"{fence}{padded}{fence}"


def link(label: object, address: str) -> str:
    """Link to another host; an address that is none of the web's is refused.

    Raises
    ------
    ValueError
        If `address` starts with neither https:// nor http://, or cannot stand in a link.
    """
    if not re.fullmatch(r"https?://[^\s<>\\]+", address) or UNSEEN.search(address):
        raise ValueError(f"{address!r} is no address of the web; a source's path starts with https://")
    # As HTML, since MyST escapes an ampersand in an address twice.
    return f'<a class="reference external" href="{escape_html(address)}">{text(label)}</a>'


def label(name: str) -> str:
    """Label of a table's section, which `reference` leads to.

    Raises
    ------
    ValueError
        If `name` is no name of a table: it would end the label and be read as Markdown.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise ValueError(f"{name!r} is no name of a table; a name is snake case, such as 'country_year'")
    return f"table-{name}"


def reference(name: str) -> str:
    """Link to the section of a table in the data chapter, by the table's name."""
    return f"{{ref}}`{label(name)}`"


def download(name: str, address: str, note: str = "") -> str:
    """Link to a file of the site itself, relative to the page that holds it.

    The files keep the addresses they are given here, so that an analyst can read them from a script; Sphinx's own
    download role would put a checksum into the address.
    """
    suffix = f" {text(note)}" if note else ""
    return f'<a class="file" href="{escape_html(address)}" download>{text(name)}</a>{suffix}'


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, name: str = "") -> str:
    """Table of cells that are Markdown already; empty cells are fine.

    Parameters
    ----------
    header : sequence of str
        Titles of the columns.
    rows : iterable of sequence of str
        As many cells as there are columns.
    name : str, optional
        Class of the table, for the style sheet.

    Returns
    -------
    str
        A `list-table` directive.

    Raises
    ------
    ValueError
        If a column has no title: whoever listens to a table hears the titles before the cells.
    """
    if not all(title.strip() for title in header):
        raise ValueError(f"a column without a title among {list(header)}; name what its cells are")
    options = [":header-rows: 1", *([f":class: {name}"] if name else [])]
    return "\n".join(["````{list-table}", *options, "", *(_row(cells) for cells in (header, *rows)), "````"])


def bytes_in_words(count: int) -> str:
    """Size of a file for a reader: `843 B`, `232 kB`, `1.9 MB`."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def _one_line(value: object) -> str:
    return UNSEEN.sub("�", " ".join(str(value).split()))


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return "\n".join([f"* - {first}".rstrip(), *(f"  - {cell}".rstrip() for cell in others)])
