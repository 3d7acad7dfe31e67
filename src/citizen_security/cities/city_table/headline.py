"""The values that `cities/city_table` records: the list's anomalies, who is missing, chance, and turnover."""

from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.values import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from citizen_security.cities.city_table.parameters import CityTable


def anomaly_values(
    matched: pd.DataFrame, anomalies: pd.DataFrame, shifts: "pd.Series[int]", parameters: "CityTable"
) -> list[Value]:
    """How many rows are odd, and how far putting them right moves a city.

    Parameters
    ----------
    matched : pandas.DataFrame
        Of `match_cities`.
    anomalies : pandas.DataFrame
        Of `find_anomalies`.
    shifts : pandas.Series of int
        Of `decimal_shifts`.
    parameters : CityTable
        `label_year` and `count_tolerance`.

    Returns
    -------
    list of Value
    """
    n, compared = len(matched), int(matched["published_rate"].notna().sum())
    year, tolerance = parameters.label_year, parameters.count_tolerance
    by_order = anomalies[anomalies["anomaly"] == "out of order"]
    return [
        Value(
            name="rows_with_anomaly",
            value=anomalies["rank"].nunique(),
            unit="rows",
            n=n,
            label="rows with at least one anomaly",
        ),
        Value(
            name="rows_of_another_year",
            value=int((matched["year"] != year).sum()),
            unit="rows",
            n=n,
            label=f"rows of another year than {year}",
        ),
        Value(
            name="rows_compared", value=compared, unit="rows", n=n, label="rows with a published count of their year"
        ),
        Value(
            name="slipped_decimals",
            value=int((shifts != 0).sum()),
            unit="rows",
            n=len(shifts),
            label="printed rates off by a power of ten from the published one",
        ),
        Value(
            name="counts_differ",
            value=int((anomalies["anomaly"] == "count differs").sum()),
            unit="rows",
            n=compared,
            label=f"printed counts more than {tolerance:.0%} from the published one",
        ),
        Value(
            name="anomalies_without_remedy",
            value=int(anomalies["rate_after"].isna().sum()),
            unit="anomalies",
            n=len(anomalies),
            label="anomalies that no published figure at hand can put right",
        ),
        Value(
            name="places_out_of_order",
            value=_most_places(by_order),
            unit="places",
            n=n,
            label="places that sorting by the printed rate moves the row out of order",
        ),
        *_correction_values(anomalies),
    ]


def _most_places(anomalies: pd.DataFrame) -> int:
    return int(anomalies["places_moved"].max()) if len(anomalies) else 0


def _correction_values(anomalies: pd.DataFrame) -> list[Value]:
    """How far the corrections that published figures allow move a city, each by itself."""
    # Another reading of a name is no correction: nothing says that it is the right one.
    corrected = anomalies[anomalies["anomaly"] != "ambiguous place"].dropna(subset="rate_after")
    by_count = corrected[corrected["anomaly"] == "count differs"]
    farthest = corrected.iloc[int(corrected["places_moved"].to_numpy(float).argmax())] if len(corrected) else None
    said = "none" if farthest is None else f"{farthest['label']}: {farthest['anomaly']}"
    return [
        Value(
            name="places_moved",
            value=0 if farthest is None else int(farthest["places_moved"]),
            unit="places",
            n=len(corrected),
            label="most places that one correction moves a city",
        ),
        Value(
            name="places_moved_by_count",
            value=_most_places(by_count),
            unit="places",
            n=len(by_count),
            label="most places that the published count of the same year moves a city",
        ),
        Value(name="places_moved_by", value=said, label="the correction that moves a city most"),
    ]


def missing_values(
    rebuilt: pd.DataFrame, unlisted: pd.DataFrame, eligible: pd.DataFrame, parameters: "CityTable"
) -> list[Value]:
    """Which cities published counts would take off the list, and which it left out.

    Parameters
    ----------
    rebuilt : pandas.DataFrame
        Of `rebuild_list`.
    unlisted : pandas.DataFrame
        Of `unlisted_cities`.
    eligible : pandas.DataFrame
        Of `eligible_cities`.
    parameters : CityTable
        `label_year` and `confidence_level`.

    Returns
    -------
    list of Value
    """
    year = parameters.label_year
    return [
        Value(
            name="leave_the_list",
            value=int(rebuilt["place"].isna().sum()),
            unit="cities",
            n=int(rebuilt["printed_place"].notna().sum()),
            label=f"listed cities that published counts of {year} put off a list of the same length",
        ),
        Value(
            name="unlisted",
            value=len(unlisted),
            unit="cities",
            n=int((eligible["year"] == year).sum()),
            label=f"cities not listed whose published rate of {year} reaches the lowest listed one",
        ),
        Value(
            name="unlisted_surely",
            value=int(unlisted["surely_above"].sum()),
            unit="cities",
            n=len(unlisted),
            label=f"of these, with a {parameters.confidence_level:.0%} interval above the lowest listed rate",
        ),
    ]


def chance_values(ranked: pd.DataFrame, touching: "NDArray[np.bool_]", confidence_level: float) -> list[Value]:
    """What chance makes of rates and places.

    Parameters
    ----------
    ranked : pandas.DataFrame
        Of `rank_uncertainty`.
    touching : numpy.ndarray of bool
        Of `overlapping_neighbours`.
    confidence_level : float
        Of the intervals in both.

    Returns
    -------
    list of Value
    """
    said, n = f"{confidence_level:.0%}", len(ranked)
    return [
        Value(
            name="overlapping_neighbours",
            value=int(touching.sum()),
            unit="pairs",
            n=len(touching),
            label=f"neighbours by rate whose exact {said} intervals overlap",
        ),
        Value(
            name="simulated_rank_width_median",
            value=float(ranked["rank_width"].median()),
            unit="places",
            format="g",
            n=n,
            label=f"median width of the {said} interval of the place in a simulated year",
        ),
        Value(
            name="rank_set_width_median",
            value=float((ranked["set_upper"] - ranked["set_lower"]).median()),
            unit="places",
            format="g",
            n=n,
            label=f"median width of the {said} confidence set of the place",
        ),
    ]


def turnover_values(renewed: pd.DataFrame, summary: pd.DataFrame, confidence_level: float) -> list[Value]:
    """How much of the yearly list is new, and how much chance alone would renew.

    Parameters
    ----------
    renewed : pandas.DataFrame
        Of `turnover_by_year`.
    summary : pandas.DataFrame
        Of `summarise_turnover`, at the same level.
    confidence_level : float

    Returns
    -------
    list of Value
    """
    chance, tail = renewed.groupby("draw")["chance"].mean(), (1 - confidence_level) / 2
    lower, upper = chance.quantile([tail, 1 - tail])
    said, n, observed = f"{confidence_level:.0%}", len(summary), float(summary["observed"].mean())
    return [
        Value(
            name="list_turnover",
            value=observed,
            interval=(summary["observed"].min(), summary["observed"].max()),
            format=".0%",
            n=n,
            label="share of the yearly list that is new, mean over years; from the quietest to the most changing year",
        ),
        Value(
            name="list_turnover_chance",
            value=chance.mean(),
            interval=(lower, upper),
            format=".0%",
            n=n,
            label=f"share of the yearly list that would be new at constant risk, mean over years; {said} interval of "
            "simulated means",
        ),
        Value(
            name="turnover_reading",
            value=say_turnover(observed, float(chance.mean()), (lower, upper)),
            label="whether more of the yearly list is new than chance alone would renew",
        ),
    ]


def say_turnover(observed: float, chance: float, interval: tuple[float, float]) -> str:
    """Whether a list is renewed by more than chance, as a sentence.

    Parameters
    ----------
    observed, chance : float
        Shares that are new, and that chance alone would renew.
    interval : tuple of float
        Of the latter.

    Returns
    -------
    str
    """
    lower, upper = interval
    if observed > upper:
        return (
            f"Chance explains {chance / observed:.0%} of what is new; the rest is risk that changes from year to year, "
            "or counting that does."
        )
    if observed < lower:
        return "Less is new than chance alone would renew."
    return "No more is new than chance alone would renew."


def label_of_rebuilt_list(label_year: int) -> str:
    """What the recorded table of the rebuilt list is."""
    return f"the list by published counts of {label_year}"
