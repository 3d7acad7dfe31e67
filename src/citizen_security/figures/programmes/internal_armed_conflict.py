"""Pictures of `programmes/internal_armed_conflict`: months, lines, earlier dates, provinces, other countries."""

from typing import TYPE_CHECKING, Any

import altair as alt
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import number_in_words, out_of, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MONTH_AXIS = "Homicides a month"
LINES_AXIS = "Change against the line (%)"
COLOURS = (theme.BLUE, theme.ORANGE, theme.VERMILION)


def title_months(years: pd.DataFrame) -> str:
    """The last year against the two before it.

    Parameters
    ----------
    years : pandas.DataFrame
        year, change.

    Returns
    -------
    str
    """
    last, before, earlier = (years.iloc[-place] for place in (1, 2, 3))
    return (
        f"The same months of {last['year']:.0f}: {signed(before['change'], '.0f')}% against {before['year']:.0f}, "
        f"{signed(earlier['change'], '.0f')}% against {earlier['year']:.0f}"
    )


def plot_months(path: pd.DataFrame, years: pd.DataFrame, start: pd.Timestamp) -> "Figure":
    """Homicides of the nation by month, and the line of before carried on.

    Parameters
    ----------
    path : pandas.DataFrame
        date, homicides, expected.
    years : pandas.DataFrame
        year, change.
    start : pandas.Timestamp

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    axis.plot(path["date"], path["expected"], color=theme.GREY, linestyle="--", label="the line, carried on")
    axis.plot(path["date"], path["homicides"], color=theme.VERMILION, linewidth=2, label="recorded")
    axis.axvline(start, color=theme.INK, linewidth=1)  # type: ignore[arg-type]
    axis.set_ylim(bottom=0)
    axis.set_xlim(path["date"].iloc[0], path["date"].iloc[-1])
    axis.set_ylabel(MONTH_AXIS)
    label_ends(axis)
    headline(figure, title_months(years))
    return figure


def title_lines(lines: pd.DataFrame) -> str:
    """From one line to another.

    Parameters
    ----------
    lines : pandas.DataFrame

    Returns
    -------
    str
    """
    low, high = (signed(float(end), ".0f") for end in (lines["change"].min(), lines["change"].max()))
    return f"{low}% to {high}%, by where the line begins and what it is straight in"


def plot_lines(lines: pd.DataFrame) -> "Figure":
    """The change against each line, with intervals, by the year the line begins in.

    Parameters
    ----------
    lines : pandas.DataFrame
        line_from, form_name, change, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.4), layout="constrained")
    firsts, names = sorted(set(lines["line_from"])), list(dict.fromkeys(lines["form_name"]))
    for number, name in enumerate(names):
        own = lines[lines["form_name"] == name]
        places = [firsts.index(first) + 0.2 * (number - (len(names) - 1) / 2) for first in own["line_from"]]
        axis.vlines(places, own["lower"], own["upper"], color=COLOURS[number], linewidth=2)
        axis.plot(places, own["change"], "o", color=COLOURS[number], markersize=6, label=name)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xticks(range(len(firsts)), [str(first) for first in firsts])
    axis.set_xlabel("First year of the line")
    axis.set_ylabel(LINES_AXIS)
    legend_below(figure, [axis], 1)
    headline(figure, title_lines(lines))
    return figure


def title_dates(dates: pd.DataFrame) -> str:
    """At how many earlier dates the line errs by as much.

    Parameters
    ----------
    dates : pandas.DataFrame
        change, decree.

    Returns
    -------
    str
    """
    sizes = np.log1p(dates["change"] / 100).abs()
    own = float(sizes[dates["decree"]].iloc[0])
    early = sizes[~dates["decree"]]
    as_much = int((early >= own - 1e-9).sum())
    dates_as_far = out_of(as_much, len(early), "earlier dates")
    return f"As a ratio as far off its line at {dates_as_far}, where nothing was decreed"


def plot_dates(dates: pd.DataFrame) -> "Figure":
    """The change at each earlier date and at the start.

    Parameters
    ----------
    dates : pandas.DataFrame
        date, change, decree.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 3.8), layout="constrained")
    early, own = dates[~dates["decree"]], dates[dates["decree"]]
    axis.plot(early["date"], early["change"], "o", color=theme.GREY, markersize=5)
    axis.plot(own["date"], own["change"], "o", color=theme.VERMILION, markersize=9)
    for shown, name in ((early.nlargest(1, "change"), "earlier dates"), (own, "the decree")):
        for _, row in shown.iterrows():
            axis.annotate(
                name, (row["date"], row["change"]), (-9, 0), textcoords="offset points", ha="right", va="center"
            )
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel("First month that counts as after")
    axis.set_ylabel(LINES_AXIS)
    headline(figure, title_dates(dates))
    return figure


def title_provinces(changes: pd.DataFrame) -> str:
    """How many provinces fell beyond chance.

    Parameters
    ----------
    changes : pandas.DataFrame

    Returns
    -------
    str
    """
    fell, rose = int((changes["upper"] < 0).sum()), int((changes["lower"] > 0).sum())
    return f"{out_of(fell, len(changes), 'provinces').capitalize()} fell beyond chance, {number_in_words(rose)} rose"


def plot_provinces(changes: pd.DataFrame) -> "Figure":
    """Each province's change against the year before, with its interval, and against two years before.

    Parameters
    ----------
    changes : pandas.DataFrame
        province, change, lower, upper, two_years.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.8 + 0.36 * len(changes)), layout="constrained")
    places = np.arange(len(changes))
    axis.plot(changes["two_years"], places, "D", color=theme.GREY, markersize=5, label="against two years before")
    _intervals(axis, changes, places)
    axis.plot(changes["change"], places, "o", color=theme.BLUE, markersize=7, label="against the year before")
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(places, list(changes["province"]))
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("Change of homicides in the same months (%)")
    legend_below(figure, [axis], 2)
    headline(figure, title_provinces(changes))
    return figure


def _intervals(axis: "Axes", rows: pd.DataFrame, places: "np.ndarray[Any, np.dtype[Any]]") -> None:
    axis.hlines(places, rows["lower"], rows["upper"], color=theme.BLUE, linewidth=2)


def title_slopes(slopes: pd.DataFrame) -> str:
    """The slope of the last year.

    Parameters
    ----------
    slopes : pandas.DataFrame

    Returns
    -------
    str
    """
    last = slopes.iloc[-1]
    if not np.isfinite(last["slope"]):
        return f"Heights of {last['year'] - 1:.0f} agree too little for a slope"
    low, high = signed(float(last["lower"])), signed(float(last["upper"]))
    return (
        f"Change on height over provinces in {last['year']:.0f}: slope {signed(float(last['slope']))} ({low} to {high})"
    )


def plot_slopes(slopes: pd.DataFrame) -> "Figure":
    """The slope of change on height by year, where heights can be told apart.

    Parameters
    ----------
    slopes : pandas.DataFrame
        year, slope, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    told = slopes[slopes["slope"].notna()]
    figure, axis = plt.subplots(figsize=(8, 3.8), layout="constrained")
    last = (told["year"] == slopes["year"].max()).to_numpy()
    for chosen, colour in ((~last, theme.GREY), (last, theme.VERMILION)):
        own = told[chosen]
        axis.vlines(own["year"], own["lower"], own["upper"], color=colour, linewidth=2)
        axis.plot(own["year"], own["slope"], "o", color=colour, markersize=7)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.axhline(-1, color=theme.INK, linewidth=1, linestyle="--")
    axis.annotate(" a full return", (0, -1), xycoords=("axes fraction", "data"), fontsize="small", va="bottom")
    axis.set_xticks(list(told["year"]), [str(year) for year in told["year"]])
    axis.set_ylabel("Slope of change on height")
    headline(figure, title_slopes(slopes))
    return figure


def title_countries(countries: pd.DataFrame) -> str:
    """Each country's first year.

    Parameters
    ----------
    countries : pandas.DataFrame

    Returns
    -------
    str
    """
    told = [f"{row['country']} {signed(row['change'], '.0f')}%" for row in countries.to_dict("records")]
    return f"First years against the year before: {', '.join(told)}"


def plot_countries(countries: pd.DataFrame) -> "Figure":
    """First years against the year before, and against the country's own line.

    Parameters
    ----------
    countries : pandas.DataFrame
        country, year, change, lower, upper, off_line, off_line_lower, off_line_upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 3.4), layout="constrained")
    places = np.arange(len(countries))
    for shift, prefix, colour, label in (
        (-0.12, "", theme.BLUE, "against the year before"),
        (0.12, "off_line", theme.ORANGE, "against its own line"),
    ):
        middle, lower, upper = (prefix or "change", *(f"{prefix}_{end}".lstrip("_") for end in ("lower", "upper")))
        axis.hlines(places + shift, countries[lower], countries[upper], color=colour, linewidth=2)
        axis.plot(countries[middle], places + shift, "o", color=colour, markersize=7, label=label)
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(places, [f"{row['country']}, {row['year']}" for row in countries.to_dict("records")])
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("Change of homicide (%)")
    legend_below(figure, [axis], 2)
    headline(figure, title_countries(countries))
    return figure


def interactive_provinces(monthly: pd.DataFrame, start: pd.Timestamp, *, dark: bool = False) -> Any:
    """The months of the province that a list chooses.

    Parameters
    ----------
    monthly : pandas.DataFrame
        date, province, homicides.
    start : pandas.Timestamp
    dark : bool

    Returns
    -------
    altair.LayerChart
    """
    text = theme.DARK["text"] if dark else theme.INK
    names = list(dict.fromkeys(monthly["province"]))
    chosen = alt.param(name="province", value=names[0], bind=alt.binding_select(options=names, name="Province: "))
    line = (
        alt.Chart(monthly)
        .transform_filter("datum.province == province")
        .mark_line(color=theme.VERMILION)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("homicides:Q", title=MONTH_AXIS),
            tooltip=[alt.Tooltip("yearmonth(date):T", title="Month"), alt.Tooltip("homicides:Q", title="Homicides")],
        )
    )
    rule = alt.Chart(pd.DataFrame({"date": [start]})).mark_rule(color=text).encode(x="date:T")
    return alt.layer(line, rule).add_params(chosen).properties(width=520, height=280)
