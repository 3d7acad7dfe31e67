"""What the book's pages are called, from their sources."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from citizen_security.book.whole import pages

_HEADING = re.compile(r"^# +(.+)$", re.MULTILINE)
# Marks of Markdown that a title may hold.
_MARKS = re.compile(r"[*`\\]|\{\w+\}")


def page_titles(source: Path) -> dict[str, str]:
    """Address, without its ending → title of every page of the contents that has a source.

    Parameters
    ----------
    source : pathlib.Path
        The assembled sources, with the table of contents.

    Returns
    -------
    dict
        In the order of the contents.
    """
    contents = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))
    addresses = [page.removesuffix(".html") for page in pages(contents)]
    return {it: title for it in addresses if (title := next(_headings(source, it), ""))}


def _headings(source: Path, address: str) -> Iterator[str]:
    page, notebook = source / f"{address}.md", source / f"{address}.ipynb"
    if page.is_file():
        texts = [page.read_text(encoding="utf-8")]
    elif notebook.is_file():
        texts = ["".join(cell["source"]) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    else:
        texts = []
    yield from (_MARKS.sub("", heading[1]).strip() for text in texts for heading in _HEADING.finditer(text))
