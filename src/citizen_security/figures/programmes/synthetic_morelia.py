"""Pictures of `programmes/synthetic_morelia`: its series, its synthetic one, earlier starts, and all choices."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.figures.programmes import curves
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What the rows of the curve are called.
CHOICES = {"design_name": "{}", "start": "start {}", "last": "to {}", "pool_name": "donors: {}"}


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
    by_name = series.groupby("series_name", sort=False)
    for (name, own), (mark, colour) in zip(by_name, curves.looks(), strict=False):
        axis.plot(own["year"], own["homicides"], marker=mark, markersize=4, color=colour, label=name)
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
    by_design = earlier.groupby("design_name", sort=False)
    for (name, rows), (mark, colour) in zip(by_design, curves.looks(), strict=False):
        for own, line in ((False, {"linestyle": "-", "label": name}), (True, {})):
            part = rows[rows["own"] == own]
            curves.plot_found(axis, part["start"], part["change"], part["own"], mark=mark, colour=colour, **line)
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
    return curves.title_curve(curve, "combinations")


def plot_curve(curve: pd.DataFrame) -> "Figure":
    """Every combination by its change, filled where the fall is beyond chance; below, what it is made of.

    Parameters
    ----------
    curve : pandas.DataFrame
        design_name, start, last, pool_name, change (percent), found; by change.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = curves.rows_of_options(curve, CHOICES)
    figure, above = curves.plot_specifications(curve, rows, "change", "a fall beyond chance")
    above.set_ylabel("Change against synthetic (%)")
    above.legend(loc="upper left")
    figure.axes[-1].set_xlabel("Combinations, from the deepest fall")
    headline(figure, title_curve(curve))
    return figure
