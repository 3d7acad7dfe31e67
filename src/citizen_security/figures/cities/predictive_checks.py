"""Checks of a model against data: before it sees them, and after."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

RATE = "Homicides per 100,000 person-years (log scale)"

STATISTICS = {
    "lowest_rate": "Lowest rate of the list (per 100,000)",
    "highest_rate": "Highest rate of the list (per 100,000)",
    "log_rate_deviation": "Standard deviation of log rates",
    "log_rate_skewness": "Skewness of log rates",
}


def plot_prior_rates(
    simulated: "NDArray[np.float64]", observed: "pd.Series[float]", *, credible_level: float
) -> "Figure":
    """Rates that the priors allow, with the rates of the table below.

    Parameters
    ----------
    simulated : numpy.ndarray
        City rates drawn from the priors (per 100,000 person-years).
    observed : pandas.Series
        Raw rates of the table.
    credible_level : float
        Share of the simulated rates that the title speaks of.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    values = simulated.ravel()
    tail = (1 - credible_level) / 2
    lower, upper = np.quantile(values, [tail, 1 - tail])
    figure, axes = plt.subplots(figsize=(8, 3.8), layout="constrained")
    axes.hist(
        values,
        bins=np.geomspace(values.min(), values.max(), 60).tolist(),
        color=theme.SKY,
        label="drawn from the priors",
    )
    axes.plot(
        observed, np.zeros(len(observed)), "|", color=theme.VERMILION, markersize=18, label="raw rates of the table"
    )
    axes.set_xscale("log")
    # Rates of the table that the priors hardly allow are shown, too.
    least, most = np.quantile(values, [0.0005, 0.9995])
    rates = observed[observed > 0]
    axes.set_xlim(min(least, rates.min() / 1.1), max(most, rates.max() * 1.1))
    axes.xaxis.set_major_formatter("{x:,g}")
    theme.plain_minor_ticks(axes.xaxis)
    axes.set(
        xlabel=RATE,
        ylabel="Simulated cities",
        title=f"The priors put {credible_level:.0%} of cities between {lower:.1f} and {upper:,.0f}",
    )
    axes.legend(loc="upper left")
    return figure


def plot_list_statistics(replications: "dict[str, pd.DataFrame]", observed: "pd.Series[float]") -> "Figure":
    """Statistics of replicated lists against those of the list that was observed.

    Parameters
    ----------
    replications : dict
        Name of a kind of replication → its statistics, one row for each replicated list.
    observed : pandas.Series
        The statistics of the observed list, by column; one that it has not has no panel.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
    for axes, (statistic, label) in zip(panels.flat, STATISTICS.items(), strict=True):
        if statistic not in observed.index:
            axes.remove()
            continue
        _plot_statistic(axes, {name: frame[statistic] for name, frame in replications.items()}, observed[statistic])
        axes.set(xlabel=label, yticks=[])
    panels[0, 0].legend(fontsize="small")
    figure.suptitle(_title(replications, observed), x=0.01, ha="left", fontweight="bold", fontsize="large")
    return figure


def _plot_statistic(axes: "Axes", replications: "dict[str, pd.Series[float]]", observed: float) -> None:
    values = np.concatenate([series.to_numpy() for series in replications.values()])
    bins = np.linspace(min(values.min(), observed), max(np.quantile(values, 0.998), observed), 50).tolist()
    for colour, (name, series) in zip((theme.BLUE, theme.ORANGE), replications.items(), strict=False):
        axes.hist(series, bins=bins, density=True, histtype="stepfilled", alpha=0.55, color=colour, label=name)
    axes.axvline(observed, color=theme.INK, linewidth=2, label="observed")


def _title(replications: "dict[str, pd.DataFrame]", observed: "pd.Series[float]") -> str:
    """The finding: how often the last kind of replication reaches the lowest rate that was observed."""
    name, frame = list(replications.items())[-1]
    share = (frame["lowest_rate"] >= observed["lowest_rate"]).mean()
    said = "none" if share == 0 else f"{share:.1%}" if share < 0.1 else f"{share:.0%}"
    return f"{said.capitalize()} of the simulated lists of {name} stay above the lowest rate listed"
