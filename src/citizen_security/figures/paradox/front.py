"""The chart of the front page: homicide and poverty by country over time."""

import pandas as pd

from citizen_security import measures
from citizen_security.figures.embed import Embedded, show
from citizen_security.figures.paradox import series

ALTERNATIVE = (
    "Two line charts over the same years, one line a country: above the homicide rate, below the share of people under "
    "the poverty line. The region as a whole has a bold line; the country chosen in the list, or clicked, stands out."
)
CAPTION = (
    "Source: UNODC 2025 with United Nations population; World Bank Poverty and Inequality Platform, 2017 purchasing "
    "power. A gap is a year without a figure; poverty between two surveys is interpolated by the World Bank."
)


# The regional series of the notebook poverty_and_violence, by subject, and the chart's columns.
SUBJECTS = ("homicide", "poverty")
COLUMNS = {
    "name": "country",
    "year": "year",
    **{measures.subjects(measures.MAIN_LINE.column)[subject].column: subject for subject in SUBJECTS},
}


def homicide_and_poverty(country_year: pd.DataFrame, countries: pd.DataFrame, regional: pd.DataFrame) -> Embedded:
    """Interactive chart of homicide and poverty, with selection by country, for light and dark pages.

    Parameters
    ----------
    country_year, countries : pandas.DataFrame
        The tables of these names.
    regional : pandas.DataFrame
        subject (homicide, poverty), year, value: the region as a whole, as `poverty_and_violence` records it.

    Returns
    -------
    Embedded
    """
    named = country_year.merge(countries[["iso3", "name"]], on="iso3", validate="many_to_one")
    lines = named.rename(columns=COLUMNS)[list(COLUMNS.values())].sort_values(["country", "year"])
    frame = pd.concat([lines, _region(regional)], ignore_index=True)
    light, dark = (series.homicide_and_poverty_chart(frame, dark=dark) for dark in (False, True))
    return show(light, ALTERNATIVE, dark=dark, caption=CAPTION)


def _region(regional: pd.DataFrame) -> pd.DataFrame:
    wide = regional[regional["subject"].isin(SUBJECTS)].pivot(index="year", columns="subject", values="value")
    return wide.reset_index().assign(country=series.REGION)[list(COLUMNS.values())]
