"""Concentration of homicide among places: Lorenz curves, series, scales, windows and streets, each beside chance."""

import textwrap
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator, PercentFormatter

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import signed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_COLUMNS = 3
BASIS_LABELS = {"places": "places", "persons": "population, in the places of the highest rates"}
SOURCE = (
    "UNODC; IPEA from SIM (Brazil); INEGI (Mexico); Policía Nacional (Colombia); FGJ and SSP (Mexico City); "
    "own calculation"
)
SECTOR_SOURCE = "Fiscalía General de Justicia de la Ciudad de México, investigation files 2016–2024; own calculation"
STREET_SOURCE = "simulated cities; streets with a homicide: Innovations for Poverty Action; own calculation"
OBSERVED, CHANCE, RISK, BY_SIZE = theme.VERMILION, theme.GREY, theme.BLUE, theme.GREEN
FOR_EACH_PLACE, FOR_EACH_PERSON = "equal risk for each place", "equal risk for each person"


def plot_lorenz(curves: "pd.DataFrame", *, credible_level: float) -> "Figure":
    """Lorenz curve of each group, highest count first, with the bands of equal risk for each place and each person.

    Parameters
    ----------
    curves : pandas.DataFrame
        group, year, number, places, homicides, lower, upper, person_lower, person_upper (shares; the last two missing
        where populations are unknown).
    credible_level : float
        Probability of the bands.

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = list(curves.groupby("group", sort=False))
    figure, axes = _grid(len(groups))
    for axis, (group, curve) in zip(axes, groups, strict=False):
        band = f"{FOR_EACH_PLACE}, {credible_level:.0%} band"
        axis.fill_between(curve["places"], curve["lower"], curve["upper"], color=CHANCE, alpha=0.5, lw=0, label=band)
        if curve["person_lower"].notna().all():
            band = f"{FOR_EACH_PERSON}, {credible_level:.0%} band"
            # The line around the band keeps it visible where many homicides leave chance little room.
            ends = curve["person_lower"], curve["person_upper"]
            axis.fill_between(curve["places"], *ends, color=BY_SIZE, alpha=0.6, lw=1.5, label=band)
        axis.plot(curve["places"], curve["homicides"], color=OBSERVED, linewidth=2, label="homicides")
        axis.set_title(
            f"{_wrapped(str(group))}\n{curve['year'].iloc[0]}, N = {curve['number'].iloc[0]}",
            fontsize="small",
            fontweight="normal",
        )
        _percent(axis)
    figure.supxlabel("Share of places, those with most homicides first", fontsize="medium")
    figure.supylabel("Share held", fontsize="medium")
    headline(figure, title_lorenz(curves))
    legend_below(figure, axes, 3)
    return figure


def title_lorenz(curves: "pd.DataFrame") -> str:
    """What the tenth of places with most homicides holds, and what equal risk would give it at most.

    Parameters
    ----------
    curves : pandas.DataFrame

    Returns
    -------
    str
    """
    groups = [curve for _, curve in curves.groupby("group", sort=False)]
    known = [curve for curve in groups if curve["person_upper"].notna().all()]
    held = f"The tenth of places with most homicides holds {_span(_of_a_tenth(groups, 'homicides'))} of them"
    by_place = _span(_of_a_tenth(groups, "upper"))
    if not known:
        return f"{held}; {FOR_EACH_PLACE} would give it at most {by_place}"
    by_person = _span(_of_a_tenth(known, "person_upper"))
    return f"{held}; {FOR_EACH_PERSON} would give it at most {by_person}, for each place {by_place}"


def _of_a_tenth(curves: "Iterable[pd.DataFrame]", column: str) -> list[float]:
    return [float(np.interp(0.1, curve["places"], curve[column])) for curve in curves]


def plot_series(series: "pd.DataFrame", *, measure: str, share: float, credible_level: float) -> "Figure":
    """A measure over time for each group, with the intervals of equal risk and that of the underlying risk.

    Parameters
    ----------
    series : pandas.DataFrame
        group, year, measure, basis (one only), observed, chance_lower, chance_upper, risk_lower, risk_upper;
        `person_chance_lower` and `person_chance_upper` where known.
    measure : str
        `place_share` or `generalised_gini`.
    share : float
        Share of the homicides of `place_share`.
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = series[series["measure"] == measure]
    groups = list(shown.groupby("group", sort=False))
    figure, axes = _grid(len(groups), sharex=True)
    for axis, (group, rows) in zip(axes, groups, strict=False):
        _draw_interval(axis, rows, "chance", CHANCE, f"{_equal_risk(rows)}, {credible_level:.0%} interval")
        if _knows_size(rows):
            _draw_interval(axis, rows, "person_chance", BY_SIZE, f"{FOR_EACH_PERSON}, {credible_level:.0%} interval")
        _draw_interval(axis, rows, "risk", RISK, f"underlying risk, {credible_level:.0%} interval")
        axis.plot(rows["year"], rows["observed"], "o", color=OBSERVED, markersize=3, label="observed")
        axis.set_title(_wrapped(str(group)), fontsize="small", fontweight="normal")
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        if measure == "place_share":
            axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    basis = BASIS_LABELS[str(shown["basis"].iloc[0])]
    labels = {
        "place_share": f"Share of {basis} with {share:.0%} of homicides",
        "generalised_gini": f"Generalised Gini among {basis}",
        "gini": f"Gini among {basis}",
    }
    figure.supylabel(_wrapped(labels[measure], 55), fontsize="medium")
    headline(figure, title_series(shown, measure))
    legend_below(figure, axes, 3)
    return figure


def title_series(shown: "pd.DataFrame", measure: str) -> str:
    """How far the concentration of risk moved from the first to the last year, in the groups that moved farthest.

    Parameters
    ----------
    shown : pandas.DataFrame
    measure : str

    Returns
    -------
    str
    """
    ends = shown.sort_values("year").groupby("group").agg(["first", "last"])
    ends = ends[ends["year"]["first"] < ends["year"]["last"]]
    if ends.empty:
        return "One year alone shows no change"
    share = measure == "place_share"
    change = (ends["risk"]["last"] - ends["risk"]["first"]) * (100 if share else 1)
    farthest = [
        f"{signed(change[group], '.1f' if share else '.2f')}{' points' if share else ''} ({group})"
        for group in dict.fromkeys((change.idxmin(), change.idxmax()))
    ]
    what = "share of places (less is more concentrated)" if share else "Gini"
    return f"From first to last year the {what} of the underlying risk changes by {' to '.join(farthest)}"


def plot_scales(rows: "pd.DataFrame", *, share: float, credible_level: float) -> "Figure":
    """Each group's latest year on one row: observed, at equal risk, and of the underlying risk.

    Parameters
    ----------
    rows : pandas.DataFrame
        group, year, basis (one only), places, observed, chance, chance_lower, chance_upper, risk, risk_lower,
        risk_upper; `person_chance`, `person_chance_lower` and `person_chance_upper` where known.
    share : float
    credible_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = rows.reset_index(drop=True)
    figure, axis = plt.subplots(figsize=(8, 2.0 + 0.42 * len(shown)), layout="constrained")
    axis.hlines(
        shown.index,
        shown["chance_lower"],
        shown["chance_upper"],
        color=CHANCE,
        linewidth=5,
        label=f"{_equal_risk(shown)} ({credible_level:.0%})",
    )
    axis.hlines(
        shown.index,
        shown["risk_lower"],
        shown["risk_upper"],
        color=RISK,
        linewidth=5,
        label=f"underlying risk ({credible_level:.0%})",
    )
    axis.plot(shown["observed"], shown.index, "o", color=OBSERVED, markersize=5, label="observed")
    if _knows_size(shown):
        ends = shown["person_chance_lower"], shown["person_chance_upper"]
        label = f"{FOR_EACH_PERSON} ({credible_level:.0%})"
        # Tall: with many homicides the interval is shorter than the dot, and would hide under it.
        axis.hlines(shown.index, *ends, color=BY_SIZE, linewidth=10, label=label, zorder=1.5)
    labels = [f"{row.group}\n{row.year}, N = {row.places}" for row in shown.itertuples()]
    axis.set_yticks(shown.index, labels, fontsize="small")
    axis.set_ylim(len(shown) - 0.4, -0.6)
    axis.grid(axis="y", visible=False)
    axis.set_xlim(left=0)
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.set_xlabel(_wrapped(f"Share of {BASIS_LABELS[str(shown['basis'].iloc[0])]} with {share:.0%} of homicides", 60))
    headline(figure, title_scales(shown, share))
    legend_below(figure, [axis], 2)
    return figure


def title_scales(shown: "pd.DataFrame", share: float) -> str:
    """The range of the observed shares and of those that chance gives.

    Parameters
    ----------
    shown : pandas.DataFrame
    share : float

    Returns
    -------
    str
    """
    part, basis = f"{share:.0%} of homicides", str(shown["basis"].iloc[0])
    words = {"places": f"of places hold {part}", "persons": f"of the population live where {part} happen"}
    said = f"{_span(shown['observed'])} {words[basis]}; {_equal_risk(shown)} would take {_span(shown['chance'])}"
    known = shown["person_chance"].dropna() if _knows_size(shown) else ()
    return f"{said}, {FOR_EACH_PERSON.removeprefix('equal risk ')} {_span(known)}" if len(known) else said


def plot_windows(windows: "pd.DataFrame", *, confidence_level: float) -> "Figure":
    """Gini coefficients of one panel over the length of the period that is added up.

    Parameters
    ----------
    windows : pandas.DataFrame
        window (months), gini, generalised_gini, chance_gini, chance_generalised_gini, risk_gini, risk_lower,
        risk_upper.
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 5.2), layout="constrained")
    lines = {
        "gini": ("Gini of the counts", OBSERVED, "o-"),
        "generalised_gini": ("generalised Gini of the counts", theme.ORANGE, "s--"),
        "chance_gini": ("Gini at equal risk", CHANCE, "o-"),
        "chance_generalised_gini": ("generalised Gini at equal risk", CHANCE, "s--"),
    }
    ordered = windows.sort_values("window")
    for column, (label, colour, style) in lines.items():
        axis.plot(ordered["window"], ordered[column], style, color=colour, label=label, markersize=5)
    axis.errorbar(
        ordered["window"],
        ordered["risk_gini"],
        yerr=[ordered["risk_gini"] - ordered["risk_lower"], ordered["risk_upper"] - ordered["risk_gini"]],
        fmt="D",
        color=RISK,
        capsize=3,
        label=f"Gini of the underlying risk, {confidence_level:.0%} interval",
    )
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(FixedLocator(list(ordered["window"])))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_xticklabels([str(window) for window in ordered["window"]])
    axis.set(xlabel="Months added up (log scale)", ylabel="Gini coefficient, mean over periods", ylim=(0, None))
    headline(figure, title_windows(ordered))
    legend_below(figure, [axis], 3)
    return figure


def title_windows(ordered: "pd.DataFrame") -> str:
    """How far each coefficient moves from the shortest to the longest window.

    Parameters
    ----------
    ordered : pandas.DataFrame

    Returns
    -------
    str
    """
    first, last = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return f"Of a Gini of {first['gini']:.2f}, chance alone gives {first['chance_gini']:.2f}"
    return (
        f"From {first['window']:.0f} to {last['window']:.0f} months the Gini of counts goes from {first['gini']:.2f} "
        f"to {last['gini']:.2f}, that of risk from {first['risk_gini']:.2f} to {last['risk_gini']:.2f}"
    )


def plot_streets(curves: "pd.DataFrame", *, streets: int, homicides: int, with_homicide: int) -> "Figure":
    """Share of homicides over the share of streets in simulated cities, and the published share that holds all.

    Parameters
    ----------
    curves : pandas.DataFrame
        risk (name), streets, homicides (shares).
    streets, homicides, with_homicide : int
        Streets, homicides, and streets that are said to hold all of them.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 5.2), layout="constrained")
    colours = (theme.GREY, theme.BLUE, theme.GREEN, theme.ORANGE, theme.PURPLE, theme.SKY)
    styles = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
    for number, (risk, curve) in enumerate(curves.groupby("risk", sort=False)):
        axis.plot(
            curve["streets"],
            curve["homicides"],
            color=colours[number % len(colours)],
            linestyle=styles[number % len(styles)],
            linewidth=2,
            label=str(risk),
        )
    axis.axvline(homicides / streets, color=theme.INK, linewidth=1, label="one street for each homicide")
    axis.plot([with_homicide / streets], [1], "o", color=OBSERVED, markersize=8, label="published: all homicides")
    axis.set_xscale("log")
    axis.set_xlim(left=1 / streets * 5)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g}%"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.set(xlabel="Share of streets, those with most homicides first (log scale)", ylabel="Share of homicides")
    headline(figure, title_streets(streets, homicides, with_homicide))
    legend_below(figure, [axis], 3)
    return figure


def title_streets(streets: int, homicides: int, with_homicide: int) -> str:
    """The published share beside that of equal risk and the largest that is possible.

    Parameters
    ----------
    streets, homicides, with_homicide : int

    Returns
    -------
    str
    """
    chance = -np.expm1(homicides * np.log1p(-1 / streets))
    return (
        f"{with_homicide / streets:.1%} of streets are said to hold all homicides: equal risk gives {chance:.1%}, "
        f"more than {min(1, homicides / streets):.1%} is impossible"
    )


def _grid(number: int, *, sharex: bool = False) -> "tuple[Figure, list[Axes]]":
    columns = min(PANEL_COLUMNS, number)
    rows = -(-number // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(9, 1.9 + 2.2 * rows), layout="constrained", squeeze=False, sharex=sharex
    )
    panels = list(axes.flat)
    for unused in panels[number:]:
        unused.set_visible(False)
    return figure, panels


def _draw_interval(axis: "Axes", rows: "pd.DataFrame", name: str, colour: str, label: str) -> None:
    """Vertical bars: years without a count leave a gap, which a band would paint over."""
    axis.vlines(rows["year"], rows[f"{name}_lower"], rows[f"{name}_upper"], color=colour, lw=4, alpha=0.6, label=label)


def _percent(axis: "Axes") -> None:
    axis.set(xlim=(0, 1), ylim=(0, 1.01))
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_formatter(PercentFormatter(1, decimals=0))
        side.set_major_locator(FixedLocator([0, 0.5, 1]))


def _equal_risk(rows: "pd.DataFrame") -> str:
    return {"places": FOR_EACH_PLACE, "persons": FOR_EACH_PERSON}[str(rows["basis"].iloc[0])]


def _knows_size(rows: "pd.DataFrame") -> bool:
    """Whether equal risk for each person is a second benchmark: where places are counted, and populations are known."""
    return "person_chance" in rows and bool(rows["person_chance"].notna().any())


def _span(values: "Iterable[float]") -> str:
    shares = list(values)
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low.removesuffix('%')} to {high}"


def _wrapped(text: str, width: int = 30) -> str:
    return "\n".join(textwrap.wrap(text, width))
