"""Ranges of the numbers that a page quotes alone: one rule for all, so that no estimate is without its uncertainty.

A story has at most one range in a sentence. The others stand in a table at its end, made at assembly: whoever writes a
page need not think of it.
"""

from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath

from citizen_security.book.markdown import table, text
from citizen_security.quoted import GLUE, Quotable

TITLE = "Ranges of the numbers above"
INTERVAL = "_interval"


def with_ranges(source: str, page: str, runs: Mapping[str, Quotable]) -> str:
    """A page with a table of the ranges that it does not say itself.

    Parameters
    ----------
    source : str
        Markdown that quotes runs by `{glue:text}`.
    page : str
        Its path below the book, which the notebooks' paths start from.
    runs : mapping
        What may be quoted of each, by `part/notebook`.

    Returns
    -------
    str
        The same where every quoted number that has a range is quoted with it.
    """
    quoted = dict.fromkeys(_quoted(source, page))
    said = {(notebook, key.removesuffix(INTERVAL)) for notebook, key in quoted if key.endswith(INTERVAL)}
    rows = [
        _row(runs[notebook], name)
        for notebook, name in dict.fromkeys((notebook, key.removesuffix("_text")) for notebook, key in quoted)
        if notebook in runs and (notebook, name) not in said and f"{name}{INTERVAL}" in runs[notebook].texts
    ]
    if not rows:
        return source
    shown = table(["Number", "Range", "What it is, and what the range covers"], rows, name="ranges")
    return f"{source.rstrip()}\n\n`````{{dropdown}} {TITLE}\n:class-container: ranges\n\n{shown}\n`````\n"


def _quoted(source: str, page: str) -> Iterator[tuple[str, str]]:
    """Notebooks and keys of them that a page quotes, in order."""
    for role in GLUE.findall(source):
        file, _, key = role.strip().rpartition("::")
        if file:
            yield normpath(join(dirname(page), file)).removesuffix(".ipynb"), key.partition(":")[0]


def _row(run: Quotable, name: str) -> tuple[str, str, str]:
    entry = run.recorded[name]
    label = entry["label"] or name.replace("_", " ")
    # A share is seen to be one; a sign for per cent stands at its number.
    unit = (
        ""
        if entry["unit"] in ("", "share")
        else entry["unit"]
        if entry["unit"].startswith("%")
        else f" {entry['unit']}"
    )
    return (
        text(run.texts[f"{name}_text"] + unit),
        text(run.texts[f"{name}{INTERVAL}"]),
        text(label[:1].upper() + label[1:]),
    )
