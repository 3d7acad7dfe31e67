"""Homicides of places at four scales, and their concentration year by year."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.concentration.chance import compare_with_chance, draw_equal_risk, one_city
from citizen_security.methods.concentration.measures import lorenz_curve, measure_concentration

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.cities.concentration.parameters import Concentration

MINIMUM_PLACES = 5
MONTHS = 12
WINDOW_SOURCE = "FGJ investigation files"
REGION = "Latin America and the Caribbean"
LABELS = ["scale", "group", "year"]
COLUMNS = [*LABELS, "place", "homicides", "population"]

Tables = Mapping[str, pd.DataFrame]


def annual_places(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    """Homicides of every place and year of the chosen scales.

    Concentration of different sets of places cannot be compared, so that only places are kept that have a count in
    every year in which any place of their group has one.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `countries`, `country_year`, `state_year`, `city_year`, `mexico_city_sector_month`.
    parameters : Concentration

    Returns
    -------
    pandas.DataFrame, one row for each place and year
        `scale`, `group`, `year`, `place`, `homicides` and `population`, which is missing where there is none, or where
        the table doubts it as an annual figure.
    """
    readers = {"countries": _countries, "states": _states, "cities": _cities, "police_sectors": _police_sectors}
    frames = [readers[scale](tables, parameters).assign(scale=scale) for scale in parameters.scales]
    rows = pd.concat(frames, ignore_index=True)[COLUMNS]
    rows = rows[rows["year"].between(parameters.first_year, parameters.last_year)]
    years = rows.groupby("group")["year"].transform("nunique")
    complete = rows.groupby(["group", "place"])["year"].transform("nunique") == years
    return rows[complete].astype({"homicides": np.int64, "population": float}).reset_index(drop=True)


def coverage(places: pd.DataFrame) -> pd.DataFrame:
    """What each group consists of.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `annual_places`.

    Returns
    -------
    pandas.DataFrame, one row for each group
        `group`, `places`, `years`, `first_year`, `last_year`, `homicides` and `with_population` (years).
    """
    known = places[places["population"].notna()].groupby("group")["year"].nunique()
    table = places.groupby("group", sort=False).agg(
        places=("place", "nunique"),
        years=("year", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        homicides=("homicides", "sum"),
    )
    return table.assign(with_population=known.reindex(table.index).fillna(0).astype(int)).reset_index()


def concentration_problems(tables: Tables, parameters: "Concentration") -> Iterator[str]:
    """Why the parameters cannot be used on these tables; nothing if they can.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    parameters : Concentration

    Yields
    ------
    str
    """
    places = annual_places(tables, parameters)
    found = places.groupby("group")["place"].nunique()
    period = f"from {parameters.first_year} to {parameters.last_year}"
    for group in _wanted_groups(tables, parameters):
        number = int(found.get(group, 0))
        if number < MINIMUM_PLACES:
            yield (
                f"{group} has {number or 'no'} places with a count in each year {period}; at least {MINIMUM_PLACES} "
                f"are needed. Change first_year or last_year, or leave its scale or country out."
            )
    months = len(sector_panel(tables["mexico_city_sector_month"]))
    for window in parameters.window_months:
        if not 1 <= window <= months:
            yield f"window_months holds {window}. Allowed: 1 to {months}, the months on record."


def concentration_series(places: pd.DataFrame, parameters: "Concentration", draws: int) -> pd.DataFrame:
    """Concentration of each group in each year, by places and, where populations can be used, by persons.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `annual_places`.
    parameters : Concentration
        `share_of_homicides`, `interval_level` and `seed`.
    draws : int
        Simulated years for each interval.

    Returns
    -------
    pandas.DataFrame
        `scale`, `group`, `year`, `basis` (places or persons), `measure`, the columns of `compare_with_chance`,
        `size_alone` (by places: the measure of the populations themselves), `places` and `homicides` (numbers).
    """
    frames = [
        _labelled(_one_year(rows, basis, parameters, draws), rows).assign(basis=basis)
        for _, rows in places.groupby(LABELS, sort=False)
        for basis in ("places", "persons")
        if rows["homicides"].sum() > 0 and (basis == "places" or rows["population"].notna().all())
    ]
    return pd.concat(frames, ignore_index=True)


def every_few_years(places: pd.DataFrame, step: int) -> pd.DataFrame:
    """Rows of each group's latest year and of every so many years before it.

    Parameters
    ----------
    places : pandas.DataFrame
        With `group` and `year`.
    step : int
        1 keeps every year.

    Returns
    -------
    pandas.DataFrame
    """
    age = places.groupby("group")["year"].transform("max") - places["year"]
    return places[age % step == 0]


def latest(series: pd.DataFrame) -> pd.DataFrame:
    """Rows of each group's latest year on each basis.

    Parameters
    ----------
    series : pandas.DataFrame
        With `group`, `basis` and `year`.

    Returns
    -------
    pandas.DataFrame
    """
    return series[series["year"] == series.groupby(["group", "basis"])["year"].transform("max")]


def lorenz_bands(places: pd.DataFrame, credible_level: float, draws: int, seed: int) -> pd.DataFrame:
    """Lorenz curve of each group in its latest year, with the band of equal risk for each place.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `annual_places`.
    credible_level : float
        Probability of the band, at each share of places.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame
        `scale`, `group`, `year`, `number` (of places), `places`, `homicides` (shares), `lower`, `upper` and
        `population` (share of the population in the places with most people; missing where unknown).
    """
    newest = places[places["year"] == places.groupby("group")["year"].transform("max")]
    frames = [
        _labelled(_one_band(rows, credible_level, draws, seed), rows).assign(number=len(rows))
        for _, rows in newest.groupby(LABELS, sort=False)
    ]
    return pd.concat(frames, ignore_index=True)


def sector_panel(table: pd.DataFrame, source: str = WINDOW_SOURCE) -> "NDArray[np.int64]":
    """Homicides by month and police sector of one source.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `mexico_city_sector_month`.
    source : str
        The two sources count different things and are never joined.

    Returns
    -------
    numpy.ndarray of int, shape (n_months, n_sectors)
    """
    wide = table[table["source"] == source].pivot_table(
        index=["year", "month"], columns=["borough", "sector"], values="homicides", aggfunc="sum"
    )
    return wide.to_numpy(np.int64)


def street_curves(parameters: "Concentration", shapes: Mapping[str, float]) -> pd.DataFrame:
    """Share of homicides over the share of streets, in one simulated city for each kind of risk.

    Parameters
    ----------
    parameters : Concentration
        `streets`, `street_homicides` and `seed`.
    shapes : mapping of str to float
        Shape of the distribution of risk, by name.

    Returns
    -------
    pandas.DataFrame
        `risk` (name), `streets` and `homicides` (shares).
    """
    grid = np.geomspace(1 / parameters.streets, 1, 200)
    frames = []
    for name, shape in shapes.items():
        generator = np.random.default_rng(parameters.seed)
        curve = lorenz_curve(one_city(parameters.streets, parameters.street_homicides, shape, generator))
        frames.append(pd.DataFrame({"risk": name, "streets": grid, "homicides": np.interp(grid, *curve)}))
    return pd.concat(frames, ignore_index=True)


def _countries(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    codes = tables["countries"].loc[tables["countries"]["is_lac"], "iso3"]
    table = tables["country_year"]
    rows = table[table["iso3"].isin(codes) & table["homicide_count"].notna()]
    return rows.assign(group=_group("countries", REGION), place=rows["iso3"], homicides=rows["homicide_count"])


def _states(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    rows = _of_countries(tables, "state_year", parameters)
    return rows.assign(
        place=rows["state_code"], population=rows["population"].astype(float).where(rows["population_note"].isna())
    )


def _cities(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    rows = _of_countries(tables, "city_year", parameters)
    return rows.assign(place=rows["city_code"])


def _of_countries(tables: Tables, name: str, parameters: "Concentration") -> pd.DataFrame:
    """Rows of the chosen countries in the order in which they were given."""
    scale = {"state_year": "states", "city_year": "cities"}[name]
    names = tables["countries"].set_index("iso3")["name"]
    table = tables[name]
    frames = [
        table[table["iso3"] == country].assign(group=_group(scale, names[country])) for country in parameters.countries
    ]
    return pd.concat(frames, ignore_index=True)


def _police_sectors(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    table = tables["mexico_city_sector_month"]
    keys = ["source", "borough", "sector", "year"]
    years = table.groupby(keys, as_index=False).agg(homicides=("homicides", "sum"), months=("month", "nunique"))
    # A year of eight months would look more concentrated for its length alone.
    whole = years[years["months"] == MONTHS]
    place = whole["borough"] + ", " + whole["sector"]
    group = [_group("police_sectors", f"Mexico City ({source.split()[0]})") for source in whole["source"]]
    return whole.assign(place=place, group=group, population=np.nan)


def _group(scale: str, name: str) -> str:
    return f"{scale.replace('_', ' ').capitalize()}, {name}"


def _wanted_groups(tables: Tables, parameters: "Concentration") -> list[str]:
    names = tables["countries"].set_index("iso3")["name"]
    wanted = {
        "countries": [REGION],
        "states": [names[country] for country in parameters.countries],
        "cities": [names[country] for country in parameters.countries],
        "police_sectors": [],
    }
    groups = [_group(scale, name) for scale in parameters.scales for name in wanted[scale]]
    # Either source of the police sectors is enough: they cover different years.
    sectors = _police_sectors(tables, parameters)
    inside = sectors[sectors["year"].between(parameters.first_year, parameters.last_year)]["group"].unique()
    if "police_sectors" in parameters.scales and not len(inside):
        groups.append(_group("police_sectors", "Mexico City"))
    return groups


def _one_year(rows: pd.DataFrame, basis: str, parameters: "Concentration", draws: int) -> pd.DataFrame:
    weights = rows["population"].to_numpy() if basis == "persons" else None
    table = compare_with_chance(
        rows["homicides"].to_numpy(),
        weights,
        share=parameters.share_of_homicides,
        credible_level=parameters.interval_level,
        draws=draws,
        seed=parameters.seed,
    )
    if basis == "places" and rows["population"].notna().all():
        sizes = measure_concentration(rows["population"].to_numpy(), parameters.share_of_homicides).iloc[0]
        table["size_alone"] = sizes
    table.index.name = "measure"
    return table.reset_index().assign(places=len(rows), homicides=rows["homicides"].sum())


def _labelled(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table with the scale, group and year of the rows that it was computed from."""
    return table.assign(**{label: rows[label].iloc[0] for label in LABELS})


def _one_band(rows: pd.DataFrame, credible_level: float, draws: int, seed: int) -> pd.DataFrame:
    counts = rows["homicides"].to_numpy()
    by_chance = draw_equal_risk(int(counts.sum()), np.ones(len(counts)), draws, np.random.default_rng(seed))
    lower, upper = np.quantile(lorenz_curve(by_chance)[1], [(1 - credible_level) / 2, (1 + credible_level) / 2], axis=0)
    places, homicides = lorenz_curve(counts)
    known = rows["population"].notna().all()
    population = lorenz_curve(rows["population"].to_numpy())[1] if known else np.nan
    return pd.DataFrame(
        {"places": places, "homicides": homicides, "lower": lower, "upper": upper, "population": population}
    )
