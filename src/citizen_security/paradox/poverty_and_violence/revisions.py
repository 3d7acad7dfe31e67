"""What revisions did: two releases of the homicide rates, and the two poverty series, against each other."""

from collections.abc import Sequence

import pandas as pd

from citizen_security.measures import POVERTY_LINES, RELEASES
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.region import before_and_after, window_means
from citizen_security.regional import homicide_rates, percent_change, regional_series, window_mean

PRESENT, EARLIER = (RELEASES[release].column for release in ("2025", "2024"))

# Percent of the earlier figure. Nearly every rate moved when the population estimates were revised, so that the count
# of figures that changed at all says little.
THRESHOLDS = (0.0, 1.0, 5.0, 10.0)


def compare_releases(panel: pd.DataFrame) -> pd.DataFrame:
    """Country-years that both releases have.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year, homicide_rate, homicide_rate_release_2024.

    Returns
    -------
    pandas.DataFrame
        iso3, year, earlier, present, change (victims per 100,000), change_percent (missing where the earlier rate was
        zero).
    """
    both = panel.dropna(subset=[PRESENT, EARLIER])
    earlier, present = both[EARLIER].astype(float), both[PRESENT].astype(float)
    change = present - earlier
    return both[["iso3", "year"]].assign(
        earlier=earlier, present=present, change=change, change_percent=100 * change / earlier.where(earlier > 0)
    )


def count_revisions(revisions: pd.DataFrame, thresholds: Sequence[float] = THRESHOLDS) -> pd.DataFrame:
    """How many country-years, in how many countries, were revised by more than each threshold.

    Parameters
    ----------
    revisions : pandas.DataFrame
        From `compare_releases`.
    thresholds : sequence of float
        Percent of the earlier figure.

    Returns
    -------
    pandas.DataFrame
        more_than (%), country_years, of (compared), share, countries.
    """
    size = revisions["change_percent"].abs()
    moved = {threshold: revisions[size > threshold] for threshold in thresholds}
    return pd.DataFrame(
        {
            "more_than": list(thresholds),
            "country_years": [len(rows) for rows in moved.values()],
            "of": len(revisions),
            "share": [len(rows) / max(len(revisions), 1) for rows in moved.values()],
            "countries": [rows["iso3"].nunique() for rows in moved.values()],
        }
    )


def largest_revisions(revisions: pd.DataFrame, number: int) -> pd.DataFrame:
    """The country-year that was revised most in each country, the largest first."""
    order = revisions["change"].abs().sort_values(ascending=False, kind="stable").index
    return revisions.loc[order].drop_duplicates("iso3").head(number).reset_index(drop=True)


def regional_changes_by_version(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Change of the region's homicide rate between the windows by every version of the figures.

    Parameters
    ----------
    panel : pandas.DataFrame
        Rows of `country_year` for the countries of the region.
    parameters : PovertyAndViolence
        The windows.

    Returns
    -------
    pandas.DataFrame
        version (counts: victims over people; rates: the published rates; rates_2025 and rates_2024: those of the two
        releases, on the country-years of both), value, lower, upper (percent, with bounds for the gaps),
        country_years (in the two windows). A version without a figure in a window is left out.
    """
    both = panel[[PRESENT, EARLIER]].notna().all(axis=1)
    rates = {
        "counts": homicide_rates(panel)["homicide"],
        "rates": panel[PRESENT],
        "rates_2025": panel[PRESENT].where(both),
        "rates_2024": panel[EARLIER].where(both),
    }
    rows = [
        {"version": version, **_change_between_windows(panel.assign(homicide=column.astype(float)), parameters)}
        for version, column in rates.items()
    ]
    return pd.DataFrame(rows).dropna(subset="value").reset_index(drop=True)


def _change_between_windows(panel: pd.DataFrame, parameters: PovertyAndViolence) -> dict[str, float]:
    windows = parameters.windows.values()
    series = regional_series(panel, "homicide")
    change = percent_change(*(window_mean(series, first, last) for first, last in windows))
    seen = sum(panel.loc[panel["year"].between(first, last), "homicide"].count() for first, last in windows)
    return {**vars(change), "country_years": int(seen)}


def country_changes_by_release(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Each country's change of homicide between the windows by each release, on the country-years of both.

    Returns
    -------
    pandas.DataFrame
        iso3, poverty_change, change_earlier, change_present (victims per 100,000), turned (whether the sign differs);
        empty if no country has enough years of both releases in both windows.
    """
    both = panel[[PRESENT, EARLIER]].notna().all(axis=1)
    present, earlier = (
        before_and_after(panel.assign(**{PRESENT: panel[column].where(both).astype(float)}), parameters)
        for column in (PRESENT, EARLIER)
    )
    changes = present[["iso3", "poverty_change"]].assign(
        change_earlier=earlier["homicide_change"], change_present=present["homicide_change"]
    )
    return changes.assign(turned=(changes["change_earlier"] > 0) != (changes["change_present"] > 0))


def compare_poverty_series(panel: pd.DataFrame, poverty_line: str) -> pd.DataFrame:
    """Survey and line-up figures of poverty in the years that have both, the largest difference first.

    Returns
    -------
    pandas.DataFrame
        iso3, year, survey, lineup (% of people), difference (line-up minus survey, points).
    """
    lineup = POVERTY_LINES[poverty_line].lineup
    both = panel.dropna(subset=[poverty_line, lineup])
    survey, drawn = both[poverty_line].astype(float), both[lineup].astype(float)
    compared = both[["iso3", "year"]].assign(survey=survey, lineup=drawn, difference=drawn - survey)
    order = compared["difference"].abs().sort_values(ascending=False, kind="stable").index
    return compared.loc[order].reset_index(drop=True)


def poverty_changes_by_series(panel: pd.DataFrame, parameters: PovertyAndViolence) -> pd.DataFrame:
    """Each country's change of poverty between the windows by survey years alone and by the line-up.

    Returns
    -------
    pandas.DataFrame
        iso3, survey, lineup (points); countries with enough survey years in both windows only.
    """
    changes = {}
    line = POVERTY_LINES[parameters.poverty_line]
    for name, column in (("survey", line.column), ("lineup", line.lineup)):
        means = window_means(panel, column, parameters)
        changes[name] = means["after"] - means["before"]
    return pd.DataFrame(changes).dropna().reset_index()
