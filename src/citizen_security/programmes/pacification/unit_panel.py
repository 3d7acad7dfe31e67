"""The areas of the pacification units as a panel: deaths by period, and the period in which each unit is installed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.programmes.pacification.parameters import FIRST_YEAR, Outcome, Pacification


def deaths(table: pd.DataFrame, outcome: Outcome) -> pd.Series:
    """Deaths of an outcome, a row a unit and month.

    Parameters
    ----------
    table : pandas.DataFrame
        `rio_pacification_month`.
    outcome : {"both", "homicides", "killings_by_police"}

    Returns
    -------
    pandas.Series
    """
    return table["homicides"] + table["killings_by_police"] if outcome == "both" else table[outcome]


def month_number(year: pd.Series, month: pd.Series) -> pd.Series:
    """Months since the first of the table."""
    return 12 * (year.astype(int) - FIRST_YEAR) + month.astype(int) - 1


def unit_panel(table: pd.DataFrame, parameters: Pacification, outcome: Outcome | None = None) -> StaggeredPanel:
    """Deaths by unit and period up to the last month, each unit treated from its installation on.

    Parameters
    ----------
    table : pandas.DataFrame
        `rio_pacification_month`.
    parameters : Pacification
    outcome : str, optional
        In place of the parameters' own.

    Returns
    -------
    StaggeredPanel
        Counts with an exposure of one, so that outcomes are deaths per unit and period. A unit that is installed after
        the last month is not treated in it.

    Raises
    ------
    NotAPanel
        If too few units, or none that differ in their starts, are left.
    """
    rows = table[~table["pacification_unit"].isin(parameters.left_out)]
    installed = pd.to_datetime(rows["installed_on"])
    periods = parameters.number // parameters.months
    frame = pd.DataFrame(
        {
            "unit": rows["pacification_unit"],
            "period": month_number(rows["year"], rows["month"]) // parameters.months,
            "deaths": deaths(rows, outcome or parameters.outcome),
            "start": (month_number(installed.dt.year, installed.dt.month) - parameters.months_earlier)
            // parameters.months,
        }
    )
    kept = frame[frame["period"] < periods]
    sums = kept.groupby(["unit", "period"], sort=True).agg(deaths=("deaths", "sum"), start=("start", "first"))
    sums = sums.reset_index()
    start = sums["start"].where(sums["start"] < periods)
    return StaggeredPanel.of(sums["unit"], sums["period"], sums["deaths"], start, exposure=np.ones(len(sums)))


def unknown_units(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Names that no unit of the table has."""
    known = set(table["pacification_unit"])
    return [name for name in names if name not in known]


def units_table(table: pd.DataFrame) -> pd.DataFrame:
    """The units by date, with their deaths before and after it.

    Parameters
    ----------
    table : pandas.DataFrame
        `rio_pacification_month`.

    Returns
    -------
    pandas.DataFrame
        pacification_unit, zone, installed_on, deaths_before, deaths_after (a month, both outcomes).
    """
    installed = pd.to_datetime(table["installed_on"])
    after = month_number(table["year"], table["month"]) >= month_number(installed.dt.year, installed.dt.month)
    rows = table.assign(deaths=deaths(table, "both"), after=after)
    means = rows.groupby(["pacification_unit", "after"])["deaths"].mean().unstack()
    named = rows.drop_duplicates("pacification_unit").set_index("pacification_unit")
    found = named[["zone", "installed_on"]].assign(deaths_before=means[False], deaths_after=means[True])
    return found.sort_values("installed_on", kind="stable").reset_index()


def installed_over_time(table: pd.DataFrame, parameters: Pacification) -> pd.DataFrame:
    """Deaths a month in all areas by year, and how many units there were at its end.

    Parameters
    ----------
    table : pandas.DataFrame
        `rio_pacification_month`.
    parameters : Pacification

    Returns
    -------
    pandas.DataFrame
        year, homicides, killings_by_police, units. Without units that are left out.
    """
    rows = table[~table["pacification_unit"].isin(parameters.left_out)]
    sums = rows.groupby("year")[["homicides", "killings_by_police"]].sum().reset_index()
    years = pd.to_datetime(rows.drop_duplicates("pacification_unit")["installed_on"]).dt.year.to_numpy()
    return sums.assign(units=[int((years <= year).sum()) for year in sums["year"]])
