"""All municipalities of a country in one picture: what pooling does, what is regained, how it grows with size."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

RATE = "Homicides per 100,000 person-years"
# A place is said to be above or below something from this probability on.
SURE = 0.95
PERSON_YEARS = "Person-years of the place (log scale)"


def plot_funnel(risks: "pd.DataFrame") -> "Figure":
    """Raw and modelled rates against the size of the place.

    Parameters
    ----------
    risks : pandas.DataFrame
        One row for each place: `person_years`, `raw_rate`, `rate` (per 100,000 person-years) and `homicides`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(10, 4.6), sharex=True, sharey=True, layout="constrained")
    columns = [("raw_rate", "Raw rate", theme.ORANGE), ("rate", "Model's rate (posterior median)", theme.BLUE)]
    for axes, (column, name, colour) in zip(panels, columns, strict=True):
        axes.plot(
            risks["person_years"],
            risks[column],
            ".",
            color=colour,
            markersize=3,
            alpha=_opacity(risks),
            rasterized=True,
        )
        axes.set(xscale="log", xlabel=PERSON_YEARS, title=name)
        _round_numbers(axes)
    panels[0].set(ylabel=RATE, ylim=(0, None))
    headline(figure, _funnel_title(risks))
    return figure


def plot_recovery(recovery: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """Error of raw and modelled rates, and coverage of the intervals, by size of place.

    Parameters
    ----------
    recovery : pandas.DataFrame
        One row for each class of size, smallest first: `places`, `persons`, `raw_error`, `model_error` and `covered`.
    credible_level : float
        Probability that the intervals are to hold.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt
    from matplotlib import ticker

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    position = np.arange(len(recovery))
    for shift, column, name, colour in [
        (-0.2, "raw_error", "raw rate", theme.ORANGE),
        (0.2, "model_error", "model's rate", theme.BLUE),
    ]:
        left.bar(position + shift, recovery[column], width=0.38, color=colour, label=name)
    left.set(ylabel=f"Root mean squared error\n({RATE.lower()})", title="How far from the truth")
    left.legend()
    _promise(right, position, recovery["places"], credible_level)
    right.plot(position, recovery["covered"], "o", color=theme.BLUE, label="intervals that hold the truth")
    lowest = min(recovery["covered"].min(), right.dataLim.y0)
    right.set(ylim=(max(0, lowest - 0.05), 1), title="How often the interval holds it", ylabel="Share of places")
    right.yaxis.set_major_formatter(ticker.PercentFormatter(1, decimals=0))
    right.legend(loc="lower right")
    for axes in (left, right):
        axes.set_xticks(position, [f"{persons:,.0f}" for persons in recovery["persons"]])
        axes.set_xlabel("Median population of the fifth of places")
        axes.grid(axis="x", visible=False)
    headline(figure, _recovery_title(recovery))
    return figure


def plot_risk_now(
    risks: "pd.DataFrame", *, year: int, threshold: float, credible_level: float, shown: int = 25
) -> "Figure":
    """The highest risks of the last year, with intervals, beside what was counted.

    Parameters
    ----------
    risks : pandas.DataFrame
        One row for each place: `place`, `rate`, `lower`, `upper`, `raw_rate` (per 100,000 person-years) and
        `probability_above` the threshold.
    year : int
        The last one of the table.
    threshold : float
        Per 100,000 person-years.
    credible_level : float
        Of the intervals.
    shown : int
        Places that are drawn, those of the highest rates.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    ordered = risks.sort_values("rate", ascending=False, ignore_index=True).head(shown)
    figure, axes = plt.subplots(figsize=(8.5, 1.6 + 0.22 * len(ordered)), layout="constrained")
    axes.axvline(threshold, color=theme.GREY, linewidth=1, label=f"{threshold:g} per 100,000")
    axes.hlines(
        ordered.index, ordered["lower"], ordered["upper"], color=theme.BLUE, linewidth=2,
        label=f"{credible_level:.0%} credible interval",
    )  # fmt: skip
    axes.plot(ordered["rate"], ordered.index, "o", color=theme.BLUE, markersize=4.5, label="risk")
    axes.plot(ordered["raw_rate"], ordered.index, "x", color=theme.ORANGE, markersize=5, label=f"counted in {year}")
    axes.set_yticks(ordered.index, [_short(name) for name in ordered["place"]], fontsize="small")
    axes.set_ylim(len(ordered) - 0.4, -0.6)
    axes.set(xlabel=RATE, xlim=(0, None))
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    surely = int((risks["probability_above"] >= SURE).sum())
    headline(figure, f"In {year} {surely:,} of {len(risks):,} places surely had a risk above {threshold:g}")
    return figure


def plot_groups_now(groups: "pd.DataFrame", *, compared: int, year: int, shown: int = 40) -> "Figure":
    """The risk of each group in the last year, highest on top, and how it moved.

    Parameters
    ----------
    groups : pandas.DataFrame
        `group`, `rate`, `lower`, `upper` (per 100,000 person-years), `change`, `change_lower`, `change_upper` (%).
    compared, year : int
        Movement is from the first to the second; nothing moves where they are the same.
    shown : int
        Groups that are drawn, those of the highest rates.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    ordered = groups.sort_values("rate", ascending=False, ignore_index=True).head(shown)
    moves = compared < year
    figure, panels = plt.subplots(
        1, 1 + moves, figsize=(10.5 if moves else 6.5, max(3.0, 1.5 + 0.2 * len(ordered))), layout="constrained",
        squeeze=False, sharey=True,
    )  # fmt: skip
    drawn = [("rate", "lower", "upper", RATE, f"Risk in {year}", theme.BLUE)]
    if moves:
        drawn.append(("change", "change_lower", "change_upper", "Percent", f"Change since {compared}", theme.VERMILION))
    for axes, (middle, lower, upper, label, title, colour) in zip(panels[0], drawn, strict=True):
        axes.hlines(ordered.index, ordered[lower], ordered[upper], color=colour, linewidth=2)
        axes.plot(ordered[middle], ordered.index, "o", color=colour, markersize=4.5)
        axes.set(xlabel=label, title=title)
        axes.grid(axis="y", visible=False)
    panels[0][0].set_yticks(ordered.index, [_short(name) for name in ordered["group"]], fontsize="small")
    panels[0][0].set_ylim(len(ordered) - 0.4, -0.6)
    if moves:
        panels[0][1].axvline(0, color=theme.GREY, linewidth=1)
    headline(figure, _groups_title(groups, moves=moves, compared=compared))
    return figure


def plot_forecasts(table: "pd.DataFrame", *, model: str, credible_level: float) -> "Figure":
    """Log score of the model and its rivals, and how often the counts lay where the forecasts said.

    Parameters
    ----------
    table : pandas.DataFrame
        `forecaster`, `log_score`; `covered`, `covered_largest`, and the ends of their intervals as `covered_lower`,
        `covered_upper` and so on.
    model : str
        The forecaster that is drawn in another colour.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt
    from matplotlib import ticker

    ordered = table.sort_values("log_score", ascending=False, ignore_index=True)
    colours = [theme.BLUE if name == model else theme.GREY for name in ordered["forecaster"]]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.6), layout="constrained", sharey=True)
    left.scatter(ordered["log_score"], ordered.index, c=colours, s=36)
    left.set(xlabel="Mean log score (right is better)", title="Probability given to what came")
    left.set_yticks(ordered.index, list(ordered["forecaster"]))
    left.set_ylim(len(ordered) - 0.5, -0.5)
    right.axvline(credible_level, color=theme.GREY, linewidth=1)
    # Side by side in a row, so that the intervals do not hide each other.
    for name, marker, beside, said in (
        ("covered", "o", -0.14, "all places"),
        ("covered_largest", "s", 0.14, "largest fifth"),
    ):
        rows = ordered.index + beside
        right.hlines(rows, ordered[f"{name}_lower"], ordered[f"{name}_upper"], colors=colours, linewidth=1.5)
        right.scatter(ordered[name], rows, c=colours, s=36, marker=marker, label=said)
    right.set(xlabel=f"Counts in the central {credible_level:.0%}", title="How often the forecast held")
    right.xaxis.set_major_formatter(ticker.PercentFormatter(1, decimals=0))
    legend_below(figure, [right], 2)
    for axes in (left, right):
        axes.grid(axis="y", visible=False)
    place = int(ordered.index[ordered["forecaster"] == model][0]) + 1
    headline(figure, f"By the log score of held-out years the model comes {_ordinal(place)} of {len(ordered)}")
    return figure


def plot_neighbours(
    table: "pd.DataFrame", maps: "Mapping[str, NDArray[np.float64]]", *, credible_level: float
) -> "Figure":
    """Drawn maps, and by how much neighbours change the probability of what came on these and others.

    Parameters
    ----------
    table : pandas.DataFrame
        `map`, and `gain`, `lower`, `upper` in percent.
    maps : mapping
        Rates that were counted on a drawn map, by its name, shape (n_rows, n_columns); zeros are allowed.
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(
        1, len(maps) + 1, figsize=(11, 3.4), layout="constrained", width_ratios=[*[1.0] * len(maps), 1.5]
    )
    for axes, (name, rates) in zip(panels, maps.items(), strict=False):
        # From dark, where nothing was counted, by ranks: a few high rates would leave all others alike.
        ranks = np.searchsorted(np.sort(rates, axis=None), rates)
        axes.imshow(ranks, cmap="cividis", aspect="auto")
        axes.set(title=_in_lines(name), xlabel="Dark: low; yellow: high", xticks=[], yticks=[])
    axes = panels[-1]
    surely = (table["lower"] > 0) | (table["upper"] < 0)
    colours = np.where(surely, theme.BLUE, theme.GREY)
    axes.axvline(0, color=theme.GREY, linewidth=1)
    axes.hlines(table.index, table["lower"], table["upper"], colors=colours, linewidth=2)
    axes.scatter(table["gain"], table.index, c=colours, s=36, zorder=3)
    axes.set_yticks(table.index, list(map(_in_lines, table["map"])))
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set(xlabel="Change in percent", title=f"Probability of what came ({credible_level:.0%} interval)")
    axes.grid(axis="y", visible=False)
    helped = int((table["lower"] > 0).sum())
    headline(figure, f"Neighbours surely help the forecast on {helped} of {len(table)} maps")
    return figure


def _in_lines(name: str) -> str:
    """A line for each part of a map's name, so that two titles side by side stay apart."""
    return name.replace(", ", ",\n")


def plot_top_places(risks: "pd.DataFrame", *, top: int) -> "Figure":
    """How surely each place is among the highest, by its place in the raw list.

    Parameters
    ----------
    risks : pandas.DataFrame
        One row for each place: `raw_rate`, `homicides` and `probability_top`.
    top : int
        How many places are the highest.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt
    from matplotlib import ticker

    ordered = risks.sort_values("raw_rate", ascending=False, ignore_index=True).head(3 * top)
    few = ordered["homicides"] < 10
    figure, axes = plt.subplots(layout="constrained")
    axes.axvspan(0.5, top + 0.5, color=theme.GREY, alpha=0.15, linewidth=0, label=f"first {top} of the raw list")
    for rows, name, colour in [
        (few, "fewer than 10 homicides in the last year", theme.ORANGE),
        (~few, "10 homicides or more", theme.BLUE),
    ]:
        axes.plot(
            ordered.index[rows] + 1, ordered["probability_top"][rows], "o", color=colour, markersize=4, label=name
        )
    axes.set(xlabel="Rank by the raw rate", ylabel=f"Probability of being in the top {top}", ylim=(-0.02, 1.02))
    axes.yaxis.set_major_formatter(ticker.PercentFormatter(1))
    legend_below(figure, [axes], 3)
    headline(figure, _top_title(ordered, top))
    return figure


def _promise(axes: "Axes", position: "NDArray[np.int64]", places: "pd.Series[int]", credible_level: float) -> None:
    """The share promised, and twice the deviation of a share where each interval holds with that probability."""
    slack = 2 * np.sqrt(credible_level * (1 - credible_level) / places)
    axes.axhline(credible_level, color=theme.GREY, linewidth=1)
    axes.fill_between(
        position,
        credible_level - slack,
        credible_level + slack,
        color=theme.GREY,
        alpha=0.25,
        linewidth=0,
        label="range of chance",
    )


def plot_growth(growth: "pd.DataFrame") -> "Figure":
    """Time and memory of a fit against the number of places.

    Parameters
    ----------
    growth : pandas.DataFrame
        `places`, `seconds` and `megabytes` (peak of the process).

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    for axes, (column, label) in zip(
        panels, [("seconds", "Seconds, compiling included"), ("megabytes", "Megabytes at the peak")], strict=True
    ):
        axes.plot(growth["places"], growth[column], "o-", color=theme.BLUE)
        axes.margins(0.08)
        axes.set(xlabel="Places", ylabel=label, ylim=(0, None), xlim=(0, None))
        _round_numbers(axes)
    last, first = growth.iloc[-1], growth.iloc[0]
    places, seconds = last["places"] / first["places"], last["seconds"] / first["seconds"]
    headline(figure, f"{places:.0f} times the places take {seconds:.1f} times the time")
    return figure


def _funnel_title(risks: "pd.DataFrame") -> str:
    none = (risks["homicides"] == 0).sum()
    if none == 0:
        raw, rates = (f"{risks[name].min():.1f} to {risks[name].max():.1f}" for name in ("raw_rate", "rate"))
        return f"Raw rates of {len(risks):,} places run from {raw}, the model's from {rates}"
    lowest = risks.loc[risks["homicides"] == 0, "rate"].median()
    return f"{none:,} of {len(risks):,} places counted no homicide; the model's rate for the middle one is {lowest:.1f}"


def _recovery_title(recovery: "pd.DataFrame") -> str:
    smallest = recovery.iloc[0]
    ratio = smallest["raw_error"] / smallest["model_error"]
    if ratio < 1:
        return f"In the smallest fifth of places the model's error is {1 / ratio:.1f} times that of the raw rate"
    return f"In the smallest fifth of places the raw rate's error is {ratio:.1f} times the model's"


def _groups_title(groups: "pd.DataFrame", *, moves: bool, compared: int) -> str:
    if len(groups) == 1:
        return f"One group, at {groups['rate'].iloc[0]:.1f} homicides per 100,000 person-years"
    if not moves:
        highest, lowest = groups["rate"].max(), groups["rate"].min()
        return f"The highest of {len(groups)} group risks is {highest / lowest:.1f} times the lowest"
    fell, rose = int((groups["change_upper"] < 0).sum()), int((groups["change_lower"] > 0).sum())
    return (
        f"Since {compared} the risk fell in {fell} of {len(groups)} groups and rose in {rose}; in the others it is open"
    )


def _ordinal(place: int) -> str:
    return ("first", "second", "third", "fourth", "fifth")[place - 1] if place <= 5 else "last"


def _top_title(ordered: "pd.DataFrame", top: int) -> str:
    expected = ordered["probability_top"].head(top).sum()
    return (
        f"Of the first {top} of the last year's raw list about {expected:.0f} are among the {top} of the highest risk"
    )


def _opacity(frame: "pd.DataFrame") -> float:
    return 0.9 if len(frame) < 500 else 0.35


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= 28 else text[:27] + "…"


def _round_numbers(axes: "Axes") -> None:
    from matplotlib import ticker

    axes.xaxis.set_major_formatter(ticker.FuncFormatter(_magnitude))
    if axes.get_xscale() == "log":
        theme.plain_minor_ticks(axes.xaxis)


def _magnitude(value: float, _position: int | None = None) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} million"
    return f"{value:,.0f}"
