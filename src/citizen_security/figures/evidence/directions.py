"""What the studies report, as bars."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.figures import theme
from citizen_security.figures.evidence.gap_map import DIRECTIONS, WHITE, counted_studies, records

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_directions(directions: pd.DataFrame) -> "Figure":
    """Draw the directions that groups of studies report, as bars of shares with the numbers printed.

    Parameters
    ----------
    directions : pandas.DataFrame
        One row a group: group, one column of numbers for each direction, studies, positive_share, interval_low,
        interval_high (of the studies that state a direction). The title speaks of the first.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    height = 1.9 + 0.62 * len(directions)
    figure, axis = plt.subplots(figsize=(8.4, height))
    figure.subplots_adjust(left=0.37, right=0.98, top=1 - 0.45 / height, bottom=1.15 / height)
    names = [_directions_label(row) for row in records(directions)]
    total = directions["studies"].clip(lower=1)
    start = pd.Series(0.0, index=directions.index)
    for direction, (label, colour) in DIRECTIONS.items():
        share = directions[direction] / total
        bars = axis.barh(names, share, left=start, color=colour, label=label, edgecolor=WHITE)
        texts = [str(number) if number else "" for number in directions[direction]]
        axis.bar_label(bars, texts, label_type="center", fontsize=9, color=theme.on(colour))
        start = start + share
    axis.set(xlim=(0, 1))
    axis.set_xlabel("share of the studies; the numbers are studies", fontsize=10)
    axis.tick_params(labelsize=9)
    axis.xaxis.set_major_formatter("{x:.0%}")
    axis.invert_yaxis()
    axis.grid(visible=False)
    # Hung on the axes: saving with a tight frame would move a legend that hangs on the figure.
    below = -0.62 / (height - 1.6)
    axis.legend(loc="upper right", bbox_to_anchor=(1, below), ncols=len(DIRECTIONS), fontsize=9, borderaxespad=0)
    figure.suptitle(_directions_title(directions), x=0.01, y=0.99, va="top", ha="left", fontsize=11, fontweight="bold")
    return figure


def _directions_title(directions: pd.DataFrame) -> str:
    first = directions.iloc[0]
    stated = int(first["studies"] - first["not_stated"])
    return (
        f"{first['group']}: {first['beneficial']} of {counted_studies(stated)} with a stated direction report a benefit"
    )


def _directions_label(row: Any) -> str:
    """Name of a group, its size, and its share of good news with the interval."""
    name = f"{row.group}\n{counted_studies(row.studies)}"
    if row.studies == row.not_stated:
        return name
    return f"{name}; {row.positive_share:.0%} benefit ({row.interval_low:.0%} to {row.interval_high:.0%})"
