"""What else is measured in a country over the same years: poverty, inequality, work, trust, firearms."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from citizen_security.measures import MAIN_LINE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Driver:
    """A series of a country.

    Attributes
    ----------
    column : str
        Of the table `country_year`.
    title : str
        Above its picture.
    unit : str
        In words, after its last value.
    """

    column: str
    title: str
    unit: str


FIREARMS = "homicide_rate_firearm"

DRIVERS = (
    Driver(MAIN_LINE.column, f"Poverty, below {MAIN_LINE.dollars} dollars a day", "% of people, survey years"),
    Driver("gini", "Inequality of income", "Gini, from 0 to 100"),
    Driver("unemployment_youth", "Youth unemployment", "% of those aged 15–24 who want work"),
    Driver("trust_police", "Trust in the police", "% with some or a lot, Latinobarómetro"),
    Driver(FIREARMS, "Killed with firearms", "% of victims of homicide"),
)


def driver_series(country_year: "pd.DataFrame", iso3: str) -> Mapping[str, Mapping[int, float]]:
    """Series of a country by the columns of `DRIVERS`; years without a figure, and series without any, are left out.

    Parameters
    ----------
    country_year : pandas.DataFrame
    iso3 : str
    """
    rows = country_year[country_year["iso3"] == iso3].set_index("year").sort_index()
    rate = rows["homicide_rate"]
    # Both rates are per person; of a year without a victim there is no share.
    firearms = 100 * rows[FIREARMS] / rate.where(rate > 0)
    frame = rows.assign(**{FIREARMS: firearms})
    there = {it.column: frame[it.column].dropna() for it in DRIVERS}
    found = {
        column: dict(zip(series.index.astype(int).tolist(), series.astype(float).tolist(), strict=True))
        for column, series in there.items()
    }
    return MappingProxyType({column: series for column, series in found.items() if series})
