"""Tables of the evidence notebooks as readers see them: words for columns and codes, no cell without a value."""

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from citizen_security.figures.page_table import page_table
from citizen_security.words import p_in_words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

COLUMNS: Mapping[str, str] = {
    "label": "study",
    "publication": "publication",
    "maryland_level": "Maryland level",
    "standard_error": "standard error",
    "p_value": "p-value",
    "tau": "τ",
    "tau_lower": "τ from",
    "tau_upper": "τ to",
    "tau_squared": "τ²",
    "lower": "from",
    "upper": "to",
    "new_lower": "new study from",
    "new_upper": "new study to",
    "below_zero": "probability of less crime",
    "explained": "% of τ² explained",
    "name": "statistic",
    "statistic": "value",
    "numerator_degrees": "degrees of freedom",
    "denominator_degrees": "and",
    "degrees_of_freedom": "degrees of freedom",
    "in_region": "in the region",
    "pooled_studies": "studies pooled",
    "between": "τ between publications",
    "within": "within publications",
}

REGIONS = {"lac": "Latin America and the Caribbean"}


def readable(
    table: "pd.DataFrame", *, digits: int = 2, columns: Mapping[str, str] | None = None, empty: str = "None."
) -> "Styler":
    """A table of results for a page.

    Parameters
    ----------
    table : pandas.DataFrame
    digits : int
        Decimals of numbers that are not whole; a p-value has its own.
    columns : mapping of str to str, optional
        What columns are called, before the names that all these tables share.
    empty : str
        What stands in place of a table without rows.

    Returns
    -------
    pandas.io.formats.style.Styler
        A missing number is blank, an infinite one says so, a truth value is yes or no, several codes are listed.
    """
    names = {**COLUMNS, **(columns or {})}
    shown = table.copy()
    for place, column in enumerate(table.columns):
        write = partial(_cell, digits=digits, is_p_value=str(column).startswith("p_value"))
        shown.isetitem(place, table.iloc[:, place].astype(object).map(write))
    shown.columns = [names.get(str(column), str(column).replace("_", " ")) for column in table.columns]
    return page_table(shown, empty=empty)


def _cell(value: Any, *, digits: int, is_p_value: bool) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not hasattr(value, "__float__"):
        return "" if value is None else REGIONS.get(str(value), str(value))
    return p_in_words(value) if is_p_value and not math.isnan(value) else _number(float(value), digits)


def _number(value: float, digits: int) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "infinite"
    text = f"{value:,.0f}" if value.is_integer() else f"{value:,.{digits}f}"
    is_zero = not any(digit in text for digit in "123456789")
    return (text.lstrip("-") if is_zero else text).replace("-", "−")
