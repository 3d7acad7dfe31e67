"""What partial pooling does to each place: raw rates beside the model's."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HOMICIDES = "Homicides counted in the city (log scale)"
CHANGE = "Model's rate against the raw rate (%)"
RATE = "Homicides per 100,000 person-years (log scale)"


def plot_shrinkage(frame: "pd.DataFrame", *, named: int = 6) -> "Figure":
    """How far each city is moved, by its count, and where it is moved to.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each city: `city`, `iso3`, `homicides`, `raw_rate`, `rate`, `country_rate` (per 100,000
        person-years) and `change_percent`.
    named : int
        Number of cities to name, those that are moved most.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 5), layout="constrained")
    _plot_change(left, frame, named)
    _plot_arrows(right, frame)
    median = frame["change_percent"].abs().median()
    figure.suptitle(
        f"Pooling moves the middle city by {median:.1f}%", x=0.01, ha="left", fontweight="bold", fontsize="large"
    )
    return figure


def _plot_change(axes: "Axes", frame: "pd.DataFrame", named: int) -> None:
    """Change against the number of homicides: small counts are moved most."""
    from matplotlib import ticker

    axes.axhline(0, color=theme.GREY, linewidth=1)
    axes.plot(frame["homicides"], frame["change_percent"], "o", color=theme.BLUE, markersize=5)
    most = frame.loc[frame["change_percent"].abs().nlargest(named).index].sort_values("change_percent", ascending=False)
    near = np.ptp(frame["change_percent"]) / 20
    # A name whose upper neighbour is near goes below its point, so that the two do not overprint.
    below = (-most["change_percent"].diff() < near).to_numpy()
    for down, row in zip(below, most.itertuples(), strict=True):
        place, shift = (row.homicides, row.change_percent), (6, -11 if down else 3)
        axes.annotate(str(row.city), place, xytext=shift, textcoords="offset points", fontsize="small")
    axes.set_xscale("log")
    axes.set_xlim(right=frame["homicides"].max() * 2)
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())
    axes.set(xlabel=HOMICIDES, ylabel=CHANGE, title="By the number of homicides")


def _plot_arrows(axes: "Axes", frame: "pd.DataFrame") -> None:
    """Raw rate, model's rate and country level, one row for each country, cities side by side."""
    levels = frame.groupby("iso3")["country_rate"].first().sort_values()
    for row, (country, level) in enumerate(levels.items()):
        cities = frame[frame["iso3"] == country].sort_values("raw_rate")
        heights = row + np.linspace(-0.32, 0.32, len(cities)) if len(cities) > 1 else np.array([float(row)])
        axes.vlines(level, row - 0.42, row + 0.42, color=theme.GREY, linewidth=2.5)
        axes.hlines(heights, cities["raw_rate"], cities["rate"], color=theme.ORANGE, linewidth=1)
        axes.plot(cities["raw_rate"], heights, "o", markersize=3.5, color=theme.ORANGE)
        axes.plot(cities["rate"], heights, "o", markersize=3.5, color=theme.BLUE)
    for colour, name, marker in [
        (theme.ORANGE, "raw", "o"),
        (theme.BLUE, "model", "o"),
        (theme.GREY, "country level", "|"),
    ]:
        axes.plot([], [], marker, color=colour, label=name, markersize=8 if marker == "|" else 5)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter("{x:,.0f}")
    axes.set_yticks(range(len(levels)), list(levels.index))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    axes.set(xlabel=RATE, title="Towards the level of the country")
