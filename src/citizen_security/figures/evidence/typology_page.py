"""Every cell of the figure of threats and strategies as a table for the page."""

from html import escape
from typing import Any

import pandas as pd

HEADS = (
    "Threat and strategy",
    "What the document names, and what it is read as",
    "Studies of the region",
    "Elsewhere",
    "Strongest level, region",
    "Report a benefit, region",
    "Averages",
    "Place in the document",
)
# What stands where there is nothing.
NOTHING = "–"


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
    studied = row["studies"] > 0
    cells = (
        f"{row['measures']}. Read as: {_listed(row['interventions'])}" if row["interventions"] else row["measures"],
        str(row["region"]) if studied else "no study",
        str(row["elsewhere"]) if studied else "no study",
        f"{row['strongest']:.0f}" if row["strongest"] is not None else NOTHING,
        f"{row['beneficial']} of {row['stating']}" if row["stating"] else NOTHING,
        row["averages"] or NOTHING,
        f"{row['places']} ({row['reading']})",
    )
    written = "".join(f"<td>{escape(it)}</td>" for it in cells)
    name = f"{row['threat_label']}: {_within(row['strategy_label'])}"
    return f'<tr><th scope="row">{escape(name)}</th>{written}</tr>'


def _listed(interventions: str) -> str:
    return ", ".join(_within(it) for it in interventions.split("; "))


def _within(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"
