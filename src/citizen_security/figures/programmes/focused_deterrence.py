"""Pictures of `programmes/focused_deterrence`: two sources, all sectors, the synthetic one, and all starts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.figures.programmes import curves
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def title_sources(both: Mapping[str, str | int]) -> str:
    """What both sources count in the same months.

    Parameters
    ----------
    both : mapping
        points, files, first, last.

    Returns
    -------
    str
    """
    return (
        f"Two counts that are not one series: from {both['first']} to {both['last']}, {both['points']} points and "
        f"{both['files']} files"
    )


def plot_sources(series: pd.DataFrame, both: Mapping[str, str | int]) -> "Figure":
    """The evaluated sector by quarter, a panel for each source.

    Parameters
    ----------
    series : pandas.DataFrame
        source, year, homicides.
    both : mapping

    Returns
    -------
    matplotlib.figure.Figure
    """
    sources = list(dict.fromkeys(series["source"]))
    widths = [int((series["source"] == source).sum()) for source in sources]
    figure, axes = plt.subplots(
        1, len(sources), figsize=(8, 3.6), layout="constrained", sharey=True, width_ratios=widths
    )
    for axis, source in zip(np.atleast_1d(axes), sources, strict=True):
        own = series[series["source"] == source]
        axis.step(own["year"], own["homicides"], where="post", color=theme.VERMILION, linewidth=2)
        axis.set_title(source.replace("freedom-of-information ", ""), fontsize="medium")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    np.atleast_1d(axes)[0].set_ylabel("Homicides a quarter")
    np.atleast_1d(axes)[0].set_ylim(bottom=0)
    headline(figure, title_sources(both))
    return figure


def title_sectors(changes: pd.DataFrame, years: tuple[int, int]) -> str:
    """The sector's place among all.

    Parameters
    ----------
    changes : pandas.DataFrame
        own, place.
    years : tuple of int

    Returns
    -------
    str
    """
    own = changes[changes["own"]].iloc[0]
    fell = int((changes["change"] < 0).sum())
    return (
        f"{fell} of {len(changes)} sectors fell from {years[0]} to {years[1]}; {own['sector'].title()} is number "
        f"{own['place']} by depth"
    )


def plot_sectors(changes: pd.DataFrame, announced: float, years: tuple[int, int]) -> "Figure":
    """Change of every sector, the evaluated one marked, with the announced change as a line.

    Parameters
    ----------
    changes : pandas.DataFrame
        sector, own, change (percent), place.
    announced : float
        Percent.
    years : tuple of int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 3.8), layout="constrained")
    colours = [theme.VERMILION if own else theme.GREY for own in changes["own"]]
    axis.bar(changes["place"], changes["change"], color=colours)
    own = changes[changes["own"]].iloc[0]
    axis.annotate(
        own["sector"].title(), (own["place"], max(own["change"], 0)), xytext=(0, 3), textcoords="offset points",
        ha="center", va="bottom", fontsize="small",
    )  # fmt: skip
    axis.axhline(announced, color=theme.INK, linestyle="--", linewidth=1)
    axis.annotate("announced ", (len(changes) + 0.6, announced), ha="right", va="bottom", fontsize="small")
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel("Sectors, from the deepest fall")
    axis.set_ylabel(f"Change of files, {years[0]} to {years[1]} (%)")
    headline(figure, title_sectors(changes, years))
    return figure


def title_path(paths: pd.DataFrame, start: float) -> str:
    """Files counted and expected from the start on.

    Parameters
    ----------
    paths : pandas.DataFrame
        year, counted, synthetic.
    start : float

    Returns
    -------
    str
    """
    late = paths[paths["year"] >= start - 1e-9]
    return (
        f"{late['counted'].sum():.0f} files since the start, where weighted sectors give {late['synthetic'].sum():.0f}"
    )


def plot_path(paths: pd.DataFrame, start: float) -> "Figure":
    """Files of the sector, of its synthetic control, and of all others to its scale.

    Parameters
    ----------
    paths : pandas.DataFrame
        year, counted, synthetic, rest.
    start : float
        Year, with the month as a fraction.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    axis.plot(paths["year"], paths["counted"], color=theme.VERMILION, linewidth=2.2, label="the sector")
    axis.plot(paths["year"], paths["synthetic"], color=theme.BLUE, linestyle="--", label="weighted sectors")
    axis.plot(paths["year"], paths["rest"], color=theme.GREY, linestyle=":", label="all other sectors, to scale")
    axis.axvline(start, color=theme.INK, linewidth=1)
    axis.set_ylim(bottom=0)
    axis.set_ylabel("Investigation files a quarter")
    axis.set_xlabel("Year")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(figure, [axis], 3)
    headline(figure, title_path(paths, start))
    return figure


def title_bends(bends: pd.DataFrame) -> str:
    """What each line gives by the smallest bend: the estimate, or what the bend allows, and its interval.

    Parameters
    ----------
    bends : pandas.DataFrame

    Returns
    -------
    str
    """
    first = bends[bends["bend"] == bends["bend"].min()]
    ends = ("lower_effect", "upper_effect", "lower", "upper")
    told = []
    for _, row in first.iterrows():
        low, high, lower, upper = (f"{signed(row[end], '.0f')}%" for end in ends)
        middle = low if low == high else f"{low} to {high}"
        told.append(f"against {row['line_name']} {middle} ({lower} to {upper})")
    return f"In logarithms, {'; '.join(told)}"


def plot_bends(bends: pd.DataFrame) -> "Figure":
    """Intervals of the change by how far trends may bend, a panel for each line.

    Parameters
    ----------
    bends : pandas.DataFrame
        line, line_name, bend, lower_effect, upper_effect, lower, upper (percent).

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = list(dict.fromkeys(bends["line"]))
    figure, axes = plt.subplots(1, len(names), figsize=(8, 3.6), layout="constrained", sharey=True, squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        own = bends[bends["line"] == name].reset_index(drop=True)
        places = np.arange(len(own))
        axis.vlines(places, own["lower"], own["upper"], color=theme.SKY, linewidth=2)
        axis.vlines(places, own["lower_effect"], own["upper_effect"], color=theme.BLUE, linewidth=6)
        middle = (own["lower_effect"] == own["upper_effect"]).to_numpy()
        axis.plot(places[middle], own.loc[middle, "lower_effect"], "o", color=theme.BLUE, markersize=7)
        axis.axhline(0, color=theme.INK, linewidth=1)
        axis.set_xticks(places, [f"{bend:g}" for bend in own["bend"]])
        axis.set_xlim(-0.6, len(own) - 0.4)
        axis.set_title(own["line_name"].iloc[0], fontsize="medium")
        axis.set_xlabel("Bend, in largest errors before")
    axes[0][0].set_ylabel("Change of files, in logarithms (%)")
    axes[0][0].set_ylim(-100, max(150, 1.05 * float(bends["upper_effect"].max())))
    headline(figure, title_bends(bends))
    return figure


def title_curve(curve: pd.DataFrame) -> str:
    """How many starts and designs find something.

    Parameters
    ----------
    curve : pandas.DataFrame

    Returns
    -------
    str
    """
    return curves.title_curve(curve, "starts and designs")


def plot_curve(curve: pd.DataFrame) -> "Figure":
    """Change by start, a line for each design; filled where the fall is beyond chance.

    Parameters
    ----------
    curve : pandas.DataFrame
        year, design, design_name, change (percent), found.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    for (_, own), (mark, colour) in zip(curve.groupby("design", sort=False), curves.looks(), strict=False):
        curves.plot_found(
            axis, own["year"], own["change"], own["found"], mark=mark, colour=colour, linestyle="-",
            label=own["design_name"].iloc[0],
        )  # fmt: skip
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel("Start that is tried (filled: a fall beyond chance)")
    axis.set_ylabel("Change beside others (%)")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    legend_below(figure, [axis], 2)
    headline(figure, title_curve(curve))
    return figure
