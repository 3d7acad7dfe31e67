"""Pictures of `programmes/synthetic_morelia`: its series, its synthetic one, earlier starts, and all choices."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = (theme.VERMILION, theme.BLUE, theme.GREEN, theme.PURPLE)
MARKS = ("o", "s", "^", "D")


def title_series(changes: pd.DataFrame) -> str:
    """The change of each of the city's series to the first year after the start.

    Parameters
    ----------
    changes : pandas.DataFrame
        what, year, change.

    Returns
    -------
    str
    """
    first = changes[(changes["year"] == changes["year"].min()) & changes["what"].str.endswith("in Morelia")]
    told = "; ".join(
        f"{row['what'].removesuffix(' in Morelia')} {signed(row['change'], '.0f')}%" for _, row in first.iterrows()
    )
    return f"To {int(changes['year'].min())}: {told}"


def plot_series(series: pd.DataFrame, changes: pd.DataFrame, start: int) -> "Figure":
    """The city's series by year, each a line of its own.

    Parameters
    ----------
    series : pandas.DataFrame
        series_name, year, homicides.
    changes : pandas.DataFrame
    start : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    for number, (name, own) in enumerate(series.groupby("series_name", sort=False)):
        axis.plot(own["year"], own["homicides"], marker=MARKS[number], markersize=4, color=COLOURS[number], label=name)
    axis.axvline(start - 0.5, color=theme.INK, linewidth=1)
    axis.set_ylim(bottom=0)
    axis.set_ylabel("Homicides a year in Morelia")
    axis.set_xlabel("Year")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(figure, [axis], 3)
    headline(figure, title_series(changes))
    return figure


def title_path(paths: pd.DataFrame, start: int) -> str:
    """Deaths counted and expected since the start.

    Parameters
    ----------
    paths : pandas.DataFrame
    start : int

    Returns
    -------
    str
    """
    late = paths[paths["year"] >= start]
    low, high = sorted(float(late[name].sum()) for name in ("synthetic", "by_counts"))
    return f"{late['observed'].sum():.0f} deaths since {start}, where synthetic Morelias give {low:.0f} to {high:.0f}"


def plot_path(paths: pd.DataFrame, start: int) -> "Figure":
    """Deaths in Morelia and in two synthetic ones.

    Parameters
    ----------
    paths : pandas.DataFrame
        year, observed, synthetic, by_counts.
    start : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    axis.plot(paths["year"], paths["observed"], color=theme.VERMILION, linewidth=2.2, label="Morelia")
    axis.plot(paths["year"], paths["synthetic"], color=theme.BLUE, linestyle="--", label="matched without means")
    axis.plot(paths["year"], paths["by_counts"], color=theme.GREEN, linestyle=":", label="matched by counts")
    axis.axvline(start - 0.5, color=theme.INK, linewidth=1)
    axis.set_ylim(bottom=0)
    axis.set_ylabel("Deaths by homicide a year")
    axis.set_xlabel("Year")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(figure, [axis], 3)
    headline(figure, title_path(paths, start))
    return figure


def title_earlier(earlier: pd.DataFrame) -> str:
    """How many earlier starts give a change as large.

    Parameters
    ----------
    earlier : pandas.DataFrame
        design, change, own.

    Returns
    -------
    str
    """
    own = earlier[earlier["own"]].set_index("design")["change"]
    early = earlier[~earlier["own"]]
    larger = int((early["change"].abs() >= early["design"].map(own).abs()).sum())
    return f"{larger} of {len(early)} changes at earlier starts are as large as that at the true one"


def plot_earlier(earlier: pd.DataFrame) -> "Figure":
    """Changes at earlier starts and at the true one, a line for each design.

    Parameters
    ----------
    earlier : pandas.DataFrame
        design, design_name, start, change (percent), own.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.0), layout="constrained")
    for number, (name, rows) in enumerate(earlier.groupby("design_name", sort=False)):
        early, own = rows[~rows["own"]], rows[rows["own"]]
        axis.plot(
            early["start"], early["change"], marker=MARKS[number], color=COLOURS[number], markerfacecolor="none",
            label=name,
        )  # fmt: skip
        axis.plot(own["start"], own["change"], MARKS[number], color=COLOURS[number], markersize=9)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel("Start that is tried (filled: the true one)")
    axis.set_ylabel("Change against synthetic (%)")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(figure, [axis], 2)
    headline(figure, title_earlier(earlier))
    return figure


def title_curve(curve: pd.DataFrame) -> str:
    """How many combinations find something.

    Parameters
    ----------
    curve : pandas.DataFrame

    Returns
    -------
    str
    """
    found = int(curve["found"].sum())
    low, high = signed(float(curve["change"].min()), ".0f"), signed(float(curve["change"].max()), ".0f")
    return f"{found if found else 'None'} of {len(curve)} combinations: a fall beyond chance; from {low}% to {high}%"


def plot_curve(curve: pd.DataFrame) -> "Figure":
    """Every combination by its change, a mark for the last year; filled where the fall is beyond chance.

    Parameters
    ----------
    curve : pandas.DataFrame
        change (percent), last, found.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.0), layout="constrained")
    places = np.arange(1, len(curve) + 1)
    for number, last in enumerate(sorted(set(curve["last"]))):
        mark, colour = MARKS[number % len(MARKS)], COLOURS[number % len(COLOURS)]
        own = (curve["last"] == last).to_numpy()
        axis.plot(places[own], curve.loc[own, "change"], mark, color=colour, markerfacecolor="none", label=f"to {last}")
        clear = own & curve["found"].to_numpy(bool)
        axis.plot(places[clear], curve.loc[clear, "change"], mark, color=colour)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel("Combinations, from the deepest fall (filled: beyond chance)")
    axis.set_ylabel("Change against synthetic (%)")
    legend_below(figure, [axis], 3)
    headline(figure, title_curve(curve))
    return figure
