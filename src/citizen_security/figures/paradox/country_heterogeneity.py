"""Slopes that vary by country: averages by model, shrinkage, and checks of the model."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from citizen_security import measures
from citizen_security.figures import theme
from citizen_security.words import with_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DISCREPANCY_LABELS = {
    "autocorrelation": "Correlation of errors\nwith the year before",
    "spread_ratio": "Largest over median\ncountry's spread of news",
    "largest_news": "Largest yearly news\n(in its country's deviations)",
    "lowest_outcome": "Lowest outcome",
}

CLIPPED = 0.995


def source_line(release: str) -> str:
    """Publishers and releases behind the figures; `release` is that of the homicide rates."""
    return f"UNODC ({release} release); World Bank WDI 2025; own calculations"


def plot_prior_slopes(
    simulated: "pd.DataFrame", reference: "pd.DataFrame", *, credible_level: float, outcome: str
) -> "Figure":
    """Slopes of one country that the priors allow, one panel per driver.

    Parameters
    ----------
    simulated : pandas.DataFrame
        driver, average, country, in units of outcome and driver.
    reference : pandas.DataFrame
        driver, estimate: marked in each panel, such as the fixed-effects regression's.
    credible_level : float
        Share of the simulated slopes that the titles speak of.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    matplotlib.figure.Figure
    """
    drivers = list(simulated["driver"].unique())
    figure, panels = plt.subplots(1, len(drivers), figsize=(8.5, 3.4), layout="constrained", squeeze=False)
    for axes, driver in zip(panels.flat, drivers, strict=True):
        values = simulated.loc[simulated["driver"] == driver, "country"].to_numpy()
        reach = float(np.quantile(np.abs(values), CLIPPED))
        lower, upper = np.quantile(values, [(1 - credible_level) / 2, (1 + credible_level) / 2])
        axes.hist(values, bins=np.linspace(-reach, reach, 51).tolist(), color=theme.SKY)
        marked = float(reference.loc[reference["driver"] == driver, "estimate"].iloc[0])
        axes.set_ylim(top=1.3 * axes.get_ylim()[1])
        axes.axvline(marked, color=theme.VERMILION, linewidth=2)
        axes.set_title(f"{credible_level:.0%} from {lower:.2g} to {upper:.2g}".replace("-", "−"), fontsize="medium")
        axes.set(xlabel=f"{driver_label(driver)}\n{measures.OUTCOMES[outcome].label}", yticks=[])
    first = panels[0, 0]
    marked = float(first.lines[0].get_xdata()[0])
    first.text(
        marked, 0.97, " two-way\n fixed effects", transform=first.get_xaxis_transform(), va="top", fontsize="small"
    )
    figure.suptitle("What the priors allow for the slope of one country", x=0.01, ha="left", fontweight="bold")
    return figure


def plot_average_slopes(table: "pd.DataFrame", *, outcome: str, title: str) -> "Figure":
    """Average slope of each driver by model, one panel per driver.

    Parameters
    ----------
    table : pandas.DataFrame
        fit, driver, estimate, lower, upper; one row per model and driver, in the order in which they are drawn.
    outcome : {"rate", "log_rate"}
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    drivers, names = list(table["driver"].unique()), list(table["fit"].unique())
    figure, panels = plt.subplots(
        1, len(drivers), figsize=(9.5, 1.8 + 0.34 * len(names)), layout="constrained", sharey=True, squeeze=False
    )
    for axes, driver in zip(panels.flat, drivers, strict=True):
        rows = table[table["driver"] == driver].set_index("fit").reindex(names)
        sure = (rows["lower"] > 0) | (rows["upper"] < 0)
        axes.axvline(0, color=theme.INK, linewidth=1)
        axes.hlines(range(len(names)), rows["lower"], rows["upper"], color=theme.BLUE, linewidth=2)
        faces = [theme.BLUE if found else "white" for found in sure]
        axes.scatter(rows["estimate"], range(len(names)), s=42, c=faces, edgecolors=theme.BLUE, zorder=3)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(f"{driver_label(driver)}\n{measures.OUTCOMES[outcome].label}")
    panels[0, 0].set_yticks(range(len(names)), labels=names)
    panels[0, 0].set_ylim(len(names) - 0.5, -0.5)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure


def title_errors(table: "pd.DataFrame") -> str:
    """Finding of the models of the errors: what they do to the first driver's average slope.

    Parameters
    ----------
    table : pandas.DataFrame
        fit, driver, estimate, lower, upper; the first driver's first and last row are compared.

    Returns
    -------
    str
    """
    driver = str(table["driver"].iloc[0])
    found = table[table["driver"] == driver]
    first, last = (
        f"{with_interval(row['estimate'], row['lower'], row['upper'])} with {row['fit']}"
        for row in (found.iloc[0], found.iloc[-1])
    )
    return f"{measures.label(driver)}: an average slope of {first},\n{last}"


def title_priors(table: "pd.DataFrame") -> str:
    """Finding of the other priors: the range over which the first driver's average slope moves.

    Parameters
    ----------
    table : pandas.DataFrame
        fit, driver, estimate.

    Returns
    -------
    str
    """
    driver = str(table["driver"].iloc[0])
    found = table.loc[table["driver"] == driver, "estimate"]
    low, high = (f"{value:.2f}".replace("-", "−") for value in (found.min(), found.max()))
    moved = f"is {low}" if low == high else f"moves from {low} to {high}"
    return f"{measures.label(driver)}: the average slope {moved} over {len(found)} choices of priors"


def plot_shrunken_slopes(slopes: "pd.DataFrame", averages: "pd.DataFrame", *, outcome: str) -> "Figure":
    """Each country's slope alone and with partial pooling, joined by a line; one panel per driver.

    Parameters
    ----------
    slopes : pandas.DataFrame
        country, driver, estimate, lower, upper, alone.
    averages : pandas.DataFrame
        driver, estimate: the average slope.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    matplotlib.figure.Figure
    """
    drivers = list(slopes["driver"].unique())
    order = slopes[slopes["driver"] == drivers[0]].sort_values("estimate")["country"].tolist()
    figure, panels = plt.subplots(
        1, len(drivers), figsize=(11, 2 + 0.22 * len(order)), layout="constrained", sharey=True, squeeze=False
    )
    for axes, driver in zip(panels.flat, drivers, strict=True):
        rows = slopes[slopes["driver"] == driver].set_index("country").reindex(order)
        _plot_shrinkage(axes, rows, float(averages.loc[averages["driver"] == driver, "estimate"].iloc[0]))
        axes.set_xlabel(f"{driver_label(driver)}\n{measures.OUTCOMES[outcome].label}")
    panels[0, 0].set_yticks(range(len(order)), labels=order, fontsize="small")
    panels[0, 0].set_ylim(-0.7, len(order) - 0.3)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", fontsize="small")
    figure.suptitle(title_shrinkage(slopes, drivers[0]), x=0.01, ha="left", fontweight="bold")
    return figure


def title_shrinkage(slopes: "pd.DataFrame", driver: str) -> str:
    """Finding of the shrinkage: how many countries' intervals leave out zero, and how the spread of slopes shrinks."""
    rows = slopes[slopes["driver"] == driver]
    sure = int(((rows["lower"] > 0) | (rows["upper"] < 0)).sum())
    number = "no country's" if sure == 0 else f"{sure} of {len(rows)} countries'"
    return f"{measures.label(driver)}: {number} pooled slope is told apart from zero"


def plot_checks(replications: "dict[str, pd.DataFrame]") -> "Figure":
    """Discrepancies of replicated data against those of the data, one row per model.

    Parameters
    ----------
    replications : dict
        Name of a model → discrepancy, observed, replicated, one row per draw.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = len(replications)
    figure, panels = plt.subplots(
        rows, len(DISCREPANCY_LABELS), figsize=(10.5, 0.9 + 2.1 * rows), layout="constrained", squeeze=False
    )
    for line, (name, frame) in zip(panels, replications.items(), strict=True):
        for axes, discrepancy in zip(line, DISCREPANCY_LABELS, strict=True):
            _plot_discrepancy(axes, frame[frame["discrepancy"] == discrepancy])
        line[0].set_ylabel(name.replace(", ", ",\n"), fontsize="small")
    for axes, label in zip(panels[-1], DISCREPANCY_LABELS.values(), strict=True):
        axes.set_xlabel(label, fontsize="small")
    panels[0, 0].legend(fontsize="x-small", loc="upper left")
    figure.suptitle(title_checks(replications), x=0.01, ha="left", fontweight="bold")
    return figure


def title_checks(replications: "dict[str, pd.DataFrame]") -> str:
    """Finding of the checks: the correlation of errors from year to year, in the data and as the first model has it."""
    name, frame = next(iter(replications.items()))
    rows = frame[frame["discrepancy"] == "autocorrelation"].median(numeric_only=True)
    said = f"{rows['observed']:.2f} in the data, {rows['replicated']:.2f} in draws of the model".replace("-", "−")
    return f"Errors' correlation with the year before: {said}\n({name})"


def driver_label(driver: str) -> str:
    """Name and step of a driver, for an axis."""
    return f"{measures.label(driver)}, {measures.step(driver)}"


def _plot_shrinkage(axes: "Axes", rows: "pd.DataFrame", average: float) -> None:
    heights = np.arange(len(rows))
    axes.axvline(0, color=theme.INK, linewidth=1)
    axes.axvline(average, color=theme.GREY, linewidth=1.5, linestyle="--", label="average of countries")
    axes.hlines(
        heights, rows["lower"], rows["upper"], color=theme.SKY, linewidth=4, alpha=0.6, label="pooled, interval"
    )
    axes.hlines(heights, rows["alone"], rows["estimate"], color=theme.ORANGE, linewidth=1)
    axes.plot(rows["alone"], heights, "s", color=theme.ORANGE, markersize=4, label="country alone")
    axes.plot(rows["estimate"], heights, "o", color=theme.BLUE, markersize=4.5, label="pooled")
    axes.grid(visible=False, axis="y")


def _plot_discrepancy(axes: "Axes", rows: "pd.DataFrame") -> None:
    values = np.concatenate([rows["observed"], rows["replicated"]])
    low, high = np.quantile(values, [1 - CLIPPED, CLIPPED])
    bins = np.linspace(low, high if high > low else low + 1, 41).tolist()
    axes.hist(rows["replicated"], bins=bins, color=theme.ORANGE, alpha=0.7, label="drawn")
    axes.hist(rows["observed"], bins=bins, color=theme.INK, alpha=0.8, label="observed")
    axes.set_yticks([])
    axes.tick_params(labelsize="small")
