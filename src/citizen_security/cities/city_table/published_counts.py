"""The counts that Brazil, Colombia and Mexico publish for every city, beside the printed rows."""

import unicodedata

import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

# Printed names that no folding of accents turns into the register's.
REGISTER_NAMES = {
    ("MEX", "Chilpancingo de los Bravo (Guerrero)"): "Chilpancingo de los Bravo",
    ("BRA", "Grande Sao Luís"): "São Luís",
    ("BRA", "Aparecida de Goainia"): "Aparecida de Goiânia",
}


def fold(name: str) -> str:
    """A name without accents and capitals."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()


def match_cities(rows: pd.DataFrame, panel: pd.DataFrame, label_year: int) -> pd.DataFrame:
    """The rows beside the published figures of the same city, in the year of the row and in that of the title.

    Parameters
    ----------
    rows : pandas.DataFrame
        `iso3`, `city`, `year` and whatever else is to be kept.
    panel : pandas.DataFrame
        The table `city_year`.
    label_year : int

    Returns
    -------
    pandas.DataFrame
        The rows with `city_code`, `official_city`, `published_homicides`, `published_population`, `published_rate`
        (homicides per 100,000 person-years, in the row's year) and the same three as `label_…` in the year of the
        title; missing for a city without published figures, or whose name two cities of the register share.
    """
    register = panel.drop_duplicates(["iso3", "city_code"])[["iso3", "city_code", "city"]]
    register = register.rename(columns={"city": "official_city"}).assign(key=register["city"].map(fold))
    register = register[~register.duplicated(["iso3", "key"], keep=False)]
    keys = [fold(REGISTER_NAMES.get((iso3, city), city)) for iso3, city in zip(rows["iso3"], rows["city"], strict=True)]
    with_codes = rows.assign(key=keys).merge(register, on=["iso3", "key"], how="left").drop(columns="key")
    in_year = with_codes.merge(_figures(panel, "published"), on=["iso3", "city_code", "year"], how="left")
    at_label = _figures(panel[panel["year"] == label_year], "label").drop(columns="year")
    return in_year.merge(at_label, on=["iso3", "city_code"], how="left")


def _figures(panel: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = {column: f"{name}_{column}" for column in ("homicides", "population", "rate")}
    figures = with_rates(panel)[["iso3", "city_code", "year", "homicides", "population", "rate"]]
    return figures.rename(columns=columns)


def with_rates(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel with `rate`, homicides per 100,000 person-years."""
    return panel.assign(rate=panel["homicides"] / panel["population"] * PERSON_YEARS_OF_A_RATE)


def eligible_cities(panel: pd.DataFrame, countries: tuple[str, ...], minimum_population: int) -> pd.DataFrame:
    """Cities and years of the panel that a list of large cities would look at, with `rate`.

    Parameters
    ----------
    panel : pandas.DataFrame
        The table `city_year`.
    countries : tuple of str
    minimum_population : int
        In the year itself.

    Returns
    -------
    pandas.DataFrame
    """
    return with_rates(panel[panel["iso3"].isin(countries) & (panel["population"] >= minimum_population)])


def years_in_all(panel: pd.DataFrame, countries: tuple[str, ...], first_year: int, last_year: int) -> list[int]:
    """Years with figures of every one of the countries."""
    rows = panel[panel["iso3"].isin(countries) & panel["year"].between(first_year, last_year)]
    seen = rows.groupby("year")["iso3"].nunique()
    return [int(year) for year in seen.index[seen == len(countries)]]
