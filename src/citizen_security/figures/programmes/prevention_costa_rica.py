"""Pictures of `programmes/prevention_costa_rica`: the series, both scales, other countries, earlier starts, choices."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.end_labels import label_ends
from citizen_security.figures.headline import headline
from citizen_security.figures.programmes.curves import plot_specifications
from citizen_security.words import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RATE_AXIS = "Homicides per 100,000 people"
DIFFERENCE_AXIS = "Observed less expected homicides per 100,000"
SCALE_NAMES = {"level": "in rates", "log": "in logarithms"}
COLOURS = {"level": theme.BLUE, "log": theme.VERMILION}
MARKS = {"level": "s", "log": "o"}

# Intervals that are longer than this many times the observed rate leave the picture.
REACH = 1.6


def title_series(changes: pd.DataFrame) -> str:
    """How the rate moved from window to window.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `windows.raw_changes`.

    Returns
    -------
    str
    """
    told = [f"{signed(row['change'], '.0f')}% in {_years(row)}" for _, row in changes.iterrows()]
    return f"Homicide in Costa Rica, each time against the years before: {', '.join(told)}"


def _years(row: "pd.Series[float]") -> str:
    return f"{row['first']:.0f}" if row["first"] == row["last"] else f"{row['first']:.0f}–{row['last']:.0f}"


def plot_series(series: pd.DataFrame, changes: pd.DataFrame, line: pd.DataFrame, line_from: int) -> "Figure":
    """The rate by year with the windows, and the line of the years before the strategy carried through it.

    Parameters
    ----------
    series : pandas.DataFrame
        year, rate.
    changes : pandas.DataFrame
        label, first, last, rate: the windows.
    line : pandas.DataFrame
        year, line, lower, upper, slope.
    line_from : int
        First year of the line.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.4), layout="constrained")
    years = np.arange(line_from, line["year"].iloc[-1] + 1)
    slope = np.log1p(line["slope"].iloc[-1] / 100)
    level = line["line"].iloc[-1] * np.exp(slope * (years - line["year"].iloc[-1]))
    axis.fill_between(line["year"], line["lower"], line["upper"], color=theme.GREY, alpha=0.25, linewidth=0)
    axis.plot(years, level, color=theme.GREY, linestyle="--", linewidth=1.5)
    axis.annotate(
        "the line of the years before ", (line["year"].iloc[-1], level[-1]), ha="right", va="bottom", fontsize="small"
    )
    axis.plot(series["year"], series["rate"], color=theme.VERMILION, linewidth=2.5, marker="o", markersize=4)
    for place, row in enumerate(changes.to_dict("records")):
        axis.axvspan(row["first"] - 0.5, row["last"] + 0.5, color=theme.SKY, alpha=(0.35, 0.2, 0.1)[place], linewidth=0)
        axis.annotate(
            row["label"], ((row["first"] + row["last"]) / 2, 0.02), xycoords=("data", "axes fraction"), ha="center",
            fontsize="small",
        )  # fmt: skip
    axis.set_ylim(bottom=0)
    axis.set_ylabel(RATE_AXIS)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    headline(figure, title_series(changes))
    return figure


def title_scales(parallel: pd.DataFrame) -> str:
    """Where the two scales lie furthest apart.

    Parameters
    ----------
    parallel : pandas.DataFrame
        From `comparisons.parallel_trends`.

    Returns
    -------
    str
    """
    wide = parallel.pivot(index=["years", "pool_name"], columns="outcome", values="expected")
    far = int((wide["level"] - wide["log"]).abs().to_numpy().argmax())
    years, pool = wide.index[far]
    observed = float(parallel.loc[parallel["years"] == years, "observed"].iloc[0])
    level, log = (f"{float(wide[name].iloc[far]):.1f}".replace("-", "−") for name in ("level", "log"))
    return (
        f"Beside {pool}, {years}: parallel rates expect {level} per 100,000, parallel logarithms {log}; there were "
        f"{observed:.1f}"
    )


def plot_scales(parallel: pd.DataFrame) -> "Figure":
    """What parallel trends expect on each scale, a row for each window and pool of donors.

    Parameters
    ----------
    parallel : pandas.DataFrame
        years, pool_name, outcome, expected, observed.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = list(dict.fromkeys(zip(parallel["years"], parallel["pool_name"], strict=True)))
    figure, axis = plt.subplots(figsize=(8, 1.5 + 0.42 * len(rows)), layout="constrained")
    wide = parallel.set_index(["years", "pool_name", "outcome"])
    for place, (years, pool) in enumerate(rows):
        own = wide.loc[(years, pool)]
        axis.plot(own["expected"], [place, place], color=theme.GREY, linewidth=1.2, zorder=1)
        axis.plot(own["observed"].iloc[0], place, "|", color=theme.INK, markersize=16, markeredgewidth=2)
        for outcome, row in own.iterrows():
            axis.plot(row["expected"], place, MARKS[str(outcome)], color=COLOURS[str(outcome)], markersize=7)
    first = wide.loc[rows[0]]
    named = {name: float(first.loc[key, "expected"]) for key, name in SCALE_NAMES.items()}
    named["counted"] = float(first["observed"].iloc[0])
    _name_above(axis, named)
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(rows)), labels=[f"{pool}, {years}" for years, pool in rows], fontsize="small")
    axis.set_ylim(len(rows) - 0.5, -1.6)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("Homicides per 100,000 people: expected, and counted")
    headline(figure, title_scales(parallel))
    return figure


def _name_above(axis: "Axes", named: Mapping[str, float]) -> None:
    """Names of marks above the first row, tied to them, side by side in the order of their places."""
    ordered = sorted(named.items(), key=lambda pair: pair[1])
    low, high = axis.get_xlim()
    width = (high - low) / 3.2
    middle = float(np.clip(np.mean(list(named.values())), low + 1.4 * width, high - 1.4 * width))
    places = middle + width * (np.arange(len(ordered)) - (len(ordered) - 1) / 2)
    for (name, at), place in zip(ordered, places, strict=True):
        axis.annotate(
            name, xy=(at, -0.15), xytext=(float(place), -1.15), ha="center", va="center", fontsize="small",
            arrowprops={"arrowstyle": "-", "color": theme.GREY, "linewidth": 0.8},
        )  # fmt: skip


def title_estimators(table: pd.DataFrame, significance: float) -> str:
    """From the lowest to the highest difference, and how many go beyond chance.

    Parameters
    ----------
    table : pandas.DataFrame
        From `comparisons.estimators`.
    significance : float

    Returns
    -------
    str
    """
    low, high = signed(float(table["difference"].min()), ".1f"), signed(float(table["difference"].max()), ".1f")
    beyond = int((table["p_value"] <= significance + 1e-9).sum())
    told = f"{beyond or 'none'} of {len(table)} beyond chance"
    return f"Beside other countries, {low} to {high} homicides per 100,000; {told}"


def plot_estimators(table: pd.DataFrame, confidence_level: float) -> "Figure":
    """Each estimator on both scales, with intervals by placebos; those that leave the picture end in arrows.

    Parameters
    ----------
    table : pandas.DataFrame
        outcome, estimator_name, difference, lower, upper, observed, p_value.
    confidence_level : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = list(dict.fromkeys(table["estimator_name"]))
    figure, axis = plt.subplots(figsize=(8, 1.9 + 0.62 * len(names)), layout="constrained")
    reach = REACH * max(float(table["observed"].iloc[0]), float(table["difference"].abs().max()))
    axis.set_xlim(-reach, reach)
    for row in table.to_dict("records"):
        place = names.index(row["estimator_name"]) + (-0.17 if row["outcome"] == "level" else 0.17)
        colour = COLOURS[row["outcome"]]
        if np.isfinite([row["lower"], row["upper"]]).all():
            axis.plot(np.clip([row["lower"], row["upper"]], -reach, reach), [place, place], color=colour, linewidth=2)
            for end, sign, mark in ((row["lower"], -1, "<"), (row["upper"], 1, ">")):
                if sign * end > reach:
                    axis.plot(0.985 * sign * reach, place, mark, color=colour, markersize=6)
        axis.plot(row["difference"], place, MARKS[row["outcome"]], color=colour, markersize=7)
    first = table[table["estimator_name"] == names[0]].set_index("outcome")["difference"]
    for outcome, shift, place in (("level", -0.17, -0.75), ("log", 0.17, -0.75)):
        side = -1 if outcome == "level" else 1
        axis.annotate(
            SCALE_NAMES[outcome], xy=(float(first[outcome]), shift), xytext=(side * 0.3 * reach, place),
            ha="center", va="center", fontsize="small",
            arrowprops={"arrowstyle": "-", "color": COLOURS[outcome], "linewidth": 0.8},
        )  # fmt: skip
    axis.axvline(0, color=theme.INK, linewidth=1)
    axis.set_yticks(range(len(names)), labels=names)
    axis.set_ylim(len(names) - 0.4, -1.1)
    axis.grid(visible=False, axis="y")
    has = np.isfinite(table[["lower", "upper"]].to_numpy(float)).all(axis=1).any()
    told = f"{100 * confidence_level:g}% intervals by placebos" if has else "so few countries give no intervals"
    axis.set_xlabel(f"{DIFFERENCE_AXIS}\n({told})")
    headline(figure, title_estimators(table, round(1 - confidence_level, 12)))
    return figure


def title_path(paths: pd.DataFrame, start: int, last: int) -> str:
    """Mean rates of the years of the strategy.

    Parameters
    ----------
    paths : pandas.DataFrame
    start, last : int

    Returns
    -------
    str
    """
    own = paths[paths["year"].between(start, last)].mean()
    level, log = (f"{float(own[name]):.1f}".replace("-", "−") for name in ("level", "log"))
    return (
        f"{start} to {last}: {own['observed']:.1f} homicides per 100,000 in Costa Rica, {level} and {log} in its "
        "synthetic controls"
    )


def plot_path(paths: pd.DataFrame, start: int, last: int) -> "Figure":
    """Costa Rica and its synthetic controls in rates and in logarithms.

    Parameters
    ----------
    paths : pandas.DataFrame
        year, observed, level, log.
    start, last : int
        Years of the strategy.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4.2), layout="constrained")
    axis.axvspan(start - 0.5, last + 0.5, color=theme.SKY, alpha=0.3, linewidth=0)
    for outcome, style in (("level", "--"), ("log", ":")):
        axis.plot(
            paths["year"], paths[outcome], color=COLOURS[outcome], linestyle=style, linewidth=2,
            label=f"synthetic, {SCALE_NAMES[outcome]}",
        )  # fmt: skip
    axis.plot(paths["year"], paths["observed"], color=theme.INK, linewidth=2.5, label="Costa Rica")
    axis.set_ylim(bottom=min(0.0, 1.05 * float(paths[["level", "log"]].to_numpy().min())))
    axis.set_ylabel(RATE_AXIS)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_ends(axis)
    headline(figure, title_path(paths, start, last))
    return figure


def title_earlier(earlier: pd.DataFrame) -> str:
    """How many earlier starts give a difference as large.

    Parameters
    ----------
    earlier : pandas.DataFrame

    Returns
    -------
    str
    """
    own = earlier[earlier["own"]].set_index("outcome")["difference"].abs()
    before = earlier[~earlier["own"]]
    larger = int((before["difference"].abs() >= before["outcome"].map(own)).sum())
    return f"{larger} of {len(before)} differences at earlier starts are as large as those at the start of the strategy"


def plot_earlier(earlier: pd.DataFrame) -> "Figure":
    """Differences at earlier starts and at the true one, a line for each scale.

    Parameters
    ----------
    earlier : pandas.DataFrame
        outcome, start, difference, own.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axis = plt.subplots(figsize=(8, 4), layout="constrained")
    for outcome, rows in earlier.groupby("outcome", sort=False):
        name = str(outcome)
        own = rows[rows["own"]]
        axis.plot(
            rows["start"], rows["difference"], marker=MARKS[name], color=COLOURS[name], markerfacecolor="white",
            linewidth=1, label=SCALE_NAMES[name],
        )  # fmt: skip
        axis.plot(own["start"], own["difference"], MARKS[name], color=COLOURS[name], markersize=10)
    axis.axhline(0, color=theme.INK, linewidth=1)
    axis.set_xlabel("Start that is tried (filled: that of the strategy)")
    axis.set_ylabel(DIFFERENCE_AXIS.replace(" homicides", "\nhomicides"))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    label_ends(axis)
    headline(figure, title_earlier(earlier))
    return figure


def title_curve(curve: pd.DataFrame) -> str:
    """How many combinations find a fall beyond chance, by scale.

    Parameters
    ----------
    curve : pandas.DataFrame

    Returns
    -------
    str
    """
    found = curve.groupby("outcome")["found"].agg(["sum", "size"])
    told = " and ".join(
        f"{int(found['sum'][name]) or 'none'} of {int(found['size'][name])} {told}"
        for name, told in SCALE_NAMES.items()
    )
    return f"Combinations that find fewer homicides beyond chance: {told}"


def plot_curve(curve: pd.DataFrame, names: Mapping[tuple[str, str], str], significance: float) -> "Figure":
    """Every combination by its difference, and below which options it is made of.

    Parameters
    ----------
    curve : pandas.DataFrame
        difference, found, and a column for each choice; from the lowest difference.
    names : mapping
        Choice and option → what the option is called, in the order of the rows.
    significance : float

    Returns
    -------
    matplotlib.figure.Figure
    """
    filled = f"fewer homicides, p at most {significance:.2g}"
    figure, above = plot_specifications(curve, names, "difference", filled)
    above.set_ylabel(DIFFERENCE_AXIS.replace(" homicides", "\nhomicides"))
    figure.axes[-1].set_xlabel(f"Specifications, by difference (filled and blue: {filled})")
    headline(figure, title_curve(curve))
    return figure
