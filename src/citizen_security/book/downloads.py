"""The executed notebook as readers download it, and its tables without what the styling library adds to each cell.

A run is kept as it was made; what a reader takes along says each thing once.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from citizen_security.values import GLUE_PREFIX

HTML = "text/html"
TEXT = "text/plain"

# What a page's script draws a live chart from. JupyterLab shows the static picture and runs no script of an output.
_SPECIFICATION = re.compile(r'<script type="application/json" class="vega-spec">.*?</script>', re.DOTALL)
_STYLED_TABLE = re.compile(r'(?:<style[^>]*>\s*</style>\s*)?<table id="T_.*?</table>', re.DOTALL)
# Names by which styles could find the cells of one table alone.
_CELL_NAMES = re.compile(
    r' class="(?:(?:data|blank|index_name|(?:col|row)_(?:heading|trim)|(?:level|row|col)\d+) ?)+"(?=[^>]*>)'
)
_ENDS = re.compile(r"(<t[hd]\b[^>]*?) +>")
_BLANKS = re.compile(r"\n\s*(?=</?(?:caption|thead|tbody|tr|t[hd])\b|</table>)")
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def to_download(executed: Mapping[str, Any]) -> dict[str, Any]:
    """An executed notebook without what is beside it in other files, or what no reader of it sees.

    Recorded values and tables are files of the same run; the times of cells are in its manifest.

    Parameters
    ----------
    executed : mapping
        As the run kept it.

    Returns
    -------
    dict
    """
    return {**executed, "cells": [_cell(it) for it in executed["cells"]]}


def with_lean_tables(executed: Mapping[str, Any]) -> dict[str, Any]:
    """An executed notebook whose tables are markup of a page, as a person would write it.

    Parameters
    ----------
    executed : mapping

    Returns
    -------
    dict
    """
    return _with_html(executed, lean_tables)


def lean_tables(html: str) -> str:
    """Styled tables without names of cells that no style uses, and without blanks between their parts.

    Parameters
    ----------
    html : str

    Returns
    -------
    str
        What is shown is the same.
    """
    if any(rules.strip() for rules in _STYLE.findall(html)):
        return html
    return _STYLED_TABLE.sub(lambda it: _lean(it[0]), html)


def _lean(table: str) -> str:
    named = table[table.index("<table") :]
    return _BLANKS.sub("", _ENDS.sub(r"\1>", _CELL_NAMES.sub("", named)))


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: kept for key, kept in cell["metadata"].items() if key != "papermill"}
    if cell["cell_type"] != "code":
        return {**cell, "metadata": metadata}
    outputs = [_output(it) for it in cell["outputs"] if not _recorded(it)]
    return {**cell, "metadata": metadata, "outputs": outputs}


def _recorded(output: Mapping[str, Any]) -> bool:
    """Whether an output is a value or a table for the pages, which shows nothing."""
    data = output.get("data", {})
    return bool(data) and all(kind.startswith(GLUE_PREFIX) for kind in data)


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    data = output.get("data", {})
    if HTML not in data:
        return dict(output)
    html = _SPECIFICATION.sub("", "".join(data[HTML]))
    # Beside a table stand its first and last rows as text, which no viewer of notebooks shows; beside a chart, its
    # words.
    kept = {kind: it for kind, it in data.items() if kind != TEXT or "<table" not in html}
    return {**output, "data": {**kept, HTML: html}}


def _with_html(executed: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    def changed(output: Mapping[str, Any]) -> dict[str, Any]:
        data = output.get("data", {})
        return {**output, "data": {**data, HTML: change("".join(data[HTML]))}} if HTML in data else dict(output)

    cells = [
        {**cell, "outputs": [changed(it) for it in cell["outputs"]]} if cell["cell_type"] == "code" else cell
        for cell in executed["cells"]
    ]
    return {**executed, "cells": cells}
