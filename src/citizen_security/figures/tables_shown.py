"""Charts of tables that no notebook analyses: a place to choose, its series over time."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.figures.embed import Embedded, show
from citizen_security.figures.paradox.series import Panel, country_chart

GINI = {"gini": Panel("Inequality of disposable income, Gini", "Gini", height=230)}
REGIMES = {
    "electoral_democracy": Panel("Electoral democracy, from 0 to 1", "Democracy", ".2f", 2, 150),
    "physical_violence_index": Panel("Freedom from killing and torture by the state, from 0 to 1", "Freedom", ".2f", 2),
    "political_corruption": Panel("Political corruption, from 0 to 1", "Corruption", ".2f", 2, 150),
}
STATES = {
    "homicide_rate": Panel("Homicides per 100,000 people", "Homicides", height=210),
    "extreme_poverty_percent": Panel("People in extreme poverty, in %", "Poverty", height=150),
}
# Counts, since the table's population has a step that would move every rate.
OF_MEXICO = {"homicides": Panel("Deaths by homicide in a year", "Deaths", ".0f", 0, 230)}

GINI_SOURCE = "Source: Standardized World Income Inequality Database. A line between two surveys is estimated there."
REGIME_SOURCE = "Source: V-Dem Institute; the chart, like the table, is under CC BY-SA 4.0."
STATES_SOURCE = "Source: Freire (2018), replication data, whose gaps its author imputed."
MEXICO_SOURCE = "Source: INEGI, deaths by place and year of occurrence."

ALTERNATIVE = "Line charts over the years, one line a {}; the one chosen in the list, or clicked, stands out."


def inequality(world_gini: pd.DataFrame, countries: pd.DataFrame) -> Embedded:
    """Gini of the region's countries and territories over the years, by the table of this name."""
    inside = countries.loc[countries["is_lac"], "iso3"]
    return _by_name(world_gini[world_gini["iso3"].isin(inside)], countries, GINI, "Inequality by country", GINI_SOURCE)


def regimes(regime_year: pd.DataFrame, countries: pd.DataFrame) -> Embedded:
    """Indices of the state over the years, by the table of this name."""
    return _by_name(regime_year, countries, REGIMES, "Democracy, state violence and corruption", REGIME_SOURCE)


def brazilian_states(brazil_state_year: pd.DataFrame) -> Embedded:
    """Homicide and extreme poverty by Brazilian state, by the table of this name."""
    named = brazil_state_year.rename(columns={"state": "country"})
    frame = named.assign(extreme_poverty_percent=100 * named["extreme_poverty_share"])
    return _chart(frame, STATES, "Homicide and extreme poverty by state", ("state", "states"), STATES_SOURCE)


def mexican_states(mexico_municipality_quarter: pd.DataFrame) -> Embedded:
    """Homicide by Mexican state and year, summed over the table's municipalities and quarters."""
    named = mexico_municipality_quarter.rename(columns={"state": "country"})
    years = named.groupby(["country", "year"], as_index=False).agg(homicides=("homicides", "sum"))
    title = "Homicide in the table's municipalities, by state"
    return _chart(years, OF_MEXICO, title, ("state", "states"), MEXICO_SOURCE)


def _by_name(
    frame: pd.DataFrame, countries: pd.DataFrame, panels: Mapping[str, Panel], title: str, caption: str
) -> Embedded:
    named = frame.merge(countries[["iso3", "name"]], on="iso3", validate="many_to_one")
    return _chart(named.rename(columns={"name": "country"}), panels, title, ("country", "countries"), caption)


def _chart(
    frame: pd.DataFrame, panels: Mapping[str, Panel], title: str, kind: tuple[str, str], caption: str
) -> Embedded:
    lines = frame[["country", "year", *panels]].sort_values(["country", "year"])
    light, dark = (country_chart(lines, panels, title, kind=kind, dark=dark) for dark in (False, True))
    return show(light, ALTERNATIVE.format(kind[0]), dark=dark, caption=caption)
