"""A specification curve: every cell above, and below it which options the cell is made of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from citizen_security.figures import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_curve(
    curve: pd.DataFrame, value: str, names: Mapping[tuple[str, str], str], order: str, filled: str
) -> "tuple[Figure, Axes]":
    """Every specification by its value, filled where it found something; below, its options.

    Parameters
    ----------
    curve : pandas.DataFrame
        value, found, and a column for each choice; in the order in which cells stand.
    value : str
        Column that is drawn.
    names : mapping
        Choice and option → what the option is called, in the order of the rows.
    order : str
        What cells stand by.
    filled : str
        What a filled mark says.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Without its headline.
    above : matplotlib.axes.Axes
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(8, 3 + 0.24 * len(names)), sharex=True, layout="constrained",
        height_ratios=[2.6, 0.24 * len(names)],
    )  # fmt: skip
    places = np.arange(len(curve))
    for found, face in ((True, theme.BLUE), (False, "white")):
        chosen = (curve["found"] == found).to_numpy()
        above.plot(
            places[chosen], curve.loc[chosen, value], "o", color=theme.BLUE, markerfacecolor=face, markersize=4
        )  # fmt: skip
    above.axhline(0, color=theme.INK, linewidth=1)
    for row, (choice, option) in enumerate(names):
        here = (curve[choice].astype(str) == option).to_numpy()
        for found, colour in ((True, theme.BLUE), (False, theme.GREY)):
            chosen = here & (curve["found"] == found).to_numpy()
            below.plot(places[chosen], np.full(chosen.sum(), row), "|", color=colour, markersize=7)
    below.set_yticks(range(len(names)), labels=list(names.values()), fontsize="small")
    below.set_ylim(len(names) - 0.5, -0.5)
    below.grid(visible=False)
    below.set_xticks([])
    below.set_xlabel(f"Specifications, by {order} (filled and blue: {filled})")
    return figure, above
