"""Pictures of `programmes/what_chance_shows`: false falls and rises, own falls, and least detectable falls."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

# Shades and marks that a grey print tells apart too.
MARKS = {"random": "o", "high": "s", "rising": "^", "own_peak": "D"}
COLOURS = {"random": theme.GREY, "high": theme.BLUE, "rising": theme.ORANGE, "own_peak": theme.VERMILION}

# Where a design stands that detects no fall that was tried: beyond the deepest of them.
NONE_FOUND = -98


def _right(significance: float) -> float:
    """Percent of draws in which a two-sided test may find a fall, or a rise, where nothing was done."""
    return 100 * significance / 2


def title_rates(rows: pd.DataFrame, significance: float) -> str:
    """The most falls, the most rises, and what would be right of each.

    Parameters
    ----------
    rows : pandas.DataFrame
    significance : float

    Returns
    -------
    str
    """
    falls, rises = (100 * rows[f"found_{way}"].max() for way in ("fall", "rise"))
    return (
        f"Nothing was done, and up to {falls:.0f}% of draws show a fall, up to {rises:.0f}% a rise; "
        f"{_right(significance):.3g}% of each would be right"
    )


def plot_rates(rows: pd.DataFrame, significance: float) -> "Figure":
    """Shares of draws in which each design finds a fall, to the left, and a rise, to the right; a part for each panel.

    Parameters
    ----------
    rows : pandas.DataFrame
        panel, panel_name, rule, rule_name, design, design_name, and found_fall, fall_lower, fall_upper, found_rise,
        rise_lower, rise_upper.
    significance : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    designs, figure, axes = _by_panel(rows, 0.6)
    reach = 100 * float(rows[["fall_upper", "rise_upper"]].to_numpy().max())
    for axis, (_, of_panel) in zip(axes, rows.groupby("panel", sort=False), strict=True):
        for place, rule, own in _rules_of(of_panel, designs):
            for side, way in ((-100, "fall"), (100, "rise")):
                axis.hlines(
                    place, side * own[f"{way}_lower"], side * own[f"{way}_upper"], color=COLOURS[rule], linewidth=2
                )
                name = f"chosen {own['rule_name'].iloc[0]}" if way == "fall" else None
                axis.plot(side * own[f"found_{way}"], place, MARKS[rule], color=COLOURS[rule], markersize=5, label=name)
        axis.axvline(0, color=theme.INK, linewidth=1)
        for side in (-1, 1):
            axis.axvline(side * _right(significance), color=theme.INK, linewidth=1, linestyle=":")
        axis.set_xlim(-1.05 * reach, 1.05 * reach)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=6, symmetric=True))
        axis.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
        axis.set_xlabel("← falls   (%)   rises →")
    legend_below(figure, [axes[0]], 2)
    headline(figure, title_rates(rows, significance))
    return figure


def _by_panel(rows: pd.DataFrame, height: float) -> "tuple[list[str], Figure, list[Axes]]":
    """Designs as rows, and a part of the figure for each panel."""
    designs = list(dict.fromkeys(rows["design"]))
    names = rows.drop_duplicates("panel")["panel_name"]
    figure, axes = plt.subplots(
        1, len(names), figsize=(8, 2.1 + height * len(designs)), layout="constrained", sharey=True, squeeze=False
    )
    for axis, name in zip(axes[0], names, strict=True):
        axis.set_title(name, fontsize="medium")
    labels = rows.drop_duplicates("design").set_index("design").loc[designs, "design_name"]
    axes[0][0].set_yticks(range(len(designs)), labels.tolist())
    axes[0][0].set_ylim(len(designs) - 0.5, -0.5)
    return designs, figure, list(axes[0])


def _rules_of(rows: pd.DataFrame, designs: list[str]) -> Iterator[tuple["NDArray[np.float64]", str, pd.DataFrame]]:
    """Each rule with its places beside those of the others, its name, and its rows in the order of the designs."""
    rules = list(dict.fromkeys(rows["rule"]))
    for number, rule in enumerate(rules):
        places = np.arange(len(designs)) + 0.7 * ((number + 0.5) / len(rules) - 0.5)
        own: pd.DataFrame = rows[rows["rule"] == rule].set_index("design").loc[designs]
        yield np.asarray(places, dtype=np.float64), str(rule), own


def title_own_falls(falls: pd.DataFrame, panel: str) -> str:
    """The deepest change that needs no programme.

    Parameters
    ----------
    falls : pandas.DataFrame
    panel : str
        What its places are called.

    Returns
    -------
    str
    """
    lowest = falls.iloc[int(falls["change"].to_numpy().argmin())]
    return f"{panel} chosen {lowest['rule_name']} go on to change by {signed(lowest['change'], '.0f')}%"


def plot_own_falls(falls: pd.DataFrame, panel: str) -> "Figure":
    """Change after each rule would have chosen a place, beside the median place.

    Parameters
    ----------
    falls : pandas.DataFrame
        rule, rule_name, change, lower, upper.
    panel : str

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
    headline(figure, title_own_falls(falls, panel))
    return figure


def title_least_falls(falls: Mapping[str, float], power: float) -> str:
    """The least fall that a design without false falls finds, panel by panel.

    Parameters
    ----------
    falls : mapping of str to float
        What a panel is called → the fall in percent, below zero; nan where none that was tried is found.
    power : float

    Returns
    -------
    str
    """
    told = [
        f"{'none that was tried' if np.isnan(fall) else f'{-fall:.0f}% or more'} in {panel}"
        for panel, fall in falls.items()
    ]
    return f"Falls that a sound design finds in {100 * power:.0f}% of draws: {'; '.join(told)}"


def plot_least_falls(rows: pd.DataFrame, falls: Mapping[str, float], power: float) -> "Figure":
    """The least fall that each design detects, by rule; a part for each panel, hollow where it detects none.

    Parameters
    ----------
    rows : pandas.DataFrame
        panel, panel_name, rule, rule_name, design, design_name, least_fall (percent), and fall_lower.
    falls : mapping of str to float
        As for `title_least_falls`.
    power : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    designs, figure, axes = _by_panel(rows, 0.5)
    for axis, (_, of_panel) in zip(axes, rows.groupby("panel", sort=False), strict=True):
        for place, rule, own in _rules_of(of_panel, designs):
            blind = own["least_fall"].isna().to_numpy()
            look: dict[str, Any] = {
                "color": COLOURS[rule], "linestyle": "none", "marker": MARKS[rule], "markersize": 5,
            }  # fmt: skip
            axis.plot(own["least_fall"], place, label=f"chosen {own['rule_name'].iloc[0]}", **look)
            axis.plot(np.full(blind.sum(), NONE_FOUND), place[blind], markerfacecolor="none", **look)
        axis.set_xlim(-105, 0)
        axis.set_xticks([NONE_FOUND, -80, -60, -40, -20, 0], ["none", "−80", "−60", "−40", "−20", "0"])
        axis.set_xlabel("Least fall (%)")
    legend_below(figure, [axes[0]], 2)
    headline(figure, title_least_falls(falls, power))
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
    highest = table.groupby("panel_name", sort=False)["found_fall"].max()
    told = "; ".join(f"{panel} up to {100 * share:.0f}%" for panel, share in highest.items())
    return f"Falls found where nothing was done: {told}"


def plot_panels(table: pd.DataFrame, significance: float) -> "Figure":
    """The share with a fall of the worst design by years before the start, in each panel; a line for each rule.

    Parameters
    ----------
    table : pandas.DataFrame
        panel, rule and their names, before, found_fall, fall_lower, fall_upper.
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
            worst = rows.iloc[
                [int(rows.index.get_loc(place)) for place in rows.groupby("before")["found_fall"].idxmax()]
            ]
            name = str(rule)
            axis.vlines(
                worst["before"], 100 * worst["fall_lower"], 100 * worst["fall_upper"], color=COLOURS[name], alpha=0.4
            )
            axis.plot(
                worst["before"], 100 * worst["found_fall"], marker=MARKS[name], color=COLOURS[name],
                label=f"chosen {rows['rule_name'].iloc[0]}",
            )  # fmt: skip
        axis.axhline(_right(significance), color=theme.INK, linewidth=1)
        axis.set_title(own["panel_name"].iloc[0], fontsize="medium")
        axis.set_xticks(sorted(set(table["before"])))
        axis.set_xlabel("Years before the start")
    axes[0][0].set_ylabel("Draws with a fall,\nworst design (%)")
    axes[0][0].set_ylim(bottom=0)
    legend_below(figure, axes[0], 2)
    headline(figure, title_panels(table))
    return figure
