"""The sector's own line carried on past the start, alone and beside the city, at earlier dates, and with bends."""

from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.interrupted_series.counts import NotConverged, fit_count_segments
from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds, trend_bounds
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence, as_month
from citizen_security.programmes.focused_deterrence.sector_panel import SectorPanel
from citizen_security.programmes.parameters import MONTHS_A_YEAR, month_number

QUARTERS_A_YEAR = 4

# Added to counts before a logarithm, so that a quarter without files has one.
HALF = 0.5

LINES = {"alone": "its own line", "beside_city": "its line beside all other sectors"}


def lines(panel: SectorPanel, parameters: FocusedDeterrence) -> pd.DataFrame:
    """Segmented regressions of quarterly counts: the sector alone, and its share of the city's files.

    Parameters
    ----------
    panel : SectorPanel
        By month.
    parameters : FocusedDeterrence

    Returns
    -------
    pandas.DataFrame
        line, line_name, change, lower, upper (percent of what the line gives), p_value, dispersion; a line without a
        best fit has none.
    """
    quarters = panel.quarters()
    rows: list[dict[str, Any]] = []
    for name, label in LINES.items():
        exposure = np.ones(len(quarters.rest)) if name == "alone" else quarters.rest
        row: dict[str, Any] = {"line": name, "line_name": label}
        try:
            fit = fit_count_segments(quarters.counts[0], exposure, quarters.before, season=QUARTERS_A_YEAR)
        except NotConverged:
            rows.append(row | dict.fromkeys(("change", "lower", "upper", "p_value", "dispersion"), np.nan))
            continue
        change, lower, upper = 100 * np.expm1([fit.effect, *fit.interval(parameters.confidence_level)])
        row |= {"change": change, "lower": lower, "upper": upper}
        rows.append(row | {"p_value": fit.p_value(), "dispersion": fit.dispersion})
    return pd.DataFrame(rows)


def bent(panel: SectorPanel, parameters: FocusedDeterrence) -> dict[str, TrendBounds]:
    """Bounds under trends that bend after the start as they did before, with the same estimate at earlier dates.

    Parameters
    ----------
    panel : SectorPanel
        By month.
    parameters : FocusedDeterrence

    Returns
    -------
    dict of str to TrendBounds
        By line; on logarithms.
    """
    quarters = panel.quarters()
    own = np.log(quarters.counts[0] + HALF)
    series = {"alone": own, "beside_city": own - np.log(quarters.rest + HALF)}
    level = parameters.confidence_level
    return {
        name: trend_bounds(values, quarters.before, bends=sorted(parameters.bends), confidence_level=level)
        for name, values in series.items()
    }


def bend_table(bounds: dict[str, TrendBounds]) -> pd.DataFrame:
    """Bounds of both lines in percent.

    Parameters
    ----------
    bounds : dict of str to TrendBounds
        From `bent`.

    Returns
    -------
    pandas.DataFrame
        line, line_name, bend, lower_effect, upper_effect, lower, upper (percent).
    """
    ends = ["lower_effect", "upper_effect", "lower", "upper"]
    tables = [
        found.table.assign(line=name, line_name=LINES[name], **{end: 100 * np.expm1(found.table[end]) for end in ends})
        for name, found in bounds.items()
    ]
    return pd.concat(tables, ignore_index=True)[["line", "line_name", "bend", *ends]]


def a_year_later(month: str) -> str:
    """The same month of the next year: `2017-01` after `2016-01`."""
    return as_month(month_number(month) + MONTHS_A_YEAR)
