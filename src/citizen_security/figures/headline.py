"""Title and legend of a figure as a whole."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHARACTERS_AN_INCH = 10.5


def headline(figure: "Figure", title: str) -> None:
    """Write the finding above a figure, from its left edge, in lines that fit its width.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    title : str
    """
    lines = textwrap.wrap(title, int(figure.get_figwidth() * CHARACTERS_AN_INCH))
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontweight="bold", fontsize="medium")


def legend_below(figure: "Figure", axes: "Sequence[Axes]", columns: int) -> None:
    """Write one legend, of everything that any panel shows, below a figure with constrained layout.

    It lies in room that empty lines under the label of the horizontal axis keep, and is tied to the figure as it was
    laid out: tied to the saved picture, it would cover the source line.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With a label of the horizontal axis: its own, or that of the last panel.
    axes : sequence of matplotlib.axes.Axes
    columns : int
    """
    shown = [dict(zip(*reversed(axis.get_legend_handles_labels()), strict=True)) for axis in axes]
    handles = {label: handle for panel in shown for label, handle in panel.items()}
    room = "\n" * (-(-len(handles) // columns) + 1)
    if figure.get_supxlabel():
        figure.supxlabel(figure.get_supxlabel() + room, fontsize="medium")
    else:
        axes[-1].set_xlabel(axes[-1].get_xlabel() + room)
    figure.legend(
        handles.values(),
        handles.keys(),
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=figure.transFigure,
        ncols=columns,
        fontsize="small",
    )
