"""Names beside the ends of lines, where a reader looks for them, in place of a legend."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_hex

from citizen_security.figures import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

# Names stand at this share of the width of the axes, from its left edge.
BESIDE = 1.03
# Letters of a line of a name.
WIDEST = 20


def label_ends(axis: "Axes", *, apart: float = 0.1) -> None:
    """Write the name of each line beside its right end, as text that a thin line ties to it where it had to move.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
        With its limits set; a line has a name if it was given a label.
    apart : float
        Height of a line of text, as a share of that of the axes.
    """
    named = [line for line in axis.get_lines() if not str(line.get_label()).startswith("_") and _has_end(line)]
    names = [textwrap.wrap(str(line.get_label()), WIDEST) for line in named]
    ends = [_right_end(axis, line) for line in named]
    places = [height for _, height in (_in_axes(axis, end) for end in ends)]
    # Names of several lines of text take as much room as the tallest of them.
    room = apart * max(map(len, names), default=1)
    for line, words, end, place in zip(named, names, ends, spread(places, room), strict=True):
        axis.annotate(
            "\n".join(words),
            xy=end,
            xytext=(BESIDE, place),
            textcoords="axes fraction",
            va="center",
            fontsize="small",
            # Colours of lines are too pale for text, on paper or in the dark.
            color=theme.INK,
            annotation_clip=False,
            arrowprops=tie(to_hex(line.get_color())),
        )


def tie(colour: str) -> dict[str, Any]:
    """How a thin line ties the left edge of a name to the end of its line.

    Parameters
    ----------
    colour : str
        That of the line.

    Returns
    -------
    dict
        For `arrowprops`.
    """
    look = {"arrowstyle": "-", "color": colour, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 1}
    return {**look, "relpos": (0, 0.5)}


def spread(places: Sequence[float], apart: float) -> list[float]:
    """Places moved as little as needed for neighbours to stand apart, in their order.

    Parameters
    ----------
    places : sequence of float
    apart : float
        Least distance of two.

    Returns
    -------
    list of float
        In the order given.
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    # Blocks of neighbours that touch share their mean: each joins the one before it until none overlaps.
    blocks: list[list[int]] = []
    for at in order:
        blocks.append([at])
        while len(blocks) > 1 and _low(blocks[-1], places, apart) < _high(blocks[-2], places, apart) + apart - 1e-12:
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    moved = [0.0] * len(places)
    for block in blocks:
        for step, at in enumerate(block):
            moved[at] = _low(block, places, apart) + step * apart
    return moved


def _low(block: Sequence[int], places: Sequence[float], apart: float) -> float:
    return sum(places[at] for at in block) / len(block) - apart * (len(block) - 1) / 2


def _high(block: Sequence[int], places: Sequence[float], apart: float) -> float:
    return _low(block, places, apart) + apart * (len(block) - 1)


def _has_end(line: "Line2D") -> bool:
    return bool(np.isfinite(np.asarray(line.get_xydata(), float)).all(axis=1).any())


def _right_end(axis: "Axes", line: "Line2D") -> tuple[float, float]:
    """The point that lies farthest to the right on the picture, whichever way the axis runs."""
    points = np.asarray(line.get_xydata(), float)
    points = points[np.isfinite(points).all(axis=1)]
    farthest = int(np.argmax([_in_axes(axis, (x, y))[0] for x, y in points]))
    return float(points[farthest, 0]), float(points[farthest, 1])


def _in_axes(axis: "Axes", point: tuple[float, float]) -> tuple[float, float]:
    """A point of the data as shares of the width and the height of the axes."""
    across, up = axis.transAxes.inverted().transform(axis.transData.transform(point))
    return float(across), float(up)
