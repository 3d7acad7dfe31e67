"""The panel as tables of countries by years, and how persistent its series are."""

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.panel.persistence import autoregressions
from citizen_security.methods.panel.unit_roots import cips, single_unit_tests
from citizen_security.methods.panel.wide import WidePanel
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics


def driver_panel(panel: pd.DataFrame, outcome: str, driver: str) -> WidePanel:
    """Outcome and one driver by country and year.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    outcome, driver : str
        Columns of the panel.

    Returns
    -------
    WidePanel

    Raises
    ------
    NotEstimable
        If no country-year has both.
    """
    values = panel[[outcome, driver]].astype(float)
    if not values.notna().all(axis=1).any():
        raise NotEstimable("no country-year has both it and the homicide rate. Lengthen the period, or add countries.")
    return WidePanel.of(panel["iso3"], panel["year"], values[outcome], values[driver])


def driver_panels(panel: pd.DataFrame, parameters: LevelsOrDynamics) -> dict[str, WidePanel]:
    """Outcome and driver by country and year, for every driver of the parameters."""
    return {driver: driver_panel(panel, parameters.outcome, driver) for driver in parameters.drivers}


def persistence_by_country(panel: pd.DataFrame, parameters: LevelsOrDynamics) -> pd.DataFrame:
    """How persistent the outcome and every driver are in each country, and its own tests of a unit root.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : LevelsOrDynamics

    Returns
    -------
    pandas.DataFrame
        series, iso3, pairs, estimate, persistence, innovation (as `autoregressions`), span, dickey_fuller,
        dickey_fuller_p, kpss, kpss_p (as `single_unit_tests`).
    """
    tables = []
    for column in (parameters.outcome, *parameters.drivers):
        countries, values = _table(panel, column)
        found = autoregressions(values).join(single_unit_tests(values, parameters.shortest_span))
        found.insert(0, "iso3", countries)
        found.insert(0, "series", column)
        tables.append(found)
    return pd.concat(tables, ignore_index=True)


def persistence_of_series(panel: pd.DataFrame, by_country: pd.DataFrame, parameters: LevelsOrDynamics) -> pd.DataFrame:
    """One row for each series: the median country, its countries' own tests, and the test for all together.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    by_country : pandas.DataFrame
        From `persistence_by_country`.
    parameters : LevelsOrDynamics

    Returns
    -------
    pandas.DataFrame
        series, countries (with enough consecutive years), estimate and persistence (medians), at_one (countries whose
        corrected persistence is one), tested, no_unit_root, not_stationary (countries by their own tests at the level),
        cips, cips_p, cips_critical (simulated, at the level), cips_published (at 5%, whatever the level),
        cips_countries, problem.
    """
    limit = 1 - parameters.confidence_level
    rows = []
    for column, own in by_country.groupby("series", sort=False):
        known = own["persistence"].dropna()
        rows.append(
            {
                "series": column,
                "countries": len(known),
                "estimate": own["estimate"].median(),
                "persistence": known.median(),
                "at_one": int((known >= 1).sum()),
                "tested": int(own["dickey_fuller_p"].notna().sum()),
                "no_unit_root": int((own["dickey_fuller_p"] < limit).sum()),
                "not_stationary": int((own["kpss_p"] < limit).sum()),
                **_together(_table(panel, str(column))[1], parameters),
            }
        )
    return pd.DataFrame(rows)


def _together(values: Floats, parameters: LevelsOrDynamics) -> dict[str, object]:
    names = ("cips", "cips_p", "cips_critical", "cips_published")
    try:
        found = cips(
            values,
            draws=parameters.draws_at_effort,
            seed=parameters.seed,
            significance=1 - parameters.confidence_level,
        )
    except NotEstimable as reason:
        return {**dict.fromkeys(names, np.nan), "cips_countries": 0, "problem": str(reason)}
    numbers = (found.truncated, found.p_value, found.critical, found.published)
    return {**dict(zip(names, numbers, strict=True)), "cips_countries": found.units, "problem": ""}


def _table(panel: pd.DataFrame, column: str) -> tuple[list[str], Floats]:
    """Countries with any figure, and their figures by year; every year of the panel has a column."""
    wide = panel.assign(value=panel[column].astype(float)).pivot(index="iso3", columns="year", values="value")
    years = range(int(panel["year"].min()), int(panel["year"].max()) + 1)
    known = wide.reindex(columns=years).dropna(how="all")
    return list(known.index), known.to_numpy(dtype=float)
