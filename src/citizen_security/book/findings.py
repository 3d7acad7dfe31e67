"""Tables of what each study of an intervention found, on the pages of interventions.

A page asks for its own:

    ```{findings} alcohol_restriction
    ```
"""

import re
from html import escape
from typing import TYPE_CHECKING, Any

from citizen_security.figures.evidence.gap_map import doi_address
from citizen_security.figures.evidence.row_doubts import doubts_html
from citizen_security.project import WorkFailed

if TYPE_CHECKING:
    import pandas as pd

ASKED = re.compile(r"^```\{findings\}[ \t]+(\w+)[ \t]*\n```[ \t]*$", re.MULTILINE)
KINDS = {"evaluation": "Studies", "pooled_trial": "Studies of a review", "review": "Reviews"}


class UnknownIntervention(WorkFailed):
    """A page asks for the studies of an intervention that the run does not tell of."""


def with_findings(source: str, page: str, findings: "pd.DataFrame", doubts: "pd.DataFrame") -> str:
    """A page with the tables of findings that it asks for, and under each the doubts about its rows.

    Parameters
    ----------
    source : str
        Markdown.
    page : str
        Its path, for the message.
    findings : pandas.DataFrame
        intervention, kind, study, place, maryland_level, found, doi: what `evidence/meta_analysis` records.
    doubts : pandas.DataFrame
        intervention, row, doubt, what, answer, is_answered: what it records of the rows behind them.

    Returns
    -------
    str

    Raises
    ------
    UnknownIntervention
    """
    known = set(findings["intervention"])
    if unknown := [it[1] for it in ASKED.finditer(source) if it[1] not in known]:
        raise UnknownIntervention(
            f"{page}: no findings of {', '.join(unknown)}; there are: {', '.join(sorted(known))}. A page of its own is "
            "announced in citizen_security/evidence/studies/pages.py"
        )
    return ASKED.sub(lambda it: _shown(*(of[of["intervention"] == it[1]] for of in (findings, doubts))), source)


def _shown(rows: "pd.DataFrame", doubts: "pd.DataFrame") -> str:
    """Findings and, where rows behind them are doubted, what is doubted and who has answered."""
    told = f"\n{doubts_html(doubts, leave_out_empty=True)}" if len(doubts) else ""
    return f"```{{raw}} html\n{_table(rows)}{told}\n```"


def _table(rows: "pd.DataFrame") -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Study", "Where", "Design, 1 to 5", "What it found"))
    bodies = [_body(KINDS[kind], rows[rows["kind"] == kind]) for kind in KINDS if (rows["kind"] == kind).any()]
    return (
        '<div class="pst-scrollable-table-container" tabindex="0" role="group" aria-label="Studies">'
        f'<table class="table findings tex2jax_ignore mathjax_ignore"><thead><tr>{heads}</tr></thead>{"".join(bodies)}'
        "</table></div>"
    )


def _body(label: str, rows: "pd.DataFrame") -> str:
    head = f'<tr><th scope="rowgroup" colspan="4">{label}</th></tr>' if label != KINDS["evaluation"] else ""
    return f"<tbody>{head}{''.join(_row(row) for row in rows.itertuples())}</tbody>"


def _row(row: Any) -> str:
    name, address = escape(str(row.study)), doi_address(row.doi)
    named = f'<a href="{escape(address, quote=True)}">{name}</a>' if address else name
    level = f"{row.maryland_level:.0f}" if row.maryland_level == row.maryland_level and row.maryland_level else "–"
    place = escape(row.place) if isinstance(row.place, str) and row.place else "–"
    return f'<tr><th scope="row">{named}</th><td>{place}</td><td>{level}</td><td>{escape(str(row.found))}</td></tr>'
