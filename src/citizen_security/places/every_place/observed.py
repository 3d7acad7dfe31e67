"""What was counted in every place and year: the rows of five tables in one form.

Each row is a place in a year that has a figure. Places are known by keys: `HND`, `BRA-SP`, `ECU-los-rios`,
`BRA-3550308`. What is counted differs between tables, so that places are only ever ranked within one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.parameters import unknown

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace

# Tables that places are read from.
TABLES = ("countries", "country_year", "state_year", "city_year", "brazil_state_year", "ecuador_province_month")
# What the parts of a country are called.
PARTS = {"BRA": "states", "MEX": "states", "COL": "departments", "ECU": "provinces"}
REGION = "countries of the region"

PER_RATE, PER_YEAR = "homicides per 100,000", "homicides a year"
MINISTRY, NATIONAL = "intentional homicides, Ministry of the Interior", "intentional homicides, as reported to UNODC"

# A published count farther from the published rate than this is of another source, as the table's rule and notes say.
APART, VICTIMS_APART = 0.05, 1.0
# Colombia's populations of 2018 and later are projections of another census: its rates before are another series.
BREAKS = {"COL": 2018}
# A note on all years of a state's population says that it is none by year; one on a single year marks a break.
NO_ANNUAL_POPULATION = 0.5
MONTHS = 12
MILLION = 1e6
NO_PROVINCE = "Zona no delimitada"

COLUMNS = (
    *("key", "kind", "fit", "name", "iso3", "country", "parent", "group", "measure", "source_table", "year"),
    *("homicides", "population", "exposure", "rate", "rate_release_2024", "note"),
)

Tables = Mapping[str, pd.DataFrame]


def observed_places(tables: Tables, parameters: "EveryPlace") -> pd.DataFrame:
    """Homicides of every place of the chosen kinds in every year that has a figure.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Those of `TABLES`.
    parameters : EveryPlace
        `kinds`.

    Returns
    -------
    pandas.DataFrame, one row for each place and year, ordered by fit, key and year
        `key`, `kind` (country, state or city), `fit` (what the place is fitted and ranked among), `name`, `iso3`,
        `country` (its name), `parent` (key of what it lies in), `group` (within the fit), `measure` (what is counted),
        `source_table`, `year`, `homicides`, `population` (missing where the table has none by year), `exposure`
        (hundred thousand person-years, or years where there is no population), `rate` (published, per 100,000),
        `rate_release_2024` (an earlier release's) and `note` (what is doubted; empty where nothing is).
    """
    readers = {"country": _countries, "state": _states_and_provinces, "city": _cities}
    frame = pd.concat([readers[kind](tables) for kind in parameters.kinds], ignore_index=True)
    names = tables["countries"].set_index("iso3")["name"]
    rows = frame.assign(country=frame["iso3"].map(names), note=frame["note"].fillna("").astype(str))
    # As the kinds were given, and within them as the tables have the countries.
    rows = rows.astype({"year": np.int64, "homicides": np.int64, "population": float})
    order = pd.Categorical(rows["fit"], rows["fit"].unique())
    return rows.assign(order=order).sort_values(["order", "key", "year"], ignore_index=True)[list(COLUMNS)]


def places_by_fit(rows: pd.DataFrame) -> pd.DataFrame:
    """What is counted in each set of places that are fitted and ranked together.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.

    Returns
    -------
    pandas.DataFrame, one row for each fit
        Under headers for a page: what the places are, their number, what is counted, first and last year, homicides in
        all years, and the population of all places in their last years (millions; missing where there is none by year).
    """
    latest = rows.groupby("key").last().groupby("fit")["population"].sum(min_count=1) / MILLION
    table = rows.groupby("fit", sort=False).agg(
        number=("key", "nunique"),
        measure=("measure", "first"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        homicides=("homicides", "sum"),
    )
    counted = table.assign(population=latest.reindex(table.index), homicides=table["homicides"].map("{:,}".format))
    names = {"fit": "Places", "number": "Number", "measure": "What is counted", "homicides": "Homicides",
             "population": "Population, millions"}  # fmt: skip
    spans = {"first_year": "First year", "last_year": "Last year"}
    return counted.reset_index().rename(columns=names | spans)


def place_problems(tables: Tables, parameters: "EveryPlace") -> Iterator[str]:
    """Why the parameters cannot be used on these tables; nothing if they can.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    parameters : EveryPlace

    Yields
    ------
    str
    """
    rows = observed_places(tables, parameters)
    keys = list(rows["key"].unique())
    if parameters.place not in keys:
        yield unknown("place", parameters.place, keys, f"place, with kinds = {', '.join(parameters.kinds)}")
    # Every fit has a year to change from that is not its last.
    last = rows.groupby("fit", sort=False)["year"].max()
    late = [f"{fit} (last year {year})" for fit, year in last.items() if parameters.since >= year]
    if late:
        yield (
            f"since = {parameters.since} is not before the last year of {', '.join(late)}. Allowed with these kinds: "
            f"{rows['year'].min()} to {last.min() - 1}."
        )


def slug(name: str) -> str:
    """A name without accents and blanks, as addresses have it: `Los Ríos` is `los-rios`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")


def _countries(tables: Tables) -> pd.DataFrame:
    rows = tables["country_year"].dropna(subset=["homicide_count", "homicide_rate"])
    names = tables["countries"].set_index("iso3")["name"]
    homicides = _counts_behind_rates(rows)
    # The person-years that make the published rate of the count: the publisher's own population is another revision's.
    implied = homicides / rows["homicide_rate"].where(rows["homicide_rate"] > 0)
    return pd.DataFrame(
        {
            "key": rows["iso3"],
            "kind": "country",
            "fit": REGION,
            "name": rows["iso3"].map(names),
            "iso3": rows["iso3"],
            "parent": "",
            "group": REGION,
            "measure": NATIONAL,
            "source_table": "country_year",
            "year": rows["year"],
            "homicides": homicides,
            "population": rows["population"],
            "exposure": implied.fillna(rows["population"] / PERSON_YEARS_OF_A_RATE),
            "rate": rows["homicide_rate"],
            "rate_release_2024": rows["homicide_rate_release_2024"],
            "note": rows["homicide_note"],
        }
    )


def _counts_behind_rates(rows: pd.DataFrame) -> "pd.Series[int]":
    """The published count, or rate times population where count and rate come from different sources."""
    by_rate = rows["homicide_rate"] * rows["population"] / PERSON_YEARS_OF_A_RATE
    apart = (rows["homicide_count"] - by_rate).abs() > np.maximum(APART * by_rate, VICTIMS_APART)
    counts: pd.Series[int] = rows["homicide_count"].where(~apart, by_rate.round()).astype(np.int64)
    return counts


def _states_and_provinces(tables: Tables) -> pd.DataFrame:
    return pd.concat([_states(tables), _provinces(tables)], ignore_index=True)


def _states(tables: Tables) -> pd.DataFrame:
    rows = tables["state_year"]
    names = tables["brazil_state_year"].drop_duplicates("state_code").set_index("state_code")["state"]
    doubted = rows["population_note"].notna().groupby([rows["iso3"], rows["state_code"]]).transform("mean")
    population = rows["population"].astype(float).where(doubted < NO_ANNUAL_POPULATION)
    return _with_rates(
        pd.DataFrame(
            {
                "key": rows["iso3"] + "-" + rows["state_code"],
                "kind": "state",
                "fit": _fit_names(tables, rows["iso3"], rows["iso3"].map(PARTS)),
                # Brazil's stand here by their letters.
                "name": rows["state"].where(rows["iso3"] != "BRA", rows["state_code"].map(names)),
                "iso3": rows["iso3"],
                "parent": rows["iso3"],
                "group": rows["iso3"],
                "measure": rows["measure"],
                "source_table": "state_year",
                "year": rows["year"],
                "homicides": rows["homicides"],
                "population": population,
                "note": rows["population_note"],
            }
        )
    )


def _provinces(tables: Tables) -> pd.DataFrame:
    """Provinces of Ecuador in whole years; months without a homicide have no row, and the last year has no December."""
    months = tables["ecuador_province_month"]
    whole = months.groupby("year")["month"].nunique() == MONTHS
    rows = months[months["year"].map(whole) & (months["province"] != NO_PROVINCE)]
    summed = rows.pivot_table(index="province", columns="year", values="homicides", aggfunc="sum", fill_value=0)
    counted = summed.reset_index().melt("province", value_name="homicides")
    return _with_rates(
        pd.DataFrame(
            {
                "key": "ECU-" + counted["province"].map(slug),
                "kind": "state",
                "fit": _fit_names(tables, pd.Series("ECU", counted.index), pd.Series(PARTS["ECU"], counted.index)),
                "name": counted["province"],
                "iso3": "ECU",
                "parent": "ECU",
                "group": "ECU",
                "measure": MINISTRY,
                "source_table": "ecuador_province_month",
                "year": counted["year"],
                "homicides": counted["homicides"],
                "population": np.nan,
                "note": "",
            }
        )
    )


def _cities(tables: Tables) -> pd.DataFrame:
    rows = tables["city_year"]
    # The first two digits of a city of Colombia or Mexico are its state's code; Brazil's states go by letters.
    state = rows["iso3"] + "-" + rows["city_code"].str[:2].where(rows["iso3"] != "BRA", rows["state"])
    return _with_rates(
        pd.DataFrame(
            {
                "key": rows["iso3"] + "-" + rows["city_code"],
                "kind": "city",
                "fit": _fit_names(tables, rows["iso3"], pd.Series("cities", rows.index)),
                "name": rows["city"],
                "iso3": rows["iso3"],
                "parent": state,
                "group": state,
                "measure": rows["measure"],
                "source_table": "city_year",
                "year": rows["year"],
                "homicides": rows["homicides"],
                "population": rows["population"].astype(float),
                "note": "",
            }
        )
    )


def _with_rates(rows: pd.DataFrame) -> pd.DataFrame:
    """The rate of a count by its population; without one, years are the exposure and there is no rate."""
    person_years = rows["population"] / PERSON_YEARS_OF_A_RATE
    return rows.assign(
        exposure=person_years.fillna(1.0), rate=rows["homicides"] / person_years, rate_release_2024=np.nan
    )


def _fit_names(tables: Tables, iso3: "pd.Series[str]", parts: "pd.Series[str]") -> "pd.Series[str]":
    """What a place is fitted and ranked among, such as `cities of Brazil`."""
    names = tables["countries"].set_index("iso3")["name"]
    fits: pd.Series[str] = parts + " of " + iso3.map(names)
    return fits
