"""Names beside points of a scatter plot, kept off each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Where a name may stand above or below its point, in points of print, the nearest first.
LIFTS = (4.0, -7.0, 14.0, -17.0, 24.0, -27.0)
# Room beside the point, the height of a line and the width of a letter, in points of print.
BESIDE, LINE, LETTER = 5.0, 9.0, 4.6
POINTS_AN_INCH = 72
# Beyond this share of the width a name stands to the left of its point.
FAR = 0.6


def name_points(
    axis: "Axes", points: Sequence[tuple[float, float]], names: Sequence[str], *, fontsize: str = "small"
) -> None:
    """Write names beside points, to the left of those far to the right, each at the nearest height that is free.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
        With its points drawn, since their range decides who is far to the right.
    points : sequence of tuple of float
    names : sequence of str
        One for each point.
    fontsize : str
    """
    scale = POINTS_AN_INCH / axis.figure.dpi
    taken: list[tuple[float, float, float]] = []
    for point, name in sorted(zip(points, names, strict=True), key=lambda it: -it[0][1]):
        # Places on the picture, since an axis may be logarithmic.
        left = axis.transAxes.inverted().transform(axis.transData.transform(point))[0] > FAR
        across, up = (float(place) * scale for place in axis.transData.transform(point))
        start = across - BESIDE - LETTER * len(name) if left else across + BESIDE
        lift = _free(taken, start, start + LETTER * len(name), up)
        taken.append((start, start + LETTER * len(name), up + lift))
        axis.annotate(
            name,
            point,
            xytext=(-BESIDE if left else BESIDE, lift),
            textcoords="offset points",
            ha="right" if left else "left",
            fontsize=fontsize,
        )


def _free(taken: Sequence[tuple[float, float, float]], start: float, end: float, up: float) -> float:
    """The first lift at which a name covers no other; the last where none is free."""
    for lift in LIFTS:
        if all(end < other[0] or start > other[1] or abs(up + lift - other[2]) >= LINE for other in taken):
            return lift
    return LIFTS[-1]
