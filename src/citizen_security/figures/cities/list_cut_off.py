"""What a list's cut-off hides: levels of countries with and without it, and errors on simulated lists."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.figures import theme
from citizen_security.figures.headline import headline
from citizen_security.figures.ratio_axis import ratio_ticks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

RATE = "Level of the country's cities, homicides per 100,000 person-years (log scale)"
ERROR = "Estimated level of the countries, times the true one (log scale)"
COLOURS = {"without": theme.ORANGE, "with": theme.BLUE}


def plot_country_levels(frame: "pd.DataFrame", *, cut_off: float, credible_level: float) -> "Figure":
    """Level of each country, as if the list were a sample of its cities and as the top of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        `country`, `cities`, and `rate_without`, `rate_with` with `_lower` and `_upper`, highest first.
    cut_off : float
        Lowest rate that is listed (homicides per 100,000 person-years); 0, which no log scale has, is not drawn.
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt
    from matplotlib import ticker

    figure, axes = plt.subplots(figsize=(8, 1.7 + 0.42 * len(frame)), layout="constrained")
    rows = np.arange(len(frame))
    names = {"without": "the list taken as a sample", "with": "the list taken as the top"}
    for shift, (name, label) in zip((-0.14, 0.14), names.items(), strict=True):
        column, places = f"rate_{name}", rows + shift
        axes.hlines(places, frame[f"{column}_lower"], frame[f"{column}_upper"], color=COLOURS[name], linewidth=2.5)
        axes.plot(frame[column], places, "o", color=COLOURS[name], markersize=5.5, label=label)
    if cut_off:
        axes.axvline(cut_off, color=theme.INK, linewidth=1, linestyle="--", label="cut-off")
    axes.set_yticks(rows, [f"{row.country} ({row.cities})" for row in frame.itertuples()])
    axes.set(xscale="log", xlabel=RATE, ylim=(len(frame) - 0.4, -0.6))
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize="small", borderaxespad=0.2)
    headline(figure, f"{_say_change(frame)} ({credible_level:.0%} intervals)")
    return figure


def _say_change(frame: "pd.DataFrame") -> str:
    change = frame["change_percent"].median()
    by = "as high" if abs(change) < 0.5 else f"{abs(change):.0f}% {'lower' if change < 0 else 'higher'}"
    if len(frame) > 2:
        return f"With the cut-off in the model the middle country is {by}"
    who = " and ".join(frame["country"])
    return f"With the cut-off in the model {who} {f'is {by}' if len(frame) == 1 else f'are {by} on average'}"


def plot_simulated_bias(errors: "pd.DataFrame", summary: "pd.DataFrame") -> "Figure":
    """Errors of the country levels on each simulated list, and their means.

    Parameters
    ----------
    errors : pandas.DataFrame
        `model` and `bias` (log rate), one row for each list and model.
    summary : pandas.DataFrame, indexed by model
        `bias`, `bias_lower`, `bias_upper` and `covered`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 2.9), layout="constrained")
    axes.axvline(0, color=theme.INK, linewidth=1)
    for row, (model, colour) in enumerate(zip(summary.index, COLOURS.values(), strict=True)):
        each, mean = errors.loc[errors["model"] == model, "bias"], summary.loc[model]
        axes.plot(each, np.full(len(each), row), "|", color=colour, markersize=16)
        axes.hlines(row + 0.3, mean["bias_lower"], mean["bias_upper"], color=colour, linewidth=3)
        axes.plot(mean["bias"], row + 0.3, "o", color=colour)
    labels = [f"{model}\n({covered:.0%} of intervals hold)" for model, covered in summary["covered"].items()]
    axes.set_yticks(range(len(summary)), labels)
    axes.set(xlabel=ERROR, ylim=(len(summary) - 0.4, -0.5))
    ratio_ticks(axes.xaxis, axes.get_xlim())
    axes.grid(axis="y", visible=False)
    without, with_rule = np.exp(summary["bias"])
    headline(
        figure, f"Country rates come out at {without:.2f} times the truth without the rule, {with_rule:.2f} with it"
    )
    return figure
