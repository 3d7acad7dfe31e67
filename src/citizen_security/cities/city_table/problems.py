"""Why parameters leave nothing of the printed list to examine."""

from collections.abc import Iterator

import pandas as pd

from citizen_security.cities.city_table.listed_rows import PANEL_COUNTRIES, list_length, listed_rows, panel_countries
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_table.published_counts import eligible_cities, match_cities, years_in_all
from citizen_security.cities.city_table.turnover import consecutive
from citizen_security.words import listed

MINIMUM_ROWS = 3


def list_problems(table: pd.DataFrame, panel: pd.DataFrame, parameters: CityTable) -> Iterator[str]:
    """Why the parameters leave nothing to examine; nothing if they do.

    Parameters
    ----------
    table, panel : pandas.DataFrame
        The tables `city_table` and `city_year`; every country of the parameters is in the first.
    parameters : CityTable

    Yields
    ------
    str
    """
    rows = listed_rows(table, parameters)
    countries = panel_countries(rows)
    if len(rows) < MINIMUM_ROWS:
        yield f"countries = {parameters.countries!r} leave {len(rows)} rows; at least {MINIMUM_ROWS} are needed."
    if not countries:
        yield (
            f"countries = {parameters.countries!r} hold none with a count for every city. "
            f"Add one of {', '.join(PANEL_COUNTRIES)}."
        )
        return
    yield from _unknown_cities(rows, panel, parameters)
    years = years_in_all(panel, countries, parameters.first_year, parameters.last_year)
    if not consecutive(years):
        yield (
            f"first_year = {parameters.first_year} to last_year = {parameters.last_year} hold no two successive years "
            f"with figures of {', '.join(countries)}. Widen them: Colombia begins in 2003, Brazil lacks 2020."
        )
        return
    yield from _panel_problems(eligible_cities(panel, countries, parameters.panel_minimum_population), rows, parameters)


def _unknown_cities(rows: pd.DataFrame, panel: pd.DataFrame, parameters: CityTable) -> Iterator[str]:
    """Rows of countries with a count for every city whose city is none of the register, or one of two."""
    matched = match_cities(rows, panel, parameters.label_year)
    lost = matched[matched["iso3"].isin(PANEL_COUNTRIES) & matched["city_code"].isna()]
    for country, rows_of_country in lost.groupby("iso3", sort=False):
        called = [
            f"{city!r} (rank {rank})"
            for city, rank in zip(*(rows_of_country[it] for it in ("city", "rank")), strict=True)
        ]
        yield (
            f"city_table: no single city of {country} in city_year is called {listed(called, 'or')}. Write a name as "
            "there, or add it to REGISTER_NAMES in published_counts.py."
        )


def _panel_problems(eligible: pd.DataFrame, rows: pd.DataFrame, parameters: CityTable) -> Iterator[str]:
    countries = panel_countries(rows)
    if not years_in_all(eligible, countries, parameters.label_year, parameters.label_year):
        yield (
            f"label_year = {parameters.label_year} lacks figures of one of {', '.join(countries)}. "
            "Choose a year that all have: Brazil lacks 2020."
        )
    span = eligible[eligible["year"].between(parameters.first_year, parameters.last_year)]
    fewest, needed = int(span.groupby("year").size().min()) if len(span) else 0, 2 * list_length(rows)
    if fewest < needed:
        yield (
            f"panel_minimum_population = {parameters.panel_minimum_population:,} leaves {fewest} cities in some year, "
            f"fewer than twice the {list_length(rows)} of the list, which would then not choose. Lower it."
        )
