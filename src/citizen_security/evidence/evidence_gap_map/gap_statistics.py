"""Where violence is without evidence: studies against homicides, concentration of the evidence, growth over time.

Counts of studies are those of `gap_map`: a study of several states or interventions is in the count of each, and once
in every total. Nothing here knows of studies that the collection missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from citizen_security.evidence.evidence_gap_map.gap_map import STRONG_LEVEL
from citizen_security.methods.resampling import drawn_counts

type Floats = npt.NDArray[np.float64]
type Counts = npt.NDArray[np.int64]

# A share of 0 or 1 has no logit.
EDGE = 1e-6


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


@dataclass(frozen=True)
class Spread:
    """How unevenly studies are spread over places or interventions.

    Attributes
    ----------
    gini : float
        Of the numbers of studies over all units, also those without any: 0 if all have as many, near 1 if one has all.
    gini_interval : tuple of float
        From the standard error of the bootstrap of studies, on the logit scale. Not its percentiles: a bootstrap sample
        holds some studies twice and others not at all, so it is less even than the studies themselves. In simulations
        of a few dozen studies over 33 units it holds the expected coefficient about nine times in ten, not 19 in 20.
    gini_expected : float
        Mean of the coefficient if every study had fallen on the units by chance, with the chances given.
    gini_by_chance : tuple of float
        Range of the coefficient under the same chance: few studies over many units are never even.
    top : tuple of str
        The units with most studies, as many as asked for.
    top_share : float
        Studies of at least one of them, of all studies that are in any unit.
    top_share_interval : tuple of float
        Likewise; in each sample the units with most studies are chosen anew.
    n : int
        Studies that are in any unit.
    """

    gini: float
    gini_interval: tuple[float, float]
    gini_expected: float
    gini_by_chance: tuple[float, float]
    top: tuple[str, ...]
    top_share: float
    top_share_interval: tuple[float, float]
    n: int


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
    table["rate"] = 1e5 * table["total"] / table["population"]
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
        From `gap_map.evidence_by_country`.
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


def spread(
    studies: pd.DataFrame,
    column: str,
    units: Sequence[str],
    generator: np.random.Generator,
    *,
    samples: int = 2000,
    top: int = 3,
    level: float = 0.95,
    chances: Sequence[float] | None = None,
) -> Spread:
    """How unevenly studies are spread over units, with the bootstrap of studies.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    column : {"countries", "interventions"}
        Tuples of codes.
    units : sequence of str
        Codes of every unit that studies could be of; others are passed over.
    generator : numpy.random.Generator
    samples : int
        Bootstrap samples, and samples of chance.
    top : int
        How many units make the share of the most studied.
    level : float
        Of the intervals.
    chances : sequence of float, optional
        Relative chance of each unit to have a study, such as its homicides; equal by default.

    Returns
    -------
    Spread
        nan where no study is of any unit.
    """
    member = _membership(studies[column], units)
    n = len(member)
    nothing = float("nan"), float("nan")
    if not n:
        return Spread(float("nan"), nothing, float("nan"), nothing, (), float("nan"), nothing, 0)
    counts = member.sum(axis=0)
    order = sorted(range(len(units)), key=lambda unit: (-counts[unit], units[unit]))[:top]
    drawn = drawn_counts(n, samples, generator)
    sampled = drawn @ member
    weights = np.ones(len(units)) if chances is None else np.asarray(chances, dtype=np.float64)
    by_chance = generator.multinomial(int(counts.sum()), weights / weights.sum(), size=samples)
    tails = [(1 - level) / 2, (1 + level) / 2]
    coefficient, share = float(gini(counts[None, :])[0]), float(member[:, order].any(axis=1).mean())
    return Spread(
        gini=coefficient,
        gini_interval=_around(coefficient, gini(sampled), level),
        gini_expected=float(gini(by_chance).mean()),
        gini_by_chance=_pair(np.quantile(gini(by_chance), tails)),
        top=tuple(units[unit] for unit in order),
        top_share=share,
        top_share_interval=_around(share, _top_shares(drawn, member, sampled, top), level),
        n=n,
    )


def gini(counts: Counts | Floats) -> Floats:
    """Gini coefficient of each row of counts.

    Parameters
    ----------
    counts : numpy.ndarray, shape (rows, units)
        Not negative.

    Returns
    -------
    numpy.ndarray, shape (rows,)
        Mean absolute difference over twice the mean; nan where a row has nothing.
    """
    values = np.sort(np.asarray(counts, dtype=np.float64), axis=1)
    units = values.shape[1]
    ranks = 2 * np.arange(1, units + 1) - units - 1
    with np.errstate(invalid="ignore"):
        return np.asarray((values @ ranks) / (units * values.sum(axis=1)))


def growth(studies: pd.DataFrame, groups: dict[str, "pd.Series[bool]"]) -> pd.DataFrame:
    """Studies published by each year, group by group.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies, with year.
    groups : dict of str to pandas.Series of bool
        Which studies are in each group, by its name.

    Returns
    -------
    pandas.DataFrame
        One row for each group and year between the first and the last of `studies`: group, year, published, total (up
        to and with the year).
    """
    if studies.empty:
        return pd.DataFrame({"group": [], "year": [], "published": [], "total": []})
    years = range(int(studies["year"].min()), int(studies["year"].max()) + 1)
    frames = []
    for name, inside in groups.items():
        published = studies.loc[inside, "year"].value_counts().reindex(years, fill_value=0)
        frames.append(
            pd.DataFrame({"group": name, "year": list(years), "published": published, "total": published.cumsum()})
        )
    return pd.concat(frames, ignore_index=True)


def rows_by_emptiness(grid: pd.DataFrame) -> pd.DataFrame:
    """How full each row of a map is, the emptiest first.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `gap_map.cells`, of one region.

    Returns
    -------
    pandas.DataFrame
        One row an intervention: intervention_label, family_label, empty and thin (cells without a study, with one),
        filled, studies (different ones), strong_designs (cells with a study at level 4 or 5).
    """
    marked = grid.assign(
        empty=grid["studies"] == 0,
        thin=grid["studies"] == 1,
        filled=grid["studies"] > 0,
        strong=grid["strongest_level"] >= STRONG_LEVEL,
    )
    table = marked.groupby(["intervention_label", "family_label"], sort=False).agg(
        empty=("empty", "sum"),
        thin=("thin", "sum"),
        filled=("filled", "sum"),
        studies=("study_ids", lambda ids: len({study for cell in ids for study in cell})),
        cells_with_strong_design=("strong", "sum"),
    )
    return table.sort_values(["filled", "studies"], kind="stable").reset_index()


def _membership(column: "pd.Series[Any]", units: Sequence[str]) -> Counts:
    """Which study is in which unit; studies in none are left out; shape (studies, units)."""
    rows = [[unit in codes for unit in units] for codes in column]
    member = np.array(rows, dtype=np.int64).reshape(len(rows), len(units))
    return member[member.any(axis=1)]


def _top_shares(drawn: Counts, member: Counts, sampled: Counts, top: int) -> Floats:
    """Share of each sample's studies that is in the units with most of its studies."""
    ranked = np.argsort(-sampled, axis=1, kind="stable")[:, :top]
    inside = np.zeros_like(sampled)
    np.put_along_axis(inside, ranked, 1, axis=1)
    touched = (inside @ member.T) > 0
    return np.asarray((drawn * touched).sum(axis=1) / drawn.sum(axis=1))


def _around(value: float, sampled: Floats, level: float) -> tuple[float, float]:
    """Interval of a share from the spread of its bootstrap samples on the logit scale, so that it stays a share."""
    error = float(logit(np.clip(sampled, EDGE, 1 - EDGE)).std())
    ends = logit(np.clip(value, EDGE, 1 - EDGE)) + np.array([-1, 1]) * norm.isf((1 - level) / 2) * error
    return _pair(expit(ends))


def _pair(values: Floats) -> tuple[float, float]:
    return float(values[0]), float(values[1])
