"""A notebook's page as a workshop: what it found first, then what may be changed, then every step with its code folded.

The executed notebook keeps its cells and their order. After the title come a box with its key findings and its main
figure, links to run it and to its data, the run, and its parameters as a table; the code of each cell folds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from citizen_security.book.markdown import reference
from citizen_security.book.pictures import Picture, shown_picture
from citizen_security.book.run_panel import plain, quick_warning, run_panel
from citizen_security.compendium import CODING_SCHEME, Notebook
from citizen_security.parameters import Parameters, allowed_values, field_schema
from citizen_security.prose import sentence_spans
from citizen_security.quoted import Quotable
from citizen_security.runs.resolved import UnrecordedValues

# A finding ends with the sentence that would make it longer than this; the first is shown whole.
LONGEST_FINDING = 240
# What is allowed of a parameter is unfolded up to so many characters.
LONGEST_ALLOWED = 90
_ABOUT_N = re.compile(r"n(?::| counts) ")
# The classes of these tags fold a cell's code, and take away the room of a cell that shows nothing.
FOLDED, SILENT = "hide-input", "silent"


def workshop_page(
    page: Mapping[str, Any],
    notebook: Notebook,
    manifest: Mapping[str, Any],
    values: Mapping[str, Mapping[str, Any]],
    pictures: Mapping[str, Picture],
    stories: Sequence[str] = (),
) -> dict[str, Any]:
    """The executed notebook as its page in the book.

    Parameters
    ----------
    page : mapping
        The executed notebook, with the links of the book.
    notebook : Notebook
    manifest, values : mapping
        The run's `manifest.json` and `values.json`.
    pictures : mapping
        The notebook's pictures, by cell.
    stories : sequence of str
        Pages that tell what the notebook found, by their paths below the book.

    Returns
    -------
    dict

    Raises
    ------
    UnrecordedValues
        If the compendium names a finding or a figure that the run has not.
    """
    title, *others = page["cells"]
    top = [
        quick_warning(manifest),
        _box(notebook, Quotable(values, manifest.get("missing", {})), pictures),
        _links(notebook, stories),
        run_panel(manifest, values, f"../runs/{notebook.name}"),
    ]
    cells = [
        title,
        _markdown("this-run", "\n\n".join(filter(None, top))),
        _markdown("parameters-table", f"## Parameters\n\n{_raw(_parameters(notebook.parameters, manifest))}"),
        *(_folded(cell) if cell["cell_type"] == "code" else cell for cell in others),
    ]
    metadata = {key: value for key, value in page["metadata"].items() if key in ("kernelspec", "language_info")}
    return {**page, "metadata": metadata, "cells": cells}


def finding(entry: Mapping[str, Any], texts: Mapping[str, str], name: str) -> str:
    """A recorded value as HTML that can be read alone.

    Parameters
    ----------
    entry : mapping
        Of the run's `values.json`.
    texts : mapping
        What prose may quote of the run, by glue key.
    name : str
        The value's name.

    Returns
    -------
    str
        The first sentences of a text; of a number what it is, with its interval.
    """
    if isinstance(entry["value"], str):
        return escape(_first_sentences(entry["value"]), quote=False)
    unit = entry.get("unit", "")
    # What `n` counts is said of a number that is not shown here.
    label = "; ".join(it for it in entry.get("label", "").split("; ") if not _ABOUT_N.match(it))
    number = texts[f"{name}_text"]
    if unit and label.casefold().startswith(unit.casefold()):
        # `19 cities not listed whose …`
        return f"<strong>{escape(number)}</strong> {escape(label, quote=False)}"
    whole = f"{number}{'' if unit.startswith('%') or not unit else ' '}{unit}"
    interval = f" ({escape(texts[f'{name}_interval'])})" if entry.get("interval") else ""
    return f"<strong>{escape(whole, quote=False)}</strong>{interval}: {escape(label, quote=False)}"


def _box(notebook: Notebook, quotable: Quotable, pictures: Mapping[str, Picture]) -> str:
    if not notebook.findings:
        return ""
    if notebook.figure and notebook.figure not in pictures:
        raise UnrecordedValues(
            f"compendium.py names {notebook.figure!r} as the main figure of {notebook.name}, which shows none in that "
            f"cell. Allowed: {', '.join(pictures) or 'no cell of it shows a figure'}"
        )
    items = "".join(f"<li>{it}</li>" for it in _findings(notebook, quotable))
    figure = _figure(pictures[notebook.figure]) if notebook.figure else ""
    return _raw(
        f'<section class="key-findings" aria-label="Key findings"><p class="rubric">Key findings</p>'
        f"<ul>{items}</ul>{figure}</section>"
    )


def _findings(notebook: Notebook, quotable: Quotable) -> Iterator[str]:
    for name in notebook.findings:
        if name in quotable.recorded:
            yield finding(quotable.recorded[name], quotable.texts, name)
        elif reason := quotable.why_not(name):
            yield f"Not in this run: {escape(reason, quote=False)}."
        else:
            raise UnrecordedValues(
                f"compendium.py names {name!r} as a finding of {notebook.name}, whose run did not record it. Name one "
                "that it records, or say why it is missing: `Missing(names=…, reason=…)` in the room's headline.py"
            )


def _figure(picture: Picture) -> str:
    return (
        f'<figure class="key-figure">{shown_picture(picture, f"{picture.notebook}.html", "key-figure")}'
        f'<figcaption><a href="#{picture.anchor}">How it was made: the text and the code</a></figcaption></figure>'
    )


def _links(notebook: Notebook, stories: Sequence[str]) -> str:
    """How to run it, which tables it reads, and the pages that tell what it found."""
    scheme = set(CODING_SCHEME) if set(CODING_SCHEME) <= set(notebook.tables) else set()
    tables = [reference(name) for name in notebook.tables if name not in scheme]
    told = ", ".join(f"{{doc}}`/{page.removesuffix('.md')}`" for page in stories)
    parts = [
        f"**Run it:** `citizen-security run {notebook.name}`, {{doc}}`with your own choices </rerun>`",
        *([f"**Data:** {', '.join(tables)}"] if tables else []),
        *([f"**The story:** {told}"] if told else []),
    ]
    return "{.workshop-links}\n" + " · ".join(parts)


def _parameters(parameters: type[Parameters], manifest: Mapping[str, Any]) -> str:
    defaults = parameters.defaults()
    # As in the notebook's cell, where the effort, which all notebooks share, comes last.
    names = sorted(parameters.model_fields, key=lambda name: name == "effort")
    rows = "".join(_row(name, field_schema(parameters, name), defaults[name], manifest["changed"]) for name in names)
    head = "".join(f'<th scope="col">{it}</th>' for it in ("Parameter", "What it is", "Default", "Allowed"))
    return (
        '<div class="pst-scrollable-table-container"><table class="table parameters-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(name: str, schema: Mapping[str, Any], default: object, changed: Mapping[str, object]) -> str:
    unit = f" ({schema['unit']})" if schema.get("unit") else ""
    meaning = f"{schema.get('description', '')}{unit}"
    allowed = escape(allowed_values(schema), quote=False)
    if len(allowed) > LONGEST_ALLOWED:
        start, _, _ = allowed[: LONGEST_ALLOWED // 2].rpartition(" ")
        allowed = f"<details><summary>{start} …</summary>{allowed}</details>"
    shown = escape(plain(default), quote=False)
    if name in changed:
        shown = f"<strong>{escape(plain(changed[name]), quote=False)}</strong> in this run; {shown}"
    cells = (escape(meaning, quote=False), shown, allowed)
    return f'<tr><th scope="row"><code>{name}</code></th>{"".join(f"<td>{it}</td>" for it in cells)}</tr>'


def _folded(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell whose code unfolds; one that shows nothing takes no more room than its fold."""
    tags = list(cell["metadata"].get("tags", ()))
    silent = not any("data" not in it or _is_shown(it["data"]) for it in cell.get("outputs", ()))
    tags += [tag for tag in (FOLDED, *([SILENT] if silent else [])) if tag not in tags]
    return {**cell, "metadata": {**cell["metadata"], "tags": tags}}


def _is_shown(data: Mapping[str, object]) -> bool:
    """Whether an output has a type that is no recorded value's."""
    return any(not kind.startswith("application/papermill.record/") for kind in data)


def _first_sentences(text: str) -> str:
    ends = [end for _, end in sentence_spans(text)]
    fitting = [end for end in ends if end <= LONGEST_FINDING] or ends[:1]
    return text[: fitting[-1]]


def _markdown(identifier: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": source}


def _raw(html: str) -> str:
    # A text with a fence of its own would end the block.
    fenced = html.replace("```", "&#96;" * 3)
    return f"``````{{raw}} html\n{fenced}\n``````"
