"""Costa Rica's own series: the years of the strategy, those after it and those since, and the line of those before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.rates import ratio_interval
from citizen_security.programmes.carried_line import carried_line
from citizen_security.programmes.prevention_costa_rica.labels import WINDOWS
from citizen_security.programmes.prevention_costa_rica.parameters import LAST_YEAR, PreventionCostaRica


@dataclass(frozen=True)
class Window:
    """Years that are looked at together.

    Attributes
    ----------
    name : {"strategy", "after", "since"}
    first, last : int
    """

    name: str
    first: int
    last: int

    @property
    def years(self) -> str:
        """`2011 to 2014`, or the one year."""
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def length(self) -> int:
        """Number of years."""
        return self.last - self.first + 1

    @property
    def label(self) -> str:
        """What it is called."""
        return WINDOWS[self.name]


def windows(parameters: PreventionCostaRica) -> tuple[Window, Window, Window]:
    """The strategy, the years in which its gain is said to have eroded, and those since.

    Parameters
    ----------
    parameters : PreventionCostaRica

    Returns
    -------
    tuple of Window
    """
    return (
        Window("strategy", parameters.start, parameters.last_year),
        Window("after", parameters.last_year + 1, parameters.after_until),
        Window("since", parameters.after_until + 1, LAST_YEAR),
    )


def year_before(parameters: PreventionCostaRica) -> Window:
    """The last year before the strategy, at which a design must find nothing."""
    return Window("strategy", parameters.start - 1, parameters.start - 1)


def raw_changes(series: pd.DataFrame, parameters: PreventionCostaRica) -> pd.DataFrame:
    """Each window against the years before it, counts taken for Poisson.

    Parameters
    ----------
    series : pandas.DataFrame
        From `country_panels.country_series`.
    parameters : PreventionCostaRica

    Returns
    -------
    pandas.DataFrame
        window, label, first, last, before_first, before_last (years), rate, before (per 100,000), change, lower, upper
        (percent). The strategy stands against as many years before it, each later window against the one before it.
    """
    rows = []
    strategy, after, since = windows(parameters)
    first = max(strategy.first - strategy.length, int(series["year"].min()))
    for old_years, window in (
        ((first, strategy.first - 1), strategy),
        ((strategy.first, strategy.last), after),
        ((after.first, after.last), since),
    ):
        old = series[series["year"].between(*old_years)]
        new = series[series["year"].between(window.first, window.last)]
        deaths, people = ((old[name].sum(), new[name].sum()) for name in ("homicides", "population"))
        before, rate = (1e5 * count / residents for count, residents in zip(deaths, people, strict=True))
        ends = ratio_interval(*deaths, *people, parameters.confidence_level)
        change, lower, upper = (100 * (end - 1) for end in (rate / before, *ends))
        rows.append(
            {
                "window": window.name, "label": window.label, "first": window.first, "last": window.last,
                "before_first": old_years[0], "before_last": old_years[1], "rate": rate, "before": before,
                "change": change, "lower": lower, "upper": upper,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def own_line(series: pd.DataFrame, parameters: PreventionCostaRica) -> pd.DataFrame:
    """The line of the years before the strategy, carried on through it.

    Parameters
    ----------
    series : pandas.DataFrame
    parameters : PreventionCostaRica

    Returns
    -------
    pandas.DataFrame
        year, observed, line, lower, upper (a prediction interval for each year), slope (percent a year).
    """
    before = series[series["year"].between(parameters.line_from, parameters.start - 1)]
    rates = series.set_index("year")["rate"]
    rows = []
    for year in range(parameters.start, parameters.last_year + 1):
        found = carried_line(before["year"], before["rate"], year, parameters.confidence_level)
        rows.append(
            {
                "year": year, "observed": float(rates[year]), "line": found.level, "lower": found.lower,
                "upper": found.upper, "slope": found.slope,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def highest(series: pd.DataFrame) -> tuple[int, float]:
    """Year and rate of the highest rate of the series."""
    row = series.iloc[int(np.argmax(series["rate"].to_numpy()))]
    return int(row["year"]), float(row["rate"])
