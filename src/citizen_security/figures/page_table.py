"""The one way to a styled table on a page: what stands in its cells and labels is text there, and nothing else.

Styled tables of pandas write cells and labels as HTML as they stand, so a name with markup in it would become part of
the page and run.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from citizen_security.figures.headers import label_in_words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

# The page's mathematics would read dollar signs in names as formulas, and a formula may be a link that runs.
NO_FORMULAS = 'class="tex2jax_ignore mathjax_ignore"'
DIGITS = 6
# Signs of a key that an anchor has not.
NO_ANCHOR = re.compile(r"[^a-z0-9]+")


def page_table(
    table: "pd.DataFrame",
    *,
    digits: int | None = None,
    formats: Mapping[str, str | Callable[[Any], object]] | None = None,
    index: bool = False,
    missing: str = "",
    empty: str = "None.",
    anchors: str = "",
) -> "Styler":
    """Style a table for a page, with its cells and labels as text.

    Parameters
    ----------
    table : pandas.DataFrame
    digits : int, optional
        Decimals of every number that is not whole; six by default.
    formats : mapping of str, optional
        Format of a column's cells, as `{:.1%}` or a function of a cell.
    index : bool
        Whether the index is shown.
    missing : str
        What stands where a cell has no value.
    empty : str
        What stands in place of a table without rows.
    anchors : str, optional
        Column whose cells name their rows: each becomes an anchor that other pages can lead to.

    Returns
    -------
    pandas.io.formats.style.Styler
        Its identifier is made from what it shows: the same table has the same bytes in every run, and two different
        tables of a page never share one.
    """
    import pandas as pd

    from citizen_security.figures.corners import WithoutEmptyHeaders

    rows = len(table)
    if not rows:
        table, formats, index = pd.DataFrame({"": [empty]}), None, False
    write = partial(_text, digits=DIGITS if digits is None else digits)
    # The cells' own identifiers serve rules for single cells, which no table here has.
    styled = WithoutEmptyHeaders(table, cell_ids=False, table_attributes=NO_FORMULAS)
    styled.format(write, na_rep=escape(missing))
    for column, form in (formats or {}).items():
        styled.format(partial(_formatted, form=form), subset=[column], na_rep=escape(missing))
    if rows and anchors:
        styled.format(_anchored, subset=[anchors])
    for axis in (0, 1):
        styled.format_index(partial(_label, digits=DIGITS if digits is None else digits), axis=axis)
        styled.format_index_names(partial(_label, digits=DIGITS), axis=axis)
    if not rows:
        styled.hide(axis="columns")
    if not index:
        styled.hide(axis="index")
    shown = styled.to_html(table_uuid="table")
    styled.set_uuid(hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:12])
    return styled


def row_anchor(key: object) -> str:
    """Anchor of the row that a cell names, on the page of its table.

    Parameters
    ----------
    key : object

    Returns
    -------
    str
    """
    return f"row-{NO_ANCHOR.sub('-', str(key).lower())}"


def _anchored(key: object) -> str:
    return f'<span id="{row_anchor(key)}">{escape(str(key))}</span>'


def _label(label: object, *, digits: int) -> str:
    return _text(label_in_words(label) if isinstance(label, str) else label, digits=digits)


def _text(value: object, *, digits: int) -> str:
    from pandas.api.types import is_float

    # A day is a date without a time; pandas has it as the midnight of that day.
    if isinstance(value, datetime) and value.time() == time():
        return f"{value:%Y-%m-%d}"
    return f"{value:.{digits}f}" if is_float(value) else escape(str(value))


def _formatted(value: object, *, form: str | Callable[[Any], object]) -> str:
    return escape(form.format(value) if isinstance(form, str) else str(form(value)))
