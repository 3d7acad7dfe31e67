"""Which claims something speaks against, which hold, and of which nobody can know: a table each."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from citizen_security.figures.claims.claims_page import (
    claims_table,
    link_to_claim,
    plain_rows,
    region_in_words,
    verdict_in_words,
)
from citizen_security.figures.claims.ledger import UNTESTED, measured
from citizen_security.words import counted, sentences

FAILING = (
    "does not hold",
    "fails in part",
    "indirect evidence speaks against",
    "internally inconsistent",
    "outdated",
)
HOLDING = ("holds",)
# The book takes a claimed number for met within a tenth of it.
TENTH = 0.1
SURPRISING = 10
HEADS = ("claim", "verdict", "holds", "measured")


def distance(row: Mapping[str, Any]) -> float | None:
    """How far what was measured lies from the nearest value with which the claim would hold.

    Parameters
    ----------
    row : mapping
        value, low, high, region_low, region_high.

    Returns
    -------
    float or None
        In widths of the interval, or in tenths of that nearest value where these are wider, as they are of complete
        counts; 0 where the claim holds there. None where neither has a width, as of the arithmetic of a document.
    """
    if row["value"] is None:
        return None
    value = float(row["value"])
    low, high = row["region_low"], row["region_high"]
    if low is not None and value < low:
        edge = float(low)
    elif high is not None and value > high:
        edge = float(high)
    else:
        return 0.0
    width = max(float(row["high"]) - float(row["low"]), TENTH * abs(edge))
    return abs(value - edge) / width if width else None


def failing_table(ledger: pd.DataFrame) -> str:
    """HTML of the claims that something speaks against, those that lie furthest off first.

    Parameters
    ----------
    ledger : pandas.DataFrame
        The table `claims` that `claims/ledger` records.

    Returns
    -------
    str
        A sentence and a table; the sentence alone where nothing speaks against any.
    """
    rows = [row for row in plain_rows(ledger) if row["verdict"] in FAILING]
    if not rows:
        return "<p>No claim that could be tested has anything against it.</p>"
    off = {row["claim_id"]: distance(row) for row in rows}
    rows.sort(key=lambda row: -(off[row["claim_id"]] or 0))
    far = [row["claim_id"] for row in rows if off[row["claim_id"]]][:SURPRISING]
    told = [f"something speaks against {counted(len(rows), 'claim')}; indirect evidence never settles one"]
    if far:
        first = "the first is" if len(far) == 1 else f"the first {len(far)} are"
        told.append(
            f"{first} furthest off, in widths of the interval or tenths of the needed number, whichever is wider"
        )
    title = "Claims that something speaks against"
    return f"<p>{sentences(told)}</p>" + claims_table("claims-failing", title, HEADS, _told(rows))


def holding_table(ledger: pd.DataFrame) -> str:
    """HTML of the claims that hold, folded; argument as `failing_table`."""
    rows = [row for row in plain_rows(ledger) if row["verdict"] in HOLDING]
    if not rows:
        return "<p>No claim holds as it stands.</p>"
    return _folded("Claims that hold", claims_table("claims-holding", "Claims that hold", HEADS, _told(rows)))


def untested_table(ledger: pd.DataFrame) -> str:
    """HTML of the claims that are not tested, with the reason, folded; argument as `failing_table`."""
    rows = [row for row in plain_rows(ledger) if row["verdict"] in UNTESTED]
    if not rows:
        return "<p>Every claim that is looked at can be tested.</p>"
    rows.sort(key=lambda row: -UNTESTED.index(row["verdict"]))
    cells = ((link_to_claim(row, row["statement"]), verdict_in_words(row), row["reasons"] or "") for row in rows)
    title = "Claims that are not tested"
    return _folded(title, claims_table("claims-untested", title, ("claim", "verdict", "why"), cells))


def _told(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, ...]]:
    for row in rows:
        found = f"{row['quantity']}: {measured(row)}"
        yield link_to_claim(row, row["statement"]), verdict_in_words(row), region_in_words(row), found


def _folded(title: str, table: str) -> str:
    return f"<details><summary>{title}</summary>{table}</details>"
