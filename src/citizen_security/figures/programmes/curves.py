"""What curves of choices share: marks that are filled where something is found, rows of options, and their title."""

from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from citizen_security.figures import theme
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

# Colours and marks of what is drawn over the same axis, in an order that a grey print tells apart.
COLOURS = (theme.VERMILION, theme.BLUE, theme.GREEN, theme.PURPLE, theme.ORANGE, theme.INK)
MARKS = ("o", "s", "^", "D", "v", "P")

# Inches of the picture above, and of each row of options below it.
ABOVE, ROW = 2.6, 0.24


def title_curve(curve: pd.DataFrame, what: str) -> str:
    """How many combinations find a fall beyond chance, and from where to where their changes run.

    Parameters
    ----------
    curve : pandas.DataFrame
        change (percent), found; and, where they are told, risen (a rise beyond chance) and able (the least possible p
        is small enough for a finding).
    what : str
        Combinations in the plural, such as `starts and designs`.

    Returns
    -------
    str
    """
    low, high = signed(float(curve["change"].min()), ".0f"), signed(float(curve["change"].max()), ".0f")
    run = f"changes run from {low}% to {high}%"
    able = int(curve["able"].sum()) if "able" in curve else len(curve)
    if not able:
        return f"None of {len(curve)} {what} could tell a fall from chance; {run}"
    found, risen = int(curve["found"].sum()), int(curve["risen"].sum()) if "risen" in curve else 0
    show = "show" if found > 1 else "shows"
    up = f", {risen} a rise" if risen else ""
    blind = f", {len(curve) - able} more could not tell" if able < len(curve) else ""
    return f"{found or 'None'} of {able} {what} {show} a fall beyond chance{up}{blind}; {run}"


def looks() -> Iterator[tuple[str, str]]:
    """A mark and a colour for each of as many lines as there are."""
    return cycle(zip(MARKS, COLOURS, strict=True))


def plot_found(
    axis: "Axes", across: "ArrayLike", values: "ArrayLike", found: "ArrayLike", *, mark: str, colour: str, **line: Any
) -> None:
    """Hollow marks, filled where something is found.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    across, values : array_like, shape (combinations,)
    found : array_like of bool, shape (combinations,)
    mark, colour : str
    **line
        What matplotlib is told of the hollow ones: their label, or `linestyle="-"` for a line that joins them.
    """
    places, heights, filled = np.asarray(across), np.asarray(values), np.asarray(found, dtype=bool)
    axis.plot(
        places, heights, **{"linestyle": "none", "marker": mark, "color": colour, "markerfacecolor": "none"} | line
    )
    larger = {"markersize": line["markersize"]} if "markersize" in line else {}
    axis.plot(places[filled], heights[filled], linestyle="none", marker=mark, color=colour, **larger)


def rows_of_options(curve: pd.DataFrame, choices: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Every option of a curve, and what its row is called.

    Parameters
    ----------
    curve : pandas.DataFrame
    choices : mapping of str to str
        Column of the choice → what an option is called, with braces in its place: `start {}`.

    Returns
    -------
    dict
        Choice and option → name, choices in their order and options in theirs.
    """
    return {
        (choice, str(option)): told.format(option)
        for choice, told in choices.items()
        for option in sorted(curve[choice].unique())
    }


def plot_specifications(
    curve: pd.DataFrame, names: Mapping[tuple[str, str], str], column: str, found: str
) -> tuple["Figure", "Axes"]:
    """Every combination by what it gives, filled where it finds something; below, which options it is made of.

    Parameters
    ----------
    curve : pandas.DataFrame
        The choices, `column`, found; in the order that is drawn.
    names : mapping
        Choice and option → what the option is called, in the order of the rows.
    column : str
        What is drawn above.
    found : str
        What the filled ones are, for the legend.

    Returns
    -------
    figure : matplotlib.figure.Figure
    above : matplotlib.axes.Axes
        The picture above, whose labels are the caller's.
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(8, 3 + ROW * len(names)), sharex=True, layout="constrained",
        height_ratios=[ABOVE, ROW * len(names)],
    )  # fmt: skip
    places, filled = np.arange(len(curve)), curve["found"].to_numpy(bool)
    for chosen, face, label in ((filled, theme.BLUE, found), (~filled, "white", "other")):
        above.plot(places[chosen], curve.loc[chosen, column], "o", color=theme.BLUE, markerfacecolor=face,
                   markersize=4, label=label)  # fmt: skip
    above.axhline(0, color=theme.INK, linewidth=1)
    for row, (choice, option) in enumerate(names):
        here = (curve[choice].astype(str) == option).to_numpy()
        for chosen, colour in ((here & filled, theme.BLUE), (here & ~filled, theme.GREY)):
            below.plot(places[chosen], np.full(chosen.sum(), row), "|", color=colour, markersize=7)
    below.set_yticks(range(len(names)), labels=list(names.values()), fontsize="small")
    below.set_ylim(len(names) - 0.5, -0.5)
    below.grid(visible=False)
    below.set_xticks([])
    return figure, above
