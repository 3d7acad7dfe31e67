"""The region's poverty, inequality and homicide over time, with bounds for the countries that have no figures.

A regional figure is an average over people, and some countries are missing in most years. Each series therefore comes
four times: with a country's last figure (or, before its first, that one) carried into its gaps (`value`, the one to
read, since the countries in it never change), over the countries with figures alone (`left_out`), and with every gap
filled by the lowest and by the highest figure that the country is known to have had (`lower`, `upper`). A country
never seen gets the median of those seen, between bounds that the caller may set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.paradox.parameters import PovertyAndViolence

PER = 100_000

# A country never seen is given these quantiles of the countries seen in the year, as its lower bound, its value and
# its upper bound: the world's highest rate for each of them would say nothing.
STAND_IN_QUANTILES = (0.05, 0.5, 0.95)

# A share of people is known to lie between these, whatever the country.
PERCENT = (0.0, 100.0)

MINIMUM_PAIRS = 8


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
    rates = PER * table["homicide_count"].astype(float) / people
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
        the region in the world), each also with `_left_out`, `_lower`, `_upper`; population_share; region_coverage,
        rest_coverage (share of people in countries with figures). The lower ratio and share take the region's gaps at
        their lowest and the rest's at their highest, the upper ones the reverse.
    """
    rates = homicide_rates(world)
    inside = rates["iso3"].isin(list(region))
    series = regional_series(rates[inside], "homicide").merge(
        regional_series(rates[~inside], "homicide"), on="year", suffixes=("_region", "_rest")
    )
    people = rates.groupby(["year", inside])["population"].sum().unstack()
    share = series["year"].map(people[True] / people.sum(axis=1))
    compared = pd.DataFrame({"year": series["year"], "population_share": share})
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
    return compared.assign(region_coverage=series["coverage_region"], rest_coverage=series["coverage_rest"])


def comparable_years(compared: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Years of the period in which figures cover enough people, in the region and in the rest of the world."""
    in_period = compared["year"].between(parameters.first_year, parameters.last_year)
    covered = compared[["region_coverage", "rest_coverage"]].min(axis=1) >= parameters.minimum_coverage
    return compared[in_period & covered]


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


def before_and_after(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Poverty, inequality and homicide of each country in the two windows.

    Parameters
    ----------
    panel : pandas.DataFrame
        Rows of `country_year` for the countries of the region.
    parameters : PovertyAndViolence
        Windows, poverty line, years that a country needs.

    Returns
    -------
    pandas.DataFrame
        One row per country with enough years of poverty and homicide in both windows: iso3; poverty_before,
        poverty_after, poverty_change (% of people, points); homicide_… (victims per 100,000); gini_… (points, missing
        where a country has no Gini in a window); surveys (survey years from the first year before to the last
        year after: between surveys, and beyond them, the line-up is interpolated).
    """
    columns = {"poverty": f"{parameters.poverty_line}_lineup", "homicide": "homicide_rate", "gini": "gini"}
    windows = {
        "before": (parameters.before_first, parameters.before_last),
        "after": (parameters.after_first, parameters.after_last),
    }
    compared = pd.DataFrame(index=pd.Index(sorted(panel["iso3"].unique()), name="iso3"))
    for subject, column in columns.items():
        for window, (first, last) in windows.items():
            grouped = panel[panel["year"].between(first, last)].groupby("iso3")[column]
            enough = grouped.count() >= parameters.minimum_years
            compared[f"{subject}_{window}"] = grouped.mean().where(enough)
        compared[f"{subject}_change"] = compared[f"{subject}_after"] - compared[f"{subject}_before"]
    between = panel[panel["year"].between(parameters.before_first, parameters.after_last)]
    compared["surveys"] = between.groupby("iso3")[parameters.poverty_line].count()
    return compared.dropna(subset=["poverty_change", "homicide_change"]).reset_index()


def change_correlation(changes: pd.DataFrame, seed: int = 20240229) -> BoundedValue | None:
    """Correlation over countries of the change in poverty and the change in homicide, with a bootstrap interval.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `before_and_after`.
    seed : int
        Of the bootstrap, which resamples countries.

    Returns
    -------
    BoundedValue or None
        Pearson's correlation with its 95% bias-corrected bootstrap interval (Efron 1987); None for fewer than eight
        countries, whose bootstrap says nothing.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82(397).
    """
    from scipy.stats import BootstrapMethod, pearsonr

    if len(changes) < MINIMUM_PAIRS:
        return None
    result = pearsonr(changes["poverty_change"], changes["homicide_change"])
    method = BootstrapMethod(n_resamples=4_999, method="BCa", rng=np.random.default_rng(seed))
    interval = result.confidence_interval(confidence_level=0.95, method=method)
    return BoundedValue(float(result.statistic), float(interval.low), float(interval.high))


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
