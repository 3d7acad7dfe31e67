"""Doubts about rows of evidence as folds of tables: first those that nobody has looked into."""

from html import escape

import pandas as pd

from citizen_security.figures.page_table import page_table
from citizen_security.words import counted

COLUMNS = {"row": "Row", "doubt": "Doubt", "what": "What the row says", "answer": "Answer"}


def doubts_html(doubts: pd.DataFrame, *, leave_out_empty: bool = False) -> str:
    """Write doubts about rows as HTML: a fold of those without an answer, which is open, and one of the others.

    Parameters
    ----------
    doubts : pandas.DataFrame
        One row a doubt: row, doubt, what, answer, is_answered.
    leave_out_empty : bool
        Whether a fold without a doubt is left out.

    Returns
    -------
    str
        What stands in the tables is text on the page and nothing else.
    """
    waiting, answered = doubts[~doubts["is_answered"]], doubts[doubts["is_answered"]]
    folds = [
        _fold(f"{heading}: {_doubts(mine)}", mine, is_open=is_open)
        for heading, mine, is_open in (
            ("Doubts about rows that nobody has looked into", waiting, True),
            ("Doubts about rows with an answer", answered, False),
        )
        if len(mine) or not leave_out_empty
    ]
    return f'<div class="row-doubts tex2jax_ignore mathjax_ignore">{"".join(folds)}</div>'


def _doubts(doubts: pd.DataFrame) -> str:
    return counted(len(doubts), "doubt")


def _fold(heading: str, doubts: pd.DataFrame, *, is_open: bool) -> str:
    # A wide table scrolls in its own box, so that the page does not; the box can be reached by keyboard.
    box = (
        f'<div class="table-scroll" style="overflow-x:auto" role="region" aria-label="{escape(heading)}" tabindex="0">'
    )
    table = page_table(doubts[list(COLUMNS)].rename(columns=COLUMNS)).to_html()
    return f"<details{' open' * is_open}><summary>{escape(heading)}</summary>{box}{table}</div></details>"
