"""What whoever brings claims may write, as a page shows it: each type of rule, and each way of measuring."""

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from citizen_security.figures.claims.claims_page import PAGE, anchor
from citizen_security.figures.claims.ledger import named_cells

ARGUMENTS = ("argument", "what it is", "allowed", "default")
TYPES = ("type", "is on", "a claim holds", "its rule gives", "for example")


def types_page(types: pd.DataFrame) -> str:
    """HTML of the types of claims.

    Parameters
    ----------
    types : pandas.DataFrame
        The table `claim_types` that `claims/ledger` records.

    Returns
    -------
    str
        One element, without blank lines.
    """
    rows = [
        (
            f"<code>{escape(row['type'])}</code>",
            *(escape(row[name]) for name in ("takes", "holds", "needs")),
            _example(row),
        )
        for row in _plain(types)
    ]
    return _table("Types of claims, the values under which they hold, and what a rule must give", TYPES, rows)


def measures_page(measures: pd.DataFrame, arguments: pd.DataFrame) -> str:
    """HTML of the ways of measuring, each under an anchor of its name.

    Parameters
    ----------
    measures, arguments : pandas.DataFrame
        The tables `measures` and `measure_arguments` that `claims/ledger` records.

    Returns
    -------
    str
        One element, without blank lines.
    """
    own = {str(name): _plain(rows) for name, rows in arguments.groupby("measure")}
    rows = _plain(measures)
    index = ", ".join(f'<a href="#{_place(row["measure"])}"><code>{row["measure"]}</code></a>' for row in rows)
    sections = "".join(_measure(row, own.get(row["measure"], [])) for row in rows)
    return f'<div class="measures tex2jax_ignore mathjax_ignore"><p>{index}</p>{sections}</div>'


def _measure(row: dict[str, Any], arguments: list[dict[str, Any]]) -> str:
    name = row["measure"]
    told = (
        f"{row['gives']} Unit: {row['unit']}. Values: {row['reach']}. Types: {row['types']}. "
        f"Its n counts {row['counts']}. Interval: {row['interval']}. {row['missing']}"
    ).strip()
    cells = [
        (f"<code>{it['argument']}</code>", *(escape(it[key]) for key in ("meaning", "allowed", "default")))
        for it in arguments
    ]
    table = _table(f"Arguments of {name}", ARGUMENTS, cells) if cells else "<p>It takes no arguments.</p>"
    call = f"<code>{escape(row['example'])}</code>" if row["example"] else "no arguments"
    used = f" ({_link(row['claim_id'])})" if row["claim_id"] else ""
    return (
        f'<section class="measure" id="{_place(name)}"><h3><code>{name}</code></h3><p>{escape(told)}</p>{table}'
        f"<p>For example: {call}{used}.</p></section>"
    )


def _example(row: dict[str, Any]) -> str:
    return f"{escape(row['example'])} ({_link(row['claim_id'])})"


def _link(claim_id: str) -> str:
    return f'<a href="{PAGE.rpartition("/")[2]}#{anchor(claim_id)}">{escape(claim_id)}</a>'


def _place(measure: str) -> str:
    return f"measure-{measure.replace('_', '-')}"


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are markup already; the first of a row names it."""
    titles = "".join(f'<th scope="col">{escape(it)}</th>' for it in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{it}</td>" for it in others)}</tr>' for first, *others in rows
    )
    return (
        f'<div class="pst-scrollable-table-container"><table class="table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with blank text where nothing is, and all else as text."""
    return [{name: str(cell) for name, cell in row.items()} for row in named_cells(frame.astype("object").fillna(""))]
