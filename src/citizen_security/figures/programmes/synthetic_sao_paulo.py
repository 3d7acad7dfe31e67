"""Pictures of `programmes/synthetic_sao_paulo`: the path, its placebos, the estimators, weights, and the curve."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline
from citizen_security.figures.programmes import curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATE_AXIS = "Homicides per 100,000 people"
LIVES_AXIS = "Lives saved: homicides expected less those counted"


def title_path(paths: pd.DataFrame) -> str:
    """Where the state ends, beside its synthetic control.

    Parameters
    ----------
    paths : pandas.DataFrame

    Returns
    -------
    str
    """
    last = paths.iloc[-1]
    return (
        f"São Paulo: {last['observed']:.0f} homicides per 100,000 in {int(last['year'])}, "
        f"{last['synthetic']:.0f} in its synthetic control"
    )


def plot_path(paths: pd.DataFrame) -> "Figure":
    """Rates of the state and of its synthetic control, with the band of weights that fit nearly as well.

    Parameters
    ----------
    paths : pandas.DataFrame
        year, observed, synthetic, lower, upper, after.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    years = paths["year"].to_numpy(float)
    axis.fill_between(years, paths["lower"], paths["upper"], color=theme.SKY, alpha=0.5, linewidth=0)
    axis.plot(years, paths["synthetic"], color=theme.GREY, linewidth=2, linestyle="--", label="synthetic control")
    axis.plot(years, paths["observed"], color=theme.VERMILION, linewidth=2.5, label="São Paulo")
    start = float(paths.loc[paths["after"], "year"].iloc[0])
    axis.axvline(start - 0.5, color=theme.INK, linewidth=1)
    axis.annotate(
        f" from {start:.0f}: policies", (start - 0.5, 0.02), xycoords=("data", "axes fraction"), fontsize="small"
    )
    axis.set_ylim(bottom=0)
    axis.set_xlim(years[0], years[-1])
    axis.set_ylabel(RATE_AXIS)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_ends(axis)
    headline(figure, title_path(paths))
    return figure


def interactive_path(paths: pd.DataFrame, *, dark: bool = False) -> Any:
    """The two rates by year, which a pointer or a finger reads out.

    Parameters
    ----------
    paths : pandas.DataFrame
        As for `plot_path`.
    dark : bool
        In colours for the dark mode.

    Returns
    -------
    altair.LayerChart
    """
    colours = {"São Paulo": theme.VERMILION, "synthetic control": theme.DARK["text"] if dark else theme.GREY}
    lines = paths.rename(columns={"observed": "São Paulo", "synthetic": "synthetic control"})
    year = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1), scale=alt.Scale(zero=False))
    near = alt.selection_point(nearest=True, on="pointerover", fields=["year"], empty=False)
    tooltips = [
        alt.Tooltip("year:Q", title="Year", format="d"),
        *(alt.Tooltip(f"{name}:Q", title=name, format=".1f") for name in colours),
        alt.Tooltip("lower:Q", title="least by near-optimal weights", format=".1f"),
        alt.Tooltip("upper:Q", title="most by near-optimal weights", format=".1f"),
    ]
    base = alt.Chart(lines).encode(x=year)
    band = base.mark_area(opacity=0.35, color=theme.SKY).encode(y=alt.Y("lower:Q", title=RATE_AXIS), y2="upper:Q")
    drawn = [
        base.mark_line(color=colour, strokeWidth=2.5).encode(y=f"{name}:Q", tooltip=tooltips)
        for name, colour in colours.items()
    ]
    names = [
        alt.Chart(lines.tail(1))
        .mark_text(text=name, align="left", dx=6, color=theme.DARK["text"] if dark else theme.INK)
        .encode(x=year, y=f"{name}:Q")
        for name in colours
    ]
    start = pd.DataFrame({"year": [float(paths.loc[paths["after"], "year"].iloc[0]) - 0.5]})
    rule = alt.Chart(start).mark_rule(strokeDash=[4, 3]).encode(x=year)
    points = (
        base.mark_point(size=60, filled=True, color=theme.VERMILION)
        .encode(y="São Paulo:Q", opacity=alt.condition(near, alt.value(1), alt.value(0)), tooltip=tooltips)
        .add_params(near)
    )
    layers = alt.layer(band, rule, *drawn, *names, points)
    return layers.properties(width=520, height=300, title=title_path(paths))


def title_placebos(rank: int, units: int) -> str:
    """Where the state stands among its placebos.

    Parameters
    ----------
    rank, units : int

    Returns
    -------
    str
    """
    return f"Of {units} states put to the same test, São Paulo's gap has rank {rank}"


def plot_placebos(years: "np.ndarray[Any, Any]", gaps: "np.ndarray[Any, Any]", start: int, rank: int) -> "Figure":
    """Gaps of the state and of every donor as if it had been treated.

    Parameters
    ----------
    years : numpy.ndarray, shape (periods,)
    gaps : numpy.ndarray, shape (1 + donors, periods)
        The state's first.
    start, rank : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    for number, row in enumerate(gaps[1:]):
        name = "placebo states" if number == 0 else "_placebo"
        axis.plot(years, row, color=theme.GREY, alpha=0.4, linewidth=1, label=name)
    axis.plot(years, gaps[0], color=theme.VERMILION, linewidth=2.5, label="São Paulo")
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.axvline(start - 0.5, color=theme.INK, linewidth=1)
    axis.set_xlim(years[0], years[-1])
    axis.set_ylabel("Observed less synthetic")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_ends(axis)
    headline(figure, title_placebos(rank, len(gaps)))
    return figure


def title_estimators(table: pd.DataFrame) -> str:
    """From the fewest to the most lives by estimator.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str
    """
    low, high = float(table["averted"].min()), float(table["averted"].max())
    return f"The same years and donors, by estimator: {low:,.0f} to {high:,.0f} lives".replace("-", "−")


def plot_estimators(table: pd.DataFrame, published: float, confidence_level: float) -> "Figure":
    """Lives saved by each estimator with intervals by placebos, and the published number.

    Parameters
    ----------
    table : pandas.DataFrame
        label, averted, lower, upper, p_value.
    published : float
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = table.sort_values("averted", ignore_index=True)
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.42 * len(rows)), layout="constrained")
    for place, row in enumerate(rows.to_dict("records")):
        if np.isfinite([row["lower"], row["upper"]]).all():
            axis.plot([row["lower"], row["upper"]], [place, place], color=theme.BLUE, linewidth=2)
        axis.plot(row["averted"], place, "o", color=theme.BLUE, markersize=7)
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.axvline(published, color=theme.VERMILION, linewidth=1.2, linestyle="--")
    axis.annotate(f" published {published:,.0f}", (published, len(rows) - 0.45), color=theme.INK, fontsize="small")
    labels = [f"{row['label']} (p {row['p_value']:.2f})" for row in rows.to_dict("records")]
    axis.set_yticks(range(len(rows)), labels=labels)
    axis.set_ylim(-0.6, len(rows))
    axis.grid(visible=False, axis="y")
    axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.xaxis.set_major_formatter("{x:,.0f}")
    level = f"{100 * confidence_level:g}% intervals by placebos" if np.isfinite(rows["lower"]).any() else "no intervals"
    figure.supxlabel(f"{LIVES_AXIS}; {level}", fontsize="small")
    headline(figure, title_estimators(table))
    return figure


def title_weights(weights: pd.DataFrame) -> str:
    """Which donor differs most between the printed weights and those found here.

    Parameters
    ----------
    weights : pandas.DataFrame

    Returns
    -------
    str
    """
    far = weights.iloc[int((weights["searched"] - weights["printed"]).abs().argmax())]
    own, printed = 100 * far["searched"], 100 * far["printed"]
    return f"Weights that fit better: {far['donor']} {own:.0f}% where {printed:.0f}% is printed"


def plot_weights(weights: pd.DataFrame) -> "Figure":
    """Printed weights of donors beside the best found and the range of near-optimal ones.

    Parameters
    ----------
    weights : pandas.DataFrame
        donor, printed, searched, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.4 + 0.4 * len(weights)), layout="constrained")
    places = np.arange(len(weights))
    axis.hlines(places, 100 * weights["lower"], 100 * weights["upper"], color=theme.SKY, linewidth=6)
    axis.plot(100 * weights["searched"], places, "o", color=theme.BLUE, markersize=7, label="best found here")
    axis.plot(100 * weights["printed"], places, "D", color=theme.VERMILION, markersize=7, label="printed")
    axis.set_yticks(places, labels=list(weights["donor"]))
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.set_xlim(left=-1)
    axis.set_xlabel("Weight in the synthetic control, % (bars: weights that fit as well)")
    axis.legend(loc="lower right")
    headline(figure, title_weights(weights))
    return figure


def title_curve(curve: pd.DataFrame, smallest: float) -> str:
    """How many specifications find fewer homicides beyond chance.

    Parameters
    ----------
    curve : pandas.DataFrame
    smallest : float
        P-value up to which a cell counts.

    Returns
    -------
    str
    """
    found = int(curve["found"].sum())
    return f"{found} of {len(curve)} specifications find fewer homicides with a placebo p of at most {smallest:g}"


def plot_curve(
    curve: pd.DataFrame, names: Mapping[tuple[str, str], str], published: float, smallest: float
) -> "Figure":
    """Every specification by lives saved, filled where its p is small; below, which options it is made of.

    Parameters
    ----------
    curve : pandas.DataFrame
        estimator, start, donors, outcome, averted, found; by lives saved.
    names : mapping
        Choice and option → what the option is called, in the order of the rows.
    published, smallest : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, above = curves.plot_specifications(curve, names, "averted", f"p at most {smallest:g}, fewer homicides")
    above.axhline(published, color=theme.VERMILION, linewidth=1.2, linestyle="--")
    above.annotate("published", (0, published), fontsize="small", va="bottom")
    above.yaxis.set_major_formatter("{x:,.0f}")
    above.set_ylabel("Lives saved")
    above.legend(loc="upper left")
    figure.axes[-1].set_xlabel("Specifications, by lives saved")
    headline(figure, title_curve(curve, smallest))
    return figure
