"""Where violence is without evidence: the studies of each state beside its homicides."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE


@dataclass(frozen=True)
class BurdenShare:
    """Share of the region's homicides in states that lack something.

    Attributes
    ----------
    value : float
        With the mean of the years counted.
    bounds : tuple of float
        Lowest and highest share that the years counted allow: every state that lacks it at the lowest of its years and
        every other at its highest, and the reverse. No sampling interval: the homicides are counts.
    states : tuple of str
        Names of the states that lack it, the one with most homicides first.
    """

    value: float
    bounds: tuple[float, float]
    states: tuple[str, ...]


def homicide_burden(panel: pd.DataFrame, first_year: int, last_year: int) -> pd.DataFrame:
    """Homicides of each state over some years.

    Parameters
    ----------
    panel : pandas.DataFrame
        Table `country_year`: iso3, year, homicide_count, population.
    first_year, last_year : int
        Years counted, both included.

    Returns
    -------
    pandas.DataFrame
        One row a state of the panel: iso3, homicides (mean of the years with a count), homicides_low and
        homicides_high (lowest and highest of them), years_counted, last_year_counted, rate (homicides per 100,000
        inhabitants of the years counted). A state without a count in these years has nan, a lowest of 0 and, for the
        highest, the highest rate of any state in these years on its own population.
    """
    years = panel[panel["year"].between(first_year, last_year)]
    counted = years.dropna(subset=["homicide_count"])
    counts = counted["homicide_count"].astype("float64")
    groups = counted.assign(homicide_count=counts).groupby("iso3")
    table = groups.agg(
        homicides=("homicide_count", "mean"),
        homicides_low=("homicide_count", "min"),
        homicides_high=("homicide_count", "max"),
        years_counted=("year", "size"),
        last_year_counted=("year", "max"),
        population=("population", "sum"),
        total=("homicide_count", "sum"),
    ).reindex(sorted(panel["iso3"].unique()))
    table["rate"] = PERSON_YEARS_OF_A_RATE * table["total"] / table["population"]
    most = float((counts / counted["population"]).max()) if len(counted) else float("nan")
    missing = table["homicides"].isna()
    table.loc[missing, "homicides_low"] = 0.0
    table.loc[missing, "homicides_high"] = most * years.groupby("iso3")["population"].max()
    table["years_counted"] = table["years_counted"].fillna(0).astype("int64")
    table["last_year_counted"] = table["last_year_counted"].astype("Int64")
    return table.drop(columns=["population", "total"]).rename_axis("iso3").reset_index()


def evidence_and_burden(by_country: pd.DataFrame, burden: pd.DataFrame) -> pd.DataFrame:
    """Studies of each state beside its homicides, the largest gap first.

    Parameters
    ----------
    by_country : pandas.DataFrame
        From `study_counts.evidence_by_country`.
    burden : pandas.DataFrame
        From `homicide_burden`.

    Returns
    -------
    pandas.DataFrame
        One row a state: rank, iso3, name, studies, strong_designs, the columns of `burden`, share_of_homicides (of
        the states with a count), homicides_per_study (infinite without a study). States without a study come first,
        those with most homicides at the top; then the others by homicides per study; states without a count last.
    """
    table = by_country[["iso3", "name", "studies", "strong_designs"]].merge(burden, on="iso3", how="left")
    table["share_of_homicides"] = table["homicides"] / table["homicides"].sum()
    studies = table["studies"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["homicides_per_study"] = table["homicides"].to_numpy(dtype=np.float64) / studies
    order = table.assign(unknown=table["homicides"].isna(), studied=table["studies"] > 0)
    order["size"] = order["homicides_per_study"].where(order["studied"], order["homicides"])
    ranked = order.sort_values(["unknown", "studied", "size", "name"], ascending=[True, True, False, True])
    ranked.insert(0, "rank", range(1, len(ranked) + 1))
    return ranked.drop(columns=["unknown", "studied", "size"]).reset_index(drop=True)


def burden_without(table: pd.DataFrame, column: str = "studies") -> BurdenShare:
    """Share of the region's homicides in states where a number is zero.

    Parameters
    ----------
    table : pandas.DataFrame
        From `evidence_and_burden`.
    column : {"studies", "strong_designs"}
        What a state must lack to be counted.

    Returns
    -------
    BurdenShare
        nan where no state has a count of homicides.
    """
    lacking = table[column] == 0
    states = table[lacking].sort_values("homicides", ascending=False)["name"]

    def share(without: str, elsewhere: str) -> float:
        inside = float(table.loc[lacking, without].sum())
        total = inside + float(table.loc[~lacking, elsewhere].sum())
        return inside / total if total else float("nan")

    bounds = share("homicides_low", "homicides_high"), share("homicides_high", "homicides_low")
    return BurdenShare(share("homicides", "homicides"), bounds, tuple(states))
