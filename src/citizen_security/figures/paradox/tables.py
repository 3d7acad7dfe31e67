"""Tables of the paradox as a page shows them: the digits that their uncertainty deserves."""

from typing import TYPE_CHECKING

from citizen_security.figures.page_table import page_table

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler


def style_numbers(table: "pd.DataFrame", digits: int, *, index: bool = True) -> "Styler":
    """A table with its numbers to some decimals.

    Parameters
    ----------
    table : pandas.DataFrame
    digits : int
        Decimals of every number that is not whole.
    index : bool
        Whether the index is shown.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    return page_table(table, digits=digits, index=index)


def style_revisions(counts: "pd.DataFrame") -> "Styler":
    """Counts of revisions by threshold; `more_than` is in per cent, `share` a share.

    Parameters
    ----------
    counts : pandas.DataFrame
        more_than, share, and further columns.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    return page_table(counts, formats={"more_than": "{:.0f}%", "share": "{:.1%}"})
