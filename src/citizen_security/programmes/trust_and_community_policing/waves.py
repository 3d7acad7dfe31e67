"""Trust by country and wave of the survey, with the homicide rate beside it."""

import numpy as np
import pandas as pd

from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing

COLUMNS = {"trust_police": "police", "trust_judiciary": "judiciary"}


def waves(table: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """One row for each country and wave of Latinobarómetro.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    pandas.DataFrame
        iso3, year, wave (from 0, by the calendar of all countries), police, judiciary (percent who trust), homicide
        (rate per 100,000 of the year that `timing` names; missing where none is known). What the table doubts is
        missing in `police` where `doubted` is left out.
    """
    earlier = table[["iso3", "year", "homicide_rate"]].assign(year=table["year"] + (parameters.timing == "year_before"))
    asked = table[table["trust_police"].notna() & ~table["iso3"].isin(parameters.left_out)]
    rows = asked[["iso3", "year", "trust_note", *COLUMNS]].rename(columns=COLUMNS)
    rows = rows.merge(earlier, on=["iso3", "year"], how="left").rename(columns={"homicide_rate": "homicide"})
    if parameters.doubted == "left_out":
        rows["police"] = rows["police"].mask(rows["trust_note"].notna())
    calendar = np.sort(rows["year"].unique())
    rows.insert(2, "wave", np.searchsorted(calendar, rows["year"]))
    kept = rows.drop(columns="trust_note").sort_values(["iso3", "year"])
    return kept.reset_index(drop=True)


def doubted_cells(table: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Figures that the table doubts, beside the same country's waves before and after.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.
    parameters : TrustAndCommunityPolicing
        Of countries that are left out nothing is told.

    Returns
    -------
    pandas.DataFrame
        iso3, year, trust, before, after (percent).
    """
    kept = table["trust_police"].notna() & ~table["iso3"].isin(parameters.left_out)
    rows = table[kept].sort_values(["iso3", "year"])
    countries = rows.groupby("iso3")["trust_police"]
    beside = rows.assign(trust=rows["trust_police"], before=countries.shift(1), after=countries.shift(-1))
    return beside.loc[beside["trust_note"].notna(), ["iso3", "year", "trust", "before", "after"]].reset_index(drop=True)


def country_names(countries: pd.DataFrame) -> dict[str, str]:
    """What countries are called, by their codes.

    Parameters
    ----------
    countries : pandas.DataFrame
        `countries`.

    Returns
    -------
    dict of str to str
    """
    return dict(zip(countries["iso3"].astype(str), countries["name"].astype(str), strict=True))
