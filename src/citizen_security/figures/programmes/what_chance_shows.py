"""Pictures of `programmes/what_chance_shows`: false positives, own falls, and least detectable falls."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Shades and marks that a grey print tells apart too.
MARKS = {"random": "o", "high": "s", "rising": "^", "own_peak": "D"}
COLOURS = {"random": theme.GREY, "high": theme.BLUE, "rising": theme.ORANGE, "own_peak": theme.VERMILION}
PANEL_COLOURS = (theme.BLUE, theme.VERMILION, theme.GREEN, theme.PURPLE)


def title_rates(rows: pd.DataFrame, significance: float) -> str:
    """The worst share, and what would be right.

    Parameters
    ----------
    rows : pandas.DataFrame
    significance : float

    Returns
    -------
    str
    """
    worst = rows.iloc[int(rows["rejected"].to_numpy().argmax())]
    return (
        f"Nothing was done, and up to {100 * worst['rejected']:.0f}% of draws show an effect; "
        f"{100 * significance:.0f}% would be right"
    )


def plot_rates(rows: pd.DataFrame, significance: float) -> "Figure":
    """Share of draws in which each design rejects, by rule.

    Parameters
    ----------
    rows : pandas.DataFrame
        rule, rule_name, design, design_name, rejected, lower, upper.
    significance : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    designs, rules = list(dict.fromkeys(rows["design"])), list(dict.fromkeys(rows["rule"]))
    figure, axis = plt.subplots(figsize=(8, 1.9 + 0.6 * len(designs)), layout="constrained")
    for number, rule in enumerate(rules):
        own = rows[rows["rule"] == rule].set_index("design").loc[designs]
        places = np.arange(len(designs)) + 0.7 * ((number + 0.5) / len(rules) - 0.5)
        axis.hlines(places, 100 * own["lower"], 100 * own["upper"], color=COLOURS[rule], linewidth=2)
        axis.plot(
            100 * own["rejected"], places, MARKS[rule], color=COLOURS[rule], label=f"chosen {own['rule_name'].iloc[0]}"
        )
    axis.axvline(100 * significance, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(designs)), own["design_name"].tolist())
    axis.invert_yaxis()
    axis.set_xlim(left=0)
    axis.set_xlabel("Draws with an effect beyond chance where nothing was done (%)")
    legend_below(figure, [axis], 2)
    headline(figure, title_rates(rows, significance))
    return figure


def title_own_falls(falls: pd.DataFrame) -> str:
    """The deepest change that needs no programme.

    Parameters
    ----------
    falls : pandas.DataFrame

    Returns
    -------
    str
    """
    lowest = falls.iloc[int(falls["change"].to_numpy().argmin())]
    return f"Places chosen {lowest['rule_name']} go on to change by {signed(lowest['change'], '.0f')}%"


def plot_own_falls(falls: pd.DataFrame) -> "Figure":
    """Change after each rule would have chosen a place, beside the median place.

    Parameters
    ----------
    falls : pandas.DataFrame
        rule, rule_name, change, lower, upper.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.5 + 0.45 * len(falls)), layout="constrained")
    for place, (_, row) in enumerate(falls.iterrows()):
        axis.hlines(place, row["lower"], row["upper"], color=COLOURS[row["rule"]], linewidth=2.5)
        axis.plot(row["change"], place, MARKS[row["rule"]], color=COLOURS[row["rule"]], markersize=8)
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(falls)), [f"chosen {name}" for name in falls["rule_name"]])
    axis.invert_yaxis()
    axis.set_xlabel("Change of the homicide rate beside the median place (%)")
    headline(figure, title_own_falls(falls))
    return figure


def title_least_falls(rows: pd.DataFrame) -> str:
    """The smallest fall that any design detects.

    Parameters
    ----------
    rows : pandas.DataFrame

    Returns
    -------
    str
    """
    if rows["least_fall"].isna().all():
        return "No design detects any fall that was tried"
    best = rows.iloc[int(np.nanargmax(rows["least_fall"]))]
    return f"A fall smaller than {abs(best['least_fall']):.0f}% escapes every design"


def plot_least_falls(rows: pd.DataFrame) -> "Figure":
    """The least fall that each design detects, by rule.

    Parameters
    ----------
    rows : pandas.DataFrame
        rule, rule_name, design, design_name, least_fall (percent).

    Returns
    -------
    matplotlib.figure.Figure
    """
    designs, rules = list(dict.fromkeys(rows["design"])), list(dict.fromkeys(rows["rule"]))
    figure, axis = plt.subplots(figsize=(8, 1.9 + 0.45 * len(designs)), layout="constrained")
    for rule in rules:
        own = rows[rows["rule"] == rule].set_index("design").loc[designs]
        axis.plot(
            own["least_fall"],
            range(len(designs)),
            MARKS[rule],
            color=COLOURS[rule],
            label=f"chosen {own['rule_name'].iloc[0]}",
        )
    axis.set_yticks(range(len(designs)), own["design_name"].tolist())
    axis.invert_yaxis()
    axis.set_xlim(-100, 0)
    axis.set_xlabel("Least fall that is detected (%)")
    legend_below(figure, [axis], 2)
    headline(figure, title_least_falls(rows))
    return figure


def title_panels(table: pd.DataFrame) -> str:
    """The highest share in each panel.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str
    """
    highest = table.groupby("panel_name", sort=False)["rejected"].max()
    told = "; ".join(f"{panel} up to {100 * share:.0f}%" for panel, share in highest.items())
    return f"Effects found where nothing was done: {told}"


def plot_panels(table: pd.DataFrame, significance: float) -> "Figure":
    """The share of the worst design by years before the start, in each panel; a line for each rule.

    Parameters
    ----------
    table : pandas.DataFrame
        panel, rule and their names, before, rejected, lower, upper.
    significance : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    panels = list(dict.fromkeys(table["panel"]))
    figure, axes = plt.subplots(1, len(panels), figsize=(8, 3.6), layout="constrained", sharey=True, squeeze=False)
    for axis, panel in zip(axes[0], panels, strict=True):
        own = table[table["panel"] == panel]
        for rule, rows in own.groupby("rule", sort=False):
            worst = rows.iloc[[int(rows.index.get_loc(place)) for place in rows.groupby("before")["rejected"].idxmax()]]
            name = str(rule)
            axis.vlines(worst["before"], 100 * worst["lower"], 100 * worst["upper"], color=COLOURS[name], alpha=0.4)
            axis.plot(
                worst["before"], 100 * worst["rejected"], marker=MARKS[name], color=COLOURS[name],
                label=f"chosen {rows['rule_name'].iloc[0]}",
            )  # fmt: skip
        axis.axhline(100 * significance, color=theme.INK, linewidth=1)
        axis.set_title(own["panel_name"].iloc[0], fontsize="medium")
        axis.set_xticks(sorted(set(table["before"])))
        axis.set_xlabel("Years before the start")
    axes[0][0].set_ylabel("Draws with an effect,\nworst design (%)")
    axes[0][0].set_ylim(bottom=0)
    legend_below(figure, axes[0], 2)
    headline(figure, title_panels(table))
    return figure
