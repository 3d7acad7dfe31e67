"""Pictures of `programmes/your_own_programme`: path or event study, one row a design, and windows before the start."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline
from citizen_security.words import number_in_words, out_of, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Changes beyond these percentages lie outside the picture; an arrow says so.
LOWEST, HIGHEST = -100.0, 150.0
CLEAR = {"a fall": theme.BLUE, "a rise": theme.VERMILION}


def title_path(path: pd.DataFrame, unit: str) -> str:
    """How often the unit lies below what is expected after the start, or how often several units do.

    Parameters
    ----------
    path : pandas.DataFrame
    unit : str

    Returns
    -------
    str
    """
    if "event_time" in path:
        where = "after the start" if len(path) == 1 else "since the start"
        if path["upper"].isna().all():
            # Without limits nothing is clear.
            below = int((path["change"] < 0).sum())
            return f"{unit}: below what is expected in {below} of {len(path)} periods {where}, without limits"
        below = int((path["upper"] < 0).sum())
        return f"{unit}: clearly below what is expected in {below} of {len(path)} periods {where}"
    late = path[path["is_after"]]
    below = int((late["observed"] < late["expected"]).sum())
    return f"{unit} lies below what its donors lead to expect in {below} of {len(late)} periods after the start"


def plot_path(path: pd.DataFrame, unit: str, level: float, *, in_units: bool = False) -> "Figure":
    """The treated unit and its counterfactual, or effects by time since the start.

    Parameters
    ----------
    path : pandas.DataFrame
        place, period, observed, expected, is_after; or event_time, change, lower, upper.
    unit : str
        Who is treated.
    level : float
        Of the intervals.
    in_units : bool
        Whether changes are in units of the outcome, and not in percent.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    if "event_time" in path:
        _plot_event_times(axis, path, level, in_units=in_units)
    else:
        _plot_unit(axis, path, unit)
    headline(figure, title_path(path, unit))
    return figure


def _plot_unit(axis: "Axes", path: pd.DataFrame, unit: str) -> None:
    for name, label, colour, style in (
        ("observed", unit, theme.VERMILION, "-"),
        ("expected", "expected", theme.INK, "--"),
    ):
        axis.plot(path["place"], path[name], color=colour, linestyle=style, linewidth=2, label=label)
    start = int(path.loc[path["is_after"], "place"].iloc[0])
    axis.axvline(start - 0.5, color=theme.GREY, linewidth=1, linestyle=":")
    shown = np.unique(np.linspace(0, len(path) - 1, min(len(path), 9)).astype(int))
    axis.set_xticks(shown, list(path["period"].iloc[shown]))
    axis.set_ylabel("Outcome or rate, as in the table")
    axis.set_ylim(bottom=min(0.0, float(path[["observed", "expected"]].min().min())))
    label_ends(axis)


def _plot_event_times(axis: "Axes", path: pd.DataFrame, level: float, *, in_units: bool) -> None:
    times = path["event_time"].to_numpy(float)
    lowest, highest = (-np.inf, np.inf) if in_units else (LOWEST, HIGHEST)
    has_limits = bool(path["lower"].notna().any())
    if has_limits:
        axis.fill_between(
            times, path["lower"].clip(lower=lowest), path["upper"].clip(upper=highest), color=theme.SKY, alpha=0.35,
            linewidth=0,
        )  # fmt: skip
    axis.plot(times, path["change"], color=theme.BLUE, linewidth=2, marker="o", markersize=3)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_xlabel("Periods since the start")
    axis.set_ylabel(f"Change ({scale_of(in_units)})" + (f", with {100 * level:g}% limits" if has_limits else ""))


def scale_of(in_units: bool) -> str:
    """What changes are in."""
    return "units of the outcome" if in_units else "%"


def title_verdicts(table: pd.DataFrame) -> str:
    """How many designs find a change.

    Parameters
    ----------
    table : pandas.DataFrame
        finding.

    Returns
    -------
    str
    """
    falls, rises = (int((table["finding"] == name).sum()) for name in CLEAR)
    told = [number_in_words(number) if number else "none" for number in (falls, rises)]
    return f"Of {len(table)} designs, {told[0]} find{'s' * (falls < 2)} a clear fall and {told[1]} a clear rise"


def _ends(table: pd.DataFrame, *, in_units: bool) -> tuple[float, float]:
    """Changes between which the picture lies: of units, a little more than those that were found."""
    if not in_units:
        return LOWEST, HIGHEST
    found = table["change"].to_numpy(float)
    furthest = 2 * float(np.abs(found[np.isfinite(found)]).max(initial=0.0)) or 1.0
    return -furthest, furthest


def plot_verdicts(table: pd.DataFrame, *, in_units: bool = False) -> "Figure":
    """One row a design: change in percent with its limits, filled where it is clear.

    Parameters
    ----------
    table : pandas.DataFrame
        label, change, lower, upper, p_value, looks_at_peak, finding.
    in_units : bool
        Whether changes are in units of the outcome, and not in percent.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 1.4 + 0.36 * len(table)), layout="constrained")
    lowest, highest = _ends(table, in_units=in_units)
    names = []
    for place, (_, row) in enumerate(table.iterrows()):
        names.append(f"{row['label']}{' *' if row['looks_at_peak'] else ''}")
        change = float(row["change"])
        if not np.isfinite(change):
            axis.annotate(f"  {row['finding']}", (lowest, place), fontsize="small", color=theme.INK, va="center")
            continue
        colour = CLEAR.get(str(row["finding"]), theme.GREY)
        low, high = float(row["lower"]), float(row["upper"])
        if np.isfinite(low) or np.isfinite(high):
            axis.plot([max(low, lowest), min(high, highest)], [place, place], color=colour, linewidth=1.5)
            if high > highest:
                axis.plot(highest, place, marker=">", color=colour, markersize=5)
            if in_units and low < lowest:
                axis.plot(lowest, place, marker="<", color=colour, markersize=5)
        fill = colour if row["finding"] in CLEAR else "white"
        axis.scatter(np.clip(change, lowest, highest), place, color=fill, edgecolors=colour, s=45, zorder=3)
        p_value = float(row["p_value"])
        told = signed(change, ".3g") if in_units else f"{signed(change, '.0f')}%"
        note = told + (f", p {p_value:.2g}" if np.isfinite(p_value) else "")
        axis.annotate(
            note,
            (1.01, place),
            xycoords=("axes fraction", "data"),
            fontsize="small",
            va="center",
            annotation_clip=False,
        )
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set_xlim(lowest * 1.02, highest * 1.02)
    axis.set_xlabel(
        f"Change against what is expected ({scale_of(in_units)}); filled where clear; * looks at selection at a peak"
    )
    headline(figure, title_verdicts(table))
    return figure


def title_windows(ranks: pd.DataFrame) -> str:
    """How many units were treated at their highest window.

    Parameters
    ----------
    ranks : pandas.DataFrame
        unit, rank, windows.

    Returns
    -------
    str
    """
    if len(ranks) == 1:
        one = ranks.iloc[0]
        above = int(one["rank"]) - 1
        told = (
            "no earlier window was higher" if not above else f"{above} of {int(one['windows']) - 1} earlier were higher"
        )
        return f"{one['unit']} in its last window before the start: {told}"
    highest = int((ranks["rank"] == 1).sum())
    return f"At their own peak when treated: {out_of(highest, len(ranks), 'units')}"


def plot_windows(windows: pd.DataFrame, ranks: pd.DataFrame) -> "Figure":
    """Windows before the start of one unit, or how high each of several units stood.

    Parameters
    ----------
    windows : pandas.DataFrame
        last, mean, is_last.
    ranks : pandas.DataFrame
        unit, rank, windows.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 3.2), layout="constrained")
    if len(ranks) == 1:
        colours = [theme.VERMILION if last else theme.GREY for last in windows["is_last"]]
        axis.bar(range(len(windows)), windows["mean"], color=colours)
        shown = np.unique(np.linspace(0, len(windows) - 1, min(len(windows), 9)).astype(int))
        axis.set_xticks(shown, list(windows["last"].iloc[shown]))
        axis.set_xlabel("Last period of each window before the start")
        axis.set_ylabel("Mean of the window")
    else:
        height = 1 - (ranks["rank"] - 1) / np.maximum(ranks["windows"] - 1, 1)
        axis.hist(height, bins=np.linspace(0, 1, 11).tolist(), color=theme.BLUE)
        axis.set_xlabel("How high the last window stood: 0 the lowest of the unit's windows, 1 the highest")
        axis.set_ylabel("Treated units")
        axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    headline(figure, title_windows(ranks))
    return figure
