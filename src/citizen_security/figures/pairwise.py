"""Pairs of cities: how probable it is that one is above the other."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def plot_pairs(matrix: "pd.DataFrame", *, certain: float) -> "Figure":
    """Matrix of the probabilities that the row's city has a higher rate than the column's.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Square, labelled both ways; the diagonal is not a number.
    certain : float
        Share of the pairs whose order has a probability of at least 95%.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    side = 2.2 + 0.5 * len(matrix)
    figure, axes = plt.subplots(figsize=(side + 1.2, side), layout="constrained")
    values = matrix.to_numpy(np.float64)
    axes.imshow(np.ma.masked_invalid(values), cmap="RdBu", vmin=-0.15, vmax=1.15)
    for row, column in np.ndindex(values.shape):
        value = float(values[row, column])
        if np.isfinite(value):
            colour = "white" if abs(value - 0.5) > 0.35 else theme.INK
            axes.text(column, row, _percent(value), ha="center", va="center", fontsize="x-small", color=colour)
    axes.set_xticks(range(len(matrix)), matrix.columns, rotation=45, ha="right", fontsize="small")
    axes.set_yticks(range(len(matrix)), matrix.index, fontsize="small")
    axes.grid(visible=False)
    axes.set(xlabel="… than this city", ylabel="Probability (%) that this city has the higher rate …")
    title = f"Of these {len(matrix)} cities, {certain:.0%} of pairs are in an order that is sure at 95%"
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure


def _percent(value: float) -> str:
    """A share of draws in per cent, never more certain than a hundredth."""
    return ">99" if value > 0.99 else "<1" if value < 0.01 else f"{100 * value:.0f}"
