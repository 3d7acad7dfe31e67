"""Every cell of the figure of threats and strategies as a table for the page."""

from html import escape
from typing import Any

import pandas as pd

HEADS = ("Threat and strategy", "What the document names, and what it is read as", "Studies", "Place in the document")


def cells_page(cells: pd.DataFrame) -> str:
    """HTML of every cell, in the figure's order of threats.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a cell: threat_label, strategy_label, measures, interventions, studies, region, elsewhere, stating,
        beneficial, strongest, averages, places, reading.

    Returns
    -------
    str
        One element, without blank lines.
    """
    head = "".join(f'<th scope="col">{it}</th>' for it in HEADS)
    rows = ({str(name): None if pd.isna(it) else it for name, it in row.items()} for row in cells.to_dict("records"))
    body = "".join(_row(row) for row in rows)
    # A wide table scrolls in its own box, which can be reached by keyboard, so that the page does not.
    return (
        '<div class="pst-scrollable-table-container tex2jax_ignore mathjax_ignore" role="region" tabindex="0" '
        'aria-label="Cells of the figure"><table class="table"><caption>Every cell of the figure with its studies'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: dict[str, Any]) -> str:
    read = f". Read as: {_listed(row['interventions'])}" if row["interventions"] else ""
    cells = (f"{row['measures']}{read}", _studies(row), f"{row['places']} ({row['reading']})")
    written = "".join(f"<td>{escape(it)}</td>" for it in cells)
    name = f"{row['threat_label']}: {_within(row['strategy_label'])}"
    return f'<tr><th scope="row">{escape(name)}</th>{written}</tr>'


def _studies(row: dict[str, Any]) -> str:
    """What the studies of a cell are, as far as there are any."""
    if not row["studies"]:
        return "no study"
    level = f"strongest level {row['strongest']:.0f}" if row["strongest"] is not None else "level not coded"
    benefit = f"benefit {row['beneficial']} of {row['stating']}" if row["stating"] else "no direction stated"
    region = f"Region {row['region']}: {level}, {benefit}" if row["region"] else "Region none"
    averages = f" Averages: {row['averages']}." if row["averages"] else ""
    return f"{region}. Elsewhere {row['elsewhere'] or 'none'}.{averages}"


def _listed(interventions: str) -> str:
    return ", ".join(_within(it) for it in interventions.split("; "))


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"
