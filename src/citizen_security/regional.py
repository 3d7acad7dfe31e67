"""A region's rate from countries of which some have no figure, alone and beside the world, with bounds for the gaps.

A regional figure is an average over people, and some countries are missing in most years. Each series therefore comes
four times: with a country's last figure (or, before its first, that one) carried into its gaps (`value`, the one to
read, since the countries in it never change), over the countries with figures alone (`left_out`), and with every gap
filled by the lowest and by the highest figure that the country is known to have had (`lower`, `upper`). A country
never seen gets the median of those seen, between bounds that the caller may set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

# A country never seen is given these quantiles of the countries seen in the year, as its lower bound, its value and
# its upper bound: the world's highest rate for each of them would say nothing.
STAND_IN_QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class BoundedValue:
    """A figure with the bounds that the missing countries leave.

    Attributes
    ----------
    value, lower, upper : float
    """

    value: float
    lower: float
    upper: float

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        return self.lower, self.upper


def homicide_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Homicide rate of each country-year from its count, so that the regional rate is victims over people.

    Parameters
    ----------
    table : pandas.DataFrame
        iso3, year, homicide_count, population.

    Returns
    -------
    pandas.DataFrame
        iso3, year, population, homicide (victims per 100,000 people).
    """
    people = table["population"].astype(float)
    rates = PERSON_YEARS_OF_A_RATE * table["homicide_count"].astype(float) / people
    return table[["iso3", "year"]].assign(population=people, homicide=rates)


def fill_gaps(table: pd.DataFrame, column: str, never: tuple[float, float] | None = None) -> pd.DataFrame:
    """Four versions of a column: as observed, with figures carried into gaps, and with the bounds of the gaps.

    Parameters
    ----------
    table : pandas.DataFrame
        iso3, year, `column`.
    column : str
    never : tuple of float, optional
        Bounds of a country without any figure; by default the 5th and 95th percentile of the countries seen that year.

    Returns
    -------
    pandas.DataFrame
        iso3, year, population, left_out (as observed), value (gaps carried), lower, upper.
    """
    ordered = table.sort_values(["iso3", "year"])
    by_country = ordered.groupby("iso3")[column]
    low, median, high = _stand_ins(ordered, column, never)
    observed = ordered[column].astype(float)
    filled = {
        "left_out": observed,
        "value": by_country.ffill().fillna(by_country.bfill()).fillna(median),
        "lower": observed.fillna(by_country.transform("min")).fillna(low),
        "upper": observed.fillna(by_country.transform("max")).fillna(high),
    }
    return ordered[["iso3", "year", "population"]].assign(**filled)


def regional_series(table: pd.DataFrame, column: str, never: tuple[float, float] | None = None) -> pd.DataFrame:
    """Population-weighted mean of a column by year, with bounds for the countries without a figure.

    Parameters
    ----------
    table : pandas.DataFrame
        iso3, year, population, `column`; only the countries of the region.
    column : str
    never : tuple of float, optional
        Bounds of a country without any figure; see `fill_gaps`.

    Returns
    -------
    pandas.DataFrame
        year, value, left_out, lower, upper (units of the column), coverage (share of the people who live in countries
        with a figure), countries (with a figure), missing (ISO codes of the others, as text). A year in which no
        country has a figure is left out.
    """
    filled = fill_gaps(table, column, never)
    weighted = {name: _weighted_mean(filled, name) for name in ("value", "left_out", "lower", "upper")}
    seen = filled["left_out"].notna()
    coverage = (filled["population"] * seen).groupby(filled["year"]).sum() / filled.groupby("year")["population"].sum()
    series = pd.DataFrame(weighted).assign(
        coverage=coverage,
        countries=seen.groupby(filled["year"]).sum(),
        missing=filled[~seen].groupby("year")["iso3"].agg(", ".join),
    )
    return series.fillna({"missing": ""}).dropna(subset="left_out").rename_axis("year").reset_index()


def compare_with_world(world: pd.DataFrame, region: Sequence[str]) -> pd.DataFrame:
    """Homicide in the region, in the rest of the world and in the whole, by year.

    The world's rate weighs the region and the rest by all their people, not by those with figures: figures cover the
    region better, and a plain sum over countries with figures would count it too much.

    Parameters
    ----------
    world : pandas.DataFrame
        The table `world_homicide`.
    region : sequence of str
        ISO codes of the region.

    Returns
    -------
    pandas.DataFrame
        year; region_rate, rest_rate, world_rate (victims per 100,000), ratio (region over world), homicide_share (of
        the region in the world), each also with `_left_out`, `_lower`, `_upper`; population_share;
        homicide_share_reported (victims that the region reported among all that were reported); for the region and
        the rest `_coverage` (share of people in countries with figures), `_countries` (with a figure) and `_missing`
        (ISO codes of the others). The lower ratio and share take the region's gaps at their lowest and the rest's at
        their highest, the upper ones the reverse, so that `rest_rate_lower` is the higher of its two bounds.
    """
    rates = homicide_rates(world)
    inside = rates["iso3"].isin(list(region))
    series = regional_series(rates[inside], "homicide").merge(
        regional_series(rates[~inside], "homicide"), on="year", suffixes=("_region", "_rest")
    )
    share = series["year"].map(_share_inside(rates, inside, "population"))
    reported = series["year"].map(_share_inside(world, inside, "homicide_count"))
    compared = pd.DataFrame({"year": series["year"], "population_share": share, "homicide_share_reported": reported})
    for suffix, of_region, of_rest in (
        ("", "value", "value"),
        ("_left_out", "left_out", "left_out"),
        ("_lower", "lower", "upper"),
        ("_upper", "upper", "lower"),
    ):
        region_rate, rest_rate = series[f"{of_region}_region"], series[f"{of_rest}_rest"]
        world_rate = share * region_rate + (1 - share) * rest_rate
        compared[f"region_rate{suffix}"] = region_rate
        compared[f"rest_rate{suffix}"] = rest_rate
        compared[f"world_rate{suffix}"] = world_rate
        compared[f"ratio{suffix}"] = region_rate / world_rate
        compared[f"homicide_share{suffix}"] = share * region_rate / world_rate
    sides = {
        f"{side}_{name}": series[f"{name}_{side}"]
        for side in ("region", "rest")
        for name in ("coverage", "countries", "missing")
    }
    return compared.assign(**sides)


def window_mean(series: pd.DataFrame, first: int, last: int) -> BoundedValue:
    """Mean of a regional series over a window of years, with its bounds.

    Parameters
    ----------
    series : pandas.DataFrame
        From `regional_series`.
    first, last : int
        Years, both included.

    Returns
    -------
    BoundedValue
    """
    window = series[series["year"].between(first, last)][["value", "lower", "upper"]].mean()
    return BoundedValue(float(window["value"]), float(window["lower"]), float(window["upper"]))


def percent_change(before: BoundedValue, after: BoundedValue) -> BoundedValue:
    """Change from before to after in percent; the bounds take the worst case on each side."""
    return BoundedValue(
        100 * (after.value / before.value - 1),
        100 * (after.lower / before.upper - 1),
        100 * (after.upper / before.lower - 1),
    )


def world_window(compared: pd.DataFrame, name: str, first: int, last: int) -> BoundedValue:
    """Mean over a window of years of one column of `compare_with_world`, with its bounds the right way round.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compare_with_world`.
    name : str
        region_rate, rest_rate, world_rate, ratio or homicide_share.
    first, last : int
        Years, both included.

    Returns
    -------
    BoundedValue
    """
    bounds = compared[[f"{name}_lower", f"{name}_upper"]]
    series = compared[["year"]].assign(value=compared[name], lower=bounds.min(axis=1), upper=bounds.max(axis=1))
    return window_mean(series, first, last)


def _share_inside(table: pd.DataFrame, inside: "pd.Series[bool]", column: str) -> "pd.Series[float]":
    """Share of a column's yearly total that falls to the region."""
    totals = table[column].astype(float).groupby([table["year"], inside]).sum().unstack()
    return totals[True] / totals.sum(axis=1)


def _stand_ins(
    table: pd.DataFrame, column: str, never: tuple[float, float] | None
) -> tuple["pd.Series[float]", "pd.Series[float]", "pd.Series[float]"]:
    """Lowest, middle and highest value for a country without any figure, in the order of the table's rows."""
    by_year = table.groupby("year")[column]
    low, median, high = (table["year"].map(by_year.quantile(quantile)) for quantile in STAND_IN_QUANTILES)
    if never is None:
        return low, median, high
    return pd.Series(never[0], index=table.index), median, pd.Series(never[1], index=table.index)


def _weighted_mean(filled: pd.DataFrame, name: str) -> "pd.Series[float]":
    """Mean by year over the rows that have a value, weighted by population."""
    seen = filled[filled[name].notna()]
    totals = (seen[name] * seen["population"]).groupby(seen["year"]).sum()
    return totals / seen.groupby("year")["population"].sum()
