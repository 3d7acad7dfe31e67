"""A run's notebook as a reader meets it anywhere: recorded values as text, citations and links that lead somewhere.

What the prose quotes by glue is known when the run is kept, so its Markdown is resolved then, once, for JupyterLab, for
HTML made of it, and for the book. A sentence that quotes what the run has not gives the reason instead.
"""

import re
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from posixpath import join, normpath, relpath
from typing import Any

from citizen_security.project import WorkFailed
from citizen_security.quoted import Quotable, with_roles
from citizen_security.runs.citations import ROLE, cited, resolver, works

TERM = re.compile(r"\{term\}`([^`<]+?)(?:\s*<([^`>]+)>)?`")
PAGE_LINK = re.compile(r"\]\((?!\w+:|/|#|\.\./\.\./\.\./)([^()\s#]+\.(?:md|ipynb))(?=[#)\s])")

# From the folder of a run, `results/part/notebook/run`, to the checkout.
CHECKOUT = "../../../.."

# Blocks whose lines are no paragraphs of their own text; within a fence nothing is resolved.
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(?!\{)")


class UnrecordedValues(WorkFailed):
    """Prose quotes values that the run neither recorded nor explains; the message names them all."""


def resolve_notebook(cells: Iterable[MutableMapping[str, Any]], name: str, root: Path, quotable: Quotable) -> None:
    """Resolve the Markdown of a notebook in place; what is resolved already stays.

    Parameters
    ----------
    cells : iterable of mapping
        Of the executed notebook; their `source` is a text.
    name : str
        `part/notebook`, whose prose names pages relative to its part.
    root : pathlib.Path
        The checkout, for its references.
    quotable : Quotable

    Raises
    ------
    UnrecordedValues
        If the prose quotes what is neither recorded nor said to be missing.
    UnknownReference
        If it cites a work that no file of references has.
    """
    prose = [cell for cell in cells if cell["cell_type"] == "markdown"]
    for cell in prose:
        cell["source"] = with_roles(cell["source"])
    unknown = [key for cell in prose for key in quotable.unknown(cell["source"])]
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        raise UnrecordedValues(
            f"the prose quotes {names}, which this run did not record. Record them, or say why they are missing: "
            '`Missing(names="…", reason="…")` in the room\'s headline.py'
        )
    known = works(root, [key for cell in prose for key in cited(cell["source"])])
    cite = resolver(known, f"{CHECKOUT}/book/bibliography.md")
    part = name.split("/")[0]
    for cell in prose:
        cell["source"] = outside_code(
            cell["source"], lambda text: with_links(ROLE.sub(cite, quotable.resolve(text)), part, CHECKOUT)
        )


def book_links(source: str, part: str) -> str:
    """Resolved Markdown with the links of the book: pages beside this one, terms of the glossary.

    Parameters
    ----------
    source : str
        Of a cell that `resolve_notebook` resolved.
    part : str
        Folder of the page in the book.
    """
    term = re.compile(rf'\[([^\]]+)\]\({CHECKOUT}/book/glossary\.md "Glossary: ([^"]+)"\)')
    page = re.compile(rf"\]\({CHECKOUT}/(?:book|notebooks)/([^()\s]+)")
    source = term.sub(lambda it: f"{{term}}`{it[1]} <{it[2]}>`", source)
    return page.sub(lambda it: f"]({relpath(it[1], part)}", source)


def outside_code(source: str, change: Callable[[str], str]) -> str:
    """A source changed wherever it is no block of code."""
    pieces: list[str] = []
    block, fence = "", ""
    for line in source.splitlines(keepends=True):
        opening = _FENCE.match(line)
        if fence:
            block += line
            if line.strip() == fence:
                pieces.append(block)
                block = fence = ""
        elif opening:
            pieces.append(change(block))
            block, fence = line, opening[1]
        else:
            block += line
    return "".join([*pieces, block if fence else change(block)])


def with_links(text: str, part: str, checkout: str) -> str:
    """Markdown with terms and pages as links to the checkout's files.

    Parameters
    ----------
    text : str
        Of a notebook; its links to pages start from the notebook, or from the page that the book makes of it.
    part : str
        Folder of the notebook.
    checkout : str
        Path to the checkout from where the links are to start.

    Returns
    -------
    str
    """

    def linked(link: re.Match[str]) -> str:
        folder = "book" if link[1].endswith(".md") else "notebooks"
        return f"]({checkout}/{normpath(join(folder, part, link[1]))}"

    text = PAGE_LINK.sub(linked, text)
    return TERM.sub(lambda it: f'[{it[1]}]({checkout}/book/glossary.md "Glossary: {it[2] or it[1]}")', text)
