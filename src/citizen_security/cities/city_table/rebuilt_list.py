"""The list as published counts would have made it, and the cities that it left out."""

import pandas as pd

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.rates import poisson_interval


def unlisted_cities(eligible: pd.DataFrame, matched: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """Cities that are not on the list though their published rate reaches its lowest.

    Parameters
    ----------
    eligible : pandas.DataFrame
        As of `eligible_cities`.
    matched : pandas.DataFrame
        As of `match_cities`.
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame, highest rate first
        `label`, `iso3`, `homicides`, `population`, `rate`, `lower`, `upper` (per 100,000 person-years, exact) and
        `surely_above` (the lower limit too reaches the list's lowest rate).
    """
    cut_off = matched["homicide_rate"].min()
    listed = pd.MultiIndex.from_frame(matched[["iso3", "city_code"]])
    rows = eligible[(eligible["year"] == parameters.label_year) & (eligible["rate"] >= cut_off)]
    rows = rows[~pd.MultiIndex.from_frame(rows[["iso3", "city_code"]]).isin(listed)]
    limits = poisson_interval(rows["homicides"], rows["population"], parameters.confidence_level)
    named = rows.assign(
        label=rows["city"] + " (" + rows["iso3"] + ")",
        lower=limits[:, 0],
        upper=limits[:, 1],
        surely_above=limits[:, 0] >= cut_off,
    )
    columns = ["label", "iso3", "homicides", "population", "rate", "lower", "upper", "surely_above"]
    ordered: pd.DataFrame = named.sort_values("rate", ascending=False, ignore_index=True)[columns]
    return ordered


def say_none_unlisted(countries: tuple[str, ...], cut_off: float, label_year: int) -> str:
    """That the list left no city out, as a sentence.

    Parameters
    ----------
    countries : tuple of str
        Those with a panel.
    cut_off : float
        Lowest rate of the list (homicides per 100,000 person-years).
    label_year : int

    Returns
    -------
    str
    """
    return f"No other city of {', '.join(countries)} has a published rate of {cut_off} or more in {label_year}."


def rebuild_list(eligible: pd.DataFrame, matched: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """The list as published counts of the title's year would have made it, of the same length.

    Cities of countries without a panel stay as printed: whom they left out, nobody can say from these tables.

    Parameters
    ----------
    eligible, matched : pandas.DataFrame
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame, highest rate first
        `label`, `iso3`, `rate`, `place` (missing of a city that drops out) and `printed_place` (missing of one that
        comes in). The rate of a city that drops out is missing too if it is below the smallest population.
    """
    inside = matched["iso3"].isin(set(eligible["iso3"]))
    keys = ["iso3", "city_code"]
    published = eligible.loc[eligible["year"] == parameters.label_year, [*keys, "city", "rate"]]
    joined = published.merge(matched.loc[inside, [*keys, "label", "printed_place"]], on=keys, how="outer")
    joined["label"] = joined["label"].fillna(joined["city"] + " (" + joined["iso3"] + ")")
    others = matched[~inside].rename(columns={"homicide_rate": "rate"})
    columns = ["label", "iso3", "rate", "printed_place"]
    ordered = pd.concat([joined[columns], others[columns]]).sort_values("rate", ascending=False, ignore_index=True)
    listed = (ordered.index < len(matched)) & ordered["rate"].notna()
    places = pd.Series(rank_from_highest(ordered["rate"].fillna(-1.0)), ordered.index, dtype="Int64")
    numbered = ordered.assign(place=places.where(listed), printed_place=ordered["printed_place"].astype("Int64"))
    return numbered[listed | numbered["printed_place"].notna()].reset_index(drop=True)
