"""Rows of intervals: rates of places, and their ranks.

Each function takes a frame with one row for each place and draws the place's interval on a row of its own.
"""

from typing import TYPE_CHECKING

from citizen_security.figures import theme
from citizen_security.figures.headline import headline

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RATE = "Homicides per 100,000 person-years"
RANK = "Rank among the cities shown (1 = highest rate)"

ROW_HEIGHT = 0.19  # inches: fifty names stay legible on a screen and on paper
FRAME_HEIGHT = 1.5


def plot_rate_intervals(frame: "pd.DataFrame", *, rate: str, lower: str, upper: str, title: str) -> "Figure":
    """Rates with their intervals, highest on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        `label`, `is_lac`, and the three columns named.
    rate, lower, upper : str
        Columns of the rate and the ends of its interval (homicides per 100,000 person-years).
    title : str
        The finding.

    Returns
    -------
    matplotlib.figure.Figure
    """
    ordered = frame.sort_values(rate, ascending=False, ignore_index=True)
    figure, axes = labelled_rows(ordered["label"])
    for colour, name, group in _regions(ordered):
        axes.hlines(group.index, group[lower], group[upper], color=colour, linewidth=2, label=name)
        axes.plot(group[rate], group.index, "o", color=colour, markersize=4.5)
    axes.set(xlabel=RATE)
    headline(figure, title)
    axes.set_xlim(left=0)
    axes.legend(loc="lower right")
    return figure


def title_overlapping_pairs(overlapping: float, confidence_level: float) -> str:
    """How many of all pairs of cities cannot be told apart by their intervals.

    Parameters
    ----------
    overlapping : float
        Share of the pairs.
    confidence_level : float
        Of the intervals.

    Returns
    -------
    str
    """
    return f"{overlapping:.0%} of all pairs of cities have overlapping {confidence_level:.0%} intervals"


def plot_rank_intervals(frame: "pd.DataFrame", *, probability: float, top_places: int) -> "Figure":
    """Rank of each city with its interval, and its rank in the raw list.

    Parameters
    ----------
    frame : pandas.DataFrame
        `label`, `is_lac`, `raw_rank`, `rank_median`, `rank_lower`, `rank_upper`.
    probability : float
        Probability of the intervals.
    top_places : int
        Places that are shaded as the top; fewer where the list is no longer.

    Returns
    -------
    matplotlib.figure.Figure
    """
    ordered = frame.sort_values(["rank_median", "rank_lower", "raw_rank"], ignore_index=True)
    figure, axes = labelled_rows(ordered["label"])
    axes.axvspan(0.5, min(top_places, len(ordered) - 1) + 0.5, color=theme.GREY, alpha=0.15, linewidth=0)
    for colour, name, group in _regions(ordered):
        axes.hlines(group.index, group["rank_lower"], group["rank_upper"], color=colour, linewidth=2, label=name)
        axes.plot(group["rank_median"], group.index, "o", color=colour, markersize=4.5)
    axes.plot(ordered["raw_rank"], ordered.index, "|", color=theme.INK, markersize=8, label="raw rank")
    axes.set(xlabel=RANK, xlim=(0.5, len(ordered) + 0.5))
    headline(figure, _rank_title(ordered, probability))
    axes.legend(loc="upper right")
    return figure


def _rank_title(frame: "pd.DataFrame", probability: float) -> str:
    width = (frame["rank_upper"] - frame["rank_lower"]).median()
    if not width:
        return f"Half of the cities or more have a {probability:.0%} rank interval of a single place"
    places = "place" if width == 1 else "places"
    return f"Half of the cities have a {probability:.0%} rank interval of {width:g} {places} or more"


def labelled_rows(labels: "pd.Series[str]") -> "tuple[Figure, Axes]":
    """A figure with one labelled row for each place, the first on top.

    Parameters
    ----------
    labels : pandas.Series of str

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : matplotlib.axes.Axes
        Rows at 0, 1, …; the horizontal axis is left to the caller.
    """
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, FRAME_HEIGHT + ROW_HEIGHT * len(labels)), layout="constrained")
    axes.set_yticks(range(len(labels)), labels, fontsize="small")
    axes.set_ylim(len(labels) - 0.3, -0.7)
    axes.grid(axis="y", visible=False)
    return figure, axes


def _regions(frame: "pd.DataFrame") -> "list[tuple[str, str, pd.DataFrame]]":
    """Rows of each region that has any, with the region's colour and name."""
    inside = frame["is_lac"].astype(bool)
    groups = [
        (theme.BLUE, "Latin America and the Caribbean", frame[inside]),
        (theme.VERMILION, "elsewhere", frame[~inside]),
    ]
    return [(colour, name, rows) for colour, name, rows in groups if len(rows)]
