"""The region's poverty, inequality and homicide over time, beside the rest of the world and by country."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from citizen_security.measures import subjects
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.regional import BoundedValue, fill_gaps, homicide_rates

# A share of people is known to lie between these, whatever the country.
PERCENT = (0.0, 100.0)

MINIMUM_PAIRS = 8

# A year's poverty counts as surveyed where countries with half of the region's people held a survey in it.
SURVEYED_SHARE = 0.5


def describe(panel: pd.DataFrame) -> str:
    """How many countries the region has and how many country-years with homicide figures, in words."""
    return f"{panel['iso3'].nunique()} countries; homicide figures in {panel['homicide_count'].count():,} country-years"


def comparable_years(compared: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Years of the period in which figures cover enough people, in the region and in the rest of the world."""
    in_period = compared["year"].between(parameters.first_year, parameters.last_year)
    covered = compared[["region_coverage", "rest_coverage"]].min(axis=1) >= parameters.minimum_coverage
    return compared[in_period & covered]


def effect_of_gaps(world: pd.DataFrame, region: Sequence[str], year: int) -> pd.DataFrame:
    """How far each country without a figure in a year could move the region's ratio to the world on its own.

    Parameters
    ----------
    world : pandas.DataFrame
        The table `world_homicide`.
    region : sequence of str
        ISO codes of the region.
    year : int

    Returns
    -------
    pandas.DataFrame
        One row per country or territory without a figure, the most influential first: iso3, in_region, people (share
        of the world's), assumed, lowest, highest (its rate, victims per 100,000), ratio_at_lowest, ratio_at_highest
        (the region's rate over the world's with every other gap as in `value`), span (between those two).
    """
    rates = homicide_rates(world)
    inside = rates["iso3"].isin(list(region))
    # Each side is filled by itself, since a country never seen gets the middle of its own side.
    both = pd.concat(
        [fill_gaps(rates[side], "homicide").assign(in_region=flag) for side, flag in ((inside, True), (~inside, False))]
    )
    filled = both[both["year"] == year]
    people = filled["population"] / filled["population"].sum()
    region_share = people[filled["in_region"]].sum()
    world_rate = (people * filled["value"]).sum()
    region_rate = (people * filled["value"])[filled["in_region"]].sum() / region_share
    missing = filled["left_out"].isna()
    gaps = filled[missing].assign(people=people[missing])
    for bound in ("lower", "upper"):
        moved = gaps["people"] * (gaps[bound] - gaps["value"])
        gaps[f"ratio_{bound}"] = (region_rate + gaps["in_region"] * moved / region_share) / (world_rate + moved)
    gaps["span"] = (gaps["ratio_upper"] - gaps["ratio_lower"]).abs()
    named = {
        "value": "assumed",
        "lower": "lowest",
        "upper": "highest",
        "ratio_lower": "ratio_at_lowest",
        "ratio_upper": "ratio_at_highest",
    }
    columns = ["iso3", "in_region", "people", *named.values(), "span"]
    return gaps.rename(columns=named).sort_values("span", ascending=False)[columns].reset_index(drop=True)


def countries_with_figures(table: pd.DataFrame, column: str, first: int, last: int) -> int:
    """Number of countries with at least one figure of a column in a window of years."""
    return int(table[table["year"].between(first, last) & table[column].notna()]["iso3"].nunique())


def latest_surveyed_year(panel: pd.DataFrame, poverty_line: str, last_year: int) -> int:
    """Latest year whose poverty rests on surveys and not on interpolation or a nowcast.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year, population and the survey years of `poverty_line`.
    poverty_line : str
    last_year : int
        Years after it are not asked for.

    Returns
    -------
    int
        Latest year in which countries with half of the region's people held a survey; where no year has so many, the
        latest of those that have most.
    """
    years = panel[panel["year"] <= last_year]
    people = years["population"].astype(float)
    surveyed = (people * years[poverty_line].notna()).groupby(years["year"]).sum() / people.groupby(years["year"]).sum()
    enough = surveyed >= min(SURVEYED_SHARE, float(surveyed.max()))
    return int(surveyed.index[enough].max())


def tabulate_windows(
    before: Mapping[str, BoundedValue], after: Mapping[str, BoundedValue], change: Mapping[str, BoundedValue]
) -> pd.DataFrame:
    """Figures of the windows and their change, one row a subject: value, lower and upper of each of the three."""
    columns = {"before": before, "after": after, "change in %": change}
    tables = {
        name: pd.DataFrame({subject: vars(value) for subject, value in values.items()}).T
        for name, values in columns.items()
    }
    return pd.concat(tables, axis=1)


def missing_by_year(series: Mapping[str, pd.DataFrame], every: int = 5) -> pd.DataFrame:
    """Which countries have no figure of homicide, and of poverty, in one of `every` years.

    Parameters
    ----------
    series : mapping of pandas.DataFrame
        From `regional_series`, by subject; homicide and poverty are read.
    every : int

    Returns
    -------
    pandas.DataFrame
        year; coverage, countries and missing, each of homicide and of poverty.
    """
    columns = ["year", "coverage", "countries", "missing"]
    both = series["homicide"][columns].merge(
        series["poverty"][columns], on="year", suffixes=(" (homicide)", " (poverty)")
    )
    return both[both["year"] % every == 0]


def largest_gaps(gaps: pd.DataFrame, names: "pd.Series[str]", number: int = 8) -> pd.DataFrame:
    """The gaps that matter most: country, people (% of the world's), and the columns of `effect_of_gaps`."""
    named = gaps.assign(country=gaps["iso3"].map(names), people=100 * gaps["people"]).set_index("country")
    return named.head(number).drop(columns=["iso3", "in_region"])


def window_means(panel: pd.DataFrame, column: str, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Mean of a column in the two windows by country, missing where a window has too few figures.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year, `column`.
    column : str
    parameters : PovertyAndViolence
        Windows, and years with figures that a country needs in each.

    Returns
    -------
    pandas.DataFrame
        before, after; indexed by iso3.
    """
    means = pd.DataFrame(index=pd.Index(sorted(panel["iso3"].unique()), name="iso3"))
    for window, (first, last) in parameters.windows.items():
        grouped = panel[panel["year"].between(first, last)].groupby("iso3")[column]
        means[window] = grouped.mean().where(grouped.count() >= parameters.minimum_years).astype(float)
    return means


def country_changes(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Poverty, homicide, inequality and income of each country in the two windows.

    Parameters
    ----------
    panel : pandas.DataFrame
        Rows of `country_year` for the countries of the region.
    parameters : PovertyAndViolence
        Windows, poverty line, years that a country needs.

    Returns
    -------
    pandas.DataFrame
        One row per country: iso3; poverty_before, poverty_after, poverty_change (% of people, points); homicide_…
        (victims per 100,000); gini_… (points); income_before, income_after (constant 2021 international dollars a
        head), income_change (%); missing where a country has too few figures in a window; surveys (survey years from
        the first year before to the last year after: between surveys, and beyond them, the line-up is interpolated).
    """
    columns = subject_columns(parameters.poverty_line)
    means = {subject: window_means(panel, column, parameters) for subject, column in columns.items()}
    compared = pd.concat(
        [frame.assign(change=frame["after"] - frame["before"]).add_prefix(f"{name}_") for name, frame in means.items()],
        axis=1,
    )
    compared["income_change"] = 100 * compared["income_change"] / compared["income_before"]
    between = panel[panel["year"].between(parameters.before_first, parameters.after_last)]
    compared["surveys"] = between.groupby("iso3")[parameters.poverty_line].count()
    return compared.reset_index()


def before_and_after(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Countries with enough years of poverty and homicide in both windows; the columns of `country_changes`."""
    compared = country_changes(panel, parameters)
    return compared.dropna(subset=["poverty_change", "homicide_change"]).reset_index(drop=True)


def ratios_to_own_average(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Each country's series over its own average, so that subjects with different units share one scale.

    Parameters
    ----------
    panel : pandas.DataFrame
        Rows of `country_year` for the countries of the region.
    parameters : PovertyAndViolence
        Years shown, poverty line.

    Returns
    -------
    pandas.DataFrame
        iso3, year, homicide, poverty, gini, income; 1 is the mean of the country's figures in the years shown.
    """
    shown = panel[panel["year"].between(parameters.first_year, parameters.last_year)]
    columns = subject_columns(parameters.poverty_line)
    figures = shown[list(columns.values())].astype(float).set_axis(list(columns), axis=1)
    averages = figures.groupby(shown["iso3"]).transform("mean")
    return pd.concat([shown[["iso3", "year"]], figures / averages.where(averages > 0)], axis=1)


def subject_columns(poverty_line: str) -> dict[str, str]:
    """Columns of `country_year` that show homicide, poverty, inequality and income."""
    return {name: subject.column for name, subject in subjects(poverty_line).items()}


def change_correlation(
    changes: pd.DataFrame,
    seed: int = 20240229,
    *,
    between: tuple[str, str] = ("poverty_change", "homicide_change"),
    confidence_level: float = 0.95,
    draws: int = 4_999,
) -> BoundedValue | None:
    """Correlation over countries of two columns, by default the two changes, with a bootstrap interval.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `before_and_after`.
    seed : int
        Of the bootstrap, which resamples countries.
    between : tuple of str
        The two columns.
    confidence_level : float
    draws : int
        Of the bootstrap.

    Returns
    -------
    BoundedValue or None
        Pearson's correlation with its bias-corrected bootstrap interval (Efron 1987); None for fewer than eight
        countries, whose bootstrap says nothing.

    References
    ----------
    Efron (1987), Journal of the American Statistical Association 82(397).
    """
    from scipy.stats import BootstrapMethod, pearsonr

    if len(changes) < MINIMUM_PAIRS:
        return None
    result = pearsonr(changes[between[0]], changes[between[1]])
    method = BootstrapMethod(n_resamples=draws, method="BCa", rng=np.random.default_rng(seed))
    interval = result.confidence_interval(confidence_level=confidence_level, method=method)
    return BoundedValue(float(result.statistic), float(interval.low), float(interval.high))
