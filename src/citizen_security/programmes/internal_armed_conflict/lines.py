"""The nation's months against the same months of earlier years, against lines, and against earlier dates."""

import numpy as np
import pandas as pd

from citizen_security.methods.interrupted_series.counts import fit_count_segments
from citizen_security.methods.interrupted_series.names import Trend
from citizen_security.methods.interrupted_series.segments import fit_segments
from citizen_security.methods.interrupted_series.structural import Structural, structural_series
from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds, trend_bounds
from citizen_security.methods.rates import ratio_interval
from citizen_security.programmes.internal_armed_conflict.labels import FORMS
from citizen_security.programmes.internal_armed_conflict.months import upto, window
from citizen_security.programmes.internal_armed_conflict.parameters import ENDS, YEAR, Form, InternalArmedConflict

# Months in a season.
SEASON = 12


def change(before: int, after: int, days: tuple[int, int], confidence_level: float) -> dict[str, float]:
    """Change from one count to another, with its exact interval.

    Parameters
    ----------
    before, after : int
    days : tuple of int
        Of both.
    confidence_level : float

    Returns
    -------
    dict of str to float
        change, lower, upper (percent).
    """
    ends = ratio_interval(before, after, *days, confidence_level)
    middle = after / days[1] / (before / days[0])
    found, lower, upper = (100 * (end - 1) for end in (middle, *ends))
    return {"change": found, "lower": lower, "upper": upper}


def same_months(months: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """The same months of each year: how the last stand to them, and they to the year before.

    Parameters
    ----------
    months : pandas.DataFrame
        From `months.nation`.
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        year, homicides, a_day, change, lower, upper (percent, of the last year against this one), on_year_before,
        on_year_before_lower, on_year_before_upper (percent; blank in the first year).
    """
    calendar = pd.DatetimeIndex(months["date"])
    by_year = {
        year: months[window(calendar, year, parameters).to_numpy()][["homicides", "days"]].sum()
        for year in range(int(months["year"].min()), YEAR + 1)
    }
    last = by_year[YEAR]
    rows = []
    for year, own in by_year.items():
        row = {"year": year, "homicides": int(own["homicides"]), "a_day": own["homicides"] / own["days"]}
        row |= _between(own, last, parameters)
        if year - 1 in by_year:
            named = _between(by_year[year - 1], own, parameters)
            row |= {
                name.replace("change", "on_year_before") if name == "change" else f"on_year_before_{name}": value
                for name, value in named.items()
            }
        rows.append(row)
    return pd.DataFrame(rows)


def _between(before: "pd.Series[int]", after: "pd.Series[int]", parameters: InternalArmedConflict) -> dict[str, float]:
    days = (int(before["days"]), int(after["days"]))
    return change(int(before["homicides"]), int(after["homicides"]), days, parameters.confidence_level)


def within_the_year(months: pd.DataFrame, parameters: InternalArmedConflict) -> dict[str, float]:
    """The last months that count as after against the first of them.

    Parameters
    ----------
    months : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    dict of str to float
        change, lower, upper (percent).
    """
    calendar = pd.DatetimeIndex(months["date"])
    own = months[window(calendar, YEAR, parameters).to_numpy()]
    first, last = (rows[["homicides", "days"]].sum() for rows in (own.head(ENDS), own.tail(ENDS)))
    return _between(first, last, parameters)


def by_line(months: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """The mean change against lines that begin in each year and are straight in each form.

    Parameters
    ----------
    months : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        line_from, form, form_name, change, lower, upper (percent of what the line expects).
    """
    rows = []
    for form in parameters.forms:
        for first in sorted(parameters.lines_from):
            found = against_line(months, first, form, parameters)
            rows.append({"line_from": first, "form": form, "form_name": FORMS[form], **found})
    return pd.DataFrame(rows)


def against_line(months: pd.DataFrame, first: int, form: Form, parameters: InternalArmedConflict) -> dict[str, float]:
    """The mean change against one line.

    Parameters
    ----------
    months : pandas.DataFrame
    first : int
        Year that the line begins in.
    form : {"counts", "logarithms", "levels"}
    parameters : InternalArmedConflict

    Returns
    -------
    dict of str to float
        change, lower, upper (percent of what the line expects).

    Notes
    -----
    A change in homicides a day is divided by the mean of the line carried on, which is taken as known.
    """
    rows, before = upto(months, first, parameters)
    level, waves = parameters.confidence_level, parameters.harmonics
    if form == "counts":
        counted = fit_count_segments(rows["homicides"], rows["days"], before, season=SEASON, harmonics=waves)
        ends = (counted.effect, *counted.interval(level))
    elif form == "logarithms":
        logged = fit_segments(np.log(rows["a_day"]), before, season=SEASON, harmonics=waves)
        ends = (logged.effect, *logged.interval(level))
    else:
        plain = fit_segments(rows["a_day"], before, season=SEASON, harmonics=waves)
        expected = float(plain.counterfactual[before:].mean())
        found = (100 * end / expected for end in (plain.effect, *plain.interval(level)))
        return dict(zip(("change", "lower", "upper"), found, strict=True))
    return dict(zip(("change", "lower", "upper"), (100 * float(np.expm1(end)) for end in ends), strict=True))


def path(months: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """The nation's months with the line of counts of before, carried on.

    Parameters
    ----------
    months : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        date, homicides, expected (from the first year of the line on, blank before).
    """
    rows, before = upto(months, parameters.line_from, parameters)
    fit = fit_count_segments(rows["homicides"], rows["days"], before, season=SEASON, harmonics=parameters.harmonics)
    line = pd.DataFrame({"date": rows["date"], "expected": fit.expected})
    return months[["date", "homicides"]].merge(line, on="date", how="left")


def bounds(months: pd.DataFrame, parameters: InternalArmedConflict) -> TrendBounds:
    """The effect at the start among those at earlier dates, and what a trend that bends as before leaves of it.

    Parameters
    ----------
    months : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    TrendBounds
        In logarithms of homicides a day.
    """
    rows, before = upto(months, parameters.line_from, parameters)
    return trend_bounds(
        np.log(rows["a_day"]),
        before,
        bends=[0.0, parameters.bend],
        season=SEASON,
        harmonics=parameters.harmonics,
        confidence_level=parameters.confidence_level,
    )


def wandering(months: pd.DataFrame, parameters: InternalArmedConflict) -> dict[Trend, Structural]:
    """The months against models without a line: a level that wanders, and a slope that wanders as well.

    Parameters
    ----------
    months : pandas.DataFrame
    parameters : InternalArmedConflict

    Returns
    -------
    dict of {"level", "slope"} to Structural
        In logarithms of homicides a day, from the first year of the line on.
    """
    rows, before = upto(months, parameters.line_from, parameters)
    trends: tuple[Trend, ...] = ("level", "slope")
    outcome = np.log(rows["a_day"])
    return {
        trend: structural_series(outcome, before, trend=trend, season=SEASON, harmonics=parameters.harmonics)
        for trend in trends
    }


def earlier_dates(months: pd.DataFrame, found: TrendBounds, parameters: InternalArmedConflict) -> pd.DataFrame:
    """The effect at each earlier date, where nothing was decreed, and at the start.

    Parameters
    ----------
    months : pandas.DataFrame
    found : TrendBounds
        From `bounds`.
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        date, change (percent of what the line expects), decree (whether this is the start).
    """
    rows, before = upto(months, parameters.line_from, parameters)
    places = [*found.dates.dates.tolist(), before]
    effects = [*found.dates.effects.tolist(), found.dates.start]
    return pd.DataFrame(
        {
            "date": rows["date"].iloc[places].to_numpy(),
            "change": 100 * np.expm1(effects),
            "decree": [place == before for place in places],
        }
    )
