"""Pictures of `programmes/state_of_exception`: the series, its line, other countries, and what is not counted."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATE_AXIS = "Homicides per 100,000 people"
MARKS = {"mano_dura": "^", "truce": "s", "state_of_exception": "o"}
COLOURS = {"mano_dura": theme.ORANGE, "truce": theme.BLUE, "state_of_exception": theme.VERMILION}

# Beyond the deaths that would turn the fall, by this factor, the slider ends.
ROOM = 1.3


def title_series(fall: Mapping[str, float]) -> str:
    """How much of the fall came before.

    Parameters
    ----------
    fall : mapping

    Returns
    -------
    str
    """
    return f"{100 * fall['points']:.0f}% of the fall since {fall['peak_year']:.0f} came before the state of exception"


def plot_series(
    series: pd.DataFrame, spans: pd.DataFrame, line: Mapping[str, float], fall: Mapping[str, float]
) -> "Figure":
    """The rate by year, the three episodes, and the line of the years before carried on.

    Parameters
    ----------
    series : pandas.DataFrame
        year, rate.
    spans : pandas.DataFrame
        label, first, last: episodes.
    line : mapping
        first, year, rate, lower, upper, slope.
    fall : mapping

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    axis.plot(series["year"], series["rate"], color=theme.VERMILION, linewidth=2.5, marker="o", markersize=4)
    for label, start, last in spans[["label", "first", "last"]].itertuples(index=False):
        axis.axvspan(start - 0.5, last + 0.5, color=theme.SKY, alpha=0.25, linewidth=0)
        axis.annotate(
            label, (start - 0.4, 0.98), xycoords=("data", "axes fraction"), fontsize="small", rotation=90,
            va="top",
        )  # fmt: skip
    years = np.arange(line["first"], line["year"] + 1)
    slope = np.log1p(line["slope"] / 100)
    axis.plot(
        years, line["rate"] * np.exp(slope * (years - line["year"])), color=theme.INK, linestyle="--", linewidth=1.2
    )
    axis.plot([line["year"]] * 2, [line["lower"], line["upper"]], color=theme.INK, linewidth=1.5)
    axis.set_ylim(bottom=0)
    axis.set_ylabel(RATE_AXIS)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    headline(figure, title_series(fall))
    return figure


def title_countries(table: pd.DataFrame) -> str:
    """From the largest fall to the smallest, for the last episode.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str
    """
    last = str(table["episode"].iloc[-1])
    own = table[table["episode"] == last]["change"]
    low, high = signed(float(own.min()), ".0f"), signed(float(own.max()), ".0f")
    return f"Beside other countries, by estimator: {low}% to {high}% for {table['episode_name'].iloc[-1]}"


def plot_countries(table: pd.DataFrame, significance: float) -> "Figure":
    """Change of each episode by estimator; filled where the placebo p is small.

    Parameters
    ----------
    table : pandas.DataFrame
        episode, episode_name, estimator_name, change, p_value.
    significance : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    estimators = list(dict.fromkeys(table["estimator_name"]))
    figure, axis = plt.subplots(figsize=(8, 1.9 + 0.5 * len(estimators)), layout="constrained")
    for episode, own in table.groupby("episode", sort=False):
        name = str(episode)
        places = [estimators.index(one) for one in own["estimator_name"]]
        small = (own["p_value"] <= significance + 1e-9).to_numpy()
        fills = np.where(small, COLOURS[name], "none")
        axis.scatter(
            own["change"], places, c=list(fills), edgecolors=COLOURS[name], marker=MARKS[name], s=60,
            label=f"{own['episode_name'].iloc[0]}, filled where p is at most {significance:.2g}",
        )  # fmt: skip
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(estimators)), estimators)
    axis.invert_yaxis()
    axis.set_xlabel("Change of the homicide rate against the expected one (%)")
    legend_below(figure, [axis], 1)
    headline(figure, title_countries(table))
    return figure


def title_path(paths: pd.DataFrame) -> str:
    """Where the country and its synthetic control end.

    Parameters
    ----------
    paths : pandas.DataFrame

    Returns
    -------
    str
    """
    last = paths.iloc[-1]
    ends = f"{last['observed']:.0f} per 100,000, its synthetic control {last['synthetic']:.0f}"
    return f"El Salvador in {int(last['year'])}: {ends}"


def plot_path(paths: pd.DataFrame) -> "Figure":
    """The country and its demeaned synthetic control.

    Parameters
    ----------
    paths : pandas.DataFrame
        year, observed, synthetic.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    axis.plot(paths["year"], paths["synthetic"], color=theme.GREY, linestyle="--", label="synthetic control")
    axis.plot(paths["year"], paths["observed"], color=theme.VERMILION, linewidth=2.5, label="El Salvador")
    axis.axvline(paths["year"].iloc[-1] - 0.5, color=theme.INK, linewidth=1)
    axis.set_ylim(bottom=0)
    axis.set_ylabel(RATE_AXIS)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_ends(axis)
    headline(figure, title_path(paths))
    return figure


def title_uncounted(needed: float, years: tuple[int, int]) -> str:
    """How many deaths would turn the fall.

    Parameters
    ----------
    needed : float
    years : tuple of int
        The year before, and the year.

    Returns
    -------
    str
    """
    before, year = years
    if needed <= 0:
        return f"The recorded rate of {year} is no lower than that of {before}"
    return f"The fall since {before} would vanish with {needed:,.0f} uncounted homicides in {year}"


def plot_uncounted(items: pd.DataFrame, needed: float, years: tuple[int, int]) -> "Figure":
    """Deaths that others counted, one on top of the other, and the number that would turn the fall.

    Parameters
    ----------
    items : pandas.DataFrame
        item, deaths.
    needed : float
    years : tuple of int
        The year before, and the year.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.45 * len(items)), layout="constrained")
    left = np.concatenate([[0.0], np.cumsum(items["deaths"].to_numpy(float))[:-1]])
    axis.barh(range(len(items)), items["deaths"], left=left, color=theme.BLUE)
    axis.axvline(needed, color=theme.VERMILION, linewidth=1.5, linestyle="--")
    axis.annotate("the fall vanishes ", (needed, 0), ha="right", va="center", fontsize="small")
    axis.set_yticks(range(len(items)), list(items["item"]))
    axis.invert_yaxis()
    axis.set_xlim(0, max(needed, float(items["deaths"].sum())) * 1.05)
    axis.set_xlabel(f"Deaths of {years[1]} that the police's homicides leave out, added up")
    headline(figure, title_uncounted(needed, years))
    return figure


def interactive_uncounted(
    series: pd.DataFrame, line: Mapping[str, float], needed: float, years: tuple[int, int], *, dark: bool = False
) -> Any:
    """The rate of the year with as many uncounted deaths as a slider says.

    Parameters
    ----------
    series : pandas.DataFrame
        year, homicides, population, rate.
    line : mapping
        From `own_line`.
    needed : float
    years : tuple of int
        The year before, and the year.
    dark : bool

    Returns
    -------
    altair.LayerChart
    """
    text = theme.DARK["text"] if dark else theme.INK
    people = float(series.loc[series["year"] == years[1], "population"].iloc[0])
    end = int(np.ceil(max(needed, 100) * ROOM / 50) * 50)
    slider = alt.binding_range(min=0, max=end, step=10, name=f"Homicides of {years[1]} that are not counted: ")
    missing = alt.param(name="missing", value=0, bind=slider)
    rows = series[series["year"] >= years[0] - 6].assign(after=lambda table: table["year"] == years[1])
    true = f"datum.rate + (datum.after ? missing * {100_000 / people} : 0)"
    base = alt.Chart(rows).transform_calculate(true=true)
    year = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
    bars = base.mark_bar(color=theme.GREY).encode(
        x=year,
        y=alt.Y("true:Q", title=RATE_AXIS),
        color=alt.condition("datum.after", alt.value(theme.VERMILION), alt.value(theme.GREY)),
        tooltip=[alt.Tooltip("year:O", title="Year"), alt.Tooltip("true:Q", title="rate", format=".1f")],
    )
    numbers = base.mark_text(dy=-8, color=text).encode(x=year, y="true:Q", text=alt.Text("true:Q", format=".1f"))
    level = (
        alt.Chart(pd.DataFrame({"rate": [line["rate"]]})).mark_rule(strokeDash=[4, 3], color=text).encode(y="rate:Q")
    )
    return (
        alt.layer(bars, numbers, level)
        .add_params(missing)
        .properties(width=480, height=280, title=title_uncounted(needed, years))
    )
