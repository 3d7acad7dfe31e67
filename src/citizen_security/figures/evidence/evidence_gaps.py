"""Where violence is without evidence, and how the evidence grew."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.figures import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SOURCE = "UNODC and national sources as described with country_year; studies table, a convenience collection"

WITHOUT, WITH = theme.VERMILION, theme.BLUE


def plot_burden(table: pd.DataFrame, share: float, bounds: tuple[float, float]) -> "Figure":
    """Draw homicides of each state, the largest gap in the evidence at the top.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a state in the order to draw it in: name, studies, homicides, homicides_low, homicides_high.
    share : float
        Share of the homicides in states without a study, for the title.
    bounds : tuple of float
        Of that share.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt
    from matplotlib.lines import Line2D

    counted = table.dropna(subset=["homicides"]).reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(8.4, 1.7 + 0.24 * len(counted)))
    rows = np.arange(len(counted))
    # A logarithm: the states reach from ten homicides a year to tens of thousands. A year without one is drawn at 1.
    colours = [WITH if studies else WITHOUT for studies in counted["studies"]]
    axis.hlines(
        rows, counted["homicides_low"].clip(lower=1), counted["homicides_high"].clip(lower=1), colours, linewidth=2
    )
    axis.scatter(counted["homicides"].clip(lower=1), rows, c=colours, s=36, zorder=3)
    axis.set_xscale("log")
    axis.set_yticks(rows, counted["name"], fontsize=9)
    axis.set_ylim(len(counted) - 0.3, -0.9)
    right = float(counted["homicides_high"].clip(lower=1).max()) * 2.2
    axis.set_xlim(right=right * 1.3)
    for row, studies in enumerate(counted["studies"]):
        axis.text(right, row, str(studies), ha="right", va="center", fontsize=9)
    axis.text(right, -0.85, "studies", ha="right", va="bottom", fontsize=9, fontweight="bold")
    axis.xaxis.set_major_formatter("{x:,.0f}")
    theme.plain_minor_ticks(axis.xaxis)
    axis.set_xlabel("homicides a year: mean, and lowest to highest of the years counted (log scale)", fontsize=10)
    axis.tick_params(axis="x", labelsize=9)
    axis.grid(visible=False, axis="y")
    dots = [Line2D([], [], marker="o", linestyle="", color=colour, label=label) for colour, label in
            ((WITHOUT, "no study in this selection"), (WITH, "at least one study"))]  # fmt: skip
    axis.legend(handles=dots, loc="lower left", fontsize=9, frameon=True)
    figure.suptitle(burden_title(table, share, bounds), x=0.01, ha="left", fontsize=11, fontweight="bold")
    figure.tight_layout()
    return figure


def burden_title(table: pd.DataFrame, share: float, bounds: tuple[float, float]) -> str:
    """The finding: how much of the violence is where nobody evaluated."""
    without = int((table["studies"] == 0).sum())
    if not without:
        return "Every state is in at least one study of this selection"
    states = "1 state" if without == 1 else f"{without} states"
    return f"{share:.0%} of the region's homicides ({bounds[0]:.0%} to {bounds[1]:.0%}) are in {states} without a study"


def plot_growth(growth: pd.DataFrame) -> "Figure":
    """Draw how many studies were published by each year, one line a group.

    Parameters
    ----------
    growth : pandas.DataFrame
        group, year, published, total; the title speaks of the first group.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    figure, axis = plt.subplots(figsize=(8.4, 4.2))
    for colour, (name, rows) in zip(theme.CATEGORIES, growth.groupby("group", sort=False), strict=False):
        axis.step(rows["year"], rows["total"], where="post", color=colour, linewidth=2)
        last = rows.iloc[-1]
        axis.annotate(
            f"{name}: {last['total']}", (last["year"], last["total"]), (6, 0), textcoords="offset points",
            va="center", fontsize=9, color=colour, annotation_clip=False,
        )  # fmt: skip
    axis.set_ylim(bottom=0)
    axis.set_ylabel("studies published so far", fontsize=10)
    axis.set_xlabel("year of publication", fontsize=10)
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(growth_title(growth), x=0.01, ha="left", fontsize=11, fontweight="bold")
    figure.tight_layout()
    return figure


def growth_title(growth: pd.DataFrame) -> str:
    """The finding: since when half of the first group's studies were published."""
    if growth.empty or not growth.loc[growth["group"] == growth["group"].iloc[0], "published"].sum():
        return "No study of the first group in this selection"
    name = growth["group"].iloc[0]
    year = median_year(growth[growth["group"] == name])
    return f"{name}: half of the studies were published in {year} or later"


def median_year(rows: pd.DataFrame) -> int:
    """Latest year in or after which at least half of the studies of one group were published."""
    rest = rows["total"].iloc[-1] - rows["total"] + rows["published"]
    return int(rows.loc[2 * rest >= rows["total"].iloc[-1], "year"].max())
