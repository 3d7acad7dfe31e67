"""What partial pooling does to each place: raw rates beside the model's."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

HOMICIDES = "Homicides counted in the city (log scale)"
CHANGE = "Model's rate against the raw rate (%)"
RATE = "Homicides per 100,000 person-years (log scale)"

# Where a name may stand beside its point: alignment and shift in points of type, what is read most easily first.
BESIDE = (
    ("left", 6, 3),
    ("left", 6, -11),
    ("right", -6, 3),
    ("right", -6, -11),
    ("center", 0, 8),
    ("center", 0, -16),
)
# Half the width of a point, with a little air, in pixels.
POINT = 5.0


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
    _plot_change(left, frame)
    _plot_arrows(right, frame)
    median = frame["change_percent"].abs().median()
    figure.suptitle(
        f"Pooling moves the middle city by {median:.1f}%", x=0.01, ha="left", fontweight="bold", fontsize="large"
    )
    _name_most(figure, left, frame, named)
    return figure


def _plot_change(axes: "Axes", frame: "pd.DataFrame") -> None:
    """Change against the number of homicides: small counts are moved most."""
    from matplotlib import ticker

    axes.axhline(0, color=theme.GREY, linewidth=1)
    axes.plot(frame["homicides"], frame["change_percent"], "o", color=theme.BLUE, markersize=5)
    axes.set_xscale("log")
    axes.set_xlim(right=frame["homicides"].max() * 2)
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())
    axes.set(xlabel=HOMICIDES, ylabel=CHANGE, title="By the number of homicides")


def _name_most(figure: "Figure", axes: "Axes", frame: "pd.DataFrame", named: int) -> None:
    """Names of the cities that are moved most, each where it covers no other name, no point and no edge, or fewest."""
    figure.draw_without_rendering()
    points = frame[["homicides", "change_percent"]].to_numpy(dtype=float)
    inside, drawn = axes.bbox, axes.transData.transform(points)
    placed: list[Bbox] = []
    for row in np.argsort(-np.abs(points[:, 1]), kind="stable")[:named]:
        name, place = str(frame["city"].iloc[row]), (points[row, 0], points[row, 1])
        text = axes.annotate(name, place, xytext=(0, 0), textcoords="offset points", fontsize="small")

        def box(at: tuple[str, int, int], text: "Annotation" = text) -> "Bbox":
            text.set(horizontalalignment=at[0], position=at[1:])
            return text.get_window_extent()

        def covered(at: tuple[str, int, int]) -> int:
            own = box(at)
            (left, bottom), (right, top) = own.padded(POINT).get_points()
            under = (drawn > (left, bottom)) & (drawn < (right, top))
            within = inside.x0 < own.x0 and own.x1 < inside.x1 and inside.y0 < own.y0 and own.y1 < inside.y1
            return int(under.all(axis=1).sum()) + own.count_overlaps(placed) + (0 if within else len(drawn))

        placed.append(box(min(BESIDE, key=covered)))


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
    axes.tick_params(axis="x", which="both", length=0, pad=4)
    axes.set_yticks(range(len(levels)), list(levels.index))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    axes.set(xlabel=RATE, title="Towards the level of the country")
