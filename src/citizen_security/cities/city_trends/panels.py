"""The cities of each country over years, or why they are too few."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.parameters import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray


# With fewer cities the priors answer for the deviations between them; with fewer years, for the waves.
MINIMUM_CITIES = 8
MINIMUM_YEARS = 8

# Years beyond those held out with which a rule has errors of its own to learn from.
EARLIER_FORECASTS = 6

DOUBTFUL = {
    "3304557": "SIM holds 746 homicides of 2019, the police 1,310",
    "3300456": "SIM falls by three quarters in 2019",
    "3303500": "SIM falls by three quarters in 2019",
    "44001": "population projections break at 2018 (−32%)",
    "76109": "population projections break at 2018 (−26%)",
}


@dataclass(frozen=True)
class CountryPanel:
    """Cities and years of one country.

    Attributes
    ----------
    iso3 : str
    cities : pandas.DataFrame, one row for each city
        `iso3`, `city_code`, `city`, `state`, `label`, `doubt` (why the series is doubtful; empty of most).
    years : numpy.ndarray of int, shape (n_years,)
        Years in which the country has figures, in order; there may be gaps.
    homicides, person_years : numpy.ndarray, shape (n_cities, n_years)
        Victims and exposure; a missing cell is `nan`.
    """

    iso3: str
    cities: pd.DataFrame
    years: "NDArray[np.int64]"
    homicides: Floats
    person_years: Floats

    @property
    def raw_rates(self) -> Floats:
        """Homicides per 100,000 person-years, shape (n_cities, n_years)."""
        rates: Floats = self.homicides / self.person_years * PERSON_YEARS_OF_A_RATE
        return rates

    def until(self, year: int) -> "CountryPanel":
        """The same cities up to a year."""
        kept = self.years <= year
        return replace(
            self, years=self.years[kept], homicides=self.homicides[:, kept], person_years=self.person_years[:, kept]
        )


def prepare_panels(table: pd.DataFrame, parameters: CityTrends) -> tuple[CountryPanel, ...]:
    """The panels that the parameters keep, one for each country.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_year`.
    parameters : CityTrends

    Returns
    -------
    tuple of CountryPanel
        In alphabetical order, with all their cities at any effort: what is said of them is said of a country's cities.

    Raises
    ------
    ParameterError
        If a country has too few cities or years, or the windows do not fit in its years.
    """
    kept = table[_kept(table, parameters)]
    if problems := list(_city_problems(kept, parameters)):
        raise ParameterError(problems)
    panels = tuple(_panel(str(iso3), kept[kept["iso3"] == iso3]) for iso3 in sorted(set(parameters.countries)))
    if problems := [problem for panel in panels for problem in _panel_problems(panel, parameters)]:
        raise ParameterError(problems)
    return panels


def doubtful_cities(panels: Sequence[CountryPanel]) -> pd.DataFrame:
    """Cities whose series the sources themselves put in doubt, with the reason.

    Parameters
    ----------
    panels : sequence of CountryPanel

    Returns
    -------
    pandas.DataFrame, indexed by `label`
        `doubt`.
    """
    cities = pd.concat([panel.cities for panel in panels])
    return cities.loc[cities["doubt"] != "", ["label", "doubt"]].set_index("label")


def _kept(table: pd.DataFrame, parameters: CityTrends) -> "pd.Series[bool]":
    latest = table.sort_values("year").groupby(["iso3", "city_code"])["population"].transform("last")
    kept = table["year"].between(parameters.first_year, parameters.last_year) & (
        latest.reindex(table.index) >= parameters.minimum_population
    )
    return kept & ~table["city_code"].isin(DOUBTFUL) if parameters.doubtful_series == "drop" else kept


def _panel(iso3: str, rows: pd.DataFrame) -> CountryPanel:
    wide = rows.pivot(index="city_code", columns="year", values=["homicides", "population"])
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["homicides", "population"], sorted(set(rows["year"]))]))
    cities = rows.drop_duplicates("city_code").set_index("city_code").loc[wide.index].reset_index()
    cities = cities[["iso3", "city_code", "city", "state"]].assign(
        label=cities["city"] + " (" + cities["state"] + ", " + cities["iso3"] + ")",
        doubt=cities["city_code"].map(DOUBTFUL).fillna(""),
    )
    years = np.array(sorted(set(rows["year"])), dtype=np.int64)
    counts, population = (wide[name].to_numpy(float) for name in ("homicides", "population"))
    return CountryPanel(iso3, cities, years, counts, population)


def _city_problems(kept: pd.DataFrame, parameters: CityTrends) -> Iterator[str]:
    """Countries with too few cities."""
    numbers = kept.groupby("iso3")["city_code"].nunique()
    for iso3 in parameters.countries:
        if (number := int(numbers.get(iso3, 0))) < MINIMUM_CITIES:
            yield (
                f"minimum_population = {parameters.minimum_population:,} and years {parameters.first_year} to "
                f"{parameters.last_year} leave {number} cities of {iso3}; at least {MINIMUM_CITIES} are needed: "
                "lower the first, widen the years or leave the country out."
            )


def _panel_problems(panel: CountryPanel, parameters: CityTrends) -> Iterator[str]:
    """Why a country's panel cannot be analysed, if it cannot."""
    years = panel.years
    hidden = parameters.held_out_years * parameters.forecast_origins
    # Every rule must have been able to forecast as far ahead before, a year without figures between included.
    needed = max(MINIMUM_YEARS, parameters.held_out_years + max(EARLIER_FORECASTS, parameters.window_years + 1))
    if len(years) - hidden < needed:
        yield (
            f"first_year = {parameters.first_year}, last_year = {parameters.last_year}, held_out_years = "
            f"{parameters.held_out_years}, window_years = {parameters.window_years} and forecast_origins = "
            f"{parameters.forecast_origins} leave the earliest forecasts {max(len(years) - hidden, 0)} years of "
            f"{panel.iso3} to learn from; at least {needed} are needed: widen the years, hold out fewer or take fewer "
            "origins."
        )
    elif len(years[years >= parameters.since_year]) < 2 * parameters.window_years:
        given = f"since_year = {parameters.since_year} and window_years = {parameters.window_years}"
        latest = years[-2 * parameters.window_years]
        yield (
            f"{given} make windows that overlap in {panel.iso3}, whose figures end in {years[-1]}. "
            f"Allowed: a since_year of at most {latest}, or shorter windows."
        )
