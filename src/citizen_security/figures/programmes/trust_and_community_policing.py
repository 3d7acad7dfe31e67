"""Pictures of `programmes/trust_and_community_policing`: waves, two surveys, homicide, programmes, printed effects."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import out_of, signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Countries in a row of the picture of waves.
ACROSS = 5

# Points around the outermost countries, room for their names.
MARGIN = 12

# Of two countries that lie nearer than these points, the left one is named on its left.
NEAR = 5


def title_waves(summary: Mapping[str, float]) -> str:
    """How many changes are larger than sampling gives.

    Parameters
    ----------
    summary : mapping
        beyond, changes.

    Returns
    -------
    str
    """
    some = out_of(int(summary["beyond"]), int(summary["changes"]), "changes from wave to wave")
    return f"{some[0].upper()}{some[1:]} are larger than sampling gives"


def plot_waves(
    figures: pd.DataFrame, register: pd.DataFrame, names: Mapping[str, str], summary: Mapping[str, float], label: str
) -> "Figure":
    """Trust by wave, one panel a country, with what sampling allows and the start of programmes.

    Parameters
    ----------
    figures : pandas.DataFrame
        iso3, year, trust, lower, upper.
    register : pandas.DataFrame
        iso3, start_year, design; a start is drawn where waves allow one.
    names : mapping
        Countries by code.
    summary : mapping
        beyond, changes.
    label : str
        Whose trust.

    Returns
    -------
    matplotlib.figure.Figure
    """
    codes = sorted(figures["iso3"].unique(), key=lambda code: names[code])
    down = -(-len(codes) // ACROSS)
    able = register[~register["design"].str.startswith("none")]
    figure, axes = plt.subplots(
        down, ACROSS, figsize=(9, 0.8 + 1.5 * down), sharex=True, sharey=True, layout="constrained", squeeze=False
    )
    for place, axis in enumerate(axes.ravel()):
        if place >= len(codes):
            axis.set_visible(False)
            continue
        own = figures[figures["iso3"] == codes[place]]
        axis.fill_between(own["year"], own["lower"], own["upper"], color=theme.SKY, alpha=0.5, linewidth=0)
        axis.plot(own["year"], own["trust"], color=theme.BLUE, linewidth=1.5)
        for start in able.loc[able["iso3"] == codes[place], "start_year"]:
            axis.axvline(start, color=theme.VERMILION, linestyle="--", linewidth=1)
        axis.set_title(names[codes[place]], fontsize="small", loc="left")
        axis.xaxis.set_major_locator(MaxNLocator(2, integer=True))
    # Once for all panels, which share it: a limit that is set earlier would hold before the others are drawn.
    axes[0, 0].set_ylim(0, float(figures["upper"].max()) * 1.05)
    figure.supylabel(f"{label[0].upper()}{label[1:]} (%)", fontsize="small")
    if able["iso3"].isin(codes).any():
        figure.supxlabel("Dashed: a dated programme begins", fontsize="small")
    headline(figure, title_waves(summary))
    return figure


def title_surveys(agreement: Mapping[str, float]) -> str:
    """How far the surveys correlate.

    Parameters
    ----------
    agreement : mapping
        correlation, lower, upper.

    Returns
    -------
    str
    """
    ends = f"{agreement['lower']:.2f} to {agreement['upper']:.2f}"
    return f"Two surveys of the same year correlate by {agreement['correlation']:.2f} ({ends})"


def plot_surveys(pairs: pd.DataFrame, names: Mapping[str, str], agreement: Mapping[str, float]) -> "Figure":
    """A point for each country: what one survey finds against the other; named where they lie apart.

    Parameters
    ----------
    pairs : pandas.DataFrame
        iso3, latinobarometro, lapop, beyond.
    names : mapping
        Countries by code.
    agreement : mapping

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(6.5, 5.5), layout="constrained")
    far = pairs["beyond"].to_numpy(bool)
    both = pairs[["latinobarometro", "lapop"]].to_numpy(float)
    ends = np.array([both.min() - MARGIN, both.max() + MARGIN])
    axis.plot(ends, ends, color=theme.GREY, linewidth=1)
    for chosen, colour, label in (
        (~far, theme.BLUE, "as near as sampling allows"),
        (far, theme.VERMILION, "further apart than sampling gives"),
    ):
        axis.scatter(pairs.loc[chosen, "latinobarometro"], pairs.loc[chosen, "lapop"], color=colour, s=30, label=label)
    named = pairs[far].sort_values("latinobarometro")
    for place, (code, first, second) in enumerate(named[["iso3", "latinobarometro", "lapop"]].itertuples(index=False)):
        after = named.iloc[place + 1 : place + 2]
        beside = (abs(after["latinobarometro"] - first) < NEAR) & (abs(after["lapop"] - second) < NEAR)
        left = bool(beside.any())
        axis.annotate(
            names[code], (first, second), xytext=(-5 if left else 5, 3), textcoords="offset points",
            fontsize="small", ha="right" if left else "left",
        )  # fmt: skip
    axis.set_xlim(float(ends[0]), float(ends[1]))
    axis.set_ylim(float(ends[0]), float(ends[1]))
    axis.set_xlabel("Latinobarómetro: trust in the police (%)")
    axis.set_ylabel("LAPOP: trust in the police (%)")
    legend_below(figure, [axis], 2)
    headline(figure, title_surveys(agreement))
    return figure


def title_homicide(table: pd.DataFrame, quoted: str) -> str:
    """Points with twice the homicide rate, in levels and changes.

    Parameters
    ----------
    table : pandas.DataFrame
    quoted : str
        The kind of interval that sentences quote.

    Returns
    -------
    str
    """
    own = table[table["method"] == quoted].set_index("scale")["estimate"]
    levels, changes = (signed(float(own[scale]), ".1f") for scale in ("levels", "changes"))
    return f"Trust with twice the homicide rate: {levels} points in levels, {changes} from wave to wave"


def plot_homicide(table: pd.DataFrame, scales: Mapping[str, str], smallest: float, quoted: str) -> "Figure":
    """Every kind of interval in levels and in changes, with the band of effects too small to matter.

    Parameters
    ----------
    table : pandas.DataFrame
        scale, method, estimate, lower, upper.
    scales : mapping
        What the scales are called.
    smallest : float
        Half the width of the band, points.
    quoted : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    known = table[np.isfinite(table["lower"]) & np.isfinite(table["upper"])].reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.33 * len(known)), layout="constrained")
    axis.axvspan(-smallest, smallest, color=theme.SKY, alpha=0.3, linewidth=0, label="too small to matter")
    axis.axvline(0, color=theme.INK, linewidth=1)
    for place, row in enumerate(known.to_dict("records")):
        colour = theme.BLUE if row["scale"] == "levels" else theme.VERMILION
        axis.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=1.5)
        axis.plot(row["estimate"], place, "o", color=colour, markersize=5)
    axis.set_yticks(range(len(known)), [f"{scales[row['scale']]}, {row['method']}" for row in known.to_dict("records")])
    axis.invert_yaxis()
    axis.set_xlabel("Points of trust with twice the homicide rate")
    legend_below(figure, [axis], 1)
    headline(figure, title_homicide(table, quoted))
    return figure


def title_programmes(effects: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Where each programme's country lies among those without one.

    Parameters
    ----------
    effects : pandas.DataFrame
        programme_id, outcome, estimator, effect, p_value.
    labels : mapping
        Programmes by their ids.

    Returns
    -------
    str
    """
    own = effects[(effects["outcome"] == "police") & (effects["estimator"] == "difference_in_differences")]
    told = [
        f"{labels[row['programme_id']]} {signed(row['effect'], '.1f')} (p {row['p_value']:.2f})"
        for _, row in own.iterrows()
    ]
    return f"Points of trust against other countries: {', '.join(told)}"


def plot_programmes(placebos: pd.DataFrame, effects: pd.DataFrame, labels: Mapping[str, str]) -> "Figure":
    """Change of trust of each country against the others: those without a programme, and the one with it.

    Parameters
    ----------
    placebos : pandas.DataFrame
        programme_id, iso3, effect, treated.
    effects : pandas.DataFrame
        With the interval of difference in differences.
    labels : mapping
        Programmes by their ids.

    Returns
    -------
    matplotlib.figure.Figure
    """
    own = effects[(effects["outcome"] == "police") & (effects["estimator"] == "difference_in_differences")]
    figure, axis = plt.subplots(figsize=(8, 1.8 + 0.8 * len(own)), layout="constrained")
    for place, row in enumerate(own.to_dict("records")):
        beside = placebos[placebos["programme_id"] == row["programme_id"]]
        others = beside.loc[~beside["treated"], "effect"]
        first = place == 0
        axis.scatter(
            others, np.full(len(others), place + 0.15), facecolors="none", edgecolors=theme.GREY, s=35,
            label="a country without a programme" if first else None,
        )  # fmt: skip
        axis.plot([row["lower"], row["upper"]], [place - 0.15] * 2, color=theme.VERMILION, linewidth=1.5)
        axis.scatter(
            row["effect"], place - 0.15, color=theme.VERMILION, s=55,
            label="the country with it, and its interval" if first else None,
        )  # fmt: skip
    axis.axvline(0, color=theme.INK, linewidth=1)
    begun = [f"{labels[row['programme_id']]}, {row['start_year']}" for row in own.to_dict("records")]
    axis.set_yticks(range(len(own)), begun)
    axis.set_ylim(len(own) - 0.5, -0.5)
    axis.set_xlabel("Change of trust in the police against the other countries (points)")
    legend_below(figure, [axis], 2)
    headline(figure, title_programmes(effects, labels))
    return figure


def title_printed(printed: pd.DataFrame) -> str:
    """What printed effects favour, and how many have an interval.

    Parameters
    ----------
    printed : pandas.DataFrame

    Returns
    -------
    str
    """
    favours, intervals = int(printed["favours"].sum()), int(printed["has_interval"].sum())
    known = f"{intervals} with an interval" if intervals else "none with an interval"
    some = out_of(favours, len(printed), "printed effects")
    return f"{some[0].upper()}{some[1:]} point to a gain, {known}"


def plot_printed(printed: pd.DataFrame) -> "Figure":
    """Printed effects as they stand, a panel for each metric, with an interval where one was printed.

    Parameters
    ----------
    printed : pandas.DataFrame
        study, outcome, on_trust, metric_name, estimate, lower, upper, favours.

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(printed.groupby("metric_name", sort=False))
    figure, axes = plt.subplots(
        len(groups), 1, figsize=(8, 1.2 + 0.5 * len(groups) + 0.3 * len(printed)), layout="constrained", squeeze=False,
        height_ratios=[len(own) + 0.6 for _, own in groups],
    )  # fmt: skip
    for axis, (metric, own) in zip(axes.ravel(), groups, strict=True):
        for place, row in enumerate(own.to_dict("records")):
            colour = theme.VERMILION if row["on_trust"] else theme.BLUE
            axis.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=1.5)
            axis.plot(row["estimate"], place, "o", color=colour, markerfacecolor=colour if row["favours"] else "none")
        axis.axvline(0, color=theme.INK, linewidth=1)
        studies = own["study"].str.split(",").str[0] + " " + own["study"].str[-4:]
        axis.set_yticks(range(len(own)), own["outcome"] + " · " + studies)
        axis.set_ylim(len(own) - 0.4, -0.6)
        axis.tick_params(labelsize="small")
        axis.set_xlabel(str(metric), fontsize="small")
    for colour, label in ((theme.VERMILION, "on trust in the police"), (theme.BLUE, "on all else")):
        axes[-1, 0].plot([], [], "o", color=colour, label=label)
    legend_below(figure, [axes[-1, 0]], 2)
    headline(figure, title_printed(printed))
    return figure
