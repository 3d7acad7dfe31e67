"""The printed list of fifty cities: beside published counts, rebuilt, and from year to year."""

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import MaxNLocator, PercentFormatter

from citizen_security.figures import theme
from citizen_security.figures.cities.intervals import FRAME_HEIGHT, RATE, ROW_HEIGHT, labelled_rows
from citizen_security.figures.headline import headline

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

STAYED, MOVED, OUT, IN = theme.GREY, theme.BLUE, theme.VERMILION, theme.GREEN
FAR = 10  # places

PRINTED_SOURCE = "Muggah (2017), table 13.1"
PUBLISHED_SOURCE = "IPEA from SIM (Brazil); INEGI, CONAPO (Mexico); Policía Nacional, DANE (Colombia)"
SOURCE = f"{PRINTED_SOURCE}; {PUBLISHED_SOURCE}"
INTERVAL_SOURCE = f"{PRINTED_SOURCE}; exact Poisson intervals"


def source_of_places(simulated_years: int) -> str:
    """Source line of places in simulated years."""
    return f"{PRINTED_SOURCE}; {simulated_years:,} simulated years with the printed risks"


def title_neighbours(touching: "NDArray[np.bool_]", confidence_level: float) -> str:
    """How many neighbours by rate have intervals that overlap.

    Parameters
    ----------
    touching : numpy.ndarray of bool
        Whether the intervals of each two neighbours overlap.
    confidence_level : float
        Of the intervals.

    Returns
    -------
    str
    """
    return f"Intervals of {touching.sum()} of {len(touching)} neighbours overlap ({confidence_level:.0%})"


def plot_published(matched: pd.DataFrame, *, label_year: int, tolerance: float) -> "Figure":
    """Printed rate of each city beside the published rates of the same year and of the title's.

    Parameters
    ----------
    matched : pandas.DataFrame
        `label`, `year`, `homicide_rate`, `published_rate` and `label_rate` (homicides per 100,000 person-years); rows
        without a published rate are left out.
    label_year : int
        Year that the title of the list names.
    tolerance : float
        Difference that the title of the figure passes over, as a share.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = matched.dropna(subset="published_rate").sort_values("homicide_rate", ascending=False, ignore_index=True)
    figure, axes = labelled_rows(shown["label"])
    axes.hlines(shown.index, shown["homicide_rate"], shown["published_rate"], color=theme.GREY, linewidth=1.5)
    earlier = shown[shown["year"] != label_year]
    axes.plot(earlier["label_rate"], earlier.index, "|", color=theme.ORANGE, markersize=9, markeredgewidth=2,
              label=f"published, {label_year}, of a row of another year")  # fmt: skip
    axes.plot(shown["published_rate"], shown.index, "o", color=theme.BLUE, label="published, year of the row")
    axes.plot(shown["homicide_rate"], shown.index, "D", color=theme.VERMILION, markersize=4, label="printed")
    axes.set(xlabel=RATE)
    axes.legend(loc="lower right")
    headline(figure, title_published(shown, tolerance))
    return figure


def title_published(matched: pd.DataFrame, tolerance: float) -> str:
    """How many printed rates differ from those published.

    Parameters
    ----------
    matched : pandas.DataFrame
    tolerance : float

    Returns
    -------
    str
    """
    compared = matched.dropna(subset="published_rate")
    far = ((compared["homicide_rate"] / compared["published_rate"] - 1).abs() > tolerance).sum()
    return (
        f"{far} of {len(compared)} printed rates differ from the published rate of their year by more than "
        f"{tolerance:.0%}"
    )


def plot_rebuilt(rebuilt: pd.DataFrame, *, label_year: int) -> "Figure":
    """Printed places on the left, places by published counts on the right, one line for each city.

    Parameters
    ----------
    rebuilt : pandas.DataFrame
        `label`, `printed_place` and `place`, each missing of a city that is not on that list.
    label_year : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = int(rebuilt["printed_place"].max())
    figure, axes = plt.subplots(figsize=(8, FRAME_HEIGHT + ROW_HEIGHT * (rows + 1)), layout="constrained")
    # Cities of the same place are drawn one below the other.
    heights = rebuilt.assign(left=rebuilt["printed_place"], right=rebuilt["place"].rank(method="first"))
    for city in heights.to_dict("records"):
        _draw_line(axes, city, outside=rows + 1.3)
    _name_places(axes, heights.dropna(subset="left"), "left", "printed_place", (-0.03, "right"))
    _name_places(axes, heights.dropna(subset="right"), "right", "place", (1.03, "left"))
    axes.set(xlim=(-1.1, 2.1), ylim=(rows + 4, -0.5), xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.text(-0.03, 0, "As printed", ha="right", fontsize="small", fontweight="bold")
    axes.text(1.03, 0, f"By published counts of {label_year}", ha="left", fontsize="small", fontweight="bold")
    for colour, name in ((MOVED, f"moves {FAR} places or more"), (IN, "comes in"), (OUT, "drops out")):
        axes.plot([], [], color=colour, linewidth=2, label=name)
    axes.legend(loc="lower center", ncols=3, fontsize="small")
    headline(figure, title_rebuilt(rebuilt, label_year))
    return figure


def _draw_line(axes: "Axes", city: "dict[Any, Any]", outside: float) -> None:
    """From the printed place to the rebuilt one; a missing end lies outside, below the last place."""
    comes_in, drops_out = pd.isna(city["left"]), pd.isna(city["right"])
    left, right = (outside if pd.isna(city[end]) else float(city[end]) for end in ("left", "right"))
    colour = IN if comes_in else OUT if drops_out else MOVED if abs(left - right) >= FAR else STAYED
    axes.plot([0, 1], [left, right], color=colour, linewidth=0.8 if colour == STAYED else 1.6)


def _name_places(axes: "Axes", cities: pd.DataFrame, height: str, place: str, where: tuple[float, str]) -> None:
    position, side = where
    for city in cities.to_dict("records"):
        words = [f"{city[place]}", city["label"]]
        text = "  ".join(words if side == "left" else words[::-1])
        axes.text(position, city[height], text, ha=side, va="center", fontsize="x-small")


def title_rebuilt(rebuilt: pd.DataFrame, label_year: int) -> str:
    """How many cities would not have been on the list, and how many others would have moved far.

    Parameters
    ----------
    rebuilt : pandas.DataFrame
    label_year : int

    Returns
    -------
    str
    """
    out = int(rebuilt["place"].isna().sum())
    far = int(((rebuilt["place"] - rebuilt["printed_place"]).abs() >= FAR).sum())
    listed = int(rebuilt["printed_place"].notna().sum())
    return f"Counts of {label_year} put {out} of {listed} cities off the list, move {far} by {FAR} places or more"


def plot_unlisted(unlisted: pd.DataFrame, *, cut_off: float, confidence_level: float, label_year: int) -> "Figure":
    """Cities that are missing from the list, with exact intervals and the lowest listed rate.

    Parameters
    ----------
    unlisted : pandas.DataFrame
        `label`, `rate`, `lower`, `upper` (homicides per 100,000 person-years) and `surely_above`, highest first.
    cut_off : float
        Lowest rate of the list.
    confidence_level : float
        Confidence of the intervals.
    label_year : int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = labelled_rows(unlisted["label"])
    groups = ((True, theme.BLUE, "interval above the line"), (False, theme.ORANGE, "interval reaches below it"))
    for sure, colour, name in groups:
        rows = unlisted[unlisted["surely_above"] == sure]
        if len(rows):
            axes.hlines(rows.index, rows["lower"], rows["upper"], color=colour, linewidth=2, label=name)
            axes.plot(rows["rate"], rows.index, "o", color=colour, markersize=4.5)
    axes.axvline(cut_off, color=theme.INK, linestyle="--", linewidth=1.2, label=f"lowest listed rate, {cut_off:g}")
    axes.set(xlabel=f"{RATE}, {label_year}, with {confidence_level:.0%} intervals")
    axes.legend(loc="lower right", fontsize="small")
    headline(figure, title_unlisted(unlisted, label_year))
    return figure


def title_unlisted(unlisted: pd.DataFrame, label_year: int) -> str:
    """How many cities are missing, and how many of them beyond chance.

    Parameters
    ----------
    unlisted : pandas.DataFrame
    label_year : int

    Returns
    -------
    str
    """
    missing, sure = len(unlisted), int(unlisted["surely_above"].sum())
    cities = "city that is not listed has" if missing == 1 else "cities that are not listed have"
    return f"{missing} {cities} a high enough rate in {label_year}, {sure} with the whole interval above the line"


def plot_turnover(summary: pd.DataFrame, *, confidence_level: float, length: int) -> "Figure":
    """Share of the list that is new each year, and what chance alone would renew.

    Parameters
    ----------
    summary : pandas.DataFrame
        `year`, `observed`, `chance`, `chance_lower`, `chance_upper` (shares).
    confidence_level : float
        Probability of the intervals.
    length : int
        Length of the list.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(layout="constrained")
    axes.vlines(summary["year"], summary["chance_lower"], summary["chance_upper"], color=theme.GREY, linewidth=5,
                alpha=0.6, label=f"chance alone, {confidence_level:.0%} interval")  # fmt: skip
    axes.plot(summary["year"], summary["chance"], "_", color=theme.INK, markersize=10, label="chance alone, mean")
    axes.plot(summary["year"], summary["observed"], "o", color=theme.VERMILION, label="observed")
    axes.set(xlabel="Year", ylabel=f"New among the {length} highest rates")
    # Room for the legend above the highest dot, and an axis where nothing at all is new.
    axes.set_ylim(0, 1.25 * max(summary[["observed", "chance_upper"]].to_numpy(float).max(), 0.05))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper left", ncols=3, fontsize="small")
    headline(figure, title_turnover(summary))
    return figure


def title_turnover(summary: pd.DataFrame) -> str:
    """How much of the list was renewed, and how much chance alone would renew.

    Parameters
    ----------
    summary : pandas.DataFrame

    Returns
    -------
    str
    """
    observed, chance = summary["observed"].mean(), summary["chance"].mean()
    return f"{observed:.0%} of the list is new a year later; chance alone would renew {chance:.0%}"
