"""Frames as a reader sees them: words for columns, digits by uncertainty, a dash for what is missing.

In a notebook every frame is shown so; code goes on with the frame as it is.
"""

import math
import re
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from citizen_security.figures.headers import CODE_NAME, COLUMNS, are_years, header
from citizen_security.figures.page_table import page_table

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

MISSING = "–"
# As the library itself does: a longer frame is shown by its first and last rows.
MOST_ROWS = 60
ROWS_OF_A_LONG_FRAME = 20
UNNAMED = "name"
MOST_DECIMALS = 4
SIGNIFICANT = 2
THOUSAND = 1000
SMALLEST_P = 0.001
P_VALUES = {"p_of_zero", "p_low", "p_high"}

_BOUND = re.compile(r"^(?:(.+)_)?(lower|upper)$")


def show_frames_in_words() -> None:
    """In a notebook, show every frame as `in_words` makes it; elsewhere nothing changes."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or getattr(shell, "display_formatter", None) is None:
        return
    import pandas as pd

    shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, lambda frame: in_words(frame).to_html())


def in_words(
    frame: "pd.DataFrame",
    *,
    columns: Mapping[str, str] | None = None,
    empty: str = "None.",
) -> "Styler":
    """A frame of results for a page.

    Parameters
    ----------
    frame : pandas.DataFrame
        An index that numbers the rows is left out; any other is shown as the first columns.
    columns : mapping of str to str, optional
        What columns are called, before the names that all tables share.
    empty : str
        What stands in place of a frame without rows.

    Returns
    -------
    pandas.io.formats.style.Styler
        Of a long frame the first and last rows, with a row between that says how many are left out.
    """
    import pandas as pd

    table = _with_index(frame)
    decimals = {column: _decimals(table, place) for place, column in enumerate(table.columns)}
    shown = _shortened(table)
    columns_of_years = [are_years(column, table.iloc[:, place]) for place, column in enumerate(table.columns)]
    # In a table on its side the first cell of a row says what the others are.
    rows_of_years = [are_years(first, others) for first, *others in shown.itertuples(index=False, name=None)]
    written = pd.DataFrame(
        {
            place: [
                _year(value) if years or of_row else _cell(value, str(column), decimals[column])
                for value, of_row in zip(shown.iloc[:, place], rows_of_years, strict=True)
            ]
            for place, (column, years) in enumerate(zip(table.columns, columns_of_years, strict=True))
        }
    )
    if len(shown) < len(table):
        half = len(shown) // 2
        gap = pd.DataFrame([dict.fromkeys(written.columns, "…")])
        written = pd.concat([written.iloc[:half], gap, written.iloc[half:]], ignore_index=True)
    written.columns = _headers(table.columns, {**COLUMNS, **(columns or {})})
    return page_table(written, empty=empty)


def _headers(columns: "Sequence[Any] | pd.Index", names: Mapping[str, str]) -> Any:
    import pandas as pd

    if isinstance(columns, pd.MultiIndex):
        levels = [tuple(header(str(part), names) for part in column) for column in columns]
        return pd.MultiIndex.from_tuples(levels)
    return [header(str(column), names) for column in columns]


def _with_index(frame: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    if frame.index.names == [None] and pd.api.types.is_integer_dtype(frame.index.dtype):
        return frame.reset_index(drop=True)
    levels = [str(UNNAMED if name is None else name) for name in frame.index.names]
    index = pd.DataFrame({place: frame.index.get_level_values(place) for place in range(frame.index.nlevels)})
    whole = pd.concat([index, frame.reset_index(drop=True)], axis=1)
    blanks = [""] * (frame.columns.nlevels - 1)
    own = [(name, *blanks) if blanks else name for name in levels]
    names = [*own, *frame.columns]
    whole.columns = pd.MultiIndex.from_tuples(names) if blanks else pd.Index(names, dtype=object)
    return whole


def _shortened(table: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    if len(table) <= MOST_ROWS:
        return table
    half = ROWS_OF_A_LONG_FRAME // 2
    return pd.concat([table.iloc[:half], table.iloc[-half:]])


def _decimals(table: "pd.DataFrame", place: int) -> int:
    """Decimals of a column: two digits of the width of its interval, or of its typical size where it has none."""
    import pandas as pd

    values = table.iloc[:, place]
    if not pd.api.types.is_float_dtype(values.dtype):
        return SIGNIFICANT
    if _all_whole(values):
        return 0
    size = _typical(_width(table, str(table.columns[place])))
    if size is None:
        size = _typical(values)
    if size is None:
        return SIGNIFICANT
    return min(max(SIGNIFICANT - 1 - math.floor(math.log10(size)), 0), MOST_DECIMALS)


def _all_whole(values: Any) -> bool:
    import numpy as np

    numbers = np.asarray(values, dtype=float)
    return bool(np.all(np.mod(numbers[np.isfinite(numbers)], 1) == 0))


def _width(table: "pd.DataFrame", column: str) -> Any:
    """Widths of the interval that a column belongs to; None without one."""
    bound = _BOUND.match(column)
    stem = (bound[1] if bound else column) or ""
    for lower, upper in ((f"{stem}_lower", f"{stem}_upper"), ("lower", "upper")):
        if lower in table.columns and upper in table.columns:
            # An estimate beside bare bounds shares their digits; a number of another kind does not.
            if lower == "lower" and not bound and column not in ESTIMATES:
                continue
            import pandas as pd

            ends = table[[lower, upper]].apply(pd.to_numeric, errors="coerce")
            return ends[upper] - ends[lower]
    return None


# Columns that stand beside bare `lower` and `upper` as what these bound.
ESTIMATES = {"estimate", "median", "mean", "value", "change", "difference", "rate", "effect", "slope"}


def _typical(values: Any) -> float | None:
    """The median size of numbers that are neither zero nor infinite; None where there is none."""
    if values is None:
        return None
    import numpy as np
    import pandas as pd

    sizes = np.abs(pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(sizes)) if sizes.size else None


def _cell(value: Any, column: str, decimals: int) -> str:
    from pandas import isna

    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_cell(inner, column, decimals) for inner in value) or MISSING
    if isna(value):
        return MISSING
    if type(value).__name__ in {"bool", "bool_"}:
        return "yes" if value else "no"
    if isinstance(value, str):
        # A key is looked up as it stands.
        return value.replace("_", " ") if CODE_NAME.match(value) and not column.endswith("id") else value
    if not hasattr(value, "__float__"):
        return str(value)
    if isinstance(value, Integral):
        return _whole(int(value))
    return _number(float(value), column, decimals)


def _year(value: Any) -> str:
    from pandas import isna

    return MISSING if isna(value) else f"{value:.0f}" if isinstance(value, Real) else str(value)


def _whole(value: int) -> str:
    return f"{value:,}".replace("-", "−")


def _number(value: float, column: str, decimals: int) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if (column.endswith("p_value") or column in P_VALUES) and 0 <= value <= 1:
        return "below 0.001" if value < SMALLEST_P else f"{value:.3f}"
    if value.is_integer() and (decimals == 0 or abs(value) >= THOUSAND):
        return _whole(int(value))
    text = f"{value:,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        # What is left of a small number says so, and zero is zero.
        text = "0" if value == 0 else f"{value:.{SIGNIFICANT}g}"
    return text.replace("-", "−")
