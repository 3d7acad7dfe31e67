"""El Salvador and the countries with a figure for every year, on the log scale."""

import pandas as pd

from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.programmes import country_panels
from citizen_security.programmes.state_of_exception.parameters import FIRST_YEAR, StateOfException

TREATED = "SLV"


def series(table: pd.DataFrame) -> pd.DataFrame:
    """El Salvador's homicides, people and rate by year.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.

    Returns
    -------
    pandas.DataFrame
        As `country_panels.country_series`.
    """
    return country_panels.country_series(table, TREATED, FIRST_YEAR)


def country_panel(
    world: pd.DataFrame, region: list[str], years: tuple[int, int], parameters: StateOfException
) -> TreatedPanel:
    """Logarithms of homicide rates up to the last year of an episode.

    Parameters
    ----------
    world : pandas.DataFrame
        `world_homicide`.
    region : list of str
        Codes of the region's countries.
    years : tuple of int
        First year that is compared with donors, and the last.
    parameters : StateOfException

    Returns
    -------
    TreatedPanel

    Raises
    ------
    NotAPanel
        If donors are too few.
    """
    start, last = years
    rates = country_panels.whole_rates(
        world,
        range(parameters.first_year, last + 1),
        among=region if parameters.donors == "region" else None,
        left_out=parameters.left_out,
    )
    return country_panels.country_panel(rates, TREATED, start)
