"""Tables of the evidence notebooks as readers see them: words for columns and codes, no cell without a value."""

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pandas import isna

from citizen_security.figures.headers import are_years
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
    "publications_effect": "effect by publication",
    "publications_lower": "by publication from",
    "publications_upper": "to, by publication",
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

REGIONS = {"lac": "Latin America and the Caribbean", "map": "the whole map"}


def readable(
    table: "pd.DataFrame",
    *,
    digits: int = 2,
    columns: Mapping[str, str] | None = None,
    infinite: str = "infinite",
    empty: str = "None.",
) -> "Styler":
    """A table of results for a page.

    Parameters
    ----------
    table : pandas.DataFrame
        An index with a name is shown as the first columns.
    digits : int
        Decimals of numbers that are not whole; a p-value has its own, and a share is in per cent.
    columns : mapping of str to str, optional
        What columns are called, before the names that all these tables share.
    infinite : str
        What stands for a number without an end.
    empty : str
        What stands in place of a table without rows.

    Returns
    -------
    pandas.io.formats.style.Styler
        A missing number is blank, an infinite one says so, a truth value is yes or no, several codes are listed.
    """
    names = {**COLUMNS, **REGIONS, **(columns or {})}
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    shown = table.rename_axis(columns=None).copy()
    # A row that says year in its first cell, such as the first year of a table that is turned, is one of years as well.
    rows_of_years = [are_years(first, others) for first, *others in table.itertuples(index=False, name=None)]
    for place, column in enumerate(table.columns):
        values = table.iloc[:, place]
        is_of_years = are_years(column, values)
        write = partial(_cell, column=str(column), digits=digits, infinite=infinite)
        cells = zip(values, rows_of_years, strict=True)
        shown.isetitem(place, [write(value, comma="" if is_of_years or in_row else ",") for value, in_row in cells])
    shown.columns = [names.get(str(column), str(column).replace("_", " ")) for column in table.columns]
    return page_table(shown, empty=empty)


def _cell(value: Any, *, column: str, digits: int, infinite: str, comma: str) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not hasattr(value, "__float__"):
        return REGIONS.get(str(value), str(value))
    if math.isinf(value):
        return infinite
    if column.startswith("p_value"):
        return p_in_words(value)
    return f"{value:.1%}" if column.startswith("share") else _number(float(value), digits, comma)


def _number(value: float, digits: int, comma: str) -> str:
    text = f"{value:{comma}.0f}" if value.is_integer() else f"{value:{comma}.{digits}f}"
    is_zero = not any(digit in text for digit in "123456789")
    return (text.lstrip("-") if is_zero else text).replace("-", "−")
